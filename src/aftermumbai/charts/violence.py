"""How many died, by whose count, and who was the target: what notebook 03 draws.

Imports what stands before ``charts``; notebooks and other drawings import it.
"""

import altair as alt
import pandas as pd

from aftermumbai import charts, data, measures
from aftermumbai.charts import claims, palette

FIRST_YEAR = 2000
# UCDP gives no split by side, so that it has a panel of its own.
VICTIMS = ["civilian", "security_force", "militant", "total"]
COUNTER_COLOURS = {
    "india_mha": palette.BLUE,
    "jk_police": palette.TEAL,
    "satp": palette.RED,
    "ucdp": palette.VIOLET,
    "jkccs": palette.OCHRE,
    "other": palette.GREY,
}


# Deaths per year

# The panels reach from and to so many people killed in a year.
DEATHS = (5, 6000)
DEATHS_TITLE = "deaths (log scale)"


def death_rows(deaths: pd.DataFrame) -> pd.DataFrame:
    """Full-year counts of deaths in Indian-administered Jammu and Kashmir, with each year's range.

    Args:
        deaths: the table ``jk_fatalities``.

    Returns:
        One row per count: ``year``, ``who`` and ``counter`` (labels), ``low``, ``high``, ``count``
        (middle of the count), ``year_low``, ``year_high`` (of all counters), ``scope``.
    """
    rows = measures.full_years(deaths)
    rows = rows[(rows["year"] >= FIRST_YEAR) & rows["who"].isin(VICTIMS)]
    outside = rows[(rows["count_min"] < DEATHS[0]) | (rows["count_max"] > DEATHS[1])]
    if len(outside):
        raise ValueError(f"counts outside the chart, widen charts.violence.DEATHS: {', '.join(outside['id'])}")
    spread = measures.spread(rows).rename(columns={"low": "year_low", "high": "year_high"})
    joined = rows.merge(spread, on=["year", "who"])
    who, counters = (data.labels("jk_fatalities", column) for column in ("who", "counted_by"))
    return pd.DataFrame(
        {
            "year": joined["year"],
            "who": joined["who"].map(who).astype(str),
            "counter": joined["counted_by"].map(counters).astype(str),
            "low": joined["count_min"],
            "high": joined["count_max"],
            "count": (joined["count_min"] + joined["count_max"]) / 2,
            "year_low": joined["year_low"],
            "year_high": joined["year_high"],
            "scope": joined["scope"],
        }
    ).sort_values(["who", "year", "counter"], ignore_index=True)


def draw_deaths(width: int) -> alt.FacetChart:
    """Range of the counts per year and a dot for each counter, a panel per kind of victim. Draws :func:`death_rows`."""
    narrow = width < charts.BREAKPOINT
    inner = width - 74
    who, counters = (data.labels("jk_fatalities", column) for column in ("who", "counted_by"))
    x = alt.X("year:Q", title=None).scale(domain=[FIRST_YEAR - 0.7, 2026.4], nice=False).axis(
        format="d", tickCount=6 if narrow else 13, grid=False
    )  # fmt: skip
    base = alt.Chart()
    span = base.transform_aggregate(low="min(year_low)", high="max(year_high)", groupby=["year", "who"])
    # A compressed scale, or the years since Mumbai would lie flat under those before it.
    scale = alt.Scale(type="log", domain=[DEATHS[0], DEATHS[1]], nice=False)
    axis = alt.Axis(values=[10, 100, 1000])
    bars = span.mark_rule(strokeWidth=5, color=charts.MUTED, opacity=0.35).encode(
        x=x, y=alt.Y("low:Q", title=DEATHS_TITLE, scale=scale, axis=axis), y2="high:Q"
    )
    dots = base.mark_point(filled=True, size=28, opacity=0.9).encode(
        x=x,
        y=alt.Y("count:Q", title=DEATHS_TITLE, scale=scale),
        color=alt.Color("counter:N", sort=list(counters.values()))
        .scale(domain=list(counters.values()), range=[COUNTER_COLOURS[key] for key in counters])
        .legend(title=None, orient="top", columns=1 if narrow else 3, labelLimit=320),
        shape=alt.Shape("counter:N", sort=list(counters.values())).scale(
            domain=list(counters.values()),
            range=["square", "triangle-up", "circle", "diamond", "triangle-down", "cross"],
        ),
        tooltip=[
            alt.Tooltip("year:Q", title="Year", format="d"),
            alt.Tooltip("who:N", title="Killed"),
            alt.Tooltip("counter:N", title="Counted by"),
            alt.Tooltip("low:Q", title="At least"),
            alt.Tooltip("high:Q", title="At most"),
            alt.Tooltip("scope:N", title="What is counted"),
        ],
    )
    moments = [
        layer
        for day, name in ((claims.MUMBAI, "Mumbai"), (claims.ESSAY, "the essay"))
        for layer in charts.moment(charts.decimal_year(day) - 0.5, name)
    ]
    return (
        alt.layer(bars, dots, *moments)
        .properties(width=inner, height=120 if narrow else 130)
        .facet(
            row=charts.panels("who", [who[key] for key in VICTIMS], narrow),
            data=alt.NamedData("rows"),
            spacing=14,
        )
    )


def death_takeaway(rows: pd.DataFrame) -> str:
    """How far the counters of one year lie apart, and the peak and the latest year of SATP's series."""
    labels, counters = data.labels("jk_fatalities", "who"), data.labels("jk_fatalities", "counted_by")
    years = rows.drop_duplicates(["year", "who"])
    civil = years[(years["who"] == labels["civilian"]) & (years["year_low"] > 0)]
    widest = civil.loc[(civil["year_high"] / civil["year_low"]).astype(float).idxmax()]
    total = rows[(rows["who"] == labels["total"]) & (rows["counter"] == counters["satp"])].set_index("year")["count"]
    top, last = int(total.idxmax()), int(total.index.max())
    return (
        f"By SATP's count deaths fell from {total[top]:,.0f} in {top} to {total[last]:,.0f} in {last}. Counters rarely "
        f"agree: for civilians in {widest['year']} the lowest count is {widest['year_low']} and the highest "
        f"{widest['year_high']}."
    )


def counter_rows(deaths: pd.DataFrame) -> pd.DataFrame:
    """Who counts what: each counter with its definition, its full years and its number of counts."""
    rows = measures.full_years(deaths)
    fields = data.schemas()["jk_fatalities"]["schema"]["fields"]
    categories = next(field for field in fields if field["name"] == "counted_by")["categories"]
    table = []
    for category in categories:
        own = rows[rows["counted_by"] == category["value"]]
        years = f"{own['year'].min()}–{own['year'].max()}" if len(own) else "–"
        table.append(
            {
                "counter": category["label"],
                "counts": category["description"],
                "years": f"{own['year'].nunique()} in {years}",
                "rows": len(own),
            }
        )
    return pd.DataFrame(table)


COUNTER_COLUMNS = {"counter": "Counter", "counts": "What it counts", "years": "Full years", "rows": "Counts"}


def change_rows(deaths: pd.DataFrame, since: list[int]) -> pd.DataFrame:
    """Pettitt's test on every counter's longest unbroken series of ten years or more.

    Args:
        deaths: the table ``jk_fatalities``.
        since: first years of the spans to test.

    Returns:
        One row per series and span: ``counter``, ``who``, ``span``, ``years``, ``change`` (in words),
        ``before`` and ``after`` (median deaths a year), ``p`` and ``adjusted`` (by Bonferroni for the
        number of tests in the table).
    """
    rows = measures.full_years(deaths)
    who, counters = data.labels("jk_fatalities", "who"), data.labels("jk_fatalities", "counted_by")
    found = []
    for first in since:
        for counter in counters:
            for victim in VICTIMS:
                values = measures.series(rows, counter, victim)
                run = (
                    measures.longest_run(values[values.index >= first]) if (values.index >= first).any() else values[:0]
                )
                if counter == "other" or len(run) < SHORTEST:
                    continue
                change = measures.change_point(run)
                found.append(
                    {
                        "counter": counters[counter],
                        "who": who[victim],
                        "span": f"{run.index.min()}–{run.index.max()}",
                        "years": len(run),
                        "change": f"after {change.last_before}",
                        "before": run[run.index <= change.last_before].median(),
                        "after": run[run.index > change.last_before].median(),
                        "p": change.p,
                    }
                )
    table = pd.DataFrame(found).drop_duplicates(["counter", "who", "span"], ignore_index=True)
    return table.assign(adjusted=(table["p"] * len(table)).clip(upper=1))


SHORTEST = 10
CHANGE_COLUMNS = {
    "counter": "Counted by",
    "who": "Killed",
    "span": "Years",
    "change": "Most probable change",
    "before": "Median before",
    "after": "Median after",
    "p": "p",
    "adjusted": "p × tests",
}


def change_table(changes: pd.DataFrame) -> pd.DataFrame:
    """:func:`change_rows` as text."""
    return changes.assign(
        **{column: changes[column].map("{:,.0f}".format) for column in ("before", "after")},
        **{column: changes[column].map("{:.3f}".format) for column in ("p", "adjusted")},
    )


# How deadly


def lethality_rows(attacks: pd.DataFrame) -> pd.DataFrame:
    """For each number of people killed the share of attacks that reach it, by target.

    Args:
        attacks: events of the category ``attack`` with ``killed_min`` of ``measures.tolls``.

    Returns:
        Columns ``target`` (label with its n), ``level``, ``n``, ``share``.
    """
    labels = data.labels("events", "target")
    parts = []
    for target in LETHAL:
        known = attacks.loc[attacks["target"] == target, "killed_min"].dropna()
        steps = measures.survival(known[known >= 1])
        parts.append(
            steps.assign(
                target=labels[target], size=len(known[known >= 1]), percent=steps["share"].map("{:.0%}".format)
            )
        )
    return pd.concat(parts, ignore_index=True)


LETHAL = {"security_force": palette.BLUE, "civilian": palette.RED}


def draw_lethality(width: int) -> alt.Chart:
    """Steps down from the smallest to the deadliest attack, a line per target. Draws :func:`lethality_rows`."""
    labels = data.labels("events", "target")
    narrow = width < charts.BREAKPOINT
    words = ["people killed, at least", "(by the lowest settled count; log scale)"]
    return (
        alt.Chart(alt.NamedData("rows"), width=width - 70, height=150)
        .mark_line(interpolate="step-before", strokeWidth=2.5, point={"filled": True, "size": 22})
        .encode(
            x=alt.X("level:Q", title=words if narrow else " ".join(words))
            .scale(type="log", domain=[1, 200], nice=False)
            .axis(values=[1, 2, 5, 10, 20, 50, 200] if narrow else [1, 2, 5, 10, 20, 50, 100, 200]),
            y=alt.Y("share:Q", title="share of attacks").axis(format="%", tickCount=5),
            color=alt.Color("target:N", sort=[labels[key] for key in LETHAL])
            .scale(domain=[labels[key] for key in LETHAL], range=list(LETHAL.values()))
            .legend(title="attacks directed at", orient="top"),
            tooltip=[
                alt.Tooltip("target:N", title="Directed at"),
                alt.Tooltip("level:Q", title="Killed at least"),
                alt.Tooltip("n:Q", title="Attacks"),
                alt.Tooltip("size:Q", title="of"),
                alt.Tooltip("share:Q", title="Share", format=".0%"),
            ],
        )
    )


def lethality_takeaway(attacks: pd.DataFrame) -> str:
    """Medians, and the part of all deaths that the deadliest tenth of attacks accounts for."""
    labels = data.labels("events", "target")
    known = attacks[attacks["killed_min"] >= 1]
    medians = "; ".join(
        f"half of the {int((known['target'] == key).sum())} attacks on {labels[key].lower()} killed "
        f"{known.loc[known['target'] == key, 'killed_min'].median():.0f} or more"
        for key in LETHAL
    )
    ranked = known["killed_min"].sort_values(ascending=False)
    tenth = max(1, round(len(ranked) / 10))
    part = ranked.head(tenth).sum() / ranked.sum()
    return f"{medians[0].upper()}{medians[1:]}. The deadliest tenth accounts for {part:.0%} of the people killed."


# At whom


PERIODS = ["before Mumbai", "Mumbai to 2015", "2016 to Pulwama", "since Pulwama"]
READINGS = {"strict": "security forces alone", "wide": "security forces, alone or with civilians"}


def target_rows(
    attacks: pd.DataFrame, attributions: pd.DataFrame, groups: pd.DataFrame, places: pd.DataFrame
) -> pd.DataFrame:
    """The share of attacks directed at security forces in four periods, with exact intervals.

    Args:
        attacks: events of the category ``attack``.
        attributions: the table ``attributions``.
        groups: the table ``groups``.
        places: the table ``places``.

    Returns:
        Columns ``attacks_of`` (all in Indian-administered Jammu and Kashmir, or those that a state
        laid to LeT, JeM or HM or that these or their fronts claimed), ``period``, ``reading`` (a key of
        :data:`READINGS`), ``forces``, ``n``, ``share``, ``low``, ``high``.
    """
    periods = pd.cut(
        attacks["date"],
        [claims.FIRST, claims.MUMBAI, claims.YEAR_2016, claims.PULWAMA, pd.Timestamp("2100-01-01")],
        labels=PERIODS,
        right=False,
    )
    territory = attacks["place_id"].map(places.set_index("id")["territory"])
    folded = claims.fold(attributions, groups)
    named = pd.concat([measures.said(folded, statement) for statement in ("claimed", "state")])
    theirs = attacks["id"].isin(named.loc[named["group_id"].isin(list(claims.FAMILIES)), "event_id"])
    sets = {
        IN_KASHMIR: territory == "india_administered_jk",
        THEIRS: theirs,
    }
    targets = {"strict": ["security_force"], "wide": ["security_force", "both"]}
    rows = []
    for name, inside in sets.items():
        for reading, chosen in targets.items():
            for period in PERIODS:
                some = attacks[inside & (periods == period) & attacks["target"].notna()]
                hits = int(some["target"].isin(chosen).sum())
                part = measures.share(hits, len(some))
                rows.append(
                    {
                        "attacks_of": name,
                        "period": period,
                        "reading": reading,
                        "counted": READINGS[reading],
                        "forces": hits,
                        "n": len(some),
                        "counts": f"{hits} of {len(some)}",
                        "share": part.value,
                        "low": part.low,
                        "high": part.high,
                        "percent": measures.share_text(part),
                    }
                )
    return pd.DataFrame(rows)


# A narrow panel breaks its title at the dash.
IN_KASHMIR = "All attacks – Indian-administered Jammu and Kashmir"
THEIRS = "LeT, JeM, HM and fronts – claimed by or laid to them"


def draw_targets(width: int) -> alt.FacetChart:
    """A share with its interval for each period. Draws :func:`target_rows`."""
    return charts.shares(
        width,
        rows="period",
        order=PERIODS,
        panel="attacks_of",
        panel_order=[IN_KASHMIR, THEIRS],
        axis="share directed at security forces",
        colour=LETHAL["security_force"],
        choice=charts.select("reading", "Counted as directed at", READINGS, "strict"),
    )


def target_change(rows: pd.DataFrame, attacks_of: str, reading: str, before: list[str], after: list[str]) -> dict:
    """Share on security forces before and after, with Fisher's exact p: numbers for a sentence."""
    own = rows[(rows["attacks_of"] == attacks_of) & (rows["reading"] == reading)].set_index("period")
    first, second = own.loc[before].sum(numeric_only=True), own.loc[after].sum(numeric_only=True)
    counts = [(int(part["forces"]), int(part["n"] - part["forces"])) for part in (first, second)]
    return {
        "before": f"{counts[0][0]} of {int(first['n'])}",
        "after": f"{counts[1][0]} of {int(second['n'])}",
        "p": measures.odds_p(*counts),
    }


def target_takeaway(rows: pd.DataFrame) -> str:
    """How many of the groups' attacks were directed at forces, before Mumbai, before Pulwama and since."""
    own = rows[(rows["attacks_of"] == THEIRS) & (rows["reading"] == "strict")].set_index("period")["counts"]
    return (
        "Attacks claimed by or laid to LeT, JeM, HM or a front moved to security forces and back: "
        f"{own[PERIODS[0]]} before Mumbai, {own[PERIODS[2]]} from {PERIODS[2]}, {own[PERIODS[3]]} since."
    )


def target_alt(rows: pd.DataFrame) -> str:
    """The shares of the groups' attacks in each period."""
    own = rows[(rows["attacks_of"] == THEIRS) & (rows["reading"] == "strict")]
    parts = ". ".join(
        f"{row.period[0].upper()}{row.period[1:]}: {row.counts}, {row.percent}" for row in own.itertuples()
    )
    return f"Attacks directed at security forces, of those claimed by or laid to LeT, JeM, HM or a front. {parts}."


def price_text(rows: pd.DataFrame) -> str:
    """The essay's sentence on the price of targets against the shares, as Markdown."""
    lines = []
    for name, of in ((THEIRS, "claimed by or laid to LeT, JeM, HM or a front"), (IN_KASHMIR, "all in the region")):
        mumbai = target_change(rows, name, "strict", PERIODS[:1], PERIODS[1:3])
        since = target_change(rows, name, "strict", PERIODS[1:3], PERIODS[3:])
        lines.append(
            f"- {of}: {mumbai['before']} before Mumbai, {mumbai['after']} from Mumbai to Pulwama "
            f"({measures.p_text(mumbai['p'])}), {since['after']} since ({measures.p_text(since['p'])})."
        )
    listed = "\n".join(lines)
    return f"""
**The price of a target.** Attacks directed at security forces alone, each period against the one before it by Fisher's
exact test:

{listed}

A shift towards forces between Mumbai and the essay would fit the essay's sentence, and would fit others as well: more
soldiers to attack, or fewer ways into the cities. What the world said of each attack is counted nowhere in this book;
the chapter on the essay's claims compares examples.
"""


def brief(deaths: pd.DataFrame, changes: pd.DataFrame, targets: pd.DataFrame, attacks: pd.DataFrame) -> str:
    """The findings of the notebook in a few sentences, as Markdown."""
    fell, spread = death_takeaway(death_rows(deaths)).split(". Counters rarely agree: ")
    fell = fell.replace("By SATP's count deaths fell", "by the count of the South Asia Terrorism Portal (SATP)")
    clear = changes[changes["adjusted"] < 0.05]
    since = changes[changes["span"].str[:4].astype(int) > claims.MUMBAI.year]
    named = "; ".join(
        f"{counter}: {', '.join(f'{row.who.lower()} {row.change}' for row in own.itertuples())}"
        for counter, own in clear.groupby("counter", sort=False, observed=True)
    )
    mumbai = target_change(targets, THEIRS, "strict", PERIODS[:1], PERIODS[1:3])
    since_then = target_change(targets, THEIRS, "strict", PERIODS[1:3], PERIODS[3:])
    return f"""
- **Deaths fell far:** {fell}.
- **Counters rarely agree:** {spread}
- **A change of level stands out in {len(clear)} of {len(changes)} series and spans** ({named}).
- **In the years since Mumbai alone no change stands out:** {int((since["adjusted"] < 0.05).sum()) or "none"} of
  {len(since)} series, all of them short, shows one.
- **Few attacks kill many.** {lethality_takeaway(attacks)}
- **Targets moved towards forces, and back since Pulwama:** {mumbai["before"]} attacks tied to LeT, JeM or HM aimed at
  forces alone before Mumbai, {mumbai["after"]} up to Pulwama (Fisher's {measures.p_text(mumbai["p"])}),
  {since_then["after"]} since ({measures.p_text(since_then["p"])}).
"""
