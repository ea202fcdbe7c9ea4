"""The indexes find names and documents where the book shows them, and nowhere else."""

import json

import pytest
from conftest import ROOT

from aftermumbai import data
from aftermumbai.book import mentions, pages
from aftermumbai.charts import MIME

FIGURE = {
    "usermeta": {"figure": {"id": "raids", "title": "Raids by year", "takeaway": "Few", "alt": "A line"}},
    "datasets": {"rows": [{"where": "Uri"}]},
}
TABLE = '<a href="https://example.org/a?x=1&amp;y=2" title="Baramulla &amp; beyond">a</a> <b>Poonch</b>'


@pytest.fixture
def notebook(tmp_path):
    cells = [
        {"cell_type": "markdown", "id": "top", "source": ["# What happened?\n", "JeM and the JeMs."]},
        {"cell_type": "code", "id": "raids", "source": [], "outputs": [{"data": {MIME: FIGURE}}]},
        {"cell_type": "code", "id": "table", "source": [], "outputs": [{"data": {"text/html": [TABLE]}}]},
    ]
    path = tmp_path / "02-raids-and-more.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


def test_a_notebook_falls_into_its_own_text_and_its_figures(notebook):
    chapter, figure = mentions.parts(notebook)
    assert (chapter.page, chapter.anchor, chapter.title) == ("notebooks/02-raids-and-more", "", "What happened?")
    assert (figure.anchor, figure.title) == ("fig-raids", "Raids by year")
    assert "Uri" in figure.text and "Poonch" in chapter.text
    assert mentions.chapter(notebook).name == "raids and more"


def test_a_name_is_found_as_a_whole_word_only(notebook):
    book = mentions.parts(notebook)
    assert [part.anchor for part in mentions.mentioned({"JeM"}, book)] == [""]
    assert [part.anchor for part in mentions.mentioned({"Uri"}, book)] == ["fig-raids"]
    assert mentions.mentioned({"Ur", "oonch", "jem"}, book) == []


def test_the_documents_of_a_notebook_are_those_its_tables_link_to(notebook):
    assert mentions.cited(notebook) == {"https://example.org/a?x=1&y=2"}


def test_every_document_a_chapter_links_to_is_a_source_of_the_package():
    known = set(data.load("sources")["url"])
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        foreign = {url for url in mentions.cited(path) - known if "openstreetmap.org" not in url}
        assert foreign == set(), path.name


def test_the_index_leads_from_a_name_to_the_chapter_and_the_figure(notebook):
    entries = {entry["name"]: entry["chapters"] for entry in pages.index_of("places", "name", mentions.parts(notebook))}
    assert entries["Uri"] == [
        {
            "title": "What happened?",
            "url": "../notebooks/02-raids-and-more.html",
            "figures": [{"title": "Raids by year", "url": "../notebooks/02-raids-and-more.html#fig-raids"}],
        }
    ]
    assert "Delhi" not in entries


def test_what_a_chapters_data_cannot_say_is_told_by_how_each_point_begins():
    items = (
        "- **It is no census.** Events were chosen.\n- **Who fired first** is in [none](a.ipynb) of the tables.\n"
        "- **Few,** and a selection: the panels\n  show dates."
    )
    cells = [
        {"cell_type": "markdown", "source": [f"## What these data cannot say\n\n{items}"]},
        {"cell_type": "markdown", "source": ["## Data\n\n- Tables used"]},
    ]
    leads = ["It is no census.", "Who fired first is in none of the tables.", "Few, and a selection."]
    assert pages.limits_of({"cells": cells}) == leads
    assert pages.limits_of({"cells": cells[1:]}) == []
