"""What a page costs a reader and how it scores: `make lighthouse`, and `make bench` with the default theme beside it.

Serves the built book with gzip from a server of its own, runs Lighthouse (mobile, simulated) and axe on
some pages, and prints a table. Needs a Chromium, and `make tools` for Lighthouse and axe.
"""

import argparse
import contextlib
import csv
import gzip
import http.server
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml
from playwright.sync_api import Browser, sync_playwright

from aftermumbai.book import browser

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"
TOOLS = ROOT / "_build" / "tools"
LIGHTHOUSE = TOOLS / "lighthouse" / "node_modules" / "lighthouse"
AXE = TOOLS / "axe-core" / "node_modules" / "axe-core" / "axe.min.js"
REPORT = ROOT / "_build" / "lighthouse.json"
BENCHMARKS = ROOT / "book" / "benchmarks.csv"
PAGES = {
    "book/index.html": "Front page",
    "notebooks/01-timeline.html": "Timeline",
    "notebooks/04-line-of-control.html": "Line of Control",
    "notebooks/07-fatf.html": "FATF",
}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
COMPRESSED = {".html", ".css", ".js", ".svg", ".json", ".csv", ".txt", ".xml"}


@cache
def packed(path: Path, changed: float) -> bytes:
    """A file as gzip at the usual level; kept until the file changes."""
    return gzip.compress(path.read_bytes(), compresslevel=6, mtime=0)


class Gzip(http.server.SimpleHTTPRequestHandler):
    """A static host as readers meet it: HTTP/1.1, compresses text, lets a browser keep what it has."""

    protocol_version = "HTTP/1.1"
    root: Path

    def do_GET(self):
        """Answer with the file, compressed if it is text; a folder with its index."""
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            self.send_error(404)
            return
        small = path.suffix in COMPRESSED and "gzip" in self.headers.get("Accept-Encoding", "")
        body = packed(path, path.stat().st_mtime) if small else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=31536000")
        if small:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def guess_type(self, path):
        """The type of a file; text is UTF-8."""
        kind = super().guess_type(path)
        return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind

    def translate_path(self, path):
        """A path below the served folder, whatever comes before it in the address."""
        self.directory = str(self.root)
        return super().translate_path(path)

    def log_message(self, *args):
        """Say nothing."""


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder while it is served."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Gzip,), {"root": folder}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()


def chromium() -> str:
    """Path of an installed Chromium.

    Raises:
        SystemExit: there is none.
    """
    return browser.chromium() or sys.exit(browser.MISSING)


def lighthouse(address: str, attempts: int = 3) -> dict:
    """One run of Lighthouse on a page: scores, bytes, requests and times.

    On a busy machine a run may lose its browser; it is tried again.

    Raises:
        SystemExit: none of the attempts ended.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [
            "node", str(LIGHTHOUSE / "cli" / "index.js"), address, "--quiet", "--output=json",
            f"--output-path={report}", "--no-enable-error-reporting",
            # A picture of the whole page serves the report only, and a page as long as the timeline's takes minutes.
            "--disable-full-page-screenshot",
            f"--chrome-flags=--headless=new {' '.join(browser.FLAGS)}",
        ]  # fmt: skip
        environment = os.environ | {"CHROME_PATH": chromium(), "TMPDIR": folder}
        for _ in range(attempts):
            run = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
            if run.returncode == 0:
                break
        else:
            sys.exit(f"Lighthouse failed on {address}: {run.stderr.strip()[-400:]}")
        found = json.loads(report.read_text(encoding="utf-8"))
    audits, requests = found["audits"], found["audits"]["network-requests"]["details"]["items"]
    requests = [one for one in requests if one["url"].startswith("http")]
    failing = [
        name
        for category in CATEGORIES[1:]
        for name in (ref["id"] for ref in found["categories"][category]["auditRefs"] if ref["weight"])
        if (audits[name]["score"] or 0) < 1 and audits[name]["scoreDisplayMode"] in {"binary", "numeric"}
    ]
    return {
        **{name: found["categories"][name]["score"] for name in CATEGORIES},
        "kib": sum(one.get("transferSize", 0) for one in requests) / 1024,
        "requests": len(requests),
        "lcp": audits["largest-contentful-paint"]["numericValue"] / 1000,
        "cls": audits["cumulative-layout-shift"]["numericValue"],
        "tbt": audits["total-blocking-time"]["numericValue"],
        "failing": failing,
    }


def axe(browser: Browser, address: str) -> list[str]:
    """Rules that axe finds broken on a page, in light and in dark."""
    source = AXE.read_text(encoding="utf-8")
    found = []
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
        page.goto(address, wait_until="load")
        page.evaluate(source)
        broken = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)")
        found += [f"{one['id']} ({scheme}, {len(one['nodes'])})" for one in broken]
        page.close()
    return found


def live_kib(browser: Browser, address: str) -> float:
    """KiB that a page has loaded once each of its charts is live."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    client, total = page.context.new_cdp_session(page), [0]
    client.send("Network.enable")
    client.on("Network.loadingFinished", lambda event: total.__setitem__(0, total[0] + event["encodedDataLength"]))
    page.goto(address, wait_until="load")
    page.mouse.move(100, 100)
    for figure in page.locator(".am-figure").all():
        figure.scroll_into_view_if_needed()
        page.locator(f"#{figure.get_attribute('id')}.am-is-live").wait_for(state="attached")
    page.close()
    return total[0] / 1024


def measure(folder: Path, pages: dict[str, str], runs: int) -> list[dict]:
    """Every measure of some pages of a built book; of several runs the median."""
    rows = []
    with served(folder) as site, sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=browser.FLAGS)
        for path, name in pages.items():
            found = [lighthouse(site + path) for _ in range(runs)]
            row = {key: statistics.median(one[key] for one in found) for key in found[0] if key != "failing"}
            failing = sorted({name for one in found for name in one["failing"]})
            row |= {"page": name, "path": path, "failing": failing, "live": live_kib(running, site + path)}
            rows.append(row | {"axe": axe(running, site + path)})
            print(f"{name}: {rows[-1]}", file=sys.stderr, flush=True)
        running.close()
    return rows


def default_book(folder: Path) -> Path:
    """The same content built with Jupyter Book's default configuration; the folder of its pages.

    Ours that stays: the directives and the figures, without which there would be no content.
    """
    for name in ("book", "notebooks", "data", "src", "_toc.yml", "CHANGELOG.md", "CONTRIBUTING.md"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    shutil.rmtree(folder / "book" / "_templates", ignore_errors=True)
    ours = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    content = ("language", "html_static_path", "html_favicon", "html_css_files", "html_js_files")
    options = {key: ours["sphinx"]["config"][key] for key in (*content, "myst_enable_extensions")}
    config = {key: ours[key] for key in ("title", "author", "copyright", "only_build_toc_files", "exclude_patterns")}
    config |= {"execute": {"execute_notebooks": "off"}}
    config |= {"sphinx": {"extra_extensions": ["aftermumbai.book"], "config": options | {"light_pages": False}}}
    (folder / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(folder)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return folder / "_build" / "html"


HEADINGS = (
    "Page", "Theme", "KiB", "KiB, charts live", "Requests", "Perf.", "Access.", "Practice", "SEO", "LCP, s", "CLS",
    "TBT, ms", "axe",
)  # fmt: skip
LIMITS = ("Limit", "–", "250, front page 200", "600", "–", "0.98", "1", "1", "1", "1.8", "0.02", "100", "0")


def as_rows(books: dict[str, list[dict]]) -> list[tuple[str, ...]]:
    """The measures as a table with its headings, each page of one book below the same page of the other."""
    table = [HEADINGS]
    for rows in zip(*books.values(), strict=True):
        for theme, row in zip(books, rows, strict=True):
            scores = (f"{row[name]:.2f}" for name in CATEGORIES)
            weights = (f"{row[name]:.0f}" for name in ("kib", "live", "requests"))
            times = (f"{row['lcp']:.1f}", f"{row['cls']:.2f}", f"{row['tbt']:.0f}", str(len(row["axe"])))
            table.append((row["page"], theme, *weights, *scores, *times))
    return [*table, LIMITS]


def missed(rows: list[dict]) -> list[str]:
    """Where a page falls short of what the book promises."""
    limits = {"lcp": 1.8, "cls": 0.02, "tbt": 100, "live": 600}
    short = []
    for row in rows:
        front = row["path"] == "book/index.html"
        for key, limit in (limits | {"kib": 200 if front else 250}).items():
            if row[key] > limit:
                short.append(f"{row['page']}: {key} {row[key]:.2f} > {limit}")
        for key in CATEGORIES:
            if row[key] < (0.98 if key == "performance" else 1):
                short.append(f"{row['page']}: {key} {row[key]:.2f} {', '.join(row['failing'])}")
        short += [f"{row['page']}: axe finds {one}" for one in row["axe"]]
    return short


def store(table: list[tuple[str, ...]]) -> None:
    """Write the table that the page of benchmarks shows."""
    with BENCHMARKS.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(table)


def main(arguments: list[str]) -> int:
    """Measure, print, write; 1 if a page falls short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--default", action="store_true", help="build and measure the default theme beside ours")
    parser.add_argument("--runs", type=int, default=3, help="runs of Lighthouse for each page; the median counts")
    options = parser.parse_args(arguments)
    if not LIGHTHOUSE.is_dir() or not AXE.is_file():
        sys.exit("Lighthouse or axe is not installed: run `make tools` (needs the network, node and npm).")
    books = {"this book": measure(HTML, PAGES, options.runs)}
    if options.default:
        with tempfile.TemporaryDirectory() as folder:
            books["default"] = measure(default_book(Path(folder)), PAGES, options.runs)
    REPORT.write_text(json.dumps(books, indent=1), encoding="utf-8")
    table = as_rows(books)
    print("\n".join(" | ".join(row) for row in table))
    if options.default:
        store(table)
    short = missed(books["this book"])
    print("\n".join(short) or "Every page keeps what the book promises.")
    return int(bool(short))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
