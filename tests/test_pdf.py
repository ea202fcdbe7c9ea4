"""The bound book: names of pages do not collide, links lead within it, and it has an outline. Needs `make book`."""

import re
from concurrent.futures import ThreadPoolExecutor

import bs4
import pypdf
import pytest
import yaml
from conftest import HTML, ROOT

from aftermumbai.book import pdf

PAGES = {"book/index", "notebooks/02-claims"}
MARKUP = """<html><body><article class="bd-article"><h1 id="top">Title<a class="headerlink" href="#top">#</a></h1>
<p>See <a href="../notebooks/02-claims.html#fig-a">there</a>, <a href="#top">here</a>, <a href="../a.zip">a file</a>
and <a href="https://example.org/x">out</a>.</p><div class="am-live" id="gone">live</div>
<svg aria-labelledby="top"><g clip-path="url(#clip)"></g></svg><img src="../_images/a.png"></article></body></html>"""


@pytest.fixture
def section() -> bs4.Tag:
    return pdf.section(MARKUP, "book/index", PAGES)


def test_links_within_the_book_lead_to_places_of_the_bound_book(section):
    assert [one.get("href") for one in section.find_all("a")] == [
        "#notebooks-02-claims--fig-a",
        "#book-index--top",
        None,
        "https://example.org/x",
    ]


def test_names_and_what_refers_to_them_carry_the_page(section):
    assert section.find("h2")["id"] == "book-index--top"
    assert section.find("svg")["aria-labelledby"] == "book-index--top"
    assert section.find("g")["clip-path"] == "url(#book-index--clip)"


def test_what_is_for_the_screen_alone_is_left_out(section):
    assert section.find(id="book-index--gone") is None and "#" not in section.find("h2").get_text()
    assert section.find("img")["src"] == (HTML / "_images" / "a.png").as_uri()


def test_the_bound_book_holds_every_page_once_and_no_name_twice():
    bound = pdf.bind()
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    pages = [name for _, names in pdf.order(toc) for name in names]
    assert re.findall(r'<section class="bound [^>]*id="([^"]+)"', bound) == [pdf.prefix(page) for page in pages]
    names = re.findall(r'<[^>]* id="([^"]+)"', bound)
    assert len(names) == len(set(names)) > 1000
    assert set(re.findall(r'<a [^>]*href="#([^"]+)"', bound)) <= set(names)


def test_the_pdf_has_an_outline_links_within_and_no_address_of_this_machine(tmp_path, chromium):
    toc = tmp_path / "toc.yml"
    toc.write_text("root: book/index\nparts: [{caption: Back, chapters: [{file: book/glossary}]}]", encoding="utf-8")
    # In a thread of its own: the browser of other tests may be running in this one.
    with ThreadPoolExecutor() as pool:
        pool.submit(pdf.write, pdf.bind(toc=toc), tmp_path / "two.pdf", chromium).result()
    printed = (tmp_path / "two.pdf").read_bytes()
    assert len(re.findall(rb"/Type /Page\b", printed)) > 4
    assert b"/Outlines" in printed and b"/Dest" in printed and b"/Lang" in printed
    assert b"file:///" not in printed
    with pypdf.PdfReader(tmp_path / "two.pdf") as reader:
        texts = [page.extract_text() for page in reader.pages]
    contents = next(text for text in texts if "\nContents\n" in text)
    number = int(re.search(r"^Glossary\s*(\d+)$", contents, flags=re.MULTILINE)[1])
    assert number > 3 and texts[number - 1].startswith(f"{number}\nGlossary")
