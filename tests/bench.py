"""What validating and loading cost at 1, 10 and 100 times the rows. Run by `make bench`.

The larger packages are the real one written over and over, each copy under keys of its own, so that
every rule and every foreign key has its work to do.
"""

import csv
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

from aftermumbai import data, rules


def grow(root: Path, times: int) -> None:
    """Write the package at ``root`` with every table repeated, each copy with keys of its own."""
    for schema in data.schemas(root).values():
        path, fields = root / schema["path"], schema["schema"]["fields"]
        foreign = {key["fields"][0] for key in schema["schema"].get("foreignKeys", [])}
        key = schema["schema"]["primaryKey"]
        keyed = (
            foreign
            | (set(key) if len(key) == 1 else set())
            | {field["name"] for field in fields if "references" in field}
        )
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [field["name"] for field in fields], lineterminator="\n")
            writer.writeheader()
            for copy in range(times):
                writer.writerows([renamed(row, keyed, copy) for row in rows])


def renamed(row: dict, keyed: set[str], copy: int) -> dict:
    """A row under the keys of one copy; its summary differs, its sums are excused by a note."""
    changed = dict(row)
    if "account" in row:
        changed["note"] = row["note"] or "One of many copies."
    if copy == 0:
        return changed
    for column in keyed & set(row):
        changed[column] = re.sub(r"[^;]+", rf"\g<0>-x{copy}", row[column])
    if row.get("summary"):
        changed["summary"] = " ".join([*row["summary"].split()[: rules.MAX_SUMMARY_WORDS - 1], f"copy{copy}"])
    return changed


def main(sizes: list[int]) -> int:
    """Print seconds and rows for each size, and how the cost grew; 1 if it outgrew the rows."""
    print(f"{'times':>6} {'rows':>9} {'load, s':>9} {'validate, s':>12} {'per 1,000 rows, s':>18} {'problems':>9}")
    costs = {}
    for times in sizes:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "data"
            shutil.copytree(data.DATA, root)
            grow(root, times)
            start = time.perf_counter()
            rows = sum(len(data.load(table, root)) for table in data.schemas(root))
            loaded = time.perf_counter()
            problems = data.validate(root)
            done = time.perf_counter()
        costs[times] = (done - start) / rows
        cells = f"{loaded - start:>9.1f} {done - loaded:>12.1f} {1000 * costs[times]:>18.3f} {len(problems):>9}"
        print(f"{times:>6} {rows:>9,} {cells}", flush=True)
        for problem in problems[:3]:
            print(f"       {problem}")
    growth = costs[sizes[-1]] / costs[sizes[0]]
    print(f"A row at {sizes[-1]} times the size costs {growth:.2f} of what it costs at {sizes[0]}.")
    return int(growth > 1.5)


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or [1, 10, 100]))
