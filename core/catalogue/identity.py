"""Which garment is which, whatever version looks at it and however the training garments are cut."""

import hashlib
import json
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.catalogue import on_disk
from core.catalogue.split import CatalogueSplit

_DIGEST_BYTES = 32
_CHUNK = 4096


class GarmentKeys:
    """The keys of N garments, found by position, and their positions, found by key; never changes."""

    def __init__(self, digests: NDArray[np.uint8]) -> None:
        """(N, 32) the bytes of `garment_keys`."""
        self.digests = np.ascontiguousarray(digests)
        """(N, 32) as given."""
        self._order: tuple[NDArray[np.int64], NDArray[np.uint64]] | None = None

    def __len__(self) -> int:
        return len(self.digests)

    def __getitem__(self, position: int) -> str:
        return bytes(self.digests[position]).hex()

    def positions(self, keys: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the garments of these keys are: more than once for exact twins, and not at all where there is none.

        Returns:
            (P,) index in `keys`, rising, and (P,) position of a garment with that key, rising within one key.
        """
        asked = np.frombuffer(bytes.fromhex("".join(keys)), dtype=np.uint8).reshape(-1, _DIGEST_BYTES)
        order, beginnings = self._sorted()
        low, high = (np.searchsorted(beginnings, _beginnings(asked), side) for side in ("left", "right"))
        number = np.repeat(np.arange(len(asked)), high - low)
        offset = np.arange(len(number)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
        place = order[low[number] + offset]
        is_same = (self.digests[place] == asked[number]).all(axis=1)
        return number[is_same], place[is_same]

    def first_positions(self, keys: Sequence[str]) -> dict[str, int]:
        """Where the first garment of each of these keys is; keys of no garment are left out."""
        numbers, places = self.positions(keys)
        return {keys[number]: int(place) for number, place in zip(numbers[::-1], places[::-1], strict=True)}

    def _sorted(self) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Positions by the beginnings of their keys, and those beginnings, rising; worked out when first asked for."""
        if self._order is None:
            beginnings = _beginnings(self.digests)
            order = np.argsort(beginnings, kind="stable")
            self._order = order, beginnings[order]
        return self._order


def garment_keys(split: CatalogueSplit) -> tuple[str, ...]:
    """(N,) for each garment the SHA-256 (64 hex digits) of its picture's shape and pixels and its label's name.

    Two garments have the same key exactly when they look the same and carry the same label; a position in a split
    says less, because another cut gives it to another garment.
    """
    return tuple(digest.hex() for digest in _digests(split))


def keys_of(split: CatalogueSplit) -> GarmentKeys:
    """The same, to be looked up either way; takes 3 s for a million garments, so it is done when they are published."""
    joined = b"".join(_digests(split))
    return GarmentKeys(np.frombuffer(joined, dtype=np.uint8).reshape(-1, _DIGEST_BYTES))


def _digests(split: CatalogueSplit) -> Iterable[bytes]:
    heads = [f"{split.images.shape[1:]} {json.dumps(name)}\n".encode() for name in split.class_names]
    for start in range(0, len(split), _CHUNK):
        labels = split.labels[start : start + _CHUNK].tolist()
        for image, label in zip(split.images[start : start + _CHUNK], labels, strict=True):
            yield hashlib.sha256(heads[label] + image.tobytes()).digest()
        on_disk.let_go(split.images)


def _beginnings(digests: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """(N,) the first eight bytes of each as a number."""
    numbers: NDArray[np.uint64] = np.ascontiguousarray(digests[:, :8]).view(">u8")[:, 0].astype(np.uint64)
    return numbers
