"""The prose keeps the house style: no number typed by hand, no loaded term, one spelling for each name.

Narrative is what a person wrote: Markdown cells and pages. Terms are looked for in what a reader reads
as the book's own voice: narrative, computed sentences, and the words of figures; never in the tables,
which quote others.
"""

import json
import re

import pytest
from conftest import ROOT

from aftermumbai.charts import MIME

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PAGES = sorted((ROOT / "book").glob("*.md"))
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"

# What is cut out before digits are looked for: code, directives, addresses, quotations, lists' numbers.
NOT_NARRATIVE = re.compile(r"```.*?```|`[^`]*`|\]\([^)]*\)|<[^>]*>|^>.*$|^ *\d+\. |^\(.*\)=$", re.DOTALL | re.MULTILINE)
# Numbers that are names: dates, resolutions and committees, list references, points, the level of every interval.
NAMES = re.compile(
    "|".join(
        [
            rf"\b\d{{1,2}}(?:–\d{{1,2}})? (?:{MONTHS})\b",
            r"\b(?:1[89]|20)\d\d(?:s|[–-](?:1[89]|20)?\d\d)?\b",
            r"\b1267\b|\b1373\b|\bArticle \d+\b",
            r"\b[A-Z][A-Za-z]*[-.]?\d[\w.-]*",
            r"\b95 percent\b|\b0\.05\b",
            r"\b\d+ ?: ?\d[\d,]*\b",
            r"\b(?:CC BY 4|ODbL 1)\.0\b",
        ]
    )
)
NUMBER = re.compile(r"(?<![\w#])\d[\d,.]*")

LOADED = {
    r"\bPoK\b|\bIIOJ?K\b|[- ]occupied\b|\bheld Kashmir\b|\bAzad Kashmir\b": "say who administers it",
    r"\bterrorists?\b(?! (?:list|organi[sz]ation|financing|group list))": "militant, gunman, or the group's name",
    r"\bmartyr|\bdastardly|\bheinous|\bcowardly|\bbrutal|\bbarbaric|\binfamous|\bso-called\b": "plain words",
    r"\bneutrali[sz]ed\b|\bliquidated\b|\beliminated\b": "killed",
    r"\bclearly,|\bof course\b|\bobviously\b|\bundoubtedly\b|\bneedless to say\b": "leave it out",
    r"\bdelve|\bnuanced?\b|\btapestry\b|\blandscape\b|\bunderscores?\b|\bpivotal\b|\bcrucial\b": "plain words",
}
SPELLINGS = {
    r"Lashkar[- ]e[- ](?!Tayyiba)\w+": "Lashkar-e-Tayyiba",
    r"Jaish[- ]e[- ](?!Mohammed)\w+": "Jaish-e-Mohammed",
    r"Hi[zs]b[- ]ul[- ]\w+": "Hizbul Mujahideen",
    r"\bmujahedeen\b|\bMujahedin\b": "Mujahideen",
    r"\bUSA?\b(?![-$])": "U.S. or United States",
    r"\bU\.N\.": "UN",
    r"\bper cent\b": "percent",
    r"\bLOC\b|\bLoC\b": "Line of Control",
    r"\bcenter\b|\bprogram\b(?!me)|\bdefense\b|\blabor\b|\bfavor": "British spelling",
}


def narrative(path) -> str:
    """What a person wrote on a page or in the Markdown cells of a notebook."""
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def voice(path) -> str:
    """Narrative, computed sentences and the words of figures, without quotations."""
    texts = [narrative(path)]
    if path.suffix == ".ipynb":
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                texts.append("".join(output["data"].get("text/markdown", "")))
                if MIME in output["data"]:
                    words = output["data"][MIME]["usermeta"]["figure"]
                    texts += [words[part] for part in ("title", "takeaway", "source", "alt", "hint")]
    text = NOT_NARRATIVE.sub(" ", "\n".join(texts))
    return re.sub(r'"[^"]*"|“[^”]*”', " ", text)


def numbers(text: str) -> list[str]:
    """Numbers typed by hand, each with the words around it."""
    plain = NAMES.sub(" ", NOT_NARRATIVE.sub(" ", text))
    return [plain[max(0, hit.start() - 30) : hit.end() + 20].strip() for hit in NUMBER.finditer(plain)]


def wrong(text: str, terms: dict[str, str]) -> list[str]:
    """Each term that the house does not use, with what it uses."""
    return [f"{hit[0]!r}: {use}" for pattern, use in terms.items() for hit in re.finditer(pattern, text)]


@pytest.mark.parametrize("path", [*NOTEBOOKS, *PAGES], ids=lambda path: path.name)
def test_no_number_is_typed_by_hand(path):
    assert numbers(narrative(path)) == []


@pytest.mark.parametrize("path", [*NOTEBOOKS, *PAGES], ids=lambda path: path.name)
def test_no_loaded_term_stands_in_the_books_own_voice(path):
    allowed = path.name == "glossary.md"  # each side's own term stands there once
    assert allowed or wrong(voice(path), LOADED) == []


@pytest.mark.parametrize("path", [*NOTEBOOKS, *PAGES], ids=lambda path: path.name)
def test_a_name_is_spelt_one_way(path):
    assert wrong(voice(path), SPELLINGS) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("On 14 February 2019 the 1267 committee met; 95 percent intervals; NJ9842; 2018–22; `x = 3`.", 0),
        ("[the essay](2019-02-24.html), see R.10 and 1999–2003, from 18–27 July 1949 on.", 0),
        ("It killed 40 people.", 1),
        ("A ratio of 1.5 in 12 years", 2),
    ],
)
def test_numbers_are_told_from_names(text, found):
    assert len(numbers(text)) == found


@pytest.mark.parametrize("text", ["the terrorists fled", "in PoK", "a brutal attack", "were neutralised"])
def test_a_loaded_term_is_noticed(text):
    assert wrong(text, LOADED)


@pytest.mark.parametrize(
    "text", ["Lashkar-e-Taiba", "Jaish-e-Muhammad", "the US said", "Hizb-ul-Mujahideen", "10 per cent"]
)
def test_another_spelling_is_noticed(text):
    assert wrong(text, SPELLINGS)


# The most words of a finding in brief, a figure's takeaway, a figure's title, and a sentence anywhere.
MOST = {"finding": 40, "takeaway": 35, "title": 12, "sentence": 45}


def plain(text: str) -> str:
    """Text without its Markdown: links by their words, no marks, no fences."""
    text = re.sub(r"```.*?```|\]\([^)]*\)|<[^>]*>", " ", text, flags=re.DOTALL)
    return re.sub(r"[*`\[\]]", "", text)


def length(text: str) -> int:
    """Words, numbers among them; a sign alone is none."""
    return len(re.findall(r"\S*\w\S*", plain(text)))


def findings(text: str) -> list[str]:
    """The items of the lists of a text, those of inner lists by themselves."""
    return [item.split("\n\n")[0] for item in re.split(r"^ *- ", text, flags=re.MULTILINE)[1:]]


def sentences(text: str) -> list[str]:
    """Sentences: what ends with a stop before a word that begins one, or with a paragraph or an item."""
    text = re.sub(r"\bn\. d\.", "undated", plain(text).replace("U.S.", "US"))
    blocks = re.split(r"\n\s*\n|\n(?= *(?:- |#|\d+\. |: ))", text)
    ends = r"(?:(?<=[.!?])|(?<=[.!?][”\")’]))\s+(?=[^a-z])"
    return [part for block in blocks for part in re.split(ends, " ".join(block.split()))]


def long_words(path) -> list[str]:
    """What is longer than :data:`MOST` allows in the stored outputs of a notebook or in its narrative."""
    long, said = [], [narrative(path)]

    def check(kind: str, text: str) -> None:
        if length(text) > MOST[kind]:
            long.append(f"{kind}, {length(text)} words: {' '.join(text.split())[:80]}")

    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if path.suffix == ".ipynb" else []:
        for output in cell.get("outputs", []):
            text = "".join(output["data"].get("text/markdown", ""))
            said.append(text)
            for item in findings(text):
                check("finding", item)
            if MIME in output["data"]:
                words = output["data"][MIME]["usermeta"]["figure"]
                said += [words[part] for part in ("takeaway", "source", "alt", "hint")]
                check("takeaway", words["takeaway"])
                check("title", words["title"])
    for text in said:
        for sentence in sentences(text):
            check("sentence", sentence)
    return long


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_findings_takeaways_titles_and_sentences_are_short(path):
    assert long_words(path) == []


def test_words_items_and_sentences_are_told_apart():
    assert length("**The [U.S. list](a.html)** – 3,592–3,772 days, n = 4.") == 7
    assert findings("Intro.\n\n- one\n  more\n- two\n  - three\n\nAfter.") == ["one\n  more\n", "two\n", "three"]
    assert sentences("The U.S. said “so.” It *held*, n. d. 2 of 3 did.\n\n- An item\n- Next") == [
        "The US said “so.”",
        "It held, undated 2 of 3 did.",
        "- An item",
        "- Next",
    ]


# The finding of each chapter that the front page shows: a bullet put in before it must not push another into its place.
FRONT = {
    "02-claims-and-attribution": "The essay's pattern",
    "11-essay-claims": "That LeT, not JeM, was behind Pulwama",
    "08-sanctions": "Detention without a sentence",
    "09-us-response": "Washington was slower",
    "10-escalation": "The highest force",
}


def test_the_front_page_shows_the_findings_that_were_chosen_for_it():
    page = (ROOT / "book" / "index.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"\{from-notebook\} (\S+) brief\n:item: (\d+)", page))
    assert shown.keys() == FRONT.keys()
    for name, item in shown.items():
        cells = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        brief = next(cell for cell in cells if cell["id"] == "brief")["outputs"][0]["data"]["text/markdown"]
        bullets = re.split(r"^- ", "".join(brief), flags=re.MULTILINE)[1:]
        assert bullets[int(item) - 1].startswith(f"**{FRONT[name]}")
