"""The picture of a photo for networks that learned from photos: all of it, in its colours, in the size they take."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.photos import photo_check
from core.photos.preparing import Prepared

LONGEST_EDGE = 448
"""Photos are brought to this size first, the one in which a catalogue keeps them: so what is tagged is prepared as what
was learned."""
_FLAT = 8
"""Brightnesses (0-255) between the darkest and the brightest hundredth, below which there is nothing to see."""


def prepared(image: Image.Image, size: tuple[int, int], *, scale: float = 1.0) -> Prepared:
    """The (H, W, 3) picture of that height and width, and what was measured: nothing is cut out or cut off.

    Args:
        image: red, green, blue, upright.
        size: height and width that the network takes; another ratio of edges is stretched, as in its training.
        scale: pixels of the original photo for each of the image.
    """
    kept = image.copy()
    kept.thumbnail((LONGEST_EDGE, LONGEST_EDGE), Image.Resampling.BICUBIC)
    return Prepared(picture=fitted(kept, size), measured=_measured(image, scale))


def fitted(kept: Image.Image, size: tuple[int, int]) -> NDArray[np.uint8]:
    """The (H, W, 3) picture of a photo as a catalogue keeps it."""
    height, width = size
    return np.asarray(kept.resize((width, height), Image.Resampling.BICUBIC))


def _measured(image: Image.Image, scale: float) -> photo_check.Measured:
    """Where no garment is looked for, the whole photo counts as one that lies as it should."""
    low, high = np.percentile(np.asarray(image.convert("L")), [1, 99])
    is_flat = high - low < _FLAT
    return photo_check.Measured(
        is_light=False,
        edge_share=0.0 if is_flat else 1.0,
        edge_pixels=max(image.size) * scale,
        num_items=0 if is_flat else 1,
        is_cut=False,
        plain_share=1.0,
        brightest=255.0,
    )
