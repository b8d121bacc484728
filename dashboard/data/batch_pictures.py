"""A product's photo beside the small picture that the model sees, as one picture."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

EDGE = 112
"""Pixels of each of the two pictures."""
_GAP = 4


def read(path: Path) -> NDArray[np.uint8] | None:
    """(h, w, 3) a small picture that we wrote ourselves; None where it is missing or damaged."""
    try:
        with Image.open(path, formats=["JPEG"]) as image:
            return np.asarray(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError):
        return None


def pair(photo: NDArray[np.uint8] | None, picture: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    """(EDGE, 2 EDGE and a gap, 4) the photo on the left, what the model sees on the right; the page beside them."""
    both = np.zeros((EDGE, 2 * EDGE + _GAP, 4), dtype=np.uint8)
    if photo is not None:
        _place(both[:, :EDGE], Image.fromarray(photo))
    if picture is not None:
        if picture.ndim == 2:
            large = Image.fromarray(picture).resize((EDGE, EDGE), Image.Resampling.NEAREST)
            both[:, EDGE + _GAP :] = np.asarray(large.convert("RGBA"))
        else:
            _place(both[:, EDGE + _GAP :], Image.fromarray(in_proportion(picture, photo)))
    return both


def in_proportion(picture: NDArray[np.uint8], photo: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    """What the model sees of a photo (H, W, 3) with the edges of the photo (h, w, 3), which it is given as a square.

    Whoever looks at the square takes the garment for a broad one. A grey picture (H, W) shows a garment that was cut
    out, in its own proportion: it stays as it is, and so does one without its photo.
    """
    if picture.ndim == 2 or photo is None:
        return picture
    longest, (height, width) = max(picture.shape[:2]), photo.shape[:2]
    size = (max(1, round(longest * width / max(height, width))), max(1, round(longest * height / max(height, width))))
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC))


def _place(area: NDArray[np.uint8], image: Image.Image) -> None:
    """Draws the image into the middle of the area, as large as it fits."""
    image = ImageOps.contain(image, (EDGE, EDGE))
    top, left = (EDGE - image.height) // 2, (EDGE - image.width) // 2
    area[top : top + image.height, left : left + image.width] = np.asarray(image.convert("RGBA"))
