"""The data package is sound, loads with types, and every fault gets a message a contributor can act on."""

import subprocess
import sys

import pandas as pd
import pytest

from aftermumbai import data
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
        {"date_end": "2008-01-01"},
        "row 3, column date_end: '2008-01-01' is not after date",
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
    "statement before the event": ("attributions", {"date": "2001-01-01"}, "'2001-01-01' is before the event"),
    "count before the event": ("casualties", {"reported_on": "2001-01-01"}, "'2001-01-01' is before the event"),
    "summary too long": ("events", {"summary": "word " * 61 + "end"}, "has 62 words; at most 60"),
    "line break": ("events", {"title": "Two\nlines"}, "holds a line break or an invisible character (U+000A)"),
    "hidden direction mark": (
        "events",
        {"title": "Turned\u202eround"},
        "holds a line break or an invisible character (U+202E)",
    ),
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


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_file_row_column_and_rule(package, fault):
    table, cells, message = FAULTS[fault]
    row = package.rows(table)[1]
    package.change(table, 3, **{column: value.format(**row) for column, value in cells.items()})
    found = [problem for problem in package.problems() if message in problem]
    assert found, f"{message!r} not among {package.problems()}"
    assert found[0].startswith(f"data/tables/{table}.csv, row 3, column ")


def test_a_duplicate_id_is_named_with_both_rows(package):
    rows = package.rows("groups")
    package.change("groups", 4, id=rows[0]["id"])
    duplicate = f"column id: {rows[0]['id']!r} is a duplicate: the same as in the row at position 2"
    assert f"data/tables/groups.csv, row 4, {duplicate}" in package.problems()


def test_a_repeated_composite_key_is_named(package):
    rows = package.rows("casualties")
    package.write("casualties", [*rows, rows[0]])
    assert any("column event_id+who+side+reported_by+reported_on: repeats a key" in p for p in package.problems())


def test_a_repeated_summary_is_named(package):
    package.change("events", 5, summary=package.rows("events")[1]["summary"].upper())
    assert any("row 5, column summary" in p and "repeats the summary of row 3" in p for p in package.problems())


def test_sources_all_older_than_the_event_are_named(package):
    old = next(
        s["id"] for s in package.rows("sources") if s["published"] < "2010" and s["published_precision"] == "day"
    )
    last = len(package.rows("events")) + 1
    package.change("events", last, sources=old)
    assert any(f"row {last}, column sources" in p and "only sources published before" in p for p in package.problems())


def test_an_attack_whose_toll_rests_on_one_source_needs_a_reason(package):
    rows = package.rows("events")
    attack = next(r for r in rows if r["category"] == "attack" and not r["note"])
    package.write("casualties", [c for c in package.rows("casualties") if c["event_id"] != attack["id"]])
    number = rows.index(attack) + 2
    assert any(f"row {number}, column id" in p and "rests on 0 of the two sources" in p for p in package.problems())
    package.change("events", number, note="No toll: nobody published one.")
    assert not any("people killed rests on" in p for p in package.problems())


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
    assert any(f"row {number}, column standing: 'settled' although the note says" in p for p in package.problems())
    package.change("casualties", number, note="may include attackers")
    assert any(f"row {number}, column who: 'victims' although the note says" in p for p in package.problems())


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
    package.change("events", 3, category="atack")
    before = {path: path.read_bytes() for path in package.root.rglob("*") if path.is_file()}
    code = (
        f"import sys, pathlib; from aftermumbai import data; sys.exit(data.main(pathlib.Path({str(package.root)!r})))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "data/tables/events.csv, row 3, column category: 'atack' is not one of" in run.stderr
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
