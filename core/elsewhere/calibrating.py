"""What another system says of how sure it is, made to mean how often it is right: by garments that are held out."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.elsewhere.records import Given
from core.model import temperature

HELD_OUT_SHARE, MOST_HELD_OUT = 0.3, 10_000
LEAST_HELD_OUT = 30
"""With fewer nothing can be said of how often a tag is right."""
_LEAST = 1e-12


@dataclass(frozen=True, kw_only=True)
class Calibrated:
    """Answers to N garments of K categories."""

    probabilities: NDArray[np.float32]
    """(N, K), rows adding up to 1; the tag has the highest, which is how often such tags are right where calibrated."""
    held_out: NDArray[np.int64]
    """Positions of the garments by which that was found, rising; empty where it was not."""
    method: Literal["temperature", "isotonic", ""]
    """How."""
    temperature: float | None
    """What divides the logarithms of the probabilities; 1 for isotonic, None where nothing was calibrated."""


def calibrated(
    given: Given, labels: NDArray[np.int64], tags: NDArray[np.int64], order: NDArray[np.uint64]
) -> Calibrated:
    """Probabilities that hold, from what the file says.

    Probabilities of all categories are divided by a temperature (Guo et al. 2017); of a confidence alone an isotonic
    regression says how often such tags were right (Zadrozny and Elkan 2002), and what is left is shared out evenly.
    Both are found on garments that are held out, and lines are checked on the others.

    Args:
        given: the N rows.
        labels: (N,) what they are.
        tags: (N,) what they were tagged.
        order: (N,) keys by whose order garments are held out, so that the same ones are again.
    """
    num_classes = len(given.class_names)
    confidence = given.table["confidence"].to_numpy(dtype=np.float64)
    if given.probabilities is None and np.isnan(confidence).any():
        return _certain(tags, num_classes)
    wanted = min(round(HELD_OUT_SHARE * len(labels)), MOST_HELD_OUT)
    held_out = np.sort(np.argsort(order, kind="stable")[:wanted])
    if len(held_out) < LEAST_HELD_OUT:
        return Calibrated(
            probabilities=_plain(given, tags, confidence), held_out=np.empty(0, dtype=np.int64), method="",
            temperature=None,
        )  # fmt: skip
    if given.probabilities is not None:
        logits = np.log(np.maximum(given.probabilities, _LEAST)).astype(np.float32)
        found = temperature.fitted(logits[held_out], labels[held_out])
        probabilities = _with_tag_first(temperature.calibrated(logits, found), tags)
        return Calibrated(probabilities=probabilities, held_out=held_out, method="temperature", temperature=found)
    sure = _isotonic(confidence, (labels == tags), held_out)
    return Calibrated(
        probabilities=_shared_out(sure, tags, num_classes), held_out=held_out, method="isotonic", temperature=1.0
    )


def _isotonic(
    confidence: NDArray[np.float64], is_right: NDArray[np.bool_], held_out: NDArray[np.int64]
) -> NDArray[np.float64]:
    """How often tags so sure are right, rising with confidence; never 0 or 1, which so few garments cannot tell."""
    known, place = np.unique(confidence[held_out], return_inverse=True)
    num = np.bincount(place).astype(np.float64)
    share = np.bincount(place, weights=is_right[held_out]) / num
    found = np.interp(confidence, known, _never_falling(share, num))
    edge = 1 / (len(held_out) + 2)
    # Steps are level: among tags of one step, those that the system was surer of still come first.
    sure: NDArray[np.float64] = np.clip(found, edge, 1 - edge) * (1 - 1e-4) + 1e-4 * confidence * edge
    return sure


def _never_falling(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """(M,) the never falling row nearest to (M,) values by weighted squares: neighbours that fall are pooled."""
    # As scikit-learn and scipy do it; loading the latter takes a third of the time in which 10,000 tags come in.
    pools: list[tuple[float, float, int]] = []  # sum, weight, values
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        pool = (value * weight, weight, 1)
        while pools and pools[-1][0] * pool[1] >= pool[0] * pools[-1][1]:
            last = pools.pop()
            pool = (last[0] + pool[0], last[1] + pool[1], last[2] + pool[2])
        pools.append(pool)
    means = np.array([total / weight for total, weight, _ in pools])
    return np.repeat(means, [num for _, _, num in pools])


def _plain(given: Given, tags: NDArray[np.int64], confidence: NDArray[np.float64]) -> NDArray[np.float32]:
    if given.probabilities is not None:
        return _with_tag_first(given.probabilities.astype(np.float32), tags)
    return _shared_out(confidence, tags, len(given.class_names))


def _certain(tags: NDArray[np.int64], num_classes: int) -> Calibrated:
    """Where nothing is said of how sure a tag is, it is the only answer."""
    none = np.empty(0, dtype=np.int64)
    return Calibrated(
        probabilities=_shared_out(np.ones(len(tags)), tags, num_classes), held_out=none, method="", temperature=None
    )


def _shared_out(sure: NDArray[np.float64], tags: NDArray[np.int64], num_classes: int) -> NDArray[np.float32]:
    """(N, K) the tag's probability, and evenly what is left for the others; the tag's is never below theirs."""
    least = np.maximum(sure, 1 / num_classes)
    found = np.repeat(((1 - least) / (num_classes - 1))[:, None], num_classes, axis=1).astype(np.float32)
    found[np.arange(len(tags)), tags] = least
    return _with_tag_first(found, tags)


def _with_tag_first(probabilities: NDArray[np.float32], tags: NDArray[np.int64]) -> NDArray[np.float32]:
    """The same, with the tag's at least as high as any other after rounding to 32 bits."""
    rows = np.arange(len(tags))
    found = probabilities.copy()
    found[rows, tags] = np.maximum(found[rows, tags], found.max(axis=1))
    return found
