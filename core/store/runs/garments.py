"""The garments of one split, read when they are asked for: a page of 24 never reads the pictures of a million.

Each picture is compared with its garment's key, which the list of published files vouches for, so that what is shown
is what was published without reading the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from core import errors
from core.catalogue import CatalogueSplit, identity
from core.store.base import artefacts
from core.store.base.store import Store
from core.store.runs import described, file_reader, file_writer, in_place, runs


@dataclass(frozen=True, kw_only=True, slots=True)
class Garments:
    """The garments of one split; never changes."""

    keys: identity.GarmentKeys
    """Which ones they are."""
    class_names: tuple[str, ...]
    """The K names of the classes."""
    _read: "_Reader"
    is_in_place: bool = False
    """Whether pictures stay where they are, and are compared with their size and time instead."""

    def take(self, positions: Sequence[int] | NDArray[np.integer]) -> CatalogueSplit:
        """The garments at `positions` (M,), in that order, as they were published.

        Raises:
            errors.ArtefactCorrupt: a picture or label cannot be read or is another one; the message names the garment.
        """
        wanted = np.asarray(positions, dtype=np.int64)
        images, labels = self._read(wanted)
        found = CatalogueSplit(images=images, labels=labels, class_names=self.class_names)
        if self.is_in_place:
            return found
        differing = (identity.keys_of(found).digests != self.keys.digests[wanted]).any(axis=1)
        if differing.any():
            raise errors.ArtefactCorrupt(
                f"Garment {int(wanted[differing][0])} was changed or damaged. {artefacts.NEXT_STEP}"
            )
        return found


class _Reader(Protocol):
    def __call__(self, positions: NDArray[np.int64], /) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Pictures (M, H, W) and labels (M,) of those garments, not compared with anything."""


def load(store: Store, run: runs.Run, split: str) -> Garments:
    """The garments of `train`, `validation` or `test` that the run saw.

    What was published before keys were kept is read and compared as a whole.

    Raises:
        errors.ArtefactCorrupt: a file is missing or changed.
    """
    if file_writer.KEYS not in artefacts.manifest_of(store.home, run.catalogue_artefact):
        whole = file_reader.load_split(store, run, split)
        return Garments(keys=identity.keys_of(whole), class_names=run.class_names, _read=_of_memory(whole))
    path = artefacts.folder_of(store.home, run.catalogue_artefact) / file_writer.GARMENTS
    if not path.is_file():
        raise errors.ArtefactCorrupt(f"{path} is missing. {artefacts.NEXT_STEP}")
    keys = file_reader.load_keys(store, run, split)
    if split == "test" and in_place.is_one(store, run):
        return Garments(keys=keys, class_names=run.class_names, _read=_where_they_are(store, run), is_in_place=True)
    return Garments(keys=keys, class_names=run.class_names, _read=_of_file(path, split))


def _where_they_are(store: Store, run: runs.Run) -> _Reader:
    folder, rows = in_place.folder_of(store, run), in_place.places(store, run)
    labels = file_reader.load_labels(store, run, "test")

    def read(positions: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        try:
            images = described.tiles(store, run)[positions]
        except errors.StillDescribing:  # they are decoded now, these few
            images = in_place.tiles(store, folder, rows.iloc[positions])
        return images, labels[positions]

    return read


def _of_memory(whole: CatalogueSplit) -> _Reader:
    return lambda positions: (whole.images[positions], whole.labels[positions])


def _of_file(path: Path, split: str) -> _Reader:
    def read(positions: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        try:
            with safe_open(path, framework="np") as file:
                images, labels = (file.get_slice(f"{split}_{name}") for name in ("images", "labels"))
                shape = (len(positions), *images.get_shape()[1:])
                found = [images[place : place + 1] for place in positions.tolist()]
                of_each = [labels[place : place + 1] for place in positions.tolist()]
        except (SafetensorError, OSError) as error:
            raise errors.ArtefactCorrupt(f"{path} cannot be read ({error}). {artefacts.NEXT_STEP}") from None
        none = np.empty((0, *shape[1:]), dtype=np.uint8), np.empty(0, dtype=np.int64)
        return np.concatenate([none[0], *found]), np.concatenate([none[1], *of_each])

    return read
