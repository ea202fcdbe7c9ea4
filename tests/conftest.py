"""Shared fixtures: a copy of the data package to break, and the built book in a real browser."""

import csv
import shutil
from pathlib import Path

import pytest

from aftermumbai import data, rules

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"
# Every page of the book; the theme leaves two templates of its own among its static files.
PAGES = sorted(path for path in HTML.rglob("*.html") if "_static" not in path.parts)


class Package:
    """A copy of the data package that a test may break."""

    def __init__(self, root: Path):
        self.root = root

    def path(self, table: str) -> Path:
        return self.root / data.schemas(self.root)[table]["path"]

    def rows(self, table: str) -> list[dict]:
        with self.path(table).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def write(self, table: str, rows: list[dict]) -> None:
        with self.path(table).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def change(self, table: str, row: int, **cells: str) -> dict:
        """Set cells of one row, numbered as in the file (the header is row 1); the row as it was."""
        rows = self.rows(table)
        before = dict(rows[row - 2])
        rows[row - 2] |= cells
        self.write(table, rows)
        return before

    def problems(self) -> list[str]:
        return [str(problem) for problem in data.validate(self.root)]


# How many rows of each table the small copy keeps; tables that others refer to keep what is referred to.
KEPT = 40


@pytest.fixture(scope="session")
def small_package(tmp_path_factory) -> Path:
    """The first rows of every table with all that they refer to: sound, and quick to validate."""
    root = tmp_path_factory.mktemp("small") / "data"
    shutil.copytree(data.DATA, root)
    package, schemas = Package(root), data.schemas(root)
    kept = {table: package.rows(table)[:KEPT] for table in schemas}
    # A correction may name a row further down, and so may a step of an inquiry.
    wanted = {(row["table_name"], row["row_id"]) for row in kept["corrections"]}
    wanted |= {("events", row_id) for _, row_id in wanted} | {("events", row["event_id"]) for row in kept["case_steps"]}
    for table in {table for table, _ in wanted}:
        kept[table] += [row for row in package.rows(table)[KEPT:] if (table, row.get("id")) in wanted]
    events = {row["id"] for row in kept["events"]}
    for table in ("casualties", "attributions"):
        kept[table] = [row for row in package.rows(table) if row["event_id"] in events]
    for table in reversed(schemas):
        needed = set()
        for other, schema in schemas.items():
            lists = {
                field["name"]: field["references"] for field in schema["schema"]["fields"] if "references" in field
            }
            for column, target in lists.items():
                if table in rules.referred(target):
                    needed |= {key for row in kept[other] for key in row[column].split(";")}
            for foreign in schema["schema"].get("foreignKeys", []):
                if (foreign["reference"]["resource"] or other) == table:
                    needed |= {row[foreign["fields"][0]] for row in kept[other]}
        if needed:
            every = {row["id"]: row for row in package.rows(table)}
            more, have = sorted(needed & set(every)), {row["id"] for row in kept[table]}
            kept[table] += [every[key] for key in more if key not in have]
    for table, rows in kept.items():
        package.write(table, rows)
    assert package.problems() == []
    return root


@pytest.fixture
def package(tmp_path, small_package) -> Package:
    """A small copy of the data package that a test may break."""
    root = tmp_path / "data"
    shutil.copytree(small_package, root)
    return Package(root)
