"""What a stand-in for a model says of garments of the sample, so that an empty page can show what it will look like.

No network is trained or asked: a garment is tagged by the garments of each category that look most like it, pixel by
pixel. That is right often enough to be like a first version, wrong often enough to show mistakes, and takes a moment.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.catalogue import sample

NUM_GARMENTS = 1_000
"""Test garments of the sample that are tagged."""
_NUM_LEARNED = 4_000
_NUM_NEAREST = 3
_SOFTNESS = 0.6
"""Squared distance that makes a category e times less likely: so that sureness is about as often right."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleAnswers:
    """Garments of the sample with their tags."""

    images: NDArray[np.uint8]
    """(N, H, W) their pictures."""
    labels: NDArray[np.int64]
    """(N,) what they are."""
    probabilities: NDArray[np.float64]
    """(N, K) of each category."""
    features: NDArray[np.float32]
    """(N, D) their pictures made smaller, as vectors."""
    class_names: tuple[str, ...]
    """The K names."""


def answers() -> SampleAnswers:
    """The stand-in's answers; the same whenever they are asked for.

    Raises:
        errors.CatalogueCorrupt: the file of the sample cannot be read.
    """
    train, test = sample.load_splits()
    learned, asked = _features(train.images[:_NUM_LEARNED]), _features(test.images[:NUM_GARMENTS])
    squared = np.maximum(
        (asked**2).sum(axis=1)[:, None] - 2 * asked @ learned.T + (learned**2).sum(axis=1)[None, :], 0.0
    )
    of_class = [
        np.sort(squared[:, train.labels[:_NUM_LEARNED] == index], axis=1)[:, :_NUM_NEAREST].mean(axis=1)
        for index in range(len(train.class_names))
    ]
    logits = -np.stack(of_class, axis=1).astype(np.float64) / _SOFTNESS
    likely = np.exp(logits - logits.max(axis=1, keepdims=True))
    return SampleAnswers(
        images=test.images[:NUM_GARMENTS],
        labels=test.labels[:NUM_GARMENTS],
        probabilities=likely / likely.sum(axis=1, keepdims=True),
        features=asked,
        class_names=train.class_names,
    )


def _features(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(N, D) mean of each square of two by two pixels, 0-1."""
    num, height, width = images.shape
    small = images.reshape(num, height // 2, 2, width // 2, 2).mean(axis=(2, 4)) / 255
    found: NDArray[np.float32] = small.reshape(num, -1).astype(np.float32)
    return found
