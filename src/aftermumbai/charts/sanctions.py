"""Who was listed when, by whom, and what was blocked: what the first half of notebook 08 draws.

Imports what stands before ``charts``; notebooks and other drawings import it.
"""

import altair as alt
import pandas as pd

from aftermumbai import charts, data, measures
from aftermumbai.charts import palette
from aftermumbai.charts.claims import ESSAY, MUMBAI
from aftermumbai.measures import listing
from aftermumbai.rules import split_list

GROUPS = ["let", "jud", "fif", "mml", "trf", "jem", "paff", "hm"]
LEADERS = {
    "hafiz-saeed": "Hafiz Saeed",
    "zaki-ur-rehman-lakhvi": "Lakhvi",
    "abdul-rehman-makki": "Makki",
    "sajid-mir": "Sajid Mir",
    "talha-saeed": "Talha Saeed",
    "masood-azhar": "Masood Azhar",
    "abdul-rauf-azhar": "Rauf Azhar",
    "syed-salahuddin": "Salahuddin",
}
# Names that only other charts of this chapter need.
SHORT = LEADERS | {
    "david-headley": "Headley",
    "tahawwur-rana": "Rana",
    "zafar-iqbal": "Zafar Iqbal",
    "abdul-salam-bhuttavi": "Bhuttavi",
    "yahya-mujahid": "Yahya Mujahid",
    "azam-cheema": "Azam Cheema",
    "shahid-mahmood": "Shahid Mahmood",
    "haji-muhammad-ashraf": "Haji Ashraf",
    "mahmoud-bahaziq": "Bahaziq",
    "mohiuddin-alamgir": "M. Alamgir",
    "ali-kashif-jan": "Ali Kashif Jan",
    "indian-nationals-2019": "Four Indians",
    "majeed-brigade": "Majeed Brigade",
    "sirajuddin-haqqani": "Sirajuddin Haqqani",
    "ahmed-omar-saeed-sheikh": "Omar Sheikh",
}
# Groups that the book calls otherwise than the UN list does.
UN_SPELLINGS = {"jem": "Jaish-i-Mohammed"}
UN, US, INDIA, PAKISTAN = "UN", "United States", "India", "Pakistan"
AUTHORITIES = {
    UN: ("un_1267",),
    US: ("us_fto", "us_sdgt"),
    INDIA: ("india_pota", "india_uapa"),
    PAKISTAN: ("pakistan_ata", "pakistan_unsc"),
    "United Kingdom": ("uk",),
    "European Union": ("eu_881", "eu_2580"),
    "Australia": ("australia",),
    "Canada": ("canada",),
}
AUTHORITY_COLOURS = dict(
    zip(
        AUTHORITIES,
        [
            palette.VIOLET,
            palette.TEAL,
            palette.BLUE,
            palette.GREEN,
            palette.RED,
            palette.OCHRE,
            palette.PINK,
            palette.GREY,
        ],
        strict=True,
    )
)
AUTHORITY_SHAPES = [
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "triangle-down",
    "cross",
    "triangle-right",
    "triangle-left",
]
FIRST_YEAR, LAST_YEAR = 2001, 2027
NOT_READ, UNDATED, NOT_COLLECTED = "–", "n. d.", "not collected"
GREY = palette.GREY


def names(groups: pd.DataFrame, people: pd.DataFrame) -> dict[str, str]:
    """Short name of each group and person in the charts of this chapter."""
    return groups.set_index("id")["short_name"].to_dict() | people.set_index("id")["name"].to_dict() | SHORT


def full_names(groups: pd.DataFrame, people: pd.DataFrame) -> dict[str, str]:
    """Full name of each group and person, spelled as the UN list does where it has an entry."""
    return groups.set_index("id")["name"].to_dict() | people.set_index("id")["name"].to_dict() | UN_SPELLINGS


def day_texts(rows: pd.DataFrame, date: str = "date", precision: str = "date_precision") -> pd.Series:
    """Dates as text, as far as they are known; missing where there is none."""
    known = rows[rows[date].notna()]
    return measures.date_text(known[date], known[precision].astype(object)).reindex(rows.index)


def day_of(row: pd.Series) -> str:
    """The date of one row as text, as far as it is known."""
    return measures.date_text(pd.Series([row["date"]]), pd.Series([str(row["date_precision"])]))[0]


def decimal_years(dates: pd.Series) -> pd.Series:
    """Days as decimal years; missing where there is none."""
    return dates.map(lambda day: None if pd.isna(day) else charts.decimal_year(day))


# Parts that several charts of this chapter share


def years(field: str, first: int = FIRST_YEAR) -> alt.X:
    """A place on the axis of years that charts of this chapter share."""
    return alt.X(field, title=None).scale(domain=[first, LAST_YEAR], nice=False)


def years_axis(first: int = FIRST_YEAR) -> alt.X:
    """The same with its numbers."""
    return years("x:Q", first).axis(alt.Axis(format="d", grid=False, values=[2005, 2010, 2015, 2020, 2025]))


def names_axis(field: str, sort, gutter: int, **options) -> alt.Y:
    """A lane per name, the names in a gutter at the left."""
    return alt.Y(field, title=None, sort=sort).axis(domain=False, ticks=False, labelLimit=gutter, **options)


def kinds(field: str, colours: dict[str, str], shapes: list[str], **legend) -> dict:
    """Colour and shape that tell kinds apart, with one legend on top for both."""
    order = list(colours)
    colour = alt.Color(field, sort=order).scale(domain=order, range=list(colours.values()))
    return {
        "color": colour.legend(title=legend.pop("title", None), orient="top", **legend),
        "shape": alt.Shape(field, sort=order).scale(domain=order, range=shapes),
    }


def reach(chart: alt.Chart, **keep: str) -> alt.Chart:
    """The rows of each name as one row, from its first mark (``low``) to its last (``high``)."""
    return chart.transform_aggregate(low="min(x)", high="max(x)", **keep, groupby=["name"])


def at_right(chart: alt.Chart, y: alt.Y, inner: int, field: str, head: str) -> list[alt.Chart]:
    """A text at the right end of each lane, and over them what it says, as layers."""
    place = {"align": "left", "dx": 4}
    heading = chart.transform_aggregate(n="count()").mark_text(**place, fontStyle="italic")
    return [
        chart.mark_text(**place).encode(y=y, x=alt.XValue(inner), text=field),
        heading.encode(y=alt.YValue(-7), x=alt.XValue(inner), text=alt.TextValue(head)),
    ]


def panel_title(text: str) -> alt.Title:
    """The bold title of one of several panels."""
    return alt.Title(text, fontWeight="bold", fontSize=12, anchor="start", frame="group")


# Who listed whom when


def listing_rows(designations: pd.DataFrame, groups: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """The first listing of each group and leader of this chapter by each authority.

    Returns:
        Columns ``panel`` (groups or leaders), ``name``, ``authority``, ``day`` ("by" a day where only a
        later act that repeats the listing was read), ``reference``, ``x`` (decimal year; missing where
        the day itself was not read), ``date``, ``after`` (days after the first dated listing by anybody;
        missing where undated), ``top`` and ``lane`` (place in the panel).
    """
    first = listing.first_listings(designations, AUTHORITIES)
    later = listing.restated(designations, AUTHORITIES)
    later = later.assign(by="by " + day_texts(later), date=pd.NaT)
    first = pd.concat([later, first]).drop_duplicates(["entity_id", "authority"])
    short = names(groups, people)
    wanted = [*GROUPS, *LEADERS]
    rows = first[first["entity_id"].isin(wanted)].copy()
    rows["rank"] = rows["entity_id"].map(wanted.index)
    earliest = rows.groupby("entity_id")["date"].transform("min")
    rows["panel"] = rows["entity_id"].isin(GROUPS).map({True: PANELS[0], False: PANELS[1]})
    rows["name"] = rows["entity_id"].map(short)
    rows["day"] = rows["by"].fillna(day_texts(rows)).fillna("date not read")
    rows["x"] = decimal_years(rows["date"])
    rows["after"] = (rows["date"] - earliest).dt.days.astype("Int64")
    rows["order"] = rows["authority"].map(list(AUTHORITIES).index)
    rows = rows.sort_values(["rank", "order"])
    # The place of the row and of the lane in its panel, from the top.
    rows["top"] = rows["rank"] % len(GROUPS) * len(AUTHORITIES)
    rows["lane"] = rows["top"] + rows["order"] + 0.5
    columns = ["panel", "name", "authority", "day", "reference", "x", "date", "after", "top", "lane"]
    return rows[columns].reset_index(drop=True)


PANELS = ["Groups and names", "Leaders"]
LISTING_COLUMNS = {
    "name": "Name",
    "authority": "Listed by",
    "day": "First listed",
    "reference": "Reference",
    "after": "Days after the first",
}


# Lanes of a name, one per authority, and their height in pixels.
LANES_OF_A_NAME, LANE = len(AUTHORITIES), 5


def draw_listings(width: int) -> alt.VConcatChart:
    """A row per name, a dot per authority, a line from the first listing to the last. Draws :func:`listing_rows`."""
    narrow = width < charts.BREAKPOINT
    inner = width - (88 if narrow else 110)
    panels = [
        _listing_panel(panel, labels, inner, narrow) for panel, labels in zip(PANELS, _panel_names(), strict=True)
    ]
    return alt.vconcat(*panels, data=alt.NamedData("rows"), spacing=16)


def _panel_names() -> list[list[str]]:
    short = data.load("groups").set_index("id")["short_name"]
    return [[short[group] for group in GROUPS], list(LEADERS.values())]


def _listing_panel(panel: str, labels: list[str], inner: int, narrow: bool) -> alt.LayerChart:
    size = LANES_OF_A_NAME * len(labels)
    scale = alt.Scale(domain=[size, 0], nice=False)
    axis = alt.Axis(
        values=[LANES_OF_A_NAME * (place + 0.5) for place in range(len(labels))],
        labelExpr=f"{labels}[floor(datum.value / {LANES_OF_A_NAME})]",
        domain=False,
        ticks=False,
        grid=False,
        labelLimit=100,
    )
    x = years_axis(FIRST_YEAR - 1)
    base = alt.Chart().transform_filter(f"datum.panel == '{panel}'")
    names_of = reach(base, top="min(top)")
    bounds = names_of.mark_rule(color=charts.MUTED, opacity=0.25).encode(y=alt.Y("top:Q", title=None, scale=scale))
    middle = alt.Y("middle:Q", title=None, scale=scale, axis=axis)
    lines = (
        names_of.transform_calculate(middle=f"datum.top + {LANES_OF_A_NAME / 2}")
        .mark_rule(color=charts.MUTED, strokeWidth=1.5)
        .encode(y=middle, x=years("low:Q", FIRST_YEAR - 1), x2="high:Q")
    )
    dots = base.transform_filter("isValid(datum.x)").mark_point(filled=True, size=36, opacity=1).encode(
        x=x,
        y=alt.Y("lane:Q", title=None, scale=scale),
        **kinds("authority:N", AUTHORITY_COLOURS, AUTHORITY_SHAPES, columns=2 if narrow else 4),
        tooltip=[
            alt.Tooltip("name:N", title="Name"),
            alt.Tooltip("authority:N", title="Listed by"),
            alt.Tooltip("day:N", title="First listed"),
            alt.Tooltip("reference:N", title="Reference"),
            alt.Tooltip("after:Q", title="Days after the first listing"),
        ],
    )  # fmt: skip
    return alt.layer(bounds, lines, dots).properties(width=inner, height=size * LANE, title=panel_title(panel))


def listing_matrix(designations: pd.DataFrame, groups: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """The day of the first listing of each name by each authority, as :func:`listing_rows` gives it: a row per name."""
    rows = listing_rows(designations, groups, people)
    full, short = full_names(groups, people), names(groups, people)
    ids = [*GROUPS, *LEADERS]
    table = rows.pivot(index="name", columns="authority", values="day")
    table = table.reindex(index=[short[key] for key in ids], columns=list(AUTHORITIES)).fillna(NOT_READ).reset_index()
    table["name"] = [full[key] for key in ids]
    return table


MATRIX_COLUMNS = {"name": "Name"} | {authority: authority for authority in AUTHORITIES}


def listing_takeaway(rows: pd.DataFrame) -> str:
    """How long the leaders of LeT and JeM waited between the first listing and the UN's."""
    un = rows[(rows["authority"] == UN) & rows["after"].notna()]
    leaders = un[un["panel"] == PANELS[1]].sort_values("after")
    parts = "; ".join(f"{row.name} {row.after:,}" for row in leaders.itertuples(index=False))
    missing = [name for name in LEADERS.values() if name not in set(un["name"])]
    return (
        f"Days from a leader's first listing by anybody to the UN's: {parts}. Not on the UN list: {', '.join(missing)}."
    )


# From the UN to Pakistan

ACTS = ["UN listing", "Pakistani listing that lapsed", "Pakistani listing, no end read"]
ACT_COLOURS = {ACTS[0]: AUTHORITY_COLOURS[UN], ACTS[1]: palette.OCHRE, ACTS[2]: AUTHORITY_COLOURS[PAKISTAN]}
ACT_SHAPES = ["circle", "triangle-down", "diamond"]


def lag_table(designations: pd.DataFrame, groups: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Days from the UN listing to the Pakistani one, for every name that both list with a date.

    Returns:
        One row per name: ``entity_id``, ``name``, ``un`` and ``pakistan`` (dates), ``un_day``,
        ``pakistan_day`` and ``pakistan_reference`` (text), ``lapsed`` (date of a first listing that
        expired; missing where there is none), ``low``, ``high`` and ``days`` (text), by length.
    """
    first = listing.first_listings(designations, AUTHORITIES)
    un = first[(first["authority"] == UN) & first["date"].notna()].set_index("entity_id")
    regimes = AUTHORITIES[PAKISTAN]
    stays = listing.lasting(designations, regimes)
    stays = stays.join(listing.possible_days(stays["date"], stays["date_precision"])).set_index("entity_id")
    days = listing.lag(un[["first", "last"]], stays[["first", "last"]])
    own = first[first["authority"] == PAKISTAN].set_index("entity_id")
    labels = data.labels("designations", "regime")
    rows = []
    for entity, row in days.sort_values("high").iterrows():
        act, opening = stays.loc[entity], own.loc[entity]
        rows.append(
            {
                "entity_id": entity,
                "name": names(groups, people)[entity],
                "un": un.loc[entity, "date"],
                "un_day": day_of(un.loc[entity]),
                "un_reference": un.loc[entity, "reference"],
                "pakistan": act["date"],
                "pakistan_day": day_of(act),
                "pakistan_reference": labels[act["regime"]]
                + ("" if pd.isna(act["reference"]) else f": {act['reference']}"),
                "lapsed": opening["date"] if opening["date"] < act["date"] else pd.NaT,
                "lapsed_day": day_of(opening) if opening["date"] < act["date"] else None,
                "low": row["low"],
                "high": row["high"],
                "days": listing.days_text(row["low"], row["high"]),
            }
        )
    table = pd.DataFrame(rows)
    return table.assign(
        un_text=table["un_day"] + ", " + table["un_reference"],
        pakistan_text=table["pakistan_day"] + ", " + table["pakistan_reference"],
    )


def lag_grid(
    table: pd.DataFrame, designations: pd.DataFrame, groups: pd.DataFrame, people: pd.DataFrame
) -> pd.DataFrame:
    """:func:`lag_table` with the names below it of which only a later Pakistani act was read: "at most 4,269" days."""
    first = listing.first_listings(designations, AUTHORITIES)
    un = first[(first["authority"] == UN) & first["date"].notna()].set_index("entity_id")
    later = listing.restated(designations, {PAKISTAN: AUTHORITIES[PAKISTAN]}).set_index("entity_id")
    labels, short = data.labels("designations", "regime"), names(groups, people)
    rows = []
    for entity, row in later[later.index.isin(un.index)].iterrows():
        days = (row["last"] - un.loc[entity, "first"]).days
        rows.append(
            {
                "name": short[entity],
                "un_text": f"{day_of(un.loc[entity])}, {un.loc[entity, 'reference']}",
                "pakistan_text": f"by {day_of(row)}, {labels[row['regime']]}: {row['reference']}",
                "days": f"at most {days:,}",
            }
        )
    return pd.concat([table, pd.DataFrame(rows)], ignore_index=True)


LAG_COLUMNS = {
    "name": "Name",
    "un_text": "UN listing",
    "pakistan_text": "Listed by Pakistan, no end read",
    "lapsed_day": "Listed before, lapsed",
    "days": "Days from the UN's listing",
}


def lag_rows(table: pd.DataFrame) -> pd.DataFrame:
    """:func:`lag_table` as one row per act: ``name``, ``act``, ``day``, ``x``, ``start``, ``stop``, ``days``."""
    parts = []
    for act, column in zip(ACTS, ["un", "lapsed", "pakistan"], strict=True):
        own = table[table[column].notna()]
        parts.append(
            pd.DataFrame(
                {
                    "name": own["name"],
                    "act": act,
                    "day": own["lapsed_day" if column == "lapsed" else f"{column}_day"],
                    "x": decimal_years(own[column]),
                    "days": own["days"],
                    "after": own["high"],
                }
            )
        )
    # Of acts on one day the later kind is drawn on top.
    rows = pd.concat(parts, ignore_index=True)
    return rows.sort_values(["after", "name"], kind="stable", ignore_index=True)


def draw_lags(width: int) -> alt.LayerChart:
    """A line per name from the UN's act to Pakistan's, with its length in days. Draws :func:`lag_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter, side = (88, 86) if narrow else (100, 100)
    inner = width - gutter - side
    base = alt.Chart(alt.NamedData("rows"), width=inner, height=alt.Step(24))
    y = names_axis("name:N", alt.SortField("after"), gutter)
    spans = (
        reach(base, after="max(after)")
        .mark_rule(strokeWidth=2, color=charts.MUTED, opacity=0.6)
        .encode(y=y, x=years("low:Q"), x2="high:Q")
    )
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=years_axis(),
        y=y,
        **kinds("act:N", ACT_COLOURS, ACT_SHAPES, direction="vertical" if narrow else "horizontal", labelLimit=300),
        tooltip=charts.hints(name="Name", act="Act", day="Date", days="Days from the UN's listing"),
    )
    lengths = base.transform_filter(f"datum.act == '{ACTS[0]}'")
    return alt.layer(spans, dots, *at_right(lengths, y, inner, "days:N", "days after"))


def lag_takeaway(table: pd.DataFrame) -> str:
    """How many names Pakistan listed before the UN, how many within 90 days, and the longest wait."""
    before = int((table["high"] < 0).sum())
    soon = int(((table["high"] >= 0) & (table["high"] <= 90)).sum())
    late = table[table["low"] > 90].sort_values("low")
    longest = late.iloc[-1]
    return (
        f"Of {len(table)} names that both list with a date, Pakistan listed {before} before the UN, {soon} within 90 "
        f"days after it and {len(late)} later than that; {longest['name']} waited {longest['days']} days."
    )


# Proposals at the committee

HOLDERS = ["held up by China", "held up by China and the UK", "held up by Western members", "no hold read"]
_HOLDER_LABELS = dict(zip([listing.CHINA, listing.CHINA_UK, listing.WESTERN], HOLDERS, strict=False))
HOLDER_COLOURS = dict(zip(HOLDERS, [palette.OCHRE, palette.RED, palette.TEAL, palette.GREY], strict=True))
STEPS = {
    "proposed": "circle",
    "held": "triangle-down",
    "extended": "triangle-right",
    "blocked": "cross",
    "listed": "square",
}


def proposal_rows(
    attempts: pd.DataFrame, steps: pd.DataFrame, groups: pd.DataFrame, people: pd.DataFrame
) -> pd.DataFrame:
    """Steps of proposals at the 1267 committee, with the span of each proposal and the wait of each target.

    Returns:
        One row per step but the lifting of a hold, which falls on the day of a listing: ``name`` of the
        target, ``proposal`` (who proposed), ``step`` (label), ``by``, ``day``, ``x``, ``start`` and
        ``stop`` of the proposal (decimal years), ``holder`` (of :data:`HOLDERS`), ``wait`` (text),
        ``rank`` (place of the target, by its first step), ``panel`` (of :data:`BID_PANELS`: China's where it
        held up one bid at least on that name).
    """
    waits = listing.waits(attempts, steps)
    labels = data.labels("un_listing_steps", "step")
    about = attempts.set_index("id")
    rows = steps[steps["step"] != "lifted"].copy()
    rows["target"] = rows["attempt_id"].map(about["target_id"])
    rows["name"] = rows["target"].map(names(groups, people))
    rows["proposal"] = rows["attempt_id"].map(about["proposed_by"]).fillna("not named")
    by = pd.Series(listing.holders(attempts).to_numpy(), index=attempts["id"])
    rows["holder"] = rows["attempt_id"].map(by).map(_HOLDER_LABELS).fillna(HOLDERS[3])
    rows["x"] = decimal_years(rows["date"])
    spans = rows.groupby("attempt_id")["x"].agg(["min", "max"])
    rows["start"], rows["stop"] = rows["attempt_id"].map(spans["min"]), rows["attempt_id"].map(spans["max"])
    rows["day"] = day_texts(rows)
    rows["step"] = rows["step"].astype(object).map(labels)
    rows["wait"] = rows["target"].map(lambda target: _wait_text(waits.loc[target]))
    ranks = rows.groupby("name")["x"].min().sort_values(kind="stable").index
    rows["rank"] = rows["name"].map(list(ranks).index)
    first = rows["holder"].map(HOLDERS.index).groupby(rows["name"]).transform("min")
    rows["panel"] = first.map(dict(enumerate([BID_PANELS[0], BID_PANELS[0], *BID_PANELS[1:]])))
    columns = ["name", "proposal", "step", "by", "day", "x", "start", "stop", "holder", "wait", "rank", "panel"]
    return rows.sort_values(["rank", "date", "attempt_id"], kind="stable")[columns].reset_index(drop=True)


def _wait_text(wait: pd.Series) -> str:
    return "not listed" if pd.isna(wait["listed"]) else f"{listing.days_text(wait['low'], wait['high'])} d"


PROPOSAL_COLUMNS = {
    "name": "Proposed name",
    "proposal": "Proposed by",
    "step": "Step",
    "by": "Taken by",
    "day": "Date",
    "wait": "From first proposal to listing",
}


# Year with which the axis of the bids begins.
FIRST_BID = 2005


# Whose holds a panel shows, so that place repeats what colour says.
BID_PANELS = ["Held up by China", "Held up by Western members", "No hold read"]


def draw_proposals(width: int) -> alt.VConcatChart:
    """A lane per name, a bar per proposal, a mark per step, a panel per holder. Draws :func:`proposal_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter, side = (106, 84) if narrow else (112, 110)
    inner = width - gutter - side
    labels = data.labels("un_listing_steps", "step")
    order = [labels[step] for step in STEPS]
    y = names_axis("name:N", alt.SortField("rank"), gutter)
    colour = (
        alt.Color("holder:N", sort=HOLDERS)
        .scale(domain=HOLDERS, range=list(HOLDER_COLOURS.values()))
        .legend(
            title=None, orient="top", columns=1 if narrow else 2, labelLimit=220, symbolType="square", symbolOpacity=1
        )
    )
    shape = (
        alt.Shape("step:N", sort=order)
        .scale(domain=order, range=list(STEPS.values()))
        .legend(title=None, orient="bottom", columns=2 if narrow else 5, symbolFillColor=GREY, symbolStrokeColor=GREY)
    )
    tooltip = charts.hints(
        name="Name", proposal="Proposed by", step="Step", by="By", day="Date", wait="From first proposal to listing"
    )

    def panel(name: str) -> alt.LayerChart:
        base = alt.Chart().transform_filter(f"datum.panel == '{name}'")
        lanes = (
            reach(base, rank="min(rank)")
            .mark_rule(strokeWidth=1, color=charts.MUTED, strokeDash=[2, 3])
            .encode(y=y, x=years("low:Q", FIRST_BID), x2="high:Q")
        )
        bars = base.mark_rule(strokeWidth=2).encode(y=y, x=years("start:Q", FIRST_BID), x2="stop:Q", color=colour)
        # Steps of one bid lie close together: holds stand a little higher, a block a little lower.
        edge = {"filled": True, "size": 40 if narrow else 54, "opacity": 1, "stroke": palette.WHITE, "strokeWidth": 0.7}
        marks = [
            base.transform_filter(f"indexof({[labels[step] for step in steps]}, datum.step) >= 0")
            .mark_point(yOffset=up, **edge)
            .encode(y=y, x=years_axis(FIRST_BID), color=colour, shape=shape, tooltip=tooltip)
            for steps, up in ((["proposed", "listed"], 0), (["held", "extended"], -6), (["blocked"], 6))
        ]
        waits = base.transform_aggregate(rank="min(rank)", groupby=["name", "wait"])
        text = at_right(waits, y, inner, "wait:N", "until listed")
        layers = alt.layer(lanes, bars, *marks, *text[: 2 if name == BID_PANELS[0] else 1])
        return layers.properties(width=inner, height=alt.Step(26), title=panel_title(name))

    return alt.vconcat(*[panel(name) for name in BID_PANELS], data=alt.NamedData("rows"), spacing=10)


def bids_text(attempts: pd.DataFrame) -> str:
    """Who held up or blocked how many of the bids."""
    by = listing.holders(attempts)
    china, both, western = ((by == who).sum() for who in (listing.CHINA, listing.CHINA_UK, listing.WESTERN))
    return (
        f"Of {len(attempts)} bids read (one name in one proposal), China held up or blocked {china + both} (with the "
        f"UK in {both}) and Western members {western}."
    )


def proposal_takeaway(attempts: pd.DataFrame, steps: pd.DataFrame) -> str:
    """How many bids China and others held up or blocked, and the wait of Azhar and Makki."""
    waits = listing.waits(attempts, steps)
    azhar, makki = waits.loc["masood-azhar"], waits.loc["abdul-rehman-makki"]
    return (
        f"{bids_text(attempts).replace(' (one name in one proposal)', '')} Azhar was listed "
        f"{listing.days_text(azhar['low'], azhar['high'])} days after India's first proposal, Makki "
        f"{listing.days_text(makki['low'], makki['high'])} (by one report)."
    )


def hold_table(
    attempts: pd.DataFrame, steps: pd.DataFrame, groups: pd.DataFrame, people: pd.DataFrame, links: dict[str, dict]
) -> pd.DataFrame:
    """Every bid: who made it, who held it up, for how long, for what reason, what came of it, and the documents."""
    held = listing.holds(attempts, steps)
    labels = data.labels("un_listing_attempts", "outcome")
    rows = attempts.copy()
    rows["name"] = rows["target_id"].map(full_names(groups, people))
    rows["proposed"] = day_texts(rows, "date_proposed")
    rows["ended"] = day_texts(rows, "outcome_date", "outcome_precision")
    rows["outcome"] = rows["outcome"].astype(object).map(labels)
    rows["days"] = [_held_days(held, key) for key in rows["id"]]
    rows["documents"] = rows["sources"].map(lambda keys: [links[key] for key in split_list(keys)])
    begins = rows["date_proposed"].fillna(rows["outcome_date"])
    rows["proposal"] = _joined(rows["proposed_by"], rows["proposed"])
    rows["held"] = _joined(rows["blocked_by"], rows["days"].mask(rows["days"] == NOT_READ))
    rows["end"] = _joined(rows["outcome"], rows["ended"])
    rows["words"] = _joined("reason given: " + rows["reason_given"], rows["note"], by="; ")
    columns = ["name", "proposal", "held", "end", "words", "documents"]
    return rows.assign(begins=begins).sort_values(["begins", "id"])[columns].reset_index(drop=True)


def _held_days(held: pd.DataFrame, key: str) -> str:
    if key not in held.index:
        return NOT_READ
    text = listing.days_text(held.loc[key, "low"], held.loc[key, "high"])
    return f"days {text}" if text == "not known" else f"{text} days"


def _joined(*parts: pd.Series, by: str = ", ") -> pd.Series:
    """Texts of one row joined, without those that are missing."""
    return pd.concat(parts, axis=1).apply(lambda row: by.join(row.dropna().astype(str)) or NOT_READ, axis=1)


HOLD_COLUMNS = {
    "name": "Name",
    "proposal": "Proposed",
    "held": "Held or blocked by, days on hold",
    "end": "Outcome",
    "words": "Reason given; note",
    "documents": "Sources",
}


# Fronts and aliases

TREE_AUTHORITIES = [UN, US, INDIA, PAKISTAN]


def tree_rows(groups: pd.DataFrame, designations: pd.DataFrame, fronts: pd.DataFrame) -> pd.DataFrame:
    """LeT and JeM with the names under them, in the order of a tree.

    Returns:
        One row per name: ``name``, ``full``, ``depth`` (0 for the group), ``row`` and ``parent_row``
        (places from the top; that of the parent is missing at the top), one column of text per
        authority of :data:`TREE_AUTHORITIES` (the year of the first listing, "n. d." where no date
        was read, or "–"), ``says`` (statements on whose front it is: how many name this parent, name
        another, deny, leave open; :data:`NOT_COLLECTED` where none was), ``note`` (who says so, of the
        table ``groups``).
    """
    parents = groups.set_index("id")["parent_id"]
    short, full = groups.set_index("id")["short_name"], groups.set_index("id")["name"]
    notes = groups.set_index("id")["note"]
    first = listing.first_listings(designations, AUTHORITIES).set_index(["entity_id", "authority"])
    order: list[tuple[str, int, str | None]] = []

    def walk(group: str, depth: int, parent: str | None) -> None:
        order.append((group, depth, parent))
        children = parents[parents == group].index
        dated = {child: _earliest(first, child) for child in children}
        for child in sorted(children, key=lambda child: (dated[child], short[child])):
            walk(child, depth + 1, group)

    for root in ("let", "jem"):
        walk(root, 0, None)
    place = {group: row for row, (group, _, _) in enumerate(order)}
    rows = []
    for group, depth, parent in order:
        row = {"name": short[group], "full": full[group], "depth": depth, "row": place[group]}
        row["parent_row"] = None if parent is None else place[parent]
        for authority in TREE_AUTHORITIES:
            row[authority] = NOT_READ
            if (group, authority) in first.index:
                date = first.loc[(group, authority), "date"]
                row[authority] = UNDATED if pd.isna(date) else str(date.year)
        row["says"] = _statements(fronts, group, parent)
        row["note"] = notes[group]
        rows.append(row)
    return pd.DataFrame(rows).astype({"parent_row": "Int64"})


def _earliest(first: pd.DataFrame, group: str) -> pd.Timestamp:
    if group not in first.index.get_level_values(0):
        return pd.Timestamp.max
    date = first.loc[group]["date"].min()
    return pd.Timestamp.max if pd.isna(date) else date


def _statements(fronts: pd.DataFrame, group: str, parent: str | None) -> str:
    own = fronts[fronts["front_id"] == group]
    if own.empty:
        return NOT_READ if parent is None else NOT_COLLECTED
    yes = own["said"] == "front_of"
    counts = {
        "say so": int((yes & (own["parent_id"] == parent)).sum()),
        "another": int((yes & (own["parent_id"] != parent)).sum()),
        "deny": int((own["said"] == "denied").sum()),
        "open": int((own["said"] == "open").sum()),
    }
    return ", ".join(f"{number} {what}" for what, number in counts.items() if number)


TREE_COLUMNS = (
    {"full": "Name", "name": "Short"}
    | {authority: authority for authority in TREE_AUTHORITIES}
    | {"says": "Statements on this tie", "note": "Who says so"}
)


def draw_tree(width: int) -> alt.LayerChart:
    """Names indented under their parents, and the year each authority first listed them. Draws :func:`tree_rows`."""
    narrow = width < charts.BREAKPOINT
    step, indent = (22, 10) if narrow else (22, 18)
    left = 146 if narrow else 215
    gap = (width - 8 - left) / (4 if narrow else 7.4)
    base = alt.Chart(alt.NamedData("rows"), width=width - 6).transform_calculate(
        tx=f"datum.depth * {indent} + 8", px=f"(datum.depth - 1) * {indent} + 3", ex=f"datum.depth * {indent} + 5"
    )
    xs = alt.Scale(domain=[0, width - 6], nice=False, zero=False)
    rows = alt.Scale(reverse=True, nice=False, zero=False, padding=12)
    y = alt.Y("row:Q", scale=rows, axis=None)
    x = alt.X("tx:Q", scale=xs, axis=None)
    down = base.transform_filter("isValid(datum.parent_row)").mark_rule(color=charts.MUTED).encode(
        x=alt.X("px:Q", scale=xs, axis=None), y=alt.Y("parent_row:Q", scale=rows, axis=None), y2="row:Q"
    )  # fmt: skip
    across = base.transform_filter("isValid(datum.parent_row)").mark_rule(color=charts.MUTED).encode(
        x=alt.X("px:Q", scale=xs, axis=None), x2="ex:Q", y=y
    )  # fmt: skip
    label = base.mark_text(align="left", baseline="middle", fontSize=10 if narrow else 11).encode(
        x=x,
        y=y,
        text="name:N",
        tooltip=[
            alt.Tooltip("full:N", title="Name"),
            *[alt.Tooltip(f"{authority}:N", title=f"Listed by {authority}") for authority in TREE_AUTHORITIES],
            alt.Tooltip("says:N", title="Statements on this tie"),
        ],
    )
    parts = [down, across, label]
    heads = {UN: "UN", US: "U.S.", INDIA: "India", PAKISTAN: "Pak." if narrow else "Pakistan"}
    for place, (authority, head) in enumerate(heads.items()):
        at = alt.XValue(left + gap * (place + 0.5))
        year = base.mark_text(baseline="middle", fontWeight="bold").encode(
            x=at,
            y=y,
            text=f"{authority}:N",
        )
        title = base.transform_aggregate(n="count()").mark_text(baseline="top").encode(
            x=at, y=alt.YValue(-14), text=alt.TextValue(head)
        )  # fmt: skip
        parts += [year, title]
    if not narrow:
        at = alt.XValue(left + gap * 4.1)
        says = base.mark_text(align="left", baseline="middle", fontSize=10).encode(x=at, y=y, text="says:N")
        title = base.transform_aggregate(n="count()").mark_text(align="left", baseline="top").encode(
            x=at, y=alt.YValue(-14), text=alt.TextValue("statements on this tie")
        )  # fmt: skip
        parts += [says, title]
    return alt.layer(*parts).properties(
        height=step * TREE_ROWS, padding={"top": 20, "left": 3, "right": 3, "bottom": 4}
    )


# The height of the tree is fixed, because a chart knows its width and not its rows.
TREE_ROWS = 22


def tree_takeaway(rows: pd.DataFrame) -> str:
    """How many names under LeT and JeM each authority lists."""
    under = rows[rows["depth"] > 0]
    parts = ", ".join(f"{authority} {int((under[authority] != NOT_READ).sum())}" for authority in TREE_AUTHORITIES)
    return f"Of {len(under)} names that stand under LeT or JeM in this record, so many are on a list: {parts}."


# Rewards


def reward_rows(rewards: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Offers of Rewards for Justice, largest first: ``name``, ``millions``, ``day``, ``label``, ``x``, ``summary``."""
    full = people.set_index("id")["name"]
    rows = rewards.copy()
    rows["name"] = ["Mumbai 2008, anybody" if pd.isna(key) else SHORT.get(key, full[key]) for key in rows["person_id"]]
    rows["millions"] = rows["amount_usd_max"] / 1_000_000
    rows["day"] = day_texts(rows, "date_announced").fillna("date not read")
    rows["label"] = [f"${amount:g}m, {day}" for amount, day in zip(rows["millions"], rows["day"], strict=True)]
    return rows.sort_values(["millions", "name"], ascending=[False, True])[
        ["name", "millions", "day", "label", "summary"]
    ].reset_index(drop=True)


REWARD_COLUMNS = {
    "name": "For",
    "millions": "Million dollars, at most",
    "day": "Announced",
    "summary": "What was offered",
}


def reward_takeaway(rewards: pd.DataFrame) -> str:
    """When the offers for Mumbai came, counted from the attack, and how many of them are for its planners."""
    dated = rewards[rewards["date_announced"].notna()]
    anybody = dated[dated["person_id"].isna()].iloc[0]
    saeed = dated[dated["person_id"] == "hafiz-saeed"].iloc[0]
    first, second = ((row["date_announced"] - MUMBAI).days for row in (saeed, anybody))
    return (
        f"The first offer tied to Mumbai, for Saeed, came {first:,} days after the attack; one for "
        f"anybody who took part, {second:,} days after it, {(ESSAY - anybody['date_announced']).days} before the "
        f"essay. The largest is {rewards['amount_usd_max'].max() / 1_000_000:.0f} million dollars."
    )


def draw_rewards(width: int) -> alt.LayerChart:
    """A bar per offer. Draws :func:`reward_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter = 138 if narrow else 150
    base = alt.Chart(alt.NamedData("rows"), width=width - gutter - 8, height=alt.Step(22)).encode(
        y=names_axis("name:N", None, gutter),
        tooltip=[
            alt.Tooltip("name:N", title="For"),
            alt.Tooltip("millions:Q", title="Million dollars, at most"),
            alt.Tooltip("day:N", title="Announced"),
        ],
    )
    x = alt.X("millions:Q", title="million dollars, at most").scale(domain=[0, 27 if narrow else 14]).axis(
        values=[0, 5, 10], grid=False
    )  # fmt: skip
    bars = base.mark_bar(height=12, color=AUTHORITY_COLOURS[US]).encode(x=x)
    return bars + base.mark_text(align="left", dx=5).encode(x=x, text="label:N")


# The register


def register(
    designations: pd.DataFrame, groups: pd.DataFrame, people: pd.DataFrame, links: dict[str, dict]
) -> pd.DataFrame:
    """Every act of every list in the record, with its reference and the documents, by name and date."""
    regimes, actions = data.labels("designations", "regime"), data.labels("designations", "action")
    full = full_names(groups, people)
    rows = designations.copy()
    rows["name"] = rows["entity_id"].map(full)
    rows["regime"] = rows["regime"].astype(object).map(regimes)
    rows["action"] = rows["action"].astype(object).map(actions)
    rows["day"] = day_texts(rows).fillna("not read")
    rows["documents"] = rows["sources"].map(lambda keys: [links[key] for key in split_list(keys)])
    order = rows.assign(key=rows["name"].str.casefold()).sort_values(["key", "date", "id"], na_position="last")
    order["entry"] = [
        name if pd.isna(listed) or listed.casefold() == name.casefold() else f"{name} (listed as {listed})"
        for name, listed in zip(order["name"], order["listed_name"], strict=True)
    ]
    order["act"] = _joined(order["regime"], order["action"])
    order["details"] = [
        "; ".join(part for part in (reference, note) if pd.notna(part)) or NOT_READ
        for reference, note in zip(order["reference"], order["note"], strict=True)
    ]
    return order[["entry", "act", "day", "details", "documents"]].reset_index(drop=True)


REGISTER_COLUMNS = {
    "entry": "Name",
    "act": "List and act",
    "day": "Date",
    "details": "Reference; note",
    "documents": "Sources",
}


def aliases(designations: pd.DataFrame, groups: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Name, UN reference and other names of everybody and everything listed in this record."""
    un = designations[(designations["regime"] == "un_1267") & (designations["action"] == "listed")]
    reference = un.set_index("entity_id")["reference"]
    both = pd.concat([groups[["id", "name", "aliases"]], people[["id", "name", "aliases"]]])
    rows = both[both["id"].isin(designations["entity_id"])].copy()
    rows["reference"] = rows["id"].map(reference)
    listed = rows["id"].map(UN_SPELLINGS)
    rows["aliases"] = rows["aliases"].mask(listed.notna(), rows["name"] + "; " + rows["aliases"].fillna(""))
    rows["name"] = listed.fillna(rows["name"])
    return rows.sort_values("name", key=lambda column: column.str.casefold())[["name", "reference", "aliases"]]


ALIAS_COLUMNS = {"name": "Name", "reference": "UN reference", "aliases": "Other names and spellings"}
