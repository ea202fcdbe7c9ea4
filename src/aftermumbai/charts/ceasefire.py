"""Whose ceasefire violations, by whose count: what notebook 06 draws.

Imports what stands before ``charts``; notebooks and other drawings import it.
"""

import math

import altair as alt
import pandas as pd

from aftermumbai import charts, data, measures
from aftermumbai.charts import claims, palette
from aftermumbai.measures import ceasefire
from aftermumbai.rules import split_list

# A colour and a shape for each counter; the shape repeats the colour.
COUNTERS = {
    "india_mha": (palette.BLUE, "circle"),
    "india_mod": (palette.TEAL, "square"),
    "india_army": (palette.RED, "triangle-up"),
    "jk_police": (palette.TEAL, "triangle-up"),
    "pakistan_mofa": (palette.GREEN, "circle"),
    "pakistan_ispr": (palette.OCHRE, "diamond"),
    "ajk": (palette.PINK, "triangle-down"),
    "unmogip": (palette.VIOLET, "cross"),
    "other": (palette.GREY, "triangle-right"),
}
SIDES = {"pakistan": palette.BLUE, "india": palette.GREEN}
BY = {
    "pakistan": "Violations by Pakistan – as India counts them",
    "india": "Violations by India – as Pakistan counts them",
}
# The ceasefire, the understanding that renewed it, and the statement that renewed it again (table line_history).
MOMENTS = {"2003-11-ceasefire": "2003", "2018-05-dgmo": "2018", "2021-02-25-joint-statement": "2021"}
MOST = 9000
# Room above it for the names of moments.
TOP = 24000


# An axis that is not linear writes its numbers as powers unless told otherwise.
THOUSANDS = "format(datum.value, ',')"


def moments(history: pd.DataFrame) -> dict[str, float]:
    """Where the three ceasefires stand on an axis of years, by the name they get there."""
    days = history.set_index("id")["date"]
    return {name: charts.decimal_year(days[key]) for key, name in MOMENTS.items()}


def _moment(x: float, name: str, left: bool, line: int = 0, size: int = 11) -> list[alt.Chart]:
    """A moment drawn once in each panel, so that its dashes stay thin.

    Args:
        x: where it stands.
        name: what is written beside it.
        left: the name stands left of the dashes, else right, so that neighbours do not touch.
        line: the line of text that the name stands in; the dashes begin there and cross no name above.
        size: of the letters.
    """
    base = alt.Chart().transform_aggregate(n="count()")
    side = {"align": "right", "dx": -4} if left else {"align": "left", "dx": 4}
    text = base.mark_text(baseline="top", y=1 + 14 * line, fontStyle="italic", fontSize=size, **side)
    place = alt.XDatum(x)
    rule = base.mark_rule(strokeDash=[3, 3], color=charts.MUTED)
    ends = {"y": alt.YValue(14 * line), "y2": alt.Y2Value("height")} if line else {}
    return [rule.encode(x=place, **ends), text.encode(x=place, text=alt.TextValue(name))]


def _colour(table: str, keys: list[str], narrow: bool) -> tuple[alt.Color, alt.Shape]:
    """Colour and shape by counter, with one legend above the panels."""
    labels = data.labels(table, "counted_by")
    names = [labels[key] for key in keys]
    colour = alt.Color("counter:N", sort=names).scale(domain=names, range=[COUNTERS[key][0] for key in keys])
    shape = alt.Shape("counter:N", sort=names).scale(domain=names, range=[COUNTERS[key][1] for key in keys])
    legend = alt.Legend(title=None, orient="top", columns=1 if narrow else 2, labelLimit=300)
    return colour.legend(legend), shape


def beside(rows: pd.DataFrame) -> pd.DataFrame:
    """Adds ``at``: the year, moved a little where marks of one panel and year would cover each other.

    Marks whose values differ by less than a third, or by two at most, are set side by side.
    """
    at = rows["year"].astype(float)
    for _, group in rows.groupby(["panel", "year"]):
        values = group["drawn"].astype(float).sort_values(kind="stable")
        cluster = ((values > values.shift() * 1.33) & (values > values.shift() + 2)).cumsum()
        for _, near in values.groupby(cluster):
            step = min(0.3, 0.9 / len(near))
            for place, index in enumerate(near.index):
                at[index] += (place - (len(near) - 1) / 2) * step
    return rows.assign(at=at.round(3))


def _panels(
    *,
    table: str,
    keys: list[str],
    years: tuple[int, float],
    scale: alt.Scale,
    axis: alt.Axis,
    counted: str,
    order: list[str],
    heights: tuple[int, int],
    marks: dict[str, float],
    tooltip: dict[str, str],
):
    """How to draw counts by year and counter: a mark for each, a grey bar from the lowest to the highest.

    Draws rows with the columns ``panel``, ``year``, ``counter``, ``drawn``, ``year_low``, ``year_high``,
    ``at`` as :func:`beside` gives it, ``whole`` (filled or hollow) and ``up`` (end of the tick of a count "at least").

    Args:
        table: whose labels name the counters.
        keys: the counters in the order of the legend.
        years: ends of the axis.
        scale: of the counts.
        axis: of the counts.
        counted: what is counted, for that axis.
        order: the panels from top to bottom.
        heights: of a panel, narrow and wide.
        marks: names of moments and where they stand.
        tooltip: further columns of the rows and their headings.
    """

    def draw(width: int) -> alt.FacetChart:
        narrow = width < charts.BREAKPOINT
        first, last = years
        step = 5 if narrow else 2
        x = alt.X("year:Q", title=None).scale(domain=[first - 0.7, last], nice=False).axis(
            format="d", values=list(range(first + -first % step, int(last) + 1, step)), grid=False
        )  # fmt: skip
        beside = x.copy()
        beside.shorthand = "at:Q"
        colour, shape = _colour(table, keys, narrow)
        base = alt.Chart()
        spans = base.transform_aggregate(low="min(year_low)", high="max(year_high)", groupby=["year", "panel"])
        bars = spans.mark_rule(strokeWidth=5, color=charts.MUTED, opacity=0.35).encode(
            x=x, y=alt.Y("low:Q", title=counted, scale=scale, axis=axis), y2="high:Q"
        )
        drawn = alt.Y("drawn:Q", title=counted, scale=scale, axis=axis)
        upwards = base.transform_filter("isValid(datum.up)").mark_rule(strokeWidth=1.5)
        hints = [alt.Tooltip("year:Q", title="Year", format="d"), alt.Tooltip("counter:N", title="Counted by")]
        hints += [alt.Tooltip(f"{column}:N", title=title) for column, title in tooltip.items()]
        points = [
            base.transform_filter(f"datum.whole == {str(whole).lower()}")
            .mark_point(filled=whole, size=34 if narrow else 46, strokeWidth=1.6, opacity=0.95)
            .encode(x=beside, y=drawn, color=colour, shape=shape, tooltip=hints)
            for whole in (True, False)
        ]
        lines = [
            layer
            for name, at in marks.items()
            for layer in _moment(at, name, left=at - first > 4 and not (narrow and name == "2021"))
        ]
        panel = alt.layer(bars, *lines, upwards.encode(x=beside, y=drawn, y2="up:Q", color=colour), *points)
        return panel.properties(width=width - 74, height=heights[0 if narrow else 1]).facet(
            row=charts.panels("panel", order, narrow), data=alt.NamedData("rows"), spacing=14
        )

    return draw


# Violations per year


def year_rows(counts: pd.DataFrame) -> pd.DataFrame:
    """What each counter counted in each year, the same number of one counter only once.

    Args:
        counts: the table ``ceasefire_violations``.

    Returns:
        One row per count: ``panel``, ``year``, ``counter`` (labels), ``low``, ``high`` (empty for "at least"),
        ``drawn`` (the lower end), ``up`` (end of the tick of "at least"), ``whole`` (of the year, of both
        lines, and able to contradict another such total), ``scope`` and ``period`` in words, ``year_low``,
        ``year_high`` (of all counters of that side; complaints to the UN left out).
    """
    rows = ceasefire.nearest(counts).drop_duplicates(
        ["violations_by", "year", "counted_by", "count_min", "count_max", "part"]
    )  # fmt: skip
    if (rows["count_min"] > MOST).any():
        raise ValueError("counts outside the chart, raise charts.ceasefire.MOST")
    labels, scopes = (data.labels("ceasefire_violations", column) for column in ("counted_by", "scope"))
    own = rows[rows["counted_by"] != "unmogip"].groupby(["violations_by", "year"], observed=True)
    spread = own.agg(year_low=("count_min", "min"), year_high=("count_min", "max")).reset_index()
    joined = rows.merge(spread, on=["violations_by", "year"], how="left")
    table = pd.DataFrame(
        {
            "panel": joined["violations_by"].map(BY).astype(str),
            "year": joined["year"].astype(int),
            "counter": joined["counted_by"].map(labels).astype(str),
            "low": joined["count_min"],
            "high": joined["count_max"],
            "drawn": joined["count_min"],
            "up": (joined["count_min"] * 1.6).where(joined["count_max"].isna()),
            "whole": ~joined["part"].astype(bool) & ceasefire.contradicting(joined, counts),
            "scope": joined["scope"].map(scopes).astype(str),
            "period": joined["period"],
            "year_low": joined["year_low"],
            "year_high": joined["year_high"],
        }
    ).sort_values(["panel", "year", "counter", "low"], ascending=[False, True, True, True], ignore_index=True)
    return beside(table)


YEAR_COLUMNS = {
    "panel": "Violations",
    "year": "Year",
    "counter": "Counted by",
    "low": "At least",
    "high": "At most",
    "scope": "Where",
    "period": "Part of the year",
}


def draw_years(history: pd.DataFrame):
    """How to draw :func:`year_rows`; the dotted lines are the ceasefire and its two renewals."""
    return _panels(
        table="ceasefire_violations",
        keys=[key for key in COUNTERS if key != "jk_police"],
        years=(2002, 2026.4),
        scale=alt.Scale(type="symlog", constant=1, domain=[-0.3, TOP], nice=False),
        axis=alt.Axis(values=[0, 1, 10, 100, 1000, 10000], labelExpr=THOUSANDS, labelOverlap=False),
        counted="violations (compressed scale)",
        order=list(BY.values()),
        heights=(190, 210),
        marks=moments(history),
        tooltip={"low": "At least", "high": "At most", "scope": "Where", "period": "Part of the year"},
    )


def differing(rows: pd.DataFrame) -> tuple[int, int]:
    """In how many years India's published totals contradict each other, and how many years have more than one."""
    whole = rows[rows["whole"] & (rows["panel"] == BY["pakistan"])]
    compared = whole.groupby("year").agg(different=("low", "nunique"), totals=("low", "size"))
    several = compared[compared["totals"] > 1]
    return int((several["different"] > 1).sum()), len(several)


def _peaks(rows: pd.DataFrame) -> tuple[pd.Series, str]:
    """The Home Ministry's totals since 2004 by year, and Pakistan's highest count: "1,970 for 2017"."""
    home, foreign = (data.labels("ceasefire_violations", "counted_by")[key] for key in ("india_mha", "pakistan_mofa"))
    ours = rows[rows["whole"] & (rows["counter"] == home) & (rows["year"] > 2003)].set_index("year")["low"]
    theirs = rows[(rows["panel"] == BY["india"]) & (rows["counter"] == foreign)]
    top = theirs[theirs["low"] == theirs["low"].max()]
    return ours, f"{top['low'].iloc[0]:,} for {' and '.join(map(str, top['year']))}"


def year_takeaway(rows: pd.DataFrame) -> str:
    """The peak of each side's count, and in how many years several Indian totals disagree."""
    ours, theirs = _peaks(rows)
    different, several = differing(rows)
    return (
        f"India's Home Ministry counted most in {ours.idxmax()} ({ours.max():,}), against {ours[2010]} in 2010; "
        f"Pakistan said more than {theirs}. India's totals differ in {different} of {several} years with more than one."
    )


def year_alt(rows: pd.DataFrame) -> str:
    """The takeaway in full: since when, and which totals do not contradict each other."""
    ours, theirs = _peaks(rows)
    different, several = differing(rows)
    return (
        f"Since 2003 India's Home Ministry counted most in {ours.idxmax()} ({ours.max():,}), against {ours[2010]} in "
        f"2010; Pakistan's Foreign Ministry said more than {theirs}. India's totals contradict each other in "
        f"{different} of {several} years that have more than one; numbers that seem to cover the Line of Control "
        "alone, and lower bounds that another total meets, are not among them."
    )


# Month by month


def month_rows(counts: pd.DataFrame) -> pd.DataFrame:
    """The Home Ministry's counts of months: ``month`` (words), ``start``, ``end`` (decimal years), ``violations``."""
    months = ceasefire.monthly(counts)
    ends = months.index + pd.offsets.MonthBegin(1)
    return pd.DataFrame(
        {
            "month": [f"{day.month_name()} {day.year}" for day in months.index],
            "start": [charts.decimal_year(day) for day in months.index],
            "end": [charts.decimal_year(day) - 0.012 for day in ends],
            "violations": months.to_numpy(),
        }
    )


MONTH_COLUMNS = {"month": "Month", "violations": "Violations by Pakistan, by India's count"}
# What happened in these months, in rows of line_history and at Pulwama: name, and the line of text it stands in.
MONTH_MOMENTS = {
    "2018-05-dgmo": ("armies agree", 0),
    "pulwama": ("Pulwama", 1),
    "2019-08-05-status": ("Article 370", 2),
    "2021-02-25-joint-statement": ("renewed", 0),
}


def draw_months(history: pd.DataFrame):
    """How to draw :func:`month_rows`: a bar for each month, and what happened."""
    days = history.set_index("id")["date"].to_dict() | {"pulwama": claims.PULWAMA}

    def draw(width: int) -> alt.LayerChart:
        narrow = width < charts.BREAKPOINT
        x = alt.X("start:Q", title=None).scale(domain=[2017.98, 2021.52], nice=False).axis(
            format="d", values=[2018, 2019, 2020, 2021], grid=False
        )  # fmt: skip
        y = alt.Y("violations:Q", title="violations by Pakistan, by India's count").scale(domain=[0, 640], nice=False)
        bars = alt.Chart().mark_bar(color=SIDES["pakistan"]).encode(
            x=x,
            x2="end:Q",
            y2=alt.Y2Datum(0),
            y=y.axis(values=[0, 100, 200, 300, 400, 500]),
            tooltip=[alt.Tooltip("month:N", title="Month"), alt.Tooltip("violations:Q", title="Violations")],
        )  # fmt: skip
        layers = [
            layer
            for key, (name, line) in MONTH_MOMENTS.items()
            for layer in _moment(
                charts.decimal_year(days[key]), name, left=name == "renewed", line=line, size=10 if narrow else 11
            )
        ]
        return alt.layer(bars, *layers, data=alt.NamedData("rows")).properties(width=width - 56, height=230)

    return draw


def promise_rows(counts: pd.DataFrame) -> pd.DataFrame:
    """Before and after the ceasefire of 2003 and its two renewals; the renewals with a shift test.

    Returns:
        ``promise``, ``compared``, ``before``, ``after`` (violations per month), ``ratio``, ``runs`` ("1 of
        42"), ``p``; for 2003, of which there are no months, years stand and no test.
    """
    months = ceasefire.monthly(counts)
    whole = ceasefire.whole_years(counts[counts["count_min"].notna() & (counts["violations_by"] == "pakistan")])
    year = whole.groupby("year")["count_min"].max()
    rows = [
        {
            "promise": "Ceasefire of November 2003",
            "compared": "2002 and 2004, whole years",
            "before": f"{year[2002] / 12:,.0f}",
            "after": f"{year[2004] / 12:,.0f}",
            "ratio": f"{year[2004] / year[2002]:.0%}",
            "runs": "no months published",
            "p": "not tested",
        }
    ]
    for name, first, last in (
        ("Understanding of May 2018", "2018-06-01", "2021-02-01"),
        ("Joint statement of February 2021", "2021-03-01", "2021-06-01"),
    ):
        shift = ceasefire.shift_test(months[: pd.Timestamp(last)], pd.Timestamp(first), RUN)
        rows.append(
            {
                "promise": name,
                "compared": f"{RUN} months before and after",
                "before": f"{shift.before:,.0f}",
                "after": f"{shift.after:,.1f}",
                "ratio": f"{shift.ratio:.1%}",
                "runs": f"{shift.as_low} of {shift.runs}",
                "p": f"{shift.p:.3f}",
            }
        )
    return pd.DataFrame(rows)


def promise_text(counts: pd.DataFrame) -> str:
    """How the falls are tested, and why so, as Markdown."""
    months = ceasefire.monthly(counts)
    spread = ceasefire.dispersion(months[: pd.Timestamp("2021-02-01")])
    first = len(months[: pd.Timestamp("2021-02-01")])
    return (
        f"Were the falls more than the ups and downs of the series? The months come in waves: their variance is "
        f"{spread:.0f} times their mean even before March 2021, so that a test which takes them for independent "
        f"Poisson counts would see proof everywhere. A circular shift test keeps their order. It compares the {RUN} "
        f"months after a promise with every run of {RUN} months in the series; {RUN}, because the published series "
        f"ends so long after the last promise. The test of May 2018 uses the {first} months up to February 2021, that "
        f"of February 2021 all {len(months)}; the smallest p that they can give is {1 / first:.3f} and "
        f"{1 / len(months):.3f}, and both tests give it. For 2003 there are only years, and no test."
    )


# The Home Ministry's answer ends four months after the joint statement.
RUN = 4
PROMISE_COLUMNS = {
    "promise": "Promise",
    "compared": "Compared",
    "before": "A month before",
    "after": "A month after",
    "ratio": "After, of before",
    "runs": "Runs as low, of all (one for each month used)",
    "p": "p (one-sided)",
}


def month_takeaway(counts: pd.DataFrame) -> str:
    """How far the count fell after each renewal, and how long the first held, in few words."""
    months, first, second, back = _falls(counts)
    return (
        f"India's count fell from {first.before:.0f} to {first.after:.0f} a month after May 2018, and passed half of "
        f"its former level in {back:%B %Y}. After February 2021 it fell from {second.before:.0f} to {second.after:.1f} "
        f"(n = {len(months)} months)."
    )


def _falls(counts: pd.DataFrame):
    """The months, the tests of the falls of 2018 and 2021, and the month in which the first was half undone."""
    months = ceasefire.monthly(counts)
    first = ceasefire.shift_test(months[: pd.Timestamp("2021-02-01")], pd.Timestamp("2018-06-01"), RUN)
    second = ceasefire.shift_test(months, pd.Timestamp("2021-03-01"), RUN)
    later = months[pd.Timestamp("2018-06-01") :]
    return months, first, second, later[later > first.before / 2].index[0]


def month_alt(counts: pd.DataFrame) -> str:
    """How far the count fell after each renewal, and how long the first held."""
    months, first, second, back = _falls(counts)
    return (
        f"After the understanding of May 2018 India's count fell from {first.before:.0f} to {first.after:.0f} a "
        f"month and was above half of its former level again in {back.month_name()} {back.year}. After the joint "
        f"statement of February 2021 it fell from {second.before:.0f} to {second.after:.1f} a month. Each is the mean "
        f"of {RUN} months. n = {len(months)} months."
    )


# The ratio of the two counts


# Years of which both sides gave the two lines apart: India's row, Pakistan's, what they cover.
LINES = [
    (
        "2014, line",
        "cfv-2014-india-mha-loc-1-jan-25-nov",
        "cfv-2014-pakistan-mofa-loc-1-jan-early-oct",
        "Line of Control; India to 25 November, Pakistan to early October",
    ),
    (
        "2014, border",
        "cfv-2014-india-mha-ib-1-jan-25-nov",
        "cfv-2014-pakistan-mofa-ib-1-jan-early-oct",
        "border; India to 25 November, Pakistan to early October",
    ),
    (
        "2016, line",
        "cfv-2016-india-mod-loc-to-7-nov",
        "cfv-2016-pakistan-mofa-loc-1-jan-9-nov",
        "Line of Control; India to 7 November, Pakistan to 9 November",
    ),
    (
        "2016, border",
        "cfv-2016-india-mod-ib-to-7-nov",
        "cfv-2016-pakistan-mofa-ib-1-jan-9-nov",
        "border; India to 7 November, Pakistan to 9 November",
    ),
]


def ratio_rows(counts: pd.DataFrame) -> pd.DataFrame:
    """:func:`measures.ceasefire.ratios` with words.

    Parts of years enter with an exact count, the last of each month. Years of which both sides gave the two
    lines apart have a row for each line.

    Returns:
        The rows with ``covers`` (which lines, and until when), ``india`` and ``pakistan`` (what each counted),
        ``said`` ("583 : 315"), ``text`` (the ratio), ``more`` (who counted more), ``value`` (middle), ``least``
        (left end of the line).
    """
    rows = ceasefire.ratios(counts)
    rows = rows[rows["whole"] | ~rows["bound"] | (rows["until"] == ceasefire.RENEWED)]
    part = rows[~rows["whole"]]
    rows = rows.drop(part.index[part["until"].dt.to_period("M").duplicated(keep="last")])
    rows = rows.assign(
        covers=["both lines" if stated else "Pakistan's not said to be both lines" for stated in rows["stated"]],
        over=["over " if bound else "" for bound in rows["bound"]],
    )
    known = counts.set_index("id", drop=False)
    apart = [
        ceasefire.pair(known.loc[ours], known.loc[theirs]) | {"period": period, "covers": covers, "over": ""}
        for period, ours, theirs, covers in LINES
    ]
    rows = pd.concat([rows, pd.DataFrame(apart)]).sort_values(["until", "whole"], kind="stable", ignore_index=True)
    ranges = {
        side: [measures.range_text(low, high) for low, high in rows[[f"{side}_low", f"{side}_high"]].to_numpy()]
        for side in ("india", "pakistan")
    }
    return rows.assign(
        india=ranges["india"],
        pakistan=rows["over"] + ranges["pakistan"],
        text=[f"at most {row.high:.2f}" if row.bound else ratio_text(row.low, row.high) for row in rows.itertuples()],
        more=[_who(row) for row in rows.itertuples()],
        value=(rows["low"] * rows["high"]) ** 0.5,
        least=rows["low"].where(~rows["bound"], LEAST),
    ).assign(said=lambda table: table["india"] + " : " + table["pakistan"])


def ratio_text(low: float, high: float) -> str:
    """A ratio in words: "1.18", "1.75 to 1.85"."""
    return f"{low:.2f}" if f"{low:.2f}" == f"{high:.2f}" else f"{low:.2f} to {high:.2f}"


def _who(row) -> str:
    """Who counted more; not known where the range holds 1, or its lower end is not known."""
    if row.high < 1:
        return "Pakistan"
    return "India" if row.low > 1 and not row.bound else "not known"


LEAST, GREATEST = 0.4, 8
RATIO_COLUMNS = {
    "period": "Year, or part of it from 1 January",
    "india": "Violations by Pakistan, by India's count",
    "pakistan": "Violations by India, by Pakistan's count",
    "text": "Ratio",
    "covers": "Covers",
}


def draw_ratios(width: int) -> alt.LayerChart:
    """The ratio of the two counts on a log scale, with what each counted. Draws :func:`ratio_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter, side = (92, 108) if narrow else (104, 140)
    inner = width - gutter - side
    head = alt.TitleParams("India's count : Pakistan's count", anchor="end", fontSize=10 if narrow else 11)
    base = alt.Chart()
    weight = alt.condition("indexof(datum.label, ',') < 0", alt.value("bold"), alt.value("normal"))
    y = alt.Y("period:N", title=None, sort=None).axis(
        domain=False, ticks=False, labelLimit=gutter, labelPadding=6, labelFontWeight=weight
    )
    scale = alt.Scale(type="log", domain=[LEAST, GREATEST], nice=False)
    title = "← Pakistan counted more · India counted more →"
    words = ["India's count for one of Pakistan's", "(log scale)"]
    axis = alt.Axis(values=[0.5, 1, 2, 4], title=words, format="~r")
    if not narrow:  # The arrows part where the two counts agree.
        one = inner * math.log(1 / LEAST) / math.log(GREATEST / LEAST)
        axis = alt.Axis(values=[0.5, 1, 2, 4], title=[title, " ".join(words)], titleX=round(one), format="~r")
    tooltip = charts.hints(
        period="Period", india="India counted", pakistan="Pakistan counted", text="Ratio", covers="Covers"
    )
    least, value, high = (alt.X(f"{column}:Q", scale=scale, axis=axis) for column in ("least", "value", "high"))
    drawn = base.encode(y=y, color=_more(), tooltip=tooltip)
    known, bound = (drawn.transform_filter(f"{sign}datum.bound") for sign in ("!", ""))
    mark = {"filled": True, "size": 70, "opacity": 1}
    equal = base.transform_aggregate(n="count()").mark_rule(strokeDash=[3, 3], color=charts.MUTED)
    said = base.mark_text(align="right", fontSize=10 if narrow else 11)
    return alt.layer(
        equal.encode(x=alt.XDatum(1)),
        drawn.mark_rule(strokeWidth=2.5).encode(x=least, x2="high:Q"),
        known.mark_point(**mark).encode(
            x=value, shape=alt.condition("datum.whole", alt.value("circle"), alt.value("diamond"))
        ),
        bound.mark_point(**mark, shape="triangle-left").encode(x=high),
        said.encode(y=y, x=alt.XValue(inner + side - 4), text="said:N"),
        data=alt.NamedData("rows"),
    ).properties(title=head, width=inner, height=alt.Step(23))


def _more() -> alt.Color:
    names = {"India": SIDES["pakistan"], "Pakistan": SIDES["india"], "not known": COUNTERS["other"][0]}
    return alt.Color("more:N", sort=list(names), legend=None).scale(domain=list(names), range=list(names.values()))


def agreement(rows: pd.DataFrame) -> tuple[int, int]:
    """In how many years the two counts differ, and for how many both sides gave a number that is no lower bound."""
    sure = rows[rows["whole"] & ~rows["bound"]]
    return int(((sure["low"] > 1) | (sure["high"] < 1)).sum()), len(sure)


def ratio_takeaway(rows: pd.DataFrame) -> str:
    """In which whole years which side counted more, and the span of the ratio where both gave a number."""
    whole = rows[rows["whole"]]
    more = {who: _listed(list(whole.loc[whole["more"] == who, "period"])) for who in ("India", "Pakistan")}
    sure = whole[~whole["bound"]]
    return (
        f"India counted more violations than Pakistan in {more['India']}, Pakistan more in {more['Pakistan']}. Where "
        f"both gave a number for the year, the ratio runs from {sure['low'].min():.2f} to {sure['high'].max():.2f} (n "
        f"= {len(sure)} years)."
    )


def ratio_alt(rows: pd.DataFrame) -> str:
    """In which whole years which side counted more, and how far the year stood that was counted longest in parts."""
    whole = rows[rows["whole"]]
    more = {who: ", ".join(whole.loc[whole["more"] == who, "period"]) for who in ("India", "Pakistan", "not known")}
    sure = whole[~whole["bound"]]
    part = rows[~rows["whole"] & ~rows["bound"]].sort_values("until").iloc[-1]
    return (
        f"India counted more violations by Pakistan than Pakistan by India in {more['India']}; Pakistan counted more "
        f"in {more['Pakistan']}. For {more['not known']} Pakistan said only 'more than'; in {part['until'].year}, up "
        f"to {part['until'].day} {part['until'].month_name()}, India's count was {part['high']:.2f} times "
        f"Pakistan's. Where both gave a number for the year, the ratio runs from {sure['low'].min():.2f} to "
        f"{sure['high'].max():.2f} (n = {len(sure)} years)."
    )


def ratio_lines(counts: pd.DataFrame) -> str:
    """On which of the two lines the counts part, for the years that both gave them apart, as Markdown."""
    count = counts.set_index("id")["count_min"]
    said = {period: f"{count[ours]} against {count[theirs]}" for period, ours, theirs, _ in LINES}
    rows = ceasefire.ratios(counts)
    silent = rows[rows["whole"] & ~rows["bound"] & ~rows["stated"]]
    numbers = [
        f"{measures.range_text(row.pakistan_low, row.pakistan_high)} for {row.period}" for row in silent.itertuples()
    ]
    return (
        "Two years can be split by line. In 2016, up to 7 November by India and 9 November by Pakistan, the two counts "
        f"lay near each other on the Line of Control ({said['2016, line']}) and far apart on the border "
        f"({said['2016, border']}; India's count first). For 2014 the days do not match, because India's count runs to "
        f"25 November and Pakistan's to early October, so that both ratios are upper ends: {said['2014, line']} on the "
        f"Line of Control, {said['2014, border']} on the border. Pakistan's numbers for whole years, "
        f"{' and '.join(numbers)}, are not said to cover both lines."
    )


def ratio_note(counts: pd.DataFrame) -> str:
    """What the ratio is not, with the jump of Pakistan's count at the end of 2017, as Markdown."""
    count = counts.set_index("id")["count_min"]
    return (
        "The ratio is no measure of guilt. It moves with what each side chose to report: Pakistan's running count "
        f"for 2017 stood at *more than {count['cfv-2017-pakistan-mofa-1-jan-8-dec']:,}* on 8 December, and the year "
        f"was given as {count['cfv-2017-pakistan-mofa-loc-and-ib-2']:,} three weeks later. UN observers got "
        f"{count['cfv-2017-unmogip']} complaints from Pakistan in that year."
    )


# Deaths by side

PANELS = {
    ("pakistan", "civilian"): "Civilians on the Indian side – killed by Pakistani fire",
    ("pakistan", "security_force"): "Security forces on the Indian side – killed by Pakistani fire",
    ("india", "civilian"): "Civilians on the Pakistani side – killed by Indian fire",
}
DEADLIEST = 95


def death_rows(counts: pd.DataFrame) -> pd.DataFrame:
    """People killed in violations in each year, by side, kind and counter; parts of years only where no whole one is.

    Returns:
        ``panel``, ``year``, ``counter``, ``killed``, ``covers``, ``note``, ``year_low``, ``year_high``.
    """
    known = counts[counts["killed_min"].notna() & counts["killed_who"].isin(["civilian", "security_force"])]
    key = ["violations_by", "killed_who", "year"]
    whole = ceasefire.whole_years(known).assign(part=False)
    served = set(whole[key].itertuples(index=False, name=None))
    rest = known[~known["id"].isin(whole["id"]) & (known["year"].str.len() == 4)]
    rest = rest.assign(year=rest["year"].astype(int), part=True)
    rest = rest[[item not in served for item in rest[key].itertuples(index=False, name=None)]]
    rest = rest.sort_values("killed_min", kind="stable").groupby([*key, "counted_by"], observed=True).tail(1)
    rows = pd.concat([whole, rest]).drop_duplicates([*key, "counted_by", "killed_min"])
    if (rows["killed_min"] > DEADLIEST).any():
        raise ValueError("deaths outside the chart, raise charts.ceasefire.DEADLIEST")
    spread = rows.groupby(key, observed=True)["killed_min"].agg(year_low="min", year_high="max").reset_index()
    rows = rows.merge(spread, on=key)
    labels = data.labels("ceasefire_violations", "counted_by")
    lines = rows["scope"].isin(ceasefire.BOTH) | (rows["violations_by"] == "india")
    covers = [
        "a part of the year" if part else "the year" if both else "one line"
        for part, both in zip(rows["part"], lines, strict=True)
    ]
    table = pd.DataFrame(
        {
            "panel": [PANELS.get(pair, "") for pair in zip(rows["violations_by"], rows["killed_who"], strict=True)],
            "year": rows["year"].astype(int),
            "counter": rows["counted_by"].map(labels).astype(str),
            "killed": rows["killed_min"],
            "drawn": rows["killed_min"],
            "up": None,
            "whole": [word == "the year" for word in covers],
            "covers": covers,
            "note": rows["note"],
            "year_low": rows["year_low"],
            "year_high": rows["year_high"],
        }
    ).query("panel != ''").sort_values(["panel", "year", "counter"], ignore_index=True)  # fmt: skip
    return beside(table)


DEATH_COLUMNS = {
    "panel": "Killed",
    "year": "Year",
    "counter": "Counted by",
    "killed": "People",
    "covers": "Covers",
    "note": "Note",
}


def draw_deaths(history: pd.DataFrame):
    """How to draw :func:`death_rows`."""
    return _panels(
        table="ceasefire_violations",
        keys=["india_mha", "india_mod", "pakistan_mofa", "pakistan_ispr", "ajk", "other"],
        years=(2010, 2026.4),
        scale=alt.Scale(domain=[0, 125], nice=False),
        axis=alt.Axis(values=[0, 30, 60, 90]),
        counted="people killed",
        order=list(PANELS.values()),
        heights=(105, 110),
        marks={name: at for name, at in moments(history).items() if at > 2010},
        tooltip={"killed": "Killed", "covers": "Covers", "note": "Note"},
    )


def deadliest(rows: pd.DataFrame, key: tuple[str, str], side: str) -> str:
    """The highest yearly count of one panel with its counter, and the lower counts of that year, in words."""
    own = rows[(rows["panel"] == PANELS[key]) & rows["whole"]]
    year = own.loc[own["killed"].idxmax(), "year"]
    counted = own[own["year"] == year].sort_values("killed").drop_duplicates("killed")
    words = " to ".join(f"{row.killed} ({NAMED[row.counter]})" for row in counted.itertuples())
    return f"{words} on the {side} side in {year}"


NAMED = {
    "Foreign Ministry, Pakistan": "Foreign Ministry",
    "Ministry of Home Affairs, India": "Home Ministry",
    "Other or not named": "counter not named",
}


def civilians(rows: pd.DataFrame) -> pd.DataFrame:
    """Years that both sides counted: lowest and highest count of civilians on each side, ``more`` and ``open``.

    ``more`` is True where every Pakistani count is above every Indian one, ``open`` where it depends on the counter.
    """
    whole = rows[rows["whole"]].groupby(["panel", "year"])["killed"].agg(["min", "max"])
    home, away = (whole.loc[PANELS[key]] for key in (("pakistan", "civilian"), ("india", "civilian")))
    both = home.add_suffix("_india").join(away.add_suffix("_pakistan"), how="inner")
    more = both["min_pakistan"] > both["max_india"]
    return both.assign(more=more, open=~more & (both["max_pakistan"] > both["min_india"]))


def death_takeaway(rows: pd.DataFrame) -> str:
    """In how many years more civilians were counted dead on one side than on the other, and what is not counted."""
    both = civilians(rows)
    return (
        f"In {both['more'].sum()} of {len(both)} years that both sides counted, Pakistan counted more civilians dead "
        "on its side than India on its own. No yearly count of Pakistan's soldiers was found."
    )


def death_alt(rows: pd.DataFrame) -> str:
    """In which years more civilians were counted dead on one side than on the other, and what is not counted."""
    both = civilians(rows)
    depends = ", ".join(map(str, both.index[both["open"]]))
    away, home = (
        deadliest(rows, key, side)
        for key, side in ((("india", "civilian"), "Pakistani"), (("pakistan", "civilian"), "Indian"))
    )
    return (
        f"In {both['more'].sum()} of {len(both)} years in which both sides counted, Pakistan counted more civilians "
        f"dead on its side than India on its own; for {depends} it depends on the counter. The highest counts are "
        f"{away} and {home}. No yearly count of Pakistan's own soldiers was found. n = {len(rows)} counts."
    )


def soldiers_text(counts: pd.DataFrame) -> str:
    """The one count of soldiers on the Pakistani side that was found, as Markdown."""
    total = counts.set_index("id")["killed_min"]
    away = total["cfv-2016-2021-other-crss-pakistan"]
    soldiers = total["cfv-2016-2021-other-crss-pakistan-security-force"]
    return (
        f"Pakistan publishes no yearly sum of its soldiers. A research centre in Islamabad counted {away} people "
        f"killed on the Pakistani side from 16 October 2016 to the joint statement, **{soldiers} of them security "
        f"personnel**, and {total['cfv-2016-2021-other-crss']} killed on the Indian side, nearly seven in ten of "
        "them security forces."
    )


# Infiltration

CROSSED = {
    "attempts": "Attempts to cross",
    "net_infiltrated": "Estimated to have got through",
    "killed": "Killed in the attempt",
}


def infiltration_rows(infiltration: pd.DataFrame) -> pd.DataFrame:
    """Indian estimates of infiltration by year: ``panel``, ``year``, ``counter``, ``people``, ``whole``, ``note``.

    Rows that cover several years are left out; of parts of a year only those of years without a whole count.
    """
    single = infiltration[infiltration["year"].str.len() == 4]
    parts = single["note"].fillna("").str.startswith("period:")
    labels = data.labels("infiltration", "counted_by")
    table = pd.concat(
        [
            single.assign(panel=panel, people=single[column], whole=~parts, year=single["year"].astype(int))
            for column, panel in CROSSED.items()
        ]
    ).dropna(subset=["people"])  # fmt: skip
    served = set(table.loc[table["whole"], ["panel", "year"]].itertuples(index=False, name=None))
    keep = [whole or (panel, year) not in served for whole, panel, year in table[["whole", "panel", "year"]].to_numpy()]
    table = table[keep].drop_duplicates(["panel", "year", "counted_by", "people"])
    spread = table.groupby(["panel", "year"])["people"].agg(year_low="min", year_high="max").reset_index()
    table = table.merge(spread, on=["panel", "year"])
    order = {panel: place for place, panel in enumerate(CROSSED.values())}
    table = table.assign(
        counter=table["counted_by"].map(labels).astype(str),
        drawn=table["people"],
        up=None,
        place=table["panel"].map(order),
    ).sort_values(["place", "year", "counter"], ignore_index=True)[
        ["panel", "year", "counter", "people", "whole", "note", "drawn", "up", "year_low", "year_high"]
    ]
    return beside(table)


INFILTRATION_COLUMNS = {"panel": "What", "year": "Year", "counter": "Counted by", "people": "Number", "note": "Note"}


def draw_infiltration(history: pd.DataFrame):
    """How to draw :func:`infiltration_rows`."""
    return _panels(
        table="infiltration",
        keys=["india_mha", "jk_police", "other"],
        years=(2003, 2026.4),
        scale=alt.Scale(type="symlog", constant=10, domain=[-2, 5000], nice=False),
        axis=alt.Axis(values=[0, 10, 30, 100, 300, 1000], labelExpr=THOUSANDS, labelOverlap=False),
        counted="people (compressed)",
        order=list(CROSSED.values()),
        heights=(120, 130),
        marks=moments(history),
        tooltip={"people": "Number", "note": "Note"},
    )


def infiltration_takeaway(rows: pd.DataFrame) -> str:
    """Attempts first, highest and last, and the year in which most got through, by the Home Ministry."""
    home = rows[(rows["counter"] == data.labels("infiltration", "counted_by")["india_mha"]) & rows["whole"]]
    tried, through = (
        home[home["panel"] == CROSSED[key]].groupby("year")["people"].max() for key in ("attempts", "net_infiltrated")
    )
    return (
        f"By India's Home Ministry attempts fell from {tried.iloc[0]:,} in {tried.index[0]} to {tried[2015]} in 2015, "
        f"rose to {tried[2017]} in 2017 and fell to {tried.iloc[-1]} in {tried.index[-1]}. Most got through in "
        f"{through.idxmax()} ({through.max()})."
    )


def infiltration_alt(rows: pd.DataFrame) -> str:
    """Attempts and those who got through, first, highest and last, by the Home Ministry."""
    home = rows[(rows["counter"] == data.labels("infiltration", "counted_by")["india_mha"]) & rows["whole"]]
    tried, through = (
        home[home["panel"] == CROSSED[key]].groupby("year")["people"].max() for key in ("attempts", "net_infiltrated")
    )
    crossed = home[(home["panel"] == CROSSED["attempts"]) & home["note"].fillna("").str.contains("people who crossed")]
    years = _listed(sorted(crossed["year"].unique()))
    return (
        f"By the Home Ministry's highest count of each year attempts fell from {tried.iloc[0]:,} in {tried.index[0]} "
        f"to {tried[2015]} in 2015, rose to {tried[2017]} in 2017 and fell to {tried.iloc[-1]} in {tried.index[-1]}; "
        f"the report for {years} describes its numbers as people who crossed. Of the {len(through)} years with an "
        f"estimate of those who got through, the most were in {through.idxmax()} ({through.max()}), and "
        f"{through.iloc[-1]} in {through.index[-1]}. n = {len(rows)} estimates, all Indian."
    )


def _listed(years: list[int] | list[str]) -> str:
    """Years in words: "2003, 2004 and 2007"."""
    return " and ".join([*([", ".join(map(str, years[:-1]))] if len(years) > 1 else []), str(years[-1])])


# Attacks and fire, crisis by crisis

WINDOW = 6
# The counts of the finest grain found. Several ids are counts since one day, drawn as the parts between them.
TRIGGERS = {"crisis-2008": "Mumbai", "crisis-2016": "Uri", "crisis-2019": "Pulwama", "crisis-2025": "Pahalgam"}
GRAIN = {
    "crisis-2008": [("pakistan", ["cfv-2008-india-mod-loc"]), ("pakistan", ["cfv-2009-india-mod-loc"])],
    "crisis-2016": [
        ("pakistan", ["cfv-2016-india-mod-loc-apr-sep"]),
        ("pakistan", ["cfv-2016-2017-india-mod-loc-oct-2016-mar-2017"]),
        ("pakistan", ["cfv-2016-india-army-unstated-29-sep-4-nov"]),
        (
            "india",
            [
                "cfv-2016-pakistan-mofa-1-jan-17-oct",
                "cfv-2016-pakistan-mofa-loc-and-ib-1-jan-9-nov",
                "cfv-2016-pakistan-mofa-loc-and-ib",
            ],
        ),
    ],
    "crisis-2019": [
        ("india", ["cfv-2018-pakistan-mofa-1-jan-2-mar", "cfv-2018-pakistan-mofa-loc-and-ib"]),
    ],
    "crisis-2025": [("pakistan", ["cfv-2025-other-loc-jan-early-apr"])],
}
# The one count known only to a month's beginning, "around 15" to "early April": where its line ends.
EARLY_APRIL = pd.Timestamp("2025-04-05")
ABOUT = {"cfv-2025-other-loc-jan-early-apr": EARLY_APRIL}
# Fire of which the nights, or the dead, were counted, and not the violations.
UNCOUNTED = {
    "crisis-2025": {
        "cfv-2025-india-army-loc-24-apr-early-may-nine-nights": "fire on nine nights, not counted",
        "cfv-2025-other-loc-7-10-may-bjp": "fire of which only the dead were counted",
    }
}
STRIKES = ["ground_raid", "air_strike", "missile_or_drone_strike"]
SAID = {"pakistan": "by Pakistan, India's count", "india": "by India, Pakistan's count"}


def crisis_rows(counts: pd.DataFrame, steps: pd.DataFrame, attacks: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Attacks, counts of violations and Indian strikes around each crisis, in months from the attack that set it off.

    Args:
        counts: the table ``ceasefire_violations``.
        steps: the table ``crisis_steps``.
        attacks: events of the category ``attack`` with ``killed_min`` of ``measures.tolls``.
        places: the table ``places``.

    Returns:
        Columns ``crisis`` (label), ``kind`` (attack, count, uncounted, moment), ``what``, ``side``, ``x``,
        ``x2`` (months), ``middle`` (of those), ``y`` (people killed, or violations per 30 days), ``number``,
        ``said`` (the number, with "at most", "at least" or "about"), ``bound`` (those words), ``days``.
    """
    names = data.labels("crisis_steps", "crisis_id")
    ground = attacks["place_id"].map(places.set_index("id")["territory"]).isin(["india_administered_jk", "india"])
    rows = []
    for crisis, chains in GRAIN.items():
        own = steps[steps["crisis_id"] == crisis].sort_values("date")
        zero = own.loc[own["rung"] == "trigger", "date"].iloc[0]

        def months(day, zero=zero) -> float:
            return round((day - zero).days / 30.4375, 2)

        def row(kind: str, crisis=crisis, **cells) -> None:
            rows.append({"crisis": names[crisis], "kind": kind} | cells)

        row("moment", what="the attack", x=0.0, side="attack")
        strikes = own[own["rung"].isin(STRIKES) & (own["actor"] == "india")]
        if len(strikes):
            row("moment", what="India strikes", x=months(strikes["date"].iloc[0]), side="strike")
        near = attacks[ground & (attacks["date"] - zero).abs().le(pd.Timedelta(days=WINDOW * 30.4375))]
        for attack in near[near["date_precision"] == "day"].itertuples():
            killed = None if pd.isna(attack.killed_min) else int(attack.killed_min)
            said = "not known" if killed is None else str(killed)
            row("attack", what=attack.title, x=months(attack.date), y=killed or 0, number=killed, said=said, days=1)
        spans = [
            _parts(counts, ids).assign(side=side, what=f"{SAID[side]}: {_counter(counts, ids[0])}")
            for side, ids in chains
        ]
        if crisis == "crisis-2019":
            series = ceasefire.monthly(counts)
            ends = series.index + pd.offsets.MonthEnd(0)
            month = pd.DataFrame({"first_day": series.index, "last_day": ends, "count": series.to_numpy()})
            month["per_month"] = month["count"] / ((month["last_day"] - month["first_day"]).dt.days + 1) * 30
            spans.append(month.assign(said="", side="pakistan", what=f"{SAID['pakistan']}: Home Ministry"))
        for part in pd.concat(spans).itertuples():
            start, end = months(part.first_day), months(part.last_day + pd.Timedelta(days=1))
            if end > -WINDOW and start < WINDOW:
                row(
                    "count",
                    what=part.what,
                    side=part.side,
                    x=max(start, -WINDOW),
                    x2=min(end, WINDOW),
                    middle=(max(start, -WINDOW) + min(end, WINDOW)) / 2,
                    y=round(part.per_month, 1),
                    number=int(part.count),
                    said=f"{part.said} {int(part.count):,}".strip(),
                    bound=part.said,
                    days=(part.last_day - part.first_day).days + 1,
                )
        for id_, what in UNCOUNTED.get(crisis, {}).items():
            count = counts.set_index("id").loc[id_]
            row(
                "uncounted",
                what=what,
                x=months(count["first_day"]),
                x2=months(count["last_day"] + pd.Timedelta(days=1)),
                days=(count["last_day"] - count["first_day"]).days + 1,
            )
    table = pd.DataFrame(rows)
    return table.astype({"number": "Int64", "days": "Int64"})


def _parts(counts: pd.DataFrame, ids: list[str]) -> pd.DataFrame:
    """``measures.ceasefire.parts``, a count without a last day ended where :data:`ABOUT` says."""
    if not set(ids) & set(ABOUT):
        return ceasefire.parts(counts, ids)
    ends = counts["id"].map(ABOUT)
    return ceasefire.parts(counts.assign(last_day=counts["last_day"].fillna(ends)), ids).assign(said="about")


def _counter(counts: pd.DataFrame, id_: str) -> str:
    return data.labels("ceasefire_violations", "counted_by")[counts.set_index("id").loc[id_, "counted_by"]]


CRISIS_COLUMNS = {
    "crisis": "Crisis",
    "kind": "Kind",
    "what": "What, or by whose count",
    "x": "From (months)",
    "x2": "To (months)",
    "said": "Number",
    "days": "In days",
    "y": "Killed, or violations in 30 days",
}


def gather(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """Fewer rows of :func:`crisis_rows`: of the attacks of a stretch of months the one with most people killed.

    The shortest stretch that leaves at most ``most`` rows. ``n`` is how many attacks a row stands for; all that is
    not an attack stays.
    """
    attacks = rows["kind"] == "attack"
    for months in (0.1, 0.25, 0.5, 1, 3):
        stretch = rows["crisis"] + " " + (rows["x"] // months).astype(str)
        keys = stretch.where(attacks, rows.index.astype(str))
        if keys.nunique() <= most:
            break
    return charts.foremost(rows, keys, rows["y"].fillna(0), "what")


@charts.gathered(gather)
def draw_crises(width: int) -> alt.VConcatChart:
    """For each crisis the attacks above and the rate of violations below. Draws :func:`crisis_rows`."""
    narrow = width < charts.BREAKPOINT
    inner = width - 46
    labels = data.labels("crisis_steps", "crisis_id")
    panels = []
    for place, crisis in enumerate(GRAIN):
        base = alt.Chart(alt.NamedData("rows"), width=inner).transform_filter(alt.datum.crisis == labels[crisis])
        last = place == len(GRAIN) - 1
        ticks = alt.Axis(values=[-6, -3, 0, 3, 6], grid=False, title="months from the attack" if last else None)
        x = alt.X("x:Q").scale(domain=[-WINDOW, WINDOW], nice=False)
        bare, full = x.axis(None), x.axis(ticks)
        middle = full.copy()
        middle.shorthand = "middle:Q"
        moment = base.transform_filter("datum.kind == 'moment'")
        rule = moment.mark_rule(strokeDash=[3, 3], color=charts.MUTED)
        named = [
            moment.transform_filter(f"datum.side == '{side}'")
            .mark_text(align=align, dx=dx, baseline="top", y=1, fontStyle="italic", fontSize=10)
            .encode(x=bare, text="what:N")
            for side, align, dx in (("attack", "right", -4), ("strike", "left", 4))
        ]
        killed = alt.Y("y:Q", title=None).scale(type="symlog", constant=2, domain=[0, 1200], nice=False).axis(
            values=[0, 10, 100], labelOverlap=False
        )  # fmt: skip
        attack = base.transform_filter("datum.kind == 'attack'")
        hints = [
            alt.Tooltip("what:N", title="What"),
            alt.Tooltip("said:N", title="Number"),
            alt.Tooltip("days:Q", title="In days"),
            alt.Tooltip("y:Q", title="In 30 days, or killed"),
        ]
        stems = attack.mark_rule(color=palette.RED, strokeWidth=2).encode(x=bare, y=killed, y2=alt.Y2Datum(0))
        heads = attack.mark_point(filled=True, size=44, opacity=1, color=palette.RED).encode(
            x=bare, y=killed, tooltip=hints
        )
        words = f"{labels[crisis]}, {TRIGGERS[crisis]}: attacks, by people killed"
        title = alt.TitleParams(words, fontWeight="bold", fontSize=11 if narrow else 12)
        panels.append(alt.layer(rule.encode(x=bare), *named, stems, heads).properties(height=66, title=title))
        rate = alt.Y("y:Q", title=None).scale(type="sqrt", domain=[0, 480], nice=False).axis(
            values=[0, 10, 100, 400], labelOverlap=False
        )  # fmt: skip
        spans = [
            base.transform_filter(f"datum.kind == 'count' && datum.side == '{side}'")
            .mark_rule(strokeWidth=4, color=colour, strokeDash=dash)
            .encode(x=full, x2="x2:Q", y=rate, tooltip=hints)
            for side, colour, dash in (("pakistan", SIDES["pakistan"], [1, 0]), ("india", SIDES["india"], [6, 3]))
        ]
        ends = [
            base.transform_filter(f"datum.bound == '{bound}' && datum.side == '{side}'")
            .mark_point(filled=True, shape=shape, size=90, opacity=1, color=colour, dy=dy)
            .encode(x=middle, y=rate, tooltip=hints)
            for bound, shape, dy in (("at least", "triangle-up", -4), ("at most", "triangle-down", 4))
            for side, colour in SIDES.items()
        ]
        unknown = base.transform_filter("datum.kind == 'uncounted'")
        band = unknown.mark_rect(color=charts.MUTED, opacity=0.5).encode(
            x=full, x2="x2:Q", tooltip=[alt.Tooltip("what:N", title="What"), alt.Tooltip("days:Q", title="In days")]
        )
        once = unknown.transform_aggregate(x="max(x2)")
        notes = [
            once.mark_text(align="left", dx=4, baseline="top", y=10 + 12 * line, fontSize=10).encode(
                x=full, text=alt.TextValue(words)
            )
            for line, words in enumerate(["grey: fire, not counted;", "later: no count found"])
        ]
        words = ["violations in 30 days (solid: by Pakistan,", "dashed: by India; ▲ at least, ▼ at most)"]
        title = alt.TitleParams(words if narrow else " ".join(words), fontSize=10)
        panels.append(alt.layer(rule.encode(x=full), band, *notes, *spans, *ends).properties(height=84, title=title))
    return alt.vconcat(*panels, spacing=10)


def crisis_takeaway(counts: pd.DataFrame) -> str:
    """What the months say of 2019, and that the other crises have no such counts."""
    months = ceasefire.monthly(counts)
    before = months["2018-06-01":"2019-01-01"]
    return (
        "Only 2019 has monthly counts: India's had been rising since "
        f"{_month(before.idxmin() + pd.offsets.MonthBegin(1))}, to {before.iloc[-1]:.0f} in January, was "
        f"{months['2019-02-01']:.0f} in the month of Pulwama, {months['2019-07-01']:.0f} in July. For 2008, 2016 "
        "and 2025 counts are too coarse."
    )


def crisis_alt(counts: pd.DataFrame) -> str:
    """What the finest counts say of each crisis."""
    count = counts.set_index("id")["count_min"]
    months = ceasefire.monthly(counts)
    before = months["2018-06-01":"2019-01-01"]
    low = before.idxmin()
    return (
        f"2008: India counted {count['cfv-2008-india-mod-loc']} violations on the Line of Control in that year and "
        f"{count['cfv-2009-india-mod-loc']} in the next; nothing finer was found. 2016: it counted "
        f"{count['cfv-2016-india-mod-loc-apr-sep']} there in the six months to September and "
        f"{count['cfv-2016-2017-india-mod-loc-oct-2016-mar-2017']} in the next six. 2019: its count on both lines had "
        f"been rising since {_month(low + pd.offsets.MonthBegin(1))}, from {before.min():.0f} in {_month(low)} to "
        f"{before.iloc[-1]:.0f} in January; it was {months['2019-02-01']:.0f} in the month of Pulwama, "
        f"{months['2019-06-01']:.0f} in June and {months['2019-07-01']:.0f} in July. 2025: about "
        f"{count['cfv-2025-other-loc-jan-early-apr']} from January to early April, then fire on nine nights from 24 "
        "April that was not counted, and of 7 to 10 May only the dead; no count was found for later."
    )


def _month(day: pd.Timestamp) -> str:
    return f"{day.month_name()} {day.year}"


# What is counted, and what came after

COUNTING = [
    (
        "Nobody's rule",
        "The ceasefire of 2003 was agreed by telephone and never written down. The two armies, the Border Security "
        "Force "
        "and the Rangers never agreed how to count.",
        "idn-2018-04-jacob",
    ),
    (
        "A day of fire is one violation",
        "By the researchers who watch the line, both armies mostly count an exchange with its answers within 24 "
        "hours as "
        "one, be it from one weapon or thousands of shots at several places. Fire on one's own side is not counted.",
        "ipcm-definition",
    ),
    (
        "So is a couple of bullets",
        "A newspaper that quotes India's Defence Ministry says that even a couple of bullets make a violation, and "
        "that "
        "cross-border firing with heavy weapons is listed apart.",
        "idn-2020-03-11-daily",
    ),
    (
        "India: two lines, two forces",
        "The army counts on the Line of Control, the Border Security Force on the border between Jammu and Punjab. The "
        "Defence Ministry "
        "often reports the first alone, the Home Ministry the sum.",
        "et-2012-08-154;loksabha-2017-12-679",
    ),
    (
        "Pakistan: a running count",
        "The Foreign Ministry gives the violations since 1 January on the Line of Control and the border, which it "
        "calls the Working Boundary, when "
        "it summons an Indian diplomat, with the civilians killed; often as 'more than'.",
        "ary-2020-11-fo-2659;thenews-2019-01-2350",
    ),
    (
        "The UN: complaints, from one side",
        "UN observers receive complaints. Pakistan lodges some of what it counts. India has lodged none since 1972, "
        "and on its side, by an audit of the UN, the observers cannot move freely.",
        "gk-2018-ohchr-cfv;app-2023-01-unmogip",
    ),
]
COUNTING_COLUMNS = {"who": "Who", "counts": "What is counted", "links": "Sources"}


def counting_table(documents: dict[str, dict]) -> pd.DataFrame:
    """What each side calls a violation, with sources as ``tables.links`` gives them."""
    return pd.DataFrame(
        [
            {"who": who, "counts": text, "links": [documents[key] for key in split_list(keys)]}
            for who, text, keys in COUNTING
        ]
    )


def after_table(counts: pd.DataFrame, documents: dict[str, dict]) -> pd.DataFrame:
    """Every count that begins after the renewed ceasefire of February 2021; single months are left out."""
    year = counts["year"].str[:4].astype(int)
    rows = counts[(counts["first_day"] >= ceasefire.RENEWED) | (counts["first_day"].isna() & (year > 2021))]
    rows = rows[~(rows["counted_by"].eq("india_mha") & rows["period"].isin([f"{day:%b}" for day in MONTHS]))]
    begun = rows["first_day"].fillna(pd.to_datetime(rows["year"].str[:4] + "-04-01"))
    rows = rows.assign(begun=begun).sort_values(["begun", "last_day"], kind="stable")
    by, sides = (data.labels("ceasefire_violations", column) for column in ("counted_by", "violations_by"))

    def number(low, high) -> str:
        return "–" if pd.isna(low) else f"at least {low}" if pd.isna(high) else measures.range_text(low, high)

    return pd.DataFrame(
        [
            {
                "period": row.period if row.year[:4] in row.period else f"{row.year}, {row.period}",
                "by": f"{sides[row.violations_by]}; {by[row.counted_by]}",
                "count": number(row.count_min, row.count_max),
                "killed": number(row.killed_min, row.killed_max),
                "note": "" if pd.isna(row.note) else row.note,
                "links": [documents[key] for key in split_list(row.sources)],
            }
            for row in rows.itertuples()
        ]
    )


def after_text(counts: pd.DataFrame) -> str:
    """What was reported since the renewed ceasefire, as Markdown."""
    count = counts.set_index("id")["count_min"]
    return (
        f"From March 2021 single incidents were reported: India's Defence Ministry knew of "
        f"{count['cfv-2021-2023-india-mod-loc-25-feb-2021-jun-2023']} on the Line of Control up to June 2023, a "
        f"newspaper of {count['cfv-2022-other-ib']} on the border in 2022, and Pakistan's army of "
        f"{count['cfv-2023-pakistan-ispr-not-stated']} Indian ones in 2023. Either the sides differ, or the "
        "things they count do. By both sides' accounts fire returned in late April 2025. After the understanding of "
        "10 May 2025 each side accused the other within hours; since then the Indian Army has denied one reported "
        "breach, and Indian officials have spoken of single exchanges."
    )


MONTHS = pd.date_range("2021-01-01", periods=12, freq="MS")
AFTER_COLUMNS = {
    "period": "When",
    "by": "By; counted by",
    "count": "Violations",
    "killed": "Killed",
    "note": "Note",
    "links": "Sources",
}


def brief(counts: pd.DataFrame, infiltration: pd.DataFrame) -> str:
    """The findings of the notebook, one short sentence or two for each, as Markdown."""
    differ, both = agreement(ratio_rows(counts))
    different, several = differing(year_rows(counts))
    months = ceasefire.monthly(counts)
    shift = ceasefire.shift_test(months, pd.Timestamp("2021-03-01"), RUN)
    dead = civilians(death_rows(counts))
    crossed = infiltration_rows(infiltration)
    home = crossed["counter"] == data.labels("infiltration", "counted_by")["india_mha"]
    through = crossed[home & crossed["whole"] & (crossed["panel"] == CROSSED["net_infiltrated"])]
    most = through.loc[through["people"].idxmax()]
    rising = months["2018-06-01":"2019-01-01"].idxmin() + pd.offsets.MonthBegin(1)
    every = "all" if differ == both else f"{differ} of"
    return f"""
- **Each side counts only the other.** The two counts differ in {every} {both} years for which both sides gave more
  than a lower bound.
- **India's own totals contradict each other** in {different} of {several} years that have more than one.
- **India's count fell when both armies said that they would stop:** after February 2021 from {shift.before:.0f} to
  {shift.after:.1f} a month. No other run of {RUN} months is as low (one-sided shift test, {shift.runs} months,
  {measures.p_text(shift.p)}, its smallest).
- **The dead.** Pakistan counted more civilians dead on its side than India on its own in {dead["more"].sum()} of
  {len(dead)} years that both counted. No yearly count of Pakistan's soldiers was found.
- **Around four crises the counts are too coarse to say what followed what.** Months were found for one of them only:
  in 2019 India's count had been rising since {_month(rising)}.
- **Crossing the line.** Of the {through["year"].nunique()} years with an Indian estimate, most people got through in
  {most["year"]} ({most["people"]}). There is no Pakistani estimate.
"""
