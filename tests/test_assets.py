"""What a page loads is cut to what it uses, and nothing that it uses is cut."""

import base64
import hashlib
from types import SimpleNamespace

import docutils.nodes
import pytest
from sphinx.errors import ExtensionError

from aftermumbai import book
from aftermumbai.book import assets, cards, figures

PAGE = '<main class="text wide" id="top"><p class="open">x</p><i class="fa-solid fa-bars"></i></main>'
NAMES = assets.used([PAGE], ['box.classList.add("made-later")'])


def slim(css: str) -> str:
    return assets.slim(css, lambda selector: assets.may_apply(selector, NAMES))


@pytest.mark.parametrize(
    "rule",
    [
        "p{color:red}",
        ".text .open{color:red}",
        "#top>p:first-child{color:red}",
        ".made-later{color:red}",
        "p:not(.absent){color:red}",
        ":is(.absent,.open){color:red}",
        "*,:after{color:red}",
        "[data-theme=dark] p{color:red}",
        "@media print{p{color:red}}",
        "p{width:calc(100% - 2px)}",
    ],
)
def test_a_rule_that_may_apply_stays_as_it_is(rule):
    assert slim(rule) == rule


@pytest.mark.parametrize(
    "rule", [".absent{a:b}", "#absent p{a:b}", "video{a:b}", "p:is(.absent){a:b}", "@media print{.absent{a:b}}"]
)
def test_a_rule_about_nothing_in_the_book_goes(rule):
    assert slim(rule) == ""


def test_of_several_selectors_those_in_use_stay():
    assert slim("/* x */ p , .absent,\n.open { color : red ; margin: 0  1px }") == "p,.open{color:red;margin:0 1px}"


def test_a_variable_that_nothing_reads_goes_and_so_does_one_that_only_it_read():
    css = 'p{--a:1px;--b:var(--a);--c:url("data:x;{}");color:var(--d,red);--d:blue}i{--e:1}'
    assert assets.without_idle_variables(css, "") == "p{color:var(--d,red);--d:blue}"
    assert "--e:1" in assets.without_idle_variables(css, 'style.setProperty("--e", 2)')


SCRIPT = 'x={bars:[448,512,["navicon"],"f0c9","M0 96C0 78z"],"bell":[448,512,[],"f0f3","M2 2z"]}'


def test_an_icon_is_drawn_from_its_outline_and_an_unknown_one_is_refused():
    styles = assets.icons([PAGE], SCRIPT)
    assert "d='M0 96C0 78z'" in styles and ".fa-bars{" in styles and "CC BY 4.0" in styles
    with pytest.raises(ExtensionError, match="'absent'"):
        assets.icons(['<i class="fa-solid fa-absent"></i>'], SCRIPT)


def test_a_sign_of_the_icon_font_becomes_a_picture():
    css = 'html{--pst-icon-bell:"\uf0f3"}.fa-bars:before{content:"\uf0c9"}p .fa-bars{top:0}'
    styles = assets.without_icon_font(css, SCRIPT)
    assert "d='M2 2z'" in styles and "\uf0c9" not in styles and "p .fa-bars{top:0}" in styles


def test_an_animation_that_no_rule_starts_goes():
    css = "@keyframes a{0%{top:0}to{top:1px}}@keyframes b{to{top:0}}p{animation:b 1s}"
    assert assets.without_idle_motion(css) == "@keyframes b{to{top:0}}p{animation:b 1s}"


def test_a_page_is_fitted_once_and_names_its_scripts():
    page = (
        '<meta http-equiv="Content-Security-Policy" content="" /><script>go()</script>'
        '<link href="../_static/book.css" /><script defer src="../_static/book.js?v=0ld"></script>'
        '<button onclick="toggleFullScreen()" data-bs-title="Mode">'
    )
    versions = {"book.css": "c1", "book.js": "j1"}
    fitted = assets.tidy(page, versions)
    assert base64.b64encode(hashlib.sha256(b"go()").digest()).decode() in fitted
    assert 'book.css?v=c1"' in fitted and 'book.js?v=j1"' in fitted
    assert "onclick" not in fitted and 'title="Mode"' in fitted
    assert assets.tidy(fitted, versions) == fitted


def test_joining_scripts_drops_whole_line_comments_only(tmp_path):
    (tmp_path / "a.js").write_text('/* gone */\n// gone\nconst a = "// stays"; /* stays */\n/*! licence */\n')
    (tmp_path / "b.js").write_text("(() => {})()\n//# sourceMappingURL=b.js.map\n")
    joined = assets.joined(tmp_path, ["a.js", "b.js"])
    assert joined == 'const a = "// stays"; /* stays */\n/*! licence */\n;\n(() => {})()'


def test_a_file_on_another_host_is_refused():
    class File:
        filename, priority = "https://cdn.example/x.js", 500

    with pytest.raises(ExtensionError, match="another host"):
        assets.file_names([File])


def test_a_description_ends_at_a_word():
    assert assets.describe(None, "Search").startswith("Search – ")
    assert len(assets.describe(None, "x")) < 160


def test_all_pages_are_made_anew_once_when_a_style_changes(tmp_path):
    style = tmp_path / "static" / "own.css"
    style.parent.mkdir()
    style.write_text("a{}", encoding="utf-8")
    config = SimpleNamespace(html_static_path=["static"], templates_path=[])
    app, env = SimpleNamespace(confdir=str(tmp_path), config=config), SimpleNamespace(found_docs={"b", "a"})

    def outdated() -> list[str]:
        return assets.pages_of_other_assets(app, env, set(), set(), set())

    assert outdated() == ["a", "b"] and outdated() == []
    style.write_text("b{}", encoding="utf-8")
    assert outdated() == ["a", "b"] and outdated() == []


@pytest.mark.parametrize(
    ("changed", "address", "picture", "forks"),
    [("ab", "", "b", True), ("a", "", "b", False), ("ab", "https://x", "b", False), ("ab", "", "a", False)],
)
def test_only_a_whole_book_that_begins_without_a_picture_is_written_in_parallel(
    monkeypatch, changed, address, picture, forks
):
    monkeypatch.setenv(cards.ADDRESS, address)
    pages = {"a": docutils.nodes.section(), "b": docutils.nodes.section()}
    pages[picture] += figures.VegaFigure()
    app, env = SimpleNamespace(parallel=1), SimpleNamespace(found_docs={"b", "a"}, get_doctree=pages.get)
    book.note_extent(app, env, list(changed))
    book.write_in_parallel(app, env)
    assert (app.parallel > 1) == forks
