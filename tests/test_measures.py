"""Measures against cases counted by hand."""

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


def test_the_heavier_of_two_close_items_is_chosen():
    dates = pd.Series(pd.to_datetime(["2010-01-01", "2010-02-01", "2012-01-01"]))
    chosen = measures.spaced(dates, pd.Series([5, 9, 1]), pd.Timedelta(days=365))
    assert chosen.tolist() == [False, True, True]


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
