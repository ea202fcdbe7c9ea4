"""The built book: whole, self-contained, and saying what the data say. Needs `make book` first."""

import base64
import csv
import gzip
import hashlib
import re
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import bs4
import pytest
import yaml
from conftest import HTML, PAGES, ROOT

from aftermumbai import data

LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "video": "src"}


class Page(HTMLParser):
    """What a page loads and links to, and its anchors."""

    def __init__(self, text: str):
        super().__init__()
        self.loaded, self.links, self.ids = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if LOADED.get(tag) in attributes:
            self.loaded.append(attributes[LOADED[tag]])
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        if "id" in attributes:
            self.ids.append(attributes["id"])

    @property
    def anchors(self) -> set[str]:
        return set(self.ids)


@cache
def read(path: Path) -> Page:
    """A page of the book; read once, because many links lead to the same page."""
    return Page(path.read_text(encoding="utf-8"))


def test_the_book_is_built():
    assert (HTML / "index.html").is_file()
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    for file in [toc["root"], *(c["file"] for part in toc["parts"] for c in part["chapters"])]:
        assert (HTML / f"{file}.html").is_file()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(HTML).as_posix())
def test_a_page_loads_nothing_from_another_host(path):
    for address in read(path).loaded:
        assert not urlsplit(address).netloc, address


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(HTML).as_posix())
def test_no_two_things_on_a_page_share_a_name(path):
    ids = read(path).ids
    assert [name for name, count in Counter(ids).items() if count > 1] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(HTML).as_posix())
def test_a_pages_internal_links_lead_somewhere(path):
    page = read(path)
    for address in page.links:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        assert target.is_file(), address
        if parts.fragment and target.suffix == ".html":
            assert parts.fragment in read(target).anchors, address


@cache
def article(path: Path) -> bs4.Tag:
    """What a page says; around it stand the theme's menus and, for paper, the title once more."""
    soup = bs4.BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    return soup.select_one("article.bd-article") or soup.main


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(HTML).as_posix())
def test_the_headings_of_a_page_go_down_one_step_at_a_time(path):
    levels = [int(heading.name[1]) for heading in article(path).find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels)), levels


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(HTML).as_posix())
def test_every_table_has_headings_and_says_what_they_head(path):
    for table in article(path).find_all("table"):
        heads, widths = table.select("thead th"), {len(row.find_all(["td", "th"])) for row in table.select("tbody tr")}
        assert heads and all(head.get_text(strip=True) for head in heads), table.get_text()[:80]
        assert widths == {len(heads)}, table.get_text()[:80]
        if table.find_parent(class_="am-scroll"):
            assert all(head.get("scope") == "col" for head in heads)


def test_nothing_leads_to_an_index_that_nobody_fills():
    assert not (HTML / "genindex.html").exists()
    assert not [path for path in PAGES if "genindex" in path.read_text(encoding="utf-8")]


def test_the_first_address_leads_on_with_and_without_a_click():
    page = article(HTML / "index.html")
    text = (HTML / "index.html").read_text(encoding="utf-8")
    assert 'content="0; url=book/index.html"' in text and '<html lang="en">' in text and "<title>After Mumbai" in text
    assert [link["href"] for link in page.find_all("a")] == ["book/index.html"]


def test_every_page_names_its_icon():
    """A browser looks for the icon of a page that names none at the root of the host, where the book has no say."""
    for path in PAGES:
        [icon] = re.findall(r'<link rel="icon" href="([^"]+)"', path.read_text(encoding="utf-8"))
        assert (path.parent / icon).is_file(), path


# What a page may cost in KiB, compressed, before a reader touches a chart, and with every chart live.
FRONT, CHAPTER, ALL_LIVE = 200, 250, 600


# Pages that are one long list and may grow with it: KiB for a row.
LISTS = {"sources": 0.1, "events": 0.5}


def limit(path: Path) -> float:
    """What a page may weigh; a list may grow with its table."""
    if path.stem in LISTS:
        return 50 + LISTS[path.stem] * len(data.load(path.stem))
    return FRONT if path.parent.name != "notebooks" else CHAPTER


@cache
def packed(path: Path) -> float:
    """KiB of a file as a host sends it."""
    return len(gzip.compress(path.read_bytes(), compresslevel=6)) / 1024


def loads(path: Path) -> set[Path]:
    """The files that a page loads by itself: with it styles, scripts, pictures and its icon."""
    found = re.findall(r'<(?:script|link|img)[^>]*\s(?:src|href)="([^"]+)"[^>]*>', path.read_text(encoding="utf-8"))
    kinds = {".css", ".js", ".svg", ".png"}
    files = {(path.parent / unquote(urlsplit(address).path)).resolve() for address in found}
    return {path} | {file for file in files if file.suffix in kinds}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(HTML).as_posix())
def test_a_page_keeps_to_its_weight(path):
    first = sum(map(packed, loads(path)))
    assert first <= limit(path)
    text = path.read_text(encoding="utf-8")
    charts = {(path.parent / src).resolve() for src in re.findall(r'data-(?:src|vega)="([^"]+)"', text)}
    assert not charts or first + sum(map(packed, charts)) <= ALL_LIVE


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(HTML).as_posix())
def test_the_policy_of_a_page_lets_nothing_in_but_the_book(path):
    text = path.read_text(encoding="utf-8")
    if 'http-equiv="Refresh"' in text:  # sends the reader on, and is nothing else
        assert "<script" not in text and "<style" not in text
        return
    head, policy, rest = re.split(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)" />', text)
    assert "<script" not in head and "<link" not in head
    assert "unsafe" not in policy and "*" not in policy and "http" not in policy and "//" not in policy
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'" and rules["style-src"] == "'self'"
    for script in re.findall(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", rest, flags=re.DOTALL):
        assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in rules["script-src"]
    # What the policy would silently take away must not be there to begin with.
    assert "<style" not in rest and not re.search(r'<[a-z][^>]*\s(?:style|on[a-z]+)="', rest)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(HTML).as_posix())
def test_a_page_says_what_it_is_about(path):
    text = path.read_text(encoding="utf-8")
    assert text.count('name="viewport"') == 1 and '<html lang="en"' in text
    assert re.search(r"<title>[^<]{5,}</title>", text)
    if 'http-equiv="Refresh"' not in text:
        assert re.search(r'<meta name="description" content="[^"]{20,160}" />', text)


def test_every_icon_of_the_book_is_drawn_and_no_font_is_loaded():
    styles = (HTML / "_static" / "book.css").read_text(encoding="utf-8")
    assert "@font-face" not in styles and "@import" not in styles
    assert not re.search(r"url\((?![\"']?data:|file\.png)", styles)
    for path in PAGES:
        for icon in re.findall(r'class="[^"]*\bfa-(?!solid|lg)([\w-]+)[^"]*"', path.read_text(encoding="utf-8")):
            assert f".fa-{icon}{{" in styles, icon


def test_every_event_has_an_anchor_on_the_page_of_events():
    anchors = read(HTML / "book" / "events.html").anchors
    assert {f"event-{key}" for key in data.load("events")["id"]} <= anchors


def test_the_downloads_of_a_figure_hold_the_data():
    with (HTML / "figures" / "timeline.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(data.load("events"))
    assert (HTML / "figures" / "timeline.svg").read_text(encoding="utf-8").startswith("<svg")


def test_no_page_holds_an_address_of_this_machine():
    for path in PAGES:
        assert str(ROOT) not in path.read_text(encoding="utf-8"), path


def test_the_data_page_shows_each_query_with_its_result():
    page = article(HTML / "book" / "data.html")
    text = page.get_text()
    assert len(page.select('.am-scroll[aria-label^="Result: "]')) == 3
    assert "2019-02-14" in text and "QDi.422" in text and "house_arrest" in text


def test_the_page_of_limits_leads_to_those_of_each_chapter():
    rows = article(HTML / "book" / "limits.html").select(".am-whole tbody tr")
    chapters = [path.name for path in PAGES if path.parent.name == "notebooks"]
    links = [row.th.a["href"] for row in rows]
    assert links == [f"../notebooks/{name}#what-these-data-cannot-say" for name in chapters]
    assert all(len(row.td.find_all("li")) >= 3 for row in rows)


def test_the_dictionary_describes_every_table_and_offers_it():
    text = (HTML / "book" / "dictionary.html").read_text(encoding="utf-8")
    for table in data.schemas():
        assert f'id="table-{table}"' in text and f'href="../downloads/tables/{table}.csv"' in text


def test_the_sources_page_lists_every_source():
    anchors = read(HTML / "book" / "sources.html").anchors
    assert {f"source-{key}" for key in data.load("sources")["id"]} <= anchors
    text = (HTML / "book" / "sources.html").read_text(encoding="utf-8")
    assert text.count("<tr id=") == len(data.load("sources")) and "<td>Think-tank study</td>" in text


def test_each_figure_shows_its_takeaway_and_every_row_of_its_data():
    text = (HTML / "notebooks" / "01-timeline.html").read_text(encoding="utf-8")
    figures = text.split('<figure class="am-figure"')[1:]
    assert len(figures) == 2
    for figure in figures:
        name = figure.split('data-figure="')[1].split('"')[0]
        with (HTML / "figures" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = len(list(csv.DictReader(file)))
        table = figure.split("<tbody>")[1].split("</tbody>")[0]
        assert table.count("<tr>") == rows and "<td>None</td>" not in table
        assert len(figure.split('<p class="am-takeaway">')[1].split("</p>")[0]) > 40


def test_the_licences_of_what_the_pages_carry_stand_beside_it():
    text = (HTML / "_static" / "licences.txt").read_text(encoding="utf-8")
    for name in (
        "vega",
        "sortable-tablesort",
        "sphinx",
        "pydata-sphinx-theme",
        "sphinx-book-theme",
    ):
        section = text.split(f"{name}\n{'=' * len(name)}\n")[1]
        assert re.search("Redistribution and use|public domain|Permission is hereby granted", section[:1500])


def test_every_link_of_the_feed_leads_to_a_page():
    folder = HTML / "downloads"
    links = re.findall(r'<link href="([^"]+)"', (folder / "feed.xml").read_text(encoding="utf-8"))
    assert len(links) > 20
    for link in links:
        path, _, anchor = link.partition("#")
        page = read((folder / path).resolve())
        assert not anchor or anchor in page.anchors, link
