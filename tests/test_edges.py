"""Cases at the very edge of what a measure or a rule says, each added because a seeded fault had gone unseen there."""

from datetime import date

import pytest
from test_escalation import LEVELS, SIDES, since, steps

from aftermumbai import data, rules
from aftermumbai.measures import alignment


def test_a_step_half_an_hour_after_the_trigger_keeps_its_half_hour():
    rows = since(("soon", "2019-02-14", "day", "15:45", "Asia/Kolkata", "india", "statement", None))
    assert rows.loc["soon", ["hours_min", "hours_max"]].tolist() == [0.5, 0.5]


def test_a_day_that_ends_half_an_hour_after_the_trigger_still_begins_with_it():
    late = ("attack", "2019-02-14", "day", "23:30", "Asia/Kolkata", "armed_group", "trigger", None)
    said = ("said", "2019-02-14", "day", None, None, "india", "statement", None)
    rows = alignment.since_trigger(steps(late, said), SIDES, LEVELS).set_index("id")
    assert rows.loc["said", ["hours_min", "hours_max"]].tolist() == [0, 0.5]


@pytest.mark.parametrize(
    ("day", "precision", "last"),
    [
        ("2009-07-01", "day", "2009-07-01"),
        ("2009-07-01", "month", "2009-07-31"),
        ("2012-02-01", "month", "2012-02-29"),
        ("2009-12-01", "month", "2009-12-31"),
        ("2009-01-01", "year", "2009-12-31"),
    ],
)
def test_the_last_day_that_a_date_known_in_part_may_stand_for(day, precision, last):
    assert rules.latest(date.fromisoformat(day), precision) == date.fromisoformat(last)
    assert rules.latest(None, precision) is None


@pytest.mark.parametrize(("start", "precision", "gap"), [("2009-08-01", "month", False), ("2009-08-02", "day", True)])
def test_a_post_that_ended_some_day_of_a_month_may_be_followed_by_the_next_month_and_no_later(start, precision, gap):
    ended = {"post": "x", "holder": "A", "start": "2008-01-01", "start_precision": "day"}
    ended |= {"end": "2009-07-01", "end_precision": "month"}
    begun = {"post": "x", "holder": "B", "start": start, "start_precision": precision, "end": "", "end_precision": ""}
    schema = {"us_posts": data.schemas()["us_posts"]}
    found = rules.posts_without_gaps(rules.Tables(schema, {"us_posts": [(2, ended), (3, begun)]}, {}))
    assert [str(problem) for problem in found] == (
        [f"data/tables/us_posts.csv, row 3, column start: {start!r} leaves a gap after A (2009-07-31)"] if gap else []
    )
