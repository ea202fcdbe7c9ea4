"""Distances, depths and routes against cases computed by hand, and the words of notebook 05 that hang on findings."""

import json
import math

import pandas as pd
import pytest
import shapely
from pyproj import Geod

from aftermumbai import charts, data, measures
from aftermumbai.charts import places as chapter
from aftermumbai.measures import geometry, places

# One degree of the meridian from the equator on, and one of the equator, on WGS 84.
MERIDIAN, EQUATOR = 110.574, 111.319


@pytest.fixture(scope="module")
def equator() -> pd.DataFrame:
    """A line along the equator, with a corner at every degree."""
    corners = shapely.LineString([(lon, 0) for lon in range(68, 77)]).segmentize(0.05)
    return places.line(pd.DataFrame({"id": ["loc", "lac-western"], "geometry": [corners, shapely.Point(72, 1)]}))


@pytest.fixture(scope="module")
def spans(record) -> pd.DataFrame:
    pieces = places.line(data.shapes("segments"))
    return places.distances(record["places"], pieces, data.shapes("districts"), data.shapes("territories"))


# Measures


def test_distances_are_measured_to_what_parts_india_from_pakistan_alone(equator):
    assert equator["id"].tolist() == ["loc"]
    assert geometry.nearest(72, 1, equator).km == pytest.approx(MERIDIAN, abs=0.01)


def test_an_area_lies_between_its_nearest_and_its_farthest_corner(equator):
    low, high = places.span(shapely.box(71.9, 1, 72.1, 2), equator)
    assert low == pytest.approx(MERIDIAN, rel=0.001)
    assert high == pytest.approx(2 * MERIDIAN, rel=0.001)


def one_place(precision: str, sources: str = "gazetteer") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": ["p"],
            "territory": ["india_administered_jk"],
            "lat": [1.5],
            "lon": [72.0],
            "coord_precision": [precision],
            "sources": [sources],
        }
    )


AREAS = (
    pd.DataFrame({"district": ["North"], "geometry": [shapely.box(71.9, 0.5, 72.1, 2)]}),
    pd.DataFrame(
        {
            "administered_by": ["India", "Pakistan"],
            "geometry": [shapely.box(60, 1, 90, 9), shapely.box(60, -9, 90, 1)],
        }
    ),
)


def test_a_point_of_a_district_stands_for_the_part_that_its_side_holds(equator):
    found = places.distances(one_place("district", places.DISTRICT_POINTS), equator, *AREAS).loc["p"]
    assert found["district"] == "North"
    assert found["km"] == pytest.approx(1.5 * MERIDIAN, rel=0.001)
    # From 1° on: south of it Pakistan holds the district. The line's error of one kilometre is added.
    assert found["low_km"] == pytest.approx(MERIDIAN - 1, rel=0.001)
    assert found["high_km"] == pytest.approx(2 * MERIDIAN + 1, rel=0.001)


@pytest.mark.parametrize(("precision", "error"), [("site", 2), ("town", 6), ("district", 31)])
def test_a_place_of_a_gazetteer_has_the_bounds_of_its_precision(equator, precision, error):
    found = places.distances(one_place(precision), equator, *AREAS).loc["p"]
    assert found["high_km"] - found["km"] == pytest.approx(error)
    assert found["km"] - found["low_km"] == pytest.approx(error)


def test_a_place_known_to_the_region_is_left_out(equator):
    assert places.distances(one_place("region"), equator, *AREAS).empty


SPANS = pd.DataFrame(
    {"km": [4.0, 20.0, 41.0], "low_km": [0.0, 14.0, 35.0], "high_km": [10.0, 50.0, 47.0]}, index=["a", "b", "c"]
)


def test_places_within_a_distance_are_bounded_by_what_their_errors_allow():
    found = places.nearer(SPANS, [5, 20, 47]).set_index("level")
    assert found.loc[5].tolist() == [0, 1, 1, 3]
    assert found.loc[20].tolist() == [1, 2, 2, 3]
    assert found.loc[47].tolist() == [2, 3, 3, 3]


def test_the_deepest_strike_has_the_largest_of_all_bounds():
    strikes = pd.DataFrame({"id": ["s", "t", "u", "v", "w"], "place_id": ["a", "b", "c", "nowhere", "a"]})
    assert places.deepest(strikes, SPANS) == ("c", 41.0, 35.0, 50.0, 3)
    assert places.deepest(strikes[strikes["place_id"] == "nowhere"], SPANS) is None


@pytest.mark.parametrize(
    ("first", "second", "answer"),
    [((1, 5), (6, 9), "deeper"), ((1, 5), (5, 9), "unclear"), ((6, 9), (1, 5), "less deep")],
)
def test_a_strike_is_deeper_only_where_the_bounds_do_not_meet(first, second, answer):
    assert places.deeper(places.Depth("p", 0, *first, 1), places.Depth("q", 0, *second, 1)) == answer


def test_reports_of_one_place_span_all_that_was_said():
    strikes = pd.DataFrame({"id": ["s"], "place_id": ["a"]})
    reports = pd.DataFrame({"strike_id": ["s", "s"], "depth_km_min": [4.8, 80.0], "depth_km_max": [6.4, 80.0]})
    of_place = reports.assign(said_of=["place", "raid"])
    assert places.reported(strikes, of_place).loc["a"].tolist() == pytest.approx([42.4, 4.8, 80.0])
    of_flight = reports.assign(said_of=["intrusion", "place"])
    assert places.reported(strikes, of_flight).loc["a"].tolist() == pytest.approx([80.0, 80.0, 80.0])


def test_a_route_is_as_long_as_the_geodesics_between_its_points():
    table = pd.DataFrame({"id": ["a", "b", "c"], "name": ["A", "B", "C"], "lat": [0.0, 0, 0], "lon": [70.0, 71, 73]})
    points = pd.DataFrame({"position": [1, 2, 3], "place_id": ["a", "b", "c"]})
    assert places.along(points, table)["along_km"].tolist() == pytest.approx([0, EQUATOR, 3 * EQUATOR], abs=0.01)


def test_attacks_of_one_point_share_a_key_and_those_without_one_are_left_out():
    table = pd.DataFrame(
        {
            "id": ["a", "b", "c"],
            "name": ["Lal Chowk", "Soura", "Nowhere"],
            "territory": ["x", "x", "x"],
            "lat": [34.0857, 34.0857, None],
            "lon": [74.8056, 74.8056, None],
            "coord_precision": ["town", "town", None],
        }
    )
    attacks = pd.DataFrame({"id": ["1", "2", "3"], "place_id": ["a", "b", "c"]})
    joined = places.at_one_place(attacks, table)
    assert joined["point"].tolist() == ["34.0857 74.8056"] * 2
    assert joined["place"].tolist() == ["Lal Chowk", "Soura"]


@pytest.mark.parametrize(
    ("striker", "struck", "namer", "said", "short"),
    [
        ("hit", "hit", "both", chapter.BOTH, "by both accounts"),
        ("hit", "denied", "striker", chapter.STRIKER, "by India's account"),
        ("hit", "aimed", "struck", chapter.STRIKER, "named by Pakistan"),
        (None, "hit", "struck", chapter.STRUCK, "by Pakistan's account"),
        ("hit", "denied", "press", chapter.UNNAMED, "named by anonymous sources"),
        ("denied", "aimed", "struck", chapter.NEITHER, None),
    ],
)
def test_who_says_that_a_place_was_hit_is_told(striker, struck, namer, said, short):
    strikes = pd.DataFrame(
        {"by": ["india"], "striker_says": [striker], "struck_says": [struck], "named_by": [namer]}, dtype=object
    )
    assert chapter.said_of(strikes).tolist() == [said]
    if short:
        assert chapter.short_says(next(strikes.itertuples())) == short


def test_a_state_that_names_no_place_is_not_made_to_name_it():
    strike = pd.DataFrame(
        {"by": ["pakistan"], "striker_says": ["hit"], "struck_says": ["aimed"], "named_by": ["struck"]}
    )
    assert chapter.says_text(next(strike.itertuples())) == (
        "named by India; Pakistan says that it struck and names no place, India says it was aimed at"
    )


def test_an_attack_is_taken_in_by_everybody_who_is_said_to_have_done_it():
    columns = ["event_id", "group_id", "role", "by_kind"]
    said = pd.DataFrame(
        [("a", "let", "blamed", "state"), ("a", "jem", "claimed", "group"), ("b", "jem", "charged", "state")],
        columns=columns,
    )
    groups = data.load("groups")
    sets = chapter.chosen(pd.DataFrame({"id": ["a", "b", "c"]}), said, groups)
    found = {key: taken.tolist() for key, taken in sets.items() if taken.any()}
    assert found == {
        "all": [True, True, True],
        "state-let": [True, False, False],
        "state-jem": [False, True, False],
        "claimed-jem": [True, False, False],
        "claimed-nobody": [False, True, True],
    }


@pytest.mark.parametrize("phone", [True, False])
def test_a_square_has_the_area_of_a_circle_for_as_many_people(phone):
    """Vega draws a circle of the size s with the diameter, a square with the side, of the root of s."""
    size = chapter._size(50, phone)
    assert chapter.SQUARE * size == pytest.approx(math.pi * (size**0.5 / 2) ** 2, rel=1e-4)


def test_the_words_for_a_size_are_those_for_a_number():
    """The live chart reckons with an expression, the key with a number."""
    words = chapter._size("low", False).replace("datum.low", "50").replace("(datum.exact ? 1 : 0.7854)", "1")
    assert eval(words) == pytest.approx(chapter._size(50, False))


@pytest.mark.parametrize(
    ("names", "name"),
    [
        (["Bemina, Srinagar", "Soura"], "Srinagar"),
        (["Near Jaunpur, Patna-New Delhi railway"], "Near Jaunpur"),
        (["Guwahati and three other towns"], "Guwahati"),
        (["Srinagar airport"], "Srinagar airport"),
    ],
)
def test_a_point_is_called_after_the_town_it_lies_in(names, name):
    assert chapter._point_name(names) == name


def test_a_name_stands_where_it_covers_fewest_marks():
    points = [(True, "a"), (True, "b"), (True, "c"), (False, "z")]
    totals = pd.DataFrame(
        {"killed": [100, 5, 90, 1], "east": [0.0, 0.0, 90.0, 0.0], "north": [0.0, 12.0, 0.0, 0.0]},
        index=pd.MultiIndex.from_tuples(points, names=["here", "point"]),
    )
    labels, sides = chapter._labels(totals, {"a": "Alpha", "b": "Beta", "c": "Gamma", "z": "Zeta"}, "wide")
    assert (labels["a"], sides["a"]) == ("Alpha", -1)
    assert (labels["c"], sides["c"]) == ("Gamma", 1)


# The record


def by_hand(lon: float, lat: float) -> float:
    """Distance to the corners of the line, made dense: another way than the one the measure takes."""
    earth, best = Geod(ellps="WGS84"), float("inf")
    shapes = data.shapes("segments")
    for shape in shapes[shapes["id"].isin(places.BETWEEN)]["geometry"]:
        at = shapely.get_coordinates(shape.segmentize(0.002))
        best = min(best, earth.inv([lon] * len(at), [lat] * len(at), at[:, 0], at[:, 1])[2].min())
    return best / 1000


@pytest.mark.parametrize("place", ["balakot", "muridke", "bahawalpur", "sargodha-mushaf", "pulwama-lethpora", "bhuj"])
def test_a_distance_agrees_with_one_measured_another_way(record, spans, place):
    row = record["places"].set_index("id").loc[place]
    assert spans.loc[place, "km"] == pytest.approx(by_hand(float(row["lon"]), float(row["lat"])), abs=0.2)


def test_every_strike_with_coordinates_lies_beyond_the_line(record, spans):
    measured = record["strikes"]["place_id"].isin(spans.index)
    without = set(record["strikes"].loc[~measured, "place_id"])
    assert without == {"haji-pir", "kel", "sarjal"}


def test_the_words_on_distance_hold(record, spans):
    attacks = record["events"].query("category == 'attack'")
    near = chapter.in_kashmir(attacks, record["places"], spans)
    medians = near.groupby("period")["km"].median()
    assert medians.max() - medians.min() < 5
    assert (near.groupby("period")["low_km"].median() > 20).all()


def test_the_words_on_the_road_hold(record, spans):
    rows = chapter.route_rows(record["route_points"], record["places"], spans)
    assert rows["km"].idxmax() == rows.index[rows["short"] == "Qazigund"][0]
    assert rows["along_km"].is_monotonic_increasing


def test_the_words_on_depth_hold(record, spans):
    steps = chapter.depth_answer(record["strikes"], record["strike_depths"], record["places"], spans)
    assert [step["measured"] for step in steps["india"]] == ["unclear", "deeper"]
    assert [step["reported"] for step in steps["india"]] == ["deeper", "deeper"]
    assert [step["measured"] for step in steps["pakistan"]] == ["deeper"]
    # The step as reported rests on one figure for one place, which the map does not bear out.
    assert steps["india"][0]["places"][1] == 1
    rows = chapter.dumbbell_rows(record["strikes"], record["strike_depths"], record["places"], spans)
    balakot = chapter.compared(rows).query("line == 'Balakot, 2019'")
    assert len(balakot) == 1
    assert not balakot["meets"].any()


def test_a_year_is_one_campaign(record):
    """Days of one exchange are no steps from reprisal to reprisal."""
    for by, years in chapter.CAMPAIGNS.items():
        for year in years:
            some = chapter.campaign(record["strikes"], by, year)
            assert (some["date"].dt.year == int(year)).all()
            assert len(some) > 0
    assert chapter.campaign(record["strikes"], "india", "2025")["date"].nunique() > 1


def test_nobody_names_a_place_of_2016_but_unnamed_sources(record):
    some = chapter.campaign(record["strikes"], "india", "2016")
    assert set(chapter.said_of(some)) == {chapter.UNNAMED}


def test_the_last_step_holds_on_either_account(record, spans):
    words = chapter.account_text(record["strikes"], record["places"], spans)
    assert words.startswith("The last step holds on either state's account alone")
    assert "none" not in words


def test_whichever_state_names_it_the_deepest_site_of_7_may_lies_deeper_than_balakot(spans):
    assert spans.loc[["bahawalpur", "ahmadpur-east"], "low_km"].min() > spans.loc["balakot", "high_km"]


def test_the_shares_near_the_line_overlap_in_all_periods(record, spans):
    """Where no least share is above another most, no move can be told."""
    near = chapter.in_kashmir(record["events"].query("category == 'attack'"), record["places"], spans)
    parts = [places.nearer(some, [chapter.SHORT]).iloc[0] for _, some in near.groupby("period")]
    assert max(part["least"] / part["n"] for part in parts) < min(part["most"] / part["n"] for part in parts)


def test_most_reports_agree_where_the_place_is_little_known(record, spans):
    rows = chapter.dumbbell_rows(record["strikes"], record["strike_depths"], record["places"], spans)
    found = chapter.compared(rows)
    shares = found.groupby("exact")["meets"].mean()
    assert len(found) >= 20
    assert shares[False] > 0.9
    assert 0.4 < shares[True] < 0.8


def test_the_depth_of_an_intrusion_is_compared_with_no_place(record, spans):
    reports = record["strike_depths"]
    left = reports[reports["said_of"] == "intrusion"]
    assert left["strike_id"].tolist() == ["2019-02-26-india-balakot"]
    rows = chapter.dumbbell_rows(record["strikes"], reports, record["places"], spans)
    assert not rows["by"].isin(left["reported_by"]).any()
    assert "Balakot, 4.8 to 6.4 km" in chapter.left_out_text(record["strikes"], reports, record["places"])


def test_a_report_agrees_where_it_reaches_into_the_bounds():
    rows = pd.DataFrame(
        {
            "order": [0, 0, 0, 1],
            "source": [
                chapter.MEASURED,
                chapter.REPORTED["press"],
                chapter.REPORTED["struck"],
                chapter.REPORTED["press"],
            ],
            "exact": [True, True, True, False],
            "low_km": [35.0, 80, 30, 8],
            "km": [41.0, 80, 33, 8],
            "high_km": [47.0, 80, 36, 8],
        }
    )
    assert chapter.compared(rows)["meets"].tolist() == [False, True]


@pytest.fixture(scope="module")
def map_rows(record, spans) -> pd.DataFrame:
    attacks = record["events"].query("category == 'attack'").join(measures.tolls(record["casualties"]), on="id")
    return chapter.map_rows(attacks, record["places"], spans, record["attributions"], record["groups"])


def test_the_takeaway_of_the_map_ranks_districts_with_towns(map_rows):
    totals = map_rows[map_rows["here"]].groupby("spot")["killed_max"].sum().sort_values(ascending=False)
    words = chapter.map_takeaway(map_rows)
    assert all(spot in words for spot in totals.index[:3])
    assert totals.index[1] == "Anantnag district"


def test_places_outside_the_region_have_a_map_of_their_own(map_rows):
    outside = set(map_rows.loc[~map_rows["here"], "spot"])
    assert {"Mumbai", "New Delhi", "Lahore"} <= outside
    west, south, east, north = chapter.SOUTH_ASIA
    rows = map_rows[~map_rows["here"]]
    assert rows["east"].between(west, east).all()
    assert rows["north"].between(south, north).all()
    west, south, east, north = chapter.KASHMIR
    rows = map_rows[map_rows["here"]]
    assert rows["east"].between(west, east).all()
    assert rows["north"].between(south, north).all()


@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])
def test_the_map_follows_a_menu_and_two_sliders(width):
    """Every reader reaches these with a keyboard; a brush is for a mouse alone."""
    chart = chapter.draw_map(width).to_dict()
    bound = {param["name"]: param["bind"]["input"] for param in chart["params"]}
    assert bound == {"shown": "select", "since": "range", "until": "range"}
    # Bars keep their years; both maps take theirs from the sliders.
    assert json.dumps(chart).count('"datum.year >= min(since, until)') >= 3


def test_every_report_and_statement_has_a_shape_and_a_colour():
    assert list(chapter.SAID_COLOURS) == list(chapter.SAID_SHAPES)
    assert list(chapter.SOURCE_COLOURS) == list(chapter.SOURCE_SHAPES)
    assert list(chapter.REPORTED) == list(data.labels("strike_depths", "reporter_kind"))


def test_attacks_are_divided_into_periods_by_the_days_of_the_book():
    days = pd.Series(pd.to_datetime(["2008-11-25", "2008-11-26", "2019-02-13", "2019-02-14"]))
    assert chapter.periods(days).tolist() == ["before Mumbai", "Mumbai to 2015", "2016 to Pulwama", "since Pulwama"]
    assert measures.day_text(days[1]) == "26 November 2008"
