"""Which photos are copies of each other, or nearly: by perceptual hashes, whatever their names and sizes."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

NEAR_BITS = 6
"""Hashes of 64 bits that differ in at most so many are near copies: saved anew, smaller, a little lighter."""
_BLOCK = 1024


def hash_of(path: Path) -> str:
    """The perceptual hash of a photo that is kept: 16 hex digits."""
    import imagehash  # imports scipy, which only those who bring photos in need

    with Image.open(path, formats=["JPEG"]) as photo:
        return str(imagehash.phash(photo))


def groups(hashes: list[str]) -> NDArray[np.int64]:
    """(N,) number of the group of each photo: near copies, and near copies of those, have the same one."""
    values = np.array([int(text, 16) for text in hashes], dtype=np.uint64)
    parent = np.arange(len(values), dtype=np.int64)

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = int(parent[place])
        return place

    for first, second in pairs(values):
        low, high = sorted((root(first), root(second)))
        parent[high] = low
    return np.array([root(place) for place in range(len(values))], dtype=np.int64)


def pairs(values: NDArray[np.uint64]) -> list[tuple[int, int]]:
    """Positions of every two hashes that are near, the lower first; a million photos are compared in blocks."""
    found: list[tuple[int, int]] = []
    for start in range(0, len(values), _BLOCK):
        some = values[start : start + _BLOCK]
        apart = np.bitwise_count(some[:, None] ^ values[None, start:])
        for row, column in zip(*np.nonzero(apart <= NEAR_BITS), strict=True):
            if column > row:
                found.append((start + int(row), start + int(column)))
    return found
