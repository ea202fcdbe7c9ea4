"""Contacts of a third state in a crisis: how many, how soon, and by whom. Imports nothing of this package."""

import re
from zoneinfo import ZoneInfo

import pandas as pd

# What a contact was: face to face or by telephone, or words in public. A letter is words.
TALKS = ["visit", "meeting", "call"]

# Where a note says whose clock an hour was read from; the first that matches holds.
CLOCKS = {
    r"Pakistan time|PKT": "Asia/Karachi",
    r"Eastern|Washington": "America/New_York",
    r"IST|Indian time": "Asia/Kolkata",
}


def triggers(steps: pd.DataFrame) -> pd.Series:
    """The day on which each crisis began: its first step on the rung ``trigger``; indexed by ``crisis_id``.

    Args:
        steps: the table ``crisis_steps``.
    """
    found = steps[steps["rung"] == "trigger"].groupby("crisis_id", observed=True)["date"].min()
    return found.rename("trigger")


def aligned(contacts: pd.DataFrame, began: pd.Series) -> pd.DataFrame:
    """The contacts whose day is known, with the days since the crisis began.

    Days are differences of dates, each as its source gives it: a day in Washington reaches into the next
    in South Asia, so that any of them can be one off.

    Args:
        contacts: the table ``us_contacts``.
        began: as :func:`triggers` gives it.

    Returns:
        The rows with ``date_precision`` = ``day``, in order of time, and a column ``day`` (integer; 0 is
        the day of the trigger).

    Raises:
        KeyError: a crisis has no trigger.
    """
    rows = contacts[contacts["date_precision"] == "day"]
    crises = rows["crisis_id"].astype(str)
    unknown = set(crises) - set(began.index.astype(str))
    if unknown:
        raise KeyError(f"no trigger is known for {', '.join(sorted(unknown))}")
    start = pd.to_datetime(crises.map({str(key): day for key, day in began.items()}))
    return rows.assign(day=(rows["date"] - start).dt.days).sort_values(["crisis_id", "date", "id"], kind="stable")


def per_day(rows: pd.DataFrame, last: int) -> pd.DataFrame:
    """Contacts on each day from 0 to ``last``, and how many there had been by then.

    Args:
        rows: as :func:`aligned` gives them, or a part of them.
        last: the last day counted.

    Returns:
        ``crisis_id``, ``day``, ``contacts``, ``so_far``; a row for every crisis of the column's
        categories and every day, zero where there was none.
    """
    crises = list(rows["crisis_id"].cat.categories)
    every = pd.MultiIndex.from_product([crises, range(last + 1)], names=["crisis_id", "day"])
    counted = rows[rows["day"].between(0, last)].astype({"crisis_id": str}).groupby(["crisis_id", "day"]).size()
    table = counted.reindex(every, fill_value=0).rename("contacts").reset_index()
    return table.assign(so_far=table.groupby("crisis_id", sort=False)["contacts"].cumsum())


def first_contacts(rows: pd.DataFrame, by: str, last: int) -> pd.DataFrame:
    """The first contact of each rank in each crisis, if it came within ``last`` days.

    Args:
        rows: as :func:`aligned` gives them, or a part of them.
        by: the column to tell ranks by.
        last: the last day that counts.

    Returns:
        One row per crisis and value of ``by`` that has a contact from day 0 to ``last``: those two,
        ``day``, ``official``, ``counterpart``, ``mode``, ``id``. Of several on one day the first row.
    """
    within = rows[rows["day"].between(0, last)].sort_values("day", kind="stable")
    firsts = within.drop_duplicates(["crisis_id", by])
    return firsts[["crisis_id", by, "day", "official", "counterpart", "mode", "id"]].reset_index(drop=True)


def clock(note: str | None) -> str | None:
    """The time zone that a note names, as an IANA name; None where it names none."""
    if note is None or pd.isna(note):
        return None
    return next((zone for pattern, zone in CLOCKS.items() if re.search(pattern, note)), None)


def moment(date: pd.Timestamp, time: str | None, zone: str | None) -> pd.Timestamp | None:
    """A local hour as an instant in UTC; None where the hour or the zone is not known."""
    if time is None or pd.isna(time) or zone is None:
        return None
    hour, minute = map(int, time.split(":"))
    local = date.replace(hour=hour, minute=minute).tz_localize(ZoneInfo(zone))
    return local.tz_convert("UTC")


def hours_after(rows: pd.DataFrame, steps: pd.DataFrame, zone: str) -> pd.Series:
    """Hours from the trigger to each contact, where both hours and the contact's clock are known.

    Args:
        rows: as :func:`aligned` gives them.
        steps: the table ``crisis_steps``; the hour of the first trigger is taken.
        zone: time zone of the triggers, as an IANA name.

    Returns:
        Float hours, missing where unknown; the index of ``rows``.
    """
    first = steps[steps["rung"] == "trigger"].sort_values("date").drop_duplicates("crisis_id")
    start = {str(row.crisis_id): moment(row.date, row.time_local, zone) for row in first.itertuples()}
    found = []
    for row in rows.itertuples():
        began, then = start[str(row.crisis_id)], moment(row.date, row.time_local, clock(row.note))
        found.append((then - began).total_seconds() / 3600 if began is not None and then is not None else None)
    return pd.Series(found, index=rows.index, dtype="float64")


def documents(rows: pd.DataFrame) -> pd.Series:
    """How many documents stand behind the contacts of each crisis, each counted once; indexed by ``crisis_id``.

    Args:
        rows: contacts with their ``sources``, keys joined by semicolons.
    """
    each = rows.assign(source=rows["sources"].str.split(";")).explode("source")
    return each.groupby("crisis_id", observed=False)["source"].nunique().rename("documents")


def first_visits(visits: pd.DataFrame, began: pd.Series, last: pd.Timestamp) -> pd.DataFrame:
    """The first visit to each country after each crisis began, and how many days it took.

    Args:
        visits: the table ``secretary_visits``.
        began: as :func:`triggers` gives it.
        last: the last day of the record, for those that had not come.

    Returns:
        One row per crisis and country: ``crisis_id``, ``country``, ``days`` (missing where none had come
        by ``last``), ``official``, ``date``.
    """
    rows = []
    for crisis, day in began.items():
        for country in visits["country"].cat.categories:
            later = visits[(visits["country"] == country) & visits["date"].between(day, last)].sort_values("date")
            first = later.iloc[0] if len(later) else None
            rows.append(
                {
                    "crisis_id": crisis,
                    "country": country,
                    "days": pd.NA if first is None else (first["date"] - day).days,
                    "official": None if first is None else first["official"],
                    "date": pd.NaT if first is None else first["date"],
                }
            )
    return pd.DataFrame(rows).astype({"days": "Int64"})
