"""What changed between two runs on the same garments, and whether it is more than luck."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.quality import paired

CLEAR = 0.05
"""A difference is called clear where chance alone would give as much in fewer than 5 of 100 cases."""

MOST_POINTS_DOWN = 2.0
"""So many points of 100 a category may lose before it counts as a loss to be stood by."""


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
        p_value (float64, 0-1): McNemar's exact test within the class, adjusted by `paired.holm` for asking about all
            of them at once; NaN without garments.
        is_clear (bool): p_value below `CLEAR`.
        is_clearly_down (bool): the share found fell by more than `MOST_POINTS_DOWN` points, asked of all at once.
        num_tagged_before, num_tagged_after (int64): garments tagged so, whatever they are.
        num_right_before, num_right_after (int64): those of them that are of the class.
        precision_before, precision_after (float64, 0-1): shares of them; NaN where nothing is tagged so.
        is_precision_clearly_down (bool): that share fell by more than `MOST_POINTS_DOWN` points, asked of all at once.
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
                "p_value": found.p_value if support else np.nan,
                "loss": paired.loss_p_value(found.num_fixed, found.num_broken, support, MOST_POINTS_DOWN / 100),
                **_precisions(mine, before == class_index, after == class_index),
            }
        )
    table = pd.DataFrame(rows)
    adjusted = {name: paired.holm(table[name].to_numpy()) for name in ("p_value", "loss", "precision_loss")}
    return table.drop(columns=["loss", "precision_loss"]).assign(
        p_value=adjusted["p_value"],
        is_clear=adjusted["p_value"] < CLEAR,
        is_clearly_down=adjusted["loss"] < CLEAR,
        is_precision_clearly_down=adjusted["precision_loss"] < CLEAR,
    )


def _precisions(mine: NDArray[np.bool_], before: NDArray[np.bool_], after: NDArray[np.bool_]) -> dict[str, int | float]:
    """How right the tag of one class was and is, from what really is of it and what is tagged so."""
    answers = [(tagged, tagged & mine) for tagged in (before, after)]
    counts = [(int(tagged.sum()), int(right.sum())) for tagged, right in answers]
    found: dict[str, int | float] = {
        "precision_loss": paired.precision_loss_p_value(answers[0], answers[1], MOST_POINTS_DOWN / 100)
    }
    for name, (num_tagged, num_right) in zip(("before", "after"), counts, strict=True):
        found |= {f"num_tagged_{name}": num_tagged, f"num_right_{name}": num_right,
                  f"precision_{name}": num_right / num_tagged if num_tagged else np.nan}  # fmt: skip
    return found
