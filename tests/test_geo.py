"""The geometry of the line: what the files promise, what the measures give, what the maps draw."""

import json
import re

import pandas as pd
import pytest
import shapely
from conftest import ROOT
from pyproj.transformer import Transformer

from aftermumbai import data, geodata, maps
from aftermumbai.charts import line
from aftermumbai.measures import geometry

FILES = data.geometry_files()
NAMES = [path.split("/")[-1].removesuffix(".geojson") for path in FILES]
# Metres: how far the drawn line may pass from a documented point.
CLOSE = 250


@pytest.fixture(scope="module")
def segments() -> pd.DataFrame:
    return data.shapes("segments")


@pytest.fixture(scope="module")
def territories() -> pd.DataFrame:
    return data.shapes("territories")


# The files


def test_the_descriptor_names_every_file_and_they_stay_small():
    assert sorted(FILES) == sorted(f"geo/{path.name}" for path in geodata.GEO.glob("*.geojson"))
    assert sum(path.stat().st_size for path in geodata.GEO.glob("*.geojson")) < 600_000


@pytest.mark.parametrize("path", FILES)
def test_a_file_says_where_it_is_from_and_under_which_licence(path):
    content = json.loads((data.DATA / path).read_text(encoding="utf-8"))
    assert content["type"] == "FeatureCollection" and content["features"]
    assert all(content[key] for key in ("title", "source", "licence"))
    assert ("OpenStreetMap" in content["source"]) == ("ODbL" in content["licence"])
    assert not re.search(r"\d\.\d{7}", json.dumps(content["features"]))


@pytest.mark.parametrize("name", NAMES)
def test_geometry_is_valid_wound_right_and_within_reach(name):
    for shape in data.shapes(name)["geometry"]:
        assert shape.is_valid and not shape.is_empty
        reach = geodata.LOCATOR if name == "locator" else geodata.REACH
        assert reach.buffer(1e-3).covers(shape)
        for part in shapely.get_parts(shape):
            if part.geom_type == "Polygon":
                assert part.exterior.is_ccw and not any(ring.is_ccw for ring in part.interiors)
            if part.geom_type != "Point":
                assert shapely.get_num_coordinates(shapely.remove_repeated_points(part)) == (
                    shapely.get_num_coordinates(part)
                )


def test_segments_are_those_of_the_table(segments):
    table = set(data.load("boundary_segments")["id"])
    assert set(segments["id"]) <= table and segments["id"].is_unique
    assert set(data.shapes("segments-coarse")["id"]) <= set(segments["id"])


# Places and ends


def ends(segment: str) -> dict[str, tuple[float, float]]:
    row = data.load("boundary_segments").set_index("id").loc[segment]
    return {end: (float(row[f"{end}_lon"]), float(row[f"{end}_lat"])) for end in ("from", "to")}


def test_nj9842_is_its_grid_reference_and_the_end_of_the_line(segments):
    # NJ 38 98000, 13 42000: yards of the old Indian grid, zone I, which EPSG:24378 counts in metres (to about 20 m).
    grid = Transformer.from_crs("EPSG:24378", "EPSG:4326", always_xy=True)
    lon, lat = grid.transform(3_898_000 * 0.9144, 1_342_000 * 0.9144)
    assert ends("loc")["to"] == pytest.approx((lon, lat), abs=1e-4)
    drawn = segments.set_index("id").loc["loc", "geometry"].coords[-1]
    assert geometry.EARTH.inv(lon, lat, *drawn)[2] < CLOSE


@pytest.mark.parametrize(
    ("segment", "end", "index"),
    [("loc", "from", 0), ("agpl", "from", 0), ("agpl", "to", -1), ("lac-western", "from", 0)],
)
def test_a_segment_ends_where_the_table_says(segments, segment, end, index):
    drawn = segments.set_index("id").loc[segment, "geometry"].coords[index]
    assert geometry.EARTH.inv(*ends(segment)[end], *drawn)[2] < CLOSE


def test_segments_follow_each_other_without_a_gap(segments):
    lines = segments.set_index("id")["geometry"]
    for first, second in [
        ("international-boundary", "ib-jammu-working-boundary"),
        ("ib-jammu-working-boundary", "loc"),
        ("loc", "agpl"),
        ("agpl", "shaksgam-siachen"),
        ("shaksgam-siachen", "lac-western"),
    ]:
        last = lines[first].coords[-1]
        assert last == pytest.approx(lines[second].coords[0], abs=2e-4), (first, second)


def side(row, territories: pd.DataFrame) -> str | None:
    """The territory in which a place lies, or None."""
    point = shapely.Point(float(row.lon), float(row.lat))
    return next((key for key, shape in territories[["id", "geometry"]].values if shape.covers(point)), None)


def test_every_place_lies_on_the_side_its_table_says(territories):
    sides = {
        "india_administered_jk": {"jammu-and-kashmir", "ladakh", "siachen"},
        "pakistan_administered_kashmir": {"azad-kashmir", "gilgit-baltistan"},
    }
    wrong = {
        row.id: found
        for row in data.load("places").dropna(subset=["lat", "lon"]).itertuples()
        if row.coord_precision != "region"
        if (found := side(row, territories)) not in sides.get(str(row.territory), {None})
    }
    assert wrong == {}


def test_crossings_lie_on_the_line(segments):
    for row in data.load("crossing_points").dropna(subset=["lat", "lon"]).itertuples():
        assert geometry.nearest(float(row.lon), float(row.lat), segments).km < 1, row.id


# Lengths and areas against documents. Where reports disagree, all of them stand in the tables; the
# tolerance is for the report named here.


@pytest.mark.parametrize(
    ("segment", "reported", "tolerance"),
    [
        ("loc", 740, 0.08),
        ("ib-jammu-working-boundary", 193, 0.05),
        ("agpl", 110, 0.15),
        ("international-boundary", 2240, 0.14),
        ("china-pakistan", 510, 0.16),
    ],
)
def test_a_length_lies_near_a_documented_one(segments, segment, reported, tolerance):
    table = data.load("segment_lengths")
    assert reported in table[table["segment_id"] == segment]["length_km"].astype(float).tolist()
    assert geometry.lengths(segments).loc[segment, "length_km"] == pytest.approx(reported, rel=tolerance)


def test_reports_that_disagree_stay_and_like_is_compared_with_like(segments):
    table = data.load("segment_lengths")
    spans = table.groupby("segment_id")["length_km"].agg(["min", "max"]).astype(float)
    assert spans.loc["loc"].tolist() == [700, 778]
    assert spans.loc["ib-jammu-working-boundary"].tolist() == [192, 485]
    assert spans.loc["international-boundary"].tolist() == [1280, 2400]
    assert spans.loc["ceasefire-line-1949"].tolist() == [740, 800]
    of_1949 = table[table["note"].str.contains("ceasefire line|1949", na=False)]
    assert set(of_1949["segment_id"]) == {"ceasefire-line-1949"} and "ceasefire-line-1949" not in set(segments["id"])


def test_a_coarser_line_is_shorter(segments):
    compared = geometry.compare(segments, data.shapes("segments-coarse"), step_km=25)
    assert (compared["ratio"] < 1).all()


@pytest.mark.parametrize(
    ("row", "keys", "tolerance"),
    [
        ("azad-kashmir", ["azad-kashmir"], 0.1),
        ("gilgit-baltistan-in", ["gilgit-baltistan"], 0.03),
        ("pakistan-administered-total", ["azad-kashmir", "gilgit-baltistan"], 0.02),
        ("indian-administered-kn", ["jammu-and-kashmir", "ladakh", "siachen"], 0.02),
        ("china-held-aksai-chin", ["aksai-chin"], 0.14),
        ("shaksgam-kn", ["shaksgam"], 0.03),
    ],
)
def test_an_area_lies_near_a_documented_one(territories, row, keys, tolerance):
    reported = float(data.load("territories").set_index("id").loc[row, "area_km2"])
    sizes = territories.set_index("id")["geometry"].map(geometry.area_km2)
    assert sizes[keys].sum() == pytest.approx(reported, rel=tolerance)


def test_a_claim_covers_what_it_should(territories):
    claims = data.shapes("claims").set_index("id")["geometry"]
    areas = territories.set_index("id")["geometry"]
    official = float(data.load("territories").set_index("id").loc["princely-state-indian-official", "area_km2"])
    assert geometry.area_km2(claims["india"]) == pytest.approx(official, rel=0.01)
    for key, shape in areas.items():
        assert shape.intersection(claims["india"]).area > 0.98 * shape.area
        claimed = shape.intersection(claims["pakistan"]).area / shape.area
        assert claimed < 0.1 if key in maps.CHINESE else claimed > 0.9, key  # the coarse line cuts into Siachen
        held = shape.intersection(claims["china"]).area / shape.area
        assert held > 0.9 if key in maps.CHINESE else held < 0.1, key


def test_territories_do_not_overlap(territories):
    shapes = territories["geometry"].tolist()
    for place, one in enumerate(shapes):
        for other in shapes[place + 1 :]:
            assert one.intersection(other).area < 1e-6


# Measures against cases worked out by hand


def square(lon: float, lat: float, size: float) -> shapely.Polygon:
    return shapely.box(lon, lat, lon + size, lat + size)


def frame(**shapes) -> pd.DataFrame:
    return pd.DataFrame({"id": list(shapes), "geometry": list(shapes.values())})


def test_a_degree_of_the_meridian_and_of_the_equator():
    # From the tables of the WGS 84 ellipsoid: 110.574 km and 111.320 km at the equator.
    assert geometry.length_km(shapely.LineString([(0, 0), (0, 1)])) == pytest.approx(110.574, abs=0.001)
    assert geometry.length_km(shapely.LineString([(0, 0), (1, 0)])) == pytest.approx(111.320, abs=0.001)


def test_an_area_does_not_depend_on_the_winding():
    area = square(75, 34, 1)
    # 110.94 km by 92.38 km at the southern and 91.29 km at the northern edge.
    assert geometry.area_km2(area) == pytest.approx(10_190, rel=0.002)
    assert geometry.area_km2(area.reverse()) == geometry.area_km2(area)


def test_the_nearest_point_and_its_errors():
    lines = frame(near=shapely.LineString([(74, 33), (74, 35)]), far=shapely.LineString([(80, 33), (80, 35)]))
    found = geometry.nearest(75, 34, lines, place_error_km=5, line_error_km=1)
    # One degree of the parallel of 34° is 92.385 km; the geodesic to the meridian is a little shorter.
    assert found.segment_id == "near"
    assert found.km == pytest.approx(92.38, abs=0.05)
    assert (found.error_km, found.low, found.high) == (6, found.km - 6, found.km + 6)
    assert geometry.nearest(74.001, 34, lines, 5).low == 0
    with pytest.raises(ValueError, match="no segment"):
        geometry.nearest(75, 34, lines.iloc[:0])


def test_known_distances(segments):
    ground = segments[segments["id"].isin(["international-boundary", "ib-jammu-working-boundary", "loc", "agpl"])]
    # Wagah stands on the border; Lahore's centre is some 22 km from it, Srinagar's 50 to 70 from the line.
    assert geometry.nearest(74.57306, 31.60472, ground).km < 0.2
    assert 17 < geometry.nearest(74.3436, 31.5497, ground).km < 25
    assert 45 < geometry.nearest(74.803, 34.0884, ground).km < 75


def test_lines_a_known_distance_apart():
    first = shapely.LineString([(75, 34), (75, 34.5)])
    second = shapely.LineString([(75.1, 34), (75.1, 34.5)])
    apart = geometry.far_apart(first, second, step_km=10)
    assert len(apart) == 6 and apart.between(9.1, 9.3).all()
    compared = geometry.compare(frame(a=first), frame(a=second))
    assert compared.loc["a", "ratio"] == pytest.approx(1)


# How the files are made


def test_a_chain_joins_pieces_over_small_gaps_and_stops_at_large_ones():
    pieces = [shapely.LineString(at) for at in ([(2, 0), (1, 0)], [(0, 0), (0.9, 0)], [(9, 0), (10, 0)])]
    joined = geodata.chain(pieces, start=(0, 0), gap=0.2)
    assert list(joined.coords) == [(0, 0), (0.9, 0), (1, 0), (2, 0)]


def test_a_line_is_split_where_it_comes_nearest_to_the_points():
    parts = geodata.split(shapely.LineString([(0, 0), (10, 0)]), [(3, 1), (7, -1)])
    assert [list(part.coords) for part in parts] == [[(0, 0), (3, 0)], [(3, 0), (7, 0)], [(7, 0), (10, 0)]]
    with pytest.raises(ValueError, match="follow each other"):
        geodata.split(shapely.LineString([(0, 0), (10, 0)]), [(7, 0), (3, 0)])


def test_what_two_areas_share():
    (edge,) = geodata.shared(square(0, 0, 1), square(1, 0, 1))
    assert edge.length == 1 and set(edge.coords) == {(1, 0), (1, 1)}


def test_cracks_are_closed_and_slivers_absorbed():
    parts = [shapely.box(0, 0, 1, 1), shapely.box(1.0005, 0, 2, 1)]
    assert geodata.joined(parts).area == pytest.approx(2, rel=1e-3)
    sliver = shapely.box(1, 0, 1.001, 1)
    named = geodata.absorb([("a", square(0, 0, 1)), ("b", shapely.box(1.001, 0, 2, 0.5)), ("b", sliver)], least_km2=200)
    assert [name for name, _ in named] == ["a", "b", "a"]


def test_tidy_geometry_is_on_the_grid_and_wound_right():
    ring = shapely.Polygon([(0, 0), (0, 1), (1.00004, 1), (1.00004, 0)])
    clean = geodata.tidy(ring)
    assert clean.exterior.is_ccw and clean.bounds == (0, 0, 1, 1)
    assert geodata.feature(shapely.Point(75.123456, 34), name="x")["geometry"]["coordinates"] == [75.1235, 34.0]


def test_a_package_with_another_hash_is_refused():
    package = geodata.PACKAGES["natural-earth"]
    with pytest.raises(ValueError, match="nothing was written"):
        geodata.verified(package, b"something else")
    known = package._replace(integrity=geodata.hash_of(b"known", "sha512"))
    assert geodata.verified(known, b"known") == b"known"


# The maps


def test_every_view_has_its_areas_lines_words_and_disclaimer(territories):
    known, styles = maps.lines(), set(maps.STYLES)
    for view in maps.VIEWS:
        assert set(maps.AREAS[view]) == set(territories["id"])
        assert set(maps.LINES[view]) <= set(known) and set(maps.LINES[view].values()) <= styles
        assert "No view on sovereignty" in maps.DISCLAIMERS[view]
        assert all(set(label.texts) == set(maps.VIEWS) for label in maps.LABELS)


def test_what_india_draws_as_international_lies_on_its_claim():
    outline = data.shapes("claims").set_index("id").loc["india", "geometry"].boundary.buffer(0.03)
    known = maps.lines()
    drawn = {key for key, style in maps.LINES["india"].items() if style == "international"}
    # The Punjab and Afghanistan's border with Pakistan lie outside the former state.
    for key in drawn - {"international-boundary", "afghanistan"}:
        assert known[key].intersection(outline).length > 0.98 * known[key].length, key


def test_no_line_inside_a_claim_is_called_its_limit():
    """A style whose legend speaks of a limit is worn by outer edges alone."""
    for view, styles in maps.LINES.items():
        for key, style in styles.items():
            words = maps.LEGEND.get((view, style)) or maps.STYLES[style].label
            assert not (key.startswith("inner-") and "limit" in words.lower()), (view, key)


def test_pakistans_map_is_quoted_as_the_table_has_it():
    (summary,) = data.load("line_history").query("id == '2020-08-04-pakistan-map'")["summary"]
    assert " ".join(maps.NOTE).replace("\n", " ") in summary


def test_the_still_picture_is_the_live_one():
    """A view drawn by itself, as on paper, has the shapes and words that the menu shows."""
    frame = maps.Frame(640)
    live = json.dumps(maps.draw(maps.base(frame, None), frame).to_dict(), ensure_ascii=False)
    for view in maps.VIEWS:
        still = maps.draw(maps.base(frame, view), frame)
        assert set(re.findall(r'"(M[\d.,LMZHV-]+)"', json.dumps(still.to_dict()))) <= set(
            re.findall(r'"(M[\d.,LMZHV-]+)"', live)
        )
        words = {line for label in maps.LABELS for line in label.texts[view].split("\n")}
        assert [line for line in words if line not in live] == []


def test_line_styles_differ_without_their_colours():
    looks = [(style.width, style.dash) for style in maps.STYLES.values()]
    assert len(set(looks)) == len(looks)


def test_the_projection_keeps_lengths_to_one_percent():
    for lon, lat in [(73, 32.5), (76, 34.5), (79.5, 35.5), (75, 36.8)]:
        east, north = maps.project([lon, lon + 0.1], [lat, lat + 0.1])
        drawn = ((east[1] - east[0]) ** 2 + (north[1] - north[0]) ** 2) ** 0.5
        true = geometry.length_km(shapely.LineString([(lon, lat), (lon + 0.1, lat + 0.1)]))
        assert drawn == pytest.approx(true, rel=0.01)


def test_a_path_is_short_and_closed():
    assert maps.path(shapely.box(0, 0, 10, 5.04)) == "M10,0L10,5L0,5L0,0Z"
    assert maps.path(shapely.LineString([(0, 0), (1.26, -0.01)])) == "M0,0L1.3,0"


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_geometry_of_a_notebook_stays_light(path):
    """What the stored notebook holds, for both widths."""
    paths = re.findall(r'"(M[\d.,LMZHV-]+)"', path.read_text(encoding="utf-8"))
    assert sum(map(len, paths)) <= 150_000
    assert paths or path.stem != "04-line-of-control"


def test_the_legend_lists_what_the_view_draws():
    rows = maps.legend_rows()
    assert list(rows["view"].unique()) == list(maps.VIEWS)
    for view, own in rows.groupby("view"):
        used = set(maps.AREAS[view].values()) | set(maps.LINES[view].values())
        assert set(own["style"]) == used - {"none"}
        assert own["label"].is_unique


# The chapter


def test_the_words_on_the_line_hold(segments, territories):
    lengths = line.length_rows(segments, data.shapes("segments-coarse"), data.load("segment_lengths"))
    loc = lengths[lengths["name"] == line.SEGMENTS["loc"]]
    # "The usual figure … longer than the drawn line", and no report is shorter than it.
    assert (loc["reported"] > loc["measured"]).all()
    assert f"The {len(loc)} reports of its length" in line.length_takeaway(lengths)
    crossings = line.crossing_rows(data.load("crossing_points"))
    assert len(crossings) > crossings["known_end"].sum() > 0
    areas = line.area_rows(territories)
    held = areas.groupby("administered_by")["area_km2"].sum()
    assert held.idxmax() == "India" and held.idxmin() == "China"
    # The table beneath shows what was measured, which is no finer than whole units.
    for measured in (lengths["measured"], line.reported_areas(data.load("territories"), areas)["measured"]):
        assert (measured % 1 == 0).all() and measured.max() > 600
    history = data.load("line_history")
    # December 1972 to November 2026 are 53 years and some days less than twelve months.
    read = pd.DataFrame({"found_on": pd.to_datetime(["2026-11-01", "2026-11-25"])})
    assert "in the 53 full years since" in line.history_takeaway(history, read)
    assert "Attari–Wagah, on 4 November 2025." in line.crossing_alt(crossings, history)
    assert len(line.history_rows(history)) == len(line.MOMENTS)
    with pytest.raises(KeyError):
        line.history_rows(history.iloc[1:])
