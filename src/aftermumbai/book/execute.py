"""Re-executes the notebooks and stores their outputs, clean of whatever differs between machines.

Run by ``make execute``. A notebook is replaced only when all of its cells ran, and in one step.
"""

import os
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from aftermumbai.charts import MIME

NOTEBOOKS = Path(__file__).resolve().parents[3] / "notebooks"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def executed(path: Path) -> str:
    """The text of a notebook after running it top to bottom in a new kernel, in its own folder.

    Raises:
        CellExecutionError: a cell failed.
    """
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", record_timing=False, resources={"metadata": {"path": path.parent}}
    ).execute()
    return nbformat.writes(clean(notebook)) + "\n"


def clean(notebook: dict) -> dict:
    """A notebook without what differs between machines and editors; its outputs stay.

    JupyterLab adds a picture to each Vega-Lite output when it saves; the book draws its own.
    """
    notebook["metadata"] = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    for cell in notebook["cells"]:
        cell["metadata"] = {key: value for key, value in cell["metadata"].items() if key == "tags" and value}
        for output in cell.get("outputs", []):
            output.pop("transient", None)
            if MIME in output.get("data", {}):
                output["data"].pop("image/png", None)
    return notebook


def store(path: Path, text: str) -> None:
    """Replace a file in one step, so that a killed run leaves the old one whole."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="\n", dir=path.parent, delete=False) as new:
        new.write(text)
    os.chmod(new.name, 0o644)
    os.replace(new.name, path)


def run(path: Path) -> str | None:
    """Execute and store one notebook; the reason if that failed, and then the file is as it was."""
    try:
        text = executed(path)
    except Exception as error:  # one notebook's failure must not hide the others'
        if not isinstance(error, CellExecutionError):
            return f"{path.name}: {type(error).__name__}: {error}"
        plain = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
        place = re.search(r"Cell In\[\d+\], line \d+", plain)
        return ": ".join([path.name, *([place[0]] if place else []), error.ename, error.evalue])
    changed = text != path.read_text(encoding="utf-8")
    if changed:
        store(path, text)
    print(f"{path.name}: {'outputs stored' if changed else 'unchanged'}", flush=True)
    return None


def main(arguments: list[str]) -> int:
    """Execute the named notebooks, or all of them; the exit status for ``make execute``."""
    paths = [Path(argument) for argument in arguments] or sorted(NOTEBOOKS.glob("*.ipynb"))
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        failures = [failure for failure in pool.map(run, paths) if failure]
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
