"""The essay's claims and advice: quotations as they were checked, measures by hand, words that still hold."""

import hashlib
import re

import altair as alt
import pandas as pd
import pytest
from conftest import ROOT

from aftermumbai import charts, data, measures, tables
from aftermumbai.charts import advice, essay, tested
from aftermumbai.measures import verdicts
from aftermumbai.rules import split_list

# Digest of every quotation as compared with the essay's text on 25 November 2026.
QUOTATIONS = "3d1121a2e74661349b0f453368ba6ee640716d0e50bd4f252c0372ceb57bc065"


@pytest.fixture(scope="module")
def record() -> tested.Record:
    return advice.load()


@pytest.fixture(scope="module")
def claims(record) -> pd.DataFrame:
    return record["essay_claims"]


def claims_markup(record: tested.Record) -> str:
    links = tables.links(essay.cited(record["sources"], record["essay_claims"]["sources"]))
    return tables.filled("essay.html", "", paragraphs=essay.paragraph_rows(record, links)).markup


def advice_markup(record: tested.Record) -> str:
    keys = [record["essay_recommendations"]["sources"], advice.steps(record)["sources"]]
    links = tables.links(essay.cited(record["sources"], *keys))
    return tables.filled("advice.html", "", parts=advice.advice_rows(record, links)).markup


# Quotations and sources


def test_every_quotation_stands_as_it_was_compared_with_the_essay(claims):
    lines = sorted(f"{row.id} {row.paragraph} {row.quote}" for row in claims.itertuples())
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    assert digest == QUOTATIONS, "compare the changed quotation with the essay, then renew the digest"


def test_a_quotation_is_short(claims):
    assert claims["quote"].str.split().str.len().max() <= 25


def test_the_quotation_of_rice_names_the_reports_it_was_compared_with(claims):
    row = claims.set_index("id").loc["claim-70"]
    assert {"mint-2008-rice-act-fast", "abc-2008-rice-delhi"} <= set(split_list(row["evidence_for"]))
    assert "New Delhi on 3 December 2008" in row["reasoning"]


def test_a_claim_that_the_record_speaks_against_says_what_an_editor_would_print(claims):
    wrong = claims[claims["verdict_now"] == "contradicted"]
    assert wrong["editor"].notna().all() and wrong["evidence_against"].notna().all()
    facts = claims[(claims["kind"] == "fact") & ~claims["verdict_now"].isin(["supported", "open", "untestable"])]
    assert facts["editor"].notna().all()


def test_evidence_is_among_the_sources_of_its_claim(claims):
    for row in claims.fillna("").itertuples():
        named = set(split_list(row.evidence_for)) | set(split_list(row.evidence_against))
        assert named <= set(split_list(row.sources)), row.id


def test_the_essay_is_told_in_other_words(record):
    """No run of nine words of a paragraph's argument is a quotation of the essay."""
    quotes = [re.findall(r"\w+", quote.lower()) for quote in record["essay_claims"]["quote"]]
    runs = {tuple(words[i : i + 9]) for words in quotes for i in range(len(words) - 8)}
    for argument in record["essay_paragraphs"]["argument"]:
        words = re.findall(r"\w+", argument.lower())
        assert not runs & {tuple(words[i : i + 9]) for i in range(len(words) - 8)}
    assert record["essay_paragraphs"]["paragraph"].to_list() == list(range(1, 16))


# Measures by hand


@pytest.mark.parametrize(
    ("then", "now", "turn"),
    [
        ("supported", "supported", "same"),
        ("open", "open", "same"),
        ("open", "untestable", "same"),
        ("supported", "partly_supported", "worse"),
        ("partly_supported", "contradicted", "worse"),
        ("not_supported", "partly_supported", "better"),
        ("open", "contradicted", "settled"),
        ("untestable", "supported", "settled"),
        ("supported", "open", "unsettled"),
    ],
)
def test_a_change_of_verdict_has_a_direction(then, now, turn):
    assert verdicts.turn(then, now) == turn


def some_claims() -> pd.DataFrame:
    known = pd.CategoricalDtype(list(essay.COLOURS), ordered=True)
    rows = [("open", "supported"), ("open", "supported"), ("supported", "supported")]
    return pd.DataFrame(rows, columns=["verdict_then", "verdict_now"]).astype(known)


def test_transitions_count_pairs_of_verdicts():
    rows = verdicts.transitions(some_claims())
    assert list(rows.itertuples(index=False, name=None)) == [("supported", "supported", 1), ("open", "supported", 2)]
    assert list(verdicts.turned(some_claims())) == ["settled", "settled", "same"]


def statements() -> pd.DataFrame:
    rows = [
        ("e1", "jem", "claimed", "JeM", "group"),
        ("e1", "jem", "blamed", "India", "state"),
        ("e1", "let", "assessed", "Author, essay", "researcher"),
        ("e1", "let", "denied", "LeT", "group"),
        ("e2", "hm", "claimed", "HM", "group"),
        ("e2", "let", "charged", "India", "state"),
        ("e2", "let", "convicted", "A court", "court"),
    ]
    return pd.DataFrame(rows, columns=["event_id", "group_id", "role", "by", "by_kind"])


def test_statements_about_an_event_are_counted_by_what_they_say():
    assert verdicts.named(statements(), "e1", "jem") == (1, 1, 0, 0, 4)
    assert verdicts.named(statements(), "e1", "let") == (0, 1, 1, 0, 4)
    assert verdicts.named(statements(), "e1", "let", without="Author") == (0, 0, 1, 0, 3)
    assert verdicts.named(statements(), "e2", "let") == (0, 1, 0, 1, 3)


def test_attacks_claimed_in_a_period_end_before_its_last_day():
    days = pd.to_datetime(["2019-01-01", "2019-02-01"])
    attacks = pd.DataFrame({"id": ["e1", "e2"], "date": days})
    said = statements()
    first, last = days
    assert verdicts.claimed_between(attacks, said, "jem", first, last)["id"].to_list() == ["e1"]
    assert verdicts.claimed_between(attacks, said, "hm", first, last).empty
    assert verdicts.also_laid(attacks, said, ["jem", "hm"], "let") == (1, 2)


def test_attacks_that_a_state_laid_to_another_group():
    attacks = pd.DataFrame({"id": ["e1", "e2"]})
    said = statements()
    assert verdicts.laid_to_others(attacks, said, "hm") == 2
    assert verdicts.laid_to_others(attacks, said, "jem") == 1
    nobody = pd.DataFrame([("e1", "unidentified", "blamed", "India", "state")], columns=said.columns)
    assert verdicts.laid_to_others(attacks, nobody, "jem") == 0


def some_steps() -> pd.DataFrame:
    rows = [
        ("a", "c1", "2019-02-26", "03:30", "india", "air_strike"),
        ("b", "c1", "2019-02-27", "09:45", "pakistan", "air_strike"),
        ("c", "c1", "2019-02-26", None, "pakistan", "cross_line_fire"),
        ("d", "c1", "2019-03-01", None, "pakistan", "stand_down"),
        ("e", "c2", "2008-12-01", None, "india", "statement"),
    ]
    table = pd.DataFrame(rows, columns=["id", "crisis_id", "date", "time_local", "actor", "rung"])
    return table.assign(date=pd.to_datetime(table["date"]))


def test_the_first_step_and_the_hours_between_two():
    strike = verdicts.first_step(some_steps(), "c1", verdicts.STRIKES, "india")
    reply = verdicts.first_step(some_steps(), "c1", verdicts.STRIKES, "pakistan")
    assert (strike["id"], reply["id"]) == ("a", "b")
    assert verdicts.hours_between(strike, reply) == 30.25
    assert verdicts.first_step(some_steps(), "c2", verdicts.STRIKES, "india") is None
    assert verdicts.first_step(some_steps(), "c1", verdicts.FORCE, "pakistan")["id"] == "c"
    fire = some_steps().iloc[2]
    with pytest.raises(ValueError, match="the hour of a or c is not known"):
        verdicts.hours_between(strike, fire)


def test_steps_of_force_are_counted_by_crisis():
    assert verdicts.force_steps(some_steps(), "c1") == (3, 4)
    assert verdicts.force_steps(some_steps(), "c2") == (0, 1)


def test_contacts_are_counted_by_mode_rank_and_day():
    table = pd.DataFrame(
        {
            "crisis_id": ["c1", "c1", "c1", "c2"],
            "date": pd.to_datetime(["2019-02-15", "2019-02-16", "2019-02-26", "2019-02-15"]),
            "rank": ["secretary_of_state", "president", "secretary_of_state", "president"],
            "mode": pd.Categorical(["tweet", "call", "call", "call"], ["visit", "call", "tweet"]),
        }
    )
    first, last = pd.Timestamp("2019-02-14"), pd.Timestamp("2019-02-26")
    assert verdicts.contacts(table, "c1", first, last).to_dict() == {"visit": 0, "call": 1, "tweet": 1}
    own = verdicts.contacts(table, "c1", first, last, "secretary_of_state")
    assert own.to_dict() == {"visit": 0, "call": 0, "tweet": 1}


def test_a_post_without_a_confirmed_holder():
    days = ["2016-01-01", "2017-01-01", "2018-01-01"]
    posts = pd.DataFrame(
        {
            "post": "p",
            "status": ["confirmed", "acting", "confirmed"],
            "start": pd.to_datetime(days),
            "end": pd.to_datetime([*days[1:], None]),
        }
    )
    assert verdicts.confirmed_on(posts, "p", pd.Timestamp("2016-06-01"))
    assert verdicts.confirmed_on(posts, "p", pd.Timestamp("2020-06-01"))
    assert not verdicts.confirmed_on(posts, "p", pd.Timestamp("2017-01-01"))
    spell = verdicts.unconfirmed_spell(posts, "p", pd.Timestamp("2017-06-01"))
    assert spell == (pd.Timestamp("2017-01-01"), pd.Timestamp("2018-01-01"))
    with pytest.raises(ValueError, match="p had a confirmed holder on 2018-06-01"):
        verdicts.unconfirmed_spell(posts, "p", pd.Timestamp("2018-06-01"))


def test_custody_lists_and_aid():
    custody = pd.DataFrame(
        {
            "person_id": ["x", "x", "x", "x", "y"],
            "country": ["P", "P", "P", "I", "P"],
            "date": pd.to_datetime(["2009-01-01", "2009-06-01", "2020-01-01", "2010-01-01", "2010-01-01"]),
            "step": ["house_arrest", "released", "sentenced", "arrested", "arrested"],
        }
    )
    counts = verdicts.custody_counts(custody, "x", "P", pd.Timestamp("2008-11-26"), pd.Timestamp("2019-02-24"))
    assert counts.to_dict() == {"confined": 1, "sentenced": 0}
    listings = pd.DataFrame(
        {
            "regime": ["un", "un", "us"],
            "action": ["listed", "listed", "listed"],
            "date": pd.to_datetime(["2005-05-02", "2020-01-01", "2001-01-01"]),
            "entity_id": ["a", "b", "c"],
        }
    )
    assert verdicts.listed_before(listings, "un", ["a", "b", "c"], pd.Timestamp("2019-02-24")) == 1
    groups = pd.DataFrame({"id": ["let", "jud", "jem"], "parent_id": [None, "let", None]})
    people = pd.DataFrame({"id": ["p", "q"], "group_id": ["jud", "jem"]})
    assert verdicts.members(groups, people, "let") == ["let", "jud", "p"]
    aid = pd.DataFrame({"edition": ["e", "e"], "fiscal_year": ["2010", "2010"], "account": ["total", "FMF"]}).assign(
        amount_usd_millions=[4504.0, 294.0]
    )
    assert verdicts.aid_total(aid, "e", "2010") == 4504
    with pytest.raises(ValueError, match="the edition e prints 0 totals of 2011"):
        verdicts.aid_total(aid, "e", "2011")


def test_a_step_on_advice_takes_day_and_text_from_its_row():
    steps = pd.DataFrame(
        {
            "recommendation_id": ["r", "r", "r"],
            "bearing": ["follows", "result", "follows"],
            "table_name": ["offers", "acts", "posts"],
            "row_id": ["o", "a", "p"],
        }
    )
    day = pd.Timestamp("2019-02-24")
    named = {
        "offers": pd.DataFrame(
            {"id": ["o"], "date_announced": [day - pd.Timedelta(days=91)], "date_precision": ["day"]}
        ).assign(summary=["An offer."], sources=["s"]),
        "acts": pd.DataFrame({"id": ["a"], "date": [day], "date_precision": ["day"]}).assign(
            title=["An act"], sources=["s"]
        ),
        "posts": pd.DataFrame({"id": ["p"], "start": [pd.NaT], "start_precision": ["day"]}).assign(
            holder=["X"], status=["acting"], sources=["s"]
        ),
    }
    found = verdicts.steps_of(steps, named, day)
    assert found[["row_id", "days", "text"]].to_numpy().tolist() == [["o", -91, "An offer."], ["a", 0, "An act"]]


# The sentences beside the claims


def test_every_measure_of_a_claim_is_computed_and_every_computed_one_is_used(claims):
    assert set(claims["measure"].dropna()) == set(tested.TESTS)


@pytest.mark.parametrize("name", tested.TESTS)
def test_a_computed_sentence_reads_as_one(record, name):
    text = tested.TESTS[name](record)
    assert re.search(r"\d|\bno\b|never|once", text) and text.endswith(".")
    assert not re.search(r"nan|NaT|<NA>|None|\b0 (calls|visits|days)\b", text)


def test_numbers_quoted_in_the_reasons_agree_with_the_tables(record):
    says = {name: test(record) for name, test in tested.TESTS.items()}
    assert "11 days after the attack on the army base at Uri" in says["uri-and-the-strikes"]
    assert "in India and not in Jammu and Kashmir" in says["uri-and-the-strikes"]
    assert "12 days after the bombing, 2 days after the essay" in says["strike-after-days"]
    assert "30 hours" in says["reply-after-hours"]
    assert "none names LeT" in says["pulwama-named"]
    assert "killed 31–39, Pulwama 40–44" in says["jem-on-bases"]
    assert "4 September 2018" in says["let-claims"]
    assert "Of 10 areas" in says["plan-areas"] and ", 3 concern" in says["plan-areas"]
    assert "from 25 January 2017 to 15 September 2021" in says["posts-filled"]
    assert "from 4,504 million dollars in fiscal 2010 to 108 million" in says["aid-by-year"]
    assert "0 before the essay" in says["sentences-since"]


# The words written by hand


def test_the_words_on_the_claims_hold(record, claims):
    turns = verdicts.turned(claims).value_counts()
    assert turns["settled"] > turns["worse"] + turns["better"]  # "Most stood open"
    by_id = claims.set_index("id")["verdict_now"]
    assert by_id["claim-07"] == by_id["claim-21"] == "not_supported"  # "central inference, finds no support"
    assert by_id["claim-10"] == by_id["claim-12"] == "supported"  # "Its warning proved right"
    facts = claims[claims["kind"] == "fact"]["verdict_now"].value_counts()
    assert facts["supported"] > len(claims[claims["kind"] == "fact"]) / 2  # "Its facts mostly stand"


def test_the_best_case_for_the_essay_stands_in_the_record(record):
    """HM or JeM claimed each of three attacks, and a state laid it to LeT; Pulwama was larger than JeM's since 2001."""
    said, attacks = record["attributions"], record["attacks"].set_index("id")
    for event, group in {"2013-03-13-bemina": "hm", "2013-06-24-hyderpora": "hm", "2016-09-18-uri": "jem"}.items():
        assert verdicts.named(said, event, group).claimed and verdicts.named(said, event, "let").laid
    between = (tested.PARLIAMENT + tested.DAY, tested.claims.PULWAMA)
    own = verdicts.claimed_between(record["attacks"], said, "jem", *between)
    assert own["killed_max"].max() < attacks.loc[tested.PULWAMA, "killed_min"]


def test_the_words_on_the_advice_hold(record):
    outcome = record["essay_recommendations"].set_index("id")["outcome"]
    assert outcome[["rec-10", "rec-12", "rec-13"]].eq("done").all()  # "The slow advice was followed"
    assert not outcome[["rec-02", "rec-07"]].eq("done").any()  # "the urgent was not, or late"
    stance = advice.stances(record["expert_positions"])
    assert stance["attribution", "agrees_with_essay"] == 0
    assert stance["us_policy", "mixed"] == 2 and stance["us_policy", "disagrees_with_essay"] == 0  # "Two doubted"
    places, attacks = record["places"].set_index("id")["territory"], record["attacks"]
    deadly = attacks[(attacks["killed_min"] >= 5) & (attacks["place_id"].map(places) == "india_administered_jk")]
    question = measures.Comparison("", tested.claims.MUMBAI, tested.ESSAY, record["events"]["date"].max())
    (before, after), years = question.counts(deadly["date"]), question.years
    ratio = measures.rate_ratio(before, years[0], after, years[1])
    assert ratio.low < 0.5 and ratio.high >= 2  # "a fall by more than half and a doubling"


def test_what_was_followed_had_mostly_begun_before(record):
    found, advised = advice.steps(record), record["essay_recommendations"]
    done = advised[advised["outcome"] == "done"]
    early = found[(found["days"] < 0) & (found["bearing"] == "follows")]["recommendation_id"]
    assert (done["id"].isin(early) | (done["direction"] == "avoid")).mean() > 0.5


# Charts and tables


def test_every_claim_is_drawn_once_and_listed_once(record, claims):
    rows = essay.place_rows(claims, record["essay_paragraphs"])
    assert sorted(rows["id"]) == sorted(claims["id"])
    assert rows["place"].max() <= essay.LONGEST
    html = claims_markup(record)
    for key in claims["id"]:
        assert html.count(f'id="{key}"') == 1
    every = essay.transition_rows(claims).query("kind == 'all'")
    assert every["claims"].sum() == len(claims)


def test_a_link_to_a_figure_leads_to_one_that_is_stored(claims, record):
    pages = essay.figure_pages()
    assert {"rate-ratios", "pulwama-case", "targets", "advice-timeline"} <= set(pages)
    for anchor, page in pages.items():
        file = page["url"].removesuffix(f".html#fig-{anchor}")
        assert f'"id": "{anchor}"' in (ROOT / "notebooks" / f"{file}.ipynb").read_text(encoding="utf-8")
    stored = {page["url"] for page in pages.values()}
    html = claims_markup(record)
    assert all(page in stored for page in re.findall(r'href="([^"#]+#fig-[^"]+)"', html))
    assert html.count("See the figure") == claims["figure"].isin(pages).sum() > 0


def test_every_piece_of_advice_has_a_step_and_an_anchor(record):
    rows, advised = advice.timeline_rows(record), record["essay_recommendations"]
    assert rows["advice"].nunique() == len(advised)
    html = advice_markup(record)
    assert all(html.count(f'id="{key}"') == 1 for key in advised["id"])
    assert html.count("</strong> (") == len(record["advice_steps"])


def test_no_step_hides_another(record):
    rows = advice.timeline_rows(record)
    assert not rows.duplicated(["days", "drawn"]).any()
    assert ((rows["drawn"] - rows["line"]).abs() < advice.SHIFT).all()


def test_every_piece_of_advice_has_a_short_name_of_its_own():
    assert set(advice.LABELS) == set(data.load("essay_recommendations")["id"])
    assert len(set(advice.LABELS.values())) == len(advice.LABELS)
    assert max(map(len, advice.LABELS.values())) <= 34


def test_a_step_outside_the_timeline_is_refused(record, monkeypatch):
    monkeypatch.setattr(advice, "REACH", 100)
    with pytest.raises(ValueError, match=r"raise charts\.advice\.REACH"):
        advice.timeline_rows(record)


def test_every_expert_has_a_place_of_his_own(record):
    rows = advice.expert_rows(record["expert_positions"])
    assert len(rows) == len(record["expert_positions"])
    assert not rows.duplicated(["slot", "line"]).any()
    assert not set(rows["line"]) & set(rows["head"])


@pytest.mark.parametrize(
    ("author", "name"),
    [("A. S. Dulat", "Dulat"), ("Walter C. Ladwig III", "Ladwig"), ("A Perkovich and B Dalton", "Perkovich, Dalton")],
)
def test_a_name_is_shortened_to_the_last(author, name):
    assert advice.surname(author) == name


@pytest.mark.parametrize("draw", [essay.draw_transitions, essay.draw_places, advice.draw_timeline, advice.draw_experts])
@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])
def test_a_chart_draws_the_named_rows(draw, width):
    chart = draw(width)
    assert isinstance(chart, alt.TopLevelMixin) and chart.to_dict() == draw(width).to_dict()


def test_every_verdict_bearing_and_stance_has_a_colour_and_a_shape():
    assert list(essay.COLOURS) == list(essay.SHAPES) == list(data.labels("essay_claims", "verdict_now"))
    assert list(advice.COLOURS) == list(advice.SHAPES) == list(data.labels("advice_steps", "bearing"))
    assert set(data.load("expert_positions")["position"]) <= set(advice.STANCES)
    assert len(set(essay.SHAPES.values())) == len(essay.SHAPES)
