"""Pure functions over the tables: counts, ranges, rates; one module per further topic. No reading, no drawing.

Imports nothing of this package; takes and returns DataFrames as ``data.load`` gives them.
"""

import math
from itertools import product
from typing import NamedTuple

import pandas as pd
import scipy


def tolls(casualties: pd.DataFrame) -> pd.DataFrame:
    """The range of settled counts of people killed, attackers left out, for each event.

    The range runs over the counts of all counters: from the lowest minimum to the highest maximum
    (a count "at least N" has no maximum of its own and enters with N). Early counts
    that later ones replaced and claims of a party are left out.

    Args:
        casualties: the table ``casualties``.

    Returns:
        One row per event with such a count, indexed by ``event_id``: ``killed_min`` and
        ``killed_max`` in people, ``counts`` the number of counts the range rests on.
    """
    counted = casualties[
        (casualties["who"] == "victims")
        & (casualties["side"] == "all")
        & (casualties["standing"] == "settled")
        & casualties["killed_min"].notna()
    ]
    top = counted["killed_max"].fillna(counted["killed_min"])
    by_event = counted.assign(killed_max=top).groupby("event_id")
    return by_event.agg(
        killed_min=("killed_min", "min"), killed_max=("killed_max", "max"), counts=("killed_min", "size")
    )


def range_text(low: int | None, high: int | None) -> str:
    """A range in words: "26", "40–44", or "not counted" where either end is missing."""
    if pd.isna(low) or pd.isna(high):
        return "not counted"
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"


def who_says(
    attributions: pd.DataFrame, groups: pd.DataFrame, roles: dict[str, str], kinds: dict[str, str]
) -> pd.Series:
    """Who is said by whom to have done it, in one line: "claimed: JeM (armed group); blamed: LeT (state)".

    Args:
        attributions: the table ``attributions``.
        groups: the table ``groups``, for the short names.
        roles: label of each role in the order they should stand (``data.labels``).
        kinds: label of each kind of speaker.

    Returns:
        Text indexed by ``event_id``; an event without an attribution has no entry.
    """
    names = groups.set_index("id")["short_name"]
    named = attributions.assign(group=attributions["group_id"].map(names)).drop_duplicates(
        ["event_id", "role", "by_kind", "group"]
    )

    said = named.groupby(["event_id", "role", "by_kind"], observed=True, sort=True)["group"].agg(", ".join)
    lines: dict[str, list[str]] = {}
    for (event_id, role, kind), group in said.items():
        lines.setdefault(event_id, []).append(f"{roles[role]}: {group} ({kinds[kind].lower()})")
    return pd.Series({event_id: "; ".join(line) for event_id, line in lines.items()}, dtype="string")


def per_year(events: pd.DataFrame) -> pd.DataFrame:
    """Number of events in each year and category, with a zero where there is none.

    Args:
        events: the table ``events``.

    Returns:
        Columns ``year`` (int), ``category`` and ``events`` (int); every year from the first to the
        last event, every category of the schema.
    """
    years = events["date"].dt.year
    counts = events.groupby([years, "category"], observed=False).size()
    every = pd.MultiIndex.from_product(
        [range(years.min(), years.max() + 1), events["category"].cat.categories], names=["year", "category"]
    )
    table = counts.reindex(every, fill_value=0).rename("events").reset_index()
    return table.astype({"category": events["category"].dtype})


def uncovered(x: pd.Series, y: pd.Series, width: pd.Series, height: float, weights: pd.Series) -> pd.Series:
    """Which labels to draw so that none covers another: the heaviest first, then all that still fit.

    Args:
        x: middle of each label, in pixels.
        y: its baseline, in pixels.
        width: its width, in pixels.
        height: height of a line, in pixels.
        weights: the heavier of two that meet is drawn; of two equally heavy ones, the first.

    Returns:
        Boolean series aligned with ``x``.
    """
    chosen: list = []
    for item in weights.astype(float).sort_values(ascending=False, kind="stable").index:
        meets = (
            abs(x[item] - x[other]) < (width[item] + width[other]) / 2 and abs(y[item] - y[other]) < height
            for other in chosen
        )
        if not any(meets):
            chosen.append(item)
    return pd.Series(x.index.isin(chosen), index=x.index)


def date_text(dates: pd.Series, precision: pd.Series) -> pd.Series:
    """Dates as far as they are known: "26 November 2008", "March 2016", "2009"."""
    month = dates.dt.month_name() + " " + dates.dt.year.astype(str)
    day = dates.dt.day.astype(str) + " " + month
    year = dates.dt.year.astype(str)
    return day.where(precision == "day", month.where(precision == "month", year)).astype("string")


def day_text(day: pd.Timestamp) -> str:
    """One day in words: "26 November 2008"."""
    return f"{day.day} {day.month_name()} {day.year}"


def known_date(day: pd.Timestamp, precision: str) -> str:
    """One date as far as it is known: what :func:`date_text` says of it, without the cost of a series."""
    if precision == "day":
        return day_text(day)
    return f"{day.month_name()} {day.year}" if precision == "month" else str(day.year)


def span_text(events: pd.DataFrame) -> str:
    """First and last month of some events: "November 2008 to June 2026"."""
    first, last = events["date"].min(), events["date"].max()
    return f"{first.month_name()} {first.year} to {last.month_name()} {last.year}"


def attacks_attributed(attacks: pd.DataFrame, attributions: pd.DataFrame, role: str) -> pd.DataFrame:
    """Those attacks for which at least one attribution of a role names a group or a state.

    A statement that names nobody (group ``unidentified``) does not count.
    """
    named = attributions[(attributions["role"] == role) & (attributions["group_id"] != "unidentified")]
    return attacks[attacks["id"].isin(named["event_id"])]


def killed_by_territory(attacks: pd.DataFrame, tolls: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Sums of the lowest and of the highest settled counts of attacks, by who administers the place.

    Args:
        attacks: events of the category ``attack``.
        tolls: as :func:`tolls` gives them.
        places: the table ``places``.

    Returns:
        One row per territory that has a counted attack, in the schema's order, indexed by
        ``territory``: ``attacks``, ``killed_min``, ``killed_max`` (people).
    """
    counted = attacks.join(tolls, on="id").dropna(subset=["killed_min"])
    territory = counted["place_id"].map(places.set_index("id")["territory"]).astype(places["territory"].dtype)
    sums = counted.groupby(territory.rename("territory"), observed=True)
    return sums.agg(attacks=("id", "size"), killed_min=("killed_min", "sum"), killed_max=("killed_max", "sum"))


def killed_text(killed: pd.DataFrame, labels: dict[str, str]) -> str:
    """:func:`killed_by_territory` in words, as Markdown: "India: **262–278** in 9 attacks; …"."""
    return "; ".join(
        f"{labels[row.Index]}: **{range_text(row.killed_min, row.killed_max)}** in {row.attacks} attacks"
        for row in killed.itertuples()
    )


# Who did it, says whom


def roots(groups: pd.DataFrame, instead: dict[str, str] | None = None) -> pd.Series:
    """The topmost parent of each group, so that a front can be folded into it; indexed by group id.

    Args:
        groups: the table ``groups``. A group without a parent is its own root.
        instead: other parents than the table's for some groups, where speakers disagree.

    Raises:
        ValueError: parents run in a circle.
    """
    parents = groups.set_index("id")["parent_id"].dropna().to_dict() | (instead or {})

    def root(group: str) -> str:
        seen = [group]
        while seen[-1] in parents:
            seen.append(parents[seen[-1]])
            if seen[-1] in seen[:-1]:
                raise ValueError(f"parents of groups run in a circle: {' -> '.join(seen)}")
        return seen[-1]

    return pd.Series({group: root(group) for group in groups["id"]}, name="root")


# The ways of saying who did it that the rates are counted by: label, roles, kinds of speaker.
STATEMENTS = {
    "claimed": ("claimed in its name", ("claimed",), None),
    "state": ("blamed or charged by a state", ("blamed", "charged"), ("state",)),
    "court": ("convicted by a court", ("convicted",), ("court",)),
    "others": (
        "named by researchers, the UN or the press",
        ("blamed", "assessed"),
        ("researcher", "international", "press"),
    ),
}


def said(attributions: pd.DataFrame, statement: str) -> pd.DataFrame:
    """The attributions of one of :data:`STATEMENTS`; statements that name nobody are left out."""
    _, roles, kinds = STATEMENTS[statement]
    chosen = attributions["role"].isin(roles) & (attributions["group_id"] != "unidentified")
    if kinds:
        chosen &= attributions["by_kind"].isin(kinds)
    return attributions[chosen]


def role_counts(attacks: pd.DataFrame, attributions: pd.DataFrame) -> pd.DataFrame:
    """For each group and role the number of attacks of which it was said.

    Args:
        attacks: events of the category ``attack``.
        attributions: the table ``attributions``; fold fronts by replacing ``group_id`` first.

    Returns:
        One row per group named, one column per role in the schema's order, whole numbers.
    """
    rows = attributions[attributions["event_id"].isin(attacks["id"]) & (attributions["group_id"] != "unidentified")]
    once = rows.drop_duplicates(["event_id", "group_id", "role"])
    return once.pivot_table(
        index="group_id", columns="role", values="event_id", aggfunc="count", observed=False, fill_value=0
    ).astype(int)


def yearly_statements(attacks: pd.DataFrame, attributions: pd.DataFrame, group: str, statement: str) -> pd.Series:
    """Number of attacks in each year of which a statement names a group, with zeros; indexed by year."""
    events = said(attributions, statement).query("group_id == @group")["event_id"]
    years = attacks["date"].dt.year
    counts = years[attacks["id"].isin(events)].value_counts()
    return counts.reindex(range(years.min(), years.max() + 1), fill_value=0).rename("attacks")


def claim_lags(events: pd.DataFrame, attributions: pd.DataFrame) -> pd.DataFrame:
    """Days from the first day of an event to each group's first claim of it.

    Left out are claims whose day, or whose event's day, is not known to the day.

    Returns:
        Columns ``event_id``, ``group_id``, ``claimed_on``, ``lag`` (days, not negative).
    """
    claims = said(attributions, "claimed").query("date_precision == 'day'")
    first = claims.sort_values("date").drop_duplicates(["event_id", "group_id"])
    days = events.query("date_precision == 'day'").set_index("id")["date"]
    known = first[first["event_id"].isin(days.index)].rename(columns={"date": "claimed_on"})
    lag = (known["claimed_on"] - known["event_id"].map(days)).dt.days
    return known.assign(lag=lag)[["event_id", "group_id", "claimed_on", "lag"]].reset_index(drop=True)


def answers(attacks: pd.DataFrame, attributions: pd.DataFrame, group: str) -> pd.Series:
    """How the attacks that a state laid to a group were claimed: by it, by others only, by nobody.

    Args:
        attacks: events of the category ``attack``.
        attributions: the table ``attributions``; fold fronts by replacing ``group_id`` first.
        group: the group blamed or charged.

    Returns:
        Numbers of attacks, indexed ``own``, ``other``, ``nobody``.
    """
    blamed = set(said(attributions, "state").query("group_id == @group")["event_id"]) & set(attacks["id"])
    claims = said(attributions, "claimed")
    own = blamed & set(claims.query("group_id == @group")["event_id"])
    other = (blamed & set(claims["event_id"])) - own
    return pd.Series({"own": len(own), "other": len(other), "nobody": len(blamed) - len(own) - len(other)})


# Counts, shares and rates with their uncertainty


class Estimate(NamedTuple):
    """A number with the ends of its interval, and the p-value of the test that goes with it."""

    value: float
    low: float
    high: float
    p: float


def share(successes: int, trials: int, level: float = 0.95) -> Estimate:
    """A share of a count with its exact interval (Clopper and Pearson 1934); NaN for no trials.

    ``p`` is that of the exact binomial test against one half.
    """
    if not trials:
        return Estimate(math.nan, math.nan, math.nan, math.nan)
    test = scipy.stats.binomtest(int(successes), int(trials))
    interval = test.proportion_ci(level, method="exact")
    return Estimate(successes / trials, interval.low, interval.high, test.pvalue)


def rate_ratio(before: int, years_before: float, after: int, years_after: float, level: float = 0.95) -> Estimate:
    """The rate after over the rate before, for counts taken as Poisson, with its exact interval.

    Given the sum of both counts, the later one is binomial; its Clopper–Pearson interval becomes
    that of the ratio (Przyborowski and Wilenski 1940; Lehmann and Romano 2005, section 4.5).

    Args:
        before: events in the earlier period.
        years_before: its length.
        after: events in the later period.
        years_after: its length.
        level: of the interval.

    Returns:
        The ratio, infinite where nothing happened before, NaN where nothing happened at all; ``p``
        of the exact two-sided test that both rates are equal.

    Raises:
        ValueError: a period has no length.
    """
    if years_before <= 0 or years_after <= 0:
        raise ValueError(f"a period must have a length: {years_before} and {years_after} years")
    if not before + after:
        return Estimate(math.nan, 0.0, math.inf, 1.0)
    test = scipy.stats.binomtest(int(after), int(before + after), years_after / (years_before + years_after))
    interval = test.proportion_ci(level, method="exact")

    def ratio(part: float) -> float:
        return math.inf if part >= 1 else part / (1 - part) * years_before / years_after

    return Estimate(ratio(after / (before + after)), ratio(interval.low), ratio(interval.high), test.pvalue)


def odds_p(first: tuple[int, int], second: tuple[int, int]) -> float:
    """Fisher's exact test, two-sided, that two shares are equal; each as (successes, failures)."""
    return float(scipy.stats.fisher_exact([first, second]).pvalue)


def years_between(first: pd.Timestamp, last: pd.Timestamp) -> float:
    """Length of a period in years of 365.25 days, both days included."""
    return ((last - first).days + 1) / 365.25


class Change(NamedTuple):
    """Where a series most probably changed its level: the last item before, the statistic, its p-value."""

    last_before: object
    statistic: int
    p: float


def change_point(series: pd.Series) -> Change:
    """Pettitt's test for one change of level at an unknown place (Pettitt 1979, Applied Statistics 28).

    Rank-based, so that one extreme year does not decide; the p-value is the usual approximation and
    assumes that the items are independent, which yearly counts of a conflict are not quite.

    Args:
        series: values in order of time, none missing.

    Raises:
        ValueError: fewer than four values, or a missing one.
    """
    if len(series) < 4 or series.isna().any():
        raise ValueError("a change point needs four values or more, none missing")
    n = len(series)
    ranks = scipy.stats.rankdata(series.astype(float))
    steps = 2 * ranks.cumsum() - (pd.RangeIndex(n) + 1) * (n + 1)
    place = int(abs(steps[:-1]).argmax())
    top = abs(steps[:-1]).max()
    p = min(1.0, 2 * math.exp(-6 * top**2 / (n**3 + n**2)))
    return Change(series.index[place], round(top), p)


class Comparison(NamedTuple):
    """Two adjoining periods: from ``first`` to the day before ``cut``, and from ``cut`` to ``last``."""

    label: str
    first: pd.Timestamp
    cut: pd.Timestamp
    last: pd.Timestamp

    @property
    def years(self) -> tuple[float, float]:
        """Length of both periods in years."""
        day = pd.Timedelta(days=1)
        return years_between(self.first, self.cut - day), years_between(self.cut, self.last)

    def counts(self, dates: pd.Series) -> tuple[int, int]:
        """How many dates fall into each period."""
        before = dates.between(self.first, self.cut, inclusive="left").sum()
        return int(before), int(dates.between(self.cut, self.last).sum())


def compare_rates(
    attacks: pd.DataFrame,
    attributions: pd.DataFrame,
    *,
    names: list[str],
    comparisons: list[Comparison],
    levels: list[int],
    foldings: dict[str, pd.Series],
) -> pd.DataFrame:
    """Attacks per year of which it was said that a group did them, before and after, for every choice.

    Args:
        attacks: events of the category ``attack`` with ``killed_min`` of :func:`tolls`.
        attributions: the table ``attributions``.
        names: ids of the groups to compare.
        comparisons: the pairs of periods.
        levels: an attack enters with at least so many people killed, by its lowest settled count;
            0 admits those without a count.
        foldings: ways to count fronts: name of the way to a series as :func:`roots` gives it.

    Returns:
        One row for each group, comparison, statement of :data:`STATEMENTS`, level and way of naming
        (``names``, a key of ``foldings``): ``before``, ``after`` (attacks), ``years_before``,
        ``years_after``, ``ratio``, ``low``, ``high``, ``p`` of :func:`rate_ratio` and ``answer``.
    """
    rows = []
    for way, folding in foldings.items():
        table = attributions.assign(group_id=attributions["group_id"].map(folding))
        for statement, group, level in product(STATEMENTS, names, levels):
            named = said(table, statement).query("group_id == @group")["event_id"]
            large = attacks["killed_min"].fillna(0) >= level
            dates = attacks.loc[large & attacks["id"].isin(named), "date"]
            for comparison in comparisons:
                (before, after), years = comparison.counts(dates), comparison.years
                estimate = rate_ratio(before, years[0], after, years[1])
                rows.append(
                    {
                        "group": group,
                        "comparison": comparison.label,
                        "statement": statement,
                        "level": level,
                        "names": way,
                        "before": before,
                        "after": after,
                        "years_before": years[0],
                        "years_after": years[1],
                        "ratio": estimate.value,
                        "low": estimate.low,
                        "high": estimate.high,
                        "p": estimate.p,
                        "answer": direction(estimate),
                    }
                )
    return pd.DataFrame(rows)


def share_text(part: Estimate) -> str:
    """A share with its interval in words: "23% (11% to 38%)"; "–" where there is none."""
    return "–" if math.isnan(part.value) else f"{part.value:.0%} ({part.low:.0%} to {part.high:.0%})"


def p_text(p: float) -> str:
    """A p-value in words: "p = 0.012", "p < 0.001"."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def direction(ratio: Estimate) -> str:
    """What a ratio with its interval says: "rose", "fell", or "unclear" where the interval holds 1."""
    return "rose" if ratio.low > 1 else "fell" if ratio.high < 1 else "unclear"


def full_years(deaths: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``jk_fatalities`` that count a whole calendar year, with ``year`` as a number."""
    rows = deaths[deaths["coverage"] == "year"]
    return rows.assign(year=rows["year"].astype(int))


def spread(deaths: pd.DataFrame) -> pd.DataFrame:
    """How far the counts of one year lie apart: lowest and highest of all counters.

    Args:
        deaths: as :func:`full_years` gives them.

    Returns:
        One row per ``year`` and ``who`` that has a count: ``low``, ``high`` (people), ``counters``
        (how many counters), ``counts`` (how many counts).
    """
    by_year = deaths.groupby(["year", "who"], observed=True)
    return by_year.agg(
        low=("count_min", "min"),
        high=("count_max", "max"),
        counters=("counted_by", "nunique"),
        counts=("id", "size"),
    ).reset_index()


def series(deaths: pd.DataFrame, counter: str, who: str) -> pd.Series:
    """One counter's yearly counts of one kind of victim, the latest edition of each year; indexed by year.

    Where a counter gave several counts of a year, the last row of the table is the latest edition.
    """
    rows = deaths[(deaths["counted_by"] == counter) & (deaths["who"] == who)]
    return rows.groupby("year")["count_min"].last().astype(float).rename(f"{counter} {who}")


def longest_run(values: pd.Series) -> pd.Series:
    """The longest part of a yearly series without a gap; the later one of two equally long."""
    block = (values.index.to_series().diff() != 1).cumsum()
    sizes = block.map(block.value_counts())
    return values[block == block[sizes == sizes.max()].iloc[-1]]


def survival(values: pd.Series) -> pd.DataFrame:
    """The share of values that reach each level: columns ``level`` and ``share`` (and ``n`` that do)."""
    known = values.dropna().astype(int)
    levels = sorted(known.unique())
    reached = [int((known >= level).sum()) for level in levels]
    return pd.DataFrame({"level": levels, "n": reached, "share": [n / len(known) for n in reached]})
