"""The data package is sound, loads with types, and every fault gets a message a contributor can act on."""

import subprocess
import sys
from datetime import date, timedelta

import pandas as pd
import pytest

from aftermumbai import data, rules
from aftermumbai.rules import Problem, shorten

TABLES = list(data.schemas())


def test_the_package_has_no_problems():
    assert [str(problem) for problem in data.validate()] == []


def test_the_first_slice_is_large_enough():
    assert len(data.load("events")) >= 60


@pytest.mark.parametrize("table", TABLES)
def test_each_column_has_the_type_its_schema_names(table):
    frame, fields = data.load(table), data.schemas()[table]["schema"]["fields"]
    assert list(frame.columns) == [field["name"] for field in fields]
    for field in fields:
        kind = frame[field["name"]].dtype
        if enum := field.get("constraints", {}).get("enum"):
            assert kind == pd.CategoricalDtype(enum, ordered=True)
        elif field["type"] == "date":
            assert pd.api.types.is_datetime64_dtype(kind)
        else:
            assert str(kind) == {"integer": "Int64", "number": "Float64", "string": "string"}[field["type"]]


@pytest.mark.parametrize("table", TABLES)
def test_each_table_and_field_is_described(table):
    schema = data.schemas()[table]
    assert schema["description"] and schema["compiled"] and schema["licenses"]
    for field in schema["schema"]["fields"]:
        assert field["description"].endswith("."), field["name"]
        values = [category["value"] for category in field.get("categories", [])]
        assert values == field.get("constraints", {}).get("enum", []), field["name"]


def test_empty_cells_are_missing_never_zero(package):
    package.change("casualties", 2, killed_min="", killed_max="", injured_min="", injured_max="")
    assert data.load("casualties", package.root).loc[0, "killed_min":"injured_max"].isna().all()


def test_loading_an_unknown_table_names_the_known_ones():
    with pytest.raises(KeyError, match=r"no table is called 'event'; there are sources, places"):
        data.load("event")


def test_loading_bad_data_lists_the_problems(package):
    package.change("events", 2, category="atack")
    with pytest.raises(data.DataError, match=r"data/tables/events\.csv, row 2, column category: 'atack' is not one of"):
        data.load("events", package.root)


# One broken cell each: table, cells to set in row 3, and the message a contributor sees.
FAULTS = {
    "bad date": ("events", {"date": "2010-02-30"}, "row 3, column date: '2010-02-30' is not a date; write YYYY-MM-DD"),
    "date too early": ("events", {"date": "1989-12-01"}, "column date: '1989-12-01' breaks the constraint"),
    "unknown category": ("events", {"category": "atack"}, "row 3, column category: 'atack' is not one of attack, "),
    "not a number": ("casualties", {"killed_min": "many"}, "row 3, column killed_min: 'many' is not of type integer"),
    "negative count": ("casualties", {"killed_min": "-1"}, "row 3, column killed_min: '-1' breaks the constraint"),
    "no source": ("events", {"sources": ""}, "row 3, column sources: is empty and must not be"),
    "unknown source": (
        "events",
        {"sources": "nobody-2010-nothing"},
        "row 3, column sources: 'nobody-2010-nothing' is not an id in the table sources",
    ),
    "source twice": ("events", {"sources": "{sources};{sources}"}, "stands twice in this cell"),
    "unknown place": (
        "events",
        {"place_id": "atlantis"},
        "row 3, column place_id: 'atlantis' is not an id in the table",
    ),
    "unknown event": (
        "attributions",
        {"event_id": "2010-01-01-nothing"},
        "row 3, column event_id: '2010-01-01-nothing' is not an id in the table events",
    ),
    "unknown group": (
        "attributions",
        {"group_id": "nobody"},
        "row 3, column group_id: 'nobody' is not an id in the table",
    ),
    "minimum above maximum": ("casualties", {"killed_min": "9", "killed_max": "3"}, "'9' is above killed_max (3)"),
    "maximum alone": ("casualties", {"killed_min": "", "killed_max": "3"}, "'3' needs a killed_min beside it"),
    "ends before it starts": (
        "events",
        {"date_end": "1999-01-05"},
        "row 3, column date_end: '1999-01-05' is not after date",
    ),
    "key without its date": ("events", {"id": "2001-01-01-wrong"}, "'2001-01-01-wrong' does not begin with the date"),
    "key in capitals": ("groups", {"id": "LeT"}, "row 3, column id: 'LeT' breaks the constraint"),
    "month not stored as its first day": (
        "events",
        {"date_precision": "month", "date": "2009-03-17"},
        "is known to the month only: store its first day",
    ),
    "undated but dated": (
        "sources",
        {"published_precision": "undated"},
        "is given although the document is called undated",
    ),
    "address without a protocol": ("sources", {"url": "www.example.org"}, "column url: 'www.example.org' breaks the"),
    "statement before the event": (
        "attributions",
        {"date": "1999-01-05", "date_precision": "day"},
        "'1999-01-05' is before the event",
    ),
    "count before the event": ("casualties", {"reported_on": "1999-01-05"}, "'1999-01-05' is before the event"),
    "summary too long": ("events", {"summary": "word " * 61 + "end"}, "has 62 words; at most 60"),
    "line break": ("events", {"title": "Two\nlines"}, "holds a line break or an invisible character (U+000A)"),
    "hidden direction mark": (
        "events",
        {"title": "Turned\u202eround"},
        "holds a line break or an invisible character (U+202E)",
    ),
    "formula": ("events", {"title": "=HYPERLINK(1)"}, "begins like a formula; a spreadsheet would run it"),
    "line separator": ("events", {"title": "Two\u2028lines"}, "holds a line break or an invisible character (U+2028)"),
    "correction of no table": (
        "corrections",
        {"table_name": "casualtys"},
        "'casualtys' is not a table of this package",
    ),
    "correction of no column": ("corrections", {"column_name": "deaths"}, "'deaths' is neither a column of the table"),
    "blank at the end": ("events", {"title": "A title "}, "begins or ends with a blank"),
    "date without its zeros": (
        "events",
        {"date": "2010-4-2"},
        "column date: '2010-4-2' is not a date; write YYYY-MM-DD",
    ),
    "number with a sign": ("casualties", {"killed_min": "+20"}, "column killed_min: '+20' is not a plain whole number"),
    "number in other digits": (
        "casualties",
        {"killed_min": "२०"},
        "column killed_min: '२०' is not a plain whole number",
    ),
    "number beyond reason": ("casualties", {"killed_min": "9" * 20}, "is not a plain whole number"),
    "date in the future": (
        "events",
        {"date": "2036-01-01"},
        "column date: '2036-01-01' is after the last source was read",
    ),
    "attack without a target": (
        "events",
        {"category": "attack", "target": ""},
        "column target: '' must be given for an attack, and for nothing else",
    ),
    "row without any count": (
        "casualties",
        dict.fromkeys(["killed_min", "killed_max", "injured_min", "injured_max"], ""),
        "is empty, as are all other counts of the row",
    ),
    "half a coordinate": ("places", {"lat": "34.1", "lon": ""}, "needs lat, lon and coord_precision together"),
    "misspelt source": ("events", {"sources": "{sources}x"}, "; did you mean '"),
    "source separated by a comma": (
        "events",
        {"sources": "a,b"},
        "must be keys separated by semicolons, without blanks",
    ),
    "source read before it appeared": ("sources", {"found_on": "2001-01-01"}, "is after found_on"),
    "place off the globe": ("places", {"lat": "134.1"}, "row 3, column lat: '134.1' breaks the constraint"),
}


# The same for the tables of sanctions, custody, FATF, crises, money, posts, counts and the essay.
FAULTS |= {
    "listing of nobody": (
        "designations",
        {"entity_id": "nobody"},
        "'nobody' is not an id in the table groups or people",
    ),
    "unknown regime": ("designations", {"regime": "un"}, "column regime: 'un' is not one of un_1267, "),
    "attempt without outcome": ("un_listing_attempts", {"outcome": ""}, "column outcome: is empty and must not be"),
    "attempt decided before it was made": (
        "un_listing_attempts",
        {
            "date_proposed": "2020-01-02",
            "date_precision": "day",
            "outcome_date": "2019-01-02",
            "outcome_precision": "day",
        },
        "column outcome_date: '2019-01-02' is before date_proposed",
    ),
    "a step of no attempt": (
        "un_listing_steps",
        {"attempt_id": "nobody"},
        "is not an id in the table un_listing_attempts",
    ),
    "reward in words": ("rewards", {"amount_usd_max": "ten million"}, "'ten million' is not of type integer"),
    "a case step of no event": ("case_steps", {"event_id": "nothing"}, "'nothing' is not an id in the table events"),
    "front of nobody": ("fronts", {"parent_id": "nobody"}, "'nobody' is not an id in the table groups"),
    "custody of nobody": ("custody", {"person_id": "nobody"}, "'nobody' is not an id in the table people"),
    "custody ended by no step": ("custody", {"ended_by": "nobody"}, "'nobody' is not an id in the table custody"),
    "latitude in words": ("boundary_segments", {"from_lat": "north"}, "column from_lat: 'north' is not of type number"),
    "measure of unknown kind": ("pakistan_measures", {"kind": "raid"}, "column kind: 'raid' is not one of ban, freeze"),
    "measure against nobody": (
        "pakistan_measures",
        {"target_id": "nobody"},
        "is not an id in the table groups or people",
    ),
    "more items than the plan has": (
        "fatf_plenaries",
        {"plan": "2021", "items_total": "7", "items_addressed": "9"},
        "column items_addressed: '9' is above items_total (7)",
    ),
    "item addressed nowhere": (
        "fatf_action_items",
        {"addressed_at": "2099-01"},
        "is not an id in the table fatf_plenaries",
    ),
    "forty-first recommendation": (
        "fatf_ratings",
        {"criterion": "R.41"},
        "column criterion: 'R.41' breaks the constraint",
    ),
    "rating of another scale": ("fatf_ratings", {"rating": "B"}, "column rating: 'B' is not one of NC, PC, LC, C"),
    "ratings that do not make forty": ("fatf_totals", {"c": "39"}, "column c: '39' and the others add up to"),
    "position without a state": ("fatf_positions", {"actor": ""}, "column actor: is empty and must not be"),
    "estimate without a sum": (
        "fatf_costs",
        {"amount_usd_billions_min": "about 38"},
        "'about 38' is not of type number",
    ),
    "spell that ends before it begins": (
        "grey_list_spells",
        {"entered": "2012-01-02", "entered_precision": "day", "left": "2011-01-02", "left_precision": "day"},
        "column left: '2011-01-02' is before entered",
    ),
    "more items of a field than it has": (
        "fatf_item_groups",
        {"items_addressed": "12"},
        "column items_addressed: '12' is above",
    ),
    "fields that do not make the count": (
        "fatf_item_groups",
        {"items_addressed": "1"},
        "column items_addressed: '1' with the other fields makes 19, but the plenary counted 24",
    ),
    "total that the ratings exceed": (
        "fatf_totals",
        {"c": "0", "pc": "27"},
        "but the rows of fatf_ratings up to",
    ),
    "stay that ended nohow": ("grey_list_spells", {"exit": ""}, "must be given for a stay that ended"),
    "country code of two letters": ("grey_list_spells", {"iso3": "PK"}, "column iso3: 'PK' breaks the constraint"),
    "unknown rung": ("crisis_steps", {"rung": "skirmish"}, "column rung: 'skirmish' is not one of"),
    "hour that does not exist": (
        "crisis_steps",
        {"time_local": "24:30"},
        "column time_local: '24:30' breaks the constraint",
    ),
    "hour without its time zone": (
        "crisis_steps",
        {"time_local": "11:30", "time_zone": ""},
        "column time_zone: '' must be given with time_local, and only with it",
    ),
    "ending credited to an unknown hand": (
        "crisis_endings",
        {"credited": "chance"},
        "'chance' is not one of united_states",
    ),
    "step of an unknown event": ("crisis_steps", {"event_id": "2010-01-01-x"}, "is not an id in the table events"),
    "contact of unknown rank": ("us_contacts", {"rank": "czar"}, "column rank: 'czar' is not one of president"),
    "contact in an unknown crisis": (
        "us_contacts",
        {"crisis_id": "crisis-1999"},
        "'crisis-1999' is not one of crisis-2001",
    ),
    "visit to a third country": ("secretary_visits", {"country": "nepal"}, "'nepal' is not one of india, pakistan"),
    "money at an unknown stage": ("us_aid_flows", {"kind": "promised"}, "'promised' is not one of obligated"),
    "price level below one": ("deflators", {"index": "0"}, "column index: '0' breaks the constraint"),
    "tool used in no row": ("tool_uses", {"row_id": "never"}, "'never' is not an id in the table us_contacts or"),
    "fiscal year in words": ("us_assistance", {"fiscal_year": "FY2010"}, "column fiscal_year: 'FY2010' breaks the"),
    "aid without a summary": ("aid_events", {"summary": ""}, "column summary: is empty and must not be"),
    "post left before it was taken": (
        "us_posts",
        {"start": "2010-01-02", "start_precision": "day", "end": "2009-01-02", "end_precision": "day"},
        "column end: '2009-01-02' is before start",
    ),
    "list without a source": ("us_lists", {"sources": ""}, "column sources: is empty and must not be"),
    "paragraph the essay does not have": (
        "essay_claims",
        {"paragraph": "16"},
        "column paragraph: '16' breaks the constraint",
    ),
    "claim tested by no table": ("essay_claims", {"tested_by": "gossip"}, "'gossip' is not a table of this package"),
    "evidence from nowhere": ("essay_claims", {"evidence_for": "nobody-2010"}, "is not an id in the table sources"),
    "advice with an unknown outcome": (
        "essay_recommendations",
        {"outcome": "maybe"},
        "'maybe' is not one of done, partly",
    ),
    "paragraph without an argument": (
        "essay_paragraphs",
        {"argument": ""},
        "column argument: is empty and must not be",
    ),
    "step of no row": ("advice_steps", {"table_name": "events", "row_id": "nothing"}, "'nothing' is not an id in the"),
    "expert without a date": ("expert_positions", {"date": ""}, "column date: is empty and must not be"),
    "tool neither carrot nor stick": ("policy_tools", {"kind": "both"}, "'both' is not one of carrot, stick"),
    "length of no segment": (
        "segment_lengths",
        {"segment_id": "nowhere"},
        "is not an id in the table boundary_segments",
    ),
    "negative area": ("territories", {"area_km2": "-5"}, "column area_km2: '-5' breaks the constraint"),
    "crossing closed before it opened": (
        "crossing_points",
        {"opened": "2010-01-02", "opened_precision": "day", "closed": "2009-01-02", "closed_precision": "day"},
        "column closed: '2009-01-02' is before opened",
    ),
    "history without a day": ("line_history", {"date": ""}, "column date: is empty and must not be"),
    "violations counted by nobody": ("ceasefire_violations", {"counted_by": "x"}, "'x' is not one of india_mha"),
    "count that ends before it begins": (
        "ceasefire_violations",
        {"first_day": "2010-01-02", "last_day": "2009-01-02"},
        "column last_day: '2009-01-02' is before first_day",
    ),
    "more at least than at most": ("jk_fatalities", {"count_min": "9", "count_max": "3"}, "'9' is above count_max (3)"),
    "more claimed than coded": ("gtd_counts", {"coded": "1", "claimed": "2"}, "column claimed: '2' is above coded (1)"),
    "its own parent": ("groups", {"parent_id": "afghan-taliban"}, "'afghan-taliban' leads back to the group itself"),
    "year of two digits": ("infiltration", {"year": "19"}, "column year: '19' breaks the constraint"),
    "place in the wrong country": (
        "places",
        {"territory": "france", "lat": "34.1", "lon": "74.8", "coord_precision": "town"},
        "'34.1, 74.8' lies outside france",
    ),
    "place on the wrong side of the line": (
        "places",
        {"territory": "pakistan_administered_kashmir", "lat": "34.09", "lon": "74.8", "coord_precision": "town"},
        "'34.09, 74.8' lies in land that India administers, not on the side of pakistan_administered_kashmir",
    ),
    "strike on one's own side": (
        "strikes",
        {"by": "india"},
        "{place_id!r} lies in india_administered_jk, which india does not strike across the line",
    ),
    "strike named by nobody who spoke": (
        "strikes",
        {"named_by": "both", "striker_says": ""},
        "column striker_says: '' is empty although named_by is both",
    ),
    "depth of no strike": ("strike_depths", {"strike_id": "nowhere"}, "is not an id in the table strikes"),
    "route with a gap": ("route_points", {"position": "7"}, "column position: '7' should be 2"),
    "person of no group": ("people", {"group_id": "nobody"}, "'nobody' is not an id in the table groups"),
    "coded in an unknown column": ("double_coding", {"variable": "colour"}, "column variable: 'colour' is not one of"),
    "correction without a reason": ("corrections", {"why": ""}, "column why: is empty and must not be"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_file_row_column_and_rule(package, fault):
    table, cells, message = FAULTS[fault]
    row = package.rows(table)[1]
    package.change(table, 3, **{column: value.format(**row) for column, value in cells.items()})
    message = message.format(**row)
    problems = package.problems(only=table)
    found = [problem for problem in problems if message in problem]
    assert found, f"{message!r} not among {problems}"
    assert found[0].startswith(f"data/tables/{table}.csv, row 3, column ")


def test_a_report_whose_day_no_source_gives_needs_a_note(package):
    row, sources = package.rows("casualties")[0], package.rows("sources")
    keys = row["sources"].split(";")
    package.write(
        "sources", [s | {"published": "", "published_precision": "undated"} if s["id"] in keys else s for s in sources]
    )
    message = "row 2, column reported_on"
    for note in ("", "a first-day count of Monday"):
        package.change("casualties", 2, note=note)
        assert any(message in p and "no source dated to the day" in p for p in package.problems("casualties"))
    package.change("casualties", 2, note="The day is that of the event.")
    assert not any(message in p for p in package.problems("casualties"))


def test_every_table_has_a_seeded_fault():
    assert {table for table, _, _ in FAULTS.values()} == set(TABLES)
    assert len(FAULTS) >= 40


def test_a_second_listing_without_a_removal_is_named(package):
    rows = package.rows("designations")
    first = next(r for r in rows if r["action"] == "listed" and r["date"])
    package.write("designations", [*rows, first | {"id": "again", "date": "2025-01-01", "date_precision": "day"}])
    assert any("column action: 'listed' a second time under" in p for p in package.problems("designations"))


def test_a_step_after_death_is_named(package):
    rows = package.rows("custody")
    dead = rows[0] | {"id": "x-died", "step": "died", "date": "2001-01-01", "date_precision": "day"}
    package.write("custody", [*rows, dead])
    assert any(
        "column date" in p and "is after the person's death (2001-01-01)" in p for p in package.problems("custody")
    )


def test_a_detention_that_ends_before_it_begins_is_named(package):
    rows = package.rows("custody")
    early, late = sorted(rows, key=lambda row: row["date"])[:: len(rows) - 1]
    package.change("custody", rows.index(late) + 2, ended_by=early["id"])
    assert any(f"{early['id']!r} is of {early['date']}, before this step" in p for p in package.problems("custody"))


def test_a_falling_number_of_items_addressed_is_named(package):
    rows = package.rows("fatf_plenaries")
    later = next(i for i, r in enumerate(rows) if r["plan"] == "2018" and (r["items_addressed"] or "0") > "1")
    package.change("fatf_plenaries", later + 3, plan="2018", items_total="27", items_addressed="1")
    assert any("is below an earlier number of the same plan" in p for p in package.problems("fatf_plenaries"))


def test_accounts_that_do_not_add_up_are_named(package):
    rows = package.rows("us_assistance")
    number = next(i for i, r in enumerate(rows) if r["account"] == "total_security" and not r["note"]) + 2
    package.change("us_assistance", number, amount_usd_millions="99999")
    assert any(
        f"row {number}, column amount_usd_millions" in p and "add up to" in p for p in package.problems("us_assistance")
    )
    package.change("us_assistance", number, amount_usd_millions="99999", note="The printed total differs.")
    assert not any("add up to" in p for p in package.problems("us_assistance"))


def test_a_gap_between_holders_of_a_post_is_named(package):
    rows = package.rows("us_posts")
    ends = [r["end"] if r["end_precision"] == "day" and r["end"][8:] < "20" else "" for r in rows]
    number = next(i for i, r in enumerate(rows[1:], 1) if ends[i - 1] and rows[i - 1]["post"] == r["post"])
    late = f"{ends[number - 1][:8]}28"
    package.change("us_posts", number + 2, start=late, start_precision="day", end="", end_precision="")
    assert any(
        f"row {number + 2}, column start: {late!r} leaves a gap after" in p for p in package.problems("us_posts")
    )


def test_a_crisis_without_a_trigger_is_named(package):
    rows = package.rows("crisis_steps")
    package.write("crisis_steps", [row for row in rows if row["rung"] != "trigger"])
    assert any(
        "column crisis_id: 'crisis-2001' has no step whose rung is trigger" in p
        for p in package.problems("crisis_steps")
    )


def test_a_crisis_that_turns_twice_or_before_its_trigger_is_named(package):
    rows = package.rows("crisis_steps")
    first = next(row for row in rows if row["rung"] == "trigger")
    turn = first | {"rung": "statement", "turn": "crisis_ends", "date": "2001-12-01"}
    plain = [row | {"turn": ""} for row in rows]
    package.write("crisis_steps", [*plain, turn | {"id": "x-one"}, turn | {"id": "x-two"}])
    found = package.problems("crisis_steps")
    assert any("column turn: 'crisis_ends' stands before the trigger of the crisis (2001-12-13)" in p for p in found)
    assert any("column turn: 'crisis_ends' stands at 'x-one' already; a crisis turns so once" in p for p in found)


def test_a_total_below_its_parts_is_named(package):
    row = next(r for r in package.rows("casualties") if r["who"] == "victims" and r["killed_max"])
    part = row | {"who": "civilian", "killed_min": "900", "killed_max": "900"}
    package.write("casualties", [*package.rows("casualties"), part])
    assert any(
        "column killed_max" in p and "is below the sum of the parts" in p for p in package.problems("casualties")
    )


def test_a_duplicate_id_is_named_with_both_rows(package):
    rows = package.rows("groups")
    package.change("groups", 4, id=rows[0]["id"])
    duplicate = f"column id: {rows[0]['id']!r} is a duplicate: the same as in the row at position 2"
    assert f"data/tables/groups.csv, row 4, {duplicate}" in package.problems("groups")


def test_a_repeated_composite_key_is_named(package):
    rows = package.rows("casualties")
    package.write("casualties", [*rows, rows[0]])
    assert any(
        "column event_id+who+side+reported_by+reported_on: repeats a key" in p for p in package.problems("casualties")
    )


def test_a_repeated_summary_is_named(package):
    package.change("events", 5, summary=package.rows("events")[1]["summary"].upper())
    assert any("row 5, column summary" in p and "repeats the summary of row 3" in p for p in package.problems("events"))


def test_sources_all_older_than_the_event_are_named(package):
    old = next(
        s["id"] for s in package.rows("sources") if s["published"] < "2010" and s["published_precision"] == "day"
    )
    last = len(package.rows("events")) + 1
    package.change("events", last, sources=old)
    assert any(
        f"row {last}, column sources" in p and "only sources published before" in p for p in package.problems("events")
    )


@pytest.mark.parametrize(("days", "refused"), [(1, False), (2, True)])
def test_a_source_may_be_a_day_older_than_the_event_because_of_time_zones(package, days, refused):
    number, event = next(
        (n, row) for n, row in enumerate(package.rows("events"), start=2) if row["date_precision"] == "day"
    )
    source = event["sources"].split(";")[0]
    published = str(date.fromisoformat(event["date"]) - timedelta(days=days))
    package.write(
        "sources",
        [
            row | {"published": published, "published_precision": "day"} if row["id"] == source else row
            for row in package.rows("sources")
        ],
    )
    package.change("events", number, sources=source)
    found = [
        p for p in package.problems("events") if f"row {number}, column sources" in p and "only sources published" in p
    ]
    assert bool(found) == refused


# At most half a degree south, north, west and east of each territory's bounds; written out, for those of the rules
# could not notice a bound that moved.
@pytest.mark.parametrize(
    ("territory", "points"),
    [
        ("india_administered_jk", "31.5 76; 36.5 76; 34 72.8; 34 80.9"),
        ("pakistan_administered_kashmir", "32.2 75; 37.6 75; 35 71.9; 35 78.4"),
        ("india", "6 80; 33.8 80; 20 67.5; 20 98"),
        ("pakistan", "23 70; 37.5 70; 30 60.3; 30 76"),
        ("afghanistan", "28.8 67; 39.1 67; 34 59.9; 34 75.5"),
        ("france", "40.5 2; 51.7 2; 46 -5.8; 46 10.2"),
        ("united_states", "18.3 -100; 72 -100; 40 -180.5; 40 -66.3"),
    ],
)
def test_a_place_outside_its_territory_is_named(package, territory, points):
    first = package.rows("places")[0]
    outside = [dict(zip(("lat", "lon"), point.split(), strict=True)) for point in points.split("; ")]
    package.write(
        "places", [first | {"id": f"{first['id']}-{n}", "territory": territory} | p for n, p in enumerate(outside)]
    )
    found = {p.split(", column")[0] for p in package.problems("places") if f"lies outside {territory}" in p}
    assert found == {f"data/tables/places.csv, row {number}" for number in range(2, 6)}


def test_a_place_on_the_bounds_of_its_territory_is_inside(package):
    first = package.rows("places")[0]
    corners = [
        {"id": f"{territory}-{lat}-{lon}", "territory": territory, "lat": str(lat), "lon": str(lon)}
        for territory, (south, north, west, east) in rules.EXTENT.items()
        for lat in (south, north)
        for lon in (west, east)
    ]
    package.write("places", [first | corner for corner in corners])
    assert [p for p in package.problems("places") if "lies outside" in p] == []


def test_an_attack_whose_toll_rests_on_one_source_needs_a_reason(package):
    rows = package.rows("events")
    attack = next(r for r in rows if r["category"] == "attack" and not r["note"])
    package.write("casualties", [c for c in package.rows("casualties") if c["event_id"] != attack["id"]])
    number = rows.index(attack) + 2
    assert any(f"row {number}, column id" in p and "name 0 of the two sources" in p for p in package.problems("events"))
    package.change("events", number, note="No toll: nobody published one.")
    assert not any("of the two sources needed" in p for p in package.problems("events"))


def test_a_count_that_calls_itself_early_may_not_widen_the_settled_range(package):
    rows = package.rows("casualties")
    settled = {r["event_id"]: r["killed_min"] for r in rows if r["standing"] == "settled" and r["who"] == "victims"}
    first = next(
        r
        for r in rows
        if r["standing"] == "early"
        and r["who"] == "victims"
        and settled.get(r["event_id"], r["killed_min"]) != r["killed_min"]
    )
    number = rows.index(first) + 2
    package.change("casualties", number, standing="settled", note="early count")
    assert any(
        f"row {number}, column standing: 'settled' although the note says" in p for p in package.problems("casualties")
    )
    package.change("casualties", number, note="may include attackers")
    assert any(
        f"row {number}, column who: 'victims' although the note says" in p for p in package.problems("casualties")
    )


def test_a_missing_file_is_named(package):
    package.path("places").unlink()
    assert "data/tables/places.csv: is missing: the schema names this file" in package.problems()


def test_a_missing_column_is_named(package):
    rows = [{k: v for k, v in row.items() if k != "summary"} for row in package.rows("events")]
    package.write("events", rows)
    assert (
        "data/tables/events.csv, row 1, column summary: is missing: the schema names this column" in package.problems()
    )


def test_a_wrong_encoding_is_named_with_its_line(package):
    path = package.path("groups")
    lines = path.read_bytes().split(b"\n")
    lines[2] = lines[2] + b"\xe9"
    path.write_bytes(b"\n".join(lines))
    assert (
        "data/tables/groups.csv, row 3: is not UTF-8: byte 0xe9 cannot be read; save it as UTF-8" in package.problems()
    )


def test_windows_line_ends_and_a_byte_order_mark_are_named(package):
    path = package.path("groups")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert package.problems() == [
        "data/tables/groups.csv: begins with a byte order mark; save it as UTF-8 without BOM",
        "data/tables/groups.csv: has Windows line ends (CRLF); save it with Unix line ends (LF)",
    ]


def test_an_unquoted_comma_and_a_blank_line_are_named(package):
    path = package.path("groups")
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2:2] = [lines[2] + ",more", ""]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = package.problems()
    assert [p for p in found if "row 3" in p] == [next(p for p in found if "row 3: has more or fewer than" in p)]
    assert any("row 4: is blank; remove the line" in p for p in found)


def test_a_lost_quote_is_named(package):
    path = package.path("groups")
    last = len(package.rows("groups")) + 2
    path.write_text(path.read_text(encoding="utf-8") + '"' + "x" * 140_000, encoding="utf-8")
    assert any(p.startswith(f"data/tables/groups.csv, row {last}: has more or fewer than") for p in package.problems())


def test_an_unreadable_descriptor_is_named(package):
    (package.root / "datapackage.json").write_text("{", encoding="utf-8")
    assert [p.split(":")[0] for p in package.problems()] == ["data/datapackage.json"]


def test_labels_of_what_is_not_there_are_refused():
    with pytest.raises(KeyError, match="no table is called 'evnts'"):
        data.labels("evnts", "category")
    with pytest.raises(KeyError, match="the table events has no column 'title' with categories"):
        data.labels("events", "title")


def test_a_broken_descriptor_is_named(package):
    descriptor = package.root / "datapackage.json"
    descriptor.write_text(descriptor.read_text(encoding="utf-8").replace('"type": "integer"', '"type": "intger"'))
    assert any(p.startswith("data/datapackage.json: ") and "intger" in p for p in package.problems())


def test_all_problems_of_all_tables_are_listed_at_once(package):
    package.change("events", 3, category="atack", date="yesterday")
    package.change("casualties", 3, killed_min="many")
    package.change("places", 3, territory="nowhere")
    found = "\n".join(package.problems())
    for text in ("'atack'", "'yesterday'", "'many'", "'nowhere'"):
        assert text in found


def test_check_fails_names_the_problems_and_changes_nothing(package):
    package.change("events", 2, category="atack")
    before = {path: path.read_bytes() for path in package.root.rglob("*") if path.is_file()}
    code = (
        f"import sys, pathlib; from aftermumbai import data; sys.exit(data.main(pathlib.Path({str(package.root)!r})))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "data/tables/events.csv, row 2, column category: 'atack' is not one of" in run.stderr
    assert "1 problem(s) in the data; nothing was changed." in run.stderr
    assert "Traceback" not in run.stderr
    assert {path: path.read_bytes() for path in package.root.rglob("*") if path.is_file()} == before


def test_a_very_long_value_stays_one_line_in_a_message():
    message = str(Problem("f.csv", 1, "c", "x" * 10_000, "is long"))
    assert len(message) < 150 and message.endswith("…' is long")
    assert shorten("short") == "short"


def test_an_unknown_column_and_a_changed_order_are_named(package):
    rows = package.rows("groups")
    package.write("groups", [row | {"colour": "red"} for row in rows])
    assert "data/tables/groups.csv, row 1, column colour: is not a column of the schema" in package.problems()
    package.write("groups", [dict(reversed(row.items())) for row in rows])
    assert any("groups.csv, row 1: the header must read id,name,short_name" in p for p in package.problems())
