"""How far two people who code the same rows agree. Pure functions; imports nothing of this package."""

import krippendorff
import numpy as np
import pandas as pd


def alpha(first: list[str], second: list[str]) -> float:
    """Krippendorff's alpha for two coders and unordered categories (Krippendorff 2004, chapter 11).

    1 is full agreement, 0 is what chance alone would give. NaN where both used one and the same category
    throughout: then nothing could have been told apart.
    """
    categories = sorted({*first, *second})
    if len(categories) < 2:
        return float("nan")
    codes = np.array([[categories.index(code) for code in coder] for coder in (first, second)], dtype=float)
    return float(
        krippendorff.alpha(
            reliability_data=codes, level_of_measurement="nominal", value_domain=list(range(len(categories)))
        )
    )


def agreement(double_coding: pd.DataFrame) -> pd.DataFrame:
    """Agreement of two coders on each variable.

    Cells that both left empty, because the column does not apply to the row, are left out.

    Args:
        double_coding: the table ``double_coding``.

    Returns:
        One row per table and variable, in the schema's order: ``table_name``, ``variable``, ``rows``,
        ``agreed`` (rows coded alike), ``alpha``.
    """
    coded = double_coding.dropna(subset=["first", "second"], how="all").fillna({"first": "", "second": ""})
    found = []
    for (table, variable), rows in coded.groupby(["table_name", "variable"], observed=True, sort=True):
        first, second = rows["first"].tolist(), rows["second"].tolist()
        found.append(
            {
                "table_name": table,
                "variable": variable,
                "rows": len(rows),
                "agreed": sum(one == other for one, other in zip(first, second, strict=True)),
                "alpha": alpha(first, second),
            }
        )
    return pd.DataFrame(found)
