"""Maps of the line: projection, layers, perspectives, furniture. Imports ``data``, ``measures`` and ``charts``.

The projection is Lambert's conformal conic with two standard parallels, 32.5° and 36° N, centred on 34.5° N 76° E:
shapes are true and lengths right to one percent over the whole map. Geometry is projected and simplified here and goes
into the chart as a drawn path in pixels, so that the still picture and the live one are the same drawing and a whole
map weighs some tens of kilobytes. Points of any other data are placed with
:func:`project` and :func:`place` on the same ground.
"""

import json
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import altair as alt
import numpy as np
import pandas as pd
import shapely
from pyproj.transformer import Transformer

from aftermumbai import charts, data
from aftermumbai.charts import palette

PROJECTION = "+proj=lcc +lat_1=32.5 +lat_2=36 +lat_0=34.5 +lon_0=76 +ellps=WGS84 +units=km"
PROJECTION_NAME = "Lambert conformal conic, standard parallels 32.5° and 36° N"
# What a line may lose in drawing, in pixels.
SLACK = 0.8
# Room below the map for the words on its face, in pixels.
BAND = 28

VIEWS = {
    "ground": "as administered on the ground",
    "india": "as India claims",
    "pakistan": "as Pakistan claims",
    "china": "as China holds and claims",
}
DISCLAIMERS = {
    "ground": "Who administers what on the ground.\nNo view on sovereignty is implied.",
    "india": "India's claim, on its government's official lines.\nNo view on sovereignty is implied.",
    "pakistan": "Pakistan's claim, after its government's map of 4 August 2020.\nNo view on sovereignty is implied.",
    "china": "What China holds and claims, as far as open lines show.\nNo view on sovereignty is implied.",
}


@cache
def _transformer() -> Transformer:
    return Transformer.from_crs("EPSG:4326", PROJECTION, always_xy=True)


def project(lon, lat) -> tuple:
    """Kilometres east and north of the centre of the map for degrees (numbers or columns of them)."""
    return _transformer().transform(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))


def projected(shape: shapely.Geometry) -> shapely.Geometry:
    """A geometry in kilometres of the map."""
    return shapely.transform(shape, lambda at: np.column_stack(project(at[:, 0], at[:, 1])))


class Frame(NamedTuple):
    """What a map shows: a rectangle in kilometres of the projection, its width and what lines may lose, in pixels."""

    width: int
    west: float = -345.0
    south: float = -280.0
    east: float = 425.0
    north: float = 305.0
    slack: float = SLACK

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return round(self.width * (self.north - self.south) / (self.east - self.west))

    @property
    def scale(self) -> float:
        """Pixels for one kilometre."""
        return self.width / (self.east - self.west)

    def pixels(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a point lies, from the left and from the top."""
        east, north = project(lon, lat)
        return round(float(east - self.west) * self.scale, 1), round(float(self.north - north) * self.scale, 1)

    def cut(self, shape: shapely.Geometry, slack: float | None = None) -> shapely.Geometry:
        """A geometry in degrees as pixels, cut to the frame and simplified to ``slack``, or to the frame's own."""
        box = shapely.box(self.west, self.south, self.east, self.north)
        inside = shapely.make_valid(projected(shape)).intersection(box)
        pixels = shapely.transform(
            inside, lambda at: np.column_stack([(at[:, 0] - self.west), (self.north - at[:, 1])]) * self.scale
        )
        return pixels.simplify(self.slack if slack is None else slack)


def path(shape: shapely.Geometry) -> str:
    """A geometry in pixels as an SVG path; areas are closed."""
    rings = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            rings += [(ring.coords[:-1], "Z") for ring in (part.exterior, *part.interiors)]
        elif part.geom_type in ("LineString", "LinearRing"):
            rings.append((part.coords, ""))
    points = [(list(ring), end) for ring, end in rings if len(ring) > 1]
    return "".join("M" + "L".join(f"{_tenth(x)},{_tenth(y)}" for x, y in ring) + end for ring, end in points)


def _tenth(value: float) -> str:
    """A number to one decimal, without a needless one."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def hatch(area: shapely.Geometry, gap: float, falling: bool = False) -> shapely.Geometry:
    """Slanting lines ``gap`` pixels apart across an area in pixels, for readers without colours."""
    west, south, east, north = area.bounds
    tall, step = north - south, gap * 2**0.5
    starts = np.arange(np.floor((west - tall) / step) * step, east + tall, step)
    lines = [
        shapely.LineString([(x, north), (x + tall, south)] if not falling else [(x, south), (x + tall, north)])
        for x in starts
    ]
    return shapely.multilinestrings(lines).intersection(area)


# What is drawn


class Style(NamedTuple):
    """How a line looks; each differs from the others without its colour."""

    label: str
    colour: str
    width: float
    dash: tuple[float, ...] = (1, 0)


RED, GREY = palette.RED, palette.GREY
STYLES = {
    "loc": Style("Line of Control", RED, 2.6),
    "agpl": Style("Actual Ground Position Line", RED, 2.6, (1.5, 2.5)),
    "ceasefire": Style("Line of Control, drawn on to the Karakoram Pass", RED, 2.2, (5, 3)),
    "working": Style("Working Boundary (India: international border)", RED, 1.8, (8, 2, 2, 2)),
    "international": Style("International boundary", GREY, 2.0),
    "agreed-1963": Style("China–Pakistan boundary of 1963", GREY, 1.4, (9, 3)),
    "lac": Style("Line of Actual Control, India–China", palette.VIOLET, 2.0, (4, 3)),
    "undefined": Style("Frontier undefined", GREY, 1.6, (2, 6)),
    "inner": Style("Boundary inside one administration", GREY, 0.9, (4, 2)),
    "limit": Style("Limit of India's claim", GREY, 1.2, (1.5, 3)),
    "orientation": Style("Line on the ground, for orientation", GREY, 1.0, (1, 3)),
}


class Fill(NamedTuple):
    """How an area looks."""

    label: str
    colour: str
    opacity: float


FILLS = {
    "india": Fill("India", palette.BLUE, 0.28),
    "pakistan": Fill("Pakistan", palette.GREEN, 0.28),
    "china": Fill("China", palette.OCHRE, 0.32),
    # Pakistan's map of 2020 has one colour; a wider hatch marks the part that its note is written across.
    "disputed": Fill("disputed", palette.GREEN, 0.28),
    "between": Fill("between India and Pakistan", GREY, 0.16),
    "none": Fill("", GREY, 0.0),
}
INDIAN = ("jammu-and-kashmir", "ladakh", "siachen")
PAKISTANI = ("azad-kashmir", "gilgit-baltistan")
CHINESE = ("aksai-chin", "shaksgam")
AREAS: dict[str, dict[str, str]] = {
    "ground": dict.fromkeys(INDIAN, "india") | dict.fromkeys(PAKISTANI, "pakistan") | dict.fromkeys(CHINESE, "china"),
    "india": dict.fromkeys((*INDIAN, *PAKISTANI, *CHINESE), "india"),
    "pakistan": dict.fromkeys(INDIAN, "disputed")
    | dict.fromkeys((*PAKISTANI, "siachen"), "pakistan")
    | {"aksai-chin": "none", "shaksgam": "china"},
    "china": dict.fromkeys((*INDIAN, *PAKISTANI), "between") | dict.fromkeys(CHINESE, "china"),
}
# For each line its style in each view; a line that is not named is not drawn.
LINES: dict[str, dict[str, str]] = {
    "ground": {
        "international-boundary": "international",
        "ib-jammu-working-boundary": "working",
        "loc": "loc",
        "agpl": "agpl",
        "shaksgam-siachen": "lac",
        "lac-western": "lac",
        "lac-middle": "lac",
        "china-pakistan": "agreed-1963",
        "limit-china": "limit",
        "limit-india": "inner",
        "limit-pakistan": "inner",
        "inner-india": "inner",
        "inner-pakistan": "inner",
        "afghanistan": "international",
    },
    "india": {
        "international-boundary": "international",
        "loc": "orientation",
        "agpl": "orientation",
        "shaksgam-siachen": "orientation",
        "lac-western": "orientation",
        "lac-middle": "orientation",
        "india-outline": "international",
        "limit-india": "inner",
        "inner-india": "inner",
        "inner-pakistan": "inner",
        "afghanistan": "international",
    },
    "pakistan": {
        "international-boundary": "international",
        "ib-jammu-working-boundary": "working",
        "loc": "ceasefire",
        "pakistan-line": "ceasefire",
        "china-pakistan": "agreed-1963",
        "shaksgam-siachen": "agreed-1963",
        "lac-western": "undefined",
        "limit-india": "international",
        "limit-pakistan": "inner",
        "inner-pakistan": "inner",
        "afghanistan": "international",
    },
    "china": {
        "international-boundary": "international",
        "ib-jammu-working-boundary": "orientation",
        "loc": "orientation",
        "agpl": "orientation",
        "shaksgam-siachen": "agreed-1963",
        "lac-western": "lac",
        "lac-middle": "lac",
        "china-pakistan": "agreed-1963",
        "limit-india": "inner",
        "limit-pakistan": "inner",
        "afghanistan": "international",
    },
}


@cache
def lines() -> dict[str, shapely.Geometry]:
    """Every line that a map may draw, in degrees: segments, limits of the former state, lines inside one side."""
    segments = data.shapes("segments").set_index("id")["geometry"]
    areas = data.shapes("territories").set_index("id")["geometry"]
    claimed = data.shapes("claims").set_index("id")["geometry"]
    near = shapely.union_all(segments.to_list()).buffer(0.004)
    edge = {
        holder: _rim(shapely.union_all([areas[key] for key in keys])).difference(near)
        for holder, keys in (("india", INDIAN), ("pakistan", PAKISTANI), ("china", CHINESE))
    }
    afghan = data.control()["Afghanistan"]
    south = shapely.box(71.01, 31, 74.6, 36.95)
    # Along Gilgit-Baltistan the finer line stands for the border with Afghanistan.
    finer = edge["pakistan"].intersection(afghan.buffer(0.12))
    coarser = afghan.boundary.intersection(south).difference(finer.buffer(0.06))
    # A piece of the northern border, the Panj, reaches into the box.
    coarser = shapely.union_all([part for part in shapely.get_parts(coarser) if part.bounds[1] < 36.6])
    ladakh = areas["ladakh"].union(areas["siachen"]).buffer(0.01)
    baltistan = areas["gilgit-baltistan"].buffer(0.01)
    return dict(segments) | {
        "limit-india": edge["india"],
        "limit-pakistan": edge["pakistan"].difference(finer.buffer(0.001)),
        "limit-china": edge["china"],
        "india-outline": claimed["india"].boundary.difference(edge["india"].buffer(0.03)),
        "inner-india": areas["jammu-and-kashmir"].boundary.intersection(ladakh).difference(near),
        "inner-pakistan": areas["azad-kashmir"].boundary.intersection(baltistan).difference(near),
        "afghanistan": shapely.union_all([finer, coarser]),
        "pakistan-line": claimed["pakistan-line"],
    }


def _rim(area: shapely.Geometry, slack: float = 0.003) -> shapely.Geometry:
    """The outer edge of an area whose parts may leave cracks between them."""
    closed = area.buffer(slack).buffer(-slack)
    return shapely.union_all([part.exterior for part in shapely.get_parts(closed)])


class Label(NamedTuple):
    """A name on the map: where its middle stands, and what it says in each view ("" where it is left out)."""

    lon: float
    lat: float
    texts: dict[str, str]
    narrow: bool = True
    kind: str = "area"
    align: str = "center"
    leader: tuple[float, float] | None = None


def same(text: str) -> dict[str, str]:
    """One text for every view."""
    return dict.fromkeys(VIEWS, text)


def only(view: str, text: str) -> dict[str, str]:
    """A text for one view."""
    return dict.fromkeys(VIEWS, "") | {view: text}


# What Pakistan's map of 2020 prints across the part that India administers; see line_history.
NOTE = (
    "Indian Illegally Occupied\nJammu & Kashmir",
    "(Disputed Territory – Final Status\nto be decided in line with\nrelevant UNSC Resolutions)",
)
LABELS = [
    Label(
        73.5,
        33.3,
        {
            "ground": "Azad Jammu\nand Kashmir",
            "india": "Pakistan-\noccupied\nKashmir",
            "pakistan": "Azad Jammu\nand Kashmir",
            "china": "",
        },
        align="right",
    ),
    Label(
        74.75,
        35.87,
        {
            "ground": "Gilgit-Baltistan",
            "india": "Gilgit-Baltistan,\npart of Ladakh",
            "pakistan": "Gilgit-Baltistan",
            "china": "",
        },
    ),
    Label(
        75.4,
        33.45,
        {
            "ground": "Jammu and\nKashmir",
            "india": "Jammu and\nKashmir",
            "pakistan": "",
            "china": "",
        },
    ),
    Label(77.2, 34.05, {"ground": "Ladakh", "india": "Ladakh", "pakistan": "", "china": ""}),
    Label(76.65, 34.2, only("pakistan", NOTE[0])),
    Label(76.65, 34.2, only("pakistan", NOTE[1]), kind="note"),
    Label(76.75, 33.9, only("china", "China: an issue between\nIndia and Pakistan")),
    Label(
        79.2,
        35.15,
        {"ground": "Aksai Chin", "india": "Aksai Chin,\npart of Ladakh", "pakistan": "", "china": "Aksai Chin"},
    ),
    Label(77.3, 36.25, same("Shaksgam"), leader=(76.25, 36.2)),
    Label(77.5, 35.3, {"ground": "Siachen", "india": "Siachen", "pakistan": "", "china": ""}, narrow=False),
    Label(77.0, 35.43, only("pakistan", "Siachen"), narrow=False),
    Label(72.75, 34.35, same("PAKISTAN"), kind="country"),
    Label(76.9, 32.1, same("INDIA"), kind="country"),
    Label(77.7, 36.7, same("CHINA"), kind="country"),
    Label(73.65, 37.04, same("AFGHANISTAN"), narrow=False, kind="country"),
]
# How a name is broken on a narrow map.
SLIM = {
    "Azad Jammu\nand Kashmir": "Azad\nJammu and\nKashmir",
    "Aksai Chin,\npart of Ladakh": "Aksai Chin,\npart of\nLadakh",
}
# Towns of the table places, and on which side of its dot a name stands.
TOWNS = {
    "srinagar": ("Srinagar", "right"),
    "jammu": ("Jammu", "right"),
    "kargil": ("Kargil", "right"),
    "islamabad": ("Islamabad", "left"),
}


def _pick(values: dict, view: str | None):
    """One view's value, or an expression that picks it by the parameter ``view``."""
    if view is not None:
        return values[view]
    if len({json.dumps(value) for value in values.values()}) == 1:
        return next(iter(values.values()))
    return alt.ExprRef(expr=f"({json.dumps(values, ensure_ascii=False)})[view]")


def _single() -> alt.Chart:
    """One mark, whatever the data of the figure are."""
    return alt.Chart(alt.NamedData("rows")).transform_aggregate(n="count()")


def drawn(drawing: str, **style) -> alt.Chart:
    """A path in pixels as a layer."""
    # A symbol of size 4 has the scale 1, so that the path's units are pixels.
    mark = _single().mark_point(shape=drawing, size=4, opacity=1, **({"fill": None} | style))
    return mark.encode(x=alt.XValue(0), y=alt.YValue(0))


def place(frame: Frame) -> dict:
    """Encodings that put rows with the columns ``east`` and ``north`` (see :func:`project`) on a map."""
    return {
        "x": alt.X("east:Q", axis=None).scale(domain=[frame.west, frame.east], nice=False, zero=False),
        "y": alt.Y("north:Q", axis=None).scale(
            domain=[frame.south, frame.north], range=[frame.height, 0], nice=False, zero=False
        ),
    }


def text(frame: Frame, lon: float, lat: float, words, **style) -> alt.Chart:
    """A name at a point."""
    x, y = frame.pixels(lon, lat)
    settings = {"baseline": "middle", "align": "center", "lineBreak": "\n"} | style
    return _single().mark_text(x=x, y=y, text=words, **settings)


def areas(frame: Frame, view: str | None = "ground") -> list[alt.Chart]:
    """Territories, tinted and hatched by who administers or claims them, as layers."""
    known = data.shapes("territories").set_index("id")["geometry"]
    # Neighbours are simplified together, so that no crack opens between them; here the slack is the root of an area.
    cut = shapely.coverage_simplify([frame.cut(shape, 0) for shape in known], 2 * frame.slack)
    shapes = dict(zip(known.index, cut, strict=True))
    layers = []
    for key, shape in shapes.items():
        if shape.is_empty:
            continue
        fills = {name: FILLS[AREAS[name][key]] for name in VIEWS}
        layers.append(
            drawn(
                path(shape),
                fill=_pick({name: fill.colour for name, fill in fills.items()}, view),
                fillOpacity=_pick({name: fill.opacity for name, fill in fills.items()}, view),
                strokeOpacity=0,
            )
        )
    gap = 5 if frame.width < charts.BREAKPOINT else 7
    for keys, kind, wide, falling in (
        (PAKISTANI, "pakistan", 1, False),
        (("siachen",), "pakistan", 1, False),
        (INDIAN[:2], "disputed", 2, False),
        (("aksai-chin",), "china", 1, True),
        (("shaksgam",), "china", 1, True),
    ):
        shown = {name: 0.6 if AREAS[name][keys[0]] == kind else 0 for name in VIEWS}
        if view is None or shown[view]:
            area = shapely.union_all([shapes[key] for key in keys])
            if area.is_empty:
                continue
            layers.append(
                drawn(
                    path(hatch(area, gap * wide, falling)),
                    stroke=FILLS[kind].colour,
                    strokeWidth=0.7,
                    strokeOpacity=_pick(shown, view),
                )
            )
    return layers


def boundaries(frame: Frame, view: str | None = "ground") -> list[alt.Chart]:
    """Every line in the style of the view, as layers."""
    thin = 0.75 if frame.width < charts.BREAKPOINT else 1
    layers = []
    known = lines()
    order = [key for key in known if key not in ("loc", "agpl")] + ["loc", "agpl"]
    for key in order:
        styles = {name: STYLES.get(LINES[name].get(key, "")) for name in VIEWS}
        chosen = {view: styles[view]} if view is not None else styles
        drawing = path(frame.cut(known[key]))
        if not drawing or not any(chosen.values()):
            continue
        hidden = Style("", GREY, 0)
        looks = {name: style or hidden for name, style in styles.items()}
        layers.append(
            drawn(
                drawing,
                stroke=_pick({name: look.colour for name, look in looks.items()}, view),
                strokeWidth=_pick({name: round(look.width * thin, 2) for name, look in looks.items()}, view),
                strokeOpacity=_pick({name: 1 if look.width else 0 for name, look in looks.items()}, view),
                strokeDash=_pick({name: list(look.dash) for name, look in looks.items()}, view),
                strokeJoin="round",
            )
        )
    return layers


def names(frame: Frame, view: str | None = "ground", towns: bool = True, small: bool = False) -> list[alt.Chart]:
    """Names of territories, countries and a few towns, as layers; on a small map only of territories."""
    narrow = frame.width < charts.BREAKPOINT
    layers = []
    for label in LABELS:
        if (narrow and not label.narrow) or (small and label.kind == "country"):
            continue
        texts = {key: SLIM.get(words, words) for key, words in label.texts.items()} if narrow else label.texts
        words = _pick(texts, view)
        if words == "":
            continue
        style = {"fontWeight": "bold", "fontSize": 8.5 if narrow else 11.5, "lineHeight": 9.5 if narrow else 13}
        if label.kind == "country":
            style = {"fontSize": 8.5 if narrow else 11}
        if label.kind == "note":
            # It stands under a name of two lines at the same point.
            under = {"baseline": "top", "dy": 18 if narrow else 23.5}
            style = {"fontSize": 8 if narrow else 10.5, "lineHeight": 9 if narrow else 12.5} | under
        layers.append(text(frame, label.lon, label.lat, words, **({"align": label.align} | style)))
        if label.leader:
            (x, y), (to_x, to_y) = frame.pixels(label.lon, label.lat), frame.pixels(*label.leader)
            # The line starts where the name, centred on its point, is sure to end.
            start = x + (1 if to_x > x else -1) * len(str(words)) * (3.4 if narrow else 4.5)
            layers.append(drawn(f"M{start:.1f},{y}L{to_x},{to_y}", stroke=charts.MUTED, strokeWidth=0.8))
    if not towns or narrow:
        return layers
    known = data.load("places").set_index("id")
    spots = {key: (float(known.loc[key, "lon"]), float(known.loc[key, "lat"]), *TOWNS[key]) for key in TOWNS}
    end = data.load("boundary_segments").set_index("id").loc["loc"]
    spots["end"] = (float(end["to_lon"]), float(end["to_lat"]), str(end["to_point"]), "left")
    for lon, lat, name, side in spots.values():
        layers += town(frame, lon, lat, name, side)
    return layers


def town(frame: Frame, lon: float, lat: float, name: str, side: str = "right") -> list[alt.Chart]:
    """A dot and a name on one side of it, as layers."""
    x, y = frame.pixels(lon, lat)
    dot = _single().mark_point(x=x, y=y, shape="circle", size=14, filled=True, color=charts.MUTED, opacity=1)
    align, offset = ("left", 5) if side == "right" else ("right", -5)
    return [dot, text(frame, lon, lat, name, align=align, dx=offset, fontSize=10)]


def scale_bar(frame: Frame, km: int = 100) -> list[alt.Chart]:
    """A bar of some kilometres and an arrow to the north in the lower left corner, as layers."""
    x, y, bar = 8, frame.height - 8, km * frame.scale
    north = x + bar + 16
    scale = f"M{x},{y - 4}V{y}H{x + bar:.1f}V{y - 4}"
    arrow = f"M{north:.1f},{y}V{y - 14}M{north - 3:.1f},{y - 10}L{north:.1f},{y - 15}L{north + 3:.1f},{y - 10}"
    small = {"fontSize": 8.5 if frame.width < charts.BREAKPOINT else 10, "baseline": "bottom"}
    return [
        drawn(scale + arrow, stroke=charts.MUTED, strokeWidth=1.2),
        _single().mark_text(x=x + bar / 2, y=y - 3, text=f"{km} km", **small),
        _single().mark_text(x=north, y=y - 17, text="N", **small),
    ]


def key(x: float, y: float, words: str, **style) -> list[alt.Chart]:
    """A sample of a line with its name, at a place in pixels, as layers."""
    return [
        drawn(f"M{x},{y}H{x + 28}", **style),
        _single().mark_text(x=x + 34, y=y, text=words, align="left", baseline="middle"),
    ]


def furniture(frame: Frame, view: str | None = "ground", inset: bool = True) -> list[alt.Chart]:
    """Scale bar, north and the words that the map carries on its face, and where on Earth it lies."""
    narrow = frame.width < charts.BREAKPOINT
    face = _single().mark_text(
        x=frame.width - 2,
        y=frame.height + BAND - 3,
        text=_pick(DISCLAIMERS, view),
        lineBreak="\n",
        align="right",
        baseline="bottom",
        lineHeight=10 if narrow else 12,
        fontStyle="italic",
        fontSize=8 if narrow else 10,
    )
    return [*scale_bar(frame), face, *(locator(frame) if inset else [])]


def locator(frame: Frame) -> list[alt.Chart]:
    """A small map of South Asia in the upper right corner, with the frame of the map on it."""
    size = 62 if frame.width < charts.BREAKPOINT else 96
    whole = [part for shape in data.shapes("locator")["geometry"] for part in shapely.get_parts(projected(shape))]
    countries = [part.simplify(25) for part in whole if part.area > 30_000]
    west, south, east, north = -1500.0, -2900.0, 2000.0, 620.0
    scale, left = size / (north - south), frame.width - size * (east - west) / (north - south)
    box = shapely.box(west, south, east, north)

    def small(shape: shapely.Geometry) -> str:
        inside = shapely.make_valid(shape).intersection(box)
        return path(
            shapely.transform(
                inside, lambda at: np.column_stack([(at[:, 0] - west) * scale + left, (north - at[:, 1]) * scale])
            )
        )

    here = small(shapely.box(frame.west, frame.south, frame.east, frame.north).exterior)
    return [
        drawn("".join(small(shape) for shape in countries), fill=GREY, fillOpacity=0.25, stroke=GREY, strokeWidth=0.5),
        drawn(here, stroke=RED, strokeWidth=1.2),
    ]


def base(frame: Frame, view: str | None = "ground", *, towns: bool = True, inset: bool = True) -> list[alt.Chart]:
    """All layers of a map; put those of other data after them with ``alt.layer(*base(frame), ...)``.

    Args:
        frame: what the map shows.
        view: a key of ``VIEWS``, or None to let the reader's choice (the parameter ``view``) decide.
        towns: whether to name towns.
        inset: whether to draw the locator.
    """
    return [
        *areas(frame, view),
        *boundaries(frame, view),
        *names(frame, view, towns),
        *furniture(frame, view, inset),
    ]


def draw(layers: Iterable[alt.Chart], frame: Frame) -> alt.LayerChart:
    """Layers as one map of the frame's size."""
    return alt.layer(*layers).properties(width=frame.width, height=frame.height + BAND)


def legend_rows() -> pd.DataFrame:
    """What the legend says in each view: one row per line style and tint in use.

    Returns:
        Columns ``view``, ``shown`` (the view's name), ``order``, ``part`` (``line`` or ``area``), ``style`` (key of
        ``STYLES`` or ``FILLS``), ``label``, ``width`` (of the line in pixels).
    """
    rows = []
    for view, shown in VIEWS.items():
        used = dict.fromkeys(AREAS[view].values()) | dict.fromkeys(LINES[view].values())
        for style in [*FILLS, *STYLES]:
            if style in used and style != "none":
                part = "area" if style in FILLS else "line"
                label = LEGEND.get((view, style)) or (STYLES[style].label if part == "line" else FILLS[style].label)
                label = label[0].upper() + label[1:]
                width = STYLES[style].width if part == "line" else 0
                rows.append(
                    {"view": view, "shown": shown, "part": part, "style": style, "label": label, "width": width}
                )
    frame = pd.DataFrame(rows)
    return frame.assign(order=frame.groupby("view").cumcount())


# What a tint or a line means in one view, where its general name does not say it.
LEGEND = {
    ("ground", "india"): "administered by India",
    ("ground", "pakistan"): "administered by Pakistan",
    ("ground", "china"): "administered by China",
    ("ground", "lac"): "Line of Actual Control, and the ridge to Indira Col",
    ("india", "india"): "India: Jammu and Kashmir, Ladakh",
    ("india", "international"): "international boundary as India draws it",
    ("india", "orientation"): "lines on the ground, not on India's maps",
    ("india", "inner"): "boundary of a union territory or state",
    ("pakistan", "pakistan"): "shown as Pakistan's",
    ("pakistan", "disputed"): "shown as Pakistan's, with the note across it",
    ("pakistan", "china"): "China, by the agreement of 1963",
    ("pakistan", "working"): "Working Boundary",
    ("pakistan", "inner"): "boundary inside Pakistan's administration",
    ("china", "china"): "China holds and claims",
    ("china", "between"): "China: an issue between India and Pakistan",
    ("china", "orientation"): "lines between India and Pakistan",
    ("china", "inner"): "limit of the former princely state",
}


def legend(rows: str, width: int, view: str | None) -> alt.LayerChart:
    """The legend of the view below a map; draws rows as :func:`legend_rows` gives them.

    Args:
        rows: an expression that says which rows of the figure belong to the legend.
        width: of the figure in pixels.
        view: as in :func:`base`.
    """
    columns = 1 if width < charts.BREAKPOINT else 2
    chosen = f"datum.view == {json.dumps(view) if view else 'view'}"
    most = int(legend_rows().groupby("view").size().max())
    tall = -(-most // columns)
    keys = [*FILLS, *STYLES]
    looks = [FILLS[key].colour for key in FILLS] + [STYLES[key].colour for key in STYLES]
    base = (
        alt.Chart(alt.NamedData("rows"))
        .transform_filter(f"({rows}) && ({chosen})")
        .transform_calculate(column=f"floor(datum.order / {tall})", line=f"datum.order % {tall}")
        .transform_calculate(left=f"datum.column * {width / columns}", right=f"datum.column * {width / columns} + 30")
        .transform_calculate(start=f"datum.column * {width / columns} + 37")
    )
    x = alt.X("left:Q", axis=None).scale(domain=[0, width], nice=False)
    y = alt.Y("line:Q", axis=None).scale(domain=[tall - 0.5, -0.5], nice=False)
    colour = alt.Color("style:N", legend=None).scale(domain=keys, range=looks)
    dash = alt.StrokeDash("style:N", legend=None).scale(
        domain=list(STYLES), range=[list(style.dash) for style in STYLES.values()]
    )
    thick = alt.StrokeWidth("width:Q", scale=None, legend=None)
    strokes = (
        base.transform_filter("datum.part == 'line'")
        .mark_rule()
        .encode(x=x, x2="right:Q", y=y, color=colour, strokeDash=dash, strokeWidth=thick)
    )
    tints = (
        base.transform_filter("datum.part == 'area'")
        .transform_calculate(top="datum.line - 0.32", bottom="datum.line + 0.32")
        .mark_rect(strokeWidth=1)
        .encode(
            x=x,
            x2="right:Q",
            y=alt.Y("top:Q", axis=None).scale(domain=[tall - 0.5, -0.5], nice=False),
            y2="bottom:Q",
            fill=alt.Fill("style:N", legend=None).scale(domain=keys, range=looks),
            stroke=alt.Stroke("style:N", legend=None).scale(domain=keys, range=looks),
            fillOpacity=alt.condition(
                "datum.style == 'disputed'",
                alt.value(FILLS["disputed"].opacity),
                alt.value(FILLS["pakistan"].opacity),
            ),
        )
    )
    swatch = shapely.box(0, -5.5, 30, 5.5)
    hatches = [
        base.transform_filter(f"datum.style == '{kind}'")
        .mark_point(
            shape=path(hatch(swatch, gap, falling)),
            size=4,
            opacity=1,
            fill=None,
            stroke=FILLS[kind].colour,
            strokeWidth=0.7,
            strokeOpacity=0.6,
        )
        .encode(x=x, y=y)
        for kind, gap, falling in (("pakistan", 5, False), ("disputed", 10, False), ("china", 5, True))
    ]
    words = base.mark_text(align="left", baseline="middle").encode(x=alt.X("start:Q", axis=None), y=y, text="label:N")
    return alt.layer(tints, *hatches, strokes, words).properties(width=width, height=tall * 17)
