"""Garments from the one the model is surest of to the least sure one, and where a line can lie between them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Ranking:
    """The garments of one version, the surest first."""

    order: NDArray[np.int64]
    """(N,) positions of the garments."""
    is_wrong: NDArray[np.bool_]
    """(N,) whether the tag is wrong, in that order."""
    ends: NDArray[np.int64]
    """Places in that order after which the next garment is less sure: equally sure ones stay on one side of a line."""

    @classmethod
    def of(cls, confidence: NDArray[np.floating], is_correct: NDArray[np.bool_]) -> "Ranking":
        """The ranking of N garments by the confidence (N,) of their tags."""
        order = np.argsort(-confidence, kind="stable")
        ends = np.flatnonzero(np.append(np.diff(confidence[order]) != 0, len(order) > 0))
        return cls(order, ~is_correct[order], ends)
