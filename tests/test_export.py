"""The package in other forms holds what the tables hold, and is the same byte for byte each time."""

import csv
import io
import json
import sqlite3
import subprocess
import sys
import zipfile
from xml.etree import ElementTree as ET

import geopandas
import pytest
from conftest import ROOT

from aftermumbai import data, export


@pytest.fixture(scope="module")
def downloads(tmp_path_factory):
    folder = tmp_path_factory.mktemp("downloads")
    export.write_all(folder)
    return folder


def test_the_public_frictionless_tool_finds_the_package_valid():
    command = [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"]
    run = subprocess.run(command, cwd=data.DATA, capture_output=True, text=True, check=False)
    report = json.loads(run.stdout)
    assert report["valid"] and report["stats"]["tasks"] == len(data.package()["resources"])


def test_writing_twice_gives_the_same_bytes(downloads, tmp_path):
    export.write_all(tmp_path)
    for path in sorted(p for p in downloads.rglob("*") if p.is_file()):
        assert path.read_bytes() == (tmp_path / path.relative_to(downloads)).read_bytes(), path.name


def test_the_sqlite_file_holds_every_row_with_types_and_keys(downloads):
    connection = sqlite3.connect(downloads / "after-mumbai.sqlite")
    for table in data.schemas():
        frame = data.load(table)
        assert connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] == len(frame)
    types = {row[1]: row[2] for row in connection.execute("PRAGMA table_info(casualties)")}
    assert types["killed_min"] == "INTEGER" and types["event_id"] == "TEXT"
    assert connection.execute("PRAGMA foreign_key_list(casualties)").fetchall()
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("SELECT count(*) FROM casualties WHERE killed_min IS NULL").fetchone()[0] > 0
    connection.close()


def test_the_attack_summary_agrees_with_the_tables(downloads):
    summary = export.query(downloads / "after-mumbai.sqlite", "SELECT * FROM attack_summary").set_index("id")
    events = data.load("events")
    assert set(summary.index) == set(events.loc[events["category"] == "attack", "id"])
    assert summary.loc["2019-02-14-pulwama", ["killed_min", "killed_max"]].tolist() == [40, 44]
    assert "jem" in summary.loc["2019-02-14-pulwama", "claimed"]


@pytest.mark.parametrize("view", export.VIEWS)
def test_every_view_returns_rows(downloads, view):
    assert len(export.query(downloads / "after-mumbai.sqlite", f"SELECT * FROM {view}")) > 50


def test_the_zip_holds_the_package_whole(downloads):
    with zipfile.ZipFile(downloads / "after-mumbai.zip") as archive:
        names = set(archive.namelist())
        assert {"after-mumbai/datapackage.json", "after-mumbai/README.md", "after-mumbai/LICENSE-CONTENT"} <= names
        for table, schema in data.schemas().items():
            text = archive.read(f"after-mumbai/{schema['path']}").decode("utf-8")
            assert len(list(csv.reader(io.StringIO(text)))) == len(data.load(table)) + 1


def test_the_geopackage_holds_places_and_events(downloads):
    places = geopandas.read_file(downloads / "after-mumbai.gpkg", layer="places")
    events = geopandas.read_file(downloads / "after-mumbai.gpkg", layer="events")
    assert places.crs.to_epsg() == 4326 and len(places) == data.load("places")["lat"].notna().sum()
    assert set(events["place_id"]) <= set(places["id"])
    uri = places.set_index("id").loc["uri"].geometry
    assert (round(uri.y, 1), round(uri.x, 1)) == (34.1, 74.0)


def test_the_feed_is_atom_and_lists_every_correction(downloads):
    top = ET.parse(downloads / "feed.xml").getroot()
    space = {"a": export.ATOM}
    ids = [entry.text for entry in top.findall("a:entry/a:id", space)]
    assert len(ids) == len(set(ids)) > 20
    for row in data.load("corrections").itertuples():
        assert f"tag:after-mumbai,2026:correction/{row.id}" in ids


def test_the_bibliography_beside_the_pages_is_what_the_sources_give():
    assert export.BIBLIOGRAPHY.read_text(encoding="utf-8") == export.bibtex(), "run `make execute`"
    assert export.bibtex().count("\n@misc{") == len(data.load("sources"))


def test_the_readme_of_the_data_names_every_table():
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert [table for table in data.schemas() if f"`{table}`" not in text] == []
