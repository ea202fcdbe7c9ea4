"""Crises on one clock: hand-computed times and orders, the words of the chapter, and a sixth crisis from rows alone."""

import copy
import csv
import json
import shutil
from functools import partial

import pandas as pd
import pytest

from aftermumbai import charts, data, tables
from aftermumbai.charts import escalation
from aftermumbai.measures import alignment

SIDES = {"india": "India", "pakistan": "Pakistan", "united_states": "third party", "armed_group": "armed group"}
LEVELS = {
    "trigger": "trigger",
    "statement": "words",
    "mobilisation": "forces moved",
    "cross_line_fire": "fire",
    "air_strike": "air strike",
}
ORDER = ["words", "forces moved", "fire", "air strike"]


def steps(*rows: tuple) -> pd.DataFrame:
    """Steps from (id, date, precision, time, zone, actor, rung, turn), all of one crisis."""
    columns = ["id", "date", "date_precision", "time_local", "time_zone", "actor", "rung", "turn"]
    table = pd.DataFrame(rows, columns=columns)
    table["title"] = table["id"]
    return table.assign(crisis_id="c", date=pd.to_datetime(table["date"]), told_by=None, denied_by=None)


TRIGGER = ("attack", "2019-02-14", "day", "15:15", "Asia/Kolkata", "armed_group", "trigger", None)


def since(*rows: tuple) -> pd.DataFrame:
    return alignment.since_trigger(steps(TRIGGER, *rows), SIDES, LEVELS).set_index("id", drop=False)


def test_an_hour_is_read_in_its_time_zone():
    at = alignment.moments(
        steps(TRIGGER, ("p", "2019-02-14", "day", "15:15", "Asia/Karachi", "pakistan", "statement", None))
    )
    # 15:15 in India is 09:45 in UTC, 15:15 in Pakistan is 10:15.
    assert at["earliest"].tolist() == [pd.Timestamp("2019-02-14 09:45"), pd.Timestamp("2019-02-14 10:15")]
    assert (at["earliest"] == at["latest"]).all()


def test_pakistan_kept_summer_time_in_2008_and_not_in_2009_december():
    zone = "Asia/Karachi"
    summer = ("s", "2008-07-01", "day", "12:00", zone, "pakistan", "trigger", None)
    winter = ("w", "2008-12-01", "day", "12:00", zone, "pakistan", "statement", None)
    at = alignment.moments(steps(summer, winter))
    assert at["earliest"].dt.hour.tolist() == [6, 7]


def test_a_day_is_a_span_where_the_step_was_taken():
    rows = since(
        ("india", "2019-02-15", "day", None, None, "india", "statement", None),
        ("pakistan", "2019-02-15", "day", None, None, "pakistan", "statement", None),
        ("us", "2019-02-15", "day", None, None, "united_states", "statement", None),
    )
    # Midnight in Delhi is 18:30 UTC, 8 h 45 min after the attack; in Karachi half an hour later;
    # a step of somebody else ends with the day of Washington, 10.5 hours after that of Delhi in winter.
    assert rows.loc["india", ["hours_min", "hours_max"]].tolist() == [8.75, 32.75]
    assert rows.loc["pakistan", ["hours_min", "hours_max"]].tolist() == [9.25, 33.25]
    assert rows.loc["us", ["hours_min", "hours_max"]].tolist() == [8.75, 43.25]
    assert rows.loc["india", "days"] == pytest.approx(20.75 / 24)


def test_a_step_of_the_day_of_the_trigger_follows_it_and_one_of_the_day_before_does_not():
    rows = since(
        ("same", "2019-02-14", "day", None, None, "india", "statement", None),
        ("before", "2019-02-13", "day", None, None, "india", "statement", None),
    )
    assert rows.loc["same", ["hours_min", "hours_max", "day"]].tolist() == [0, 8.75, 0]
    assert rows.loc["before", ["hours_min", "hours_max", "day"]].tolist() == [-39.25, -15.25, -1]
    assert rows.loc["attack", ["hours_min", "hours_max"]].tolist() == [0, 0]


def test_a_month_spans_the_month_and_says_so():
    rows = since(("month", "2019-04-01", "month", None, None, "pakistan", "statement", None))
    assert (rows.loc["month", "hours_max"] - rows.loc["month", "hours_min"]) == 30 * 24
    assert alignment.time_text(rows.loc["month"]) == "from day 46"


def test_a_crisis_without_a_trigger_is_refused():
    alone = steps(("words", "2019-02-14", "day", None, None, "india", "statement", None))
    with pytest.raises(ValueError, match="no trigger, so no time since it: c"):
        alignment.since_trigger(alone, SIDES, LEVELS)


CRISIS = (
    ("words", "2019-02-15", "day", None, None, "india", "statement", None),
    ("moved", "2019-02-21", "day", None, None, "pakistan", "mobilisation", None),
    ("strike", "2019-02-26", "day", "03:30", "Asia/Kolkata", "india", "air_strike", None),
    ("fire", "2019-02-26", "day", None, None, "pakistan", "cross_line_fire", None),
    ("second", "2019-02-26", "day", None, None, "armed_group", "trigger", None),
    ("again", "2019-02-27", "day", "10:00", "Asia/Kolkata", "india", "air_strike", None),
    ("release", "2019-02-28", "day", None, None, "pakistan", "statement", "climb_stops"),
)


def test_the_first_time_on_a_level_is_the_least_of_its_steps():
    first = alignment.first_times(since(*CRISIS).reset_index(drop=True)).set_index(["side", "level"])
    # 14 February 15:15 to 26 February 03:30 is 11 days 12 hours and a quarter.
    assert first.loc[("India", "air strike"), ["hours_min", "hours_max", "steps"]].tolist() == [276.25, 276.25, 2]
    assert first.loc[("Pakistan", "fire"), ["hours_min", "hours_max"]].tolist() == [273.25, 297.25]
    assert first.loc[("India", "air strike"), "title"] == "strike"


def test_of_two_spans_the_first_lies_between_the_least_ends():
    rows = since(
        ("late", "2019-03-02", "day", "08:00", "Asia/Kolkata", "india", "cross_line_fire", None),
        ("span", "2019-03-02", "day", None, None, "india", "cross_line_fire", None),
    )
    first = alignment.first_times(rows.reset_index(drop=True)).set_index("level").loc["fire"]
    assert (first["hours_min"], first["hours_max"]) == (rows.loc["span", "hours_min"], rows.loc["late", "hours_min"])


def test_peaks_climbs_and_turns():
    rows = since(*CRISIS).reset_index(drop=True)
    peaks = alignment.peaks(rows, ORDER, ORDER[2:]).set_index("side")
    assert peaks["level"].to_dict() == {"India": "air strike", "Pakistan": "fire"}
    climb = alignment.climb(rows[rows["side"].isin(["India", "Pakistan"])], ORDER)
    assert climb["title"].tolist() == ["words", "moved", "strike"]
    stop = alignment.turn(rows, "c", "climb_stops")
    assert stop["title"] == "release" and alignment.turn(rows, "c", "crisis_ends") is None
    assert alignment.last_trigger(rows, stop)["title"] == "second"


def test_a_time_is_told_no_finer_than_its_record():
    rows = since(*CRISIS, ("soon", "2019-02-15", "day", "01:15", "Asia/Kolkata", "india", "statement", None))
    told = {key: alignment.time_text(rows.loc[key]) for key in ("soon", "words", "strike", "release")}
    assert told == {"soon": "10 hours", "words": "next day", "strike": "11.5 days", "release": "day 14"}


@pytest.mark.parametrize(("n", "sign", "order"), [(1, 1, 1), (2, 0.5, 1), (3, 0.25, 1 / 3), (5, 0.0625, 1 / 60)])
def test_the_least_p_that_so_few_can_give(n, sign, order):
    assert alignment.smallest_p(n) == pytest.approx({"sign": sign, "order": order})


@pytest.mark.parametrize(
    ("values", "tau", "p"),
    [
        ([1, 2, 3, 4, 5], 1.0, 2 / 120),
        ([5, 4, 3, 2, 1], -1.0, 2 / 120),
        # One inversion: 1 + 4 of 120 orders are as ordered, and as many reversed.
        ([1, 0, 2, 4, 5], 0.8, 10 / 120),
        # Three values, two tied: S of 1 1 2 is 2, as in two of six orders, and -2 in two more.
        ([1, 1, 2], 1.0, 4 / 6),
        ([7, 7, 7], 0.0, 1.0),
    ],
)
def test_an_order_in_time_and_its_exact_p(values, tau, p):
    assert alignment.order_p(values) == pytest.approx((tau, p))


def test_too_many_values_for_all_orders_are_refused():
    with pytest.raises(ValueError, match="9 values have too many orders"):
        alignment.order_p(list(range(9)))


def test_credit_given_to_oneself():
    endings = pd.DataFrame(
        {
            "by_kind": ["india", "india", "india", "pakistan", "researcher"],
            "credited": ["india_force", "united_states", "united_states", "united_states", "india_force"],
            "said": ["credits", "credits", "denies", "credits", "credits"],
        }
    )
    belongs = {"india_force": "India", "united_states": "United States"}
    speakers = {"india": "India", "pakistan": "Pakistan", "united_states": "United States", "researcher": "researcher"}
    counts = alignment.self_credit(endings, belongs, speakers).set_index("speaker")
    assert counts.loc["India"].tolist() == [1, 2, 1]
    assert counts.loc["Pakistan"].tolist() == [0, 1, 0]
    assert counts.loc["United States"].tolist() == [0, 0, 0]


# The tables and the words of the chapter


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return escalation.aligned(data.load("crisis_steps"))


def test_every_crisis_has_a_trigger_both_sides_third_parties_and_a_turn(rows):
    for crisis in data.labels("crisis_steps", "crisis_id"):
        own = rows[rows["crisis_id"] == crisis]
        assert own.iloc[0]["rung"] == "trigger" and own["day"].min() == 0, crisis
        assert {*escalation.SIDES, escalation.THIRD} <= set(own["side"]), crisis
        assert alignment.turn(rows, crisis, "climb_stops") is not None, crisis
        assert crisis in set(data.load("crisis_endings")["crisis_id"])


def test_both_tables_name_the_same_crises_and_every_level_has_one_course():
    assert data.labels("crisis_steps", "crisis_id") == data.labels("crisis_endings", "crisis_id")
    level, course = (data.labels("crisis_steps", "rung", of=key) for key in ("level", "course"))
    assert len({(level[rung], course[rung]) for rung in level}) == len(set(level.values()))
    assert set(course.values()) == {"back", "contact", "trigger", *escalation.UP}
    assert set(data.labels("crisis_steps", "actor", of="side").values()) == set(escalation.SIDE_COLOURS)


def test_times_of_the_record_by_hand(rows):
    at = rows.set_index("id")
    # 14 February 2019 15:15 to 26 February 03:30 IST; to 10 May 2025 17:00 from 22 April 15:00 IST.
    assert at.loc["2019-02-26-balakot", "hours_min"] == 276.25
    assert at.loc["2025-05-10-ceasefire", "hours_max"] == 18 * 24 + 2
    # 02:09 in Rawalpindi is 02:39 in India: 17 days, 11 hours and 39 minutes after 15:00 on 22 April.
    assert at.loc["2025-05-10-nur-khan", "hours_min"] == pytest.approx(17 * 24 + 11.65)


def test_the_words_of_the_chapter_hold(rows):
    """The prose says: higher each time since Mumbai; no test below 0.05; India first; 2016 without an end."""
    heights = escalation.heights(rows)
    assert heights[1:] == sorted(set(heights[1:]))
    assert min(alignment.order_p(values)[1] for values in (heights, escalation.climb_days(rows))) > 0.05
    assert {step["side"] for step in escalation.force_times(rows).values() if step is not None} == {"India"}
    means = escalation.means_table(rows).groupby("crisis")["level"].agg(set)
    assert means["2001–02"] == {"fire across the line"}
    assert "ground raid" in means["2016"] and "air strike" in means["2019"] and "missiles or drones" in means["2025"]
    exact = (rows["known_to"] == "minute").mean()
    assert exact < 0.25 and (rows["known_to"] == "day").mean() > 0.7
    counts = alignment.self_credit(
        data.load("crisis_endings"),
        data.labels("crisis_endings", "credited", of="of"),
        data.labels("crisis_endings", "by_kind"),
    )
    assert counts.set_index("speaker").loc["United States", ["own", "credits"]].nunique() == 1


def test_the_account_of_the_first_step_is_not_taken_from_a_later_one():
    rows = since(
        ("plain", "2019-02-20", "day", None, None, "india", "cross_line_fire", None),
        ("denied", "2019-02-22", "day", None, None, "india", "cross_line_fire", None),
    )
    rows.loc["denied", ["told_by", "denied_by"]] = ["pakistan", "india"]
    first = alignment.first_times(rows.reset_index(drop=True)).set_index("level").loc["fire"]
    assert pd.isna(first["told_by"]) and pd.isna(first["denied_by"])


def test_force_is_told_by_somebody_and_disputed_force_says_so(rows):
    force = rows[rows["level"].isin(escalation.levels("force"))]
    assert force["told_by"].notna().all() and rows.loc[rows["denied_by"].notna(), "told_by"].notna().all()
    words = {crisis: escalation.page_takeaway(rows, crisis) for crisis in ("crisis-2016", "crisis-2019", "crisis-2025")}
    assert "ground raid, after about 10.8 days by India’s account, which Pakistan denies;" in words["crisis-2016"]
    assert "denies" not in words["crisis-2019"]
    # The night of 7 May by India's account; 10 May 04:00 in Karachi, 17.6 days after the attack, by Pakistan's own.
    told = (
        "missiles or drones, on day 15 by India’s account, which Pakistan denies, and after about 17.6 days by its own."
    )
    assert told in words["crisis-2025"]
    own = escalation.ladder_rows(rows, "crisis-2016")
    assert own.loc[own["disputed"], "rung"].tolist() == ["ground raid"]


def test_a_battle_between_aircraft_stands_for_both_sides(rows):
    combat = rows[rows["rung"] == "air_combat"].groupby("crisis_id", observed=True)["side"].agg(set)
    assert all(sides == set(escalation.SIDES) for sides in combat)


def test_marks_of_a_cell_stand_in_one_line_or_in_lines_of_three():
    rows = escalation.ending_rows(data.load("crisis_endings"))
    sizes = rows.groupby(["crisis", "credited"]).size()
    assert sizes.max() <= 2 * escalation.IN_LINE
    cell = rows.groupby(["crisis", "credited"])[["place", "near", "line"]].agg(list)
    four, one = cell.loc[sizes[sizes == 4].index[0]], cell.loc[sizes[sizes == 1].index[0]]
    assert four.to_list() == [[-1.5, -0.5, 0.5, 1.5], [-1, 0, 1, 0], [-0.5, -0.5, -0.5, 0.5]]
    assert one.to_list() == [[0], [0], [0]]


def test_a_test_of_a_missile_called_nuclear_capable_is_a_signal(rows):
    peaks = escalation.peak_table(rows).set_index("crisis")["signal"]
    # 3 May 2025 is eleven days after the attack at Pahalgam.
    assert peaks["2025"] == "Pakistan on day 11"


def test_a_ladder_mirrors_the_sides_and_never_falls_while_the_climb_lasts(rows):
    for crisis in escalation.crises(rows):
        own = escalation.ladder_rows(rows, crisis)
        for side, sign in zip(escalation.SIDES, (1, -1), strict=True):
            part = own[own["side"] == side]
            assert (part["lane"] * sign > 0).all()
            reach = (part["reach"].dropna() * sign).tolist()
            assert reach == sorted(reach)
        assert (own.loc[~own["side"].isin(escalation.SIDES), "lane"] == 0).all()


def test_marks_of_a_ladder_have_their_colours_at_full_strength(rows):
    layers = escalation.draw_ladder(charts.WIDE, rows).to_dict()["layer"]
    coloured = [layer["mark"] for layer in layers if "color" in layer["encoding"]]
    assert coloured and all(mark.get("opacity", 1) == 1 for mark in coloured)


def test_more_crises_than_colours_are_refused(rows):
    with pytest.raises(ValueError, match=r"9 crises and 8 colours: add to charts\.escalation\.CRISIS_COLOURS"):
        escalation.draw_climb(charts.WIDE, rows, [str(i) for i in range(9)])


# A sixth crisis


SIXTH = {"value": "crisis-2031", "label": "2031", "description": "After an invented attack, for a test."}
NEW_STEPS = [
    ("2031-03-01", "06:00", "Asia/Kolkata", "armed_group", "trigger", "", "Invented attack"),
    ("2031-03-02", "", "", "india", "accusation", "", "India accuses"),
    ("2031-03-02", "", "", "pakistan", "statement", "", "Pakistan denies"),
    ("2031-03-04", "", "", "united_states", "third_party_mediation", "", "Washington calls"),
    ("2031-03-06", "06:00", "Asia/Kolkata", "pakistan", "ground_raid", "", "Invented raid"),
    ("2031-03-07", "", "", "india", "missile_or_drone_strike", "", "Invented strike"),
    ("2031-03-09", "12:00", "Asia/Karachi", "pakistan", "back_channel", "climb_stops", "They speak"),
    ("2031-04-10", "", "", "india", "settlement", "crisis_ends", "They settle"),
]


@pytest.fixture
def sixth(tmp_path, monkeypatch) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The aligned steps and the endings of a package to which rows, and nothing else, were added."""
    root = tmp_path / "data"
    shutil.copytree(data.DATA, root)
    package = copy.deepcopy(data.package(root))
    for resource in package["resources"]:
        if resource["name"] in ("crisis_steps", "crisis_endings"):
            field = next(f for f in resource["schema"]["fields"] if f["name"] == "crisis_id")
            field["categories"].append(SIXTH)
            field["constraints"]["enum"].append(SIXTH["value"])
    (root / data.DESCRIPTOR).write_text(json.dumps(package), encoding="utf-8")
    common = {"crisis_id": SIXTH["value"], "date_precision": "day", "basis": "read", "sources": "rediff-2002-pullback"}
    keys = ("date", "time_local", "time_zone", "actor", "rung", "turn", "title")
    new = [
        dict(zip(keys, step, strict=True)) | common | {"id": f"x-{i}", "summary": step[-1]}
        for i, step in enumerate(NEW_STEPS)
    ]
    said = {"said": "credits", "credited": "direct_contact", "by": "Nobody", "by_kind": "india", "statement": "Said."}
    for table, rows in {
        "crisis_steps": new,
        "crisis_endings": [common | said | {"id": "x", "date": "2031-04-11"}],
    }.items():
        path = root / data.schemas(root)[table]["path"]
        columns = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        with path.open("a", encoding="utf-8", newline="") as file:
            csv.DictWriter(file, columns, restval="", lineterminator="\n").writerows(rows)
    monkeypatch.setattr(data, "labels", partial(data.labels, root=root))
    return escalation.aligned(data.load("crisis_steps", root)), data.load("crisis_endings", root)


def test_a_sixth_crisis_needs_rows_and_no_code(sixth):
    rows, _ = sixth
    assert list(escalation.crises(rows).values())[-1] == "2031" and len(escalation.crises(rows)) == 6
    figure = escalation.page("crisis-2031", rows)
    words = figure.spec["usermeta"]["figure"]
    assert words["id"] == "ladder-crisis-2031" and "2031: 8 steps" in words["title"]
    # 1 March 06:00 to 6 March 06:00 is five days; 9 March 12:00 in Karachi is 8 days and 6.5 hours after it.
    assert words["takeaway"] == (
        "2031: India reached missiles or drones, on day 6; Pakistan reached ground raid, after about 5.0 days."
    )
    assert words["alt"] == (
        f"{words['takeaway']} The climb stopped after about 8.3 days: They speak. The crisis ended on day 40: They "
        "settle."
    )
    assert figure.spec["usermeta"]["narrow"] and len(figure.spec["datasets"]["rows"]) == 8


def test_a_sixth_crisis_stands_in_every_picture_and_table(sixth):
    rows, endings = sixth
    names = list(escalation.crises(rows).values())
    climb = escalation.climb_rows(rows)
    reached = climb[climb["crisis"] == "2031"]["level"].tolist()
    assert reached == ["words", "ground raid", "missiles or drones", "missiles or drones"]
    assert "2031" in json.dumps(escalation.draw_climb(charts.WIDE, rows, names).to_dict())
    first = escalation.first_rows(rows)
    assert (first["crisis"] == "2031 – 8 steps").sum() == 2 * len(escalation.levels(*escalation.UP))
    peak = escalation.peak_table(rows).set_index("crisis").loc["2031"]
    assert peak["Pakistan"] == "ground raid, after about 5.0 days" and peak["signal"] == "none"
    assert "2031" in set(escalation.means_table(rows)["crisis"])
    assert "2031 missiles or drones" in escalation.climb_takeaway(rows)
    assert "Pakistan in 1." in escalation.brief(rows, endings) and "of 6 crises" in escalation.brief(rows, endings)
    assert "2031" in set(escalation.ending_rows(endings)["crisis"])
    assert "With 6 crises" in escalation.pattern_text(rows)
    documents = tables.links(data.load("sources"))
    turns = escalation.turn_table(rows, documents).set_index("crisis").loc["2031"]
    assert turns["step"].tolist() == ["They speak", "They settle"]
    steps = escalation.step_table(rows, "crisis-2031", documents)
    assert tables.grid(steps, escalation.STEP_COLUMNS, "Steps").caption == "Steps: table of 8 rows"
