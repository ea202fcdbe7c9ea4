"""Writes a notebook as plain lines, so that a difference reads as words and numbers. Imports nothing of this package.

Git calls it as the driver ``jupyternotebook`` that ``.gitattributes`` names; ``make diff`` does so without any setting.
"""

import html
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path


def lines(notebook: dict) -> Iterator[str]:
    """A notebook cell by cell: its text or code, then what it shows."""
    for cell in notebook["cells"]:
        yield f"=== {cell['cell_type']} {cell.get('id', '')} {' '.join(cell['metadata'].get('tags', []))}".rstrip()
        yield from "".join(cell["source"]).splitlines()
        for output in cell.get("outputs", []):
            yield "--- shows"
            yield from shown(output)


def shown(output: dict) -> Iterator[str]:
    """An output as lines: a chart as its words, rows and drawing, a table as its rows, anything else as its text."""
    data = output.get("data", {})
    specs = [content for kind, content in data.items() if "vegalite" in kind]
    if specs:
        yield from chart(specs[0])
    elif "text/html" in data:
        yield from table("".join(data["text/html"]))
    elif data:
        kind = "text/markdown" if "text/markdown" in data else "text/plain"
        yield from "".join(data.get(kind, "")).splitlines()
    else:
        yield json.dumps(output, ensure_ascii=False, sort_keys=True)


def chart(spec: dict) -> Iterator[str]:
    """A stored figure: what it says, a line for each of its rows, and a line for each part of the drawing."""
    meta = spec.get("usermeta", {})
    for name, words in sorted(meta.get("figure", {}).items()):
        yield f"{name}: {words if isinstance(words, str) else json.dumps(words, ensure_ascii=False)}"
    for row in spec.get("datasets", {}).get("rows", []):
        yield "row: " + json.dumps(row, ensure_ascii=False, sort_keys=True)
    for size, drawing in (("wide", spec), ("narrow", meta.get("narrow", {}))):
        for place, value in leaves({k: v for k, v in drawing.items() if k not in {"datasets", "usermeta"}}):
            yield f"{size}{place}: {json.dumps(value, ensure_ascii=False)}"


def leaves(part: object, place: str = "") -> Iterator[tuple[str, object]]:
    """Every value of a specification with the way to it."""
    if isinstance(part, dict) and part:
        for key in sorted(part):
            yield from leaves(part[key], f"{place}/{key}")
    elif isinstance(part, list) and any(isinstance(one, dict | list) for one in part):
        for number, one in enumerate(part):
            yield from leaves(one, f"{place}/{number}")
    else:
        yield place, part


def table(markup: str) -> Iterator[str]:
    """The words of some HTML, each row of a table on a line of its own."""
    for row in re.split(r"</tr>|</caption>|</p>|</summary>|\n", markup):
        cells = re.sub(r"</t[dh]>", " | ", row)
        words = html.unescape(re.sub(r"<[^>]*>", "", cells)).strip().removesuffix("|").strip()
        if words:
            yield words


def main(path: Path) -> None:
    """Write one notebook to standard output; what is no notebook, as it is."""
    text = path.read_text(encoding="utf-8")
    try:
        written = "\n".join(lines(json.loads(text))) + "\n"
    except (ValueError, KeyError, TypeError):
        written = text
    sys.stdout.buffer.write(written.encode("utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
