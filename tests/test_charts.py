"""Charts keep their promises: exact repetition, one way of writing a figure."""

import json

import altair as alt
import nbformat
import pandas as pd
import pytest
from altair.utils.schemapi import validate_jsonschema
from altair.vegalite.v6.schema import core
from conftest import ROOT
from jsonschema import ValidationError

from aftermumbai import charts, data
from aftermumbai.charts import timeline


def test_every_category_has_a_colour_of_its_own():
    assert list(charts.CATEGORY_COLOURS) == list(data.labels("events", "category"))
    assert len(set(charts.CATEGORY_COLOURS.values())) == len(charts.CATEGORY_COLOURS)


def a_figure(rows: pd.DataFrame, **words) -> charts.Figure:
    def draw(width):
        return alt.Chart(alt.NamedData("rows"), width=width).mark_point().encode(x="when:T")

    words = {"title": "T", "takeaway": "It says.", "source": "s", "alt": "A chart."} | words
    return charts.figure(draw, anchor="a", rows=rows, columns=dict.fromkeys(rows.columns, "Heading"), **words)


def test_a_figure_carries_both_layouts_its_words_and_plain_dates():
    rows = pd.DataFrame({"when": pd.to_datetime(["2008-11-26", None]), "n": pd.array([1, None], dtype="Int64")})
    bundle = a_figure(rows)._repr_mimebundle_()
    spec = bundle[charts.MIME]
    assert bundle["text/plain"] == "A chart."
    assert spec["datasets"] == {"rows": [{"when": "2008-11-26", "n": 1}, {"when": None, "n": None}]}
    assert (spec["width"], spec["usermeta"]["narrow"]["width"]) == (charts.WIDE, charts.NARROW)
    assert spec["usermeta"]["figure"]["takeaway"] == "It says."
    json.dumps(spec, allow_nan=False)


def test_a_table_heading_for_a_column_that_is_not_there_is_refused():
    with pytest.raises(KeyError, match="figure 'a': the rows have no column 'nowhere'"):
        charts.figure(
            lambda width: None,
            anchor="a",
            rows=pd.DataFrame({"n": [1]}),
            columns={"nowhere": "N"},
            title="",
            takeaway="",
            source="",
            alt="",
        )


def test_drawing_twice_gives_the_same_specification(record, timeline_rows):
    rows = timeline_rows
    assert timeline.draw(charts.WIDE).to_dict() == timeline.draw(charts.WIDE).to_dict()
    assert len(rows) == len(record["events"])


def test_the_timeline_names_the_attacks_everybody_knows(timeline_rows):
    rows = timeline_rows
    for size in timeline.INNER:
        assert {"Mumbai", "Pulwama", "Pahalgam"} <= set(rows[f"label_{size}"].dropna())


def test_no_name_on_the_timeline_stands_on_the_dot_of_another_attack():
    days = pd.to_datetime(["2014-11-02", "2014-12-16", "2019-02-14"])
    killed = pd.Series([100, 110, 40])
    attacks = pd.DataFrame({"date": days, "killed_min": killed, "killed_max": killed})
    # The first two dots are two pixels apart across and three down; the third stands alone.
    covers = timeline._covers(attacks, attacks, pd.Series([40.0, 40.0, 40.0]), "wide")
    assert covers.tolist() == [True, False, False]


def test_numbers_are_stored_alike_whatever_the_last_bits():
    def stored(third: float) -> list[dict]:
        rows = pd.DataFrame({"n": [third, 40.0], "name": ["a", "1.0"]})
        return a_figure(rows).spec["datasets"]["rows"]

    assert stored(0.1 + 0.2) == stored(0.3) == [{"n": 0.3, "name": "a"}, {"n": 40, "name": "1.0"}]
    assert type(stored(0.3)[1]["n"]) is int
    assert stored(0.300001) != stored(0.3)


def test_a_drawing_with_data_of_its_own_is_refused():
    rows = pd.DataFrame({"n": [1]})
    with pytest.raises(ValueError, match=r"start from alt\.Chart\(alt\.NamedData\('rows'\)\)"):
        charts.figure(
            lambda width: alt.Chart(rows, width=width).mark_point().encode(x="n:Q"),
            anchor="a",
            rows=rows,
            columns={"n": "N"},
            title="",
            takeaway="",
            source="",
            alt="",
        )


def test_the_takeaway_names_the_deadliest_attacks_and_counts_what_is_counted():
    label = data.labels("events", "category")["attack"]
    rows = pd.DataFrame(
        {
            "category": [label] * 7 + ["FATF"],
            "middle": [50, 20, 10, 9, 6, 5, None, None],
            "label": ["A", "B", None, "D", "E", "F", "G", None],
            "place": ["a", "b", "c", "d", "e", "f", "g", "h"],
            "date": pd.to_datetime(["2008-01-01"] * 8),
        }
    )
    text = timeline.takeaway(rows)
    assert "A (2008), B (2008), c (2008), D (2008), E (2008) account for 95 percent" in text
    assert "6 of 7 attacks have a settled count" in text


def test_the_yearly_takeaway_counts_attacks_only():
    years = pd.DataFrame(
        {
            "year": [2008, 2009, 2010, 2008, 2009, 2010],
            "category": ["attack"] * 3 + ["fatf"] * 3,
            "events": [1, 6, 2, 9, 9, 9],
        }
    )
    text = timeline.year_takeaway(years)
    assert text.startswith("Of 9 attacks in the record 2009 has the most (6); half of them fall in 1 of 3 years.")
    assert text.endswith("2008 and 2010 are parts of years.")


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_narrow_layout_of_every_stored_figure_is_valid(path):
    """The wide one is validated as it is drawn."""
    outputs = [output for cell in nbformat.read(path, 4).cells for output in cell.get("outputs", [])]
    specs = [output.data[charts.MIME] for output in outputs if charts.MIME in output.get("data", {})]
    assert specs
    for spec in specs:
        validate_jsonschema(spec["usermeta"]["narrow"], core.load_schema())
    with pytest.raises(ValidationError):
        validate_jsonschema(specs[0]["usermeta"]["narrow"] | {"width": "narrow"}, core.load_schema())
