"""The templates beside this module, filled in with everything escaped. Imported by what writes HTML or SVG here."""

from pathlib import Path

import jinja2

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


def fill(name: str, **context) -> str:
    """A template filled in.

    Args:
        name: its file name.
        context: what it shows; text is escaped.
    """
    return _TEMPLATES.get_template(name).render(**context)
