"""What a build costs, and how that grows with the record. Run by `make bench`.

``split`` builds a copy of the checkout and says where the time goes; ``growth`` builds it again with ten times the
events, and runs the notebooks with a hundred times; ``rows`` loads and validates with 1, 10 and 100 times. Each is
one run; only the import is a median. Seconds by the clock depend on what else the machine does, seconds of the
processor hardly: ratios are made of the latter.
"""

import argparse
import csv
import gzip
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import reproduce

from aftermumbai import data, rules

ROOT = Path(__file__).resolve().parents[1]
SPLIT, GROWTH = (ROOT / "book" / f"benchmarks-{name}.csv" for name in ("split", "growth"))
# What the book promises: seconds of a clean build, and what a build without a change may take of it.
CLEAN, UNCHANGED = 60, 0.1
# The tables that grow with the events. The others hold one of a kind: five crises, one essay, so many plenaries.
RECORD = ("sources", "places", "events", "casualties", "attributions")
DATES = {"events": ("date", "date_end"), "casualties": ("reported_on",), "attributions": ("date",)}
# Constants of charts that stop a build and ask to be raised when the record outgrows a scale.
SCALES = {"claims.py": ("MOST", 12), "places.py": ("MOST_AT_A_POINT", 500)}
# Pages that list everything, on purpose; they alone may grow.
LISTS = {"book/events.html": "Every event", "book/sources.html": "Sources"}
# What stands in for the two commands of a build, and notes what each cell and each picture takes.
NOTED = {
    "execute": """
import sys
from aftermumbai.book import execute
execute.TIMEOUT = 7200
plain, client = execute.executed, execute.NotebookClient
execute.NotebookClient = lambda notebook, **options: client(notebook, **options | {"record_timing": True})
def noting(path):
    notebook = plain(path)
    title = notebook.cells[0].source.splitlines()[0]
    for cell in notebook.cells:
        times = cell.metadata.pop("execution", {})
        if "shell.execute_reply" in times:
            with open("_build/cells.log", "a") as file:
                print(times["iopub.status.busy"], times["shell.execute_reply"], cell.id, title, file=file)
    return notebook
execute.executed = noting
sys.exit(execute.main(sys.argv[1:]))
""",
    "sphinx": """
import os, time
from aftermumbai.book import figures
plain = figures.still
def noting(spec, label, name):
    start = time.perf_counter(), time.process_time()
    picture = plain(spec, label, name)
    took = time.perf_counter() - start[0], time.process_time() - start[1]
    with open("_build/stills.log", "a") as file:
        print(os.getpid(), *took, name, file=file)
    return picture
figures.still = noting
from jupyter_book.cli.main import main
main()
""",
}
# What the two commands are asked to do.
ASKED = {"execute": reproduce.BUILD[0][3:], "sphinx": reproduce.BUILD[1][1:]}
IMPORTS = "import aftermumbai.charts.places, aftermumbai.charts.us_means, aftermumbai.tables"


class Cost(NamedTuple):
    """Seconds by the clock, and seconds that processors worked."""

    clock: float
    work: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.clock + other.clock, self.work + other.work)


def timed(command: list[str], root: Path) -> tuple[Cost, str]:
    """What a command costs with all that it starts, and what it prints.

    Raises:
        SystemExit: it failed.
    """
    environment = reproduce.settings(root, "UTC", "C.UTF-8")
    del environment["PYTHONDONTWRITEBYTECODE"]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    clock, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode:
        sys.exit(f"{command[:3]} failed in {root}:\n{run.stdout[-3000:]}\n{run.stderr[-3000:]}")
    return Cost(clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime), run.stdout


def step(name: str, root: Path) -> tuple[Cost, str]:
    """Run one of the two commands of a build in a copy."""
    (root / "_build").mkdir(exist_ok=True)
    return timed([sys.executable, "-c", NOTED[name], *ASKED[name]], root)


def pictures(root: Path) -> Cost:
    """What drawing the pictures took of the last Sphinx run: by the clock, the writer that was busy longest."""
    writers, work = defaultdict(float), 0.0
    for line in (root / "_build" / "stills.log").read_text(encoding="utf-8").splitlines():
        writer, clock, seconds, _ = line.split()
        writers[writer] += float(clock)
        work += float(seconds)
    return Cost(max(writers.values()), work)


def slowest(root: Path, most: int = 5) -> list[tuple[float, str, str]]:
    """The cells that took longest: seconds by the clock, and their names and notebooks."""
    cells = []
    for line in (root / "_build" / "cells.log").read_text(encoding="utf-8").splitlines():
        first, last, cell, title = line.split(" ", 3)
        cells.append((time_of(last) - time_of(first), cell, title.removeprefix("# ")))
    return sorted(cells, reverse=True)[:most]


def time_of(text: str) -> float:
    """Seconds of a moment that Jupyter wrote."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def build(root: Path) -> dict[str, Cost]:
    """Build the book in a copy from nothing: what executing and what Sphinx costs."""
    shutil.rmtree(root / "_build", ignore_errors=True)
    return {name: step(name, root)[0] for name in NOTED}


def weights(root: Path) -> dict[str, float]:
    """KiB of each page, compressed."""
    html = root / "_build" / "html"
    pages = [path for folder in ("book", "notebooks") for path in sorted((html / folder).glob("*.html"))]
    return {str(page.relative_to(html)): len(gzip.compress(page.read_bytes())) / 1024 for page in pages}


def split(root: Path) -> tuple[list[tuple[str, ...]], dict[str, Cost], dict[str, float]]:
    """Print where the time of a build goes; the table, the costs of the clean build and its pages' weights."""
    python = [sys.executable, "-c"]
    bare, full = (
        Cost(*map(statistics.median, zip(*(timed([*python, code], root)[0] for _ in range(5)), strict=True)))
        for code in ("pass", IMPORTS)
    )
    check = timed([sys.executable, "-m", "aftermumbai.data"], root)[0]
    costs = build(root)
    drawn, pages = pictures(root), weights(root)
    clean = check + costs["execute"] + costs["sphinx"]
    rest = Cost(costs["sphinx"].clock - drawn.clock, costs["sphinx"].work - drawn.work)
    cells = slowest(root)
    # What make does when nothing changed, in the checkout itself; it is the one that knows.
    again = timed(["make", "--no-print-directory", "book"], ROOT)[0]
    notebook = root / "notebooks" / "12-recommendations.ipynb"
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text.replace("record = advice.load()", "record = advice.load()  # changed"), encoding="utf-8")
    executed, printed = step("execute", root)
    one = executed + step("sphinx", root)[0]
    names = re.findall(r"^(\S+)\.ipynb: executed", printed, flags=re.MULTILINE)
    with (root / "book" / "_static" / "aftermumbai.css").open("a", encoding="utf-8") as file:
        file.write("\n/* changed */\n")
    style = step("execute", root)[0] + step("sphinx", root)[0]
    rows = [
        ("Start Python", bare, "median of 5"),
        ("Start Python and import the book's code and libraries", full, "median of 5; once in every notebook"),
        ("Check the data", check, "part of a clean build"),
        (f"Execute {len(list(notebook.parent.glob('*.ipynb')))} notebooks", costs["execute"], "part of a clean build"),
        ("Sphinx: draw the still pictures", drawn, "part of a clean build; by the clock, the busier writer"),
        ("Sphinx: everything else", rest, "part of a clean build"),
        ("Clean build", clean, f"promised: {CLEAN} s on two idle cores"),
        ("Build without a change", again, f"promised: {UNCHANGED:.0%} of a clean build"),
        ("Build with one changed notebook", one, f"executed again: {', '.join(names)}"),
        ("Build with a changed style", style, "no notebook is executed again"),
    ]
    table = [("Step", "Seconds", "Seconds of work", "Note")]
    table += [(name, f"{cost.clock:.1f}", f"{cost.work:.1f}", note) for name, cost, note in rows]
    show(table)
    print("Slowest cells, s: " + "; ".join(f"{cell} of {title!r} {seconds:.1f}" for seconds, cell, title in cells))
    if names != [notebook.stem]:
        sys.exit(f"one notebook changed and these were executed again: {names}")
    if again.work > UNCHANGED * clean.work:
        sys.exit("a build without a change takes more than it may")
    return table, costs, pages


def show(table: list[tuple[str, ...]]) -> None:
    """Print a table."""
    print("\n".join(" | ".join(row) for row in table), flush=True)


def multiply(root: Path, times: int) -> None:
    """Write the package at ``root`` with the record of events so many times over.

    Copies lie a few hundred metres and a few days apart, under keys of their own, so that no two fall on one mark.
    """
    schemas, exact = data.schemas(root), set()
    for name in RECORD:
        path = root / schemas[name]["path"]
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        if name == "events":
            exact = {row["id"] for row in rows if row["date_precision"] == "day"}
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            for copy in range(times):
                writer.writerows([copied(name, row, copy, exact) for row in rows])


def copied(table: str, row: dict, copy: int, exact: set[str]) -> dict:
    """A row of the record as one copy has it.

    Args:
        table: the table it is from.
        row: as the package has it.
        copy: the number of the copy; 0 is the row itself.
        exact: events whose day is known; their copies fall so many days earlier.
    """
    if copy == 0:
        return dict(row)
    changed = renamed(row, {"id", "sources", "event_id", "place_id"}, copy)
    if row.get("lat"):
        changed["lat"] = f"{float(row['lat']) + 0.004 * (copy % 10):.4f}"
        changed["lon"] = f"{float(row['lon']) + 0.004 * (copy // 10):.4f}"
    event = "id" if table == "events" else "event_id"
    if row.get(event) in exact:
        changed[event] = earlier(changed[event][:10], copy) + changed[event][10:]
        for column in DATES[table]:
            if row[column] and row.get("date_precision", "day") == "day":
                changed[column] = earlier(row[column], copy)
    return changed


def earlier(day: str, days: int) -> str:
    """A date so many days before."""
    return str(date.fromisoformat(day) - timedelta(days=days))


def raise_scales(root: Path, times: int) -> None:
    """Do in a copy what the charts ask for when more is counted than they reach to."""
    for file, (name, value) in SCALES.items():
        path = root / "src" / "aftermumbai" / "charts" / file
        text = path.read_text(encoding="utf-8")
        if f"\n{name} = {value}\n" not in text:
            sys.exit(f"charts/{file} no longer says {name} = {value}: mend SCALES in tests/bench.py")
        path.write_text(text.replace(f"\n{name} = {value}\n", f"\n{name} = {value * times}\n"), encoding="utf-8")


def grown(folder: Path, times: int) -> Path:
    """A copy of the checkout with so many times the events."""
    root = reproduce.copy(folder / f"x{times}")
    multiply(root / "data", times)
    raise_scales(root, times)
    return root


def growth(folder: Path, costs: dict[str, Cost], pages: dict[str, float], draw: int) -> list[tuple[str, ...]]:
    """Print how a build grows to ten times the events, and executing alone beyond; the table.

    Args:
        folder: where copies may be made.
        costs: of the build of the book as it is.
        pages: KiB of its pages.
        draw: so many times the events for the notebooks without Sphinx; 0 leaves it out.
    """
    root = grown(folder, 10)
    more = build(root)
    heavier = weights(root)
    shutil.rmtree(root)
    beyond = None
    if draw:
        root = grown(folder, draw)
        cost, printed = step("execute", root)
        beyond = cost.work
        shutil.rmtree(root)
        if failed := re.findall(r"^(\S+)\.ipynb: failed", printed, flags=re.MULTILINE):
            print(f"With {draw} times the events these notebooks stop: {', '.join(failed)}")
    both, tenfold = (one["execute"] + one["sphinx"] for one in (costs, more))
    rows = [
        ("Execute, s of work", costs["execute"].work, more["execute"].work, beyond),
        ("Sphinx, s of work", costs["sphinx"].work, more["sphinx"].work, None),
        ("Both, s of work", both.work, tenfold.work, None),
        ("Both, s by the clock", both.clock, tenfold.clock, None),
    ]
    chapters = [page for page in pages if page not in LISTS]
    rows += [
        (f"{Path(page).stem}, KiB", pages[page], heavier[page], None)
        for page in chapters
        if heavier[page] > 1.05 * pages[page]
    ]
    rows += [
        ("All pages but the two lists, KiB", sum(pages[p] for p in chapters), sum(heavier[p] for p in chapters), None),
        ("Heaviest of them, KiB", max(pages[p] for p in chapters), max(heavier[p] for p in chapters), None),
        *((f"{name} (a list), KiB", pages[page], heavier[page], None) for page, name in LISTS.items()),
    ]
    table = [("Measure", "As it is", "10 times the events", "Growth", f"{draw} times, notebooks only")]
    table += [
        (name, f"{one:.0f}", f"{ten:.0f}", f"{ten / one:.2f}", "–" if far is None else f"{far:.0f}")
        for name, one, ten, far in rows
    ]
    show(table)
    if tenfold.work > 10 * both.work:
        sys.exit("the build grows faster than the events")
    return table


def renamed(row: dict, keyed: set[str], copy: int) -> dict:
    """A row under the keys of one copy; its summary differs."""
    changed = dict(row)
    for column in keyed & set(row):
        changed[column] = re.sub(r"[^;]+", rf"\g<0>-x{copy}", row[column])
    if row.get("summary"):
        changed["summary"] = " ".join([*row["summary"].split()[: rules.MAX_SUMMARY_WORDS - 1], f"copy{copy}"])
    return changed


def validation(sizes: list[int]) -> int:
    """Print seconds and rows of each size, loaded and validated, and how that grew; 1 if it outgrew the rows."""
    print(f"{'times':>6} {'rows':>9} {'load, s':>9} {'validate, s':>12} {'per 1,000 rows, s':>18} {'problems':>9}")
    costs = {}
    for times in sizes:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "data"
            shutil.copytree(data.DATA, root)
            multiply(root, times)
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


def store(path: Path, table: list[tuple[str, ...]]) -> None:
    """Write a table that the page of benchmarks shows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(table)


def main(arguments: list[str]) -> int:
    """Measure, print, write; 1 if validation outgrows the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=["split", "growth", "rows"], help="one part alone")
    parser.add_argument("--draw", type=int, default=100, help="times the events to run the notebooks with; 0: not")
    options = parser.parse_args(arguments)
    load = f"{os.cpu_count()} cores; others keep {os.getloadavg()[1]:.1f} busy"
    print(f"On {load} (load average of five minutes).", flush=True)
    if options.what != "rows":
        with tempfile.TemporaryDirectory() as folder:
            parts, costs, pages = split(reproduce.copy(Path(folder, "x1")))
            store(SPLIT, [*parts, ("Machine", "", "", load)])
            if options.what != "split":
                store(GROWTH, growth(Path(folder), costs, pages, options.draw))
    return validation([1, 10, 100]) if options.what in (None, "rows") else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
