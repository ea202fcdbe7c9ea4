"""Reads and validates the data package. Imports only ``rules``; everything else imports this.

``data/datapackage.json`` is the one schema: types, categories, keys and texts are read from it and
restated nowhere.
"""

import copy
import csv
import io
import json
import sys
from functools import cache, lru_cache
from pathlib import Path

import pandas as pd

from aftermumbai import rules
from aftermumbai.rules import Problem, Tables

DATA = Path(__file__).resolve().parents[2] / "data"
DESCRIPTOR = "datapackage.json"
CONTROL = "geo/control.geojson"
# An exception names this many problems; `make check` names them all.
SHOWN_PROBLEMS = 20
BOM = b"\xef\xbb\xbf"


class DataError(ValueError):
    """The data package does not hold what its schema promises; the message lists the first problems."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        shown = [str(problem) for problem in problems[:SHOWN_PROBLEMS]]
        rest = len(problems) - len(shown)
        super().__init__("\n".join([*shown, *([f"… and {rest} more; `make check` lists them all"] if rest else [])]))


def package(root: Path = DATA) -> dict:
    """The descriptor of the data package, ``datapackage.json``, as a dictionary that callers share and never change."""
    path = root / DESCRIPTOR
    file = path.stat()
    return _parsed(path, file.st_mtime_ns, file.st_size)


@lru_cache(maxsize=4)
def _parsed(path: Path, changed: int, size: int) -> dict:
    """A JSON file, parsed once as long as it stays as it is: a page asks for its labels a thousand times."""
    return json.loads(path.read_text(encoding="utf-8"))


def schemas(root: Path = DATA) -> dict[str, dict]:
    """For each table its entry in the descriptor, in the descriptor's order."""
    return {resource["name"]: resource for resource in package(root)["resources"] if "schema" in resource}


def control(root: Path = DATA) -> dict:
    """Who administers what on the ground, as Natural Earth draws it: name to a shapely geometry (WGS 84)."""
    from shapely import union_all

    parts = shapes(Path(CONTROL).stem, root).groupby("administered_by", sort=False)["geometry"]
    return {name: union_all(list(polygons)) for name, polygons in parts}


def shapes(name: str, root: Path = DATA) -> pd.DataFrame:
    """A file of ``data/geo`` as a table: the properties of its features and ``geometry``, shapely in degrees (WGS 84).

    Raises:
        KeyError: no such file is in the package.
    """
    from shapely.geometry import shape

    known = {Path(path).stem: path for path in geometry_files(root)}
    if name not in known:
        raise KeyError(f"no geometry is called {name!r}; there are {', '.join(known)}")
    features = json.loads((root / known[name]).read_text(encoding="utf-8"))["features"]
    return pd.DataFrame([one["properties"] | {"geometry": shape(one["geometry"])} for one in features])


def geometry_files(root: Path = DATA) -> list[str]:
    """The GeoJSON files that the descriptor names, as paths below ``data/``."""
    return [resource["path"] for resource in package(root)["resources"] if resource["format"] == "geojson"]


def labels(table: str, column: str, root: Path = DATA, of: str = "label") -> dict[str, str]:
    """Readable labels of a column's categories, in the schema's order: value to label.

    Args:
        table: name of the table.
        column: name of the column.
        root: folder of the package.
        of: another text that the schema gives each category, such as ``description``.

    Raises:
        KeyError: there is no such table or column, or the column has no categories.
    """
    known = schemas(root)
    if table not in known:
        raise KeyError(f"no table is called {table!r}; there are {', '.join(known)}")
    field = next((f for f in known[table]["schema"]["fields"] if f["name"] == column), {})
    if "categories" not in field:
        raise KeyError(f"the table {table} has no column {column!r} with categories")
    return {category["value"]: category[of] for category in field["categories"]}


def load_all(*tables: str, root: Path = DATA) -> dict[str, pd.DataFrame]:
    """Several tables at once, by name; see :func:`load`."""
    return {table: load(table, root) for table in tables}


def load(table: str, root: Path = DATA) -> pd.DataFrame:
    """One table as a typed DataFrame.

    Dates become ``datetime64``, columns with categories ordered ``category``, integers ``Int64``,
    numbers ``Float64`` and text ``string``. An empty cell is missing, never zero.

    Raises:
        KeyError: no table has this name.
        DataError: the table does not match its schema; the message lists every problem.
    """
    known = schemas(root)
    if table not in known:
        raise KeyError(f"no table is called {table!r}; there are {', '.join(known)}")
    schema = known[table]
    try:
        raw = pd.read_csv(root / schema["path"], dtype="string", keep_default_na=False, na_values=[""])
        return pd.DataFrame({field["name"]: _typed(raw[field["name"]], field) for field in schema["schema"]["fields"]})
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise DataError(validate(root) or [_file_problem(schema, f"could not be read: {error}")]) from error


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """A table as plain values: dates as YYYY-MM-DD (which JavaScript reads as UTC), a missing one as None."""
    shown = frame.copy()
    for column in shown.select_dtypes("datetime"):
        shown[column] = shown[column].dt.strftime("%Y-%m-%d")
    return shown.astype(object).where(shown.notna(), None)


def _typed(column: pd.Series, field: dict) -> pd.Series:
    """One column of text in the type that its schema names."""
    values = field.get("constraints", {}).get("enum")
    if values:
        unknown = set(column.dropna()) - set(values)
        if unknown:
            raise ValueError(f"{field['name']}: {sorted(unknown)} not among {values}")
        return column.astype(pd.CategoricalDtype(values, ordered=True))
    match field["type"]:
        case "date":
            return pd.to_datetime(column, format="%Y-%m-%d")
        case "integer":
            return column.astype("Int64")
        case "number":
            return column.astype("Float64")
        case _:
            return column


def validate(root: Path = DATA, only: str | None = None) -> list[Problem]:
    """Every problem in every table at once, sorted by file and row; an empty list means sound.

    The schema is checked by Frictionless, what a schema cannot state by ``rules.RULES``. Nothing is
    written. A table that cannot be read is reported and the checks that need it are left out.

    Args:
        root: folder of the data package.
        only: check the schema of this table alone, with the tables it refers to; the rules see all.
    """
    try:
        known = schemas(root)
    except (OSError, ValueError, KeyError) as error:
        return [Problem(f"data/{DESCRIPTOR}", None, None, None, f"cannot be read: {error}")]
    problems, rows = [], {}
    for table, schema in known.items():
        found, text = _read(root, schema)
        if text is not None:
            try:
                header, *lines = csv.reader(io.StringIO(text, newline=""))
            except (csv.Error, ValueError) as error:
                found.append(_file_problem(schema, f"is not a table of comma-separated values: {error}"))
                header, lines = _names(schema), None
            found += _header_problems(schema, header)
            if header == _names(schema) and lines is not None:
                whole = [(number, cells) for number, cells in enumerate(lines, start=2) if len(cells) == len(header)]
                rows[table] = [(number, dict(zip(header, cells, strict=True))) for number, cells in whole]
        problems += found
    checked = rows if only is None else [table for table in rows if table in _referred_by(known, only)]
    problems += _schema_problems(root, list(checked))
    try:
        polygons = control(root)
    except (OSError, ValueError, KeyError) as error:
        problems.append(Problem(f"data/{CONTROL}", None, None, None, f"cannot be read: {error}"))
        polygons = {}
    tables = Tables(known, rows, polygons)
    for rule in rules.RULES:
        problems += rule(tables)
    return sorted(set(problems), key=lambda p: (p.file, p.row or 0, p.column or "", p.rule, p.value or ""))


@cache
def _frictionless():
    """Frictionless takes a third of a second to import; only validation needs it."""
    import frictionless

    return frictionless


def _read(root: Path, schema: dict) -> tuple[list[Problem], str | None]:
    """A table's text and what is wrong with its bytes; no text where it cannot be read at all."""
    try:
        content = (root / schema["path"]).read_bytes()
    except OSError:
        return [_file_problem(schema, "is missing: the schema names this file")], None
    problems = []
    if content.startswith(BOM):
        problems.append(_file_problem(schema, "begins with a byte order mark; save it as UTF-8 without BOM"))
        content = content.removeprefix(BOM)
    if b"\r" in content:
        problems.append(_file_problem(schema, "has Windows line ends (CRLF); save it with Unix line ends (LF)"))
        content = content.replace(b"\r\n", b"\n")
    try:
        return problems, content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        byte = content[error.start : error.start + 1].hex()
        problems.append(
            _file_problem(schema, f"is not UTF-8: byte 0x{byte} cannot be read; save it as UTF-8", row=line)
        )
        return problems, None


def _header_problems(schema: dict, header: list[str]) -> list[Problem]:
    """Columns that are missing, unknown or out of order."""
    file, names = f"data/{schema['path']}", _names(schema)
    missing = [
        Problem(file, 1, name, None, "is missing: the schema names this column") for name in names if name not in header
    ]
    extra = [Problem(file, 1, name, None, "is not a column of the schema") for name in header if name not in names]
    if header != names and not missing and not extra:
        return [Problem(file, 1, None, None, f"the header must read {','.join(names)}")]
    return missing + extra


def _referred_by(known: dict[str, dict], table: str) -> set[str]:
    """A table and those that its foreign keys name."""
    keys = known[table]["schema"].get("foreignKeys", [])
    return {table, *(key["reference"]["resource"] for key in keys)}


def _schema_problems(root: Path, tables: list[str]) -> list[Problem]:
    """What Frictionless finds in the tables that could be read, in our words."""
    whole = package(root)
    descriptor = whole | {"resources": copy.deepcopy([r for r in whole["resources"] if r["name"] in tables])}
    for resource in descriptor["resources"]:
        keys = resource["schema"].get("foreignKeys", [])
        resource["schema"]["foreignKeys"] = [k for k in keys if k["reference"]["resource"] in {"", *tables}]
    frictionless = _frictionless()
    try:
        report = frictionless.Package(descriptor, basepath=str(root)).validate(limit_errors=1_000_000)
    except frictionless.FrictionlessException as error:
        reasons = error.reasons or [error.error]
        return [Problem(f"data/{DESCRIPTOR}", None, None, None, reason.message) for reason in reasons]
    by_name = {resource["name"]: resource for resource in descriptor["resources"]}
    problems = [Problem(f"data/{DESCRIPTOR}", None, None, None, error.message) for error in report.errors]
    for task in report.tasks:
        resource = by_name[task.name]
        unique = any(field.get("constraints", {}).get("unique") for field in resource["schema"]["fields"])
        # A row of the wrong width is one problem, not one for every cell that slipped out of its column.
        broken = {
            error.row_number for error in task.errors if error.type in ("extra-cell", "missing-cell", "blank-row")
        }
        for error in task.errors:
            row = getattr(error, "row_number", None)
            echo = error.type == "primary-key" and unique
            if not echo and (row not in broken or error.type in ("extra-cell", "missing-cell", "blank-row")):
                problems.append(_in_our_words(resource, error))
    return problems


def _in_our_words(resource: dict, error) -> Problem:
    """One Frictionless error as a problem that says what was expected."""
    file, row = f"data/{resource['path']}", getattr(error, "row_number", None)
    column, value = getattr(error, "field_name", None), getattr(error, "cell", None)
    constraints = _field(resource, column).get("constraints", {}) if column in _names(resource) else {}
    keys = resource["schema"]
    match error.type:
        case "type-error":
            kind = _field(resource, column)["type"]
            rule = {"date": "is not a date; write YYYY-MM-DD"}.get(kind, f"is not of type {kind}")
        case "constraint-error" if '"required"' in error.note:
            return Problem(file, row, column, None, "is empty and must not be")
        case "constraint-error" if '"enum"' in error.note:
            rule = f"is not one of {', '.join(constraints['enum'])}"
        case "constraint-error" if "references" in _field(resource, column):
            rule = "must be keys separated by semicolons, without blanks"
        case "constraint-error":
            rule = f"breaks the {error.note}"
        case "unique-error":
            rule = f"is a duplicate: {error.note}"
        case "primary-key":
            column, value = "+".join(keys["primaryKey"]), None
            rule = f"repeats a key: {error.note}"
        case "foreign-key":
            foreign = next(k for k in keys["foreignKeys"] if f'"{k["fields"][0]}"' in error.note)
            column = foreign["fields"][0]
            value = error.note.split('values "')[1].split('" not found')[0]
            rule = f"is not an id in the table {foreign['reference']['resource'] or resource['name']}"
        case "missing-cell" | "extra-cell":
            cells = len(_names(resource))
            return Problem(file, row, None, None, f"has more or fewer than {cells} cells; is a comma unquoted?")
        case "blank-row":
            return Problem(file, row, None, None, "is blank; remove the line")
        case _:
            rule = error.message
    return Problem(file, row, column, value, rule)


def _file_problem(schema: dict, rule: str, row: int | None = None) -> Problem:
    return Problem(f"data/{schema['path']}", row, None, None, rule)


def _names(resource: dict) -> list[str]:
    return [field["name"] for field in resource["schema"]["fields"]]


def _field(resource: dict, column: str) -> dict:
    return next(field for field in resource["schema"]["fields"] if field["name"] == column)


def main(root: Path = DATA) -> int:
    """Print every problem, or the size of each table; the exit status for ``make check``."""
    problems = validate(root)
    if problems:
        print("\n".join(str(problem) for problem in problems), file=sys.stderr)
        print(f"{len(problems)} problem(s) in the data; nothing was changed.", file=sys.stderr)
        return 1
    sizes = {table: len(load(table, root)) for table in schemas(root)}
    main_tables = ", ".join(f"{sizes[table]} {table}" for table in ("events", "casualties", "attributions", "sources"))
    print(f"The data package is sound: {len(sizes)} tables, {sum(sizes.values())} rows, among them {main_tables}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
