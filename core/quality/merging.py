"""What merging categories does to quality: mix-ups within a merged category are no mistakes any more."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.quality import intervals, scores
from core.quality.scores import Accuracy


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """Correct tags before and after a merge, on the same garments."""

    before: Accuracy
    """With the categories apart."""
    after: Accuracy
    """With the categories merged; never lower."""
    num_gained: int
    """Garments whose tag was wrong and is right once the categories are one."""
    low: float
    """Lower end of the 95 % interval of the gain, 0-1: the gain is a share of garments, so it is Wilson's."""
    high: float
    """Its upper end."""


def merged_counts(counts: NDArray[np.integer], groups: NDArray[np.integer]) -> NDArray[np.int64]:
    """(G, G) confusion matrix of the merged categories.

    Args:
        counts: (K, K) matrix of `confusion.matrix`, rows = true class.
        groups: (K,) number of the merged category of each class, 0 to G-1.
    """
    num_groups = int(groups.max()) + 1 if len(groups) else 0
    merged = np.zeros((num_groups, num_groups), dtype=np.int64)
    np.add.at(merged, (groups[:, None], groups[None, :]), counts)
    return merged


def effect(counts: NDArray[np.integer], groups: NDArray[np.integer]) -> Effect:
    """What merging does to the share of correct tags; arguments as in `merged_counts`."""
    num_garments, num_before = int(counts.sum()), int(np.trace(counts))
    num_after = int(np.trace(merged_counts(counts, groups)))
    num_gained = num_after - num_before
    low, high = intervals.wilson(num_gained, num_garments)
    return Effect(
        before=scores.accuracy_of_counts(num_before, num_garments),
        after=scores.accuracy_of_counts(num_after, num_garments),
        num_gained=num_gained,
        low=float(low),
        high=float(high),
    )


def merged_scores(counts: NDArray[np.integer], groups: NDArray[np.integer], group_names: Sequence[str]) -> pd.DataFrame:
    """Table of `scores.per_class_scores`, of the merged categories; `group_names` are their G names."""
    return scores.per_class_scores_of_matrix(merged_counts(counts, groups), group_names)
