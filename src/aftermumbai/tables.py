"""Tables of the book as plain HTML that needs no script. Imports ``data`` and ``measures``."""

import html

import pandas as pd

from aftermumbai import data, measures


class Table:
    """An HTML table as a notebook cell shows and stores it; as text, its number of rows."""

    def __init__(self, markup: str, caption: str):
        self.markup, self.caption = markup, caption

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {"text/html": self.markup, "text/plain": self.caption}


def events_table(
    events: pd.DataFrame,
    casualties: pd.DataFrame,
    attributions: pd.DataFrame,
    groups: pd.DataFrame,
    places: pd.DataFrame,
    sources: pd.DataFrame,
) -> Table:
    """Every event, the newest first, with its place, toll, who says who did it, and links to its sources.

    Takes the tables of the same names. Each row has the anchor ``event-<id>``.
    """
    said = measures.who_says(attributions, groups, data.labels("attributions", "role"))
    tolls = measures.tolls(casualties)
    names = places.set_index("id")["name"]
    categories = data.labels("events", "category")
    documents = sources.set_index("id")
    events = events.sort_values(["date", "id"], ascending=False)
    days = measures.date_text(events["date"], events["date_precision"])
    lines = []
    for event, day in zip(events.itertuples(), days, strict=True):
        place = "" if pd.isna(event.place_id) else names[event.place_id]
        killed = (
            measures.range_text(*tolls.loc[event.id, ["killed_min", "killed_max"]]) if event.id in tolls.index else ""
        )
        unconfirmed = " <em>(unconfirmed)</em>" if event.basis == "recalled" else ""
        lines.append(
            f'<tr id="event-{_text(event.id)}">'
            f'<td class="am-nowrap">{_text(day)}</td>'
            f"<td>{_text(categories[event.category])}</td>"
            f"<td><strong>{_text(event.title)}</strong>{unconfirmed}"
            f'<span class="am-summary">{_text(event.summary)}</span></td>'
            f"{_cell('Place', place)}{_cell('Killed', killed)}{_cell('Who says so', said.get(event.id, ''))}"
            f'<td data-label="Sources">{_links(event.sources, documents)}</td></tr>'
        )
    headings = ["Date", "Category", "Event", "Place", "Killed", "Who says so", "Sources"]
    head = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    caption = f"Table of {len(events)} events"
    markup = (
        f'<div class="am-scroll am-cards" tabindex="0" role="region" aria-label="{caption}">\n'
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n" + "\n".join(lines) + "\n</tbody>\n</table>\n</div>"
    )
    return Table(markup, caption)


def _text(value: str) -> str:
    return html.escape(value, quote=True)


def _cell(label: str, value: str) -> str:
    """A cell that names its column on a phone; nothing there when it is empty."""
    return f'<td data-label="{label}">{_text(value)}</td>' if value else "<td></td>"


def _links(keys: str, documents: pd.DataFrame) -> str:
    """Links to the documents that a row names, by publisher."""
    links = []
    for key in keys.split(";"):
        document = documents.loc[key]
        links.append(
            f'<a href="{_text(document["url"])}" title="{_text(document["title"])}">{_text(document["publisher"])}</a>'
        )
    return "; ".join(links)
