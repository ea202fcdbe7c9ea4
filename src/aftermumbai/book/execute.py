"""Re-executes the notebooks and stores their outputs, clean of whatever differs between machines.

Run by ``make execute``. A notebook is replaced only when all of its cells ran, and in one step. With
``--cache`` the outputs go into the cache that the book is built from instead, and no notebook changes; with
``--stored`` these are the outputs that the notebooks hold, for ``make test``, which has just proven them. With
``--clean`` nothing is executed, and only what an editor added goes: the hook before a commit.

``jupyter_lab_config.py`` and the tests import it.
"""

import copy
import os
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

from aftermumbai import files
from aftermumbai.charts import MIME

NOTEBOOKS = Path(__file__).resolve().parents[3] / "notebooks"
# Seconds that one cell may take.
TIMEOUT = 300
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def executed(path: Path) -> nbformat.NotebookNode:
    """A notebook after running it top to bottom in a new kernel, in its own folder; it keeps its metadata.

    Raises:
        CellExecutionError: a cell failed.
        CellTimeoutError: a cell took too long.
    """
    notebook = nbformat.read(path, as_version=4)
    metadata = copy.deepcopy(notebook.metadata)
    NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        # Kernels here talk over the loopback; each would warn that others could listen.
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        record_timing=False,
        resources={"metadata": {"path": path.parent}},
    ).execute()
    # What the kernel says of itself would change how the book colours the code.
    notebook.metadata |= metadata
    return notebook


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


def run(path: Path) -> str | None:
    """Execute and store one notebook; the reason if that failed, and then the file is as it was."""
    try:
        text = nbformat.writes(clean(executed(path))) + "\n"
    except Exception as error:  # one notebook's failure must not hide the others'
        if not isinstance(error, CellExecutionError):
            return f"{path.name}: {type(error).__name__}: {error}"
        plain = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
        place = re.search(r"Cell In\[\d+\], line \d+", plain)
        return ": ".join([path.name, *([place[0]] if place else []), error.ename, error.evalue])
    return store(path, text, "outputs stored")


def tidy(path: Path) -> str | None:
    """Take out of a stored notebook what an editor added; the reason if that failed, and then the file is as it was."""
    try:
        text = nbformat.writes(clean(nbformat.read(path, as_version=4))) + "\n"
    except Exception as error:  # one notebook's failure must not hide the others'
        return f"{path.name}: {type(error).__name__}: {error}"
    return store(path, text, "cleaned")


def store(path: Path, text: str, done: str) -> str | None:
    """Replace a notebook whose text has changed; the reason if that failed."""
    changed = text != path.read_text(encoding="utf-8")
    if changed:
        try:
            files.replace(path, text)
        except files.NotWrittenError as error:
            return str(error)
    print(f"{path.name}: {done if changed else 'unchanged'}", flush=True)
    return None


def fill(folder: Path, paths: list[Path], stored: bool = False) -> None:
    """Execute what a cache of outputs does not hold yet, several notebooks at a time, and put it there.

    Sphinx would execute one after the other. A notebook that fails is left to it: it says why, on its page.

    Args:
        folder: of the cache.
        paths: of the notebooks.
        stored: take the outputs that the notebooks hold, and execute none.
    """
    cache = get_cache(folder)

    def missing(path: Path) -> bool:
        try:
            cache.match_cache_notebook(nbformat.read(path, as_version=4))
        except KeyError:
            return True
        return False

    def outputs(path: Path) -> tuple[nbformat.NotebookNode | None, float]:
        started = time.monotonic()
        try:
            notebook = nbformat.read(path, as_version=4) if stored else executed(path)
            return notebook, time.monotonic() - started
        except (CellExecutionError, CellTimeoutError):
            return None, time.monotonic() - started

    # The longest first, so that none is left alone at the end.
    waiting = sorted(filter(missing, paths), key=lambda path: path.stat().st_size, reverse=True)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for path, (notebook, seconds) in zip(waiting, pool.map(outputs, waiting), strict=True):
            if notebook is not None:
                bundle = CacheBundleIn(notebook, str(path), data={"execution_seconds": seconds})
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
            done = "taken as stored" if stored else f"executed in {seconds:.1f} s"
            print(f"{path.name}: {done if notebook else 'failed'}", flush=True)


def main(arguments: list[str]) -> int:
    """Execute, or clean, the named notebooks, or all of them; the exit status for ``make execute``."""
    if arguments[:1] == ["--cache"]:
        try:
            fill(Path(arguments[1]), sorted(NOTEBOOKS.glob("*.ipynb")), stored="--stored" in arguments)
        except OSError as error:
            print(f"the outputs cannot be kept in {arguments[1]}: {files.reason(error)}", file=sys.stderr)
            return 1
        return 0
    work = tidy if "--clean" in arguments else run
    named = [Path(argument) for argument in arguments if argument != "--clean"]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        failures = [failure for failure in pool.map(work, named or sorted(NOTEBOOKS.glob("*.ipynb"))) if failure]
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
