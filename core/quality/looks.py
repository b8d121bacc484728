"""What a picture looks like, in plain words: dark or pale, small or large, long or wide, busy or plain."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STANDS_OUT = 25
"""Grey values by which a pixel of the garment differs from the background around it."""
_AT_ONCE = 2000
_LUMINANCE = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # ITU-R BT.601


@dataclass(frozen=True, kw_only=True, slots=True)
class Trait:
    """One measurement, and what its two ends are called."""

    name: str
    """Of the measurement; a key of `measured`."""
    low: str
    """A garment with little of it."""
    high: str
    """A garment with much of it."""


TRAITS = (
    Trait(name="brightness", low="dark", high="pale"),
    Trait(name="contrast", low="low-contrast", high="high-contrast"),
    Trait(name="area", low="small", high="large"),
    Trait(name="length", low="wide", high="long"),
    Trait(name="edges", low="plain", high="busy"),
)
"""Everything that is measured. How sure the model is, is none of it."""


def measured(images: NDArray[np.uint8]) -> dict[str, NDArray[np.float64]]:
    """(N,) of each of the `TRAITS`, by its name.

    The background is what the rim of the picture shows: the median of its pixels. The garment is every pixel that
    differs from it by more than `STANDS_OUT`; where none does, all of the picture.

    brightness (0-255): mean grey of the garment. contrast (0 or more): spread of it, by its mean. area (0-1): share of
    the picture. length: logarithm of height by width of the box around it. edges (0 or more): mean step between
    neighbouring pixels of it, by their spread.

    Args:
        images: (N, H, W) grey or (N, H, W, 3) in colour, H and W at least 2.

    Raises:
        ValueError: another shape.
    """
    if images.ndim not in (3, 4) or min(images.shape[1:3]) < 2 or images.shape[3:] not in ((), (3,)):
        raise ValueError(f"Pictures (N, H, W) or (N, H, W, 3) are needed, got {images.shape}.")
    parts = [_measured(_grey(images[start : start + _AT_ONCE])) for start in range(0, len(images), _AT_ONCE)]
    return {
        trait.name: np.concatenate([part[trait.name] for part in parts]) if parts else np.empty(0) for trait in TRAITS
    }


def _grey(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    return images.astype(np.float32) @ _LUMINANCE if images.ndim == 4 else images.astype(np.float32)


def _measured(grey: NDArray[np.float32]) -> dict[str, NDArray[np.float64]]:
    garment = _garment(grey)
    num = garment.sum(axis=(1, 2))
    mean = np.where(garment, grey, 0).sum(axis=(1, 2)) / num
    spread = np.sqrt(np.where(garment, (grey - mean[:, None, None]) ** 2, 0).sum(axis=(1, 2)) / num)
    height, width = np.any(garment, axis=2), np.any(garment, axis=1)
    return {
        "brightness": mean.astype(np.float64),
        "contrast": (spread / np.maximum(mean, 1)).astype(np.float64),
        "area": num / grey[0].size,
        "length": np.log(_extent(height) / _extent(width)),
        "edges": (_steps(grey, garment) / np.maximum(spread, 1)).astype(np.float64),
    }


def _garment(grey: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(N, H, W) which pixels differ from the background."""
    rim = np.concatenate([grey[:, 0], grey[:, -1], grey[:, :, 0], grey[:, :, -1]], axis=1)
    found: NDArray[np.bool_] = np.abs(grey - np.median(rim, axis=1)[:, None, None]) > STANDS_OUT
    found[~found.any(axis=(1, 2))] = True
    return found


def _extent(occupied: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(N,) from the first to the last of the rows or columns (N, L) that are occupied."""
    first, last = occupied.argmax(axis=1), occupied.shape[1] - 1 - occupied[:, ::-1].argmax(axis=1)
    extent: NDArray[np.int64] = last - first + 1
    return extent


def _steps(grey: NDArray[np.float32], garment: NDArray[np.bool_]) -> NDArray[np.float32]:
    """(N,) mean step between neighbouring pixels that both belong to the garment."""
    total, num = np.zeros(len(grey), dtype=np.float32), np.zeros(len(grey))
    for axis in (1, 2):
        before, after = (np.take(garment, range(*ends), axis=axis) for ends in _both_sides(grey.shape[axis]))
        both = before & after
        total += np.where(both, np.abs(np.diff(grey, axis=axis)), 0).sum(axis=(1, 2))
        num += both.sum(axis=(1, 2))
    steps: NDArray[np.float32] = (total / np.maximum(num, 1)).astype(np.float32)
    return steps


def _both_sides(length: int) -> tuple[tuple[int, int], tuple[int, int]]:
    return (0, length - 1), (1, length)
