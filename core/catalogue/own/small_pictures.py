"""The array of small pictures that galleries show, written one after the other from the photos that are kept."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.catalogue import kept

_EVERY = 16
"""Pictures after which progress is told."""


def write(
    home: Path,
    digests: Sequence[str],
    target: Path,
    on_some: Callable[[], None] = lambda: None,
    there: Mapping[str, NDArray[np.uint8]] | None = None,
) -> None:
    """Writes a file with (N, S, S, 3) small pictures of those photos.

    Args:
        home: where the photos are.
        digests: SHA-256 of each.
        target: the file.
        on_some: called now and then; may raise to stop.
        there: SHA-256 -> (S, S, 3) those that are made already.
    """
    side = kept.TILE_SIDE
    header = {"descr": "|u1", "fortran_order": False, "shape": (len(digests), side, side, 3)}
    with target.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for number, tile in enumerate(_tiles(home, digests, there or {})):
            file.write(tile.tobytes())
            if not number % _EVERY:
                on_some()


def _tiles(home: Path, digests: Sequence[str], there: Mapping[str, NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
    for digest in digests:
        if digest in there:
            yield there[digest]
            continue
        # Written by `adding` of pixels that the limited process gave: no longer a stranger's file.
        yield tile(kept.photo_path(home, digest))


def tile(photo: Path | IO[bytes]) -> NDArray[np.uint8]:
    """(S, S, 3) the small picture of a photo as it is kept: in the middle of a white square."""
    side = kept.TILE_SIDE
    with Image.open(photo, formats=["JPEG"]) as opened:
        opened.draft("RGB", (side, side))
        small = opened.convert("RGB")
    small.thumbnail((side, side), Image.Resampling.BICUBIC)
    found = np.full((side, side, 3), 255, dtype=np.uint8)
    top, left = (side - small.height) // 2, (side - small.width) // 2
    found[top : top + small.height, left : left + small.width] = np.asarray(small)
    return found
