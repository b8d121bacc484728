"""Whether a garment is like anything that was learned: far from all known garments, and not tagged surely.

Distance: the mean to the nearest known garments by the model's features on the unit sphere, after Y. Sun, Y. Ming,
X. Zhu and Y. Li, "Out-of-distribution detection with deep nearest neighbors" (2022), arXiv:2204.06507. A model can be
sure of what it never saw, and a known garment can be an unusual one, so distance and doubt count together. The
distance to class means (Lee et al., 2018, arXiv:1807.03888) found fewer of the noise, texts, hats and shorts tried.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KNOWN_IN_100 = 2.0
"""Of 100 known garments about so many are called unlike: the price of finding others."""
MOST_KNOWN = 10_000
"""Garments that set a cut: with half of them 2 in 100 are known to within 0.2, and a page need not wait for seconds."""
LEAST_KNOWN = 2
"""Known garments that a detector takes: one to measure from, and another one to set the cut by."""
NUM_NEAREST = 10
DISTANCE_WEIGHT = 2.0
"""What being as far away as an ordinary known garment weighs, against having no idea what it is, which weighs 1."""
_BATCH = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Detector:
    """Tells what is unlike anything learned."""

    known: NDArray[np.float32]
    """(M, D) unit vectors of known garments to measure from."""
    ordinary: float
    """Median distance of other known garments from them, above 0."""
    cut: float
    """Strangeness from which on something is unlike."""
    num_known: int
    """Known garments by which the cut was set; they are not among `known`."""
    num_unlike: int
    """Those of them that are called unlike by it."""

    @property
    def known_share(self) -> float:
        """num_unlike / num_known, 0-1."""
        return self.num_unlike / self.num_known

    def strangeness(self, features: NDArray[np.floating], confidence: NDArray[np.floating]) -> NDArray[np.float64]:
        """(N,) how far (N, D) features are from all that is known, together with how unsure the tags (N,) are."""
        return _strangeness(_distances(self.known, directions(features)), confidence, self.ordinary)

    def is_unlike(self, features: NDArray[np.floating], confidence: NDArray[np.floating]) -> NDArray[np.bool_]:
        """(N,) whether each is unlike anything learned."""
        found: NDArray[np.bool_] = self.strangeness(features, confidence) >= self.cut
        return found


def detector(
    features: NDArray[np.floating], confidence: NDArray[np.floating], *, known_in_100: float = KNOWN_IN_100
) -> Detector:
    """The detector that calls about `known_in_100` of 100 known garments unlike.

    One half of the garments is what is known, the other half sets the cut: measured from themselves, all would be near.
    Of more than `MOST_KNOWN` garments some are taken, evenly: each is measured from each.

    Args:
        features: (N, D) of garments the model did not learn from, such as validation garments.
        confidence: (N,) of their tags, 0-1.
        known_in_100: how many known garments of 100 may be called unlike, above 0.

    Raises:
        ValueError: there are fewer than `LEAST_KNOWN` garments, or their features are not those of the confidences.
    """
    if len(features) < LEAST_KNOWN or len(features) != len(confidence):
        raise ValueError(
            f"At least two known garments are needed, got {len(features)} features and {len(confidence)} confidences."
        )
    if len(features) > MOST_KNOWN:
        some = np.linspace(0, len(features) - 1, MOST_KNOWN).round().astype(np.int64)
        features, confidence = features[some], confidence[some]
    known, asked = directions(features[::2]), directions(features[1::2])
    distances = _distances(known, asked)
    ordinary = float(np.median(distances)) or 1.0
    strangeness = _strangeness(distances, confidence[1::2], ordinary)
    num_unlike = max(1, round(len(asked) * known_in_100 / 100))
    cut = float(np.sort(strangeness)[-num_unlike])
    return Detector(
        known=known, ordinary=ordinary, cut=cut, num_known=len(asked), num_unlike=int((strangeness >= cut).sum())
    )


def directions(features: NDArray[np.floating]) -> NDArray[np.float32]:
    """The features (N, D) as unit vectors; zeros stay zeros, and what overflowed counts as large."""
    vectors = np.nan_to_num(features.astype(np.float32), posinf=65504.0, neginf=-65504.0)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return unit


def _distances(known: NDArray[np.float32], asked: NDArray[np.float32]) -> NDArray[np.float64]:
    """(N,) mean distance of (N, D) unit vectors to the nearest of (M, D) others."""
    num = min(NUM_NEAREST, len(known))
    squares = (known**2).sum(axis=1)
    found = np.empty(len(asked))
    for start in range(0, len(asked), _BATCH):
        some = asked[start : start + _BATCH]
        apart = (some**2).sum(axis=1)[:, None] - 2 * some @ known.T + squares
        nearest = np.partition(apart, num - 1, axis=1)[:, :num]
        found[start : start + _BATCH] = np.sqrt(np.maximum(nearest, 0)).mean(axis=1)
    return found


def _strangeness(
    distances: NDArray[np.float64], confidence: NDArray[np.floating], ordinary: float
) -> NDArray[np.float64]:
    return DISTANCE_WEIGHT * distances / ordinary + 1 - np.asarray(confidence, dtype=np.float64)
