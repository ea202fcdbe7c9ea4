"""The figures of the chapters agree with the tables, and the sentences written by hand still hold.

A notebook computes its numbers, but some of its words were chosen for what the numbers said: if a
test of `test_the_words_…` fails, the data changed the finding and the words must follow.
"""

import pandas as pd
import pytest

from aftermumbai import data, measures
from aftermumbai.charts import claims, timeline, violence


@pytest.fixture(scope="module")
def rates(record) -> pd.DataFrame:
    last = record["events"]["date"].max()
    return claims.compare(record["attacks"], record["attributions"], record["groups"], last)


def answers(rates: pd.DataFrame, question: str, names: str) -> dict[str, str]:
    chosen = rates[rates["comparison"].str.contains(question) & (rates["names"] == names) & (rates["level"] == 0)]
    return chosen[chosen["statement"] == "claimed"].set_index("group")["answer"].to_dict()


def test_the_words_on_the_rates_of_claims_hold(record, rates):
    assert answers(rates, "could see it", "own")["let"] == "unclear"
    assert answers(rates, "could see it", "folded")["let"] == "fell"
    assert set(answers(rates, "from 2016", "own").values()) == {"rose"}
    assert set(answers(rates, "Pulwama – since", "own").values()) == {"fell"}
    mumbai, _, from_2016, _ = [question.label for question in claims.comparisons(claims.PULWAMA)]
    assert claims.choices(rates, "let", mumbai, "rose").startswith("0 of ")
    for group in claims.FAMILIES:
        assert not claims.choices(rates, group, from_2016, "rose").startswith("0 of ")
        assert claims.choices(rates, group, from_2016, "fell").startswith("0 of ")
    recent = claims.recent_claims(record["attacks"], record["attributions"], claims.ESSAY, 3)
    assert min(recent.values()) >= 5


def test_the_words_on_other_counts_and_on_pulwama_hold(record):
    shares = claims.gtd_rows(record["gtd_counts"]).set_index(["period", "group"])
    assert shares.loc[("2012–2015", "LeT"), "high"] < shares.loc[("2012–2015", "HM"), "low"]
    # TRF came later: its empty line says so, and the words leave it out.
    assert shares.loc[("2012–2015", "TRF"), "counts"] == "none coded"
    assert "TRF" not in claims.gtd_takeaway(shares.reset_index())
    event = record["events"].set_index("id", drop=False).loc["2019-02-14-pulwama"]
    case = claims.case_rows(record["attributions"], record["case_steps"], record["groups"], event)
    assert case[case["lane"] == "Claimed"]["group"].tolist() == ["JeM"]


def test_the_words_on_violence_hold(record):
    targets = violence.target_rows(
        record["attacks"], record["attributions"], record["groups"], record["places"]
    ).query("attacks_of == @violence.THEIRS and reading == 'strict'").set_index("period")  # fmt: skip
    assert targets.loc["2016 to Pulwama", "low"] > targets.loc["before Mumbai", "high"]
    assert targets.loc["since Pulwama", "high"] < targets.loc["2016 to Pulwama", "low"]
    changes = violence.change_rows(record["jk_fatalities"], [violence.FIRST_YEAR, 2009])
    assert not (changes[changes["span"].str.startswith("2009")]["adjusted"] < 0.05).any()


def test_the_summary_agrees_with_a_count_by_hand(record):
    since = record["attacks"].query("date >= @claims.MUMBAI")
    summary = claims.summary(since, record["attributions"], record["groups"]).set_index("group")
    claimed = record["attributions"].query("role == 'claimed' and event_id in @since['id']")
    by_event = claimed.groupby("event_id")["group_id"].agg(set)
    fronts = {g for g, root in measures.roots(record["groups"]).items() if root == "let"} - {"let"}
    assert summary.loc["LeT", "own"] == sum("let" in groups for groups in by_event)
    assert summary.loc["LeT", "front"] == sum("let" not in groups and bool(groups & fronts) for groups in by_event)


def test_claims_by_year_add_up_to_the_summary(record):
    rows = claims.year_rows(record["attacks"], record["attributions"], record["groups"])
    attacks = record["attacks"].query("date >= '2000-01-01'")
    summary = claims.summary(attacks, record["attributions"], record["groups"]).set_index("group")
    sums = rows.groupby(["group", "said"])["attacks"].sum()
    for name in claims.FAMILIES.values():
        assert sums[name, claims.OWN] == summary.loc[name, "own"]
        assert sums[name, claims.FRONT] == summary.loc[name, "front"]
        assert sums[name, claims.STATE] == summary.loc[name, "state"]


def test_every_choice_of_the_rates_is_counted_once(rates):
    turns = claims.turns(rates)
    assert (turns["choices"] == len(claims.LEVELS) * len(claims.WAYS)).all()
    assert len(turns) == 4 * len(claims.FAMILIES) * len(measures.STATEMENTS)


def test_the_rates_in_words():
    row = {"group": "let", "comparison": "q", "names": "own", "level": 0, "statement": "claimed", "answer": "rose"}
    numbers = {"before": 0, "years_before": 8.94, "after": 3, "years_after": 2.0, "ratio": float("inf")}
    rates = pd.DataFrame([row | numbers | {"low": 1.2, "high": float("inf"), "p": 0.01}])
    assert claims.rate_text(rates, "let", "q", "own") == (
        "LeT rose (0 in 8.9 years, then 3 in 2.0; none before, 1.20 to no upper end)"
    )


def test_counts_outside_a_chart_are_refused(record, monkeypatch):
    monkeypatch.setattr(claims, "MOST", 1)
    with pytest.raises(ValueError, match=r"raise charts\.claims\.MOST"):
        claims.year_rows(record["attacks"], record["attributions"], record["groups"])
    monkeypatch.setattr(violence, "DEATHS", (100, 200))
    with pytest.raises(ValueError, match=r"widen charts\.violence\.DEATHS"):
        violence.death_rows(record["jk_fatalities"])
    monkeypatch.setattr(timeline, "END", pd.Timestamp("2020-01-01"))
    tables = {name: data.load(name) for name in ("events", "casualties", "attributions", "groups", "places", "sources")}
    with pytest.raises(ValueError, match=r"raise charts\.timeline\.END"):
        timeline.rows_of(**tables)


def test_an_era_without_its_event_is_refused():
    tables = {name: data.load(name) for name in ("events", "casualties", "attributions", "groups", "places", "sources")}
    tables["events"] = tables["events"][tables["events"]["id"] != "2008-11-26-mumbai"]
    with pytest.raises(KeyError, match="2008-11-26-mumbai"):
        timeline.rows_of(**tables)


def test_every_speaker_and_counter_has_a_colour():
    case = data.load("attributions").query("event_id == '2019-02-14-pulwama'")
    assert set(case["by_kind"]) <= set(claims.SPEAKER_COLOURS)
    assert list(violence.COUNTER_COLOURS) == list(data.labels("jk_fatalities", "counted_by"))
