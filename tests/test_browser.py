"""The built book in a real browser, every other host blocked. Needs `make book` and a Chromium.

Without one the tests are skipped and say so; AFTERMUMBAI_REQUIRE_BROWSER=1 makes that a failure.
"""

import http.server
import threading

import pytest
from conftest import HTML, PAGES

from aftermumbai.book.browser import FLAGS

TIMELINE = "notebooks/01-timeline.html"


@pytest.fixture(scope="session")
def browser(chromium):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves the built book without printing a line per request."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, directory=str(HTML), **kwargs)

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture(scope="session")
def site():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


class Visit:
    """A page opened with all other hosts blocked, and everything that went wrong on it."""

    def __init__(self, browser, site, **options):
        self.site, self.troubles = site, []
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        self.context.route(lambda url: not url.startswith((site, "data:")), self.refuse)
        self.page = self.context.new_page()
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("requestfailed", lambda request: self.troubles.append(f"failed: {request.url}"))
        self.page.on("response", lambda r: r.status >= 400 and self.troubles.append(f"{r.status}: {r.url}"))

    def refuse(self, route):
        self.troubles.append(f"foreign: {route.request.url}")
        route.abort()

    def hear(self, message):
        if message.type in ("error", "warning"):
            self.troubles.append(f"{message.type}: {message.text}")

    def open(self, path: str):
        self.page.goto(self.site + path, wait_until="load")
        if path == "index.html":  # sends the reader on to the first page
            self.page.wait_for_url("**/book/index.html")
        return self.page

    def see_live(self, name: str):
        """Scroll to a figure and wait until its live chart has replaced the picture."""
        figure = self.page.locator(f"#fig-{name}")
        figure.scroll_into_view_if_needed()
        self.page.wait_for_function(f"document.querySelector('#fig-{name}').classList.contains('am-is-live')")
        return figure


@pytest.fixture
def visit(browser, site):
    opened = []

    def start(**options) -> Visit:
        opened.append(Visit(browser, site, **options))
        return opened[-1]

    yield start
    for one in opened:
        one.context.close()


# Clipping frames that a chart refers to and that stand in another picture, or nowhere.
FOREIGN_FRAMES = """(live) => [...live.querySelectorAll('[clip-path]')]
  .map(part => part.getAttribute('clip-path').slice(4, -1))
  .filter(name => !live.contains(document.querySelector(name)))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 700, 1280])
@pytest.mark.parametrize("path", [path.relative_to(HTML).as_posix() for path in PAGES])
def test_a_page_opens_without_trouble(visit, path, width, scheme):
    visited = visit(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = visited.open(path)
    for figure in page.locator(".am-figure").all():
        visited.see_live(figure.get_attribute("data-figure"))
    assert visited.troubles == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for live in page.locator(".am-live").all():
        assert live.evaluate("box => box.scrollWidth <= box.clientWidth + 1"), "the live chart overflows its box"
        assert live.evaluate(FOREIGN_FRAMES) == [], "a panel is clipped by another picture's frame"


@pytest.mark.parametrize(("width", "shown", "hidden"), [(1280, "wide", "narrow"), (390, "narrow", "wide")])
def test_without_javascript_each_figure_shows_its_picture(visit, width, shown, hidden):
    page = visit(java_script_enabled=False, viewport={"width": width, "height": 900}).open(TIMELINE)
    assert page.locator(".am-figure").count() >= 2
    for figure in page.locator(".am-figure").all():
        picture = figure.locator(f".am-{shown} svg")
        assert picture.is_visible() and figure.locator(f".am-{hidden}").is_hidden()
        assert len(picture.get_attribute("aria-label")) > 60
        assert picture.bounding_box()["height"] > 100
        assert picture.locator("path").count() > 5
        assert figure.locator("table tbody tr").count() > 10


def test_with_javascript_the_live_chart_replaces_the_picture(visit):
    visited = visit()
    visited.open(TIMELINE)
    figure = visited.see_live("timeline")
    assert figure.locator(".am-live svg").is_visible()
    assert figure.locator(".am-picture").is_hidden()


def test_a_chart_loads_only_once_the_reader_comes_near(visit):
    visited = visit(viewport={"width": 1280, "height": 300})
    page = visited.open(TIMELINE)
    page.wait_for_timeout(1000)
    assert page.evaluate("typeof window.vegaEmbed") == "undefined"
    visited.see_live("timeline")
    assert page.evaluate("typeof window.vegaEmbed") == "function"


def test_a_chart_that_cannot_load_leaves_its_picture(visit):
    visited = visit()
    visited.context.route("**/vega.js", lambda route: route.abort())
    page = visited.open(TIMELINE)
    page.locator("#fig-timeline").scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    assert page.locator("#fig-timeline .am-wide svg").is_visible()


def test_the_brush_zooms_the_panels_above(visit):
    visited = visit()
    page = visited.open(TIMELINE)
    figure = visited.see_live("timeline")
    years = "(f) => [...f.querySelectorAll('.am-live .role-axis-label text')].map(t => t.textContent).join()"
    before = figure.evaluate(years)
    box = figure.locator(".am-live .strip_group .background").first.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.55, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.65, middle, steps=8)
    page.mouse.up()
    page.wait_for_timeout(200)
    assert figure.evaluate(years) != before
    assert visited.troubles == []


def test_the_legend_fades_the_other_categories(visit):
    visited = visit()
    page = visited.open(TIMELINE)
    figure = visited.see_live("timeline")
    marks = "[...f.querySelectorAll('.am-live .mark-symbol path')]"
    faint = f"(f) => {marks}.filter(p => p.getAttribute('opacity') !== null && p.getAttribute('opacity') < 0.1).length"
    assert figure.evaluate(faint) == 0
    figure.locator(".am-live .role-legend-label text", has_text="FATF").click()
    page.wait_for_timeout(200)
    assert figure.evaluate(faint) > 200
    assert visited.troubles == []


def test_a_tooltip_tells_who_says_so_and_where_from(visit):
    visited = visit()
    page = visited.open(TIMELINE)
    figure = visited.see_live("timeline")
    figure.locator(".am-live .mark-symbol path").nth(250).hover(force=True)
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    for key in ("Event", "Date", "Killed", "Who says so", "Summary", "Sources"):
        assert key in tooltip.inner_text()


def test_the_dark_page_recolours_a_live_chart(visit):
    visited = visit()
    page = visited.open(TIMELINE)
    visited.see_live("timeline")
    colour = "document.querySelector('#fig-timeline .am-live .role-axis-label text').getAttribute('fill')"
    light = page.evaluate(colour)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(f"light => {colour} !== light", arg=light)
    assert visited.troubles == []


def test_a_phone_gets_the_narrow_chart(visit):
    visited = visit(viewport={"width": 390, "height": 844})
    visited.open(TIMELINE)
    box = visited.see_live("timeline").locator(".am-live svg").bounding_box()
    assert box["width"] <= 360


def test_paper_gets_the_still_picture(visit):
    visited = visit()
    page = visited.open(TIMELINE)
    figure = visited.see_live("timeline")
    page.emulate_media(media="print")
    assert figure.locator(".am-wide svg").is_visible()
    assert figure.locator(".am-live").is_hidden()


def test_paper_gets_the_table_that_a_chapter_folds_away(visit):
    page = visit().open("notebooks/08-sanctions.html")
    row = page.locator(".text_html > .am-table tbody tr").last
    assert row.is_hidden()
    page.emulate_media(media="print")
    assert row.is_visible()
    assert page.locator(".am-figure .am-table").first.is_hidden()


def test_the_book_opens_from_a_folder(browser):
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((HTML / TIMELINE).as_uri())
    page.locator("#fig-timeline").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('#fig-timeline').classList.contains('am-is-live')")
    page.close()
    assert errors == []


def test_paper_is_readable_when_the_screen_was_dark(visit):
    visited = visit(color_scheme="dark")
    page = visited.open(TIMELINE)
    page.emulate_media(media="print", color_scheme="dark")
    for selector in ("#fig-timeline .am-takeaway", "#fig-timeline .am-wide svg .role-axis-label text"):
        colour = page.locator(selector).first.evaluate(
            "e => getComputedStyle(e)[e.tagName === 'text' ? 'fill' : 'color'].match(/\\d+/g).slice(0, 3).map(Number)"
        )
        assert max(colour) < 140, (selector, colour)


def test_a_search_shows_the_events_that_hold_every_word(visit):
    visited = visit()
    page = visited.open(TIMELINE)
    box = page.get_by_label("Search the events")
    before = page.locator(".am-year[open]").count()
    box.fill("pulwama convoy")
    shown = page.locator(".am-events tbody tr:visible")
    assert 1 <= shown.count() < 20
    for row in shown.all():
        assert "pulwama" in row.inner_text().lower() and "convoy" in row.text_content().lower()
    assert page.locator(".am-search output").inner_text().startswith(f"{shown.count()} of ")
    box.fill("no such words anywhere")
    assert shown.count() == 0
    box.fill("")
    assert page.locator(".am-year[open]").count() == before
    assert page.locator(".am-events tbody tr[hidden]").count() == 0
    assert visited.troubles == []


def test_a_link_to_an_event_opens_its_year(visit):
    visited = visit()
    page = visited.open(f"{TIMELINE}#event-2019-02-14-pulwama")
    row = page.locator("#event-2019-02-14-pulwama")
    row.wait_for(state="visible")
    page.evaluate("location.hash = '#event-2001-12-13-parliament-attack'")
    page.locator("#event-2001-12-13-parliament-attack").wait_for(state="visible")


def test_a_dot_of_the_timeline_leads_to_its_row(visit):
    visited = visit()
    page = visited.open(TIMELINE)
    figure = visited.see_live("timeline")
    figure.locator(".am-live .mark-symbol path").nth(150).click(force=True)
    page.wait_for_function("location.hash.startsWith('#event-')")
    assert page.locator(f"[id='{page.evaluate('location.hash.slice(1)')}']").is_visible()


def test_a_menu_changes_what_a_chart_counts(visit):
    visited = visit()
    page = visited.open("notebooks/02-claims-and-attribution.html")
    figure = visited.see_live("rate-ratios")
    numbers = "(f) => [...f.querySelectorAll('.am-live .mark-text text')].map(t => t.textContent).join()"
    before = figure.evaluate(numbers)
    assert "→" in before
    for label in ("Laid to it:", "Attacks counted:", "Groups counted:"):
        menu = figure.get_by_label(label)
        menu.select_option(index=1)
        page.wait_for_timeout(200)
        assert figure.evaluate(numbers) != before, label
        menu.select_option(index=0)
        page.wait_for_timeout(200)
        assert figure.evaluate(numbers) == before
    assert visited.troubles == []


# Pairs of texts of a picture that cover each other. What a panel cuts off does not count; slanted
# labels of one axis are parallel, and lie apart if the distance between their lines is a line's height.
COVERED = """(svg) => {
  const cut = (box, text) => {
    const group = text.closest('[clip-path]');
    const path = group && document.querySelector(group.getAttribute('clip-path').slice(4, -1));
    if (!path) return box;
    const frame = path.firstElementChild.getBBox(), ctm = group.getScreenCTM();
    const [left, top] = [frame.x * ctm.a + ctm.e, frame.y * ctm.d + ctm.f];
    const [right, bottom] = [left + frame.width * ctm.a, top + frame.height * ctm.d];
    return {left: Math.max(box.left, left), right: Math.min(box.right, right),
            top: Math.max(box.top, top), bottom: Math.min(box.bottom, bottom)};
  };
  const texts = [...svg.querySelectorAll('text')].filter(t => t.textContent.trim()).map(t => {
    const m = t.getScreenCTM();
    return {name: t.textContent, box: cut(t.getBoundingClientRect(), t), x: m.e, y: m.f,
            angle: Math.atan2(m.b, m.a), line: 0.8 * parseFloat(getComputedStyle(t).fontSize) * Math.hypot(m.a, m.b)};
  });
  const found = [];
  texts.forEach((a, i) => texts.slice(i + 1).forEach(b => {
    const w = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
    const h = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
    const apart = a.angle && a.angle === b.angle
      && Math.abs((b.x - a.x) * Math.sin(a.angle) - (b.y - a.y) * Math.cos(a.angle)) > Math.max(a.line, b.line);
    if (w > 2 && h > 3 && !apart) found.push(`${a.name} / ${b.name}`);
  }));
  return found;
}"""


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
@pytest.mark.parametrize("path", [p.relative_to(HTML).as_posix() for p in PAGES if p.parent.name == "notebooks"])
def test_no_label_of_a_chart_covers_another(visit, path, width):
    page = visit(viewport={"width": width, "height": 900}, java_script_enabled=False).open(path)
    pictures = page.locator(".am-still:visible svg").all()
    assert pictures
    for picture in pictures:
        assert picture.evaluate(COVERED) == [], picture.evaluate("e => e.getAttribute('aria-label').slice(0, 60)")
