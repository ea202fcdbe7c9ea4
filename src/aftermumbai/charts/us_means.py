"""What stood behind the calls: who was in post, with what money and which tools; drawn in notebook 09.

Imports what stands before ``charts``; notebooks and other drawings import it.
"""

import altair as alt
import pandas as pd

from aftermumbai import charts, data, measures
from aftermumbai.charts import palette
from aftermumbai.charts.claims import ESSAY
from aftermumbai.measures import contacts as contact_measures
from aftermumbai.measures import money as money_measures
from aftermumbai.measures import posts as post_measures
from aftermumbai.rules import split_list

FIRST_YEAR, LAST_YEAR = 2001, 2027


def crises() -> dict[str, str]:
    """Readable names of the crises, in order."""
    return data.labels("crisis_steps", "crisis_id")


# Attacks, as dated rules in charts that run in years


def attack_rows(steps: pd.DataFrame) -> pd.DataFrame:
    """The attacks that began the crises.

    Returns:
        Columns ``kind`` ("attack"), ``date``, ``day`` (text), ``year`` (decimal), ``name`` (of the crisis), ``level``
        (0 or 1, to set names of neighbouring crises apart).
    """
    began = contact_measures.triggers(steps)
    return pd.DataFrame(
        {
            "kind": "attack",
            "date": list(began),
            "day": [measures.day_text(day) for day in began],
            "year": [charts.decimal_year(day) for day in began],
            "name": [crises()[key] for key in began.index],
            "level": [number % 2 for number in range(len(began))],
        }
    )


def attack_names(attacks: alt.Chart) -> list[alt.Chart]:
    """The names of the crises above a chart, each over its attack, on two lines. Draws :func:`attack_rows`."""
    return [
        attacks.transform_filter(f"datum.level == {level}")
        .mark_text(align="center", baseline="top", fontStyle="italic")
        .encode(x="year:Q", y=alt.YValue(-30 + 14 * level), text="name:N")
        for level in (0, 1)
    ]


# Posts


STATUS_COLOURS = {"confirmed": palette.BLUE, "acting": palette.OCHRE, "vacant": palette.RED}
POST_NAMES = {
    "secretary_of_state": "Secretary of State",
    "national_security_adviser": "Security Adviser",
    "assistant_secretary_sca": "Assistant Secretary",
    "ambassador_india": "Envoy in Delhi",
    "ambassador_pakistan": "Envoy in Islamabad",
}
# All five posts are in the table from this day on.
POSTS_FROM = pd.Timestamp("2001-09-14")
INAUGURATIONS = {
    "Bush": POSTS_FROM,
    "Obama": pd.Timestamp("2009-01-20"),
    "Trump, first term": pd.Timestamp("2017-01-20"),
    "Biden": pd.Timestamp("2021-01-20"),
    "Trump, second term": pd.Timestamp("2025-01-20"),
}


def administrations(last: pd.Timestamp) -> dict[str, tuple[pd.Timestamp, pd.Timestamp]]:
    """First and last day of each administration within the table; the last one ends with the record."""
    starts = list(INAUGURATIONS.values())
    ends = [start - pd.Timedelta(days=1) for start in starts[1:]] + [last]
    return dict(zip(INAUGURATIONS, zip(starts, ends, strict=True), strict=True))


def post_rows(posts: pd.DataFrame, steps: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """Each spell in each post, as a band, and the attacks that began the crises.

    Returns:
        Columns ``kind`` (spell or attack), ``post``, ``holder``, ``status``, ``first``, ``until`` (text),
        ``from`` and ``to`` (decimal years), ``days``, and those of :func:`attack_rows`.
    """
    cut = post_measures.spells(posts, POSTS_FROM, last)
    spells = pd.DataFrame(
        {
            "kind": "spell",
            "post": cut["post"].astype(str).map(POST_NAMES),
            "holder": cut["holder"].fillna("nobody named"),
            "status": cut["status"].astype(str),
            "first": cut["start"].map(measures.day_text),
            "until": cut["end"].map(measures.day_text),
            "from": cut["start"].map(charts.decimal_year),
            "to": (cut["end"] + pd.Timedelta(days=1)).map(charts.decimal_year),
            "days": cut["days"],
        }
    )
    return pd.concat([attack_rows(steps), spells], ignore_index=True)


def draw_posts(width: int) -> alt.LayerChart:
    """A band per post: high where confirmed, lower where acting, low where vacant. Draws :func:`post_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter = 122
    base = alt.Chart(alt.NamedData("rows"), width=width - gutter - 12, height=190)
    x = alt.X("from:Q", title=None).scale(domain=[FIRST_YEAR + 0.5, LAST_YEAR], nice=False).axis(
        format="d", grid=False, tickCount=5 if narrow else 13
    )  # fmt: skip
    y = alt.Y("post:N", title=None, sort=list(POST_NAMES.values())).axis(domain=False, ticks=False, labelLimit=118)
    tooltip = {
        "post:N": "Post", "holder:N": "Holder", "status:N": "Held", "first:N": "From", "until:N": "To", "days:Q": "Days"
    }  # fmt: skip
    bands = _bands(base, x, y, (24, 14, 6), tooltip, "bottom")
    attack = base.transform_filter("datum.kind == 'attack'")
    # Dark dashes for the page, light ones in between for the bands.
    rules = [
        attack.mark_rule(strokeDash=[3, 3], strokeDashOffset=offset, color=colour).encode(x="year:Q")
        for offset, colour in ((0, charts.MUTED), (3, palette.WHITE))
    ]
    return alt.layer(*bands, *rules, *attack_names(attack))


def _bands(
    base: alt.Chart, x: alt.X, y: alt.Y, heights: tuple[int, ...], tooltip: dict[str, str], legend: str
) -> list[alt.Chart]:
    """Bars from ``x`` to the field ``to``, a layer for each status: the less confirmed, the thinner."""
    colour = alt.Color("status:N").scale(domain=list(STATUS_COLOURS), range=list(STATUS_COLOURS.values()))
    return [
        base.transform_filter(f"datum.status == '{status}'")
        .mark_bar(height=height)
        .encode(
            x=x,
            x2="to:Q",
            y=y,
            color=colour.legend(title=None, orient=legend, symbolType="square"),
            tooltip=[alt.Tooltip(field, title=title) for field, title in tooltip.items()],
        )
        for status, height in zip(STATUS_COLOURS, heights, strict=True)
    ]


def unconfirmed_on(posts: pd.DataFrame, day: pd.Timestamp) -> int:
    """How many of the posts had no confirmed holder on a day."""
    return int((post_measures.held_on(posts, day)["status"] != "confirmed").sum())


def post_takeaway(posts: pd.DataFrame, steps: pd.DataFrame, last: pd.Timestamp) -> str:
    """Posts without a confirmed holder on the day of each attack, and the longest gap."""
    began = contact_measures.triggers(steps)
    parts = ", ".join(f"{unconfirmed_on(posts, day)} in {crises()[key]}" for key, day in began.items())
    longest = post_measures.gaps(posts, last).iloc[0]
    return (
        f"No confirmed holder on the day of the attack, of {len(POST_NAMES)} posts: {parts}. Longest gap: "
        f"{POST_NAMES[longest['post']]}, {longest['days']:,} days."
    )


def staffing(posts: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """Who held each post on the day each crisis began; one row per crisis, a column per post.

    Returns:
        ``crisis``, a column of text per key of :data:`POST_NAMES`, ``open`` (posts without a confirmed holder).
    """
    rows = []
    for crisis, day in contact_measures.triggers(steps).items():
        held = post_measures.held_on(posts, day)
        row = {"crisis": f"{crises()[crisis]}: {measures.day_text(day)}", "open": unconfirmed_on(posts, day)}
        for post in POST_NAMES:
            holder, status = held.loc[post, "holder"], held.loc[post, "status"]
            row[post] = str(status) if pd.isna(holder) else f"{holder} ({status})"
        rows.append(row)
    return pd.DataFrame(rows)


STAFFING_COLUMNS = {"crisis": "Day of the attack"} | POST_NAMES | {"open": "Without confirmed holder"}


def share_rows(posts: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """Share of the days of each administration on which each post was confirmed, acting, vacant.

    Returns:
        Columns ``period``, ``post``, ``status``, ``days``, ``of``, ``share``, ``percent``, ``from`` and
        ``to`` (where the bar lies, 0 to 1), ``open`` (share without a confirmed holder, in words).
    """
    table = post_measures.shares(posts, administrations(last))
    table = table.assign(post=table["post"].astype(str).map(POST_NAMES), status=table["status"].astype(str))
    groups = table.groupby(["period", "post"], sort=False)
    to = groups["share"].cumsum()
    held = table["share"].where(table["status"] == "confirmed", 0.0).groupby([table["period"], table["post"]])
    return table.assign(
        **{"from": to - table["share"], "to": to},
        percent=table["share"].map(percent_text),
        open=(1 - held.transform("sum")).clip(lower=0).round(9).map(percent_text),
    )


def percent_text(share: float) -> str:
    """A share in whole percent; one that only rounds to none or all says so."""
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def draw_shares(width: int) -> alt.FacetChart:
    """A bar of days per post, a panel per administration. Draws :func:`share_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter, side = 122, 44
    inner = width - gutter - side
    words = ["share of days; at the right", "that without a confirmed holder"]
    title = words if narrow else " ".join(words)
    y = alt.Y("post:N", title=None, sort=list(POST_NAMES.values())).axis(domain=False, ticks=False, labelLimit=118)
    base = alt.Chart()
    x = alt.X("from:Q", title=title).scale(domain=[0, 1]).axis(
        format="%", values=[0, 0.5, 1] if narrow else [0, 0.25, 0.5, 0.75, 1]
    )  # fmt: skip
    tooltip = {
        "period:N": "Administration", "post:N": "Post", "status:N": "Held", "days:Q": "Days", "of:Q": "Of",
        "percent:N": "Share",
    }  # fmt: skip
    bars = _bands(base, x, y, (15, 10, 5), tooltip, "top")
    texts = base.transform_filter("datum.status == 'confirmed'").mark_text(align="left", dx=6).encode(
        x=alt.XValue(inner), y=y, text="open:N"
    )  # fmt: skip
    return (
        alt.layer(*bars, texts)
        .properties(width=inner, height=alt.Step(19))
        .facet(row=charts.panels("period", list(INAUGURATIONS), narrow), data=alt.NamedData("rows"), spacing=8)
    )


def open_share(rows: pd.DataFrame, period: str, post: str) -> str:
    """Share of an administration's days without a confirmed holder, in words."""
    return rows.query("period == @period and post == @post")["open"].iloc[0]


def share_takeaway(rows: pd.DataFrame) -> str:
    """The Assistant Secretary's post, by administration."""
    own = "; ".join(f"{period} {open_share(rows, period, 'Assistant Secretary')}" for period in INAUGURATIONS)
    return f"Share of days on which the Assistant Secretary's post had no confirmed holder: {own}."


def share_alt(rows: pd.DataFrame) -> str:
    """The Assistant Secretary and the envoys, by administration."""
    parts = []
    for post in ("Assistant Secretary", "Envoy in Delhi", "Envoy in Islamabad"):
        own = "; ".join(f"{period} {open_share(rows, period, post)}" for period in INAUGURATIONS)
        parts.append(f"{post}: {own}")
    return f"Share of days without a confirmed holder. {'. '.join(parts)}."


# Money


BASE_YEAR = 2025
AID, CSF, PORTAL = (
    "Economic and security aid – appropriated, CRS",
    "Coalition Support Funds – repayment, not aid, CRS",
    "All agencies – disbursed, by the portal",
)
MONEY_COLOURS = {
    "Economic": palette.GREEN,
    "Security": palette.PINK,
    "Reimbursement": palette.OCHRE,
    "All agencies": palette.BLUE,
}
DOLLARS = {"current": "dollars of the day", "constant": f"dollars of fiscal {BASE_YEAR}"}
# Decisions that stopped money: a name, at the top of the first panel, and the line on which it is written.
STOPS = {
    "2011-07-10-800m-held": ("held back", 0),
    "2018-01-04-security-aid-suspended": ("suspended", 0),
    "2025-01-20-aid-freeze": ("frozen", 1),
}
# Its name stands to the left of its line, because the chart ends there.
LAST_STOP = list(STOPS)[-1]


def price_levels(deflators: pd.DataFrame) -> pd.Series:
    """Price level by fiscal year, from the table ``deflators``."""
    return deflators.set_index("fiscal_year")["index"].astype(float)


def money_rows(
    assistance: pd.DataFrame, flows: pd.DataFrame, deflators: pd.DataFrame, events: pd.DataFrame
) -> pd.DataFrame:
    """Sums per fiscal year in three panels, at both prices, and the decisions that stopped money.

    A sum for several years is spread evenly over them, and says so.

    Returns:
        Columns ``kind`` (sum or stop), ``panel``, ``category``, ``years`` (as printed), ``x``, ``x2`` (edges of
        the bar on an axis of fiscal years), ``dollars`` (key of :data:`DOLLARS`), ``prices`` (its label),
        ``low``, ``high`` (edges of the bar, million dollars a year), ``amount``, ``name``.
    """
    index = price_levels(deflators)
    kept = money_measures.latest(assistance)
    kept = kept.assign(
        constant=money_measures.constant(kept["amount_usd_millions"], kept["fiscal_year"], index, BASE_YEAR)
    )
    sums = (
        kept.groupby(["fiscal_year", "category"], observed=True)[["amount_usd_millions", "constant"]]
        .sum()
        .reset_index()
    )
    paid = flows[flows["kind"] == "disbursed"].assign(fiscal_year=lambda rows: rows["fiscal_year"].astype(str))
    paid = paid.assign(
        category="All agencies",
        constant=money_measures.constant(paid["amount_usd_millions"], paid["fiscal_year"], index, BASE_YEAR),
    )
    labels = data.labels("us_assistance", "category")
    rows = []
    for source, panel in ((sums, None), (paid, PORTAL)):
        for years, own in source.groupby("fiscal_year"):
            span = money_measures.span(years)
            base = {"current": 0.0, "constant": 0.0}
            order = own.set_index(own["category"].astype(str))
            for category in [
                key for key in ("economic", "security", "reimbursement", "All agencies") if key in order.index
            ]:
                row = order.loc[category]
                for dollars, column in (("current", "amount_usd_millions"), ("constant", "constant")):
                    amount = float(row[column]) / len(span)
                    low = 0.0 if category in ("reimbursement", "All agencies") else base[dollars]
                    if category in ("economic", "security"):
                        base[dollars] += amount
                    rows.append(
                        {
                            "kind": "sum",
                            "panel": panel or (CSF if category == "reimbursement" else AID),
                            "category": labels.get(category, category),
                            "years": years.replace("-", "–") + (" (mean per year)" if len(span) > 1 else ""),
                            "x": span[0] - 0.42,
                            "x2": span[-1] + 0.42,
                            "dollars": dollars,
                            "prices": DOLLARS[dollars],
                            "low": round(low, 1),
                            "high": round(low + amount, 1),
                            "amount": round(amount, 1),
                        }
                    )
    stops = events.set_index("id").loc[list(STOPS)]
    rows += [
        {
            "kind": "stop",
            "panel": panel,
            "x": money_measures.fiscal_moment(stop["date"]),
            "name": STOPS[key][0] if panel == AID else "",
            "line": STOPS[key][1],
            "side": "left" if key == LAST_STOP else "right",
        }
        for panel in (AID, CSF, PORTAL)
        for key, stop in stops.iterrows()
    ]
    return pd.DataFrame(rows)


def draw_money(width: int) -> alt.FacetChart:
    """Bars per fiscal year in three panels. Draws :func:`money_rows`."""
    narrow = width < charts.BREAKPOINT
    menu = charts.select("dollars", "In", DOLLARS, "constant")
    base = alt.Chart()
    x = alt.X("x:Q", title="fiscal year").scale(domain=[2001.4, 2025.9], nice=False).axis(
        format="d", grid=False, values=[2002, 2006, 2010, 2014, 2018, 2022] if narrow else list(range(2002, 2026, 2))
    )  # fmt: skip
    bars = base.transform_filter("datum.kind == 'sum' && datum.dollars == dollars").mark_bar().encode(
        x=x,
        x2="x2:Q",
        y=alt.Y("low:Q", title="million dollars").axis(tickCount=4, format=",d"),
        y2="high:Q",
        color=alt.Color("category:N")
        .scale(domain=list(MONEY_COLOURS), range=list(MONEY_COLOURS.values()))
        .legend(title=None, orient="top", columns=2 if narrow else 4, symbolType="square"),
        tooltip=[
            alt.Tooltip("years:N", title="Fiscal year"),
            alt.Tooltip("category:N", title="What"),
            alt.Tooltip("amount:Q", title="Million dollars", format=",.0f"),
            alt.Tooltip("prices:N", title="In"),
        ],
    )  # fmt: skip
    stop = base.transform_filter("datum.kind == 'stop'")
    rules = stop.mark_rule(strokeDash=[3, 3], color=charts.MUTED).encode(x="x:Q")
    names = [
        stop.transform_filter(f"datum.side == '{side}' && datum.line == {line}")
        .mark_text(align=align, dx=dx, baseline="top", y=1 + 14 * line, fontStyle="italic")
        .encode(x="x:Q", text="name:N")
        for side, line, align, dx in (("right", 0, "left", 4), ("left", 1, "right", -4))
    ]
    return (
        alt.layer(bars, rules, *names)
        .properties(width=width - 66, height=120)
        .facet(row=charts.panels("panel", [AID, CSF, PORTAL], narrow), data=alt.NamedData("rows"), spacing=12)
        .resolve_scale(y="independent")
        .add_params(menu)
    )


def aid_by_year(rows: pd.DataFrame, dollars: str = "constant") -> pd.Series:
    """Economic and security aid of each single fiscal year in million dollars, from :func:`money_rows`."""
    own = rows[(rows["panel"] == AID) & (rows["dollars"] == dollars)]
    sums = own.groupby("years")["amount"].sum()
    return sums[~sums.index.str.contains("–")]


def paid_by_year(rows: pd.DataFrame, dollars: str = "constant") -> pd.Series:
    """What all agencies disbursed in each fiscal year in million dollars, from :func:`money_rows`."""
    return rows[(rows["panel"] == PORTAL) & (rows["dollars"] == dollars)].set_index("years")["amount"]


def money_span(rows: pd.DataFrame) -> str:
    """First and last fiscal year drawn, and the number of sums, for a title."""
    sums = rows[(rows["kind"] == "sum") & (rows["dollars"] == "current")]
    return f"fiscal {round(sums['x'].min())} to {round(sums['x2'].max())} ({len(sums)} sums)"


def money_takeaway(rows: pd.DataFrame) -> str:
    """Peak and last year of aid, at constant prices, and what the portal shows to the end."""
    single = aid_by_year(rows)
    paid = paid_by_year(rows)
    top, last = single.idxmax(), single.index.max()
    first, end = paid.idxmax(), paid.index.max()
    return (
        f"In dollars of fiscal {BASE_YEAR}, aid appropriated fell from {single[top]:,.0f} million in fiscal {top} to "
        f"{single[last]:,.0f} in {last}; what all agencies disbursed, a wider count, from {paid[first]:,.0f} in "
        f"{first} to {paid[end]:,.0f} in {end}."
    )


def account_rows(assistance: pd.DataFrame, deflators: pd.DataFrame, dollars: str) -> pd.DataFrame:
    """The sums of each account in each fiscal year, of each year the latest edition, as text.

    Args:
        assistance: the table ``us_assistance``.
        deflators: the table of that name.
        dollars: key of :data:`DOLLARS`.

    Returns:
        Columns ``account`` and ``kind`` (labels), and one per fiscal year as printed; "–" where there is no sum.
    """
    kept = money_measures.latest(assistance)
    amounts = kept["amount_usd_millions"].astype(float)
    if dollars == "constant":
        amounts = money_measures.constant(amounts, kept["fiscal_year"], price_levels(deflators), BASE_YEAR)
    names, kinds = data.labels("us_assistance", "account"), data.labels("us_assistance", "category")
    sums = kept.assign(amount=amounts).astype({"account": str, "category": str})
    table = sums.pivot_table(index=["account", "category"], columns="fiscal_year", values="amount", aggfunc="sum")
    table = table.map(lambda amount: "–" if pd.isna(amount) else f"{amount:,.0f}").reset_index()
    order = table["account"].map({account: number for number, account in enumerate(names)})
    table = table.iloc[order.argsort()].reset_index(drop=True)
    return table.assign(account=table["account"].map(names), kind=table["category"].map(kinds))


def account_columns(rows: pd.DataFrame) -> dict[str, str]:
    """The columns of :func:`account_rows` and their headings."""
    years = {year: year.replace("-", "–") for year in sorted(rows.columns) if year[:2] == "20"}
    return {"account": "Account", "kind": "Kind"} | years


STOP_KINDS = ["suspended", "withheld", "reprogrammed", "released", "exempted"]


def stop_rows(events: pd.DataFrame, documents: dict[str, dict]) -> pd.DataFrame:
    """Each decision that stopped money or let it go: ``day``, ``kind``, ``amount``, ``title``, ``links``."""
    kinds = data.labels("aid_events", "kind")
    own = events[events["kind"].isin(STOP_KINDS)].sort_values("date")
    sums = own["amount_usd_millions"]
    return pd.DataFrame(
        {
            "day": measures.date_text(own["date"], own["date_precision"]),
            "kind": own["kind"].astype(str).map(kinds),
            "amount": sums.map(lambda value: "not known" if pd.isna(value) else f"{value:,.0f}"),
            "title": own["title"],
            "links": own["sources"].map(lambda keys: [documents[key] for key in split_list(keys)]),
        }
    )


STOP_COLUMNS = {
    "day": "Day",
    "kind": "What",
    "amount": "Million dollars",
    "title": "Decision",
    "links": "Sources",
}


# Tools


USE_COLOURS = {"used": palette.BLUE, "tried": palette.OCHRE, "declined": palette.GREY, "lifted": palette.RED}
USE_SHAPES = ["circle", "triangle-up", "cross", "triangle-down"]
# Which columns of each table hold the day of a use and what is known of it; an attempt to list at the UN is used
# on the day of its outcome, and tried on that of the proposal.
DAYS = {
    "us_posts": ("start", "start_precision"),
    "un_listing_attempts": ("date_proposed", "date_precision"),
    "rewards": ("date_announced", "date_precision"),
    "secretary_visits": ("date", None),
}
OUTCOME = ("outcome_date", "outcome_precision")
TOOL_NAMES = {
    "high-level-visit": "Secretary's visit in a crisis",
    "public-statements": "Public statement first",
    "senior-envoy-in-post": "Assistant Secretary in post",
    "pressure-on-let": "Pressure over LeT",
    "rewards-for-justice": "Rewards for Mumbai",
    "un-listing-azhar": "UN listing of Azhar",
    "fatf-pressure": "FATF",
    "foreign-assistance": "Foreign assistance",
    "intelligence-to-india": "Intelligence for India",
    "not-fully-cooperating-list": "Not-cooperating list",
    "state-sponsor-list": "State-sponsor list",
}


def use_rows(uses: pd.DataFrame, tools: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The uses of the essay's tools, with the day and the sources of the row that records each.

    Args:
        uses: the table ``tool_uses``.
        tools: the table ``policy_tools``.
        tables: every table that ``uses`` names, by name.

    Returns:
        Columns ``tool`` (short name), ``carrot`` (label of its kind), ``kind`` (label), ``date``, ``day`` (text),
        ``year`` (decimal), ``row_id``, ``table_name``, ``recorded_in`` (title of that table), ``sources`` (keys), in
        order of tool and time. Uses whose day is unknown are left out.
    """
    kinds, sides = data.labels("tool_uses", "kind"), data.labels("policy_tools", "kind")
    side = tools.set_index("id")["kind"].map(sides)
    found = []
    for row in uses[uses["tool_id"].isin(list(TOOL_NAMES))].itertuples():
        table = tables[row.table_name].set_index("id")
        column, known = DAYS.get(row.table_name, ("date", "date_precision"))
        if row.table_name == "un_listing_attempts" and row.kind == "used":
            column, known = OUTCOME
        day = table.loc[row.row_id, column]
        if pd.isna(day):
            continue
        precision = "day" if known is None else str(table.loc[row.row_id, known])
        found.append(
            {
                "tool": TOOL_NAMES[row.tool_id],
                "side": str(side[row.tool_id]),
                "kind": kinds[row.kind],
                "date": day,
                "day": measures.date_text(pd.Series([day]), pd.Series([precision])).iloc[0],
                "year": charts.decimal_year(day),
                "row_id": row.row_id,
                "table_name": str(row.table_name),
                "recorded_in": data.schemas()[row.table_name]["title"],
                "sources": table.loc[row.row_id, "sources"],
            }
        )
    table = pd.DataFrame(found)
    order = table["tool"].map({name: number for number, name in enumerate(TOOL_NAMES.values())})
    return (
        table.assign(order=order).sort_values(["order", "date", "row_id"]).drop(columns="order").reset_index(drop=True)
    )


def draw_uses(width: int) -> alt.LayerChart:
    """Uses of each tool on a line of years. Draws :func:`use_rows`."""
    narrow = width < charts.BREAKPOINT
    gutter = 168
    kinds = data.labels("tool_uses", "kind")
    base = alt.Chart(alt.NamedData("rows"), width=width - gutter - 12, height=alt.Step(25))
    x = alt.X("year:Q", title=None).scale(domain=[FIRST_YEAR, LAST_YEAR], nice=False).axis(
        format="d", grid=False, values=[2005, 2010, 2015, 2020, 2025] if narrow else list(range(2002, 2027, 3))
    )  # fmt: skip
    # Attempts stand a little below their line and withdrawals above it, so that no kind covers another.
    lift = f"datum.kind == '{kinds['tried']}' ? 1 : datum.kind == '{kinds['lifted']}' ? -1 : 0"
    drawn = base.transform_filter(f"datum.year >= {FIRST_YEAR}").transform_calculate(lift=lift)
    dots = drawn.mark_point(filled=True, size=50, opacity=1).encode(
        x=x,
        y=alt.Y("tool:N", title=None).scale(domain=list(TOOL_NAMES.values())).axis(
            domain=False, ticks=False, grid=True, labelLimit=gutter - 6
        ),
        yOffset=alt.YOffset("lift:Q").scale(domain=[-2, 2], nice=False),
        color=alt.Color("kind:N")
        .scale(domain=list(kinds.values()), range=list(USE_COLOURS.values()))
        .legend(title=None, orient="top", columns=1 if narrow else 4),
        shape=alt.Shape("kind:N").scale(domain=list(kinds.values()), range=USE_SHAPES),
        tooltip=charts.hints(tool="Tool", side="Carrot or stick", kind="What was done", day="When", row_id="Row"),
    )  # fmt: skip
    essay = alt.Chart(alt.NamedData("rows")).transform_aggregate(n="count()")
    place = {"x": alt.XDatum(charts.decimal_year(ESSAY))}
    rule = essay.mark_rule(strokeDash=[3, 3], color=charts.MUTED).encode(**place)
    name = essay.mark_text(align="center", baseline="bottom", y=-3, fontStyle="italic").encode(
        **place, text=alt.TextValue("the essay")
    )
    return alt.layer(dots, rule, name)


def since_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Each tool before and since the essay: number of times used, tried, passed over, withdrawn.

    Returns:
        Columns ``tool``, ``side``, ``before`` and ``since`` (in words), ``first_since`` (day of the first use).
    """
    kinds = list(data.labels("tool_uses", "kind").values())
    table = []
    for tool in TOOL_NAMES.values():
        own = rows[rows["tool"] == tool]
        later = own[own["date"] >= ESSAY]
        used = later[later["kind"] == kinds[0]]
        table.append(
            {
                "tool": tool,
                "side": own["side"].iloc[0] if len(own) else "–",
                "before": _tally(own[own["date"] < ESSAY], kinds),
                "since": _tally(later, kinds),
                "uses_since": len(used),
                "first_since": used["day"].iloc[0] if len(used) else "–",
            }
        )
    return pd.DataFrame(table)


def _tally(rows: pd.DataFrame, kinds: list[str]) -> str:
    counted = rows["kind"].value_counts()
    return ", ".join(f"{kind} {counted[kind]}" for kind in kinds if kind in counted) or "–"


SINCE_COLUMNS = {
    "tool": "Tool",
    "side": "Kind",
    "before": "Before the essay",
    "since": "Since",
    "first_since": "First used since",
}


def use_takeaway(since: pd.DataFrame) -> str:
    """Which tools were used since the essay and which were not."""
    used, unused = since[since["uses_since"] > 0], since[since["uses_since"] == 0]
    return (
        f"Of {len(since)} tools that the essay names, the record has a use by anyone of {len(used)} since it appeared, "
        f"and none of these: {'; '.join(unused['tool'])}."
    )


def use_table(rows: pd.DataFrame, documents: dict[str, dict]) -> pd.DataFrame:
    """:func:`use_rows` with the links of its sources, for ``tables.grid``."""
    return rows.assign(links=rows["sources"].map(lambda keys: [documents[key] for key in split_list(keys)]))


USE_COLUMNS = {"tool": "Tool", "day": "Day", "kind": "What was done", "recorded_in": "Recorded in", "links": "Sources"}
