"""Custody: spells and days from the steps of the table ``custody``, and what came before them.

The column ``state`` of a step says where the person was afterwards, as far as it was confirmed. A
spell runs from the step that took a person out of freedom to the step that ended it; a change from,
say, house arrest to prison divides it into segments.

Imports its neighbours and ``rules`` at most; charts and notebooks import it.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

HELD = ("house_arrest", "held", "remand", "serving")
# Of several steps on one day those that end a detention come first: freed and held again is two spells.
_ENDS_FIRST = {"free": 0, "unknown": 0, "dead": 0}


def segments(custody: pd.DataFrame) -> pd.DataFrame:
    """Stretches of one kind of custody.

    Args:
        custody: the table ``custody``; steps without a ``state`` change nothing.

    Returns:
        One row per stretch, by person and date: ``person_id``, ``spell`` (number of the spell it
        belongs to, from 1), ``state``, ``start``, ``end`` (missing while it runs, and where the state
        is ``unclear``), ``start_id``, ``end_id`` (steps; the same
        missing), ``exact`` (whether the days of both ends are known).
    """
    steps = custody[custody["state"].notna()].copy()
    steps["state"] = steps["state"].astype(object)
    steps["order"] = steps["state"].map(_ENDS_FIRST).fillna(1)
    rows: list[dict] = []
    for person, own in steps.sort_values(["person_id", "date", "order"], kind="stable").groupby("person_id"):
        running, spell = None, 0
        for step in own.itertuples():
            if running is not None and step.state != running["state"]:
                if running["state"] != "unclear":
                    running |= {"end": step.date, "end_id": step.id}
                    running["exact"] &= step.date_precision == "day"
                continues = step.state in HELD and running["state"] in HELD
                running = None
            else:
                continues = False
            if running is None and step.state in (*HELD, "unclear"):
                spell += not continues
                running = {
                    "person_id": person,
                    "spell": spell,
                    "state": step.state,
                    "start": step.date,
                    "end": pd.NaT,
                    "start_id": step.id,
                    "end_id": None,
                    "exact": step.date_precision == "day",
                }
                rows.append(running)
    return pd.DataFrame(rows).astype({"start": "datetime64[ns]", "end": "datetime64[ns]"})


def with_terms(custody: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """The steps of custody, with the end of a sentence added where the record holds none.

    A sentence that nobody reported ended must not run on for ever: it is counted until the longest
    term read, from the day of its verdict, is over. Where a verdict gives no length, nothing is added.

    Args:
        custody: the table ``custody``.
        until: last day of the record; a term that ends later changes nothing.

    Returns:
        The table with a step per person whose last state is ``serving`` under a term over by
        ``until``: ``step`` "term_ended", ``state`` "unknown", on that day.
    """
    steps = custody[custody["state"].notna()].sort_values(["person_id", "date"], kind="stable")
    added = []
    for person, own in steps.groupby("person_id"):
        if own["state"].iloc[-1] != "serving":
            continue
        # The verdicts since the person was last out of prison.
        verdicts = own[(own["state"] != "serving")[::-1].cumsum()[::-1] == 0]
        if verdicts["sentence_years"].isna().any():
            continue
        ends = [
            day + pd.DateOffset(months=round(12 * years))
            for day, years in zip(verdicts["date"], verdicts["sentence_years"], strict=True)
        ]
        if max(ends) <= until:
            last = verdicts.iloc[ends.index(max(ends))]
            added.append(
                {
                    "id": f"{person}-term-ended",
                    "person_id": person,
                    "date": max(ends),
                    "date_precision": "day",
                    "step": "term_ended",
                    "state": "unknown",
                    "country": last["country"],
                    "summary": "The longest term read, counted from its verdict, was over; what followed was not read.",
                    "sources": last["sources"],
                }
            )
    if not added:
        return custody
    kept = custody.astype({name: object for name in ("date_precision", "step", "state", "country")})
    return pd.concat([kept, pd.DataFrame(added)], ignore_index=True)


def spells(stretches: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Spells of custody, of whatever kinds: what :func:`segments` gives, joined.

    Args:
        stretches: as :func:`segments` gives them.
        until: last day of the record, up to which a running spell is counted.

    Returns:
        One row per person and spell: ``person_id``, ``spell``, ``states`` (tuple), ``start``,
        ``end``, ``start_id``, ``end_id``, ``exact``, ``running`` (no end was read), ``unclear``,
        ``days`` (missing where unclear; of a running spell up to ``until``).
    """
    ordered = stretches.sort_values(["person_id", "spell", "start"], kind="stable")
    table = ordered.groupby(["person_id", "spell"], as_index=False).agg(
        states=("state", tuple),
        start=("start", "first"),
        end=("end", lambda ends: ends.iloc[-1]),
        start_id=("start_id", "first"),
        end_id=("end_id", lambda ids: ids.iloc[-1]),
        exact=("exact", "all"),
    )
    unclear = table["states"].map(lambda states: states[0] == "unclear")
    days = (table["end"].fillna(until) - table["start"]).dt.days.astype("Int64")
    return table.assign(running=table["end"].isna() & ~unclear, unclear=unclear, days=days.mask(unclear.astype(bool)))


def days_by_state(stretches: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Days in each kind of custody between two days, per person.

    Returns:
        Indexed by ``person_id``, one column per state of :data:`HELD`, ``custody`` (their sum) and
        ``window`` (days from ``since`` to ``until``); unclear custody has no length and counts nothing.
    """
    counted = stretches[stretches["state"].isin(HELD)]
    start = counted["start"].clip(lower=since)
    end = counted["end"].fillna(until).clip(upper=until)
    days = (end - start).dt.days.clip(lower=0)
    table = (
        counted.assign(days=days)
        .pivot_table(index="person_id", columns="state", values="days", aggfunc="sum", fill_value=0)
        .reindex(columns=list(HELD), fill_value=0)
        .reindex(sorted(stretches["person_id"].unique()), fill_value=0)
        .astype(int)
    )
    return table.assign(custody=table.sum(axis=1), window=(until - since).days).rename_axis(columns=None)


def ended_by(table: pd.DataFrame, custody: pd.DataFrame) -> pd.Series:
    """What ended each spell: a key of :data:`ENDINGS`, from the step and the authority that acted.

    Args:
        table: spells as :func:`spells` gives them.
        custody: the table ``custody``.
    """
    steps = custody.set_index("id")

    def ending(spell) -> str:
        if spell.unclear:
            return "unclear"
        if spell.running:
            return "running"
        step = steps.loc[spell.end_id]
        authority = "" if pd.isna(step["authority"]) else step["authority"].lower()
        if step["state"] in ("dead", "unknown"):
            return str(step["state"])
        if "court" in authority or "review board" in authority:
            return "court"
        return "executive"

    return pd.Series([ending(spell) for spell in table.itertuples()], index=table.index, dtype="object")


ENDINGS = {
    "court": "a court or review board",
    "executive": "the government",
    "running": "no end read",
    "unknown": "end not known",
    "dead": "death",
    "unclear": "unclear",
}


# How hard a list of the FATF is: none, the list of those with an agreed plan, public warnings.
_HARD = {
    "not_listed": 0,
    "removed": 0,
    "improving_compliance": 1,
    "increased_monitoring": 1,
    "statement_of_concern": 2,
    "public_statement": 2,
}


def presses(plenaries: pd.DataFrame) -> pd.Series:
    """Whether a decision of the FATF put pressure on Pakistan, read from the table alone.

    A decision presses if it leaves Pakistan on a list and eases nothing against the decision before it.
    It eases if the list is a milder one, if it counts more items of a plan as addressed, or if it moves
    the deadline back on an unchanged count. A decision that praises and warns at once eases; reports of
    the APG, which decides on no list, never press.

    Args:
        plenaries: the table ``fatf_plenaries``.

    Returns:
        Aligned with ``plenaries``.
    """
    own = plenaries[plenaries["body"] == "FATF"].sort_values("date", kind="stable")
    hard = own["status"].astype(object).map(_HARD)
    count, deadline = own["items_addressed"].astype("Float64"), own["deadline"]
    eased = hard < hard.shift()
    eased |= (count > count.ffill().shift()).fillna(False)
    eased |= (count == count.shift()).fillna(False) & (deadline > deadline.shift())
    return ((hard > 0) & ~eased).reindex(plenaries.index, fill_value=False).astype(bool)


def preceding(days: pd.Series, pressure: pd.DataFrame, within: int) -> pd.DataFrame:
    """What came in the days before each day, the day itself included.

    Args:
        days: the days to look back from.
        pressure: columns ``date``, ``kind`` and ``label``.
        within: how many days to look back.

    Returns:
        One row per pair of a day and a thing that came before it: ``day``, ``date``, ``kind``,
        ``label``, ``lag`` (days).
    """
    pairs = pd.DataFrame({"day": pd.Series(days).drop_duplicates()}).merge(pressure, how="cross")
    lag = (pairs["day"] - pairs["date"]).dt.days
    return pairs.assign(lag=lag)[lag.between(0, within)].sort_values(["day", "lag"]).reset_index(drop=True)


def waves(days: pd.Series, apart: int) -> pd.Series:
    """The first day of each wave: days that follow on the one before within ``apart`` days belong together."""
    ordered = pd.Series(days).drop_duplicates().sort_values(ignore_index=True)
    return ordered[~(ordered.diff().dt.days <= apart)].reset_index(drop=True)


class Excess(NamedTuple):
    """Of ``n`` days ``hits`` have something before them; by chance a share of ``base`` would; p-value."""

    hits: int
    n: int
    base: float
    p: float


CALENDAR, YEAR, SHIFT = "calendar", "year", "shift"


def excess(
    days: pd.Series,
    pressure: pd.DataFrame,
    within: int,
    first: pd.Timestamp,
    last: pd.Timestamp,
    against: str = CALENDAR,
) -> Excess:
    """Whether some days follow on events more often than days drawn at random would.

    A day is covered if an event fell in the ``within`` days before it, the day itself included. The
    p-value is the exact chance of at least so many hits, against one of three ideas of chance:

    - ``calendar``: each day could have been any from ``first`` to ``last`` (binomial). It takes the
      days as independent of each other, which detentions of a few men are not.
    - ``year``: each could have been any day of its own year, so that a year with many events and many
      detentions proves nothing by itself (Poisson binomial).
    - ``shift``: all days move together along the calendar, whose end joins its beginning, by every
      number of days; the p-value is the share of shifts with as many hits. The gaps between the days
      stay as they were, so that detentions that come in waves count as waves.

    Args:
        days: the days to test, from ``first`` to ``last``; each counts once.
        pressure: column ``date``.
        within: how many days to look back.
        first: first day of the base.
        last: last day of the base.
        against: one of the three.
    """
    calendar = pd.date_range(first, last)
    covered = np.zeros(len(calendar), dtype=bool)
    for day in pressure["date"].drop_duplicates():
        covered |= ((calendar - day).days >= 0) & ((calendar - day).days <= within)
    unique = pd.Series(days).drop_duplicates()
    places = (unique - first).dt.days.to_numpy()
    hits = int(covered[places].sum())
    if against == YEAR:
        shares = pd.Series(covered).groupby(calendar.year).mean()
        chances = shares[unique.dt.year].to_numpy()
        return Excess(hits, len(unique), float(chances.mean()), _at_least(hits, chances))
    base = float(covered.mean())
    if against == SHIFT:
        shifted = np.array([covered[(places + shift) % len(calendar)].sum() for shift in range(len(calendar))])
        return Excess(hits, len(unique), base, float((shifted >= hits).mean()))
    return Excess(hits, len(unique), base, _at_least(hits, np.full(len(unique), base)))


def _at_least(hits: int, chances: np.ndarray) -> float:
    """The exact chance of at least so many successes, where each trial has a chance of its own."""
    distribution = np.ones(1)
    for chance in chances:
        distribution = np.convolve(distribution, [1 - chance, chance])
    return float(min(1.0, distribution[hits:].sum()))
