"""Promises of the repository itself: the lock, what is committed, the setup's messages."""

import ast
import os
import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from conftest import ROOT

from aftermumbai import __version__, data

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


def test_no_name_of_a_file_holds_a_blank():
    """Make would read it as two."""
    assert [name for name in tracked() if re.search(r"\s", name)] == []


def test_nothing_built_is_committed():
    assert not [name for name in tracked() if name.startswith(("_build/", ".venv/")) or "__pycache__" in name]


def test_the_citation_file_is_complete():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "title", "authors", "version", "date-released", "license", "message"} <= set(citation)


def test_the_version_is_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changes = re.findall(r"^## ([\d.]+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    said = re.findall(r"[Vv]ersion\W+(\d+\.\d+\.\d+)", (ROOT / "book" / "cite.md").read_text(encoding="utf-8"))
    versions = {citation["version"], project["version"], data.package()["version"], changes[0], *said}
    assert versions == {__version__} and len(said) == 2


@pytest.mark.parametrize("path", sorted((ROOT / ".github").rglob("*.yml")), ids=lambda path: path.name)
def test_workflows_and_forms_are_sound_and_run_only_what_there_is(path):
    text = path.read_text(encoding="utf-8")
    assert yaml.safe_load(text)
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for command in re.findall(r"run: make ([a-z ]+)$", text, re.MULTILINE):
        assert set(command.split()) <= targets, command
    for name in re.findall(r"tests/\w+\.py", text):
        assert (ROOT / name).exists(), name


def test_the_hooks_run_what_the_lock_pins_and_pass_on_every_file():
    """A hook names files as git does, without "./", and runs the versions that `make test` does."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    revisions = {
        repo["repo"].split("/")[-1].removesuffix("-pre-commit"): repo.get("rev", "").lstrip("v") for repo in hooks
    }
    locked = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    for name in ("ruff", "codespell"):
        assert f"\n{name}=={revisions[name]} " in locked
    [cleaner] = [hook for repo in hooks if repo["repo"] == "local" for hook in repo["hooks"]]
    command = [sys.executable, *cleaner["entry"].split()[1:], "notebooks/01-timeline.ipynb"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (said.stdout, said.returncode) == ("01-timeline.ipynb: unchanged\n", 0)
    texts = [name for name in tracked() if not name.endswith(".png")]
    run = subprocess.run([sys.executable, "-m", "codespell_lib", *texts], cwd=ROOT, capture_output=True, text=True)
    assert (run.stdout, run.returncode) == ("", 0)


# What GitHub takes in a form; with anything else it shows no form at all.
OF_A_FIELD = {"label", "description", "placeholder", "value", "render"}


@pytest.mark.parametrize("name", ["correction", "fault"])
def test_a_form_has_only_what_a_form_may_have(name):
    form = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / f"{name}.yml").read_text(encoding="utf-8"))
    assert set(form) <= {"name", "description", "title", "labels", "body"} and form["name"] and form["description"]
    for field in form["body"]:
        assert set(field) <= {"type", "id", "attributes", "validations"} and field["type"] in {"input", "textarea"}
        assert "label" in field["attributes"] and set(field["attributes"]) <= OF_A_FIELD, field
        assert set(field.get("validations", {})) <= {"required"}


def make(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ | environment
    )


def test_make_help_lists_every_target():
    text = make("help").stdout
    for target in ("book", "test", "lab", "check", "execute", "lock", "audit", "sbom", "pdf", "clean"):
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


def test_every_file_the_guides_show_or_name_is_there():
    names = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "RELEASING.md")
    text = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in names)
    named = re.findall(r"\]\(([^)#:]+)\)", text) + re.findall(r"`([\w./-]+\.(?:md|json|cff|txt))`", text)
    assert len(named) >= 4
    assert [name for name in named if not (ROOT / name).exists()] == []


# What each module may import of this package: only what stands before it.
ORDER = ["files", "readable", "rules", "data", "measures", "export", "charts", "tables", "geodata", "book"]
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


def test_every_module_says_what_it_is_for_and_what_imports_it():
    for path in sorted((ROOT / "src" / "aftermumbai").rglob("*.py")):
        words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        assert len(words.splitlines()[0]) > 40 and re.search(r"\b[Ii]mport", words), path
