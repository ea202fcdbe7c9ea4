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
from functools import lru_cache
from itertools import pairwise

MAX_SUMMARY_WORDS = 60
MAX_HINTS = 10

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
        control: for each country the land it administers around Jammu and Kashmir, as a geometry.
    """

    schemas: dict[str, dict]
    rows: dict[str, list[Row]]
    control: dict

    def of(self, table: str) -> list[Row]:
        """Rows of a table; none if the table could not be read."""
        return self.rows.get(table, [])

    def problem(self, table: str, row: int, column: str, value: str, rule: str) -> Problem:
        """A problem in one cell of a table."""
        return Problem(f"data/{self.schemas[table]['path']}", row, column, value, rule)


def split_list(cell: str) -> list[str]:
    """The items of a cell that holds several, separated by semicolons."""
    return [item.strip() for item in cell.split(";") if item.strip()]


def referred(target: dict) -> list[str]:
    """Tables that a ``references`` of the schema names: one, or several of which one must hold the key."""
    return [target["resource"]] if isinstance(target["resource"], str) else target["resource"]


def list_references(tables: Tables) -> Iterator[Problem]:
    """Every key in a column with ``references`` names a row of the table it refers to, once."""
    hints = 0
    for table, schema in tables.schemas.items():
        for field in schema["schema"]["fields"]:
            target = field.get("references")
            if not target or any(name not in tables.rows for name in referred(target)):
                continue
            known = {cells[target["field"]] for name in referred(target) for _, cells in tables.of(name)}
            where = " or ".join(referred(target))
            for number, cells in tables.of(table):
                keys = split_list(cells[field["name"]])
                for key in dict.fromkeys(keys):
                    if key not in known:
                        # Looking for the nearest key is slow; a whole table of unknown keys needs no hints.
                        hints += 1
                        near = difflib.get_close_matches(key, known, n=1) if hints <= MAX_HINTS else []
                        hint = f"; did you mean {near[0]!r}?" if near else ""
                        rule = f"is not an {target['field']} in the table {where}{hint}"
                        yield tables.problem(table, number, field["name"], key, rule)
                    elif keys.count(key) > 1:
                        yield tables.problem(table, number, field["name"], key, "stands twice in this cell")


# Letters and marks that show nothing although Unicode calls them visible: fillers, joiners, variants.
UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
FORMULA = ("=", "+", "@", "\uff1d", "\uff0b", "\uff20")
# Characters of one cell. The longest one has 579; a text that needs more belongs into several rows.
MAX_TEXT = 1000
# What HTML, Markdown, MyST or a template would act on. A lone dollar, bracket, quote or less-than sign is text.
MARKUP = re.compile(
    r"<[A-Za-z/!?]"  # a tag, a comment, an address in angle brackets
    r"|&#\w+;|&(?:lt|gt|amp|quot|apos|nbsp|zwj|zwnj|lrm|rlm|shy|colon|lpar|rpar|tab|newline);"
    r"|[`{}*|\\]|:::|~~|\$\$"  # code, roles, directives, templates, emphasis, table cells, formulas
    r"|\]\(|\]\[|\[\^|!\[|(?<!\w)_|_(?!\w)"  # links, notes, pictures, emphasis
    r"|^(?:#|>|\d+[.)] |[-–] )",  # a heading, a quotation, a list
    re.IGNORECASE,
)
# An address may hold braces, stars and the like, and nothing that could end the attribute it stands in.
UNSAFE_IN_ADDRESS = re.compile(r"[<>\"'`\\\s]")


def plain_text(tables: Tables) -> Iterator[Problem]:
    """A cell is one line of visible plain text, read from left to right, that no program would take for more."""
    for table, rows in tables.rows.items():
        fields = tables.schemas[table]["schema"]["fields"]
        texts = {field["name"] for field in fields if field["type"] == "string"}
        for number, cells in rows:
            for column, value in cells.items():
                if rule := not_plain(value, column, column in texts):
                    yield tables.problem(table, number, column, value, rule)


# Two cells of three say what another one says.
@lru_cache(maxsize=1 << 16)
def not_plain(value: str, column: str = "", text: bool = True) -> str | None:
    """What makes a cell more than a line of plain text; None where nothing does.

    Args:
        value: what stands in the cell.
        column: its name; ``url`` may hold what an address needs.
        text: whether the column holds text; a number may begin with a minus.
    """
    if not (value.isascii() and value.isprintable()):
        hidden = {c for c in value if unicodedata.category(c) in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}}
        if hidden := sorted(hidden | set(UNSEEN.findall(value))):
            names = ", ".join(f"U+{ord(c):04X}" for c in hidden)
            return f"holds a line break or an invisible character ({names}); a cell is one line of visible text"
        if blanks := sorted({c for c in value if unicodedata.category(c) == "Zs" and c != " "}):
            names = ", ".join(f"U+{ord(c):04X}" for c in blanks)
            return f"holds a blank that is not the plain space ({names}); write a plain one"
        if any(unicodedata.bidirectional(c) in {"R", "AL", "AN"} for c in value):
            return "holds letters read from right to left, which would turn a line round; write it in Latin letters"
        if value != unicodedata.normalize("NFC", value):
            return "holds accents apart from their letters; write each as one character (Unicode NFC)"
    if value.startswith(FORMULA) or (text and value.startswith(("-", "\uff0d"))):
        return "begins like a formula; a spreadsheet would run it"
    if value != value.strip():
        return "begins or ends with a blank"
    if len(value) > MAX_TEXT:
        return f"has {len(value):,} characters; at most {MAX_TEXT:,}"
    pattern = UNSAFE_IN_ADDRESS if column == "url" else MARKUP
    if text and (found := pattern.search(value)):
        kind = "is not part of an address" if column == "url" else "is markup; a cell is plain text"
        return f"holds {found[0]!r}, which {kind}"
    return None


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

    A row may name an older source for background beside one that reports it; a count or a statement
    about an event is never older than the event.
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
    for table, rows in tables.rows.items():
        for number, cells in rows:
            happened = day(cells.get("date", "")) if cells.get("date_precision", "day") == "day" else None
            dates = [published.get(key) for key in split_list(cells.get("sources", ""))]
            if happened and dates and all(dates) and max(dates) < happened - timedelta(days=1):
                rule = f"holds only sources published before the event ({cells['date']})"
                yield tables.problem(table, number, "sources", cells["sources"], rule)
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
    resting: dict[str, set[str]] = {}
    for _, cells in tables.of("casualties"):
        if cells["who"].startswith("victims") and cells["killed_min"]:
            resting.setdefault(cells["event_id"], set()).update(split_list(cells["sources"]))
    for number, cells in tables.of("events"):
        if cells["category"] != "attack":
            continue
        keys = resting.get(cells["id"], set())
        if len(keys) < 2 and "one source" not in cells["note"].lower() and "no toll" not in cells["note"].lower():
            rule = (
                "is an attack, but its rows in casualties.csv with who = victims and a killed_min name "
                f"{len(keys)} of the two sources needed; add one there, "
                "or a note here that says 'One source: why' or 'No toll: why'"
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


def report_days(tables: Tables) -> Iterator[Problem]:
    """A count of which no source is dated to the day says so of the day of the report, in its note."""
    if "sources" not in tables.rows:
        return
    dated = {cells["id"] for _, cells in tables.of("sources") if cells["published_precision"] == "day"}
    for number, cells in tables.of("casualties"):
        of_the_day = re.search(r"\bday\b", EARLY.sub("", cells["note"]))
        if not dated & set(split_list(cells["sources"])) and not of_the_day:
            rule = "rests on no source dated to the day; say so in the note, and how the day was found if it was"
            yield tables.problem("casualties", number, "reported_on", cells["reported_on"], rule)


def summaries(tables: Tables) -> Iterator[Problem]:
    """A summary is at most sixty words, and no two of a table tell the same in the same words."""
    for table, rows in tables.rows.items():
        seen: dict[frozenset, int] = {}
        for number, cells in rows:
            text = cells.get("summary", "")
            words = text.lower().split()
            if len(words) > MAX_SUMMARY_WORDS:
                yield tables.problem(
                    table, number, "summary", text, f"has {len(words)} words; at most {MAX_SUMMARY_WORDS}"
                )
            # One act can fall on several people or be shared by several states: then the words may be the same.
            key = frozenset([*re.findall(r"\w{4,}", text.lower()), cells.get("person_id", cells.get("actor", ""))])
            if text and key in seen:
                yield tables.problem(table, number, "summary", text, f"repeats the summary of row {seen[key]}")
            seen.setdefault(key, number)


# Columns that begin and end a period, by table.
PERIODS = {
    "grey_list_spells": ("entered", "left"),
    "us_posts": ("start", "end"),
    "crossing_points": ("opened", "closed"),
    "un_listing_attempts": ("date_proposed", "outcome_date"),
    "ceasefire_violations": ("first_day", "last_day"),
}


def periods(tables: Tables) -> Iterator[Problem]:
    """A period does not end before it starts."""
    for table, (begins, ends) in PERIODS.items():
        for number, cells in tables.of(table):
            start, end = day(cells[begins]), day(cells[ends])
            if start and end and end < start:
                yield tables.problem(table, number, ends, cells[ends], f"is before {begins} ({start})")


# South, north, west and east of each territory, in degrees, with room to spare: a place outside them is
# misplaced or its coordinates are swapped. The side of the line is another matter.
EXTENT = {
    "india_administered_jk": (32.0, 36.0, 73.3, 80.5),
    "pakistan_administered_kashmir": (32.7, 37.2, 72.4, 78.0),
    "india": (6.5, 33.3, 68.0, 97.5),
    "pakistan": (23.5, 37.0, 60.8, 75.5),
    "afghanistan": (29.3, 38.6, 60.4, 75.0),
    "france": (41.0, 51.2, -5.3, 9.7),
    "united_states": (18.8, 71.5, -180.0, -66.8),
}


def places_in_their_territory(tables: Tables) -> Iterator[Problem]:
    """Coordinates lie within the outer bounds of the territory the row names."""
    for number, cells in tables.of("places"):
        south, north, west, east = EXTENT.get(cells["territory"], (-90, 90, -180, 180))
        try:
            lat, lon = float(cells["lat"]), float(cells["lon"])
        except ValueError:
            continue
        if not (south <= lat <= north and west <= lon <= east):
            value = f"{cells['lat']}, {cells['lon']}"
            yield tables.problem("places", number, "lat", value, f"lies outside {cells['territory']}")


# Who administers the territories on both sides of the line.
ADMINISTERED_BY = {
    "india_administered_jk": "India",
    "india": "India",
    "pakistan_administered_kashmir": "Pakistan",
    "pakistan": "Pakistan",
}
# Degrees, about five kilometres: the error of the line as Natural Earth draws it.
LINE_ERROR = 0.05


def places_on_their_side(tables: Tables) -> Iterator[Problem]:
    """A place lies on the side of the line that its territory says, give or take the line's own error."""
    if not tables.control:
        return
    from shapely import Point

    for number, cells in tables.of("places"):
        try:
            point = Point(float(cells["lon"]), float(cells["lat"]))
        except ValueError:
            continue
        claimed = ADMINISTERED_BY.get(cells["territory"])
        for country, land in tables.control.items() if claimed else ():
            if country != claimed and land.contains(point) and tables.control[claimed].distance(point) > LINE_ERROR:
                value = f"{cells['lat']}, {cells['lon']}"
                rule = f"lies in land that {country} administers, not on the side of {cells['territory']}"
                yield tables.problem("places", number, "lat", value, rule)


# The territories that the forces of each state strike when they act across the line or the border.
STRUCK = {
    "india": {"pakistan", "pakistan_administered_kashmir"},
    "pakistan": {"india", "india_administered_jk"},
}
# Whose statement must stand in a strike's row, by who named the place.
NAMING = {"striker": ["striker_says"], "struck": ["struck_says"], "both": ["striker_says", "struck_says"]}


def strikes_across(tables: Tables) -> Iterator[Problem]:
    """A strike lands on the other side, and whoever named its place has a statement in the row."""
    territory = {cells["id"]: cells["territory"] for _, cells in tables.of("places")}
    for number, cells in tables.of("strikes"):
        where, by = territory.get(cells["place_id"]), cells["by"]
        if where and by in STRUCK and where not in STRUCK[by]:
            rule = f"lies in {where}, which {by} does not strike across the line"
            yield tables.problem("strikes", number, "place_id", cells["place_id"], rule)
        for column in NAMING.get(cells["named_by"], []):
            if not cells[column]:
                rule = f"is empty although named_by is {cells['named_by']}"
                yield tables.problem("strikes", number, column, "", rule)


def route_order(tables: Tables) -> Iterator[Problem]:
    """The points of a route are counted from one without a gap, in the order of the file."""
    last: dict[str, int] = {}
    for number, cells in tables.of("route_points"):
        expected = last.get(cells["route"], 0) + 1
        if cells["position"] != str(expected):
            yield tables.problem("route_points", number, "position", cells["position"], f"should be {expected}")
        last[cells["route"]] = expected


def totals(tables: Tables) -> Iterator[Problem]:
    """A total is not below its parts, where one counter gives both."""
    counts: dict[tuple, dict[str, int]] = {}
    for _, cells in tables.of("casualties"):
        if INTEGER.fullmatch(cells["killed_min"]):
            key = (cells["event_id"], cells["side"], cells["reported_by"], cells["reported_on"])
            counts.setdefault(key, {})[cells["who"]] = int(cells["killed_min"])
    for number, cells in tables.of("casualties"):
        key = (cells["event_id"], cells["side"], cells["reported_by"], cells["reported_on"])
        parts = counts.get(key, {})
        known = [parts[who] for who in ("civilian", "security_force") if who in parts]
        top = cells["killed_max"] or cells["killed_min"]
        if cells["who"] == "victims" and known and INTEGER.fullmatch(top) and int(top) < sum(known):
            rule = f"is below the sum of the parts that the same counter gives ({sum(known)})"
            yield tables.problem("casualties", number, "killed_max", top, rule)
    for number, cells in tables.of("fatf_totals"):
        parts = [int(cells[rating]) for rating in ("c", "lc", "pc", "nc") if INTEGER.fullmatch(cells[rating])]
        if len(parts) == 4 and sum(parts) != RECOMMENDATIONS:
            yield tables.problem(
                "fatf_totals", number, "c", cells["c"], f"and the others add up to {sum(parts)}, not 40"
            )


RECOMMENDATIONS = 40


def listings(tables: Tables) -> Iterator[Problem]:
    """Nobody is listed twice under one regime without having been removed in between."""
    active: dict[tuple, int] = {}
    for number, cells in sorted(tables.of("designations"), key=lambda row: row[1]["date"]):
        key = (cells["entity_id"], cells["regime"])
        if cells["action"] == "listed":
            if key in active:
                rule = f"a second time under {cells['regime']}: row {active[key]} lists {cells['entity_id']} already"
                yield tables.problem("designations", number, "action", "listed", rule)
            active[key] = number
        elif cells["action"] in ("delisted", "expired"):
            active.pop(key, None)


def custody_order(tables: Tables) -> Iterator[Problem]:
    """A detention ends after it began, and nothing happens to a person after death."""
    dates = {cells["id"]: cells["date"] for _, cells in tables.of("custody")}
    deaths = {c["person_id"]: c["date"] for _, c in tables.of("custody") if c["step"] in ("died", "executed")}
    for number, cells in tables.of("custody"):
        end = dates.get(cells["ended_by"], "")
        if end and end < cells["date"]:
            yield tables.problem("custody", number, "ended_by", cells["ended_by"], f"is of {end}, before this step")
        died = deaths.get(cells["person_id"], "")
        if died and cells["date"] > died:
            yield tables.problem("custody", number, "date", cells["date"], f"is after the person's death ({died})")


def action_plans(tables: Tables) -> Iterator[Problem]:
    """Items addressed never exceed a plan's items and never fall while the plan runs."""
    highest: dict[str, int] = {}
    for number, cells in sorted(tables.of("fatf_plenaries"), key=lambda row: row[1]["date"]):
        done, total = cells["items_addressed"], cells["items_total"]
        if not INTEGER.fullmatch(done):
            continue
        if INTEGER.fullmatch(total) and int(done) > int(total):
            yield tables.problem("fatf_plenaries", number, "items_addressed", done, f"is above items_total ({total})")
        if int(done) < highest.get(cells["plan"], 0):
            rule = f"is below an earlier number of the same plan ({highest[cells['plan']]})"
            yield tables.problem("fatf_plenaries", number, "items_addressed", done, rule)
        highest[cells["plan"]] = max(int(done), highest.get(cells["plan"], 0))


def rating_totals(tables: Tables) -> Iterator[Problem]:
    """Ratings carried forward never exceed the published totals, and equal them once all forty are known.

    A recommendation keeps its rating until a later round gives it another; rounds run in the order of
    ``fatf_totals``.
    """
    given: dict[str, list[Row]] = {}
    for number, cells in tables.of("fatf_ratings"):
        if cells["criterion"].startswith("R."):
            given.setdefault(cells["assessment"], []).append((number, cells))
    standing: dict[str, str] = {}
    for number, cells in sorted(tables.of("fatf_totals"), key=lambda row: row[1]["date"]):
        standing |= {c["criterion"]: c["rating"] for _, c in given.get(cells["assessment"], [])}
        for column in ("c", "lc", "pc", "nc"):
            known = sum(rating == column.upper() for rating in standing.values())
            text = cells[column]
            if INTEGER.fullmatch(text) and (
                known > int(text) or (len(standing) == RECOMMENDATIONS and known != int(text))
            ):
                rule = f"but the rows of fatf_ratings up to {cells['assessment']} give {known}"
                yield tables.problem("fatf_totals", number, column, text, rule)


def item_groups(tables: Tables) -> Iterator[Problem]:
    """The fields of a plan add up to what the plenary counted, and none is more than done."""
    plenaries = {cells["id"]: cells for _, cells in tables.of("fatf_plenaries")}
    sums: dict[str, int] = {}
    for number, cells in tables.of("fatf_item_groups"):
        done, total = cells["items_addressed"], cells["items_total"]
        if INTEGER.fullmatch(done) and INTEGER.fullmatch(total):
            sums[cells["plenary_id"]] = sums.get(cells["plenary_id"], 0) + int(done)
            if int(done) > int(total):
                yield tables.problem("fatf_item_groups", number, "items_addressed", done, f"is above {total}")
    for number, cells in tables.of("fatf_item_groups"):
        plenary = plenaries.get(cells["plenary_id"], {})
        counted = plenary.get("items_addressed", "")
        if plenary.get("plan") == "2018" and INTEGER.fullmatch(counted):
            found = sums.get(cells["plenary_id"])
            if found is not None and found != int(counted):
                rule = f"with the other fields makes {found}, but the plenary counted {counted}"
                yield tables.problem("fatf_item_groups", number, "items_addressed", cells["items_addressed"], rule)


def spells_hold_together(tables: Tables) -> Iterator[Problem]:
    """A stay has an exit if and only if it ended, and says until when it is known to have lasted."""
    for number, cells in tables.of("grey_list_spells"):
        if (cells["ended"] == "yes") != bool(cells["exit"]):
            rule = "must be given for a stay that ended, and for no other"
            yield tables.problem("grey_list_spells", number, "exit", cells["exit"], rule)
        if cells["left"] and cells["ended"] != "yes":
            yield tables.problem("grey_list_spells", number, "left", cells["left"], "is given although ended is no")
        if cells["ended"] == "no" and not cells["known_to"]:
            rule = "is empty, so that nobody knows until when the stay is known to have lasted"
            yield tables.problem("grey_list_spells", number, "known_to", "", rule)


# Rounding of each account to a million leaves a sum off by a few.
ROUNDING_USD_MILLIONS = 3


def accounts(tables: Tables) -> Iterator[Problem]:
    """The accounts of a fiscal year add up to the printed total within rounding, or its note says why not."""
    sums: dict[tuple, float] = {}
    for _, cells in tables.of("us_assistance"):
        key = (cells["edition"], cells["fiscal_year"], cells["category"])
        if not cells["account"].startswith("total"):
            sums[key] = sums.get(key, 0) + number_of(cells["amount_usd_millions"])
    for number, cells in tables.of("us_assistance"):
        if cells["account"] not in ("total_security", "total_economic") or cells["note"]:
            continue
        key = (cells["edition"], cells["fiscal_year"], cells["category"])
        parts = sums.get(key, 0)
        total = number_of(cells["amount_usd_millions"])
        if abs(total - parts) > ROUNDING_USD_MILLIONS:
            rule = f"but the accounts add up to {parts:g}; mend them or say why in the note"
            yield tables.problem("us_assistance", number, "amount_usd_millions", cells["amount_usd_millions"], rule)


def number_of(text: str) -> float:
    """A number, or 0 where the cell holds none (the schema check reports what is malformed)."""
    try:
        return float(text)
    except ValueError:
        return 0.0


def latest(known: date | None, precision: str) -> date | None:
    """The last day that a date stored by its first one may stand for."""
    if known is None or precision == "day":
        return known
    if precision == "year":
        return date(known.year, 12, 31)
    return (known.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def posts_without_gaps(tables: Tables) -> Iterator[Problem]:
    """The spells of a post follow one another without a day between them, as far as the days are known."""
    by_post: dict[str, list[Row]] = {}
    for row in tables.of("us_posts"):
        by_post.setdefault(row[1]["post"], []).append(row)
    for rows in by_post.values():
        rows.sort(key=lambda row: row[1]["start"])
        for (_, before), (number, cells) in pairwise(rows):
            # A month stands on its first day: as a start that is the earliest possible, as an end not the latest.
            end, start = latest(day(before["end"]), before["end_precision"]), day(cells["start"])
            if end and start and start > end + timedelta(days=1):
                rule = f"leaves a gap after {before['holder'] or 'the vacancy'} ({end})"
                yield tables.problem("us_posts", number, "start", cells["start"], rule)


def crises(tables: Tables) -> Iterator[Problem]:
    """An hour has its time zone, a crisis has a trigger, and each of its turns stands once and not before it."""
    triggers: dict[str, str] = {}
    for _, cells in tables.of("crisis_steps"):
        if cells["rung"] == "trigger":
            triggers[cells["crisis_id"]] = min(triggers.get(cells["crisis_id"], cells["date"]), cells["date"])
    turns: dict[tuple[str, str], str] = {}
    for number, cells in tables.of("crisis_steps"):
        crisis, turn = cells["crisis_id"], cells["turn"]
        if bool(cells["time_local"]) != bool(cells["time_zone"]):
            rule = "must be given with time_local, and only with it"
            yield tables.problem("crisis_steps", number, "time_zone", cells["time_zone"], rule)
        if crisis not in triggers:
            rule = "has no step whose rung is trigger; time is counted from the first one"
            yield tables.problem("crisis_steps", number, "crisis_id", crisis, rule)
        elif turn and cells["date"] < triggers[crisis]:
            rule = f"stands before the trigger of the crisis ({triggers[crisis]})"
            yield tables.problem("crisis_steps", number, "turn", turn, rule)
        if turn and (crisis, turn) in turns:
            rule = f"stands at {turns[crisis, turn]!r} already; a crisis turns so once"
            yield tables.problem("crisis_steps", number, "turn", turn, rule)
        elif turn:
            turns[crisis, turn] = cells["id"]


# Counts of a table that are parts of another: part, whole.
PARTS = {
    "gtd_counts": [
        ("coded", "attacks"),
        ("claimed", "coded"),
        ("attacks_killed_5", "attacks"),
        ("at_forces", "attacks"),
    ]
}


def parts_within(tables: Tables) -> Iterator[Problem]:
    """A count of some is never above the count of all."""
    for table, pairs in PARTS.items():
        for number, cells in tables.of(table):
            for part, whole in pairs:
                if cells[part].isdigit() and cells[whole].isdigit() and int(cells[part]) > int(cells[whole]):
                    yield tables.problem(table, number, part, cells[part], f"is above {whole} ({cells[whole]})")


def parents_in_no_circle(tables: Tables) -> Iterator[Problem]:
    """No group is its own parent, or its parent's parent."""
    parents = {cells["id"]: cells["parent_id"] for _, cells in tables.of("groups")}
    for number, cells in tables.of("groups"):
        seen, group = {cells["id"]}, cells["parent_id"]
        while group and group not in seen:
            seen.add(group)
            group = parents.get(group, "")
        if group == cells["id"]:
            yield tables.problem("groups", number, "parent_id", cells["parent_id"], "leads back to the group itself")


def corrections_point_somewhere(tables: Tables) -> Iterator[Problem]:
    """A correction names a table, a row or event of it, and a column."""
    for number, cells in tables.of("corrections"):
        table, row, column = cells["table_name"], cells["row_id"], cells["column_name"]
        if table not in tables.schemas:
            yield tables.problem("corrections", number, "table_name", table, "is not a table of this package")
            continue
        names = [field["name"] for field in tables.schemas[table]["schema"]["fields"]]
        if column not in (*names, "row"):
            rule = f"is neither a column of the table {table} nor 'row'"
            yield tables.problem("corrections", number, "column_name", column, rule)
        keys = {c.get("id", c.get("event_id")) for _, c in tables.of(table)}
        if column != "row" and table in tables.rows and row not in keys:
            yield tables.problem("corrections", number, "row_id", row, f"is not a key or an event of the table {table}")


def advice_steps_point_somewhere(tables: Tables) -> Iterator[Problem]:
    """A step on a piece of advice names a table and a row of it."""
    for number, cells in tables.of("advice_steps"):
        table, row = cells["table_name"], cells["row_id"]
        if table not in tables.schemas:
            yield tables.problem("advice_steps", number, "table_name", table, "is not a table of this package")
        elif table in tables.rows and row not in {c.get("id") for _, c in tables.of(table)}:
            yield tables.problem("advice_steps", number, "row_id", row, f"is not an id in the table {table}")


def tested_by(tables: Tables) -> Iterator[Problem]:
    """A claim is tested by tables that exist."""
    for number, cells in tables.of("essay_claims"):
        for name in split_list(cells["tested_by"]):
            if name not in tables.schemas:
                yield tables.problem("essay_claims", number, "tested_by", name, "is not a table of this package")


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
    report_days,
    events_hold_together,
    summaries,
    periods,
    places_in_their_territory,
    places_on_their_side,
    strikes_across,
    route_order,
    totals,
    listings,
    custody_order,
    action_plans,
    rating_totals,
    item_groups,
    spells_hold_together,
    accounts,
    posts_without_gaps,
    crises,
    parts_within,
    parents_in_no_circle,
    tested_by,
    advice_steps_point_somewhere,
    corrections_point_somewhere,
)
