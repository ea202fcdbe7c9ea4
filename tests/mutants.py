"""Puts faults into a copy of the checkout, one at a time, and sees which stage of ``make test`` notices.

A check that cannot fail is worth nothing. Each fault is tried against the cheapest stages that should see it,
in order; the first that fails has caught it, provided that it passes without the fault. What no stage saw is
listed at the end. Needs a system that can fork; ``make mutants`` runs it on every core.
"""

import argparse
import ast
import csv
import functools
import io
import itertools
import json
import multiprocessing
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from reproduce import BUILD, copy

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 900
GROUPS = ("data", "notebooks", "prose", "configuration", "code", "book")


class Fault(NamedTuple):
    """One thing made wrong: in which file, how, and the stages that should notice, the cheapest first."""

    group: str
    name: str
    path: str
    change: Callable[[str], str]
    stages: tuple[tuple[str, ...], ...]


# Stages of `make test`, each with what it is asked to look at.
CHECK = ("check",)


def tests(*files: str) -> tuple[str, ...]:
    """The stage that runs test files; the first failure ends it."""
    return ("tests", *(f"tests/test_{name}.py" for name in files))


def nbval(number: str) -> tuple[str, ...]:
    """The stage that re-runs a notebook and compares its outputs."""
    return ("nbval", next(f"notebooks/{path.name}" for path in (ROOT / "notebooks").glob(f"{number}-*.ipynb")))


# --- Faults in the data ---


def swap(old: str, new: str, count: int = 1) -> Callable[[str], str]:
    """Replace a text that must be there."""

    def change(text: str) -> str:
        if old not in text:
            raise ValueError(f"{old!r} is not there to be changed")
        return text.replace(old, new, count)

    return change


def table(work: Callable[[list[dict]], object]) -> Callable[[str], str]:
    """A change of a table's rows."""

    def change(text: str) -> str:
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        header = list(rows[0])
        work(rows)
        out = io.StringIO()
        writer = csv.DictWriter(out, header, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue()

    return change


def first(rows: list[dict], **cells: str) -> dict:
    """The first row with these cells; a value of ``*`` stands for any that is not empty."""
    for row in rows:
        if all(row[name] if value == "*" else row[name] == value for name, value in cells.items()):
            return row
    raise ValueError(f"no row has {cells}")


def cells(where: dict, **new) -> Callable[[str], str]:
    """Set cells of the first row that fits; a callable gets the row."""

    def work(rows: list[dict]) -> None:
        row = first(rows, **where)
        row |= {name: value(row) if callable(value) else value for name, value in new.items()}

    return table(work)


PULWAMA = "2019-02-14-pulwama"
DATA = {
    # Rows that the rules refuse.
    "an event that ends before it begins": ("events", cells({"date_end": "*"}, date_end="1999-01-01")),
    "an id without its date": ("events", cells({"id": PULWAMA}, id="2019-02-15-pulwama")),
    "an unknown category": ("events", cells({"id": PULWAMA}, category="assault")),
    "an attack without a target": ("events", cells({"id": PULWAMA}, target="")),
    "a place that is not there": ("events", cells({"id": PULWAMA}, place_id="atlantis")),
    "a source that is not there": ("events", cells({"id": PULWAMA}, sources="nobody-2019-nothing")),
    "a dropped source": ("events", cells({"id": PULWAMA}, sources="")),
    "an event of tomorrow": ("events", cells({"id": PULWAMA}, id="2036-02-14-pulwama", date="2036-02-14")),
    "a month stored as a day": ("events", cells({"date_precision": "month"}, date=lambda row: row["date"][:8] + "17")),
    "a summary of seventy words": ("events", cells({"id": PULWAMA}, summary="many words " * 34 + "end.")),
    "a script in a title": ("events", cells({"id": PULWAMA}, title="Attack <script>alert(1)</script>")),
    "a formula in a title": ("events", cells({"id": PULWAMA}, title="=1+1")),
    "a role in a title": ("events", cells({"id": PULWAMA}, title="Attack {ref}`x`")),
    "a zero-width space": ("events", cells({"id": PULWAMA}, title="Attack at\u200bPulwama")),
    "a turned line": ("events", cells({"id": PULWAMA}, title="Attack \u202eat Pulwama")),
    "a duplicate id": ("places", table(lambda rows: rows.append(dict(rows[3])))),
    "swapped coordinates": (
        "places",
        cells({"id": "uri"}, lat=lambda row: row["lon"], lon=lambda row: row["lat"]),
    ),
    "a place on the other side": ("places", cells({"id": "uri"}, territory="pakistan_administered_kashmir")),
    "half a coordinate": ("places", cells({"id": "uri"}, lon="")),
    "a toll whose low is above its high": (
        "casualties",
        cells({"event_id": PULWAMA, "killed_max": "*"}, killed_min="99", killed_max="9"),
    ),
    "a negative count": ("casualties", cells({"event_id": PULWAMA}, killed_min="-4")),
    "a count before the event": ("casualties", cells({"event_id": PULWAMA}, reported_on="2019-01-01")),
    "the only second toll of an attack": (
        "casualties",
        table(lambda rows: rows.remove(first(rows, event_id=PULWAMA)) or _drop(rows, PULWAMA)),
    ),
    "a statement before the event": (
        "attributions",
        cells({"event_id": PULWAMA, "date": "*"}, date="2019-01-01", date_precision="day"),
    ),
    "a group that nobody knows": ("attributions", cells({"event_id": PULWAMA}, group_id="nobody")),
    "a group that is its own parent": ("groups", cells({"parent_id": "*"}, parent_id=lambda row: row["id"])),
    "a removed source that rows still name": ("sources", table(lambda rows: rows.pop(3))),
    "an address without a protocol": ("sources", cells({"kind": "news"}, url="www.example.org")),
    "ratings that do not make forty": ("fatf_totals", cells({"c": "*"}, c="39")),
    "more items than the plan has": ("fatf_plenaries", cells({"items_addressed": "*"}, items_addressed="99")),
    "a post taken after a gap": ("us_posts", table(lambda rows: rows.pop(2))),
    "a crisis without its trigger": (
        "crisis_steps",
        cells({"rung": "trigger", "crisis_id": "crisis-2008"}, rung="statement"),
    ),
    "a listing that stands twice": ("designations", table(lambda rows: _again(rows))),
    "an account that does not add up": (
        "us_assistance",
        cells({"account": "total_security", "note": ""}, amount_usd_millions="1"),
    ),
    "a route with a hole": ("route_points", table(lambda rows: rows.pop(1))),
    "a correction of nothing": ("corrections", cells({"column_name": "*"}, column_name="deaths")),
    "a missing column": ("groups", lambda text: "\n".join(line.partition(",")[2] for line in text.splitlines())),
    "Windows line ends": ("groups", lambda text: text.replace("\n", "\r\n")),
    "a byte order mark": ("groups", lambda text: f"\ufeff{text}"),
    "an unquoted comma": ("groups", lambda text: text.replace("\n", ",x\n", 3)),
}


def _drop(rows: list[dict], event: str) -> None:
    rows[:] = [row for row in rows if row["event_id"] != event or not row["who"].startswith("victims")]


def _again(rows: list[dict]) -> None:
    listed = first(rows, action="listed", date="*")
    rows.append(listed | {"id": f"{listed['id']}-again"})


def data_faults() -> Iterator[Fault]:
    """Rows that the check refuses, then sound rows that say something else."""
    for name, (file, change) in DATA.items():
        yield Fault("data", name, f"data/tables/{file}.csv", change, (CHECK,))
    quiet = [
        (
            "one death more at Pulwama",
            "casualties",
            cells({"event_id": PULWAMA, "killed_max": "44"}, killed_max="45"),
            (CHECK, tests("export"), nbval("03")),
        ),
        (
            "a claim turned into blame",
            "attributions",
            cells({"event_id": PULWAMA, "role": "claimed"}, role="denied"),
            (CHECK, tests("export", "chapters"), nbval("02")),
        ),
        (
            "a word of a summary",
            "events",
            cells({"id": PULWAMA}, summary=lambda row: row["summary"].replace(" a ", " the ", 1)),
            (CHECK, nbval("01")),
        ),
        (
            "a place moved by a fifth of a degree",
            "places",
            cells({"id": "uri"}, lat="34.28"),
            (CHECK, tests("places"), nbval("05")),
        ),
        (
            "an address that leads elsewhere",
            "sources",
            cells({"kind": "news"}, url="https://example.org/x"),
            (CHECK, tests("export")),
        ),
        (
            "a verdict turned round",
            "essay_claims",
            cells({"verdict_now": "supported"}, verdict_now="contradicted"),
            (CHECK, tests("essay"), nbval("11")),
        ),
        (
            "a year of violations",
            "ceasefire_violations",
            cells({"count_min": "*", "counted_by": "india_mha"}, count_min="7", count_max=""),
            (CHECK, tests("ceasefire"), nbval("06")),
        ),
    ]
    for name, file, change, stages in quiet:
        yield Fault("data", name, f"data/tables/{file}.csv", change, stages)
    schema = "data/datapackage.json"
    yield Fault(
        "data", "a category that the schema lost", schema, swap('"attack",', '"assault",'), (CHECK, tests("data"))
    )
    yield Fault("data", "a field without a description", schema, _undescribed, (CHECK, tests("data")))
    yield Fault(
        "data", "a corner of the line moved", "data/geo/segments.geojson", _bent, (CHECK, tests("geo"), nbval("04"))
    )


def _undescribed(text: str) -> str:
    package = json.loads(text)
    package["resources"][1]["schema"]["fields"][2]["description"] = ""
    return json.dumps(package, ensure_ascii=False, indent=2)


def _bent(text: str) -> str:
    pair = re.search(r"\[7\d\.\d+,3\d\.\d+\],(\[7\d\.\d+,3\d\.\d+\])", text)
    return text[: pair.start(1)] + "[75.5,35.5]" + text[pair.end(1) :]


# --- Faults in the notebooks ---


def notebook(work: Callable[[dict], object]) -> Callable[[str], str]:
    """A change of a stored notebook."""

    def change(text: str) -> str:
        content = json.loads(text)
        work(content)
        return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    return change


def code_cell(content: dict, number: int = 1) -> dict:
    return [cell for cell in content["cells"] if cell["cell_type"] == "code" and cell["outputs"]][number]


def words_cell(content: dict) -> dict:
    return [cell for cell in content["cells"] if cell["cell_type"] == "markdown"][1]


def figure_of(content: dict) -> dict:
    for cell in content["cells"]:
        for output in cell.get("outputs", []):
            for mime, shown in output.get("data", {}).items():
                if "vegalite" in mime:
                    return shown
    raise ValueError("no figure")


def _edited(content: dict) -> None:
    for cell in content["cells"]:
        for output in cell.get("outputs", []):
            if "text/markdown" in output.get("data", {}):
                text = "".join(output["data"]["text/markdown"])
                digit = re.search(r"\d", text)
                output["data"]["text/markdown"] = text[: digit.start()] + "7" + text[digit.end() :].replace("7", "8", 1)
                return


def _another_anchor(content: dict) -> None:
    anchors = [cell for cell in content["cells"] if "anchor=" in "".join(cell["source"])]
    for cell in anchors[1]["outputs"]:
        for shown in cell["data"].values():
            if isinstance(shown, dict) and "usermeta" in shown:
                shown["usermeta"]["figure"]["id"] = figure_of(content)["usermeta"]["figure"]["id"]


def _say(text: str) -> Callable[[str], str]:
    return notebook(lambda content: words_cell(content)["source"].append(f"\n\n{text}"))


def notebook_faults() -> Iterator[Fault]:
    """What may go wrong in a notebook as it is stored."""
    stored, prose = (tests("notebooks"),), (tests("prose"),)
    kinds: dict[str, tuple[Callable[[dict], object], tuple]] = {
        "stripped outputs": (lambda c: [cell.update(outputs=[]) for cell in c["cells"] if "outputs" in cell], stored),
        "one stripped output": (lambda c: code_cell(c).update(outputs=[]), stored),
        "a cell that was never run": (lambda c: code_cell(c).update(execution_count=None), stored),
        "cells run out of order": (lambda c: code_cell(c).update(execution_count=99), stored),
        "a stored error": (
            lambda c: code_cell(c)["outputs"].append(
                {"output_type": "error", "ename": "E", "evalue": "", "traceback": []}
            ),
            stored,
        ),
        "an editor's metadata": (lambda c: c["metadata"].update(widgets={}), stored),
        "a comparison switched off": (lambda c: code_cell(c)["metadata"].update(tags=["nbval-skip"]), stored),
        "a comparison switched off in words": (lambda c: code_cell(c)["source"].insert(0, "# NBVAL_SKIP\n"), stored),
        "a path of a machine": (lambda c: code_cell(c)["source"].insert(0, "# see /home/me/x\n"), stored),
        "a cell of thirty lines": (lambda c: code_cell(c)["source"].insert(0, "1\n" * 30), stored),
        "a cell without a name": (lambda c: code_cell(c).update(id="8c1f2a"), stored),
        "no brief": (lambda c: _rename(c, "## In brief", "## Briefly"), stored),
        "a figure that says nothing": (lambda c: _mute(c), stored),
        "two figures of one name": (_another_anchor, stored),
        "a script in an output": (
            lambda c: code_cell(c)["outputs"][0]["data"].update({"text/html": "<script src='https://cdn.example/x.js'>"}),
            stored,
        ),
        "an edited number": (_edited, (*prose, nbval("03"))),
        "an edited takeaway": (
            lambda c: figure_of(c)["usermeta"]["figure"].update(takeaway="Nothing changed in any of these years."),
            (tests("notebooks", "prose"), nbval("03")),
        ),
        "a takeaway of forty words": (
            lambda c: figure_of(c)["usermeta"]["figure"].update(takeaway="many words " * 20 + "end."),
            (tests("prose"),),
        ),
        "an edited point of a chart": (
            lambda c: figure_of(c)["datasets"]["rows"].pop(),
            (tests("notebooks"), nbval("03")),
        ),
        "code that its outputs do not follow": (_turned, (tests("notebooks"), nbval("03"))),
    }  # fmt: skip
    for name, (work, stages) in kinds.items():
        yield Fault("notebooks", name, nbval("03")[1], notebook(work), stages)
    yield Fault(
        "notebooks",
        "a name that is not used",
        nbval("03")[1],
        notebook(lambda c: code_cell(c, 0)["source"].insert(0, "import os\n")),
        (("ruff",),),
    )


def _rename(content: dict, old: str, new: str) -> None:
    for cell in content["cells"]:
        cell["source"] = [line.replace(old, new) for line in cell["source"]]


def _mute(content: dict) -> None:
    for cell in content["cells"]:
        for output in cell.get("outputs", []):
            if any("vegalite" in mime for mime in output.get("data", {})):
                output["data"]["text/plain"] = "A chart"


def _turned(content: dict) -> None:
    """What a cell shows is the text of it, as if somebody had changed the code and not run it."""
    cell = code_cell(content)
    lines = "".join(cell["source"]).splitlines(keepends=True)
    start = ast.parse("".join(lines)).body[-1].lineno - 1
    cell["source"] = [*lines[:start], "str(\n", *lines[start:], "\n)[:9]"]


# --- Faults in prose and configuration ---


def prose_faults() -> Iterator[Fault]:
    """What a person may write that the house does not."""
    prose = (tests("prose"),)
    page = "book/methodology.md"
    yield Fault("prose", "a number typed by hand", nbval("03")[1], _say("The attacks killed 412 people."), prose)
    yield Fault("prose", "a number typed into a page", page, lambda text: f"{text}\nIt counts 538 events.\n", prose)
    yield Fault("prose", "a loaded term", nbval("03")[1], _say("The terrorists fled."), prose)
    yield Fault("prose", "a loaded place", page, lambda text: f"{text}\nIt lies in PoK.\n", prose)
    yield Fault("prose", "another spelling", nbval("03")[1], _say("Lashkar-e-Taiba denied it."), prose)
    yield Fault("prose", "American spelling", page, lambda text: f"{text}\nThe defense of it.\n", prose)
    yield Fault("prose", "a filler", page, lambda text: f"{text}\nObviously, of course, it held.\n", prose)
    yield Fault(
        "prose",
        "a table the README of the data forgets",
        "data/README.md",
        swap("`gtd_counts`", "`gtd`"),
        (tests("export"),),
    )
    yield Fault(
        "prose",
        "a file the README names and nobody has",
        "README.md",
        swap("`CITATION.cff`", "`CITE.cff`"),
        (tests("repository"),),
    )
    yield Fault(
        "prose",
        "a bibliography edited by hand",
        "book/references.bib",
        lambda text: text.replace("2019", "2018", 1),
        (tests("export"),),
    )


def configuration_faults() -> Iterator[Fault]:
    """What holds the parts together."""
    repository = (tests("repository"),)
    lock = "requirements.txt"
    yield Fault(
        "configuration",
        "a chapter that the book leaves out",
        "_toc.yml",
        lambda text: re.sub(r".*06-ceasefire\n", "", text),
        (tests("notebooks"),),
    )
    yield Fault(
        "configuration",
        "chapters in another order",
        "_toc.yml",
        lambda text: (
            text.replace("06-ceasefire", "x")
            .replace("05-attacks-on-the-map", "06-ceasefire")
            .replace("x", "05-attacks-on-the-map")
        ),
        (tests("notebooks"),),
    )
    yield Fault(
        "configuration",
        "a package without its hash",
        lock,
        lambda text: re.sub(r"(?m)^(altair==\S+)[^\n]*\n(?: +--hash[^\n]*\n)+", r"\1 ; x\n", text),
        repository,
    )
    yield Fault(
        "configuration",
        "a package that is not pinned",
        lock,
        lambda text: re.sub(r"(?m)^altair==\S+", "altair>=5", text),
        repository,
    )
    yield Fault(
        "configuration",
        "a lock with an address",
        lock,
        lambda text: f"--index-url https://example.org/simple\n{text}",
        repository,
    )
    yield Fault(
        "configuration",
        "a citation without its licence",
        "CITATION.cff",
        lambda text: re.sub(r"(?m)^license:.*\n", "", text),
        repository,
    )
    yield Fault(
        "configuration",
        "an import against the current",
        "src/aftermumbai/measures/posts.py",
        lambda text: text.replace(
            "import pandas as pd", "import pandas as pd\nfrom aftermumbai import charts  # noqa", 1
        ),
        repository,
    )
    yield Fault(
        "configuration",
        "a line too long",
        "src/aftermumbai/data.py",
        lambda text: f"{text}# {'x' * 130}\n",
        (("ruff",),),
    )
    yield Fault(
        "configuration",
        "a colour that fades",
        "src/aftermumbai/charts/palette.py",
        swap("#bf4522", "#f5c9c2"),
        (tests("palette"),),
    )
    yield Fault(
        "configuration",
        "a colour that some readers cannot tell from another",
        "src/aftermumbai/charts/palette.py",
        swap("#40a46a", "#a89a18"),
        (tests("palette"),),
    )


def escape_faults() -> Iterator[Fault]:
    """Places where hostile text is made harmless, and files are written whole."""
    unescaped = swap("autoescape=True", "autoescape=False")
    places = {
        "tables that do not escape": ("tables.py", unescaped, "hostile"),
        "figures that do not escape": ("book/templates.py", unescaped, "hostile"),
        "a summary that is not escaped": (
            "tables.py",
            swap("markupsafe.escape(summary)", "Markup(summary)"),
            "hostile",
        ),
        "a label that is not escaped": ("book/figures.py", swap("html.escape(label)", "label"), "hostile"),
        "a file not replaced in one step": (
            "files.py",
            swap("os.replace(part, path)", "path.write_text(text)"),
            "robust",
        ),
        "columns in an order that is lost": (
            "charts/__init__.py",
            swap("in columns.items()]", "in sorted(columns.items())]"),
            "figures",
        ),
    }
    for name, (file, change, test) in places.items():
        yield Fault("configuration", name, f"src/aftermumbai/{file}", change, (tests(test),))


def book_faults() -> Iterator[Fault]:
    """What only the built book shows."""
    book = (("book",),)
    yield Fault(
        "book", "a link to no page", "book/methodology.md", lambda text: f"{text}\nSee [there](nowhere.md).\n", book
    )
    yield Fault("book", "a link to no anchor", nbval("03")[1], _say("See [there](01-timeline.ipynb#nothing)."), book)
    yield Fault(
        "book", "a citation of nothing", "book/methodology.md", lambda text: f"{text}\nSee {{ref}}`nothing`.\n", book
    )
    yield Fault("book", "the book's extension removed", "_config.yml", swap("      - aftermumbai.book\n", ""), book)
    yield Fault(
        "book",
        "a script of another host",
        "_config.yml",
        swap("html_js_files: [", 'html_js_files: ["https://cdn.example.org/x.js", '),
        book,
    )
    yield Fault(
        "book",
        "a style of another host",
        "_config.yml",
        swap("html_css_files: [", 'html_css_files: ["https://cdn.example.org/x.css", '),
        book,
    )
    yield Fault(
        "book",
        "a bare chart",
        "src/aftermumbai/book/figures.py",
        swap("return [as_node(data.content)]", "return None"),
        book,
    )
    yield Fault(
        "book",
        "a table of a chart cut short",
        "src/aftermumbai/book/figure.html",
        swap("{% for row in rows %}", "{% for row in rows[:5] %}"),
        book,
    )


# --- Faults in the code: operators and constants ---

SWAPS = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"), ast.IsNot: ("is not", "is"),
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*"),
    ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&"), ast.And: ("and", "or"), ast.Or: ("or", "and"),
}  # fmt: skip
# Which tests look at a module, and the notebook that shows what it computes; how many faults it gets.
MODULES = {
    "measures/__init__.py": (6, ("measures", "chapters", "properties"), "02"),
    "measures/agreement.py": (2, ("agreement",), "11"),
    "measures/alignment.py": (3, ("escalation",), "10"),
    "measures/ceasefire.py": (3, ("ceasefire",), "06"),
    "measures/contacts.py": (3, ("us_response",), "09"),
    "measures/custody.py": (4, ("sanctions", "properties"), "08"),
    "measures/geometry.py": (3, ("geo", "properties"), "04"),
    "measures/listing.py": (3, ("sanctions",), "08"),
    "measures/money.py": (2, ("us_response", "properties"), "09"),
    "measures/places.py": (3, ("places",), "05"),
    "measures/posts.py": (2, ("us_response", "properties"), "09"),
    "measures/spells.py": (4, ("spells", "fatf", "properties"), "07"),
    "measures/verdicts.py": (3, ("essay",), "11"),
    "rules.py": (10, ("data", "hostile"), None),
}
SEED = 2019
# Turned places that no test can see, because nothing changes: part of the name, and why.
SAME = {
    "contacts.py:70 False to True": "a running count per group is the same whether or not the groups are sorted",
    "custody.py:268 + to -": "all shifts are tried, so that those to the left are those to the right",
}


def mutations(source: str) -> list[tuple[int, str, int, int, str]]:
    """Every place where an operator or a constant may be turned: line, in words, from, to, new text."""
    lines = [0]
    for line in source.encode().splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    raw, found = source.encode(), []

    def place(line: int, column: int) -> int:
        return lines[line - 1] + column

    def span(node) -> tuple[int, int]:
        return place(node.lineno, node.col_offset), place(node.end_lineno, node.end_col_offset)

    def turn(node, left, right, operator) -> None:
        if type(operator) not in SWAPS:
            return
        old, new = SWAPS[type(operator)]
        start, end = place(left.end_lineno, left.end_col_offset), place(right.lineno, right.col_offset)
        between = raw[start:end].decode()
        pattern = rf"\b{old}\b" if old.isalpha() or " " in old else re.escape(old)
        if hit := re.search(pattern, between):
            changed = between[: hit.start()] + new + between[hit.end() :]
            found.append((node.lineno, f"{old} to {new}", start, end, changed))

    tree = ast.parse(source)
    # Whether two sequences must be equally long is a guard: without it nothing sound changes.
    guards = {node.value for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "strict"}
    for node in set(ast.walk(tree)) - guards:
        match node:
            case ast.Compare(left=left, ops=ops, comparators=others):
                for before, operator, after in zip([left, *others], ops, others, strict=False):
                    turn(node, before, after, operator)
            case ast.BinOp(left=left, op=operator, right=right):
                turn(node, left, right, operator)
            case ast.BoolOp(op=operator, values=values):
                for before, after in itertools.pairwise(values):
                    turn(node, before, after, operator)
            case ast.Constant(value=bool(value)):
                found.append((node.lineno, f"{value} to {not value}", *span(node), str(not value)))
            case ast.Constant(value=int(value) | float(value)):
                found.append((node.lineno, f"{value} to {value + 1}", *span(node), str(value + 1)))
    return sorted(set(found))


def code_faults() -> Iterator[Fault]:
    """Operators and constants turned, drawn by a fixed seed from every module that computes or refuses."""
    for module, (many, files, shown) in MODULES.items():
        path = f"src/aftermumbai/{module}"
        raw = (ROOT / path).read_bytes()
        for line, words, start, end, new in random.Random(SEED).sample(mutations(raw.decode()), many):
            mutated = (raw[:start] + new.encode() + raw[end:]).decode()
            stages = [tests(name) for name in (*files, "edges")] + ([nbval(shown)] if shown else [])
            code = raw.decode().splitlines()[line - 1].strip()
            name = f"{module}:{line} {words} in `{code[:70]}`"
            first_stage = (CHECK,) if module == "rules.py" else ()
            yield Fault("code", name, path, functools.partial(_given, mutated), (*first_stage, *stages))


def _given(text: str, _: str) -> str:
    return text


def all_faults() -> list[Fault]:
    """Every fault, in the order of ``GROUPS``."""
    makers = [data_faults, notebook_faults, prose_faults, configuration_faults, code_faults, escape_faults, book_faults]
    return [fault for maker in makers for fault in maker()]


# --- Running ---


def run(root: Path, stage: tuple[str, ...], log: Path) -> bool:
    """Whether a stage passes in a copy. Runs in a fork, which has the heavy libraries loaded already."""
    process = os.fork()
    if process == 0:
        _enter(root, stage, log)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(process, signal.SIGKILL))
    signal.alarm(SECONDS)
    _, status = os.waitpid(process, 0)
    signal.alarm(0)
    return status == 0


def _enter(root: Path, stage: tuple[str, ...], log: Path) -> None:
    status = 70
    try:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(root)
        path = [str(root / "src"), str(root / "tests")]
        sys.path[:0], sys.dont_write_bytecode = path, True
        os.environ |= {
            "PYTHONPATH": os.pathsep.join([*path, *filter(None, [os.environ.get("PYTHONPATH")])]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TZ": "UTC",
        }
        status = int(_stage(root, stage))
    except BaseException as error:
        print(type(error).__name__, error, flush=True)
        status = error.code if isinstance(error, SystemExit) and isinstance(error.code, int) else 70
    finally:
        sys.stdout.flush()
        os._exit(status)


def _stage(root: Path, stage: tuple[str, ...]) -> int:
    kind, *names = stage
    quiet = ["-q", "-x", "-p", "no:cacheprovider", "--no-header", "-W", "ignore"]
    match kind:
        case "check":
            from aftermumbai import data

            return data.main()
        case "ruff":
            ruff = [sys.executable, "-m", "ruff"]
            return subprocess.call([*ruff, "check", "."]) or subprocess.call([*ruff, "format", "--check", "."])
        case "tests" | "nbval":
            import pytest

            return pytest.main([*quiet, *(["--nbval"] if kind == "nbval" else []), *names])
        case _:
            return _book(root)


def _book(root: Path) -> int:
    """Build the book from what the sound copy has executed, and look at its pages."""
    for made in ("html", ".doctrees"):
        shutil.rmtree(root / "_build" / made, ignore_errors=True)
    look = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "tests/test_book.py"]
    return next(filter(None, map(subprocess.call, (*BUILD, look))), 0)


def try_fault(root: Path, fault: Fault, log: Path, sound: dict) -> tuple[str | None, str]:
    """Which stage caught a fault, and its last word; None if none did."""
    target = root / fault.path
    before = target.read_bytes()
    try:
        changed = fault.change(before.decode("utf-8")).encode("utf-8")
    except (ValueError, LookupError, AttributeError) as error:
        return "impossible", f"the fault cannot be made: {error}"
    if changed == before:
        return "impossible", "the fault changes nothing"
    for stage in fault.stages:
        try:
            target.write_bytes(changed)
            passes = run(root, stage, log)
            said = (log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or [""])[-1]
        finally:
            target.write_bytes(before)
        if passes:
            continue
        if stage not in sound:
            sound[stage] = run(root, stage, log)
        if sound[stage]:
            return stage[0], said
        return "impossible", f"{' '.join(stage)} fails without any fault"
    return None, ""


def work(queue, results, sound) -> None:
    """One worker: a copy of its own, and faults until there are none."""
    # Loaded once, then shared by every fork; nothing of this package, which each copy has its own of.
    import altair  # noqa: F401
    import frictionless  # noqa: F401
    import geopandas  # noqa: F401
    import nbformat  # noqa: F401
    import pytest  # noqa: F401
    import scipy.stats  # noqa: F401

    with tempfile.TemporaryDirectory() as folder:
        root = copy(Path(folder, "copy"))
        # Some tests ask git what is committed.
        for command in (["init", "-q"], ["add", "-A"]):
            subprocess.run(["git", *command], cwd=root, check=True)
        kept = Path(folder, "build")
        while (number := queue.get()) is not None:
            fault, started = all_faults()[number], time.time()
            if fault.group == "book":
                if not kept.exists():
                    sound[("book",)] = run(root, ("book",), Path(folder, "log"))
                    shutil.copytree(root / "_build", kept, symlinks=True)
                shutil.rmtree(root / "_build", ignore_errors=True)
                shutil.copytree(kept, root / "_build", symlinks=True)
            caught = try_fault(root, fault, Path(folder, "log"), sound)
            results.put((number, *caught, time.time() - started))


def main() -> int:
    """Try every fault of the groups asked for; the exit status for ``make mutants``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", help=f"of {', '.join(GROUPS)}; all, if none is named")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="how many copies are tried at once")
    parser.add_argument("--skip", type=int, default=0, help="leave out the first so many, to go on after a break")
    parser.add_argument("--list", action="store_true", help="name the faults and try none")
    asked = parser.parse_args()
    faults = all_faults()
    chosen = [n for n, fault in enumerate(faults) if not asked.groups or fault.group in asked.groups]
    chosen = chosen[asked.skip :]
    if asked.list:
        print("\n".join(f"{faults[n].group}: {faults[n].name}" for n in chosen))
        return 0
    context, started = multiprocessing.get_context("fork"), time.time()
    manager = context.Manager()
    queue, results, sound = manager.Queue(), manager.Queue(), manager.dict()
    for number in [*chosen, *[None] * asked.workers]:
        queue.put(number)
    running = [context.Process(target=work, args=(queue, results, sound)) for _ in range(asked.workers)]
    for process in running:
        process.start()
    found = {}
    while len(found) < len(chosen):
        number, stage, said, seconds = results.get()
        found[number] = stage
        verdict = {None: "SURVIVED", "impossible": "IMPOSSIBLE"}.get(stage, f"caught by {stage}")
        what = f"{faults[number].group}: {faults[number].name}: {verdict}"
        print(f"[{len(found)}/{len(chosen)}] {what} ({seconds:.0f} s) {said[:150]}", flush=True)
    for process in running:
        process.join()
    return report(faults, found, time.time() - started)


def report(faults: list[Fault], found: dict[int, str | None], seconds: float) -> int:
    """Print the share caught, by group and stage; 1 if under 95 of a hundred were."""
    same = {n: why for n in found for part, why in SAME.items() if found[n] is None and part in faults[n].name}
    print()
    for number, why in same.items():
        print(f"No fault, left out: {faults[number].name}: {why}.")
    found = {n: stage for n, stage in found.items() if n not in same}
    for group in GROUPS:
        stages = [found[n] for n in found if faults[n].group == group]
        if stages:
            by = ", ".join(f"{stage} {n}" for stage, n in Counter(s for s in stages if s).most_common())
            print(f"{group:14} {sum(s not in (None, 'impossible') for s in stages):3} of {len(stages):3} caught: {by}")
    caught = sum(stage not in (None, "impossible") for stage in found.values())
    print(f"{caught} of {len(found)} caught ({caught / len(found):.1%}) in {seconds / 60:.0f} minutes.")
    for number, stage in sorted(found.items()):
        if stage in (None, "impossible"):
            print(f"  {'survived' if stage is None else stage}: {faults[number].group}: {faults[number].name}")
    return caught < 0.95 * len(found)


if __name__ == "__main__":
    sys.exit(main())
