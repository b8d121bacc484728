"""A map laid over the photo that it is of: the photo in grey, what matters in one colour and outlined. Pure."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

_COLOUR = (230, 120, 0)
_STRONGEST = 0.75
_OUTLINE = ((0, 0, 0), (255, 255, 255))


def drawn(image: Image.Image, strength: NDArray[np.floating], *, longest_edge: int = 448) -> bytes:
    """A PNG of the photo under its map.

    The photo is grey, so that the colour is none of the garment's; whoever does not see it sees the outline, black and
    white, around all that has at least half of the largest strength. Nothing is coloured where all strengths are 0.

    Args:
        image: red, green, blue, upright.
        strength: (h, w) of each cell of the map, which covers the whole photo, 0-1.
        longest_edge: of the picture, in pixels.
    """
    photo = image.copy()
    photo.thumbnail((longest_edge, longest_edge))
    grey = np.asarray(photo.convert("L"), dtype=np.float32)[..., None].repeat(3, axis=2)
    levels = Image.fromarray(np.rint(255 * np.clip(strength, 0, 1)).astype(np.uint8))
    smooth = np.asarray(levels.resize(photo.size, Image.Resampling.BICUBIC), dtype=np.float32)[..., None] / 255
    opacity = _STRONGEST * smooth
    colour = np.array(_COLOUR, dtype=np.float32)
    mixed = Image.fromarray((grey * (1 - opacity) + colour * opacity).astype(np.uint8))
    _outline(ImageDraw.Draw(mixed), strength, mixed.size)
    buffer = io.BytesIO()
    mixed.save(buffer, format="PNG", compress_level=1)
    return buffer.getvalue()


def _outline(draw: ImageDraw.ImageDraw, strength: NDArray[np.floating], size: tuple[int, int]) -> None:
    largest = float(strength.max(initial=0.0))
    if largest <= 0:
        return
    inside = np.pad(strength >= largest / 2, 1)
    height, width = strength.shape
    across, down = (
        np.rint(np.linspace(1, length - 2, num + 1)) for length, num in zip(size, (width, height), strict=True)
    )
    for colour, thickness in zip(_OUTLINE, (5, 2), strict=True):
        for row in range(height + 1):
            for column in range(width + 1):
                if column < width and inside[row, column + 1] != inside[row + 1, column + 1]:
                    ends = [(across[column], down[row]), (across[column + 1], down[row])]
                    draw.line(ends, fill=colour, width=thickness)
                if row < height and inside[row + 1, column] != inside[row + 1, column + 1]:
                    ends = [(across[column], down[row]), (across[column], down[row + 1])]
                    draw.line(ends, fill=colour, width=thickness)
