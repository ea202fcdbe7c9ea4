"""Stays, gaps, deadlines and ratings against cases counted by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from aftermumbai.measures import spells


def days(*texts: str) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts)))


def listing(**cells) -> dict:
    empty = dict.fromkeys(("entered", "known_from", "left", "known_to", "exit"))
    return {"id": "x", "country": "X", "iso3": "XXX", **empty, **cells}


def table(*rows: dict) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in ("entered", "known_from", "left", "known_to")})


def test_a_stay_counts_as_completed_only_between_two_dates_that_were_read():
    stays = spells.stays(
        table(
            listing(id="whole", entered="2020-01-01", left="2021-01-01", exit="removed"),
            listing(id="runs", entered="2020-01-01", known_to="2022-01-01"),
            listing(id="moved-up", entered="2020-01-01", left="2020-07-01", exit="stricter"),
            listing(id="no-entry", known_from="2020-01-01", left="2020-07-01", exit="removed"),
            listing(id="no-length", entered="2020-01-01", exit="unknown"),
            listing(id="no-days", entered="2020-01-01", known_to="2020-01-01", exit="unknown"),
        )
    ).set_index("id")
    assert stays.index.tolist() == ["whole", "runs", "moved-up", "no-entry"]
    assert stays["completed"].tolist() == [True, False, False, False]
    assert stays["entry_read"].tolist() == [True, True, True, False]
    assert stays.loc["whole", "months"] == pytest.approx(366 / (365.25 / 12))


def test_the_curve_falls_only_at_exits_and_counts_those_still_there():
    # Five stays: exits after 2, 4 and 6 months, the others known to have lasted 3 and 8.
    months = pd.Series([2.0, 3.0, 4.0, 6.0, 8.0])
    completed = pd.Series([True, False, True, True, False])
    curve = spells.kaplan_meier(months, completed).set_index("months")
    # 4/5; then 4/5 * 2/3, since one of five left and one was lost; then * 1/2.
    assert curve["share"].to_dict() == pytest.approx({0: 1, 2: 0.8, 3: 0.8, 4: 8 / 15, 6: 4 / 15, 8: 4 / 15})
    assert curve["at_risk"].to_dict() == {0: 5, 2: 5, 3: 4, 4: 3, 6: 2, 8: 1}
    assert curve["exits"].to_dict() == {0: 0, 2: 1, 3: 0, 4: 1, 6: 1, 8: 0}
    assert (curve["low"] <= curve["share"]).all() and (curve["high"] >= curve["share"]).all()


def test_greenwoods_interval_by_hand():
    curve = spells.kaplan_meier(pd.Series([1.0, 2.0, 3.0, 4.0]), pd.Series([True] * 4)).set_index("months")
    # After two of four exits: share 1/2, variance of log(-log) = (1/12 + 1/6) / log(1/2)^2.
    error = 1.959964 * math.sqrt(1 / 12 + 1 / 6) / abs(math.log(0.5))
    assert curve.loc[2, "low"] == pytest.approx(0.5 ** math.exp(error), abs=1e-6)
    assert curve.loc[2, "high"] == pytest.approx(0.5 ** math.exp(-error), abs=1e-6)


def test_the_median_is_where_curve_and_band_cross_one_half():
    curve = pd.DataFrame(
        {
            "months": [0.0, 10, 20, 30],
            "share": [1, 0.6, 0.4, 0.3],
            "low": [1, 0.45, 0.3, 0.1],
            "high": [1, 0.8, 0.6, 0.55],
        }
    )
    median = spells.median_stay(curve)
    assert (median.value, median.low, median.high) == (20, 10, math.inf)
    assert spells.share_after(curve, 25)[:3] == (0.4, 0.3, 0.6)


def test_longer_stays_are_counted_apart_when_they_still_run():
    stays = pd.DataFrame(
        {"id": ["a", "b", "c", "d"], "months": [10.0, 5, 20, 30], "completed": [True, True, True, False]}
    )
    assert spells.longer(stays, "a") == {"completed": 3, "completed_longer": 1, "running_longer": 1}


def test_two_equal_sets_of_stays_are_not_told_apart():
    stays = pd.DataFrame({"months": [1.0, 2, 3, 4], "completed": [True, True, True, False]})
    assert spells.logrank(stays, stays) == pytest.approx(1)


def test_the_gap_runs_to_the_first_meeting_on_or_after_the_day():
    gaps = spells.gaps(days("2020-01-01", "2020-01-10", "2020-01-11", "2020-03-01"), days("2020-02-01", "2020-01-10"))
    assert gaps.tolist()[:3] == [9, 0, 21]
    assert np.isnan(gaps.tolist()[3])


# Ten days that end with meetings on the fifth and the tenth: gaps 4 3 2 1 0 4 3 2 1 0, on average 2.
FIRST, LAST = pd.Timestamp("2020-01-01"), pd.Timestamp("2020-01-10")
MEETINGS = days("2020-01-05", "2020-01-10")


def test_acts_on_the_days_of_meetings_are_as_close_as_a_shift_can_bring_them():
    found = spells.shift_test(MEETINGS, MEETINGS, FIRST, LAST)
    # Two of ten shifts (by 0 and by 5 days) put both acts on meetings.
    assert (found.n, found.mean, found.expected) == (2, 0, 2)
    assert found.p == pytest.approx(0.2)
    # As far from 2 as 0 is 4: the shifts by 1 and by 6 put both on the day after.
    assert found.p_two_sided == pytest.approx(0.4)
    assert math.isnan(found.needed)


def test_acts_that_move_together_stay_together():
    # The fourth and the ninth day: gap 1 both. Shifts give every gap twice, and 0 and 1 are as small.
    found = spells.shift_test(days("2020-01-04", "2020-01-09"), MEETINGS, FIRST, LAST)
    assert (found.mean, found.p) == (1, pytest.approx(0.4))


def test_independent_acts_by_counting_all_pairs():
    # Two days, each with gap 0 to 4 alike: a sum of 1 or less in 3 of 25 pairs.
    found = spells.independent_test(days("2020-01-04", "2020-01-05"), MEETINGS, FIRST, LAST)
    assert found.mean == 0.5
    assert found.p == pytest.approx(3 / 25)
    # As far from 2 on the other side: a sum of 7 or more, again 3 pairs.
    assert found.p_two_sided == pytest.approx(6 / 25)
    # A sum of 0 has one chance in 25; a sum of 1 or less is above 0.05.
    assert found.needed == 0


def test_the_share_within_some_days_against_all_days():
    table = spells.within(days("2020-01-04", "2020-01-05"), MEETINGS, FIRST, LAST).set_index("days")
    assert table["acts"].to_dict() == {0: 1, 1: 2, 2: 2, 3: 2, 4: 2}
    assert table["expected"].to_dict() == pytest.approx({0: 0.2, 1: 0.4, 2: 0.6, 3: 0.8, 4: 1})


def test_a_period_without_a_meeting_at_its_end_is_refused():
    with pytest.raises(ValueError, match="must end on the day of a meeting, not on 2020-01-09"):
        spells.shift_test(MEETINGS[:1], MEETINGS, FIRST, pd.Timestamp("2020-01-09"))
    with pytest.raises(ValueError, match="must lie within the period"):
        spells.shift_test(days("2019-12-31"), MEETINGS, FIRST, LAST)


def plenaries(*rows: tuple) -> pd.DataFrame:
    columns = ["id", "date", "items_addressed", "items_total", "deadline", "part_deadlines_missed"]
    frame = pd.DataFrame([(*row, None) if len(row) < len(columns) else row for row in rows], columns=columns)
    dates = {name: pd.to_datetime(frame[name]) for name in ("date", "deadline")}
    return frame.assign(**dates).astype({"items_addressed": "Int64", "items_total": "Int64"})


def test_two_plans_counted_together_are_told_apart():
    counts = spells.plan_counts(
        plenaries(
            ("c", "2021-10-01", 30, 34, None),
            ("a", "2019-10-01", 5, 27, None),
            ("b", "2021-06-01", 26, 27, None),
            ("d", "2022-06-01", 34, 34, None),
            ("no-count", "2020-01-01", None, 27, None),
        ),
        27,
        7,
    )
    assert counts["id"].tolist() == ["a", "b", "c", "d"]
    assert counts["first"].tolist() == [5, 26, 26, 27]
    assert counts["second"].dropna().tolist() == [4, 7]


def test_a_deadline_is_met_missed_or_moved():
    fates = spells.deadlines(
        plenaries(
            ("a", "2019-01-01", None, 3, "2019-06-01"),
            ("b", "2019-07-01", 1, 3, "2019-12-01"),
            ("c", "2019-11-01", 2, 3, "2020-03-01"),
            ("d", "2020-03-10", 3, 3, "2021-01-01"),
        )
    )
    assert fates["outcome"].tolist() == ["missed", "moved", "met", "open"]
    assert fates["addressed"].dropna().tolist() == [1, 3]


def test_a_deadline_that_is_repeated_counts_once():
    fates = spells.deadlines(
        plenaries(
            ("a", "2018-06-01", None, 3, "2019-09-01"),
            ("b", "2019-06-21", None, 3, "2019-10-01"),
            ("c", "2019-10-18", 1, 3, None),
        )
    )
    assert fates["set_on"].tolist() == [pd.Timestamp("2018-06-01")]
    assert fates["deadline"].tolist() == [pd.Timestamp("2019-10-01")]
    assert fates["outcome"].tolist() == ["missed"]


def test_a_deadline_for_part_of_the_items_is_judged_by_what_a_meeting_said():
    fates = spells.deadlines(
        plenaries(
            ("a", "2019-02-01", None, 3, "2019-05-01"),
            ("b", "2019-06-01", None, 3, None, "2019-01;2019-05"),
            ("c", "2019-10-01", 1, 3, None),
        )
    )
    assert fates["part"].tolist() == [True, True]
    assert fates["outcome"].tolist() == ["missed", "missed"]
    assert fates["judged_on"].tolist() == [pd.Timestamp("2019-06-01")] * 2
    assert fates["addressed"].isna().all()
    assert pd.isna(fates["set_on"].iloc[0]) and fates["set_on"].iloc[1] == pd.Timestamp("2019-02-01")


def test_a_rating_stands_until_another_round_gives_one():
    ratings = pd.DataFrame(
        {
            "criterion": ["R.1", "R.2", "R.1", "IO.1"],
            "assessment": ["first", "second", "third", "first"],
            "rating": ["PC", "NC", "LC", "LE"],
        }
    )
    standing = spells.standing_ratings(ratings, ["first", "second", "third"])
    assert len(standing) == 120
    one = standing[standing["number"] == 1]
    assert one["rating"].tolist() == ["PC", "PC", "LC"] and one["rated"].tolist() == [True, False, True]
    two = standing[standing["number"] == 2]
    assert pd.isna(two["rating"].iloc[0]) and two["rating"].tolist()[1:] == ["NC", "NC"]
