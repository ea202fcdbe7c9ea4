"""Promises that hold for any data, not only for today's: loading, dates, intervals, distances, spells, prices.

The cases are drawn by Hypothesis from fixed seeds: every run and every machine tries the same ones.
"""

import csv
import io
import math
import tempfile

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, configuration, given, settings
from hypothesis import strategies as st

from aftermumbai import data, export, measures, rules
from aftermumbai.book import figures
from aftermumbai.measures import custody, geometry, money, posts, spells

configuration.set_hypothesis_home_dir(tempfile.gettempdir())
settings.register_profile("same", derandomize=True, deadline=None, database=None, max_examples=40)
settings.load_profile("same")

DAYS = st.dates(pd.Timestamp(1999, 1, 1).date(), pd.Timestamp(2030, 12, 31).date()).map(pd.Timestamp)
SCHEMA = data.schemas()
# Any text at all that UTF-8 can carry, and text that validation lets in.
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
LETTERS = "abcXYZ089äßŁमк克 ,;:.'\"()[]&%$<>-–/#?!"
PLAIN_TEXT = st.text(LETTERS, max_size=30).map(lambda text: f"a{text}z").filter(lambda text: not rules.not_plain(text))
COUNTS = st.integers(0, 500)


# Loading


def value_of(field: dict) -> st.SearchStrategy:
    """A value that a field may hold, as it stands in the file."""
    if enum := field.get("constraints", {}).get("enum"):
        return st.sampled_from(enum)
    match field["type"]:
        case "date":
            return DAYS.map(lambda day: f"{day:%Y-%m-%d}")
        case "integer":
            return st.integers(0, 999_999_999).map(str)
        case "number":
            return st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: repr(round(number, 4)))
        case _:
            return PLAIN_TEXT


@st.composite
def any_table(draw) -> tuple[str, list[dict]]:
    """A table of the schema with some rows of any allowed values; a cell may be empty."""
    table = draw(st.sampled_from(sorted(SCHEMA)))
    fields = SCHEMA[table]["schema"]["fields"]
    row = st.fixed_dictionaries({f["name"]: st.one_of(value_of(f), st.just("")) for f in fields})
    return table, draw(st.lists(row, min_size=1, max_size=4))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("any")
    (root / "tables").mkdir()
    (root / data.DESCRIPTOR).write_bytes((data.DATA / data.DESCRIPTOR).read_bytes())
    return root


@given(any_table())
def test_what_is_written_is_loaded_and_nothing_becomes_zero(folder, drawn):
    table, rows = drawn
    with (folder / SCHEMA[table]["path"]).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    frame = data.plain(data.load(table, folder))
    assert len(frame) == len(rows)
    for before, after in zip(rows, frame.to_dict(orient="records"), strict=True):
        for field in SCHEMA[table]["schema"]["fields"]:
            text, value = before[field["name"]], after[field["name"]]
            if not text:
                assert value is None
            elif field["type"] in ("integer", "number"):
                assert value == float(text)
            else:
                assert value == text


@given(ANY_TEXT)
def test_a_cell_that_is_let_in_is_one_line_and_survives_every_form(text):
    assume(rules.not_plain(text) is None)
    assert text == text.strip() and len(text.splitlines()) <= 1 and text.isprintable()
    assert text[:1] not in ("=", "+", "-", "@")
    assert list(csv.reader(io.StringIO(figures.as_csv([{"b": 1, "a": text}], [["a", "A"]]), newline=""))) == [
        ["a", "b"],
        [text, "1"],
    ]
    assert export._tex(text).count("{") == export._tex(text).count("\\{")


@given(ANY_TEXT)
def test_no_text_breaks_the_check_itself(text):
    found = rules.not_plain(text)
    assert found is None or len(found) < 400
    assert data.Problem("f", 1, "c", text, found or "").__str__().count("\n") == 0


@given(st.text(max_size=12))
def test_a_whole_number_is_digits_that_every_program_reads_alike(text):
    if rules.INTEGER.fullmatch(text):
        assert text.isascii() and str(int(text)) == text


# Dates


@given(DAYS, st.sampled_from(["day", "month", "year"]))
def test_one_date_and_a_column_of_dates_are_written_alike(day, precision):
    column = measures.date_text(pd.Series([day]), pd.Series([precision]))
    assert measures.known_date(day, precision) == column[0]
    assert str(day.year) in column[0] and (precision == "day") == (column[0] == measures.day_text(day))


def problems(table: str, **cells: str) -> list[str]:
    """What the rules on precision and periods find in one row."""
    row = {field["name"]: "" for field in SCHEMA[table]["schema"]["fields"]} | cells
    tables = rules.Tables({table: SCHEMA[table]}, {table: [(2, row)]}, {})
    found = [*rules.date_precision(tables), *rules.periods(tables), *rules.date_order(tables)]
    return [f"{problem.column}: {problem.rule}" for problem in found]


@given(DAYS, st.sampled_from(["day", "month", "year"]))
def test_a_date_known_in_part_stores_its_first_day_and_no_other(day, precision):
    first = {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[precision]
    found = problems("us_posts", start=f"{day:%Y-%m-%d}", start_precision=precision)
    assert (found == []) == (day == first)


@given(DAYS, DAYS)
def test_a_period_ends_on_or_after_its_first_day(first, last):
    cells = {"start": f"{first:%Y-%m-%d}", "end": f"{last:%Y-%m-%d}", "start_precision": "day", "end_precision": "day"}
    assert (problems("us_posts", **cells) == []) == (last >= first)
    event = {"id": f"{first:%Y-%m-%d}-x", "date": f"{first:%Y-%m-%d}", "date_precision": "day"}
    assert (problems("events", **event, date_end=f"{last:%Y-%m-%d}") == []) == (last > first)


@given(DAYS, st.integers(0, 4000))
def test_the_length_of_a_period_is_its_days_and_adds_up(first, days):
    middle, last = first + pd.Timedelta(days=days), first + pd.Timedelta(days=2 * days + 1)
    whole = measures.years_between(first, last)
    parts = measures.years_between(first, middle) + measures.years_between(middle + pd.Timedelta(days=1), last)
    assert math.isclose(whole, parts) and math.isclose(whole * 365.25, 2 * days + 2)


@given(DAYS)
def test_a_day_stands_within_its_fiscal_year(day):
    year = day.year + (day.month >= 10)
    assert year - 0.5 <= money.fiscal_moment(day) <= year + 0.501


# Ranges of counts, shares and rates

COUNT_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]), COUNTS, st.one_of(st.none(), COUNTS), st.sampled_from(["settled", "party_claim"])
    ),
    min_size=1,
    max_size=8,
)


@given(COUNT_ROWS)
def test_a_range_of_deaths_holds_every_settled_count_and_no_other(rows):
    rows = [(key, low, None if extra is None else low + extra, how) for key, low, extra, how in rows]
    frame = pd.DataFrame(rows, columns=["event_id", "killed_min", "killed_max", "standing"])
    frame = frame.astype({"killed_min": "Int64", "killed_max": "Int64"}).assign(who="victims", side="all")
    found = measures.tolls(frame)
    for key in ("a", "b"):
        settled = [row for row in rows if row[0] == key and row[3] == "settled"]
        assert (key in found.index) == bool(settled)
        if settled:
            low, high, counts = found.loc[key, ["killed_min", "killed_max", "counts"]]
            assert low == min(row[1] for row in settled) and low <= high and counts == len(settled)
            assert high == max(row[1] if row[2] is None else row[2] for row in settled)


@given(st.integers(0, 200), st.integers(0, 200), st.floats(0.5, 0.99))
def test_a_share_lies_in_its_interval_which_widens_with_the_level(hits, misses, level):
    assume(hits + misses)
    narrow, wide = (measures.share(hits, hits + misses, at) for at in (level, 0.995))
    assert 0 <= wide.low <= narrow.low <= narrow.value <= narrow.high <= wide.high <= 1
    mirrored = measures.share(misses, hits + misses, level)
    assert math.isclose(mirrored.low, 1 - narrow.high, abs_tol=1e-9) and math.isclose(mirrored.p, narrow.p)


@given(st.integers(0, 80), st.floats(0.1, 30), st.integers(0, 80), st.floats(0.1, 30))
def test_a_ratio_of_rates_turned_round_is_its_inverse(before, years_before, after, years_after):
    assume(before and after)
    one = measures.rate_ratio(before, years_before, after, years_after)
    other = measures.rate_ratio(after, years_after, before, years_before)
    assert one.low <= one.value <= one.high and 0 <= one.p <= 1
    assert math.isclose(one.value, 1 / other.value) and math.isclose(one.low, 1 / other.high, rel_tol=1e-6)
    assert {measures.direction(one), measures.direction(other)} in ({"unclear"}, {"rose", "fell"})


# Distances

LON, LAT = st.floats(70, 80), st.floats(30, 37)
POINTS = st.tuples(LON, LAT)


@st.composite
def lines(draw) -> pd.DataFrame:
    """A line whose corners lie at most thirty kilometres apart; those of the data are nearer still."""
    steps = st.tuples(st.integers(-20, 20), st.integers(-20, 20)).filter(any)
    corners = [draw(POINTS)]
    for east, north in draw(st.lists(steps, min_size=1, max_size=5)):
        corners.append((corners[-1][0] + east / 100, corners[-1][1] + north / 100))
    return pd.DataFrame({"id": ["line"], "geometry": [shapely.LineString(corners)]})


@given(POINTS, lines())
def test_the_nearest_point_is_nearer_than_every_corner(point, line):
    found = geometry.nearest(*point, line, place_error_km=5.0)
    shape = line["geometry"][0]
    corners = [geometry.EARTH.inv(*point, *corner[:2])[2] / 1000 for corner in shape.coords]
    assert 0 <= found.km <= min(corners) * 1.0001 + 1e-6
    assert found.low <= found.km <= found.high and found.low >= 0
    # A straight piece bends a little from one projection to another.
    assert shape.distance(shapely.Point(found.lon, found.lat)) < 0.001


@given(lines(), st.floats(0, 1))
def test_a_point_of_a_line_has_no_distance_from_it(line, along):
    at = line["geometry"][0].interpolate(along, normalized=True)
    corner = line["geometry"][0].coords[0]
    assert geometry.nearest(*corner[:2], line).km < 0.01
    assert geometry.nearest(at.x, at.y, line).km < 0.1


@given(POINTS, lines(), lines())
def test_a_segment_more_never_makes_a_place_lie_farther(point, first, second):
    both = pd.concat([first, second], ignore_index=True)
    assert geometry.nearest(*point, both).km <= geometry.nearest(*point, first).km + 1e-9


@given(lines())
def test_a_line_is_as_long_backwards_and_no_shorter_than_its_ends_are_apart(line):
    shape = line["geometry"][0]
    ends = geometry.EARTH.inv(*shape.coords[0], *shape.coords[-1])[2] / 1000
    assert math.isclose(geometry.length_km(shape), geometry.length_km(shape.reverse()))
    assert geometry.length_km(shape) >= ends * (1 - 1e-9)


# Spells and gaps


@given(st.lists(DAYS, min_size=1, max_size=12), st.lists(DAYS, min_size=1, max_size=8))
def test_a_gap_leads_to_the_first_meeting_that_follows(days, meetings):
    found = spells.gaps(pd.Series(days), pd.Series(meetings))
    for day, gap in zip(days, found, strict=True):
        later = [meeting for meeting in meetings if meeting >= day]
        assert pd.isna(gap) if not later else gap == (min(later) - day).days


@given(st.lists(DAYS, min_size=1, max_size=6, unique=True), st.integers(0, 3000))
def test_every_day_of_a_post_belongs_to_one_holder(starts, days):
    table = pd.DataFrame({"post": "x", "start": sorted(starts), "id": range(len(starts)), "holder": "h"})
    table["status"] = pd.Categorical(["confirmed", "vacant"] * 3, ["confirmed", "vacant"])[: len(starts)]
    first, last = min(starts), max(starts) + pd.Timedelta(days=days)
    found = posts.spells(table, first, last)
    assert found["days"].sum() == (last - first).days + 1
    assert ((found["start"].shift(-1) - found["end"]).dt.days.dropna() == 1).all()
    empty = posts.gaps(table, last)
    assert empty["days"].sum() == found.loc[found["status"] == "vacant", "days"].sum()


@given(
    st.lists(
        st.tuples(DAYS, st.sampled_from(["free", "held", "serving", "unknown", "unclear"])), min_size=1, max_size=9
    )
)
def test_custody_never_overlaps_and_its_days_add_up(steps):
    steps = sorted(dict(steps).items())
    assume(any(state in custody.HELD for _, state in steps))
    table = pd.DataFrame(steps, columns=["date", "state"])
    table = table.assign(id=[f"s{n}" for n in range(len(table))], person_id="p", date_precision="day")
    found, until = custody.segments(table), table["date"].max() + pd.Timedelta(days=30)
    ends = found["end"].fillna(until)
    sure = found["state"] != "unclear"
    assert (ends[sure] >= found.loc[sure, "start"]).all()
    assert (
        found["start"].shift(-1).dropna() >= found["end"].dropna().reindex(found.index[:-1]).fillna(found["start"])
    ).all()
    joined = custody.spells(found, until)
    assert joined["days"].dropna().sum() == (ends - found["start"])[sure].dt.days.sum()


@given(st.lists(st.tuples(st.integers(1, 200), st.booleans()), min_size=1, max_size=15))
def test_a_survival_curve_falls_from_one_and_never_rises(stays):
    months, done = (pd.Series(list(column)) for column in zip(*stays, strict=True))
    curve = spells.kaplan_meier(months, done)
    assert curve["share"].iloc[0] == 1 and (curve["share"].diff().dropna() <= 1e-12).all()
    assert (curve["low"] <= curve["share"] + 1e-12).all() and (curve["share"] <= curve["high"] + 1e-12).all()
    assert curve["exits"].sum() == done.sum()
    assert spells.share_after(curve, 0).value == 1


@given(st.data())
def test_the_shift_test_is_a_distribution_over_every_shift(drawn):
    length = drawn.draw(st.integers(5, 60))
    first = pd.Timestamp(2018, 6, 1)
    last = first + pd.Timedelta(days=length - 1)
    place = st.integers(0, length - 1).map(lambda n: first + pd.Timedelta(days=n))
    days, meetings = (pd.Series(drawn.draw(st.lists(place, min_size=1, max_size=6))) for _ in range(2))
    meetings = pd.concat([meetings, pd.Series([last])], ignore_index=True)
    found = spells.shift_test(days, meetings, first, last)
    assert 1 / length - 1e-9 <= found.p <= 1 + 1e-9 and 0 < found.p_two_sided <= 1 + 1e-9
    assert math.isclose(found.expected, spells.gaps(pd.Series(pd.date_range(first, last)), meetings).mean())


@given(st.lists(DAYS, min_size=1, max_size=15), st.integers(0, 400))
def test_waves_begin_apart_and_leave_no_day_out(days, apart):
    found = custody.waves(pd.Series(days), apart)
    assert set(found) <= set(days) and found.iloc[0] == min(days)
    assert (found.diff().dt.days.dropna() > apart).all()


# Prices

LEVELS = st.lists(st.floats(20, 300), min_size=6, max_size=6).map(lambda values: pd.Series(values, range(2010, 2016)))
FISCAL = st.one_of(
    st.integers(2010, 2015).map(str),
    st.tuples(st.integers(2010, 2012), st.integers(2013, 2015)).map(lambda pair: f"{pair[0]}-{pair[1]}"),
)


@given(st.lists(st.tuples(st.floats(0, 1e5), FISCAL), min_size=1, max_size=5), LEVELS, st.integers(2010, 2015))
def test_a_sum_at_the_prices_of_its_own_year_is_itself_and_the_base_only_scales(sums, levels, base):
    amounts, years = (pd.Series(list(column)) for column in zip(*sums, strict=True))
    found = money.constant(amounts, years, levels, base)
    own = years == str(base)
    assert np.allclose(found[own], amounts[own])
    other = money.constant(amounts, years, levels, 2010)
    assert np.allclose(found, other * levels[base] / levels[2010])
    doubled = money.constant(amounts * 2, years, levels, base)
    assert np.allclose(doubled, found * 2)


@given(FISCAL, LEVELS)
def test_a_price_level_of_several_years_lies_between_theirs(years, levels):
    inside = levels[list(money.span(years))]
    assert inside.min() - 1e-9 <= money.price_level(years, levels) <= inside.max() + 1e-9
    with pytest.raises(KeyError, match="no price level for fiscal 1998"):
        money.price_level("1998-2010", levels)
