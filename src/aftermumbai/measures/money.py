"""Sums of money by fiscal year, and what they would have been at another year's prices.

Imports its neighbours and ``rules`` at most; charts and notebooks import it.
"""

import pandas as pd


def span(years: str) -> range:
    """The fiscal years that a cell names: "2010", or all of "2002-2007"."""
    first, _, last = years.partition("-")
    return range(int(first), int(last or first) + 1)


def latest(assistance: pd.DataFrame) -> pd.DataFrame:
    """For each fiscal year the sums of the latest edition that prints them; totals left out.

    Editions are never mixed within a year and never added. A sum for several years stands only where no
    edition prints any of its years alone. Requests and estimates are left out.

    Args:
        assistance: the table ``us_assistance``.

    Returns:
        The rows kept, in order of ``fiscal_year``.
    """
    rows = assistance[(assistance["status"] == "actual") & (assistance["category"] != "total")]
    rows = rows[~rows["account"].str.startswith("total")]
    alone = {int(years) for years in rows["fiscal_year"] if "-" not in years}
    keep = rows["fiscal_year"].map(lambda years: "-" not in years or not alone & set(span(years)))
    rows = rows[keep.astype(bool)]
    newest = rows.groupby("fiscal_year")["edition"].transform("max")
    return rows[rows["edition"] == newest].sort_values(["fiscal_year", "category", "account"], ignore_index=True)


def price_level(years: str, index: pd.Series) -> float:
    """The price level of a fiscal year; for several years the mean of theirs.

    Args:
        years: as in :func:`span`.
        index: price level by fiscal year.

    Raises:
        KeyError: a year has no price level.
    """
    missing = [year for year in span(years) if year not in index.index]
    if missing:
        raise KeyError(f"no price level for fiscal {', '.join(map(str, missing))}")
    return float(index.loc[list(span(years))].mean())


def constant(amounts: pd.Series, years: pd.Series, index: pd.Series, base: int) -> pd.Series:
    """Sums at the prices of another year: each times the base year's price level over its own.

    Args:
        amounts: current dollars.
        years: fiscal year of each, or several years ("2002-2007"), whose mean level is taken, because how
            the sum was spread over them is not known.
        index: price level by fiscal year.
        base: the fiscal year whose prices are used.
    """
    levels = years.astype(str).map(lambda name: price_level(name, index))
    return amounts.astype(float) * float(index.loc[base]) / levels


def fiscal_moment(day: pd.Timestamp) -> float:
    """A day on an axis of fiscal years, which begin on 1 October of the year before.

    The year's number is its middle: 2018.0 is 1 April 2018, the edge between 2018 and 2019 is 2018.5.
    """
    year = day.year + (day.month >= 10)
    start = pd.Timestamp(year - 1, 10, 1)
    return round(year - 0.5 + (day - start).days / 365.25, 3)
