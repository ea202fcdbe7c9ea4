"""Shared fixtures: a copy of the data package to break, and the built book in a real browser."""

import csv
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from aftermumbai import data, measures, rules
from aftermumbai.book.browser import FLAGS, MISSING, NO_FONT, draws_letters
from aftermumbai.book.browser import chromium as find_chromium

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

    def problems(self, only: str | None = None) -> list[str]:
        return [str(problem) for problem in data.validate(self.root, only)]


# How many rows of each table the small copy keeps; tables that others refer to keep what is referred to.
KEPT = 20
# Tables of which a part would not be sound: ratings add up to totals, the spells of a post follow one another.
WHOLE = {"fatf_ratings", "us_posts"}


def references(schemas: dict[str, dict]) -> Iterator[tuple[str, str, str, str]]:
    """Every column that refers to another table: table, column, the table referred to, its column."""
    for table, resource in schemas.items():
        for field in resource["schema"]["fields"]:
            if target := field.get("references"):
                yield from ((table, field["name"], name, target["field"]) for name in rules.referred(target))
        for foreign in resource["schema"].get("foreignKeys", []):
            target = foreign["reference"]
            yield table, foreign["fields"][0], target["resource"] or table, target["fields"][0]


@pytest.fixture(scope="session")
def record() -> dict[str, pd.DataFrame]:
    """Every table of the package, and ``attacks``: the events of that category with their tolls."""
    tables = data.load_all(*data.schemas())
    attacks = tables["events"].query("category == 'attack'").join(measures.tolls(tables["casualties"]), on="id")
    return tables | {"attacks": attacks}


@pytest.fixture(scope="session")
def timeline_rows(record) -> pd.DataFrame:
    """What the timeline draws."""
    from aftermumbai.charts import timeline

    names = ("events", "casualties", "attributions", "groups", "places", "sources")
    return timeline.rows_of(**{name: record[name] for name in names})


@pytest.fixture(scope="session")
def small_package(tmp_path_factory) -> Path:
    """The first rows of every table with all that they refer to: sound, and quick to validate."""
    root = tmp_path_factory.mktemp("small") / "data"
    shutil.copytree(data.DATA, root)
    package, schemas = Package(root), data.schemas(root)
    every = {table: package.rows(table) for table in schemas}
    kept = {table: set(range(len(rows) if table in WHOLE else min(KEPT, len(rows)))) for table, rows in every.items()}
    links = list(references(schemas))
    while True:
        before = sum(map(len, kept.values()))
        for table, column, target, field in links:
            wanted = {key for number in kept[table] for key in rules.split_list(every[table][number][column])}
            kept[target] |= {number for number, row in enumerate(every[target]) if row[field] in wanted}
        # What is counted and said of an event belongs to it; corrections and steps on advice name a row in words.
        events = {every["events"][number]["id"] for number in kept["events"]}
        for table in ("casualties", "attributions"):
            kept[table] = {number for number, row in enumerate(every[table]) if row["event_id"] in events}
        # A crisis begins with its trigger.
        kept["crisis_steps"] |= {n for n, row in enumerate(every["crisis_steps"]) if row["rung"] == "trigger"}
        for source, number in [(name, n) for name in ("corrections", "advice_steps") for n in kept[name]]:
            table, key = (every[source][number][column] for column in ("table_name", "row_id"))
            kept[table] |= {n for n, row in enumerate(every[table]) if row.get("id") == key}
            kept["events"] |= {n for n, row in enumerate(every["events"]) if row["id"] == key}
        if sum(map(len, kept.values())) == before:
            break
    for table, numbers in kept.items():
        package.write(table, [every[table][number] for number in sorted(numbers)])
    assert package.problems() == []
    return root


@pytest.fixture
def package(tmp_path, small_package) -> Package:
    """A small copy of the data package that a test may break."""
    root = tmp_path / "data"
    shutil.copytree(small_package, root)
    return Package(root)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium. Without one a test is skipped; where one is required, it fails."""
    path = find_chromium()
    if path is None:
        stop = pytest.fail if os.environ.get("AFTERMUMBAI_REQUIRE_BROWSER") == "1" else pytest.skip
        stop(MISSING)
    return path


@pytest.fixture(scope="session")
def browser(chromium):
    """A running Chromium that finds no other host, one for all tests of a process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        alone = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        running = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, alone])
        page = running.new_page()
        if not draws_letters(page):
            pytest.fail(NO_FONT)
        page.close()
        yield running
        running.close()
