"""Attacks and strikes by place, and their distance from the line: what notebook 05 draws."""

from itertools import pairwise

import altair as alt
import pandas as pd

from aftermumbai import charts, data, maps, measures
from aftermumbai.charts import claims, violence
from aftermumbai.measures import places

IN_KASHMIR = "india_administered_jk"


def precision_text(attacks: pd.DataFrame, table: pd.DataFrame) -> str:
    """How far the places of attacks are known: numbers by precision, and how many have no coordinates."""
    labels = data.labels("places", "coord_precision")
    known = attacks["place_id"].map(table.set_index("id")["coord_precision"]).astype(str)
    parts = [f"{(known == key).sum()} to the {label}" for key, label in labels.items() if (known == key).any()]
    return f"{', '.join(parts)}; {len(attacks) - known.isin(list(labels)).sum()} have no point"


# The map

CHOICES = {
    "all": "all",
    "state-let": "laid by a state to LeT or a front",
    "state-jem": "laid by a state to JeM or a front",
    "state-hm": "laid by a state to HM",
    "claimed-let": "claimed by LeT or a front",
    "claimed-jem": "claimed by JeM or a front",
    "claimed-hm": "claimed by HM",
    "claimed-nobody": "claimed by nobody",
}
ATTACK_COLOUR = "#d1412b"
# What the two maps show, in kilometres of the projection: west, south, east, north.
KASHMIR = (-284.0, -262.0, 72.0, 62.0)
SOUTH_ASIA = (-1400.0, -2480.0, 1700.0, 330.0)
# No point of the maps adds up to more people killed; circles are drawn up to this number.
MOST_AT_A_POINT = 500
# How many points get a name on the large and on the small map, and how wide those are in pixels.
NAMED = {
    "wide": {True: (9, charts.WIDE), False: (8, 300)},
    "narrow": {True: (5, charts.NARROW), False: (6, charts.NARROW)},
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
        ``point``, ``total`` (people killed there), ``label_wide`` and ``label_narrow`` (name of the points with most
        people killed, on every attack of the point).
    """
    rows = places.at_one_place(attacks, table)
    folded = claims.fold(attributions, groups)
    kinds = {"state": measures.said(folded, "state"), "claimed": measures.said(folded, "claimed")}
    named = {
        f"{kind}-{key}": set(said.loc[said["group_id"] == key, "event_id"])
        for kind, said in kinds.items()
        for key in claims.FAMILIES
    }
    claimed = set(kinds["claimed"]["event_id"])
    sets = [
        ";".join(
            [
                "",
                "all",
                *(key for key, ids in named.items() if one in ids),
                *([] if one in claimed else ["claimed-nobody"]),
                "",
            ]
        )
        for one in rows["id"]
    ]
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
            "sets": sets,
            "point": rows["point"],
        }
    ).reset_index(drop=True)
    totals = found.groupby(["here", "point"]).agg(
        killed=("killed_max", "sum"), east=("east", "first"), north=("north", "first")
    )
    if totals["killed"].max() > MOST_AT_A_POINT:
        raise ValueError("more people killed at one point than the map draws: raise charts.places.MOST_AT_A_POINT")
    found["total"] = found["point"].map(totals.reset_index("here")["killed"])
    for size in NAMED:
        found[f"label_{size}"] = found["point"].map(_labels(totals, table, spans, size)).fillna("")
    return found.sort_values(["total", "point", "id"], ascending=[False, True, True], ignore_index=True)


def _labels(totals: pd.DataFrame, table: pd.DataFrame, spans: pd.DataFrame, size: str) -> dict[str, str]:
    """A name for the points with most people killed, on each map, unless it would meet a heavier one."""
    spots = table.dropna(subset=["lat", "lon"])
    keys = spots["lat"].astype(float).map("{:.4f}".format) + " " + spots["lon"].astype(float).map("{:.4f}".format)
    names = {key: _point_name(list(group)) for key, group in spots.groupby(keys.to_numpy())["name"]}
    districts = spans["district"].dropna()
    names |= {key: f"{districts[one]} district" for one, key in zip(spots["id"], keys, strict=True) if one in districts}
    labels = {}
    for here, (most, width) in NAMED[size].items():
        some = totals.loc[here].sort_values("killed", ascending=False).head(3 * most)
        scale = width / ((KASHMIR[2] - KASHMIR[0]) if here else (SOUTH_ASIA[2] - SOUTH_ASIA[0]))
        words = pd.Series([names[point] for point in some.index], index=some.index)
        widths = words.str.len() * 6.2 + 8
        clear = measures.uncovered(some["east"] * scale, -some["north"] * scale, widths, 22, some["killed"])
        labels |= words[clear].head(most).to_dict()
    return labels


TOWNS = (
    *("Srinagar", "Jammu", "Baramulla", "Pahalgam", "Pampore", "Islamabad", "Lahore", "Peshawar"),
    *("New Delhi", "Delhi", "Hyderabad", "Guwahati"),
)


def _point_name(names: list[str]) -> str:
    """What to call a point that several places share: their town, or the shortest of their names."""
    towns = [town for town in TOWNS if any(town in name for name in names)]
    return towns[0] if towns else min((short_name(name) for name in names), key=len)


def _largest(phone: bool) -> int:
    """Area in square pixels of the mark for ``MOST_AT_A_POINT`` people killed."""
    return 900 if phone else 1700


# The smallest mark, for attacks without a count.
SMALLEST = 14


def _key(frame: maps.Frame) -> list[alt.Chart]:
    """What the marks of the large map mean, in its upper left corner."""
    narrow = frame.width < charts.BREAKPOINT
    size, step, left = (8.5, 17, 14) if narrow else (10.5, 30, 26)
    layers = []
    for number, (killed, words) in enumerate(((250, "250 killed"), (50, "50"), (10, "10"), (50, "district"))):
        area = SMALLEST + (_largest(narrow) - SMALLEST) * killed / MOST_AT_A_POINT
        style = {"x": left, "y": 24 + step * number, "color": ATTACK_COLOUR, "size": area, "opacity": 1}
        mark = maps._single().mark_point(shape="square" if words == "district" else "circle", strokeWidth=1.3, **style)
        layers += [
            mark,
            maps._single().mark_text(
                x=left + (15 if narrow else 24), y=24 + step * number, text=words, align="left", fontSize=size
            ),
        ]
    return layers


def _circles(rows: alt.Chart, frame: maps.Frame, phone: bool) -> list[alt.Chart]:
    """For every point a filled mark for the fewest and a ring for the most people killed there, as layers."""
    narrow = frame.width < charts.BREAKPOINT
    largest = _largest(phone)
    label = "label_narrow" if phone else "label_wide"
    where = maps.place(frame)
    points = rows.transform_aggregate(
        attacks="count()",
        low="sum(killed_min)",
        high="sum(killed_max)",
        places="min(place)",
        first="min(year)",
        last="max(year)",
        groupby=["point", "east", "north", "precision", "exact", "total", label],
    )
    size = alt.Scale(type="linear", domain=[0, MOST_AT_A_POINT], range=[SMALLEST, largest])
    shape = alt.condition("datum.exact", alt.value("circle"), alt.value("square"))
    tooltip = [
        alt.Tooltip("places:N", title="Place, among others"),
        alt.Tooltip("precision:N", title="Known to the"),
        alt.Tooltip("attacks:Q", title="Attacks"),
        alt.Tooltip("low:Q", title="Killed, at least"),
        alt.Tooltip("high:Q", title="Killed, at most"),
        alt.Tooltip("first:Q", title="From"),
        alt.Tooltip("last:Q", title="To"),
    ]
    fill = points.mark_point(filled=True, opacity=0.45, color=ATTACK_COLOUR).encode(
        **where, size=alt.Size("low:Q", legend=None, scale=size), shape=shape
    )
    ring = points.mark_point(filled=False, strokeWidth=1.3, opacity=1, color=ATTACK_COLOUR).encode(
        **where, size=alt.Size("high:Q", legend=None, scale=size), shape=shape, tooltip=tooltip
    )
    radius = f"(sqrt({largest} * datum.total / {MOST_AT_A_POINT} / 3.1416) + 5) / {frame.scale:.4f}"
    named = points.transform_filter(f"datum.{label} != ''").transform_calculate(above=f"datum.north + {radius}")
    name = named.mark_text(baseline="bottom", fontSize=9 if narrow else 11, fontWeight="bold").encode(
        x=where["x"],
        y=alt.Y("above:Q", axis=None).scale(domain=[frame.south, frame.north], nice=False, zero=False),
        text=f"{label}:N",
    )
    return [fill, ring, name]


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
    ]


def draw_map(width: int) -> alt.VConcatChart:
    """Attacks by place on two maps, and attacks per year to choose years with. Draws :func:`map_rows`."""
    narrow = width < charts.BREAKPOINT
    choice = charts.select("shown", "Attacks", CHOICES, "all")
    years = alt.selection_interval(name="years", encodings=["x"])
    rows = alt.Chart(alt.NamedData("rows")).transform_filter("indexof(datum.sets, ';' + shown + ';') >= 0")
    west, south, east, north = KASHMIR
    frame = maps.Frame(width - 34 if narrow else width - 8, west, south, east, north)
    near = rows.transform_filter("datum.here").transform_filter(years)
    large = maps.draw([*_ground(frame), *_circles(near, frame, narrow), *_key(frame)], frame)
    west, south, east, north = SOUTH_ASIA
    far_frame = maps.Frame(frame.width if narrow else 300, west, south, east, north)
    far = rows.transform_filter("!datum.here").transform_filter(years)
    small = maps.draw([*_far_ground(far_frame), *_circles(far, far_frame, narrow)], far_frame).properties(
        title="Outside Jammu and Kashmir"
    )
    bars = (
        rows.mark_bar()
        .encode(
            x=alt.X("year:O", title=None).axis(values=[2000, 2005, 2010, 2015, 2020, 2025], labelAngle=0),
            y=alt.Y("count():Q", title=None).axis(tickCount=3),
            color=alt.condition(years, alt.value(ATTACK_COLOUR), alt.value("#8d8d8d")),
            tooltip=[alt.Tooltip("year:O", title="Year"), alt.Tooltip("count():Q", title="Attacks")],
        )
        .properties(
            width=frame.width if narrow else 262, height=90 if narrow else 150, title="Attacks per year, on both maps"
        )
        .add_params(years)
    )
    below = [bars, small] if narrow else [alt.hconcat(small, bars, spacing=20)]
    return alt.vconcat(large, *below, spacing=14).add_params(choice)


def map_takeaway(rows: pd.DataFrame) -> str:
    """How many attacks the maps show, and the points with most people killed."""
    here = rows[rows["here"]]
    points = here[here["exact"]].groupby("point").agg(
        low=("killed_min", "sum"), high=("killed_max", "sum"), attacks=("id", "size"), label=("label_wide", "first")
    )  # fmt: skip
    top = points[points["label"] != ""].sort_values("high", ascending=False).head(3)
    listed = "; ".join(
        f"{row.label}, {measures.range_text(row.low, row.high)} in {row.attacks} attack{'s' if row.attacks > 1 else ''}"
        for row in top.itertuples()
    )
    loose = int((~here["exact"]).sum())
    return (
        f"{len(rows)} attacks, {len(here)} of them in Indian-administered Jammu and Kashmir. Most people were killed "
        f"at {listed}. {loose} attacks are known to their district only and drawn as squares at one point of it."
    )


# How far from the line

# Where the shares are read off, in kilometres.
LEVELS = [0, 5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 150]
WHOSE = {
    "all": "all attacks",
    "let": "laid by a state to LeT or a front",
    "jem": "laid by a state to JeM or a front",
    "hm": "laid by a state to HM",
    "claimed": "claimed by any group",
}


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


def chosen(attacks: pd.DataFrame, attributions: pd.DataFrame, groups: pd.DataFrame) -> dict[str, pd.Series]:
    """For each choice of :data:`WHOSE` which attacks it takes in."""
    folded = claims.fold(attributions, groups)
    by_state, claimed = measures.said(folded, "state"), measures.said(folded, "claimed")
    sets = {"all": pd.Series(True, index=attacks.index), "claimed": attacks["id"].isin(claimed["event_id"])}
    for key in claims.FAMILIES:
        sets[key] = attacks["id"].isin(by_state.loc[by_state["group_id"] == key, "event_id"])
    return {key: sets[key] for key in WHOSE}


def distance_rows(near: pd.DataFrame, attributions: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """The share of attacks within each distance of the line, at least and at most, by period and by group.

    Args:
        near: as :func:`in_kashmir` gives it.
        attributions: the table ``attributions``.
        groups: the table ``groups``.

    Returns:
        Columns ``whose`` (a key of :data:`WHOSE`), ``period``, ``level`` (kilometres), ``least``, ``middle``, ``most``
        (numbers), ``low``, ``share``, ``high`` (0 to 1), ``n``, and ``range`` (in words).
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
        group=found["whose"].map(WHOSE),
        range=[f"{row.least} to {row.most} of {row.n}" for row in found.itertuples()],
        size=[f"n = {n}" for n in found["n"]],
    )


LINE_COLOUR = "#0f75b8"


def draw_distances(width: int) -> alt.FacetChart:
    """Share of attacks against distance, a band of what the places allow, in panels. Draws :func:`distance_rows`."""
    narrow = width < charts.BREAKPOINT
    inner = width - 62
    choice = charts.select("whose", "Attacks", WHOSE, "all")
    x = alt.X("level:Q", title="kilometres from the line, at most").scale(domain=[0, LEVELS[-1]], nice=False)
    x = x.axis(tickCount=4 if narrow else 8, grid=False)
    y = alt.Y("low:Q", title=None).scale(domain=[0, 1]).axis(format="%", values=[0, 0.5, 1])
    base = alt.Chart()
    band = base.mark_area(color=LINE_COLOUR, opacity=0.3).encode(x=x, y=y, y2="high:Q")
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
    count = count.encode(x=alt.value(inner), y=alt.value(70 if narrow else 78), text="size:N")
    half = base.transform_aggregate(n="count()").mark_rule(strokeDash=[2, 3], color=charts.MUTED).encode(
        y=alt.datum(0.5)
    )  # fmt: skip
    return (
        alt.layer(band, half, middle, count)
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
    """Median distance of each period with its bounds."""
    parts = [
        f"{period}: {median_text(near[near['period'] == period])}, n = {(near['period'] == period).sum()}"
        for period in violence.PERIODS
    ]
    return (
        f"The median distance from the line (in brackets what the places allow): "
        f"{'; '.join(parts)}. The median falls near Srinagar each time. {near_text(near)}"
    )


# A short way over the line, in kilometres, for sentences.
SHORT = 30


def near_text(near: pd.DataFrame) -> str:
    """The share of each period's attacks within ``SHORT`` kilometres of the line, with what the places allow."""
    parts = []
    for period in violence.PERIODS:
        row = places.nearer(near[near["period"] == period], [SHORT]).iloc[0]
        shares = [f"{row[column] / row['n']:.0%}" for column in ("middle", "least", "most")]
        parts.append(f"{period} {shares[0]} ({shares[1]} to {shares[2]})")
    return f"Within {SHORT} km of it lay: {', '.join(parts)}."


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
        Columns ``position``, ``place``, ``role``, ``along_km``, ``km``, ``low_km``, ``high_km``, ``times``.
    """
    rows = places.along(points[points["route"] == "pulwama-convoy"].sort_values("position"), table)
    roles = data.labels("route_points", "role")
    bounds = spans.loc[rows["place_id"], ["km", "low_km", "high_km"]].reset_index(drop=True).astype(float).round(1)
    times = [_times(row) for row in rows.itertuples()]
    short = [name.removeprefix("Channi Rama transit camp, ").split(" (")[0].split(",")[0] for name in rows["place"]]
    short[-1] = "Srinagar"
    return pd.DataFrame(
        {
            "position": rows["position"].astype(int),
            "place": rows["place"],
            "short": short,
            "role": rows["role"].map(roles).astype(str),
            "along_km": rows["along_km"].round(1),
            "times": times,
            "label": [f"{name}{f', {time}' if time else ''}" for name, time in zip(short, times, strict=True)],
        }
    ).join(bounds)


def _times(row) -> str:
    """The reported times of a way-point: "11:00–14:15", or nothing."""
    if pd.isna(row.time_from):
        return ""
    return row.time_from if row.time_from == row.time_to else f"{row.time_from}–{row.time_to}"


def draw_route(width: int) -> alt.LayerChart:
    """Distance from the line along the road. Draws :func:`route_rows`."""
    narrow = width < charts.BREAKPOINT
    rows = alt.Chart(alt.NamedData("rows"), width=width - 62, height=230 if narrow else 260)
    x = alt.X("along_km:Q", title="kilometres from Jammu, straight from town to town").scale(
        domain=[-4, 236], nice=False
    )
    x = x.axis(values=[0, 50, 100, 150, 200], grid=False)
    y = alt.Y("low_km:Q", title=None if narrow else "kilometres from the line").scale(domain=[0, 115])
    y = y.axis(tickCount=5)
    band = rows.mark_area(color=LINE_COLOUR, opacity=0.25).encode(x=x, y=y, y2="high_km:Q")
    road = rows.mark_line(color=LINE_COLOUR, strokeWidth=2).encode(x=x, y="km:Q")
    tooltip = [
        alt.Tooltip("place:N", title="Place"),
        alt.Tooltip("role:N", title="Role"),
        alt.Tooltip("times:N", title="Reported times"),
        alt.Tooltip("km:Q", title="Kilometres from the line", format=".0f"),
    ]
    attack = data.labels("route_points", "role")["attack"]
    marks = rows.mark_point(filled=True, opacity=1, size=70).encode(
        x=x,
        y="km:Q",
        color=alt.condition(f"datum.role == '{attack}'", alt.value("#d1412b"), alt.value(LINE_COLOUR)),
        shape=alt.condition(f"datum.role == '{attack}'", alt.value("diamond"), alt.value("circle")),
        tooltip=tooltip,
    )
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
    return alt.layer(band, road, marks, *names)


def route_takeaway(rows: pd.DataFrame) -> str:
    """Where the road comes nearest to the line, where the attack was, and how far the buses still had to go."""
    attack = rows[rows["role"] == data.labels("route_points", "role")["attack"]].iloc[0]
    far = rows.loc[rows["km"].idxmax()]
    left = rows["along_km"].max() - attack["along_km"]
    return (
        f"The road leads away from the line, to {far['km']:.0f} km at {far['short']}, and back towards it. At "
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


BOTH, ONE, NEITHER = "both states say hit", "one state says hit", "no state says hit"
SAID_COLOURS = {BOTH: "#d1412b", ONE: "#0f75b8", NEITHER: "#8d8d8d"}
SAID_SHAPES = {BOTH: "circle", ONE: "square", NEITHER: "triangle-up"}
# What each state did in answer to an attack: the days of its first strikes, and of the last day of 2025.
REPRISALS = {
    "india": ["2016-09-29", "2019-02-26", "2025-05-07", "2025-05-10"],
    "pakistan": ["2019-02-27", "2025-05-10"],
}


def short_name(name: str) -> str:
    """A place's name without what follows a comma or stands in brackets, and without what sort of stretch it is."""
    return name.split(",")[0].split(" (")[0].removesuffix(" sector").removesuffix(" crossing").removesuffix(" valley")


def said_of(strikes: pd.DataFrame) -> pd.Series:
    """How many of the two states say that a place was hit: one of ``BOTH``, ``ONE``, ``NEITHER``."""
    hits = (strikes["striker_says"] == "hit").astype(int) + (strikes["struck_says"] == "hit").astype(int)
    return hits.map({2: BOTH, 1: ONE, 0: NEITHER})


def strike_rows(strikes: pd.DataFrame, table: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """Every place struck that has coordinates, with its depth beyond the line and who says that it was hit.

    Returns:
        Columns ``line`` (state and day), ``order``, ``day`` (text), ``date``, ``place``, ``named_by``, ``means``,
        ``striker_says``, ``struck_says``, ``said``, ``km``, ``low_km``, ``high_km``, and for the deepest
        place of a day ``label`` and its bounds ``reach_low``, ``reach_high``.
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
    "means": "Means",
    "striker_says": "The striker",
    "struck_says": "The state struck",
    "km": "Depth (km)",
    "low_km": "At least",
    "high_km": "At most",
}


def depths(strikes: pd.DataFrame, spans: pd.DataFrame, by: str) -> dict[str, places.Depth]:
    """The deepest place that a state says was hit, for each of a state's :data:`REPRISALS`, in order."""
    found = {}
    for day in REPRISALS[by]:
        some = strikes[(strikes["by"] == by) & (strikes["date"] == pd.Timestamp(day)) & (said_of(strikes) != NEITHER)]
        reached = places.deepest(some, spans)
        if reached is not None:
            found[day] = reached
    return found


def depth_steps(reached: dict[str, places.Depth]) -> list[str]:
    """Whether each reprisal reached deeper than the one before: answers of ``measures.places.deeper``."""
    found = list(reached.values())
    return [places.deeper(first, second) for first, second in pairwise(found)]


def draw_strikes(width: int) -> alt.LayerChart:
    """Depth of every place, a row per day, with the bounds of the deepest one. Draws :func:`strike_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter = 128 if narrow else 146
    inner = width - gutter - 12
    x = alt.X("km:Q", title="kilometres beyond the line or the border").scale(type="sqrt", domain=[0, 260], nice=False)
    x = x.axis(values=[1, 10, 50, 100, 200], grid=True)
    y = alt.Y("line:N", title=None, sort=alt.EncodingSortField("order", op="min")).axis(
        domain=False, ticks=False, labelLimit=gutter - 4, labelFontSize=10 if narrow else 11
    )
    base = alt.Chart(alt.NamedData("rows"), width=inner, height=alt.Step(26 if narrow else 28))
    deepest = base.transform_filter("datum.label != ''")
    bounds = deepest.mark_rule(strokeWidth=7, opacity=0.3, color=charts.MUTED).encode(
        x=alt.X("reach_low:Q").scale(type="sqrt"), x2="reach_high:Q", y=y
    )
    tooltip = [
        alt.Tooltip("place:N", title="Place"),
        alt.Tooltip("day:N", title="Day"),
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
        .legend(title=None, orient="top", columns=1 if narrow else 3, labelLimit=260)
    )
    shape = alt.Shape("said:N", sort=domain).scale(domain=domain, range=list(SAID_SHAPES.values()))
    dots = [
        base.transform_filter(f"datum.exact == {exact}")
        .mark_point(size=46, **style)
        .encode(x=x, y=y, color=colour, shape=shape, tooltip=tooltip)
        for exact, style in (
            ("true", {"filled": True, "opacity": 0.8}),
            ("false", {"filled": False, "strokeWidth": 1.4}),
        )
    ]
    names = deepest.mark_text(align="left", baseline="bottom", dx=-4, dy=-6, fontSize=10).encode(
        x=x, y=y, text="label:N"
    )
    return alt.layer(bounds, *dots, names)


def depth_text(reached: places.Depth, table: pd.DataFrame) -> str:
    """A depth in words: Balakot, 41 km (that day's deepest 35 to 47); the bounds are those of all places of the day."""
    name = short_name(table.set_index("id").loc[reached.place_id, "name"])
    return f"{name}, {reached.km:.0f} km (that day's deepest {reached.low:.0f} to {reached.high:.0f})"


def strike_takeaway(strikes: pd.DataFrame, table: pd.DataFrame, spans: pd.DataFrame) -> str:
    """The deepest place of each Indian and Pakistani reprisal, and whether each reached deeper than the last."""
    parts = []
    for by, name in (("india", "India"), ("pakistan", "Pakistan")):
        reached = depths(strikes, spans, by)
        listed = "; ".join(
            f"{measures.day_text(pd.Timestamp(day))}: {depth_text(one, table)}" for day, one in reached.items()
        )
        parts.append(f"{name}: {listed}")
    return f"The deepest places that a state says were hit. {'. '.join(parts)}."


def depth_answer(
    strikes: pd.DataFrame, reports: pd.DataFrame, table: pd.DataFrame, spans: pd.DataFrame
) -> dict[str, list[dict]]:
    """For each state the steps from one reprisal to the next: did it reach deeper, as measured and as reported?

    Returns:
        For "india" and "pakistan" a list of steps: ``first``, ``second`` (days), ``measured`` and ``reported``
        (answers of ``measures.places.deeper``; "not reported" where a day has no report).
    """
    found = {}
    for by, days in REPRISALS.items():
        measured = depths(strikes, spans, by)
        hits = strikes[said_of(strikes) != NEITHER]
        told = {
            day: places.deepest(some, places.reported(some, reports))
            for day in days
            for some in [hits[(hits["by"] == by) & (hits["date"] == pd.Timestamp(day))]]
        }
        found[by] = [
            {
                "first": first,
                "second": second,
                "measured": places.deeper(measured[first], measured[second]),
                "reported": places.deeper(told[first], told[second])
                if told[first] and told[second]
                else "not reported",
            }
            for first, second in pairwise(days)
        ]
    return found


def answer_text(strikes: pd.DataFrame, reports: pd.DataFrame, table: pd.DataFrame, spans: pd.DataFrame) -> str:
    """The answers of :func:`depth_answer` as a list in Markdown."""
    lines = []
    for by, steps in depth_answer(strikes, reports, table, spans).items():
        reached = depths(strikes, spans, by)
        for step in steps:
            first, second = (depth_text(reached[step[key]], table) for key in ("first", "second"))
            days = [measures.day_text(pd.Timestamp(step[key])) for key in ("first", "second")]
            told = step["reported"]
            told = "no reports to compare" if told == "not reported" else f"{told} as reported"
            lines.append(
                f"- **{data.labels('strikes', 'by')[by]}, {days[0]} to {days[1]}:** {step['measured']} as measured, "
                f"{told}. {first}; then {second}."
            )
    return "\n".join(lines)


# Reported against measured

MEASURED = "measured"
REPORTED = {
    "striker": "reported by the striker",
    "struck": "reported by the state struck",
    "press": "reported by the press",
}
SOURCE_COLOURS = {
    MEASURED: "#6b7280",
    REPORTED["striker"]: "#0f75b8",
    REPORTED["struck"]: "#d1412b",
    REPORTED["press"]: "#b7791f",
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
        Columns ``line`` (place and day), ``order``, ``source``, ``by`` (who said so), ``low_km``, ``km``, ``high_km``.
    """
    names = table.set_index("id")["name"].astype(str)
    rows = []
    known = strikes[strikes["id"].isin(reports["strike_id"])].sort_values(["date", "place_id", "id"])
    for order, strike in enumerate(known.itertuples()):
        name = short_name(names[strike.place_id])
        site = "" if pd.isna(strike.site) else strike.site.split(" camp")[0].split(",")[0].split(" (")[0]
        name = site if name == "Muzaffarabad" and site else name
        line = {
            "line": f"{name}, {strike.date.year}",
            "order": order,
            "striker": "India" if strike.by == "india" else "Pakistan",
        }
        if strike.place_id in spans.index:
            span = spans.loc[strike.place_id]
            bounds = {column: round(float(span[column]), 2) for column in ("low_km", "km", "high_km")}
            rows.append(line | {"source": MEASURED, "by": "this book"} | bounds)
        for report in reports[reports["strike_id"] == strike.id].itertuples():
            low, high = float(report.depth_km_min), float(report.depth_km_max)
            bounds = {"low_km": low, "km": round((low + high) / 2, 2), "high_km": high}
            rows.append(line | {"source": REPORTED[str(report.reporter_kind)], "by": report.reported_by} | bounds)
    return pd.DataFrame(rows)


def draw_dumbbells(width: int) -> alt.LayerChart:
    """Measured depth with its bounds, and each report, a row per place. Draws :func:`dumbbell_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter = 132 if narrow else 190
    rows = alt.Chart(alt.NamedData("rows"), width=width - gutter - 12, height=alt.Step(26 if narrow else 24))
    y = alt.Y("line:N", title=None, sort=alt.EncodingSortField("order", op="min")).axis(
        domain=False, ticks=False, labelLimit=gutter - 6, labelFontSize=10 if narrow else 11
    )
    x = alt.X("low_km:Q", title="kilometres beyond the line or the border").scale(
        type="sqrt", domain=[0, 190], nice=False
    )
    x = x.axis(values=[1, 10, 50, 100, 150])
    domain = list(SOURCE_COLOURS)
    colour = (
        alt.Color("source:N", sort=domain)
        .scale(domain=domain, range=list(SOURCE_COLOURS.values()))
        .legend(title=None, orient="top", columns=1 if narrow else 2, labelLimit=260, symbolOpacity=1)
    )
    bounds = rows.transform_filter(f"datum.source == '{MEASURED}'").mark_rule(strokeWidth=8, opacity=0.35)
    bounds = bounds.encode(x=x, x2="high_km:Q", y=y, color=colour)
    ranges = rows.transform_filter(f"datum.source != '{MEASURED}' && datum.low_km < datum.high_km")
    ranges = ranges.mark_rule(strokeWidth=2).encode(x=x, x2="high_km:Q", y=y, color=colour)
    dots = rows.mark_point(filled=True, size=58, opacity=1).encode(
        x=alt.X("km:Q").scale(type="sqrt"),
        y=y,
        color=colour,
        shape=alt.Shape("source:N", sort=domain).scale(domain=domain, range=list(SOURCE_SHAPES.values())),
        tooltip=[
            alt.Tooltip("line:N", title="Place"),
            alt.Tooltip("source:N", title="Depth"),
            alt.Tooltip("by:N", title="By"),
            alt.Tooltip("low_km:Q", title="At least (km)"),
            alt.Tooltip("high_km:Q", title="At most (km)"),
        ],
    )
    return alt.layer(bounds, ranges, dots)


def agreement(rows: pd.DataFrame) -> tuple[int, int]:
    """How many reports reach into the bounds of the measured depth, and how many could be compared."""
    measured = rows[rows["source"] == MEASURED].set_index("order")[["low_km", "high_km"]]
    reports = rows[rows["source"] != MEASURED].merge(
        measured.add_suffix("_measured"), left_on="order", right_index=True
    )
    meets = (reports["low_km"] <= reports["high_km_measured"]) & (reports["high_km"] >= reports["low_km_measured"])
    return int(meets.sum()), len(reports)


def dumbbell_takeaway(rows: pd.DataFrame) -> str:
    """How many reports agree with what was measured, and the one that lies farthest from it."""
    meets, compared = agreement(rows)
    measured = rows[rows["source"] == MEASURED].set_index("order")
    reports = rows[rows["source"] != MEASURED].merge(
        measured[["km"]].add_suffix("_measured"), left_on="order", right_index=True
    )
    far = reports.loc[(reports["km"] - reports["km_measured"]).abs().idxmax()]
    return (
        f"{meets} of {compared} reported depths lie within the bounds of what was measured. Farthest from it: "
        f"{far['line']}, {far['km']:.0f} km {far['source']}, {far['km_measured']:.0f} km measured."
    )


# In brief


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
    steps = depth_answer(strikes, reports, table, spans)
    india, pakistan = (depths(strikes, spans, by) for by in ("india", "pakistan"))
    deeper = sum(step["measured"] == "deeper" for step in steps["india"])
    meets, compared = agreement(dumbbell_rows(strikes, reports, table, spans))
    path = ", then ".join(f"{depth_text(one, table)} in {day[:4]}" for day, one in india.items())
    back = ", then ".join(f"{depth_text(one, table)} in {day[:4]}" for day, one in pakistan.items())
    return f"""
- **The middle one of {len(near)} attacks in Indian-administered Jammu and Kashmir lay {near["km"].median():.0f} km from
  the line** ({near["low_km"].median():.0f} to {near["high_km"].median():.0f} by what the places allow).
  {(near["km"] < near["km"].median()).sum()} lay nearer and {(near["km"] > near["km"].median()).sum()} farther.
  {srinagar_text(near, table)}
- **Whether attacks moved nearer or farther cannot be told.** {near_text(near)}
- **The Pulwama convoy was attacked {attack["km"]:.0f} km from the line** ({attack["low_km"]:.0f} to
  {attack["high_km"]:.0f}), after a road that had led as far as {road["km"].max():.0f} km from it.
- **India's strikes reached deeper in {deeper} of {len(steps["india"])} steps; the first step is unclear.** The deepest
  places that a state says were hit: {path}.
- **Pakistan's did too, from 2019 to 2025:** {back}.
- **The two states name different places for one night.** {naming_text(strikes, "2025-05-07")}
- **Reports are hard to check:** {meets} of {compared} reported depths lie within the bounds of what was measured.
- **Known places:** of {len(attacks)} attacks {precision_text(attacks, table)}.
"""
