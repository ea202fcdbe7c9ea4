"""Shared fixtures: a copy of the data package to break, and the built book in a real browser."""

import csv
import shutil
from pathlib import Path

import pytest

from aftermumbai import data

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


@pytest.fixture
def package(tmp_path) -> Package:
    root = tmp_path / "data"
    shutil.copytree(data.DATA, root)
    return Package(root)
