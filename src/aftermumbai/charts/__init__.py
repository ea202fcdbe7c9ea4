"""Charts of the book: theme, palette, and what joins a drawing with its words; one module per notebook draws.

Imports ``data`` (for the schema's labels) and ``measures``. A chart is drawn by a function of the
width in pixels, because a phone needs another layout, not a smaller picture. ``figure`` joins the
drawing with its data, words and sources into what a notebook stores and the book shows.
"""

import re
from collections.abc import Callable

import altair as alt
import pandas as pd
from altair.utils.schemapi import debug_mode

from aftermumbai import data
from aftermumbai.charts import palette
from aftermumbai.charts.palette import MUTED, RULE, TEXT

WIDE, NARROW = 660, 330
# Below this width a chart uses its narrow layout.
BREAKPOINT = 500
# No figure draws, lists or stores more rows than this, so that a page weighs the same however long the record grows.
MARKS = 1000
# JupyterLab 4 and VS Code draw Vega-Lite under this name and no later one (JupyterLab 4.6.6 was
# read: it knows versions 3 to 5). The specs use only what versions 5 and 6 have in common.
MIME = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"

# One colour per event category.
CATEGORY_COLOURS = {
    "attack": palette.RED,
    "military": palette.VIOLET,
    "diplomacy": palette.BLUE,
    "us_response": palette.TEAL,
    "sanctions": palette.OCHRE,
    "fatf": palette.PINK,
    "pakistan_measure": palette.GREEN,
    "justice": palette.GREY,
}

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def theme() -> dict:
    """The Vega-Lite configuration of every chart."""
    return {
        "background": palette.WHITE,
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            "labelColor": MUTED,
            "labelFontSize": 11,
            "titleColor": TEXT,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "gridColor": RULE,
            "domainColor": RULE,
            "tickColor": RULE,
        },
        "legend": {"labelColor": TEXT, "titleColor": TEXT, "labelFontSize": 12, "symbolType": "circle"},
        "header": {"labelColor": TEXT, "labelFontSize": 12, "titleColor": TEXT},
        "title": {"color": TEXT, "fontSize": 12, "fontWeight": "normal", "anchor": "start"},
        "text": {"color": TEXT, "fontSize": 11},
    }


class Figure:
    """A chart with its words and sources, as a notebook cell shows and stores it."""

    def __init__(self, spec: dict, alt: str):
        self.spec, self.alt = spec, alt

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {MIME: self.spec, "text/plain": self.alt}


def gathered(gather: Callable[[pd.DataFrame, int], pd.DataFrame]) -> Callable:
    """Say how the rows of a drawing become fewer where there are more than :data:`MARKS`.

    Args:
        gather: takes the rows and how many there may be; gives rows with the same columns and ``n``, for how many
            each stands. Where the drawing counts rows, ``n`` is added up instead.
    """

    def known(draw: Callable) -> Callable:
        draw.gather = gather
        return draw

    return known


def foremost(rows: pd.DataFrame, keys: pd.Series, weights: pd.Series, name: str) -> pd.DataFrame:
    """Of the rows that share a key the one of most weight, for a drawing that is :func:`gathered`.

    Args:
        rows: what is drawn.
        keys: rows with the same key become one.
        weights: no value missing.
        name: the column that names a row; there it says of how many more it tells.

    Returns:
        The rows that stay, in their order, with ``n``, for how many each stands.
    """
    found = rows.loc[weights.groupby(keys).idxmax().sort_values()].assign(n=keys.groupby(keys).transform("size"))
    others = found["n"] - 1
    more = found[name].astype(str) + " (and " + others.astype(str) + " more)"
    return found.assign(**{name: found[name].where(others == 0, more)}).reset_index(drop=True)


def figure(
    draw: Callable[[int], alt.TopLevelMixin],
    *,
    anchor: str,
    rows: pd.DataFrame,
    columns: dict[str, str],
    title: str,
    takeaway: str,
    source: str,
    alt: str,
    hint: str = "",
) -> Figure:
    """Join a drawing with its data, words and sources.

    Args:
        draw: gives the chart for a width in pixels; the chart reads the named data set ``rows``. Where it says how
            (:func:`gathered`), more than :data:`MARKS` rows are aggregated before they are drawn.
        anchor: name of the figure in links and downloads; never changed once published.
        rows: the plotted data, one row per mark; also the table and the CSV file below the chart.
        columns: which columns of ``rows`` the table shows, and under which heading.
        title: what the chart shows, in a few words.
        takeaway: what a reader should see in it, one sentence.
        source: where the data come from.
        alt: description for readers who cannot see the chart; states the finding.
        hint: how to use the live chart, shown only where there is one.

    Returns:
        A figure whose Vega-Lite spec carries the wide chart, and under ``usermeta`` the narrow one
        and the words.

    Raises:
        ValueError: the name is no anchor, the drawing has data of its own, or there are more rows than ``MARKS``.
        KeyError: the rows lack a column of the table.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", anchor):
        raise ValueError(f"figure {anchor!r}: an anchor is lowercase words joined by hyphens")
    for column in columns:
        if column not in rows:
            raise KeyError(f"figure {anchor!r}: the rows have no column {column!r}")
    # Altair would validate each part as it is made, and the whole again: a third of the time of a chapter. The
    # narrow layout, the same code at another width, is validated as it is stored (tests/test_charts.py).
    with debug_mode(False):
        spec, narrow = (_spec(anchor, draw(width), width == WIDE) for width in (WIDE, NARROW))
    if len(rows) > MARKS and hasattr(draw, "gather"):
        whole, rows = len(rows), draw.gather(rows, MARKS)
        spec, narrow = _added_up(spec), _added_up(narrow)
        source += f"; {whole:,} rows, drawn as {len(rows):,}, of which each stands for n"
    if len(rows) > MARKS:
        raise ValueError(
            f"figure {anchor!r}: {len(rows):,} rows, and a page carries {MARKS:,}; aggregate them before drawing, "
            "or say how with @charts.gathered"
        )
    words = {
        "id": anchor,
        "title": title,
        "takeaway": takeaway,
        "source": source,
        "alt": alt,
        # Pairs, because whatever stores a notebook may sort the keys of an object.
        "columns": [list(pair) for pair in columns.items()],
        "hint": hint,
    }
    spec |= {
        "$schema": SCHEMA,
        "description": alt,
        "config": theme(),
        "datasets": {"rows": data.plain(rows).to_dict(orient="records")},
        "usermeta": {"figure": words, "narrow": narrow},
    }
    return Figure(_as_saved(spec), alt)


def _as_saved(spec):
    """The same with numbers that every machine stores alike.

    To nine digits, because the last bits differ between versions of Python and of libraries; whole ones as integers,
    because JupyterLab saves them so.
    """
    if isinstance(spec, list):
        return [_as_saved(part) for part in spec]
    if isinstance(spec, dict):
        return {key: _as_saved(value) for key, value in spec.items()}
    if isinstance(spec, float):
        short = float(f"{spec:.9g}")
        return int(short) if short.is_integer() else short
    return spec


def _spec(anchor: str, chart: alt.TopLevelMixin, validate: bool) -> dict:
    """A chart as a dictionary, validated against the schema of Vega-Lite or not, without what ``figure`` adds."""
    spec = chart.to_dict(validate=validate)
    if "datasets" in spec:
        raise ValueError(f"figure {anchor!r} draws data of its own; start from alt.Chart(alt.NamedData('rows'))")
    return {key: value for key, value in spec.items() if key not in {"$schema", "config"}}


def _added_up(spec):
    """A specification that adds up the ``n`` of its rows where it counted rows."""
    if isinstance(spec, list):
        return [_added_up(part) for part in spec]
    if not isinstance(spec, dict):
        return spec
    changed = {key: _added_up(value) for key, value in spec.items()}
    for key in ("aggregate", "op"):
        if changed.get(key) == "count":
            changed |= {key: "sum", "field": "n"}
    return changed


def _show_bare(spec: dict) -> dict:
    """How a chart without words shows while exploring; the book refuses to print it."""
    return {MIME: spec, "text/plain": "A chart without words: wrap it in aftermumbai.charts.figure(...) for the book."}


alt.renderers.register("aftermumbai", _show_bare)
alt.renderers.enable("aftermumbai")


def category_colour(**options) -> alt.Color:
    """The colour of an event's category, in the schema's order."""
    labels = data.labels("events", "category")
    return alt.Color("category:N", **options).scale(
        domain=list(labels.values()), range=[CATEGORY_COLOURS[value] for value in labels]
    )


def select(name: str, title: str, options: dict, first) -> alt.Parameter:
    """A choice that a reader makes with a menu below the chart."""
    binding = alt.binding_select(options=list(options), labels=list(options.values()), name=f"{title} ")
    return alt.param(name=name, value=first, bind=binding)


def hints(**titles: str) -> list[alt.Tooltip]:
    """What is shown over a mark: a column of the rows and its heading."""
    return [alt.Tooltip(f"{column}:N", title=title) for column, title in titles.items()]


def decimal_year(day: pd.Timestamp) -> float:
    """A day as a decimal year, for an axis of years."""
    return round(day.year + (day.day_of_year - 1) / 365.25, 3)


def moment(x: float, name: str) -> list[alt.Chart]:
    """A thin vertical line with its name at the top of a panel, as layers."""
    place = {"x": alt.XDatum(x)}
    rule = alt.Chart().mark_rule(strokeDash=[3, 3], color=MUTED).encode(**place)
    text = alt.Chart().transform_aggregate(n="count()")
    named = text.mark_text(align="right", dx=-4, baseline="top", y=1, fontStyle="italic")
    return [rule, named.encode(**place, text=alt.TextValue(name))]


def panels(column: str, order: list[str], narrow: bool) -> alt.Row:
    """Panels one below the other with a bold title; a narrow panel breaks its title at a dash."""
    return alt.Row(f"{column}:N", title=None, sort=order).header(
        orient="top",
        labelAnchor="start",
        labelFontWeight="bold",
        labelFontSize=10 if narrow else 12,
        labelPadding=2,
        labelLimit=WIDE,
        labelExpr="split(datum.label, ' – ')" if narrow else "datum.label",
    )


def shares(
    width: int,
    *,
    rows: str,
    order: list[str],
    panel: str,
    panel_order: list[str],
    axis: str,
    colour: str,
    choice: alt.Parameter | None = None,
) -> alt.FacetChart:
    """Shares with their exact intervals, a line for each, in panels.

    Draws rows with the columns ``share``, ``low``, ``high`` (0 to 1) and ``counts`` ("9 of 40").

    Args:
        width: of the figure in pixels.
        rows: column that names a line.
        order: the lines from top to bottom.
        panel: column that names a panel.
        panel_order: the panels from top to bottom.
        axis: what is shared, for the axis.
        colour: of the marks.
        choice: a menu whose name is a column of the rows; only the rows of its value are drawn.
    """
    narrow = width < BREAKPOINT
    gutter, side = (102, 64) if narrow else (120, 70)
    inner = width - gutter - side
    base = alt.Chart().encode(
        y=alt.Y(f"{rows}:N", title=None, sort=order).axis(domain=False, ticks=False, labelLimit=gutter - 6),
        tooltip=[
            alt.Tooltip(f"{panel}:N", title="Of"),
            alt.Tooltip(f"{rows}:N", title="Row"),
            alt.Tooltip("counts:N", title="Number"),
            alt.Tooltip("share:Q", title="Share", format=".0%"),
            alt.Tooltip("low:Q", title="95% interval from", format=".0%"),
            alt.Tooltip("high:Q", title="to", format=".0%"),
        ],
    )
    scale = alt.Scale(domain=[0, 1])
    percent = alt.Axis(format="%", values=[0, 0.5, 1] if narrow else [0, 0.25, 0.5, 0.75, 1], title=axis)
    spans = base.mark_rule(strokeWidth=2.5, color=colour).encode(
        x=alt.X("low:Q", scale=scale, axis=percent), x2="high:Q"
    )
    dots = base.mark_circle(size=80, opacity=1, color=colour).encode(x=alt.X("share:Q", scale=scale))
    counts = base.mark_text(align="left", dx=6).encode(x=alt.XValue(inner), text="counts:N")
    layers = alt.layer(spans, dots, counts).properties(width=inner, height=alt.Step(24))
    if choice is not None:
        layers = layers.transform_filter(f"datum.{choice.name} == {choice.name}")
    chart = layers.facet(
        row=panels(panel, panel_order, narrow),
        data=alt.NamedData("rows"),
        spacing=10,
    )
    return chart if choice is None else chart.add_params(choice)
