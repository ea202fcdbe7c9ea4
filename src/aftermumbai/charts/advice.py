"""What the essay advised, what was done, and what other experts held: what notebook 12 shows.

Imports what stands before ``charts``; notebooks and other drawings import it.
"""

import altair as alt
import numpy as np
import pandas as pd

from aftermumbai import charts, data, measures
from aftermumbai.charts import claims, palette, tested
from aftermumbai.measures import verdicts
from aftermumbai.rules import split_list

ESSAY = claims.ESSAY
COLOURS = {"follows": palette.BLUE, "against": palette.RED, "result": palette.OCHRE}
SHAPES = {"follows": "circle", "against": "cross", "result": "triangle-up"}
STANCES = {"agrees_with_essay": palette.BLUE, "mixed": palette.OCHRE, "disagrees_with_essay": palette.RED}


# The advice in a few words, for charts and links.
LABELS = {
    "rec-01": "Doubt JeM’s claim, look at LeT",
    "rec-02": "Act before India does",
    "rec-03": "Lower tension as in 2008",
    "rec-04": "India: show restraint",
    "rec-05": "India: stay proportionate",
    "rec-06": "More than tweets and condolences",
    "rec-07": "Send the secretary of state",
    "rec-08": "Keep up high-level diplomacy",
    "rec-09": "Fill the empty posts",
    "rec-10": "Press Pakistan over LeT",
    "rec-11": "Offer rewards over Mumbai",
    "rec-12": "Nominate Azhar at the UN again",
    "rec-13": "Use FATF against funding",
    "rec-14": "Reconsider aid if Pakistan acts",
    "rec-15": "Share intelligence with India",
    "rec-16": "Do not call it uncooperative",
    "rec-17": "Do not list a state sponsor",
    "rec-18": "Put stability first",
}


def load() -> tested.Record:
    """The tables of the chapter on the claims, those on advice, and those that ``advice_steps`` names.

    The recommendations get a column ``label``, from :data:`LABELS`.
    """
    steps = data.load("advice_steps")
    record = tested.load() | data.load_all("expert_positions", *sorted(set(steps["table_name"])))
    advised = data.load("essay_recommendations")
    labels = [LABELS[key] for key in advised["id"]]
    return record | {"advice_steps": steps, "essay_recommendations": advised.assign(label=labels)}


def steps(record: tested.Record) -> pd.DataFrame:
    """``verdicts.steps_of`` the record."""
    return verdicts.steps_of(record["advice_steps"], record, ESSAY)


# The timeline


# A line is so many pixels high, there are so many, and the axis reaches so many days to either side of the essay.
LINE, LINES, REACH = 31, 22, 2800
# The compressed scale counts in units of so many days; steps nearer than this on it stand this part of a line apart.
UNIT, NEAR, SHIFT = 2, 0.3, 0.24
TICKS = {
    -2557: "7 years",
    -365: "1 year",
    -30: "1 month",
    0: "essay",
    7: "1 week",
    30: "1 month",
    365: "1 year",
    2557: "7 years",
}


def meanings() -> dict[str, str]:
    """What each outcome means: "Followed", "Followed in part" and so on."""
    fields = data.schemas()["essay_recommendations"]["schema"]["fields"]
    categories = next(field for field in fields if field["name"] == "outcome")["categories"]
    return {category["value"]: category["description"].rstrip(".") for category in categories}


def timeline_rows(record: tested.Record) -> pd.DataFrame:
    """Every step on every piece of advice, with the line it is drawn on; advice grouped by what became of it.

    Returns:
        One row per step: ``advice`` (label), ``outcome``, ``outcome_title`` (its meaning and number), ``line``
        (of the advice, from the top), ``head`` (line of the outcome's title), ``date``, ``day`` (text), ``days``
        (since the essay), ``bearing`` (label), ``text``, ``link`` (to the advice).
    """
    advice, found = record["essay_recommendations"], steps(record)
    bearings, titles = data.labels("advice_steps", "bearing"), meanings()
    lines, heads, line = {}, {}, 0
    for outcome in titles:
        own = advice[advice["outcome"] == outcome].sort_values(["paragraph", "id"])
        if own.empty:
            continue
        heads[outcome] = line
        for key in own["id"]:
            line += 1
            lines[key] = line
        line += 1
    joined = found.merge(advice[["id", "label", "outcome"]], left_on="recommendation_id", right_on="id")
    counts = advice["outcome"].value_counts()
    rows = pd.DataFrame(
        {
            "advice": joined["label"],
            "outcome": joined["outcome"].map(titles).astype(str),
            "outcome_title": [f"{titles[key]} ({counts[key]})" for key in joined["outcome"]],
            "line": joined["recommendation_id"].map(lines),
            "head": [heads[key] for key in joined["outcome"]],
            "date": joined["date"],
            "day": measures.date_text(joined["date"], joined["date_precision"]),
            "days": joined["days"],
            "drawn": joined["recommendation_id"].map(lines) + SHIFT * _slots(joined),
            "bearing": joined["bearing"].map(bearings).astype(str),
            "text": joined["text"],
            "link": "#" + joined["recommendation_id"],
        }
    )
    if rows["days"].abs().max() > REACH or rows["line"].max() >= LINES:
        raise ValueError("a step lies outside the chart: raise charts.advice.REACH or LINES")
    return rows.sort_values(["line", "days"], ignore_index=True)


def _slots(rows: pd.DataFrame) -> pd.Series:
    """How far a step moves off its line so that none hides its neighbour: 0 alone, else -0.5 and 0.5 in turn."""
    rows = rows.sort_values(["recommendation_id", "days", "row_id"])
    place = np.sign(rows["days"]) * np.log1p(rows["days"].abs() / UNIT)
    gap = place.groupby(rows["recommendation_id"]).diff()
    run = (~(gap < NEAR)).cumsum()
    alone = run.map(run.value_counts()) == 1
    return (rows.groupby(run).cumcount() % 2 - 0.5).mask(alone, 0)


TIMELINE_COLUMNS = {
    "advice": "Advice",
    "outcome": "Followed",
    "day": "Date",
    "bearing": "Step",
    "text": "What happened",
}


def draw_timeline(width: int) -> alt.LayerChart:
    """Steps by days from the essay, a line for each piece of advice. Draws :func:`timeline_rows`."""
    narrow = width < charts.BREAKPOINT
    bearings = data.labels("advice_steps", "bearing")
    ticks = {day: text for day, text in TICKS.items() if not narrow or abs(day) not in (7, 365)}
    labels = " : ".join(f"datum.value == {day} ? '{text}'" for day, text in ticks.items()) + " : ''"
    x = alt.X("days:Q", title="before and after the essay of 24 February 2019 (compressed scale)")
    if narrow:
        x = alt.X("days:Q", title="before and after the essay (compressed)")
    x = x.scale(type="symlog", constant=UNIT, domain=[-REACH, REACH], nice=False).axis(
        values=list(ticks), labelExpr=labels, labelOverlap=False, orient="top", domain=False
    )
    y = alt.Scale(domain=[-0.5, LINES - 0.5], reverse=True, nice=False)
    base = alt.Chart(alt.NamedData("rows"), width=width - 48, height=LINES * LINE)
    domain = list(bearings.values())
    legend = alt.Legend(title=None, orient="top", symbolOpacity=1, labelLimit=150, columns=2 if narrow else 3)
    named = base.transform_aggregate(n="count()", groupby=["advice", "line"])
    heads = base.transform_aggregate(n="count()", groupby=["outcome_title", "head"])
    rail = named.mark_rule(color=charts.MUTED, opacity=0.35).encode(
        y=alt.Y("line:Q", scale=y, axis=None), x=alt.XValue(0), x2=alt.X2Value(width - 48)
    )
    label = named.mark_text(align="left", dy=-14).encode(
        y=alt.Y("line:Q", scale=y, axis=None), x=alt.XValue(0), text="advice:N"
    )
    title = heads.mark_text(align="left", fontWeight="bold", fontSize=12, dy=-3).encode(
        y=alt.Y("head:Q", scale=y, axis=None), x=alt.XValue(0), text="outcome_title:N"
    )
    # The day of the essay, a short stroke in each line, so that it crosses no label.
    zero = (
        named.transform_calculate(top="datum.line - 0.2", bottom="datum.line + 0.3")
        .mark_rule(color=charts.MUTED, strokeWidth=1.5)
        .encode(x=alt.XDatum(0), y=alt.Y("top:Q", scale=y, axis=None), y2="bottom:Q")
    )
    marks = base.mark_point(filled=True, size=70, opacity=0.85).encode(
        x=x,
        y=alt.Y("drawn:Q", scale=y, axis=None),
        color=alt.Color("bearing:N", sort=domain).scale(domain=domain, range=list(COLOURS.values())).legend(legend),
        shape=alt.Shape("bearing:N", sort=domain).scale(domain=domain, range=list(SHAPES.values())).legend(legend),
        href="link:N",
        tooltip=charts.hints(advice="Advice", outcome="Followed", day="Date", bearing="Step", text="What happened"),
    )
    return alt.layer(rail, zero, label, title, marks)


def timeline_takeaway(rows: pd.DataFrame) -> str:
    """How many pieces of advice were followed, and how much of it was old."""
    counts = rows.drop_duplicates("advice")["outcome"].value_counts()
    parts = ", ".join(f"{counts[label]} {label.lower()}" for label in meanings().values() if label in counts.index)
    own = rows[rows["bearing"] == data.labels("advice_steps", "bearing")["follows"]]
    before = own[own["days"] < 0]["advice"].nunique()
    return (
        f"Of {rows['advice'].nunique()} pieces of advice: {parts}. For {before} of all a step that follows the advice "
        "is older than the essay."
    )


def timeline_alt(rows: pd.DataFrame) -> str:
    """:func:`timeline_takeaway`, with what it does not show."""
    return f"{timeline_takeaway(rows)} What came after a step is not shown to come from it."


# In brief


def outcome_counts(advice: pd.DataFrame) -> dict[str, int]:
    """Number of pieces of advice by outcome, every outcome of the schema."""
    counts = advice["outcome"].value_counts()
    return {outcome: int(counts.get(outcome, 0)) for outcome in data.labels("essay_recommendations", "outcome")}


def brief(record: tested.Record) -> str:
    """What became of the advice, in a few sentences as Markdown; every number is computed."""
    advice, experts = record["essay_recommendations"], record["expert_positions"]
    found, count = steps(record), outcome_counts(advice)
    avoid = outcome_counts(advice[advice["direction"] == "avoid"])
    done = set(advice.loc[advice["outcome"] == "done", "id"])
    early = found[(found["days"] < 0) & (found["bearing"] == "follows") & found["recommendation_id"].isin(done)]
    not_done = advice[advice["outcome"] == "not_done"].sort_values(["paragraph", "id"])
    missed = "; ".join(f"[{row.label}](#{row.id})" for row in not_done.itertuples())
    tests = tested.TESTS
    stance = stances(experts)
    then = experts[experts["question"] != "escalation_2025"]
    return f"""
- **Of {len(advice)} pieces of advice {count["done"]} were followed, {count["partly"]} in part and
  {count["not_done"]} not;** nothing is known of {count["unknown"]}, and {count["opposite"] or "none"} met with the
  opposite.
- **The slow advice was followed, the urgent was not, or late.** {tests["strike-after-days"](record)}
- **What Washington did in those weeks.** {tests["visits-of-2019"](record)}
- **Not followed:** {missed}.
- **What was followed had mostly begun before.** Of the {count["done"]}, {early["recommendation_id"].nunique()} have a
  first step older than the essay, and {avoid["done"]} asked Washington to leave things as they were.
- **Rewards had been offered before.** {tests["rewards-offered"](record)}
- **What came after it: a listing.** {tests["azhar-proposed"](record)}
- **Sentences.** {tests["sentences-since"](record)}
- **The grey list.** {tests["grey-months"](record)} None of this shows that the advice, or Washington, brought it about.
- **Attacks did not clearly become rarer.** {tests["attacks-since"](record).rpartition(";")[0]}).
- **Other experts of the time** ({len(then)} positions read): on who was behind Pulwama
  {stance["attribution", "agrees_with_essay"]} of {stance["attribution", "all"]} shared the essay's view; on what
  Washington should do {stance["us_policy", "agrees_with_essay"]} of {stance["us_policy", "all"]} did.
"""


# What was done, one by one


def advice_rows(record: tested.Record, documents: dict[str, dict]) -> list[dict]:
    """Each piece of advice with what was done, when, by whom, to what effect, its steps and its links.

    Args:
        record: as :func:`load` gives it.
        documents: as ``tables.links`` gives them.

    Returns:
        What the template ``advice.html`` shows: two parts, what the essay advises and what it advises against.
    """
    found = steps(record)
    outcomes, bearings = meanings(), data.labels("advice_steps", "bearing")
    days = measures.date_text(found["date"], found["date_precision"])
    rows = record["essay_recommendations"].sort_values(["paragraph", "id"])
    dated = rows.dropna(subset=["date"])
    dates = measures.date_text(dated["date"], dated["date_precision"])
    ways = {"do": "What the essay advises", "avoid": "What the essay advises against"}

    def item(row) -> dict:
        own = found[found["recommendation_id"] == row.id]
        return {
            "id": row.id,
            "label": row.label,
            "paragraph": row.paragraph,
            "recommendation": row.recommendation,
            "outcome": outcomes[row.outcome],
            "done_by": None if pd.isna(row.done_by) else row.done_by.replace("; ", ", "),
            "date": None if pd.isna(row.date) else dates[row.Index],
            "what_happened": row.what_happened,
            "effect": None if pd.isna(row.effect) else row.effect,
            "note": None if pd.isna(row.note) else row.note,
            "unconfirmed": row.basis == "recalled",
            "sources": [documents[key] for key in split_list(row.sources) if key != "blazakis-2019-essay"],
            "steps": [
                {
                    "day": days[step.Index],
                    "bearing": bearings[step.bearing],
                    "text": step.text,
                    "sources": [documents[key] for key in split_list(step.sources)],
                }
                for step in own.itertuples()
            ],
        }

    return [
        {"title": title, "rows": [item(row) for row in rows[rows["direction"] == way].itertuples()]}
        for way, title in ways.items()
    ]


# Other experts


def stances(experts: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Number of positions by question and stance, and of all stances (``all``)."""
    counts = experts.groupby(["question", "position"], observed=False).size()
    found = {key: int(number) for key, number in counts.items()}
    return found | {(question, "all"): int(number) for question, number in counts.groupby(level=0).sum().items()}


def surname(author: str) -> str:
    """The last name of an author, or of several: "Perkovich, Dalton"."""
    names = [name.removesuffix(" III").split()[-1] for name in author.split(" and ")]
    return ", ".join(names)


# Lines of the chart of experts.
EXPERT_LINES = 28


def expert_rows(experts: pd.DataFrame) -> pd.DataFrame:
    """Every position with its place in the chart: under its question, in the column of its stance.

    Returns:
        One row per position: ``question`` (label with number), ``author``, ``name``, ``stance``, ``slot`` (column of
        the stance), ``line`` (from the top), ``head`` (line of the question), ``day``, ``summary``.
    """
    questions, stance = data.labels("expert_positions", "question"), data.labels("expert_positions", "position")
    rows, line = [], 0
    for question, label in questions.items():
        own = experts[experts["question"] == question].sort_values(["date", "id"])
        if own.empty:
            continue
        head = line
        for position in STANCES:
            for place, row in enumerate(own[own["position"] == position].itertuples(), start=1):
                rows.append(
                    {
                        "question": f"{label} ({len(own)})",
                        "author": row.author,
                        "name": surname(row.author),
                        "stance": stance[position],
                        "slot": list(STANCES).index(position),
                        "line": head + place,
                        "head": head,
                        "date": row.date,
                        "precision": row.date_precision,
                        "summary": row.summary,
                    }
                )
        line = max(row["line"] for row in rows) + 1
    if line > EXPERT_LINES:
        raise ValueError("a position lies outside the chart: raise charts.advice.EXPERT_LINES")
    table = pd.DataFrame(rows)
    table["day"] = measures.date_text(table.pop("date"), table.pop("precision"))
    return table


EXPERT_COLUMNS = {
    "question": "Question",
    "author": "Author",
    "stance": "Stance",
    "day": "Date",
    "summary": "In our words",
}


def draw_experts(width: int) -> alt.LayerChart:
    """A name for each position, in the column of its stance. Draws :func:`expert_rows`."""
    narrow = width < charts.BREAKPOINT
    labels = data.labels("expert_positions", "position")
    order = [labels[position] for position in STANCES]
    lines, step = EXPERT_LINES, 19
    y = alt.Scale(domain=[-0.8, lines - 0.3], reverse=True, nice=False)
    base = alt.Chart(alt.NamedData("rows"), width=width - 8, height=lines * step)
    heading = " : ".join(f"datum.value == {slot} ? '{label}'" for slot, label in enumerate(order)) + " : ''"
    place = alt.X("slot:Q", title=None).scale(domain=[0, len(order)], nice=False).axis(
        orient="top", domain=False, ticks=False, grid=False, values=list(range(len(order))), labelExpr=heading,
        labelAlign="left", labelBound=False, labelFlush=False, labelFontWeight="bold", labelFontSize=12,
    )  # fmt: skip
    line = alt.Y("line:Q", scale=y, axis=None)
    dots = base.mark_point(filled=True, size=55, xOffset=5, opacity=1).encode(
        x=place,
        y=line,
        color=alt.Color("stance:N", sort=order, legend=None).scale(domain=order, range=list(STANCES.values())),
        shape=alt.Shape("stance:N", sort=order, legend=None).scale(domain=order, range=["circle", "diamond", "cross"]),
        tooltip=charts.hints(author="Author", day="Date", stance="Stance", summary="In our words"),
    )
    names = base.mark_text(align="left", dx=14, fontSize=10 if narrow else 11).encode(x=place, y=line, text="name:N")
    heads = base.transform_aggregate(n="count()", groupby=["question", "head"])
    title = heads.mark_text(align="left", fontStyle="italic", fontSize=12).encode(
        x=alt.XValue(0), y=alt.Y("head:Q", scale=y, axis=None), text="question:N"
    )
    return alt.layer(dots, names, title)


def expert_takeaway(experts: pd.DataFrame) -> str:
    """On which questions the essay stood alone and on which it had company."""
    found = stances(experts)
    parts = "; ".join(
        f"{label} {found[key, 'agrees_with_essay']} of {found[key, 'all']}"
        for key, label in data.labels("expert_positions", "question").items()
        if found.get((key, "all"))
    )
    return f"Positions that agree with the essay: {parts}."


def expert_alt(experts: pd.DataFrame) -> str:
    """:func:`expert_takeaway`, with what the positions are not."""
    return (
        f"{expert_takeaway(experts)} The positions are those that could be read, not a sample, and whether one agrees "
        "is this book's reading."
    )


def expert_table(experts: pd.DataFrame, documents: dict[str, dict]) -> pd.DataFrame:
    """Every position with its author, argument and links, by question and date."""
    questions, stance = data.labels("expert_positions", "question"), data.labels("expert_positions", "position")
    rows = experts.sort_values(["question", "date", "id"])
    days = measures.date_text(rows["date"], rows["date_precision"])
    of = rows["affiliation"].map(lambda text: "" if pd.isna(text) else f", {text}")
    return pd.DataFrame(
        {
            "question": rows["question"].map(questions).astype(str),
            "stance": rows["position"].map(stance).astype(str),
            "who": rows["author"] + of + "; " + days,
            "words": rows["summary"] + rows["note"].map(lambda text: "" if pd.isna(text) else f" Note: {text}."),
            "links": [[documents[key] for key in split_list(cell)] for cell in rows["sources"]],
        }
    )


EXPERT_TABLE_COLUMNS = {
    "question": "Question",
    "stance": "Stance",
    "who": "Who, when",
    "words": "In our words; note",
    "links": "Where",
}
