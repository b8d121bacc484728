"""What changed between two runs on the same garments, and whether it is more than luck."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

CLEAR = 0.05
"""A difference is called clear where chance alone would give as much in fewer than 5 of 100 cases."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Two runs on the same garments."""

    num_garments: int
    """Garments judged by both."""
    num_fixed: int
    """Wrong before, right now."""
    num_broken: int
    """Right before, wrong now."""
    num_both_wrong: int
    """Wrong before and now."""
    p_value: float
    """McNemar's exact two-sided test, 0-1: how often luck alone gives such a difference."""

    @property
    def is_clear(self) -> bool:
        """Whether the difference is more than luck explains well."""
        return self.p_value < CLEAR

    @property
    def net(self) -> int:
        """Garments won, less garments lost."""
        return self.num_fixed - self.num_broken


def change(true_class: NDArray[np.integer], before: NDArray[np.integer], after: NDArray[np.integer]) -> Change:
    """The change from one run to another, from three (N,) arrays of class indices over the same garments."""
    was_right, is_right = before == true_class, after == true_class
    num_fixed, num_broken = int((~was_right & is_right).sum()), int((was_right & ~is_right).sum())
    return Change(
        num_garments=len(true_class),
        num_fixed=num_fixed,
        num_broken=num_broken,
        num_both_wrong=int((~was_right & ~is_right).sum()),
        p_value=mcnemar(num_fixed, num_broken),
    )


def mcnemar(num_fixed: int, num_broken: int) -> float:
    """The exact two-sided p-value of McNemar's test: a fair coin for each garment that changed sides.

    Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages",
    Psychometrika 12 (1947). The sum of binomial terms itself, so it holds for a handful of garments and for a million.
    """
    num_changed, smaller = num_fixed + num_broken, min(num_fixed, num_broken)
    if 2 * smaller == num_changed:
        return 1.0  # the two halves of the sum overlap in the middle
    log_ways = math.lgamma(num_changed + 1) - math.lgamma(smaller + 1) - math.lgamma(num_changed - smaller + 1)
    largest = math.exp(log_ways - num_changed * math.log(2))
    share = total = 1.0  # of the largest term: each next one is smaller by this ratio, until it no longer counts
    for number in range(smaller, 0, -1):
        share *= number / (num_changed - number + 1)
        total += share
        if share < 1e-17 * total:
            break
    return min(1.0, 2 * largest * total)


def per_class_changes(
    true_class: NDArray[np.integer],
    before: NDArray[np.integer],
    after: NDArray[np.integer],
    class_names: Sequence[str],
) -> pd.DataFrame:
    """One row a class, in class order: what changed among the garments that really are of the class.

    Columns:
        class_index (int64), class_name (str).
        support (int64): garments of the class.
        num_fixed, num_broken (int64): as in `Change`.
        recall_before, recall_after (float64, 0-1): NaN without garments.
        p_value (float64, 0-1): McNemar's exact test within the class.
        is_clear (bool): p_value below `CLEAR`.
    """
    rows = []
    for class_index, class_name in enumerate(class_names):
        mine = true_class == class_index
        found = change(true_class[mine], before[mine], after[mine])
        support = found.num_garments
        num_right_before = support - found.num_both_wrong - found.num_fixed
        rows.append(
            {
                "class_index": class_index,
                "class_name": class_name,
                "support": support,
                "num_fixed": found.num_fixed,
                "num_broken": found.num_broken,
                "recall_before": num_right_before / support if support else np.nan,
                "recall_after": (num_right_before + found.net) / support if support else np.nan,
                "p_value": found.p_value,
                "is_clear": found.is_clear,
            }
        )
    return pd.DataFrame(rows)
