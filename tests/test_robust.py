"""A killed run, a full disk or a read-only checkout leaves every file as it was, and says so in one line."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
import vl_convert
from conftest import ROOT
from jupyter_cache import get_cache

from aftermumbai import export, files
from aftermumbai.book import browser, execute, figures, pdf

LINE = "one whole line\n"


def write_notebook(path: Path, *cells: str) -> bytes:
    """A stored notebook with an output that a new run would change; its bytes."""
    code = [nbformat.v4.new_code_cell(source, id=f"cell-{'abc'[n]}") for n, source in enumerate(cells)]
    code[0]["outputs"] = [nbformat.v4.new_output("execute_result", {"text/plain": "'yesterday'"}, execution_count=1)]
    nbformat.write(nbformat.v4.new_notebook(cells=code), path)
    return path.read_bytes()


def python(code: str, *arguments: str, **options) -> subprocess.Popen:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], env=environment, stderr=subprocess.PIPE, text=True, **options
    )


# Killed


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize("moment", ["os.replace", "os.fsync", "write"])
def test_a_run_killed_while_it_writes_leaves_the_old_file_whole(tmp_path, moment):
    path = tmp_path / "events.csv"
    path.write_text(LINE, encoding="utf-8")
    code = """
import os, pathlib, signal, sys
from aftermumbai import files
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "os.replace":
    os.replace = die
elif sys.argv[2] == "os.fsync":
    os.fsync = die
text = "another line\\n" * 200_000
if sys.argv[2] == "write":
    # The disk takes a part, then the process dies.
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
files.replace(pathlib.Path(sys.argv[1]), text)
"""
    run = python(code, str(path), moment)
    run.communicate(timeout=120)
    assert run.returncode != 0
    assert path.read_text(encoding="utf-8") == LINE
    # What a killed run leaves beside it is hidden from git and from every reader of the folder.
    assert [p.name for p in tmp_path.iterdir() if not p.name.endswith(".part")] == ["events.csv"]
    files.replace(path, "new\n")
    assert [p.name for p in tmp_path.iterdir()] == ["events.csv"] and path.read_text(encoding="utf-8") == "new\n"


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_an_execution_killed_in_the_middle_leaves_the_notebook_as_it_was(tmp_path):
    path, mark = tmp_path / "slow.ipynb", tmp_path / "started"
    before = write_notebook(path, "'today'", f"open({str(mark)!r}, 'w').close(); import time; time.sleep(600)")
    code = "import sys; from aftermumbai.book import execute; sys.exit(execute.main(sys.argv[1:]))"
    run = python(code, str(path), start_new_session=True)
    try:
        for _ in range(1200):
            if mark.exists():
                break
            time.sleep(0.1)
        assert mark.exists()
    finally:
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate(timeout=60)
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["slow.ipynb", "started"]


# A disk that is full, a checkout that may not be written to


def failing(number: int):
    def fail(*arguments, **options):
        raise OSError(number, os.strerror(number))

    return fail


CAUSES = {
    errno.ENOSPC: "the disk is full",
    errno.EROFS: "the checkout is read-only",
    errno.EACCES: r"its folder may not be written to \(a read-only checkout\?\)",
}


@pytest.mark.parametrize("number", CAUSES)
@pytest.mark.parametrize("step", ["open", "replace"])
def test_a_file_that_cannot_be_written_stays_and_the_message_says_why(tmp_path, monkeypatch, number, step):
    path = tmp_path / "events.csv"
    path.write_text(LINE, encoding="utf-8")
    monkeypatch.setattr(*((Path, "open") if step == "open" else (os, "replace")), failing(number))
    with pytest.raises(files.NotWrittenError, match=f"events.csv was not written and is as it was: {CAUSES[number]}"):
        files.replace(path, "new\n")
    monkeypatch.undo()
    assert [p.name for p in tmp_path.iterdir()] == ["events.csv"] and path.read_text(encoding="utf-8") == LINE


@pytest.mark.parametrize(
    ("option", "text", "reason"),
    [("size=16k", "x" * 100_000, "the disk is full"), ("remount,ro", "new\\n", "the checkout is read-only")],
)
def test_a_really_full_or_read_only_disk_leaves_the_file_and_says_so(tmp_path, option, text, reason):
    """On a disk of a few kilobytes, where the system lets a test mount one."""
    disk, code = tmp_path / "disk", tmp_path / "write.py"
    disk.mkdir()
    code.write_text(
        f"""import pathlib, sys
from aftermumbai import files
try:
    files.replace(pathlib.Path({str(disk / "a.csv")!r}), "{text}")
except files.NotWrittenError as error:
    print(error, file=sys.stderr)
""",
        encoding="utf-8",
    )
    script = f"""
mount -t tmpfs -o size=16k none {disk} || exit 77
printf 'old\\n' > {disk}/a.csv
mount -o remount,{option.removeprefix("remount,")} {disk}
{sys.executable} {code}
cat {disk}/a.csv; ls -A {disk}
"""
    try:
        run = subprocess.run(["unshare", "-rm", "sh", "-c", script], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no unshare on this system")
    if "old" not in run.stdout:
        pytest.skip("this system lets no test mount a disk")
    assert f"a.csv was not written and is as it was: {reason}" in run.stderr
    assert run.stdout.split() == ["old", "a.csv"]


def test_nothing_is_built_where_there_is_no_room(tmp_path, monkeypatch):
    assert files.refusal(tmp_path / "new" / "_build", 4096) is None and (tmp_path / "new" / "_build").is_dir()
    assert re.fullmatch(r"nothing can be built in .*: \d+ MB are free there, 1099511627776 MB are needed",
                        files.refusal(tmp_path, 2**60))  # fmt: skip
    assert list(tmp_path.iterdir()) == [tmp_path / "new"]
    (tmp_path / "file").touch()
    assert files.refusal(tmp_path / "file") == f"nothing can be built in {tmp_path / 'file'}: File exists"
    for number, cause in CAUSES.items():
        monkeypatch.setattr(Path, "write_bytes", failing(number))
        assert re.fullmatch(f"nothing can be built in .*: {cause}", files.refusal(tmp_path))


def test_a_build_asks_for_room_before_and_after():
    """Before it begins, and when it failed: the disk may have filled meanwhile."""
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("$(HTML)/.built:")[1]
    assert recipe.index("$(ROOM)") < recipe.index("book.execute") and recipe.count("|| { $(ROOM);") == 2


def test_outputs_that_cannot_be_kept_are_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(execute, "fill", failing(errno.ENOSPC))
    assert execute.main(["--cache", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"the outputs cannot be kept in {tmp_path}: the disk is full\n"


@pytest.mark.parametrize(("width", "letters"), [(0, False), (41.5, True)])
def test_a_browser_without_a_font_is_noticed(width, letters):
    class Page:
        def evaluate(self, code):
            assert "measureText" in code
            return width

    assert browser.draws_letters(Page()) is letters


def test_a_pdf_without_letters_is_refused_in_one_line(monkeypatch, capsys):
    def refuse(*arguments):
        raise RuntimeError(browser.NO_FONT)

    monkeypatch.setattr(pdf, "bind", lambda: "")
    monkeypatch.setattr(pdf.browser, "chromium", lambda: "chromium")
    monkeypatch.setattr(pdf, "write", refuse)
    assert pdf.main() == 1 and capsys.readouterr().err == f"{browser.NO_FONT}\n"
    monkeypatch.setattr(pdf, "write", failing(errno.ENOSPC))
    assert pdf.main() == 1 and capsys.readouterr().err.endswith("after-mumbai.pdf was not written: the disk is full\n")


def test_execute_reports_a_notebook_it_could_not_store(tmp_path, monkeypatch, capsys):
    path = tmp_path / "quick.ipynb"
    before = write_notebook(path, "'today'")
    monkeypatch.setattr(os, "replace", failing(errno.ENOSPC))
    assert execute.main([str(path)]) == 1
    monkeypatch.undo()
    assert f"{path} was not written and is as it was: the disk is full" in capsys.readouterr().err
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["quick.ipynb"]


def test_the_bibliography_is_reported_and_left_when_it_cannot_be_stored(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(export, "BIBLIOGRAPHY", tmp_path / "missing" / "references.bib")
    assert export.main() == 1
    assert capsys.readouterr().err.endswith("was not written and is as it was: its folder is missing\n")


def test_nothing_stores_a_file_of_the_checkout_in_another_way():
    """Writers of the built book may; what writes notebooks, data or the bibliography goes through ``files``."""
    package = ROOT / "src" / "aftermumbai"
    built = {"__init__.py", "assets.py", "cards.py", "figures.py", "pdf.py", "texts.py"}  # of book/: into _build only
    for path in sorted(package.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if path.name in {"files.py"} or (path.parent.name == "book" and path.name in built):
            continue
        for line in text.splitlines():
            if "write_text(" in line or "write_bytes(" in line or "nbformat.write(" in line:
                assert path.name == "export.py" and "folder /" in line, f"{path.name}: {line.strip()}"


# The cache that the book is built from


def test_the_cache_is_filled_once_and_the_notebook_stays(tmp_path, capsys):
    path, cache = tmp_path / "two.ipynb", tmp_path / "cache"
    before = write_notebook(path, "'today'")
    execute.fill(cache, [path])
    assert "two.ipynb: executed in" in capsys.readouterr().out
    assert path.read_bytes() == before
    _, merged = get_cache(cache).merge_match_into_notebook(nbformat.read(path, as_version=4))
    assert merged.cells[0].outputs[0]["data"]["text/plain"] == "'today'"
    execute.fill(cache, [path])
    assert capsys.readouterr().out == ""


def test_one_changed_notebook_alone_is_executed_again(tmp_path, capsys):
    paths = [tmp_path / "one.ipynb", tmp_path / "two.ipynb", tmp_path / "three.ipynb"]
    for path in paths[:2]:
        write_notebook(path, f"'{path.stem}'")
    write_notebook(paths[2], "1 / 0")
    execute.fill(tmp_path / "cache", paths)
    said = capsys.readouterr().out
    assert "one.ipynb: executed" in said and "two.ipynb: executed" in said and "three.ipynb: failed" in said
    write_notebook(paths[0], "'changed'")
    execute.fill(tmp_path / "cache", paths[:2])
    said = capsys.readouterr().out
    assert "one.ipynb: executed" in said and "two.ipynb" not in said


def test_outputs_that_were_just_proven_are_taken_as_they_stand(tmp_path, capsys):
    path = tmp_path / "one.ipynb"
    write_notebook(path, "1 / 0")
    execute.fill(tmp_path / "cache", [path], stored=True)
    assert "one.ipynb: taken as stored" in capsys.readouterr().out
    cache = get_cache(tmp_path / "cache")
    kept = cache.match_cache_notebook(nbformat.read(path, as_version=4))
    assert cache.get_cache_bundle(kept.pk).nb.cells[-1].outputs[0].data["text/plain"] == "'yesterday'"
    execute.fill(tmp_path / "cache", [path])
    assert capsys.readouterr().out == ""


# A machine without fonts or without a browser


def test_a_picture_is_drawn_where_no_font_is_installed():
    """Widths of text may differ there; the picture and all its words do not fail."""
    spec = {
        "$schema": figures.SCHEMA,
        "data": {"values": [{"a": "Łódź – Kashmir", "b": 2}]},
        "mark": "bar",
        "encoding": {"x": {"field": "b", "type": "quantitative"}, "y": {"field": "a", "type": "nominal"}},
        "config": {"font": "No Such Font"},
    }
    assert "Łódź – Kashmir" in vl_convert.vegalite_to_svg(spec, vl_version=figures.VL_VERSION)


@pytest.mark.parametrize(("required", "status"), [("1", 1), ("0", 0)])
def test_a_missing_browser_gets_one_clear_line(tmp_path, required, status):
    environment = {name: value for name, value in os.environ.items() if name not in {"CHROMIUM", "PYTEST_XDIST_WORKER"}}
    environment |= {"PATH": str(tmp_path), "AFTERMUMBAI_REQUIRE_BROWSER": required}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-rs",
        "-p",
        "no:cacheprovider",
        "-k",
        "keeps_what_the_reader_chose",
    ]
    run = subprocess.run(
        [*command, "tests/test_browser.py"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (run.returncode != 0) == bool(status)
    assert browser.MISSING in run.stdout


def test_a_killed_build_is_not_taken_for_a_finished_one():
    """The mark of a finished book is set last, and what a build in progress left is dropped by the next."""
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("$(HTML)/.built:")[1]
    assert recipe.index("_build/.building") < recipe.index("jupyter-book build") < recipe.index("touch $@")
    assert "rm -rf $(HTML) _build/.doctrees" in recipe


def test_the_stored_notebooks_hold_no_half_written_cell():
    for path in sorted((ROOT / "notebooks").iterdir()):
        assert path.suffix == ".ipynb" or path.name == ".ipynb_checkpoints", path
        json.loads(path.read_text(encoding="utf-8"))
