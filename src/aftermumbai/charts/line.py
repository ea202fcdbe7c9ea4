"""Where the line is, how long it is and who draws it how: what notebook 04 draws.

Imports what stands before ``charts``; notebooks and other drawings import it.
"""

import altair as alt
import pandas as pd
import shapely

from aftermumbai import charts, data, maps, measures
from aftermumbai.charts import palette
from aftermumbai.measures import geometry

RED, BLUE, GREY = maps.RED, palette.BLUE, maps.GREY


# Four maps of one region


def draw_perspectives(width: int) -> alt.VConcatChart:
    """One map with a menu of perspectives, and its legend. Draws :func:`aftermumbai.maps.legend_rows`."""
    # A name may stand a little over the edge.
    width -= 20
    frame = maps.Frame(width)
    chart = alt.vconcat(
        maps.draw(maps.base(frame, None), frame),
        maps.legend("true", width, None),
        spacing=8,
    )
    return chart.add_params(charts.select("view", "Show the region", maps.VIEWS, "ground"))


def draw_four(width: int) -> alt.VConcatChart:
    """The four perspectives as small maps side by side. Draws :func:`aftermumbai.maps.legend_rows`."""
    narrow = width < charts.BREAKPOINT
    gap = 10
    frame = maps.Frame(width - 20 if narrow else (width - 20 - gap) // 2, slack=1.6)
    cells = [
        alt.layer(
            *maps.areas(frame, view),
            *maps.boundaries(frame, view),
            *maps.names(frame, view, towns=False, small=True),
        ).properties(
            width=frame.width, height=frame.height, title=alt.Title(shown[0].upper() + shown[1:], frame="group")
        )
        for view, shown in maps.VIEWS.items()
    ]
    rows = [[cell] for cell in cells] if narrow else [cells[:2], cells[2:]]
    return alt.vconcat(*(alt.hconcat(*row, spacing=gap) for row in rows), spacing=gap)


def four_takeaway(areas: pd.DataFrame) -> str:
    """Which share of the former state each administers, and what each claims of it, in few words."""
    total, first, *others = held_parts(areas)
    country, share = first.rsplit(" ", 1)
    return (
        f"By these lines {country} administers {share} of {total}, {', '.join(others)}. India claims all, China at "
        "least what it holds; Pakistan's map of 2020 colours all but that and marks India's “Disputed "
        "Territory”."
    )


def held_parts(areas: pd.DataFrame) -> list[str]:
    """The area of the former state, then the share of it that each country administers: "India 48%"."""
    total = areas["area_km2"].sum()
    held = (areas.groupby("administered_by")["area_km2"].sum() / total).sort_values(ascending=False)
    return [f"{total:,.0f} km²", *(f"{country} {share:.0%}" for country, share in held.items())]


def four_alt(areas: pd.DataFrame) -> str:
    """:func:`four_takeaway` with the claims at length."""
    total, *parts = held_parts(areas)
    return (
        f"Three states administer parts of one former state of {total} by these lines: {', '.join(parts)}. India "
        "claims all of it. Pakistan's map of 2020 gives its colour to all but what China holds and prints “Disputed "
        "Territory” across the part that India administers. China claims at least what it holds."
    )


def area_rows(territories: pd.DataFrame) -> pd.DataFrame:
    """The measured area of each territory.

    Args:
        territories: ``data.shapes("territories")``.

    Returns:
        Its rows without geometry, with ``area_km2``.
    """
    return territories.drop(columns="geometry").assign(area_km2=territories["geometry"].map(geometry.area_km2))


def name_rows(territories: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """What each side calls each territory.

    Args:
        territories: the table ``territories``.
        areas: as :func:`area_rows` gives them.

    Returns:
        One row per territory of the table: ``name``, ``administered_by``, ``india``, ``pakistan``, ``china``,
        ``measured`` (km², "–" where the map does not draw it as one).
    """
    shown = territories.groupby("name", sort=False).agg(
        administered_by=("administered_by", "first"),
        india=("names_india", "first"),
        pakistan=("names_pakistan", "first"),
        china=("names_china", "first"),
    )
    measured = reported_areas(territories, areas).drop_duplicates("name").set_index("name")["measured"]
    frame = shown.reset_index()
    frame["measured"] = [f"{measured[name]:,.0f}" if name in measured.index else "–" for name in frame["name"]]
    return frame.fillna({"india": "–", "pakistan": "–", "china": "–"})


NAME_COLUMNS = {
    "name": "Territory",
    "administered_by": "Administered by",
    "india": "India says",
    "pakistan": "Pakistan says",
    "china": "China says",
    "measured": "Measured, km²",
}


# Lengths and areas, reported and measured

SEGMENTS = {
    "loc": "Line of Control",
    "ib-jammu-working-boundary": "Working Boundary",
    "agpl": "Ground Position Line",
    "international-boundary": "International boundary",
    "china-pakistan": "China–Pakistan boundary",
    "lac-western": "Actual Control, west",
}


def length_rows(segments: pd.DataFrame, coarse: pd.DataFrame, reported: pd.DataFrame) -> pd.DataFrame:
    """Every reported length as a share of the measured one.

    Args:
        segments: ``data.shapes("segments")``.
        coarse: ``data.shapes("segments-coarse")``.
        reported: the table ``segment_lengths``.

    Returns:
        One row per report on a segment of ``SEGMENTS``: ``name``, ``reported``, ``reported_by``, ``measured``,
        ``coarse`` (km; missing where only one scale has the segment), ``share`` and ``coarse_share`` (to measured).
    """
    measured, rough = geometry.lengths(segments), geometry.lengths(coarse)["length_km"]
    rows = geometry.reported(measured, reported)
    rows = rows[rows["segment_id"].isin(list(SEGMENTS))]
    frame = pd.DataFrame(
        {
            "name": rows["segment_id"].map(SEGMENTS),
            "reported": rows["length_km"].astype(float),
            "reported_by": rows["reported_by"],
            "note": rows["note"],
            "measured": rows["measured_km"].round(0),
            "share": rows["share"].round(3),
            "coarse_share": (rows["segment_id"].map(rough) / rows["measured_km"]).round(3),
        }
    )
    order = {name: place for place, name in enumerate(SEGMENTS.values())}
    return frame.sort_values(["name", "reported"], key=lambda c: c.map(order) if c.name == "name" else c)


AREAS = {
    "Azad Jammu and Kashmir": ("azad-kashmir",),
    "Gilgit-Baltistan": ("gilgit-baltistan",),
    "Pakistan-administered Kashmir (both parts)": ("azad-kashmir", "gilgit-baltistan"),
    "Indian-administered Jammu and Kashmir and Ladakh": ("jammu-and-kashmir", "ladakh", "siachen"),
    "Aksai Chin": ("aksai-chin",),
    "Shaksgam (Trans-Karakoram) tract": ("shaksgam",),
    "Former princely state of Jammu and Kashmir": (
        "azad-kashmir",
        "gilgit-baltistan",
        "jammu-and-kashmir",
        "ladakh",
        "siachen",
        "aksai-chin",
        "shaksgam",
    ),
}
SHORT_AREAS = {
    "Pakistan-administered Kashmir (both parts)": "Pakistan-administered",
    "Indian-administered Jammu and Kashmir and Ladakh": "Indian-administered",
    "Shaksgam (Trans-Karakoram) tract": "Shaksgam tract",
    "Former princely state of Jammu and Kashmir": "Whole former state",
}


def reported_areas(territories: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Every reported area beside the measured one.

    Returns:
        ``name``, ``short``, ``reported``, ``reported_by``, ``note``, ``measured`` (whole km²) and ``share``.
    """
    sizes = areas.set_index("id")["area_km2"]
    measured = {name: sizes[list(keys)].sum() for name, keys in AREAS.items()}
    rows = territories.dropna(subset=["area_km2"])
    reported = rows["area_km2"].astype(float)
    truth = rows["name"].map(measured)
    return pd.DataFrame(
        {
            "name": rows["name"],
            "short": rows["name"].map(lambda name: SHORT_AREAS.get(name, name)),
            "reported": reported,
            "reported_by": rows["reported_by"],
            "note": rows["note"],
            "measured": truth.round(0),
            "share": (reported / truth).round(3),
        }
    )


# What the dots, the line and the ticks of the two comparisons are.
AXIS = ["reported (dots), as a share of what was measured", "(line; tick: measured on the coarser map)"]


def _against(width: int, *, order: list[str], column: str, unit: str, top: float, coarse: bool) -> alt.LayerChart:
    """Reports as dots on a scale where what was measured is 100 %."""
    narrow = width < charts.BREAKPOINT
    gutter = 126 if narrow else 160
    side = 100 if narrow else 118
    inner = width - gutter - side
    base = alt.Chart(alt.NamedData("rows"))
    y = alt.Y(f"{column}:N", title=None, sort=order).axis(
        domain=False, ticks=False, labelLimit=gutter - 6, labelFontSize=9 if narrow else 11
    )
    axis = alt.Axis(
        format="%",
        values=[1, 2] if narrow and top > 2 else [0.5, 1, 1.5, 2, 2.5],
        title=AXIS if coarse else AXIS[0],
        titleFontSize=9 if narrow else 11,
    )
    scale = alt.Scale(domain=[0.5, top], nice=False, zero=False)
    x = alt.X("share:Q", scale=scale, axis=axis)
    rule = (
        base.transform_aggregate(n="count()")
        .mark_rule(color=BLUE, strokeWidth=1.5)
        .encode(x=alt.XDatum(1.0, scale=scale))
    )
    dots = base.mark_point(filled=True, size=55, opacity=0.75, color=RED).encode(
        x=x,
        y=y,
        tooltip=[
            alt.Tooltip("reported_by:N", title="Reported by"),
            alt.Tooltip("reported:Q", title=f"Reported, {unit}", format=",.0f"),
            alt.Tooltip("measured:Q", title=f"Measured, {unit}", format=",.0f"),
            alt.Tooltip("note:N", title="Note"),
        ],
    )
    one = base.transform_aggregate(measured="max(measured)", n="count()", groupby=[column]).transform_calculate(
        words=f"format(datum.measured, ',.0f') + ' {unit}, n = ' + datum.n"
    )
    words = one.mark_text(align="left", dx=8, fontSize=9 if narrow else 11).encode(
        x=alt.XValue(inner), y=y, text="words:N"
    )
    layers = [rule, dots, words]
    if coarse:
        ticks = (
            base.transform_aggregate(coarse_share="max(coarse_share)", groupby=[column])
            .transform_filter("isValid(datum.coarse_share) && datum.coarse_share > 0")
            .mark_tick(thickness=3, size=16, color=BLUE, opacity=1)
            .encode(x=alt.X("coarse_share:Q", scale=scale, axis=axis), y=y)
        )
        layers.insert(1, ticks)
    return alt.layer(*layers).properties(width=inner, height=alt.Step(30))


def draw_lengths(width: int) -> alt.LayerChart:
    """Reported lengths against the measured one, a row per segment. Draws :func:`length_rows`."""
    return _against(width, order=list(SEGMENTS.values()), column="name", unit="km", top=2.75, coarse=True)


def draw_areas(width: int) -> alt.LayerChart:
    """Reported areas against the measured one, a row per territory. Draws :func:`reported_areas`."""
    order = [SHORT_AREAS.get(name, name) for name in AREAS]
    return _against(width, order=order, column="short", unit="km²", top=1.6, coarse=False)


def length_takeaway(rows: pd.DataFrame) -> str:
    """How the reports on the Line of Control lie beside the measured length."""
    loc = rows[rows["name"] == SEGMENTS["loc"]]
    usual = loc["reported"].mode().iloc[0]
    return (
        f"On OpenStreetMap's line the Line of Control measures {loc['measured'].iloc[0]:,.0f} km. The "
        f"{len(loc)} reports of its length run from {loc['reported'].min():,.0f} to {loc['reported'].max():,.0f} km; "
        f"the usual one, {usual:,.0f} km, is {usual / loc['measured'].iloc[0] - 1:.0%} longer than the drawn line."
    )


def area_takeaway(rows: pd.DataFrame) -> str:
    """How far reports of areas spread, and for which territory most."""
    spread = rows.groupby("short")["share"].agg(["min", "max"])
    widest = (spread["max"] / spread["min"]).idxmax()
    whole = rows[rows["short"] == "Whole former state"]
    return (
        f"Reports of the whole former state lie within {(whole['share'] - 1).abs().max():.0%} of the measured "
        f"{whole['measured'].iloc[0]:,.0f} km². They differ most for {widest}: from {spread.loc[widest, 'min']:.0%} to "
        f"{spread.loc[widest, 'max']:.0%} of what was measured."
    )


def segment_rows(segments: pd.DataFrame, table: pd.DataFrame, reported: pd.DataFrame) -> pd.DataFrame:
    """The named segments: basis, both sides' terms, measured length and the range of reports.

    Args:
        segments: ``data.shapes("segments")``.
        table: the table ``boundary_segments``.
        reported: the table ``segment_lengths``.
    """
    measured = geometry.lengths(segments)
    known = table.set_index("id").loc[measured.index]
    spans = reported.groupby("segment_id")["length_km"].agg(["min", "max", "size"])

    def span(key: str) -> str:
        if key not in spans.index:
            return "none found"
        low, high, size = spans.loc[key]
        return f"{measures.range_text(round(low), round(high))} (n = {size:.0f})"

    return pd.DataFrame(
        {
            "name": known["name"],
            "basis": known["legal_basis"],
            "india": known["india_term"].fillna("–"),
            "pakistan": known["pakistan_term"].fillna("–"),
            "measured": [f"{km:,.0f}" for km in measured["length_km"]],
            "spacing": [f"{km:.1f}" for km in measured["spacing_km"]],
            "reported": [span(key) for key in measured.index],
        }
    )


SEGMENT_COLUMNS = {
    "name": "Segment",
    "basis": "Rests on",
    "india": "India says",
    "pakistan": "Pakistan says",
    "measured": "Measured, km",
    "spacing": "Corners every, km",
    "reported": "Reported, km",
}


# What scale does to a line

ZOOM = {"west": -255.0, "south": -215.0, "east": 120.0, "north": 85.0}
# How far apart the points lie at which the two lines are compared, in kilometres.
STEP_KM = 4.0


def scale_rows(segments: pd.DataFrame, coarse: pd.DataFrame) -> pd.DataFrame:
    """How far Natural Earth's Line of Control lies from OpenStreetMap's, from Sangam to NJ9842.

    Returns:
        ``along`` (km from Sangam), ``gap`` (km), every ``STEP_KM``.
    """
    fine, rough = (frame.set_index("id").loc["loc", "geometry"] for frame in (segments, coarse))
    gap = geometry.far_apart(fine, rough, STEP_KM)
    return pd.DataFrame({"along": gap.index.astype(float), "gap": gap.round(2).to_numpy()})


def draw_scale(width: int) -> alt.VConcatChart:
    """Both lines on a map of the west, and their distance along the line below. Draws :func:`scale_rows`."""
    # Both pictures stand right of the axis of the lower one.
    inner = width - 46
    frame = maps.Frame(inner, **ZOOM)
    layers = []
    for name, style in (
        ("segments-coarse", {"stroke": BLUE, "strokeWidth": 1.8, "strokeDash": [5, 3]}),
        ("segments", {"stroke": RED, "strokeWidth": 2.2}),
    ):
        shapes = data.shapes(name).set_index("id")["geometry"]
        joined = shapely.union_all(shapes[["loc", "ib-jammu-working-boundary", "international-boundary"]].to_list())
        layers.append(maps.drawn(maps.path(frame.cut(joined)), **style))
    known = data.load("places").set_index("id")
    for key, (name, _) in maps.TOWNS.items():
        x, y = frame.pixels(float(known.loc[key, "lon"]), float(known.loc[key, "lat"]))
        if 0 < x < frame.width - 60 and 0 < y < frame.height:
            layers += maps.town(frame, float(known.loc[key, "lon"]), float(known.loc[key, "lat"]), name)
    edge = f"M0,0H{frame.width}V{frame.height}H0Z"
    layers += [maps.drawn(edge, stroke=GREY, strokeWidth=0.6), *maps.scale_bar(frame, 50)]
    keys = [
        layer
        for place, (words, style) in enumerate(
            (
                ("OpenStreetMap", {"stroke": RED, "strokeWidth": 2.2}),
                ("Natural Earth", {"stroke": BLUE, "strokeWidth": 1.8, "strokeDash": [5, 3]}),
            )
        )
        for layer in maps.key(frame.width - 140, round(0.64 * frame.height) + 16 * place, words, **style)
    ]
    top = alt.layer(*layers, *keys).properties(width=frame.width, height=frame.height)
    base = alt.Chart(alt.NamedData("rows"))
    profile = (
        base.mark_area(color=BLUE, opacity=0.55, line={"color": BLUE, "strokeJoin": "round"})
        .encode(
            x=alt.X("along:Q", title="km along the Line of Control, from Sangam to NJ9842").scale(nice=False),
            y=alt.Y("gap:Q", title="km apart").axis(tickCount=4),
            tooltip=[
                alt.Tooltip("along:Q", title="Kilometre", format=".0f"),
                alt.Tooltip("gap:Q", title="Apart, km", format=".1f"),
            ],
        )
        .properties(width=inner, height=110)
    )
    return alt.vconcat(top, profile, spacing=14)


def scale_takeaway(compared: pd.DataFrame) -> str:
    """How much shorter the coarse line is, and how far off."""
    row = compared.loc["loc"]
    return (
        f"Drawn at 1 to 10 million, the Line of Control shrinks from {row['fine_km']:,.0f} to {row['coarse_km']:,.0f} "
        f"km ({1 - row['ratio']:.0%}). Half of the points lie more than {row['median_km']:.1f} km off, one in "
        f"twenty over {row['p95_km']:.1f}, none over {row['max_km']:.1f}."
    )


def check_text(segments: pd.DataFrame, crossings: pd.DataFrame, table: pd.DataFrame) -> str:
    """How close the drawn lines come to points that documents give, as Markdown.

    Args:
        segments: ``data.shapes("segments")``.
        crossings: the table ``crossing_points``.
        table: the table ``boundary_segments``.
    """
    ends = table.set_index("id")
    points = {
        "NJ9842": (ends.loc["loc", "to_lon"], ends.loc["loc", "to_lat"]),
        "Sangam": (ends.loc["loc", "from_lon"], ends.loc["loc", "from_lat"]),
        "the Karakoram Pass": (ends.loc["lac-western", "from_lon"], ends.loc["lac-western", "from_lat"]),
    }
    known = crossings.dropna(subset=["lat", "lon"])
    points |= {row.name_other_side.split(" (")[-1].strip(")"): (row.lon, row.lat) for row in known.itertuples()}
    metres = {name: geometry.nearest(float(lon), float(lat), segments).km * 1000 for name, (lon, lat) in points.items()}
    listed = ", ".join(
        f"{name} {far:,.0f} m" if far >= 10 else f"{name} less than 10 m" for name, far in metres.items()
    )
    return (
        f"**How true is the finer line?** Documents, or India's official lines, give {len(metres)} points on it. "
        f"The drawn lines pass them at {listed}. Between such points half of the corners of the Line "
        f"of Control lie more than {geometry.lengths(segments).loc['loc', 'spacing_km']:.1f} km from the next, so that "
        f"this book counts with an error of {geometry.LINE_ERROR_KM:.0f} km wherever it measures a distance "
        "to the line."
    )


# How the line came to be

MOMENTS = [
    "1947-08-radcliffe",
    "1949-01-01-ceasefire",
    "1949-07-27-karachi",
    "1963-03-china-pakistan",
    "1965-09-22-ceasefire",
    "1966-01-10-tashkent",
    "1972-07-02-simla",
    "1972-12-suchetgarh",
    "1984-04-13-meghdoot",
    "1999-kargil-dgmo",
    "2003-06-fence-start",
    "2003-11-ceasefire",
    "2005-04-07-bus",
    "2019-10-31-uts",
    "2019-11-02-india-map",
    "2020-08-04-pakistan-map",
    "2021-02-25-joint-statement",
    "2025-04-24-simla",
    "2025-05-10-understanding",
    "2026-01-12-shaksgam",
]


def history_rows(history: pd.DataFrame) -> pd.DataFrame:
    """The steps of ``MOMENTS``, each with its place on a scale of time and its place in a list.

    Returns:
        ``when`` (text), ``title``, ``summary``, ``year`` (decimal), ``slot`` (the same unit, evenly spread).

    Raises:
        KeyError: the table lacks one of the steps.
    """
    rows = history.set_index("id").loc[MOMENTS].reset_index()
    years = rows["date"].map(charts.decimal_year)
    first, last = 1946.0, 2027.0
    slots = [first + (place + 0.5) * (last - first) / len(rows) for place in range(len(rows))]
    return pd.DataFrame(
        {
            "when": measures.date_text(rows["date"], rows["date_precision"]),
            "title": rows["title"],
            "summary": rows["summary"],
            "year": years,
            "slot": pd.Series(slots).round(2),
        }
    )


def draw_history(width: int) -> alt.LayerChart:
    """Years to scale on the left, steps evenly spread on the right, joined by lines. Draws :func:`history_rows`."""
    narrow = width < charts.BREAKPOINT
    left, right = 8, 34
    inner = width - 48
    base = alt.Chart(alt.NamedData("rows"))
    scale = alt.Scale(domain=[1946, 2027], nice=False, reverse=True)
    axis = alt.Axis(values=list(range(1950, 2030, 10)), format="d", grid=False)
    y = alt.Y("year:Q", title=None, scale=scale, axis=axis)
    tip = charts.hints(when="When", title="What", summary="More")
    joins = base.mark_rule(color=GREY, strokeWidth=1).encode(
        x=alt.XValue(left), x2=alt.X2Value(right), y=y, y2="slot:Q"
    )
    dots = base.mark_point(filled=True, size=36, color=RED, opacity=1).encode(x=alt.XValue(left), y=y, tooltip=tip)
    size = 9 if narrow else 11
    when = base.mark_text(align="left", dx=4, fontSize=size, fontWeight="bold", dy=-6 if narrow else 0).encode(
        x=alt.XValue(right), y=alt.Y("slot:Q", scale=scale), text="when:N"
    )
    what = base.mark_text(align="left", dx=4 if narrow else 142, dy=5 if narrow else 0, fontSize=size).encode(
        x=alt.XValue(right), y=alt.Y("slot:Q", scale=scale), text="title:N"
    )
    return alt.layer(joins, dots, when, what).properties(width=inner, height=len(MOMENTS) * (27 if narrow else 19))


def history_takeaway(history: pd.DataFrame, sources: pd.DataFrame) -> str:
    """When the line was last drawn, how many full years ago, and what changed since.

    Args:
        history: the table ``line_history``.
        sources: the table ``sources``; the book stands on the day on which the last of them was read.
    """
    named = history.set_index("id")["date"]
    drawn, end = named["1972-12-suchetgarh"], named["2025-04-24-simla"]
    years = int(measures.years_between(drawn, sources["found_on"].max()))
    return (
        f"The line of 1949 was redrawn once, in {drawn:%B %Y}, and not moved by agreement in the {years} full years "
        f"since. What changed: ceasefires, the fence, and in {end:%B %Y} Pakistan's word on its accord."
    )


# Crossings


def crossing_rows(crossings: pd.DataFrame) -> pd.DataFrame:
    """When each crossing was open, as far as its dates were found.

    Args:
        crossings: the table ``crossing_points``.

    Returns:
        ``name`` (both sides), ``line``, ``start`` and ``end`` (decimal years, the chart's edges where unknown),
        ``opened`` and ``closed`` (text), ``known_start``, ``known_end``, ``note``. Mere meeting points are left out.
    """
    rows = crossings[(crossings["kind"] != "meeting_point")].copy()
    on_loc = rows["between"].str.contains("Pakistan-administered")
    kind = rows["kind"].map({"rail": ", rail"}).astype("string").fillna("")
    opened, closed = (_dates(rows, column) for column in ("opened", "closed"))
    frame = pd.DataFrame(
        {
            "name": _short(rows["name"]) + " – " + _short(rows["name_other_side"]) + kind,
            "line": on_loc.map({True: "Line of Control", False: "International boundary"}),
            "start": rows["opened"].map(charts.decimal_year, na_action="ignore").fillna(EDGES[0]),
            "end": rows["closed"].map(charts.decimal_year, na_action="ignore").fillna(EDGES[1]),
            "opened": opened,
            "closed": closed,
            "known_start": rows["opened"].notna(),
            "known_end": rows["closed"].notna(),
            "note": rows["note"],
        }
    )
    frame = frame[frame["end"] > EDGES[0]]
    return frame.sort_values(["line", "start"], ascending=[False, True], ignore_index=True)


EDGES = (2004.0, 2027.0)


def _short(names: pd.Series) -> pd.Series:
    """Names without what stands in brackets, after a comma or a slash."""
    return names.str.split(r" \(|,| /", regex=True).str[0]


def _dates(rows: pd.DataFrame, column: str) -> pd.Series:
    """A column of dates as text, "not found" where there is none."""
    known = rows.dropna(subset=[column])
    return measures.date_text(known[column], known[f"{column}_precision"]).reindex(rows.index).fillna("not found")


def draw_crossings(width: int) -> alt.VConcatChart:
    """A bar from opening to closing for each crossing, a panel for each line. Draws :func:`crossing_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter = 150 if narrow else 190
    inner = width - gutter - 8
    y = alt.Y("name:N", title=None, sort=alt.SortField("start")).axis(
        domain=False, ticks=False, labelLimit=gutter - 8, labelPadding=6, labelFontSize=9 if narrow else 11
    )
    x = alt.X("start:Q", title=None).scale(domain=list(EDGES), nice=False).axis(
        format="d", values=[2005, 2010, 2015, 2020, 2025], grid=True
    )  # fmt: skip
    tip = charts.hints(name="Crossing", opened="Opened", closed="Closed", note="Note")
    panels = []
    for name in ("Line of Control", "International boundary"):
        base = alt.Chart(alt.NamedData("rows")).transform_filter(f"datum.line == '{name}'")
        solid = base.transform_filter("datum.known_end").mark_rule(strokeWidth=7, color=BLUE)
        dashed = base.transform_filter("!datum.known_end").mark_rule(strokeWidth=3, color=BLUE, strokeDash=[4, 4])
        starts = base.transform_filter("datum.known_start").mark_point(
            shape="triangle-right", filled=True, size=70, color=BLUE, opacity=1
        )
        ends = base.transform_filter("datum.known_end").mark_tick(thickness=3, size=16, color=RED, opacity=1)
        panels.append(
            alt.layer(
                solid.encode(x=x, x2="end:Q", y=y, tooltip=tip),
                dashed.encode(x=x, x2="end:Q", y=y, tooltip=tip),
                starts.encode(x=x, y=y),
                ends.encode(x=alt.X("end:Q"), y=y),
            ).properties(width=inner, height=alt.Step(18), title=alt.Title(name, fontWeight="bold", frame="group"))
        )
    return alt.vconcat(*panels, spacing=12)


def crossing_takeaway(rows: pd.DataFrame) -> str:
    """How many crossings have a known closing, and what is known of the others; ``rows`` of :func:`crossing_rows`."""
    shut = rows[rows["known_end"]]
    last = shut.loc[shut["end"].idxmax()]
    return (
        f"Of {len(rows)} crossings that carried people or goods since 2004, {len(shut)} have a closing date, the last "
        f"on {last['closed']}. For {len(rows) - len(shut)} neither closing nor present use is documented."
    )


def crossing_alt(rows: pd.DataFrame, history: pd.DataFrame) -> str:
    """How many crossings have a known closing, whether any is known to be open, and who passed a closed one.

    Args:
        rows: as :func:`crossing_rows` gives them.
        history: the table ``line_history``.
    """
    pilgrims = history.set_index("id").loc["2025-11-04-wagah-pilgrims", "date"]
    shut = rows[rows["known_end"]]
    last = shut.loc[shut["end"].idxmax()]
    rest = rows[~rows["known_end"]]
    return (
        f"Of {len(rows)} crossings that carried people or goods since 2004, {len(shut)} have a date on which they were "
        f"closed, the last of them {last['name'].replace(' – ', '–')} ({last['closed']}). For the other {len(rest)} no "
        "closing date was found, and no document that shows them open today. One large party is known to have "
        f"passed a closed gate since: Sikh pilgrims from India at Attari–Wagah, on {pilgrims.day} {pilgrims:%B %Y}."
    )


def brief(areas: pd.DataFrame, length: str, scale: str, crossing: str) -> str:
    """The findings of the notebook as Markdown: the areas, and the takeaways of its figures."""
    total, *parts = held_parts(areas)
    return f"""
- **Three states administer parts of one former state** of {total} by these lines: {", ".join(parts)}.
- **What they claim differs.** India claims all of it. Pakistan's map of 2020 gives its colour to all but what China
  holds and prints “Disputed Territory” across the part that India administers. China claims at least what it holds.
- **No length is *the* length.** {length}
- **Scale decides.** {scale}
- **No crossing is known to be open to ordinary traffic.** {crossing}
"""
