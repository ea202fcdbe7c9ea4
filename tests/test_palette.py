"""Colours stand out on both pages, stay apart for every reader, and never tell alone what lies too near."""

import itertools
import json
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from conftest import ROOT

from aftermumbai import maps
from aftermumbai.book import vision
from aftermumbai.charts import MIME, palette

SOURCES = [*sorted((ROOT / "src/aftermumbai/charts").glob("*.py")), ROOT / "src/aftermumbai/maps.py"]
CHANNELS = ("color", "fill", "stroke")
# What repeats a colour: another look of the mark, or a place of its own.
REPEATS = {"shape", "strokeDash", "x", "y", "xOffset", "yOffset", "row", "column", "facet", "text"}
# Vega-Lite draws these marks with this opacity unless told otherwise.
FAINT = dict.fromkeys(("point", "circle", "square", "tick"), 0.7)
HEX = re.compile(r"#[0-9a-f]{6}")
# Keys of a map's legend stand beside their names, so that no two of them need to differ.
NAMED = {("perspectives", "style")}


# The arithmetic, against published cases


def test_contrast_of_black_on_white_is_21():
    assert vision.contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, -1, 2), (50, 0, 0), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_distances_are_those_of_the_published_test_data(one, other, expected):
    """Sharma, Wu and Dalal (2005), table 1."""
    assert vision.ciede2000(one, other) == pytest.approx(expected, abs=0.0001)
    assert vision.ciede2000(other, one) == pytest.approx(expected, abs=0.0001)


@pytest.mark.parametrize("sight", vision.SIGHTS)
def test_every_sight_keeps_white_and_the_greys(sight):
    assert [sum(row) for row in vision.SIGHTS[sight]] == pytest.approx([1, 1, 1], abs=1e-5)
    assert vision.lab("#ffffff", sight) == pytest.approx((100, 0, 0), abs=0.02)
    assert vision.lab("#777777", sight)[1:] == pytest.approx((0, 0), abs=0.02)


def test_red_and_green_come_together_without_red_or_green_cones():
    pair = ("#d1412b", "#4b8b1d")
    assert vision.distance(*pair, "full colour vision") > 50
    assert vision.distance(*pair, "deuteranopia") < 3


def test_what_shines_through_is_between_the_colour_and_the_page():
    assert vision.over("#000000", 0.5, "#ffffff") == "#808080"
    assert vision.over("#bf4522", 1, "#121212") == "#bf4522"


# The palette


@pytest.mark.parametrize("page", palette.PAGES)
@pytest.mark.parametrize("name", palette.COLOURS)
def test_a_colour_stands_out_on_both_pages(name, page):
    assert vision.contrast(palette.COLOURS[name], palette.PAGES[page]) >= 3


@pytest.mark.parametrize("page", palette.PAGES.values())
def test_lines_for_orientation_stand_out_on_both_pages(page):
    assert vision.contrast(palette.MUTED, page) >= 3


@pytest.mark.parametrize("sight", vision.SIGHTS)
@pytest.mark.parametrize("pair", list(itertools.combinations(palette.COLOURS, 2)), ids="-".join)
def test_two_colours_stay_apart(pair, sight):
    one, other = (palette.COLOURS[name] for name in pair)
    assert vision.distance(one, other, sight) >= vision.APART


def test_every_colour_has_its_meaning():
    assert list(palette.MEANINGS) == list(palette.COLOURS)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_other_module_writes_a_colour(path):
    text = path.read_text(encoding="utf-8")
    found = re.findall(r"#[0-9a-fA-F]{6}\b|\"(?:white|black|red|green|blue|gr[ae]y)\"", text)
    assert not found or path.name == "palette.py"


# The stored figures


class Use(NamedTuple):
    """A colour scale of one view: its field, its colours with their opacity, and what repeats the field."""

    figure: str
    field: str
    colours: list[str]
    opacity: float
    repeated: set[str]


def figures() -> Iterator[tuple[str, str, dict]]:
    """Every stored figure in both widths: notebook, name, specification."""
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                spec = output.get("data", {}).get(MIME)
                if spec is not None:
                    name = spec["usermeta"]["figure"]["id"]
                    yield path.stem, name, {key: value for key, value in spec.items() if key != "usermeta"}
                    yield path.stem, name, spec["usermeta"]["narrow"]


def units(view: dict, outer: dict) -> Iterator[tuple[dict, dict]]:
    """Every single view with its mark and its channels, those of the views around it included."""
    channels = outer | view.get("encoding", {})
    facet = view.get("facet")
    if isinstance(facet, dict):
        channels |= {"facet": facet} if "field" in facet else facet
    if "mark" in view:
        mark = view["mark"]
        yield ({"type": mark} if isinstance(mark, str) else mark), channels
    inner = [view["spec"]] if "spec" in view else []
    for key in ("layer", "concat", "hconcat", "vconcat"):
        inner += view.get(key, [])
    for part in inner:
        yield from units(part, channels)


def opacity_of(mark: dict, channels: dict) -> float:
    """How much of a mark's colour is seen at its strongest; a menu or a click may fade it further."""
    given = channels.get("opacity", {})
    condition = given.get("condition", {})
    conditions = condition if isinstance(condition, list) else [condition]
    values = [part["value"] for part in (given, *conditions) if "value" in part]
    if values:
        return max(values)
    return mark.get("opacity", FAINT.get(mark["type"], 1))


def uses(name: str, spec: dict) -> list[Use]:
    """The colour scales of a figure's data marks."""
    found = []
    for mark, channels in units(spec, {}):
        for channel in CHANNELS:
            look = channels.get(channel)
            scale = look.get("scale") if isinstance(look, dict) and "field" in look else None
            if not isinstance(scale, dict) or not isinstance(scale.get("range"), list) or mark["type"] == "text":
                continue
            # A field keeps its channel wherever the figure draws it, so a legend or a second layer may repeat it.
            repeated = {key for key, value in channels.items() if key in REPEATS and field_of(value) == look["field"]}
            found.append(Use(name, look["field"], scale["range"], opacity_of(mark, channels), repeated))
    return found


def field_of(channel) -> str | None:
    return channel.get("field") if isinstance(channel, dict) else None


def too_near(colours: list[str], opacity: float = 1) -> list[tuple[str, str]]:
    """Pairs of a scale's colours that some reader cannot tell apart on some page; a colour used twice is one."""
    return [
        (one, other)
        for one, other in itertools.combinations(colours, 2)
        if min(
            vision.distance(vision.over(one, opacity, page), vision.over(other, opacity, page), sight)
            for page in palette.PAGES.values()
            for sight in vision.SIGHTS
        )
        < vision.APART
    ]


@pytest.mark.parametrize(
    ("more", "alone"),
    [
        ({}, True),
        ({"shape": {"field": "kind"}}, False),
        ({"shape": {"field": "another"}}, True),
        ({"y": {"field": "kind"}}, False),
    ],
)
def test_a_colour_that_tells_alone_is_found(more, alone):
    look = {"field": "kind", "scale": {"range": ["#d1412b", "#4b8b1d"]}}
    spec = {"layer": [{"mark": {"type": "point", "opacity": 1}, "encoding": {"color": look} | more}]}
    (use,) = uses("made up", spec)
    assert too_near(use.colours, use.opacity) == [("#d1412b", "#4b8b1d")]
    assert bool(use.repeated) is not alone


def test_colours_that_shine_through_come_nearer():
    pair = [palette.BLUE, palette.VIOLET]
    assert not too_near(pair) and too_near(pair, 0.4)


FIGURES = list(figures())


@pytest.mark.parametrize("notebook", sorted({notebook for notebook, _, _ in FIGURES}))
def test_colour_never_tells_alone_what_lies_too_near(notebook):
    """Where two colours of a scale are too near for a reader, shape, dashes, place or a label repeat the field."""
    alone = {
        (use.figure, use.field, use.opacity, *pair)
        for place, name, spec in FIGURES
        if place == notebook
        for use in uses(name, spec)
        if not use.repeated and (use.figure, use.field) not in NAMED
        for pair in too_near(use.colours, use.opacity)
    }
    assert alone == set()


@pytest.mark.parametrize("notebook", sorted({notebook for notebook, _, _ in FIGURES}))
def test_a_stored_figure_uses_the_palette(notebook):
    known = {*palette.COLOURS.values(), palette.TEXT, palette.MUTED, palette.RULE, *palette.PAGES.values()}
    drawn = {
        colour
        for place, _, spec in FIGURES
        if place == notebook
        for colour in HEX.findall(json.dumps({key: value for key, value in spec.items() if key != "datasets"}))
    }
    assert drawn <= known


# Maps


@pytest.mark.parametrize("page", palette.PAGES.values())
@pytest.mark.parametrize("sight", vision.SIGHTS)
def test_a_tint_on_a_map_stays_apart_or_is_hatched_otherwise(sight, page):
    """Tints let the page shine through, so that little colour is left; hatching and names carry the rest."""
    hatched = {"pakistan": "rising", "disputed": "rising, wide", "china": "falling"}
    for one, other in itertools.combinations([key for key, fill in maps.FILLS.items() if fill.opacity], 2):
        tints = [vision.over(fill.colour, fill.opacity, page) for fill in (maps.FILLS[one], maps.FILLS[other])]
        assert hatched.get(one) != hatched.get(other) or vision.distance(*tints, sight) >= vision.APART
