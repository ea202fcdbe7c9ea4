"""Makes what a page loads small and closed: one stylesheet, one script, no icon font, no other host.

The theme's own files are the source: they are read as they ship, joined, and cut to what the pages
of this book use, so an upgrade of the theme needs nothing here. Runs once the pages are written.
Everything is done again at each build, and doing it twice changes nothing.

Nothing outside ``book`` imports it.
"""

import base64
import hashlib
import html
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import tinycss2
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

BASE_STYLES = ("basic.css", "styles/pydata-sphinx-theme.css")
BASE_SCRIPTS = ("scripts/pydata-sphinx-theme.js",)
# What only code needs: loaded at once where some is in sight, and with the first folded cell that opens.
CODE_SCRIPTS = ("clipboard.min.js", "copybutton.js")
OWN_STYLES = "aftermumbai.css"
ICONS = "scripts/fontawesome.js"
# Shipped by the theme and its extensions, and needed by no page once the above are joined.
LEFT_OVER = (
    "styles", "scripts", "vendor", "locales", "images", "webpack-macros.html", "sbt-webpack-macros.html",
    "plus.png", "minus.png", "check-solid.svg", "copy-button.svg", "copybutton_funcs.js",
)  # fmt: skip
# Everything from the page's own folder, and data: for the icons that stand in the stylesheet.
POLICY = (
    "default-src 'none'; script-src 'self'{hashes}; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
# Parts of the theme that its script could make and this book never has: menus, banners, other versions.
NEVER = {
    "dropdown", "dropdown-menu", "dropdown-menu-dark", "dropdown-item", "tooltip", "bd-header-announcement",
    "bd-header-version-warning", "pst-button-link-to-stable-version", "version-switcher__button",
    "version-switcher__menu", "list-group", "list-group-item", "list-group-item-action", "thebe-launch-button",
}  # fmt: skip
# What the theme writes into pages and a page is better without: a handler that the policy forbids, names that
# hide what is written, a sidebar that is no landmark.
MENDED = {
    ' onclick="toggleFullScreen()"': "",
    '<summary aria-label="Toggle hidden content">': "<summary>",
    'search-button-field search-button__button pst-js-only" title="Search" aria-label="Search"': (
        'search-button-field search-button__button pst-js-only" title="Search"'
    ),
    '<div id="pst-primary-sidebar" class': '<div id="pst-primary-sidebar" role="complementary" aria-label="Book" class',
}
DESCRIPTION_LENGTH = 155


class Used(NamedTuple):
    """Names that occur in the pages: a style rule about any other can never apply."""

    classes: set[str]
    ids: set[str]
    tags: set[str]


def used(pages: Iterable[str], scripts: Iterable[str]) -> Used:
    """The names in some pages; every word of a script counts as a class and an id, because a script may set it."""
    found = Used(set(), set(), {"html", "body", "head", "section", "output", "mark"})
    for page in pages:
        found.tags.update(re.findall(r"<([a-zA-Z][\w-]*)", page))
        for value in re.findall(r'\sclass="([^"]*)"', page):
            found.classes.update(value.split())
        found.ids.update(re.findall(r'\sid="([^"]*)"', page))
    for script in scripts:
        words = set(re.findall(r"[A-Za-z_][\w-]*", script)) - NEVER
        found.classes.update(words)
        found.ids.update(words)
    return found


def may_apply(selector: list, names: Used) -> bool:
    """Whether a selector can match anything that has the names used; what it cannot judge, it keeps."""
    before = ""
    for token in selector:
        if token.type == "ident" and before != ":":
            if token.value not in (names.classes if before == "." else names.tags):
                return False
        elif token.type == "hash":
            if token.value not in names.ids:
                return False
        elif token.type == "function" and token.lower_name in {"is", "where", "has"}:
            alternatives = _split(token.arguments)
            if not any(may_apply(one, names) for one in alternatives):
                return False
        before = token.value if token.type == "literal" else ""
    return True


def _split(tokens: list) -> list[list]:
    """A list of tokens at its commas."""
    parts = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def slim(css: str, keep: Callable[[list], bool]) -> str:
    """A stylesheet without comments, needless blanks, and the rules whose selectors ``keep`` refuses."""
    return "".join(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), keep))


def _rules(rules: list, keep: Callable[[list], bool]) -> list[str]:
    written = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [_text(one) for one in _split(rule.prelude) if keep(one)]
            if selectors and (body := _declarations(rule.content)):
                written.append(f"{','.join(selectors)}{{{body}}}")
        elif rule.type == "at-rule":
            written.append(_at_rule(rule, keep))
        elif rule.type == "error":
            raise ExtensionError(f"a stylesheet cannot be read: {rule.message} (line {rule.source_line})")
    return written


def _at_rule(rule, keep: Callable[[list], bool]) -> str:
    name, prelude = rule.at_keyword, _text(rule.prelude)
    if name in {"charset", "import"} or (name == "font-face" and "Font Awesome" in _text(rule.content)):
        return ""
    if rule.content is None:
        return f"@{name} {prelude};"
    if name in {"media", "supports", "layer", "container"}:
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        body = "".join(_rules(inner, keep))
    elif "keyframes" in name:
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        body = "".join(_rules(inner, lambda selector: True))
    else:
        body = _declarations(rule.content)
    return f"@{name} {prelude}{{{body}}}" if body else ""


def _declarations(content: list) -> str:
    written = []
    for part in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if part.type == "declaration":
            written.append(f"{part.name}:{_text(part.value)}{'!important' if part.important else ''}")
        elif part.type == "at-rule":
            written.append(_at_rule(part, lambda selector: True))
        elif part.type == "qualified-rule":
            written.append(f"{_text(part.prelude)}{{{_declarations(part.content)}}}")
        elif part.type == "error":
            raise ExtensionError(f"a stylesheet cannot be read: {part.message} (line {part.source_line})")
    return ";".join(written)


def _text(tokens: list) -> str:
    """Tokens as text, without comments and with single blanks."""
    kept = [token for token in tokens if token.type != "comment"]
    return re.sub(r"\s+", " ", tinycss2.serialize(kept)).strip()


# A custom property; its value may hold quoted semicolons, as an address of a picture does.
_VARIABLE = re.compile(r"""(?<=[{;])(--[\w-]+):(?:"[^"]*"|'[^']*'|[^;{}"'])*(?:;|(?=\}))""")


def without_idle_variables(css: str, elsewhere: str) -> str:
    """A slim stylesheet without the custom properties that nothing reads; ``elsewhere`` may name some too."""
    before = None
    while css != before:
        before, read = css, {*re.findall(r"var\(\s*(--[\w-]+)", css), *re.findall(r"--[\w-]+", elsewhere)}
        kept = (found[0] if found[1] in read else "" for found in _VARIABLE.finditer(css))
        css = _VARIABLE.sub(lambda _, kept=kept: next(kept), css)
        css = re.sub(r"(?<=[{}])[^{}@]+\{\}", "", css)
    return css


def without_icon_font(css: str, source: str) -> str:
    """The theme's styles without the classes of its icon font; a sign that a rule writes becomes a picture."""
    only_icons = r"(?:\.fa[srb]?(?:-[\w-]+)?(?:::?\w+)?,?)+"
    css = re.sub(rf"(?<=[{{}};]){only_icons}\{{[^{{}}]*\}}", "", css)

    def drawn(found: re.Match) -> str:
        wanted = f"{ord(found[2]):x}"
        outline = re.search(rf'\[(\d+),(\d+),\[[^\]]*\],"{wanted}","([^"]+)"\]', source)
        picture = _picture(*outline.groups(), "width='14' height='14' fill='%236b7280' ")
        return f"{found[1]}:{picture}"

    return re.sub(r'(--pst-icon-[\w-]+):"([\ue000-\uf8ff])"', drawn, css)


def without_idle_motion(css: str) -> str:
    """Styles without the animations that no rule starts."""
    started = " ".join(re.findall(r"animation(?:-name)?:([^;}]*)", css))
    for found in re.findall(r"@(?:-webkit-)?keyframes ([\w-]+)", css):
        if not re.search(rf"\b{found}\b", started):
            css = re.sub(rf"@(?:-webkit-)?keyframes {found}\{{(?:[^{{}}]*\{{[^{{}}]*\}})*\}}", "", css)
    return css


def _picture(width: str, height: str, outline: str, more: str = "") -> str:
    """An icon as an address that stands in a stylesheet."""
    picture = (
        f"<svg xmlns='http://www.w3.org/2000/svg' {more}viewBox='0 0 {width} {height}'><path d='{outline}'/></svg>"
    )
    address = picture.replace("<", "%3C").replace(">", "%3E")
    return f'url("data:image/svg+xml,{address}")'


def icons(pages: Iterable[str], source: str) -> str:
    """Styles that draw the icons the pages use, each from its outline in the theme's icon script.

    Raises:
        ExtensionError: a page uses an icon that the script does not have.
    """
    names = {
        name
        for page in pages
        for value in re.findall(r'<(?:i|span)\s[^>]*class="([^"]*\bfa[srb-][^"]*)"', page)
        for name in re.findall(r"\bfa-([\w-]+)", value)
    } - {"solid", "regular", "brands", "lg", "sm", "xs", "fw"}
    drawn = []
    for name in sorted(names):
        found = re.search(rf'[{{,]"?{name}"?:\[(\d+),(\d+),\[[^\]]*\],"\w+","([^"]+)"\]', source)
        if not found:
            raise ExtensionError(f"the theme has no icon {name!r}")
        width, height, _ = found.groups()
        drawn.append(f".fa-{name}{{--am-icon:{_picture(*found.groups())};width:{int(width) / int(height):g}em}}")
    if not drawn:
        return ""
    shape = (
        ":is(.fa-solid,.fas){display:inline-block;height:1em;vertical-align:-.125em;background:currentcolor;"
        "-webkit-mask:var(--am-icon) center/contain no-repeat;mask:var(--am-icon) center/contain no-repeat}"
        ".fa-lg{font-size:1.25em;vertical-align:-.075em}"
    )
    return f"/* Icons: Font Awesome Free, CC BY 4.0 */{shape}{''.join(drawn)}"


def digest(content: str) -> str:
    """A short name for a file's content: a page that names it never gets an old copy from a cache."""
    return hashlib.sha256(content.encode()).hexdigest()[:8]


def tidy(page: str, versions: dict[str, str]) -> str:
    """A written page mended and made to fit the policy, which names its inline scripts by their hash.

    Args:
        page: the whole page.
        versions: for a file of ``_static`` the digest of its content.
    """
    for found, better in MENDED.items():
        page = page.replace(found, better)
    page = re.sub(r'data-bs-title="([^"]*)"', r'title="\1"', page)
    page = re.sub(
        r'(_static/([\w.-]+\.(?:js|css)))(?:\?v=\w+)?(?=")',
        lambda found: f"{found[1]}?v={versions[found[2]]}" if found[2] in versions else found[0],
        page,
    )
    inline = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", page, flags=re.DOTALL)
    hashes = "".join(
        f" 'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in dict.fromkeys(inline)
    )
    return re.sub(
        r'(<meta http-equiv="Content-Security-Policy" content=")[^"]*"',
        lambda found: f'{found[1]}{POLICY.format(hashes=hashes)}"',
        page,
    )


def describe(doctree: nodes.document | None, title: str) -> str:
    """What a page is about, in a sentence or two: its first paragraph, cut at a word."""
    text = ""
    for paragraph in doctree.findall(nodes.paragraph) if doctree else ():
        text = " ".join(paragraph.astext().split())
        if text:
            break
    if len(text) > DESCRIPTION_LENGTH:
        text = text[:DESCRIPTION_LENGTH].rsplit(" ", 1)[0].rstrip(",;:–") + " …"
    return text or f"{title} – After Mumbai: militant attacks, the Line of Control and pressure on Pakistan"


def add_to_context(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """What the templates of the book ask for."""
    if not app.config.light_pages:
        return
    title = html.unescape(re.sub(r"<[^>]*>", "", context.get("title") or "Search"))
    context["am_description"] = describe(doctree, title)
    folded = re.compile(r"<details class=\"admonition hide.*?</details>", flags=re.DOTALL)
    context["am_shows_code"] = 'class="highlight"' in folded.sub("", context.get("body", ""))
    # Sphinx has said it already.
    context["metatags"] = re.sub(r'<meta [^>]*name="viewport"[^>]*/>', "", context.get("metatags", ""))


def joined(folder: Path, names: Iterable[str]) -> str:
    """Some scripts as one, without the comments that fill whole lines; each stays a statement of its own."""
    comment = re.compile(r"^[ \t]*(?://.*|/\*(?!!)(?:[^*]|\*(?!/))*\*/[ \t]*)$\n?", flags=re.MULTILINE)
    texts = ((folder / name).read_text(encoding="utf-8") for name in names)
    return "\n;\n".join(comment.sub("", text).strip() for text in texts)


def file_names(files: Iterable) -> list[str]:
    """Names within ``_static`` of the files that Sphinx and its extensions would load, in their order.

    Raises:
        ExtensionError: one of them lies on another host.
    """
    names = []
    for file in sorted((file for file in files if file.filename), key=lambda file: file.priority):
        if "://" in str(file.filename):
            raise ExtensionError(f"a page would load {file.filename} from another host")
        names.append(str(file.filename).removeprefix("_static/"))
    return list(dict.fromkeys(names))


def write_assets(app: Sphinx, error: Exception | None) -> None:
    """Write the book's stylesheet and scripts, fit each page to them, and remove what they replace."""
    if error is not None or app.builder.format != "html" or not app.config.light_pages:
        return
    folder = Path(app.outdir, "_static")
    # Sphinx copies the theme's files again when it writes a page; where they are missing, nothing has changed.
    if not (folder / BASE_STYLES[0]).is_file():
        return
    paths = [path for path in Path(app.outdir).rglob("*.html") if folder not in path.parents]
    pages = {path: path.read_text(encoding="utf-8") for path in paths}
    styles = [*BASE_STYLES, *file_names(app.builder.css_files)]
    scripts = [*file_names(app.builder.script_files), *BASE_SCRIPTS]
    code = [name for name in scripts if name in CODE_SCRIPTS]
    scripts = [name for name in scripts if name not in CODE_SCRIPTS]
    contents = {
        "book.js": joined(folder, scripts),
        "code.js": joined(folder, code),
    }
    names = used(pages.values(), [*contents.values(), joined(folder, ["searchtools.js"])])
    own = (folder / OWN_STYLES).read_text(encoding="utf-8")
    theme = [(folder / name).read_text(encoding="utf-8") for name in styles if name != OWN_STYLES]
    css = "".join(slim(text, lambda selector: may_apply(selector, names)) for text in theme)
    outlines = (folder / ICONS).read_text(encoding="utf-8")
    css = without_icon_font(css, outlines) + icons(pages.values(), outlines) + slim(own, lambda selector: True)
    contents["book.css"] = without_idle_variables(without_idle_motion(css), contents["book.js"])
    for name, content in contents.items():
        (folder / name).write_text(content, encoding="utf-8")
    versions = {name: digest(content) for name, content in contents.items()}
    for path, page in pages.items():
        fitted = tidy(page, versions)
        if fitted != page:
            path.write_text(fitted, encoding="utf-8")
    for name in {*LEFT_OVER, *styles, *scripts, *code} - set(contents):
        found = folder / name
        if found.is_dir():
            shutil.rmtree(found)
        else:
            found.unlink(missing_ok=True)


def pages_of_other_assets(app: Sphinx, env: BuildEnvironment, added: set, changed: set, removed: set) -> list[str]:
    """All pages, if a style, a script or a template of the book has changed since they were written."""
    folders = [Path(app.confdir, name) for name in (*app.config.html_static_path, *app.config.templates_path)]
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    now = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    before, env.am_assets = getattr(env, "am_assets", None), now
    return sorted(env.found_docs) if before != now else []


def setup(app: Sphinx) -> None:
    """Register the hooks; the theme has filled its context when ours is asked."""
    # Off where the theme is to be measured as it ships (tests/weight.py).
    app.add_config_value("light_pages", True, "html", bool)
    app.connect("env-get-outdated", pages_of_other_assets)
    app.connect("html-page-context", add_to_context, priority=900)
    app.connect("build-finished", write_assets, priority=900)
