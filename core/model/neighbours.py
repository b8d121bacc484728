"""Which garments look alike to the model: the nearest by its own features, found once, when a run is judged."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from core.catalogue import split
from core.model import inference, trained

NUM_SIMILAR = 24
"""Similar test garments kept for each test garment: one page of a gallery."""
NUM_SIMILAR_TRAIN = 5
"""Similar training garments kept for each test garment."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Neighbours:
    """For each of N test garments the most similar others, nearest first."""

    test: NDArray[np.int32]
    """(N, up to NUM_SIMILAR) positions in the test split, without the garment itself."""
    train: NDArray[np.int32]
    """(N, up to NUM_SIMILAR_TRAIN) positions in the training split."""


def neighbours(
    trained_model: trained.TrainedModel, train: split.CatalogueSplit, test_features: NDArray[np.float16]
) -> Neighbours:
    """The nearest garments by the angle between features.

    Args:
        trained_model: what the features are taken from.
        train: the garments it learned from.
        test_features: (N, D) its features of the test garments.
    """
    return of_features(inference.predict(trained_model, train).features, test_features)


def of_features(train_features: NDArray[np.float16], test_features: NDArray[np.float16]) -> Neighbours:
    """The nearest of (M, D) training and (N, D) test garments to each test garment."""
    queries, train_directions = directions(test_features), directions(train_features)
    return Neighbours(
        test=nearest_others(queries, NUM_SIMILAR), train=_nearest(train_directions, queries, NUM_SIMILAR_TRAIN)
    )


def directions(features: NDArray[np.float16] | NDArray[np.uint8]) -> NDArray[np.float32]:
    """The features (N, D) as unit vectors, so that the nearest is the one at the smallest angle; zeros stay zeros."""
    vectors = features.astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return unit


def alike_in_pixels(garments: split.CatalogueSplit, positions: NDArray[np.int64], num: int) -> NDArray[np.int32]:
    """(M, up to num) positions of the garments whose pictures are nearest to those at `positions` (M,), nearest first.

    By the angle between pixels, so that light and dark cloth of one cut is alike. No model is asked: one that learned
    a wrong label puts the garment among those that really are what the label says.
    """
    pictures = garments.images.reshape(len(garments), -1)
    return nearest_others(directions(pictures), num, positions)


def nearest_others(
    vectors: NDArray[np.float32], num: int, positions: NDArray[np.int64] | None = None
) -> NDArray[np.int32]:
    """(M, up to num) positions of the vectors nearest to those at `positions` (M,), None: all, without themselves."""
    asked = np.arange(len(vectors), dtype=np.int64) if positions is None else positions
    if not len(asked):
        return np.empty((0, num), dtype=np.int32)
    found = _nearest(vectors, vectors[asked], num + 1)
    # Twins lie at distance 0 as well, so the garment itself is not always the first that is found.
    is_self = found == asked[:, None]
    is_self[~is_self.any(axis=1), -1] = True
    others: NDArray[np.int32] = found[~is_self].reshape(len(asked), -1)
    return others


def _nearest(candidates: NDArray[np.float32], queries: NDArray[np.float32], num: int) -> NDArray[np.int32]:
    search = NearestNeighbors(n_neighbors=min(num, len(candidates)), algorithm="brute", metric="euclidean")
    found = search.fit(candidates).kneighbors(queries, return_distance=False)
    return np.asarray(found, dtype=np.int32)
