"""Crises step by step: what notebook 10 draws, and the page of one crisis.

Nothing here names a crisis. Which there are, in which order, and which rungs make the ladder stands in
the schema and the table ``crisis_steps``; a further crisis needs rows there and a category, no code.

Imports what stands before ``charts``; notebooks and other drawings import it.
"""

import textwrap
from functools import partial

import altair as alt
import pandas as pd

from aftermumbai import charts, data, measures
from aftermumbai.charts import palette
from aftermumbai.measures import alignment
from aftermumbai.rules import split_list

# The two sides of the ladder, one drawn upwards, one downwards.
SIDES = ("India", "Pakistan")
THIRD, GROUP = "third party", "armed group"
SIDE_COLOURS = {"India": palette.BLUE, "Pakistan": palette.GREEN, THIRD: palette.VIOLET, GROUP: palette.RED}
SIDE_SHAPES = {"India": "circle", "Pakistan": "square", THIRD: "diamond", GROUP: "triangle-up"}
# Colours of the crises in the order of the schema.
CRISIS_COLOURS = [
    palette.GREY,
    palette.OCHRE,
    palette.TEAL,
    palette.VIOLET,
    palette.RED,
    palette.BLUE,
    palette.GREEN,
    palette.PINK,
]
SPEAKER_COLOURS = [palette.BLUE, palette.GREEN, palette.TEAL, palette.VIOLET, palette.OCHRE, palette.GREY]
SPEAKER_SHAPES = ["circle", "square", "triangle-up", "diamond", "triangle-down", "cross"]

UP = ("talk", "pressure", "force", "signal")
TURNS = {"climb_stops": "climb stops", "crisis_ends": "crisis ends"}
# A label stands on the left of its mark and needs as many days of the axis.
LABEL_ROOM = 4
DAYS = [0, 1, 3, 7, 14, 30, 90, 180, 365, 730, 1500]


# The ladder, from the schema


def levels(*courses: str) -> list[str]:
    """The levels of the ladder from the lowest to the highest, of some courses or of all but the trigger's."""
    level, course = (data.labels("crisis_steps", "rung", of=key) for key in ("level", "course"))
    kept = [level[rung] for rung in level if course[rung] in courses or (not courses and course[rung] != "trigger")]
    return list(dict.fromkeys(kept))


def crises(rows: pd.DataFrame) -> dict[str, str]:
    """The crises that have steps, in the order of the schema: id to label."""
    named, present = data.labels("crisis_steps", "crisis_id"), set(rows["crisis_id"].astype(str))
    return {crisis: label for crisis, label in named.items() if crisis in present}


def aligned(steps: pd.DataFrame) -> pd.DataFrame:
    """``alignment.since_trigger`` with the sides and levels of the schema."""
    side, level = data.labels("crisis_steps", "actor", of="side"), data.labels("crisis_steps", "rung", of="level")
    return alignment.since_trigger(steps, side, level)


def account(step) -> str:
    """By whose account a step was taken, to follow it in a sentence; empty where nobody disputes it."""
    sides = data.labels("crisis_steps", "denied_by")
    teller, denier = sides.get(step.told_by), sides.get(step.denied_by)
    if teller and teller == denier:
        return f", announced and denied by {teller}"
    if denier:
        return f" by {teller or 'others'}’s account, which {denier} denies"
    return f" by {teller}’s account" if teller else ""


def _told(rows: pd.DataFrame) -> list[str]:
    """The account of each row for a table: "India’s account, which Pakistan denies"; "–" where none is noted."""
    sides = data.labels("crisis_steps", "told_by")
    return [
        account(row).removeprefix(" by ").removeprefix(", ") or sides.get(row.told_by, "–") for row in rows.itertuples()
    ]


def _clock(rows: pd.DataFrame, narrow: bool, title: str = "days since the attack (compressed scale)") -> dict:
    """The scale and axis of days that all charts of the chapter share; it reaches to the last step of all."""
    last = float(rows["days"].max())
    shown = [day for day in DAYS if day <= last and (not narrow or day in (0, 1, 7, 30, 180, 730))]
    return {
        "scale": alt.Scale(type="symlog", constant=1, domain=[-0.12, last * 1.12], nice=False),
        "axis": alt.Axis(values=shown, grid=True, title=title, labelFlush=False),
    }


# One page for each crisis


def ladder_rows(rows: pd.DataFrame, crisis: str) -> pd.DataFrame:
    """The steps of one crisis with their place on its ladder.

    Args:
        rows: steps as :func:`aligned` gives them.
        crisis: id of the crisis.

    Returns:
        The steps with ``lane`` (level's place: positive for India, negative for Pakistan, 0 for others),
        ``reach`` (highest lane that the side has reached so far, signed, up to the end of the climb),
        ``label`` and ``label_lane`` (text of the first step at the highest level of each side, and where it
        stands), ``turned`` (text of a turn), ``until`` (on the last row of a side's line: the days at which the
        climb stopped), ``disputed`` (a side denies the step), and in words ``by``, ``rung``, ``date``, ``hour``,
        ``when`` and ``told`` (by whose account).
    """
    own = rows[rows["crisis_id"] == crisis].reset_index(drop=True)
    place = {level: i for i, level in enumerate(levels(), start=1)}
    sign = own["side"].map({SIDES[0]: 1, SIDES[1]: -1}).fillna(0).astype(int)
    height = own["level"].map(place).fillna(0).astype(int)
    rises = height.where(own["level"].isin(levels(*UP)) & (sign != 0) & (own["day"] >= 0))
    reach = rises.groupby(own["side"]).cummax().groupby(own["side"]).ffill()
    stop = alignment.turn(own, crisis, "climb_stops")
    climbing = sign != 0 if stop is None else (sign != 0) & (own["days"] <= stop.days)
    # The label goes to the first step at the highest level short of a signal.
    forceful = rises.where(~own["level"].isin(levels("signal")))
    top = forceful.eq(forceful.groupby(own["side"]).transform("max")) & forceful.notna()
    # No label where a signal came before, whose line would cross it, nor where the axis leaves no room.
    first = top & ~own["side"].where(top).duplicated() & (reach == height) & (own["days"] > LABEL_ROOM)
    label = own["title"].map(lambda title: "\n".join(textwrap.wrap(title, 26))).where(first)
    # Beside the rise that leads to its mark, or outwards of it where the side rose by a lane or two only.
    half = (label.str.count("\n") + 1) * 0.46
    risen = height - forceful.groupby(own["side"]).cummax().groupby(own["side"]).shift().fillna(0)
    beside = (height - half + 0.6).where(risen >= 2 * half, height + half - 0.3).clip(upper=len(place) + 0.2 - half)
    line = reach.where(climbing)
    last = line.notna() & ~own["side"].where(line.notna()).duplicated(keep="last")
    until = None if stop is None else round(float(stop.days), 3)
    zones = data.labels("crisis_steps", "time_zone")
    hours = own["time_local"] + ", " + own["time_zone"].astype("string").map(zones)
    actors, rungs = data.labels("crisis_steps", "actor"), data.labels("crisis_steps", "rung")
    return pd.DataFrame(
        {
            "days": own["days"].round(3),
            "lane": sign * height,
            "reach": line * sign,
            "until": [until if ends else None for ends in last],
            "side": own["side"],
            "by": own["actor"].astype(str).map(actors),
            "rung": own["rung"].astype(str).map(rungs),
            "title": own["title"],
            "date": measures.date_text(own["date"], own["date_precision"]),
            "hour": hours,
            "when": [alignment.time_text(step) for step in own.itertuples()],
            "label": label,
            "label_lane": (beside * sign).where(label.notna()).round(2),
            "turned": own["turn"].astype("string").map(TURNS),
            "told": _told(own),
            "disputed": own["denied_by"].notna(),
        }
    )


def draw_ladder(width: int, rows: pd.DataFrame) -> alt.LayerChart:
    """The steps of one crisis on a mirrored ladder. Draws :func:`ladder_rows`.

    Args:
        width: of the figure in pixels.
        rows: the steps of all crises, whose last day ends the axis, so that all ladders share one clock.
    """
    narrow = width < charts.BREAKPOINT
    names = ["others", *levels()]
    inner, top = width - (112 if narrow else 126), len(names) - 1
    sides = [side for side in SIDE_COLOURS]
    clock = _clock(rows, narrow)
    x = alt.X("days:Q", **clock)
    quoted = ",".join(f'"{name}"' for name in names)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", title=None).scale(domain=[-top - 0.8, top + 0.8], nice=False).axis(
            values=list(range(-top, top + 1)), labelExpr=f"[{quoted}][abs(datum.value)]", domain=False, ticks=False,
            grid=False, labelLimit=110, labelOverlap=False, labelFontSize=9.5 if narrow else 10.5,
        )  # fmt: skip

    legend = alt.Legend(title=None, orient="top", columns=2 if narrow else 4, offset=34)
    base = alt.Chart()
    edges = [
        base.transform_aggregate(n="count()")
        .transform_calculate(lane=str(edge))
        .mark_rule(color=charts.MUTED, opacity=0.4)
        .encode(y=y("lane"))
        for edge in (-0.5, 0.5)
    ]
    turns = base.transform_filter("datum.turned != null")
    rule = turns.mark_rule(strokeDash=[3, 3], color=charts.MUTED).encode(x=x)
    reach = (
        base.transform_filter("datum.reach != null")
        .mark_line(interpolate="step-after", strokeWidth=2)
        .encode(x=x, y=y("reach"), color=_sides("color", sides, legend))
    )
    onward = (
        base.transform_filter("datum.until != null")
        .mark_rule(strokeWidth=2)
        .encode(x=x, x2="until:Q", y=y("reach"), color=_sides("color", sides, legend))
    )
    marks = base.encode(
        x=x,
        y=y("lane"),
        color=_sides("color", sides, legend),
        shape=_sides("shape", sides, legend),
        tooltip=charts.hints(
            date="Date",
            hour="Hour",
            when="After the attack",
            by="Who",
            rung="Rung",
            title="Step",
            told="By whose account",
        ),
    )
    layers = [*edges, rule, reach, onward, *_points(marks, 40 if narrow else 56)]
    # The turns are named above the ladder, each on a line of its own.
    for row, words in enumerate(TURNS.values()):
        named = base.transform_filter(f"datum.turned == '{words}'")
        layers.append(
            named.mark_text(align="right", dx=-3, baseline="bottom", y=-2 - 13 * row, fontStyle="italic", fontSize=10.5)
            .encode(x=x, text="turned:N")
        )  # fmt: skip
    if not narrow:
        peaks = base.transform_filter("datum.label != null")
        layers.append(
            peaks.mark_text(align="right", dx=-10, dy=-6, baseline="middle", lineBreak="\n", fontSize=10.5)
            .encode(x=x, y=y("label_lane"), text="label:N")
        )  # fmt: skip
    return alt.layer(*layers, data=alt.NamedData("rows")).properties(width=inner, height=(2 * top + 1) * 14)


def _points(marks: alt.Chart, size: int) -> list[alt.Chart]:
    """The marks of steps: filled, or hollow where a side denies the step."""
    return [
        marks.transform_filter("!datum.disputed").mark_point(filled=True, size=size, opacity=1),
        marks.transform_filter("datum.disputed").mark_point(size=size, strokeWidth=2, opacity=1),
    ]


def _sides(channel: str, sides: list[str], legend) -> alt.Color | alt.Shape:
    """The colour or shape of the sides."""
    kind, looks = (alt.Color, SIDE_COLOURS) if channel == "color" else (alt.Shape, SIDE_SHAPES)
    return kind("side:N", sort=sides).scale(domain=sides, range=[looks[side] for side in sides]).legend(legend)


LADDER_COLUMNS = {
    "date": "Date",
    "hour": "Hour",
    "when": "After the attack",
    "by": "Who",
    "rung": "Rung",
    "title": "Step",
    "told": "By whose account",
}


def page(crisis: str, rows: pd.DataFrame) -> charts.Figure:
    """The ladder of one crisis with its words: the template of a crisis page.

    Args:
        crisis: id of the crisis, a category of ``crisis_steps``.
        rows: steps of all crises as :func:`aligned` gives them.
    """
    own, name = ladder_rows(rows, crisis), crises(rows)[crisis]
    return charts.figure(
        partial(draw_ladder, rows=rows),
        anchor=f"ladder-{crisis}",
        rows=own,
        columns=LADDER_COLUMNS,
        title=f"{name}: {len(own)} steps by time since the attack, {SIDES[0]} upwards, {SIDES[1]} downwards",
        takeaway=page_takeaway(rows, crisis),
        source="table crisis_steps of this book",
        alt=page_alt(rows, crisis),
        hint="A hollow mark is a step that one of the two sides denies. Point at a mark to read the step.",
    )


def page_takeaway(rows: pd.DataFrame, crisis: str) -> str:
    """How high each side went, by what account, and when."""
    top = _peaks(rows, levels("force"))
    return f"{crises(rows)[crisis]}: {'; '.join(f'{side} {_reach(rows, top, crisis, side)}' for side in SIDES)}."


def page_alt(rows: pd.DataFrame, crisis: str) -> str:
    """:func:`page_takeaway`, and when the climb stopped and the crisis ended."""
    text = page_takeaway(rows, crisis)
    for turn, words in (("climb_stops", "The climb stopped"), ("crisis_ends", "The crisis ended")):
        step = alignment.turn(rows, crisis, turn)
        if step is None:
            text += f" {words} at no documented step."
        else:
            text += f" {words} {_at(step)}: {step.title}{_renewed(rows, step)}{_judged(step)}."
    return text


def _peaks(rows: pd.DataFrame, among: list[str]) -> pd.DataFrame:
    return alignment.peaks(rows, levels(), among).set_index(["crisis_id", "side"])


def _reach(rows: pd.DataFrame, top: pd.DataFrame, crisis: str, side: str) -> str:
    """The highest force of a side as a predicate: "reached air strike, after about 11.5 days"."""
    if (crisis, side) not in top.index:
        return "used no force in this record"
    return f"reached {_height(rows, top, crisis, side)}"


def _height(rows: pd.DataFrame, top: pd.DataFrame, crisis: str, side: str) -> str:
    """The highest level of a side, when it came, by whose account, and by its own where it denies that."""
    step = top.loc[(crisis, side)]
    text = f"{step['level']}, {_at(step)}{account(step)}"
    if data.labels("crisis_steps", "denied_by").get(step["denied_by"]) != side or step["told_by"] == step["denied_by"]:
        return text
    own = _peaks(rows[rows["denied_by"].astype("string").fillna("") != step["denied_by"]], levels("force"))
    if (crisis, side) not in own.index:
        return f"{text}, while by its own it used none"
    admitted = own.loc[(crisis, side)]
    same = admitted["level"] == step["level"]
    return f"{text}, and {_at(admitted)} by its own" if same else f"{text}, and {admitted['level']} by its own"


def _disputed(rows: pd.DataFrame, crisis: str, level: str) -> str:
    """By whose account a crisis reached a level, where a side denies every step on it; otherwise empty."""
    on = rows[(rows["crisis_id"] == crisis) & (rows["level"] == level) & rows["side"].isin(SIDES) & (rows["day"] >= 0)]
    return account(on.iloc[0]) if len(on) and on["denied_by"].notna().all() else ""


def _judged(step: pd.Series) -> str:
    """That a turn is the judgement of this book, where its note says so."""
    return " (a turn by the judgement of this book)" if "Turn by this book" in str(step["note"]) else ""


def _at(step) -> str:
    """When a step was taken, to follow a verb: "after about 11.5 days", "on day 23", "the same day"."""
    when = alignment.time_text(step)
    if when.startswith("day"):
        return f"on {when}"
    if when.startswith("from"):
        return f"some time {when}"
    return f"the {when}" if when in ("same day", "next day") else f"after about {when}"


def _renewed(rows: pd.DataFrame, step: pd.Series) -> str:
    """How long after the attack that last renewed the crisis a turn came, where there was one."""
    attack = alignment.last_trigger(rows, step)
    if attack["day"] == 0 or step["turn"] != "climb_stops":
        return ""
    days = step["day"] - attack["day"]
    return f" ({days} {'day' if days == 1 else 'days'} after a further attack: {attack['title']})"


def step_table(rows: pd.DataFrame, crisis: str, documents: dict[str, dict]) -> pd.DataFrame:
    """The steps of one crisis with their summaries and the links of their sources, for ``tables.grid``."""
    own = rows[rows["crisis_id"] == crisis]
    placed = ladder_rows(rows, crisis)
    sources = own["sources"].map(lambda keys: [documents[key] for key in split_list(keys)]).to_numpy()
    noted = [
        summary if pd.isna(note) else f"{summary} ({note})"
        for summary, note in zip(own["summary"], own["note"], strict=True)
    ]
    return placed.assign(summary=noted, links=sources)


STEP_COLUMNS = {"date": "Date", "when": "After", "by": "Who", "rung": "Rung", "summary": "Step", "links": "Sources"}


# All crises on one clock


def climb_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The highest level that either side had reached, crisis by crisis, up to the step at which the climb stopped.

    Returns:
        Columns ``crisis`` (label), ``days``, ``height`` (rank, shifted a little for each crisis so that
        lines do not cover each other), ``level``, ``side``, ``title``, ``when``, ``told``, ``end`` (label of
        the crisis at the end of its line).
    """
    steps = levels("talk", "pressure", "force")
    sides = rows[rows["side"].isin(SIDES)]
    rises = alignment.climb(sides, steps)
    names, parts = crises(rows), []
    for i, (crisis, name) in enumerate(names.items()):
        own = rises[rises["crisis_id"] == crisis]
        stop = alignment.turn(rows, crisis, "climb_stops")
        if stop is None:
            stop = rows[rows["crisis_id"] == crisis].iloc[-1]
        last = own.iloc[-1]
        ends = {"days": max(stop.days, last.days), "rank": last["rank"], "level": last["level"], "side": stop.side}
        ends |= {key: None for key in alignment.ACCOUNT}
        shown = [*own.to_dict("records"), ends | {"title": stop.title, "when": alignment.time_text(stop)}]
        for row in shown:
            row.setdefault("when", alignment.time_text(pd.Series(row)) if "known_to" in row else None)
        part = pd.DataFrame(shown).assign(crisis=name, end=None)
        part["height"] = part["rank"] + (i - (len(names) - 1) / 2) * 0.09
        part.loc[part.index[-1], "end"] = name
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    table["days"], table["height"] = table["days"].round(3), table["height"].round(3)
    table["told"] = _told(table)
    return table[["crisis", "days", "height", "level", "side", "title", "when", "told", "end"]]


def draw_climb(width: int, rows: pd.DataFrame, names: list[str]) -> alt.LayerChart:
    """A line for each crisis from level to level. Draws :func:`climb_rows`."""
    narrow = width < charts.BREAKPOINT
    if len(names) > len(CRISIS_COLOURS):
        raise ValueError(
            f"{len(names)} crises and {len(CRISIS_COLOURS)} colours: add to charts.escalation.CRISIS_COLOURS"
        )
    steps = levels("talk", "pressure", "force")
    inner = width - (156 if narrow else 130)
    quoted = ",".join(f'"{name}"' for name in steps)
    x = alt.X("days:Q", **_clock(rows, narrow))
    y = alt.Y("height:Q", title=None).scale(domain=[-0.5, len(steps) - 0.4], nice=False).axis(
        values=list(range(len(steps))), labelExpr=f"[{quoted}][datum.value]", domain=False, ticks=False, grid=True,
        labelLimit=112, labelOverlap=False,
    )  # fmt: skip
    colour = alt.Color("crisis:N", sort=names).scale(domain=names, range=CRISIS_COLOURS[: len(names)]).legend(None)
    base = alt.Chart(alt.NamedData("rows"), width=inner, height=300).encode(x=x, y=y)
    line = base.mark_line(interpolate="step-after", strokeWidth=2.5).encode(color=colour)
    dots = base.mark_point(filled=True, size=50, opacity=1).encode(
        color=colour,
        tooltip=charts.hints(crisis="Crisis", level="Level reached", side="By", when="After the attack", title="Step"),
    )
    ends = base.transform_filter("datum.end != null")
    named = ends.mark_text(align="left", dx=7, fontWeight="bold", fontSize=12).encode(text="end:N")
    return line + dots + named


CLIMB_COLUMNS = {
    "crisis": "Crisis",
    "when": "After the attack",
    "level": "Highest level so far",
    "side": "By",
    "title": "Step",
    "told": "By whose account",
}


def climb_takeaway(rows: pd.DataFrame) -> str:
    """The highest level of force of each crisis, and how long the climbs took."""
    names, force = crises(rows), ["no force", *levels("force")]
    parts = "; ".join(
        f"{name} {force[height]}{_disputed(rows, crisis, force[height])}"
        for (crisis, name), height in zip(names.items(), heights(rows), strict=True)
    )
    turns = [alignment.turn(rows, crisis, "climb_stops") for crisis in names]
    days = [step["day"] for step in turns if step is not None]
    return f"Highest level of force: {parts}. The climb took {min(days)} to {max(days)} days."


def climb_alt(rows: pd.DataFrame) -> str:
    """The highest level of force of each crisis, and how long the climb took."""
    top, parts = _peaks(rows, levels("force")), []
    for crisis, name in crises(rows).items():
        own = top.loc[[crisis]] if crisis in top.index.get_level_values(0) else None
        high = "no force" if own is None else own.sort_values("rank").iloc[-1]["level"]
        stop = alignment.turn(rows, crisis, "climb_stops")
        told = _disputed(rows, crisis, high)
        parts.append(f"{name} {high}{told}" + ("" if stop is None else f", stopped {_at(stop)}{_judged(stop)}"))
    return f"Highest level reached, and when the climb stopped. {'. '.join(parts)}."


# Time to each rung


def first_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """When each side first reached each level above contact: one row per crisis, level and side.

    Returns:
        Columns ``crisis`` (label with its number of steps), ``level``, ``side``, ``days`` (empty where
        never), ``low`` and ``high`` (days, the span of the record), ``when`` ("–" where never), ``title``, ``told`` (by
        whose account) and ``disputed`` (a side denies it).
    """
    first = alignment.first_times(rows).set_index(["crisis_id", "level", "side"])
    sizes = rows["crisis_id"].astype(str).value_counts()
    table = []
    for crisis, name in crises(rows).items():
        for level in levels(*UP):
            for side in SIDES:
                key = (crisis, level, side)
                step = first.loc[key] if key in first.index else None
                known = step is not None
                table.append(
                    {
                        "crisis": f"{name} – {sizes[crisis]} steps",
                        "level": level,
                        "side": side,
                        "days": round(step["days"], 3) if known else None,
                        "low": round(step["hours_min"] / 24, 3) if known else None,
                        "high": round(step["hours_max"] / 24, 3) if known else None,
                        "when": alignment.time_text(step) if known else "–",
                        "title": step["title"] if known else None,
                        "told": account(step).removeprefix(" by ").removeprefix(", ") if known else "",
                        "disputed": bool(known and pd.notna(step["denied_by"])),
                    }
                )
    return pd.DataFrame(table)


def draw_first(width: int, rows: pd.DataFrame, panels: list[str]) -> alt.FacetChart:
    """First times by level, a panel for each crisis, the two sides side by side. Draws :func:`first_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter, aside = (112, 0) if narrow else (126, 151)
    inner = width - gutter - aside - 6
    order = levels(*UP)[::-1]
    sides = list(SIDES)
    y = alt.Y("level:N", title=None, sort=order).scale(domain=order).axis(
        domain=False, ticks=False, grid=True, labelLimit=gutter - 4, labelOverlap=False
    )  # fmt: skip
    shift = alt.YOffset("side:N", sort=sides).scale(domain=sides)
    legend = alt.Legend(title=None, orient="top")
    colour = _sides("color", sides, legend)
    base = alt.Chart().encode(y=y, yOffset=shift, color=colour)
    clock = _clock(rows, narrow)
    known = base.transform_filter("datum.days != null")
    span = known.mark_rule(strokeWidth=2.5).encode(x=alt.X("low:Q", **clock), x2="high:Q")
    dots = known.encode(
        x=alt.X("days:Q", **clock),
        shape=_sides("shape", sides, legend),
        tooltip=charts.hints(level="Level", side="By", when="After the attack", title="Step", told="By whose account"),
    )
    layers = [span, *_points(dots, 44)]
    if aside:
        for i, side in enumerate(sides):
            # Words keep the colour of text, which is darker; the mark before them says whose they are.
            said = alt.Chart().transform_filter(f"datum.side == '{side}'")
            place = alt.XValue(inner + 12 + 75 * i)
            mark = said.transform_filter("datum.days != null").mark_point(
                filled=True, size=26, opacity=1, shape=SIDE_SHAPES[side], color=SIDE_COLOURS[side]
            )
            words = said.mark_text(align="left", fontSize=10.5, dx=7)
            layers += [mark.encode(y=y, x=place), words.encode(y=y, x=place, text="when:N")]
    return (
        alt.layer(*layers)
        .properties(width=inner, height=len(order) * 17)
        .facet(row=charts.panels("crisis", panels, narrow), data=alt.NamedData("rows"), spacing=14)
    )


FIRST_COLUMNS = {
    "crisis": "Crisis",
    "level": "Level",
    "side": "Side",
    "when": "First reached",
    "title": "By",
    "told": "Where disputed",
}


def force_times(rows: pd.DataFrame) -> dict[str, pd.Series | None]:
    """For each crisis the first use of force by either side above fire across the line, if there was any."""
    force = levels("force")[1:]
    first = alignment.first_times(rows[rows["side"].isin(SIDES)])
    first = first[first["level"].isin(force)].sort_values(["hours_max", "hours_min"])
    return {
        crisis: (own.iloc[0] if len(own := first[first["crisis_id"] == crisis]) else None) for crisis in crises(rows)
    }


def first_takeaway(rows: pd.DataFrame) -> str:
    """When force beyond fire across the line was first used in each crisis, and by whom."""
    names, times = crises(rows), force_times(rows)
    parts = [
        f"{names[crisis]} {_at(step)}{account(step)} ({step['side']})"
        for crisis, step in times.items()
        if step is not None
    ]
    none = [names[crisis] for crisis, step in times.items() if step is None]
    without = f" None in {' and '.join(none)}." if none else ""
    return f"Force beyond {levels('force')[0]}: {'; '.join(parts)}.{without}"


def first_alt(rows: pd.DataFrame) -> str:
    """When force beyond fire across the line was first used in each crisis."""
    lowest = levels("force")[0]
    parts = []
    for crisis, step in force_times(rows).items():
        name = crises(rows)[crisis]
        came = (
            "none in this record" if step is None else f"{_at(step)}{account(step)} ({step['level']}, {step['side']})"
        )
        parts.append(f"{name} {came}")
    return f"Force beyond {lowest} came, after the attack. {'. '.join(parts)}."


# Peaks and turns


def peak_table(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per crisis: trigger, first force, each side's highest force, first signal, last force, in words."""
    force, signal = _peaks(rows, levels("force")), _peaks(rows, levels("signal"))
    table = []
    for crisis, name in crises(rows).items():
        own = rows[rows["crisis_id"] == crisis]
        used = own[own["level"].isin(levels("force")) & own["side"].isin(SIDES)]
        row = {"crisis": name, "trigger": own[own["rung"] == "trigger"].iloc[0]["title"], "steps": len(own)}
        for side in SIDES:
            known = (crisis, side) in force.index
            row[side] = _height(rows, force, crisis, side) if known else "none"
        end = alignment.turn(rows, crisis, "crisis_ends")
        said = [_signal(signal.loc[(crisis, side)], side, end) for side in SIDES if (crisis, side) in signal.index]
        row["signal"] = "; ".join(said) or "none"
        row["last"] = _at(used.iloc[-1]) if len(used) else "–"
        table.append(row)
    return pd.DataFrame(table)


def _signal(step: pd.Series, side: str, end: pd.Series | None) -> str:
    """When a side first gave a nuclear signal, by whose account, and whether only after the crisis had ended."""
    late = " (after the crisis had ended)" if end is not None and step["day"] > end["day"] else ""
    return f"{side} {_at(step)}{account(step)}{late}"


PEAK_COLUMNS = {
    "crisis": "Crisis",
    SIDES[0]: f"{SIDES[0]}: highest force",
    SIDES[1]: f"{SIDES[1]}: highest force",
    "signal": "Nuclear signal, first",
    "last": "Last force in the record",
    "steps": "Steps",
}


def turn_table(rows: pd.DataFrame, documents: dict[str, dict]) -> pd.DataFrame:
    """When each crisis turned and ended, at which step, by whose account, with the links of its sources."""
    turns, table = data.labels("crisis_steps", "turn"), []
    for crisis, name in crises(rows).items():
        for turn, label in turns.items():
            step = alignment.turn(rows, crisis, turn)
            row = {"crisis": name, "turn": label}
            if step is None:
                row |= {"when": None, "step": "no step documented", "note": None, "links": []}
            else:
                links = [documents[key] for key in split_list(step.sources)]
                title = f"{step.title}{_renewed(rows, step)}"
                row |= {"when": alignment.time_text(step), "step": title, "note": step.note, "links": links}
            table.append(row)
    return pd.DataFrame(table)


TURN_COLUMNS = {
    "crisis": "Crisis",
    "turn": "Turn",
    "when": "After the attack",
    "step": "Step",
    "note": "By whose account",
    "links": "Sources",
}


def means_table(rows: pd.DataFrame) -> pd.DataFrame:
    """The means of force of each side in each crisis: first use, first step, number of steps."""
    first = alignment.first_times(rows)
    first = first[first["level"].isin(levels("force")) & first["side"].isin(SIDES)]
    place = {level: i for i, level in enumerate(levels())}
    names = crises(rows)
    first = first.assign(
        crisis=first["crisis_id"].map(names),
        order=first["crisis_id"].map({crisis: i for i, crisis in enumerate(names)}),
        height=first["level"].map(place),
        when=[alignment.time_text(step) for step in first.itertuples()],
        told=_told(first),
    )
    return first.sort_values(["order", "height", "side"])[["crisis", "level", "side", "when", "title", "told", "steps"]]


MEANS_COLUMNS = {
    "crisis": "Crisis",
    "level": "Means",
    "side": "Side",
    "when": "First used after",
    "title": "First step",
    "told": "By whose account",
    "steps": "Steps",
}


# What stopped the climb, according to whom


# Marks on one line of a cell, on a narrow page.
IN_LINE = 3


def ending_rows(endings: pd.DataFrame) -> pd.DataFrame:
    """One row per statement: labels of ``crisis``, ``credited``, ``said``, ``speaker``, and its place in its cell.

    ``place`` is for one line of marks, ``near`` and ``line`` for lines of :data:`IN_LINE` marks on a narrow page.
    """
    named = {
        column: endings[column].astype(str).map(data.labels("crisis_endings", column))
        for column in ("crisis_id", "credited", "said", "by_kind")
    }
    table = endings.assign(
        crisis=named["crisis_id"], credited=named["credited"], said=named["said"], speaker=named["by_kind"]
    ).sort_values(["crisis_id", "said", "by_kind", "date"])
    cell = table.groupby(["crisis", "credited"])
    number, size = cell.cumcount(), cell["id"].transform("size")
    line = number // IN_LINE
    table["place"] = number - (size - 1) / 2
    table["near"] = number % IN_LINE - ((size - line * IN_LINE).clip(upper=IN_LINE) - 1) / 2
    table["line"] = line - (size - 1) // IN_LINE / 2
    table["date"] = measures.date_text(table["date"], table["date_precision"])
    return table[
        ["crisis", "credited", "said", "speaker", "by", "date", "statement", "note", "place", "near", "line", "sources"]
    ].reset_index(drop=True)


def draw_endings(width: int, names: list[str]) -> alt.LayerChart:
    """A mark for each statement by crisis and what it credits; hollow where it denies. Draws :func:`ending_rows`."""
    narrow = width < charts.BREAKPOINT
    credited = list(data.labels("crisis_endings", "credited").values())
    speakers = list(data.labels("crisis_endings", "by_kind").values())
    said = data.labels("crisis_endings", "said")
    inner = width - (142 if narrow else 166)
    if narrow:
        offsets = {
            "xOffset": alt.XOffset("near:Q").scale(domain=[-1.6, 1.6]),
            "yOffset": alt.YOffset("line:Q").scale(domain=[-1.2, 1.2]),
        }
    else:
        offsets = {"xOffset": alt.XOffset("place:Q").scale(domain=[-3, 3])}
    base = alt.Chart(alt.NamedData("rows"), width=inner, height=alt.Step(27)).encode(
        **offsets,
        x=alt.X("crisis:N", title=None, sort=names).scale(domain=names).axis(
            orient="top", labelAngle=-40 if narrow else 0, domain=False, ticks=False, labelFontWeight="bold"
        ),
        y=alt.Y("credited:N", title=None, sort=credited).scale(domain=credited).axis(
            domain=False, ticks=False, grid=True, labelLimit=162, labelFontSize=10 if narrow else 11
        ),
        color=alt.Color("speaker:N", sort=speakers).scale(domain=speakers, range=SPEAKER_COLOURS).legend(
            title="said by", orient="bottom", columns=1 if narrow else 6, labelLimit=140
        ),
        shape=alt.Shape("speaker:N", sort=speakers).scale(domain=speakers, range=SPEAKER_SHAPES),
        tooltip=charts.hints(
            by="Who", date="Date", said="Credits or denies", credited="What", statement="In our words"
        ),
    )  # fmt: skip
    size = 36 if narrow else 62
    gives = base.transform_filter(f"datum.said == '{said['credits']}'").mark_point(filled=True, size=size, opacity=1)
    denies = base.transform_filter(f"datum.said == '{said['denies']}'").mark_point(size=size, strokeWidth=1.8)
    return gives + denies


def ending_table(rows: pd.DataFrame, documents: dict[str, dict]) -> pd.DataFrame:
    """:func:`ending_rows` with the links of the sources, for ``tables.grid``."""
    words = [
        f"{row.statement} ({row.note})" if pd.notna(row.note) else row.statement for row in rows.itertuples(index=False)
    ]
    links = rows["sources"].map(lambda keys: [documents[key] for key in split_list(keys)])
    return rows.assign(position=rows["said"] + ": " + rows["credited"], words=words, links=links)


ENDING_COLUMNS = {
    "crisis": "Crisis",
    "by": "Who",
    "date": "Date",
    "position": "Position",
    "words": "In our words",
    "links": "Sources",
}


def credit_text(endings: pd.DataFrame) -> str:
    """How many statements of each state's speakers credit that state itself; speakers of pooled states are left out."""
    belongs, speakers = data.labels("crisis_endings", "credited", of="of"), data.labels("crisis_endings", "by_kind")
    counts = alignment.self_credit(endings, belongs, speakers)
    one = counts["speaker"].isin(belongs.values()) & (counts["speaker"] != speakers["other_state"])
    counts = counts[one & (counts["credits"] > 0)]
    return "; ".join(f"{row.speaker}: {row.own} of {row.credits}" for row in counts.itertuples())


BUILT_IN = (
    "The U.S. count says little, because what was looked for from Washington was what it says of its own part; India "
    "and Pakistan have two causes of their own each."
)


def ending_takeaway(endings: pd.DataFrame) -> str:
    """Self-credit, and how many deny others the credit."""
    denied = (endings["said"] == "denies").sum()
    return (
        f"Statements that credit the speaker's own state, of those that credit somebody: {credit_text(endings)}. "
        f"Of all {len(endings)} statements, {denied} deny others the credit."
    )


def ending_alt(endings: pd.DataFrame) -> str:
    """Self-credit, and who denies whom."""
    denied = endings[endings["said"] == "denies"]
    kinds = data.labels("crisis_endings", "by_kind")
    by = ", ".join(f"{kinds[kind]} {n}" for kind, n in denied["by_kind"].astype(str).value_counts().items())
    return (
        f"Of the statements that credit somebody, a state’s speakers credit that state itself: {credit_text(endings)}. "
        f"{BUILT_IN} Of all {len(endings)} statements, {len(denied)} deny others the credit (by speaker: {by})."
    )


# The pattern and its n


def heights(rows: pd.DataFrame) -> list[int]:
    """The highest force of each crisis as a number, 0 for none, in the order of the crises."""
    force, top = levels("force"), _peaks(rows, levels("force"))
    reached = {crisis: 0 for crisis in crises(rows)}
    for (crisis, _), step in top.iterrows():
        reached[crisis] = max(reached[crisis], force.index(step["level"]) + 1)
    return list(reached.values())


def climb_days(rows: pd.DataFrame) -> list[float]:
    """Days from the trigger to the step at which the climb stopped, of the crises that have one."""
    turns = [alignment.turn(rows, crisis, "climb_stops") for crisis in crises(rows)]
    return [float(step.days) for step in turns if step is not None]


def pattern_text(rows: pd.DataFrame) -> str:
    """Whether height and length have an order in time, with the exact p and the least that so few crises allow."""
    n = len(crises(rows))
    least = alignment.smallest_p(n)
    lines = []
    for values, what in ((heights(rows), "Highest force"), (climb_days(rows), "Length of the climb")):
        tau, p = alignment.order_p(values)
        found = f"Kendall’s tau {tau:.1f}".replace("-", "−") + f", exact {measures.p_text(p)} (n = {len(values)})"
        lines.append(f"- **{what}, from the first crisis to the last:** {found}.")
    return f"""
With {n} crises a test can hardly speak. If all {n} went the same way, a sign test would give
p = {least["sign"]:.4f} and no less; if they followed one another in a perfect order, a test of that order would give
p = {least["order"]:.4f} and no less.

{chr(10).join(lines)}

Neither is evidence of a trend. Nor are the {n} a sample: they are here because they became crises.
"""


def brief(rows: pd.DataFrame, endings: pd.DataFrame) -> str:
    """The findings of the notebook in a few sentences, as Markdown."""
    names, reached, force = crises(rows), heights(rows), ["no force", *levels("force")]
    n, order = len(names), alignment.order_p(reached)[1]
    high = "; ".join(
        f"{name} {force[height]}{_disputed(rows, crisis, force[height])}"
        for (crisis, name), height in zip(names.items(), reached, strict=True)
    )
    own = [
        name
        for crisis, name in names.items()
        if (s := alignment.turn(rows, crisis, "climb_stops")) is not None and _judged(s)
    ]
    judged = f" Where the climb of {', '.join(own)} stopped is the judgement of this book." if own else ""
    opened = [step for step in force_times(rows).values() if step is not None]
    disputed = [
        f"{names[crisis]}{account(step)}"
        for crisis, step in force_times(rows).items()
        if step is not None and pd.notna(step["denied_by"])
    ]
    with_account = f" ({'; '.join(disputed)})" if disputed else ""
    first = ", ".join(f"{side} in {sum(step['side'] == side for step in opened)}" for side in SIDES)
    span = f"{min(step['days'] for step in opened):.0f} to {max(step['days'] for step in opened):.0f}"
    turns = [alignment.turn(rows, crisis, "climb_stops") for crisis in names]
    stopped = [step for step in turns if step is not None]
    length = [step["day"] for step in stopped]
    renewed = [step["day"] - alignment.last_trigger(rows, step)["day"] for step in stopped]
    without = [name for crisis, name in names.items() if alignment.turn(rows, crisis, "crisis_ends") is None]
    closed = f"No documented step closes {', '.join(without)}." if without else "Each has a step that closes it."
    exact = int((rows["known_to"] == "minute").sum())
    return f"""
- **The highest force that India or Pakistan used in {n} crises:** {high}. So few show no trend.
- **Force beyond {levels("force")[0]} was used in {len(opened)} of {n} crises,** {span} days after an
  attack{with_account}. The state that used it first: {first}.
- **Each state tells these strikes differently.** India calls them answers to attacks that it lays to groups in
  Pakistan; Pakistan denies a part in the attacks.
- **The climb took {min(length)} to {max(length)} days** from the first attack, and
  {min(renewed)} to {max(renewed)} from the last one before it stopped.{judged} {closed}
- **What stopped it depends on who is asked.** Statements that credit the speaker's own state: {credit_text(endings)},
  which says little: from Washington only these were sought.
- **{n} cases do not show a trend.** The highest force against time gives {measures.p_text(order)}.
- **{exact} of {len(rows)} steps are known to the minute,** nearly all others to the day.
"""
