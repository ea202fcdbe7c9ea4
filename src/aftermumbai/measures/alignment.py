"""Crises on one clock: time since the trigger, time to each rung, peaks, turns, and what five can show.

Pure functions. A time carries the precision of its record: a step known to the minute is a point, one
known to the day is a span of that day where the step was taken, and no function pretends otherwise.

Imports its neighbours and ``rules`` at most; charts and notebooks import it.
"""

import math
from collections import Counter
from itertools import combinations, permutations

import pandas as pd

HOUR = pd.Timedelta(hours=1)
# Where a step known to the day was taken, if its actor has one zone. The day of anybody else may be
# that of New Delhi or that of Washington, so that it spans both.
ZONES = {"india": "Asia/Kolkata", "pakistan": "Asia/Karachi", "armed_group": "Asia/Kolkata"}
ELSEWHERE = ("Asia/Kolkata", "America/New_York")
# By whose account a step was taken, and who denies it.
ACCOUNT = ("told_by", "denied_by")


def _utc(local: pd.Timestamp, zone: str) -> pd.Timestamp:
    """A local time in UTC, without a zone of its own."""
    return local.tz_localize(zone, ambiguous=False, nonexistent="shift_forward").tz_convert("UTC").tz_localize(None)


def moments(steps: pd.DataFrame) -> pd.DataFrame:
    """The earliest and latest moment of each step in UTC.

    Args:
        steps: the table ``crisis_steps``.

    Returns:
        Columns ``earliest`` and ``latest`` (equal where the hour is known) and ``known_to``
        ("minute", "day", "month" or "year"), on the index of ``steps``.
    """
    rows = []
    for step in steps.itertuples():
        if pd.notna(step.time_local):
            hours, minutes = map(int, step.time_local.split(":"))
            at = _utc(step.date + pd.Timedelta(hours=hours, minutes=minutes), step.time_zone)
            rows.append((at, at, "minute"))
            continue
        ends = {
            "day": step.date + pd.Timedelta(days=1),
            "month": step.date + pd.DateOffset(months=1),
            "year": step.date + pd.DateOffset(years=1),
        }
        zone = ZONES.get(step.actor)
        first, last = (zone, zone) if zone else ELSEWHERE
        rows.append((_utc(step.date, first), _utc(ends[step.date_precision], last), step.date_precision))
    return pd.DataFrame(rows, columns=["earliest", "latest", "known_to"], index=steps.index)


def since_trigger(steps: pd.DataFrame, sides: dict[str, str], levels: dict[str, str]) -> pd.DataFrame:
    """Every step with the hours since the first trigger of its crisis.

    A step of the day of the trigger is taken to follow it, so that its span begins at zero.

    Args:
        steps: the table ``crisis_steps``.
        sides: for each actor the side it stands on.
        levels: for each rung the level it belongs to.

    Returns:
        The table with ``side``, ``level``, ``known_to``, ``hours_min`` and ``hours_max`` (the span in
        which the step fell), ``days`` (the middle of the span) and ``day`` (calendar days since the day
        of the trigger), by crisis and time.

    Raises:
        ValueError: a crisis has no trigger.
    """
    at, crisis = moments(steps), steps["crisis_id"].astype(str)
    triggers = at.assign(crisis=crisis, date=steps["date"])[steps["rung"] == "trigger"].sort_values("earliest")
    first = triggers.drop_duplicates("crisis")
    if missing := sorted(set(crisis) - set(first["crisis"])):
        raise ValueError(f"no trigger, so no time since it: {', '.join(missing)}")
    begins = first.set_index("crisis")
    day = (steps["date"] - crisis.map(begins["date"])).dt.days
    low = (at["earliest"] - crisis.map(begins["latest"])) / HOUR
    high = (at["latest"] - crisis.map(begins["earliest"])) / HOUR
    low = low.mask((day >= 0) & (high > 0) & (low < 0), 0.0)
    low, high = (hours.mask(steps.index.isin(first.index), 0.0) for hours in (low, high))
    rows = steps.assign(
        side=steps["actor"].astype(str).map(sides),
        level=steps["rung"].astype(str).map(levels),
        known_to=at["known_to"],
        hours_min=low,
        hours_max=high,
        days=(low + high) / 48,
        day=day,
    )
    return rows.sort_values(["crisis_id", "days", "hours_min", "id"]).reset_index(drop=True)


def first_times(rows: pd.DataFrame, by: str = "level") -> pd.DataFrame:
    """When each side of each crisis first reached each rung or level.

    The first of several steps whose moments are spans fell between the least ``hours_min`` and the
    least ``hours_max`` of them.

    Args:
        rows: steps as :func:`since_trigger` gives them.
        by: the column that names the rung: ``level`` or ``rung``.

    Returns:
        One row per crisis, side and rung that was reached: ``hours_min``, ``hours_max``, ``days`` (the
        middle), ``known_to``, ``day``, ``title``, ``date``, ``told_by`` and ``denied_by`` of the first step,
        ``steps`` (their number).
    """
    keys = ["crisis_id", "side", by]
    plain = rows[rows["day"] >= 0].astype(dict.fromkeys(keys, "string"))
    grouped = plain.sort_values(["hours_max", "hours_min", "id"]).groupby(keys, sort=False)
    # Not first(), which would fill an empty cell of the first step from a later one.
    first = grouped.head(1).set_index(keys)[["known_to", "day", "title", "date", *ACCOUNT]]
    span = grouped.agg(hours_min=("hours_min", "min"), hours_max=("hours_max", "min"), steps=("id", "size"))
    table = span.join(first).reset_index()
    return table.assign(days=(table["hours_min"] + table["hours_max"]) / 48)


def peaks(rows: pd.DataFrame, levels: list[str], among: list[str]) -> pd.DataFrame:
    """The highest of some levels that each side of each crisis reached, and when it first did.

    Args:
        rows: steps as :func:`since_trigger` gives them.
        levels: all levels from the lowest to the highest.
        among: the levels that count, such as those of force.

    Returns:
        One row per crisis and side that reached any: ``level``, ``rank`` (its place in ``levels``)
        and the columns of :func:`first_times`.
    """
    reached = first_times(rows)
    reached = reached[reached["level"].isin(among)]
    reached = reached.assign(rank=reached["level"].map({level: i for i, level in enumerate(levels)}))
    top = reached.groupby(["crisis_id", "side"])["rank"].transform("max")
    return reached[reached["rank"] == top].reset_index(drop=True)


def turn(rows: pd.DataFrame, crisis: str, name: str) -> pd.Series | None:
    """The step at which a crisis took a turn ("climb_stops", "crisis_ends"); None where none is documented."""
    own = rows[(rows["crisis_id"] == crisis) & (rows["turn"] == name)]
    return own.iloc[0] if len(own) else None


def last_trigger(rows: pd.DataFrame, step: pd.Series) -> pd.Series:
    """The latest trigger of a step's crisis that came before it: the attack that renewed the crisis, or began it."""
    own = rows[(rows["crisis_id"] == step["crisis_id"]) & (rows["rung"] == "trigger") & (rows["days"] <= step["days"])]
    return own.iloc[-1]


def climb(rows: pd.DataFrame, levels: list[str]) -> pd.DataFrame:
    """The highest level reached so far by either side, at each step that raised it.

    Args:
        rows: steps of the two sides as :func:`since_trigger` gives them.
        levels: the levels that count, from the lowest to the highest.

    Returns:
        One row per crisis and rise: ``crisis_id``, ``days``, ``level``, ``rank`` (0 for the lowest),
        ``side``, ``title``, ``known_to``, ``hours_min``, ``hours_max``, ``day``, ``told_by`` and ``denied_by``,
        in order of time.
    """
    ranked = rows[(rows["day"] >= 0) & rows["level"].isin(levels)]
    ranked = ranked.assign(rank=ranked["level"].map({level: i for i, level in enumerate(levels)}))
    before = ranked.groupby("crisis_id", observed=True)["rank"].transform(lambda r: r.cummax().shift(fill_value=-1))
    rises = ranked[ranked["rank"] > before]
    # Of steps that the record puts at one moment the highest counts.
    rises = rises.sort_values(["crisis_id", "days", "rank"]).drop_duplicates(["crisis_id", "days"], keep="last")
    kept = ["crisis_id", "days", "level", "rank", "side", "title", "known_to", "hours_min", "hours_max", "day"]
    kept += ACCOUNT
    return rises[kept].reset_index(drop=True)


def time_text(step) -> str:
    """The time of a step in words, no finer than its record: "10 hours", "12.8 days", "same day", "day 23".

    A step known to the month only is told from its first day: "from day 5".

    Args:
        step: a row with ``known_to``, ``hours_min``, ``hours_max`` and ``day``, as :func:`since_trigger`
            and :func:`first_times` give them.
    """
    if step.known_to == "minute" and step.hours_max - step.hours_min < 0.02:
        return f"{step.hours_min:.0f} hours" if step.hours_min < 72 else f"{step.hours_min / 24:.1f} days"
    if step.known_to in ("month", "year"):
        return f"from day {step.day}"
    return {0: "same day", 1: "next day"}.get(int(step.day), f"day {step.day}")


def smallest_p(n: int) -> dict[str, float]:
    """The smallest two-sided p that n cases can give: of a sign test, and of a test of their order in time.

    All n signs alike has probability 2 / 2^n under chance, one strict order (or its reverse) 2 / n!.
    """
    return {"sign": min(1.0, 2 / 2**n), "order": min(1.0, 2 / math.factorial(n))}


def order_p(values: list[float]) -> tuple[float, float]:
    """Kendall's tau of values against their order, and its exact two-sided p over all permutations.

    Tied pairs count as neither; tau is S over the number of pairs that are not tied. For a handful of
    values only: all n! orders are tried, each distinct order once.

    Raises:
        ValueError: there are more than eight values.
    """
    if len(values) > 8:
        raise ValueError(f"{len(values)} values have too many orders to try; use a test for larger samples")

    def score(order) -> int:
        return sum((b > a) - (b < a) for a, b in combinations(order, 2))

    scores = Counter(score(order) for order in permutations(values))
    seen = score(values)
    pairs = sum(a != b for a, b in combinations(values, 2))
    extreme = sum(count for s, count in scores.items() if abs(s) >= abs(seen))
    return (seen / pairs if pairs else 0.0), extreme / sum(scores.values())


def self_credit(endings: pd.DataFrame, belongs: dict[str, str], speakers: dict[str, str]) -> pd.DataFrame:
    """How often speakers of each kind credit their own state with the end of a crisis.

    Args:
        endings: the table ``crisis_endings``.
        belongs: for each value of ``credited`` whose act it is.
        speakers: for each value of ``by_kind`` its label, which is the name of the state it speaks for.

    Returns:
        Columns ``speaker`` (label), ``own`` (statements that credit the speaker's state), ``credits``
        (all that credit anybody) and ``denies``, in the order of ``speakers``.
    """
    kind = endings["by_kind"].astype(str).map(speakers)
    gives = endings["said"] == "credits"
    own = gives & (endings["credited"].astype(str).map(belongs) == kind)
    table = pd.DataFrame({"speaker": kind, "own": own, "credits": gives, "denies": ~gives})
    return table.groupby("speaker").sum().reindex(list(speakers.values())).fillna(0).astype(int).reset_index()
