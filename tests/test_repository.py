"""Promises of the repository itself: the lock, what is committed, the setup's messages."""

import ast
import os
import re
import subprocess

import pytest
import yaml
from conftest import ROOT

REGISTRY = re.compile(r"pypi" + r"\.org|python" + r"hosted|registry\.npm" + r"js|deb\.debian", re.IGNORECASE)


def tracked() -> list[str]:
    run = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in run.stdout.split("\0") if name]


def test_every_locked_requirement_is_pinned_and_hashed_and_names_no_host():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in text and "--index-url" not in text
    requirements = [block for block in re.split(r"\n(?=[a-z0-9])", text) if re.match(r"[a-z0-9]", block)]
    assert len(requirements) > 100
    for block in requirements:
        assert re.match(r"[a-z0-9._-]+==[^ ]+ ", block) and "--hash=sha256:" in block, block


def test_no_committed_file_names_a_package_registry():
    for name in tracked():
        path = ROOT / name
        if path.suffix not in {".png"} and path.exists():
            assert not REGISTRY.search(path.read_text(encoding="utf-8")), name


def test_nothing_built_is_committed():
    assert not [name for name in tracked() if name.startswith(("_build/", ".venv/")) or "__pycache__" in name]


def test_the_citation_file_is_complete():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "title", "authors", "version", "date-released", "license", "message"} <= set(citation)


def make(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ | environment
    )


def test_make_help_lists_every_target():
    text = make("help").stdout
    for target in ("book", "test", "lab", "check", "execute", "lock", "clean"):
        assert f"make {target}" in text


@pytest.mark.parametrize(
    ("python", "message"),
    [("", "Python 3.11 or newer is needed and none was found"), ("/bin/false", "'/bin/false' is not one")],
)
def test_a_missing_or_unfit_python_gets_one_line(tmp_path, python, message):
    for folder in ("src", "book", "data"):
        (tmp_path / folder).mkdir()
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        (tmp_path / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    run = subprocess.run(
        ["make", "check", f"PYTHON={python}"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    lines = [line for line in run.stderr.splitlines() if not line.startswith("make")]
    assert run.returncode != 0
    assert len(lines) == 1 and message in lines[0]


def test_every_file_the_readme_shows_or_names_is_there():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"\]\(([^)#:]+)\)", text) + re.findall(r"`([\w./-]+\.(?:md|json|cff|txt))`", text)
    assert len(named) >= 4
    assert [name for name in named if not (ROOT / name).exists()] == []


# What each module may import of this package: only what stands before it.
ORDER = ["files", "rules", "data", "measures", "export", "charts", "tables", "geodata", "book"]
# Maps take the theme from charts, and the drawings of a chapter may take maps: they stand side by side.
PLACE = {name: place for place, name in enumerate(ORDER)} | {"maps": ORDER.index("charts")}


def test_imports_run_one_way():
    source = ROOT / "src" / "aftermumbai"
    for path in sorted(source.rglob("*.py")):
        own = path.relative_to(source).parts[0].removesuffix(".py")
        if own == "__init__":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("aftermumbai"):
                parts = node.module.split(".")[1:2] or [alias.name for alias in node.names]
                for part in set(parts) & set(PLACE):
                    assert PLACE[part] <= PLACE[own], f"{path.name} imports {part}"
