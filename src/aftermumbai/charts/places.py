"""Attacks and strikes by place, and their distance from the line: what notebook 05 draws."""

from itertools import pairwise

import altair as alt
import pandas as pd

from aftermumbai import charts, data, measures
from aftermumbai.charts import claims, violence
from aftermumbai.measures import places

IN_KASHMIR = "india_administered_jk"


def precision_text(attacks: pd.DataFrame, table: pd.DataFrame) -> str:
    """How far the places of attacks are known: numbers by precision, and how many have no coordinates."""
    labels = data.labels("places", "coord_precision")
    known = attacks["place_id"].map(table.set_index("id")["coord_precision"]).astype(str)
    parts = [f"{(known == key).sum()} to the {label}" for key, label in labels.items() if (known == key).any()]
    return f"{', '.join(parts)}; {len(attacks) - known.isin(list(labels)).sum()} have no point"


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
        f"Half of the attacks lay nearer to the line than this (in brackets what the places allow): {'; '.join(parts)}."
    )


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
    return (
        f"On {measures.day_text(pd.Timestamp(day))} India and Pakistan named {counts.get('both', 0)} places between them; "
        f"{counts.get('striker', 0)} more stand in India's account alone, {counts.get('struck', 0)} in Pakistan's."
    )


BOTH, ONE, NEITHER = "both states say hit", "one state says hit", "no state says hit"
SAID_COLOURS = {BOTH: "#d1412b", ONE: "#0f75b8", NEITHER: "#8d8d8d"}
SAID_SHAPES = {BOTH: "circle", ONE: "square", NEITHER: "triangle-up"}
SIDES = {"india": "India – beyond the line and the border", "pakistan": "Pakistan – beyond the line and the border"}
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
        Columns ``side``, ``day`` (text), ``date``, ``place``, ``named_by``, ``means``, ``striker_says``,
        ``struck_says``, ``said``, ``km``, ``low_km``, ``high_km``, and for the deepest
        place of a day ``label`` and its bounds ``reach_low``, ``reach_high``.
    """
    names = table.set_index("id")["name"].astype(str)
    rows = strikes.join(spans[["km", "low_km", "high_km"]], on="place_id", how="inner").sort_values(["date", "km"])
    label = {column: data.labels("strikes", column) for column in ("named_by", "means", "striker_says", "struck_says")}
    says = {
        column: rows[column].map(label[column]).astype(object).where(rows[column].notna(), "no statement read")
        for column in ("striker_says", "struck_says")
    }
    found = pd.DataFrame(
        {
            "side": rows["by"].map(SIDES).astype(str),
            "by": rows["by"].astype(str),
            "date": rows["date"],
            "day": [f"{day.day} {day:%b %Y}" for day in rows["date"]],
            "place": rows["place_id"].map(names),
            "named_by": rows["named_by"].map(label["named_by"]).astype(str),
            "means": rows["means"].map(label["means"]).astype(str),
            "striker_says": says["striker_says"],
            "struck_says": says["struck_says"],
            "said": said_of(rows),
            **{column: rows[column].astype(float).round(1) for column in ("km", "low_km", "high_km")},
        }
    ).reset_index(drop=True)
    hits = found[found["said"] != NEITHER]
    top = hits.loc[hits.groupby(["by", "date"])["km"].idxmax()]
    # The bounds of the deepest place of a day are the largest of all its bounds.
    most = hits.groupby(["by", "date"])[["low_km", "high_km"]].max()
    reach = most.loc[list(zip(top["by"], top["date"], strict=True))].to_numpy()
    found.loc[top.index, ["reach_low", "reach_high"]] = reach
    found["label"] = ""
    found.loc[top.index, "label"] = [short_name(name) for name in top["place"]]
    return found


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


def draw_strikes(width: int) -> alt.FacetChart:
    """Depth of every place, a row per day, with the bounds of the deepest one. Draws :func:`strike_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter = 92
    inner = width - gutter - 12
    x = alt.X("km:Q", title="kilometres beyond the line or the border").scale(type="sqrt", domain=[0, 260], nice=False)
    x = x.axis(values=[1, 10, 50, 100, 200], grid=True)
    y = alt.Y("day:N", title=None, sort=alt.EncodingSortField("date", op="min")).axis(
        domain=False, ticks=False, labelLimit=gutter - 6
    )
    base = alt.Chart()
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
    dots = base.mark_point(filled=True, size=46, opacity=0.8).encode(
        x=x,
        y=y,
        color=alt.Color("said:N", sort=domain)
        .scale(domain=domain, range=list(SAID_COLOURS.values()))
        .legend(title=None, orient="top", columns=1 if narrow else 3, labelLimit=260),
        shape=alt.Shape("said:N", sort=domain).scale(domain=domain, range=list(SAID_SHAPES.values())),
        tooltip=tooltip,
    )
    names = deepest.mark_text(align="left", baseline="bottom", dx=-4, dy=-6, fontSize=10).encode(
        x=x, y=y, text="label:N"
    )
    return (
        alt.layer(bounds, dots, names)
        .properties(width=inner, height=alt.Step(34))
        .facet(
            row=charts.panels("side", list(SIDES.values()), narrow),
            data=alt.NamedData("rows"),
            spacing=16,
        )
        .resolve_scale(y="independent")
    )


def depth_text(reached: places.Depth, table: pd.DataFrame) -> str:
    """A depth in words: Balakot, 41 km (35 to 47)."""
    name = short_name(table.set_index("id").loc[reached.place_id, "name"])
    return f"{name}, {reached.km:.0f} km ({reached.low:.0f} to {reached.high:.0f})"


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
    reports = rows[rows["source"] != MEASURED].join(measured, on="order", rsuffix="_measured", how="inner")
    meets = (reports["low_km"] <= reports["high_km_measured"]) & (reports["high_km"] >= reports["low_km_measured"])
    return int(meets.sum()), len(reports)


def dumbbell_takeaway(rows: pd.DataFrame) -> str:
    """How many reports agree with what was measured, and the one that lies farthest from it."""
    meets, compared = agreement(rows)
    measured = rows[rows["source"] == MEASURED].set_index("order")
    reports = rows[rows["source"] != MEASURED].join(measured[["km"]], on="order", rsuffix="_measured", how="inner")
    far = reports.loc[(reports["km"] - reports["km_measured"]).abs().idxmax()]
    return (
        f"{meets} of {compared} reported depths lie within the bounds of what was measured. Farthest from it: "
        f"{far['line']}, {far['km']:.0f} km {far['source']}, {far['km_measured']:.0f} km measured."
    )
