"""Who held a post on which day, and for how long nobody did. Imports nothing of this package."""

import pandas as pd


def spells(posts: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """Each holder's time in each post, cut to a period, without gap or overlap.

    A spell runs from its first day to the day before the next one of the same post begins, so that the
    day of a handover counts for the newcomer and every day counts once. Dates known to the month or year
    stand on its first day.

    Args:
        posts: the table ``us_posts``.
        first: first day of the period.
        last: last day of the period, counted.

    Returns:
        ``post``, ``holder``, ``status``, ``start``, ``end`` (the last day), ``days``, ``id``, in order.
    """
    parts = []
    for _, rows in posts.sort_values("start", kind="stable").groupby("post", observed=True):
        after = rows["start"].shift(-1).fillna(last + pd.Timedelta(days=1))
        start, end = rows["start"].clip(lower=first), (after - pd.Timedelta(days=1)).clip(upper=last)
        days = (end - start).dt.days + 1
        parts.append(rows.assign(start=start, end=end, days=days)[days > 0])
    columns = ["post", "holder", "status", "start", "end", "days", "id"]
    return pd.concat(parts, ignore_index=True)[columns]


def held_on(posts: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Holder and status of each post on a day; indexed by ``post``. Posts not yet in the table are left out."""
    return spells(posts, day, day).set_index("post")[["holder", "status", "id"]]


def shares(posts: pd.DataFrame, periods: dict[str, tuple[pd.Timestamp, pd.Timestamp]]) -> pd.DataFrame:
    """Days of each period that each post was held in each way.

    Args:
        posts: the table ``us_posts``.
        periods: name of a period to its first and last day, both counted.

    Returns:
        ``period``, ``post``, ``status``, ``days``, ``of`` (days of the period on which the post is in the
        table), ``share``; a row for every status, zero where it did not occur.
    """
    statuses, rows = posts["status"].cat.categories, []
    for period, (first, last) in periods.items():
        for post, own in spells(posts, first, last).groupby("post", observed=True):
            of = int(own["days"].sum())
            for status in statuses:
                days = int(own.loc[own["status"] == status, "days"].sum())
                rows.append({"period": period, "post": post, "status": status, "days": days, "of": of})
    table = pd.DataFrame(rows)
    return table.assign(share=table["days"] / table["of"])


def gaps(posts: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """The times a post was without a confirmed holder; spells that follow each other are one.

    Args:
        posts: the table ``us_posts``.
        last: last day of the record, counted for a gap that goes on.

    Returns:
        ``post``, ``start``, ``end`` (the last day), ``days``, ``holders`` (who acted, in order), longest
        first.
    """
    every = spells(posts, posts["start"].min(), last)
    rows = []
    for post, own in every.groupby("post", observed=True):
        empty = own["status"] != "confirmed"
        for _, run in own[empty].groupby((~empty).cumsum()[empty]):
            rows.append(
                {
                    "post": post,
                    "start": run["start"].iloc[0],
                    "end": run["end"].iloc[-1],
                    "days": int(run["days"].sum()),
                    "holders": "; ".join(run["holder"].dropna()),
                }
            )
    columns = ["post", "start", "end", "days", "holders"]
    return pd.DataFrame(rows, columns=columns).sort_values("days", ascending=False, ignore_index=True)
