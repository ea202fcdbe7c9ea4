"""Attacks and strikes by place, and their distance from the line: what notebook 05 draws.

Imports what stands before ``charts``; notebooks and other drawings import it.
"""

import math
from itertools import pairwise

import altair as alt
import pandas as pd
import shapely

from aftermumbai import charts, data, maps, measures
from aftermumbai.charts import claims, palette, violence
from aftermumbai.measures import places

IN_KASHMIR = "india_administered_jk"


def precision_text(attacks: pd.DataFrame, table: pd.DataFrame) -> str:
    """How far the places of attacks are known: numbers by precision, and how many have no coordinates."""
    labels = data.labels("places", "coord_precision")
    known = attacks["place_id"].map(table.set_index("id")["coord_precision"]).astype(str)
    parts = [f"{(known == key).sum()} to the {label}" for key, label in labels.items() if (known == key).any()]
    return f"{', '.join(parts)}; {len(attacks) - known.isin(list(labels)).sum()} have no point"


# Whose attacks a reader can choose; a front counts with its group, a charge with blame

CHOICES = {
    "all": "all attacks",
    "state-let": "blamed on LeT by a state",
    "state-jem": "blamed on JeM by a state",
    "state-hm": "blamed on HM by a state",
    "claimed-let": "claimed by LeT",
    "claimed-jem": "claimed by JeM",
    "claimed-hm": "claimed by HM",
    "claimed-nobody": "claimed by nobody",
}

MENU_HINT = (
    "The menu chooses attacks by who is said to have done them; a front counts with its group, a charge with blame."
)


def chosen(attacks: pd.DataFrame, attributions: pd.DataFrame, groups: pd.DataFrame) -> dict[str, pd.Series]:
    """For each of :data:`CHOICES` which attacks it takes in; an attack can be in several.

    Args:
        attacks: events with ``id``.
        attributions: the table ``attributions``.
        groups: the table ``groups``.
    """
    folded = claims.fold(attributions, groups)
    said = {kind: measures.said(folded, kind) for kind in ("state", "claimed")}
    sets = {"all": pd.Series(True, index=attacks.index)}
    for kind, rows in said.items():
        for key in claims.FAMILIES:
            sets[f"{kind}-{key}"] = attacks["id"].isin(rows.loc[rows["group_id"] == key, "event_id"])
    sets["claimed-nobody"] = ~attacks["id"].isin(said["claimed"]["event_id"])
    return {key: sets[key] for key in CHOICES}


# The map

ATTACK_COLOUR = palette.RED
# What the two maps show, in kilometres of the projection: west, south, east, north.
KASHMIR = (-284.0, -256.0, 72.0, 42.0)
SOUTH_ASIA = (-1400.0, -2480.0, 1700.0, 330.0)
# What the sliders of the map run over.
YEARS = (1999, 2026)
# No point of the maps adds up to more people killed; circles are drawn up to this number.
MOST_AT_A_POINT = 500
# How far the middle of a name stands from the edge of its mark, in pixels.
OFF = 9
# How far a name at the right or at the left begins from the edge of its mark, in pixels.
BESIDE = 4
# How wide the small map is beside the bars, in pixels.
FAR = 232
# How many points get a name on the large and on the small map, and how wide those are in pixels.
NAMED = {
    "wide": {True: (9, charts.WIDE - 24), False: (7, FAR)},
    "narrow": {True: (5, charts.NARROW - 34), False: (6, charts.NARROW - 34)},
}


def map_rows(
    attacks: pd.DataFrame,
    table: pd.DataFrame,
    spans: pd.DataFrame,
    attributions: pd.DataFrame,
    groups: pd.DataFrame,
) -> pd.DataFrame:
    """Every attack with a point on a map: where, when, how many were killed, and which choices take it in.

    Args:
        attacks: events of the category ``attack`` with ``killed_min`` and ``killed_max`` of ``measures.tolls``.
        table: the table ``places``.
        spans: as ``measures.places.distances`` gives them.
        attributions: the table ``attributions``.
        groups: the table ``groups``.

    Returns:
        Columns ``id``, ``title``, ``year``, ``day``, ``place``, ``precision``, ``exact`` (to the site or town),
        ``here`` (in Indian-administered Jammu and Kashmir), ``east``, ``north`` (kilometres of the projection),
        ``killed_min``, ``killed_max``, ``killed`` (text), ``sets`` (keys of :data:`CHOICES`, between semicolons),
        ``point``, ``spot`` (its name), ``total`` (people killed there), ``label_wide`` and ``label_narrow`` (the name
        again, for the points with most people killed), ``side_wide`` and ``side_narrow`` (see :func:`_labels`).
    """
    rows = places.at_one_place(attacks, table)
    sets = chosen(rows, attributions, groups)
    names = _point_names(table, spans)
    east, north = maps.project(rows["lon"], rows["lat"])
    found = pd.DataFrame(
        {
            "id": rows["id"],
            "title": rows["title"],
            "year": rows["date"].dt.year,
            "day": measures.date_text(rows["date"], rows["date_precision"]),
            "place": rows["place"].astype(str),
            "precision": rows["precision"].map(data.labels("places", "coord_precision")).astype(str),
            "exact": rows["precision"].astype(str).isin(["site", "town"]),
            "here": rows["territory"].astype(str) == IN_KASHMIR,
            "east": east.round(1),
            "north": north.round(1),
            "killed_min": rows["killed_min"].fillna(0).astype(int),
            "killed_max": rows["killed_max"].fillna(0).astype(int),
            "killed": [measures.range_text(row.killed_min, row.killed_max) for row in rows.itertuples()],
            "sets": [f";{';'.join(key for key in sets if sets[key][one])};" for one in rows.index],
            "point": rows["point"],
            "spot": rows["point"].map(names),
        }
    ).reset_index(drop=True)
    totals = found.groupby(["here", "point"]).agg(
        killed=("killed_max", "sum"), east=("east", "first"), north=("north", "first")
    )
    if totals["killed"].max() > MOST_AT_A_POINT:
        raise ValueError("more people killed at one point than the map draws: raise charts.places.MOST_AT_A_POINT")
    if not found["year"].between(*YEARS).all():
        raise ValueError("an attack lies outside the years of the map: widen charts.places.YEARS")
    found["total"] = found["point"].map(totals.reset_index("here")["killed"])
    for size in NAMED:
        labels, sides = _labels(totals, names, size)
        found[f"label_{size}"] = found["point"].map(labels).fillna("")
        found[f"side_{size}"] = found["point"].map(sides).fillna(1).astype(int)
    return found.sort_values(["total", "point", "id"], ascending=[False, True, True], ignore_index=True)


def _point_names(table: pd.DataFrame, spans: pd.DataFrame) -> dict[str, str]:
    """What every point is called: its town, its district where that is all that is known, or its shortest name."""
    spots = table.dropna(subset=["lat", "lon"])
    keys = spots["lat"].astype(float).map("{:.4f}".format) + " " + spots["lon"].astype(float).map("{:.4f}".format)
    names = {key: _point_name(list(group)) for key, group in spots.groupby(keys.to_numpy())["name"]}
    districts = spans["district"].dropna()
    return names | {
        key: f"{districts[one]} district" for one, key in zip(spots["id"], keys, strict=True) if one in districts
    }


def _labels(totals: pd.DataFrame, names: dict[str, str], size: str) -> tuple[dict[str, str], dict[str, int]]:
    """Names for the points with most people killed on each map, and on which side of its mark each stands.

    A name stands above its mark (1), below (-1), at the right (2) or at the left (-2): where it covers the fewest
    marks, then where it does not cross the Line of Control, the first of these if several do. It is left out where
    it would cover a heavier mark or, but for the heaviest, more than one lighter one, leave the map, or meet the name
    of a heavier mark.
    """
    labels: dict[str, str] = {}
    sides: dict[str, int] = {}
    phone = size == "narrow"
    for here, (most, width) in NAMED[size].items():
        # Letters are smaller on small maps, see _circles.
        letter = 6.6 if width > charts.BREAKPOINT else 5.6
        scale = width / ((KASHMIR[2] - KASHMIR[0]) if here else (SOUTH_ASIA[2] - SOUTH_ASIA[0]))
        marks = totals.loc[here].sort_values("killed", ascending=False)
        spots = marks.assign(
            x=marks["east"] * scale,
            y=-marks["north"] * scale,
            r=[_size(one, phone) ** 0.5 / 2 for one in marks["killed"]],
        )
        some = spots.head(3 * most).assign(width=[len(names[one]) * letter + 8 for one in marks.index[: 3 * most]])
        some["side"], some["clear"], some["at_x"], some["at_y"] = 1, True, 0.0, 0.0
        line = shapely.transform(maps.projected(maps.lines()["loc"]), lambda at, scale=scale: at * scale)
        left, right = (KASHMIR if here else SOUTH_ASIA)[0] * scale, (KASHMIR if here else SOUTH_ASIA)[2] * scale
        for one in some.itertuples():
            aside = one.r + BESIDE + (one.width - 8) / 2
            middles = {
                1: (one.x, one.y - one.r - OFF),
                -1: (one.x, one.y + one.r + OFF),
                2: (one.x + aside, one.y),
                -2: (one.x - aside, one.y),
            }
            covered = {}
            for side, (x, y) in middles.items():
                if side in (1, -1) or (left < x - one.width / 2 and x + one.width / 2 < right):
                    met = (abs(spots["x"] - x) < spots["r"] + one.width / 2) & (abs(spots["y"] - y) < spots["r"] + 6)
                    covered[side] = met.drop(one.Index)
            crossed = {
                key: line.intersects(shapely.box(x - one.width / 2, -y - 6, x + one.width / 2, -y + 6))
                for key, (x, y) in middles.items()
            }
            side = min(covered, key=lambda key: (covered[key].sum(), here and crossed[key]))
            heavier = spots["killed"].drop(one.Index)[covered[side]] > one.killed
            clear = not heavier.any() and (covered[side].sum() <= 1 or one.Index == some.index[0])
            some.loc[one.Index, ["side", "clear", "at_x", "at_y"]] = [side, clear, *middles[side]]
        some = some[some["clear"].astype(bool)]
        x, y = some["at_x"].astype(float), some["at_y"].astype(float)
        kept = some.index[measures.uncovered(x, y, some["width"], 14, some["killed"])][:most]
        labels |= {one: names[one] for one in kept}
        sides |= {one: int(some.loc[one, "side"]) for one in kept}
    return labels, sides


TOWNS = (
    *("Srinagar", "Jammu", "Baramulla", "Pahalgam", "Pampore", "Islamabad", "Lahore", "Peshawar"),
    *("New Delhi", "Delhi", "Hyderabad", "Guwahati"),
)


def _point_name(names: list[str]) -> str:
    """What to call a point that several places share: their town, or the shortest of their names."""
    parts = {part.split(" and ")[0] for name in names for part in name.split(", ")}
    towns = [town for town in TOWNS if town in parts]
    return towns[0] if towns else min((short_name(name) for name in names), key=len)


def _largest(phone: bool) -> int:
    """Area in square pixels of the mark for ``MOST_AT_A_POINT`` people killed."""
    return 900 if phone else 1700


# The smallest mark, for attacks without a count.
SMALLEST = 14
# Vega draws a square as wide as the circle of the same size; with this factor both have the same area.
SQUARE = round(math.pi / 4, 4)


def _size(killed: float | str, phone: bool) -> float | str:
    """Area of a mark in Vega's measure for so many people killed: a number, or an expression for a field's name."""
    if isinstance(killed, str):
        step = (_largest(phone) - SMALLEST) / MOST_AT_A_POINT
        return f"({SMALLEST} + {step} * datum.{killed}) * (datum.exact ? 1 : {SQUARE})"
    return SMALLEST + (_largest(phone) - SMALLEST) * killed / MOST_AT_A_POINT


def _key(frame: maps.Frame) -> list[alt.Chart]:
    """How large the marks of the large map are, where it is empty."""
    narrow = frame.width < charts.BREAKPOINT
    size, step, left, top, gap = (8.5, 18, 14, 168, 15) if narrow else (10.5, 30, 26, 24, 24)
    layers = [maps._single().mark_text(x=4, y=top - 19, text="killed:", align="left", fontSize=size)] if narrow else []
    for number, killed in enumerate((250, 50, 10)):
        y = top + step * number
        style = {"x": left, "y": y, "color": ATTACK_COLOUR, "opacity": 1, "strokeWidth": 1.3}
        words = f"{killed}" if narrow or number else f"{killed} killed"
        layers += [
            maps._single().mark_point(shape="circle", size=_size(killed, narrow), **style),
            maps._single().mark_text(x=left + gap, y=y, text=words, align="left", fontSize=size),
        ]
    return layers


def _legend(frame: maps.Frame) -> alt.LayerChart:
    """What marks, tints and lines of the large map mean, below it."""
    columns = 1 if frame.width < charts.BREAKPOINT else 2
    known, look = maps.lines(), maps.LINES["ground"]
    used = dict.fromkeys(look[key] for key in known if key in look and maps.path(frame.cut(known[key])))
    entries: list[tuple[str, str]] = [("circle", "known to the site or town"), ("square", "known to the district only")]
    entries += [("both", "filled: killed at the least; ring: at the most")]
    entries += [(key, maps.LEGEND["ground", key]) for key in ("india", "pakistan")]
    entries += [(key, maps.LEGEND.get(("ground", key)) or maps.STYLES[key].label) for key in maps.STYLES if key in used]
    tall = -(-len(entries) // columns)
    layers = []
    for number, (key, words) in enumerate(entries):
        x, y = number // tall * frame.width / columns + 1, 9 + 16 * (number % tall)
        words = words[0].upper() + words[1:]
        if key in maps.STYLES:
            style = maps.STYLES[key]
            layers += maps.key(x, y, words, stroke=style.colour, strokeWidth=style.width, strokeDash=list(style.dash))
            continue
        layers += maps.key(x, y, words, strokeOpacity=0)
        if key in maps.FILLS:
            swatch, fill = shapely.box(x, y - 5.5, x + 28, y + 5.5), maps.FILLS[key]
            layers.append(maps.drawn(maps.path(swatch), fill=fill.colour, fillOpacity=fill.opacity, stroke=fill.colour))
            if key == "pakistan":
                layers.append(maps.drawn(maps.path(maps.hatch(swatch, 5)), stroke=fill.colour, strokeWidth=0.7))
            continue
        shape, size = ("square", 110 * SQUARE) if key == "square" else ("circle", 110)
        style = {"x": x + 14, "y": y, "shape": shape, "color": ATTACK_COLOUR}
        layers.append(maps._single().mark_point(size=size, filled=False, strokeWidth=1.3, opacity=1, **style))
        if key == "both":
            layers.append(maps._single().mark_point(size=50, filled=True, opacity=0.45, **style))
    return alt.layer(*layers).properties(width=frame.width, height=16 * tall + 2)


def _circles(rows: alt.Chart, frame: maps.Frame, phone: bool) -> list[alt.Chart]:
    """For every point a filled mark for the fewest and a ring for the most people killed there, as layers."""
    narrow = frame.width < charts.BREAKPOINT
    label, side = ("label_narrow", "side_narrow") if phone else ("label_wide", "side_wide")
    where = maps.place(frame)
    points = rows.transform_aggregate(
        attacks="count()",
        low="sum(killed_min)",
        high="sum(killed_max)",
        first="min(year)",
        last="max(year)",
        groupby=["point", "spot", "east", "north", "precision", "exact", "total", label, side],
    )
    points = points.transform_calculate(inner=_size("low", phone), outer=_size("high", phone))
    shape = alt.condition("datum.exact", alt.value("circle"), alt.value("square"))
    tooltip = [
        alt.Tooltip("spot:N", title="Place"),
        alt.Tooltip("precision:N", title="Known to the"),
        alt.Tooltip("attacks:Q", title="Attacks"),
        alt.Tooltip("low:Q", title="Killed, at least"),
        alt.Tooltip("high:Q", title="Killed, at most"),
        alt.Tooltip("first:Q", title="From"),
        alt.Tooltip("last:Q", title="To"),
    ]
    fill = points.mark_point(filled=True, opacity=0.45, color=ATTACK_COLOUR).encode(
        **where, size=alt.Size("inner:Q", legend=None, scale=None), shape=shape
    )
    ring = points.mark_point(filled=False, strokeWidth=1.3, opacity=1, color=ATTACK_COLOUR).encode(
        **where, size=alt.Size("outer:Q", legend=None, scale=None), shape=shape, tooltip=tooltip
    )
    radius = f"sqrt({_size('total', phone)}) / 2"
    up = f"(abs(datum.{side}) == 1 ? datum.{side} * ({radius} + {OFF}) : 0) / {frame.scale:.4f}"
    right = f"(abs(datum.{side}) == 2 ? datum.{side} / 2 * ({radius} + {BESIDE}) : 0) / {frame.scale:.4f}"
    named = points.transform_filter(f"datum.{label} != ''").transform_calculate(
        beside_x=f"datum.east + {right}", beside_y=f"datum.north + {up}"
    )
    place = {
        "x": alt.X("beside_x:Q", axis=None).scale(domain=[frame.west, frame.east], nice=False, zero=False),
        "y": alt.Y("beside_y:Q", axis=None).scale(domain=[frame.south, frame.north], nice=False, zero=False),
    }
    texts = [
        named.transform_filter(f"indexof({sides}, datum.{side}) >= 0")
        .mark_text(baseline="middle", align=align, fontSize=9 if narrow else 11, fontWeight="bold")
        .encode(**place, text=f"{label}:N")
        for sides, align in (("[1, -1]", "center"), ("[2]", "left"), ("[-2]", "right"))
    ]
    return [fill, ring, *texts]


def _ground(frame: maps.Frame) -> list[alt.Chart]:
    """The ground of the large map: areas, lines, furniture, and names that lie inside."""
    narrow = frame.width < charts.BREAKPOINT
    names = [
        maps.text(frame, lon, lat, words, fontSize=8.5 if narrow else 11, fontStyle="italic")
        for lon, lat, words in (
            (73.72, 33.98 if narrow else 33.75, "Azad\nJammu and\nKashmir"),
            (75.5, 32.75, "Jammu and\nKashmir"),
            (76.35, 34.3, "Ladakh"),
            (73.75, 32.45, "PAKISTAN"),
            (76.3, 32.25, "INDIA"),
        )
    ]
    return [*maps.areas(frame), *maps.boundaries(frame), *maps.furniture(frame, inset=False), *names]


def _far_ground(frame: maps.Frame) -> list[alt.Chart]:
    """The ground of the small map: coasts and countries."""
    countries = [frame.cut(shape) for shape in data.shapes("locator")["geometry"]]
    outline = "".join(maps.path(shape) for shape in countries)
    line = maps.path(frame.cut(maps.lines()["international-boundary"])) + maps.path(frame.cut(maps.lines()["loc"]))
    return [
        maps.drawn(outline, fill=maps.GREY, fillOpacity=0.14, stroke=maps.GREY, strokeWidth=0.5),
        maps.drawn(line, stroke=maps.GREY, strokeWidth=1.4),
        maps.drawn(maps.path(_box(frame)), stroke=maps.GREY, strokeWidth=2),
    ]


def _box(frame: maps.Frame) -> shapely.Geometry:
    """What the large map shows, in pixels of the small one."""
    west, south, east, north = KASHMIR
    left, right = ((x - frame.west) * frame.scale for x in (west, east))
    return shapely.box(left, (frame.north - north) * frame.scale, right, (frame.north - south) * frame.scale)


def gather(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """Fewer rows of :func:`map_rows`: the points of a square become one, the attacks of a year there one row.

    The smallest squares that leave at most ``most`` rows. The point of a square is the one with most people killed;
    ``n`` is the number of attacks of a row. The sliders and the menu find the same attacks as before.
    """
    for km in (2, 5, 10, 20, 50, 100, 200):
        square = (rows["east"] // km).astype(str) + " " + (rows["north"] // km).astype(str)
        point = [rows["here"], rows["precision"], square]
        keys = [*point, rows["year"], rows["sets"]]
        if rows.groupby(keys).ngroups <= most:
            break
    heaviest = rows.sort_values("total", ascending=False, kind="stable").groupby(point)
    shared = ["point", "spot", "east", "north", *(f"{what}_{size}" for what in ("label", "side") for size in NAMED)]
    drawn = rows.assign(**{column: heaviest[column].transform("first") for column in shared})
    drawn["total"] = rows.groupby(point)["killed_max"].transform("sum")
    if drawn["total"].max() > MOST_AT_A_POINT:
        raise ValueError("more people killed in one square than the map draws: raise charts.places.MOST_AT_A_POINT")
    sums = {"killed_min": "sum", "killed_max": "sum", "n": "sum"}
    columns = {column: sums.get(column, "first") for column in [*rows.columns, "n"]}
    found = drawn.assign(n=1).groupby(keys, sort=False).agg(columns).reset_index(drop=True)
    several = found["n"] > 1
    texts = [measures.range_text(row.killed_min, row.killed_max) for row in found.itertuples()]
    return found.assign(
        title=found["title"].mask(several, found["n"].astype(str) + " attacks"),
        day=found["day"].mask(several, found["year"].astype(str)),
        killed=found["killed"].mask(several, pd.Series(texts, dtype=object)),
    )


@charts.gathered(gather)
def draw_map(width: int) -> alt.VConcatChart:
    """Attacks by place on two maps, and attacks per year to choose years with. Draws :func:`map_rows`."""
    narrow = width < charts.BREAKPOINT
    choice = charts.select("shown", "Attacks", CHOICES, "all")
    first, last = (
        alt.param(name=name, value=value, bind=alt.binding_range(min=YEARS[0], max=YEARS[1], step=1, name=f"{words} "))
        for name, words, value in (("since", "From year", YEARS[0]), ("until", "To year", YEARS[1]))
    )
    years = "datum.year >= min(since, until) && datum.year <= max(since, until)"
    rows = alt.Chart(alt.NamedData("rows")).transform_filter("indexof(datum.sets, ';' + shown + ';') >= 0")
    west, south, east, north = KASHMIR
    frame = maps.Frame(width - 34 if narrow else width - 24, west, south, east, north)
    near = rows.transform_filter("datum.here").transform_filter(years)
    large = alt.vconcat(
        maps.draw([*_ground(frame), *_circles(near, frame, narrow), *_key(frame)], frame), _legend(frame), spacing=6
    )
    west, south, east, north = SOUTH_ASIA
    far_frame = maps.Frame(frame.width if narrow else FAR, west, south, east, north)
    far = rows.transform_filter("!datum.here").transform_filter(years)
    small = maps.draw([*_far_ground(far_frame), *_circles(far, far_frame, narrow)], far_frame).properties(
        title="Elsewhere (box: what the large map shows)"
    )
    bars = (
        rows.mark_bar()
        .encode(
            x=alt.X("year:O", title=None).axis(values=[2000, 2005, 2010, 2015, 2020, 2025], labelAngle=0),
            y=alt.Y("count():Q", title=None).axis(tickCount=3),
            color=alt.condition(f"({years})", alt.value(ATTACK_COLOUR), alt.value(palette.PALE)),
            tooltip=[alt.Tooltip("year:O", title="Year"), alt.Tooltip("count():Q", title="Attacks")],
        )
        .properties(
            width=frame.width if narrow else 330, height=90 if narrow else 176, title="Attacks per year, on both maps"
        )
    )
    below = [bars, small] if narrow else [alt.hconcat(small, bars, spacing=20)]
    return alt.vconcat(large, *below, spacing=10).add_params(choice, first, last)


MAP_COLUMNS = {
    "day": "Date",
    "title": "Attack",
    "spot": "Drawn at",
    "place": "Place",
    "precision": "Known to the",
    "killed": "Killed",
}


def map_takeaway(rows: pd.DataFrame) -> str:
    """How many attacks the maps show, and the points with most people killed."""
    here = rows[rows["here"]]
    points = here.groupby("point").agg(
        low=("killed_min", "sum"), high=("killed_max", "sum"), attacks=("id", "size"), name=("spot", "first")
    )  # fmt: skip
    top = points.sort_values("high", ascending=False).head(3)
    listed = "; ".join(
        f"{row.name_} ({measures.range_text(row.low, row.high)} in {row.attacks})"
        for row in top.rename(columns={"name": "name_"}).itertuples()
    ).replace(")", " attacks)", 1)
    return (
        f"Of {len(rows)} attacks {len(here)} lie in Indian-administered Jammu and Kashmir, "
        f"{int((~here['exact']).sum())} of them known to their district only. Most died at {listed}."
    )


# How far from the line

# Where the shares are read off, in kilometres.
LEVELS = [0, 5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 150]


def periods(dates: pd.Series) -> pd.Series:
    """The period of ``violence.PERIODS`` that each date falls into."""
    edges = [pd.Timestamp("1990-01-01"), claims.MUMBAI, claims.YEAR_2016, claims.PULWAMA, pd.Timestamp("2100-01-01")]
    return pd.cut(dates, edges, labels=violence.PERIODS, right=False).astype(str)


def in_kashmir(attacks: pd.DataFrame, table: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """Attacks in Indian-administered Jammu and Kashmir with their distance from the line, and their period.

    Args:
        attacks: events of the category ``attack``.
        table: the table ``places``.
        spans: as ``measures.places.distances`` gives them.
    """
    territory = attacks["place_id"].map(table.set_index("id")["territory"]).astype(str)
    known = attacks[territory == IN_KASHMIR].join(spans, on="place_id", how="inner")
    return known.assign(period=periods(known["date"]))


def distance_rows(near: pd.DataFrame, attributions: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """The share of attacks within each distance of the line, at least and at most, by period and by group.

    Args:
        near: as :func:`in_kashmir` gives it.
        attributions: the table ``attributions``.
        groups: the table ``groups``.

    Returns:
        Columns ``whose`` (a key of :data:`CHOICES`), ``group`` (its label), ``period``, ``level`` (kilometres),
        ``low``, ``share``, ``high`` (0 to 1: at least, by the coordinates, at most), ``range``, ``size`` (in words).
    """
    rows = []
    for whose, inside in chosen(near, attributions, groups).items():
        for period in violence.PERIODS:
            some = near[inside & (near["period"] == period)]
            if len(some):
                rows.append(places.nearer(some, LEVELS).assign(whose=whose, period=period))
    found = pd.concat(rows, ignore_index=True)
    return found.assign(
        low=(found["least"] / found["n"]).round(4),
        share=(found["middle"] / found["n"]).round(4),
        high=(found["most"] / found["n"]).round(4),
        group=found["whose"].map(CHOICES),
        range=[f"{row.least} to {row.most} of {row.n}" for row in found.itertuples()],
        size=[f"n = {n}" for n in found["n"]],
    ).drop(columns=["least", "middle", "most", "n"])


LINE_COLOUR = palette.BLUE


def _band(rows: alt.Chart, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """The room between ``low`` and ``high`` with a thin edge, which is seen on a dark page too."""
    low, high = (name.removesuffix(":Q") for name in (y.shorthand, y.shorthand.replace("low", "high")))
    edges = [
        rows.mark_line(color=LINE_COLOUR, strokeWidth=0.9).encode(x=x, y=alt.Y(f"{name}:Q")) for name in (low, high)
    ]
    return [rows.mark_area(color=LINE_COLOUR, opacity=0.28).encode(x=x, y=y, y2=f"{high}:Q"), *edges]


def draw_distances(width: int) -> alt.FacetChart:
    """Share of attacks against distance, a band of what the places allow, in panels. Draws :func:`distance_rows`."""
    narrow = width < charts.BREAKPOINT
    inner = width - 78
    choice = charts.select("whose", "Attacks", CHOICES, "all")
    x = alt.X("level:Q", title="kilometres from the line, at most").scale(domain=[0, LEVELS[-1]], nice=False)
    x = x.axis(tickCount=4 if narrow else 8, grid=False)
    y = alt.Y("low:Q", title="share of attacks").scale(domain=[0, 1]).axis(format="%", values=[0, 0.5, 1])
    base = alt.Chart()
    band = _band(base, x, y)
    tooltip = [
        alt.Tooltip("period:N", title="Period"),
        alt.Tooltip("level:Q", title="Within kilometres"),
        alt.Tooltip("range:N", title="Attacks"),
        alt.Tooltip("share:Q", title="By the coordinates", format=".0%"),
    ]
    middle = base.mark_line(
        color=LINE_COLOUR, strokeWidth=2, point={"size": 18, "filled": True, "opacity": 1, "color": LINE_COLOUR}
    )
    middle = middle.encode(x=x, y="share:Q", tooltip=tooltip)
    count = base.transform_filter(f"datum.level == {LEVELS[-1]}").mark_text(align="right", baseline="bottom", dy=-4)
    count = count.encode(x=alt.XValue(inner), y=alt.YValue(70 if narrow else 78), text="size:N")
    half = base.transform_aggregate(n="count()").mark_rule(strokeDash=[2, 3], color=charts.MUTED).encode(
        y=alt.YDatum(0.5)
    )  # fmt: skip
    return (
        alt.layer(*band, half, middle, count)
        .transform_filter("datum.whose == whose")
        .properties(width=inner, height=84 if narrow else 92)
        .facet(row=charts.panels("period", violence.PERIODS, narrow), data=alt.NamedData("rows"), spacing=12)
        .add_params(choice)
    )


def median_text(near: pd.DataFrame) -> str:
    """The median distance by the coordinates, with the medians of the lower and of the upper bounds."""
    middle, low, high = (near[column].astype(float).median() for column in ("km", "low_km", "high_km"))
    return f"{middle:.0f} km ({low:.0f} to {high:.0f})"


def distance_takeaway(near: pd.DataFrame) -> str:
    """The median distance over the periods, and the near attacks of the first and of the last."""
    periods = violence.PERIODS
    medians = [f"{near.loc[near['period'] == period, 'km'].astype(float).median():.0f}" for period in periods]
    told = medians[0] if len(set(medians)) == 1 else f"{min(medians, key=int)} to {max(medians, key=int)}"
    first, last = (_near(near, period) for period in (periods[0], periods[-1]))
    return (
        f"The median distance was {told} km in each of {len(periods)} periods, about that of Srinagar. Within {SHORT} "
        f"km lay {first} {periods[0]}, {last} {periods[-1]}."
    )


def distance_alt(near: pd.DataFrame) -> str:
    """Median distance of each period with its bounds."""
    parts = [
        f"{period}: {median_text(near[near['period'] == period])}, n = {(near['period'] == period).sum()}"
        for period in violence.PERIODS
    ]
    return (
        f"The median distance from the line (in brackets what the places allow). "
        f"{'. '.join(part[0].upper() + part[1:] for part in parts)}. The median falls near Srinagar each time. "
        f"{near_text(near)}"
    )


# A short way over the line, in kilometres, for sentences.
SHORT = 30


def near_text(near: pd.DataFrame) -> str:
    """The share of each period's attacks within ``SHORT`` kilometres of the line, with what the places allow."""
    parts = ", ".join(f"{period} {_near(near, period)}" for period in violence.PERIODS)
    return f"Within {SHORT} km of the line lay: {parts}."


def _near(near: pd.DataFrame, period: str) -> str:
    row = places.nearer(near[near["period"] == period], [SHORT]).iloc[0]
    shares = [f"{row[column] / row['n']:.0%}" for column in ("middle", "least", "most")]
    return f"{shares[0]} ({shares[1]} to {shares[2]})"


def srinagar_text(near: pd.DataFrame, table: pd.DataFrame) -> str:
    """How many attacks lie at the point of Srinagar, on which the median falls."""
    spots = table.set_index("id")
    town = spots.loc["srinagar", ["lat", "lon"]]
    there = (near["place_id"].map(spots["lat"]) == town["lat"]) & (near["place_id"].map(spots["lon"]) == town["lon"])
    distance = near.loc[there, "km"].iloc[0]
    return f"That is about the distance of Srinagar ({distance:.0f} km), where {there.sum()} of them happened."


# The convoy's road


def route_rows(points: pd.DataFrame, table: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """The way-points of the convoy with how far along the road and how far from the line each lies.

    Returns:
        Columns ``position``, ``place``, ``short`` (its name on the chart), ``role``, ``along_km``, ``times``, ``east``,
        ``north`` (kilometres of the projection), ``km``, ``low_km``, ``high_km``.
    """
    rows = places.along(points[points["route"] == "pulwama-convoy"].sort_values("position"), table)
    roles = data.labels("route_points", "role")
    bounds = spans.loc[rows["place_id"], ["km", "low_km", "high_km"]].reset_index(drop=True).astype(float).round(1)
    times = [_times(row) for row in rows.itertuples()]
    short = [name.removeprefix("Channi Rama transit camp, ").split(" (")[0].split(",")[0] for name in rows["place"]]
    short[-1] = "Srinagar"
    east, north = maps.project(rows["lon"], rows["lat"])
    return pd.DataFrame(
        {
            "position": rows["position"].astype(int),
            "place": rows["place"],
            "short": short,
            "role": rows["role"].map(roles).astype(str),
            "along_km": rows["along_km"].round(1),
            "times": times,
            "east": east.round(1),
            "north": north.round(1),
        }
    ).join(bounds)


def _times(row) -> str:
    """The reported times of a way-point: "11:00–14:15", or nothing."""
    if pd.isna(row.time_from):
        return ""
    return row.time_from if row.time_from == row.time_to else f"{row.time_from}–{row.time_to}"


# What the map of the road shows, in kilometres of the projection: west, south, east, north.
ROAD = (-205.0, -242.0, -28.0, -22.0)


def _road_map(rows: alt.Chart, marks: dict) -> alt.LayerChart:
    """The road between the line and the valley, on a small map."""
    frame = maps.Frame(220, *ROAD)
    where = maps.place(frame)
    road = rows.mark_line(color=LINE_COLOUR, strokeWidth=2).encode(**where, order="position:O")
    points = rows.mark_point(filled=True, opacity=1, size=40).encode(**where, **marks)
    named = rows.transform_filter("indexof([1, 5, 6, 7], datum.position) >= 0")
    names = named.mark_text(align="left", dx=8, fontSize=10).encode(**where, text="short:N")
    ground = [*maps.areas(frame), *maps.boundaries(frame), *maps.furniture(frame, inset=False)]
    return maps.draw([*ground, road, points, names], frame).properties(title="The road (dots), the line to its west")


def draw_route(width: int) -> alt.HConcatChart | alt.VConcatChart:
    """The road on a map, and its distance from the line along it. Draws :func:`route_rows`."""
    narrow = width < charts.BREAKPOINT
    rows = alt.Chart(alt.NamedData("rows"))
    x = alt.X("along_km:Q", title="kilometres from Jammu, straight from town to town").scale(
        domain=[-4, 236], nice=False
    )
    x = x.axis(values=[0, 50, 100, 150, 200], grid=False)
    y = alt.Y("low_km:Q", title=None if narrow else "kilometres from the line").scale(domain=[0, 115])
    y = y.axis(tickCount=5)
    band = _band(rows, x, y)
    road = rows.mark_line(color=LINE_COLOUR, strokeWidth=2).encode(x=x, y="km:Q")
    tooltip = [
        alt.Tooltip("place:N", title="Place"),
        alt.Tooltip("role:N", title="Role"),
        alt.Tooltip("times:N", title="Reported times"),
        alt.Tooltip("km:Q", title="Kilometres from the line", format=".0f"),
    ]
    attack = data.labels("route_points", "role")["attack"]
    looks = {
        "color": alt.condition(f"datum.role == '{attack}'", alt.value(ATTACK_COLOUR), alt.value(LINE_COLOUR)),
        "shape": alt.condition(f"datum.role == '{attack}'", alt.value("diamond"), alt.value("circle")),
        "tooltip": tooltip,
    }
    marks = rows.mark_point(filled=True, opacity=1, size=70).encode(x=x, y="km:Q", **looks)
    # A name stands beside the road, on the side away from it.
    names = []
    for positions, mark, after in (
        ("[1, 2]", {"align": "left", "dx": 12}, 6),
        ("[3, 4]", {"align": "right", "dx": -12}, 0),
        ("[5]", {"align": "center"}, -28),
        ("[6]", {"align": "left", "dx": 10}, -16),
        ("[7]", {"align": "left", "dx": 12}, 2),
    ):
        some = rows.transform_filter(f"indexof({positions}, datum.position) >= 0")
        names.append(some.mark_text(**mark, dy=after).encode(x=x, y="km:Q", text="short:N"))
        names.append(some.mark_text(**mark, dy=after + 13, fontSize=10).encode(x=x, y="km:Q", text="times:N"))
    profile = alt.layer(*band, road, marks, *names).properties(
        width=width - (62 if narrow else 310),
        height=230 if narrow else 259,
        title=f"{'Kilometres' if narrow else 'Distance'} from the line on the way",
    )
    row = [_road_map(rows, looks), profile]
    return alt.vconcat(*row, spacing=16) if narrow else alt.hconcat(*row, spacing=20)


def route_takeaway(rows: pd.DataFrame) -> str:
    """Where the road comes nearest to the line, where the attack was, and how far the buses still had to go."""
    attack = rows[rows["role"] == data.labels("route_points", "role")["attack"]].iloc[0]
    far = rows.loc[rows["km"].idxmax()]
    left = rows["along_km"].max() - attack["along_km"]
    return (
        f"The road leads away from the line, to {far['km']:.0f} km at {far['short']}, and back. At "
        f"{attack['short']}, {attack['km']:.0f} km ({attack['low_km']:.0f} to {attack['high_km']:.0f}) from the line, "
        f"the convoy had {left:.0f} km to go, as the crow flies."
    )


# How deep the strikes reached


def naming_text(strikes: pd.DataFrame, day: str) -> str:
    """How many places of India's strikes of a day both states named, and how many one of them alone."""
    counts = strikes[(strikes["date"] == pd.Timestamp(day)) & (strikes["by"] == "india")]["named_by"].value_counts()
    both = counts.get("both", 0)
    return (
        f"Of the places of {measures.day_text(pd.Timestamp(day))} India and Pakistan both named {both}; "
        f"{counts.get('striker', 0)} stand in India's account alone, {counts.get('struck', 0)} in Pakistan's."
    )


BOTH, STRIKER, STRUCK = "both states say hit", "the striker alone says hit", "the state struck alone says hit"
UNNAMED, NEITHER = "named by anonymous sources", "no state says hit"
# The striker and the state struck look as they do where depths are reported.
SAID_COLOURS = {
    BOTH: palette.VIOLET,
    STRIKER: palette.BLUE,
    STRUCK: palette.RED,
    UNNAMED: palette.OCHRE,
    NEITHER: palette.PALE,
}
SAID_SHAPES = {BOTH: "circle", STRIKER: "square", STRUCK: "triangle-up", UNNAMED: "diamond", NEITHER: "cross"}
# What each state did in answer to an attack or to the other's answer: first and last day. The days of May 2025 are
# one campaign. Fire and raids between the campaigns are not in it.
CAMPAIGNS = {
    "india": {
        "2016": ("2016-09-29", "2016-09-29"),
        "2019": ("2019-02-26", "2019-02-26"),
        "2025": ("2025-05-07", "2025-05-10"),
    },
    "pakistan": {"2019": ("2019-02-27", "2019-02-27"), "2025": ("2025-05-07", "2025-05-10")},
}


def short_name(name: str) -> str:
    """A place's name without what follows a comma or stands in brackets, and without what sort of stretch it is."""
    return name.split(",")[0].split(" (")[0].removesuffix(" sector").removesuffix(" crossing").removesuffix(" valley")


def said_of(strikes: pd.DataFrame) -> pd.Series:
    """Who says that a place was hit: a key of :data:`SAID_COLOURS`.

    Where newsrooms named the place from sources without a name, no state's word covers it.
    """
    striker, struck = strikes["striker_says"] == "hit", strikes["struck_says"] == "hit"
    said = pd.Series(NEITHER, index=strikes.index).mask(striker, STRIKER).mask(struck, STRUCK)
    return said.mask(striker & struck, BOTH).mask(strikes["named_by"] == "press", UNNAMED)


def says_text(strike) -> str:
    """Who named a place and what each state said of it: "named by India; India says it was hit, Pakistan denies it"."""
    states = data.labels("strikes", "by")
    striker, struck = states[strike.by], next(name for key, name in states.items() if key != strike.by)
    namer = {"striker": striker, "struck": struck, "both": "both", "press": "anonymous sources"}[strike.named_by]
    words = [_word(striker, "striker_says", strike.striker_says), _word(struck, "struck_says", strike.struck_says)]
    if strike.striker_says == "hit" and strike.named_by in ("struck", "press"):
        words[0] = f"{striker} says that it struck and names no place"
    return f"named by {namer}; {', '.join(words)}"


def _word(state: str, column: str, said: str | float) -> str:
    """What one state said of a place, with its name."""
    return (
        f"{state} {data.labels('strikes', column)[said]}"
        if isinstance(said, str)
        else f"no statement by {state} was read"
    )


def strike_rows(strikes: pd.DataFrame, table: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """Every place struck that has coordinates, with its depth beyond the line and who says that it was hit.

    Returns:
        Columns ``line`` (state and day), ``order``, ``day`` (text), ``date``, ``place``, ``named_by``, ``means``,
        ``striker_says``, ``struck_says``, ``said`` (see :func:`said_of`), ``exact`` (known to the site or town),
        ``km``, ``low_km``, ``high_km``, and for the deepest place of a day that somebody says was hit ``label`` and
        its bounds ``reach_low``, ``reach_high``.
    """
    names = table.set_index("id")["name"].astype(str)
    rows = strikes.join(spans[["km", "low_km", "high_km", "precision"]], on="place_id", how="inner")
    rows = rows.sort_values(["date", "km"])
    label = {column: data.labels("strikes", column) for column in ("named_by", "means", "striker_says", "struck_says")}
    says = {
        column: rows[column].map(label[column]).astype(object).where(rows[column].notna(), "no statement read")
        for column in ("striker_says", "struck_says")
    }
    found = pd.DataFrame(
        {
            "by": rows["by"].astype(str),
            "by_name": rows["by"].map(data.labels("strikes", "by")).astype(str),
            "date": rows["date"],
            "day": [f"{day.day} {day:%b %Y}" for day in rows["date"]],
            "place": rows["place_id"].map(names),
            "named_by": rows["named_by"].map(label["named_by"]).astype(str),
            "means": rows["means"].map(label["means"]).astype(str),
            "striker_says": says["striker_says"],
            "struck_says": says["struck_says"],
            "said": said_of(rows),
            "exact": rows["precision"].isin(["site", "town"]),
            **{column: rows[column].astype(float).round(1) for column in ("km", "low_km", "high_km")},
        }
    ).reset_index(drop=True)
    hits = found[found["said"] != NEITHER]
    top = hits.loc[hits.groupby(["by", "date"])["km"].idxmax()]
    # The bounds of the deepest place of a day are the largest of all its bounds.
    most = hits.groupby(["by", "date"])[["low_km", "high_km"]].max()
    reach = most.loc[list(zip(top["by"], top["date"], strict=True))].to_numpy()
    found.loc[top.index, ["reach_low", "reach_high"]] = reach
    found["line"] = found["by_name"] + ", " + found["day"]
    found["order"] = found["date"].rank(method="dense").astype(int) + 1000 * (found["by"] == "pakistan")
    found["label"] = ""
    found.loc[top.index, "label"] = [short_name(name) for name in top["place"]]
    return found


STRIKE_COLUMNS = {
    "day": "Day",
    "place": "Place",
    "by_name": "Struck by",
    "named_by": "Named by",
    "means": "Means",
    "striker_says": "The striker",
    "struck_says": "The state struck",
    "km": "Depth (km)",
    "low_km": "At least",
    "high_km": "At most",
}


def campaign(strikes: pd.DataFrame, by: str, year: str) -> pd.DataFrame:
    """The strikes of one of a state's :data:`CAMPAIGNS` on places that somebody says were hit."""
    first, last = (pd.Timestamp(day) for day in CAMPAIGNS[by][year])
    return strikes[(strikes["by"] == by) & strikes["date"].between(first, last) & (said_of(strikes) != NEITHER)]


def depths(strikes: pd.DataFrame, spans: pd.DataFrame, by: str) -> dict[str, places.Depth]:
    """The deepest place that somebody says was hit, for each of a state's :data:`CAMPAIGNS`, in order.

    Args:
        strikes: the table ``strikes``.
        spans: as ``measures.places.distances`` gives them.
        by: "india" or "pakistan".
    """
    found = {year: places.deepest(campaign(strikes, by, year), spans) for year in CAMPAIGNS[by]}
    return {year: reached for year, reached in found.items() if reached is not None}


# Of the bars that show what the places allow; seen on both pages.
BOUNDS_COLOUR = palette.PALE


def _depth_title(narrow: bool) -> str | list[str]:
    """What an axis of depths shows, in two lines on a phone."""
    words = ["kilometres beyond the line or the border", "(compressed scale)"]
    return words if narrow else " ".join(words)


def draw_strikes(width: int) -> alt.LayerChart:
    """Depth of every place, a row per day, with the bounds of the deepest one. Draws :func:`strike_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter = 128 if narrow else 146
    inner = width - gutter - 12
    x = alt.X("km:Q", title=_depth_title(narrow)).scale(type="sqrt", domain=[0, 260], nice=False)
    x = x.axis(values=[1, 10, 50, 100, 200], grid=True)
    y = alt.Y("line:N", title=None, sort=alt.EncodingSortField("order", op="min")).axis(
        domain=False, ticks=False, labelPadding=6, labelLimit=gutter - 8, labelFontSize=10 if narrow else 11
    )
    base = alt.Chart(alt.NamedData("rows"), width=inner, height=alt.Step(26 if narrow else 24))
    deepest = base.transform_filter("datum.label != ''")
    bounds = deepest.mark_rule(strokeWidth=2.5, color=BOUNDS_COLOUR).encode(
        x=alt.X("reach_low:Q").scale(type="sqrt"), x2="reach_high:Q", y=y
    )
    ends = [
        deepest.mark_tick(thickness=2, size=11, opacity=1, color=BOUNDS_COLOUR).encode(x=alt.X(f"{end}:Q"), y=y)
        for end in ("reach_low", "reach_high")
    ]
    tooltip = [
        alt.Tooltip("place:N", title="Place"),
        alt.Tooltip("day:N", title="Day"),
        alt.Tooltip("named_by:N", title="Named by"),
        alt.Tooltip("means:N", title="Means"),
        alt.Tooltip("striker_says:N", title="The striker"),
        alt.Tooltip("struck_says:N", title="The state struck"),
        alt.Tooltip("km:Q", title="Kilometres", format=".0f"),
        alt.Tooltip("low_km:Q", title="At least", format=".0f"),
        alt.Tooltip("high_km:Q", title="At most", format=".0f"),
    ]
    domain = list(SAID_COLOURS)
    colour = (
        alt.Color("said:N", sort=domain)
        .scale(domain=domain, range=list(SAID_COLOURS.values()))
        .legend(title=None, orient="top", columns=1 if narrow else 2, labelLimit=260, symbolOpacity=1)
    )
    shape = alt.Shape("said:N", sort=domain).scale(domain=domain, range=list(SAID_SHAPES.values()))
    dots = [
        base.transform_filter(f"datum.exact == {exact}")
        .mark_point(size=46, **style)
        .encode(x=x, y=y, color=colour, shape=shape, tooltip=tooltip)
        for exact, style in (
            ("true", {"filled": True, "opacity": 1}),
            ("false", {"filled": False, "strokeWidth": 1.6, "opacity": 1}),
        )
    ]
    names = deepest.mark_text(align="left", baseline="bottom", dx=-4, dy=-6, fontSize=10).encode(
        x=x, y=y, text="label:N"
    )
    return alt.layer(bounds, *ends, *dots, names)


def depth_text(reached: places.Depth, table: pd.DataFrame) -> str:
    """A depth in words: "Balakot, 41 km (35 to 47)"; the bounds are those of all places of the campaign."""
    name = short_name(table.set_index("id").loc[reached.place_id, "name"])
    return f"{name}, {reached.km:.0f} km ({reached.low:.0f} to {reached.high:.0f})"


def strike_takeaway(strikes: pd.DataFrame, table: pd.DataFrame, spans: pd.DataFrame) -> str:
    """How deep the deepest place of each campaign lay that somebody says was hit."""
    parts = []
    for by, name in data.labels("strikes", "by").items():
        reached = depths(strikes, spans, by).items()
        listed = ", ".join(f"{one.km:.0f} ({one.low:.0f}–{one.high:.0f}) in {year}" for year, one in reached)
        parts.append(f"{name} {listed}")
    return f"Depth in km of the deepest places that somebody says were hit: {'; '.join(parts)}."


def strike_alt(strikes: pd.DataFrame, table: pd.DataFrame, spans: pd.DataFrame) -> str:
    """The deepest place of each campaign, and who says that it was hit."""
    parts = []
    for by, name in data.labels("strikes", "by").items():
        listed = "; ".join(
            f"{year} {depth_text(one, table)}, {short_says(deepest_strike(strikes, by, year, one))}"
            for year, one in depths(strikes, spans, by).items()
        )
        parts.append(f"{name}: {listed}")
    return f"The deepest places that somebody says were hit, and who says so. {'. '.join(parts)}."


def deepest_strike(strikes: pd.DataFrame, by: str, year: str, reached: places.Depth):
    """The row of the strike that reached deepest in a campaign."""
    some = campaign(strikes, by, year)
    return next(some[some["place_id"] == reached.place_id].itertuples())


def short_says(strike) -> str:
    """Who says that a place was hit, in few words: "by India's account"."""
    states = data.labels("strikes", "by")
    striker, struck = states[strike.by], next(name for key, name in states.items() if key != strike.by)
    if strike.named_by == "press":
        return "named by anonymous sources"
    hits = [state for state, said in ((striker, strike.striker_says), (struck, strike.struck_says)) if said == "hit"]
    account = "by both accounts" if len(hits) > 1 else f"by {hits[0]}'s account"
    return f"named by {struck}" if strike.named_by == "struck" and hits == [striker] else account


def depth_answer(
    strikes: pd.DataFrame, reports: pd.DataFrame, table: pd.DataFrame, spans: pd.DataFrame
) -> dict[str, list[dict]]:
    """For each state the steps from one campaign to the next: did it reach deeper, as measured and as reported?

    Returns:
        For "india" and "pakistan" a list of steps: ``first``, ``second`` (years), ``measured`` and ``reported``
        (answers of ``measures.places.deeper``; "not reported" where a campaign has no report), ``places`` (numbers of
        places of the two campaigns that a report speaks of).
    """
    found = {}
    for by, years in CAMPAIGNS.items():
        measured = depths(strikes, spans, by)
        spoken = {year: places.reported(campaign(strikes, by, year), reports) for year in years}
        told = {year: places.deepest(campaign(strikes, by, year), spoken[year]) for year in years}
        found[by] = [
            {
                "first": first,
                "second": second,
                "measured": places.deeper(measured[first], measured[second]),
                "reported": places.deeper(told[first], told[second])
                if told[first] and told[second]
                else "not reported",
                "places": (len(spoken[first]), len(spoken[second])),
            }
            for first, second in pairwise(years)
        ]
    return found


def answer_text(strikes: pd.DataFrame, reports: pd.DataFrame, table: pd.DataFrame, spans: pd.DataFrame) -> str:
    """The campaigns of each state with the answers of :func:`depth_answer`, as lists in Markdown."""
    lines = []
    for by, steps in depth_answer(strikes, reports, table, spans).items():
        name, n = data.labels("strikes", "by")[by], len(CAMPAIGNS[by])
        chance = f"by chance alone {n} stand in rising order once in {math.factorial(n)}"
        lines.append(f"\n**{name}** (n = {n} campaigns; {chance}):\n")
        answers = {step["second"]: step for step in steps}
        for year, one in depths(strikes, spans, by).items():
            line = (
                f"- **{_days(by, year)}:** {depth_text(one, table)}, deepest of {one.n}; "
                f"{says_text(deepest_strike(strikes, by, year, one))}."
            )
            if step := answers.get(year):
                line += f" *Against {step['first']}: {step['measured']} as measured, {_told(step)}.*"
            lines.append(line)
    return "\n".join(lines)


def _told(step: dict) -> str:
    """What the reports say of a step, and of how many places they speak."""
    if step["reported"] == "not reported":
        return "no reports to compare"
    return f"{step['reported']} as reported ({step['places'][0]} and {step['places'][1]} places)"


def account_text(strikes: pd.DataFrame, table: pd.DataFrame, spans: pd.DataFrame) -> str:
    """Whether the step to each state's last campaign holds on either state's account of it alone."""
    states = data.labels("strikes", "by")
    parts, holds = [], True
    for by, years in CAMPAIGNS.items():
        before, year = list(years)[-2:]
        some = campaign(strikes, by, year)
        told = []
        for speaker, name in states.items():
            column = "striker_says" if speaker == by else "struck_says"
            one = places.deepest(some[some[column] == "hit"], spans)
            holds &= one is not None and places.deeper(depths(strikes, spans, by)[before], one) == "deeper"
            told.append(f"{depth_text(one, table) if one else 'none'} in {name}'s account")
        parts.append(f"The deepest place that {states[by]} hit in {year} is {' and '.join(told)}.")
    start = "The last step holds" if holds else "The last step does not hold"
    return f"{start} on either state's account alone. {' '.join(parts)}"


def _days(by: str, year: str) -> str:
    """The days of a campaign: "7 to 10 May 2025"."""
    first, last = (pd.Timestamp(day) for day in CAMPAIGNS[by][year])
    return measures.day_text(first) if first == last else f"{first.day} to {measures.day_text(last)}"


# Reported against measured

MEASURED = "measured"
REPORTED = {
    "striker": "reported by the striker",
    "struck": "reported by the state struck",
    "press": "reported by the press",
}
SOURCE_COLOURS = {
    MEASURED: palette.GREY,
    REPORTED["striker"]: palette.BLUE,
    REPORTED["struck"]: palette.RED,
    REPORTED["press"]: palette.OCHRE,
}
SOURCE_SHAPES = {
    MEASURED: "circle",
    REPORTED["striker"]: "square",
    REPORTED["struck"]: "triangle-up",
    REPORTED["press"]: "diamond",
}


def dumbbell_rows(
    strikes: pd.DataFrame, reports: pd.DataFrame, table: pd.DataFrame, spans: pd.DataFrame
) -> pd.DataFrame:
    """For every place whose depth was reported each report, and the depth that was measured.

    Args:
        strikes: the table ``strikes``.
        reports: the table ``strike_depths``.
        table: the table ``places``.
        spans: as ``measures.places.distances`` gives them.

    Returns:
        Columns ``line`` (place and year), ``order``, ``source``, ``by`` (who said so), ``exact`` (the place is known to
        the site or town), ``of`` (what the report speaks of), ``low_km``, ``km``, ``high_km``. Reports of something
        else than a place are left out (``measures.places.of_places``).
    """
    names = table.set_index("id")["name"].astype(str)
    rows = []
    reports = places.of_places(reports)
    kinds = data.labels("strike_depths", "said_of")
    precision = table.set_index("id")["coord_precision"].astype(str)
    known = strikes[strikes["id"].isin(reports["strike_id"])].sort_values(["date", "place_id", "id"])
    for order, strike in enumerate(known.itertuples()):
        name = short_name(names[strike.place_id])
        site = "" if pd.isna(strike.site) else strike.site.split(" camp")[0].split(",")[0].split(" (")[0]
        name = site if name == "Muzaffarabad" and site else name
        line = {
            "line": f"{name}, {strike.date.year}",
            "order": order,
            "exact": precision[strike.place_id] in ("site", "town"),
        }
        if strike.place_id in spans.index:
            span = spans.loc[strike.place_id]
            bounds = {column: round(float(span[column]), 2) for column in ("low_km", "km", "high_km")}
            rows.append(line | {"source": MEASURED, "by": "this book", "of": kinds["place"]} | bounds)
        for report in reports[reports["strike_id"] == strike.id].itertuples():
            low, high = float(report.depth_km_min), float(report.depth_km_max)
            bounds = {"low_km": low, "km": round((low + high) / 2, 2), "high_km": high}
            who = {"source": REPORTED[str(report.reporter_kind)], "by": report.reported_by}
            rows.append(line | who | {"of": kinds[str(report.said_of)]} | bounds)
    return pd.DataFrame(rows)


def draw_dumbbells(width: int) -> alt.LayerChart:
    """Measured depth with its bounds, and each report, a row per place. Draws :func:`dumbbell_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter = 132 if narrow else 190
    rows = alt.Chart(alt.NamedData("rows"), width=width - gutter - 12, height=alt.Step(26 if narrow else 18))
    y = alt.Y("line:N", title=None, sort=alt.EncodingSortField("order", op="min")).axis(
        domain=False, ticks=False, labelPadding=6, labelLimit=gutter - 8, labelFontSize=10 if narrow else 11
    )
    x = alt.X("low_km:Q", title=_depth_title(narrow)).scale(type="sqrt", domain=[0, 190], nice=False)
    x = x.axis(values=[1, 10, 50, 100, 150])
    domain = list(SOURCE_COLOURS)
    colour = (
        alt.Color("source:N", sort=domain)
        .scale(domain=domain, range=list(SOURCE_COLOURS.values()))
        .legend(title=None, orient="top", columns=1 if narrow else 2, labelLimit=260, symbolOpacity=1)
    )
    bounds = rows.transform_filter(f"datum.source == '{MEASURED}'").mark_rule(strokeWidth=2.5)
    bounds = bounds.encode(x=x, x2="high_km:Q", y=y, color=colour)
    ends = [
        rows.transform_filter(f"datum.source == '{MEASURED}'")
        .mark_tick(thickness=2, size=11, opacity=1)
        .encode(x=alt.X(f"{end}:Q"), y=y, color=colour)
        for end in ("low_km", "high_km")
    ]
    ranges = rows.transform_filter(f"datum.source != '{MEASURED}' && datum.low_km < datum.high_km")
    ranges = ranges.mark_rule(strokeWidth=2).encode(x=x, x2="high_km:Q", y=y, color=colour)
    shape = alt.Shape("source:N", sort=domain).scale(domain=domain, range=list(SOURCE_SHAPES.values()))
    tooltip = [
        alt.Tooltip("line:N", title="Place"),
        alt.Tooltip("source:N", title="Depth"),
        alt.Tooltip("by:N", title="By"),
        alt.Tooltip("of:N", title="Said of"),
        alt.Tooltip("low_km:Q", title="At least (km)", format=".3~g"),
        alt.Tooltip("high_km:Q", title="At most (km)", format=".3~g"),
    ]
    loose = f"datum.source == '{MEASURED}' && !datum.exact"
    dots = [
        rows.transform_filter(condition)
        .mark_point(size=58, opacity=1, **style)
        .encode(x=alt.X("km:Q").scale(type="sqrt"), y=y, color=colour, shape=shape, tooltip=tooltip)
        for condition, style in (
            (loose, {"filled": False, "strokeWidth": 1.8}),
            (f"!({loose})", {"filled": True}),
        )
    ]
    return alt.layer(bounds, *ends, ranges, *dots)


def compared(rows: pd.DataFrame) -> pd.DataFrame:
    """The reports of places that were measured, and whether each reaches into the bounds of the measure.

    Args:
        rows: as :func:`dumbbell_rows` gives them.

    Returns:
        The rows of the reports with ``km_measured`` and ``meets``.
    """
    measured = rows.loc[rows["source"] == MEASURED, ["order", "low_km", "km", "high_km"]]
    found = rows[rows["source"] != MEASURED].merge(measured, on="order", suffixes=("", "_measured"))
    meets = (found["low_km"] <= found["high_km_measured"]) & (found["high_km"] >= found["low_km_measured"])
    return found.assign(meets=meets)


def agreement_text(rows: pd.DataFrame) -> str:
    """How many reports lie within the bounds, and how many of these because the bounds are wide."""
    found = compared(rows)
    loose, exact = found[~found["exact"]], found[found["exact"]]
    return (
        f"{found['meets'].sum()} of {len(found)} reported depths lie within what was measured: {loose['meets'].sum()} "
        f"of {len(loose)} where only a district or sector is known and bounds are wide, {exact['meets'].sum()} of "
        f"{len(exact)} for towns or sites."
    )


def dumbbell_title(rows: pd.DataFrame) -> str:
    """How many reports of how many places are drawn, and how many of the places could be measured."""
    measured = rows["source"] == MEASURED
    return f"{(~measured).sum()} reported depths of {rows['order'].nunique()} places, {measured.sum()} of them measured"


def dumbbell_takeaway(rows: pd.DataFrame) -> str:
    """How many reports agree with what was measured, and the one that lies farthest from it."""
    found = compared(rows)
    exact = found[found["exact"]]
    far = found.loc[(found["km"] - found["km_measured"]).abs().idxmax()]
    return (
        f"{found['meets'].sum()} of {len(found)} reported depths lie within what was measured, {exact['meets'].sum()} "
        f"of {len(exact)} where the town or site is known. Farthest off: {far['line']}, {far['km']:.0f} km "
        f"{far['source']}, {far['km_measured']:.0f} km measured."
    )


def dumbbell_alt(rows: pd.DataFrame) -> str:
    """How many reports agree with what was measured, and the one that lies farthest from it."""
    found = compared(rows)
    far = found.loc[(found["km"] - found["km_measured"]).abs().idxmax()]
    return (
        f"{agreement_text(rows)} Farthest from it: {far['line']}, {far['km']:.0f} km {far['source']}, "
        f"{far['km_measured']:.0f} km measured."
    )


def left_out_text(strikes: pd.DataFrame, reports: pd.DataFrame, table: pd.DataFrame) -> str:
    """The reports that speak of no place, and how many repeat what was said of several places at once."""
    other = reports[~reports["id"].isin(places.of_places(reports)["id"])]
    place = strikes.set_index("id")["place_id"].map(table.set_index("id")["name"])
    listed = "; ".join(
        f"{short_name(place[row.strike_id])}, {float(row.depth_km_min):g} to {float(row.depth_km_max):g} km, by "
        f"{row.reported_by}"
        for row in other.itertuples()
    )
    raid = reports[reports["said_of"] == "raid"]
    told = place[strikes["id"].isin(reports["strike_id"]).to_numpy()]
    lost = [short_name(name) for name in told if name in set(table.loc[table["lat"].isna(), "name"])]
    return (
        f"Left out is how far the aircraft came, which is no depth of a place: {listed}. {len(raid)} of the reports "
        f"repeat {raid['reported_by'].nunique()} statements about all places of one raid, once for each place. "
        f"Reported and not measured, for want of coordinates: {', '.join(lost)}."
    )


# In brief


def step_text(strikes: pd.DataFrame, reports: pd.DataFrame, table: pd.DataFrame, spans: pd.DataFrame) -> str:
    """For each state in how many steps from campaign to campaign it reached deeper, as a list in Markdown."""
    lines = []
    for by, steps in depth_answer(strikes, reports, table, spans).items():
        reached = depths(strikes, spans, by)
        path = "; ".join(
            f"{year} {depth_text(one, table).replace(' to ', '–')}, "
            f"{short_says(deepest_strike(strikes, by, year, one))}"
            for year, one in reached.items()
        )
        sure = sum(step["measured"] == "deeper" for step in steps)
        doubt = [f"{step['first']} to {step['second']}" for step in steps if step["measured"] == "unclear"]
        state = data.labels("strikes", "by")[by]
        steps_text = f"{sure} of {len(steps)} steps" if len(steps) > 1 else f"{'its only' if sure else 'no'} step"
        lines.append(
            f"- **{state} reached deeper in {steps_text}{f'; {doubt[0]} is unclear' if doubt else ''}.** "
            f"Deepest: {path}."
        )
    return "\n".join(lines)


def brief(
    attacks: pd.DataFrame,
    near: pd.DataFrame,
    table: pd.DataFrame,
    spans: pd.DataFrame,
    strikes: pd.DataFrame,
    reports: pd.DataFrame,
    route: pd.DataFrame,
) -> str:
    """The findings of the chapter as a list in Markdown."""
    road = route_rows(route, table, spans)
    attack = road[road["role"] == data.labels("route_points", "role")["attack"]].iloc[0]
    words = dumbbell_rows(strikes, reports, table, spans)
    return f"""
- **The middle one of {len(near)} attacks in Indian-administered Jammu and Kashmir lay {near["km"].median():.0f} km from
  the line** ({near["low_km"].median():.0f} to {near["high_km"].median():.0f} by what the places allow).
  {srinagar_text(near, table)}
- **Whether attacks moved nearer cannot be told.** {near_text(near)}
- **The Pulwama convoy was attacked {attack["km"]:.0f} km from the line** ({attack["low_km"]:.0f} to
  {attack["high_km"]:.0f}), after a road that had led as far as {road["km"].max():.0f} km from it.
{step_text(strikes, reports, table, spans)}
- **The two states name different places for one night.** {naming_text(strikes, "2025-05-07")}
- **Reports are hard to check.** {agreement_text(words)}
- **Known places:** of {len(attacks)} attacks {precision_text(attacks, table)}.
"""
