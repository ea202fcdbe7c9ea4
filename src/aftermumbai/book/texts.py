"""The texts of all pages in one script, from which a search takes its passages.

Sphinx's search shows a passage of each page that it finds, and reads the whole page for it. A browser forbids that
in a folder of files, but runs a script from there; and to a host it is one request instead of one for each page.
Imported by the extension only; ``aftermumbai.js`` reads what it writes.
"""

import json
import re
from pathlib import Path

from sphinx.application import Sphinx

NAME = "texts.js"
# What no passage is taken from: code, pictures, the rows and files of a figure, and the signs beside headings.
_SILENT = re.compile(
    r"<(script|style|svg)\b.*?</\1>|<figure .*?<figcaption>|<span class=\"am-downloads\">.*?</span>"
    r'|<details class="am-table">.*?</details>(?=\s*</figure>)|<details class="admonition hide.*?</details>'
    r'|<a class="headerlink".*?</a>',
    flags=re.DOTALL,
)
_ARTICLE = re.compile(r'<article class="bd-article">(.*?)</article>', flags=re.DOTALL)
_SECTION = re.compile(r'<section [^>]*?id="([^"]+)"[^>]*>')


def text_of(page: str) -> str:
    """What a page says, in one line; of its markup only the sections stay, because a search may look for one.

    Args:
        page: the whole page as built.
    """
    article = _ARTICLE.search(page)
    text = _SILENT.sub(_title, article[1] if article else "")
    text = _SECTION.sub(r"<section id=\1>", text)
    text = re.sub(r"<(?!/?section\b)[^>]*>", " ", text)
    # Where the markup of a word ended, a blank now stands before a comma.
    return re.sub(r" (?=[.,;:?!)])|(?<=\() ", "", re.sub(r"\s+", " ", text)).strip()


def _title(silent: re.Match) -> str:
    """What stays of a silent part: the title of a figure."""
    found = re.search(r'<p class="am-title">(.*?)</p>', silent[0], flags=re.DOTALL)
    return f" {found[1]}. " if found else " "


def script(pages: dict[str, str]) -> str:
    """The script that hands over the texts, by the name of their page.

    Args:
        pages: for a name the whole page as built.
    """
    texts = {name: text_of(page) for name, page in sorted(pages.items())}
    return f"window.amTexts={json.dumps(texts, ensure_ascii=False, separators=(',', ':'))};\n"


def write(app: Sphinx, error: Exception | None) -> None:
    """Put the script beside the others once the pages are written."""
    if error is None and app.builder.format == "html":
        paths = {name: Path(app.builder.get_outfilename(name)) for name in app.env.found_docs}
        pages = {name: path.read_text(encoding="utf-8") for name, path in paths.items()}
        Path(app.outdir, "_static", NAME).write_text(script(pages), encoding="utf-8")
