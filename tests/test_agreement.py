"""Agreement of coders against published and hand-counted cases."""

import math

import pandas as pd
import pytest

from aftermumbai import data
from aftermumbai.measures import agreement


def test_alpha_of_a_published_example():
    """Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), example A: two coders, ten items, binary."""
    first = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    second = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert agreement.alpha([str(n) for n in first], [str(n) for n in second]) == pytest.approx(0.095, abs=0.0005)


def test_alpha_of_full_agreement_and_of_one_category():
    assert agreement.alpha(["a", "b"], ["a", "b"]) == 1
    assert math.isnan(agreement.alpha(["a", "a"], ["a", "a"]))


def test_cells_that_do_not_apply_are_left_out():
    rows = pd.DataFrame(
        {
            "table_name": ["events"] * 4,
            "variable": ["target"] * 4,
            "first": ["civilian", "both", None, None],
            "second": ["civilian", "civilian", None, "both"],
        }
    )
    (row,) = agreement.agreement(rows).to_dict(orient="records")
    assert (row["rows"], row["agreed"]) == (3, 1)


def test_the_record_was_coded_twice_and_mostly_alike():
    rows = agreement.agreement(data.load("double_coding"))
    assert rows["rows"].min() >= 40
    # The methodology page says in words that these agree well, and that the standing of a count does not.
    weak = rows.set_index("variable")["alpha"]
    assert weak["standing"] < 0.667
    assert weak.drop("standing").min() >= 0.8
