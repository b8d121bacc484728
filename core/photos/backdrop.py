"""Which part of a photo is its background, without a network: what has the colours of its border and reaches it. Pure.

Whoever photographs a garment leaves floor, wall or bed around it. The photo is reduced to few colours; one that is
about as frequent at the border as within, or more, counts as background where it is connected with the border. Where
a garment reaches the border, or has the colours of what it lies on, this errs (docs/own-garments.md).
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.photos import connected_parts

SIDE = 96
"""Height and width of the mask, in places; a photo of another ratio of edges is stretched."""
_COLOURS = 24
_BORDER = 6
"""Places from each side that count as border."""
_USUAL = 0.35
"""A colour is one of the background where at least this share of (its frequency at the border + that within) is at the
border: 0.5 where it is as frequent here as there."""


def is_background(image: Image.Image) -> NDArray[np.bool_]:
    """(SIDE, SIDE) where the background is.

    Args:
        image: red, green, blue, upright.
    """
    small = image.resize((SIDE, SIDE), Image.Resampling.BOX)
    colours = np.asarray(small.quantize(_COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=2))
    border = np.ones((SIDE, SIDE), dtype=np.bool_)
    border[_BORDER:-_BORDER, _BORDER:-_BORDER] = False
    outside, inside = (np.bincount(colours[part], minlength=256) / part.sum() for part in (border, ~border))
    belongs = outside >= _USUAL * (outside + inside)
    return _connected(_smoothed(belongs[colours]), border)


def _smoothed(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What most of the nine places around say; a print or a seam is no hole in a garment."""
    padded = np.pad(mask, 1, mode="edge").astype(np.int8)
    height, width = mask.shape
    votes = sum(padded[row : row + height, column : column + width] for row in range(3) for column in range(3))
    smoothed: NDArray[np.bool_] = np.asarray(votes) >= 5
    return smoothed


def _connected(mask: NDArray[np.bool_], border: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Those parts of the mask that reach the border."""
    labels, num = connected_parts.labelled(mask)
    reaches = np.zeros(num + 1, dtype=np.bool_)
    reaches[np.unique(labels[border & mask])] = True
    reaches[0] = False
    connected: NDArray[np.bool_] = reaches[labels]
    return connected
