"""A product's photo beside the small picture that the model sees, as one picture."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

EDGE = 112
"""Pixels of each of the two pictures."""
_GAP = 4
_PAPER = 245


def read(path: Path) -> NDArray[np.uint8] | None:
    """(h, w, 3) a small picture that we wrote ourselves; None where it is missing or damaged."""
    try:
        with Image.open(path, formats=["JPEG"]) as image:
            return np.asarray(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError):
        return None


def pair(photo: NDArray[np.uint8] | None, picture: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    """(EDGE, 2 EDGE and a gap, 3) the photo on the left, what the model sees on the right; grey where one misses."""
    both = np.full((EDGE, 2 * EDGE + _GAP, 3), _PAPER, dtype=np.uint8)
    if photo is not None:
        _place(both[:, :EDGE], Image.fromarray(photo))
    if picture is not None:
        kind = Image.Resampling.NEAREST if picture.ndim == 2 else Image.Resampling.BICUBIC
        large = Image.fromarray(picture).resize((EDGE, EDGE), kind).convert("RGB")
        both[:, EDGE + _GAP :] = np.asarray(large)
    return both


def _place(area: NDArray[np.uint8], image: Image.Image) -> None:
    """Draws the image into the middle of the area, as large as it fits."""
    image.thumbnail((EDGE, EDGE))
    top, left = (EDGE - image.height) // 2, (EDGE - image.width) // 2
    area[top : top + image.height, left : left + image.width] = np.asarray(image)
