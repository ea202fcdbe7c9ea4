"""Draws for each page the card that a link to it shows elsewhere, and names it in the page's head.

Cards are named only when the book knows its own address: whoever follows a card needs a whole one.
The environment variable AFTERMUMBAI_URL gives it, as the workflow that publishes the book does.

Nothing outside ``book`` imports it.
"""

import html
import os
import re
import textwrap
from pathlib import Path

import vl_convert
from sphinx.application import Sphinx

from aftermumbai.book import figures, templates

FOLDER = "cards"
ADDRESS = "AFTERMUMBAI_URL"
WIDTH, HEIGHT = 1200, 630
# Letters in a line of the title and of the words below it, beside a picture and without one.
LINES = {True: (23, 46), False: (40, 80)}


def card(title: str, words: str, picture: str | None) -> str:
    """A card as SVG: title, first words and, if the page has one, the first picture in its narrow form."""
    of_title, of_words = LINES[picture is not None]
    if picture:
        place = 'x="640" y="40" width="520" height="550"'
        picture = re.sub(r'width="[\d.]+" height="[\d.]+"', place, picture, count=1)
    return templates.fill(
        "card.svg",
        width=WIDTH,
        height=HEIGHT,
        title=textwrap.wrap(title, of_title)[:5],
        words=textwrap.wrap(words, of_words, max_lines=6, placeholder=" …"),
        picture=picture,
    )


def add_card(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Name the card in the page's head and draw it."""
    base = os.environ.get(ADDRESS)
    if not base or doctree is None or app.builder.format != "html":
        return
    title = html.unescape(re.sub(r"<[^>]*>", "", context["title"]))
    described = context["am_description"]
    first = next(iter(doctree.findall(figures.VegaFigure)), None)
    picture = None if first is None else figures.still(figures.layouts(first["spec"])["narrow"], "", "card")
    path = Path(app.outdir, FOLDER, f"{pagename.replace('/', '-')}.png")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(vl_convert.svg_to_png(card(title, described, picture)))
    address = base.rstrip("/")
    properties = {
        "og:type": "article",
        "og:site_name": "After Mumbai",
        "og:title": title,
        "og:description": described,
        "og:url": f"{address}/{pagename}.html",
        "og:image": f"{address}/{FOLDER}/{path.name}",
        "og:image:width": str(WIDTH),
        "og:image:height": str(HEIGHT),
        "og:image:alt": f"{title}: title and first picture of the page",
    }
    tags = [f'<meta property="{key}" content="{html.escape(value)}" />' for key, value in properties.items()]
    context["metatags"] += "\n" + "\n".join([*tags, '<meta name="twitter:card" content="summary_large_image" />'])


def setup(app: Sphinx) -> None:
    """Register the cards, after what describes the pages."""
    app.connect("html-page-context", add_card, priority=950)
