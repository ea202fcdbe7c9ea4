"""A stored chart becomes a figure that reads without JavaScript and hides nothing hostile."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import altair as alt
import pandas as pd
import pytest

from aftermumbai import charts
from aftermumbai.book import figures

HOSTILE = '<script>alert(1)</script>" onload="alert(2) & {role}`x`'


class Elements(HTMLParser):
    """Names of all elements and attributes of a page, as a browser would see them."""

    def __init__(self):
        super().__init__()
        self.names, self.attributes = set(), set()

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.fixture
def spec() -> dict:
    def draw(width):
        return (
            alt.Chart(alt.NamedData("rows"), width=width, height=50)
            .mark_text()
            .encode(x=alt.X("when:T").scale(type="utc"), text="name:N")
        )

    rows = pd.DataFrame({"when": pd.to_datetime(["2008-11-26"]), "name": [HOSTILE]})
    columns = {"when": "When", "name": HOSTILE}
    return charts.figure(
        draw, anchor="test", rows=rows, columns=columns, title=HOSTILE, takeaway=HOSTILE, source=HOSTILE, alt=HOSTILE
    ).spec


def test_text_from_the_data_is_shown_inertly(spec):
    html, files = figures.render(spec, "../")
    elements = Elements()
    elements.feed(html)
    assert "script" not in elements.names and "onload" not in elements.attributes
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 5
    ET.fromstring(files["test.svg"])


def test_a_figure_holds_two_pictures_a_caption_a_table_and_downloads(spec):
    html, files = figures.render(spec, "../")
    assert html.count('role="img"') == 2 and html.count("<svg") == 2
    assert '<a href="../figures/test.csv" download>CSV</a>' in html
    assert 'data-src="../figures/test.js"' in html and 'data-vega="../_static/vega.js"' in html
    assert "<td>2008-11-26</td>" in html
    assert set(files) == {"test.csv", "test.svg", "test.js"}


def test_a_line_on_sources_leads_to_the_tables_it_names():
    line = figures.linked(
        "tables us_aid_flows, events and us_posts of this book; events whose table custody < 1", "../"
    )
    assert re.sub(r"<a [^>]*>|</a>", "", line).endswith("events whose table custody &lt; 1")
    assert re.findall(r'<a href="\.\./book/dictionary\.html#table-(\w+)">\1</a>', line) == [
        "us_aid_flows", "events", "us_posts", "custody",
    ]  # fmt: skip
    assert figures.linked("tables and events <b>", "") == "tables and events &lt;b&gt;"


def test_the_csv_file_holds_the_plotted_rows(spec):
    rows = list(csv.DictReader(io.StringIO(figures.render(spec, "")[1]["test.csv"])))
    assert rows == [{"when": "2008-11-26", "name": HOSTILE}]


def test_what_stores_a_notebook_may_sort_its_keys_and_nothing_a_reader_sees_changes():
    """JupyterLab, nbformat and the cache of outputs do: columns and files keep the order the author gave."""

    def draw(width):
        base = alt.Chart(alt.NamedData("rows"), width=width)
        return base.mark_bar().encode(y="z:N", x="m:Q", color="a:N", tooltip=["z:N", "a:N"])

    rows = pd.DataFrame({"z": ["Uri", "Poonch"], "m": [3, 1], "c": ["not", "shown"], "a": ["x", "y"]})
    words = dict.fromkeys(("title", "takeaway", "source", "alt"), "words")
    spec = charts.figure(draw, anchor="t", rows=rows, columns={"z": "Where", "m": "Died", "a": "Who"}, **words).spec
    html, files = figures.render(spec, "")
    assert re.findall(r'<th scope="col">(\w+)', html) == ["Where", "Died", "Who"]
    assert re.findall(r"<td>(\w+)", html) == ["Uri", "3", "x", "Poonch", "1", "y"]
    assert files["t.csv"].splitlines() == ["z,m,a,c", "Uri,3,x,not", "Poonch,1,y,shown"]
    again, kept = figures.render(json.loads(json.dumps(spec, sort_keys=True)), "")
    assert again == html
    assert {name: kept[name] for name in ("t.csv", "t.svg")} == {name: files[name] for name in ("t.csv", "t.svg")}


def test_the_script_hands_over_complete_specifications(spec):
    script = figures.render(spec, "")[1]["test.js"]
    body = json.loads(script.split('window.amFigures["test"]=', 1)[1].removesuffix(";\n"))
    assert set(body) == {"shared", "wide", "narrow"}
    assert body["wide"]["width"] == charts.WIDE and body["narrow"]["width"] == charts.NARROW
    assert body["shared"]["datasets"]["rows"][0]["name"] == HOSTILE


def test_a_picture_in_fewer_bytes_is_the_same_picture():
    svg = (
        f'<svg xmlns="{figures.SVG}" viewBox="0 0 9 9"><g fill="none" aria-hidden="true">'
        '<path d="M0,0h0v0h0Z" pointer-events="none"/><path d="M2.25,0A2.25,2.25,0,1,1,-2.25,0A2.25,2.25,0,1,1,2.25,0" '
        'transform="translate(1.04,-0.04)" fill="red" opacity="1"/>'
        '<text fill="red" x="1.96" opacity="0.5">"&lt;1.234</text>'
        '<path d="M1.26,2L3.333,4" transform="scale(1.123)" fill="red"/></g></svg>'
    )
    assert figures.lighter(svg) == (
        f'<svg viewBox="0 0 9 9" xmlns="{figures.SVG}"><g fill="red">'
        '<circle r="2.2" cx="1" cy="0"/><text x="2" opacity="0.5">"&lt;1.234</text>'
        '<path d="M1.3,2L3.3,4" transform="scale(1.123)"/></g></svg>'
    )


def test_a_picture_is_the_same_in_any_time_zone(spec, monkeypatch):
    pictures = set()
    for zone in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles"):
        monkeypatch.setenv("TZ", zone)
        pictures.add(figures.render(spec, "")[1]["test.svg"])
    assert len(pictures) == 1


def test_the_frames_of_a_picture_are_its_own_and_counted_from_one():
    def draw(width):
        base = alt.Chart(alt.NamedData("rows"), width=width).mark_point(clip=True)
        return alt.vconcat(*(base.encode(x="n:Q") for _ in range(12)))

    rows = pd.DataFrame({"n": [1]})
    words = dict.fromkeys(("title", "takeaway", "source", "alt"), "words")
    spec = charts.figure(draw, anchor="clipped", rows=rows, columns={"n": "N"}, **words).spec
    first, again = figures.render(spec, "")[0], figures.render(spec, "")[0]
    assert first == again
    names = re.findall(r'<clipPath id="([^"]+)"', first)
    assert names == [f"clipped-{size}-{n}" for size in ("wide", "narrow") for n in range(1, 13)]
    assert set(re.findall(r"url\(#([^)]+)\)", first)) == set(names)


def test_a_bare_chart_is_refused():
    chart = alt.Chart(pd.DataFrame({"n": [1]})).mark_point().encode(x="n:Q")
    bundle = chart._repr_mimebundle_()
    assert set(bundle) == {charts.MIME, "text/plain"}

    class Output:
        mime_type, content = charts.MIME, bundle[charts.MIME]

    with pytest.raises(ValueError, match=r"wrap it in aftermumbai\.charts\.figure"):
        figures.VegaLiteRenderer.handle_mime(None, Output, inline=False)


def test_other_outputs_are_left_to_others():
    class Output:
        mime_type, content = "text/html", "<p>"

    assert figures.VegaLiteRenderer.handle_mime(None, Output, inline=False) is None
