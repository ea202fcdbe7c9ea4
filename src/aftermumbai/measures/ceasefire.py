"""Counts of ceasefire violations: whole years, months, what both sides counted, and a test that keeps order.

Pure functions over the table ``ceasefire_violations``. A count "at least N" has a ``count_min`` and no ``count_max``.

Imports its neighbours and ``rules`` at most; charts and notebooks import it.
"""

import math
from typing import NamedTuple

import pandas as pd

# The renewed ceasefire began on this day, so that the violations of its month all came before it.
RENEWED = pd.Timestamp("2021-02-25")
# Which scopes stand for both lines together; where a report does not say, its number is one of the totals.
BOTH = ("loc_and_ib", "unstated")
INDIA, PAKISTAN = ("india_mha", "india_mod", "india_army"), ("pakistan_mofa", "pakistan_ispr")


def whole_years(counts: pd.DataFrame) -> pd.DataFrame:
    """The rows that cover one calendar year, 1 January to 31 December, with ``year`` as a number."""
    first, last = counts["first_day"], counts["last_day"]
    january = (first.dt.month == 1) & (first.dt.day == 1)
    december = (last.dt.month == 12) & (last.dt.day == 31)
    rows = counts[january & december & (first.dt.year == last.dt.year)]
    return rows.assign(year=rows["first_day"].dt.year.astype(int))


def with_sums(years: pd.DataFrame) -> pd.DataFrame:
    """Adds the sum of line and border where one counter gave both and not their sum.

    Args:
        years: as :func:`whole_years` gives them, only rows with a count.

    Returns:
        The same rows and, with ``id`` "sum-…" and ``note`` "sum of line and border", the sums.
    """
    found = []
    for (side, counter, year), rows in years.groupby(["violations_by", "counted_by", "year"], observed=True):
        parts = {scope: rows[rows["scope"] == scope] for scope in ("loc", "ib", "loc_and_ib")}
        if len(parts["loc_and_ib"]) or not len(parts["loc"]) or not len(parts["ib"]):
            continue
        line, border = parts["loc"].iloc[0], parts["ib"].iloc[0]
        found.append(
            line.to_dict()
            | {
                "id": f"sum-{year}-{side}-{counter}",
                "scope": "loc_and_ib",
                "count_min": line["count_min"] + border["count_min"],
                "count_max": line["count_max"] + border["count_max"],
                "note": "sum of line and border",
            }
        )
    if not found:
        return years
    return pd.concat([years, pd.DataFrame(found).astype(years.dtypes.to_dict())], ignore_index=True)


def nearest(counts: pd.DataFrame) -> pd.DataFrame:
    """For each side and year the counts nearest to a whole year of both lines.

    Whole years of both lines, or of a scope that the report does not state, come first (``part`` is
    False). A side that published none for a year has its other counts of that year instead (``part`` is
    True): whole years of one line, and each counter's largest count of a part of the year that begins
    with 1 January. Complaints to the UN are no violations and stand for no side's count.

    Returns:
        The rows with ``year`` as a number and ``part``; only rows with a count.
    """
    known = counts[counts["count_min"].notna()]
    whole = with_sums(whole_years(known))
    full = whole[whole["scope"].isin(BOTH)].assign(part=False)
    served = set(
        full.loc[full["counted_by"] != "unmogip", ["violations_by", "year"]].itertuples(index=False, name=None)
    )
    lines = whole[~whole["scope"].isin(BOTH)]
    starts = known["first_day"].dt.strftime("%m-%d") == "01-01"
    begun = known[starts & ~known["id"].isin(whole["id"]) & (known["year"].str.len() == 4)]
    begun = begun.assign(year=begun["year"].astype(int))
    largest = begun.sort_values("count_min", kind="stable").groupby(
        ["violations_by", "year", "counted_by"], observed=True
    ).tail(1)  # fmt: skip
    rest = pd.concat([lines, largest]).assign(part=True)
    keys = list(rest[["violations_by", "year"]].itertuples(index=False, name=None))
    rest = rest[[key not in served for key in keys]]
    return pd.concat([full, rest], ignore_index=True)


def contradicting(years: pd.DataFrame, counts: pd.DataFrame) -> pd.Series:
    """Which whole-year counts can contradict another total of both lines, True or False for each row.

    Two kinds cannot: a count of unstated scope that equals a count of the Line of Control alone of the same
    side and year is likely that count, and a lower bound ("more than") is met by any exact total of both
    lines that is no smaller.

    Args:
        years: whole years, as :func:`nearest` gives them.
        counts: the table, for the counts of the Line of Control alone.
    """
    line = whole_years(counts[(counts["scope"] == "loc") & counts["count_min"].notna()])
    alone = set(line[["violations_by", "year", "count_min"]].itertuples(index=False, name=None))
    exact = years[(years["scope"] == "loc_and_ib") & years["count_max"].notna()]
    most = exact[exact["counted_by"] != "unmogip"].groupby(["violations_by", "year"], observed=True)["count_max"].max()
    most = most.to_dict()
    can = [
        not (row.scope == "unstated" and (row.violations_by, row.year, row.count_min) in alone)
        and not (pd.isna(row.count_max) and most.get((row.violations_by, row.year), -1) >= row.count_min)
        for row in years.itertuples()
    ]
    return pd.Series(can, index=years.index, dtype=bool)


def monthly(counts: pd.DataFrame, counter: str = "india_mha") -> pd.Series:
    """One counter's counts of single calendar months on both lines, indexed by the first day of each month."""
    first, last = counts["first_day"], counts["last_day"]
    one = (first.dt.day == 1) & (last == first + pd.offsets.MonthEnd(0))
    rows = counts[one & (counts["counted_by"] == counter) & (counts["scope"] == "loc_and_ib")]
    return rows.set_index("first_day")["count_min"].dropna().astype(float).sort_index().rename("violations")


def until(months: pd.Series, day: pd.Timestamp) -> float:
    """Violations from 1 January to a day, the month of that day taken in proportion to its days.

    Of February 2021 all days up to the renewed ceasefire stand for the whole month.

    Args:
        months: as :func:`monthly` gives them.
        day: the last day counted.

    Returns:
        The sum, NaN where a month is missing.
    """
    start = pd.Timestamp(day.year, 1, 1)
    wanted = pd.date_range(start, day, freq="MS")
    if not wanted.isin(months.index).all():
        return math.nan
    last = wanted[-1]
    share = 1 if day == RENEWED else day.day / last.days_in_month
    return float(months[wanted[:-1]].sum() + months[last] * share)


def ratios(counts: pd.DataFrame) -> pd.DataFrame:
    """India's count of Pakistan's violations over Pakistan's count of India's, where both counted the same time.

    Whole years take the counts of both lines by the two governments; an Indian count whose scope is not stated
    can raise the upper end, not lower the other. Where Pakistan published none, its largest count of a part of
    that year gives a bound, since the year's count cannot be below it. A "more than" that an exact count of the
    same side meets is left out. Parts of years need India's months.

    Returns:
        One row per period in order of time: ``period``, ``until`` (last day), ``whole``, ``india_low``,
        ``india_high``, ``pakistan_low``, ``pakistan_high`` (violations), ``low``, ``high`` (ratio),
        ``bound`` (True: the ratio is at most ``high``, because Pakistan said "more than"), ``stated`` (True:
        a count of Pakistan's says that it covers both lines).
    """
    known = counts[counts["count_min"].notna()]
    whole = with_sums(whole_years(known))
    met = whole["count_max"].isna() & ~contradicting(whole, counts)
    whole = whole[~met]
    months = monthly(counts)
    ours = whole[(whole["violations_by"] == "pakistan") & whole["counted_by"].isin([*INDIA, "other"])]
    ours = ours[ours["scope"].isin(BOTH)]
    theirs = known[(known["violations_by"] == "india") & (known["counted_by"] != "unmogip")]
    rows = []
    for year, mine in ours.groupby("year"):
        full = whole[(whole["violations_by"] == "india") & (whole["year"] == year) & whole["scope"].isin(BOTH)]
        full = full[full["counted_by"] != "unmogip"]
        bound = full.empty
        if bound:
            part = theirs[(theirs["year"] == str(year)) & (theirs["first_day"] == pd.Timestamp(year, 1, 1))]
            part = part[part["count_min"] >= 1000]
            if part.empty:
                continue
            full = part.nlargest(1, "count_min")
        rows.append(_ratio(str(year), pd.Timestamp(year, 12, 31), True, mine, full, bound))
    for row in theirs.sort_values("last_day").itertuples():
        begins = pd.notna(row.last_day) and row.first_day == pd.Timestamp(row.last_day.year, 1, 1)
        if not begins or (row.last_day.month, row.last_day.day) == (12, 31) or row.scope not in BOTH:
            continue
        count = until(months, row.last_day)
        if math.isnan(count) or (row.last_day - row.first_day).days < 45:
            continue
        mine = pd.DataFrame({"count_min": [round(count)], "count_max": [round(count)]})
        label = f"{row.last_day.year}, to {row.last_day.day} {row.last_day.month_name()[:3]}"
        rows.append(_ratio(label, row.last_day, False, mine, theirs.loc[[row.Index]], False))
    return pd.DataFrame(rows).sort_values(["until", "whole"], ignore_index=True)


def _ratio(period: str, last: pd.Timestamp, whole: bool, ours: pd.DataFrame, theirs: pd.DataFrame, bound: bool) -> dict:
    # A count of unstated scope may be that of one line, so that it can raise the upper end but not lower the other.
    both = ours[ours["scope"] == "loc_and_ib"] if "scope" in ours else ours
    india = (both if len(both) else ours)["count_min"].min(), ours["count_max"].fillna(ours["count_min"]).max()
    pakistan = theirs["count_min"].min(), theirs["count_max"].fillna(theirs["count_min"]).max()
    return {
        "period": period,
        "until": last,
        "whole": whole,
        "india_low": int(india[0]),
        "india_high": int(india[1]),
        "pakistan_low": int(pakistan[0]),
        "pakistan_high": int(pakistan[1]),
        "low": india[0] / pakistan[1],
        "high": india[1] / pakistan[0],
        "bound": bound or bool(theirs["count_max"].isna().all()),
        "stated": bool((theirs["scope"] == "loc_and_ib").any()),
    }


def pair(ours: pd.Series, theirs: pd.Series) -> dict:
    """India's running count of one line and Pakistan's of the same, both since one 1 January.

    Where India's runs longer, the ratio is at most what is divided, since its count at the earlier day was no
    larger. Days that lie two apart or less stand for one.

    Args:
        ours: India's row of the table.
        theirs: Pakistan's; its last day may be unknown, and must then be before India's.

    Raises:
        ValueError: they begin on two days, differ in scope, or Pakistan's runs longer.
    """
    if ours["first_day"] != theirs["first_day"] or ours["scope"] != theirs["scope"]:
        raise ValueError(f"not of one time and line: {ours['id']}, {theirs['id']}")
    apart = math.nan if pd.isna(theirs["last_day"]) else (theirs["last_day"] - ours["last_day"]).days
    if apart > 2:
        raise ValueError(f"runs longer than India's: {theirs['id']}")
    count, other = int(ours["count_min"]), int(theirs["count_min"])
    ratio = count / other
    return {
        "until": ours["last_day"],
        "whole": False,
        "india_low": count,
        "india_high": count,
        "pakistan_low": other,
        "pakistan_high": other,
        "low": ratio,
        "high": ratio,
        "bound": not apart >= -2,
        "stated": True,
    }


def dispersion(values: pd.Series) -> float:
    """Variance over mean; 1 for counts that follow Poisson, far above where they come in waves."""
    return float(values.var() / values.mean())


class Shift(NamedTuple):
    """A run of months against all others of its length: means, ratio, how many runs are as low, p."""

    before: float
    after: float
    ratio: float
    as_low: int
    runs: int
    p: float


def shift_test(values: pd.Series, first: object, length: int) -> Shift:
    """Are the months from ``first`` on lower than any run of as many months? A circular shift test.

    The order of the months is kept, as their waves demand; only the place of the cut moves. All rotations
    of the series are equally likely if the cut has nothing to do with the counts, so p is the share of
    rotations whose run has a mean as low as the one observed (Edgington and Onghena 2007, Randomization
    Tests, chapter on single-case designs). The smallest p it can give is one over the number of months.

    Args:
        values: in order of time, none missing.
        first: label of the first month after the cut.
        length: how many months are compared, before and after.

    Raises:
        ValueError: fewer than ``length`` months on one side of the cut.
    """
    place = values.index.get_loc(first)
    if place < length or place + length > len(values):
        raise ValueError(f"{length} months on both sides of {first} are needed")
    numbers = values.to_numpy(dtype=float)
    doubled = [*numbers, *numbers]
    means = [sum(doubled[start : start + length]) / length for start in range(len(numbers))]
    before, after = numbers[place - length : place].mean(), means[place]
    as_low = sum(mean <= after for mean in means)
    return Shift(
        float(before), float(after), float(after / before), int(as_low), len(means), float(as_low / len(means))
    )


def parts(counts: pd.DataFrame, ids: list[str]) -> pd.DataFrame:
    """Counts since one first day, turned into counts of the parts between them.

    Args:
        counts: the table.
        ids: rows of one counter that begin on the same day, each ending later than the one before.

    Returns:
        One row per part: ``first_day``, ``last_day``, ``count``, ``per_month`` (per 30 days), ``said`` ("at
        most", "at least" or nothing): a part that ends with a lower bound is at least what is counted, one that
        begins with such is at most that.

    Raises:
        ValueError: the rows do not begin on one day, a later count is smaller, or two lower bounds follow
            each other, of which nothing is known.
    """
    rows = counts.set_index("id").loc[ids]
    if rows["first_day"].nunique() != 1:
        raise ValueError(f"do not begin on one day: {', '.join(ids)}")
    day = pd.Timedelta(days=1)
    starts = [rows["first_day"].iloc[0], *[last + day for last in rows["last_day"].iloc[:-1]]]
    steps = rows["count_min"].astype(float).diff().fillna(rows["count_min"].iloc[0])
    if (steps < 0).any():
        raise ValueError(f"a later count is smaller: {', '.join(ids)}")
    ends = rows["count_max"].isna().tolist()
    begins = [False, *ends[:-1]]
    if any(first and last for first, last in zip(begins, ends, strict=True)):
        raise ValueError(f"two lower bounds in a row: {', '.join(ids)}")
    said = ["at least" if last else "at most" if first else "" for first, last in zip(begins, ends, strict=True)]
    spans = pd.DataFrame({"first_day": starts, "last_day": rows["last_day"].to_numpy(), "count": steps.to_numpy()})
    spans = spans.assign(said=said)
    return spans.assign(per_month=spans["count"] / ((spans["last_day"] - spans["first_day"]).dt.days + 1) * 30)
