"""Finds where the book speaks of a group, a person or a place, and which documents its tables link to.

Reads the notebooks as they are stored. Imported by ``pages`` only. A page is named by its path within the book,
without ending: ``notebooks/02-claims-and-attribution``.
"""

import html
import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from aftermumbai.charts import MIME


class Part(NamedTuple):
    """A stretch of a chapter that a link can lead to: the chapter itself, or one of its figures."""

    page: str
    anchor: str
    title: str
    text: str


class Chapter(NamedTuple):
    """A notebook in few words: its file without ending, and what that says of its subject."""

    page: str
    name: str


def chapter(path: Path) -> Chapter:
    """The short name of a notebook, from its file: ``02-claims-and-attribution`` is "claims and attribution"."""
    return Chapter(docname(path), path.stem.split("-", 1)[1].replace("-", " "))


def docname(path: Path) -> str:
    """The page that a notebook becomes."""
    return f"notebooks/{path.stem}"


def title(notebook: dict) -> str:
    """The heading of a notebook."""
    sources = ("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    return next(found[1] for source in sources if (found := re.match(r"# (.+)", source)))


def load(path: Path) -> dict:
    """A notebook as it is stored."""
    return json.loads(path.read_text(encoding="utf-8"))


def cited(path: Path) -> set[str]:
    """The addresses that the tables of a notebook link to."""
    notebook = load(path)
    shown = (output["data"] for cell in notebook["cells"] for output in cell.get("outputs", []))
    return addresses("\n".join("".join(one.get("text/html", "")) for one in shown))


def addresses(markup: str) -> set[str]:
    """The addresses on other hosts that some HTML links to."""
    return {html.unescape(address) for address in re.findall(r'href="(https?://[^"]+)"', markup)}


def parts(path: Path) -> list[Part]:
    """A notebook as the parts that a link can lead to: first its own text and tables, then each figure."""
    notebook = load(path)
    texts, figures = [], []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            texts.append(source)
        for output in cell.get("outputs", []):
            shown = output["data"]
            if MIME in shown:
                words = shown[MIME]["usermeta"]["figure"]
                rows = [str(value) for row in shown[MIME]["datasets"]["rows"] for value in row.values()]
                text = " | ".join([*(words[key] for key in ("title", "takeaway", "alt")), *rows])
                figures.append(Part(docname(path), f"fig-{words['id']}", words["title"], text))
            texts.append("".join(shown.get("text/markdown", "")))
            texts.append(words_of("".join(shown.get("text/html", ""))))
    return [Part(docname(path), "", title(notebook), "\n".join(texts)), *figures]


def words_of(markup: str) -> str:
    """What some HTML says, with the titles of its links."""
    return html.unescape(re.sub(r"<(?!/?a )[^>]*>", " ", markup))


def mentioned(names: Iterable[str], book: Iterable[Part]) -> list[Part]:
    """The parts of the book that hold one of some names as whole words, capitals as given."""
    wanted = {name.strip() for name in names if len(name.strip()) > 2}
    return [
        part for part in book if any(_words(name) <= _words(part.text) and _holds(part.text, name) for name in wanted)
    ]


@cache
def _words(text: str) -> frozenset[str]:
    """The different words of a text. Most names are in few parts, and a set says so without reading them again."""
    return frozenset(re.findall(r"[\w-]+", text))


def _holds(text: str, name: str) -> bool:
    """Whether a text holds a name as whole words. Plain searches: a pattern over a whole chapter is slow."""
    at = text.find(name)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(name) : at + len(name) + 1]
        if not any(c == "-" or c == "_" or c.isalnum() for c in before + after):
            return True
        at = text.find(name, at + 1)
    return False
