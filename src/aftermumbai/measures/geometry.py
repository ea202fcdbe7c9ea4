"""Lengths, distances and areas on the ellipsoid, each with the error of the line it was measured on.

Pure functions over shapely geometries in degrees (WGS 84) and DataFrames; all results are in kilometres.

Imports its neighbours and ``rules`` at most; charts and notebooks import it.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from pyproj import Geod
from pyproj.transformer import Transformer

EARTH = Geod(ellps="WGS84")
# How far the drawn line may lie from the line on the ground, in kilometres. OpenStreetMap's shape is kept to 100 m,
# but the corners of its Line of Control are two kilometres apart, and half of that is the better bound.
LINE_ERROR_KM = 1.0
# What the precision of a place's coordinates stands for, in kilometres; see the table places.
PLACE_ERROR_KM = {"site": 1.0, "town": 5.0, "district": 30.0}


def length_km(line: shapely.Geometry) -> float:
    """Length of a line along the ellipsoid, each straight piece taken as a geodesic."""
    return EARTH.geometry_length(line) / 1000


def area_km2(area: shapely.Geometry) -> float:
    """Area on the ellipsoid in square kilometres."""
    return abs(EARTH.geometry_area_perimeter(shapely.orient_polygons(area))[0]) / 1e6


def spacing_km(line: shapely.LineString) -> float:
    """Median distance between neighbouring corners of a line: what it can resolve."""
    lon, lat = np.asarray(line.coords).T
    return float(np.median(EARTH.line_lengths(lon, lat))) / 1000


def lengths(segments: pd.DataFrame) -> pd.DataFrame:
    """Measured length of each segment.

    Args:
        segments: columns ``id`` and ``geometry``, as ``data.shapes("segments")`` gives them.

    Returns:
        Indexed by ``id``: ``length_km``; ``corners``, how many points the line has; ``spacing_km``, the median
        distance between them.
    """
    lines = segments["geometry"]
    return pd.DataFrame(
        {
            "length_km": lines.map(length_km),
            "corners": lines.map(shapely.get_num_coordinates),
            "spacing_km": lines.map(spacing_km),
        }
    ).set_axis(pd.Index(segments["id"], name="id"))


class Distance(NamedTuple):
    """How far a point lies from the nearest segment."""

    km: float
    error_km: float
    segment_id: str
    lon: float
    lat: float

    @property
    def low(self) -> float:
        """The least distance that the errors allow."""
        return max(0.0, self.km - self.error_km)

    @property
    def high(self) -> float:
        """The greatest distance that the errors allow."""
        return self.km + self.error_km


def _around(lon: float, lat: float) -> Transformer:
    """A projection in metres in which all distances from one point are true."""
    # Written out: finding the same steps from two reference systems takes a hundred times as long.
    steps = "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad"
    return Transformer.from_pipeline(f"{steps} +step +proj=aeqd +lat_0={lat} +lon_0={lon} +ellps=WGS84")


def nearest(
    lon: float,
    lat: float,
    segments: pd.DataFrame,
    place_error_km: float = 0.0,
    line_error_km: float = LINE_ERROR_KM,
) -> Distance:
    """Distance of a point to the nearest of some segments, with its error.

    Lines are projected around the point (azimuthal equidistant, so that distances from it are true), the nearest
    point is found in the plane and measured again as a geodesic. The two errors are added, not squared: both
    are bounds, not standard deviations.

    Args:
        lon: longitude of the point.
        lat: latitude of the point.
        segments: columns ``id`` and ``geometry``.
        place_error_km: how far the place may lie from its coordinates; see ``PLACE_ERROR_KM``.
        line_error_km: how far the line may lie from where it is drawn; see ``LINE_ERROR_KM``.
    """
    to_plane = _around(lon, lat)
    origin, best = shapely.Point(0, 0), None
    for row in segments.itertuples():
        plane = shapely.transform(row.geometry, lambda at: np.column_stack(to_plane.transform(at[:, 0], at[:, 1])))
        foot = plane.interpolate(plane.project(origin))
        if best is None or foot.distance(origin) < best[0]:
            best = (foot.distance(origin), row.id, foot)
    if best is None:
        raise ValueError("there is no segment to measure to")
    at_lon, at_lat = to_plane.transform(best[2].x, best[2].y, direction="INVERSE")
    km = EARTH.inv(lon, lat, at_lon, at_lat)[2] / 1000
    return Distance(km, place_error_km + line_error_km, best[1], at_lon, at_lat)


def far_apart(first: shapely.LineString, second: shapely.LineString, step_km: float = 1.0) -> pd.Series:
    """How far one line lies from another, every ``step_km`` along it, in kilometres (index: kilometres along).

    The nearest point is found in degrees stretched to the latitude, which is exact enough for lines some
    kilometres apart, and measured as a geodesic.
    """
    points, along = along_line(first, step_km)
    feet = np.array([_foot(lon, lat, second) for lon, lat in points])
    metres = EARTH.inv(points[:, 0], points[:, 1], feet[:, 0], feet[:, 1])[2]
    return pd.Series(metres / 1000, index=along, name="km")


def _foot(lon: float, lat: float, line: shapely.LineString) -> tuple[float, float]:
    """The point of a line nearest to a point close by, in degrees."""
    shrink = np.array([np.cos(np.radians(lat)), 1.0])
    plane = shapely.transform(line, lambda at: at * shrink)
    foot = plane.interpolate(plane.project(shapely.Point(lon * shrink[0], lat)))
    return foot.x / shrink[0], foot.y


def along_line(line: shapely.LineString, step_km: float) -> tuple[np.ndarray, np.ndarray]:
    """Points every ``step_km`` along a line, and how many kilometres along it they lie."""
    corners = np.asarray(line.coords)
    run = np.concatenate([[0], np.cumsum(EARTH.line_lengths(corners[:, 0], corners[:, 1]))]) / 1000
    along = np.arange(0, run[-1], step_km)
    lon, lat = (np.interp(along, run, corners[:, axis]) for axis in (0, 1))
    return np.column_stack([lon, lat]), along


def compare(fine: pd.DataFrame, coarse: pd.DataFrame, step_km: float = 1.0) -> pd.DataFrame:
    """What scale does to each segment: lengths, and how far the coarse line lies from the fine one.

    Args:
        fine: columns ``id`` and ``geometry``.
        coarse: the same segments at a coarser scale.
        step_km: how densely the fine line is sampled.

    Returns:
        Indexed by ``id``, in the order of ``fine``: ``fine_km``, ``coarse_km``, ``ratio`` (coarse to fine),
        ``median_km``, ``p95_km`` and ``max_km`` of the distances.
    """
    lines = coarse.set_index("id")["geometry"]
    rows = {}
    for row in fine[fine["id"].isin(lines.index)].itertuples():
        other = lines[row.id]
        gap = far_apart(row.geometry, other, step_km)
        long, short = length_km(row.geometry), length_km(other)
        rows[row.id] = (long, short, short / long, gap.median(), gap.quantile(0.95), gap.max())
    columns = ["fine_km", "coarse_km", "ratio", "median_km", "p95_km", "max_km"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("id")


def reported(lengths_measured: pd.DataFrame, segment_lengths: pd.DataFrame) -> pd.DataFrame:
    """Each reported length beside the measured one.

    Args:
        lengths_measured: as :func:`lengths` gives them.
        segment_lengths: the table ``segment_lengths``.

    Returns:
        The rows of ``segment_lengths`` for measured segments, with ``measured_km`` and ``share`` (reported to
        measured).
    """
    rows = segment_lengths[segment_lengths["segment_id"].isin(lengths_measured.index)].copy()
    rows["measured_km"] = rows["segment_id"].map(lengths_measured["length_km"])
    rows["share"] = rows["length_km"].astype(float) / rows["measured_km"]
    return rows
