"""The timeline of all events and the events per year: what notebook 01 draws.

Imports what stands before ``charts``; notebooks and other drawings import it.
"""

import altair as alt
import numpy as np
import pandas as pd

from aftermumbai import charts, data, measures
from aftermumbai.charts import palette
from aftermumbai.rules import split_list


def rows_of(
    *,
    events: pd.DataFrame,
    casualties: pd.DataFrame,
    attributions: pd.DataFrame,
    groups: pd.DataFrame,
    places: pd.DataFrame,
    sources: pd.DataFrame,
) -> pd.DataFrame:
    """What the timeline plots, one row per event: date, category, toll, place, who says so, sources."""
    roles, kinds = (data.labels("attributions", column) for column in ("role", "by_kind"))
    said = measures.who_says(attributions, groups, roles, kinds)
    names = sources.set_index("id")["publisher"]
    rows = events.join(measures.tolls(casualties), on="id")
    attacks = rows["category"] == "attack"
    if missing := set(ERAS) - set(rows["id"]):
        raise KeyError(
            f"no event marks the start of an era any more: {', '.join(sorted(missing))}; see charts.timeline.ERAS"
        )
    if (latest := rows["date"].max()) >= END:
        raise ValueError(f"an event of {latest:%Y-%m-%d} stands outside the timeline: raise charts.timeline.END")
    if (tallest := rows["killed_max"].where(attacks).max()) > TALLEST:
        raise ValueError(
            f"an attack with {tallest} people killed stands outside the timeline: raise charts.timeline.TALLEST"
        )
    published = rows["sources"].map(lambda keys: "; ".join(dict.fromkeys(names[key] for key in split_list(keys))))
    return pd.DataFrame(
        {
            "id": rows["id"],
            "date": rows["date"],
            "day": measures.date_text(rows["date"], rows["date_precision"]),
            "category": rows["category"].cat.rename_categories(data.labels("events", "category")),
            "title": rows["title"],
            "label": rows["label"],
            **{f"label_{size}": _labels(rows, size) for size in INNER},
            "era": rows["id"].map({event: era for event, (era, _, _) in ERAS.items()}),
            "era_short": rows["id"].map({event: short for event, (_, short, _) in ERAS.items()}),
            "era_line": rows["id"].map({event: line for event, (_, _, line) in ERAS.items()}),
            "summary": rows["summary"],
            "place": rows["place_id"].map(places.set_index("id")["name"]).fillna("–"),
            "killed_min": rows["killed_min"].where(attacks),
            "killed_max": rows["killed_max"].where(attacks),
            "middle": (rows["killed_min"] + rows["killed_max"]).where(attacks) / 2,
            "killed": _killed_text(rows, set(casualties["event_id"])),
            "says_who": rows["id"].map(said).fillna("–"),
            "sources": published,
        }
    )


def _killed_text(rows: pd.DataFrame, counted: set[str]) -> list[str]:
    """The toll of each event in words; counts by side are too many for one line."""
    return [
        measures.range_text(row.killed_min, row.killed_max)
        if pd.notna(row.killed_min)
        else ("counts by side: see the table of events" if row.id in counted else "–")
        for row in rows.itertuples()
    ]


# How many attacks the timeline's takeaway calls the deadliest.
DEADLIEST = 5
# No attack of the record killed more; the upper panel reaches higher, to leave room for the names of eras.
TALLEST, TOP = 300, 1000
# An attack gets a label from this number of people killed on.
LABELLED = 15
# The timeline opens on the years since Mumbai and reaches to this day; the strip shows the whole record.
START, END = pd.Timestamp("2008-01-01"), pd.Timestamp("2027-01-01")
# Near the edges of that view a name stands beside its dot, not above it: up to the first day it begins at
# the dot, later than the second, or before the view, it ends there.
EDGES = {
    "wide": (pd.Timestamp("2009-06-01"), pd.Timestamp("2025-04-01")),
    "narrow": (pd.Timestamp("2012-06-01"), pd.Timestamp("2022-06-01")),
}
# Eras begin with an event: name, short name, and the line of text it stands in, negative before the dashed line.
ERAS = {
    "2004-01-06-composite-dialogue": ("composite dialogue", "talks", 1),
    "2008-11-26-mumbai": ("after Mumbai", "Mumbai", 0),
    "2016-01-02-pathankot": ("2016: Pathankot, Uri", "2016", -1),
    "2019-02-14-pulwama": ("2019: Pulwama", "2019", -2),
    "2021-02-25-loc-ceasefire": ("2021: ceasefire", "2021", 2),
    "2025-04-22-pahalgam": ("2025: Pahalgam", "2025", -1),
}
HEIGHT = 230
# Width in pixels that the view has in either layout, and the size of a letter of a label.
INNER = {"wide": charts.WIDE - 126, "narrow": charts.NARROW - 112}
LETTER, LINE = 6.6, 15
# Free pixels at both ends of the axis of dates.
PADDING = 30
# How far a label stands above the middle of its dot.
ABOVE = 15
# How near beside a label no dot of another attack may stand.
BESIDE = 10
# Area in pixels of the dot of an attack that killed nobody and of one that killed so many people.
DOT, LARGEST, MANY = 16, 420, 180


def _labels(rows: pd.DataFrame, size: str) -> pd.Series:
    """The short names of the deadliest attacks whose labels cover no other, with the whole record in view.

    Nor does one cover the dot of another of these attacks in the view that the timeline opens with.
    """
    named = rows[rows["label"].notna() & (rows["killed_max"] >= LABELLED) & (rows["category"] == "attack")]
    width = named["label"].str.len() * LETTER
    early = named["date"].between(START, EDGES[size][0], inclusive="left")
    late = (named["date"] < START) | (named["date"] > EDGES[size][1])
    x = (named["date"] - rows["date"].min()) / (END - rows["date"].min()) * INNER[size]
    # With the whole record in view a name before an early dot would leave the frame.
    inside = (named["date"] >= START) | (x * (1 - 2 * PADDING / INNER[size]) + PADDING > width)
    x += width / 2 * (early.astype(int) - late.astype(int))
    y = np.log1p(((named["killed_min"] + named["killed_max"]) / 2).astype(float)) / np.log1p(TOP) * HEIGHT
    # What the opening view shows comes first.
    weights = named["killed_max"] + TOP * (named["date"] >= START)
    free = inside & ~_covers(
        rows[(rows["killed_max"] >= LABELLED) & (rows["category"] == "attack")], named, width, size
    )
    chosen = measures.uncovered(x[free], y[free], width[free], LINE, weights[free])
    return named["label"].where(chosen.reindex(named.index, fill_value=False)).reindex(rows.index)


def _covers(attacks: pd.DataFrame, named: pd.DataFrame, width: pd.Series, size: str) -> pd.Series:
    """Whether the label of a named attack covers the dot of another one in the opening view."""
    x = (attacks["date"] - START) / (END - START) * INNER[size]
    y = -np.log1p(((attacks["killed_min"] + attacks["killed_max"]) / 2).astype(float)) / np.log1p(TOP) * HEIGHT
    r = (((LARGEST - DOT) * attacks["killed_max"].astype(float) / MANY + DOT) / np.pi) ** 0.5
    found = {}
    for one in named.index:
        early = START <= named["date"][one] < EDGES[size][0]
        late = named["date"][one] < START or named["date"][one] > EDGES[size][1]
        left = x[one] - (0 if early else width[one] if late else width[one] / 2)
        right, text = left + width[one], y[one] - ABOVE
        on = (x + r > left) & (x - r < right) & (abs(y - text) < r + LINE / 3)
        # A dot beside the text, at its height, would seem to be the one that it names.
        beside = (x + r > left - BESIDE) & (x - r < right + BESIDE) & (abs(y - text) < LINE / 3)
        found[one] = (on | beside).drop(one).any()
    return pd.Series(found, index=named.index, dtype=bool)


def gather(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """Fewer rows of :func:`rows_of`: one for all events of a category in a month, a quarter or a year.

    The shortest of these spans that leaves at most ``most`` rows. The event with most people killed stands for the
    others, of which ``n`` is the number; attacks that have a name in the picture and the first of an era stay alone.
    """
    alone = rows[["label_wide", "label_narrow", "era"]].notna().any(axis=1)
    for span in ("M", "Q", "Y"):
        spans = rows["date"].dt.to_period(span).astype(str) + " " + rows["category"].astype(str)
        keys = spans.where(~alone, rows["id"])
        if keys.nunique() <= most:
            break
    return charts.foremost(rows, keys, rows["killed_max"].astype(float).fillna(-1), "title")


@charts.gathered(gather)
def draw(width: int) -> alt.VConcatChart:
    """Every event by date: attacks by people killed, the rest in lanes, and a strip to zoom with.

    Draws the rows of :func:`rows_of`. Dragging over the strip zooms the two panels above it;
    a click on the legend fades the other categories.
    """
    narrow = width < charts.BREAKPOINT
    label = "label_narrow" if narrow else "label_wide"
    named = data.labels("events", "category")
    labels, attack = list(named.values()), named["attack"]
    gutter = 104 if narrow else 118
    inner = width - gutter - 8
    columns, legend_height = (2, 76) if narrow else (4, 42)
    opening = {"x": [alt.DateTime(year=day.year, month=day.month, date=day.day, utc=True) for day in (START, END)]}
    zoom = alt.selection_interval(name="zoom", encodings=["x"], value=opening)
    only = alt.selection_point(name="only", fields=["category"], bind="legend")
    rows = alt.Chart(alt.NamedData("rows")).transform_calculate(link="'../book/events.html#event-' + datum.id")
    tooltip = charts.hints(
        title="Event",
        day="Date",
        place="Place",
        killed="Killed",
        says_who="Who says so",
        summary="Summary",
        sources="Sources",
    )
    # Room at both ends, so that the first and the last point and their labels stand inside the frame.
    x = alt.X("date:T", title=None).scale(type="utc", domain=zoom, padding=PADDING).axis(tickCount=5 if narrow else 9)
    shown = alt.condition(only, alt.value(0.9), alt.value(0.06))
    # Above both panels and flush with their labels; a legend in the layout would stand over the plot only.
    legend = alt.Legend(
        title=None, orient="none", legendX=-gutter, legendY=-legend_height - 24, direction="horizontal",
        columns=columns, columnPadding=10, symbolOpacity=1,
    )  # fmt: skip
    colour = charts.category_colour(legend=legend)
    aligned = {"minExtent": gutter, "maxExtent": gutter}

    # A little below zero and well above the tallest, so that dots and labels stand inside the frame.
    scale = alt.Scale(type="symlog", domain=[-0.3, TOP])
    axis = alt.Axis(values=[0, 1, 3, 10, 30, 100, 200], labelOverlap=False, **aligned)
    deaths = alt.Y("middle:Q", title=None, scale=scale, axis=axis)
    attacks = rows.transform_filter(alt.datum.category == attack)
    low = alt.Y("killed_min:Q", title=None, scale=scale, axis=axis)
    span = {"x": x, "y": low, "y2": "killed_max:Q", "opacity": shown}
    ranges = attacks.mark_rule(strokeWidth=2.5, clip=True).encode(color=colour, **span)
    # The same range in white where the dot would hide it.
    inside = attacks.mark_rule(strokeWidth=1, stroke=palette.WHITE, clip=True).encode(**span)
    points = attacks.mark_circle(stroke=palette.WHITE, strokeWidth=0.5, clip=True).encode(
        x=x,
        y=deaths,
        size=alt.Size("killed_max:Q", legend=None).scale(range=[DOT, LARGEST], domain=[0, MANY]),
        color=colour,
        href="link:N",
        opacity=shown,
        tooltip=tooltip,
    )
    start, early, late = (
        f"utc({day.year}, {day.month - 1}, {day.day})" for day in (START, *EDGES["narrow" if narrow else "wide"])
    )
    named_attacks = attacks.transform_filter(f"isValid(datum.{label})")
    names = [
        named_attacks.transform_filter(where)
        .mark_text(dx=4 if narrow and align == "right" else 0, dy=-ABOVE, align=align, fontWeight="bold", clip=True)
        .encode(x=x, y=deaths, text=f"{label}:N", opacity=alt.condition(only, alt.value(1), alt.value(0.1)))
        for align, where in {
            "left": f"datum.date >= {start} && datum.date < {early}",
            "center": f"datum.date >= {early} && datum.date <= {late}",
            "right": f"datum.date < {start} || datum.date > {late}",
        }.items()
    ]
    eras = _eras(rows, x, "era_short" if narrow else "era")
    # The first layer carries the choice of the legend, so it must have the legend's colours.
    upper = alt.layer(ranges, *eras, points, inside, *names).properties(
        name="attacks",
        width=inner,
        height=HEIGHT,
        title="Attacks by people killed (compressed scale)"
        if narrow
        else "Militant attacks, by people killed (compressed scale; bar: range of the counts)",
    )
    lower = (
        rows.transform_filter(alt.datum.category != attack)
        .mark_circle(size=52, stroke=palette.WHITE, strokeWidth=0.5, clip=True)
        .encode(
            x=x,
            y=alt.Y("category:N", title=None, sort=[label for label in labels if label != attack]).axis(
                grid=True, domain=False, ticks=False, **aligned
            ),
            color=colour,
            href="link:N",
            opacity=shown,
            tooltip=tooltip,
        )
        .properties(width=inner, height=168, title="Everything else")
    )
    strip = (
        rows.transform_filter(only)
        .mark_bar(color=charts.MUTED)
        .encode(
            x=alt.X("date:T", timeUnit="utcyearquarter", title=None)
            .scale(type="utc", padding=PADDING)
            .axis(format="%Y", grid=False, tickCount=3 if narrow else 9),
            y=alt.Y("count():Q", title=None).axis(tickCount=2, grid=False, **aligned),
            tooltip=[
                alt.Tooltip("date:T", timeUnit="utcyearquarter", title="Quarter"),
                alt.Tooltip("count():Q", title="Events"),
            ],
        )
        .properties(
            name="strip",
            width=inner,
            height=44,
            title="Events per quarter",
        )
        .add_params(zoom)
    )
    detail = alt.vconcat(upper.add_params(only), lower, spacing=8).resolve_scale(x="shared")
    chart = alt.vconcat(detail, strip, spacing=12).resolve_legend(color="shared")
    return chart.properties(padding={"left": 4, "right": 4, "top": 8, "bottom": 4})


def _eras(rows: alt.Chart, x: alt.X, name: str) -> list[alt.Chart]:
    """A dashed line where an era begins, with its name at the top in one of two lines."""
    begins = rows.transform_filter("isValid(datum.era)")
    layers = [begins.mark_rule(strokeDash=[3, 3], color=charts.MUTED, clip=True).encode(x=x)]
    for line in (0, 1, 2, -1, -2):
        # A name stands before its line where the next line, or the edge, is too near behind it.
        side = {"align": "right", "dx": -3} if line < 0 else {"align": "left", "dx": 3}
        text = begins.transform_filter(f"datum.era_line == {line}").mark_text(
            **side, baseline="top", fontSize=10, fontStyle="italic", clip=True
        )
        layers.append(text.encode(x=x, y=alt.YValue(2 + 12 * abs(line)), text=f"{name}:N"))
    return layers


def takeaway(rows: pd.DataFrame) -> str:
    """What the timeline shows, from its own rows: which few attacks weigh most, and how many are counted."""
    attacks = rows[rows["category"] == data.labels("events", "category")["attack"]]
    counted = attacks.dropna(subset=["middle"]).sort_values("middle", ascending=False)
    top = counted.head(DEADLIEST)
    named = ", ".join(
        f"{row.label if pd.notna(row.label) else row.place.split(',')[0]} ({row.date.year})" for row in top.itertuples()
    )
    share = round(100 * top["middle"].sum() / counted["middle"].sum())
    return (
        f"A few attacks weigh most: {named} account for {share} percent of the people killed (middle of ranges). "
        f"{len(counted)} of {len(attacks)} attacks have a settled count."
    )


def alt_text(rows: pd.DataFrame) -> str:
    """The timeline in words, for readers who cannot see it."""
    counts = rows["category"].value_counts(sort=False)
    parts = ", ".join(f"{category}: {count}" for category, count in counts.items())
    return f"Timeline of {len(rows)} events from {measures.span_text(rows)} ({parts}). {takeaway(rows)}"


def year_rows(years: pd.DataFrame) -> pd.DataFrame:
    """``measures.per_year`` with the categories' readable labels."""
    return years.assign(category=years["category"].cat.rename_categories(data.labels("events", "category")))


def year_takeaway(years: pd.DataFrame) -> str:
    """In which years most attacks of the record fall, and that its first and last year are parts of years."""
    attacks = years[years["category"] == "attack"].set_index("year")["events"]
    most, first, last = attacks.idxmax(), attacks.index.min(), attacks.index.max()
    half = attacks.sort_values(ascending=False).cumsum() >= attacks.sum() / 2
    return (
        f"Of {attacks.sum()} attacks in the record {most} has the most ({attacks[most]}); half of them fall in "
        f"{half.to_list().index(True) + 1} of {len(attacks)} years. {first} and {last} are parts of years."
    )


def draw_years(width: int) -> alt.FacetChart:
    """Events per year, one small panel per category, on one scale. Draws ``measures.per_year``."""
    narrow = width < charts.BREAKPOINT
    columns = 2 if narrow else 4
    return (
        alt.Chart(alt.NamedData("rows"), width=(width - 50) / columns - 14, height=70)
        .mark_bar()
        .encode(
            x=alt.X("year:O", title=None).axis(
                labelAngle=0, labelExpr="datum.value % 5 == 0 ? datum.label : ''", ticks=False, domain=True
            ),
            y=alt.Y("events:Q", title="events").axis(tickCount=3),
            color=charts.category_colour(legend=None),
            tooltip=[alt.Tooltip("category:N", title="Category"), alt.Tooltip("year:O", title="Year"), "events:Q"],
        )
        .facet(
            facet=alt.Facet("category:N", title=None, sort=list(data.labels("events", "category").values())).header(
                labelAnchor="start", labelPadding=4
            ),
            columns=columns,
            spacing=14,
        )
    )
