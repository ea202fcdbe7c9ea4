"""What the tables say of a claim of the essay, each in one sentence with its numbers; notebooks 11 and 12 show them.

A sentence has the name that ``essay_claims.measure`` gives; :data:`TESTS` has them all.

Imports what stands before ``charts``; notebooks and other drawings import it.
"""

from collections.abc import Callable

import pandas as pd

from aftermumbai import data, measures
from aftermumbai.charts import claims, violence
from aftermumbai.measures import contacts as contact_measures
from aftermumbai.measures import verdicts

TABLES = (
    "essay_paragraphs", "essay_claims", "sources", "events", "casualties", "attributions", "groups", "people", "places",
    "crisis_steps", "us_contacts", "us_posts", "us_assistance", "us_lists", "aid_events", "designations", "custody",
    "rewards", "un_listing_attempts", "fatf_plenaries", "fatf_action_items",
)  # fmt: skip
Record = dict[str, pd.DataFrame]

ESSAY, AUTHOR = claims.ESSAY, "Blazakis"
PULWAMA = "2019-02-14-pulwama"
ASSEMBLY, ASSEMBLY_DAY = "2001-10-01-jk-assembly", pd.Timestamp("2001-10-01")
DAY = pd.Timedelta(days=1)
PARLIAMENT = pd.Timestamp("2001-12-13")


def load() -> Record:
    """The tables that this chapter uses, and ``attacks``: the events that are attacks, with their tolls."""
    record = data.load_all(*TABLES)
    attacks = record["events"].query("category == 'attack'").join(measures.tolls(record["casualties"]), on="id")
    return record | {"attacks": attacks}


def _n(number: int, noun: str) -> str:
    """A number with its noun: "no calls", "1 call", "2 calls"."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _do(number: int, one: str, several: str) -> str:
    """A number with its verb: "none names", "1 names", "2 name"."""
    return f"{number or 'none'} {one if number < 2 else several}"


def _names(record: Record, attacks: pd.DataFrame) -> pd.Series:
    """A short name of each attack: its label, or its place."""
    return attacks["label"].fillna(attacks["place_id"].map(record["places"].set_index("id")["name"]))


def _times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")


def toll_of_pulwama(record: Record) -> str:
    """Settled and early counts of the dead of Pulwama."""
    rows = record["casualties"].query("event_id == @PULWAMA and who == 'victims' and side == 'all'")
    early = rows[rows["standing"] == "early"]
    toll = measures.tolls(record["casualties"]).loc[PULWAMA]
    return (
        f"The {toll['counts']} settled counts of the dead run from {toll['killed_min']} to {toll['killed_max']}; the "
        f"{len(early)} early ones from {early['killed_min'].min()} to {early['killed_min'].max()}."
    )


def pulwama_named(record: Record) -> str:
    """How many statements lay Pulwama to JeM and how many to LeT, the essay left out."""
    jem, let = (verdicts.named(record["attributions"], PULWAMA, group, AUTHOR) for group in ("jem", "let"))
    rest = jem.all - sum(jem[:-1]) - sum(let[:-1])
    return (
        f"Of the {jem.all} other statements on record about who did it {jem.claimed + jem.laid} name JeM "
        f"({jem.claimed} claim, {jem.laid} by others), {jem.denied} deny or doubt its part, {rest} speak of states and "
        f"their services alone, and {_do(let.laid, 'names', 'name')} LeT."
    )


def pulwama_short(record: Record) -> str:
    """:func:`pulwama_named` in fewer words."""
    jem, let = (verdicts.named(record["attributions"], PULWAMA, group, AUTHOR) for group in ("jem", "let"))
    rest = jem.all - sum(jem[:-1]) - sum(let[:-1])
    return (
        f"Of {jem.all} other statements on who did it {jem.claimed + jem.laid} name JeM, {jem.denied} dispute "
        f"it, {rest} name states alone; {_do(let.laid, 'names', 'name')} LeT."
    )


def mumbai_named(record: Record) -> str:
    """How many statements lay Mumbai to LeT, and how many of them are convictions."""
    let = verdicts.named(record["attributions"], "2008-11-26-mumbai", "let")
    return (
        f"Of {let.all} statements on record about Mumbai {let.laid + let.convicted} name LeT, {let.convicted} of them "
        f"a court's conviction or plea; {_do(let.denied, 'denies', 'deny')} it."
    )


def parliament_named(record: Record) -> str:
    """Who was named for the attack on parliament in 2001."""
    event = "2001-12-13-parliament-attack"
    jem, let = (verdicts.named(record["attributions"], event, group) for group in ("jem", "let"))
    return (
        f"Of {jem.all} statements on record about it, {_do(jem.laid + jem.convicted, 'names', 'name')} JeM and "
        f"{_do(let.laid + let.convicted, 'names', 'name')} LeT; neither is recorded as claiming it."
    )


def uri_named(record: Record) -> str:
    """Who was named for the attack at Uri."""
    jem, let = (verdicts.named(record["attributions"], "2016-09-18-uri", group) for group in ("jem", "let"))
    return (
        f"Of the statements on record about Uri {_do(jem.laid, 'lays', 'lay')} it to JeM and {let.laid} to LeT; a "
        f"claim is reported in JeM's name {_times(jem.claimed)}, in LeT's {_times(let.claimed)}."
    )


def jem_since_parliament(record: Record) -> str:
    """What JeM claimed and what was laid to it between the attack on parliament and Pulwama."""
    attacks, said = record["attacks"], record["attributions"]
    own = verdicts.claimed_between(attacks, said, "jem", PARLIAMENT + DAY, claims.PULWAMA)
    laid = attacks[
        attacks["id"].isin(measures.said(said, "state").query("group_id == 'jem'")["event_id"])
        & attacks["date"].between(PARLIAMENT + DAY, claims.PULWAMA, inclusive="left")
    ]
    deadly = own[own["killed_min"] >= 5]
    others = verdicts.laid_to_others(deadly, said, "jem")
    names = _names(record, deadly)
    return (
        f"Between the two attacks {len(own)} attacks of this record were claimed in JeM's name; {len(deadly)} killed "
        f"five or more ({'; '.join(names)}), of which a state laid {others} to another group. States laid "
        f"{len(laid)} to JeM, {int((laid['killed_min'] >= 5).sum())} of them with five or more killed."
    )


def jem_on_bases(record: Record) -> str:
    """Attacks on forces that JeM claimed in the years before Pulwama."""
    own = verdicts.claimed_between(
        record["attacks"], record["attributions"], "jem", pd.Timestamp("2015-01-01"), claims.PULWAMA
    )
    forces = own[own["target"].isin(["security_force", "both"])]
    worst = forces.loc[forces["killed_max"].idxmax()]
    name = _names(record, forces[forces["id"] == worst["id"]]).item()
    tolls = measures.tolls(record["casualties"])
    then, now = (measures.range_text(*tolls.loc[event, ["killed_min", "killed_max"]]) for event in (ASSEMBLY, PULWAMA))
    return (
        f"From 2015 to Pulwama {len(forces)} attacks on security forces in this record were claimed in JeM's name; the "
        f"deadliest, {name}, killed {measures.range_text(worst['killed_min'], worst['killed_max'])}. The attack on the "
        f"assembly in Srinagar of {measures.day_text(ASSEMBLY_DAY)} killed {then}, Pulwama {now}."
    )


def let_claims(record: Record) -> str:
    """LeT's claims in its own name between Mumbai and Pulwama, and how recent the last was."""
    attacks, said = record["attacks"], record["attributions"]
    own = verdicts.claimed_between(attacks, said, "let", claims.MUMBAI, claims.PULWAMA)
    recent = claims.recent_claims(attacks, said, ESSAY, years=3)
    last = own.iloc[-1]
    return (
        f"From Mumbai to Pulwama {len(own)} attacks were claimed in LeT's own name, {recent['LeT']} of them in the "
        f"three years before the essay; the last {(claims.PULWAMA - last['date']).days} days before Pulwama, on "
        f"{measures.day_text(last['date'])}."
    )


def rates_from_2016(record: Record) -> str:
    """Whether each group's rate of claims rose from 2016."""
    question = claims.comparisons(ESSAY)[2]
    rates = measures.compare_rates(
        record["attacks"],
        record["attributions"],
        names=list(claims.FAMILIES),
        comparisons=[question],
        levels=[0],
        foldings={"own": claims.foldings(record["groups"])["own"]},
    )
    said = claims.rates_text(rates, question.label, "own")
    return f"Claims in their own names, from Mumbai to 2015 and from 2016 to Pulwama: {said}."


def names_since(record: Record) -> str:
    """In whose name attacks have been claimed since the essay."""
    since = record["attacks"].query("date >= @ESSAY")
    rows = claims.summary(since, record["attributions"], record["groups"]).set_index("group")
    parts = "; ".join(f"{row.Index} {row.own} in its own name, {row.front} by a front" for row in rows.itertuples())
    return f"Attacks claimed since the essay: {parts}."


def laid_to_let_too(record: Record) -> str:
    """How many attacks that JeM or HM claimed a state also laid to LeT."""
    attacks = record["attacks"].query("date >= @claims.MUMBAI")
    both, all_ = verdicts.also_laid(attacks, record["attributions"], ["jem", "hm"], "let")
    return f"Of {all_} attacks since Mumbai that JeM or HM claimed, a state laid {both} to LeT as well."


def forces_targeted(record: Record) -> str:
    """The share of attacks of these groups directed at forces, by period."""
    rows = violence.target_rows(record["attacks"], record["attributions"], record["groups"], record["places"])
    own = rows[(rows["attacks_of"] == violence.THEIRS) & (rows["reading"] == "strict")]
    parts = "; ".join(f"{row.period} {row.counts}" for row in own.itertuples())
    return (
        "Blame is counted in no table. If groups acted on such a price, their targets would show it. Attacks of LeT, "
        f"JeM, HM and fronts directed at forces alone: {parts}."
    )


def strike_after_days(record: Record) -> str:
    """How soon after the bombing and the essay India struck."""
    strike = verdicts.first_step(record["crisis_steps"], "crisis-2019", verdicts.STRIKES, "india")
    return (
        f"India struck from the air {_n((strike['date'] - claims.PULWAMA).days, 'day')} after the bombing, "
        f"{_n((strike['date'] - ESSAY).days, 'day')} after the essay appeared."
    )


def reply_after_hours(record: Record) -> str:
    """How soon Pakistan replied to the strike."""
    strike, reply = (
        verdicts.first_step(record["crisis_steps"], "crisis-2019", verdicts.STRIKES, actor)
        for actor in ("india", "pakistan")
    )
    return f"Pakistan's own strike came {verdicts.hours_between(strike, reply):.0f} hours after India's."


def halt_after_days(record: Record) -> str:
    """How soon the exchanges by air ended, and the pilot was free."""
    steps = record["crisis_steps"]
    strike = verdicts.first_step(steps, "crisis-2019", verdicts.STRIKES, "india")
    force = steps[(steps["crisis_id"] == "crisis-2019") & steps["rung"].isin(verdicts.STRIKES)]
    freed = steps.set_index("id").loc["2019-03-01-pilot-returned", "date"]
    last = (force["date"].max() - strike["date"]).days
    return (
        f"The last of {len(force)} steps by air came {_n(last, 'day')} after the first; the pilot was back "
        f"{_n((freed - strike['date']).days, 'day')} after it."
    )


def rungs_of_force(record: Record) -> str:
    """The first step of force that India took in 2016 and in 2019."""
    labels = data.labels("crisis_steps", "rung")
    first = {
        year: verdicts.first_step(record["crisis_steps"], f"crisis-{year}", verdicts.STRIKES, "india")
        for year in (2016, 2019)
    }
    days = {2016: pd.Timestamp("2016-09-18"), 2019: claims.PULWAMA}
    parts = "; ".join(
        f"in {year} {labels[step['rung']].lower()} after {_n((step['date'] - days[year]).days, 'day')}"
        for year, step in first.items()
    )
    return f"India's first strike of each crisis: {parts}."


def force_in_2008(record: Record) -> str:
    """How many steps of the crisis of 2008 were steps of force."""
    force, all_ = verdicts.force_steps(record["crisis_steps"], "crisis-2008")
    return f"Of {all_} steps of the crisis of 2008 on record, {force} are fire, a raid or a strike across the line."


def force_in_2025(record: Record) -> str:
    """How many steps of the crisis of 2025 were steps of force."""
    force, all_ = verdicts.force_steps(record["crisis_steps"], "crisis-2025")
    return f"Six years on, {force} of {all_} steps of the crisis of 2025 are fire, a raid or a strike across the line."


def uri_and_the_strikes(record: Record) -> str:
    """Days from Uri and from Pathankot to the raids of 2016, and where Pathankot lies."""
    events = record["events"].set_index("id")
    raid = verdicts.first_step(record["crisis_steps"], "crisis-2016", ("ground_raid",), "india")
    territories, places = data.labels("places", "territory"), record["places"].set_index("id")["territory"]
    uri, base = (raid["date"] - events.loc[event, "date"] for event in ("2016-09-18-uri", "2016-01-02-pathankot"))
    pathankot = territories[places[events.loc["2016-01-02-pathankot", "place_id"]]]
    return (
        f"The raids came {_n(uri.days, 'day')} after the attack on the army base at Uri and {_n(base.days, 'day')} "
        f"after that on the air base at Pathankot, in {pathankot} and not in Jammu and Kashmir."
    )


def tolls_compared(record: Record) -> str:
    """The tolls of Uri, Pathankot and Pulwama."""
    toll = measures.tolls(record["casualties"])
    parts = ", ".join(
        f"{name} {measures.range_text(*toll.loc[event, ['killed_min', 'killed_max']])}"
        for name, event in {"Uri": "2016-09-18-uri", "Pathankot": "2016-01-02-pathankot", "Pulwama": PULWAMA}.items()
    )
    return f"People killed, by settled counts: {parts}."


def contacts_of_2008(record: Record) -> str:
    """U.S. contacts after Mumbai: visits, by whom, how soon, and when India ruled force out."""
    rows = record["us_contacts"].query("crisis_id == 'crisis-2008'")
    visits = rows[rows["mode"] == "visit"]
    secretary = visits[visits["rank"] == "secretary_of_state"]
    ruled_out = record["crisis_steps"].set_index("id").loc["c2008-12-02-no-military", "date"]
    talk = rows[rows["mode"].isin(contact_measures.TALKS) & (rows["date"] < ruled_out)]
    return (
        f"Of {len(rows)} U.S. contacts on record {len(visits)} are visits, {len(secretary)} of them the secretary of "
        f"state's, {_n((secretary['date'].min() - claims.MUMBAI).days, 'day')} after the attack. {len(talk)} calls and "
        "meetings came before India's foreign minister said that no military action was considered."
    )


def contacts_before_the_essay(record: Record) -> str:
    """U.S. contacts from Pulwama to the essay, by mode, and the secretary's part."""
    all_ = verdicts.contacts(record["us_contacts"], "crisis-2019", claims.PULWAMA, ESSAY)
    own = verdicts.contacts(record["us_contacts"], "crisis-2019", claims.PULWAMA, ESSAY, "secretary_of_state")
    return (
        f"From the bombing to the essay {all_.sum()} U.S. contacts are on record: {all_['statement']} statements, "
        f"{_n(all_['tweet'], 'tweet')}, {_n(all_['call'], 'call')}, {_n(all_['meeting'], 'meeting')}. The secretary of "
        f"state's: {_n(own['tweet'], 'tweet')}, {_n(own['call'], 'call')}."
    )


def visits_of_2019(record: Record) -> str:
    """Visits by U.S. officials in the crisis of 2019, beside calls from the day of the strike."""
    strike = verdicts.first_step(record["crisis_steps"], "crisis-2019", verdicts.STRIKES, "india")["date"]
    last = record["us_contacts"].query("crisis_id == 'crisis-2019'")["date"].max()
    all_ = verdicts.contacts(record["us_contacts"], "crisis-2019", claims.PULWAMA, last + DAY)
    calls = verdicts.contacts(record["us_contacts"], "crisis-2019", strike, strike + 3 * DAY)["call"]
    return (
        f"On record to {measures.day_text(last)}: {_n(all_['visit'], 'visit')} by U.S. officials; on the day of the "
        f"strike and the two that followed, {_n(calls, 'call')}."
    )


def posts_filled(record: Record) -> str:
    """How long the bureau had no confirmed head, and which of three posts were filled in 2019 and 2025."""
    posts = ["assistant_secretary_sca", "ambassador_india", "ambassador_pakistan"]
    first, last = verdicts.unconfirmed_spell(record["us_posts"], posts[0], ESSAY)
    filled = {
        year: sum(verdicts.confirmed_on(record["us_posts"], post, day) for post in posts)
        for year, day in {2019: claims.PULWAMA, 2025: pd.Timestamp("2025-05-07")}.items()
    }
    return (
        f"The bureau for South and Central Asia had no confirmed head from {measures.day_text(first)} to "
        f"{measures.day_text(last)}. Of its head and the two ambassadors {filled[2019]} of {len(posts)} had been "
        f"confirmed at Pulwama and {filled[2025]} of {len(posts)} on 7 May 2025."
    )


def sentences_since(record: Record) -> str:
    """Sentences in Pakistan of LeT's people before and after the essay."""
    people = verdicts.members(record["groups"], record["people"], "let")
    custody = record["custody"][record["custody"]["person_id"].isin(people)]
    rows = custody.query("country == 'Pakistan' and step == 'sentenced'")
    before, after = (rows["date"] < ESSAY).sum(), (rows["date"] >= ESSAY).sum()
    return (
        f"Sentences on record that Pakistani courts passed on people of LeT and its fronts: {before} before the essay, "
        f"{after} since."
    )


def saeed_held(record: Record) -> str:
    """How often Hafiz Saeed was confined between Mumbai and the essay, and sentenced before it and since."""
    last = record["custody"]["date"].max() + DAY
    before = verdicts.custody_counts(record["custody"], "hafiz-saeed", "Pakistan", claims.MUMBAI, ESSAY)
    after = verdicts.custody_counts(record["custody"], "hafiz-saeed", "Pakistan", ESSAY, last)
    return (
        f"From Mumbai to the essay Hafiz Saeed was confined {_times(before['confined'])} and sentenced "
        f"{_times(before['sentenced'])}; since then he was sentenced {_times(after['sentenced'])}."
    )


def plan_areas(record: Record) -> str:
    """How many of the published areas of the plan of 2018 concern sanctions."""
    areas = record["fatf_action_items"].query("plan == '2018'").dropna(subset=["number"])
    hits = int((areas["area"] == "sanctions").sum())
    return f"Of {len(areas)} areas of the plan that FATF published in 2018, {hits} concern sanctions of the UN."


def let_listed(record: Record) -> str:
    """How many of LeT's names, fronts and people the UN had listed."""
    family = verdicts.members(record["groups"], record["people"], "let")
    number = verdicts.listed_before(record["designations"], "un_1267", family, ESSAY)
    return (
        f"By the day of the essay the UN committee had listed {number} of the groups and people that this record "
        "places with LeT."
    )


def grey_months(record: Record) -> str:
    """How long Pakistan stayed on the grey list."""
    rows = record["fatf_plenaries"].query("body == 'FATF'").set_index("id")["date"]
    months = (rows["2022-10"] - rows["2018-06"]).days / 365.25 * 12
    return f"Pakistan stayed on FATF's list of monitored countries for {months:.0f} months, from 2018 to 2022."


def aid_by_year(record: Record) -> str:
    """Total U.S. assistance of the year it peaked and of 2018."""
    first = verdicts.aid_total(record["us_assistance"], "2014-03", "2010")
    last = verdicts.aid_total(record["us_assistance"], "2019-03", "2018")
    return (
        f"At the prices of the day U.S. assistance and reimbursements together fell from {first:,.0f} million dollars "
        f"in fiscal 2010 to {last:,.0f} million in fiscal 2018."
    )


def aid_since(record: Record) -> str:
    """What became of U.S. assistance after the essay."""
    rows = record["aid_events"].query("date >= @ESSAY")
    counts, labels = rows["kind"].value_counts(), data.labels("aid_events", "kind")
    parts = ", ".join(f"{labels[kind]} {number}" for kind, number in counts.items() if number)
    return f"Decisions on aid and sales on record since the essay: {len(rows)} ({parts})."


def rewards_offered(record: Record) -> str:
    """The rewards offered over Mumbai before the essay."""
    offers = record["rewards"][record["rewards"]["id"].isin(MUMBAI_OFFERS)]
    before = offers[offers["date_announced"] < ESSAY]
    first, last = before["date_announced"].min(), before["date_announced"].max()
    return (
        f"{len(before)} offers over Mumbai or on LeT's leaders are on record before the essay, the first "
        f"of {measures.day_text(first)}, the last {_n((ESSAY - last).days, 'day')} before it."
    )


# The offers that concern the planners of Mumbai.
MUMBAI_OFFERS = ("rfj-hafiz-saeed-2012", "rfj-makki-2012", "rfj-mumbai-2018", "rfj-sajid-mir-2020")


def azhar_proposed(record: Record) -> str:
    """How often Azhar was proposed to the UN committee before the essay, and how soon he was listed after it."""
    rows = record["un_listing_attempts"].query("target_id == 'masood-azhar'")
    before = rows[rows["date_proposed"] < ESSAY]
    ours = before["proposed_by"].str.contains("United States").sum()
    listed = rows.loc[rows["outcome"] == "listed", "outcome_date"].iloc[0]
    return (
        f"{len(before)} proposals to list Masood Azhar are on record before the essay, {ours} of them Washington's; he "
        f"was listed {_n((listed - ESSAY).days, 'day')} after it."
    )


def attacks_since(record: Record) -> str:
    """The rate of deadly attacks in Indian-administered Jammu and Kashmir before and after the essay."""
    inside = record["attacks"]["place_id"].map(record["places"].set_index("id")["territory"]) == "india_administered_jk"
    deadly = record["attacks"].loc[inside & (record["attacks"]["killed_min"] >= 5), "date"]
    question = measures.Comparison("", claims.MUMBAI, ESSAY, record["events"]["date"].max())
    (before, after), years = question.counts(deadly), question.years
    ratio = measures.rate_ratio(before, years[0], after, years[1])
    return (
        f"Attacks with five or more killed in Indian-administered Jammu and Kashmir, in this record: {before} in "
        f"{years[0]:.1f} years from Mumbai to the essay, {after} in {years[1]:.1f} years since (ratio "
        f"{ratio.value:.2f}, {ratio.low:.2f} to {ratio.high:.2f}; the rate {claims.VERBS[measures.direction(ratio)]})."
    )


def lists_read(record: Record) -> str:
    """What the record holds of the two lists that the essay advises against."""
    rows = record["us_lists"]
    parts = []
    for name in ("Not Fully Cooperating Countries", "State Sponsors of Terrorism"):
        own = rows[(rows["list"] == name) & (rows["subject"] == "Pakistan")]
        listed = own["action"].isin(["added", "designated"]).sum()
        parts.append(f"{name}: {len(own)} decisions or editions read, {listed} of them with Pakistan on the list")
    return "; ".join(parts) + "."


TESTS: dict[str, Callable[[Record], str]] = {
    test.__name__.replace("_", "-"): test
    for test in (
        toll_of_pulwama, pulwama_named, mumbai_named, parliament_named, uri_named, jem_since_parliament, jem_on_bases,
        let_claims, rates_from_2016, names_since, laid_to_let_too, forces_targeted, strike_after_days,
        reply_after_hours, halt_after_days, rungs_of_force, force_in_2008, force_in_2025, uri_and_the_strikes,
        tolls_compared, contacts_of_2008, contacts_before_the_essay, visits_of_2019, posts_filled,
        sentences_since, saeed_held, plan_areas, let_listed, grey_months, aid_by_year, aid_since,
        rewards_offered, azhar_proposed, attacks_since, lists_read,
    )
}  # fmt: skip


def sentences(record: Record) -> dict[str, str]:
    """For each claim that a table tests the sentence with its numbers, by id."""
    named = record["essay_claims"].dropna(subset=["measure"])
    said = {name: TESTS[name](record) for name in named["measure"].unique()}
    return dict(zip(named["id"], named["measure"].map(said), strict=True))
