"""What happens to one class when it is only tagged above some probability: the precision-recall curve."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def precision_recall(probability: NDArray[np.floating], is_class: NDArray[np.bool_]) -> pd.DataFrame:
    """One row for each different probability, falling: what tagging everything at or above it would give.

    Columns:
        threshold (float64, 0-1): the probability from which on garments are tagged with the class.
        precision (float64, 0-1): share of those tagged that are of the class.
        recall (float64, 0-1): share of the class that is tagged; NaN where there is no garment of the class.

    Args:
        probability: (N,) probability of the class, 0-1.
        is_class: (N,) whether the garment really is of the class.
    """
    order = np.argsort(-probability, kind="stable")
    falling, hits = np.asarray(probability, dtype=np.float64)[order], np.cumsum(is_class[order])
    # Garments with the same probability are tagged together: only the last of them stands.
    last = np.flatnonzero(np.append(np.diff(falling) != 0, len(falling) > 0))
    num_class = hits[-1] if len(hits) else 0
    return pd.DataFrame(
        {
            "threshold": falling[last],
            "precision": hits[last] / (last + 1),
            "recall": hits[last] / num_class if num_class else np.full(len(last), np.nan),
        }
    )


def thinned(curve: pd.DataFrame, num_points: int = 400) -> pd.DataFrame:
    """At most about `num_points` rows of a curve, evenly spread, with the first and the last: enough for a picture."""
    if len(curve) <= num_points:
        return curve
    rows = np.unique(np.linspace(0, len(curve) - 1, num_points).round().astype(int))
    return curve.iloc[rows].reset_index(drop=True)
