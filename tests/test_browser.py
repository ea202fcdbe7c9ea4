"""The built book in a real browser, every other host blocked. Needs `make book` and a Chromium.

Without one the tests are skipped and say so; AFTERMUMBAI_REQUIRE_BROWSER=1 makes that a failure.
"""

import http.server
import os
import re
import threading

import pandas as pd
import pytest
from conftest import HTML, PAGES, ROOT

from aftermumbai import data, tables
from aftermumbai.book import vision

TIMELINE = "notebooks/01-timeline.html"
EVENTS = "book/events.html"
PATHS = [path.relative_to(HTML).as_posix() for path in PAGES if path != HTML / "index.html"]
# The book must work wherever it is put: the tests find it two folders down.
FOLDER = "some/where/"
# The numbers that a live chart writes.
NUMBERS = "(f) => [...f.querySelectorAll('.am-live .mark-text text')].map(t => t.textContent).join()"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves the built book in a folder, without printing a line per request."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, directory=str(HTML), **kwargs)

    def translate_path(self, path):
        """A file of the book for an address in the folder; nothing for any other."""
        inside = path.startswith(f"/{FOLDER}")
        return super().translate_path(path.removeprefix(f"/{FOLDER}") if inside else "/outside-the-book")

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture(scope="session")
def site():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/{FOLDER}"
    server.shutdown()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe, which `make tools` fetches; empty where it is missing."""
    path = ROOT / "_build" / "tools" / "axe-core" / "node_modules" / "axe-core" / "axe.min.js"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def test_axe_is_at_hand(axe):
    """The tests that open every page ask axe too, where there is one."""
    if not axe:
        reason = "axe is not installed: accessibility not checked (run `make tools`)"
        if os.environ.get("AFTERMUMBAI_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


def until(page, expression: str, arg=None) -> None:
    """Wait until an expression holds; the browser's own way to wait evaluates text, which the pages forbid."""
    for _ in range(100):
        if page.evaluate(expression, arg):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never came true: {expression}")


def changed(figure, reading: str, before):
    """What a reading of a figure gives once it gives something else than before."""
    until(figure.page, f"([figure, old]) => ({reading})(figure) !== old", [figure.element_handle(), before])
    return figure.evaluate(reading)


class Visit:
    """A page opened with all other hosts blocked, and everything that went wrong on it."""

    def __init__(self, browser, site, **options):
        self.site, self.troubles = site, []
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        self.page = self.context.new_page()
        self.context.on("request", self.know)
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("requestfailed", self.miss)
        self.page.on("response", lambda r: r.status >= 400 and self.troubles.append(f"{r.status}: {r.url}"))

    def know(self, request):
        """What leads out of the book; the browser finds no other host anyway."""
        if not request.url.startswith((self.site, "data:")):
            self.troubles.append(f"foreign: {request.url}")

    def miss(self, request):
        """What was asked for and did not come; but a reader may leave before the icon, which comes last, is there."""
        if not (request.failure == "net::ERR_ABORTED" and request.url.endswith("/favicon.svg")):
            self.troubles.append(f"failed: {request.url}")

    def hear(self, message):
        if message.type in ("error", "warning"):
            self.troubles.append(f"{message.type}: {message.text} ({message.location['url']})")

    def see_all_live(self):
        """Scroll from figure to figure, each until it is live."""
        self.page.mouse.move(3, 3)
        self.page.evaluate("""async () => {
          const late = performance.now() + 30_000;
          for (const figure of document.querySelectorAll('.am-figure')) {
            figure.scrollIntoView();
            while (!figure.classList.contains('am-is-live')) {
              if (performance.now() > late) throw Error(`never live: ${figure.id}`);
              await new Promise(requestAnimationFrame);
            }
          }
        }""")

    def open(self, path: str):
        self.page.goto(self.site + path, wait_until="load")
        if path == "index.html":  # sends the reader on to the first page
            self.page.wait_for_url("**/book/index.html")
        return self.page

    def see_live(self, name: str):
        """Scroll to a figure and wait until its live chart has replaced the picture."""
        figure = self.page.locator(f"#fig-{name}")
        self.page.mouse.move(3, 3)
        figure.scroll_into_view_if_needed()
        self.page.locator(f"#fig-{name}.am-is-live").wait_for(state="attached")
        return figure


@pytest.fixture
def visit(browser, site):
    opened = []

    def start(site=site, **options) -> Visit:
        opened.append(Visit(browser, site, **options))
        return opened[-1]

    yield start
    for one in opened:
        one.context.close()


# Pairs of labels that cover each other in the picture of a figure, which has its own size or is shrunk as a whole. What
# a panel cuts off does not count; slanted labels of one axis are parallel, and lie apart if the distance between their
# lines is a line's height.
COVERED = """() => {
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
  const pairs = (picture) => {
    const texts = [...picture.querySelectorAll('text')].filter(t => t.textContent.trim()).map(t => {
      const m = t.getScreenCTM(), size = parseFloat(getComputedStyle(t).fontSize);
      return {name: t.textContent, box: cut(t.getBoundingClientRect(), t), x: m.e, y: m.f,
              angle: Math.atan2(m.b, m.a), line: 0.8 * size * Math.hypot(m.a, m.b)};
    });
    return texts.flatMap((a, i) => texts.slice(i + 1).filter(b => {
      const w = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const h = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      const apart = a.angle && a.angle === b.angle
        && Math.abs((b.x - a.x) * Math.sin(a.angle) - (b.y - a.y) * Math.cos(a.angle)) > Math.max(a.line, b.line);
      return w > 2 && h > 3 && !apart;
    }).map(b => `${picture.getAttribute('aria-label').slice(0, 60)}: ${a.name} / ${b.name}`));
  };
  const seen = [...document.querySelectorAll('.am-still svg')].filter(one => one.getBoundingClientRect().width);
  if (seen.length !== document.querySelectorAll('.am-figure').length) throw Error('a figure without its picture');
  return seen.flatMap(pairs);
}"""

# Live charts that are wider than their box, or of which a panel is clipped by a frame that stands in another picture.
MISDRAWN = """() => [...document.querySelectorAll('.am-live')].filter(live => live.scrollWidth > live.clientWidth + 1
  || [...live.querySelectorAll('[clip-path]')].some(part =>
    !live.contains(document.querySelector(part.getAttribute('clip-path').slice(4, -1)))))
  .map(live => live.closest('.am-figure').id)"""


# The colour of the page, and for each colour of the letters in its pictures some of them.
LETTERS = """() => [getComputedStyle(document.body).backgroundColor, Object.fromEntries(
  [...document.querySelectorAll('.am-figure svg text')].filter(text => text.getBoundingClientRect().width)
    .map(text => [getComputedStyle(text).fill, text.textContent]))]"""
# Until the page has heard of its new width, which it does before a frame, and every chart has been redrawn for it.
DRAWN = """async () => {
  await new Promise(heard => requestAnimationFrame(() => requestAnimationFrame(heard)));
  await Promise.all([...document.querySelectorAll('.am-figure')].map(figure => figure.amTurn));
}"""
# Figures out of sight keep the size they had at another width until they are seen: all are to be looked at as in sight.
IN_SIGHT = """() => document.querySelectorAll('.am-figure').forEach(figure => {
  figure.style.contentVisibility = 'visible';
})"""
# A long list is the same row over and over: axe reads its first rows and its last.
UNROLLED = """() => {
  for (const list of document.querySelectorAll('tbody, .am-index')) {
    [...list.children].slice(10, -3).forEach(one => one.remove());
  }
}"""
# Without its own reading of style sheets, which a browser forbids in a folder of files; with a rule of WCAG 2.2 that
# it leaves out unless asked and Lighthouse does not. Of a picture it is shown the name: to a screen reader there is no
# more, and axe takes for the colour of a letter what letters of a drawing do not have.
AXE = """() => {
  document.querySelectorAll('.am-figure svg').forEach(picture => picture.replaceChildren());
  return axe.run(document, {resultTypes: ['violations'], preload: location.protocol !== 'file:',
    rules: {'target-size': {enabled: true}}}).then(found => found.violations);
}"""
# A third of a second after a change the theme lets the keyboard reach what scrolls.
REACHED = """() => [...document.querySelectorAll('pre, .cell_output > .output, .pst-scrollable-table-container')]
  .every(box => box.tabIndex === 0 || (box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight))"""


def resize(page, width: int) -> None:
    """Change the window and wait until the charts are drawn for it."""
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(DRAWN)


def pale(page) -> dict[str, str]:
    """Letters of pictures that stand out from the page less than WCAG asks, 4.5 to 1, by their colour.

    Axe does not know how a drawing fills its letters.
    """

    def written(colour: str) -> str:
        return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])

    ground, letters = page.evaluate(LETTERS)
    return {c: text for c, text in letters.items() if vision.contrast(written(c), written(ground)) < 4.5}


def troubles_of(visited: Visit, axe: str, widths: list[int]) -> None:
    """See that no label of a picture covers another, that every chart comes to life, that the page holds at all widths,
    and that axe finds nothing at the last of them, which is the one it was opened at.
    """
    page = visited.page
    assert page.evaluate(COVERED) == []
    page.set_viewport_size({"width": widths[0], "height": 900})
    visited.see_all_live()
    page.evaluate(IN_SIGHT)
    assert visited.troubles == []
    for width in widths:
        resize(page, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
        assert page.evaluate(MISDRAWN) == [], width
        until(page, REACHED)
    assert pale(page) == {}
    assert visited.troubles == []
    if not axe:
        return
    page.evaluate(UNROLLED)
    page.evaluate(axe)
    found = page.evaluate(AXE)
    assert [(one["id"], [node["html"][:160] for node in one["nodes"][:5]]) for one in found] == []
    assert visited.troubles == []


# Each page is opened twice, with as much between the two as can be: on a wide screen in the light from a host, on a
# narrow one in the dark from a folder. Other widths follow by changing the window. The first address only leads on to
# the front page.
@pytest.mark.parametrize("path", PATHS)
def test_a_page_opens_from_a_host_without_trouble(visit, axe, path):
    visited = visit(color_scheme="light")
    visited.open(path)
    assert not path.startswith("notebooks/") or visited.page.locator(".am-figure").count()
    troubles_of(visited, axe, widths=[1920, 1280])


@pytest.mark.parametrize("path", PATHS)
def test_a_page_opens_from_a_folder_without_trouble(visit, axe, path):
    visited = visit(site=HTML.as_uri() + "/", viewport={"width": 390, "height": 900}, color_scheme="dark")
    visited.open(path)
    troubles_of(visited, axe, widths=[320, 768, 390])


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
    page.mouse.move(3, 3)
    page.wait_for_timeout(1000)
    assert page.evaluate("typeof window.vegaEmbed") == "undefined"
    visited.see_live("timeline")
    assert page.evaluate("typeof window.vegaEmbed") == "function"


def test_a_reader_who_only_opens_a_page_loads_no_chart(visit):
    visited = visit(viewport={"width": 1280, "height": 1400})
    page = visited.open("book/index.html")
    assert page.locator(".am-figure").first.bounding_box()["y"] < 1400
    page.wait_for_timeout(1000)
    assert page.evaluate("typeof window.vegaEmbed") == "undefined"
    page.keyboard.press("Tab")
    until(page, "typeof window.vegaEmbed === 'function'")


def test_a_chart_that_cannot_load_leaves_its_picture(visit):
    visited = visit()
    visited.context.route("**/vega.js", lambda route: route.abort())
    page = visited.open(TIMELINE)
    page.mouse.move(3, 3)
    with page.expect_event("requestfailed"):
        page.locator("#fig-timeline").scroll_into_view_if_needed()
    page.wait_for_timeout(100)
    assert page.locator("#fig-timeline .am-wide svg").is_visible()
    assert page.locator(".am-is-live").count() == 0


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
    changed(figure, years, before)
    assert visited.troubles == []


def test_the_legend_fades_the_other_categories(visit):
    visited = visit()
    visited.open(TIMELINE)
    figure = visited.see_live("timeline")
    marks = "[...f.querySelectorAll('.am-live .mark-symbol path')]"
    faint = f"(f) => {marks}.filter(p => p.getAttribute('opacity') !== null && p.getAttribute('opacity') < 0.1).length"
    assert figure.evaluate(faint) == 0
    figure.locator(".am-live .role-legend-label text", has_text="FATF").click()
    assert changed(figure, faint, 0) > 200
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
    until(page, f"light => {colour} !== light", arg=light)
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


def test_on_paper_a_picture_keeps_its_title_and_leaves_room_for_words(visit):
    page = visit(viewport={"width": 680, "height": 1000}).open("notebooks/05-attacks-on-the-map.html")
    page.emulate_media(media="print")
    sheet = 267 / 25.4 * 96  # a page of A4 within its margins, in pixels
    for figure in page.locator(".am-figure").all():
        picture = figure.locator(".am-wide svg").bounding_box()
        assert picture["height"] <= 0.65 * sheet
        kept = "(e, name) => getComputedStyle(e).getPropertyValue(name)"
        assert figure.locator(".am-title").evaluate(kept, "break-after") == "avoid"
        assert figure.locator(".am-picture").evaluate(kept, "break-inside") == "avoid"
        assert figure.locator("figcaption").evaluate(kept, "break-before") == "avoid"


def test_paper_gets_the_table_that_a_chapter_folds_away(visit):
    page = visit().open("notebooks/08-sanctions.html")
    row = page.locator(".text_html > .am-table:not(.am-preview) tbody tr").last
    assert row.is_hidden()
    page.emulate_media(media="print")
    assert row.is_visible()
    assert page.locator(".am-figure .am-table").first.is_hidden()


def test_a_redrawn_chart_keeps_what_the_reader_chose(visit):
    visited = visit()
    page = visited.open("notebooks/02-claims-and-attribution.html")
    figure = visited.see_live("rate-ratios")
    chosen = figure.evaluate(NUMBERS)
    for label in ("Laid to it:", "Attacks counted:"):
        figure.get_by_label(label).select_option(index=1)
        chosen = changed(figure, NUMBERS, chosen)
    for change in (
        lambda: page.evaluate("document.documentElement.dataset.theme = 'dark'"),
        lambda: page.set_viewport_size({"width": 700, "height": 900}),
        lambda: page.set_viewport_size({"width": 1280, "height": 900}),
    ):
        drawn = figure.evaluate_handle("f => f.amView")
        change()
        until(page, "([f, old]) => f.amView !== old", arg=[figure.element_handle(), drawn])
        page.evaluate(DRAWN)
        for label in ("Laid to it:", "Attacks counted:"):
            assert figure.get_by_label(label).evaluate("menu => menu.selectedIndex") == 1
    assert figure.evaluate(NUMBERS) == chosen
    assert visited.troubles == []


def test_a_shared_view_opens_as_it_was_left(visit):
    visited = visit(permissions=["clipboard-read", "clipboard-write"])
    page = visited.open("notebooks/02-claims-and-attribution.html")
    figure = visited.see_live("rate-ratios")
    menu = figure.get_by_label("Laid to it:")
    menu.select_option(index=1)
    until(page, "location.search.includes('rate-ratios.')")
    figure.get_by_role("button", name="Copy link").click()
    until(page, "[...document.querySelectorAll('button')].some(one => one.textContent === 'Copied')")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.endswith("#fig-rate-ratios")
    page.goto("about:blank")
    page.goto(link)
    figure = visited.see_live("rate-ratios")
    menu = figure.get_by_label("Laid to it:")
    assert menu.evaluate("menu => menu.selectedIndex") == 1
    menu.select_option(index=0)
    until(page, "!location.search")
    assert visited.troubles == []


def test_a_value_in_the_address_that_no_menu_has_is_not_taken(visit):
    visited = visit()
    visited.open("notebooks/02-claims-and-attribution.html?rate-ratios.who=<b>nobody</b>&rate-ratios.level=7")
    figure = visited.see_live("rate-ratios")
    assert figure.get_by_label("Laid to it:").evaluate("menu => menu.selectedIndex") == 0
    assert visited.troubles == []


def test_a_figure_can_be_taken_as_png(visit):
    visited = visit()
    page = visited.open(TIMELINE)
    figure = visited.see_live("timeline")
    with page.expect_download() as download:
        figure.get_by_role("button", name="PNG").click()
    content = download.value.path().read_bytes()
    assert content.startswith(b"\x89PNG") and len(content) > 20_000
    assert download.value.suggested_filename == "timeline.png"


def test_a_redrawn_timeline_keeps_its_years_and_its_category(visit):
    visited = visit()
    page = visited.open(TIMELINE)
    figure = visited.see_live("timeline")
    box = figure.locator(".am-live .strip_group .background").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.55, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.65, box["y"] + box["height"] / 2, steps=8)
    page.mouse.up()
    state = "(f) => JSON.stringify([f.amView.signal('zoom'), f.amView.signal('only').category])"
    figure.locator(".am-live .role-legend-label text", has_text="FATF").click()
    until(page, f"figure => ({state})(figure).includes('FATF')", figure.element_handle())
    before = figure.evaluate(state)
    for change in (
        lambda: page.evaluate("document.documentElement.dataset.theme = 'dark'"),
        lambda: page.set_viewport_size({"width": 700, "height": 900}),
        # Turned and turned back before the first redrawing is done.
        lambda: [page.set_viewport_size({"width": width, "height": 900}) for width in (1280, 350, 1280, 360)],
    ):
        drawn = figure.evaluate_handle("f => f.amView")
        change()
        until(page, "([f, old]) => f.amView !== old", arg=[figure.element_handle(), drawn])
        page.evaluate(DRAWN)
        assert figure.evaluate(state) == before
    assert visited.troubles == []


def test_the_switch_of_light_and_dark_is_kept_on_the_next_page(visit):
    visited = visit(color_scheme="light")
    page = visited.open("book/index.html")
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "light"
    page.locator(".theme-switch-button").click()
    assert page.evaluate(theme) == "dark"
    # On the next page it is dark before anything is drawn: before the deferred scripts run.
    visited.context.route("**/book.js*", lambda route: route.abort())
    page.goto(visited.site + TIMELINE)
    assert page.evaluate(theme) == "dark"


@pytest.mark.parametrize("place", ["a host", "a folder"])
def test_a_search_from_any_page_finds_its_words(visit, place):
    visited = visit(site=HTML.as_uri() + "/") if place == "a folder" else visit()
    page = visited.open("notebooks/07-fatf.html")
    page.keyboard.press("Control+k")
    box = page.locator("#pst-search-dialog input")
    box.wait_for(state="visible")
    box.fill("ceasefire")
    box.press("Enter")
    page.wait_for_url("**/search.html?q=ceasefire*")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("ul.search li a").nth(2).wait_for()
    until(page, "document.querySelector('.search-summary').textContent.includes('found')")
    until(page, "[...document.querySelectorAll('ul.search li')].every(li => li.querySelector(':scope > :not(a)'))")
    passages = page.locator("ul.search li p.context")
    assert passages.count() > 5
    for passage in passages.all():
        assert len(passage.inner_text()) > 100 and "<" not in passage.inner_text()
    assert passages.locator("span.highlighted", has_text="ceasefire").count() > 5
    assert [url for url in asked if url.endswith(".html")] == [], "a search reads whole pages"
    assert visited.troubles == []
    # Each result marks the words on its page, the second as well as the first.
    results = [link.evaluate("link => link.href") for link in page.locator("ul.search li a").all()[:2]]
    for result in results:
        page.goto(result)
        page.locator("article span.highlighted").first.wait_for(state="attached")
        assert "highlight" not in page.url


def test_a_copy_button_comes_with_the_first_cell_unfolded(visit):
    visited = visit()
    page = visited.open("notebooks/07-fatf.html")
    assert page.locator("button.copybtn").count() == 0
    page.locator("details.hide > summary").first.click()
    page.locator("details.hide[open] button.copybtn").first.wait_for(state="attached")
    assert visited.troubles == []


def test_a_page_with_code_in_sight_has_copy_buttons(visit):
    page = visit().open("book/data.html")
    page.locator("button.copybtn").first.wait_for(state="attached")


def test_on_a_phone_the_contents_open_and_close(visit):
    visited = visit(viewport={"width": 390, "height": 844})
    page = visited.open("notebooks/07-fatf.html")
    page.locator(".primary-toggle").click()
    link = page.locator("#pst-primary-sidebar-modal a", has_text="Methodology")
    link.wait_for(state="visible")
    page.keyboard.press("Escape")
    link.wait_for(state="hidden")
    page.locator(".secondary-toggle").click()
    page.locator("#pst-secondary-sidebar-modal a").first.wait_for(state="visible")
    assert visited.troubles == []


@pytest.mark.parametrize("path", ["notebooks/07-fatf.html", "book/index.html", EVENTS, "search.html?q=ceasefire"])
def test_the_keyboard_is_always_somewhere_to_be_seen(visit, path):
    page = visit().open(path)
    for _ in range(30):
        page.keyboard.press("Tab")
        ring = page.evaluate("""(() => {
          const style = getComputedStyle(document.activeElement);
          return [style.outlineStyle !== 'none' && parseFloat(style.outlineWidth), style.boxShadow];
        })()""")
        assert ring[0] >= 2 or " 0px 0px 0px 3px" in ring[1], page.evaluate("document.activeElement.outerHTML")


@pytest.mark.parametrize("path", ["book/index.html", TIMELINE, "search.html?q=ceasefire"])
def test_nothing_moves_for_a_reader_who_asks_for_rest(visit, path):
    visited = visit(reduced_motion="reduce")
    page = visited.open(path)
    visited.see_all_live()
    moving = page.evaluate("""[...document.querySelectorAll('*')].filter(part => {
      const style = getComputedStyle(part);
      const times = [style.transitionDuration, style.animationDuration].join().split(',').map(parseFloat);
      return Math.max(...times) > 0.001 || style.scrollBehavior === 'smooth';
    }).map(part => part.tagName + '.' + part.className)""")
    assert moving == []


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("place", ["a host", "a folder"])
def test_the_first_address_leads_on(visit, place, script):
    site = {"site": HTML.as_uri() + "/"} if place == "a folder" else {}
    visited = visit(java_script_enabled=script, **site)
    visited.open("index.html")
    assert visited.page.locator("h1").first.inner_text() and visited.troubles == []


def test_paper_is_readable_when_the_screen_was_dark(visit):
    visited = visit(color_scheme="dark")
    page = visited.open(TIMELINE)
    page.emulate_media(media="print", color_scheme="dark")
    for selector in ("#fig-timeline .am-takeaway", "#fig-timeline .am-wide svg .role-axis-label text"):
        colour = page.locator(selector).first.evaluate(
            "e => getComputedStyle(e)[e.tagName === 'text' ? 'fill' : 'color'].match(/\\d+/g).slice(0, 3).map(Number)"
        )
        assert max(colour) < 140, (selector, colour)


@pytest.mark.parametrize("width", [390, 1280])
def test_what_is_typed_into_the_search_stands_beside_its_icon(visit, width):
    page = visit(viewport={"width": width, "height": 900}).open("search.html?q=ceasefire")
    icon = page.locator("main .bd-search .fa-magnifying-glass").bounding_box()
    box = page.locator("main .bd-search input").bounding_box()
    assert icon["x"] + icon["width"] <= box["x"]


@pytest.mark.parametrize("path", ["book/corrections.html", "notebooks/10-escalation.html"])
def test_a_row_without_room_is_a_card_on_a_phone(visit, path):
    page = visit(viewport={"width": 390, "height": 900}).open(path)
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    cards = page.locator(".am-cards").all()
    assert cards
    for table in cards:
        assert table.evaluate("e => e.scrollWidth <= e.clientWidth")
        row = table.locator("tbody tr").first
        assert len({round(cell.bounding_box()["x"]) for cell in row.locator("td").all()}) == 1
        labels = row.locator("td[data-label]").evaluate_all(
            "cells => cells.map(c => getComputedStyle(c, '::before').content)"
        )
        assert labels and "none" not in labels


def test_a_search_shows_the_events_that_hold_every_word(visit):
    visited = visit()
    page = visited.open(EVENTS)
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


def test_a_search_stands_in_the_address_and_can_be_shared(visit):
    visited = visit()
    page = visited.open(EVENTS)
    page.get_by_label("Search the events").fill("pulwama convoy")
    found = page.locator(".am-search output").inner_text()
    assert "find=pulwama+convoy" in page.url
    other = visited.context.new_page()
    other.goto(page.url)
    assert other.get_by_label("Search the events").input_value() == "pulwama convoy"
    assert other.locator(".am-search output").inner_text() == found
    page.get_by_label("Search the events").fill("")
    assert "find" not in page.url


def test_a_shared_search_of_a_folded_table_opens_it(visit):
    page = visit().open("notebooks/01-timeline.html?find-timeline=uri")
    table = page.locator("#fig-timeline .am-table")
    assert table.evaluate("fold => fold.open")
    shown = table.locator("tbody tr:visible")
    assert shown.count() and all("uri" in row.inner_text().lower() for row in shown.all())


def test_a_table_sorts_by_date_and_by_number_from_the_keyboard(visit):
    page = visit().open("book/sources.html")
    days = "rows => rows.map(row => row.cells[2].textContent.trim())"
    rows = page.locator(".am-sources tbody tr")
    heading = page.locator(".am-sources th", has_text="Date")
    heading.press("Enter")
    until(page, "document.querySelector('th[aria-sort=ascending]')")
    shown = [day for day in rows.evaluate_all(days) if day != "–"]
    published = data.load("sources").dropna(subset=["published"])
    earliest, latest = (published.loc[pick(published["published"])] for pick in (pd.Series.idxmin, pd.Series.idxmax))
    assert shown[0] == tables.source_date(earliest) and shown[-1] == tables.source_date(latest)
    assert rows.evaluate_all(days)[-1] == "–"
    page.locator(".am-sources th", has_text="Rows").press("Space")
    until(page, "document.querySelector('.am-sources th:nth-child(5)').ariaSort === 'ascending'")
    counts = rows.evaluate_all("rows => rows.map(row => Number(row.cells[4].textContent))")
    assert counts == sorted(counts) and counts[-1] > 20


def test_a_link_to_an_event_opens_its_year(visit):
    visited = visit()
    page = visited.open(f"{EVENTS}#event-2019-02-14-pulwama")
    row = page.locator("#event-2019-02-14-pulwama")
    row.wait_for(state="visible")
    page.evaluate("location.hash = '#event-2001-12-13-parliament-attack'")
    page.locator("#event-2001-12-13-parliament-attack").wait_for(state="visible")


def test_a_dot_of_the_timeline_leads_to_its_row(visit):
    visited = visit()
    page = visited.open(TIMELINE)
    figure = visited.see_live("timeline")
    figure.locator(".am-live .mark-symbol path").nth(150).click(force=True)
    page.wait_for_url("**/book/events.html#event-*")
    assert page.locator(f"[id='{page.evaluate('location.hash.slice(1)')}']").is_visible()


def test_a_menu_changes_what_a_chart_counts(visit):
    visited = visit()
    visited.open("notebooks/02-claims-and-attribution.html")
    figure = visited.see_live("rate-ratios")
    before = figure.evaluate(NUMBERS)
    assert "→" in before
    for label in ("Laid to it:", "Attacks counted:", "Groups counted:"):
        menu = figure.get_by_label(label)
        menu.select_option(index=1)
        turned = changed(figure, NUMBERS, before)
        menu.select_option(index=0)
        assert changed(figure, NUMBERS, turned) == before, label
    assert visited.troubles == []
