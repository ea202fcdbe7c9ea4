"""No notebook is stored unexecuted, without its outputs, with errors, or with traces of a machine.

The strict comparison of outputs is `pytest --nbval notebooks`; it passes a cell that stores none, so
this file looks for what must be there.
"""

import json
import re

import nbformat
import pytest
import yaml
from conftest import ROOT

from aftermumbai.book import execute
from aftermumbai.charts import MIME

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# A path on somebody's machine; "/home/" inside an address on the web is none.
LOCAL = re.compile(r"(?<![\w.])/(home|root|Users|tmp|work|var)/|[A-Z]:\\\\|site-packages|\.venv|file://")
# No other tag: several would have the cell, or its comparison, left out.
TAGS = {"hide-input"}
SWITCH = re.compile(r"NBVAL_|PYTEST_VALIDATE")
# An address of a source may hold "cdn."; what a page would load may not.
HOSTS_OF_SCRIPTS = re.compile(r"jsdelivr|unpkg|cdnjs|<(script|link|img|iframe)\b", re.IGNORECASE)


def faults(notebook: dict) -> list[str]:
    """What must not be in a stored notebook, cell by cell."""
    found = []
    if notebook["metadata"] != {"kernelspec": execute.KERNEL, "language_info": {"name": "python"}}:
        found.append(f"notebook metadata: {notebook['metadata']}; `make execute` stores what every machine has")
    expected = 1
    for cell in notebook["cells"]:
        name = cell["id"]
        if set(cell["metadata"]) - {"tags"} or set(cell["metadata"].get("tags", [])) - TAGS:
            found.append(f"{name}: metadata {cell['metadata']}")
        if SWITCH.search("".join(cell["source"])):
            found.append(f"{name}: switches the comparison of outputs off")
        if cell["cell_type"] != "code":
            continue
        if cell["execution_count"] != expected:
            found.append(f"{name}: execution count {cell['execution_count']}, not {expected}")
        expected += 1
        source = "".join(cell["source"])
        kinds = [output["output_type"] for output in cell["outputs"]]
        if "error" in kinds or "stream" in kinds:
            found.append(f"{name}: stores an error or a stream")
        if shows(source) and "execute_result" not in kinds and "display_data" not in kinds:
            found.append(f"{name}: shows something and stores no output")
        stored = json.dumps(cell["outputs"])
        if LOCAL.search(stored) or LOCAL.search(source):
            found.append(f"{name}: holds a local path")
        if HOSTS_OF_SCRIPTS.search(stored):
            found.append(f"{name}: holds a script or the host of one")
        if pointed(cell["outputs"]):
            found.append(f"{name}: holds a whole number with a point, which JupyterLab stores without")
    return found


def pointed(part) -> bool:
    """Whether a whole number is stored as a fraction is, with a point."""
    if isinstance(part, dict | list):
        return any(map(pointed, part.values() if isinstance(part, dict) else part))
    return isinstance(part, float) and part.is_integer()


def shows(source: str) -> bool:
    """Whether a cell ends in an expression, so that it must store an output."""
    last = compile(source, "cell", "exec", flags=0x400).body[-1]  # ast.PyCF_ONLY_AST
    return type(last).__name__ == "Expr"


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def notebook(request) -> dict:
    return json.loads(request.param.read_text(encoding="utf-8"))


def test_there_are_notebooks():
    assert NOTEBOOKS


def test_a_notebook_is_stored_executed_and_clean(notebook):
    assert faults(notebook) == [], "run `make execute`"


def test_a_notebook_is_valid_and_has_named_cells(notebook):
    nbformat.validate(notebook)
    names = [cell["id"] for cell in notebook["cells"]]
    assert all(re.fullmatch(r"[a-z][a-z-]+", name) for name in names)


def test_a_notebook_has_the_parts_a_reader_expects(notebook):
    text = "\n".join("".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown")
    assert text.startswith("# ")
    for heading in ("## In brief", "## What these data cannot say", "## Data"):
        assert heading in text
    figures = [o for c in notebook["cells"] for o in c.get("outputs", []) if MIME in o.get("data", {})]
    assert figures
    for figure in figures:
        assert len("".join(figure["data"]["text/plain"])) > 60


def test_no_code_cell_is_longer_than_a_reader_bears(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert len("".join(cell["source"]).splitlines()) <= 20, cell["id"]


def test_no_two_figures_share_an_anchor():
    anchors = []
    for path in NOTEBOOKS:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                if MIME in output.get("data", {}):
                    anchors.append(output["data"][MIME]["usermeta"]["figure"]["id"])
    assert len(anchors) == len(set(anchors)) >= 2


def test_every_notebook_is_in_the_book():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    assert [f for f in files if f.startswith("notebooks/")] == [f"notebooks/{path.stem}" for path in NOTEBOOKS]


# Each thing that must be noticed, put into a sound notebook.
def break_count(cell):
    cell["execution_count"] = None


def break_outputs(cell):
    cell["outputs"] = []


def break_error(cell):
    cell["outputs"].append({"output_type": "error", "ename": "E", "evalue": "", "traceback": []})


def break_path(cell):
    cell["outputs"][0]["data"]["text/plain"] = ["/home/someone/book"]


def break_metadata(cell):
    cell["metadata"]["execution"] = {"iopub.execute_input": "2026-01-01"}


def break_host(cell):
    cell["outputs"][0]["data"]["text/html"] = ["<script src='https://cdn.example/vega.js'></script>"]


def break_tag(cell):
    cell["metadata"]["tags"].append("nbval-ignore-output")


def break_switch(cell):
    cell["source"] = ["# NBVAL_IGNORE_OUTPUT\n", *cell["source"]]


def break_number(cell):
    cell["outputs"][0]["data"][MIME] = {"datasets": {"rows": [{"killed": 40.0}]}}


DAMAGES = [
    break_count,
    break_outputs,
    break_error,
    break_path,
    break_metadata,
    break_host,
    break_tag,
    break_switch,
    break_number,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda f: f.__name__)
def test_damage_is_noticed(damage):
    notebook = json.loads(NOTEBOOKS[0].read_text(encoding="utf-8"))
    damage(next(c for c in notebook["cells"] if c["id"] == "brief"))
    assert faults(notebook)


def test_a_failing_notebook_is_left_as_it_was(tmp_path):
    path = tmp_path / "broken.ipynb"
    cell = nbformat.v4.new_code_cell("1 / 0")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    before = path.read_bytes()
    assert execute.run(path) == "broken.ipynb: Cell In[1], line 1: ZeroDivisionError: division by zero"
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_executing_stores_outputs_without_noise(tmp_path):
    path = tmp_path / "good.ipynb"
    cell = nbformat.v4.new_code_cell("1 + 1", id="sum", metadata={"scrolled": True, "tags": ["hide-input"]})
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {}}), path)
    assert execute.run(path) is None
    stored = json.loads(path.read_text(encoding="utf-8"))
    assert faults(stored) == []
    assert stored["cells"][0]["outputs"][0]["data"] == {"text/plain": ["2"]}
    assert stored["cells"][0]["metadata"] == {"tags": ["hide-input"]}


def test_what_an_editor_adds_on_saving_is_cleaned_away(tmp_path, capsys):
    before = NOTEBOOKS[0].read_text(encoding="utf-8")
    notebook = json.loads(before)
    notebook["metadata"]["language_info"]["version"] = "3.11"
    notebook["metadata"]["kernelspec"] = {"display_name": ".venv (3.11.2)", "language": "python", "name": "python3"}
    assert faults(notebook)
    cell = next(c for c in notebook["cells"] if c["id"] == "timeline")
    cell["outputs"][0]["data"]["image/png"] = "iVBOR"
    cell["metadata"]["scrolled"] = True
    path, torn = tmp_path / "saved.ipynb", tmp_path / "torn.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    torn.write_text(before[:-100], encoding="utf-8")
    assert execute.main(["--clean", str(path)]) == 0 and path.read_text(encoding="utf-8") == before
    assert execute.main(["--clean", str(path), str(torn)]) == 1 and torn.read_text(encoding="utf-8") == before[:-100]
    said = capsys.readouterr()
    assert said.out.splitlines() == ["saved.ipynb: cleaned", "saved.ipynb: unchanged"]
    assert said.err.startswith("torn.ipynb: NotJSONError: ")
