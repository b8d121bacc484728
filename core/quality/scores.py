"""How often the model is right: over all garments and per class, with counts and 95 % intervals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.quality import confusion, intervals


@dataclass(frozen=True, kw_only=True, slots=True)
class Accuracy:
    """The share of garments whose predicted class is the true class."""

    num_correct: int
    """Garments tagged correctly."""
    num_garments: int
    """Garments judged."""
    accuracy: float
    """num_correct / num_garments, 0-1; NaN without garments."""
    low: float
    """Lower end of the 95 % Wilson interval, 0-1."""
    high: float
    """Upper end of the 95 % Wilson interval, 0-1."""


def accuracy(true_class: NDArray[np.integer], predicted_class: NDArray[np.integer]) -> Accuracy:
    """The accuracy over all garments, from two (N,) arrays of class indices."""
    num_correct = int(np.count_nonzero(np.asarray(true_class) == np.asarray(predicted_class)))
    return accuracy_of_counts(num_correct, len(true_class))


def accuracy_of_counts(num_correct: int, num_garments: int) -> Accuracy:
    """The accuracy that stands behind two counts, as a run stores them."""
    low, high = intervals.wilson(num_correct, num_garments)
    share = num_correct / num_garments if num_garments else float("nan")
    return Accuracy(
        num_correct=num_correct, num_garments=num_garments, accuracy=share, low=float(low), high=float(high)
    )


def per_class_scores(
    true_class: NDArray[np.integer], predicted_class: NDArray[np.integer], class_names: Sequence[str]
) -> pd.DataFrame:
    """One row a class, in class order; see `per_class_scores_of_matrix` for the columns."""
    return per_class_scores_of_matrix(confusion.matrix(true_class, predicted_class, len(class_names)), class_names)


def per_class_scores_of_matrix(counts: NDArray[np.int64], class_names: Sequence[str]) -> pd.DataFrame:
    """One row a class, in class order.

    Columns:
        class_index (int64), class_name (str).
        support (int64): garments that really are of the class.
        num_predicted (int64): garments the model put into the class.
        num_correct (int64): garments in both.
        precision (float64, 0-1): num_correct / num_predicted; NaN where nothing was predicted.
        precision_low, precision_high (float64): its 95 % Wilson interval.
        recall (float64, 0-1): num_correct / support; NaN where there is no garment.
        recall_low, recall_high (float64): its 95 % Wilson interval.
        f1 (float64, 0-1): 2 num_correct / (support + num_predicted); NaN where both are 0.
    """
    num_correct, support, num_predicted = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    precision_low, precision_high = intervals.wilson(num_correct, num_predicted)
    recall_low, recall_high = intervals.wilson(num_correct, support)
    return pd.DataFrame(
        {
            "class_index": np.arange(len(class_names), dtype=np.int64),
            "class_name": list(class_names),
            "support": support,
            "num_predicted": num_predicted,
            "num_correct": num_correct,
            "precision": _ratio(num_correct, num_predicted),
            "precision_low": precision_low,
            "precision_high": precision_high,
            "recall": _ratio(num_correct, support),
            "recall_low": recall_low,
            "recall_high": recall_high,
            "f1": _ratio(2 * num_correct, support + num_predicted),
        }
    )


def standing(low: float, high: float, target: float) -> str:
    """Where a figure stands against the target, by its 95 % interval.

    "below" where the whole interval lies below the target, "reached" where none of it does, "undecided" between,
    "undefined" where there is no figure.

    Args:
        low: lower end of the interval, 0-1; NaN where the figure is undefined.
        high: upper end.
        target: 0-1.
    """
    if math.isnan(low) or math.isnan(high):
        return "undefined"
    if high < target:
        return "below"
    return "reached" if low >= target else "undecided"


def _ratio(numerator: NDArray[np.int64], denominator: NDArray[np.int64]) -> NDArray[np.float64]:
    ratio = np.full(len(numerator), np.nan)
    np.divide(numerator, denominator, out=ratio, where=denominator > 0)
    return ratio
