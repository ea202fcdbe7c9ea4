"""Measures against cases counted by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from aftermumbai import measures

CATEGORIES = pd.CategoricalDtype(["attack", "fatf"], ordered=True)
KINDS = pd.CategoricalDtype(["group", "state", "press"], ordered=True)
ROLES = pd.CategoricalDtype(["claimed", "blamed"], ordered=True)


def casualties(*rows) -> pd.DataFrame:
    columns = ["event_id", "who", "side", "standing", "killed_min", "killed_max"]
    return pd.DataFrame(rows, columns=columns).astype({"killed_min": "Int64", "killed_max": "Int64"})


def test_a_toll_spans_the_settled_counts_of_all_counters():
    counted = casualties(
        ("a", "victims", "all", "settled", 40, 40),
        ("a", "victims", "all", "settled", 44, None),
        ("a", "victims", "all", "early", 18, 18),
        ("a", "victims", "all", "party_claim", 90, 90),
        ("a", "attacker", "all", "settled", 1, 1),
        ("a", "victims", "india", "settled", 3, 3),
        ("b", "victims", "all", "settled", None, None),
    )
    toll = measures.tolls(counted)
    assert toll.loc["a"].tolist() == [40, 44, 2]
    assert "b" not in toll.index


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(26, 26, "26"), (40, 44, "40–44"), (1200, 1300, "1,200–1,300"), (pd.NA, 3, "not counted"), (0, 0, "0")],
)
def test_a_range_in_words(low, high, text):
    assert measures.range_text(low, high) == text


def test_who_says_tells_group_from_state_and_names_a_group_once():
    said = pd.DataFrame(
        {
            "event_id": ["e", "e", "e", "e", "f"],
            "group_id": ["let", "jem", "let", "let", "jem"],
            "role": pd.Series(["blamed", "claimed", "blamed", "claimed", "blamed"], dtype=ROLES),
            "by_kind": pd.Series(["state", "group", "state", "press", "state"], dtype=KINDS),
        }
    )
    groups = pd.DataFrame({"id": ["let", "jem"], "short_name": ["LeT", "JeM"]})
    roles = {"claimed": "claimed", "blamed": "blamed"}
    lines = measures.who_says(said, groups, roles, {"group": "Armed group", "state": "State", "press": "Press"})
    assert lines.to_dict() == {
        "e": "claimed: JeM (armed group); claimed: LeT (press); blamed: LeT (state)",
        "f": "blamed: JeM (state)",
    }


def test_the_killed_are_summed_by_who_administers_the_place():
    kinds = pd.CategoricalDtype(["north", "south"], ordered=True)
    places = pd.DataFrame({"id": ["p", "q"], "territory": pd.Series(["north", "south"], dtype=kinds)})
    attacks = pd.DataFrame({"id": ["a", "b", "c", "d"], "place_id": ["p", "q", "p", "p"]})
    counted = pd.DataFrame({"killed_min": [40, 5, 2], "killed_max": [44, 5, 3]}, index=["a", "b", "c"], dtype="Int64")
    killed = measures.killed_by_territory(attacks, counted, places)
    assert killed.to_dict("index") == {
        "north": {"attacks": 2, "killed_min": 42, "killed_max": 47},
        "south": {"attacks": 1, "killed_min": 5, "killed_max": 5},
    }
    text = measures.killed_text(killed, {"north": "North", "south": "South"})
    assert text == "North: **42–47** in 2 attacks; South: **5** in 1 attacks"


def test_events_per_year_hold_a_zero_for_an_empty_year():
    events = pd.DataFrame(
        {
            "date": pd.to_datetime(["2008-11-26", "2010-01-01", "2010-12-31"]),
            "category": pd.Series(["attack", "fatf", "attack"], dtype=CATEGORIES),
        }
    )
    counts = measures.per_year(events).set_index(["year", "category"])["events"]
    assert counts.to_dict() == {
        (2008, "attack"): 1,
        (2008, "fatf"): 0,
        (2009, "attack"): 0,
        (2009, "fatf"): 0,
        (2010, "attack"): 1,
        (2010, "fatf"): 1,
    }


def test_of_two_labels_that_meet_the_heavier_is_drawn():
    x, y = pd.Series([0, 30, 30, 200]), pd.Series([0, 5, 40, 0])
    widths, weights = pd.Series([40, 40, 40, 40]), pd.Series([5, 9, 1, 2])
    assert measures.uncovered(x, y, widths, 15, weights).tolist() == [False, True, True, True]


def test_of_two_equal_labels_that_meet_the_first_is_drawn():
    level = pd.Series([0, 0])
    assert measures.uncovered(pd.Series([0, 10]), level, pd.Series([40, 40]), 15, level).tolist() == [True, False]


def test_dates_are_written_as_far_as_they_are_known():
    dates = pd.Series(pd.to_datetime(["2008-11-26", "2016-03-01", "2009-01-01"]))
    assert measures.date_text(dates, pd.Series(["day", "month", "year"])).tolist() == [
        "26 November 2008",
        "March 2016",
        "2009",
    ]


def test_the_span_of_events_in_words():
    events = pd.DataFrame({"date": pd.to_datetime(["2010-05-02", "2008-11-26"])})
    assert measures.span_text(events) == "November 2008 to May 2010"


def test_a_statement_that_names_nobody_does_not_count_as_blame():
    attacks = pd.DataFrame({"id": ["a", "b", "c"]})
    said = pd.DataFrame(
        {
            "event_id": ["a", "b", "c"],
            "group_id": ["let", "unidentified", "jem"],
            "role": ["blamed", "blamed", "claimed"],
        }
    )
    assert measures.attacks_attributed(attacks, said, "blamed")["id"].tolist() == ["a"]


GROUPS = pd.DataFrame(
    {"id": ["let", "jud", "fif", "trf", "jem", "unidentified"], "parent_id": [None, "let", "jud", "let", None, None]}
)


def statements(*rows) -> pd.DataFrame:
    columns = ["event_id", "group_id", "role", "by_kind", "date", "date_precision"]
    filled = [(*row, "2010-01-01", "day")[:6] if len(row) < 6 else row for row in rows]
    return pd.DataFrame(filled, columns=columns).assign(date=lambda t: pd.to_datetime(t["date"]))


def test_a_front_is_folded_into_its_topmost_parent():
    assert measures.roots(GROUPS).to_dict() == {
        "let": "let", "jud": "let", "fif": "let", "trf": "let", "jem": "jem", "unidentified": "unidentified",
    }  # fmt: skip
    assert measures.roots(GROUPS, {"trf": "jem"})["trf"] == "jem"


def test_parents_in_a_circle_are_refused():
    circle = pd.DataFrame({"id": ["a", "b"], "parent_id": ["b", "a"]})
    with pytest.raises(ValueError, match="circle: a -> b -> a"):
        measures.roots(circle)


def test_each_statement_takes_its_roles_and_speakers_and_nobody_is_no_group():
    rows = statements(
        ("e1", "let", "claimed", "press"),
        ("e2", "let", "blamed", "state"),
        ("e3", "let", "charged", "state"),
        ("e4", "let", "blamed", "press"),
        ("e5", "let", "convicted", "court"),
        ("e6", "let", "assessed", "state"),
        ("e7", "unidentified", "blamed", "state"),
    )
    found = {name: measures.said(rows, name)["event_id"].tolist() for name in measures.STATEMENTS}
    assert found == {"claimed": ["e1"], "state": ["e2", "e3"], "court": ["e5"], "others": ["e4"]}


def test_an_attack_counts_once_for_each_group_and_role():
    roles = pd.CategoricalDtype(["claimed", "blamed", "charged"], ordered=True)
    rows = statements(
        ("e1", "let", "blamed", "state"), ("e1", "let", "blamed", "press"), ("e1", "jem", "claimed", "group"),
        ("e2", "let", "blamed", "state"), ("elsewhere", "let", "blamed", "state"),
        ("e2", "unidentified", "blamed", "state"),
    ).astype({"role": roles})  # fmt: skip
    counts = measures.role_counts(pd.DataFrame({"id": ["e1", "e2"]}), rows)
    assert counts.to_dict("index") == {
        "jem": {"claimed": 1, "blamed": 0, "charged": 0},
        "let": {"claimed": 0, "blamed": 2, "charged": 0},
    }


def test_yearly_statements_hold_a_zero_for_a_silent_year():
    attacks = pd.DataFrame({"id": ["a", "b", "c"], "date": pd.to_datetime(["2009-05-01", "2011-01-01", "2011-02-01"])})
    rows = statements(
        ("a", "let", "claimed", "group"), ("c", "let", "claimed", "group"), ("b", "jem", "claimed", "group")
    )
    assert measures.yearly_statements(attacks, rows, "let", "claimed").to_dict() == {2009: 1, 2010: 0, 2011: 1}


def test_a_lag_runs_from_the_first_day_of_the_attack_to_the_first_claim_in_a_name():
    events = pd.DataFrame(
        {"id": ["a", "b"], "date": pd.to_datetime(["2009-05-01", "2010-01-01"]), "date_precision": ["day", "month"]}
    )
    rows = statements(
        ("a", "let", "claimed", "group", "2009-05-04", "day"),
        ("a", "let", "claimed", "press", "2009-05-02", "day"),
        ("a", "jem", "claimed", "group", "2009-06-01", "month"),
        ("b", "let", "claimed", "group", "2010-01-05", "day"),
    )
    lags = measures.claim_lags(events, rows)
    assert lags[["event_id", "group_id", "lag"]].values.tolist() == [["a", "let", 1]]


def test_an_attack_laid_to_a_group_is_answered_by_it_by_others_or_by_nobody():
    attacks = pd.DataFrame({"id": ["a", "b", "c", "d"]})
    rows = statements(
        *[(event, "let", "blamed", "state") for event in "abc"],
        ("a", "let", "claimed", "group"), ("a", "jem", "claimed", "group"), ("b", "jem", "claimed", "group"),
        ("d", "let", "claimed", "group"),
    )  # fmt: skip
    assert measures.answers(attacks, rows, "let").to_dict() == {"own": 1, "other": 1, "nobody": 1}


def test_the_share_is_that_of_a_published_table():
    # Clopper and Pearson's interval for 3 of 10, as in Newcombe (1998), Statistics in Medicine 17.
    part = measures.share(3, 10)
    assert (part.value, part.low, part.high) == pytest.approx((0.3, 0.0667, 0.6525), abs=5e-5)
    assert math.isnan(measures.share(0, 0).value)
    assert measures.share_text(part) == "30% (7% to 65%)"
    assert measures.share_text(measures.share(0, 0)) == "–"


def test_the_rate_ratio_is_that_of_r():
    # The example of poisson.test in R (cases of eba1977): 11 in 800 against 21 in 3011 person-years.
    ratio = measures.rate_ratio(21, 3011, 11, 800)
    assert ratio.value == pytest.approx(1.971488, abs=1e-6)
    assert (ratio.low, ratio.high) == pytest.approx((0.8584264, 4.2772659), abs=1e-6)
    assert ratio.p == pytest.approx(0.07967, abs=1e-5)


def test_a_rate_ratio_at_its_limits():
    assert measures.rate_ratio(0, 5, 3, 5).value == math.inf
    assert measures.rate_ratio(0, 5, 3, 5).high == math.inf
    assert measures.rate_ratio(3, 5, 0, 5).value == 0
    nothing = measures.rate_ratio(0, 5, 0, 5)
    assert math.isnan(nothing.value) and (nothing.low, nothing.high, nothing.p) == (0, math.inf, 1)
    with pytest.raises(ValueError, match="a period must have a length"):
        measures.rate_ratio(1, 0, 1, 5)


def test_a_direction_needs_an_interval_clear_of_one():
    def estimate(low, high):
        return measures.Estimate(1, low, high, 0.5)

    assert [measures.direction(estimate(*ends)) for ends in [(1.1, 3), (0.1, 0.9), (0.5, 2)]] == [
        "rose",
        "fell",
        "unclear",
    ]


def test_two_shares_are_compared_by_fishers_test():
    # The lady tasting tea: 3 of 4 against 1 of 4.
    assert measures.odds_p((3, 1), (1, 3)) == pytest.approx(0.4857, abs=1e-4)
    assert (measures.p_text(0.0123), measures.p_text(0.0004)) == ("p = 0.012", "p < 0.001")


# Annual flow of the Nile at Aswan, 1871–1970, 10^8 cubic metres: a change after 1898 is well known.
NILE = """1120 1160 963 1210 1160 1160 813 1230 1370 1140 995 935 1110 994 1020 960 1180 799 958 1140 1100 1210 1150
1250 1260 1220 1030 1100 774 840 874 694 940 833 701 916 692 1020 1050 969 831 726 456 824 702 1120 1100 832 764 821
768 845 864 862 698 845 744 796 1040 759 781 865 845 944 984 897 822 1010 771 676 649 846 812 742 801 1040 860 874 848
890 744 749 838 1050 918 986 797 923 975 815 1020 906 901 1170 912 746 919 718 714 740"""


def test_the_change_of_the_nile_is_found():
    flow = pd.Series([int(year) for year in NILE.split()], index=range(1871, 1971))
    change = measures.change_point(flow)
    assert change.last_before == 1898
    assert change.p < 1e-6
    # The statistic by its definition: the sum of signs of all differences across the change.
    before, after = flow.loc[:1898].to_numpy(), flow.loc[1899:].to_numpy()
    assert change.statistic == abs(np.sign(after[:, None] - before[None, :]).sum())


def test_a_change_point_needs_four_values_and_no_gap():
    for bad in ([1, 2, 3], [1, 2, None, 4, 5]):
        with pytest.raises(ValueError, match="four values or more, none missing"):
            measures.change_point(pd.Series(bad, dtype=float))


def test_rates_are_compared_by_every_choice():
    attacks = pd.DataFrame(
        {
            "id": ["a", "b", "c"],
            "date": pd.to_datetime(["2009-06-01", "2011-01-01", "2012-12-31"]),
            "killed_min": pd.array([5, None, 0], dtype="Int64"),
        }
    )
    rows = statements(
        *[(event, group, "claimed", "group") for event, group in (("a", "let"), ("b", "trf"), ("c", "let"))]
    )
    days = [pd.Timestamp(day) for day in ("2009-01-01", "2011-01-01", "2012-12-31")]
    own = pd.Series(GROUPS["id"].to_numpy(), index=GROUPS["id"])
    rates = measures.compare_rates(
        attacks, rows, names=["let"], comparisons=[measures.Comparison("q", *days)], levels=[0, 1],
        foldings={"own": own, "folded": measures.roots(GROUPS)},
    )  # fmt: skip
    claimed = rates[rates["statement"] == "claimed"].set_index(["names", "level"])[["before", "after"]]
    # The attack on the day of the cut belongs to the later period; one without a count is not deadly.
    assert claimed.T.to_dict("list") == {
        ("own", 0): [1, 1], ("own", 1): [1, 0], ("folded", 0): [1, 2], ("folded", 1): [1, 0],
    }  # fmt: skip
    assert rates["years_before"].iloc[0] == pytest.approx(730 / 365.25)
    assert rates["years_after"].iloc[0] == pytest.approx(731 / 365.25)


def deaths(*rows) -> pd.DataFrame:
    columns = ["id", "year", "counted_by", "who", "count_min", "count_max", "coverage"]
    return pd.DataFrame([(str(n), *row) for n, row in enumerate(rows)], columns=columns)


def test_counts_of_one_year_are_spanned_and_parts_of_years_left_out():
    rows = deaths(
        ("2010", "satp", "civilian", 34, 36, "year"),
        ("2010", "jkccs", "civilian", 167, 167, "year"),
        ("2010", "satp", "civilian", 5, 5, "part"),
        ("2010-2012", "satp", "civilian", 99, 99, "years"),
    )
    spread = measures.spread(measures.full_years(rows))
    assert spread.to_dict("records") == [
        {"year": 2010, "who": "civilian", "low": 34, "high": 167, "counters": 2, "counts": 2}
    ]


def test_a_series_takes_the_latest_edition_and_its_longest_run():
    rows = measures.full_years(
        deaths(
            ("2005", "satp", "civilian", 9, 9, "year"),
            ("2007", "satp", "civilian", 8, 8, "year"),
            ("2008", "satp", "civilian", 7, 7, "year"),
            ("2008", "satp", "civilian", 6, 6, "year"),
        )
    )
    series = measures.series(rows, "satp", "civilian")
    assert series.to_dict() == {2005: 9, 2007: 8, 2008: 6}
    assert measures.longest_run(series).index.tolist() == [2007, 2008]


def test_the_share_that_reaches_each_level():
    steps = measures.survival(pd.Series([1, 1, 3, None, 10]))
    assert steps.values.tolist() == [[1, 4, 1.0], [3, 2, 0.5], [10, 1, 0.25]]
