"""Makes maps of what a tag hangs on, with the network of a version: in commands and processes, never on pages."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.photos import backdrop, colour
from core.quality import occlusion

Answers = Callable[[NDArray[np.uint8]], tuple[NDArray[np.float32], NDArray[np.float32]]]
"""Gives (N, K) logits and (N, D) features of (N, H, W, 3) pictures."""
CELLS_OF_ONE, CELLS_OF_MORE = 9, 6
"""Cells along an edge: of a version that asks one network, and of one that asks several (docs/benchmarks.md)."""
_GREY = (124, 116, 104)
"""The mean of the pictures that the networks learned from first: what says least."""
_AT_ONCE = 32


def num_cells(num_networks: int) -> int:
    """Cells along an edge of the map of a version that asks so many networks."""
    return CELLS_OF_ONE if num_networks == 1 else CELLS_OF_MORE


def made(
    answers: Answers, image: Image.Image, tag: int, temperature: float | None, *, side: int, cells: int
) -> occlusion.Occlusion:
    """The map of a photo.

    Args:
        answers: the version's network.
        image: the photo as a catalogue keeps it: red, green, blue, upright.
        tag: index of the class whose probability is followed.
        temperature: of the version; None: not calibrated.
        side: height and width of the pictures that the version takes.
        cells: along an edge of the map.
    """
    picture = colour.fitted(image, (side, side))
    places = occlusion.patches(cells, side)
    whole = _probabilities(answers(picture[None])[0], temperature)[0, tag]
    covered = []
    for start in range(0, len(places), _AT_ONCE):
        some = np.repeat(picture[None], len(places[start : start + _AT_ONCE]), axis=0)
        for number, patch in enumerate(places[start : start + _AT_ONCE]):
            some[number][patch] = _GREY
        covered.append(_probabilities(answers(some)[0], temperature)[:, tag])
    drops = (whole - np.concatenate(covered)).astype(np.float32).reshape(cells, cells)
    return occlusion.Occlusion(
        probability=float(whole), drops=drops, background=occlusion.shares(backdrop.is_background(image), cells)
    )


def _probabilities(logits: NDArray[np.float32], temperature: float | None) -> NDArray[np.float64]:
    """As `core.model.temperature.calibrated`, without SciPy, whose import takes a third of a second."""
    scaled = logits.astype(np.float64) / (temperature or 1.0)
    exponentials = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    found: NDArray[np.float64] = exponentials / exponentials.sum(axis=1, keepdims=True)
    return found
