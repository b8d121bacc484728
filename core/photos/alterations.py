"""Pictures of garments altered as photos go wrong: tilted, framed, with a badge or a line beside the garment. Pure.

Made of pictures as a model learns them, so that what an alteration looks like there is known without such photos.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.photos import preparing, tones

Picture = NDArray[np.uint8]
_ENLARGED = 4
"""Pixels that an alteration has for each of the picture."""
_SEEN = 12
"""Brightness (0-255) from which on a pixel belongs to what is cut out, as 5 % of white do in a photo."""
TILTS = (8.0, 40.0)
"""Degrees to either side: less is how garments lie anyway, more is nearly a quarter."""


def altered(pictures: Picture, generator: np.random.Generator) -> Picture:
    """(M, H, W) each of (N, H, W) garments altered in every way there is, prepared anew as photos are; M is 4 N."""
    found = [change(picture, generator) for change in _CHANGES for picture in pictures]
    return tones.stretched(np.stack(found), 255)


def _tilted(picture: Picture, generator: np.random.Generator) -> Picture:
    angle = generator.uniform(*TILTS) * generator.choice([-1, 1])
    large = Image.fromarray(_enlarged(picture)).rotate(angle, resample=Image.Resampling.BICUBIC)
    return _cut_out(np.asarray(large), picture.shape)


def _framed(picture: Picture, generator: np.random.Generator) -> Picture:
    """Bars at the sides, above and below, or all around."""
    large, kind = _enlarged(picture), generator.integers(0, 3)
    width = int(generator.integers(len(large) // 40 + 1, len(large) // 7 + 2))
    sides = [(width if kind != 0 else 0,) * 2, (width if kind != 1 else 0,) * 2]
    return _cut_out(np.pad(large, sides, constant_values=generator.integers(80, 256)), picture.shape)


def _badged(picture: Picture, generator: np.random.Generator) -> Picture:
    """A plain badge in a corner."""
    large = _enlarged(picture)
    edge = len(large)
    height, width = generator.integers(edge // 16 + 1, edge // 5 + 2), generator.integers(edge // 12 + 1, edge // 3 + 2)
    top, left = (generator.integers(0, edge // 6 + 1) for _ in range(2))
    rows = slice(top, top + height) if generator.random() < 0.5 else slice(edge - top - height, edge - top)
    columns = slice(left, left + width) if generator.random() < 0.5 else slice(edge - left - width, edge - left)
    large[rows, columns] = generator.integers(60, 256)
    return _cut_out(large, picture.shape)


def _lined(picture: Picture, generator: np.random.Generator) -> Picture:
    """A line from the border to the garment, as of a hanger, mostly from above."""
    side = 0 if generator.random() < 0.5 else int(generator.integers(0, 4))
    large = np.rot90(_enlarged(picture), side).copy()
    edge = large.shape[1]
    place = int(generator.integers(edge // 3, 2 * edge // 3))
    garment = np.flatnonzero(large[:, place] > _SEEN)
    end = garment[0] if len(garment) else len(large) // 2
    large[: end + 2, place : place + int(generator.integers(1, edge // 20 + 2))] = generator.integers(90, 256)
    return _cut_out(np.rot90(large, -side), picture.shape)


_CHANGES: tuple[Callable[[Picture, np.random.Generator], Picture], ...] = (_tilted, _framed, _badged, _lined)


def _enlarged(picture: Picture) -> Picture:
    """With as much black around it as photos have white."""
    height, width = picture.shape
    large = Image.fromarray(picture).resize((width * _ENLARGED, height * _ENLARGED), Image.Resampling.BICUBIC)
    return np.pad(np.asarray(large), _ENLARGED * max(height, width) // 4)


def _cut_out(large: Picture, shape: tuple[int, ...]) -> Picture:
    """What can be seen, as large as it fits, as `core.photos.preparing` makes it of a photo."""
    rows, columns = (np.flatnonzero(large.max(axis=axis) > _SEEN) for axis in (1, 0))
    if not len(rows):
        return np.zeros(shape, dtype=np.uint8)
    inside = large[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return preparing.fitted(inside.astype(np.float32), (shape[0], shape[1]))
