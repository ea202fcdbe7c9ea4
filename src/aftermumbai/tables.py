"""Tables of the book as plain HTML that needs no script. Imports ``data`` and ``measures``."""

import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import jinja2
import pandas as pd

from aftermumbai import data, measures
from aftermumbai.rules import split_list

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
)

_WHO = {
    "victims": "killed",
    "victims_and_attackers": "killed, attackers perhaps among them",
    "civilian": "civilians killed",
    "security_force": "members of security forces killed",
    "attacker": "attackers or militants killed",
    "foreign_national": "foreigners killed",
}
# The same for one person.
_WHO_ONE = _WHO | {
    "civilian": "civilian killed",
    "security_force": "member of security forces killed",
    "attacker": "attacker or militant killed",
    "foreign_national": "foreigner killed",
}
# Columns whose values are those of another column, where their labels stand.
_LIKE = {
    ("fatf_totals", "assessment"): ("fatf_ratings", "assessment"),
    ("ceasefire_violations", "killed_who"): ("jk_fatalities", "who"),
}
# A key of one of the package's own lists, such as "bus_and_trade", where the schema has no label for it.
_KEY = re.compile(r"^[a-z]+(?:_[a-z]+)+$")
_STANDING = {"settled": "", "early": " (early count)", "party_claim": " (claim of a party)"}


# What stands side by side on a phone: so many columns, and so many letters in the longest cells of all together.
COLUMNS, LETTERS = 5, 110
# The package's own rows are listed below the charts up to this number; its CSV file always has all.
LISTED = 1000


class Table:
    """An HTML table as a notebook cell shows and stores it; as text, its number of rows."""

    def __init__(self, markup: str, caption: str):
        self.markup, self.caption = markup, caption

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {"text/html": self.markup, "text/plain": self.caption}


def grid(rows: pd.DataFrame, columns: dict[str, str], caption: str, *, cards: bool = True) -> Table:
    """A plain table of some rows; on a phone each row is a card if the columns have no room side by side.

    Args:
        rows: one row per line of the table; a cell may be text, a number or a list of links as
            :func:`links` gives them.
        columns: which columns to show, and under which heading.
        caption: what the table holds, for readers who do not see it.
        cards: false for a table that keeps its columns on a phone too, whatever it holds.
    """
    cells = data.plain(rows[list(columns)]).to_dict(orient="records")
    cards = cards and _crowded(cells, columns)
    return Table(
        _TEMPLATES.get_template("grid.html").render(rows=cells, columns=columns, caption=caption, cards=cards),
        f"{caption}: table of {len(cells)} rows",
    )


def _crowded(cells: list[dict], columns: dict[str, str]) -> bool:
    """Whether a phone has no room for the columns side by side."""
    longest = (max((_letters(row[column]) for row in cells), default=0) for column in columns)
    return len(columns) > COLUMNS or sum(longest) > LETTERS


def _letters(cell) -> int:
    """How many letters a cell of a grid shows."""
    if isinstance(cell, list):
        return sum(len(link["label"]) for link in cell)
    return 1 if cell is None else len(str(cell))


def folded(table: Table, summary: str, *, printed: bool = True) -> Table:
    """A table that opens at a click on its summary, and on paper stands open or is left out."""
    head, kind = jinja2.utils.markupsafe.escape(summary), "am-table" if printed else "am-table am-preview"
    return Table(f'<details class="{kind}"><summary>{head}</summary>{table.markup}</details>', table.caption)


def register(name: str, documents: dict[str, dict], rows: pd.DataFrame | None = None) -> Table:
    """The rows of a table as the package holds them, each with links to its documents; folded, not printed.

    Of more than :data:`LISTED` rows the first are listed, with a link to the file that has all.

    Args:
        name: name of the table; a category stands by its label, a column without a value is left out.
        documents: as :func:`links` gives them.
        rows: the rows to show; all of the table unless some are given.
    """
    resource = data.schemas()[name]
    kind = "Every row" if rows is None else "A part"
    rows = data.load(name) if rows is None else rows
    whole, rows = len(rows), rows.head(LISTED)
    shown = rows.drop(columns=["sources", "basis"], errors="ignore").dropna(axis="columns", how="all").copy()
    for field in resource["schema"]["fields"]:
        column = field["name"]
        if column in shown and ("categories" in field or (name, column) in _LIKE):
            shown[column] = shown[column].map(_labelled(name, column), na_action="ignore").astype("string")
        elif column in shown and field["type"] == "string":
            shown[column] = shown[column].str.replace(_KEY, lambda key: key[0].replace("_", " "), regex=True)
    shown["links"] = [[documents[key] for key in split_list(keys)] for keys in rows["sources"]]
    # The documents first, where no narrow screen hides them; the key last.
    order = [
        "links",
        *(column for column in shown if column not in ("links", "id")),
        *(["id"] if "id" in shown else []),
    ]
    headings = {field["name"]: field["title"] for field in resource["schema"]["fields"]} | {"links": "Sources"}
    headings = {column: headings[column] for column in order}
    caption = f"{kind} of {name} ({len(shown)}), with its sources"
    if len(shown) < whole:
        caption = f"The first {len(shown):,} of {whole:,} rows of {name}, with their sources"
    table = grid(shown, headings, caption, cards=False)
    if len(shown) < whole:
        file = Path(resource["path"]).name
        table.markup += f'<p><a href="../downloads/tables/{file}" download>All {whole:,} rows (CSV)</a></p>'
    return folded(table, caption, printed=False)


def _labelled(name: str, column: str) -> Callable[[str], str]:
    """How a reader sees a value of a column: by its label, each of several values by its own."""
    known = data.labels(*_LIKE.get((name, column), (name, column)))
    return lambda value: ", ".join(known.get(key, key) for key in split_list(value))


def filled(template: str, caption: str, **context) -> Table:
    """A table that has a template of its own beside this module.

    Args:
        template: name of the template.
        caption: what the table holds, for readers who do not see it.
        context: what the template shows.
    """
    return Table(_TEMPLATES.get_template(template).render(**context), caption)


def links(sources: pd.DataFrame) -> dict[str, dict]:
    """For each document the address, title and text of its link, by key."""
    return {row.id: {"url": row.url, "title": row.title, "label": source_text(row)} for row in sources.itertuples()}


def events_table(
    *,
    events: pd.DataFrame,
    casualties: pd.DataFrame,
    attributions: pd.DataFrame,
    groups: pd.DataFrame,
    places: pd.DataFrame,
    sources: pd.DataFrame,
    crisis_steps: pd.DataFrame,
) -> Table:
    """Every event, year by year and the newest first: place, counts, who says who did it, crisis, sources.

    Takes the tables of the same names. Each event has the anchor ``event-<id>``, each year
    ``year-<year>``; the latest year stands open.
    """
    roles, names = data.labels("attributions", "role"), groups.set_index("id")["short_name"]
    said = _by_event(attributions, lambda row: f"{roles[row.role]}: {names[row.group_id]} – {row.by}")
    counts = _by_event(casualties, count_text)
    documents = links(sources)
    where, crises = place_names(places), _crises(crisis_steps)
    precisions = data.labels("places", "coord_precision")
    spots = {row.id: _spot(row, precisions) for row in places.itertuples()}
    categories = data.labels("events", "category")
    first = measures.date_text(events["date"], events["date_precision"])
    last = measures.date_text(events["date_end"].fillna(events["date"]), events["date_precision"])
    years = defaultdict(list)
    for row in events.sort_values(["date", "id"], ascending=False).itertuples():
        event = {
            "id": row.id,
            "day": first[row.Index] if pd.isna(row.date_end) else f"{first[row.Index]} – {last[row.Index]}",
            "category": categories[row.category],
            "title": row.title,
            "unconfirmed": row.basis == "recalled",
            "summary": row.summary,
            "note": None if pd.isna(row.note) else row.note,
            "place": None if pd.isna(row.place_id) else where[row.place_id],
            "spot": None if pd.isna(row.place_id) else spots[row.place_id],
            "crises": crises[row.id],
            "sources": [documents[key] for key in split_list(row.sources)],
            "counts": counts[row.id],
            "said": said[row.id],
        }
        years[row.date.year].append(event)
    sections = [
        {"year": year, "events": rows, "attacks": sum(event["category"] == categories["attack"] for event in rows)}
        for year, rows in years.items()
    ]
    return Table(_TEMPLATES.get_template("events.html").render(years=sections), f"Table of {len(events)} events")


def _spot(place, precisions: dict[str, str]) -> dict | None:
    """Where a place lies on a map: text, precision and address; None where its coordinates are unknown."""
    if pd.isna(place.lat):
        return None
    north, east = ("N" if place.lat >= 0 else "S"), ("E" if place.lon >= 0 else "W")
    return {
        "text": f"{abs(place.lat):.2f}° {north}, {abs(place.lon):.2f}° {east}",
        "precision": precisions[place.coord_precision],
        "url": f"https://www.openstreetmap.org/?mlat={place.lat:.2f}&mlon={place.lon:.2f}&zoom=9",
    }


def _crises(steps: pd.DataFrame) -> dict[str, list[dict]]:
    """For each event the crises it is a step of, each with the event that set it off."""
    names = data.labels("crisis_steps", "crisis_id")
    triggers = steps[steps["rung"] == "trigger"].sort_values("date").drop_duplicates("crisis_id")
    first = triggers.set_index("crisis_id")["event_id"]
    found = defaultdict(list)
    for row in steps.dropna(subset=["event_id"]).drop_duplicates(["event_id", "crisis_id"]).itertuples():
        found[row.event_id].append({"name": names[row.crisis_id], "trigger": first[row.crisis_id]})
    return found


def names_table(groups: pd.DataFrame) -> Table:
    """Short and full names of the groups and bodies that the book abbreviates."""
    short = groups[groups["short_name"] != groups["name"]].sort_values("short_name")
    template = _TEMPLATES.from_string(
        '<dl class="am-names">{% for group in groups %}'
        "<div><dt>{{ group.short_name }}</dt><dd>{{ group.name }}</dd></div>{% endfor %}</dl>"
    )
    return Table(template.render(groups=list(short.itertuples())), f"Names of {len(short)} groups and bodies")


def _by_event(rows: pd.DataFrame, line: Callable) -> dict[str, list[str]]:
    """One line of text for each row, gathered by event in the order of the table."""
    lines = defaultdict(list)
    for row in rows.itertuples():
        lines[row.event_id].append(line(row))
    return lines


def count_text(row) -> str:
    """A row of ``casualties`` in one line: "40 killed – CRPF spokesman, via The Hindu (early count)"."""
    # "One" alone or "at least one" is one person; "none or one" is not.
    one = pd.notna(row.killed_min) and row.killed_min == 1 and (pd.isna(row.killed_max) or row.killed_max == 1)
    who = (_WHO_ONE if one else _WHO)[row.who]
    if pd.isna(row.killed_min):
        counted = "no count of the dead"
    elif pd.isna(row.killed_max):
        counted = f"at least {row.killed_min:,} {who}"
    else:
        counted = f"{measures.range_text(row.killed_min, row.killed_max)} {who}"
    side = "" if row.side == "all" else f", {data.labels('casualties', 'side')[row.side]}"
    return f"{counted}{side} – {row.reported_by}{_STANDING[row.standing]}"


def source_text(row) -> str:
    """A row of ``sources`` as a link's text: publisher, date, and whether the address leads to a copy."""
    label = ", ".join(filter(None, [row.publisher, source_date(row)]))
    return f"{label} (copy)" if is_copy(row) else label


def source_date(row) -> str:
    """When a row of ``sources`` was published, as far as that is known; empty if it is not."""
    if pd.isna(row.published):
        return ""
    return measures.known_date(row.published, row.published_precision)


def is_copy(row) -> bool:
    """Whether the address of a row of ``sources`` leads to a copy of the document."""
    return pd.notna(row.note) and "copy" in row.note.lower()


def place_names(places: pd.DataFrame) -> pd.Series:
    """Name of each place with who administers it, unless the name says so already; indexed by id."""
    labels = data.labels("places", "territory")
    names = [
        row.name
        if row.territory == "other" or labels[row.territory] in row.name
        else f"{row.name}, {labels[row.territory]}"
        for row in places.itertuples(index=False)
    ]
    return pd.Series(names, index=places["id"])
