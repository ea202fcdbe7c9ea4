"""Pure functions over the tables: counts, ranges, summaries. No reading, no drawing.

Imports nothing of this package; takes and returns DataFrames as ``data.load`` gives them.
"""

import pandas as pd


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

    def line(event: pd.DataFrame) -> str:
        said = event.groupby(["role", "by_kind"], observed=True, sort=True)["group"].agg(", ".join)
        return "; ".join(f"{roles[role]}: {group} ({kinds[kind].lower()})" for (role, kind), group in said.items())

    return pd.Series({event_id: line(rows) for event_id, rows in named.groupby("event_id")}, dtype="string")


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


def spaced(dates: pd.Series, weights: pd.Series, gap: pd.Timedelta) -> pd.Series:
    """The heaviest items that stand at least a gap apart: which ones to label without overlap.

    Args:
        dates: dates of the items.
        weights: the heavier of two items closer than ``gap`` wins; earlier ones win ties.
        gap: the least distance between two chosen items.

    Returns:
        Boolean series aligned with ``dates``.
    """
    chosen: list = []
    order = pd.DataFrame({"weight": -weights.astype(float), "date": dates}).sort_values(["weight", "date"])
    for item in order.index:
        if all(abs(dates[item] - dates[other]) >= gap for other in chosen):
            chosen.append(item)
    return pd.Series(dates.index.isin(chosen), index=dates.index)


def date_text(dates: pd.Series, precision: pd.Series) -> pd.Series:
    """Dates as far as they are known: "26 November 2008", "March 2016", "2009"."""
    month = dates.dt.month_name() + " " + dates.dt.year.astype(str)
    day = dates.dt.day.astype(str) + " " + month
    year = dates.dt.year.astype(str)
    return day.where(precision == "day", month.where(precision == "month", year)).astype("string")


def day_text(day: pd.Timestamp) -> str:
    """One day in words: "26 November 2008"."""
    return f"{day.day} {day.month_name()} {day.year}"


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
