"""Who claimed, who was blamed, and whether that changed: what notebook 02 draws.

Imports what stands before ``charts``; notebooks and other drawings import it.
"""

import math

import altair as alt
import pandas as pd

from aftermumbai import charts, data, measures
from aftermumbai.charts import palette
from aftermumbai.rules import split_list

FAMILIES = {"let": "LeT", "jem": "JeM", "hm": "HM"}
MUMBAI, PULWAMA, ESSAY = (pd.Timestamp(day) for day in ("2008-11-26", "2019-02-14", "2019-02-24"))
# JeM was founded in early 2000; before that no rate of all three groups can be compared.
FIRST = pd.Timestamp("2000-01-01")
YEAR_2016 = pd.Timestamp("2016-01-01")
LEVELS = {0: "all attacks", 1: "1 killed or more", 5: "5 killed or more", 10: "10 killed or more"}
WAYS = {
    "folded": "with their fronts",
    "paff_let": "with their fronts, PAFF as LeT's",
    "own": "under their own name",
}

OWN, FRONT, STATE = "claimed in its own name", "claimed by a front", "blamed or charged by a state"
OWN_OR_FRONT, OTHER, NOBODY = "claimed by it or a front", "claimed by others only", "claimed by nobody"
COLOURS = {OWN: palette.BLUE, FRONT: palette.OCHRE, STATE: palette.GREY, OTHER: palette.VIOLET, NOBODY: palette.PALE}


def fold(attributions: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """The attributions with each front replaced by the group that sources call its parent."""
    return attributions.assign(group_id=attributions["group_id"].map(measures.roots(groups)))


def foldings(groups: pd.DataFrame) -> dict[str, pd.Series]:
    """The ways of :data:`WAYS` to count fronts; whose front PAFF is, is disputed (table ``fronts``)."""
    own = pd.Series(groups["id"].to_numpy(), index=groups["id"])
    return {"folded": measures.roots(groups), "paff_let": measures.roots(groups, {"paff": "let"}), "own": own}


def comparisons(last: pd.Timestamp) -> list[measures.Comparison]:
    """The four before-and-after questions; ``last`` is the day of the latest event."""
    eve = PULWAMA - pd.Timedelta(days=1)
    return [
        measures.Comparison("Before and after Mumbai – as the essay could see it", FIRST, MUMBAI, eve),
        measures.Comparison("Before and after Mumbai – up to today", FIRST, MUMBAI, last),
        measures.Comparison("Before and from 2016 – between Mumbai and Pulwama", MUMBAI, YEAR_2016, eve),
        measures.Comparison("Before and after Pulwama – since Mumbai", MUMBAI, PULWAMA, last),
    ]


def compare(
    attacks: pd.DataFrame, attributions: pd.DataFrame, groups: pd.DataFrame, last: pd.Timestamp
) -> pd.DataFrame:
    """``measures.compare_rates`` of the three families for every question and choice of this chapter."""
    return measures.compare_rates(
        attacks,
        attributions,
        names=list(FAMILIES),
        comparisons=comparisons(last),
        levels=list(LEVELS),
        foldings=foldings(groups),
    )


# In brief


def summary(attacks: pd.DataFrame, attributions: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """For each family the number of attacks claimed in its own name, by a front, and laid to it by whom.

    Returns:
        One row per family of :data:`FAMILIES`: ``group``, ``own``, ``front``, and one column per
        statement of ``measures.STATEMENTS`` but ``claimed``, fronts folded in; ``front`` counts the
        attacks that only a front claimed.
    """
    folded, ids = fold(attributions, groups), set(attacks["id"])
    rows = []
    for family, name in FAMILIES.items():
        own = ids & set(
            measures.said(attributions, "claimed").loc[lambda rows, family=family: rows["group_id"] == family][
                "event_id"
            ]
        )
        row = {"group": name, "own": len(own)}
        for statement in measures.STATEMENTS:
            events = ids & set(
                measures.said(folded, statement).loc[lambda rows, family=family: rows["group_id"] == family]["event_id"]
            )
            row["front" if statement == "claimed" else statement] = len(
                events - own if statement == "claimed" else events
            )
        rows.append(row)
    return pd.DataFrame(rows)


SUMMARY_COLUMNS = {
    "group": "Group",
    "own": "Claimed in its own name",
    "front": "Claimed by a front only",
    "state": "Blamed or charged by a state",
    "court": "Convicted by a court",
    "others": "Named by researchers, the UN or the press",
}

# Who said what of whom

# How the matrix counts fronts.
FRONTS = {"folded": "counted with their parent", "own": "on their own"}


def matrix_rows(attacks: pd.DataFrame, attributions: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Attacks per group and role, with fronts folded and apart; groups named for two attacks or more.

    Returns:
        Columns ``names`` (a key of :data:`FRONTS`), ``fronts`` (its label), ``group``, ``role``, ``attacks``,
        ``order`` (place of the group: armed groups by number of attacks, then state bodies).
    """
    short, kind = groups.set_index("id")["short_name"], groups.set_index("id")["kind"]
    roles = data.labels("attributions", "role")
    parts = []
    for way, table in {"folded": fold(attributions, groups), "own": attributions}.items():
        inside = table[table["event_id"].isin(attacks["id"])]
        events = inside.groupby("group_id")["event_id"].nunique()
        counts = measures.role_counts(attacks, table).loc[lambda t, e=events: e.reindex(t.index) >= 2]
        ranked = sorted(counts.index, key=lambda group: (kind[group] == "state_body", -events[group], short[group]))
        long = counts.loc[ranked].rename_axis(index="group_id").reset_index().melt("group_id", value_name="attacks")
        parts.append(long.assign(names=way, order=long["group_id"].map({g: i for i, g in enumerate(ranked)})))
    rows = pd.concat(parts, ignore_index=True).query("attacks > 0")
    return rows.assign(
        group=rows["group_id"].map(short), role=rows["role"].map(roles), fronts=rows["names"].map(FRONTS)
    )[["names", "fronts", "group", "role", "attacks", "order"]].reset_index(drop=True)


def matrix_takeaway(rows: pd.DataFrame) -> str:
    """For how many attacks each family stands in the columns claimed, blamed and convicted, fronts folded."""
    roles = data.labels("attributions", "role")
    folded = rows[rows["names"] == "folded"].set_index(["group", "role"])["attacks"]
    numbers = {
        name: [int(folded.get((name, roles[role]), 0)) for role in ("claimed", "blamed", "convicted")]
        for name in FAMILIES.values()
    }
    first, *others = numbers
    claimed, blamed, convicted = numbers[first]
    rest = "; ".join(f"{name} {numbers[name][0]}, {numbers[name][1]} and {numbers[name][2]}" for name in others)
    return (
        f"Blame is common, a verdict rare. With its fronts {first} claimed {claimed} attacks and was blamed for "
        f"{blamed}, with a conviction for {convicted}; {rest}."
    )


def draw_matrix(width: int) -> alt.LayerChart:
    """A circle for each group and role, by number of attacks. Draws :func:`matrix_rows`."""
    narrow = width < charts.BREAKPOINT
    roles = list(data.labels("attributions", "role").values())
    names = charts.select("names", "Fronts:", FRONTS, "folded")
    base = (
        alt.Chart(alt.NamedData("rows"), width=width - (96 if narrow else 150), height=alt.Step(25))
        .transform_filter("datum.names == names")
        .encode(
            x=alt.X("role:N", title=None, sort=roles).scale(domain=roles).axis(
                orient="top", labelAngle=-40, domain=False, ticks=False, labelLimit=120
            ),
            y=alt.Y("group:N", title=None, sort=alt.EncodingSortField("order", op="min")).axis(
                domain=False, ticks=False, labelLimit=140
            ),
            tooltip=[
                alt.Tooltip("group:N", title="Group"),
                alt.Tooltip("role:N", title="Role"),
                alt.Tooltip("attacks:Q", title="Attacks"),
            ],
        )
    )  # fmt: skip
    dots = base.mark_circle(color=palette.RED, opacity=0.4).encode(
        size=alt.Size("attacks:Q", legend=None).scale(range=[150, 520], domain=[1, 60])
    )
    return (dots + base.mark_text().encode(text="attacks:Q")).add_params(names)


# Year by year


# The panels of claims and blame reach to this number of attacks in a year, and leave room for labels.
MOST = 12


def year_rows(attacks: pd.DataFrame, attributions: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Attacks per year that each family claimed, in its own name or by a front only, and that a state laid to it.

    Returns:
        Columns ``group``, ``year``, ``said`` (:data:`OWN`, :data:`FRONT` or :data:`STATE`),
        ``attacks``, ``drawn`` (negative for what was laid to the group), ``middle`` (of the year).
    """
    folded = fold(attributions, groups)
    parts = []
    for family, name in FAMILIES.items():
        own = measures.yearly_statements(attacks, attributions, family, "claimed")
        either = measures.yearly_statements(attacks, folded, family, "claimed")
        state = measures.yearly_statements(attacks, folded, family, "state")
        for said, counts in {OWN: own, FRONT: either - own, STATE: state}.items():
            parts.append(counts.rename("attacks").rename_axis("year").reset_index().assign(group=name, said=said))
    rows = pd.concat(parts, ignore_index=True).query(f"year >= {FIRST.year}")
    drawn = rows["attacks"].where(rows["said"] != STATE, -rows["attacks"])
    if (most := drawn.abs().groupby([rows["group"], rows["year"], rows["said"] == STATE]).sum().max()) > MOST:
        raise ValueError(f"{most} attacks of a year stand outside the chart: raise charts.claims.MOST")
    return rows.assign(drawn=drawn, middle=rows["year"] + 0.5).reset_index(drop=True)


def year_takeaway(rows: pd.DataFrame) -> str:
    """Each family's year with most claims."""
    claimed = rows[rows["said"] != STATE].groupby(["group", "year"])["attacks"].sum()
    parts = ", ".join(
        f"{name}'s in {claimed[name].idxmax()} ({claimed[name].max()} attacks)" for name in FAMILIES.values()
    )
    return f"Claims come in waves that peak at different times: {parts}."


def year_alt(rows: pd.DataFrame) -> str:
    """Each family's year with most claims, and its last claim in its own name."""
    claimed = rows[rows["said"] != STATE].groupby(["group", "year"])["attacks"].sum()
    own = rows[(rows["said"] == OWN) & (rows["attacks"] > 0)].groupby("group")["year"].max()
    parts = ". ".join(
        f"{name} claimed most in {claimed[name].idxmax()} ({claimed[name].max()}), in its own name last in {own[name]}"
        for name in FAMILIES.values()
    )
    return f"Claims come in waves. {parts}."


def draw_years(width: int) -> alt.FacetChart:
    """Claims upwards, blame downwards, a panel per family. Draws :func:`year_rows`."""
    narrow = width < charts.BREAKPOINT
    inner = width - 60
    order = [OWN, FRONT, STATE]
    x = alt.X("middle:Q", title=None).scale(domain=[FIRST.year, 2027], nice=False).axis(
        format="d", tickCount=6 if narrow else 14, grid=False
    )  # fmt: skip
    bars = alt.Chart().mark_bar(width=inner / 27 * 0.8).encode(
        x=x,
        y=alt.Y("drawn:Q", title="attacks").scale(domain=[-MOST, MOST * 1.3], nice=False).axis(
            labelExpr="abs(datum.value)", values=[-10, -5, 0, 5, 10]
        ),
        color=alt.Color("said:N", sort=order).scale(domain=order, range=[COLOURS[said] for said in order]).legend(
            title=None, orient="top", direction="vertical" if narrow else "horizontal", symbolType="square",
            labelLimit=300,
        ),
        tooltip=[
            alt.Tooltip("group:N", title="Group"),
            alt.Tooltip("year:Q", title="Year", format="d"),
            alt.Tooltip("said:N", title="Said"),
            alt.Tooltip("attacks:Q", title="Attacks"),
        ],
    )  # fmt: skip
    marks = [
        layer
        for day, name in ((MUMBAI, "Mumbai"), (ESSAY, "the essay"))
        for layer in charts.moment(charts.decimal_year(day), name)
    ]
    panel = alt.layer(bars, *marks).properties(width=inner, height=130)
    return panel.facet(
        row=charts.panels("group", list(FAMILIES.values()), narrow),
        data=alt.NamedData("rows"),
        spacing=16,
    )


# How fast


LAGS = {0: "same day", 1: "next day", 7: "2–7 days", 30: "8–30 days"}
LATER = "later"


def lag_rows(attacks: pd.DataFrame, attributions: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """First claims by how long after the attack they were made.

    Returns:
        Columns ``group`` (a family, its fronts, or "others"), ``lag`` (a label of :data:`LAGS`),
        ``claims``, ``median`` (days, of that group), ``n`` (its claims).
    """
    lags = measures.claim_lags(attacks, attributions)
    roots = measures.roots(groups)
    family = lags["group_id"].map(roots)
    name = family.map(FAMILIES).fillna("others")
    fronts = (family != lags["group_id"]) & family.isin(FAMILIES)
    name = name.where(~fronts, "fronts of " + name)
    bins = pd.cut(lags["lag"], [-1, *LAGS, 10_000], labels=[*LAGS.values(), LATER])
    counted = lags.assign(group=name, bin=bins)
    rows = counted.groupby(["group", "bin"], observed=True).size().rename("claims").reset_index()
    per_group = counted.groupby("group")["lag"].agg(median="median", n="size")
    return rows.rename(columns={"bin": "lag"}).join(per_group, on="group").astype({"lag": str})


def lag_takeaway(rows: pd.DataFrame) -> str:
    """The part of all claims made within a day, and the medians of the families."""
    soon = rows.loc[rows["lag"].isin([LAGS[0], LAGS[1]]), "claims"].sum() / rows["claims"].sum()
    medians = rows.drop_duplicates("group").set_index("group")
    parts = ", ".join(f"{name} {medians.loc[name, 'median']:g}" for name in FAMILIES.values() if name in medians.index)
    return f"{soon:.0%} of the claims were made by the day after the attack. Median lag in days: {parts}."


def draw_lags(width: int) -> alt.LayerChart:
    """A circle for each group and lag, by number of claims. Draws :func:`lag_rows`."""
    narrow = width < charts.BREAKPOINT
    order = [*LAGS.values(), LATER]
    groups = [name for family in FAMILIES.values() for name in (family, f"fronts of {family}")] + ["others"]
    base = alt.Chart(alt.NamedData("rows"), width=width - (130 if narrow else 170), height=alt.Step(30)).encode(
        x=alt.X("lag:N", title=None, sort=order).scale(domain=order).axis(
            orient="top", labelAngle=-35 if narrow else 0, domain=False, ticks=False
        ),
        y=alt.Y("group:N", title=None, sort=groups).axis(domain=False, ticks=False, labelLimit=160),
        tooltip=[
            alt.Tooltip("group:N", title="Claimed by"),
            alt.Tooltip("lag:N", title="After the attack"),
            alt.Tooltip("claims:Q", title="Claims"),
            alt.Tooltip("n:Q", title="Claims of this group"),
            alt.Tooltip("median:Q", title="Its median lag, days"),
        ],
    )  # fmt: skip
    dots = base.mark_circle(color=COLOURS[OWN], opacity=0.45).encode(
        size=alt.Size("claims:Q", legend=None).scale(range=[150, 700], domain=[1, 25])
    )
    return dots + base.mark_text().encode(text="claims:Q")


# What of the attacks laid to a group


def answer_rows(attacks: pd.DataFrame, attributions: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Attacks that a state laid to a family, by who claimed them, before Mumbai, until Pulwama, and since.

    Returns:
        Columns ``group``, ``period``, ``answer`` (:data:`OWN` with fronts, :data:`OTHER`,
        :data:`NOBODY`), ``attacks``, ``n``, ``share`` and its exact interval ``low`` and ``high``.
    """
    folded = fold(attributions, groups)
    dates = attacks["date"]
    periods = {
        "before Mumbai": attacks[dates.between(FIRST, MUMBAI, inclusive="left")],
        "Mumbai to Pulwama": attacks[dates.between(MUMBAI, PULWAMA, inclusive="left")],
        "since Pulwama": attacks[dates >= PULWAMA],
    }
    labels = {"own": OWN_OR_FRONT, "other": OTHER, "nobody": NOBODY}
    rows = []
    for family, name in FAMILIES.items():
        for period, inside in periods.items():
            counts = measures.answers(inside, folded, family)
            for key, number in counts.items():
                part = measures.share(number, counts.sum())
                rows.append(
                    {
                        "group": name,
                        "period": period,
                        "answer": labels[key],
                        "attacks": number,
                        "n": int(counts.sum()),
                        "share": part.value,
                        "low": part.low,
                        "high": part.high,
                        "percent": measures.share_text(part),
                    }
                )
    return pd.DataFrame(rows)


def answer_takeaway(rows: pd.DataFrame) -> str:
    """What part of the attacks laid to LeT it or a front claimed in each period; how few were laid to the others."""
    own = rows[rows["answer"] == OWN_OR_FRONT]
    let, *others = FAMILIES.values()
    before, between, since = (f"{row.attacks} of {row.n}" for row in own[own["group"] == let].itertuples())
    few = " and ".join(f"{name} ({own.loc[own['group'] == name, 'n'].sum()})" for name in others)
    return (
        f"Of attacks that states laid to {let}, it or a front claimed {before} before Mumbai, {between} up to "
        f"Pulwama, {since} since. {few} have few."
    )


def answer_alt(rows: pd.DataFrame) -> str:
    """What part of the attacks laid to each family it or a front claimed, in each period."""
    own = rows[rows["answer"] == OWN_OR_FRONT]
    parts = []
    for name in FAMILIES.values():
        said = ", ".join(
            f"{row.attacks} of {row.n} {row.period}" for row in own[own["group"] == name].itertuples() if row.n
        )
        parts.append(f"{name}: {said}")
    return f"Claimed by the group or a front, of the attacks that a state laid to it. {'. '.join(parts)}."


def draw_answers(width: int) -> alt.FacetChart:
    """A bar per family and period, split by who claimed. Draws :func:`answer_rows`."""
    narrow = width < charts.BREAKPOINT
    order = [OWN_OR_FRONT, OTHER, NOBODY]
    colours = [COLOURS[OWN], COLOURS[OTHER], COLOURS[NOBODY]]
    base = alt.Chart().encode(
        y=alt.Y("period:N", title=None, sort=["before Mumbai", "Mumbai to Pulwama", "since Pulwama"]).axis(
            domain=False, ticks=False, labelLimit=140
        ),
    )
    bars = base.mark_bar(height=20).encode(
        x=alt.X("attacks:Q", title="attacks laid to the group by a state", stack="zero").axis(tickMinStep=1),
        color=alt.Color("answer:N", sort=order).scale(domain=order, range=colours).legend(
            title=None, orient="top", symbolType="square", direction="vertical" if narrow else "horizontal",
            labelLimit=300,
        ),
        order=alt.Order("rank:Q"),
        tooltip=[
            alt.Tooltip("group:N", title="Laid to"),
            alt.Tooltip("period:N", title="Period"),
            alt.Tooltip("answer:N", title="Answer"),
            alt.Tooltip("attacks:Q", title="Attacks"),
            alt.Tooltip("n:Q", title="of"),
            alt.Tooltip("share:Q", title="Share", format=".0%"),
            alt.Tooltip("low:Q", title="95% interval from", format=".0%"),
            alt.Tooltip("high:Q", title="to", format=".0%"),
        ],
    )  # fmt: skip
    totals = base.mark_text(align="left", dx=5).encode(x="sum(attacks):Q", text="sum(attacks):Q")
    return (
        alt.layer(bars, totals)
        .properties(width=width - 150, height=alt.Step(26))
        .transform_calculate(rank=f"indexof({order}, datum.answer)")
        .facet(
            row=charts.panels("group", list(FAMILIES.values()), narrow),
            data=alt.NamedData("rows"),
            spacing=10,
        )
    )


# The test


def ratio_rows(rates: pd.DataFrame) -> pd.DataFrame:
    """``measures.compare_rates`` with readable names, and numbers that fit the chart's scale.

    Adds ``said`` (the statement's label), ``fronts`` (how groups are counted), ``counts`` ("4 → 12"), and
    ``low_drawn``, ``high_drawn`` and ``ratio_drawn`` held inside :data:`SPAN`; a ratio of nought or infinity
    is not drawn.
    """
    low, high = SPAN
    finite = rates["ratio"].between(low, high)
    return rates.assign(
        group=rates["group"].map(FAMILIES),
        fronts=rates["names"].map(WAYS),
        said=rates["statement"].map({key: label for key, (label, _, _) in measures.STATEMENTS.items()}),
        counts=rates["before"].astype(str) + " → " + rates["after"].astype(str),
        low_drawn=rates["low"].clip(low, high),
        high_drawn=rates["high"].clip(low, high),
        ratio_drawn=rates["ratio"].where(finite),
        **{column: rates[column].where(rates[column].abs() != float("inf")) for column in ("ratio", "high")},
    ).round(
        {
            column: 3
            for column in (
                "years_before",
                "years_after",
                "ratio",
                "low",
                "high",
                "p",
                "low_drawn",
                "high_drawn",
                "ratio_drawn",
            )
        }
    )


RATIO_COLUMNS = {
    "comparison": "Question",
    "group": "Group",
    "said": "Statement",
    "level": "Killed at least",
    "fronts": "Fronts",
    "counts": "Attacks",
    "ratio": "Ratio",
    "low": "From",
    "high": "To",
    "p": "p",
}
# Ratios and intervals are drawn between these ends.
SPAN = (1 / 16, 64)


def draw_ratios(width: int) -> alt.FacetChart:
    """Rate after over rate before with its interval, on a scale of doublings. Draws :func:`ratio_rows`."""
    narrow = width < charts.BREAKPOINT
    who = {key: label for key, (label, _, _) in measures.STATEMENTS.items() if key != "claimed"}
    choices = [
        charts.select("who", "Laid to it:", who, "state"),
        charts.select("level", "Attacks counted:", LEVELS, 0),
        charts.select("names", "Groups counted:", WAYS, "folded"),
    ]
    gutter, side = (44, 62) if narrow else (44, 70)
    inner = width - gutter - side
    claimed, laid = measures.STATEMENTS["claimed"][0], "laid to it by those chosen"
    base = alt.Chart().encode(
        y=alt.Y("group:N", title=None, sort=list(FAMILIES.values())).axis(
            domain=False, ticks=False, labelPadding=6, labelLimit=gutter - 8
        ),
        yOffset=alt.YOffset("series:N", sort=[claimed, laid]),
        tooltip=[
            alt.Tooltip("group:N", title="Group"),
            alt.Tooltip("said:N", title="Said"),
            alt.Tooltip("comparison:N", title="Before and after"),
            alt.Tooltip("counts:N", title="Attacks"),
            alt.Tooltip("years_before:Q", title="Years before", format=".1f"),
            alt.Tooltip("years_after:Q", title="Years after", format=".1f"),
            alt.Tooltip("ratio:Q", title="Rate ratio", format=".2f"),
            alt.Tooltip("low:Q", title="95% interval from", format=".2f"),
            alt.Tooltip("high:Q", title="to", format=".2f"),
            alt.Tooltip("p:Q", title="p", format=".3f"),
        ],
    )  # fmt: skip
    scale = alt.Scale(type="log", base=2, domain=list(SPAN))
    ticks = [1 / 8, 1, 8, 64] if narrow else [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16, 32, 64]
    axis = alt.Axis(
        values=ticks, title="rate after ÷ rate before (log scale)", grid=True,
        labelExpr="datum.value < 1 ? '1/' + round(1 / datum.value) : format(datum.value, 'd')",
    )  # fmt: skip
    colour = (
        alt.Color("series:N")
        .scale(domain=[claimed, laid], range=[COLOURS[OWN], COLOURS[STATE]])
        .legend(title=None, orient="top", direction="vertical" if narrow else "horizontal", labelLimit=320)
    )
    coloured = base.encode(color=colour)
    spans = coloured.mark_rule(strokeWidth=2.5).encode(
        x=alt.X("low_drawn:Q", scale=scale, axis=axis), x2="high_drawn:Q"
    )
    # An interval that runs on beyond the scale ends in an arrow.
    arrows = [
        coloured.transform_filter(f"isValid(datum.{end}) && datum.{end} {beyond}")
        .mark_point(filled=True, shape=f"triangle-{way}", size=60, opacity=1)
        .encode(x=alt.X(f"{end}:Q", scale=scale, axis=axis))
        for end, beyond, way in (("low_drawn", f"<= {SPAN[0]}", "left"), ("high_drawn", f">= {SPAN[1]}", "right"))
    ]
    dots = coloured.mark_circle(size=70, opacity=1).encode(x=alt.X("ratio_drawn:Q", scale=scale, axis=axis))
    counts = base.mark_text(align="left", dx=8).encode(x=alt.XValue(inner), text="counts:N")
    one = alt.Chart().mark_rule(color=charts.MUTED, strokeWidth=1.5).encode(x=alt.XDatum(1))
    panel = alt.layer(one, spans, *arrows, dots, counts).properties(width=inner, height=alt.Step(15))
    return (
        panel.transform_filter(
            "datum.level == level && datum.names == names && (datum.statement == 'claimed' || datum.statement == who)"
        )
        .transform_calculate(series=f"datum.statement == 'claimed' ? '{claimed}' : '{laid}'")
        .facet(
            row=charts.panels("comparison", [c.label for c in comparisons(PULWAMA)], narrow),
            data=alt.NamedData("rows"),
            spacing=8,
        )
        .add_params(*choices)
    )


def turns(rates: pd.DataFrame) -> pd.DataFrame:
    """How the answer turns with the choices: for each question the number of choices that say so.

    Returns:
        Columns ``group``, ``said``, ``comparison``, ``rose``, ``fell``, ``unclear``, ``choices``.
    """
    rows = ratio_rows(rates)
    counts = rows.groupby(["comparison", "group", "said"], sort=False)["answer"].value_counts().unstack(fill_value=0)
    counts = counts.reindex(columns=["rose", "fell", "unclear"], fill_value=0)
    return counts.assign(choices=counts.sum(axis=1)).reset_index()


TURN_COLUMNS = {
    "comparison": "Question",
    "group": "Group",
    "said": "What was said",
    "rose": "Rose (choices)",
    "fell": "Fell",
    "unclear": "Not clear",
}

VERBS = {"rose": "rose", "fell": "fell", "unclear": "did not clearly change"}


def rate_text(rates: pd.DataFrame, group: str, comparison: str, names: str, level: int = 0) -> str:
    """One answer of :func:`measures.compare_rates` on claims in words, with its numbers."""
    row = rate_row(rates, group, comparison, names, level)
    high = "no upper end" if math.isinf(row["high"]) else _rounded(row["high"])
    ratio = "none before" if math.isinf(row["ratio"]) else f"ratio {row['ratio']:.2f}"
    return (
        f"{FAMILIES[group]} {VERBS[row['answer']]} ({row['before']} in {row['years_before']:.1f} years, then "
        f"{row['after']} in {row['years_after']:.1f}; {ratio}, {row['low']:.2f} to {high})"
    )


def rates_text(rates: pd.DataFrame, comparison: str, names: str, level: int = 0) -> str:
    """:func:`rate_text` for all three families, in one sentence."""
    return "; ".join(rate_text(rates, group, comparison, names, level) for group in FAMILIES)


def rates_list(rates: pd.DataFrame, comparison: str, names: str, level: int = 0) -> str:
    """:func:`rate_text` for all three families, as a list in Markdown."""
    lines = (rate_text(rates, group, comparison, names, level) for group in FAMILIES)
    return ";\n".join(f"- {line}" for line in lines) + "."


def last_claim(attacks: pd.DataFrame, attributions: pd.DataFrame, group: str, before: pd.Timestamp) -> pd.Series:
    """The latest attack before a day that a group claimed in its own name; a row of ``attacks``."""
    events = measures.said(attributions, "claimed").query("group_id == @group")["event_id"]
    return attacks[attacks["id"].isin(events) & (attacks["date"] < before)].sort_values("date").iloc[-1]


def recent_claims(attacks: pd.DataFrame, attributions: pd.DataFrame, day: pd.Timestamp, years: int) -> dict[str, int]:
    """For each family the attacks of the years before a day that it claimed in its own name."""
    recent = attacks[attacks["date"].between(day - pd.DateOffset(years=years), day, inclusive="left")]
    claims = measures.said(attributions, "claimed")
    return {
        name: int(recent["id"].isin(claims.loc[claims["group_id"] == family, "event_id"]).sum())
        for family, name in FAMILIES.items()
    }


def ratio_takeaway(rates: pd.DataFrame) -> str:
    """Which way each family's rate of claims went in three of the questions, with fronts and all attacks counted."""
    shown = rates.query("names == 'folded' and level == 0 and statement == 'claimed'")
    asked = [question.label for question in comparisons(PULWAMA)]
    answer = shown.set_index(["group", "comparison"])["answer"]
    parts = "; ".join(
        f"{name} {', '.join(answer[group, asked[i]] for i in (0, 2, 3))}" for group, name in FAMILIES.items()
    )
    return f"Rates of claims, fronts included, after Mumbai (up to Pulwama), from 2016 and after Pulwama: {parts}."


def ratio_alt(rates: pd.DataFrame) -> str:
    """How many of the answers on claims are clear, and which way, with fronts and all attacks counted."""
    shown = rates.query("names == 'folded' and level == 0 and statement == 'claimed'")
    parts = []
    for comparison, own in shown.groupby("comparison", sort=False):
        by = "; ".join(f"{FAMILIES[row.group]} {VERBS[row.answer]}" for row in own.itertuples())
        parts.append(f"{comparison}: {by}")
    return f"Rates of claims, fronts included. {'. '.join(parts)}."


def choices(rates: pd.DataFrame, group: str, comparison: str, answer: str) -> str:
    """By how many of the choices a group's rate of claims gives an answer: "6 of 12"."""
    own = rates.query("statement == 'claimed' and group == @group and comparison == @comparison")
    return f"{int((own['answer'] == answer).sum())} of {len(own)}"


def _rounded(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.1f}"


def _and(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def rate_row(rates: pd.DataFrame, group: str, comparison: str, names: str, level: int = 0) -> pd.Series:
    """The answer of :func:`measures.compare_rates` on a group's claims, for one question and one way of counting."""
    return rates.query(
        "group == @group and comparison == @comparison and names == @names and level == @level"
        " and statement == 'claimed'"
    ).iloc[0]


def brief(
    attacks: pd.DataFrame, said: pd.DataFrame, groups: pd.DataFrame, rates: pd.DataFrame, counts: pd.DataFrame
) -> str:
    """The findings of the chapter as Markdown; every number computed.

    Args:
        attacks: attacks with their tolls.
        said: the table ``attributions``.
        groups: the table ``groups``.
        rates: from :func:`compare`.
        counts: the table ``gtd_counts``.
    """
    mumbai, _, from_2016, _ = [question.label for question in comparisons(PULWAMA)]
    own, folded = (rate_row(rates, "let", mumbai, names) for names in ("own", "folded"))
    rise = [rate_row(rates, group, from_2016, "own") for group in FAMILIES]
    lows = _and([f"{row['low']:.2f}" for row in rise])
    last = last_claim(attacks, said, "let", PULWAMA)
    recent = recent_claims(attacks, said, ESSAY, years=3)
    after = summary(attacks[attacks["date"] >= ESSAY], said, groups).set_index("group")
    first = gtd_rows(counts).set_index(["period", "group"]).loc["2012–2015"]
    let, hm = (f"{first.loc[name, 'counts']}, {first.loc[name, 'percent']}" for name in ("LeT", "HM"))
    return f"""
- {short_verdict(rates, mumbai=mumbai, from_2016=from_2016)}
- **LeT's own name had not fallen silent by Pulwama:** it claimed {own["before"]} attacks in the
  {own["years_before"]:.1f} years before Mumbai, {own["after"]} in the {own["years_after"]:.1f} after (ratio of yearly
  rates {own["ratio"]:.2f}, 95 percent interval {own["low"]:.2f} to {_rounded(own["high"])}).
- **Counted with names that police call its fronts, LeT claimed less:** {folded["before"]} attacks before Mumbai,
  {folded["after"]} from then to Pulwama (ratio {folded["ratio"]:.2f}, {folded["low"]:.2f} to
  {_rounded(folded["high"])}).
- **Shortly before the essay LeT did claim:** in three years {recent["LeT"]} attacks in its own name, against
  {recent["JeM"]} in JeM's and {recent["HM"]} in HM's. Its last before Pulwama came
  {(PULWAMA - last["date"]).days} days earlier, on {measures.day_text(last["date"])}.
- **From 2016 all three claimed more in their own names:** in {rise[0]["years_after"]:.1f} years
  {_and([f"{name} {row['after']}" for name, row in zip(FAMILIES.values(), rise, strict=True)])}, after
  {_and([str(row["before"]) for row in rise])} in {rise[0]["years_before"]:.1f}. Ratios are at least
  {lows} (95 percent intervals).
- **Yet LeT claimed less of what another count lays to it** than HM did: {let}, against {hm}. The count is the Global
  Terrorism Database, 2012 to 2015.
- **The silence came after the essay,** and to all three. Since then {after["own"].sum()} attacks were claimed in one of
  the old names, {after["front"].sum()} in the name of a front alone.
- **What no count can show** is who gave orders, or whether silence was agreed: *proxies of a proxy* remains a reading.
"""


def short_verdict(rates: pd.DataFrame, *, mumbai: str, from_2016: str) -> str:
    """Whether the essay's pattern holds, and how sure that is, in a few words as Markdown."""
    rise = {name: choices(rates, group, from_2016, "rose") for group, name in FAMILIES.items()}
    few = {name: told.split(" of ")[0] for name, told in rise.items()}
    fell, unclear = (choices(rates, "let", mumbai, answer).split(" of ")[0] for answer in ("fell", "unclear"))
    return (
        "**The essay's pattern (LeT quiet, JeM and HM claiming) holds in part.** From 2016 claims rose by "
        f"{rise['JeM']} counts for JeM, {few['HM']} for HM, {few['LeT']} for LeT. After Mumbai LeT's fell by {fell}; "
        f"{unclear} leave it open."
    )


def verdict(rates: pd.DataFrame, *, mumbai: str, from_2016: str, pulwama: str) -> str:
    """What the rates support and what they do not, as Markdown; each line carries its numbers."""
    rise = {name: choices(rates, group, from_2016, "rose") for group, name in FAMILIES.items()}
    fell, rose, unclear = (choices(rates, "let", mumbai, answer) for answer in ("fell", "rose", "unclear"))
    ways = "\n".join(f"- {way}: {rate_text(rates, 'let', mumbai, key)};" for key, way in WAYS.items())
    return f"""
**Did LeT's claims fall after Mumbai?** By {fell} choices they did, by {unclear} the numbers cannot tell, and by
{"none" if rose.startswith("0 ") else rose} did they rise. Up to Pulwama, with all attacks counted:

{ways[:-1]}.

**Did JeM and HM claim more before the essay?** From 2016 on, JeM's rate of claims rose by
{rise["JeM"]} choices and HM's by {rise["HM"]}. So did LeT's, by
{rise["LeT"]}: the rise the essay saw was not at LeT's expense. In their own names:

{rates_list(rates, from_2016, "own")}

**And since?** In their own names, from Pulwama on:

{rates_list(rates, pulwama, "own")}

With their fronts:

{rates_list(rates, pulwama, "folded")}
"""


# Another count


GTD_PERIODS = {"2012–2015": (2012, 2015), "first half of 2021": (2021, 2021)}


def gtd_rows(counts: pd.DataFrame) -> pd.DataFrame:
    """The share of attacks laid to a group by START of which START recorded a claim, where it coded that.

    Args:
        counts: the table ``gtd_counts``.

    Returns:
        Columns ``group``, ``period``, ``claimed``, ``coded``, ``counts``, ``percent``, ``share``, ``low``, ``high``;
        the last three are missing where START coded no attack.
    """
    names = FAMILIES | {"trf": "TRF"}
    rows = []
    for period, (first, last) in GTD_PERIODS.items():
        for group, name in names.items():
            years = counts[(counts["group_id"] == group) & counts["year"].between(first, last)].dropna(subset=["coded"])
            claimed, coded = int(years["claimed"].sum()), int(years["coded"].sum())
            row = {"group": name, "period": period, "claimed": claimed, "coded": coded}
            if coded:
                part = measures.share(claimed, coded)
                estimate = {"share": part.value, "low": part.low, "high": part.high}
                rows.append(row | {"counts": f"{claimed} of {coded}", "percent": measures.share_text(part)} | estimate)
            else:
                rows.append(row | {"counts": "none coded", "percent": "–"})
    return pd.DataFrame(rows)


def draw_gtd(width: int) -> alt.FacetChart:
    """A share with its interval for each group. Draws :func:`gtd_rows`."""
    return charts.shares(
        width,
        rows="group",
        order=[*FAMILIES.values(), "TRF"],
        panel="period",
        panel_order=list(GTD_PERIODS),
        axis="share of attacks of which a claim is recorded",
        colour=COLOURS[OWN],
    )


def gtd_takeaway(rows: pd.DataFrame) -> str:
    """The shares in words, and whether LeT's and HM's differ by Fisher's exact test."""
    first = rows[(rows["period"] == next(iter(GTD_PERIODS))) & (rows["coded"] > 0)].set_index("group")
    let, hm = first.loc[FAMILIES["let"]], first.loc[FAMILIES["hm"]]
    p = measures.odds_p((let["claimed"], let["coded"] - let["claimed"]), (hm["claimed"], hm["coded"] - hm["claimed"]))
    parts = "; ".join(f"{row.Index} {row.counts}, {row.percent}" for row in first.itertuples())
    period = first["period"].iloc[0]
    return f"Claimed in {period}: {parts}. LeT against HM: Fisher's exact {measures.p_text(p)}."


def gtd_text(counts: pd.DataFrame) -> str:
    """What START's numbers say of the attacks laid to each family before and after Mumbai, as Markdown."""
    parts = []
    for group, name in FAMILIES.items():
        before, after, ratio = gtd_ratio(counts, group)
        parts.append(
            f"- {name} {VERBS[measures.direction(ratio)]} ({before} attacks in 2000–2008, {after} in 2009–2018; ratio "
            f"{ratio.value:.2f}, {ratio.low:.2f} to {ratio.high:.2f})"
        )
    listed = ";\n".join(parts)
    return (
        "Whether claimed or not, the attacks that START lays to each group changed as follows:\n\n"
        f"{listed}.\n\nSTART files the Mumbai attacks themselves under the name in which they were claimed, "
        "Deccan Mujahideen."
    )


def gtd_ratio(counts: pd.DataFrame, group: str) -> tuple[int, int, measures.Estimate]:
    """Attacks that START lays to a group in 2000–2008 and 2009–2018, and the ratio of their rates."""
    years = counts[(counts["group_id"] == group) & (counts["coverage"] == "year")].set_index("year")["attacks"]
    before, after = int(years.loc[2000:2008].sum()), int(years.loc[2009:2018].sum())
    return before, after, measures.rate_ratio(before, 9, after, 10)


# Fronts


def front_rows(fronts: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Each name whose parent is spoken of: where this book folds it, and how many speakers say what.

    Returns:
        Columns ``front``, ``folded`` (into whom), ``says`` (parents with number of statements),
        ``denied``, ``open`` (numbers of statements).
    """
    short, parent = groups.set_index("id")["short_name"], groups.set_index("id")["parent_id"]
    rows = []
    for front, own in fronts.groupby("front_id"):
        named = own["parent_id"].map(short).dropna().value_counts()
        rows.append(
            {
                "front": short[front],
                "folded": short[parent[front]] if pd.notna(parent[front]) else "nobody",
                "says": ", ".join(f"{name} ({number})" for name, number in named.items()) or "–",
                "denied": int((own["said"] == "denied").sum()),
                "open": int((own["said"] == "open").sum()),
            }
        )
    return pd.DataFrame(rows)


FRONT_COLUMNS = {
    "front": "Name",
    "folded": "Counted here with",
    "says": "Called a front of (statements)",
    "denied": "Tie denied",
    "open": "Left open",
}


# Pulwama


SPEAKER_COLOURS = {
    "group": palette.RED,
    "state": palette.BLUE,
    "court": palette.GREY,
    "international": palette.TEAL,
    "researcher": palette.OCHRE,
}
SPEAKER_SHAPES = ["circle", "square", "diamond", "triangle-up", "triangle-down"]


def _lane(label: str) -> str:
    """A label as the name of a lane: the schema writes roles small and steps large."""
    return label[0].upper() + label[1:]


def case_rows(attributions: pd.DataFrame, steps: pd.DataFrame, groups: pd.DataFrame, event: pd.Series) -> pd.DataFrame:
    """Statements and steps of one event in order of time.

    Returns:
        Columns ``date``, ``day`` (text), ``days`` (since the event), ``lane`` (role or kind of step),
        ``group``, ``by``, ``kind`` (of speaker, or of step), ``statement``, ``sources`` (keys).
    """
    roles, kinds = data.labels("attributions", "role"), data.labels("attributions", "by_kind")
    lanes = data.labels("case_steps", "kind")
    said = attributions[attributions["event_id"] == event["id"]]
    done = steps[steps["event_id"] == event["id"]]
    rows = pd.concat(
        [
            said.assign(
                lane=said["role"].map(roles).map(_lane),
                group=said["group_id"].map(groups.set_index("id")["short_name"]),
                kind=said["by_kind"].map(kinds).astype(str),
            ),
            done.assign(
                lane=done["kind"].map(lanes).map(_lane),
                group="–",
                statement=done["summary"],
                kind=done["kind"].map(lambda kind: kinds["court" if kind == "court" else "state"]).astype(str),
            ),
        ]
    ).sort_values(["date", "lane", "by"])
    return pd.DataFrame(
        {
            "date": rows["date"],
            "day": measures.date_text(rows["date"], rows["date_precision"]),
            "days": (rows["date"] - event["date"]).dt.days,
            "lane": rows["lane"],
            "group": rows["group"],
            "by": rows["by"],
            "kind": rows["kind"],
            "statement": rows["statement"],
            "sources": rows["sources"],
        }
    ).reset_index(drop=True)


def draw_case(width: int) -> alt.LayerChart:
    """Statements and steps by days since the attack, in lanes. Draws :func:`case_rows`."""
    narrow = width < charts.BREAKPOINT
    lanes = [*data.labels("attributions", "role").values(), *data.labels("case_steps", "kind").values()]
    lanes = [_lane(label) for label in lanes]
    labels = data.labels("attributions", "by_kind")
    speakers = [labels[key] for key in SPEAKER_COLOURS]
    legend = alt.Legend(title=None, orient="top", columns=1 if narrow else 6, labelLimit=150)
    marks = [0, 1, 7, 30, 365, 2000] if narrow else [0, 1, 7, 30, 100, 365, 1000, 2500]
    return (
        alt.Chart(alt.NamedData("rows"), width=width - (150 if narrow else 130), height=alt.Step(30))
        .mark_point(filled=True, size=64, opacity=1, stroke=palette.WHITE, strokeWidth=0.5)
        .transform_window(stack="count()", frame=[None, 0], groupby=["lane", "days"])
        .encode(
            x=alt.X("days:Q", title="days since the attack (compressed scale)")
            .scale(type="symlog", domain=[-0.2, 2700], nice=False)
            .axis(values=marks),
            y=alt.Y("lane:N", title=None, sort=lanes).axis(domain=False, ticks=False, grid=True, labelLimit=126),
            yOffset=alt.YOffset("stack:Q").scale(domain=[-2, 6]),
            color=alt.Color("kind:N").scale(domain=speakers, range=list(SPEAKER_COLOURS.values())).legend(legend),
            shape=alt.Shape("kind:N").scale(domain=speakers, range=SPEAKER_SHAPES).legend(legend),
            tooltip=charts.hints(day="Date", by="Who", lane="Said or done", group="Of whom", statement="In our words"),
        )
    )  # fmt: skip


def case_table(rows: pd.DataFrame, documents: dict[str, dict]) -> pd.DataFrame:
    """:func:`case_rows` with the links of its sources, for ``tables.grid``."""
    shown = rows["sources"].map(lambda keys: [documents[key] for key in split_list(keys)])
    return rows.assign(
        said=rows["lane"] + rows["group"].map(lambda name: "" if name == "–" else f": {name}"), links=shown
    )


CASE_COLUMNS = {"day": "Date", "by": "Who", "said": "Said or done", "statement": "In our words", "links": "Sources"}


def case_takeaway(rows: pd.DataFrame) -> str:
    """How many statements name, doubt or deny whom, and the latest step of the court."""
    roles, kinds = data.labels("attributions", "role"), data.labels("case_steps", "kind")
    counts = rows["lane"].value_counts()
    let = rows[(rows["group"] == FAMILIES["let"])]
    verb = "names" if len(let) == 1 else "name"
    court = rows[rows["lane"] == _lane(kinds["court"])].iloc[-1]
    return (
        f"One claim, by JeM, on the day; {counts[_lane(roles['blamed'])]} statements of blame, "
        f"{counts[_lane(roles['denied'])]} "
        f"denials. {len(let)} of {len(rows)} entries {verb} LeT: {'; '.join(let['by'])}. "
        f"Latest step in court: {court['day']}."
    )
