"""How bright the brightest pixel of a garment is, in what a model learned and in what it is shown. Pure.

Every picture of Fashion-MNIST reaches 254 or 255, 55,000 of 60,000 with a single pixel or two: they were stretched
after they were made small, which section 2 of arXiv:1708.07747 does not say. A pale garment is as bright as any there.
"""

import numpy as np
from numpy.typing import NDArray

ALIKE = 2
"""Brightnesses (0-255) by which pictures that were stretched differ, as theirs was rounded once more."""
SHARE = 0.95
"""Of the pictures that a model learned, from which on they were stretched."""


def peak(pictures: NDArray[np.uint8]) -> int:
    """The brightness to which (N, H, W) pictures were stretched; 0 where they were not."""
    if not len(pictures):
        return 0
    brightest = pictures.reshape(len(pictures), -1).max(axis=1)
    top = int(np.median(brightest))
    return top if (np.abs(brightest.astype(int) - top) <= ALIKE).mean() >= SHARE else 0


def stretched(pictures: NDArray[np.uint8], to: int) -> NDArray[np.uint8]:
    """(N, H, W) pictures, each as bright as its brightest pixel allows; as they are where `to` is 0.

    Args:
        pictures: garments bright on black, which stays black.
        to: brightness of their brightest pixel, 1-255, see `peak`.
    """
    brightest = pictures.reshape(len(pictures), -1).max(axis=1).astype(np.float32)[:, None, None]
    if not to:
        return pictures
    scaled = pictures * (to / np.maximum(brightest, 1))
    return np.where(brightest < to, scaled.round(), pictures).astype(np.uint8)
