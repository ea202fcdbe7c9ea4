"""Stays on a list and gaps to the next meeting: survival with censoring, and two exact tests of timing.

Survival functions, their intervals and the logrank test are SciPy's (``scipy.stats.ecdf`` and
``scipy.stats.logrank`` on ``scipy.stats.CensoredData``). Nothing here draws random numbers: both tests of timing
enumerate every case or convolve exact distributions.

Imports its neighbours and ``rules`` at most; charts and notebooks import it.
"""

import math
import warnings
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy

from aftermumbai.measures import Estimate

# Days in a month, for durations.
MONTH = 365.25 / 12


# Stays on a list


def stays(spells: pd.DataFrame) -> pd.DataFrame:
    """How long each stay lasted, as far as it is known.

    A stay runs from its entry, or from the first day on which a document shows the country listed,
    to its exit, or to the last such day. It counts as completed only where both entry and exit were
    read and the country left the monitoring; a stay that lasts, that moved to a stricter list or
    whose exit was not read is censored: it lasted at least so long. Stays of no known length are
    left out.

    Args:
        spells: the table ``grey_list_spells``.

    Returns:
        One row per stay: ``id``, ``country``, ``iso3``, ``entered`` (may be missing), ``begins``,
        ``ends``, ``months``, ``completed`` (bool), ``entry_read`` (bool).
    """
    begins = spells["entered"].fillna(spells["known_from"])
    ends = spells["left"].fillna(spells["known_to"])
    table = pd.DataFrame(
        {
            "id": spells["id"],
            "country": spells["country"],
            "iso3": spells["iso3"],
            "entered": spells["entered"],
            "begins": begins,
            "ends": ends,
            "months": (ends - begins).dt.days / MONTH,
            "completed": spells["entered"].notna() & spells["left"].notna() & (spells["exit"] == "removed"),
            "entry_read": spells["entered"].notna(),
        }
    )
    return table[table["months"] > 0].reset_index(drop=True)


def _censored(months: pd.Series, completed: pd.Series) -> "scipy.stats.CensoredData":
    return scipy.stats.CensoredData.right_censored(months.astype(float), ~completed.astype(bool))


def kaplan_meier(months: pd.Series, completed: pd.Series, level: float = 0.95) -> pd.DataFrame:
    """The share of stays still running after so many months (Kaplan and Meier 1958).

    Args:
        months: length of each stay.
        completed: whether the stay ended then; otherwise it lasted at least so long.
        level: of the pointwise intervals (log-log transformed, Greenwood's variance).

    Returns:
        One row per month with an exit or a censoring, from month 0: ``months``, ``share``, ``low``,
        ``high``, ``at_risk``, ``exits``. Where SciPy gives no interval (share 1 or 0), both ends are
        the share itself.
    """
    survival = scipy.stats.ecdf(_censored(months, completed)).sf
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The confidence interval is undefined", category=RuntimeWarning)
        interval = survival.confidence_interval(confidence_level=level, method="log-log")
    times, known = survival.quantiles, months.astype(float).to_numpy()
    curve = pd.DataFrame(
        {
            "months": times,
            "share": survival.probabilities,
            "low": interval.low.probabilities,
            "high": interval.high.probabilities,
            "at_risk": [int((known >= time).sum()) for time in times],
            "exits": [int((completed.to_numpy(bool) & (known == time)).sum()) for time in times],
        }
    )
    curve["low"], curve["high"] = (curve[column].fillna(curve["share"]) for column in ("low", "high"))
    start = {"months": 0.0, "share": 1.0, "low": 1.0, "high": 1.0, "at_risk": len(months), "exits": 0}
    return pd.concat([pd.DataFrame([start]), curve], ignore_index=True)


def median_stay(curve: pd.DataFrame) -> Estimate:
    """Months after which half of the stays had ended, with its interval (Brookmeyer and Crowley 1982).

    The interval holds the months at which the band of the curve crosses one half; its upper end is
    infinite where the band never does. ``p`` is not used.
    """

    def first(column: str) -> float:
        below = curve[curve[column] <= 0.5]
        return math.inf if below.empty else float(below["months"].iloc[0])

    return Estimate(first("share"), first("low"), first("high"), math.nan)


def share_after(curve: pd.DataFrame, months: float) -> Estimate:
    """The share of stays still running after so many months, with its interval."""
    row = curve[curve["months"] <= months].iloc[-1]
    return Estimate(float(row["share"]), float(row["low"]), float(row["high"]), math.nan)


def logrank(first: pd.DataFrame, second: pd.DataFrame) -> float:
    """p-value of the logrank test that two sets of stays have the same survival (Mantel 1966), two-sided."""
    return float(
        scipy.stats.logrank(
            _censored(first["months"], first["completed"]), _censored(second["months"], second["completed"])
        ).pvalue
    )


def longer(table: pd.DataFrame, stay_id: str) -> dict[str, int]:
    """How one stay ranks: how many completed stays are known, how many of them and of the others were longer."""
    own = table.set_index("id").loc[stay_id, "months"]
    done = table[table["completed"]]
    return {
        "completed": len(done),
        "completed_longer": int((done["months"] > own).sum()),
        "running_longer": int((~table["completed"] & (table["months"] > own)).sum()),
    }


# Gaps to the next meeting


class Timing(NamedTuple):
    """Mean gap from acts to the next meeting, against acts that fell on other days.

    Attributes:
        n: number of acts.
        mean: their mean gap in days.
        expected: mean gap of all days of the period.
        p: share of the cases with a mean gap as small or smaller.
        p_two_sided: share of the cases whose mean gap is as far from the expected one or farther.
        needed: largest mean gap that would have given a p of 0.05 or less; missing where none would.
    """

    n: int
    mean: float
    expected: float
    p: float
    p_two_sided: float
    needed: float


def gaps(days: pd.Series, meetings: pd.Series) -> pd.Series:
    """Days from each day to the first meeting on or after it; missing where there is none."""
    order = np.sort(meetings.to_numpy("datetime64[D]"))
    place = np.searchsorted(order, days.to_numpy("datetime64[D]"), side="left")
    found = pd.Series(pd.NaT, index=days.index, dtype="datetime64[s]")
    inside = place < len(order)
    found[inside] = order[place[inside]]
    return (found - days).dt.days.rename("gap")


def _every_gap(meetings: pd.Series, first: pd.Timestamp, last: pd.Timestamp) -> np.ndarray:
    """Gap of every day of a period that ends with a meeting.

    Raises:
        ValueError: the last day of the period is not a meeting, so that some days have no next one.
    """
    if last not in set(meetings):
        raise ValueError(f"the period must end on the day of a meeting, not on {last.date()}")
    return gaps(pd.Series(pd.date_range(first, last)), meetings).to_numpy()


# A mean of gaps is a fraction: two that are equal may differ by rounding.
_ROUNDING = 1e-9


def shift_test(days: pd.Series, meetings: pd.Series, first: pd.Timestamp, last: pd.Timestamp) -> Timing:
    """Whether acts fall close before meetings: exact permutation test over all circular shifts.

    Every shift moves all acts together by 0, 1, 2 … days, those that leave the period entering it
    again at the other end. That keeps acts of one case or one week together, which permuting them
    one by one would not. All shifts are enumerated, so nothing is random; the smallest possible p is
    one over the number of days.

    Args:
        days: days of acts between ``first`` and ``last``.
        meetings: days of meetings.
        first: first day of the period.
        last: its last day, itself a meeting.
    """
    every = _every_gap(meetings, first, last)
    places = (days - first).dt.days.to_numpy()
    if len(places) == 0 or places.min() < 0 or places.max() >= len(every):
        raise ValueError("the acts must lie within the period")
    means = np.array([every[(places + shift) % len(every)].mean() for shift in range(len(every))])
    return _timing(means, np.full(len(means), 1 / len(means)), means[0], len(places), every.mean())


def independent_test(days: pd.Series, meetings: pd.Series, first: pd.Timestamp, last: pd.Timestamp) -> Timing:
    """The same question if every act had chosen its day by itself: exact distribution by convolution.

    It takes acts of one campaign for independent and so finds bunching too easily; given beside
    :func:`shift_test` for comparison.
    """
    every = _every_gap(meetings, first, last)
    n, observed = len(days), gaps(days, meetings).sum()
    one = np.bincount(every) / len(every)
    size = n * (len(one) - 1) + 1
    chances = np.clip(np.fft.irfft(np.fft.rfft(one, 2 * size) ** n, 2 * size)[:size], 0, None)
    return _timing(np.arange(size) / n, chances / chances.sum(), observed / n, n, every.mean())


def _timing(means: np.ndarray, chances: np.ndarray, mean: float, n: int, expected: float) -> Timing:
    near = means <= mean + _ROUNDING
    far = abs(means - expected) >= abs(mean - expected) - _ROUNDING
    order = np.argsort(means, kind="stable")
    cases = pd.DataFrame({"mean": means[order].round(9), "sum": chances[order].cumsum()})
    rare = cases.groupby("mean")["sum"].last().loc[lambda sums: sums <= 0.05 + _ROUNDING]
    needed = float(rare.index[-1]) if len(rare) else math.nan
    return Timing(n, float(mean), float(expected), float(chances[near].sum()), float(chances[far].sum()), needed)


def within(days: pd.Series, meetings: pd.Series, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """How many acts, and which share of all days, fall within so many days before a meeting.

    Returns:
        Columns ``days`` (0 to the longest gap), ``acts`` (number), ``observed`` and ``expected`` (shares).
    """
    every, own = _every_gap(meetings, first, last), gaps(days, meetings).to_numpy()
    reach = np.arange(every.max() + 1)
    acts = [int((own <= limit).sum()) for limit in reach]
    return pd.DataFrame(
        {
            "days": reach,
            "acts": acts,
            "observed": [count / len(own) for count in acts],
            "expected": [(every <= limit).mean() for limit in reach],
        }
    )


# Counts, deadlines and ratings of a plan


def plan_counts(plenaries: pd.DataFrame, first: int, second: int) -> pd.DataFrame:
    """Items addressed of two plans that run one after the other, at each meeting that gave a count.

    While both plans run, meetings count them together. The first plan then keeps its last own
    count until everything is done.

    Args:
        plenaries: the table ``fatf_plenaries``.
        first: items of the first plan.
        second: items of the second plan.

    Returns:
        One row per meeting with a count: ``id``, ``date``, ``first``, ``second`` (items addressed;
        ``second`` is missing before that plan), ``total``.
    """
    rows, own = [], 0
    for row in plenaries.dropna(subset=["items_addressed"]).sort_values("date").itertuples():
        done = int(row.items_addressed)
        together = int(row.items_total) == first + second
        own = first if done == first + second else own if together else done
        rows.append(
            {
                "id": row.id,
                "date": row.date,
                "first": own,
                "second": done - own if together else pd.NA,
                "total": int(row.items_total),
            }
        )
    return pd.DataFrame(rows).astype({"second": "Int64"})


# Deadlines given to the month are the same where they lie within so many days of each other.
SAME_DEADLINE = 31


def deadlines(plenaries: pd.DataFrame) -> pd.DataFrame:
    """What became of each deadline of a plan.

    A deadline that a later meeting repeats before it expires (within :data:`SAME_DEADLINE` days) is
    counted once, with the date as last given. It is ``moved`` where a later meeting set a later one
    before it expired; otherwise it is ``met`` where the first count at or after it shows all items
    addressed, and ``missed`` where not (counts never fall, so that a later count short of all proves
    it). A deadline for a part of the items cannot be judged by a count of all: it is ``missed`` where
    a meeting said so, and only such deadlines are known to be for a part.

    Returns:
        Columns ``set_on`` (missing where only the meeting that called it missed names it), ``deadline``,
        ``part`` (bool), ``judged_on``, ``addressed``, ``total``, ``outcome``.
    """
    order = plenaries.sort_values("date")
    said = {}
    for row in order.dropna(subset=["part_deadlines_missed"]).itertuples():
        for month in row.part_deadlines_missed.split(";"):
            said.setdefault(pd.Timestamp(month), row.date)
    same = pd.Timedelta(days=SAME_DEADLINE)
    found: list[dict] = [{"set_on": pd.NaT, "deadline": day, "total": pd.NA} for day in said]
    for row in order.dropna(subset=["deadline"]).itertuples():
        known = [e for e in found if abs(e["deadline"] - row.deadline) <= same and row.date <= e["deadline"] + same]
        if known:
            known[0]["set_on"] = row.date if pd.isna(known[0]["set_on"]) else known[0]["set_on"]
            known[0]["deadline"], known[0]["total"] = max(known[0]["deadline"], row.deadline), row.items_total
        else:
            found.append({"set_on": row.date, "deadline": row.deadline, "total": row.items_total})
    rows = [_fate(order, said, **entry) for entry in sorted(found, key=lambda entry: entry["deadline"])]
    return pd.DataFrame(rows)


def _fate(order: pd.DataFrame, said: dict, set_on: pd.Timestamp, deadline: pd.Timestamp, total: int) -> dict:
    """One row of :func:`deadlines`."""
    entry = {"set_on": set_on, "deadline": deadline, "part": deadline in said, "judged_on": pd.NaT}
    entry |= {"addressed": pd.NA, "total": total, "outcome": "open"}
    if deadline in said:
        return entry | {"judged_on": said[deadline], "outcome": "missed"}
    after = order[order["date"] > set_on]
    if ((after["date"] <= deadline) & (after["deadline"] > deadline)).any():
        return entry | {"outcome": "moved"}
    counted = after[(after["date"] >= deadline) & after["items_addressed"].notna()]
    if counted.empty:
        return entry
    first = counted.iloc[0]
    outcome = "met" if first["items_addressed"] >= total else "missed"
    return entry | {"judged_on": first["date"], "addressed": first["items_addressed"], "outcome": outcome}


def standing_ratings(ratings: pd.DataFrame, rounds: list[str]) -> pd.DataFrame:
    """The rating of every recommendation after each round: its own, or the one it kept.

    Args:
        ratings: the table ``fatf_ratings``.
        rounds: assessments in order of time.

    Returns:
        One row per recommendation and round: ``criterion``, ``number``, ``assessment``, ``rating``
        (missing while unknown), ``rated`` (whether this round gave it).
    """
    technical = ratings[ratings["criterion"].str.startswith("R.")]
    given = technical.set_index(["assessment", "criterion"])["rating"].astype("string")
    rows, kept = [], {}
    for assessment in rounds:
        for number in range(1, 41):
            key = (assessment, f"R.{number}")
            if key in given.index:
                kept[number] = given[key]
            rows.append(
                {
                    "criterion": f"R.{number}",
                    "number": number,
                    "assessment": assessment,
                    "rating": kept.get(number, pd.NA),
                    "rated": key in given.index,
                }
            )
    return pd.DataFrame(rows)
