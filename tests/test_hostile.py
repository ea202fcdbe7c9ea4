"""Text that means harm is refused by `make check`, file, row and column named, or is shown as the text it is."""

import csv
import io
import random
import shutil
import sqlite3
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import altair as alt
import nbformat
import pandas as pd
import pytest
import vl_convert
from conftest import Package

from aftermumbai import charts, data, export, rules, tables
from aftermumbai.book import figures

# Refused in every text column of every table: what a contributor could paste, and what the message says of it.
REFUSED = {
    "script": ("<script>alert(1)</script>", "'<s', which is markup"),
    "tag": ("Attack <img src=x onerror=alert(1)> at Uri", "'<i', which is markup"),
    "comment": ("Attack <!-- hidden --> at Uri", "'<!', which is markup"),
    "entity": ("Attack &lt;script&gt; at Uri", "'&lt;', which is markup"),
    "numbered entity": ("Attack &#60;b&#62;", "'&#60;', which is markup"),
    "role": ("See {doc}`secret`", "'{', which is markup"),
    "directive": (":::{include} /etc/passwd", "':::', which is markup"),
    "template": ("{{ config }}", "'{', which is markup"),
    "code": ("Attack `rm`", "'`', which is markup"),
    "link": ("[Uri](javascript:alert(1))", "'](', which is markup"),
    "picture": ("Look ![x] there", "'![', which is markup"),
    "note": ("A note[^1]", "'[^', which is markup"),
    "emphasis": ("Attack *at* Uri", "'*', which is markup"),
    "underlined": ("Attack _at_ Uri", "'_', which is markup"),
    "struck": ("Attack ~~at~~ Uri", "'~~', which is markup"),
    "formula block": ("Attack $$x$$ at Uri", "'$$', which is markup"),
    "heading": ("# Attack", "'#', which is markup"),
    "quotation": ("> Attack", "'>', which is markup"),
    "list": ("1. Attack", "'1. ', which is markup"),
    "table cell": ("Attack | Uri", "'|', which is markup"),
    "escape": ("Attack \\x41", r"'\\', which is markup"),
    "sum": ("=HYPERLINK(1)", "begins like a formula"),
    "plus": ("+1+1", "begins like a formula"),
    "minus": ("-2+3+cmd", "begins like a formula"),
    "at": ("@SUM(A1)", "begins like a formula"),
    "wide equals sign": ("\uff1dSUM(A1)", "begins like a formula"),
    "tab": ("\t=1", "(U+0009)"),
    "carriage return": ("Two\rlines", "(U+000D)"),
    "line break": ("Two\nlines", "(U+000A)"),
    "null": ("Nul\x00l", "(U+0000)"),
    "turn to the left": ("Turned\u202eround", "(U+202E)"),
    "isolate": ("Turned\u2066round", "(U+2066)"),
    "direction mark": ("Turned\u200fround", "(U+200F)"),
    "Arabic mark": ("Turned\u061cround", "(U+061C)"),
    "zero width space": ("Two\u200bwords", "(U+200B)"),
    "zero width joiner": ("Two\u200dwords", "(U+200D)"),
    "byte order mark": ("\ufeffAttack", "(U+FEFF)"),
    "soft hyphen": ("At\u00adtack", "(U+00AD)"),
    "filler": ("At\u3164tack", "(U+3164)"),
    "empty Braille": ("At\u2800tack", "(U+2800)"),
    "variant": ("Attack\ufe0f", "(U+FE0F)"),
    "private use": ("At\ue000tack", "(U+E000)"),
    "hard blank": ("Two\u00a0words", "a blank that is not the plain space (U+00A0)"),
    "thin blank": ("Two\u2009words", "a blank that is not the plain space (U+2009)"),
    "right to left": ("\u062d\u0645\u0644\u06c1", "letters read from right to left"),
    "loose accent": ("Cafe\u0301", "accents apart from their letters"),
    "blank in front": (" Attack", "begins or ends with a blank"),
    "ten thousand letters": ("x" * 10_000, "has 10,000 characters; at most 1,000"),
}
# Text that somebody may have to write: it passes, and shows as it stands.
PASSES = [
    'He said "no", and left; it\'s over',
    "J&K: 5 < 6 > 4 and AT&T; more",
    "$1.6bn of $10m",
    "U.S. Foreign Assistance [November 4, 2011]",
    "snake_case and user_name",
    "Käte, Łódź, Ötscher, जम्मू, 克什米尔",
    "50% – 60 %, 1/2, #hashtag, a=b, a+b, a@b",
    "x" * 1000,
]
SCHEMAS = data.schemas()
TABLES = list(SCHEMAS)


def text_columns(table: str) -> list[str]:
    fields = SCHEMAS[table]["schema"]["fields"]
    return [field["name"] for field in fields if field["type"] == "string" and field["name"] != "url"]


def seeded(table: str, column: str, value: str) -> list[str]:
    """The problems that the rule finds in a table of one row with a value in one column."""
    schema = SCHEMAS[table]
    cells = {field["name"]: "" for field in schema["schema"]["fields"]} | {column: value}
    given = rules.Tables({table: schema}, {table: [(7, cells)]}, {})
    return [str(problem) for problem in rules.plain_text(given)]


@pytest.mark.parametrize("table", TABLES)
def test_every_table_refuses_every_class_of_hostile_text(table):
    choice, columns = random.Random(table), text_columns(table)
    for name, (value, message) in REFUSED.items():
        column = choice.choice(columns)
        found = seeded(table, column, value)
        assert len(found) == 1, f"{name} in {column}: {found}"
        place = f"data/{SCHEMAS[table]['path']}, row 7, column {column}: "
        assert found[0].startswith(place) and message in found[0], f"{name}: {found[0]}"
        assert len(found[0]) < 400


@pytest.mark.parametrize("table", TABLES)
def test_every_table_takes_plain_text_whatever_its_signs(table):
    for column in text_columns(table):
        assert [seeded(table, column, value) for value in PASSES] == [[]] * len(PASSES)


def test_a_number_may_be_negative_and_a_text_may_not_begin_so():
    assert seeded("places", "lon", "-73.9") == []
    assert "begins like a formula" in seeded("places", "name", "-73.9")[0]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ('https://a.example/"onmouseover="alert(1)', "'\"', which is not part of an address"),
        ("https://a.example/<b>", "'<', which is not part of an address"),
        ("https://a.example/a b", "' ', which is not part of an address"),
        ("https://a.example/a\\b", r"'\\', which is not part of an address"),
        ("https://a.example/\u202egnp.exe", "(U+202E)"),
        ("https://a.example/" + "x" * 1000, "at most 1,000"),
    ],
)
def test_an_address_that_could_leave_its_attribute_is_refused(address, message):
    assert message in seeded("sources", "url", address)[0]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//a.example"])
def test_an_address_of_another_kind_is_refused(package, address):
    package.change("sources", 3, url=address)
    assert any(f"row 3, column url: {address!r} breaks the" in problem for problem in package.problems())


def test_make_check_names_every_hostile_cell_of_a_package_at_once(package):
    """Each class in another table, through the whole of validation, files and all."""
    expected = []
    for number, (name, (value, message)) in enumerate(REFUSED.items()):
        if name in {"carriage return", "null"}:  # the file as a whole is refused for these; see below
            continue
        table = TABLES[number % len(TABLES)]
        column = next(c for c in reversed(text_columns(table)))
        package.change(table, 2, **{column: value})
        expected.append((f"data/{SCHEMAS[table]['path']}, row 2, column {column}: ", message))
    found = package.problems()
    for place, message in expected:
        assert any(problem.startswith(place) and message in problem for problem in found), (place, message)


def test_a_carriage_return_or_a_null_condemns_the_file_and_breaks_nothing(package):
    package.change("groups", 3, name="Two\rlines")
    assert (
        "data/tables/groups.csv: has Windows line ends (CRLF); save it with Unix line ends (LF)" in package.problems()
    )
    package.change("places", 3, name="Nul\x00l")
    assert any(problem.startswith("data/tables/places.csv") for problem in package.problems())


# --- Shown as it is: even what validation refuses must do nothing where text surfaces. ---

ATTACKS = [
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "\"><svg onload=window.hacked=1>'",
    "</td></table><iframe src=javascript:window.hacked=1>",
    "{{ 7*7 }}{% raw %}{role}`x`",
    "]]></summary><entry/>",
    "</script><script>window.hacked=1</script>",
    "'; DROP TABLE events; --",
    "**loud** [there](javascript:window.hacked=1) ![look](x) `code` $$x$$",
    ":::{include} /etc/passwd\n:::\n```{raw} html\n<b>\n```",
    "=HYPERLINK(1)",
    "+1+1",
    "-2+3+cmd",
    "@SUM(A1)",
    "Turned \u202eround\u202c, \u062d\u0645\u0644\u06c1, two\u200bwords\u2066",
    "He said \"no\"\nand 'yes', \\ twice",
    "x" * 10_000,
]


class Tags(HTMLParser):
    """Every tag with its attributes, and the text between tags."""

    def __init__(self, markup: str):
        super().__init__()
        self.tags, self.attributes, self.text = set(), set(), []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text.append(data)


def inert(markup: str, shown: list[str]) -> None:
    """No attack became a tag or an attribute, and each can be read as the text it is."""
    page = Tags(markup)
    assert not page.tags & {"script", "img", "iframe", "entry"}, page.tags
    assert not {name for name in page.attributes if name.startswith("on")}
    whole = "".join(page.text)
    for attack in shown:
        assert attack in whole


def test_a_grid_shows_hostile_text_as_text():
    frame = pd.DataFrame({"name": ATTACKS})
    table = tables.grid(frame, {"name": ATTACKS[0]}, ATTACKS[2])
    inert(table.markup, ATTACKS)
    inert(tables.folded(table, ATTACKS[1]).markup, ATTACKS)


@pytest.fixture
def hostile(package: Package) -> Package:
    """A package whose free texts are attacks, as if validation had let them in."""
    for table in TABLES:
        rows = package.rows(table)
        fields = SCHEMAS[table]["schema"]["fields"]
        keys = set(SCHEMAS[table]["schema"]["primaryKey"])
        free = [
            field["name"]
            for field in fields
            if field["type"] == "string"
            and not {"enum", "pattern"} & set(field.get("constraints", {}))
            and field["name"] not in keys
            and "references" not in field
        ]
        linked = {key["fields"][0] for key in SCHEMAS[table]["schema"].get("foreignKeys", [])}
        for number, row in enumerate(rows):
            row |= {column: ATTACKS[number % len(ATTACKS)] for column in free if row[column] and column not in linked}
        package.write(table, rows)
    return package


def test_the_table_of_events_shows_hostile_text_as_text(hostile):
    names = ("events", "casualties", "attributions", "groups", "places", "sources", "crisis_steps")
    table = tables.events_table(**data.load_all(*names, root=hostile.root))
    inert(table.markup, ATTACKS)
    inert(tables.names_table(data.load("groups", hostile.root)).markup, [])


def test_the_feed_is_sound_xml_whatever_the_text(hostile):
    top = ET.fromstring(export.feed(hostile.root).encode())
    texts = [entry.text for entry in top.iter(f"{{{export.ATOM}}}summary")]
    for attack in ATTACKS:
        assert any(attack in text for text in texts)


def test_sqlite_and_zip_hold_hostile_text_and_run_none_of_it(hostile, tmp_path):
    export.write_sqlite(tmp_path / "x.sqlite", hostile.root)
    with sqlite3.connect(tmp_path / "x.sqlite") as connection:
        titles = {title for (title,) in connection.execute("SELECT title FROM events")}
        assert set(ATTACKS) <= titles
        assert connection.execute("SELECT count(*) FROM attack_summary").fetchone()[0] > 0
    export.write_zip(tmp_path / "x.zip", hostile.root)
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        text = archive.read("after-mumbai/tables/events.csv").decode()
    assert {row["title"] for row in csv.DictReader(io.StringIO(text))} == titles


def test_the_bibliography_keeps_its_braces_balanced(hostile):
    text = export.bibtex(hostile.root)
    depth = 0
    for position, character in enumerate(text):
        if character in "{}" and text[position - 1] != "\\":
            depth += 1 if character == "{" else -1
        assert depth >= 0
    assert depth == 0 and text.count("\n@misc{") == len(data.load("sources", hostile.root))


@pytest.fixture
def drawing() -> dict:
    """A stored figure whose data and words are attacks."""
    rows = pd.DataFrame({"name": ATTACKS, "value": range(1, len(ATTACKS) + 1)})

    def draw(width: int) -> alt.Chart:
        chart = alt.Chart(alt.NamedData("rows"), width=width, height=20 * len(ATTACKS)).mark_bar()
        return chart.encode(x="value:Q", y="name:N", tooltip=["name:N", "value:Q"])

    words = dict.fromkeys(("title", "takeaway", "source", "alt", "hint"), " ".join(ATTACKS))
    return charts.figure(draw, anchor="hostile", rows=rows, columns={"name": ATTACKS[1]}, **words).spec


def test_a_figure_shows_hostile_text_as_text_and_runs_none_of_it(drawing, hostile, tmp_path, request):
    """First what is written, then in a browser: the still picture, the live chart, its tooltip, the caption, the tables
    and the search of the events. One test, since ten thousand letters take seconds to draw.
    """
    page, files = figures.render(drawing, "")
    inert(page, [*ATTACKS, " ".join(ATTACKS)])
    ET.fromstring(files["hostile.svg"])
    inert(files["hostile.svg"], [])
    assert [row["name"] for row in csv.DictReader(io.StringIO(files["hostile.csv"]))] == ATTACKS

    browser = request.getfixturevalue("browser")
    names = ("events", "casualties", "attributions", "groups", "places", "sources", "crisis_steps")
    events = tables.events_table(**data.load_all(*names, root=hostile.root))
    (tmp_path / "figures").mkdir()
    (tmp_path / "_static").mkdir()
    for name, content in files.items():
        (tmp_path / "figures" / name).write_text(content, encoding="utf-8")
    bundle = vl_convert.javascript_bundle(vl_version=figures.VL_VERSION)
    (tmp_path / "_static" / "vega.js").write_text(f"(() => {{\n{bundle}\n}})();\n", encoding="utf-8")
    for name in ("aftermumbai.js", "tables.js"):
        shutil.copy(data.DATA.parent / "book" / "_static" / name, tmp_path / "_static")
    head = '<!doctype html><html data-theme="light"><meta charset="utf-8"><body>'
    end = '<script src="_static/aftermumbai.js"></script><script src="_static/tables.js"></script>'
    (tmp_path / "index.html").write_text(f"{head}{page}{events.markup}{end}", encoding="utf-8")

    opened, troubles = browser.new_page(), []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("dialog", lambda dialog: (troubles.append(dialog.message), dialog.dismiss()))
    opened.add_init_script("window.DOCUMENTATION_OPTIONS = {}")
    opened.goto((tmp_path / "index.html").as_uri())
    opened.mouse.move(9, 9)
    opened.wait_for_function("document.querySelector('#fig-hostile').classList.contains('am-is-live')")
    tooltip = opened.locator("#vg-tooltip-element.visible")
    for number, attack in enumerate(ATTACKS):
        opened.mouse.move(1, 1)
        opened.locator("#fig-hostile .am-live .mark-rect path").nth(number).hover(force=True)
        tooltip.wait_for()
        assert " ".join(attack.split()) in " ".join(tooltip.inner_text().split())
    opened.locator(".am-search input").first.fill("<img src=x")
    injected = "img, iframe, svg[onload], [onerror], script:not([src])"
    assert opened.evaluate(f"document.querySelectorAll({injected!r}).length") == 0
    assert opened.evaluate("window.hacked") is None
    opened.close()
    assert troubles == []


def test_the_table_below_a_chart_holds_no_formula():
    """A CSV of a figure that a spreadsheet opens: no text of any stored figure begins like a formula."""
    for path in sorted((data.DATA.parent / "notebooks").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                if charts.MIME in output.get("data", {}):
                    for row in output["data"][charts.MIME]["datasets"]["rows"]:
                        texts = [value for value in row.values() if isinstance(value, str)]
                        bad = [t for t in texts if t.startswith((*rules.FORMULA, "-", "\t", "\r"))]
                        assert not bad, (path.name, bad)
