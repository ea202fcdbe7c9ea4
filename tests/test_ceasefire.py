"""Ceasefire violations: measures by hand-counted cases, figures that agree with the tables, words that hold."""

import json
import math

import pandas as pd
import pytest

from aftermumbai import charts, data
from aftermumbai.charts import ceasefire as chapter
from aftermumbai.measures import ceasefire


@pytest.fixture(scope="module")
def counts(record) -> pd.DataFrame:
    return record["ceasefire_violations"]


def some(*rows) -> pd.DataFrame:
    """Counts as the table has them: id, side, counter, scope, first day, last day, at least, at most."""
    columns = ["id", "violations_by", "counted_by", "scope", "first_day", "last_day", "count_min", "count_max"]
    table = pd.DataFrame(rows, columns=columns)
    days = {column: pd.to_datetime(table[column]) for column in ("first_day", "last_day")}
    numbers = {column: table[column].astype("Int64") for column in ("count_min", "count_max")}
    return table.assign(**days, **numbers, year=table["first_day"].str[:4], note=None)


YEAR = ("2016-01-01", "2016-12-31")
MONTHS = pd.Series([10.0, 20.0, 40.0, 2.0, 2.0, 30.0], index=pd.date_range("2020-01-01", periods=6, freq="MS"))


def test_a_whole_year_runs_from_new_year_to_new_years_eve():
    rows = some(
        ("a", "pakistan", "india_mha", "loc", *YEAR, 5, 5),
        ("b", "pakistan", "india_mha", "loc", "2016-01-01", "2016-12-30", 5, 5),
        ("c", "pakistan", "india_mha", "loc", "2015-01-01", "2016-12-31", 5, 5),
        ("d", "pakistan", "india_mha", "loc", "2016-01-01", None, 5, 5),
    )
    assert ceasefire.whole_years(rows)[["id", "year"]].to_numpy().tolist() == [["a", 2016]]


def test_line_and_border_are_added_only_where_their_sum_is_missing():
    rows = ceasefire.whole_years(
        some(
            ("a", "pakistan", "india_mha", "loc", *YEAR, 228, 228),
            ("b", "pakistan", "india_mha", "ib", *YEAR, 221, 221),
            ("c", "pakistan", "india_mod", "loc", *YEAR, 228, 228),
            ("d", "pakistan", "india_army", "loc", *YEAR, 1, 1),
            ("e", "pakistan", "india_army", "ib", *YEAR, 2, 2),
            ("f", "pakistan", "india_army", "loc_and_ib", *YEAR, 3, 3),
        )
    )
    sums = ceasefire.with_sums(rows).query("id.str.startswith('sum')")
    assert sums[["id", "count_min"]].to_numpy().tolist() == [["sum-2016-pakistan-india_mha", 449]]


def test_parts_of_a_year_stand_in_only_where_a_side_has_no_whole_one():
    rows = some(
        ("whole", "pakistan", "india_mha", "loc_and_ib", *YEAR, 449, 449),
        ("begun", "pakistan", "india_mha", "loc_and_ib", "2016-01-01", "2016-07-26", 16, 16),
        ("un", "india", "unmogip", "unstated", *YEAR, 115, 115),
        ("early", "india", "pakistan_mofa", "loc_and_ib", "2016-01-01", "2016-10-17", 90, None),
        ("later", "india", "pakistan_mofa", "loc_and_ib", "2016-01-01", "2016-11-09", 222, 222),
        ("middle", "india", "pakistan_mofa", "loc_and_ib", "2016-05-01", "2016-11-09", 300, 300),
    )
    near = ceasefire.nearest(rows).set_index("id")["part"].to_dict()
    assert near == {"whole": False, "un": False, "later": True}


def test_a_running_count_takes_the_last_month_in_proportion():
    assert ceasefire.until(MONTHS, pd.Timestamp("2020-02-29")) == 30
    assert ceasefire.until(MONTHS, pd.Timestamp("2020-03-31")) == 70
    assert ceasefire.until(MONTHS, pd.Timestamp("2020-06-15")) == 10 + 20 + 40 + 2 + 2 + 15
    assert math.isnan(ceasefire.until(MONTHS, pd.Timestamp("2020-07-01")))


def test_the_days_before_the_renewed_ceasefire_stand_for_their_month():
    months = pd.Series([380.0, 278.0], index=pd.date_range("2021-01-01", periods=2, freq="MS"))
    assert ceasefire.until(months, pd.Timestamp("2021-02-25")) == 658


def test_the_ratio_spans_all_counts_and_is_a_bound_where_one_side_said_more_than():
    rows = some(
        ("a", "pakistan", "india_mha", "loc_and_ib", *YEAR, 400, 400),
        ("b", "pakistan", "other", "unstated", *YEAR, 600, 600),
        ("c", "pakistan", "other", "unstated", *YEAR, 200, 200),
        ("d", "india", "pakistan_mofa", "loc_and_ib", *YEAR, 100, 100),
        ("e", "india", "other", "unstated", *YEAR, 200, 200),
        ("f", "india", "unmogip", "unstated", *YEAR, 1, 1),
        ("g", "pakistan", "india_mha", "loc_and_ib", "2017-01-01", "2017-12-31", 900, 900),
        ("h", "india", "pakistan_mofa", "loc_and_ib", "2017-01-01", "2017-12-31", 1800, None),
    )
    ratios = ceasefire.ratios(rows).set_index("period")
    # 400 over 200 to 600 over 100: an unstated scope may be one line, so that 200 does not lower the range.
    assert ratios.loc["2016", ["low", "high", "bound"]].tolist() == [2.0, 6.0, False]
    assert ratios.loc["2017", ["high", "bound"]].tolist() == [0.5, True]


def test_dispersion_is_variance_over_mean():
    assert ceasefire.dispersion(pd.Series([2.0, 4.0, 6.0])) == 1.0


def test_the_shift_test_counts_the_runs_that_are_as_low():
    # Runs of two, going round: 15, 30, 21, 2, 16, 20. Only one is as low as (2, 2).
    shift = ceasefire.shift_test(MONTHS, pd.Timestamp("2020-04-01"), 2)
    assert (shift.before, shift.after, shift.as_low, shift.runs) == (30.0, 2.0, 1, 6)
    assert shift.p == pytest.approx(1 / 6)
    assert ceasefire.shift_test(MONTHS, pd.Timestamp("2020-05-01"), 2).p == pytest.approx(3 / 6)


def test_a_shift_test_without_room_is_refused():
    with pytest.raises(ValueError, match="3 months on both sides"):
        ceasefire.shift_test(MONTHS, pd.Timestamp("2020-02-01"), 3)


def test_running_counts_become_parts():
    rows = some(
        ("a", "india", "pakistan_mofa", "unstated", "2016-01-01", "2016-01-30", 30, None),
        ("b", "india", "pakistan_mofa", "unstated", "2016-01-01", "2016-02-14", 90, 90),
    )
    parts = ceasefire.parts(rows, ["a", "b"])
    assert parts["count"].tolist() == [30, 60]
    assert parts["first_day"].dt.day.tolist() == [1, 31]
    assert parts["per_month"].tolist() == [30, 120]
    # "More than 30" and then 90: the first part is at least 30, the second at most 60.
    assert parts["said"].tolist() == ["at least", "at most"]
    with pytest.raises(ValueError, match="a later count is smaller"):
        ceasefire.parts(rows, ["b", "a"])


def test_of_two_lower_bounds_in_a_row_nothing_is_known():
    rows = some(
        ("a", "india", "pakistan_mofa", "unstated", "2016-01-01", "2016-01-30", 30, None),
        ("b", "india", "pakistan_mofa", "unstated", "2016-01-01", "2016-02-14", 90, None),
    )
    with pytest.raises(ValueError, match="two lower bounds in a row"):
        ceasefire.parts(rows, ["a", "b"])


def test_what_may_be_one_line_or_is_met_contradicts_no_total():
    rows = some(
        ("line", "pakistan", "india_mod", "loc", *YEAR, 228, 228),
        ("both", "pakistan", "india_mha", "loc_and_ib", *YEAR, 449, 449),
        ("same as the line", "pakistan", "india_army", "unstated", *YEAR, 228, 228),
        ("another", "pakistan", "other", "unstated", *YEAR, 271, 271),
        ("met", "pakistan", "other", "loc_and_ib", *YEAR, 400, None),
        ("not met", "pakistan", "other", "loc_and_ib", *YEAR, 500, None),
    )
    years = ceasefire.whole_years(rows)
    can = ceasefire.contradicting(years, rows)
    assert years.loc[can, "id"].tolist() == ["line", "both", "another", "not met"]


def test_a_longer_indian_count_makes_the_ratio_of_a_line_a_bound():
    rows = some(
        ("ours", "pakistan", "india_mha", "ib", "2016-01-01", "2016-11-07", 214, 214),
        ("theirs", "india", "pakistan_mofa", "ib", "2016-01-01", "2016-11-09", 107, 107),
        ("open", "india", "pakistan_mofa", "ib", "2016-01-01", None, 107, 107),
        ("short", "india", "pakistan_mofa", "ib", "2016-01-01", "2016-10-01", 107, 107),
        ("long", "india", "pakistan_mofa", "ib", "2016-01-01", "2016-11-30", 107, 107),
        ("line", "india", "pakistan_mofa", "loc", "2016-01-01", "2016-11-09", 107, 107),
    ).set_index("id", drop=False)
    bounds = [ceasefire.pair(rows.loc["ours"], rows.loc[key])["bound"] for key in ("theirs", "open", "short")]
    assert bounds == [False, True, True]
    assert ceasefire.pair(rows.loc["ours"], rows.loc["theirs"])["high"] == 2.0
    with pytest.raises(ValueError, match="runs longer than India's: long"):
        ceasefire.pair(rows.loc["ours"], rows.loc["long"])
    with pytest.raises(ValueError, match="not of one time and line"):
        ceasefire.pair(rows.loc["ours"], rows.loc["line"])


def test_the_months_add_up_to_the_years_that_the_ministry_gives(counts):
    months = ceasefire.monthly(counts)
    years = ceasefire.whole_years(counts)
    given = years[(years["counted_by"] == "india_mha") & (years["scope"] == "loc_and_ib")]
    for year in (2018, 2019, 2020):
        assert months[str(year)].sum() == given.loc[given["year"] == year, "count_min"].iloc[0]
    assert len(months) == 42


def test_every_day_lies_in_the_year_that_the_row_names(counts):
    for column in ("first_day", "last_day"):
        dated = counts[counts[column].notna()]
        years = dated["year"].str.split("-").map(lambda ends: range(int(ends[0]), int(ends[-1]) + 1))
        assert all(day.year in span for day, span in zip(dated[column], years, strict=True))


def test_a_full_year_has_its_days(counts):
    full = counts[counts["period"] == "full year"]
    assert len(ceasefire.whole_years(full)) == len(full)


def test_the_words_on_the_ratio_hold(counts):
    rows = chapter.ratio_rows(counts).set_index("period")
    assert {"2014", "2015", "2016"} == set(rows[rows["whole"] & (rows["more"] == "India")].index)
    assert rows.loc["2017", "more"] == "Pakistan"
    assert (rows.loc[["2018", "2019", "2020"], "bound"]).all()
    count = counts.set_index("id")["count_min"]
    assert count["cfv-2017-pakistan-mofa-1-jan-8-dec"] < count["cfv-2017-pakistan-mofa-loc-and-ib-2"]


def test_the_words_on_the_promises_hold(counts):
    table = chapter.promise_rows(counts).set_index("promise")
    assert table.loc["Understanding of May 2018", "runs"].startswith("1 of ")
    assert table.loc["Joint statement of February 2021", "runs"].startswith("1 of ")
    months = ceasefire.monthly(counts)
    assert ceasefire.dispersion(months[: pd.Timestamp("2021-02-01")]) > 10
    assert months[pd.Timestamp("2018-06-01") :].iloc[1] < 20 < months[pd.Timestamp("2018-10-01")]


def test_the_words_on_the_totals_and_the_lines_hold(counts):
    # By hand: 2011, 2013 and 2014 agree; 2015, 2016, 2018, 2019 and 2020 do not; 2017 agrees without 860.
    assert chapter.differing(chapter.year_rows(counts)) == (5, 9)
    rows = chapter.ratio_rows(counts)
    assert chapter.agreement(rows) == (4, 4)
    line = rows.set_index("period")
    assert line.loc["2016, border", "low"] > 5 > 1.2 > line.loc["2016, line", "high"]
    assert line.loc[["2014, line", "2014, border"], "bound"].all()
    assert not line.loc[["2014", "2015"], "stated"].any()


def test_the_words_on_the_crises_hold(record, counts):
    months = ceasefire.monthly(counts)
    before = months["2018-06-01":"2019-01-01"]
    assert before.idxmin() == pd.Timestamp("2018-07-01")
    # Rising since August 2018: each month above the first, the last the highest.
    assert before.iloc[-1] == before.max()
    assert months["2019-06-01"] < before.iloc[-1] < months["2019-07-01"]
    # "Four crises came after the ceasefire; that of 2001–02 came before it."
    days = record["crisis_steps"].query("rung == 'trigger'").groupby("crisis_id", observed=True)["date"].min()
    begun = record["line_history"].set_index("id").loc["2003-11-ceasefire", "date"]
    assert set(days[days > begun].index) == set(chapter.GRAIN) and (days < begun).sum() == 1
    rows = chapter.crisis_rows(counts, record["crisis_steps"], record["attacks"], record["places"])
    last = rows[rows["crisis"] == rows["crisis"].iloc[-1]]
    assert last.loc[last["kind"] == "count", "said"].tolist() == ["about 15"]
    nights = last[last["kind"] == "uncounted"]
    assert len(nights) == 2
    assert nights["y"].isna().all()
    assert set(rows["bound"].dropna()) == {"", "at least", "at most", "about"}


def test_the_words_on_the_dead_hold(counts):
    rows = chapter.death_rows(counts)
    assert not rows["panel"].str.startswith("Security forces on the Pakistani").any()
    assert "5 of 6 years" in chapter.death_takeaway(rows)
    assert chapter.civilians(rows).query("open").index.tolist() == [2018]
    assert "54 (Foreign Ministry) to 87 (counter not named) on the Pakistani side in 2017" in chapter.death_alt(rows)


def test_the_months_of_each_crisis_are_measured_from_its_attack(record, counts):
    rows = chapter.crisis_rows(counts, record["crisis_steps"], record["attacks"], record["places"])
    strikes = rows[(rows["kind"] == "moment") & (rows["side"] == "strike")].set_index("crisis")["x"]
    # Uri to the raids: 11 days; Pulwama to Balakot: 12; Pahalgam to the missiles: 15.
    assert (strikes * 30.4375).round().astype(int).tolist() == [11, 12, 15]
    assert rows["x"].between(-chapter.WINDOW, chapter.WINDOW).all()
    assert rows[rows["kind"] == "attack"].groupby("crisis").size().min() >= 4


def test_infiltration_keeps_parts_of_years_only_where_nothing_else_is(record):
    rows = chapter.infiltration_rows(record["infiltration"])
    tried = rows[rows["panel"] == chapter.CROSSED["attempts"]]
    assert tried.loc[tried["year"] == 2018, "people"].tolist() == [328]
    through = rows[(rows["panel"] == chapter.CROSSED["net_infiltrated"]) & (rows["year"] == 2022)]
    assert through["people"].tolist() == [14]


def test_marks_that_would_cover_each_other_stand_side_by_side():
    rows = pd.DataFrame(
        {"panel": "p", "year": [2016, 2016, 2016, 2017], "drawn": [449, 228, 449, 449], "counter": list("abcd")}
    )
    assert chapter.beside(rows)["at"].tolist() == [2015.85, 2016.0, 2016.15, 2017.0]


def test_counts_outside_a_chart_are_refused(counts, monkeypatch):
    monkeypatch.setattr(chapter, "MOST", 100)
    with pytest.raises(ValueError, match=r"raise charts\.ceasefire\.MOST"):
        chapter.year_rows(counts)
    monkeypatch.setattr(chapter, "DEADLIEST", 10)
    with pytest.raises(ValueError, match=r"raise charts\.ceasefire\.DEADLIEST"):
        chapter.death_rows(counts)


def test_every_document_of_the_definitions_is_a_source(record):
    table = chapter.counting_table({key: {"url": key} for key in record["sources"]["id"]})
    assert len(table) == len(chapter.COUNTING)
    assert table["links"].map(len).min() >= 1


def test_drawing_twice_gives_the_same_specification(record):
    history = record["line_history"]
    draws = [chapter.draw_years(history), chapter.draw_months(history), chapter.draw_crises, chapter.draw_ratios]
    for draw in draws:
        for width in (charts.WIDE, charts.NARROW):
            first, second = (json.dumps(draw(width).to_dict(validate=False)) for _ in range(2))
            assert first == second


def test_every_counter_has_a_colour_and_within_a_chart_a_shape_of_its_own():
    for table in ("ceasefire_violations", "infiltration"):
        counters = list(data.labels(table, "counted_by"))
        looks = [chapter.COUNTERS[counter] for counter in counters]
        assert len(set(looks)) == len(looks)
