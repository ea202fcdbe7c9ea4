"""However long the record grows, no figure draws and no page lists more rows than it can carry."""

import json

import altair as alt
import bench
import pandas as pd
import pytest

from aftermumbai import charts, data, tables
from aftermumbai.charts import ceasefire, places, timeline
from aftermumbai.measures import places as on_the_map

WORDS = {"anchor": "a", "title": "T", "takeaway": "It says.", "source": "tables", "alt": "A chart."}


def counts(width: int) -> alt.Chart:
    """A drawing that counts its rows in a transform and in a channel."""
    chart = alt.Chart(alt.NamedData("rows"), width=width).transform_aggregate(many="count()", groupby=["name"])
    return chart.mark_bar().encode(x="name:N", y="many:Q", size="count():Q")


def some(rows: int) -> pd.DataFrame:
    return pd.DataFrame({"name": ["one", "two"] * (rows // 2)})


def test_more_rows_than_a_page_carries_are_refused_with_what_to_do():
    assert charts.figure(counts, rows=some(charts.MARKS), columns={"name": "Name"}, **WORDS)
    with pytest.raises(ValueError, match=r"figure 'a': 1,002 rows, and a page carries 1,000; aggregate them before"):
        charts.figure(counts, rows=some(charts.MARKS + 2), columns={"name": "Name"}, **WORDS)


def test_a_drawing_that_knows_how_is_given_fewer_rows_and_counts_the_same():
    @charts.gathered(lambda rows, most: rows.groupby("name", as_index=False).agg(n=("name", "size")))
    def draw(width):
        return counts(width)

    spec = charts.figure(draw, rows=some(5000), columns={"name": "Name"}, **WORDS).spec
    assert spec["datasets"]["rows"] == [{"name": "one", "n": 2500}, {"name": "two", "n": 2500}]
    for layout in (spec, spec["usermeta"]["narrow"]):
        assert layout["transform"] == [{"aggregate": [{"op": "sum", "as": "many", "field": "n"}], "groupby": ["name"]}]
        assert layout["encoding"]["size"] == {"aggregate": "sum", "field": "n", "type": "quantitative"}
    assert spec["usermeta"]["figure"]["source"] == "tables; 5,000 rows, drawn as 2, of which each stands for n"
    same = charts.figure(draw, rows=some(10), columns={"name": "Name"}, **WORDS).spec
    assert len(same["datasets"]["rows"]) == 10 and '"count"' in json.dumps(same)


@pytest.mark.parametrize("most", [400, 200])
def test_the_timeline_gathers_events_and_loses_none(timeline_rows, most):
    rows = timeline_rows
    found = timeline.gather(rows, most)
    assert len(found) <= most and found["n"].sum() == len(rows)
    assert found.groupby("category", observed=True)["n"].sum().to_dict() == rows["category"].value_counts().to_dict()
    named = rows[rows["label_wide"].notna() | rows["era"].notna()]
    assert set(named["id"]) <= set(found["id"])
    assert found["killed_max"].max() == rows["killed_max"].max()
    assert found["title"].str.contains(r"\(and \d+ more\)").any()


def test_a_gathered_month_is_told_by_its_deadliest_attack(timeline_rows):
    rows = timeline_rows.iloc[:4].copy()
    rows["date"] = pd.to_datetime(["2001-01-03", "2001-01-09", "2001-01-30", "2001-02-01"])
    rows["category"], rows["killed_max"], rows["title"] = "attack", pd.array([1, 9, None, 2], "Int64"), list("abcd")
    rows[["label_wide", "label_narrow", "era"]] = None
    found = timeline.gather(rows, 2)
    assert found[["title", "n"]].to_numpy().tolist() == [["b (and 2 more)", 3], ["d", 1]]


@pytest.mark.parametrize("most", [300, 250])
def test_the_map_gathers_attacks_and_keeps_every_sum(record, monkeypatch, most):
    monkeypatch.setattr(places, "MOST_AT_A_POINT", 5000)
    line = on_the_map.line(data.shapes("segments"))
    spans = on_the_map.distances(record["places"], line, data.shapes("districts"), data.shapes("territories"))
    rows = places.map_rows(record["attacks"], record["places"], spans, record["attributions"], record["groups"])
    found = places.gather(rows, most)
    assert len(found) <= most and found["n"].sum() == len(rows)
    for column in ("killed_min", "killed_max"):
        assert found.groupby(["here", "year"])[column].sum().equals(rows.groupby(["here", "year"])[column].sum())
    for choice in places.CHOICES:
        assert (found["n"] * found["sets"].str.contains(f";{choice};")).sum() == (
            rows["sets"].str.contains(f";{choice};").sum()
        )
    # A square has one point, as far as one precision goes; and its total is that of its rows.
    points = found.groupby(["here", "precision", "point"])
    assert (points["east"].nunique() == 1).all() and (points["total"].first() == points["killed_max"].sum()).all()


def test_the_crises_gather_attacks_and_keep_the_deadliest(record):
    rows = ceasefire.crisis_rows(
        record["ceasefire_violations"], record["crisis_steps"], record["attacks"], record["places"]
    )
    attacks = rows["kind"] == "attack"
    most = int((~attacks).sum() + attacks.sum() // 2)
    found = ceasefire.gather(rows, most)
    told = found["kind"] == "attack"
    assert len(found) <= most and found.loc[told, "n"].sum() == attacks.sum()
    assert found[~told].drop(columns="n").equals(rows[~attacks].set_axis(found.index[~told]))
    deadliest = rows[attacks].groupby("crisis")["y"].max()
    assert found[told].groupby("crisis")["y"].max().equals(deadliest)
    assert found.loc[told & (found["n"] > 1), "what"].str.contains(r"\(and \d+ more\)$").all()


def test_a_long_register_lists_the_first_rows_and_leads_to_all(monkeypatch):
    documents = tables.links(data.load("sources"))
    whole = len(data.load("strikes"))
    monkeypatch.setattr(tables, "LISTED", 5)
    markup = tables.register("strikes", documents).markup
    assert markup.count("<tr>") == 5 + 1
    assert f"The first 5 of {whole} rows of strikes" in markup
    assert f'<a href="../downloads/tables/strikes.csv" download>All {whole} rows (CSV)</a>' in markup


def test_the_record_multiplied_is_a_sound_package(package):
    before = {table: len(package.rows(table)) for table in data.schemas(package.root)}
    events = {row["id"]: row for row in package.rows("events")}
    bench.multiply(package.root, 2)
    assert data.validate(package.root) == []
    for table, rows in before.items():
        assert len(package.rows(table)) == rows * (2 if table in bench.RECORD else 1)
    copies = [row for row in package.rows("events") if row["id"] not in events]
    assert len(copies) == len(events)
    # A day earlier where the day is known, so that no copy is drawn on its original.
    moved = [row for row, one in zip(copies, events.values(), strict=True) if row["date"] != one["date"]]
    assert len(moved) == sum(one["date_precision"] == "day" for one in events.values())


def test_the_scales_that_bench_raises_are_there():
    for file, (name, value) in bench.SCALES.items():
        assert f"\n{name} = {value}\n" in (bench.ROOT / "src" / "aftermumbai" / "charts" / file).read_text("utf-8")
