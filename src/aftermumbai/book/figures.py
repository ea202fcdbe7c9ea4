"""Turns a stored Vega-Lite output into a figure of the book. The one place that does so.

A figure is a still picture drawn now (wide and narrow, readable without JavaScript and on paper), a
caption, a table of the plotted data, downloads, and a script file that the page loads once the
figure scrolls near, to put the live chart in the picture's place.

Nothing outside ``book`` imports it.
"""

import csv
import html
import io
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import markupsafe
import vl_convert
from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

from aftermumbai import data
from aftermumbai.book import templates
from aftermumbai.charts import MIME

# The Vega-Lite that draws in the book; its bundle carries Vega 6.
VL_VERSION = "6.4"
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
FOLDER = "figures"


class VegaFigure(nodes.General, nodes.Element):
    """A chart with its words; attribute ``spec`` holds the stored Vega-Lite specification."""


def as_node(spec: dict) -> VegaFigure:
    """A stored specification as a node. The words inside it are for the index of the search, and not shown."""
    words = spec["usermeta"]["figure"]
    node = VegaFigure(spec=spec, ids=[f"fig-{words['id']}"])
    node += nodes.paragraph(text=f"{words['title']}. {words['takeaway']}")
    return node


class VegaLiteRenderer:
    """MyST-NB plugin: takes our Vega-Lite outputs and leaves the rest to MyST-NB."""

    mime_priority_overrides = (("*", MIME, 1),)

    @staticmethod
    def handle_mime(renderer, data, inline):
        """One output as a figure node; None for what is not ours. A chart without words is an error."""
        if data.mime_type != MIME:
            return None
        if "figure" not in data.content.get("usermeta", {}):
            raise ValueError("a notebook shows a bare Altair chart; wrap it in aftermumbai.charts.figure(...)")
        return [as_node(data.content)]


def layouts(spec: dict) -> dict[str, dict]:
    """The stored specification as two complete ones, ``wide`` and ``narrow``, on the same data."""
    # The stored chart has a ground of its own, for notebooks read in the dark; the page brings one.
    shared = {key: spec[key] for key in ("datasets", "description")}
    shared |= {"$schema": SCHEMA, "config": spec["config"] | {"background": "transparent"}}
    meta = {"usermeta", *shared}
    wide = {key: value for key, value in spec.items() if key not in meta}
    return {"wide": shared | wide, "narrow": shared | spec["usermeta"]["narrow"]}


def still(spec: dict, label: str, name: str) -> str:
    """The SVG picture of a specification, with a label for screen readers and no fixed size.

    Vega counts the names of its clipping frames through a whole process. Here they begin with ``name``
    and count from one, so that no two pictures of a page cut each other and a rebuild gives the same file.
    """
    quiet = _without_links(spec) | {"config": spec["config"] | {"aria": False}}
    svg = vl_convert.vegalite_to_svg(quiet, vl_version=VL_VERSION)
    head = re.match(r"<svg[^>]*>", svg)[0]
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', head)
    width, height = box[1], box[2]
    opening = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-label="{html.escape(label)}">'
    )
    body = svg[len(head) :]
    for number, found in enumerate(dict.fromkeys(re.findall(r' id="([^"]+)"', body)), start=1):
        body = re.sub(rf'( id="|url\(#){re.escape(found)}(?=["\)])', rf"\g<1>{name}-{number}", body)
    return lighter(opening + body)


SVG = "http://www.w3.org/2000/svg"
# What Vega writes for screen readers and pointers inside a picture that is one image and stands still.
_SPARE = {"aria-hidden", "aria-roledescription", "role", "pointer-events"}
# What an element looks like without the attribute; a style that an outer one could change is not here.
_PLAIN = {"opacity": "1", "fill-opacity": "1", "stroke-opacity": "1"}
# A disc as Vega draws it: two arcs of one radius around nought.
_DISC = re.compile(r"M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0Z?")
# What a group hands down to its parts.
_INHERITED = ("fill", "stroke", "stroke-width", "font-family", "font-size", "font-weight", "text-anchor")


def lighter(svg: str) -> str:
    """The same picture in fewer bytes: places to a tenth of a pixel, and nothing said twice."""
    root = ET.fromstring(svg)
    for part in root.iter():
        part.tag = part.tag.removeprefix(f"{{{SVG}}}")
    root.set("xmlns", SVG)
    for parent in list(root.iter()):
        for part in list(parent):
            for name in _SPARE & set(part.attrib):
                del part.attrib[name]
            for name, value in _PLAIN.items():
                if part.get(name) == value:
                    del part.attrib[name]
            for name in {"transform", "d", "x", "y", "x2", "y2", "width", "height"} & set(part.attrib):
                part.set(name, _tenths(part.attrib[name]))
            if part.tag == "path" and part.get("d") in {"", "M0,0h0v0h0Z"}:
                parent.remove(part)
            if disc := _DISC.fullmatch(part.get("d", "")):
                part.tag = "circle"
                part.attrib = {key: value for key, value in part.attrib.items() if key != "d"} | {"r": disc[1]}
                if place := re.fullmatch(r"translate\(([^,]+),([^,]+)\)", part.get("transform", "")):
                    del part.attrib["transform"]
                    part.attrib |= {"cx": place[1], "cy": place[2]}
    for group in reversed(list(root.iter("g"))):
        for name in _INHERITED:
            values = {part.get(name) for part in group}
            if len(group) > 1 and len(values) == 1 and None not in values:
                group.set(name, values.pop())
                for part in group:
                    del part.attrib[name]
    return ET.tostring(root, encoding="unicode").replace(" />", "/>")


def _tenths(places: str) -> str:
    """Numbers with at most one decimal; a factor of a scale keeps its own."""
    if "scale" in places or "matrix" in places:
        return places
    return re.sub(r"-?\d*\.\d+(?:e-?\d+)?", lambda found: f"{round(float(found[0]), 1) + 0:g}", places)


def _without_links(spec):
    """A specification without links on its marks: a picture is one image to a reader, not hundreds of stops."""
    if isinstance(spec, dict):
        return {key: _without_links(value) for key, value in spec.items() if key not in {"href", "datasets"}} | {
            key: value for key, value in spec.items() if key == "datasets"
        }
    return [_without_links(part) for part in spec] if isinstance(spec, list) else spec


def as_csv(rows: list[dict], columns: list[list[str]]) -> str:
    """The plotted rows as CSV, under the column names of the data: first what the table shows, then the rest by name.

    Args:
        rows: the plotted rows; what stored them may have sorted their keys.
        columns: what the table below the chart shows, as pairs of column and heading.
    """
    shown = [column for column, _ in columns]
    text = io.StringIO()
    writer = csv.DictWriter(text, [*shown, *sorted(set(rows[0]) - set(shown))], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_script(figure_id: str, specs: dict[str, dict]) -> str:
    """A script that hands the page the figure's specifications; a plain file would not load offline."""
    shared = {key: specs["wide"][key] for key in ("$schema", "datasets", "config")}
    views = {size: {k: v for k, v in spec.items() if k not in shared} for size, spec in specs.items()}
    body = json.dumps({"shared": shared, **views}, ensure_ascii=False, separators=(",", ":"))
    return f"window.amFigures=window.amFigures||{{}};window.amFigures[{json.dumps(figure_id)}]={body};\n"


def linked(source: str, to_root: str) -> markupsafe.Markup:
    """The line on a figure's source with each table that it names as a link to where the dictionary describes it.

    A word is the name of a table in a list that follows "table" or "tables", not elsewhere: many are plain words.

    Args:
        source: the words, such as "tables events and casualties of this book".
        to_root: relative path from the page to the root of the book.
    """
    name = rf"(?:{'|'.join(sorted(data.schemas(), key=len, reverse=True))})\b"
    parts = re.split(rf"(\btables? {name}(?:(?:, | and ){name})*)", source)
    for place in range(1, len(parts), 2):
        parts[place] = markupsafe.Markup("").join(
            markupsafe.Markup('<a href="{0}book/dictionary.html#table-{1}">{1}</a>').format(to_root, word)
            if re.fullmatch(name, word)
            else word
            for word in re.split(rf"({name})", parts[place])
        )
    return markupsafe.Markup("").join(parts)


def render(spec: dict, to_root: str) -> tuple[str, dict[str, str]]:
    """A figure's HTML and its files: name within the figures folder to content.

    Args:
        spec: the stored Vega-Lite specification, as ``charts.figure`` made it.
        to_root: relative path from the page to the root of the book, "" or "../".
    """
    words = spec["usermeta"]["figure"]
    rows, specs = spec["datasets"]["rows"], layouts(spec)
    name = words["id"]
    stills = {size: still(one, words["alt"], f"{name}-{size}") for size, one in specs.items()}
    files = {
        f"{name}.csv": as_csv(rows, words["columns"]),
        f"{name}.svg": stills["wide"],
        f"{name}.js": as_script(name, specs),
    }
    page = templates.fill(
        "figure.html",
        words=words,
        source=linked(words["source"], to_root),
        rows=rows,
        stills=stills,
        folder=f"{to_root}{FOLDER}/",
        static=f"{to_root}_static/",
    )
    return page, files


def visit_html(translator: HTML5Translator, node: VegaFigure) -> None:
    """Write the figure's files beside the page and its HTML into the page."""
    figure, files = render(node["spec"], "../" * translator.builder.current_docname.count("/"))
    folder = Path(translator.builder.outdir, FOLDER)
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    translator.body.append(figure)
    raise nodes.SkipNode


def depart_html(translator: HTML5Translator, node: VegaFigure) -> None:
    """Nothing is left open: ``visit_html`` writes the whole figure."""
