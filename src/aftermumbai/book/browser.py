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


def chromium() -> str | None:
    """Path of an installed Chromium; the environment variable CHROMIUM names another."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
