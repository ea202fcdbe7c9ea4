"""Directives that write pages from the package and the notebooks: dictionary, sources, queries, findings.

Each reads ``data/`` while the book is built, so no page restates the schema or the rows.

Nothing outside ``book`` imports it.
"""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pandas as pd
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from aftermumbai import __version__, data, export, measures, tables
from aftermumbai.book import figures, mentions, templates, vision
from aftermumbai.charts import MIME, claims, palette
from aftermumbai.measures import agreement
from aftermumbai.rules import split_list

DOWNLOADS = "downloads"
PREVIEW_ROWS = 3
EVENTS_PAGE = "book/events"
# Where a chapter's page says what its data cannot say.
LIMITS = "what-these-data-cannot-say"


def write_downloads(app: Sphinx) -> None:
    """Put every form of the package beside the pages, before the pages that show them are read."""
    if app.builder.format == "html":
        export.write_all(Path(app.outdir, DOWNLOADS))


def describe(table: str, schema: dict) -> dict:
    """What the data dictionary says of one table: fields, counts, span, preview."""
    frame = data.load(table)
    dates = [frame[column].dropna() for column in frame.select_dtypes("datetime")]
    dates = pd.concat(dates) if dates else pd.Series(dtype="datetime64[us]")
    sourced = frame["sources"].notna().mean() if "sources" in frame else None
    return {
        "name": table,
        "schema": schema,
        "fields": [
            field | {"required": field.get("constraints", {}).get("required", False)}
            for field in schema["schema"]["fields"]
        ],
        "rows": len(frame),
        "sourced": None if sourced is None else f"{sourced:.0%}",
        "span": f"{dates.min():%Y-%m-%d} to {dates.max():%Y-%m-%d}" if len(dates) else None,
        "preview": _cells(frame.head(PREVIEW_ROWS)),
        "columns": list(frame.columns),
        "download": f"../{DOWNLOADS}/tables/{Path(schema['path']).name}",
    }


def _cells(frame: pd.DataFrame) -> list[list[str]]:
    """The cells of a table as text; an empty one as a dash."""
    shown = data.plain(frame)
    return shown.where(shown.notna(), "–").astype(str).to_numpy().tolist()


def rows_resting_on_sources() -> Counter:
    """For each source the number of rows of all tables that name it."""
    resting: Counter = Counter()
    for table, schema in data.schemas().items():
        if "sources" in [field["name"] for field in schema["schema"]["fields"]]:
            for cell in data.load(table)["sources"].dropna():
                resting.update(split_list(cell))
    return resting


class PageDirective(SphinxDirective):
    """A directive whose page depends on the data package."""

    def html(self, template: str, **context) -> nodes.raw:
        """A template filled in, as a node of the page."""
        self.env.note_dependency(str(data.DATA / data.DESCRIPTOR))
        return nodes.raw("", templates.fill(template, **context), format="html")

    def notebooks(self) -> list[Path]:
        """The chapters in their order; the page is made anew when one changes."""
        paths = sorted(Path(self.env.srcdir, "notebooks").glob("*.ipynb"))
        for path in paths:
            self.env.note_dependency(str(path))
        return paths

    def section(self, title: str, anchor: str, *children: nodes.Node) -> nodes.section:
        """A section with a stable anchor, so that the page has a table of contents."""
        section = nodes.section(ids=[anchor], names=[anchor])
        section += nodes.title(text=title)
        section.extend(children)
        return section


class DataDictionary(PageDirective):
    """Every table of the package, field by field."""

    def run(self) -> list[nodes.Node]:
        """One section for each table, in the schema's order."""
        described = [describe(table, schema) for table, schema in data.schemas().items()]
        return [
            self.section(table["schema"]["title"], f"table-{table['name']}", self.html("dictionary.html", table=table))
            for table in described
        ]


class SourceList(PageDirective):
    """The bibliography: each document with its kind, the rows that rest on it and the chapters that link to it."""

    def run(self) -> list[nodes.Node]:
        """One table, by kind and publisher."""
        resting, kinds = rows_resting_on_sources(), data.labels("sources", "kind")
        chapters = [(mentions.Chapter(EVENTS_PAGE, "events"), mentions.addresses(events_markup()))]
        chapters += [(mentions.chapter(path), mentions.cited(path)) for path in self.notebooks()]
        rank = {kind: place for place, kind in enumerate(kinds)}
        rows = data.load("sources").sort_values(["publisher", "title"])
        items = [
            {
                "row": row,
                "date": tables.source_date(row) or "–",
                "copy": tables.is_copy(row),
                "kind": kinds[row.kind],
                "rows": resting[row.id],
                "chapters": [chapter for chapter, cited in chapters if row.url in cited],
            }
            for row in sorted(rows.itertuples(), key=lambda row: rank[row.kind])
        ]
        return [self.html("sources.html", items=items)]


class EventList(PageDirective):
    """Every event with its counts, statements and sources."""

    def run(self) -> list[nodes.Node]:
        """The names in full, then the table, year by year."""
        groups, said = data.load("groups"), data.load("attributions")
        self.env.note_dependency(str(data.DATA / data.DESCRIPTOR))
        names = tables.names_table(groups[groups["id"].isin(said["group_id"])])
        # Folded away, so that the search of the events stands at the top of the page.
        folded = f'<details class="am-table"><summary>{names.caption}</summary>{names.markup}</details>'
        return [nodes.raw("", folded + events_markup(), format="html")]


@cache
def events_markup() -> str:
    """The table of events as HTML."""
    names = ("events", "casualties", "attributions", "groups", "places", "sources", "crisis_steps")
    return tables.events_table(**data.load_all(*names)).markup


class SqlQuery(PageDirective):
    """A query on the SQLite file and its result, computed while the book is built."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"rows": directives.nonnegative_int}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """What the query answers, the query, its result."""
        sql = "\n".join(self.content)
        result = export.query(Path(self.env.app.outdir, DOWNLOADS, "after-mumbai.sqlite"), sql)
        code = nodes.literal_block(sql, sql, language="sql")
        shown = self.html("result.html", title=self.arguments[0], columns=list(result.columns), rows=_cells(result))
        return [nodes.paragraph(text=self.arguments[0]), code, shown]


class FromNotebook(PageDirective):
    """What a cell of a notebook stores, shown again on another page: a figure, a text, or one item of its list.

    The stored output is what ``nbval`` proves, so a page can repeat a finding without restating it.
    """

    required_arguments = 2
    option_spec = {"item": directives.positive_int}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """The figure as it stands in its chapter; a text with a link to its chapter."""
        name, cell = self.arguments
        path = Path(self.env.srcdir, "notebooks", f"{name}.ipynb")
        self.env.note_dependency(str(path))
        try:
            notebook = mentions.load(path)
            stored = stored_output(notebook, cell)
        except (OSError, KeyError) as error:
            raise self.error(f"nothing to show from {name}, cell {cell}: {error}") from error
        if MIME in stored:
            return [figures.as_node(stored[MIME])]
        text = "".join(stored["text/markdown"])
        if "item" in self.options:
            items = list_items(text)
            if self.options["item"] > len(items):
                raise self.error(f"{name}, cell {cell} has {len(items)} items, not {self.options['item']}")
            text = items[self.options["item"] - 1]
        return self.parse_text_to_nodes(f"{text} → [{mentions.title(notebook)}](/notebooks/{name}.ipynb)")


class DataAsOf(PageDirective):
    """How far the record has been read, and how much it holds."""

    def run(self) -> list[nodes.Node]:
        """One paragraph."""
        events, sources = data.load("events"), data.load("sources")
        since = events[events["date"] >= claims.MUMBAI]
        return self.parse_text_to_nodes(
            f"**Data as of {measures.day_text(sources['found_on'].max())}**, version {__version__}: "
            f"{len(since)} events from {measures.span_text(since)}, {len(events) - len(since)} earlier ones, "
            f"and {len(sources):,} [sources](/book/sources.md) behind the rows."
        )


class ChapterLimits(PageDirective):
    """What the data of each chapter cannot say: the lead of each item of its section on that."""

    def run(self) -> list[nodes.Node]:
        """One table, a row for each chapter that has such a section."""
        rows = [
            {"title": mentions.title(notebook), "url": f"../{mentions.docname(path)}.html#{LIMITS}", "leads": leads}
            for path in self.notebooks()
            if (leads := limits_of(notebook := mentions.load(path)))
        ]
        return [self.html("limits.html", rows=rows)]


def limits_of(notebook: dict) -> list[str]:
    """What stands first in each item of a notebook's section on what its data cannot say, as plain sentences."""
    texts = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    found = [text for text in texts if text.startswith("## What these data cannot say")]
    plain = [re.sub(r"\*\*|\*|`|\[([^]]*)\]\([^)]*\)", r"\1", item) for text in found for item in list_items(text)]
    return [f"{re.split('[.?!:;]( |$)', item)[0]}." for item in plain]


class NameIndex(PageDirective):
    """Where the book speaks of each group, person and place: chapters, and figures within them."""

    def run(self) -> list[nodes.Node]:
        """One section for each kind of name."""
        book = [part for path in self.notebooks() for part in mentions.parts(path)]
        book.append(mentions.Part(EVENTS_PAGE, "", "Every event", mentions.words_of(events_markup())))
        kinds = {"Groups": ("groups", "short_name"), "People": ("people", "name"), "Places": ("places", "name")}
        return [
            self.section(title, f"index-{table}", self.html("mentions.html", entries=index_of(table, shown, book)))
            for title, (table, shown) in kinds.items()
        ]


def index_of(table: str, shown: str, book: list[mentions.Part]) -> list[dict]:
    """Entries of one table's names in alphabetical order; names that the book does not mention are left out.

    Args:
        table: a table with ``name`` and perhaps ``aliases``.
        shown: the column that heads an entry.
        book: as :func:`mentions.parts` gives it.
    """
    entries = []
    for row in data.load(table).to_dict(orient="records"):
        names = {row[shown], row["name"], *split_list("" if pd.isna(row.get("aliases")) else row["aliases"])}
        found = mentions.mentioned(names, book)
        pages = {part.page: part.title for part in book if not part.anchor}
        chapters = [
            {
                "title": title,
                "url": f"../{page}.html",
                "figures": [
                    {"title": part.title, "url": f"../{page}.html#{part.anchor}"}
                    for part in found
                    if part.page == page and part.anchor
                ],
            }
            for page, title in pages.items()
            if any(part.page == page for part in found)
        ]
        if chapters:
            full = row["name"] if row[shown] == row["name"] else f"{row[shown]}, {row['name']}"
            entries.append({"name": full, "chapters": chapters})
    return sorted(entries, key=lambda entry: entry["name"].casefold())


def stored_output(notebook: dict, cell: str) -> dict:
    """What a cell of a notebook shows: a mime bundle.

    Raises:
        KeyError: there is no such cell, or it stores nothing.
    """
    for one in notebook["cells"]:
        if one["id"] == cell and one.get("outputs"):
            return one["outputs"][0]["data"]
    raise KeyError(f"no cell {cell!r} with an output")


def list_items(text: str) -> list[str]:
    """The items of a Markdown list, each in one line."""
    items = re.split(r"^- ", text, flags=re.MULTILINE)[1:]
    return [" ".join(item.split()) for item in items]


class Agreement(PageDirective):
    """How far two coders agreed, variable by variable, and every row on which they did not."""

    def run(self) -> list[nodes.Node]:
        """The table of agreement, then the rows coded differently."""
        double = data.load("double_coding")
        rows = agreement.agreement(double)
        names = data.labels("double_coding", "variable")
        shown = [
            [row.table_name, names[row.variable], row.rows, row.agreed, f"{row.alpha:.2f}"] for row in rows.itertuples()
        ]
        columns = ["Table", "Variable", "Rows", "Coded alike", "Krippendorff's alpha"]
        apart = double[double["first"].fillna("") != double["second"].fillna("")]
        differing = _cells(apart[["table_name", "row_key", "variable", "first", "second"]])
        return [
            self.html("result.html", title="Agreement of two coders", columns=columns, rows=shown),
            nodes.paragraph(text=f"Coded differently, {len(apart)} of {len(double)} cells:"),
            self.html(
                "result.html",
                title="Cells coded differently",
                columns=["Table", "Row", "Variable", "In the table", "Second coder"],
                rows=differing,
            ),
        ]


class Colours(PageDirective):
    """The palette: each colour with its meaning, its contrast, and the colour it is nearest to for each reader."""

    def run(self) -> list[nodes.Node]:
        """The measured colours, then how near any two come for each reader."""
        least = [(sight, *vision.closest(palette.COLOURS, sight)) for sight in vision.SIGHTS]
        rows = [
            {
                "name": name,
                "value": value,
                "means": palette.MEANINGS[name],
                "contrast": [f"{vision.contrast(value, page):.1f}" for page in palette.PAGES.values()],
                "near": [vision.nearest(name, palette.COLOURS, sight) for sight in vision.SIGHTS],
            }
            for name, value in palette.COLOURS.items()
        ]
        return [self.html("colours.html", rows=rows, pages=list(palette.PAGES), least=least, apart=vision.APART)]


class Corrections(PageDirective):
    """Every corrected fact: when, where, what stood there, what stands there now, why."""

    def run(self) -> list[nodes.Node]:
        """The table of corrections, the newest first."""
        rows = data.load("corrections").sort_values(["corrected_on", "id"], ascending=[False, True])
        # A cell may have been empty before, or be empty now.
        rows[["old", "new"]] = rows[["old", "new"]].fillna("empty")
        return [self.html("corrections.html", rows=list(rows.itertuples()))]


def setup(app: Sphinx) -> None:
    """Register the directives and the downloads."""
    app.add_directive("data-dictionary", DataDictionary)
    app.add_directive("source-list", SourceList)
    app.add_directive("event-list", EventList)
    app.add_directive("sql-query", SqlQuery)
    app.add_directive("corrections", Corrections)
    app.add_directive("agreement", Agreement)
    app.add_directive("colours", Colours)
    app.add_directive("from-notebook", FromNotebook)
    app.add_directive("data-as-of", DataAsOf)
    app.add_directive("name-index", NameIndex)
    app.add_directive("chapter-limits", ChapterLimits)
    app.connect("builder-inited", write_downloads)
