"""The data package in other forms: zip, SQLite, GeoPackage, BibTeX, Atom feed. Imports ``data`` and ``files``.

Every form is built from the package alone, and is the same byte for byte whenever the package is.
"""

import os
import re
import shutil
import sqlite3
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd

from aftermumbai import data, files
from aftermumbai.rules import split_list

ROOT = Path(__file__).resolve().parents[2]
BIBLIOGRAPHY = ROOT / "book" / "references.bib"
# Zip and GeoPackage carry a time: the day the package was last read, not the day of the build.
MIDNIGHT = "T00:00:00Z"
SQL_TYPES = {"integer": "INTEGER", "number": "REAL"}

VIEWS = {
    "attack_summary": """
        SELECT e.id, e.date, e.title, p.name AS place, p.territory, e.target,
               t.killed_min, t.killed_max, t.counts,
               (SELECT group_concat(DISTINCT group_id) FROM attributions a
                WHERE a.event_id = e.id AND a.role = 'claimed') AS claimed,
               (SELECT group_concat(DISTINCT group_id) FROM attributions a
                WHERE a.event_id = e.id AND a.role = 'blamed') AS blamed
        FROM events e
        LEFT JOIN places p ON p.id = e.place_id
        LEFT JOIN (SELECT event_id, min(killed_min) AS killed_min,
                          max(coalesce(killed_max, killed_min)) AS killed_max, count(*) AS counts
                   FROM casualties
                   WHERE who = 'victims' AND side = 'all' AND standing = 'settled' AND killed_min IS NOT NULL
                   GROUP BY event_id) t ON t.event_id = e.id
        WHERE e.category = 'attack'
        ORDER BY e.date, e.id""",
    "listing_timeline": """
        SELECT d.date, d.regime, d.action, coalesce(g.name, p.name) AS name, d.entity_id, d.reference
        FROM designations d
        LEFT JOIN groups g ON g.id = d.entity_id
        LEFT JOIN people p ON p.id = d.entity_id
        ORDER BY d.date, d.regime, d.entity_id""",
    "custody_timeline": """
        SELECT c.person_id, p.name, c.date, c.step, c.country, c.authority, c.sentence_years
        FROM custody c JOIN people p ON p.id = c.person_id
        ORDER BY c.person_id, c.date, c.id""",
}


def as_of(root: Path = data.DATA) -> str:
    """The day on which the last source was read, YYYY-MM-DD: the date the package carries."""
    return data.load("sources", root)["found_on"].max().strftime("%Y-%m-%d")


def write_sqlite(path: Path, root: Path = data.DATA) -> None:
    """All tables in one SQLite file: typed columns, keys, and the views of ``VIEWS``."""
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        for name, schema in data.schemas(root).items():
            connection.execute(_create(name, schema["schema"]))
            frame = data.plain(data.load(name, root))
            rows = frame.itertuples(index=False, name=None)
            marks = ", ".join("?" * len(frame.columns))
            connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', list(rows))
        for name, query in VIEWS.items():
            connection.execute(f'CREATE VIEW "{name}" AS {query}')
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise ValueError(f"foreign keys do not hold: {broken[:5]}")
    connection.close()


def _create(name: str, schema: dict) -> str:
    """The statement that creates one table."""
    lines = []
    for field in schema["fields"]:
        required = " NOT NULL" if field.get("constraints", {}).get("required") else ""
        lines.append(f'"{field["name"]}" {SQL_TYPES.get(field["type"], "TEXT")}{required}')
    lines.append(f"PRIMARY KEY ({', '.join(schema['primaryKey'])})")
    for key in schema.get("foreignKeys", []):
        target = key["reference"]["resource"] or name
        lines.append(f'FOREIGN KEY ("{key["fields"][0]}") REFERENCES "{target}" ("id")')
    return f'CREATE TABLE "{name}" (\n  ' + ",\n  ".join(lines) + "\n)"


def query(database: Path, sql: str) -> pd.DataFrame:
    """The result of one query on a SQLite file that :func:`write_sqlite` wrote."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return pd.read_sql_query(sql, connection)
    finally:
        connection.close()


def write_zip(path: Path, root: Path = data.DATA) -> None:
    """The package as it stands, with its README and the licences."""
    moment = (*(int(part) for part in as_of(root).split("-")), 0, 0, 0)
    paths = [root / data.DESCRIPTOR, root / "README.md", *sorted((root / "tables").glob("*.csv"))]
    paths += [root / path for path in data.geometry_files(root)]
    named = [(file, f"after-mumbai/{file.relative_to(root).as_posix()}") for file in paths]
    named += [(ROOT / name, f"after-mumbai/{name}") for name in ("LICENSE-CONTENT", "CITATION.cff")]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, name in named:
            entry = zipfile.ZipInfo(name, moment)
            # As on Unix, whatever the system; and readable for all.
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)


def write_geopackage(path: Path, root: Path = data.DATA) -> None:
    """Places and events that have coordinates, as two layers of points in WGS 84."""
    import geopandas

    path.unlink(missing_ok=True)
    os.environ["OGR_CURRENT_DATE"] = f"{as_of(root)}{MIDNIGHT}"
    places = data.load("places", root).dropna(subset=["lat", "lon"])
    events = data.load("events", root).merge(
        places[["id", "lat", "lon", "coord_precision", "territory"]].rename(columns={"id": "place_id"}), on="place_id"
    )
    for layer, frame in (("places", places), ("events", events)):
        points = geopandas.points_from_xy(frame["lon"].astype(float), frame["lat"].astype(float), crs="EPSG:4326")
        geopandas.GeoDataFrame(data.plain(frame.drop(columns=["lat", "lon"])), geometry=points).to_file(
            path, layer=layer, driver="GPKG"
        )


def bibtex(root: Path = data.DATA) -> str:
    """Every source as a BibTeX entry, by key."""
    entries = []
    for row in data.load("sources", root).sort_values("id").itertuples():
        fields = {"title": f"{{{_tex(row.title)}}}", "publisher": _tex(row.publisher), "url": row.url}
        if pd.notna(row.published):
            fields["year"] = str(row.published.year)
            if row.published_precision == "day":
                fields["date"] = row.published.strftime("%Y-%m-%d")
        fields["urldate"] = row.found_on.strftime("%Y-%m-%d")
        if pd.notna(row.note):
            fields["note"] = _tex(row.note)
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
        entries.append(f"@misc{{{row.id},\n{lines}\n}}")
    return "% Generated from data/tables/sources.csv by `make execute`; do not edit.\n\n" + "\n\n".join(entries) + "\n"


def _tex(text: str) -> str:
    """Text with the characters that TeX would take for commands escaped."""
    return re.sub(r"([#$%&_{}])", r"\\\1", str(text).replace("\\", "/"))


def feed(root: Path = data.DATA, entries: int = 40) -> str:
    """An Atom feed: every correction, and the latest events, the newest first."""
    ET.register_namespace("", ATOM)
    top = ET.Element(f"{{{ATOM}}}feed")
    _element(top, "title", "After Mumbai: corrections and new events")
    _element(top, "id", "tag:after-mumbai,2026:feed")
    _element(top, "updated", f"{as_of(root)}{MIDNIGHT}")
    author = _element(top, "author")
    _element(author, "name", "The After Mumbai contributors")
    read = data.load("sources", root).set_index("id")["found_on"]
    items = []
    for row in data.load("corrections", root).itertuples():
        text = f"{row.table_name}, {row.row_id}, {row.column_name}: “{row.old}” became “{row.new}”. {row.why}"
        items.append(
            (row.corrected_on, f"correction/{row.id}", f"Correction: {row.row_id}", text, "../book/corrections.html")
        )
    for row in data.load("events", root).sort_values(["date", "id"]).tail(entries).itertuples():
        added = max(read[key] for key in split_list(row.sources))
        link = f"../book/events.html#event-{row.id}"
        items.append((added, f"event/{row.id}", row.title, row.summary, link))
    for moment, key, title, text, link in sorted(items, key=lambda item: (item[0], item[1]), reverse=True):
        entry = _element(top, "entry")
        _element(entry, "title", title)
        _element(entry, "id", f"tag:after-mumbai,2026:{key}")
        _element(entry, "updated", f"{moment:%Y-%m-%d}{MIDNIGHT}")
        _element(entry, "link", href=link)
        _element(entry, "summary", text)
    ET.indent(top)
    return ET.tostring(top, encoding="unicode", xml_declaration=True) + "\n"


ATOM = "http://www.w3.org/2005/Atom"


def _element(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = text
    return element


def write_all(folder: Path, root: Path = data.DATA) -> None:
    """Every download of the *Get the data* page, into one folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_zip(folder / "after-mumbai.zip", root)
    write_sqlite(folder / "after-mumbai.sqlite", root)
    write_geopackage(folder / "after-mumbai.gpkg", root)
    files.replace(folder / "references.bib", bibtex(root))
    files.replace(folder / "feed.xml", feed(root))
    (folder / "tables").mkdir(exist_ok=True)
    for table in sorted((root / "tables").glob("*.csv")):
        shutil.copyfile(table, folder / "tables" / table.name)


def main() -> int:
    """Write the generated bibliography beside the pages that cite it."""
    try:
        files.replace(BIBLIOGRAPHY, bibtex())
    except files.NotWrittenError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
