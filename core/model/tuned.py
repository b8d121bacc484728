"""A version whose last blocks were learned, as it answers: its ONNX file and the head's coordinates. Knows no torch."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.model import backbones, heads, photo_recipes
from core.model.backbones import describer

PROBABILITIES, FEATURES = "probabilities", "features"
"""Names of what the file gives: (N, K) before calibration, and (N, D) of the backbones side by side."""
_LEAST = 1e-9


def answers(
    file: Path | bytes, recipe: photo_recipes.PhotoRecipe, head: heads.Head, *, threads: int | None
) -> Callable[[NDArray[np.uint8]], tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Gives (N, K) logits and (N, M) coordinates of (N, H, W, 3) pictures.

    Args:
        file: the export, see `tuned_export`.
        recipe: of the version.
        head: of the version.
        threads: of the network; None: one a core.
    """
    session, num_classes = describer.session(file), head.bias.shape[0]

    def say(some: NDArray[np.uint8]) -> NDArray[np.float32]:
        given = {name: describer.sized(some, backbones.find(name).side) for name in recipe.backbones}
        return np.concatenate(session.run([PROBABILITIES, FEATURES], given), axis=1)

    def answer(pictures: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        said = describer.side_by_side(say, pictures, threads or os.cpu_count() or 1)
        probabilities, features = said[:, :num_classes], said[:, num_classes:]
        # Features were kept in half precision when the head was learned.
        head_logits, coordinates = head.logits_and_features(features.astype(np.float16))
        return together(probabilities, len(recipe.tuned), head_logits if recipe.head_votes else None), coordinates

    return answer


def together(
    tails: NDArray[np.floating], num_tails: int, head_logits: NDArray[np.floating] | None
) -> NDArray[np.float32]:
    """(N, K) logits of tails and head, each with one vote: their softmax is the mean of all probabilities.

    Args:
        tails: (N, K) mean probabilities of the tails.
        num_tails: how many they are.
        head_logits: (N, K) of the linear head; None where it has no vote.
    """
    if head_logits is None:
        only: NDArray[np.float32] = np.log(np.maximum(tails, _LEAST)).astype(np.float32)
        return only
    exponentials = np.exp(head_logits - head_logits.max(axis=1, keepdims=True))
    of_head = exponentials / exponentials.sum(axis=1, keepdims=True)
    mean = (num_tails * tails + of_head) / (num_tails + 1)
    found: NDArray[np.float32] = np.log(np.maximum(mean, _LEAST)).astype(np.float32)
    return found
