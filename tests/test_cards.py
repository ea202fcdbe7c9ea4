"""A card holds the page's title, words and picture, and is named only where the book knows its address."""

import types

import pytest
import vl_convert
from docutils import nodes
from docutils.utils import new_document

from aftermumbai.book import cards

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9"></svg>'


def test_a_card_is_a_picture_of_the_promised_size_and_shows_text_as_text():
    svg = cards.card("Who <b>said</b> they did it?", "A word & another. " * 40, PICTURE)
    assert "&lt;b&gt;" in svg and "<b>" not in svg and "…" in svg
    png = vl_convert.svg_to_png(svg)
    assert png[:4] == b"\x89PNG"
    assert [int.from_bytes(png[at : at + 4]) for at in (16, 20)] == [cards.WIDTH, cards.HEIGHT]


@pytest.mark.parametrize("address", [None, "https://example.org/book/"])
def test_a_card_is_named_only_where_the_book_knows_its_address(tmp_path, monkeypatch, address):
    monkeypatch.delenv(cards.ADDRESS, raising=False)
    if address:
        monkeypatch.setenv(cards.ADDRESS, address)
    app = types.SimpleNamespace(builder=types.SimpleNamespace(format="html"), outdir=str(tmp_path))
    context = {"title": "Glossary &amp; more", "am_description": 'Terms "here"', "metatags": ""}
    page = new_document("page")
    page += nodes.paragraph(text="Terms")
    cards.add_card(app, "book/glossary", "page.html", context, page)
    path = tmp_path / "cards" / "book-glossary.png"
    assert path.exists() == bool(address)
    if address:
        assert 'property="og:image" content="https://example.org/book/cards/book-glossary.png"' in context["metatags"]
        assert 'content="Terms &quot;here&quot;"' in context["metatags"]
    else:
        assert context["metatags"] == ""
