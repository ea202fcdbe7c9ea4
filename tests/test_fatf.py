"""The chapter on the grey list agrees with the tables, and the sentences written by hand still hold."""

import pandas as pd
import pytest

from aftermumbai import data
from aftermumbai.charts import fatf
from aftermumbai.measures import spells


@pytest.fixture(scope="module")
def stays(record) -> pd.DataFrame:
    return spells.stays(record["grey_list_spells"])


@pytest.fixture(scope="module")
def timing(record) -> pd.DataFrame:
    done = fatf.acts(record["pakistan_measures"], record["custody"])
    decided = fatf.acts(fatf.by_decision(record["pakistan_measures"]), record["custody"])
    meetings, stay = fatf.reviews(record["fatf_plenaries"]), fatf.listed(record["grey_list_spells"])
    return fatf.timing_rows(done, decided, meetings, stay)


def test_the_words_on_bunching_hold(timing):
    # "No bunching was found, by a blunt test", "it was not found all the same".
    assert (timing["p"] > 0.05).all()
    main = timing.set_index("reading").loc[fatf.MAIN]
    assert 30 <= main["n"] <= 50  # "a record of some forty days"


def test_the_words_on_the_path_hold(record):
    path = fatf.path_rows(record["fatf_plenaries"])
    assert path.loc[path["date"] < "2019-03-01", "step"].iloc[-1] == "grey list"
    assert "three times" in fatf.path_takeaway(path)
    # The essay came eight months after the listing, and the listing ended in October 2022.
    listed, left = fatf.listed(record["grey_list_spells"])
    assert (listed, left) == (pd.Timestamp("2018-06-29"), pd.Timestamp("2022-10-21"))


def test_the_words_on_counts_and_deadlines_hold(record):
    counts = fatf.count_rows(record["fatf_plenaries"])
    ends = counts[counts["part"] != fatf.OPEN].groupby("date")["items"].sum()
    assert ends.iloc[-1] == fatf.FIRST_PLAN + fatf.SECOND_PLAN
    # The last items of both plans were done at the same plenary.
    done = counts.pivot(index="date", columns="part", values="items")
    first = done.index[done[fatf.DONE_FIRST] == fatf.FIRST_PLAN][0]
    assert first == done.index[done[fatf.DONE_SECOND] == fatf.SECOND_PLAN][0]
    silent = record["fatf_plenaries"].set_index("id").loc[["2018-10", "2019-02", "2019-06"], "items_addressed"]
    assert silent.isna().all()
    fates = spells.deadlines(record["fatf_plenaries"])
    assert "met" not in set(fates["outcome"])
    # "As in the pandemic of 2020", "those of January and May 2019 were for a part of the items".
    assert [f"{day:%Y-%m}" for day in fates.loc[fates["outcome"] == "moved", "deadline"]] == ["2020-06"]
    assert [f"{day:%Y-%m}" for day in fates.loc[fates["part"], "deadline"]] == ["2019-01", "2019-05"]
    assert not fates["deadline"].duplicated().any()


def test_a_ban_counts_once_by_notification_or_by_decision(record):
    # "For no other measure are both days known", "from the decision of 21 February instead of 5 March".
    table = record["pakistan_measures"]
    told, decided = (fatf.acts(some, record["custody"]) for some in (table, fatf.by_decision(table)))
    bans = [some.loc[some["lane"] == "bans", "date"] for some in (told, decided)]
    assert len(bans[0]) == len(bans[1])
    assert set(bans[0]) - set(bans[1]) == {pd.Timestamp("2019-03-05")}
    assert set(bans[1]) - set(bans[0]) == {pd.Timestamp("2019-02-21")}
    day_before = pd.Timestamp("2019-02-22") in set(fatf.reviews(record["fatf_plenaries"]))
    assert day_before and table["id"].isin(["2018-02-09-ata-ordinance"]).any()


def test_the_review_before_2015_was_longer_than_the_stay_of_2018(record, stays):
    # "The review before it was longer."
    text = fatf.review_text(stays, record["fatf_plenaries"])
    own = stays.set_index("id")
    # "That was the public statement": the two stays and the statements between them leave no gap.
    assert fatf.review(stays, record["fatf_plenaries"])[2] in text
    months = (own.loc["pak-2014-06", "ends"] - own.loc["pak-2010-06", "begins"]).days / spells.MONTH
    assert months > own.loc[fatf.STAY, "months"] and f"{months:.0f} months" in text


def test_the_sentence_on_verdicts_names_the_plenaries_around_them():
    rows = pd.DataFrame(
        {
            "date": pd.to_datetime(["2020-01-01", "2020-03-01", "2020-01-10", "2020-01-20", "2020-04-01"]),
            "lane": ["plenary", "plenary", *["charges and verdicts"] * 3],
            "what": ["", "", "A verdict", "An arrest warrant", "A verdict"],
        }
    )
    assert fatf.thickest(rows) == (
        "2 of 3 days with a charge or verdict lie between 10 January 2020 and 20 January 2020, between the plenaries "
        "of 1 January 2020 and 1 March 2020 (on 20 January 2020 it was an arrest warrant)."
    )


def test_the_words_on_the_length_of_the_stay_hold(stays):
    # "A long stay, not the longest."
    read = fatf.samples(stays)["read"]
    curve = spells.kaplan_meier(read["months"], read["completed"])
    own = read.set_index("id").loc[fatf.STAY, "months"]
    assert own > spells.median_stay(curve).high
    assert spells.longer(read, fatf.STAY)["completed_longer"] > 0


def test_a_stay_is_left_out_only_where_one_day_of_it_is_known(record, stays):
    table = record["grey_list_spells"]
    out = table[~table["id"].isin(stays["id"])]
    assert (out[["entered", "known_from", "left", "known_to"]].nunique(axis=1) == 1).all()
    assert fatf.left_out(table, stays)[0] + len(stays) == len(table)
    assert f"{len(out)} are in no\nsample" in fatf.eras_text(table, stays)


def test_the_words_on_ratings_and_outcomes_hold(record):
    # "Whether the laws work was not rated again", "the ratings of 2019 still stand".
    outcomes = fatf.outcome_rows(record["fatf_ratings"])
    assert len(outcomes) == 11 and (outcomes["then"] == outcomes["now"]).all()
    rated = fatf.rating_rows(record["fatf_ratings"])
    met = rated[rated["code"].isin(["C", "LC"])].groupby("order").size()
    assert met.iloc[-1] - met.iloc[0] >= 20


def test_the_words_on_what_was_not_read_hold(record):
    # "Those of October 2010 and February 2011 were not read."
    own = record["fatf_plenaries"].query("body == 'FATF' and '2008-02' < date < '2015-03'")
    met = {f"{year}-{month:02}" for year in range(2008, 2016) for month in (2, 6, 10)}
    # No statement of June 2009 is known.
    within = {month for month in met if "2008-10" <= month <= "2015-02" and month != "2009-06"}
    assert within - set(own["date"].dt.strftime("%Y-%m")) == {"2010-10", "2011-02"}
    # "For all but a few recommendations", "the deadlines of the second plan were not found".
    text = fatf.totals_text(record["fatf_totals"], record["fatf_ratings"])
    assert "Of its 31 ratings in the chart 5 were reported one by one; 26 follow" in text
    after = record["fatf_plenaries"].query("date >= '2021-06-25'")
    assert after["deadline"].isna().all()
    assert "before its deadlines" in after.set_index("id").loc["2022-10", "summary"]


def test_the_words_on_who_pushed_and_who_resisted_hold(record):
    text = fatf.sides_text(fatf.position_rows(record["fatf_positions"]))
    assert "The United States, with France, Germany and the United Kingdom, is reported" in text
    assert "Most often for listing: India (7 reports); against: Turkey (6), China (5) and Malaysia (3)." in text


def test_every_rating_that_changed_has_a_line_through_the_round_that_changed_it(record):
    # The chart is a slope chart through every re-rating: a place for each recommendation after each round.
    rows, ratings = fatf.rating_rows(record["fatf_ratings"]), record["fatf_ratings"]
    drawn = rows.set_index(["criterion", "round"])["code"]
    assert len(drawn) == 40 * len(fatf.ROUNDS) and drawn.index.is_unique
    for row in ratings[
        ratings["assessment"].isin(fatf.ROUNDS) & ratings["criterion"].str.startswith("R.")
    ].itertuples():
        assert drawn[row.criterion, fatf.ROUNDS[row.assessment]] == row.rating


def test_every_column_of_the_ratings_holds_forty_and_agrees_with_the_totals(record):
    counts = fatf.rating_rows(record["fatf_ratings"]).groupby(["round", "code"]).size().unstack(fill_value=0)
    assert (counts.sum(axis=1) == 40).all()
    for row in record["fatf_totals"].itertuples():
        own = counts.loc[fatf.ROUNDS[row.assessment]]
        unknown = own.get("?", 0)
        for code in ("C", "LC", "PC", "NC"):
            total = getattr(row, code.lower())
            assert own[code] <= total <= own[code] + unknown
        assert unknown or list(own[["C", "LC", "PC", "NC"]]) == [row.c, row.lc, row.pc, row.nc]


def test_the_last_ratings_are_those_in_force(record):
    rated = fatf.rating_rows(record["fatf_ratings"])
    last = rated[rated["order"] == len(fatf.ROUNDS) - 1].set_index("criterion")["code"]
    force = record["fatf_ratings"].query("assessment == 'in_force'").set_index("criterion")["rating"].astype(str)
    assert last.to_dict() == force[force.index.str.startswith("R.")].to_dict()


def test_items_are_addressed_no_faster_than_plenaries_counted(record):
    rows = fatf.item_rows(record["fatf_action_items"], record["fatf_plenaries"])
    counts = spells.plan_counts(record["fatf_plenaries"], fatf.FIRST_PLAN, fatf.SECOND_PLAN).set_index("date")
    seven = rows[rows["panel"] == fatf.SEVEN]
    assert len(seven) == fatf.SECOND_PLAN
    for day, row in counts.iterrows():
        done = (seven["met"] == fatf.MET) & (seven["ends"] <= day)
        assert pd.isna(row["second"]) or done.sum() == row["second"]


def test_an_item_without_a_short_name_is_refused(record):
    items = record["fatf_action_items"].assign(id=lambda table: "new-" + table["id"])
    with pytest.raises(KeyError, match=r"without a short name in charts\.fatf\.ITEMS: new-2018-01"):
        fatf.item_rows(items, record["fatf_plenaries"])


def test_acts_are_days_of_pakistans_own_measures():
    measures = pd.DataFrame(
        {
            "id": ["a", "b", "2018-10-25-ordinance-lapse", "d"],
            "date": pd.to_datetime(["2019-03-05", "2019-03-05", "2018-10-25", "2019-04-01"]),
            "date_precision": ["day", "day", "day", "month"],
            "kind": ["ban", "policy", "law", "ban"],
            "title": ["A ban", "A plan", "A lapse", "A month"],
        }
    )
    custody = pd.DataFrame(
        {
            "date": pd.to_datetime(["2019-03-05", "2019-03-06", "2019-03-07", "2019-03-05"]),
            "date_precision": "day",
            "country": ["Pakistan", "India", "Pakistan", "Pakistan"],
            "step": ["arrested", "arrested", "released", "detained"],
            "summary": ["One", "Two", "Three", "Four"],
        }
    )
    acts = fatf.acts(measures, custody)
    assert acts[["lane", "what"]].to_numpy().tolist() == [["arrests", "One"], ["bans", "A ban"]]


def test_costs_are_divided_by_the_years_they_cover():
    costs = pd.DataFrame(
        {
            "id": ["m-2019", "s-2021", "s-2021-exports"],
            "estimated_by": ["A Minister, Minister", "Study (Author)", "Study (Author)"],
            "amount_usd_billions_min": [10.0, 24, 6],
            "amount_usd_billions_max": [10.0, 24, 6],
            "period": ["per year", "2008-2019", "2008-2019"],
            "what": ["Loss", "Cumulative loss", "Part of the loss"],
            "note": ["As some say", "A model", None],
        }
    )
    rows = fatf.cost_rows(costs)
    assert rows["yearly"].tolist() == [10, 2, 0.5]
    assert rows["kind"].tolist() == [fatf.OFFICIAL, fatf.WHOLE, fatf.PART]
    assert rows["estimate"].tolist() == ["Minister, a year", "Study, 2008–19, all", "Study, exports"]
    assert "On the official claim: As some say. On the study: A model." in fatf.cost_text(costs)


def test_the_words_on_the_costs_hold(record):
    # By hand: 38 / 12 = 3.17 billion a year, 10.31 / 2 = 5.155; the official claim is 10.
    rows = fatf.cost_rows(record["fatf_costs"])
    assert "3.2 times the study's mean. n = 2 authors" in fatf.cost_takeaway(rows)
    text = fatf.cost_alt(rows)
    assert "Two parties" in text and "n = 2 authors, 6 numbers" in text
    assert "3.2 times the study's mean and 1.9 times its rate for 2018–19 (5.2 billion)" in text
    assert "finds losses also in years off the list" in fatf.cost_text(record["fatf_costs"])


def test_every_position_has_a_side_and_every_kind_of_measure_a_lane():
    assert set(fatf.SIDES) == set(data.labels("fatf_positions", "position"))
    assert set(data.labels("pakistan_measures", "kind")) - set(fatf.LANES) == {"policy"}
    assert set(fatf.LANES.values()) == set(fatf.LANE_COLOURS)
    assert set(fatf._STEP) == set(data.labels("fatf_plenaries", "status"))
