"""The Sphinx side of the book: figures, pages made from the data, downloads, the Vega bundle, and what a page loads.

Nothing outside this folder imports it. ``_config.yml`` names it as a Sphinx extension.
"""

import os
from pathlib import Path

import vl_convert
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from aftermumbai import __version__
from aftermumbai.book import assets, cards, figures, pages

BUNDLE = "vega.js"


def write_bundle(app: Sphinx, error: Exception | None) -> None:
    """Put Vega, Vega-Lite and Vega-Embed beside the pages, so that no chart needs another host."""
    if error is None and app.builder.format == "html":
        bundle = vl_convert.javascript_bundle(vl_version=figures.VL_VERSION)
        # In a scope of its own: the bundle's short global names collide with those of Sphinx's search.
        scoped = f"(() => {{\n{bundle}\n}})();\n"
        Path(app.outdir, "_static", BUNDLE).write_text(scoped, encoding="utf-8")


def note_extent(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Remember whether every page is made anew."""
    env.am_whole = set(docnames) == set(env.found_docs)


def write_in_parallel(app: Sphinx, env: BuildEnvironment) -> None:
    """Write a whole book, and so draw its pictures, on every core: Jupyter Book has no option for it.

    Set only after reading, because two of Jupyter Book's extensions do not say whether they can be read in parallel.
    Not for a few changed pages, nor with cards: Sphinx writes the first page itself before it forks, and what
    draws the pictures must not have been used by then, or the forks wait for its threads for ever.
    """
    if env.am_whole and not os.environ.get(cards.ADDRESS):
        # One more than the writers: Sphinx counts the process that hands out the work.
        app.parallel = (os.cpu_count() or 1) + 1


def setup(app: Sphinx) -> dict:
    """Register the figure node and what the built book needs beside its pages."""
    app.add_node(figures.VegaFigure, html=(figures.visit_html, figures.depart_html))
    pages.setup(app)
    assets.setup(app)
    cards.setup(app)
    app.connect("env-before-read-docs", note_extent)
    app.connect("env-updated", write_in_parallel)
    app.connect("build-finished", write_bundle)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
