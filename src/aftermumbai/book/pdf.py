"""Binds the built pages into one PDF with outline, links and page numbers: ``python -m aftermumbai.book.pdf``.

Reads ``_build/html`` as ``make book`` leaves it. Every page becomes a section of one document, in the order of
``_toc.yml``; names and links are rewritten so that a link to a page of the book leads to its place in the PDF.

Nothing outside ``book`` imports it.
"""

import re
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import bs4
import pypdf
import yaml

from aftermumbai import files
from aftermumbai.book import browser, templates

ROOT = Path(__file__).resolve().parents[3]
HTML = ROOT / "_build" / "html"
OUT = ROOT / "_build" / "after-mumbai.pdf"

# Attributes that name an element of the same page, or a list of them.
REFERENCES = ("for", "headers", "aria-labelledby", "aria-describedby", "aria-controls")
# What is of no use on paper.
SCREEN_ONLY = {"headerlink", "am-live", "am-narrow", "am-downloads", "am-search", "cell_input"}
# Gives each entry of the contents its page.
NUMBER = """numbers => document.querySelectorAll('.am-contents a').forEach(entry => {
  entry.dataset.page = numbers[entry.hash.slice(1)];
})"""


def order(toc: dict) -> list[tuple[str, list[str]]]:
    """The book's parts with their pages, in the order of the table of contents; the front page stands alone."""
    return [
        ("", [toc["root"]]),
        *((part["caption"], [one["file"] for one in part["chapters"]]) for part in toc["parts"]),
    ]


def prefix(page: str) -> str:
    """What stands before each name of a page in the bound document."""
    return f"{page.replace('/', '-')}--"


def is_for_the_screen(element: bs4.Tag) -> bool:
    """Whether an element is of no use on paper."""
    classes = set(element.get("class", ()))
    return element.name == "script" or bool(classes & SCREEN_ONLY) or (element.name == "details" and "hide" in classes)


def section(markup: str, page: str, pages: set[str]) -> bs4.Tag:
    """The article of one page as a section of the bound document.

    Args:
        markup: the page as built.
        page: its path below the HTML folder, without ending.
        pages: all pages that are bound; a link to one of them becomes a link within the document.
    """
    article = bs4.BeautifulSoup(markup, "html.parser").select_one("article.bd-article")
    for element in article.find_all(is_for_the_screen):
        element.decompose()
    article.name, article["class"], own = "section", ["bound", "bd-article"], prefix(page)
    article["id"] = own
    for element in article.find_all(True):
        if re.fullmatch("h[1-5]", element.name):
            # The parts of the book are the first level.
            element.name = f"h{int(element.name[1]) + 1}"
        for name, value in list(element.attrs.items()):
            text = " ".join(value) if isinstance(value, list) else value
            if name == "id":
                element[name] = own + text
            elif name in REFERENCES:
                element[name] = " ".join(own + one for one in text.split())
            elif "url(#" in text:
                element[name] = text.replace("url(#", f"url(#{own}")
            elif name in ("href", "xlink:href"):
                element[name] = link(text, page, pages)
                if element[name] is None:
                    del element[name]
            elif name == "src":
                element[name] = (HTML / page).parent.joinpath(text).resolve().as_uri()
    return article


def link(address: str, page: str, pages: set[str]) -> str | None:
    """Where a link of a page leads in the bound document; None for a file that is not in it."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return address
    target = page
    if parts.path:
        path = (HTML / page).parent.joinpath(unquote(parts.path)).resolve().with_suffix("")
        target = path.relative_to(HTML).as_posix() if path.is_relative_to(HTML) else ""
    return f"#{prefix(target)}{parts.fragment}" if target in pages else None


def bind(html: Path = HTML, toc: Path = ROOT / "_toc.yml") -> str:
    """The bound document: a title, the contents, every page."""
    parts = order(yaml.safe_load(toc.read_text(encoding="utf-8")))
    pages = {page for _, names in parts for page in names}
    bound = []
    for caption, names in parts:
        sections = [section((html / f"{page}.html").read_text(encoding="utf-8"), page, pages) for page in names]
        titles = [one.find("h2").get_text() for one in sections]
        entries = [{"id": prefix(page), "title": title} for page, title in zip(names, titles, strict=True)]
        bound.append({"caption": caption, "entries": entries, "sections": [str(one) for one in sections]})
    styles = [path.as_uri() for path in stylesheets(html, parts[0][1][0])]
    return templates.fill("pdf.html", parts=bound, styles=styles)


def stylesheets(html: Path, page: str) -> list[Path]:
    """The style sheets that a page of the book loads."""
    soup = bs4.BeautifulSoup((html / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
    found = [urlsplit(one["href"]).path for one in soup.select('link[rel~="stylesheet"]')]
    return [(html / page).parent.joinpath(unquote(one)).resolve() for one in found]


def page_numbers(path: Path) -> dict[str, int]:
    """The page of each place that something in a PDF links to, counted from one, by the name of the place."""
    with pypdf.PdfReader(path) as reader:
        places = reader.named_destinations.items()
        return {name.removeprefix("/"): reader.get_destination_page_number(place) + 1 for name, place in places}


def write(markup: str, out: Path, chromium: str) -> None:
    """Print a bound document to a PDF; an older one stays until the new one is whole.

    It is printed twice: only then is it known on which pages the entries of the contents stand.

    Raises:
        RuntimeError: no font is installed.
    """
    from playwright.sync_api import sync_playwright

    bound, part = out.with_suffix(".html"), out.with_suffix(".part")
    bound.write_text(markup, encoding="utf-8")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=browser.FLAGS)
        page = running.new_page()
        page.goto(bound.as_uri(), timeout=300_000)
        if not browser.draws_letters(page):
            raise RuntimeError(browser.NO_FONT)
        options = {"prefer_css_page_size": True, "print_background": True, "outline": True, "tagged": True}
        page.pdf(path=part, **options)
        page.evaluate(NUMBER, page_numbers(part))
        page.pdf(path=part, **options)
        running.close()
    part.replace(out)
    bound.unlink()


def main() -> int:
    """Bind the built book; the exit status."""
    path = browser.chromium()
    if path is None:
        print(browser.MISSING, file=sys.stderr)
        return 1
    try:
        write(bind(), OUT, path)
    except OSError as error:
        print(f"{OUT} was not written: {files.reason(error)}", file=sys.stderr)
        return 1
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The whole book: {OUT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
