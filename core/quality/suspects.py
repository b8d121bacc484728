"""Garments whose label is unlikely: confident learning on the answers of models that did not see them.

C. G. Northcutt, L. Jiang, I. L. Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", Journal of
Artificial Intelligence Research 70 (2021), https://doi.org/10.1613/jair.1.12125. The confident joint says how many
labels are wrong; the probability of the label (self-confidence) says which ones most likely are.
docs/experiments/suspects.md compares this with the other ways to choose and to rank.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.quality import intervals, review

_ROUNDING = 1e-6  # a probability this little below its threshold counts as having reached it, as in cleanlab
_LOWEST_THRESHOLD = 2e-6  # as in cleanlab: nothing is certain from nothing


def suspects(labels: NDArray[np.int64], probabilities: NDArray[np.floating]) -> pd.DataFrame:
    """One row a garment, the least likely label first: a list to review, not a list of errors.

    Columns:
        garment (int64): position among the garments given.
        label (int64): the class index it carries.
        suggested_class (int64): the most probable of the other classes.
        self_confidence (float64, 0-1): probability of the label, by a model that did not see the garment.
        suggested_confidence (float64, 0-1): probability of the suggested class.
        score (float64, 0-1): 1 - self_confidence; how unlikely the label is. It orders; it is no probability
            that the label is wrong.
        is_suspect (bool): one of the first `num_wrong_labels` rows, and another class is more probable.

    Order: score descending, then suggested_confidence descending, then garment.

    Args:
        labels: (N,) class index.
        probabilities: (N, K), K at least 2; rows sum to 1; from `core.model.out_of_fold`, never from models that
            learned from these garments: those believe every label.

    Raises:
        ValueError: the shapes do not fit, a label is no class, or a probability is not a number from 0 to 1.
    """
    _check(labels, probabilities)
    likely = probabilities.astype(np.float64)
    garments = np.arange(len(labels))
    self_confidence = likely[garments, labels]
    others = likely.copy()
    others[garments, labels] = -1
    suggested_class = others.argmax(axis=1)
    suggested_confidence = likely[garments, suggested_class]
    table = pd.DataFrame(
        {
            "garment": garments.astype(np.int64),
            "label": labels.astype(np.int64),
            "suggested_class": suggested_class.astype(np.int64),
            "self_confidence": self_confidence,
            "suggested_confidence": suggested_confidence,
            "score": 1 - self_confidence,
        }
    )
    order = np.lexsort((garments, -suggested_confidence, self_confidence))
    table = table.iloc[order].reset_index(drop=True)
    is_among_first = np.arange(len(table)) < num_wrong_labels(labels, probabilities)
    return table.assign(is_suspect=is_among_first & (table["suggested_confidence"] > table["self_confidence"]))


def crosses(table: pd.DataFrame, groups: NDArray[np.integer]) -> NDArray[np.bool_]:
    """(N,) which rows of a list doubt more than what is one category in the shop.

    Args:
        table: columns label and suggested_class (class index).
        groups: (K,) number of the category of each class.
    """
    found: NDArray[np.bool_] = groups[table["label"].to_numpy()] != groups[table["suggested_class"].to_numpy()]
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class HitRate:
    """How many of the listed garments that people judged had a wrong label."""

    num_wrong: int
    """Garments whose label all who spoke call wrong and replace by the same category."""
    num_reviewed: int
    """Garments of which somebody says something today, disagreements included."""
    share: float
    """num_wrong / num_reviewed, 0-1; NaN before the first verdict."""
    low: float
    """Lower end of the 95 % Wilson interval, 0-1."""
    high: float
    """Upper end of the 95 % Wilson interval, 0-1."""


def hit_rate(states: pd.DataFrame) -> HitRate:
    """How often a list was right so far.

    Args:
        states: `core.quality.review.garment_states` of the listed garments.
    """
    num_wrong, num_reviewed = int((states["state"] == review.LABEL_WRONG).sum()), len(states)
    low, high = intervals.wilson(num_wrong, num_reviewed)
    share = num_wrong / num_reviewed if num_reviewed else float("nan")
    return HitRate(num_wrong=num_wrong, num_reviewed=num_reviewed, share=share, low=float(low), high=float(high))


def thresholds(labels: NDArray[np.int64], probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """(K,) mean probability, 0-1, of each class among the garments labelled so; NaN where no garment is.

    From how probable a class counts as certain: lower for a class of which the models are never sure (section 3.1).
    """
    likely = probabilities.astype(np.float64)
    counts = np.bincount(labels, minlength=likely.shape[1])
    sums = np.bincount(labels, weights=likely[np.arange(len(labels)), labels], minlength=likely.shape[1])
    means: NDArray[np.float64] = np.divide(sums, counts, out=np.full(len(counts), np.nan), where=counts > 0)
    return means


def confident_classes(labels: NDArray[np.int64], probabilities: NDArray[np.floating]) -> NDArray[np.int64]:
    """(N,) the class that each garment certainly shows, -1 where none reaches its threshold.

    Where several do, the most probable of them. A class that no garment carries can be certain of none.
    """
    likely = probabilities.astype(np.float64)
    reached = likely >= np.maximum(thresholds(labels, probabilities), _LOWEST_THRESHOLD) - _ROUNDING
    certain = np.where(reached, likely, -1).argmax(axis=1)
    return np.where(reached.any(axis=1), certain, -1).astype(np.int64)


def confident_joint(labels: NDArray[np.int64], probabilities: NDArray[np.floating]) -> NDArray[np.int64]:
    """(K, K) counts of garments, row = label, column = the class they certainly show (equation 1 of the paper)."""
    num_classes = probabilities.shape[1]
    certain = confident_classes(labels, probabilities)
    cells = labels[certain >= 0] * num_classes + certain[certain >= 0]
    return np.bincount(cells, minlength=num_classes**2).reshape(num_classes, num_classes).astype(np.int64)


def num_wrong_labels(labels: NDArray[np.int64], probabilities: NDArray[np.floating]) -> int:
    """How many labels are probably wrong: garments that certainly show another class, the most probable of all."""
    certain = confident_classes(labels, probabilities)
    is_wrong = (certain >= 0) & (certain != labels) & (probabilities.argmax(axis=1) != labels)
    return int(is_wrong.sum())


def _check(labels: NDArray[np.int64], probabilities: NDArray[np.floating]) -> None:
    if probabilities.ndim != 2 or labels.shape != probabilities.shape[:1] or probabilities.shape[1] < 2:
        raise ValueError(
            "Labels (N,) and probabilities (N, K) of at least two classes are needed, got the shapes "
            f"{labels.shape} and {probabilities.shape}."
        )
    if len(labels) and not (labels.min() >= 0 and labels.max() < probabilities.shape[1]):
        wrong = labels[(labels < 0) | (labels >= probabilities.shape[1])][0]
        raise ValueError(f"Labels must lie between 0 and {probabilities.shape[1] - 1}, got {int(wrong)}.")
    if not ((probabilities >= 0) & (probabilities <= 1)).all():
        raise ValueError("Probabilities must be numbers from 0 to 1; work them out again.")
