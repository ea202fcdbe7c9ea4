"""What the essay claimed and advised, counted against the record: pure functions behind the verdicts.

Imports nothing of this package but ``measures``. Every number that the notebooks on the essay show
beside a claim comes from here or from ``measures``.
"""

from typing import NamedTuple

import pandas as pd

from aftermumbai import measures

# Verdicts by how far the record bears a claim out; those that it cannot settle stand apart.
STANDING = {"supported": 2, "partly_supported": 1, "not_supported": 0, "contradicted": -1}
# Rungs of ``crisis_steps`` on which soldiers of one state act by force on the other's side of the line.
FORCE = ("cross_line_fire", "ground_raid", "air_strike", "air_combat", "missile_or_drone_strike")
# The rungs of deliberate strikes, without fire across the line.
STRIKES = ("ground_raid", "air_strike", "air_combat", "missile_or_drone_strike")
CONFINED = ("arrested", "detained", "house_arrest")


# The verdicts themselves


def transitions(claims: pd.DataFrame) -> pd.DataFrame:
    """Number of claims by verdict at the time and verdict with hindsight.

    Args:
        claims: the table ``essay_claims``, or a part of it.

    Returns:
        Columns ``then``, ``now`` (verdicts of the schema), ``claims`` (not zero).
    """
    counts = claims.groupby(["verdict_then", "verdict_now"], observed=True).size().rename("claims").reset_index()
    return counts.rename(columns={"verdict_then": "then", "verdict_now": "now"})


def turn(then: str, now: str) -> str:
    """How a verdict changed: "same", "better" or "worse" for the claim, "settled" or "unsettled"."""
    if then == now:
        return "same"
    if then not in STANDING:
        return "settled" if now in STANDING else "same"
    if now not in STANDING:
        return "unsettled"
    return "better" if STANDING[now] > STANDING[then] else "worse"


def turned(claims: pd.DataFrame) -> pd.Series:
    """:func:`turn` for each claim, aligned with the table."""
    pairs = zip(claims["verdict_then"].astype(str), claims["verdict_now"].astype(str), strict=True)
    return pd.Series([turn(then, now) for then, now in pairs], index=claims.index, dtype="string")


# Who said what of an attack


class Named(NamedTuple):
    """How many statements about an attack say what of a group, and how many there are in all."""

    claimed: int
    laid: int
    denied: int
    convicted: int
    all: int


def named(attributions: pd.DataFrame, event: str, group: str, without: str = "") -> Named:
    """Statements about one event that name a group.

    Args:
        attributions: the table ``attributions``.
        event: id of the event.
        group: id of the group; fronts are not folded in.
        without: leave out speakers whose name holds this text, the author under test for one.

    Returns:
        Numbers of statements: ``claimed`` by the group, ``laid`` to it (blamed, charged, assessed),
        ``denied`` of it, ``convicted``; and of ``all`` statements about the event.
    """
    rows = attributions[attributions["event_id"] == event]
    if without:
        rows = rows[~rows["by"].str.contains(without, regex=False)]
    own = rows.loc[rows["group_id"] == group, "role"].astype(str)
    return Named(
        int((own == "claimed").sum()),
        int(own.isin(["blamed", "charged", "assessed"]).sum()),
        int((own == "denied").sum()),
        int((own == "convicted").sum()),
        len(rows),
    )


def claimed_between(
    attacks: pd.DataFrame, attributions: pd.DataFrame, group: str, first: pd.Timestamp, last: pd.Timestamp
) -> pd.DataFrame:
    """The attacks from ``first`` to the day before ``last`` that a group claimed in its own name, in order of time."""
    events = measures.said(attributions, "claimed").query("group_id == @group")["event_id"]
    inside = attacks["date"].between(first, last, inclusive="left")
    return attacks[inside & attacks["id"].isin(events)].sort_values("date")


def also_laid(attacks: pd.DataFrame, attributions: pd.DataFrame, claimants: list[str], group: str) -> tuple[int, int]:
    """Of the attacks that one of some groups claimed, how many a state also laid to another group; and of how many."""
    claims = measures.said(attributions, "claimed")
    theirs = set(claims.loc[claims["group_id"].isin(claimants), "event_id"]) & set(attacks["id"])
    laid = set(measures.said(attributions, "state").query("group_id == @group")["event_id"])
    return len(theirs & laid), len(theirs)


def laid_to_others(attacks: pd.DataFrame, attributions: pd.DataFrame, group: str) -> int:
    """How many of some attacks a state laid to a group other than this one; a state or nobody known is no group."""
    laid = measures.said(attributions, "state")
    others = laid[~laid["group_id"].isin([group, "unidentified", "pakistan-state"])]
    return int(attacks["id"].isin(others["event_id"]).sum())


# Crises


def first_step(steps: pd.DataFrame, crisis: str, rungs: tuple[str, ...], actor: str) -> pd.Series | None:
    """The first step of a crisis on one of some rungs by one actor; a row of ``crisis_steps``, None if there is none.

    Args:
        steps: the table ``crisis_steps``.
        crisis: id of the crisis.
        rungs: which rungs count.
        actor: who acts.
    """
    rows = steps[(steps["crisis_id"] == crisis) & steps["rung"].isin(rungs) & (steps["actor"] == actor)]
    return None if rows.empty else rows.sort_values(["date", "time_local"]).iloc[0]


def hours_between(first: pd.Series, second: pd.Series) -> float:
    """Hours from one step to another whose hours are known, each in its own local time as reported.

    India and Pakistan keep clocks half an hour apart, so that the result may be off by as much.

    Raises:
        ValueError: one of the hours is not known.
    """
    if pd.isna(first["time_local"]) or pd.isna(second["time_local"]):
        raise ValueError(f"the hour of {first['id']} or {second['id']} is not known")
    moments = [step["date"] + pd.Timedelta(f"{step['time_local']}:00") for step in (first, second)]
    return (moments[1] - moments[0]) / pd.Timedelta(hours=1)


def force_steps(steps: pd.DataFrame, crisis: str) -> tuple[int, int]:
    """How many steps of a crisis stand on rungs of force, and how many steps it has."""
    rows = steps[steps["crisis_id"] == crisis]
    return int(rows["rung"].isin(FORCE).sum()), len(rows)


def contacts(
    contacts: pd.DataFrame, crisis: str, first: pd.Timestamp, last: pd.Timestamp, rank: str | None = None
) -> pd.Series:
    """Number of U.S. contacts of a crisis by mode, from ``first`` to the day before ``last``; every mode of the schema.

    Args:
        contacts: the table ``us_contacts``.
        crisis: id of the crisis.
        first: first day.
        last: the day after the last.
        rank: only contacts of officials of this rank.
    """
    rows = contacts[(contacts["crisis_id"] == crisis) & contacts["date"].between(first, last, inclusive="left")]
    if rank is not None:
        rows = rows[rows["rank"] == rank]
    return rows["mode"].value_counts(sort=False)


# Posts, custody, lists, offers


def confirmed_on(posts: pd.DataFrame, post: str, day: pd.Timestamp) -> bool:
    """Whether a post had a confirmed holder on a day."""
    rows = posts[(posts["post"] == post) & (posts["start"] <= day) & ((posts["end"] > day) | posts["end"].isna())]
    return bool((rows["status"] == "confirmed").any())


def unconfirmed_spell(posts: pd.DataFrame, post: str, day: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of the time around a day in which a post had no confirmed holder.

    Raises:
        ValueError: it had one on that day.
    """
    if confirmed_on(posts, post, day):
        raise ValueError(f"{post} had a confirmed holder on {day:%Y-%m-%d}")
    held = posts[(posts["post"] == post) & (posts["status"] == "confirmed")]
    return held.loc[held["end"] <= day, "end"].max(), held.loc[held["start"] > day, "start"].min()


def custody_counts(
    custody: pd.DataFrame, person: str, country: str, first: pd.Timestamp, last: pd.Timestamp
) -> pd.Series:
    """How often a person was confined and sentenced in a country, from ``first`` to the day before ``last``.

    Returns:
        Numbers of steps, indexed ``confined`` (arrested, detained or under house arrest) and ``sentenced``.
    """
    rows = custody[
        (custody["person_id"] == person)
        & (custody["country"] == country)
        & custody["date"].between(first, last, inclusive="left")
    ]
    steps = rows["step"].astype(str)
    return pd.Series(
        {
            "confined": int(steps.isin(CONFINED).sum()),
            "sentenced": int((steps == "sentenced").sum()),
        }
    )


def listed_before(designations: pd.DataFrame, regime: str, entities: list[str], day: pd.Timestamp) -> int:
    """How many of some groups and people a regime had listed before a day."""
    rows = designations[
        (designations["regime"] == regime) & (designations["action"] == "listed") & (designations["date"] < day)
    ]
    return int(rows.loc[rows["entity_id"].isin(entities), "entity_id"].nunique())


def members(groups: pd.DataFrame, people: pd.DataFrame, root: str) -> list[str]:
    """A group, its fronts and aliases, and the people whom the tables place in one of them; ids."""
    roots = measures.roots(groups)
    family = list(roots[roots == root].index)
    return family + list(people.loc[people["group_id"].isin(family), "id"])


def aid_total(assistance: pd.DataFrame, edition: str, fiscal_year: str) -> float:
    """Total U.S. assistance of a fiscal year as one edition of the table prints it, in millions of dollars.

    Raises:
        ValueError: the edition prints no total of that year.
    """
    rows = assistance[
        (assistance["edition"] == edition)
        & (assistance["fiscal_year"] == fiscal_year)
        & (assistance["account"] == "total")
    ]
    if len(rows) != 1:
        raise ValueError(f"the edition {edition} prints {len(rows)} totals of {fiscal_year}")
    return float(rows["amount_usd_millions"].iloc[0])


# Advice


def steps_of(advice: pd.DataFrame, tables: dict[str, pd.DataFrame], day: pd.Timestamp) -> pd.DataFrame:
    """The rows that bear on each recommendation, with their dates, texts and sources looked up.

    Args:
        advice: the table ``advice_steps``.
        tables: the tables that it names, by name.
        day: of the essay.

    Returns:
        One row per step in order of time: ``recommendation_id``, ``bearing``, ``table_name``, ``row_id``,
        ``date``, ``date_precision``, ``days`` (since the essay, negative before it), ``text`` (the row's
        own title or summary), ``sources``. A step without a date is left out.
    """
    found = []
    for step in advice.itertuples():
        table = tables[step.table_name]
        row = table[table["id"] == step.row_id].iloc[0]
        column = next(c for c in DATED if c in table.columns)
        precision = "date_precision" if "date_precision" in table.columns else f"{column}_precision"
        found.append(
            {
                "recommendation_id": step.recommendation_id,
                "bearing": step.bearing,
                "table_name": step.table_name,
                "row_id": step.row_id,
                "date": row[column],
                "date_precision": row[precision],
                "text": _text(row),
                "sources": row["sources"],
            }
        )
    rows = pd.DataFrame(found).dropna(subset=["date"])
    rows = rows.assign(days=(rows["date"] - day).dt.days)
    return rows.sort_values(["date", "recommendation_id", "row_id"], ignore_index=True)


# Where a table keeps the day of a row, the first that it has.
DATED = ("date", "date_proposed", "date_announced", "start")


def _text(row: pd.Series) -> str:
    """What a row of a table says, in a sentence: its summary, its title, or who held a post."""
    for column in ("summary", "title"):
        if column in row and pd.notna(row[column]):
            return str(row[column])
    if "holder" in row:
        return f"Post held by {row['holder']} ({row['status']})."
    who = str(row["proposed_by"]).replace("; ", ", ")
    return f"Listing proposed by {who}; outcome: {row['outcome']}."
