"""The measures of the U.S. response against cases counted by hand, and the words of notebook 09."""

import pandas as pd
import pytest

from aftermumbai import data, tables
from aftermumbai.charts import us_means, us_response
from aftermumbai.measures import contacts, money, posts

CRISES = pd.CategoricalDtype(["c1", "c2"], ordered=True)
STATUSES = pd.CategoricalDtype(["confirmed", "acting", "vacant"], ordered=True)


def days(*texts: str) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts)))


# Contacts


def steps() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "crisis_id": pd.Series(["c1", "c1", "c1", "c2"], dtype=CRISES),
            "date": days("2001-12-13", "2001-12-14", "2002-05-14", "2008-11-26"),
            "rung": ["trigger", "statement", "trigger", "trigger"],
            "time_local": ["11:30", None, None, "21:21"],
        }
    )


def calls(*rows: tuple) -> pd.DataFrame:
    columns = ["id", "crisis_id", "date", "date_precision", "time_local", "rank", "mode", "note"]
    table = pd.DataFrame(rows, columns=columns).astype({"crisis_id": CRISES})
    return table.assign(date=pd.to_datetime(table["date"]), official=table["rank"], counterpart="x")


CALLS = calls(
    ("late", "c1", "2001-12-24", "day", None, "secretary", "call", None),
    ("early", "c1", "2001-12-17", "day", None, "secretary", "call", None),
    ("twice", "c1", "2001-12-17", "day", None, "spokesperson", "statement", None),
    ("vague", "c1", "2001-12-01", "month", None, "other", "statement", None),
    ("briefing", "c2", "2008-12-02", "day", "10:33", "spokesperson", "statement", "U.S. Eastern time"),
    ("unclocked", "c2", "2008-12-02", "day", "10:33", "spokesperson", "statement", None),
)


def test_a_crisis_begins_with_its_first_trigger():
    assert contacts.triggers(steps()).to_dict() == {"c1": pd.Timestamp("2001-12-13"), "c2": pd.Timestamp("2008-11-26")}


def test_contacts_are_aligned_by_day_and_those_without_a_day_left_out():
    rows = contacts.aligned(CALLS, contacts.triggers(steps()))
    assert rows.set_index("id")["day"].to_dict() == {"early": 4, "twice": 4, "late": 11, "briefing": 6, "unclocked": 6}
    assert rows["id"].tolist()[:3] == ["early", "twice", "late"]


def test_a_contact_in_a_crisis_without_a_trigger_is_refused():
    with pytest.raises(KeyError, match="no trigger is known for c2"):
        contacts.aligned(CALLS, contacts.triggers(steps()).drop("c2"))


def test_contacts_per_day_hold_zeros_and_add_up():
    rows = contacts.aligned(CALLS, contacts.triggers(steps()))
    table = contacts.per_day(rows, 5)
    assert len(table) == 2 * 6
    one = table[table["crisis_id"] == "c1"].set_index("day")
    assert one["contacts"].tolist() == [0, 0, 0, 0, 2, 0]
    assert one["so_far"].tolist() == [0, 0, 0, 0, 2, 2]
    assert table[table["crisis_id"] == "c2"]["so_far"].tolist() == [0] * 6


def test_the_first_contact_of_each_rank_counts_once_and_within_its_time():
    rows = contacts.aligned(CALLS, contacts.triggers(steps()))
    first = contacts.first_contacts(rows, "rank", 5)
    assert first[["crisis_id", "rank", "day", "id"]].to_numpy().tolist() == [
        ["c1", "secretary", 4, "early"],
        ["c1", "spokesperson", 4, "twice"],
    ]


def test_hours_are_counted_between_two_known_clocks_only():
    rows = contacts.aligned(CALLS, contacts.triggers(steps()))
    hours = contacts.hours_after(rows, steps(), "Asia/Kolkata").set_axis(rows["id"])
    # 26 November 21:21 in Mumbai is 15:51 UTC; 2 December 10:33 in Washington is 15:33 UTC: 6 days less 18 minutes.
    assert hours["briefing"] == pytest.approx(6 * 24 - 0.3)
    assert hours.drop("briefing").isna().all()


def test_a_document_behind_two_contacts_counts_once():
    rows = pd.DataFrame(
        {"crisis_id": pd.Series(["c1", "c1", "c2"], dtype=CRISES), "sources": ["ap-1;voa-2", "voa-2", "dawn-3"]}
    )
    assert contacts.documents(rows).to_dict() == {"c1": 2, "c2": 1}


@pytest.mark.parametrize(
    ("note", "zone"),
    [
        ("Pakistan time (PKT); 9 May in Washington.", "Asia/Karachi"),
        ("Eastern time (21:30 IST).", "America/New_York"),
        ("21:30 IST", "Asia/Kolkata"),
        ("day inferred", None),
        (None, None),
        (pd.NA, None),
    ],
)
def test_the_clock_of_a_note(note, zone):
    assert contacts.clock(note) == zone


def test_the_next_visit_is_waited_for_to_the_end_of_the_record():
    visits = pd.DataFrame(
        {
            "country": pd.Categorical(["india", "india", "pakistan"], ["india", "pakistan"], ordered=True),
            "date": days("2001-10-16", "2002-01-17", "2010-01-01"),
            "official": ["Powell", "Powell", "Clinton"],
        }
    )
    waits = contacts.first_visits(visits, contacts.triggers(steps()), pd.Timestamp("2009-12-31"))
    found = waits.set_index(["crisis_id", "country"])["days"]
    assert found["c1", "india"] == 35
    assert found.drop(("c1", "india")).isna().all()


# Posts


def held(*rows: tuple) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["id", "post", "holder", "status", "start"]).astype({"status": STATUSES})
    return table.assign(start=pd.to_datetime(table["start"]), post=pd.Categorical(table["post"]))


POSTS = held(
    ("a", "envoy", "A", "confirmed", "2020-01-01"),
    ("b", "envoy", None, "vacant", "2020-01-11"),
    ("c", "envoy", "C", "acting", "2020-01-16"),
    ("d", "envoy", "D", "confirmed", "2020-01-21"),
    ("e", "chief", "E", "confirmed", "2020-01-06"),
)
FIRST, LAST = pd.Timestamp("2020-01-06"), pd.Timestamp("2020-01-30")


def test_every_day_of_a_period_counts_once_and_a_handover_for_the_newcomer():
    cut = posts.spells(POSTS, FIRST, LAST).set_index("id")["days"].to_dict()
    assert cut == {"a": 5, "b": 5, "c": 5, "d": 10, "e": 25}


def test_who_held_a_post_on_the_day_of_a_handover():
    assert posts.held_on(POSTS, pd.Timestamp("2020-01-21"))["holder"].to_dict() == {"chief": "E", "envoy": "D"}
    assert posts.held_on(POSTS, pd.Timestamp("2020-01-05"))["id"].to_dict() == {"envoy": "a"}


def test_shares_of_days_add_up_to_one():
    table = posts.shares(POSTS, {"p": (FIRST, LAST)}).set_index(["post", "status"])
    assert table.loc["envoy", "days"].to_dict() == {"confirmed": 15, "acting": 5, "vacant": 5}
    assert table.loc["envoy", "share"].to_dict() == {"confirmed": 0.6, "acting": 0.2, "vacant": 0.2}
    assert table.loc["chief", "share"].to_dict() == {"confirmed": 1, "acting": 0, "vacant": 0}


def test_spells_without_a_confirmed_holder_are_one_gap():
    gaps = posts.gaps(POSTS, LAST)
    assert gaps.to_dict("records") == [
        {
            "post": "envoy",
            "start": pd.Timestamp("2020-01-11"),
            "end": pd.Timestamp("2020-01-20"),
            "days": 10,
            "holders": "C",
        }
    ]


def test_a_gap_that_goes_on_ends_with_the_record():
    open_end = POSTS[POSTS["id"].isin(["a", "b"])]
    assert posts.gaps(open_end, LAST)["days"].tolist() == [20]


# Money


def sums(*rows: tuple) -> pd.DataFrame:
    columns = ["fiscal_year", "account", "category", "amount_usd_millions", "status", "edition"]
    return pd.DataFrame(rows, columns=columns)


def test_the_latest_edition_wins_year_by_year_and_sums_are_not_counted_twice():
    kept = money.latest(
        sums(
            ("2002-2007", "ESF", "economic", 600, "actual", "2013-10"),
            ("2002-2008", "ESF", "economic", 700, "actual", "2014-03"),
            ("2008", "ESF", "economic", 100, "actual", "2013-10"),
            ("2009", "ESF", "economic", 110, "actual", "2013-10"),
            ("2009", "ESF", "economic", 120, "actual", "2014-03"),
            ("2009", "total_economic", "economic", 120, "actual", "2014-03"),
            ("2009", "total", "total", 120, "actual", "2014-03"),
            ("2010", "ESF", "economic", 130, "request", "2014-03"),
        )
    )
    assert kept.set_index("fiscal_year")["amount_usd_millions"].to_dict() == {
        "2002-2007": 600,
        "2008": 100,
        "2009": 120,
    }


INDEX = pd.Series({2002: 100.0, 2003: 110.0, 2004: 120.0})


def test_constant_dollars_of_a_year_and_of_several():
    found = money.constant(pd.Series([100, 330, 50]), pd.Series(["2002", "2002-2004", "2004"]), INDEX, 2004)
    # Several years stand at their mean level, here 110.
    assert found.tolist() == pytest.approx([120, 360, 50])


def test_a_year_without_a_price_level_is_refused():
    with pytest.raises(KeyError, match="no price level for fiscal 2005"):
        money.constant(pd.Series([1]), pd.Series(["2005"]), INDEX, 2004)


@pytest.mark.parametrize(
    ("day", "place"),
    [("2017-10-01", 2017.5), ("2018-09-30", 2018.497), ("2018-04-01", 2017.998), ("2018-10-01", 2018.5)],
)
def test_a_day_on_the_axis_of_fiscal_years(day, place):
    assert money.fiscal_moment(pd.Timestamp(day)) == pytest.approx(place, abs=0.001)


def test_the_price_levels_are_those_that_the_bureau_publishes():
    index = us_means.price_levels(data.load("deflators"))
    assert index.is_monotonic_increasing is False and index[2009] < index[2008]
    assert list(index.index) == list(range(2002, 2026))
    # October 2023 to September 2024; the calendar years 2023 and 2024 are published as 304.702 and 313.689.
    assert 304.702 < index[2024] < 313.689


# The chapter


@pytest.fixture(scope="module")
def rows(record) -> pd.DataFrame:
    return us_response.align(record["us_contacts"], record["crisis_steps"])


@pytest.fixture(scope="module")
def last(record) -> pd.Timestamp:
    return record["events"]["date"].max()


def test_every_rank_has_its_group_and_every_mode_its_colour(rows):
    assert rows["group"].notna().all()
    ranks = [rank for group in us_response.GROUPS.values() for rank in group]
    assert sorted(ranks) == sorted(data.labels("us_contacts", "rank"))
    assert list(us_response.MODE_COLOURS) == list(data.labels("us_contacts", "mode"))
    assert len(us_response.CRISIS_COLOURS) >= len(us_means.crises()) == len(us_response.CRISIS_SHAPES)
    assert list(us_means.USE_COLOURS) == list(data.labels("tool_uses", "kind"))


def test_the_curves_end_where_a_count_by_hand_ends(rows):
    curves = us_response.curve_rows(rows)
    for crisis, name in us_means.crises().items():
        own = rows[(rows["crisis_id"] == crisis) & rows["day"].between(0, us_response.WINDOW)]
        end = curves[(curves["crisis"] == name) & (curves["day"] == us_response.WINDOW)].set_index("what")["so_far"]
        assert end["all"] == len(own) == end["talks"] + end["words"]
        assert end["top"] <= end["talks"]


def test_the_words_on_the_first_days_hold(rows):
    talks, top = (us_response.counts(rows, us_response.ESSAY_DAY, what) for what in ("talks", "top"))
    assert (us_response.ESSAY_DAY, us_response.WAIT) == (10, 60)
    assert top["crisis-2019"] == 0 < top["crisis-2008"]
    assert talks["crisis-2019"] < talks["crisis-2008"] / 2
    firsts = us_response.first_rows(rows)
    struck = (pd.Timestamp("2019-02-26") - pd.Timestamp("2019-02-14")).days
    assert us_response.first_day(firsts, "Secretary of State", "2019") >= struck
    strip = us_response.strip_rows(rows)
    visits = strip[strip["mode"] == "visit"]["crisis"].value_counts()
    assert set(visits.index) == {"2008–09"}
    assert set(strip[strip["mode"] == "post"]["crisis"]) == {"2016", "2019", "2025"}


def test_only_the_administration_in_office_is_counted(record, rows):
    contacts_table, steps_table = record["us_contacts"], record["crisis_steps"]
    others = contacts_table.query("branch != 'executive'")
    assert others["id"].tolist() and not set(rows["id"]) & set(others["id"])
    named = r"-elect|Senator|Representative|Congress"
    assert set(contacts_table[contacts_table["official"].str.contains(named)]["id"]) == set(others["id"])
    text = us_response.left_out(contacts_table, steps_table)
    assert text.count("Obama") == 2 and "McCain" in text and "Warner" in text
    assert "Biden" not in text  # on day 44


def test_the_words_on_the_month_hold(record, rows, last):
    talks, top = (us_response.counts(rows, us_response.WINDOW, what) for what in ("talks", "top"))
    assert talks["crisis-2019"] >= talks["crisis-2008"] and 0 < top["crisis-2019"] < top["crisis-2008"]
    firsts = us_response.first_rows(rows)
    assert us_response.first_day(firsts, "Security Adviser", "2019", "india") == 1
    summaries = record["us_contacts"].set_index("id")["summary"]
    for row in ("us-2025-04-22-vance-tweet", "us-2025-04-23-vance-modi"):
        assert "visit" in summaries[row] and "India" in summaries[row]
    waits = us_response.wait_rows(record["secretary_visits"], record["crisis_steps"], last)
    text = us_response.strip_takeaway(rows, waits)
    assert "2008–09 (7 visits, each capital counted)" in text
    assert "2001–02 (the Secretary came on day 33), 2016, 2019, 2025" in text


def test_powells_two_days_are_told(record):
    text = us_response.powell_text(record["us_contacts"], record["secretary_visits"], record["crisis_steps"])
    assert "from 15 January (day 33)" in text and "on 16 January (day 34)" in text


def test_no_line_in_brief_is_read_as_a_quotation(record, rows, last):
    posts_table, steps_table = record["us_posts"], record["crisis_steps"]
    text = us_response.brief(
        rows=rows,
        firsts=us_response.first_rows(rows),
        waits=us_response.wait_rows(record["secretary_visits"], steps_table, last),
        posts=posts_table,
        steps=steps_table,
        shares=us_means.share_rows(posts_table, last),
        money=us_means.money_rows(
            record["us_assistance"], record["us_aid_flows"], record["deflators"], record["aid_events"]
        ),
        since=us_means.since_rows(us_means.use_rows(record["tool_uses"], record["policy_tools"], record)),
    )
    assert not [line for line in text.splitlines() if line.strip().startswith(">")]
    assert "none by president, vice president or" in text


def test_each_carrot_and_stick_of_the_essay_has_a_number_and_a_document(record, rows, last):
    uses = us_means.use_rows(record["tool_uses"], record["policy_tools"], record)
    checks = us_response.checks(
        rows=rows,
        firsts=us_response.first_rows(rows),
        waits=us_response.wait_rows(record["secretary_visits"], record["crisis_steps"], last),
        posts=record["us_posts"],
        uses=uses,
        since=us_means.since_rows(uses),
        contacts=record["us_contacts"],
        documents=tables.links(record["sources"]),
    )
    assert checks["shows"].str.contains(r"\d").all() and (checks["links"].map(len) >= 2).all()
    # A visit, words and a filled post have sentences of their own.
    apart = {"high-level-visit", "public-statements", "senior-envoy-in-post"}
    assert set(us_response.TOOL_SENTENCES) == set(us_means.TOOL_NAMES) - apart
    shows = checks.set_index("says")["shows"]
    azhar = shows[us_response.TOOL_SENTENCES["un-listing-azhar"]]
    assert azhar.endswith("used 1, offered or tried 2; first used on 1 May 2019.")
    assert shows[us_response.TOOL_SENTENCES["state-sponsor-list"]].endswith("Since, by anyone: nothing recorded.")


def test_the_words_on_visits_hold(record, last):
    waits = us_response.wait_rows(record["secretary_visits"], record["crisis_steps"], last)
    days = waits.set_index(["crisis", "country"])["days"]
    assert (days["2008–09", "India"], days["2008–09", "Pakistan"]) == (7, 8)
    assert waits.dropna(subset=["days"]).groupby("crisis")["days"].min().idxmin() == "2008–09"
    assert pd.isna(days["2019", "Pakistan"]) and pd.isna(days["2025", "Pakistan"])
    later = record["secretary_visits"].query("date > '2025-02-19'")
    assert len(later) and "historian-travels-2026" not in ";".join(later["sources"])


def test_the_words_on_posts_hold(record, last):
    posts_table, began = record["us_posts"], contacts.triggers(record["crisis_steps"])
    unfilled = {key: us_means.unconfirmed_on(posts_table, day) for key, day in began.items()}
    assert unfilled == {"crisis-2001": 0, "crisis-2008": 0, "crisis-2016": 0, "crisis-2019": 2, "crisis-2025": 3}
    for first, _ in us_means.administrations(last).values():
        assert len(posts.held_on(posts_table, first)) == len(us_means.POST_NAMES)
    shares = us_means.share_rows(posts_table, last)
    assert us_means.open_share(shares, "Trump, first term", "Assistant Secretary") == ">99%"


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0%"), (0.001, "<1%"), (0.5, "50%"), (0.994, "99%"), (0.997, ">99%"), (1, "100%")]
)
def test_a_share_is_not_rounded_to_none_or_all(share, text):
    assert us_means.percent_text(share) == text


def test_the_money_of_the_chart_is_that_of_the_tables(record):
    rows = us_means.money_rows(
        record["us_assistance"], record["us_aid_flows"], record["deflators"], record["aid_events"]
    )
    current = us_means.aid_by_year(rows, "current")
    printed = record["us_assistance"].query("account in ['total_economic', 'total_security'] and status == 'actual'")
    for year, edition in (("2010", "2014-03"), ("2018", "2019-03")):
        own = printed[(printed["fiscal_year"] == year) & (printed["edition"] == edition)]
        totals = own["amount_usd_millions"].sum()
        assert abs(current[year] - totals) <= 3
    constant = us_means.aid_by_year(rows)
    assert constant.idxmax() == "2010" and constant["2018"] < constant.max() / 20
    assert (constant > current).all()
    paid = us_means.paid_by_year(rows)
    assert constant["2018"] / constant.max() < 0.1 < paid["2019"] / paid.max() < 0.5
    assert paid["2019"] > paid["2018"]
    named = rows[rows["name"].fillna("") != ""]
    assert set(named["panel"]) == {us_means.AID} and len(named) == len(us_means.STOPS)


def test_every_account_and_year_is_shown_in_both_dollars(record):
    current, constant = (
        us_means.account_rows(record["us_assistance"], record["deflators"], dollars) for dollars in us_means.DOLLARS
    )
    assert list(us_means.account_columns(current))[:3] == ["account", "kind", "2002-2007"]
    by_account = current.set_index("account")
    assert by_account.loc["Economic Support Funds (ESF)", ["2002-2007", "2010", "2018"]].tolist() == [
        "2,033",
        "1,292",
        "48",
    ]
    assert by_account.loc["Foreign Military Financing (FMF)", "2018"] == "–"
    index = us_means.price_levels(record["deflators"])
    shown = constant.set_index("account").loc["Economic Support Funds (ESF)", "2010"]
    assert shown == f"{1292 * index[2025] / index[2010]:,.0f}"
    assert by_account["kind"].tolist() == ["Economic"] * 7 + ["Security"] * 7 + ["Reimbursement"]
    # The accounts of a year add up to what the chart shows of it.
    rows = us_means.money_rows(
        record["us_assistance"], record["us_aid_flows"], record["deflators"], record["aid_events"]
    )
    aid = by_account[by_account["kind"] != "Reimbursement"]["2010"]
    assert (
        sum(float(text.replace(",", "")) for text in aid if text != "–")
        == us_means.aid_by_year(rows, "current")["2010"]
    )


def test_every_use_of_a_tool_names_a_row_of_its_table(record):
    for use in record["tool_uses"].itertuples():
        assert use.row_id in set(record[str(use.table_name)]["id"])
    named = record["policy_tools"].dropna(subset=["essay_paragraph"])["id"]
    assert set(us_means.TOOL_NAMES) == set(named)
    assert set(record["tool_uses"]["tool_id"]) == set(record["policy_tools"]["id"])


def test_the_essay_s_tools_are_counted_before_and_since(record):
    uses = us_means.use_rows(record["tool_uses"], record["policy_tools"], record)
    since = us_means.since_rows(uses).set_index("tool")
    assert since.loc["Secretary's visit in a crisis", "uses_since"] == 0
    assert since.loc["Rewards for Mumbai", "before"] == "used 3"
    assert since.loc["UN listing of Azhar", "first_since"] == "1 May 2019"
    azhar = uses[uses["row_id"] == "un-azhar-2019"].set_index("kind")["day"].to_dict()
    assert azhar == {"offered or tried": "27 February 2019", "used": "1 May 2019"}
    # A month is not made a day.
    assert uses[uses["row_id"] == "un-azhar-2016"]["day"].tolist() == ["February 2016"]
    lists = record["us_lists"].query("list == 'Not Fully Cooperating Countries'")
    assert since.loc["Not-cooperating list", "since"] == f"passed over {(lists['date'] >= '2019-02-24').sum()}"
