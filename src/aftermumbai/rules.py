"""Rules of the data that a schema cannot state. Imports nothing of this package.

Each rule is a generator over :class:`Tables` that yields a :class:`Problem` for every cell that
breaks it. A rule never stops at the first fault, and never reads or writes a file.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MAX_SUMMARY_WORDS = 60

# Row number in the file (the header is row 1), then the cells as text.
Row = tuple[int, dict[str, str]]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with the data: where it is, what stands there, and what was expected."""

    file: str
    row: int | None
    column: str | None
    value: str | None
    rule: str

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(f"column {self.column}")
        value = "" if self.value is None else f"{shorten(self.value)!r} "
        return f"{', '.join(place)}: {value}{self.rule}"


def shorten(text: str, width: int = 80) -> str:
    """Cut a value for a message, so that a ten-thousand-character cell stays one line."""
    return text if len(text) <= width else f"{text[: width - 1]}…"


@dataclass(frozen=True)
class Tables:
    """Every readable table as text, with its schema.

    Attributes:
        schemas: for each table its entry in ``datapackage.json``.
        rows: for each table whose header was sound, its rows.
    """

    schemas: dict[str, dict]
    rows: dict[str, list[Row]]

    def of(self, table: str) -> list[Row]:
        """Rows of a table; none if the table could not be read."""
        return self.rows.get(table, [])

    def problem(self, table: str, row: int, column: str, value: str, rule: str) -> Problem:
        """A problem in one cell of a table."""
        return Problem(f"data/{self.schemas[table]['path']}", row, column, value, rule)


def split_list(cell: str) -> list[str]:
    """The items of a cell that holds several, separated by semicolons."""
    return [item.strip() for item in cell.split(";") if item.strip()]


def list_references(tables: Tables) -> Iterator[Problem]:
    """Every key in a list column names a row of the table it refers to, once."""
    for table, schema in tables.schemas.items():
        for field in schema["schema"]["fields"]:
            target = field.get("references")
            if not target or target["resource"] not in tables.rows:
                continue
            known = {cells[target["field"]] for _, cells in tables.of(target["resource"])}
            for number, cells in tables.of(table):
                keys = split_list(cells[field["name"]])
                for key in dict.fromkeys(keys):
                    if key not in known:
                        near = difflib.get_close_matches(key, known, n=1)
                        hint = f"; did you mean {near[0]!r}?" if near else ""
                        rule = f"is not an {target['field']} in the table {target['resource']}{hint}"
                        yield tables.problem(table, number, field["name"], key, rule)
                    elif keys.count(key) > 1:
                        yield tables.problem(table, number, field["name"], key, "stands twice in this cell")


def plain_text(tables: Tables) -> Iterator[Problem]:
    """Cells hold one line of visible text, without surrounding blanks or invisible characters."""
    for table, rows in tables.rows.items():
        for number, cells in rows:
            for column, value in cells.items():
                hidden = sorted({c for c in value if unicodedata.category(c) in {"Cc", "Cf", "Co", "Cn"}})
                if hidden:
                    names = ", ".join(f"U+{ord(c):04X}" for c in hidden)
                    rule = f"holds a line break or an invisible character ({names}); a cell is one line of visible text"
                    yield tables.problem(table, number, column, value, rule)
                elif value != value.strip():
                    yield tables.problem(table, number, column, value, "begins or ends with a blank")


INTEGER = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def plain_values(tables: Tables) -> Iterator[Problem]:
    """Dates and whole numbers are written one way only, so that every program reads the same."""
    forms = {
        "date": (DATE, "is not a date; write YYYY-MM-DD"),
        "integer": (INTEGER, "is not a plain whole number; write digits only, at most nine"),
    }
    for table, schema in tables.schemas.items():
        for field in schema["schema"]["fields"]:
            form, rule = forms.get(field["type"], (None, None))
            for number, cells in tables.of(table) if form else ():
                value = cells[field["name"]]
                if value and not form.fullmatch(value):
                    yield tables.problem(table, number, field["name"], value, rule)


def ranges(tables: Tables) -> Iterator[Problem]:
    """A minimum is not above its maximum, and a maximum does not stand alone."""
    for table, schema in tables.schemas.items():
        names = [field["name"] for field in schema["schema"]["fields"]]
        for low in (n for n in names if n.endswith("_min")):
            high = f"{low.removesuffix('_min')}_max"
            for number, cells in tables.of(table):
                bottom, top = cells[low], cells[high]
                if top and not bottom:
                    yield tables.problem(table, number, high, top, f"needs a {low} beside it")
                elif INTEGER.fullmatch(top) and INTEGER.fullmatch(bottom) and int(bottom) > int(top):
                    yield tables.problem(table, number, low, bottom, f"is above {high} ({top})")


def day(text: str) -> date | None:
    """A date, or None where the cell holds none (the schema check reports what is malformed)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def date_order(tables: Tables) -> Iterator[Problem]:
    """An event does not end before it starts, and its key begins with its first day."""
    for number, cells in tables.of("events"):
        start, end = day(cells["date"]), day(cells["date_end"])
        if start and end and end <= start:
            rule = f"is not after date ({start}); leave it empty for an event of one day"
            yield tables.problem("events", number, "date_end", cells["date_end"], rule)
        if start and not cells["id"].startswith(f"{start}-"):
            yield tables.problem("events", number, "id", cells["id"], f"does not begin with the date ({start})")


def date_precision(tables: Tables) -> Iterator[Problem]:
    """A date says how far it is known, and one known to the month or year stores its first day."""
    for table, schema in tables.schemas.items():
        names = [field["name"] for field in schema["schema"]["fields"]]
        dates = {field["name"] for field in schema["schema"]["fields"] if field["type"] == "date"}
        for precision in (name for name in names if name.endswith("_precision")):
            # The column a precision speaks of: its namesake, or the date column before it.
            stem = precision.removesuffix("_precision")
            column = stem if stem in dates else names[names.index(precision) - 1]
            if column not in dates:
                continue
            for number, cells in tables.of(table):
                known, text = cells[precision], cells[column]
                if known == "undated" and text:
                    yield tables.problem(
                        table, number, column, text, "is given although the document is called undated"
                    )
                elif known in ("day", "month", "year") and not text:
                    yield tables.problem(table, number, column, text, f"is empty although {precision} is {known}")
                elif text and not known:
                    yield tables.problem(table, number, precision, known, f"is empty although {column} is {text}")
                elif (known == "month" and not text.endswith("-01")) or (
                    known == "year" and not text.endswith("-01-01")
                ):
                    yield tables.problem(
                        table, number, column, text, f"is known to the {known} only: store its first day"
                    )


def source_reach(tables: Tables) -> Iterator[Problem]:
    """Nothing is reported before it happened, give or take the day that time zones can shift.

    An event may name an older source for background beside one that reports it; a count or a
    statement about an event is never older than the event.
    """
    published = {
        cells["id"]: day(cells["published"])
        for _, cells in tables.of("sources")
        if cells["published_precision"] == "day"
    }
    earliest = {
        cells["id"]: start - timedelta(days=1)
        for _, cells in tables.of("events")
        if cells["date_precision"] == "day" and (start := day(cells["date"]))
    }
    for number, cells in tables.of("events"):
        first, keys = earliest.get(cells["id"]), split_list(cells["sources"])
        dates = [published.get(key) for key in keys]
        if first and dates and all(dates) and max(dates) < first:
            rule = f"holds only sources published before the event ({cells['date']})"
            yield tables.problem("events", number, "sources", cells["sources"], rule)
    for table, column in (("casualties", "reported_on"), ("attributions", "date")):
        for number, cells in tables.of(table):
            first, said = earliest.get(cells["event_id"]), day(cells[column])
            exact = cells.get("date_precision", "day") == "day"
            if first and said and exact and said < first:
                rule = f"is before the event ({first + timedelta(days=1)})"
                yield tables.problem(table, number, column, cells[column], rule)


def attack_tolls(tables: Tables) -> Iterator[Problem]:
    """The death toll of an attack rests on two sources, or the event's note says why it does not."""
    if "casualties" not in tables.rows:
        return
    for number, cells in tables.of("events"):
        if cells["category"] != "attack":
            continue
        counts = [
            c
            for _, c in tables.of("casualties")
            if c["event_id"] == cells["id"] and c["who"].startswith("victims") and c["killed_min"]
        ]
        keys = {key for c in counts for key in split_list(c["sources"])}
        if len(keys) < 2 and "one source" not in cells["note"].lower() and "no toll" not in cells["note"].lower():
            rule = (
                f"is an attack whose count of people killed rests on {len(keys)} of the two sources needed; add one, "
                "or a note that says 'One source: why' or 'No toll: why'"
            )
            yield tables.problem("events", number, "id", cells["id"], rule)


def events_hold_together(tables: Tables) -> Iterator[Problem]:
    """An attack names its target and nothing else does; nothing lies after the day it was read about."""
    read = max(
        (cells["found_on"] for _, cells in tables.of("sources") if DATE.fullmatch(cells["found_on"])), default=""
    )
    for number, cells in tables.of("events"):
        if (cells["category"] == "attack") != bool(cells["target"]):
            rule = "must be given for an attack, and for nothing else"
            yield tables.problem("events", number, "target", cells["target"], rule)
        if read and DATE.fullmatch(cells["date"]) and cells["date"] > read:
            yield tables.problem("events", number, "date", cells["date"], f"is after the last source was read ({read})")
    for number, cells in tables.of("sources"):
        if cells["published"] and cells["published"] > cells["found_on"]:
            yield tables.problem("sources", number, "published", cells["published"], "is after found_on")
    for number, cells in tables.of("casualties"):
        if not any(cells[column] for column in cells if column.startswith(("killed_", "injured_"))):
            yield tables.problem("casualties", number, "killed_min", "", "is empty, as are all other counts of the row")
    for number, cells in tables.of("places"):
        if len({bool(cells[column]) for column in ("lat", "lon", "coord_precision")}) > 1:
            yield tables.problem("places", number, "lat", cells["lat"], "needs lat, lon and coord_precision together")


EARLY = re.compile(r"\b(early|first[- ](day|count|report)|first published count)\b", re.IGNORECASE)


def standings(tables: Tables) -> Iterator[Problem]:
    """A count that its own note calls early is not settled while settled counts of the same people differ."""
    settled: dict[tuple, list[Row]] = {}
    for number, cells in tables.of("casualties"):
        if cells["standing"] == "settled" and cells["killed_min"]:
            settled.setdefault((cells["event_id"], cells["who"], cells["side"]), []).append((number, cells))
    for rows in settled.values():
        for number, cells in rows:
            others = {other["killed_min"] for n, other in rows if n != number}
            if others and cells["killed_min"] not in others and EARLY.search(cells["note"]):
                rule = f"although the note says {cells['note']!r} and later counts differ; call it early"
                yield tables.problem("casualties", number, "standing", "settled", rule)
            if cells["who"] == "victims" and re.search(r"may (include|count) (the )?attackers", cells["note"]):
                rule = "although the note says that attackers may be counted; call it victims_and_attackers"
                yield tables.problem("casualties", number, "who", "victims", rule)


def summaries(tables: Tables) -> Iterator[Problem]:
    """A summary is at most sixty words, and no two are the same."""
    seen: dict[str, int] = {}
    for number, cells in tables.of("events"):
        text = cells["summary"]
        words = len(text.split())
        if words > MAX_SUMMARY_WORDS:
            yield tables.problem("events", number, "summary", text, f"has {words} words; at most {MAX_SUMMARY_WORDS}")
        key = re.sub(r"\W+", " ", text.lower()).strip()
        if key in seen:
            yield tables.problem("events", number, "summary", text, f"repeats the summary of row {seen[key]}")
        seen.setdefault(key, number)


RULES = (
    list_references,
    plain_text,
    plain_values,
    ranges,
    date_order,
    date_precision,
    source_reach,
    attack_tolls,
    standings,
    events_hold_together,
    summaries,
)
