"""What grey-listing asked of Pakistan and when it was met: what notebook 07 draws.

Imports what stands before ``charts``; notebooks and other drawings import it.
"""

import altair as alt
import pandas as pd

from aftermumbai import charts, data, measures
from aftermumbai.charts import palette
from aftermumbai.measures import spells

# The third stay, which the action plans belong to, and the sizes of the two plans.
STAY = "pak-2018-06"
FIRST_PLAN, SECOND_PLAN = 27, 7
# The row of April 2020 put the June review off; Pakistan was not reviewed.
POSTPONED = "2020-06"
BLUE, TEAL, OCHRE, RED, GREY, VIOLET = (
    palette.BLUE,
    palette.TEAL,
    palette.OCHRE,
    palette.RED,
    palette.GREY,
    palette.VIOLET,
)


def _lanes(column: str, gutter: int, sort=None, **axis) -> alt.Y:
    """Names in a gutter at the left, without a line or ticks."""
    axis = {"domain": False, "ticks": False, "labelLimit": gutter - 6} | axis
    return alt.Y(f"{column}:N", title=None, sort=sort).axis(**axis)


def _by(field: str, order: str | None = None) -> alt.EncodingSortField:
    """The order of a field's smallest values."""
    return alt.EncodingSortField(field, op="min", **({"order": order} if order else {}))


# The path

LADDER = ["not listed", "statement of concern", "grey list", "public statement"]
_STEP = {
    "not_listed": LADDER[0],
    "removed": LADDER[0],
    "statement_of_concern": LADDER[1],
    "improving_compliance": LADDER[2],
    "increased_monitoring": LADDER[2],
    "public_statement": LADDER[3],
}
# What the steps of the ladder meant, for the words beside the chart.
LADDER_TEXT = """
**The ladder.** A *statement of concern* named gaps and asked for work. The *grey list*, first called "improving
compliance", later "increased monitoring", holds countries with an agreed plan. The *public statement* named those whose
progress was insufficient. On the list that calls for counter-measures, often called black, Pakistan never stood.
"""


def path_rows(plenaries: pd.DataFrame) -> pd.DataFrame:
    """Every statement of the FATF on Pakistan with its step on :data:`LADDER`; columns ``date``, ``day``, ``step``."""
    rows = plenaries[(plenaries["body"] == "FATF") & (plenaries["id"] != POSTPONED)].sort_values("date")
    return pd.DataFrame(
        {
            "date": rows["date"],
            "year": rows["date"].map(charts.decimal_year),
            "day": measures.date_text(rows["date"], rows["date_precision"]),
            "step": rows["status"].astype(str).map(_STEP),
            "level": rows["status"].astype(str).map(_STEP).map(LADDER.index),
            "summary": rows["summary"],
        }
    ).reset_index(drop=True)


def draw_path(width: int) -> alt.LayerChart:
    """Pakistan's step on the ladder after each statement. Draws :func:`path_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter = 92 if narrow else 140
    # A phone breaks the longest steps in two lines.
    steps = [step.replace("of ", "of|").replace("c s", "c|s") for step in LADDER] if narrow else LADDER
    base = alt.Chart().encode(
        x=alt.X("year:Q", title=None).scale(domain=[2007.7, 2027], nice=False).axis(
            format="d", tickCount=5 if narrow else 10, grid=False
        ),
        y=alt.Y("level:Q", title=None).scale(domain=[-0.35, 3.35], nice=False).axis(
            values=[0, 1, 2, 3],
            labelExpr=f"split({steps}[datum.value], '|')",
            domain=False,
            ticks=False,
            labelLimit=gutter - 6,
        ),
    )  # fmt: skip
    line = base.mark_line(interpolate="step-after", strokeWidth=2.5, color=GREY)
    dots = base.mark_point(filled=True, size=60, opacity=1).encode(
        color=alt.Color("step:N", sort=LADDER, legend=None).scale(domain=LADDER, range=[GREY, OCHRE, VIOLET, RED]),
        tooltip=charts.hints(day="Day", step="Pakistan then on", summary="Statement"),
    )
    return alt.layer(line, dots, data=alt.NamedData("rows")).properties(width=width - gutter - 14, height=170)


def path_takeaway(rows: pd.DataFrame) -> str:
    """How often Pakistan was on the grey list and when, by the year, and that it stood on a harsher one between."""
    first, after = _blocks(rows)
    grey = first[first["step"] == LADDER[2]]
    years = ", ".join(f"{row.date:%Y}–{after[row.Index]:%Y}" for row in grey.itertuples())
    times = "three times" if len(grey) == 3 else f"{len(grey)} times"
    hard = first[first["step"] == LADDER[3]].iloc[-1]
    return (
        f"Pakistan stood on the grey list {times} ({years}), and from {hard['date']:%B %Y} to "
        f"{after[hard.name]:%B %Y} on the harsher public statement. n = {len(rows)} statements read."
    )


def _blocks(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """The first statement of each stretch on one step of the ladder, and the day on which the next begins."""
    first = rows.groupby((rows["step"] != rows["step"].shift()).cumsum()).first()
    return first, first["date"].shift(-1)


def path_alt(rows: pd.DataFrame) -> str:
    """Between which days Pakistan was on the grey list, and since when on the public statement."""
    first, after = _blocks(rows)
    grey = first[first["step"] == LADDER[2]]
    spans = "; ".join(f"{row.day} to {measures.day_text(after[row.Index])}" for row in grey.itertuples())
    hard = first[first["step"] == LADDER[3]].iloc[-1]
    return (
        f"Pakistan stood on the grey list from {spans}. From {hard['day']} to "
        f"{measures.day_text(after[hard.name])} it stood on the harsher public statement. n = {len(rows)} statements "
        "read."
    )


# The count of items

DONE_FIRST, DONE_SECOND, OPEN = "2018 plan, addressed", "2021 plan, addressed", "still open"
COUNT_COLOURS = {DONE_FIRST: BLUE, DONE_SECOND: OCHRE, OPEN: palette.PALE}


def count_rows(plenaries: pd.DataFrame) -> pd.DataFrame:
    """Items addressed of both plans and items open at each plenary that gave a count.

    Returns:
        Columns ``plenary`` ("18 October 2019"), ``date``, ``part`` (a key of :data:`COUNT_COLOURS`),
        ``items``, ``start`` and ``end`` (place on the axis), ``label`` ("26 + 4 of 34").
    """
    counts = spells.plan_counts(plenaries[plenaries["id"] != POSTPONED], FIRST_PLAN, SECOND_PLAN)
    rows = []
    for row in counts.itertuples():
        second = 0 if pd.isna(row.second) else int(row.second)
        label = f"{row.first}{'' if pd.isna(row.second) else f' + {second}'} of {row.total}"
        edge = 0
        for part, items in (
            (DONE_FIRST, row.first),
            (DONE_SECOND, second),
            (OPEN, row.total - row.first - second),
        ):
            rows.append(
                {
                    "plenary": measures.day_text(row.date),
                    "date": row.date,
                    "part": part,
                    "items": items,
                    "start": edge,
                    "end": edge + items,
                    "total": row.total,
                    "label": label,
                }
            )
            edge += items
    return pd.DataFrame(rows)


def draw_counts(width: int) -> alt.LayerChart:
    """A bar of items for each plenary, addressed and open. Draws :func:`count_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter, side = (106, 76) if narrow else (120, 90)
    order = list(COUNT_COLOURS)
    base = alt.Chart().encode(
        y=_lanes("plenary", gutter, _by("date")), tooltip=charts.hints(plenary="Plenary", part="Items", items="Number")
    )
    x = alt.X("start:Q", title="items of the action plans").scale(domain=[0, FIRST_PLAN + SECOND_PLAN], nice=False)
    colour = alt.Color("part:N", sort=order).scale(domain=order, range=list(COUNT_COLOURS.values())).legend(
        title=None, orient="top", symbolType="square", direction="vertical" if narrow else "horizontal", labelLimit=200
    )  # fmt: skip
    bars = base.transform_filter(alt.datum.part != OPEN).mark_bar(height=15).encode(
        x=x.axis(values=[0, 10, 20, FIRST_PLAN, FIRST_PLAN + SECOND_PLAN], grid=False), x2="end:Q", color=colour
    )  # fmt: skip
    # What is open is thin, so that it differs from what is done without its colour.
    open_items = base.transform_filter((alt.datum.part == OPEN) & (alt.datum.items > 0)).mark_bar(height=3).encode(
        x=x, x2="end:Q", color=colour
    )  # fmt: skip
    labels = base.transform_filter(alt.datum.part == OPEN).mark_text(align="left", dx=5).encode(
        x=alt.X("total:Q").scale(domain=[0, FIRST_PLAN + SECOND_PLAN], nice=False), text="label:N"
    )  # fmt: skip
    return alt.layer(bars, open_items, labels, data=alt.NamedData("rows")).properties(
        width=width - gutter - side, height=alt.Step(24)
    )


def count_takeaway(rows: pd.DataFrame) -> str:
    """When the first plan's items were addressed, and when the second's."""
    first, second = (rows[rows["part"] == part].set_index("date")["items"] for part in (DONE_FIRST, DONE_SECOND))
    almost, done = first[first == FIRST_PLAN - 1].index[0], first[first == FIRST_PLAN].index[0]
    return (
        f"Of the first plan's {FIRST_PLAN} items {first.iloc[0]} were largely addressed by {first.index[0]:%B %Y}, "
        f"{FIRST_PLAN - 1} by {almost:%B %Y}, the last by {done:%B %Y}; the second plan's {SECOND_PLAN} by "
        f"{second[second == SECOND_PLAN].index[0]:%B %Y}. n = {rows['plenary'].nunique()} plenaries."
    )


def count_alt(rows: pd.DataFrame) -> str:
    """The counts in one sentence, and how long the last item of the first plan took."""
    labels = rows.drop_duplicates("plenary")
    steps = labels.loc[labels["label"] != labels["label"].shift(), ["label", "date"]]
    told = {
        both: "; ".join(f"{row.label} ({row.date:%B %Y})" for row in steps.itertuples() if ("+" in row.label) == both)
        for both in (False, True)
    }
    first = rows[rows["part"] == DONE_FIRST].set_index("date")["items"]
    almost, done = first[first == FIRST_PLAN - 1].index[0], first[first == FIRST_PLAN].index[0]
    return (
        f"Items found largely addressed: {told[False]}. With the second plan: {told[True]}. The last item of the first "
        f"plan took {(done - almost).days / spells.MONTH:.0f} months more. n = {len(labels)} plenaries with a count."
    )


OUTCOMES = {"moved": "moved before it expired", "missed": "missed", "met": "met", "open": "not known"}
DEADLINE_COLUMNS = {
    "due": "Deadline",
    "set": "First set on",
    "scope": "Items",
    "checked": "Judged on",
    "found": "By",
    "outcome": "Outcome",
}


def deadline_rows(plenaries: pd.DataFrame) -> pd.DataFrame:
    """:func:`measures.spells.deadlines` as text."""
    found = spells.deadlines(plenaries)
    counts = [
        "FATF's statement" if row.part else f"{row.addressed} of {row.total}" if pd.notna(row.addressed) else "–"
        for row in found.itertuples()
    ]
    return pd.DataFrame(
        {
            "set": [measures.day_text(day) if pd.notna(day) else "–" for day in found["set_on"]],
            "due": measures.date_text(found["deadline"], pd.Series("month", index=found.index)),
            "scope": found["part"].map({True: "a part", False: "all left"}),
            "checked": [measures.day_text(day) if pd.notna(day) else "–" for day in found["judged_on"]],
            "found": counts,
            "outcome": found["outcome"].map(OUTCOMES),
        }
    )


def deadlines_text(plenaries: pd.DataFrame) -> str:
    """How the deadlines ended, in one sentence."""
    found = spells.deadlines(plenaries)
    fates, part = found["outcome"].value_counts(), found["part"]
    moved = found.loc[found["outcome"] == "moved", "deadline"]
    return (
        f"Of {len(found)} deadlines for the first plan, {int(part.sum())} of them for a part of the items, "
        f"{fates.get('met', 0) or 'none'} was met, {fates.get('missed', 0)} were missed and {len(moved)} moved before "
        f"it expired ({_and([f'{day:%B %Y}' for day in moved])})."
    )


GROUP_COLUMNS = {"group": "Field", "total": "Items"}


def group_rows(item_groups: pd.DataFrame, plenaries: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """Items addressed by field, a column for each plenary for which it is known, and the columns' headings."""
    labels, dates = data.labels("fatf_item_groups", "item_group"), plenaries.set_index("id")["date"]
    known = sorted(item_groups["plenary_id"].unique(), key=dates.get)
    table = item_groups.pivot(index="item_group", columns="plenary_id", values="items_addressed").reindex(list(labels))
    total = item_groups.groupby("item_group", observed=True)["items_total"].first()
    rows = pd.DataFrame({"group": list(labels.values()), "total": total.reindex(list(labels)).to_list()})
    for plenary in known:
        rows[plenary] = table[plenary].to_list()
    return rows, GROUP_COLUMNS | {plenary: f"{dates[plenary]:%B %Y}" for plenary in known}


# What was asked

# Short names of what the plans asked; the full text stands in the table below the chart.
ITEMS = {
    "2018-01": "risk assessment, supervision",
    "2018-02": "penalties for breaches",
    "2018-03": "illegal money transfer",
    "2018-04": "cash couriers",
    "2018-05": "agencies working together",
    "2018-06": "investigations, all kinds",
    "2018-07": "effective sentences",
    "2018-08": "UN sanctions applied",
    "2018-09": "sanctions enforced",
    "2018-10": "facilities denied",
    "2018-11": "cases against listed leaders",
    "2018-12": "help from and to abroad",
    "2018-13": "Anti-Terrorism Act amended",
    "2018-14": "banks apply sanctions",
    "2018-15": "capacity of courts",
    "2021-1": "mutual legal assistance law",
    "2021-2": "sanctions sought abroad",
    "2021-3": "supervision of non-banks",
    "2021-4": "beneficial ownership",
    "2021-5": "money-laundering cases",
    "2021-6": "proceeds confiscated",
    "2021-7": "proliferation sanctions",
}
AREA, NAMED, SEVEN = (
    "2018 plan – ten areas of the statement",
    "2018 plan – five items named in reports",
    "2021 plan – its seven items",
)
MET, UNKNOWN = "addressed", "not known when"


def item_rows(items: pd.DataFrame, plenaries: pd.DataFrame) -> pd.DataFrame:
    """Each known area or item of the plans with the plenary at which it counted as addressed.

    Returns:
        Columns ``panel``, ``item`` (short), ``text``, ``begins`` and ``ends`` (dates; where it is not
        known when, ``ends`` is the end of the plan), ``met`` (:data:`MET` or :data:`UNKNOWN`),
        ``when`` and ``order``.
    """
    missing = set(items["id"]) - set(ITEMS)
    if missing:
        raise KeyError(f"items without a short name in charts.fatf.ITEMS: {', '.join(sorted(missing))}")
    dates = plenaries.set_index("id")["date"]
    begins = items["plan"].astype(str).map({"2018": dates["2018-06"], "2021": dates["2021-06"]})
    met = items["addressed_at"].map(dates)
    panel = items["plan"].astype(str).map({"2018": NAMED, "2021": SEVEN})
    panel = panel.where((panel == SEVEN) | items["number"].isna(), AREA)
    ends = met.fillna(dates["2022-06"])
    return pd.DataFrame(
        {
            "panel": panel,
            "item": items["id"].map(ITEMS),
            "text": items["text"],
            "begins": begins,
            "ends": ends,
            "start": begins.map(charts.decimal_year),
            "end": ends.map(charts.decimal_year),
            "met": met.notna().map({True: MET, False: UNKNOWN}),
            "when": [f"{day:%B %Y}" if pd.notna(day) else "not known" for day in met],
            "order": ends.rank(method="first") + met.isna() * 100,
        }
    )


def draw_items(width: int) -> alt.VConcatChart:
    """A line per item, from its plan to the plenary that counted it as addressed. Draws :func:`item_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter = 152 if narrow else 190
    order = [MET, UNKNOWN]
    base = alt.Chart().encode(
        y=_lanes("item", gutter + 2, _by("order"), labelFontSize=10 if narrow else 11),
        tooltip=charts.hints(text="Asked", when="Addressed"),
    )
    x = alt.X("start:Q", title=None).scale(domain=[2018.4, 2022.85], nice=False).axis(
        format="d", values=[2019, 2020, 2021, 2022], grid=True
    )  # fmt: skip
    known = f"datum.met == '{MET}'"
    lines = base.mark_rule(strokeWidth=2).encode(
        x=x,
        x2="end:Q",
        color=alt.condition(known, alt.value(BLUE), alt.value(GREY)),
        strokeDash=alt.condition(known, alt.value([1, 0]), alt.value([2, 4])),
    )
    ends = base.mark_point(filled=True, size=70, opacity=1).encode(
        x="end:Q",
        color=alt.Color("met:N", sort=order).scale(domain=order, range=[BLUE, GREY]).legend(
            title=None, orient="top", labelLimit=200, direction="vertical" if narrow else "horizontal"
        ),
        shape=alt.Shape("met:N", sort=order).scale(domain=order, range=["circle", "cross"]),
    )  # fmt: skip
    panels = [
        alt.layer(lines, ends)
        .transform_filter(f"datum.panel == '{panel}'")
        .properties(
            width=width - gutter - 10,
            height=alt.Step(19),
            title=alt.TitleParams(
                panel.split(" – ") if narrow else panel, fontWeight="bold", fontSize=11, frame="group"
            ),
        )
        for panel in (AREA, NAMED, SEVEN)
    ]
    return alt.vconcat(*panels, data=alt.NamedData("rows"), spacing=10)


def _first_and_last(rows: pd.DataFrame) -> str:
    """Which items were addressed first and which last, as two sentences."""
    known = rows[rows["met"] == MET].sort_values("ends")
    begun, done = known["ends"].min(), known["ends"].max()
    first, last = ("; ".join(known[known["ends"] == day]["item"]) for day in (begun, done))
    return f"First, by {begun:%B %Y}: {first}. Last, in {done:%B %Y}: {last}."


def item_takeaway(rows: pd.DataFrame) -> str:
    """Which items came first and last, and of how many the day is not known."""
    return f"{_first_and_last(rows)} For {int((rows['met'] == UNKNOWN).sum())} of {len(rows)} it is not known when."


def item_alt(rows: pd.DataFrame) -> str:
    """Which items came first and last, and how many of the plans' items this is."""
    named = rows["panel"].isin([NAMED])
    return (
        f"{_first_and_last(rows)} The {FIRST_PLAN} items of 2018 were not found one by one: "
        f"{int((rows['panel'] == AREA).sum())} areas and {int(named.sum())} named items stand for them; of "
        f"the {SEVEN.split(' – ')[0]} all {int((rows['panel'] == SEVEN).sum())} are shown. For "
        f"{int((rows['met'] == UNKNOWN).sum())} of {len(rows)} it is not known when."
    )


# Who pushed, who resisted

AGAINST, NEUTRAL, FOR = "for listing or keeping", "neutral or silent", "against listing or for removal"
SIDES = {
    "sponsored": AGAINST,
    "supported_listing": AGAINST,
    "sought_blacklist": AGAINST,
    "opposed_removal": AGAINST,
    "neutral": NEUTRAL,
    "opposed_listing": FOR,
    "supported_removal": FOR,
}
SIDE_COLOURS = {AGAINST: RED, NEUTRAL: GREY, FOR: BLUE}


def position_rows(positions: pd.DataFrame) -> pd.DataFrame:
    """Each reported position with its side, and its column: the month of the report.

    Returns:
        Columns ``actor`` (short), ``month``, ``side`` (a key of :data:`SIDE_COLOURS`), ``position``,
        ``summary``, ``slot`` (two of one state and month stand side by side), ``order`` of the actor.
    """
    rows = positions.sort_values("date")
    actor = rows["actor"].str.replace(r" \(.*", "", regex=True)
    side = rows["position"].astype(str).map(SIDES)
    weight = side.map({AGAINST: 1, NEUTRAL: 0, FOR: -1})
    month = rows["date"].dt.strftime("%b %Y")
    same = rows.groupby([actor, month])["id"]
    slot, number = same.cumcount(), same.transform("size")
    return pd.DataFrame(
        {
            "actor": actor,
            "date": rows["date"],
            "month": month,
            "day": measures.date_text(rows["date"], rows["date_precision"]),
            "side": side,
            "position": rows["position"].astype(str).map(data.labels("fatf_positions", "position")),
            "summary": rows["summary"],
            "slot": 2 * slot - (number - 1),
            "order": -weight.groupby(actor).transform("sum"),
        }
    ).reset_index(drop=True)


def draw_positions(width: int) -> alt.Chart:
    """A mark for each reported position, states by months. Draws :func:`position_rows`."""
    narrow = width < charts.BREAKPOINT
    order = list(SIDE_COLOURS)
    gutter = 104 if narrow else 110
    return (
        alt.Chart(alt.NamedData("rows"), width=width - gutter - 10, height=alt.Step(26))
        .mark_point(filled=True, size=36 if narrow else 90, opacity=1)
        .encode(
            x=alt.X("month:N", title=None, sort=_by("date")).axis(
                orient="top", labelAngle=-90 if narrow else -50, domain=False, ticks=False, grid=True
            ),
            xOffset=alt.XOffset("slot:Q").scale(domain=[-2, 2]),
            y=_lanes("actor", gutter, _by("order")),
            color=alt.Color("side:N", sort=order)
            .scale(domain=order, range=list(SIDE_COLOURS.values()))
            .legend(title=None, orient="bottom", direction="vertical" if narrow else "horizontal", labelLimit=220),
            shape=alt.Shape("side:N", sort=order).scale(
                domain=order, range=["triangle-up", "diamond", "triangle-down"]
            ),
            tooltip=charts.hints(actor="State", day="When", position="Reported to have", summary="Report"),
        )
    )


def _and(words: list[str]) -> str:
    """Words as a list in a sentence: "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _the(state: str) -> str:
    """A state's name in a sentence: "the United Kingdom"."""
    return f"the {state}" if state.startswith("United ") else state


def position_takeaway(rows: pd.DataFrame) -> str:
    """Who is reported to have sponsored the listing, and who spoke most often on either side; the title has the n."""
    return sides_text(rows)


def sides_text(rows: pd.DataFrame) -> str:
    """Who sponsored, who pressed and who resisted most often, by the reports."""
    sponsors = rows.loc[rows["position"] == data.labels("fatf_positions", "position")["sponsored"], "actor"]
    pressed, others = (rows.loc[rows["side"] == side, "actor"].value_counts() for side in (AGAINST, FOR))
    named = [f"{_the(state)} ({n})" for state, n in others[others > 2].items()]
    return (
        f"The United States, with {_and([_the(state) for state in sorted(set(sponsors) - {'United States'})])}, is "
        f"reported to have sponsored the listing of 2018. Most often for listing: {pressed.index[0]} "
        f"({pressed.iloc[0]} reports); against: {_and(named)}."
    )


# The forty recommendations

ROUNDS = {
    "mer_2019": "2019",
    "fur_2020": "2020",
    "fur_2021_06": "June 2021",
    "fur_2021_08": "Aug 2021",
    "fur_2022": "2022",
}
RATINGS = {
    "C": "compliant",
    "LC": "largely compliant",
    "?": "not known",
    "PC": "partially compliant",
    "NC": "non-compliant",
}
RATING_COLOURS = {"C": BLUE, "LC": TEAL, "?": GREY, "PC": OCHRE, "NC": RED}


# Lines left free between two ratings of a column.
GAP = 2.2


def rating_rows(ratings: pd.DataFrame) -> pd.DataFrame:
    """The rating of every recommendation after each round, and its place in the round's column.

    Returns:
        Columns ``criterion``, ``name``, ``round``, ``rating`` (a value of :data:`RATINGS`), ``code``,
        ``place`` (from the top, with a gap between ratings), ``moved`` (whether its rating ever
        changed), ``level`` (text of the count, at the column's first mark of a rating).
    """
    standing = spells.standing_ratings(ratings, list(ROUNDS))
    names = ratings.drop_duplicates("criterion").set_index("criterion")["criterion_title"]
    standing["code"] = standing["rating"].fillna("?")
    standing["round"] = standing["assessment"].map(ROUNDS)
    rank = standing["code"].map(list(RATINGS).index)
    ordered = standing.assign(rank=rank).sort_values(["assessment", "rank", "number"])
    place = ordered.groupby("assessment", sort=False).cumcount() + GAP * ordered["rank"]
    ordered["place"] = place
    firsts = ~ordered.duplicated(["assessment", "code"])
    sizes = ordered.groupby(["assessment", "code"])["criterion"].transform("size")
    short = ordered["code"].replace("?", "unknown")
    ordered["level"] = (short + " " + sizes.astype(str)).where(firsts, "")
    changes = ordered[ordered["code"] != "?"].groupby("criterion")["code"].nunique() > 1
    ordered["moved"] = ordered["criterion"].map(changes)
    ordered["name"] = ordered["criterion"].map(names)
    ordered["rating"] = ordered["code"].map(RATINGS)
    ordered["order"] = ordered["round"].map(list(ROUNDS.values()).index)
    return ordered.sort_values(["order", "number"])[
        ["criterion", "name", "round", "order", "rating", "code", "place", "moved", "level"]
    ].reset_index(drop=True)


def draw_ratings(width: int) -> alt.LayerChart:
    """All forty recommendations through every round, sorted by rating in each. Draws :func:`rating_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter, size = 34, 10
    # The counts stand above all lines, a rating in each row, so that no line crosses them.
    tall, first = 1.15, -7.4
    top = first - (2.2 if narrow else 1)
    rank = f"indexof({list(RATINGS)}, datum.code)"
    codes, rounds = list(RATINGS.values()), list(ROUNDS.values())
    base = alt.Chart().encode(
        x=alt.X("round:N", title=None, sort=rounds)
        .scale(type="point", domain=rounds, padding=0.32)
        .axis(
            orient="top",
            labelAngle=0,
            domain=False,
            ticks=False,
            labelExpr="split(datum.label, ' ')" if narrow else "datum.label",
        ),
        y=alt.Y("place:Q", axis=None).scale(reverse=True, domain=[top, 39 + 4 * GAP + 0.8], nice=False),
    )  # fmt: skip
    lines = base.mark_line(strokeWidth=1.2, opacity=0.75).encode(
        detail="criterion:N",
        color=alt.condition("datum.moved", alt.value(GREY), alt.value(palette.PALE)),
        strokeDash=alt.condition("datum.moved", alt.value([1, 0]), alt.value([1, 3])),
    )
    marks = base.mark_point(filled=True, size=46, opacity=1).encode(
        color=alt.Color("rating:N", sort=codes).scale(domain=codes, range=list(RATING_COLOURS.values())).legend(
            title=None, orient="bottom", columns=2 if narrow else 5, labelLimit=200
        ),
        shape=alt.Shape("rating:N", sort=codes).scale(
            domain=codes, range=["circle", "square", "cross", "diamond", "triangle-down"]
        ),
        tooltip=charts.hints(criterion="Recommendation", name="On", round="After", rating="Rating"),
    )  # fmt: skip
    left = base.transform_filter(alt.datum.round == rounds[0]).mark_text(align="right", dx=-8, fontSize=size)
    right = base.transform_filter(alt.datum.round == rounds[-1]).mark_text(align="left", dx=8, fontSize=size)
    levels = base.transform_filter("datum.level != ''").transform_calculate(above=f"{first} + {tall} * {rank}")
    levels = levels.mark_text(fontSize=9 if narrow else 10, fontWeight="bold", fontStyle="italic").encode(y="above:Q")
    return alt.layer(
        lines,
        marks,
        left.encode(text="criterion:N"),
        right.encode(text="criterion:N"),
        levels.encode(text="level:N"),
        data=alt.NamedData("rows"),
    ).properties(width=width - 2 * gutter + (34 if narrow else 40), height=700)


def _met_and_left(rows: pd.DataFrame, totals: pd.DataFrame) -> tuple[pd.Series, str]:
    """Recommendations met or largely met by round, and the names of those that were not in the last."""
    met = totals.set_index("assessment").loc[list(ROUNDS)].eval("c + lc")
    left = rows[(rows["order"] == len(ROUNDS) - 1) & rows["code"].isin(["PC", "NC"])]
    named = [f"{criterion} ({name.lower()})" for criterion, name in zip(left["criterion"], left["name"], strict=True)]
    return met, _and(named)


def rating_takeaway(rows: pd.DataFrame, totals: pd.DataFrame) -> str:
    """How many recommendations were met after some rounds, by the published totals, and what still was not."""
    met, named = _met_and_left(rows, totals)
    return (
        f"{met.iloc[0]} of 40 recommendations were met or largely met in {ROUNDS['mer_2019']}, {met['fur_2021_06']} by "
        f"{ROUNDS['fur_2021_06']}, {met.iloc[-1]} by {ROUNDS['fur_2022']}. Only {named} remained partial."
    )


def rating_alt(rows: pd.DataFrame, totals: pd.DataFrame) -> str:
    """How many recommendations were met after some rounds, by the published totals, and what still was not."""
    met, named = _met_and_left(rows, totals)
    unknown = int(((rows["order"] == 0) & (rows["code"] == "?")).sum())
    return (
        f"Compliant or largely compliant were {met.iloc[0]} of 40 recommendations in {ROUNDS['mer_2019']}, "
        f"{met['fur_2021_06']} by {ROUNDS['fur_2021_06']} and {met.iloc[-1]} by {ROUNDS['fur_2022']}; only {named} "
        f"remained partial. For {unknown} recommendations the rating of 2019 is known from the totals alone."
    )


def totals_text(totals: pd.DataFrame, ratings: pd.DataFrame) -> str:
    """The published totals of each round, and how many ratings of 2019 were read, as Markdown."""
    first = ratings[(ratings["assessment"] == "mer_2019") & ratings["criterion"].str.startswith("R.")]
    read = int((first["basis"] == "read").sum())
    parts = ";\n".join(
        f"- {ROUNDS[row.assessment]}: {row.c} compliant, {row.lc} largely, {row.pc} partially, {row.nc} not"
        for row in totals.sort_values("date").itertuples()
    )
    return (
        f"**The check.** The report of 2019 could not be read beyond its summary in the press. Of its "
        f"{len(first)} ratings in the chart {read} were reported one by one; {len(first) - read} follow from later "
        f"ratings and from the published totals:\n\n{parts}.\n\nEach column agrees with them. Where ratings are "
        "unknown, the totals say how many of each kind they must be, not which."
    )


OUTCOME_COLUMNS = {"criterion": "Outcome", "name": "What should work", "then": "2019", "now": "In force (2026)"}


def outcome_rows(ratings: pd.DataFrame) -> pd.DataFrame:
    """The eleven immediate outcomes in 2019 and in FATF's table today."""
    labels = data.labels("fatf_ratings", "rating")
    outcomes = ratings[ratings["criterion"].str.startswith("IO.")]
    table = outcomes.pivot(index="criterion", columns="assessment", values="rating")
    names = outcomes.drop_duplicates("criterion").set_index("criterion")["criterion_title"]
    keys = sorted(table.index, key=lambda key: int(key.split(".")[1]))
    return pd.DataFrame(
        {
            "criterion": keys,
            "name": names.reindex(keys).to_list(),
            "then": table.loc[keys, "mer_2019"].map(labels).to_list(),
            "now": table.loc[keys, "in_force"].map(labels).to_list(),
        }
    )


# Against other countries

SAMPLES = {
    "read": "those with a known start",
    "recent": "those that began since 2016",
    "all": "also those without a known start",
}
RECENT = pd.Timestamp("2016-01-01")
# The axis of the survival curve reaches so many months.
AXIS = 72


def samples(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The stays of each sample of :data:`SAMPLES`, from ``measures.spells.stays``."""
    read = table[table["entry_read"]]
    return {"read": read, "recent": read[read["entered"] >= RECENT], "all": table}


def survival_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Kaplan–Meier curve of every sample, with Pakistan's own stays marked on it.

    Returns:
        Columns ``sample`` (a key of :data:`SAMPLES`), ``stays`` (its label), ``months``, ``share``, ``low``, ``high``,
        ``at_risk``, ``exits``, ``n``, ``mark`` (name of a stay of Pakistan, or empty).
    """
    parts = []
    for sample, some in samples(table).items():
        curve = spells.kaplan_meier(some["months"], some["completed"]).assign(
            sample=sample, stays=SAMPLES[sample], n=len(some), mark=""
        )
        own = some[some["iso3"] == "PAK"]
        marks = [
            {
                **curve[curve["months"] <= row.months].iloc[-1].to_dict(),
                "months": row.months,
                "mark": f"Pakistan {row.entered:%Y}–{row.ends:%y}{'' if row.completed else ' (moved up)'}",
            }
            for row in own.itertuples()
        ]
        parts += [curve, pd.DataFrame(marks)]
    rows = pd.concat(parts, ignore_index=True)
    return rows.astype({"at_risk": int, "exits": int, "n": int}).assign(
        percent=rows["share"].map("{:.0%}".format), months=rows["months"].round(2)
    )


SURVIVAL_COLUMNS = {
    "stays": "Sample",
    "months": "Months",
    "percent": "Still listed",
    "at_risk": "Stays that long",
    "exits": "Left then",
    "mark": "Pakistan",
}


def draw_survival(width: int) -> alt.LayerChart:
    """The share of stays that still ran after so many months. Draws :func:`survival_rows`."""
    narrow = width < charts.BREAKPOINT
    choice = charts.select("sample", "Stays:", SAMPLES, "read")
    limit = AXIS
    base = (
        alt.Chart()
        .transform_filter("datum.sample == sample")
        .encode(
            x=alt.X("months:Q", title="months on the list").scale(domain=[0, limit], nice=False).axis(
                values=list(range(0, limit + 1, 12)), grid=False
            )
        )
    )  # fmt: skip
    curve = base.transform_filter(f"datum.mark == '' && datum.months <= {limit}")
    share = alt.Y("share:Q", title="share still listed").scale(domain=[0, 1], nice=False).axis(format="%", tickCount=5)
    band = curve.mark_area(interpolate="step-after", opacity=0.2, color=GREY).encode(
        y=alt.Y("low:Q").scale(domain=[0, 1]), y2="high:Q"
    )
    line = curve.mark_line(interpolate="step-after", strokeWidth=2.5, color=GREY).encode(
        y=share,
        tooltip=[
            alt.Tooltip("months:Q", title="Months", format=".0f"),
            alt.Tooltip("share:Q", title="Still listed", format=".0%"),
            alt.Tooltip("at_risk:Q", title="Stays that long"),
            alt.Tooltip("exits:Q", title="Left then"),
        ],
    )
    half = (
        alt.Chart()
        .transform_aggregate(n="count()")
        .mark_rule(strokeDash=[3, 3], color=charts.MUTED)
        .encode(y=alt.YDatum(0.5))
    )
    own = base.transform_filter("datum.mark != ''")
    dots = own.mark_point(filled=True, size=110, shape="diamond", opacity=1, color=RED).encode(
        y=share, tooltip=[alt.Tooltip("mark:N", title="Stay"), alt.Tooltip("months:Q", title="Months", format=".0f")]
    )
    # The name of a late stay stands below the falling curve, that of an early one above it.
    label = {"fontWeight": "bold", "fontSize": 10 if narrow else 11}
    early = own.transform_filter(f"datum.months < {AXIS // 2}").mark_text(align="left", dx=9, dy=-9, **label)
    late = own.transform_filter(f"datum.months >= {AXIS // 2}").mark_text(align="right", dx=-9, dy=10, **label)
    names = [layer.encode(y=share, text="mark:N") for layer in (early, late)]
    number = base.transform_aggregate(n="max(n)").transform_calculate(said="'n = ' + datum.n + ' stays'")
    said = number.mark_text(align="right", baseline="top", dx=-2, dy=2).encode(
        x=alt.XValue("width"), y=alt.YValue(0), text="said:N"
    )
    return (
        alt.layer(band, line, half, dots, *names, said, data=alt.NamedData("rows"))
        .properties(width=width - 66, height=260)
        .add_params(choice)
    )


def months_text(part: measures.Estimate) -> str:
    """Months with their interval: "32 months (28 to 44)"."""
    top = "no upper end" if part.high == float("inf") else f"{part.high:.0f}"
    return f"{part.value:.0f} months ({part.low:.0f} to {top})"


def _longest_stay(table: pd.DataFrame) -> tuple[pd.DataFrame, measures.Estimate, float, measures.Estimate]:
    """The stays read, their median, the months of Pakistan's longest, and the share of stays that last as long."""
    read = samples(table)["read"]
    curve = spells.kaplan_meier(read["months"], read["completed"])
    own = read.set_index("id").loc[STAY, "months"]
    return read, spells.median_stay(curve), own, spells.share_after(curve, own)


def survival_takeaway(table: pd.DataFrame) -> str:
    """Median stay with its interval, and the share of stays that last as long as Pakistan's longest."""
    read, half, own, part = _longest_stay(table)
    return (
        f"Half of the stays end within {months_text(half)}; Pakistan's of 2018 to 2022 took "
        f"{own:.0f}. After as long {part.value:.0%} ({part.low:.0%} to {part.high:.0%}) still run. "
        f"Kaplan–Meier estimate, n = {len(read)} stays."
    )


def survival_alt(table: pd.DataFrame) -> str:
    """Median stay with its interval, and where Pakistan's longest stay stands."""
    read, half, own, part = _longest_stay(table)
    rank = spells.longer(read, STAY)
    return (
        f"By the Kaplan–Meier estimate half of the stays end within {months_text(half)}; "
        f"Pakistan's of 2018 to 2022 took {own:.0f}. After as long, {part.value:.0%} ({part.low:.0%} to "
        f"{part.high:.0%}) still run: {rank['completed_longer']} of the {rank['completed']} that ended were longer, "
        f"and {rank['running_longer']} without a known end have run longer. n = {len(read)} stays."
    )


def review(table: pd.DataFrame, plenaries: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp, str]:
    """When Pakistan's review of 2010 began and ended, and for how long it lasted without a break."""
    own = table[table["iso3"] == "PAK"].sort_values("begins")
    first, second = own.iloc[0], own.iloc[1]
    path = path_rows(plenaries)
    hard = path[path["date"].between(first["ends"], second["begins"], inclusive="left")]
    if not (hard["step"] == LADDER[3]).all():
        raise ValueError("a statement between the first two stays does not name Pakistan")
    return first["begins"], second["ends"], f"{(second['ends'] - first['begins']).days / spells.MONTH:.0f} months"


def review_text(table: pd.DataFrame, plenaries: pd.DataFrame) -> str:
    """The review of 2010 against what the press writes of it, as Markdown."""
    own = table[table["iso3"] == "PAK"].sort_values("begins")
    hard, mild = own["ends"].iloc[0], own["begins"].iloc[1]
    first, last, months = review(table, plenaries)
    return (
        f"**The longer review.** From {first:%B %Y} to {last:%B %Y} Pakistan stood for {months} without a break on one "
        f"list or the other. The press often writes that it was grey-listed from {hard:%Y} to {last:%Y}, but from "
        f"{hard:%B %Y} to {mild:%B %Y} that was the public statement."
    )


def left_out(grey_list_spells: pd.DataFrame, table: pd.DataFrame) -> tuple[int, int]:
    """How many stays say nothing of their length, because one day of each is known, and how many lie before 2016."""
    out = grey_list_spells[~grey_list_spells["id"].isin(table["id"])]
    return len(out), int((out[["entered", "known_from", "left", "known_to"]].min(axis=1) < RECENT).sum())


def eras_text(grey_list_spells: pd.DataFrame, table: pd.DataFrame) -> str:
    """Stays before and since 2016 compared, and the wider sample, as Markdown."""
    out, old_out = left_out(grey_list_spells, table)
    parts = samples(table)
    curves = {name: spells.kaplan_meier(some["months"], some["completed"]) for name, some in parts.items()}
    read = parts["read"]
    early = read[read["entered"] < RECENT]
    old = spells.median_stay(spells.kaplan_meier(early["months"], early["completed"]))
    p = spells.logrank(early, parts["recent"])
    own, beyond = read.set_index("id").loc[STAY, "months"], read.loc[read["months"] > AXIS, "country"]
    after = spells.share_after(curves["recent"], own)
    return f"""
**Fairer company.** The {len(parts["recent"])} stays that began since 2016 are closest to Pakistan's in time. Their
median is {months_text(spells.median_stay(curves["recent"]))}, that of the {len(early)} earlier ones
{months_text(old)}; the logrank test, which compares two such curves,
{"tells" if p < 0.05 else "does not tell"} them apart ({measures.p_text(p)}). Of the later stays
{after.value:.0%} ({after.low:.0%} to {after.high:.0%}) still run after {own:.0f} months.

Counting also the
{len(parts["all"]) - len(read)} stays without a known start, as at least so long, the median of all is
{months_text(spells.median_stay(curves["all"]))}. Of the {len(grey_list_spells)} stays in the table {out} are in no
sample, because only one day of each is known; {old_out} of them lie before 2016. The axis
ends at {AXIS} months; {len(beyond)} stays of the curve run longer ({", ".join(beyond)}).
"""


LONGEST_COLUMNS = {"rank": "Rank", "country": "Country", "span": "From – to", "months": "Months", "state": "State"}


def longest_rows(table: pd.DataFrame, most: int = 12) -> pd.DataFrame:
    """The longest stays whose entry was read, those of Pakistan among them."""
    read = table[table["entry_read"]].sort_values("months", ascending=False).reset_index(drop=True)
    return pd.DataFrame(
        {
            "rank": range(1, len(read) + 1),
            "country": read["country"],
            "span": [f"{row.begins:%B %Y} – {row.ends:%B %Y}" for row in read.itertuples()],
            "months": read["months"].map("{:.0f}".format),
            "state": read["completed"].map({True: "left", False: "at least so long"}),
            "own": read["iso3"] == "PAK",
        }
    ).loc[lambda rows: (rows["rank"] <= most) | rows["own"]]


# What happened around it

LANES = {
    "law": "laws",
    "ban": "bans",
    "freeze": "freezes and takeovers",
    "takeover": "freezes and takeovers",
    "arrests": "arrests",
    "prosecution": "charges and verdicts",
    "arrested": "arrests",
    "detained": "arrests",
    "house_arrest": "arrests",
    "charged": "charges and verdicts",
    "convicted": "charges and verdicts",
    "sentenced": "charges and verdicts",
}
LANE_COLOURS = {
    "laws": VIOLET,
    "bans": OCHRE,
    "freezes and takeovers": TEAL,
    "arrests": BLUE,
    "charges and verdicts": RED,
}
# A law that lapsed is no measure.
NO_MEASURE = {"2018-10-25-ordinance-lapse"}
# Bans of which the day of the decision is known beside that of the notification: two rows, one act.
DECISIONS = {"2019-03-05-jud-fif-ban": "2019-02-21-jud-fif-decision"}
# How a note says that a step called a charge is only a warrant.
WARRANT = "arrest warrant"


def by_decision(pakistan_measures: pd.DataFrame) -> pd.DataFrame:
    """The table with each ban of :data:`DECISIONS` on the day of its decision, not of its notification."""
    days = pakistan_measures.set_index("id")["date"]
    decided = pakistan_measures["id"].map(DECISIONS).map(days)
    return pakistan_measures.assign(date=decided.fillna(pakistan_measures["date"]))


def acts(pakistan_measures: pd.DataFrame, custody: pd.DataFrame) -> pd.DataFrame:
    """Pakistani measures against groups and their leaders known to the day, one row per day and kind.

    Args:
        pakistan_measures: its table; announcements of policy and what is no measure are left out.
        custody: its table; steps that Pakistan took against a person, releases left out.

    Returns:
        Columns ``date``, ``lane`` (a key of :data:`LANE_COLOURS`), ``what`` (titles joined).
    """
    state = pakistan_measures[~pakistan_measures["id"].isin(NO_MEASURE)]
    persons = custody[custody["country"] == "Pakistan"]
    rows = pd.concat(
        [
            state.assign(kind=state["kind"].astype(str), what=state["title"]),
            persons.assign(kind=persons["step"].astype(str), what=persons["summary"]),
        ]
    )
    rows = rows[(rows["date_precision"] == "day") & rows["kind"].isin(LANES)]
    rows = rows.assign(lane=rows["kind"].map(LANES))
    return (
        rows.groupby(["date", "lane"], as_index=False)["what"].first().sort_values(["date", "lane"], ignore_index=True)
    )


def reviews(plenaries: pd.DataFrame) -> pd.Series:
    """Days of the plenaries that reviewed Pakistan."""
    return plenaries.loc[(plenaries["body"] == "FATF") & (plenaries["id"] != POSTPONED), "date"]


def listed(grey_list_spells: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of Pakistan's stay of 2018."""
    row = grey_list_spells.set_index("id").loc[STAY]
    return row["entered"], row["left"]


def around_rows(done: pd.DataFrame, meetings: pd.Series, stay: tuple[pd.Timestamp, pd.Timestamp]) -> pd.DataFrame:
    """Acts and plenaries of the years around the stay, for one time axis; ``lane`` is empty for a plenary."""
    first, last = pd.Timestamp("2018-01-01"), stay[1] + pd.Timedelta(days=60)
    chosen = done[done["date"].between(first, last)]
    plenary = pd.DataFrame({"date": meetings[meetings.between(first, last)], "lane": "plenary", "what": "FATF plenary"})
    return pd.concat([chosen, plenary], ignore_index=True).assign(
        day=lambda rows: rows["date"].map(measures.day_text), year=lambda rows: rows["date"].map(charts.decimal_year)
    )


def draw_around(width: int) -> alt.LayerChart:
    """Lanes of measures under the plenaries. Draws :func:`around_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter = 130 if narrow else 140
    lanes = list(LANE_COLOURS)
    x = alt.X("year:Q", title=None).scale(domain=[2017.94, 2023], nice=False).axis(
        format="d", values=[2018, 2019, 2020, 2021, 2022], grid=False
    )  # fmt: skip
    plenaries = alt.Chart().transform_filter("datum.lane == 'plenary'").mark_rule(
        strokeWidth=1, strokeDash=[2, 3], color=palette.PALE
    ).encode(x=x, tooltip=charts.hints(day="FATF plenary"))  # fmt: skip
    ticks = alt.Chart().transform_filter("datum.lane != 'plenary'").mark_tick(thickness=2.5, size=17, opacity=1).encode(
        x=x,
        y=_lanes("lane", gutter, lanes, grid=False).scale(domain=lanes),
        color=alt.Color("lane:N", legend=None).scale(domain=lanes, range=list(LANE_COLOURS.values())),
        tooltip=charts.hints(day="Day", lane="Kind", what="Measure"),
    )  # fmt: skip
    return alt.layer(plenaries, ticks, data=alt.NamedData("rows")).properties(
        width=width - gutter - 12, height=34 * len(lanes)
    )


def around_takeaway(rows: pd.DataFrame) -> str:
    """On how many days of each year measures fell."""
    own = rows[rows["lane"] != "plenary"]
    days = own["date"].drop_duplicates()
    years = _and([f"{n} in {year}" for year, n in days.dt.year.value_counts().sort_index().items()])
    return (
        f"Days with a measure were {years}. n = {len(days)} days with {len(own)} measures, and "
        f"{int((rows['lane'] == 'plenary').sum())} plenaries (dashed lines)."
    )


def around_alt(rows: pd.DataFrame) -> str:
    """When the measures fell, by year, and the longest pause between them."""
    own = rows[rows["lane"] != "plenary"]
    days = own["date"].drop_duplicates().sort_values()
    years = days.dt.year.value_counts().sort_index()
    text = _and([f"{n} in {year}" for year, n in years.items()])
    pause = days.diff().dt.days
    end = pause.idxmax()
    begin = days[days < days[end]].max()
    return (
        f"Days with a measure were {text}. {thickest(rows)} The longest pause runs from {measures.day_text(begin)} to "
        f"{measures.day_text(days[end])}. Dashed lines are plenaries (n = {int((rows['lane'] == 'plenary').sum())}); "
        f"n = {len(days)} days with {len(own)} measures."
    )


def thickest(rows: pd.DataFrame) -> str:
    """Between which two plenaries most days with a charge or verdict lie, and which of them is only a warrant."""
    own = rows[rows["lane"] == "charges and verdicts"]
    days = own["date"].drop_duplicates().sort_values()
    plenaries = rows.loc[rows["lane"] == "plenary", "date"].sort_values().reset_index(drop=True)
    between = plenaries.searchsorted(days)
    most = pd.Series(between).mode().iloc[0]
    inside = days[between == most]
    warrants = own.loc[own["what"].str.contains(WARRANT) & own["date"].isin(inside), "date"].map(measures.day_text)
    text = (
        f"{len(inside)} of {len(days)} days with a charge or verdict lie between {measures.day_text(inside.iloc[0])} "
        f"and {measures.day_text(inside.iloc[-1])}, between the plenaries of {measures.day_text(plenaries[most - 1])} "
        f"and {measures.day_text(plenaries[most])}"
    )
    return f"{text} (on {_and(list(warrants))} it was an arrest warrant)." if len(warrants) else f"{text}."


OBSERVED, EXPECTED = "measures", "all days"


def gap_rows(done: pd.DataFrame, meetings: pd.Series, stay: tuple[pd.Timestamp, pd.Timestamp]) -> pd.DataFrame:
    """Share of measures, and of all days, that fall within so many days before a plenary.

    Returns:
        Columns ``days``, ``series`` (:data:`OBSERVED` or :data:`EXPECTED`), ``share``, ``acts``, ``percent``.
    """
    days = act_days(done, stay)
    table = spells.within(days, meetings, *stay)
    long = table.rename(columns={"observed": OBSERVED, "expected": EXPECTED}).melt(
        ["days", "acts"], [OBSERVED, EXPECTED], "series", "share"
    )
    return long.assign(percent=long["share"].map("{:.0%}".format), n=len(days))


def act_days(done: pd.DataFrame, stay: tuple[pd.Timestamp, pd.Timestamp]) -> pd.Series:
    """The different days with a measure while Pakistan was listed."""
    return done.loc[done["date"].between(*stay), "date"].drop_duplicates().sort_values().reset_index(drop=True)


def draw_gaps(width: int) -> alt.LayerChart:
    """Two curves that part where measures bunch before plenaries. Draws :func:`gap_rows`."""
    narrow = width < charts.BREAKPOINT
    order = [OBSERVED, EXPECTED]
    limit = 180
    base = (
        alt.Chart(alt.NamedData("rows"), width=width - 66, height=230)
        .transform_filter(f"datum.days <= {limit}")
        .mark_line(interpolate="step-after", strokeWidth=2.5)
        .encode(
            x=alt.X("days:Q", title="days before the next plenary, at most")
            .scale(domain=[0, limit], nice=False)
            .axis(values=[0, 30, 60, 90, 120, 150, 180], grid=False),
            y=alt.Y("share:Q", title="share of days").scale(domain=[0, 1], nice=False).axis(format="%", tickCount=5),
            color=alt.Color("series:N", sort=order)
            .scale(domain=order, range=[RED, GREY])
            .legend(title=None, orient="top", symbolType="stroke"),
            strokeDash=alt.StrokeDash("series:N", sort=order).scale(domain=order, range=[[1, 0], [5, 3]]),
            tooltip=[
                alt.Tooltip("days:Q", title="Within days"),
                alt.Tooltip("series:N", title="Of"),
                alt.Tooltip("share:Q", title="Share", format=".0%"),
            ],
        )
    )
    return base.properties(height=200 if narrow else 230)


TEST_COLUMNS = {
    "reading": "Reading",
    "n": "Days",
    "mean": "Mean days to the next plenary",
    "expected": "Of all days",
    "p": "p, shorter",
    "p_two": "p, different",
    "alone": "p, shorter, if every day were independent",
}
MAIN = "All measures, while listed"
EARLY = "From January 2018, before the listing"
DECIDED = "Decision dates instead of notification dates"
DECIDED_EARLY = "Decision dates, from January 2018"
# The plenary at which the last deadline of the first plan ran out.
LAST_DEADLINE = pd.Timestamp("2021-06-25")


def timing_rows(
    done: pd.DataFrame, decided: pd.DataFrame, meetings: pd.Series, stay: tuple[pd.Timestamp, pd.Timestamp]
) -> pd.DataFrame:
    """The tests of ``measures.spells`` on the main reading and on those that a doubter would ask for.

    Args:
        done: from :func:`acts`.
        decided: the same from the table of :func:`by_decision`.
        meetings: from :func:`reviews`.
        stay: from :func:`listed`.

    Returns:
        Columns ``reading``, ``n``, ``mean``, ``expected``, ``p``, ``p_two``, ``needed``, ``alone`` (numbers).
    """
    persons = done["lane"].isin(["arrests", "charges and verdicts"])
    verdicts = done["lane"] == "charges and verdicts"
    readings = {
        MAIN: (done, stay),
        "Arrests, charges and verdicts": (done[persons], stay),
        "Charges and verdicts alone": (done[verdicts], stay),
        "Bans, freezes, takeovers and laws": (done[~persons], stay),
        EARLY: (done, (pd.Timestamp("2018-01-01"), stay[1])),
        DECIDED: (decided, stay),
        DECIDED_EARLY: (decided, (pd.Timestamp("2018-01-01"), stay[1])),
        "Until the deadlines of the first plan ran out": (done, (stay[0], LAST_DEADLINE)),
    }
    rows = []
    for reading, (some, period) in readings.items():
        days = act_days(some, period)
        shift = spells.shift_test(days, meetings, *period)
        alone = spells.independent_test(days, meetings, *period)
        rows.append(
            {
                "reading": reading,
                "n": shift.n,
                "mean": shift.mean,
                "expected": shift.expected,
                "p": shift.p,
                "p_two": shift.p_two_sided,
                "needed": shift.needed,
                "alone": alone.p,
            }
        )
    return pd.DataFrame(rows)


def timing_table(tests: pd.DataFrame) -> pd.DataFrame:
    """:func:`timing_rows` as text."""
    return tests.assign(
        **{column: tests[column].map("{:.0f}".format) for column in ("mean", "expected")},
        **{column: tests[column].map("{:.3f}".format) for column in ("p", "p_two", "alone")},
    )


def timing_text(tests: pd.DataFrame) -> str:
    """What the readings say together, as Markdown."""
    found = int((tests["p"] < 0.05).sum())
    alone = int((tests["alone"] < 0.05).sum())
    lowest, main = tests.loc[tests["p"].idxmin()], tests.set_index("reading").loc[MAIN]
    lead = f"**The answer.** {found or 'None'} of {len(tests)} readings"
    closest = lowest["reading"][0].lower() + lowest["reading"][1:]
    return (
        f"{lead} finds measures closer before plenaries than chance would put them (smallest "
        f"{measures.p_text(lowest['p'])}: {closest}). Taking every day as independent, "
        f"{alone or 'none'} does. The p of this answer are one-sided; none was corrected for the number of readings. "
        f"With so few days the test is blunt: only a mean of {main['needed']:.0f} days or less would have given "
        f"p < 0.05."
    )


def gap_takeaway(rows: pd.DataFrame, tests: pd.DataFrame) -> str:
    """Whether measures bunched before plenaries: the means, the test and the last month."""
    main = tests.set_index("reading").loc[MAIN]
    month = rows[rows["days"] == 30].set_index("series")["percent"]
    word = "bunched" if main["p"] < 0.05 else "did not bunch"
    return (
        f"Measures {word} before plenaries: {main['mean']:.0f} days before the next on average, all days "
        f"{main['expected']:.0f} (exact shift test, one-sided {measures.p_text(main['p'])}). The last 30 days hold "
        f"{month[OBSERVED]} of them and {month[EXPECTED]} of all days."
    )


def gap_alt(rows: pd.DataFrame, tests: pd.DataFrame) -> str:
    """Whether measures bunched before plenaries: the numbers and the test."""
    main = tests.set_index("reading").loc[MAIN]
    month = rows[rows["days"] == 30].set_index("series")
    word = "bunched" if main["p"] < 0.05 else "did not bunch"
    return (
        f"On this record measures {word} before plenaries: they fell {main['mean']:.0f} days before the next one on "
        f"average, all days {main['expected']:.0f} (exact shift test, one-sided {measures.p_text(main['p'])}; only a "
        f"mean of {main['needed']:.0f} days or less would have shown). In the 30 days before a plenary lie "
        f"{month.loc[OBSERVED, 'acts']} of {month.loc[OBSERVED, 'n']} days with a measure "
        f"({month.loc[OBSERVED, 'percent']}), and {month.loc[EXPECTED, 'percent']} of all days."
    )


# What it cost

WHOLE, PART, OFFICIAL = "study, whole sum", "study, part of the sum", "official claim"
COST_COLOURS = {OFFICIAL: OCHRE, WHOLE: BLUE, PART: TEAL}


def cost_rows(costs: pd.DataFrame) -> pd.DataFrame:
    """Published estimates as billion dollars a year of the period they cover.

    Returns:
        Columns ``estimate``, ``by``, ``kind`` (a key of :data:`COST_COLOURS`), ``sum`` (as printed),
        ``years``, ``yearly``, ``label``, ``what``.
    """
    rows = []
    for row in costs.itertuples():
        first, _, last = str(row.period).partition("-")
        years = int(last) - int(first) + 1 if first.isdigit() else 1
        part = row.what.startswith("Part")
        kind = OFFICIAL if years == 1 else PART if part else WHOLE
        low, high = row.amount_usd_billions_min, row.amount_usd_billions_max
        printed = f"{low:g}" if low == high else f"{low:g}–{high:g}"
        name = {"exports": "exports", "fdi": "investment"}.get(row.id.rsplit("-", 1)[-1], "")
        span = "a year" if years == 1 else f"{first}–{last[2:]}"
        author = row.estimated_by.split(" (")[0].split(",")[0].split(" ")[-1]
        rows.append(
            {
                "estimate": f"{author}, {name or span}{', all' if kind == WHOLE else ''}",
                "by": row.estimated_by,
                "kind": kind,
                "sum": f"{printed} {'a year' if years == 1 else f'over {years} years'}",
                "years": years,
                "yearly": float(low) / years,
                "label": f"{float(low) / years:.1f}",
                "what": row.what,
                "note": "" if pd.isna(row.note) else row.note,
            }
        )
    return pd.DataFrame(rows).sort_values("yearly", ascending=False, ignore_index=True)


def draw_costs(width: int) -> alt.LayerChart:
    """A bar for each estimate, in billion dollars a year. Draws :func:`cost_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter, side = (150, 34) if narrow else (180, 40)
    order = list(COST_COLOURS)
    base = alt.Chart().encode(
        y=_lanes("estimate", gutter, _by("yearly", "descending")),
        x=alt.X("yearly:Q", title="billion dollars a year").scale(domain=[0, 11], nice=False).axis(tickCount=5),
        tooltip=charts.hints(by="By", sum="Billion dollars", what="Of what"),
    )
    bars = base.mark_bar(height=13).encode(
        color=alt.Color("kind:N", sort=order)
        .scale(domain=order, range=list(COST_COLOURS.values()))
        .legend(title=None, orient="top", symbolType="square", direction="vertical" if narrow else "horizontal")
    )
    labels = base.mark_text(align="left", dx=5).encode(text="label:N")
    return alt.layer(bars, labels, data=alt.NamedData("rows")).properties(
        width=width - gutter - side, height=alt.Step(23)
    )


def cost_takeaway(rows: pd.DataFrame) -> str:
    """The two independent estimates, and how far they differ."""
    claim, study = (rows[rows["kind"] == kind].iloc[0] for kind in (OFFICIAL, WHOLE))
    total, years = study["sum"].split(" ", 1)
    return (
        f"Foreign Minister {claim['by'].split(',')[0].split()[-1]} spoke of {claim['sum'].split(' ')[0]} billion "
        f"dollars a year; {study['by'].split(' (')[0]}'s study finds {total} billion {years}, listed and not. A "
        f"year the claim is {claim['yearly'] / study['yearly']:.1f} times the study's mean. n = {rows['by'].nunique()} "
        "authors."
    )


def cost_alt(rows: pd.DataFrame) -> str:
    """How far the two independent estimates differ, over all years of the study and over its listed ones."""
    claim = rows[rows["kind"] == OFFICIAL].iloc[0]
    study = rows[rows["kind"] == WHOLE].iloc[0]
    third = rows[rows["estimate"].str.endswith("2018–19")].iloc[0]
    total, years = study["sum"].split(" ", 1)
    return (
        f"Two parties put a number on the cost: {claim['by'].split(',')[0]} with {claim['sum'].split(' ')[0]} billion "
        f"dollars a year and {study['by']} with {total} billion {years}, listed and not. A year, the official claim is "
        f"{claim['yearly'] / study['yearly']:.1f} times the study's mean and {claim['yearly'] / third['yearly']:.1f} "
        f"times its rate for 2018–19 ({third['label']} billion). n = {rows['by'].nunique()} authors, "
        f"{len(rows)} numbers."
    )


def cost_text(costs: pd.DataFrame) -> str:
    """What the table notes on the official claim and on the study, as Markdown."""
    claim = costs[costs["period"] == "per year"].iloc[0]
    study = costs[costs["what"].str.startswith("Cumulative")].iloc[0]
    return f"**What the table notes.** On the official claim: {claim['note']}. On the study: {study['note']}."


# In brief


def brief(
    record: dict[str, pd.DataFrame],
    table: pd.DataFrame,
    tests: pd.DataFrame,
    gaps: pd.DataFrame,
) -> str:
    """The findings of the notebook in a few sentences, as Markdown.

    Args:
        record: the tables.
        table: from ``measures.spells.stays``.
        tests: from :func:`timing_rows`.
        gaps: from :func:`gap_rows`.
    """
    plenaries, ratings = record["fatf_plenaries"], record["fatf_ratings"]
    counts = count_rows(plenaries)
    first = counts[counts["part"] == DONE_FIRST].set_index("date")["items"]
    second = counts[(counts["part"] == DONE_SECOND) & (counts["items"] > 0)].set_index("date")["items"]
    almost, done = first[first == FIRST_PLAN - 1].index[0], first[first == FIRST_PLAN].index[0]
    whole = second[second == SECOND_PLAN].index[0]
    outcomes = outcome_rows(ratings)
    low = data.labels("fatf_ratings", "rating")["LE"]
    begun, ended, months = review(table, plenaries)
    main = tests.set_index("reading").loc[MAIN]
    return f"""
- **How the count moved.** Of the {FIRST_PLAN} items of 2018, {first.iloc[0]} were addressed by {first.index[0]:%B %Y},
  {FIRST_PLAN - 1} by {almost:%B %Y} and the last by {done:%B %Y}; all {SECOND_PLAN} items of 2021 by
  {whole:%B %Y}.
- **Deadlines passed.** {deadlines_text(plenaries)} The second plan, FATF said, met its own.
- **Who pushed, who resisted.** {sides_text(position_rows(record["fatf_positions"]))}
- **A long stay, not the longest.** {survival_takeaway(table)}
- **An earlier review was longer.** From {begun:%B %Y} to {ended:%B %Y} Pakistan stood {months} without a break on one
  list or the other.
- **The laws were brought up to standard.** {rating_takeaway(rating_rows(ratings), record["fatf_totals"])}
- **Whether the laws work was not rated again.** Of the
  {len(outcomes)} outcomes that measure whether laws work, {int((outcomes["then"] == low).sum())} were rated low in
  2019; no later report rated them.
- **No bunching before plenaries was found, by a blunt test.** Days with a Pakistani measure lie on average
  {main["mean"]:.0f} days before the next one, all days {main["expected"]:.0f} (exact shift test, one-sided
  {measures.p_text(main["p"])}; n = {int(main["n"])} days).
"""
