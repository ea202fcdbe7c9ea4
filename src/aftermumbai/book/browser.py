"""Finds the Chromium that prints and tests the book. Imported by ``pdf`` and by the tests."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# In a container, and with nothing that talks to another host by itself.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
MISSING = "no Chromium found: install chromium, or set CHROMIUM to the path of a Chrome or Chromium"
NO_FONT = "no font found: what Chromium prints or draws would hold no letters; install one, for instance fonts-dejavu"
# How wide a word is, in pixels; nothing where no font is installed.
_WIDTH = "document.createElement('canvas').getContext('2d').measureText('Kashmir').width"


def draws_letters(page) -> bool:
    """Whether an open page of Playwright has a font to draw with."""
    return page.evaluate(_WIDTH) > 0


def chromium() -> str | None:
    """Path of an installed Chromium; the environment variable CHROMIUM names another."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
