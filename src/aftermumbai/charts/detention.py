"""Who was in custody, for how long, and what came before: what the second half of notebook 08 draws.

Imports what stands before ``charts``; notebooks and other drawings import it.
"""

from itertools import product
from typing import NamedTuple

import altair as alt
import pandas as pd

from aftermumbai import charts, data, measures
from aftermumbai.charts import palette, sanctions
from aftermumbai.charts.claims import ESSAY
from aftermumbai.measures import custody, listing

# Custody

LANES = [
    "hafiz-saeed",
    "zaki-ur-rehman-lakhvi",
    "abdul-rehman-makki",
    "sajid-mir",
    "masood-azhar",
    "david-headley",
    "tahawwur-rana",
]
SINCE = pd.Timestamp("2001-01-01")
REPORT = "reported at large"
UNCLEAR = "held, for how long is unclear"
STATE_COLOURS = {
    "house_arrest": palette.OCHRE,
    "held": palette.RED,
    "remand": palette.VIOLET,
    "serving": palette.BLUE,
}
# Thickness repeats the colour: the thicker, the further the law had gone.
STATE_HEIGHTS = {"house_arrest": 5, "held": 9, "remand": 14, "serving": 19}


def custody_rows(steps: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Stretches of custody since 2001 of the people of this chapter, and reports that question them.

    Returns:
        Columns ``name``, ``kind`` (label of the state, or :data:`REPORT`), ``state`` (its key, or
        ``report``), ``begin`` and ``finish`` (text), ``days``, ``x``, ``x2`` (decimal years),
        ``open`` (whether no end was read), ``by`` (who acted), ``summary``, ``total`` (days in custody
        since 2001, text).
    """
    labels = data.labels("custody", "state")
    stretches = custody.segments(steps)
    totals = custody.days_by_state(stretches, SINCE, until)["custody"]
    about = steps.set_index("id")
    rows = []
    for row in stretches[stretches["person_id"].isin(LANES)].itertuples():
        start = about.loc[row.start_id]
        end = until if pd.isna(row.end) else row.end
        if end <= SINCE:
            continue
        unclear = row.state == "unclear"
        rows.append(
            {
                "person": row.person_id,
                "kind": labels[row.state],
                "state": row.state,
                "begin": sanctions.day_of(start),
                "finish": "not announced" if unclear else "no end read" if pd.isna(row.end) else measures.day_text(end),
                "days": None if unclear else (end - max(row.start, SINCE)).days,
                "x": charts.decimal_year(max(row.start, SINCE)),
                "x2": None if unclear else charts.decimal_year(end),
                "open": bool(pd.isna(row.end)) and not unclear,
                "by": start["authority"],
                "summary": start["summary"],
            }
        )
    reports = steps[(steps["step"] == "reported_at_large") & steps["person_id"].isin(LANES)]
    rows += [
        {
            "person": row.person_id,
            "kind": REPORT,
            "state": "report",
            "begin": measures.day_text(row.date),
            "finish": sanctions.NOT_READ,
            "days": None,
            "x": charts.decimal_year(row.date),
            "x2": None,
            "open": False,
            "by": row.authority,
            "summary": row.summary,
        }
        for row in reports.itertuples()
    ]
    table = pd.DataFrame(rows)
    table["name"] = table["person"].map(sanctions.SHORT)
    table["total"] = table["person"].map(lambda person: f"{totals[person]:,} d")
    table["rank"] = table["person"].map(LANES.index)
    return table.sort_values(["rank", "x"], kind="stable").drop(columns=["person", "rank"]).reset_index(drop=True)


CUSTODY_COLUMNS = {
    "name": "Who",
    "kind": "Where",
    "begin": "From",
    "finish": "Until",
    "days": "Days since 2001",
    "by": "Who acted or said so",
    "summary": "In our words",
}


def draw_custody(width: int) -> alt.LayerChart:
    """A lane per person, a bar per stretch of custody. Draws :func:`custody_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter, side = (82, 54) if narrow else (96, 60)
    inner = width - gutter - side
    labels = data.labels("custody", "state")
    base = alt.Chart(alt.NamedData("rows"), width=inner, height=alt.Step(36))
    lanes = [sanctions.SHORT[person] for person in LANES]
    y = sanctions.names_axis("name:N", lanes, gutter, grid=True, tickBand="extent")
    x = sanctions.years_axis()
    kinds, colours = [labels[state] for state in STATE_COLOURS], list(STATE_COLOURS.values())
    colour = (
        alt.Color("kind:N", sort=kinds)
        .scale(domain=kinds, range=colours)
        .legend(
            title="from thin to thick",
            orient="top",
            columns=1 if narrow else 2,
            labelLimit=230,
            symbolType="square",
            symbolOpacity=1,
        )
    )
    shape = (
        alt.Shape("kind:N", sort=[UNCLEAR, REPORT])
        .scale(domain=[UNCLEAR, REPORT], range=["diamond", "circle"])
        .legend(
            title=None,
            orient="bottom",
            columns=1 if narrow else 2,
            labelLimit=230,
            symbolFillColor="transparent",
            symbolStrokeColor=sanctions.GREY,
            symbolStrokeWidth=1.8,
        )
    )
    tooltip = [
        alt.Tooltip("name:N", title="Who"),
        alt.Tooltip("kind:N", title="Where"),
        alt.Tooltip("begin:N", title="From"),
        alt.Tooltip("finish:N", title="Until"),
        alt.Tooltip("days:Q", title="Days", format=","),
        alt.Tooltip("by:N", title="By"),
        alt.Tooltip("summary:N", title="In our words"),
    ]
    bars = [
        base.transform_filter(f"datum.state == '{state}'")
        # The shortest stretches are drawn wide enough to be seen.
        .transform_calculate(
            stop=f"max(datum.x2, datum.x + {2.5 * (sanctions.LAST_YEAR - sanctions.FIRST_YEAR) / inner:.3f})"
        )
        .mark_bar(size=STATE_HEIGHTS[state])
        .encode(y=y, x=x, x2="stop:Q", color=colour, tooltip=tooltip)
        for state in STATE_COLOURS
    ]
    arrow = {"shape": "triangle-right", "filled": True, "size": 150, "opacity": 1}
    ends = base.transform_filter("datum.open").mark_point(**arrow).encode(y=y, x=sanctions.years("x2:Q"), color=colour)
    point = {"filled": False, "color": sanctions.GREY, "strokeWidth": 1.8, "opacity": 1}
    unclear = base.transform_filter("datum.state == 'unclear'").mark_point(size=110, **point).encode(
        y=y, x=x, shape=shape, tooltip=tooltip
    )  # fmt: skip
    below = alt.Y("name:N", title=None, sort=lanes, bandPosition=0.88)
    reports = base.transform_filter("datum.state == 'report'").mark_point(size=50, **point).encode(
        y=below, x=x, shape=shape, tooltip=tooltip
    )  # fmt: skip
    totals = base.transform_aggregate(n="count()", groupby=["name", "total"])
    return alt.layer(*bars, ends, unclear, reports, *sanctions.at_right(totals, y, inner, "total:N", "in all"))


def _days_in_custody(steps: pd.DataFrame, until: pd.Timestamp) -> tuple[pd.Series, str]:
    """Saeed's days by state, and each person's days in custody, in one line."""
    totals = custody.days_by_state(custody.segments(steps), SINCE, until)
    parts = "; ".join(f"{sanctions.SHORT[person]} {totals.loc[person, 'custody']:,}" for person in LANES)
    return totals.loc["hafiz-saeed"], parts


def custody_takeaway(steps: pd.DataFrame, until: pd.Timestamp) -> str:
    """Days in custody since 2001 per person, and Saeed's under sentence."""
    saeed, parts = _days_in_custody(steps, until)
    return (
        f"Days in custody, of {saeed['window']:,} since January 2001, as far as confirmed: {parts}. Of Saeed's "
        f"{saeed['serving']:,} are under sentence."
    )


def custody_alt(steps: pd.DataFrame, until: pd.Timestamp) -> str:
    """Days in custody since 2001 per person, split by kind for Saeed."""
    saeed, parts = _days_in_custody(steps, until)
    return (
        f"Days in custody, of {saeed['window']:,} from January 2001 to {until:%B %Y}, as far as confirmed: {parts}. "
        f"Saeed's are {saeed['house_arrest']:,} at home, {saeed['held']:,} held without charge, {saeed['remand']:,} "
        f"for trial and {saeed['serving']:,} under sentence."
    )


def custody_totals(steps: pd.DataFrame, people: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Days since 2001 in each kind of custody and outside it, and the last step read, for the people of the lanes."""
    totals = custody.days_by_state(custody.segments(steps), SINCE, until).loc[LANES]
    died = steps[steps["step"].isin(["died", "executed"])].set_index("person_id")["date"]
    window = [(min(until, died.get(person, until)) - SINCE).days for person in LANES]
    full = people.set_index("id")["name"]
    table = totals.assign(window=window, outside=[w - c for w, c in zip(window, totals["custody"], strict=True)])
    table["percent"] = (table["custody"] / table["window"]).map("{:.0%}".format)
    table["name"] = [full[person] for person in LANES]
    read = steps[steps["step"] != "term_ended"].sort_values("date").drop_duplicates("person_id", keep="last")
    table["last"] = [sanctions.day_of(row) for _, row in read.set_index("person_id").loc[LANES].iterrows()]
    counted = [*custody.HELD, "custody", "outside"]
    return table.assign(**{column: table[column].map("{:,}".format) for column in counted}).reset_index(drop=True)


TOTAL_COLUMNS = {
    "name": "Who",
    "house_arrest": "Confined at home",
    "held": "Held without charge",
    "remand": "Held for trial",
    "serving": "Under sentence",
    "custody": "Days in custody",
    "outside": "Days not confirmed in custody",
    "percent": "Share of days",
    "last": "Last step read",
}


# The smokescreen

FAMILIES = ("let", "jem")


def detentions(steps: pd.DataFrame, people: pd.DataFrame, groups: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Spells of custody in Pakistan of LeT's and JeM's people since 2001, with what ended them.

    Returns:
        One row per spell: ``name``, ``start`` (date), ``exact`` (whether the day it began is known),
        ``verdict`` (whether the first step read is a sentence), ``begin`` and ``finish`` (text), ``days``,
        ``length`` (text, a range where an end is known to the month), ``number`` (the same, short),
        ``ending`` (label), ``basis`` (law or order), ``ended_text`` (in our words).
    """
    table = custody.spells(custody.segments(steps), until)
    about = steps.set_index("id")
    roots = measures.roots(groups)
    family = people.set_index("id")["group_id"].map(roots)
    first = about.loc[table["start_id"]]
    chosen = (
        table["person_id"].map(family).isin(FAMILIES)
        & (first["country"].to_numpy() == "Pakistan")
        & (table["start"] >= SINCE)
    )
    table = table[chosen].sort_values(["start", "person_id"]).reset_index(drop=True)
    first = about.loc[table["start_id"]].reset_index(drop=True)
    endings = custody.ended_by(table, steps)
    finish = [
        sanctions.NOT_READ if pd.isna(row.end_id) else sanctions.day_of(about.loc[row.end_id])
        for row in table.itertuples()
    ]
    words = [None if pd.isna(row.end_id) else about.loc[row.end_id, "summary"] for row in table.itertuples()]
    ranges = [_length(row, about, until) for row in table.itertuples()]
    short = sanctions.names(groups, people)
    return pd.DataFrame(
        {
            "name": table["person_id"].map(short),
            "start": table["start"],
            "exact": first["date_precision"] == "day",
            "verdict": first["step"] == "sentenced",
            "begin": [sanctions.day_of(row) for _, row in first.iterrows()],
            "finish": finish,
            "days": table["days"],
            "length": [f"at least {text[:-1]}" if text.endswith("+") else text for text in ranges],
            "number": ranges,
            "ending": endings.map(custody.ENDINGS),
            "sentenced": ["serving" in states for states in table["states"]],
            "basis": first["legal_basis"],
            "began_text": first["summary"],
            "ended_text": words,
        }
    )


def _length(spell, steps: pd.DataFrame, until: pd.Timestamp) -> str:
    """Days of a spell as far as its ends are known: "19", "244–274", "2,538+" while no end was read."""
    if pd.isna(spell.days):
        return "not known"
    start = _possible(steps.loc[spell.start_id])
    if spell.running:
        return f"{(until - start['last']).days:,}+"
    end = _possible(steps.loc[spell.end_id])
    return listing.days_text((end["first"] - start["last"]).days, (end["last"] - start["first"]).days)


def _possible(step: pd.Series) -> pd.Series:
    return listing.possible_days(pd.Series([step["date"]]), pd.Series([str(step["date_precision"])])).iloc[0]


ENDING_COLOURS = {
    custody.ENDINGS["court"]: palette.BLUE,
    custody.ENDINGS["executive"]: palette.OCHRE,
    custody.ENDINGS["running"]: palette.VIOLET,
    custody.ENDINGS["unknown"]: palette.GREY,
    custody.ENDINGS["dead"]: palette.GREY,
}
ENDING_SHAPES = ["circle", "square", "triangle-right", "diamond", "cross"]


def detention_rows(table: pd.DataFrame) -> pd.DataFrame:
    """:func:`detentions` whose length is known: adds ``label`` ("Hafiz Saeed, May 2002"), ``brief`` and ``kind``."""
    rows = table[table["days"].notna()].copy()
    months = rows["start"].dt.strftime("%b %Y")
    twice = rows.assign(month=months).duplicated(["name", "month"], keep=False)
    rows["brief"] = rows["name"].map(_last) + ", " + months.where(~twice, rows["start"].dt.strftime("%-d %b %Y"))
    rows["label"] = rows["name"] + ", " + months.where(~twice, rows["start"].dt.strftime("%-d %b %Y"))
    rows["kind"] = rows["sentenced"].map({True: KINDS[1], False: KINDS[0]})
    return rows.drop(columns=["exact", "verdict"]).reset_index(drop=True)


def _last(name: str) -> str:
    """A name as short as a phone wants it, where it stays unmistakable."""
    shorter = {"Hafiz Saeed": "Saeed", "Masood Azhar": "M. Azhar", "Zafar Iqbal": "Iqbal", "Yahya Mujahid": "Mujahid"}
    return shorter.get(name, name)


KINDS = ["Without a sentence", "With a sentence"]
DETENTION_COLUMNS = {
    "name": "Who",
    "begin": "From",
    "finish": "Until",
    "length": "Days",
    "ending": "Ended by",
    "basis": "Law or order",
    "ended_text": "How it ended, in our words",
}


def draw_detentions(width: int) -> alt.VConcatChart:
    """A line per detention, as long as it lasted, with what ended it. Draws :func:`detention_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter, side = (142, 72) if narrow else (170, 78)
    inner = width - gutter - side
    scale = alt.Scale(type="log", domain=[1, 10_000], nice=False)
    field = "brief:N" if narrow else "label:N"
    y = sanctions.names_axis(field, alt.SortField("start"), gutter)
    title = "days, compressed scale" if narrow else "days (each step of the scale is ten times the one before)"
    # The last step has no room for its number on a phone.
    ticks = [1, 10, 100, 1000] if narrow else [1, 10, 100, 1000, 10_000]
    x = alt.X("days:Q", title=title, scale=scale).axis(values=ticks, grid=True)
    base = alt.Chart().encode(y=y)
    lines = (
        base.transform_calculate(one="1")
        .mark_rule(strokeWidth=1.5, color=charts.MUTED, opacity=0.6)
        .encode(x=alt.X("one:Q", title=title, scale=scale), x2="days:Q")
    )
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=x,
        **sanctions.kinds("ending:N", ENDING_COLOURS, ENDING_SHAPES, title="Ended by", columns=1 if narrow else 3),
        tooltip=charts.hints(
            name="Who", begin="From", finish="Until", length="Days", ending="Ended by", ended_text="In our words"
        ),
    )
    numbers = base.mark_text(align="left", dx=8).encode(x=x, text="number:N")
    layers = alt.layer(lines, dots, numbers)
    panels = [
        layers.transform_filter(alt.datum.kind == kind).properties(
            width=inner, height=alt.Step(21), title=sanctions.panel_title(kind)
        )
        for kind in KINDS
    ]
    return alt.vconcat(*panels, data=alt.NamedData("rows"), spacing=12)


def detention_takeaway(table: pd.DataFrame) -> str:
    """Median length of the detentions without a sentence, who ended them, and how many ended with a sentence served."""
    known = table[table["days"].notna()]
    bare = known[~known["sentenced"]]
    court = int((bare["ending"] == custody.ENDINGS["court"]).sum())
    unclear = int(table["days"].isna().sum())
    return (
        f"Of {len(table)} detentions in Pakistan {len(bare)} never came to a sentence: half lasted "
        f"{bare['days'].median():,.0f} days or less, and courts or review boards ended {court}. "
        f"A sentence followed {int(known['sentenced'].sum())}; of {unclear} the length is unclear."
    )


ANY = "any of the four"
NO_ATTACKS = "a listing or FATF decision, without attacks"
KIND_ATTACK, KIND_UN, KIND_US, KIND_FATF = (
    "attack laid to LeT or JeM",
    "UN listing",
    "U.S. listing",
    "FATF decision that pressed",
)
PRESSURE_COLOURS = {KIND_ATTACK: palette.RED, KIND_UN: palette.VIOLET, KIND_US: palette.TEAL, KIND_FATF: palette.PINK}
PRESSURE_SHAPES = ["cross", "circle", "square", "triangle-up"]
# Attacks count from so many people killed on: five is the record's own rule of entry, ten a check.
DEADLY = (5, 10)
WINDOWS = (30, 60)


def pressure(
    *,
    events: pd.DataFrame,
    casualties: pd.DataFrame,
    attributions: pd.DataFrame,
    designations: pd.DataFrame,
    plenaries: pd.DataFrame,
    groups: pd.DataFrame,
    people: pd.DataFrame,
    deadly: int = DEADLY[0],
    every: bool = False,
) -> pd.DataFrame:
    """What may have pressed Pakistan to act: ``date``, ``kind`` and ``label``, one row per day and kind.

    Attacks that killed ``deadly`` or more by the lowest settled count and that a state laid to LeT, JeM
    or a name under them; listings of these, or of their people, by the UN and the United States;
    decisions of the FATF that pressed (see :func:`custody.presses`), or with ``every`` all of the FATF and
    the APG but removals. Dates known to the day only.
    """
    roots = measures.roots(groups)
    folded = attributions.assign(group_id=attributions["group_id"].map(roots))
    laid = measures.said(folded, "state").query("group_id in @FAMILIES")["event_id"]
    attacks = events[(events["category"] == "attack") & events["id"].isin(laid)].join(
        measures.tolls(casualties), on="id"
    )
    attacks = attacks[(attacks["killed_min"] >= deadly) & (attacks["date_precision"] == "day")]
    family = roots.to_dict() | people.set_index("id")["group_id"].map(roots).to_dict()
    acts = designations[
        designations["entity_id"].map(family).isin(FAMILIES)
        & designations["action"].isin(listing.ENTERED)
        & (designations["date_precision"] == "day")
    ]
    short = sanctions.names(groups, people)
    parts = [
        pd.DataFrame({"date": attacks["date"], "kind": KIND_ATTACK, "label": attacks["label"].fillna(attacks["title"])})
    ]
    for kind, regimes in (
        (KIND_UN, sanctions.AUTHORITIES[sanctions.UN]),
        (KIND_US, sanctions.AUTHORITIES[sanctions.US]),
    ):
        own = acts[acts["regime"].isin(regimes)]
        parts.append(pd.DataFrame({"date": own["date"], "kind": kind, "label": own["entity_id"].map(short)}))
    chosen = plenaries["status"] != "removed" if every else custody.presses(plenaries)
    known = plenaries[(plenaries["date_precision"] == "day") & chosen]
    parts.append(pd.DataFrame({"date": known["date"], "kind": KIND_FATF, "label": known["body"].astype(str)}))
    rows = pd.concat(parts, ignore_index=True)
    joined = rows.groupby(["date", "kind"], sort=True)["label"].agg(lambda labels: ", ".join(dict.fromkeys(labels)))
    return joined.reset_index()


def pressures(**tables: pd.DataFrame) -> dict[tuple[int, bool], pd.DataFrame]:
    """:func:`pressure` for every level of :data:`DEADLY`, with the decisions that pressed and with every one."""
    return {
        (deadly, every): pressure(**tables, deadly=deadly, every=every)
        for deadly, every in product(DEADLY, (False, True))
    }


def tested(table: pd.DataFrame) -> pd.DataFrame:
    """The detentions whose first day is known and that did not begin with a verdict: those the test looks at."""
    return table[table["exact"] & ~table["verdict"]]


def pressure_rows(table: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """What came in the sixty days before each detention, one row per thing; a detention without any has one row.

    Returns:
        Columns ``label`` and ``brief`` (names and day), ``start``, ``kind``, ``what``, ``day``, ``lag`` (days before;
        missing where nothing came).
    """
    days = tested(table).groupby("start")["name"].agg(list)
    found = custody.preceding(pd.Series(days.index), events, max(WINDOWS))
    rows = []
    for start, who in days.items():
        own = found[found["day"] == start]
        day = f"{start.day} {start:%b %Y}"
        labels = {
            "label": f"{', '.join(who)}, {day}",
            "brief": f"{', '.join(map(_last, who))}, {day}",
            "start": start,
        }
        if own.empty:
            rows.append(
                labels
                | {"kind": sanctions.NOT_READ, "what": sanctions.NOT_READ, "day": sanctions.NOT_READ, "lag": None}
            )
        rows += [
            labels | {"kind": row.kind, "what": row.label, "day": measures.day_text(row.date), "lag": row.lag}
            for row in own.itertuples()
        ]
    return pd.DataFrame(rows).astype({"lag": "Int64"})


PRESSURE_COLUMNS = {"label": "Detention", "kind": "Came before it", "what": "What", "day": "When", "lag": "Days before"}


def draw_pressure(width: int) -> alt.LayerChart:
    """A lane per detention, a mark for what came in the sixty days before it. Draws :func:`pressure_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter = 150 if narrow else 220
    inner = width - gutter - 12
    field = "brief:N" if narrow else "label:N"
    y = sanctions.names_axis(field, alt.SortField("start"), gutter, grid=True)
    x = alt.X("lag:Q", title="days before the detention").scale(domain=[60, -2], nice=False).axis(
        values=[60, 30, 7, 0], grid=True
    )  # fmt: skip
    base = alt.Chart(alt.NamedData("rows"), width=inner, height=alt.Step(22))
    ground = base.mark_point(opacity=0).encode(y=y)
    marks = base.transform_filter("isValid(datum.lag)").mark_point(filled=True, size=75, opacity=0.9).encode(
        y=y,
        x=x,
        **sanctions.kinds("kind:N", PRESSURE_COLOURS, PRESSURE_SHAPES, columns=1 if narrow else 2, labelLimit=220),
        tooltip=[
            alt.Tooltip("label:N", title="Detention"),
            alt.Tooltip("kind:N", title="Came before it"),
            alt.Tooltip("what:N", title="What"),
            alt.Tooltip("day:N", title="When"),
            alt.Tooltip("lag:Q", title="Days before"),
        ],
    )  # fmt: skip
    return alt.layer(ground, marks)


class Look(NamedTuple):
    """One way to count: which pressure, which detentions, and against which idea of chance."""

    kind: str
    level: int
    within: int
    wave: bool = False
    disputed: bool = True
    against: str = custody.CALENDAR
    every: bool = False

    def words(self) -> str:
        """What the look counts, in words."""
        deadly = f", attacks from {self.level} killed on"
        parts = [self.kind + (deadly if self.kind in (ANY, KIND_ATTACK) else "")]
        if self.every:
            parts.append("every FATF or APG decision but removals")
        if not self.disputed:
            parts.append("without disputed detentions")
        if self.wave:
            parts.append(f"detentions within {WINDOWS[0]} days counted once")
        if self.against != custody.CALENDAR:
            parts.append({custody.YEAR: "against days of the same year", custody.SHIFT: "circular shift"}[self.against])
        return "; ".join(parts)


def looks() -> list[Look]:
    """Every look that the table takes: the plain ones by kind and window, then the stricter ones."""
    base, month = DEADLY[0], WINDOWS[0]
    kinds = [(base, ANY), (base, KIND_ATTACK), *product(DEADLY[1:], (ANY, KIND_ATTACK))]
    kinds += [(base, kind) for kind in (KIND_UN, KIND_US, KIND_FATF)]
    plain = [Look(kind, level, within) for (level, kind), within in product(kinds, WINDOWS)]
    plain[2:2] = [Look(ANY, base, within, wave=True) for within in WINDOWS]
    strict = [Look(NO_ATTACKS, base, month, wave=wave) for wave in (False, True)]
    for wave in (False, True):
        strict += [Look(ANY, base, month, wave, against=against) for against in (custody.YEAR, custody.SHIFT)]
        strict += [Look(ANY, base, month, wave, disputed=False)]
    strict.append(Look(ANY, base, month, wave=True, disputed=False, against=custody.YEAR))
    waves = [look for look in strict if look.wave and (look.kind == NO_ATTACKS or look == strict[-1])]
    waves.insert(0, Look(ANY, base, month, wave=True))
    return [*plain, *strict, *[look._replace(every=True) for look in waves]]


def excess_table(
    table: pd.DataFrame, by_level: dict[tuple[int, bool], pd.DataFrame], until: pd.Timestamp
) -> pd.DataFrame:
    """For each of :func:`looks`: detentions that follow on pressure, what chance would give, and p.

    Args:
        table: as :func:`detentions` gives it.
        by_level: what :func:`pressures` gives.
        until: last day of the record.
    """
    rows = []
    for look in looks():
        events = by_level[look.level, look.every]
        if look.kind == NO_ATTACKS:
            events = events[events["kind"] != KIND_ATTACK]
        elif look.kind != ANY:
            events = events[events["kind"] == look.kind]
        days = tested(table if look.disputed else table[table["days"].notna()])["start"]
        days = custody.waves(days, WINDOWS[0]) if look.wave else days
        found = custody.excess(days, events, look.within, SINCE, until, look.against)
        rows.append(
            look._asdict()
            | found._asdict()
            | {
                "named": look.words(),
                "counts": f"{found.hits} of {found.n}",
                "percent": f"{found.base:.0%}",
                "chance": measures.p_text(found.p)
                .removeprefix("p = ")
                .removeprefix("p ")
                .replace(" ", "\N{NO-BREAK SPACE}"),
            }
        )
    return pd.DataFrame(rows)


def any_pressure(found: pd.DataFrame, wave: bool = False, kind: str = ANY) -> pd.DataFrame:
    """The plain rows of :func:`excess_table` for one kind of pressure at the record's own level, by window."""
    chosen = (found["kind"] == kind) & (found["level"] == DEADLY[0]) & (found["wave"] == wave)
    chosen &= found["disputed"] & (found["against"] == custody.CALENDAR) & ~found["every"]
    return found[chosen].set_index("within")


def other_counts(found: pd.DataFrame, kind: str = ANY) -> pd.DataFrame:
    """The waves after pressure of one kind, counted otherwise than in :func:`any_pressure`."""
    chosen = (found["kind"] == kind) & found["wave"] & (found["within"] == WINDOWS[0])
    return found[chosen & (~found["disputed"] | (found["against"] != custody.CALENDAR) | found["every"])]


def waves_text(found: pd.DataFrame) -> tuple[str, str]:
    """The waves after pressure against the calendar and counted otherwise; and the same without attacks."""
    waves = any_pressure(found, wave=True).loc[WINDOWS[0]]
    strict = other_counts(found)["p"]
    bare = any_pressure(found, wave=True, kind=NO_ATTACKS).loc[WINDOWS[0]]
    loose = other_counts(found, NO_ATTACKS)["p"].max()
    return (
        f"{waves['counts']} waves began within {WINDOWS[0]} days of an attack, a listing or an FATF decision that "
        f"pressed, against {waves['percent']} of days ({measures.p_text(waves['p'])}; {strict.min():.3f} to "
        f"{strict.max():.3f} when "
        "counted otherwise)",
        f"{bare['counts']} waves ({measures.p_text(bare['p'])}, or {loose:.3f} with every FATF decision)",
    )


EXCESS_COLUMNS = {
    "named": "Came before",
    "within": "Within days",
    "counts": "Days on which somebody was detained",
    "percent": "Share expected by chance",
    "chance": "p",
}


def pressure_takeaway(found: pd.DataFrame) -> str:
    """The waves after pressure and the base they must be compared with."""
    return f"{waves_text(found)[0]}."


def pressure_alt(found: pd.DataFrame) -> str:
    """:func:`pressure_takeaway` with the count without attacks, and with the detentions day by day."""
    rows = any_pressure(found)
    short, long = rows.loc[WINDOWS[0]], rows.loc[WINDOWS[1]]
    return (
        f"{pressure_takeaway(found)} Without attacks it is {waves_text(found)[1]}. Day by day it is {short['counts']} "
        f"within {WINDOWS[0]} days and {long['counts']} within {WINDOWS[1]}, against {short['percent']} and "
        f"{long['percent']} of days."
    )


def verdict(table: pd.DataFrame, found: pd.DataFrame) -> str:
    """The essay's word against both tests, as it stood when it was written and since, as Markdown."""
    before = table[(table["start"] < ESSAY) & table["days"].notna()]
    bare = before[~before["sentenced"]]
    since = table[table["start"] >= ESSAY]
    arrested = since[~since["verdict"]]
    saeed = bare[bare["name"] == sanctions.SHORT["hafiz-saeed"]]
    lakhvi = bare.loc[bare["name"] == sanctions.SHORT["zaki-ur-rehman-lakhvi"], "days"].max()
    court = int((bare["ending"] == custody.ENDINGS["court"]).sum())
    waves = any_pressure(found, wave=True).loc[WINDOWS[0]]
    return f"""
**Up to the essay.** {len(before)} detentions had a known length, {int(before["sentenced"].sum())} of them with a
sentence: Omar Sheikh's. He was sentenced to death in 2002 for the abduction and killing of a U.S. journalist, and in
2020 cleared of the killing. Of the {len(bare)} others {len(saeed)} are Saeed's, {saeed["days"].sum():,} days in all;
the two of August 2006 are one episode broken for an hour. Courts or review boards ended {court} of the {len(bare)}.
Lakhvi's {lakhvi:,} days in a Mumbai case are the exception.

The facts that *smokescreen* describes (short, unsentenced, ended by judges) were on record in February 2019. The intent
was not.

**Since the essay.** Of {len(arrested)} detentions that began with an arrest, {int(arrested["sentenced"].sum())} led
to a sentence; {int(since["verdict"].sum())} more are in the record only from their verdict. All these sentences are for
financing, none for Mumbai: the kind of change the essay wanted FATF pressure to bring.

**What the second test adds.** It counts {waves["counts"]} waves within {WINDOWS[0]} days after an attack, a listing
or an FATF decision, and does not tell a show from a response. Its table takes {len(found)} looks at one small record,
uncorrected for their number.
"""


# In brief


def brief(
    *,
    designations: pd.DataFrame,
    attempts: pd.DataFrame,
    steps: pd.DataFrame,
    lags: pd.DataFrame,
    held: pd.DataFrame,
    found: pd.DataFrame,
    custody_steps: pd.DataFrame,
    until: pd.Timestamp,
) -> str:
    """The findings of the notebook in a few sentences, as Markdown."""
    waits = listing.waits(attempts, steps)
    azhar = waits.loc["masood-azhar"]
    holds = listing.holds(attempts, steps)
    ended = holds[holds["by"].str.contains("China") & (holds["ended"] == "blocked") & (holds["low"] == holds["high"])]
    totals = custody.days_by_state(custody.segments(custody_steps), SINCE, until)
    saeed, azhar_days = totals.loc["hafiz-saeed"], totals.loc["masood-azhar", "custody"]
    bare = held[~held["sentenced"] & held["days"].notna()]
    own = int((bare["name"] == sanctions.SHORT["hafiz-saeed"]).sum())
    court = int((bare["ending"] == custody.ENDINGS["court"]).sum())
    near, bare_waves = waves_text(found)
    jud, chief = (lags.set_index("entity_id").loc[key] for key in ("jud", "hafiz-saeed"))
    return f"""
- **Masood Azhar, JeM's founder, waited about ten years for the UN list:**
  {listing.days_text(azhar["low"], azhar["high"])} days from India's first proposal in 2009 to 1 May 2019, over
  {int(azhar["attempts"])} proposals. China spoke of different views and missing consensus.
- **China's holds ran to their limit:** the {len(ended)} that ended in a block and whose days are known lasted
  {ended["low"].min()} to {ended["low"].max()} days, about nine months (six plus three).
- **China was not alone:** {_lower(sanctions.bids_text(attempts))}
- **Pakistan listed some names before the UN, JuD ten years after it:** of {len(lags)} names that both list with a date,
  {int((lags["high"] < 0).sum())} came first in Pakistan, {_listed(lags[lags["days"] == "0"]["name"])} on the same day;
  JuD's ban took {jud["days"]} days, Saeed's listing {chief["days"]}.
- **Detention without a sentence seldom lasted a year, and judges mostly ended it.** Of {len(bare)} detentions of
  LeT's and JeM's people in Pakistan, {own} of Hafiz Saeed, {int((bare["days"] < 365).sum())} lasted less than a year;
  courts or review boards ended {court}.
- **From 2020 on it was sentences:** of Saeed's {saeed["custody"]:,} days in custody since 2001, {saeed["serving"]:,}
  are under sentence, by the word of Pakistan and of the UN list, which Indian media dispute. Azhar's confirmed days
  are {azhar_days:,}.
- **Detentions cluster after attacks and pressure:** {near}.
- **Without attacks the cluster is weak:** {bare_waves}. The cases are few; a show and a genuine
  response would both look like this.
"""


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _listed(words: pd.Series) -> str:
    """Words as a list in a sentence: "A", "A and B", "A, B and C"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
