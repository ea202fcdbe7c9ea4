"""The table of events names every speaker and shows nothing hostile."""

import pandas as pd
import pytest
from markupsafe import escape

from aftermumbai import data, tables

RECORD = ["events", "casualties", "attributions", "groups", "places", "sources", "crisis_steps"]


@pytest.fixture
def record() -> dict[str, pd.DataFrame]:
    return {name: data.load(name) for name in RECORD}


def markup(record: dict[str, pd.DataFrame]) -> str:
    return tables.events_table(**record)._repr_mimebundle_()["text/html"]


def test_every_event_stands_in_its_year_with_every_count_and_statement(record):
    html = markup(record)
    assert html.count("<tr id=") == len(record["events"])
    for year in record["events"]["date"].dt.year.unique():
        assert f'id="year-{year}"' in html
    lines = len(record["casualties"]) + len(record["attributions"])
    shown = html.split('data-label="')[1:]
    assert sum(cell.split("</td>")[0].count("<span>") for cell in shown) == lines


def test_hostile_text_is_shown_inertly(record):
    events = record["events"].copy()
    events.loc[0, ["title", "summary"]] = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>']
    html = markup(record | {"events": events})
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script" not in html and "<img" not in html


def test_an_unconfirmed_event_says_so(record):
    events = record["events"].copy()
    before = markup(record).count("(unconfirmed)")
    events.loc[0, "basis"] = "recalled"
    assert markup(record | {"events": events}).count("(unconfirmed)") == before + 1


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        (("victims", "all", "settled", 40, 44), "40–44 killed – X"),
        (("victims", "all", "early", 18, pd.NA), "at least 18 killed – X (early count)"),
        (
            ("attacker", "pakistan", "party_claim", 100, 100),
            "100 attackers or militants killed, Pakistan – X (claim of a party)",
        ),
        (("security_force", "india", "settled", 1, 1), "1 member of security forces killed, India – X"),
        (("civilian", "all", "settled", 1, pd.NA), "at least 1 civilian killed – X"),
        (("attacker", "all", "settled", 0, 1), "0–1 attackers or militants killed – X"),
        (("victims", "all", "settled", pd.NA, pd.NA), "no count of the dead – X"),
    ],
)
def test_a_count_in_one_line(cells, text):
    columns = ["who", "side", "standing", "killed_min", "killed_max"]
    row = pd.DataFrame([[*cells, "X"]], columns=[*columns, "reported_by"]).iloc[0]
    assert tables.count_text(row) == text


def test_a_link_tells_publisher_date_and_copy():
    row = pd.Series(
        {
            "publisher": "AFP",
            "published": pd.Timestamp("2009-03-01"),
            "published_precision": "month",
            "note": "Copy at a blog",
        }
    )
    assert tables.source_text(row) == "AFP, March 2009 (copy)"


def test_a_place_says_who_administers_it():
    territory = pd.Series(["india_administered_jk", "pakistan", "other"])
    places = pd.DataFrame(
        {"id": ["uri", "lahore", "paris"], "name": ["Uri", "Lahore", "Paris"], "territory": territory}
    )
    assert tables.place_names(places).to_list() == [
        "Uri, Indian-administered Jammu and Kashmir",
        "Lahore, Pakistan",
        "Paris",
    ]


def test_an_event_links_to_its_place_on_a_map_and_to_the_crisis_it_belongs_to(record):
    html = markup(record)
    pulwama = html.split('<tr id="event-2019-02-14-pulwama">')[1].split("</tr>")[0]
    assert 'href="#event-2019-02-14-pulwama"' in pulwama
    assert "https://www.openstreetmap.org/?mlat=33." in pulwama and "° N, 7" in pulwama
    balakot = html.split('<tr id="event-2019-02-26-balakot">')[1].split("</tr>")[0]
    assert 'Part of the crisis of <a href="#event-2019-02-14-pulwama">2019</a>' in balakot


def test_every_crisis_leads_to_an_event_of_the_table(record):
    html = markup(record)
    named = set(record["crisis_steps"]["crisis_id"])
    links = {part.split('"')[0] for part in html.split('Part of the crisis of <a href="#')[1:]}
    assert len(links) == len(named)
    assert all(f'<tr id="{link}">' in html for link in links)


def test_a_grid_shows_text_numbers_links_and_gaps():
    rows = pd.DataFrame(
        {
            "a": ["<b>x</b>", None],
            "n": pd.array([3, None], dtype="Int64"),
            "l": [[{"url": "https://x.example/?a&b", "title": 'T"', "label": "L"}], []],
            "unseen": [1, 2],
        }
    )
    html = tables.grid(rows, {"a": "A", "n": "N", "l": "Links"}, "Some rows")._repr_mimebundle_()
    assert html["text/plain"] == "Some rows: table of 2 rows"
    body = html["text/html"]
    assert "&lt;b&gt;x&lt;/b&gt;" in body and "<td>3</td>" in body and body.count("<td>–</td>") == 2
    assert 'href="https://x.example/?a&amp;b" title="T&#34;"' in body
    assert "unseen" not in body


def test_rows_without_room_on_a_phone_become_cards_and_each_cell_then_has_a_label():
    columns = {"a": "A", "b": 'B "quoted"', "l": "Links"}
    links = [[{"url": "https://x.example", "title": "T", "label": "L" * 9}], []]
    short = tables.grid(pd.DataFrame({"a": ["x", None], "b": [2, "y" * 100], "l": links}), columns, "Words").markup
    assert "am-cards" not in short and "data-label" not in short
    long = pd.DataFrame({"a": ["xx", None], "b": [2, "y" * 100], "l": links})
    shown = tables.grid(long, columns, "Sentences").markup
    assert "am-cards" in shown and shown.count('<td data-label="B &#34;quoted&#34;">') == 2 and "<td>xx</td>" in shown
    assert "am-cards" not in tables.grid(long, columns, "Columns", cards=False).markup
    for number, cards in ((5, False), (6, True)):
        many = {f"c{place}": f"C{place}" for place in range(number)}
        assert ("am-cards" in tables.grid(pd.DataFrame([dict.fromkeys(many, 1)]), many, "Many").markup) == cards


def test_a_register_shows_every_row_of_a_table_and_leads_to_its_documents():
    rows, documents = data.load("strikes"), tables.links(data.load("sources"))
    html = tables.register("strikes", documents)._repr_mimebundle_()["text/html"]
    assert html.count("<tr>") == len(rows) + 1 and "am-preview" in html  # folded, and left out of print
    for keys in rows["sources"]:
        for key in keys.split(";"):
            assert str(escape(documents[key]["url"])) in html
    assert data.labels("strikes", "by")["pakistan"] in html and "read</td>" not in html
    assert f"({len(rows)})" in html
    assert tables.register("strikes", documents, rows.head(2)).markup.count("<tr>") == 3
