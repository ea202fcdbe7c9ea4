"""The essay claim by claim, what the record says of each, and how the verdicts changed: what notebook 11 shows.

Imports what stands before ``charts``; notebooks and other drawings import it.
"""

import json
from functools import cache
from pathlib import Path

import altair as alt
import pandas as pd

from aftermumbai import charts, data
from aftermumbai.charts import palette, tested
from aftermumbai.measures import verdicts
from aftermumbai.rules import split_list

NOTEBOOKS = Path(__file__).resolve().parents[3] / "notebooks"

# Colour and shape of each verdict, in the schema's order.
COLOURS = {
    "supported": palette.BLUE,
    "partly_supported": palette.TEAL,
    "open": palette.VIOLET,
    "untestable": palette.GREY,
    "not_supported": palette.OCHRE,
    "contradicted": palette.RED,
}
SHAPES = {
    "supported": "circle",
    "partly_supported": "triangle-up",
    "open": "diamond",
    "untestable": "square",
    "not_supported": "triangle-down",
    "contradicted": "cross",
}
# How a verdict changed for the essay, with its colour.
TURNS = {
    "same": ("unchanged", palette.GREY),
    "better": ("better", palette.BLUE),
    "worse": ("worse", palette.RED),
    "settled": ("settled since", palette.VIOLET),
}
ALL = "all"


@cache
def figure_pages() -> dict[str, dict]:
    """For each figure of the stored notebooks the page it stands on and that page's title, by anchor.

    Only figures that are in the book already can be linked to, so that a link never leads nowhere.
    """
    pages = {}
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        title = "".join(cells[0]["source"]).splitlines()[0].removeprefix("# ")
        for cell in cells:
            for output in cell.get("outputs", []):
                spec = output.get("data", {}).get(charts.MIME)
                if spec:
                    anchor = spec["usermeta"]["figure"]["id"]
                    pages[anchor] = {"url": f"{path.stem}.html#fig-{anchor}", "title": title}
    return pages


def kinds() -> dict[str, str]:
    """The kinds of claims and their labels, all of them first."""
    return {ALL: "all claims", **data.labels("essay_claims", "kind")}


def numbered(rows: pd.DataFrame) -> pd.DataFrame:
    """Claims in the essay's order, with their ``number``."""
    return rows.assign(number=rows["id"].str.removeprefix("claim-").astype(int)).sort_values("number")


# The verdicts


def definition_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """What each verdict means, and how many claims have it at the time and with hindsight."""
    fields = data.schemas()["essay_claims"]["schema"]["fields"]
    categories = next(field for field in fields if field["name"] == "verdict_then")["categories"]
    then, now = rows["verdict_then"].value_counts(), rows["verdict_now"].value_counts()
    return pd.DataFrame(
        {
            "verdict": [category["label"] for category in categories],
            "means": [category["description"] for category in categories],
            "then": [int(then[category["value"]]) for category in categories],
            "now": [int(now[category["value"]]) for category in categories],
        }
    )


DEFINITION_COLUMNS = {"verdict": "Verdict", "means": "Meaning", "then": "At the time", "now": "With hindsight"}


def transition_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """``verdicts.transitions`` of all claims and of each kind, with readable labels.

    Returns:
        Columns ``kind`` (a key of :func:`kinds`), ``kind_label``, ``then``, ``now`` (labels), ``turn`` (label),
        ``claims``, ``of`` (claims of that kind).
    """
    labels = data.labels("essay_claims", "verdict_then")
    parts = []
    for kind, label in kinds().items():
        own = rows if kind == ALL else rows[rows["kind"] == kind]
        counts = verdicts.transitions(own)
        turns = [verdicts.turn(str(row.then), str(row.now)) for row in counts.itertuples()]
        parts.append(
            pd.DataFrame(
                {
                    "kind": kind,
                    "kind_label": label,
                    "then": counts["then"].map(labels).astype(str),
                    "now": counts["now"].map(labels).astype(str),
                    "turn": [TURNS[turn][0] for turn in turns],
                    "claims": counts["claims"],
                    "of": len(own),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


TRANSITION_COLUMNS = {
    "kind_label": "Kind",
    "then": "At the time",
    "now": "With hindsight",
    "claims": "Claims",
    "of": "Of",
}


def draw_transitions(width: int) -> alt.LayerChart:
    """A circle for each pair of verdicts, by number of claims. Draws :func:`transition_rows`."""
    narrow = width < charts.BREAKPOINT
    labels = list(data.labels("essay_claims", "verdict_then").values())
    kind = charts.select("kind", "Claims:", kinds(), ALL)
    gutter, side = (96, 46) if narrow else (104, 16)
    base = (
        alt.Chart(alt.NamedData("rows"), width=width - gutter - side, height=alt.Step(38))
        .transform_filter("datum.kind == kind")
        .encode(
            x=alt.X("now:N", title="with hindsight", sort=labels).scale(domain=labels).axis(
                orient="top", labelAngle=-40 if narrow else 0, domain=False, ticks=False, grid=True, gridDash=[1, 5],
                labelLimit=120,
            ),
            y=alt.Y("then:N", title="at the time", sort=labels).scale(domain=labels).axis(
                domain=False, ticks=False, grid=True, gridDash=[1, 5], labelLimit=gutter,
                titleAngle=0, titleAlign="right", titleX=-7, titleY=-8,
            ),
            tooltip=[
                alt.Tooltip("then:N", title="At the time"),
                alt.Tooltip("now:N", title="With hindsight"),
                alt.Tooltip("claims:Q", title="Claims"),
                alt.Tooltip("of:Q", title="of"),
            ],
        )
    )  # fmt: skip
    turns = dict(TURNS.values())
    colour = (
        alt.Color("turn:N", sort=list(turns))
        .scale(domain=list(turns), range=list(turns.values()))
        .legend(title=None, orient="bottom", columns=2 if narrow else 4, labelLimit=160)
    )
    dots = base.mark_point(shape="circle", filled=False, strokeWidth=2.5, opacity=1).encode(
        size=alt.Size("claims:Q", legend=None).scale(range=[160, 560] if narrow else [220, 1150], domain=[1, 40]),
        color=colour,
    )
    return (dots + base.mark_text(fontWeight="bold").encode(text="claims:Q")).add_params(kind)


def transition_takeaway(rows: pd.DataFrame) -> str:
    """How many verdicts hindsight left as they were, and which way the others went."""
    total, number = _turns(rows)
    return (
        f"Of {total} claims {number['same']} keep their verdict with hindsight; for {number['worse']} it turned worse "
        f"for the essay, for {number['better']} better, and {number['settled']} that stood open or could not be tested "
        "have been settled."
    )


def _turns(rows: pd.DataFrame) -> tuple[int, dict[str, int]]:
    """How many claims there are, and how many of each turn."""
    every = rows[rows["kind"] == ALL]
    counts = every.groupby("turn")["claims"].sum()
    return int(every["of"].iloc[0]), {turn: int(counts.get(words[0], 0)) for turn, words in TURNS.items()}


def transition_alt(rows: pd.DataFrame) -> str:
    """:func:`transition_takeaway`, and what rows and columns stand for."""
    return (
        "Rows: the verdict on what was known when the essay appeared; columns: with hindsight. "
        f"{transition_takeaway(rows)}"
    )


def standing(rows: pd.DataFrame, column: str) -> dict[str, int]:
    """Number of claims by verdict in one column, every verdict of the schema."""
    counts = rows[column].value_counts()
    return {verdict: int(counts.get(verdict, 0)) for verdict in COLOURS}


# Where they stand in the essay


def place_rows(rows: pd.DataFrame, paragraphs: pd.DataFrame) -> pd.DataFrame:
    """Every claim with its place in the essay.

    Returns:
        One row per claim in the essay's order: ``id``, ``number``, ``paragraph`` (number and title), ``place`` (in
        its paragraph), ``claim``, ``kind``, ``then``, ``now`` (labels).
    """
    labels, named = data.labels("essay_claims", "verdict_then"), data.labels("essay_claims", "kind")
    titles = paragraphs.set_index("paragraph")["title"]
    ordered = numbered(rows)
    return pd.DataFrame(
        {
            "id": ordered["id"],
            "number": ordered["number"],
            "paragraph": [f"{number} {titles[number]}" for number in ordered["paragraph"]],
            "place": ordered.groupby("paragraph").cumcount() + 1,
            "claim": ordered["claim"],
            "kind": ordered["kind"].map(named).astype(str),
            "then": ordered["verdict_then"].map(labels).astype(str),
            "now": ordered["verdict_now"].map(labels).astype(str),
        }
    ).reset_index(drop=True)


PLACE_COLUMNS = {
    "number": "No.",
    "paragraph": "Paragraph",
    "claim": "Claim",
    "kind": "Kind",
    "then": "At the time",
    "now": "With hindsight",
}
# The longest paragraph has this many claims.
LONGEST = 12


def draw_places(width: int) -> alt.Chart:
    """A mark for each claim, a line for each paragraph; a click leads to the claim. Draws :func:`place_rows`."""
    narrow = width < charts.BREAKPOINT
    labels = data.labels("essay_claims", "verdict_then")
    named = data.labels("essay_claims", "kind")
    choices = [
        charts.select("when", "Verdict:", {"now": "with hindsight", "then": "at the time"}, "now"),
        charts.select("kind", "Kind:", {ALL: "all", **{label: label for label in named.values()}}, ALL),
        charts.select("verdict", "Show:", {ALL: "every verdict", **{label: label for label in labels.values()}}, ALL),
    ]
    gutter = 146 if narrow else 168
    fits = "(kind == 'all' || datum.kind == kind) && (verdict == 'all' || datum.shown == verdict)"
    legend = alt.Legend(
        title=None, orient="none", legendX=-gutter, legendY=-64 if narrow else -30, direction="horizontal",
        columns=2 if narrow else 6, columnPadding=10, labelLimit=120, symbolOpacity=1,
    )  # fmt: skip
    domain = list(labels.values())
    return (
        alt.Chart(alt.NamedData("rows"), width=width - gutter - 8, height=alt.Step(23))
        .transform_calculate(shown="datum[when]", link="'#' + datum.id", fits=fits)
        .mark_point(filled=True, size=60 if narrow else 110)
        .encode(
            x=alt.X("place:Q", title="claims in the order of the essay").scale(domain=[0.4, LONGEST + 0.6], nice=False)
            .axis(values=[], domain=False),
            y=alt.Y("paragraph:N", title=None, sort=alt.EncodingSortField("number", op="min")).axis(
                domain=False, ticks=False, grid=True, labelLimit=gutter, labelFontSize=10 if narrow else 11
            ),
            color=alt.Color("shown:N", sort=domain).scale(domain=domain, range=list(COLOURS.values())).legend(legend),
            shape=alt.Shape("shown:N", sort=domain).scale(domain=domain, range=list(SHAPES.values())).legend(legend),
            opacity=alt.condition("datum.fits", alt.value(1), alt.value(0.12)),
            href="link:N",
            tooltip=[
                alt.Tooltip("number:Q", title="Claim"),
                alt.Tooltip("claim:N", title="In our words"),
                alt.Tooltip("kind:N", title="Kind"),
                alt.Tooltip("then:N", title="At the time"),
                alt.Tooltip("now:N", title="With hindsight"),
            ],
        )
        .add_params(*choices)
    )  # fmt: skip


def place_takeaway(rows: pd.DataFrame) -> str:
    """How many claims failed, and in how many paragraphs."""
    failed, counts = _failed(rows)
    return (
        f"The record gives no support to {failed} of {len(rows)} claims, or speaks against them. Two or more stand in "
        f"{int((counts['sum'] >= 2).sum())} of {len(counts)} paragraphs; {int((counts['sum'] == 0).sum())} have none."
    )


def _failed(rows: pd.DataFrame) -> tuple[int, pd.DataFrame]:
    """How many claims failed with hindsight, and for each paragraph how many of how many."""
    labels = data.labels("essay_claims", "verdict_then")
    failed = rows["now"].isin([labels["not_supported"], labels["contradicted"]])
    return int(failed.sum()), failed.groupby(rows["paragraph"]).agg(["sum", "size"])


def place_alt(rows: pd.DataFrame) -> str:
    """:func:`place_takeaway`, and the paragraphs in which several claims failed."""
    counts = _failed(rows)[1]
    several = counts[counts["sum"] >= 2].sort_values("sum", ascending=False, kind="stable")
    parts = ", ".join(f"{name.split(' ', 1)[1]} ({row['sum']} of {row['size']})" for name, row in several.iterrows())
    return f"{place_takeaway(rows)} Those with two or more: {parts}."


def kind_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Claims of each kind by verdict with hindsight, for a table.

    Returns:
        One row per kind: ``kind``, ``claims``, one column per verdict.
    """
    named = data.labels("essay_claims", "kind")
    groups = {label: rows[rows["kind"] == kind] for kind, label in named.items()}
    table = [{"kind": label, "claims": len(own), **standing(own, "verdict_now")} for label, own in groups.items()]
    return pd.DataFrame(table)


def kind_columns() -> dict[str, str]:
    """The headings of :func:`kind_rows`."""
    return {"kind": "Kind", "claims": "Claims", **data.labels("essay_claims", "verdict_now")}


# In brief


def brief(record: tested.Record) -> str:
    """What the tests found, in a few sentences as Markdown; every number is computed."""
    rows = record["essay_claims"]
    facts, forecasts = rows[rows["kind"] == "fact"], rows[rows["kind"] == "prediction"]
    fact, forecast = standing(facts, "verdict_now"), standing(forecasts, "verdict_now")
    every, then = standing(rows, "verdict_now"), standing(rows, "verdict_then")
    turns = verdicts.turned(rows).value_counts()
    wrong = rows[rows["verdict_now"] == "contradicted"]
    listed = "".join(
        f"\n  - [{row.claim.rstrip('.')}](#{row.id})" for row in wrong.sort_values(["paragraph", "id"]).itertuples()
    )
    measured = rows["measure"].notna()
    tests = tested.TESTS
    return f"""
- **Of {len(rows)} claims the record bears out {every["supported"]} and a part of {every["partly_supported"]} more.** It
  gives no support to {every["not_supported"]}, speaks against {every["contradicted"]}, and leaves
  {every["open"] + every["untestable"]} open or beyond any test.
- **Its facts mostly stand:** of {len(facts)} statements of fact {fact["supported"]} hold, {fact["partly_supported"]} in
  part, {fact["not_supported"] + fact["contradicted"]} do not.
- **That LeT, not JeM, was behind Pulwama, as the essay inferred, finds no support.** {tested.pulwama_short(record)} No
  court has ruled.
- **Its warning proved right within days.** {tests["strike-after-days"](record)} Of {len(forecasts)} forecasts
  {forecast["supported"]} came true and {forecast["partly_supported"]} in part;
  {forecast["not_supported"] + forecast["contradicted"]} did not,
  {forecast["open"] + forecast["untestable"]} cannot be told.
- **On what was known when the essay appeared** {then["supported"]} claims were borne out, {then["partly_supported"]} in
  part, {then["not_supported"]} without support, {then["contradicted"]} contradicted;
  {then["open"] + then["untestable"]} were open or beyond any test.
- **Hindsight moved {int(turns.sum() - turns.get("same", 0))} verdicts:** {turns.get("worse", 0)} to the worse,
  {turns.get("better", 0)} to the better, {turns.get("settled", 0)} that had been open.
- **{len(wrong)} claims of the essay that the record speaks against,** in our words:
{listed}

- {measured.sum()} claims are set beside a number computed here; the verdicts themselves are judgements of this book's
  authors, each with its reasons and sources below.
"""


# The changed ones, and what an editor would print


def changed_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The claims whose verdict changed, in the essay's order, with links to them."""
    labels = data.labels("essay_claims", "verdict_then")
    turns = verdicts.turned(rows)
    own = numbered(rows[turns != "same"].assign(turn=turns))
    return pd.DataFrame(
        {
            "claim": own["claim"],
            "then": own["verdict_then"].map(labels).astype(str),
            "now": own["verdict_now"].map(labels).astype(str),
            "turn": own["turn"].map({turn: label for turn, (label, _) in TURNS.items()}),
            "link": [claim_link(key) for key in own["id"]],
        }
    )


CHANGED_COLUMNS = {
    "claim": "Claim",
    "then": "At the time",
    "now": "With hindsight",
    "turn": "Change",
    "link": "Reasons",
}


def cited(sources: pd.DataFrame, *cells: pd.Series) -> pd.DataFrame:
    """The documents that some columns of keys name; a part of ``sources``."""
    keys = {key for column in cells for cell in column.dropna() for key in split_list(cell)}
    return sources[sources["id"].isin(keys)]


def claim_link(key: str) -> list[dict]:
    """A link to a claim on the page, as ``tables.grid`` takes it."""
    return [{"url": f"#{key}", "title": "Reasons and sources", "label": f"claim {int(key.removeprefix('claim-'))}"}]


def editor_rows(rows: pd.DataFrame, documents: dict[str, dict]) -> pd.DataFrame:
    """What a careful editor would print instead, claim by claim, with the sources that speak against it."""
    own = numbered(rows.dropna(subset=["editor"]))
    keys = own["evidence_against"].fillna(own["sources"])
    return pd.DataFrame(
        {
            "quote": "“" + own["quote"] + "”",
            "editor": own["editor"],
            "link": [claim_link(key) for key in own["id"]],
            "sources": [[documents[key] for key in split_list(cell) if key != "blazakis-2019-essay"] for cell in keys],
        }
    )


EDITOR_COLUMNS = {
    "quote": "The essay",
    "editor": "A careful editor would print",
    "link": "Reasons",
    "sources": "Sources",
}


# Claim by claim


def paragraph_rows(record: tested.Record, documents: dict[str, dict]) -> list[dict]:
    """The essay paragraph by paragraph: its argument, then each claim with verdicts, reasons, number and links.

    Args:
        record: as ``tested.load`` gives it.
        documents: as ``tables.links`` gives them.

    Returns:
        What the template ``essay.html`` shows, one dictionary for each paragraph with its claims.
    """
    rows = numbered(record["essay_claims"]).fillna({"evidence_for": "", "evidence_against": ""})
    pages, numbers = figure_pages(), tested.sentences(record)
    labels, named = data.labels("essay_claims", "verdict_then"), data.labels("essay_claims", "kind")

    def claim(row) -> dict:
        return {
            "id": row.id,
            "number": row.number,
            "claim": row.claim,
            "kind": named[row.kind],
            "quote": row.quote,
            "then": labels[row.verdict_then],
            "now": labels[row.verdict_now],
            "changed": row.verdict_then != row.verdict_now,
            "reasoning": row.reasoning,
            "unconfirmed": row.basis == "recalled",
            "editor": None if pd.isna(row.editor) else row.editor,
            "note": None if pd.isna(row.note) else row.note,
            "number_text": numbers.get(row.id),
            "figure": pages.get(row.figure) if pd.notna(row.figure) else None,
            "supports": [documents[key] for key in split_list(row.evidence_for)],
            "opposes": [documents[key] for key in split_list(row.evidence_against)],
        }

    paragraphs = []
    for paragraph in record["essay_paragraphs"].sort_values("paragraph").itertuples():
        own = rows[rows["paragraph"] == paragraph.paragraph]
        counts = {labels[key]: number for key, number in standing(own, "verdict_now").items() if number}
        paragraphs.append(
            {
                "number": paragraph.paragraph,
                "title": paragraph.title,
                "argument": paragraph.argument,
                "claims": [claim(row) for row in own.itertuples()],
                "counts": ", ".join(f"{number} {label}" for label, number in counts.items()),
            }
        )
    return paragraphs
