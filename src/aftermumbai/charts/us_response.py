"""Who called whom and how fast, and the essay's sentences on it: what notebook 09 draws.

Imports what stands before ``charts``; notebooks and other drawings import it.
"""

from typing import NamedTuple

import altair as alt
import pandas as pd

from aftermumbai import charts, data, measures
from aftermumbai.charts import palette, us_means
from aftermumbai.charts.claims import ESSAY, PULWAMA
from aftermumbai.charts.escalation import CRISIS_COLOURS
from aftermumbai.measures import contacts as contact_measures
from aftermumbai.measures import posts as post_measures
from aftermumbai.rules import split_list

TRIGGER_ZONE = "Asia/Kolkata"
# Contacts were looked for in the first month of every crisis; later ones are a by-catch.
WINDOW = 30
# How long a rank is waited for before the chart says "none".
WAIT = 60
MUMBAI_CRISIS, PULWAMA_CRISIS = "crisis-2008", "crisis-2019"
# What the essay could know: it appeared ten days after the attack.
ESSAY_DAY = (ESSAY - PULWAMA).days

CRISIS_DASHES = [[1, 0], [8, 3], [2, 2], [1, 0], [6, 2, 2, 2]]
CRISIS_SHAPES = ["square", "circle", "diamond", "triangle-up", "cross"]

TOP = ["president", "vice_president", "secretary_of_state"]
GROUPS = {
    "President, Vice President": ["president", "vice_president"],
    "Secretary of State": ["secretary_of_state"],
    "Security Adviser": ["national_security_adviser"],
    "Defense and military": ["secretary_of_defense", "military_chief"],
    "Other diplomats": ["deputy_secretary", "special_envoy", "assistant_secretary", "ambassador"],
    "Spokespersons, others": ["spokesperson", "other"],
}
MODE_COLOURS = {
    "visit": palette.RED,
    "meeting": palette.OCHRE,
    "call": palette.BLUE,
    "letter": palette.GREY,
    "statement": palette.VIOLET,
    "tweet": palette.TEAL,
}
MODE_SHAPES = ["square", "diamond", "circle", "cross", "triangle-up", "triangle-down"]

WHAT = {
    "all": "all contacts",
    "talks": "visits, meetings, calls",
    "top": "talks of the highest ranks",
    "words": "statements and posts",
}


def align(contacts: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """``measures.contacts.aligned`` with the group of ranks and the readable names that this chapter draws.

    Only the administration in office is counted: not those elected to follow it, nor Congress.
    """
    own = contacts[contacts["branch"] == "executive"]
    rows = contact_measures.aligned(own, contact_measures.triggers(steps))
    groups = {rank: group for group, ranks in GROUPS.items() for rank in ranks}
    return rows.assign(
        group=rows["rank"].astype(str).map(groups),
        crisis=rows["crisis_id"].map(us_means.crises()).astype(str),
        talk=rows["mode"].isin(contact_measures.TALKS),
        hours=contact_measures.hours_after(rows, steps, TRIGGER_ZONE),
    )


def left_out(contacts: pd.DataFrame, steps: pd.DataFrame) -> str:
    """What :func:`align` does not count, in words: contacts of the first month by others than the administration."""
    rows = contact_measures.aligned(contacts, contact_measures.triggers(steps))
    others = rows[(rows["branch"] != "executive") & rows["day"].between(0, WINDOW)]
    modes = others["mode"].map(data.labels("us_contacts", "mode")).astype(str)
    names = others["crisis_id"].map(us_means.crises()).astype(str)
    parts = [
        f"- {row.official}: {mode}, {crisis}, day {row.day}"
        for row, mode, crisis in zip(others.itertuples(), modes, names, strict=True)
    ]
    listed = "\n".join(parts)
    return (
        f"Counted are contacts of the administration in office. In the table but not counted, of the first {WINDOW} "
        f"days:\n\n{listed}"
    )


def chosen(rows: pd.DataFrame, what: str) -> pd.DataFrame:
    """The contacts of one kind of :data:`WHAT`."""
    match what:
        case "talks":
            return rows[rows["talk"]]
        case "words":
            return rows[~rows["talk"]]
        case "top":
            return rows[rows["talk"] & rows["rank"].isin(TOP)]
        case _:
            return rows


def counts(rows: pd.DataFrame, last: int, what: str = "all") -> dict[str, int]:
    """Contacts of each crisis from day 0 to ``last``, by ``crisis_id``."""
    table = contact_measures.per_day(chosen(rows, what), last)
    return table[table["day"] == last].set_index("crisis_id")["so_far"].astype(int).to_dict()


def crisis_colour(**options) -> alt.Color:
    """The colour of a crisis, the same as in the chapter on escalation."""
    names = list(us_means.crises().values())
    return alt.Color("crisis:N", **options).scale(domain=names, range=CRISIS_COLOURS[: len(names)])


# Curves


def curve_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Contacts of each day of the first month, and so far, for every choice of :data:`WHAT`.

    Returns:
        Columns ``crisis``, ``day``, ``what`` (key), ``kind`` (its label), ``contacts``, ``so_far``.
    """
    parts = []
    for what, label in WHAT.items():
        table = contact_measures.per_day(chosen(rows, what), WINDOW)
        parts.append(table.assign(what=what, kind=label, crisis=table["crisis_id"].map(us_means.crises())))
    return pd.concat(parts, ignore_index=True)[["crisis", "day", "what", "kind", "contacts", "so_far"]]


def draw_curves(width: int) -> alt.LayerChart:
    """A rising line per crisis, from the day of the attack on. Draws :func:`curve_rows`."""
    narrow = width < charts.BREAKPOINT
    names = list(us_means.crises().values())
    menu = charts.select("what", "Count", WHAT, "all")
    base = alt.Chart(alt.NamedData("rows"), width=width - 55, height=300).transform_filter("datum.what == what")
    x = alt.X("day:Q", title="days since the attack").scale(domain=[0, WINDOW]).axis(
        values=[0, 10, 20, 30] if narrow else list(range(0, WINDOW + 1, 5)), grid=False
    )  # fmt: skip
    legend = alt.Legend(title=None, orient="top", columns=3 if narrow else 5, symbolStrokeWidth=2)
    lines = base.mark_line(interpolate="step-after", strokeWidth=2.5).encode(
        x=x,
        y=alt.Y("so_far:Q", title="contacts so far").axis(tickMinStep=1),
        color=crisis_colour(legend=legend),
        strokeDash=alt.StrokeDash("crisis:N").scale(domain=names, range=CRISIS_DASHES).legend(legend),
    )
    dots = base.transform_filter("datum.contacts > 0").mark_point(filled=True, size=34, opacity=1).encode(
        x=x,
        y="so_far:Q",
        color=crisis_colour(),
        shape=alt.Shape("crisis:N").scale(domain=names, range=CRISIS_SHAPES).legend(legend),
        tooltip=[
            alt.Tooltip("crisis:N", title="Crisis"),
            alt.Tooltip("day:Q", title="Day"),
            alt.Tooltip("contacts:Q", title="On this day"),
            alt.Tooltip("so_far:Q", title="So far"),
        ],
    )  # fmt: skip
    return alt.layer(lines, dots).add_params(menu)


def curve_takeaway(rows: pd.DataFrame) -> str:
    """How the talks of 2019 stood beside those of 2008 when the essay appeared, and at the end of the month."""
    early, late = ({what: counts(rows, days, what) for what in ("all", "talks", "top")} for days in (ESSAY_DAY, WINDOW))

    def both(number) -> str:
        return f"{number[PULWAMA_CRISIS]} and {number[MUMBAI_CRISIS]}"

    return (
        f"Contacts by day {ESSAY_DAY}: {early['all'][PULWAMA_CRISIS]} in 2019, {early['all'][MUMBAI_CRISIS]} in "
        f"2008–09; by day {WINDOW}: {both(late['all'])}. Talks: {both(early['talks'])}, then "
        f"{both(late['talks'])}; by the highest ranks {both(early['top'])}, then {both(late['top'])}."
    )


def curve_alt(rows: pd.DataFrame) -> str:
    """How 2019 stood beside 2008 when the essay appeared, and at the end of the month."""
    early, late = (f"After {days} days" for days in (ESSAY_DAY, WINDOW))
    parts = []
    for words, days in ((early, ESSAY_DAY), (late, WINDOW)):
        every, talks, top = (counts(rows, days, what) for what in ("all", "talks", "top"))
        parts.append(
            f"{words} the record has {every[PULWAMA_CRISIS]} contacts for 2019 and {every[MUMBAI_CRISIS]} for 2008–09, "
            f"among them {talks[PULWAMA_CRISIS]} and {talks[MUMBAI_CRISIS]} talks, {top[PULWAMA_CRISIS]} and "
            f"{top[MUMBAI_CRISIS]} of these by the president, vice president or Secretary of State"
        )
    return ". ".join(parts) + "."


# Every contact


def strip_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Every contact of the first month.

    Returns:
        Columns ``crisis``, ``group``, ``day``, ``mode`` (label), ``official``, ``counterpart``,
        ``summary``, ``date``.
    """
    modes = data.labels("us_contacts", "mode")
    within = rows[rows["day"].between(0, WINDOW)]
    return pd.DataFrame(
        {
            "crisis": within["crisis"],
            "group": within["group"],
            "day": within["day"],
            "mode": within["mode"].map(modes).astype(str),
            "official": within["official"],
            "counterpart": within["counterpart"].fillna("the public").replace("public", "the public"),
            "summary": within["summary"],
            "date": measures.date_text(within["date"], within["date_precision"]),
        }
    ).reset_index(drop=True)


def draw_strip(width: int) -> alt.FacetChart:
    """A mark per contact by day and rank, a panel per crisis. Draws :func:`strip_rows`."""
    narrow = width < charts.BREAKPOINT
    modes = list(data.labels("us_contacts", "mode").values())
    gutter = 150 if narrow else 160
    marks = (
        alt.Chart()
        .mark_point(filled=True, size=24 if narrow else 30, opacity=1)
        .transform_window(place="row_number()", groupby=["crisis", "group", "day"])
        .transform_joinaggregate(places="count()", groupby=["crisis", "group", "day"])
        .transform_calculate(stack="datum.place - (datum.places + 1) / 2")
        .encode(
            x=alt.X("day:Q", title="days since the attack")
            .scale(domain=[-0.5, WINDOW + 0.5], nice=False)
            .axis(values=[0, 10, 20, 30], grid=True),
            y=alt.Y("group:N", title=None, sort=list(GROUPS)).axis(
                domain=False, ticks=False, grid=True, labelLimit=gutter - 6
            ),
            yOffset=alt.YOffset("stack:Q").scale(domain=[-2, 2], nice=False),
            color=alt.Color("mode:N")
            .scale(domain=modes, range=list(MODE_COLOURS.values()))
            .legend(title=None, orient="top", columns=2 if narrow else 5, values=[m for m in modes if m != "letter"]),
            shape=alt.Shape("mode:N").scale(domain=modes, range=MODE_SHAPES),
            tooltip=charts.hints(date="Date", official="Who", mode="How", counterpart="With", summary="In our words"),
        )
        .properties(width=width - gutter, height=alt.Step(24))
    )
    return marks.facet(
        row=charts.panels("crisis", list(us_means.crises().values()), narrow), data=alt.NamedData("rows"), spacing=8
    )


def strip_takeaway(rows: pd.DataFrame, waits: pd.DataFrame) -> str:
    """In which crises officials travelled to the region, and in which not."""
    visits, others = _travels(rows, waits)
    return (
        f"Within {WINDOW} days the record has officials travelling to the region because of the attack in {visits}, "
        f"and none in {others}."
    )


def _travels(rows: pd.DataFrame, waits: pd.DataFrame) -> tuple[str, str]:
    """The crises with visits in the first month, with their number, and the others."""
    within = rows[rows["day"].between(0, WINDOW) & (rows["mode"] == "visit")]
    number = within["crisis"].value_counts()
    soonest = waits.dropna(subset=["days"]).groupby("crisis", sort=False)["days"].min()
    names = list(us_means.crises().values())
    visits = ", ".join(f"{name} ({number[name]} visits, each capital counted)" for name in names if number.get(name))
    others = ", ".join(
        f"{name} (the Secretary came on day {soonest[name]})" if soonest[name] <= WAIT else name
        for name in names
        if not number.get(name)
    )
    return visits, others


def strip_alt(rows: pd.DataFrame, waits: pd.DataFrame) -> str:
    """In which crises officials travelled to the region, and how the others were handled."""
    within = rows[rows["day"].between(0, WINDOW)]
    table = within.groupby(["crisis", "mode"], observed=False).size().unstack()
    parts = "; ".join(
        f"{name}: {table.loc[name, 'call']}, {table.loc[name, 'meeting']}, {table.loc[name, 'statement']} and "
        f"{table.loc[name, 'tweet']}"
        for name in us_means.crises().values()
    )
    return f"{strip_takeaway(rows, waits)} {VANCE} Calls, meetings, statements and posts of each: {parts}."


# Rows us-2025-04-22-vance-tweet and us-2025-04-23-vance-modi.
VANCE = "The Vice President was in India on a visit when Pahalgam was attacked."


# First contacts


class First(NamedTuple):
    """A choice of which contact counts as the first: its label, and a test of a row."""

    label: str
    country: str | None
    modes: list[str] | None


FIRSTS = {
    "talk": First("first talk with either country", None, contact_measures.TALKS),
    "india": First("first talk with India", "india", contact_measures.TALKS),
    "pakistan": First("first talk with Pakistan", "pakistan", contact_measures.TALKS),
    "visit": First("first visit", None, ["visit"]),
    "any": First("first word or talk", None, None),
}
# Spokespersons speak on the first day of any crisis.
FIRST_GROUPS = [group for group in GROUPS if group != "Spokespersons, others"]


def first_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The first contact of each group of ranks in each crisis, for every choice of :data:`FIRSTS`.

    Returns:
        Columns ``choice``, ``kind``, ``group``, ``crisis``, ``day`` (missing: none in :data:`WAIT` days),
        ``at`` (where it is drawn), ``came`` (yes or no), ``text``, ``official``, ``counterpart``, ``hours``.
    """
    parts = []
    for choice, test in FIRSTS.items():
        some = rows if test.modes is None else rows[rows["mode"].isin(test.modes)]
        if test.country is not None:
            some = some[some["counterpart_country"].isin([test.country, "both"])]
        found = contact_measures.first_contacts(some, "group", WAIT).set_index(["group", "crisis_id"])
        for group in FIRST_GROUPS:
            for crisis, name in us_means.crises().items():
                first = found.loc[(group, crisis)] if (group, crisis) in found.index else None
                day = None if first is None else int(first["day"])
                parts.append(
                    {
                        "choice": choice,
                        "kind": test.label,
                        "group": group,
                        "crisis": name,
                        "day": day,
                        "at": WAIT if day is None else day,
                        "came": "no" if day is None else "yes",
                        "text": "none" if day is None else f"day {day}",
                        "official": "–" if first is None else first["official"],
                        "counterpart": "–" if first is None else first["counterpart"],
                    }
                )
    return pd.DataFrame(parts).astype({"day": "Int64"})


def draw_first(width: int) -> alt.FacetChart:
    """A dot at the day of the first contact, a panel per group of ranks. Draws :func:`first_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter, side = 62, 50
    inner = width - gutter - side
    menu = charts.select("choice", "Show", {key: test.label for key, test in FIRSTS.items()}, "talk")
    base = alt.Chart().encode(
        y=alt.Y("crisis:N", title=None, sort=list(us_means.crises().values())).axis(
            domain=False, ticks=False, grid=True
        ),
        x=alt.X("at:Q", title="days since the attack (compressed scale)")
        .scale(type="symlog", domain=[-0.15, WAIT], nice=False)
        .axis(values=[0, 1, 3, 7, 14, 30, 60]),
        tooltip=charts.hints(crisis="Crisis", kind="What", text="When", official="Who", counterpart="With"),
    )
    shape = alt.Shape("crisis:N").scale(domain=list(us_means.crises().values()), range=CRISIS_SHAPES).legend(None)
    came = base.transform_filter("datum.came == 'yes'")
    dots = came.mark_point(filled=True, size=70, opacity=1).encode(color=crisis_colour(legend=None), shape=shape)
    texts = base.mark_text(align="left", dx=8).encode(x=alt.XValue(inner), text="text:N")
    layers = alt.layer(dots, texts).properties(width=inner, height=alt.Step(17))
    return (
        layers.transform_filter("datum.choice == choice")
        .facet(row=charts.panels("group", FIRST_GROUPS, narrow), data=alt.NamedData("rows"), spacing=8)
        .add_params(menu)
    )


def first_takeaway(rows: pd.DataFrame) -> str:
    """The Secretary's first talk in each crisis."""
    own = rows[(rows["choice"] == "talk") & (rows["group"] == "Secretary of State")]
    parts = "; ".join(f"{row.crisis}: {row.text}" for row in own.itertuples())
    none = rows[(rows["choice"] == "visit") & (rows["came"] == "no") & (rows["group"] == "Secretary of State")]
    return (
        f"The Secretary of State's first talk with India or Pakistan: {parts}. No visit within {WAIT} days: "
        f"{', '.join(none['crisis'])}."
    )


def first_day(rows: pd.DataFrame, group: str, crisis: str, choice: str = "talk") -> int | None:
    """Day of one cell of :func:`first_rows`; None where there was none."""
    cell = rows.query("choice == @choice and group == @group and crisis == @crisis")["day"].iloc[0]
    return None if pd.isna(cell) else int(cell)


def known_hours(rows: pd.DataFrame) -> str:
    """For how many contacts the hour is known, and the earliest of those, in words."""
    known = rows[rows["hours"].notna()].sort_values("hours")
    earliest = known.iloc[0]
    return (
        f"The hour of a contact is known for {len(known)} of {len(rows)}, the earliest {earliest['hours']:.0f} hours "
        f"after its attack ({earliest['official']}, {earliest['crisis']}): the record can be read in days, not hours."
    )


def effort_text(rows: pd.DataFrame) -> str:
    """How many documents stand behind the first month of each crisis, in words."""
    within = rows[rows["day"].between(0, WINDOW)]
    documents, number = contact_measures.documents(within), counts(rows, WINDOW)
    parts = "; ".join(f"{name}: {documents[key]} for {number[key]}" for key, name in us_means.crises().items())
    return f"How many documents stand behind how many contacts of the first month: {parts}."


# Visits


IN_CRISIS, OTHER_VISIT = "within 60 days of an attack", "other visit"
VISIT_COLOURS = {IN_CRISIS: palette.RED, OTHER_VISIT: palette.BLUE}


def visit_rows(visits: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """Every visit of a Secretary of State, and the attacks that began the crises.

    Returns:
        Columns ``kind`` (visit or attack), ``country`` (label), ``official``, ``when`` (relative to a crisis),
        ``purpose``, and those of ``us_means.attack_rows``.
    """
    began = contact_measures.triggers(steps)
    near = visits["date"].map(lambda day: any(0 <= (day - start).days <= WAIT for start in began))
    shown = pd.DataFrame(
        {
            "kind": "visit",
            "country": visits["country"].map(data.labels("secretary_visits", "country")).astype(str),
            "date": visits["date"],
            "day": visits["date"].map(measures.day_text),
            "year": visits["date"].map(charts.decimal_year),
            "official": visits["official"],
            "when": near.map({True: IN_CRISIS, False: OTHER_VISIT}),
            "purpose": visits["purpose"],
        }
    )
    return pd.concat([us_means.attack_rows(steps), shown], ignore_index=True)


def draw_visits(width: int) -> alt.LayerChart:
    """Visits on a line of years for each country, attacks as rules. Draws :func:`visit_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter = 66
    lanes = list(data.labels("secretary_visits", "country").values())
    base = alt.Chart(alt.NamedData("rows"), width=width - gutter - 12, height=132)
    x = alt.X("year:Q", title=None).scale(domain=[us_means.FIRST_YEAR, us_means.LAST_YEAR], nice=False).axis(
        format="d", grid=False, tickCount=5 if narrow else 13
    )  # fmt: skip
    attack = base.transform_filter("datum.kind == 'attack'")
    rules = attack.mark_rule(strokeDash=[3, 3], color=charts.MUTED).encode(x=x)
    dots = [
        base.transform_filter(f"datum.kind == 'visit' && datum.when == '{when}'")
        .mark_point(filled=True, size=size, opacity=1)
        .encode(
            x=x,
            y=alt.Y("country:N", title=None, sort=lanes).axis(domain=False, ticks=False, grid=True),
            color=alt.Color("when:N")
            .scale(domain=list(VISIT_COLOURS), range=list(VISIT_COLOURS.values()))
            .legend(title=None, orient="bottom", columns=1 if narrow else 2, labelLimit=260),
            shape=alt.Shape("when:N").scale(domain=list(VISIT_COLOURS), range=["diamond", "circle"]),
            tooltip=charts.hints(day="Day", official="Who", country="Where", purpose="For"),
        )
        for when, size in ((OTHER_VISIT, 46), (IN_CRISIS, 90))
    ]
    return alt.layer(rules, *us_means.attack_names(attack), *dots)


def wait_rows(visits: pd.DataFrame, steps: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """Days from each attack to the Secretary's next visit to each country.

    Returns:
        Columns ``crisis``, ``country``, ``wait`` (in words), ``days`` (missing where none is recorded), ``who``.
    """
    table = contact_measures.first_visits(visits, contact_measures.triggers(steps), last)
    known = table["days"].notna()
    return pd.DataFrame(
        {
            "crisis_id": table["crisis_id"].astype(str),
            "crisis": table["crisis_id"].astype(str).map(us_means.crises()),
            "country": table["country"].astype(str).map(data.labels("secretary_visits", "country")),
            "days": table["days"],
            "wait": table["days"].map(lambda days: "none recorded" if pd.isna(days) else f"{days} days"),
            "who": [
                f"{row.official}, {measures.day_text(row.date)}" if ok else "–"
                for row, ok in zip(table.itertuples(), known, strict=True)
            ],
        }
    )


WAIT_COLUMNS = {"crisis": "Crisis", "country": "Country", "wait": "Next visit after", "who": "By whom, first day"}


def powell_text(contacts: pd.DataFrame, visits: pd.DataFrame, steps: pd.DataFrame) -> str:
    """Why one journey has two days on the page: the register's and the newspapers', in words."""
    began = contact_measures.triggers(steps)["crisis-2001"]
    register = visits.set_index("id").loc["2002-01-15-powell-pakistan", "date"]
    reported = contacts.set_index("id").loc["us-2002-01-16-powell-musharraf", "date"]
    return (
        f"Powell's journey of January {register.year} stands on this page with two days. The register has him in "
        f"Islamabad from {register.day} January (day {(register - began).days}), the reports behind the list of "
        f"contacts on {reported.day} January (day {(reported - began).days})."
    )


def visit_takeaway(waits: pd.DataFrame, visits: pd.DataFrame) -> str:
    """How soon the Secretary came, and when the last visit to Pakistan was."""
    soonest = waits.dropna(subset=["days"]).groupby("crisis", sort=False)["days"].min()
    parts = "; ".join(f"{crisis}: {days}" for crisis, days in soonest.items())
    last = visits[visits["country"] == "pakistan"].sort_values("date").iloc[-1]
    return (
        f"Days from the attack to the Secretary's next visit to either country: {parts}. The last to Pakistan on "
        f"record: {last['official']}, {measures.day_text(last['date'])}."
    )


# The essay's sentences


def checks(
    *,
    rows: pd.DataFrame,
    firsts: pd.DataFrame,
    waits: pd.DataFrame,
    posts: pd.DataFrame,
    uses: pd.DataFrame,
    since: pd.DataFrame,
    contacts: pd.DataFrame,
    documents: dict[str, dict],
) -> pd.DataFrame:
    """The essay's sentences on U.S. diplomacy, each with the number that tests it and its documents.

    Args:
        rows: as :func:`align` gives them.
        firsts: as :func:`first_rows` gives them.
        waits: as :func:`wait_rows` gives them.
        posts: the table ``us_posts``.
        uses: as ``us_means.use_rows`` gives them.
        since: as ``us_means.since_rows`` gives them.
        contacts: the table ``us_contacts``.
        documents: as ``tables.links`` gives them.

    Returns:
        Columns ``says`` (the essay, in our words), ``shows`` (the record, computed), ``links``.
    """
    cited = contacts.set_index("id")["sources"]
    essay = ["blazakis-2019-essay"]
    travels = ["historian-travels-2026"]

    def line(says: str, shows: str, contact_ids: list[str], more: list[str]) -> dict:
        keys = [key for one in contact_ids for key in split_list(cited[one])] + more + essay
        return {"says": says, "shows": shows, "links": [documents[key] for key in dict.fromkeys(keys)]}

    tools = since.set_index("tool")
    sentences = [
        line(
            "After Mumbai the Secretary of State made a critical trip to the region.",
            _trip_text(waits),
            ["us-2008-12-03-rice-delhi", "us-2008-12-04-rice-islamabad"],
            travels,
        ),
        line(
            "After Pulwama there were press releases and a tweet.",
            _mundane_text(rows, firsts),
            ["us-2019-02-15-pompeo-tweet", "us-2019-02-15-bolton-doval", "us-2019-02-26-pompeo-qureshi"],
            [],
        ),
        line("The Secretary should visit Pakistan and India.", _advice_text(waits), [], travels),
        line(
            "Critical posts were unfilled; there was no Assistant Secretary for the region.",
            _understaffed_text(posts),
            [],
            ["wexaminer-2019-williams", "ndtv-2018-sca-vacant", "pocom-2026-sca", "caspian-2021-lu"],
        ),
    ]
    for tool, says in TOOL_SENTENCES.items():
        name = us_means.TOOL_NAMES[tool]
        sentences.append(line(says, _tool_text(tools.loc[name]), [], _tool_sources(uses[uses["tool"] == name])))
    return pd.DataFrame(sentences)


# The essay's carrots and sticks, in our words and its order.
TOOL_SENTENCES = {
    "pressure-on-let": "Washington should go on pushing Pakistan to act against LeT.",
    "rewards-for-justice": "It could offer rewards for the perpetrators of Mumbai, which it had not pursued in 2008.",
    "un-listing-azhar": "It should put Masood Azhar forward for the UN list once more.",
    "fatf-pressure": "It should go on using its influence at FATF.",
    "foreign-assistance": "If Pakistan acted, assistance could be looked at again.",
    "intelligence-to-india": "It should give India what intelligence on the attack it could share.",
    "not-fully-cooperating-list": "Listing Pakistan as not fully cooperating is not in the U.S. interest now.",
    "state-sponsor-list": "Nor is listing it as a state sponsor of terrorism.",
}


def _tool_text(tool: pd.Series) -> str:
    """How often a tool was used, tried, passed over or withdrawn before the essay and since."""
    before, since = (tool[when] if tool[when] != "–" else "nothing recorded" for when in ("before", "since"))
    first = f"; first used on {tool['first_since']}" if tool["uses_since"] else ""
    return f"Before the essay: {before}. Since, by anyone: {since}{first}."


def _tool_sources(uses: pd.DataFrame) -> list[str]:
    """The documents of a tool's first step since the essay; where there is none, of its last before."""
    later = uses[uses["date"] >= ESSAY]
    return split_list((later.iloc[0] if len(later) else uses.iloc[-1])["sources"])


def _trip_text(waits: pd.DataFrame) -> str:
    days = waits[waits["crisis_id"] == MUMBAI_CRISIS].set_index("country")["days"]
    return (
        f"Rice was in New Delhi {days['India']} days after the attacks began, and in Islamabad {days['Pakistan']} days "
        "after."
    )


def _mundane_text(rows: pd.DataFrame, firsts: pd.DataFrame) -> str:
    early = rows[(rows["crisis_id"] == PULWAMA_CRISIS) & rows["day"].between(0, ESSAY_DAY)]["mode"].value_counts()
    talks, top = (counts(rows, ESSAY_DAY, what) for what in ("talks", "top"))
    first = first_day(firsts, "Secretary of State", us_means.crises()[PULWAMA_CRISIS])
    return (
        f"By day {ESSAY_DAY}: {early['statement']} statements, {early['tweet']} posts, {talks[PULWAMA_CRISIS]} talks, "
        f"{top[PULWAMA_CRISIS] or 'none'} of these by the president, vice president or Secretary. By then after "
        f"Mumbai: {talks[MUMBAI_CRISIS]} talks, {top[MUMBAI_CRISIS]} of these by them. The Secretary's first recorded "
        f"talk of 2019 came on day {first}."
    )


def _advice_text(waits: pd.DataFrame) -> str:
    own = waits[waits["crisis_id"] == PULWAMA_CRISIS].set_index("country")["wait"]
    return f"The Secretary's next visit to India came after {own['India']}; to Pakistan: {own['Pakistan']}."


def _understaffed_text(posts: pd.DataFrame) -> str:
    held = post_measures.held_on(posts, PULWAMA)
    without = ", ".join(us_means.POST_NAMES[post] for post in held.index[held["status"] != "confirmed"])
    gaps = post_measures.gaps(posts, posts["start"].max())
    gap = gaps[(gaps["post"] == "assistant_secretary_sca") & (gaps["start"] <= PULWAMA) & (gaps["end"] >= PULWAMA)]
    days, end = gap.iloc[0][["days", "end"]]
    return (
        f"{us_means.unconfirmed_on(posts, PULWAMA)} of {len(held)} posts had no confirmed holder on the day of the "
        f"attack: {without}. The post of Assistant Secretary stood so for {days:,} days, to {measures.day_text(end)}."
    )


CHECK_COLUMNS = {"says": "The essay, in our words", "shows": "What the record shows", "links": "Sources"}


# In brief


def brief(
    *,
    rows: pd.DataFrame,
    firsts: pd.DataFrame,
    waits: pd.DataFrame,
    posts: pd.DataFrame,
    steps: pd.DataFrame,
    shares: pd.DataFrame,
    money: pd.DataFrame,
    since: pd.DataFrame,
) -> str:
    """The findings of the chapter as Markdown; every number computed."""
    talks, top = (counts(rows, ESSAY_DAY, what) for what in ("talks", "top"))
    month, month_talks, month_top = (counts(rows, WINDOW, what) for what in ("all", "talks", "top"))
    adviser = first_day(firsts, "Security Adviser", us_means.crises()[PULWAMA_CRISIS], "india")
    visits = chosen(rows, "talks").query("crisis_id == @MUMBAI_CRISIS and mode == 'visit' and 0 <= day <= @WINDOW")
    first = {
        key: first_day(firsts, "Secretary of State", us_means.crises()[key]) for key in (MUMBAI_CRISIS, PULWAMA_CRISIS)
    }
    soon = waits.dropna(subset=["days"]).groupby("crisis_id")["days"].min()
    pakistan = waits[waits["country"] == "Pakistan"].set_index("crisis_id")["wait"]
    began = contact_measures.triggers(steps)
    unfilled = {str(key): us_means.unconfirmed_on(posts, day) for key, day in began.items()}
    aid, paid = us_means.aid_by_year(money), us_means.paid_by_year(money)
    # A line that began with the sign would be read as a quotation.
    bureau = us_means.open_share(shares, "Trump, first term", "Assistant Secretary").replace(">", "more than ")
    return f"""
- **Washington was slower after Pulwama than after Mumbai, as the essay said.** In {ESSAY_DAY} days the record has
  {talks[PULWAMA_CRISIS]} talks with India or Pakistan, {top[PULWAMA_CRISIS] or "none"} by president, vice president or
  Secretary of State; after Mumbai {top[MUMBAI_CRISIS]} of {talks[MUMBAI_CRISIS]} were.
- **It did not stay so.** By day {WINDOW} the record has {month_talks[PULWAMA_CRISIS]} talks for 2019 and
  {month_talks[MUMBAI_CRISIS]} for 2008–09, {month_top[PULWAMA_CRISIS]} and {month_top[MUMBAI_CRISIS]} of them by the
  same three. With statements and posts it has {month[PULWAMA_CRISIS]} and {month[MUMBAI_CRISIS]} contacts.
- **The Secretary's first recorded talk came on day {first[MUMBAI_CRISIS]} after Mumbai and day
  {first[PULWAMA_CRISIS]} after Pulwama,** when India had struck. The Security Adviser had called Delhi on day
  {adviser}.
- **Within {WINDOW} days the record has officials travelling to the region because of the attack only in 2008–09,**
  {len(visits)} visits with each capital counted. {VANCE}
- **The Secretary came {soon[MUMBAI_CRISIS]} days after Mumbai** and {soon["crisis-2001"]} days after the attack on
  Parliament. After Uri it took {soon["crisis-2016"]} days, after Pulwama {soon[PULWAMA_CRISIS]}, after Pahalgam
  {soon["crisis-2025"]}, and those visits had other purposes. To Pakistan after Pulwama: {pakistan[PULWAMA_CRISIS]}.
- **Posts stood emptier than in 2008, and emptier still in 2025.** Of five posts, without a
  confirmed holder were {unfilled[MUMBAI_CRISIS] or "none"} on the day of Mumbai, {unfilled[PULWAMA_CRISIS]} on that of
  Pulwama, {unfilled["crisis-2025"]} on that of Pahalgam.
- **The Assistant Secretary's post had no confirmed holder** for {bureau} of President Trump's first term.
- **By the time of the essay little new money was appropriated.** At the prices of fiscal {us_means.BASE_YEAR}, aid for
  fiscal {aid.index[-1]} was {aid.iloc[-1] / aid.max():.0%} of its peak of {aid.idxmax()} ({aid.iloc[-1]:,.0f} of
  {aid.max():,.0f} million dollars).
- **Agencies went on paying.** What all of them disbursed in fiscal {ESSAY.year}, a wider count, was
  {paid[str(ESSAY.year)] / paid.max():.0%} of its peak ({paid[str(ESSAY.year)]:,.0f} of {paid.max():,.0f} million
  dollars).
- **Of {len(since)} carrots and sticks that the essay names, {int((since["uses_since"] > 0).sum())} were used since, by
  anyone.** Not all were Washington's: the Financial Action Task Force (FATF) and the UN committee decide as
  bodies. A filled post counts as a use.

A list made from what was published does not hold the calls that nobody announced.
"""
