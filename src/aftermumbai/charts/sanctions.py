"""Who was listed when, what was blocked, who was in custody: what notebook 08 draws."""

from itertools import product
from typing import NamedTuple

import altair as alt
import pandas as pd

from aftermumbai import charts, data, measures
from aftermumbai.measures import custody, listing
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
        ["#0f75b8", "#d1412b", "#b7791f", "#4b8b1d", "#8250c4", "#1b8a96", "#c05a9a", "#6b7280"],
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
GREY = "#6b7280"


def names(groups: pd.DataFrame, people: pd.DataFrame) -> dict[str, str]:
    """Short name of each group and person in the charts of this chapter."""
    return groups.set_index("id")["short_name"].to_dict() | people.set_index("id")["name"].to_dict() | SHORT


def full_names(groups: pd.DataFrame, people: pd.DataFrame) -> dict[str, str]:
    """Full name of each group and person, spelled as the UN list does where it has an entry."""
    return groups.set_index("id")["name"].to_dict() | people.set_index("id")["name"].to_dict()


def _days(rows: pd.DataFrame, date: str = "date", precision: str = "date_precision") -> pd.Series:
    """Dates as text, as far as they are known; missing where there is none."""
    known = rows[rows[date].notna()]
    return measures.date_text(known[date], known[precision].astype(object)).reindex(rows.index)


def _year(dates: pd.Series) -> pd.Series:
    return dates.map(lambda day: None if pd.isna(day) else charts.decimal_year(day))


def _axis(first: int = FIRST_YEAR) -> alt.X:
    years = alt.Axis(format="d", grid=False, values=[2005, 2010, 2015, 2020, 2025])
    return alt.X("x:Q", title=None).scale(domain=[first, LAST_YEAR], nice=False).axis(years)


# Who listed whom when


def listing_rows(designations: pd.DataFrame, groups: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """The first listing of each group and leader of this chapter by each authority.

    Returns:
        Columns ``panel`` (groups or leaders), ``name``, ``authority``, ``day``, ``reference``, ``x``
        (decimal year; missing where no date was read), ``date``, ``after`` (days after the first dated
        listing by anybody; missing where undated), ``top`` and ``lane`` (place in the panel).
    """
    first = listing.first_listings(designations, AUTHORITIES)
    short = names(groups, people)
    wanted = [*GROUPS, *LEADERS]
    rows = first[first["entity_id"].isin(wanted)].copy()
    rows["rank"] = rows["entity_id"].map(wanted.index)
    earliest = rows.groupby("entity_id")["date"].transform("min")
    rows["panel"] = rows["entity_id"].isin(GROUPS).map({True: PANELS[0], False: PANELS[1]})
    rows["name"] = rows["entity_id"].map(short)
    rows["day"] = _days(rows).fillna("date not read")
    rows["x"] = _year(rows["date"])
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
    x = _axis(FIRST_YEAR - 1)
    base = alt.Chart().transform_filter(f"datum.panel == '{panel}'")
    names_of = base.transform_aggregate(low="min(x)", high="max(x)", top="min(top)", groupby=["name"])
    bounds = names_of.mark_rule(color=charts.RULE).encode(y=alt.Y("top:Q", title=None, scale=scale))
    middle = alt.Y("middle:Q", title=None, scale=scale, axis=axis)
    lines = (
        names_of.transform_calculate(middle=f"datum.top + {LANES_OF_A_NAME / 2}")
        .mark_rule(color=charts.MUTED, strokeWidth=1.5, opacity=0.6)
        .encode(
            y=middle, x=alt.X("low:Q", title=None).scale(domain=[FIRST_YEAR - 1, LAST_YEAR], nice=False), x2="high:Q"
        )
    )
    dots = base.transform_filter("isValid(datum.x)").mark_point(filled=True, size=36, opacity=1).encode(
        x=x,
        y=alt.Y("lane:Q", title=None, scale=scale),
        color=alt.Color("authority:N", sort=list(AUTHORITIES))
        .scale(domain=list(AUTHORITIES), range=list(AUTHORITY_COLOURS.values()))
        .legend(title=None, orient="top", columns=2 if narrow else 4),
        shape=alt.Shape("authority:N", sort=list(AUTHORITIES)).scale(
            domain=list(AUTHORITIES), range=AUTHORITY_SHAPES
        ),
        tooltip=[
            alt.Tooltip("name:N", title="Name"),
            alt.Tooltip("authority:N", title="Listed by"),
            alt.Tooltip("day:N", title="First listed"),
            alt.Tooltip("reference:N", title="Reference"),
            alt.Tooltip("after:Q", title="Days after the first listing"),
        ],
    )  # fmt: skip
    return alt.layer(bounds, lines, dots).properties(width=inner, height=size * LANE, title=_panel_title(panel))


def _panel_title(text: str) -> alt.Title:
    return alt.Title(text, fontWeight="bold", fontSize=12, anchor="start", frame="group")


def listing_matrix(designations: pd.DataFrame, groups: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """The day of the first listing of each name by each authority, as text: a row per name.

    Where only a later act that restates the listing was read, the cell says by which day it stood.
    """
    rows = listing_rows(designations, groups, people)
    full = full_names(groups, people)
    short = names(groups, people)
    table = rows.pivot(index="name", columns="authority", values="day").reindex(
        index=[short[key] for key in [*GROUPS, *LEADERS]], columns=list(AUTHORITIES)
    )
    ids = [*GROUPS, *LEADERS]
    for entity, authority, by in _restated(designations):
        if entity in ids and pd.isna(table.loc[short[entity], authority]):
            table.loc[short[entity], authority] = f"by {by}"
    table = table.fillna(NOT_READ).reset_index()
    table["name"] = [full[key] for key in [*GROUPS, *LEADERS]]
    return table


def _restated(designations: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Entity, authority and day of acts that restate a listing, which is therefore older than they are."""
    rows = designations[(designations["action"] == "amended") & designations["date"].notna()].sort_values("date")
    of = {regime: label for label, regimes in AUTHORITIES.items() for regime in regimes}
    rows = rows.assign(authority=rows["regime"].astype(object).map(of)).drop_duplicates(["entity_id", "authority"])
    return [(row["entity_id"], row["authority"], _text(row)) for _, row in rows.iterrows()]


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

ACTS = ["UN listing", "Pakistani listing that lapsed", "Pakistani listing in force since"]
ACT_COLOURS = {ACTS[0]: AUTHORITY_COLOURS[UN], ACTS[1]: "#b7791f", ACTS[2]: AUTHORITY_COLOURS[PAKISTAN]}
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
                "un_day": _text(un.loc[entity]),
                "un_reference": un.loc[entity, "reference"],
                "pakistan": act["date"],
                "pakistan_day": _text(act),
                "pakistan_reference": labels[act["regime"]]
                + ("" if pd.isna(act["reference"]) else f": {act['reference']}"),
                "lapsed": opening["date"] if opening["date"] < act["date"] else pd.NaT,
                "lapsed_day": _text(opening) if opening["date"] < act["date"] else None,
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


def _text(row: pd.Series) -> str:
    return measures.date_text(pd.Series([row["date"]]), pd.Series([str(row["date_precision"])]))[0]


LAG_COLUMNS = {
    "name": "Name",
    "un_text": "UN listing",
    "pakistan_text": "Listed by Pakistan, in force since",
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
                    "x": _year(own[column]),
                    "days": own["days"],
                    "after": own["high"],
                }
            )
        )
    return pd.concat(parts, ignore_index=True).sort_values(["after", "name", "act"], ignore_index=True)


def draw_lags(width: int) -> alt.LayerChart:
    """A line per name from the UN's act to Pakistan's, with its length in days. Draws :func:`lag_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter, side = (88, 86) if narrow else (100, 100)
    inner = width - gutter - side
    base = alt.Chart(alt.NamedData("rows"), width=inner, height=alt.Step(24))
    y = alt.Y("name:N", title=None, sort=alt.SortField("after")).axis(domain=False, ticks=False, labelLimit=gutter)
    x = _axis()
    spans = (
        base.transform_aggregate(low="min(x)", high="max(x)", after="max(after)", groupby=["name"])
        .mark_rule(strokeWidth=2, color=charts.MUTED, opacity=0.6)
        .encode(y=y, x=alt.X("low:Q", title=None).scale(domain=[FIRST_YEAR, LAST_YEAR], nice=False), x2="high:Q")
    )
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=x,
        y=y,
        color=alt.Color("act:N", sort=ACTS)
        .scale(domain=ACTS, range=list(ACT_COLOURS.values()))
        .legend(title=None, orient="top", direction="vertical" if narrow else "horizontal", labelLimit=300),
        shape=alt.Shape("act:N", sort=ACTS).scale(domain=ACTS, range=ACT_SHAPES),
        tooltip=[
            alt.Tooltip("name:N", title="Name"),
            alt.Tooltip("act:N", title="Act"),
            alt.Tooltip("day:N", title="Date"),
            alt.Tooltip("days:N", title="Days from the UN's listing"),
        ],
    )
    lengths = base.transform_filter(f"datum.act == '{ACTS[0]}'").mark_text(align="left", dx=4).encode(
        y=y, x=alt.value(inner), text="days:N"
    )  # fmt: skip
    return alt.layer(spans, dots, lengths)


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
HOLDER_COLOURS = dict(zip(HOLDERS, ["#d1412b", "#b7791f", "#0f75b8", "#6b7280"], strict=True))
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
        ``rank`` (place of the target, by its first step).
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
    rows["x"] = _year(rows["date"])
    spans = rows.groupby("attempt_id")["x"].agg(["min", "max"])
    rows["start"], rows["stop"] = rows["attempt_id"].map(spans["min"]), rows["attempt_id"].map(spans["max"])
    rows["day"] = _days(rows)
    rows["step"] = rows["step"].astype(object).map(labels)
    rows["wait"] = rows["target"].map(lambda target: _wait_text(waits.loc[target]))
    ranks = rows.groupby("name")["x"].min().sort_values(kind="stable").index
    rows["rank"] = rows["name"].map(list(ranks).index)
    columns = ["name", "proposal", "step", "by", "day", "x", "start", "stop", "holder", "wait", "rank"]
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


def draw_proposals(width: int) -> alt.LayerChart:
    """A lane per name, a bar per proposal, a mark per step. Draws :func:`proposal_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter, side = (106, 84) if narrow else (112, 110)
    inner = width - gutter - side
    labels = data.labels("un_listing_steps", "step")
    order = [labels[step] for step in STEPS]
    base = alt.Chart(alt.NamedData("rows"), width=inner, height=alt.Step(22))
    y = alt.Y("name:N", title=None, sort=alt.SortField("rank")).axis(domain=False, ticks=False, labelLimit=gutter)
    domain = alt.Scale(domain=[2005, LAST_YEAR], nice=False)
    colour = (
        alt.Color("holder:N", sort=HOLDERS)
        .scale(domain=HOLDERS, range=list(HOLDER_COLOURS.values()))
        .legend(title=None, orient="top", columns=1 if narrow else 2, labelLimit=220, symbolType="square")
    )
    lanes = base.transform_aggregate(low="min(x)", high="max(x)", rank="min(rank)", groupby=["name"]).mark_rule(
        strokeWidth=1, color=charts.MUTED, strokeDash=[2, 3]
    ).encode(y=y, x=alt.X("low:Q", title=None, scale=domain), x2="high:Q")  # fmt: skip
    bars = base.mark_rule(strokeWidth=6, opacity=0.45).encode(
        y=y, x=alt.X("start:Q", title=None, scale=domain), x2="stop:Q", color=colour
    )
    years = alt.Axis(format="d", grid=False, values=[2005, 2010, 2015, 2020, 2025])
    marks = base.mark_point(filled=True, size=60, opacity=1).encode(
        y=y,
        x=alt.X("x:Q", title=None, scale=domain, axis=years),
        color=colour,
        shape=alt.Shape("step:N", sort=order)
        .scale(domain=order, range=list(STEPS.values()))
        .legend(title=None, orient="bottom", columns=2 if narrow else 5, symbolFillColor=GREY, symbolStrokeColor=GREY),
        tooltip=[
            alt.Tooltip("name:N", title="Name"),
            alt.Tooltip("proposal:N", title="Proposed by"),
            alt.Tooltip("step:N", title="Step"),
            alt.Tooltip("by:N", title="By"),
            alt.Tooltip("day:N", title="Date"),
            alt.Tooltip("wait:N", title="From first proposal to listing"),
        ],
    )
    waits = base.transform_aggregate(rank="min(rank)", groupby=["name", "wait"]).mark_text(align="left", dx=4).encode(
        y=y, x=alt.value(inner), text="wait:N"
    )  # fmt: skip
    return alt.layer(lanes, bars, marks, waits)


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
        f"{bids_text(attempts)} Azhar was listed {listing.days_text(azhar['low'], azhar['high'])} days after India's "
        f"first proposal, Makki {listing.days_text(makki['low'], makki['high'])} (by one report)."
    )


def hold_table(
    attempts: pd.DataFrame, steps: pd.DataFrame, groups: pd.DataFrame, people: pd.DataFrame, links: dict[str, dict]
) -> pd.DataFrame:
    """Every bid: who made it, who held it up, for how long, for what reason, what came of it, and the documents."""
    held = listing.holds(attempts, steps)
    labels = data.labels("un_listing_attempts", "outcome")
    rows = attempts.copy()
    rows["name"] = rows["target_id"].map(full_names(groups, people))
    rows["proposed"] = _days(rows, "date_proposed")
    rows["ended"] = _days(rows, "outcome_date", "outcome_precision")
    rows["outcome"] = rows["outcome"].astype(object).map(labels)
    rows["days"] = [_held_days(held, key) for key in rows["id"]]
    rows["documents"] = rows["sources"].map(lambda keys: [links[key] for key in split_list(keys)])
    begins = rows["date_proposed"].fillna(rows["outcome_date"])
    rows["proposal"] = _joined(rows["proposed_by"], rows["proposed"])
    rows["held"] = _joined(rows["blocked_by"], rows["days"].mask(rows["days"] == NOT_READ))
    rows["end"] = _joined(rows["outcome"], rows["ended"])
    rows["reason"] = rows["reason_given"].fillna(NOT_READ)
    columns = ["name", "proposal", "held", "reason", "end", "note", "documents"]
    return rows.assign(begins=begins).sort_values(["begins", "id"])[columns].reset_index(drop=True)


def _held_days(held: pd.DataFrame, key: str) -> str:
    if key not in held.index:
        return NOT_READ
    text = listing.days_text(held.loc[key, "low"], held.loc[key, "high"])
    return f"days {text}" if text == "not known" else f"{text} days"


def _joined(*parts: pd.Series) -> pd.Series:
    """Texts of one row joined by commas, without those that are missing."""
    return pd.concat(parts, axis=1).apply(lambda row: ", ".join(row.dropna().astype(str)) or NOT_READ, axis=1)


HOLD_COLUMNS = {
    "name": "Name",
    "proposal": "Proposed",
    "held": "Held or blocked by, days on hold",
    "reason": "Reason given",
    "end": "Outcome",
    "note": "Note",
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
        at = alt.value(left + gap * (place + 0.5))
        year = base.mark_text(baseline="middle", fontWeight="bold").encode(
            x=at,
            y=y,
            text=f"{authority}:N",
            color=alt.condition(
                f"datum['{authority}'] == '{NOT_READ}'", alt.value("#767c88"), alt.value(AUTHORITY_COLOURS[authority])
            ),
        )
        title = base.transform_aggregate(n="count()").mark_text(baseline="top").encode(
            x=at, y=alt.value(-14), text=alt.value(head)
        )  # fmt: skip
        parts += [year, title]
    if not narrow:
        at = alt.value(left + gap * 4.1)
        says = base.mark_text(align="left", baseline="middle", fontSize=10).encode(x=at, y=y, text="says:N")
        title = base.transform_aggregate(n="count()").mark_text(align="left", baseline="top").encode(
            x=at, y=alt.value(-14), text=alt.value("statements on this tie")
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
    rows["day"] = _days(rows, "date_announced").fillna("date not read")
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
        f"The first offer tied to Mumbai that was read, for Saeed, came {first:,} days after the attack; one for "
        f"anybody who took part, {second:,} days after it, {(ESSAY - anybody['date_announced']).days} before the "
        f"essay. The largest is {rewards['amount_usd_max'].max() / 1_000_000:.0f} million dollars."
    )


def draw_rewards(width: int) -> alt.LayerChart:
    """A bar per offer. Draws :func:`reward_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter = 138 if narrow else 150
    base = alt.Chart(alt.NamedData("rows"), width=width - gutter - 8, height=alt.Step(22)).encode(
        y=alt.Y("name:N", title=None, sort=None).axis(domain=False, ticks=False, labelLimit=gutter),
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
SINCE, MUMBAI, ESSAY = (pd.Timestamp(day) for day in ("2001-01-01", "2008-11-26", "2019-02-24"))
REPORT = "reported at large"
UNCLEAR = "held, for how long is unclear"
STATE_COLOURS = {
    "house_arrest": "#b7791f",
    "held": "#d1412b",
    "remand": "#8250c4",
    "serving": "#0f75b8",
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
                "begin": _text(start),
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
            "finish": NOT_READ,
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
    table["name"] = table["person"].map(SHORT)
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
    y = alt.Y("name:N", title=None, sort=[SHORT[person] for person in LANES]).axis(
        domain=False, ticks=False, grid=True, tickBand="extent", labelLimit=gutter
    )
    x = _axis()
    kinds, colours = [labels[state] for state in STATE_COLOURS], list(STATE_COLOURS.values())
    colour = (
        alt.Color("kind:N", sort=kinds)
        .scale(domain=kinds, range=colours)
        .legend(title=None, orient="top", columns=1 if narrow else 2, labelLimit=230, symbolType="square")
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
            symbolStrokeColor=GREY,
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
        .transform_calculate(stop=f"max(datum.x2, datum.x + {2.5 * (LAST_YEAR - FIRST_YEAR) / inner:.3f})")
        .mark_bar(size=STATE_HEIGHTS[state])
        .encode(y=y, x=x, x2="stop:Q", color=colour, tooltip=tooltip)
        for state in STATE_COLOURS
    ]
    ends = base.transform_filter("datum.open").mark_point(shape="triangle-right", filled=True, size=150).encode(
        y=y, x=alt.X("x2:Q", title=None).scale(domain=[FIRST_YEAR, LAST_YEAR], nice=False), color=colour
    )  # fmt: skip
    point = {"filled": False, "color": GREY, "strokeWidth": 1.8, "opacity": 1}
    unclear = base.transform_filter("datum.state == 'unclear'").mark_point(size=110, **point).encode(
        y=y, x=x, shape=shape, tooltip=tooltip
    )  # fmt: skip
    below = alt.Y("name:N", title=None, sort=[SHORT[person] for person in LANES], bandPosition=0.88)
    reports = base.transform_filter("datum.state == 'report'").mark_point(size=50, **point).encode(
        y=below, x=x, shape=shape, tooltip=tooltip
    )  # fmt: skip
    totals = base.transform_aggregate(n="count()", groupby=["name", "total"]).mark_text(align="left", dx=4).encode(
        y=y, x=alt.value(inner), text="total:N"
    )  # fmt: skip
    return alt.layer(*bars, ends, unclear, reports, totals)


def custody_takeaway(steps: pd.DataFrame, until: pd.Timestamp) -> str:
    """Days in custody since 2001 per person, split by kind for Saeed."""
    totals = custody.days_by_state(custody.segments(steps), SINCE, until)
    saeed = totals.loc["hafiz-saeed"]
    parts = "; ".join(f"{SHORT[person]} {totals.loc[person, 'custody']:,}" for person in LANES)
    return (
        f"Days in custody, of {saeed['window']:,} from January 2001 to {until:%B %Y}, as far as confirmed: {parts}. "
        f"Saeed's are {saeed['house_arrest']:,} at home, {saeed['held']:,} held without charge, {saeed['remand']:,} "
        f"for trial and {saeed['serving']:,} under sentence."
    )


def custody_totals(steps: pd.DataFrame, people: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Days since 2001 in each kind of custody and outside it, for the people of this chapter."""
    totals = custody.days_by_state(custody.segments(steps), SINCE, until).loc[LANES]
    died = steps[steps["step"].isin(["died", "executed"])].set_index("person_id")["date"]
    window = [(min(until, died.get(person, until)) - SINCE).days for person in LANES]
    full = people.set_index("id")["name"]
    table = totals.assign(window=window, outside=[w - c for w, c in zip(window, totals["custody"], strict=True)])
    table["percent"] = (table["custody"] / table["window"]).map("{:.0%}".format)
    table["name"] = [full[person] for person in LANES]
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
    finish = [NOT_READ if pd.isna(row.end_id) else _text(about.loc[row.end_id]) for row in table.itertuples()]
    words = [None if pd.isna(row.end_id) else about.loc[row.end_id, "summary"] for row in table.itertuples()]
    ranges = [_length(row, about, until) for row in table.itertuples()]
    short = names(groups, people)
    return pd.DataFrame(
        {
            "name": table["person_id"].map(short),
            "start": table["start"],
            "exact": first["date_precision"] == "day",
            "verdict": first["step"] == "sentenced",
            "begin": [_text(row) for _, row in first.iterrows()],
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
    custody.ENDINGS["court"]: "#0f75b8",
    custody.ENDINGS["executive"]: "#b7791f",
    custody.ENDINGS["running"]: "#8250c4",
    custody.ENDINGS["unknown"]: "#6b7280",
    custody.ENDINGS["dead"]: "#6b7280",
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
    gutter, side = (142, 36) if narrow else (170, 70)
    inner = width - gutter - side
    order = list(ENDING_COLOURS)
    scale = alt.Scale(type="log", domain=[1, 10_000], nice=False)
    field = "brief:N" if narrow else "label:N"
    y = alt.Y(field, title=None, sort=alt.SortField("start")).axis(domain=False, ticks=False, labelLimit=gutter)
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
        color=alt.Color("ending:N", sort=order)
        .scale(domain=order, range=list(ENDING_COLOURS.values()))
        .legend(title="Ended by", orient="top", columns=1 if narrow else 3),
        shape=alt.Shape("ending:N", sort=order).scale(domain=order, range=ENDING_SHAPES),
        tooltip=[
            alt.Tooltip("name:N", title="Who"),
            alt.Tooltip("begin:N", title="From"),
            alt.Tooltip("finish:N", title="Until"),
            alt.Tooltip("length:N", title="Days"),
            alt.Tooltip("ending:N", title="Ended by"),
            alt.Tooltip("ended_text:N", title="In our words"),
        ],
    )
    numbers = base.mark_text(align="left", dx=8).encode(x=x, text="number:N")
    layers = alt.layer(lines, dots, numbers)
    panels = [
        layers.transform_filter(alt.datum.kind == kind).properties(
            width=inner, height=alt.Step(21), title=_panel_title(kind)
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
        f"Of {len(table)} detentions in Pakistan, {len(bare)} never came to a sentence: half of them lasted "
        f"{bare['days'].median():,.0f} days or less, and courts or review boards ended {court} of them. "
        f"{int(known['sentenced'].sum())} led to a sentence; of {unclear} the length is unclear."
    )


ANY = "any of the four"
NO_ATTACKS = "a listing or FATF decision, without attacks"
KIND_ATTACK, KIND_UN, KIND_US, KIND_FATF = (
    "attack laid to LeT or JeM",
    "UN listing",
    "U.S. listing",
    "FATF or APG decision",
)
PRESSURE_COLOURS = {KIND_ATTACK: "#d1412b", KIND_UN: "#0f75b8", KIND_US: "#b7791f", KIND_FATF: "#8250c4"}
PRESSURE_SHAPES = ["cross", "circle", "square", "triangle-up"]
# Attacks count from so many people killed on: five is the record's own rule of entry, ten a check.
DEADLY = (5, 10)
WINDOWS = (30, 60)
# An act of the FATF that took Pakistan off a list is no pressure.
EASED = ("removed",)


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
) -> pd.DataFrame:
    """What may have pressed Pakistan to act: ``date``, ``kind`` and ``label``, one row per day and kind.

    Attacks that killed ``deadly`` or more by the lowest settled count and that a state laid to LeT, JeM
    or a name under them; listings of these, or of their people, by the UN and the United States;
    decisions of the FATF and the APG on Pakistan but for those of :data:`EASED`. Dates known to the day only.
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
    short = names(groups, people)
    parts = [
        pd.DataFrame({"date": attacks["date"], "kind": KIND_ATTACK, "label": attacks["label"].fillna(attacks["title"])})
    ]
    for kind, regimes in ((KIND_UN, AUTHORITIES[UN]), (KIND_US, AUTHORITIES[US])):
        own = acts[acts["regime"].isin(regimes)]
        parts.append(pd.DataFrame({"date": own["date"], "kind": kind, "label": own["entity_id"].map(short)}))
    known = plenaries[(plenaries["date_precision"] == "day") & ~plenaries["status"].isin(EASED)]
    parts.append(pd.DataFrame({"date": known["date"], "kind": KIND_FATF, "label": known["body"].astype(str)}))
    rows = pd.concat(parts, ignore_index=True)
    joined = rows.groupby(["date", "kind"], sort=True)["label"].agg(lambda labels: ", ".join(dict.fromkeys(labels)))
    return joined.reset_index()


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
            rows.append(labels | {"kind": NOT_READ, "what": NOT_READ, "day": NOT_READ, "lag": None})
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
    order = list(PRESSURE_COLOURS)
    field = "brief:N" if narrow else "label:N"
    y = alt.Y(field, title=None, sort=alt.SortField("start")).axis(
        domain=False, ticks=False, labelLimit=gutter, grid=True
    )
    x = alt.X("lag:Q", title="days before the detention").scale(domain=[60, -2], nice=False).axis(
        values=[60, 30, 7, 0], grid=True
    )  # fmt: skip
    base = alt.Chart(alt.NamedData("rows"), width=inner, height=alt.Step(22))
    ground = base.mark_point(opacity=0).encode(y=y)
    marks = base.transform_filter("isValid(datum.lag)").mark_point(filled=True, size=75, opacity=0.9).encode(
        y=y,
        x=x,
        color=alt.Color("kind:N", sort=order)
        .scale(domain=order, range=list(PRESSURE_COLOURS.values()))
        .legend(title=None, orient="top", columns=1 if narrow else 2, labelLimit=220),
        shape=alt.Shape("kind:N", sort=order).scale(domain=order, range=PRESSURE_SHAPES),
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

    def words(self) -> str:
        """What the look counts, in words."""
        deadly = f", attacks from {self.level} killed on"
        parts = [self.kind + (deadly if self.kind in (ANY, KIND_ATTACK) else "")]
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
    return [*plain, *strict, Look(ANY, base, month, wave=True, disputed=False, against=custody.YEAR)]


def excess_table(table: pd.DataFrame, by_level: dict[int, pd.DataFrame], until: pd.Timestamp) -> pd.DataFrame:
    """For each of :func:`looks`: detentions that follow on pressure, what chance would give, and p.

    Args:
        table: as :func:`detentions` gives it.
        by_level: what :func:`pressure` gives, by the number of people killed from which attacks count.
        until: last day of the record.
    """
    rows = []
    for look in looks():
        events = by_level[look.level]
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
                "chance": measures.p_text(found.p).removeprefix("p = ").removeprefix("p "),
            }
        )
    return pd.DataFrame(rows)


def any_pressure(found: pd.DataFrame, wave: bool = False, kind: str = ANY) -> pd.DataFrame:
    """The plain rows of :func:`excess_table` for one kind of pressure at the record's own level, by window."""
    chosen = (found["kind"] == kind) & (found["level"] == DEADLY[0]) & (found["wave"] == wave)
    chosen &= found["disputed"] & (found["against"] == custody.CALENDAR)
    return found[chosen].set_index("within")


def other_counts(found: pd.DataFrame) -> pd.DataFrame:
    """The waves after pressure of any kind, against another idea of chance or without disputed detentions."""
    chosen = (found["kind"] == ANY) & found["wave"] & (found["within"] == WINDOWS[0])
    return found[chosen & (~found["disputed"] | (found["against"] != custody.CALENDAR))]


def waves_text(found: pd.DataFrame) -> str:
    """The waves after pressure against the calendar, counted otherwise and without attacks."""
    waves = any_pressure(found, wave=True).loc[WINDOWS[0]]
    strict = other_counts(found)["p"]
    bare = any_pressure(found, wave=True, kind=NO_ATTACKS).loc[WINDOWS[0]]
    return (
        f"counted in waves, {waves['counts']} began within {WINDOWS[0]} days of an attack, a listing or an FATF "
        f"decision, against {waves['percent']} of days ({measures.p_text(waves['p'])}; {strict.min():.3f} to "
        f"{strict.max():.3f} when counted otherwise; with listings and FATF decisions alone {bare['counts']}, "
        f"{measures.p_text(bare['p'])})."
    )


EXCESS_COLUMNS = {
    "named": "Came before",
    "within": "Within days",
    "counts": "Days on which somebody was detained",
    "percent": "Share expected by chance",
    "chance": "p",
}


def pressure_takeaway(found: pd.DataFrame) -> str:
    """The counts for any pressure and the base they must be compared with."""
    rows = any_pressure(found)
    short, long = rows.loc[WINDOWS[0]], rows.loc[WINDOWS[1]]
    words = waves_text(found)
    return (
        f"{words[0].upper()}{words[1:]} Day by day it is {short['counts']} within {WINDOWS[0]} days and "
        f"{long['counts']} within {WINDOWS[1]}, against {short['percent']} and {long['percent']} of days."
    )


def verdict(table: pd.DataFrame, found: pd.DataFrame) -> str:
    """The essay's word against both tests, as it stood when it was written and since, as Markdown."""
    before = table[(table["start"] < ESSAY) & table["days"].notna()]
    bare = before[~before["sentenced"]]
    since = table[table["start"] >= ESSAY]
    arrested = since[~since["verdict"]]
    saeed = bare[bare["name"] == SHORT["hafiz-saeed"]]
    lakhvi = bare.loc[bare["name"] == SHORT["zaki-ur-rehman-lakhvi"], "days"].max()
    court = int((bare["ending"] == custody.ENDINGS["court"]).sum())
    waves = any_pressure(found, wave=True).loc[WINDOWS[0]]
    return f"""
**The essay's word.** Up to the essay {len(before)} detentions had a known length, {int(before["sentenced"].sum())} of
them with a sentence: Omar Sheikh was sentenced to death in 2002 for the abduction and killing of a U.S. journalist, and
in 2020 cleared of the killing. Of the {len(bare)} others {len(saeed)} are Saeed's, {saeed["days"].sum():,} days in all;
the two of August 2006 are one episode broken for an hour. Courts or review boards ended {court} of the {len(bare)}. The
facts that *smokescreen* describes (short, unsentenced, ended by judges) were on record in February 2019; the intent was
not. Lakhvi's {lakhvi:,} days in a Mumbai case are the exception.

Of {len(arrested)} detentions since that began with an arrest, {int(arrested["sentenced"].sum())} led to a sentence;
{int(since["verdict"].sum())} more are in the record only from their verdict. All these sentences are for financing,
none for Mumbai: the kind of change the essay wanted FATF pressure to bring.

The second test ({waves["counts"]} waves within {WINDOWS[0]} days after an attack, a listing or an FATF decision) does
not tell a show from a response. Its table takes {len(found)} looks at one small record, uncorrected for their number.
"""


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
    rows["day"] = _days(rows).fillna("not read")
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
    return rows.sort_values("name", key=lambda column: column.str.casefold())[["name", "reference", "aliases"]]


ALIAS_COLUMNS = {"name": "Name", "reference": "UN reference", "aliases": "Other names and spellings"}


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
    own = int((bare["name"] == SHORT["hafiz-saeed"]).sum())
    court = int((bare["ending"] == custody.ENDINGS["court"]).sum())
    jud = lags.set_index("entity_id").loc["jud"]
    return f"""
- **Azhar waited about ten years for the UN list:** {listing.days_text(azhar["low"], azhar["high"])} days from India's
  first proposal in 2009 to 1 May 2019, over {int(azhar["attempts"])} proposals. The {len(ended)} holds by China that
  ended in a block and whose days are known lasted {ended["low"].min()} to {ended["low"].max()} days: about nine months,
  the limit of a hold (six months plus three). On Azhar China spoke of different views and missing consensus; for the
  others no reason was read.
- **China was not alone:** {_lower(bids_text(attempts))}
- **Pakistan listed some names before the UN, JuD ten years after it:** of {len(lags)} names that both list with a date,
  {int((lags["high"] < 0).sum())} came first in Pakistan, and {_listed(lags[lags["days"] == "0"]["name"])} on the same
  day. JuD's lasting ban came after {jud["days"]} days (a first, after {(jud["lapsed"] - jud["un"]).days:,}, lapsed).
- **Detention without a sentence was mostly short, and judges ended it.** Of {len(bare)} such detentions of LeT's and
  JeM's people in Pakistan, {own} of them Saeed's, half lasted {bare["days"].median():,.0f} days or less (from
  {bare["days"].min()} to {bare["days"].max():,}); courts or review boards ended {court}.
- **From 2020 on it was sentences:** of Saeed's {saeed["custody"]:,} days in custody since 2001, {saeed["serving"]:,}
  are under sentence, by the word of Pakistan and of the UN list, which Indian media dispute. Azhar's confirmed days
  are {azhar_days:,}.
- **Detentions cluster after attacks:** {waves_text(found)} A show and a genuine response would both look like this.
"""


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _listed(words: pd.Series) -> str:
    """Words as a list in a sentence: "A", "A and B", "A, B and C"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
