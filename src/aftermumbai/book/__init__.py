"""The Sphinx side of the book: figures, pages made from the data, downloads, the Vega bundle, and what a page loads.

Nothing outside this folder imports it. ``_config.yml`` names it as a Sphinx extension.
"""

import os
from importlib import metadata
from pathlib import Path

import vl_convert
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from aftermumbai import __version__
from aftermumbai.book import assets, cards, figures, pages, templates, texts

BUNDLE = "vega.js"
# Packages whose scripts and styles the pages carry; what is bundled by others has its licence in ``licences/``.
CARRIED = ("sphinx", "pydata-sphinx-theme", "sphinx-book-theme", "sphinx-copybutton", "sphinx-togglebutton")
LICENCES = "licences.txt"


def write_bundle(app: Sphinx, error: Exception | None) -> None:
    """Put Vega, Vega-Lite and Vega-Embed beside the pages, so that no chart needs another host."""
    if error is None and app.builder.format == "html":
        bundle = vl_convert.javascript_bundle(vl_version=figures.VL_VERSION)
        # In a scope of its own: the bundle's short global names collide with those of Sphinx's search.
        scoped = f"(() => {{\n{bundle}\n}})();\n"
        Path(app.outdir, "_static", BUNDLE).write_text(scoped, encoding="utf-8")


def licences() -> str:
    """The licences of all scripts and styles that the book carries, one after the other."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("licences/*.txt")}
    for name in CARRIED:
        files = [file for file in metadata.files(name) or () if file.name.upper().startswith("LICENSE")]
        texts[name] = "\n\n".join(file.read_text(encoding="utf-8") for file in files)
    return "\n\n".join(f"{name}\n{'=' * len(name)}\n\n{text.strip()}" for name, text in sorted(texts.items())) + "\n"


def write_licences(app: Sphinx, error: Exception | None) -> None:
    """Put the licences beside the scripts."""
    if error is None and app.builder.format == "html":
        Path(app.outdir, "_static", LICENCES).write_text(licences(), encoding="utf-8")


def write_landing(app: Sphinx, error: Exception | None) -> None:
    """Put a page at the root that sends a reader on to the first one, by a link too if a browser does not go."""
    if error is None and app.builder.format == "html":
        page = templates.fill(
            "landing.html",
            title=app.config.html_title or app.config.project,
            first=app.config.root_doc,
            icon=Path(app.config.html_favicon).name,
        )
        Path(app.outdir, "index.html").write_text(page, encoding="utf-8")


def note_extent(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Remember whether every page is made anew."""
    env.am_whole = set(docnames) == set(env.found_docs)


def write_in_parallel(app: Sphinx, env: BuildEnvironment) -> None:
    """Write a whole book, and so draw its pictures, on every core: Jupyter Book has no option for it.

    Set only after reading, because two of Jupyter Book's extensions do not say whether they can be read in parallel.
    Not for a few changed pages, nor with cards or a picture on the first page: Sphinx writes that one itself before
    it forks, and what draws the pictures must not have been used by then, or the forks wait for its threads for ever.
    """
    drawn = env.get_doctree(min(env.found_docs)).next_node(figures.VegaFigure) or os.environ.get(cards.ADDRESS)
    if env.am_whole and not drawn:
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
    app.connect("build-finished", write_licences)
    app.connect("build-finished", write_landing)
    app.connect("build-finished", texts.write)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
