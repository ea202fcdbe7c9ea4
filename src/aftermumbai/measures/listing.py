"""Listings: who listed whom when, how long one authority lags another, how long a proposal waits.

Pure functions over the tables ``designations``, ``un_listing_attempts`` and ``un_listing_steps``. A
date known to the month or the year stands for every day it may have been; whatever is counted in
days is therefore a range, from ``low`` to ``high``.

Imports its neighbours and ``rules`` at most; charts and notebooks import it.
"""

import pandas as pd

# Acts that put a name on a list; a front enters as another name of its parent.
ENTERED = ("listed", "alias_added")


def possible_days(dates: pd.Series, precision: pd.Series) -> pd.DataFrame:
    """The first and the last day that each date may stand for; both missing where the date is.

    Args:
        dates: as stored: the day, or the first day of the month or year.
        precision: ``day``, ``month`` or ``year``.

    Returns:
        Columns ``first`` and ``last``, aligned with ``dates``.
    """
    ends = {"day": pd.DateOffset(0), "month": pd.offsets.MonthEnd(0), "year": pd.offsets.YearEnd(0)}
    last = [
        day if pd.isna(day) else day + ends[known] for day, known in zip(dates, precision.astype("object"), strict=True)
    ]
    return pd.DataFrame({"first": dates, "last": pd.to_datetime(pd.Series(last, index=dates.index))})


def first_listings(designations: pd.DataFrame, authorities: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """The first act by which each authority put each name on a list.

    Args:
        designations: the table ``designations``.
        authorities: label of each authority and its regimes.

    Returns:
        One row per entity and authority that listed it: ``entity_id``, ``authority``, ``id`` of the
        act, ``regime``, ``reference``, ``date``, ``date_precision``, ``first``, ``last`` (see
        :func:`possible_days`). An act without a date stands only where there is no dated one.
    """
    of = {regime: label for label, regimes in authorities.items() for regime in regimes}
    rows = designations[designations["action"].isin(ENTERED)]
    rows = rows.assign(authority=rows["regime"].astype(object).map(of)).dropna(subset=["authority"])
    rows = rows.join(possible_days(rows["date"], rows["date_precision"]))
    rows = rows.sort_values(["last", "first", "id"], na_position="last")
    columns = ["entity_id", "authority", "id", "regime", "reference", "date", "date_precision", "first", "last"]
    return rows.drop_duplicates(["entity_id", "authority"])[columns].reset_index(drop=True)


def restated(designations: pd.DataFrame, authorities: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """Listings known only from a later act that repeats them, and so older than it.

    Args:
        designations: the table ``designations``.
        authorities: label of each authority and its regimes.

    Returns:
        The first dated act "amended" of each entity and authority that has no dated act of entry, with
        the columns of :func:`first_listings`.
    """
    entered = first_listings(designations, authorities)
    dated = set(entered.loc[entered["date"].notna(), ["entity_id", "authority"]].itertuples(index=False, name=None))
    later = designations[(designations["action"] == "amended") & designations["date"].notna()]
    rows = first_listings(later.assign(action=ENTERED[0]), authorities)
    known = [pair in dated for pair in rows[["entity_id", "authority"]].itertuples(index=False, name=None)]
    return rows[[not one for one in known]].reset_index(drop=True)


def lasting(designations: pd.DataFrame, regimes: tuple[str, ...]) -> pd.DataFrame:
    """The first act of some regimes that did not expire later, for each entity.

    Returns:
        Rows of ``designations``, one per entity: its first dated listing under one of the regimes
        after which no act of the same regime reads ``expired`` or ``delisted``.
    """
    own = designations[designations["regime"].isin(regimes) & designations["date"].notna()].sort_values("date")
    ends = own[own["action"].isin(["expired", "delisted"])].groupby(["entity_id", "regime"], observed=True)["date"]
    last_end = ends.max().to_dict()
    entered = own[own["action"].isin(ENTERED)]
    stays = [row.date >= last_end.get((row.entity_id, row.regime), pd.Timestamp.min) for row in entered.itertuples()]
    return entered[stays].drop_duplicates("entity_id")


def lag(earlier: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Days from one act to another, as a range; negative where the second came first.

    Args:
        earlier: columns ``first`` and ``last`` of :func:`possible_days`, indexed by entity.
        later: the same of the other act.

    Returns:
        ``low`` and ``high`` (days), for the entities that both have.
    """
    both = earlier.join(later.add_suffix("_later"), how="inner")
    return pd.DataFrame(
        {
            "low": (both["first_later"] - both["last"]).dt.days,
            "high": (both["last_later"] - both["first"]).dt.days,
        }
    )


def waits(attempts: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """How long each target waited from its first proposal to its listing.

    A proposal is made before it is answered, which narrows a year to part of a year; where an answer
    was read but no proposal before it, the proposal has a latest day and no first one.

    Returns:
        One row per target, indexed by ``target_id``: ``attempts`` (proposals read), ``first`` and
        ``last`` (possible days of the first proposal; ``first`` is missing where only an answer
        to it was read), ``listed`` (day, or missing), ``low`` and ``high`` (days from proposal to
        listing; ``high`` is missing where ``first`` is).
    """
    known = steps.join(possible_days(steps["date"], steps["date_precision"]))
    target = attempts.set_index("id")["target_id"]
    rows = {}
    for name, own in known.groupby(known["attempt_id"].map(target)):
        proposed, answered = own[own["step"] == "proposed"], own[own["step"] != "proposed"]
        last = own["last"].min()
        first = proposed["first"].min()
        if len(answered) and not first <= answered["last"].min():
            first = pd.NaT
        rows[name] = {"first": first, "last": last, "listed": own.loc[own["step"] == "listed", "date"].min()}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("target_id")
    table.insert(0, "attempts", attempts.groupby("target_id").size())
    low, high = ((table["listed"] - table[end]).dt.days.astype("Int64") for end in ("last", "first"))
    return table.assign(low=low, high=high)


def holds(attempts: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """How long each proposal was on hold: from the first hold to the step that ended it.

    Returns:
        One row per proposal that was held, indexed by ``attempt_id``: ``target_id``, ``by`` (who
        placed the first hold), ``held`` (its date), ``end`` (date of the block, the lifting or the
        listing; missing where none was read), ``ended`` (that step), ``low`` and ``high`` (days).
    """
    known = steps.join(possible_days(steps["date"], steps["date_precision"]))
    target = attempts.set_index("id")["target_id"]
    rows = {}
    for attempt, own in known.groupby("attempt_id"):
        held = own[own["step"] == "held"].sort_values("first")
        if held.empty:
            continue
        start = held.iloc[0]
        ends = own[own["step"].isin(["blocked", "lifted", "listed"])].sort_values(["first", "step"])
        end = ends.iloc[0] if len(ends) else None
        rows[attempt] = {
            "target_id": target[attempt],
            "by": start["by"],
            "held": start["date"],
            "end": pd.NaT if end is None else end["date"],
            "ended": pd.NA if end is None else str(end["step"]),
            "low": pd.NA if end is None else (end["first"] - start["last"]).days,
            "high": pd.NA if end is None else (end["last"] - start["first"]).days,
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("attempt_id")
    return table.astype({"low": "Int64", "high": "Int64"})


# Who kept a name from the list.
CHINA, CHINA_UK, WESTERN = "China", "China and the UK", "Western members"


def holders(attempts: pd.DataFrame) -> pd.Series:
    """Who held up or blocked each proposal, whether or not the day of a hold was read.

    Args:
        attempts: the table ``un_listing_attempts``: one row per name in a proposal.

    Returns:
        :data:`CHINA`, :data:`CHINA_UK`, :data:`WESTERN`, or missing where nobody did so or where only
        undated press reports say it ("(as reported)"); aligned with ``attempts``.
    """

    def holder(by):
        if pd.isna(by) or "(as reported)" in by:
            return None
        if "China" not in by:
            return WESTERN
        return CHINA_UK if "United Kingdom" in by else CHINA

    return attempts["blocked_by"].map(holder).astype(object)


def days_text(low, high) -> str:
    """A range of days in words: "89", "3,592–3,772", "at least 955", "1,204 before" (the second act came first)."""
    if pd.isna(low):
        return "not known"
    if pd.isna(high):
        return f"at least {low:,}"
    if high < 0:
        return f"{days_text(-high, -low)} before"
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"
