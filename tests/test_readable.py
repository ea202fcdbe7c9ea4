"""A changed number, word or drawing of a notebook is one changed line of what `make diff` shows."""

import copy
import difflib
import json
import subprocess
import sys

import pytest
from conftest import ROOT

from aftermumbai import readable
from aftermumbai.charts import MIME

NOTEBOOK = json.loads((ROOT / "notebooks" / "03-violence.ipynb").read_text(encoding="utf-8"))


def outputs(notebook: dict, kind: str) -> list[dict]:
    shown = [output["data"] for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return [data for data in shown if kind in data]


def changed(notebook: dict) -> list[str]:
    both = difflib.ndiff(list(readable.lines(NOTEBOOK)), list(readable.lines(notebook)))
    return [line for line in both if line[0] in "+-"]


def reword(notebook):
    notebook["cells"][0]["source"][0] = "# Another title\n"


def recount(notebook):
    rows = outputs(notebook, MIME)[0][MIME]["datasets"]["rows"]
    rows[3][sorted(rows[3])[0]] = "another"


def redraw(notebook):
    outputs(notebook, MIME)[0][MIME]["config"]["axis"]["labelColor"] = "pink"


def resay(notebook):
    outputs(notebook, MIME)[0][MIME]["usermeta"]["figure"]["takeaway"] = "Another."


def remark(notebook):
    shown = outputs(notebook, "text/markdown")[0]
    shown["text/markdown"] = ["Another word. ", *shown["text/markdown"]]


@pytest.mark.parametrize("change", [reword, recount, redraw, resay, remark], ids=lambda change: change.__name__)
def test_one_change_is_one_changed_line(change):
    notebook = copy.deepcopy(NOTEBOOK)
    assert changed(notebook) == []
    change(notebook)
    assert [line[0] for line in changed(notebook)] == ["-", "+"]


def test_a_row_of_a_table_is_a_line():
    markup = (
        "<table><caption>Raids</caption><tr><th>Where</th></tr>\n<tr><td>Uri &amp; Poonch</td><td>3</td></tr></table>"
    )
    assert list(readable.table(markup)) == ["Raids", "Where", "Uri & Poonch | 3"]


def test_every_notebook_reads_in_far_fewer_signs_and_in_any_locale():
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        command = [sys.executable, str(ROOT / "src" / "aftermumbai" / "readable.py"), str(path)]
        run = subprocess.run(command, env={"LC_ALL": "C", "PYTHONUTF8": "0"}, capture_output=True, check=True)
        assert run.stdout.decode("utf-8").startswith("=== markdown ") and len(run.stdout) < path.stat().st_size


def test_a_file_that_is_no_notebook_is_shown_as_it_is(tmp_path, capfdbinary):
    path = tmp_path / "half.ipynb"
    path.write_text('{"cells": [', encoding="utf-8")
    readable.main(path)
    assert capfdbinary.readouterr().out == b'{"cells": ['
