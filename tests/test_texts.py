"""What a search takes its passages from: the words of each page, and the sections it may look for."""

import json

from aftermumbai.book import texts

PAGE = """<html><nav>menu</nav><article class="bd-article"><section class="tex2jax_ignore" id="top">
<h1>Title<a class="headerlink" href="#top">#</a></h1><p>Fire &amp; <b>quiet</b>.</p>
<div class="cell"><details class="admonition hide above-input"><summary>Show the code</summary>code()</details></div>
<figure class="am-figure" id="fig-a"><p class="am-title">Deaths a year</p><svg><text>2019</text></svg><figcaption>
<p class="am-takeaway">Fewer.</p><span class="am-downloads">Download: CSV</span></figcaption>
<details class="am-table"><summary>Table</summary><table><tr><td>44</td></tr></table></details>
</figure><details class="am-table"><summary>Rows</summary>kept</details></section></article></html>"""


def test_a_text_holds_the_words_and_the_sections_of_a_page_and_nothing_else():
    assert texts.text_of(PAGE) == "<section id=top> Title Fire &amp; quiet. Deaths a year. Fewer. Rows kept </section>"


def test_the_script_names_each_page_and_does_not_depend_on_their_order():
    script = texts.script({"b": PAGE, "a": "<p>no article"})
    assert script == texts.script({"a": "<p>no article", "b": PAGE})
    assert json.loads(script.removeprefix("window.amTexts=").removesuffix(";\n")) == {"a": "", "b": texts.text_of(PAGE)}
