"""Pictures of a version from elsewhere that stay where they are: known by path, size and time, read when looked at."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image
from safetensors.numpy import save_file

from core import errors
from core.catalogue import kept
from core.photos import decoder, sandbox, shared_sandbox, sources
from core.store.base import artefacts
from core.store.base.store import Store
from core.store.runs import array_files
from core.store.runs.runs import Run

PLACES, FOLDER_FILE = "places.parquet", "folder.json"
"""Only in the catalogue artefact of garments whose pictures stay where they are."""
_SHAPE: decoder.Shape = (32, 32, 3)
"""Of the picture that nobody needs here: the preview is what is shown."""


@dataclass(frozen=True, kw_only=True)
class Garments:
    """Garments that are judged, without their pixels; stands where a `Catalogue` does when a version is published."""

    name: str
    """Of the catalogue."""
    folder: str
    """Below which the pictures are: a full path, or one from the home on."""
    places: pd.DataFrame
    """One row a garment: photo (path below the folder), bytes, changed (nanoseconds since 1970)."""
    labels: NDArray[np.int64]
    """(N,) class index of each."""
    class_names: tuple[str, ...]
    """The K names of the classes."""

    @cached_property
    def digests(self) -> NDArray[np.uint8]:
        """(N, 32) their keys: of the catalogue's name, path, size, time and label."""
        rows = zip(
            self.places["photo"].tolist(), self.places["bytes"].tolist(), self.places["changed"].tolist(),
            self.labels.tolist(), strict=True,
        )  # fmt: skip
        joined = b"".join(
            hashlib.sha256(json.dumps([self.name, *row[:3], self.class_names[row[3]]]).encode()).digest()
            for row in rows
        )
        return np.frombuffer(joined, dtype=np.uint8).reshape(-1, 32)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the names of the classes and of all keys."""
        head = json.dumps([self.name, self.class_names]).encode()
        return hashlib.sha256(head + self.digests.tobytes()).hexdigest()

    def write(self, folder: Path) -> None:
        """Writes what is known of them into `folder`, where `core.store.runs.file_reader` finds it."""
        none = np.empty((0, kept.TILE_SIDE, kept.TILE_SIDE, 3), dtype=np.uint8)
        nobody = np.empty(0, dtype=np.int64)
        array_files.save(
            {
                "test_labels": self.labels, "train_labels": nobody, "train_images": none,
                "train_positions": nobody, "validation_positions": nobody,
            },
            folder / GARMENTS,
        )  # fmt: skip
        save_file({"test": self.digests, "train": np.empty((0, 32), dtype=np.uint8)}, folder / KEYS)
        self.places.to_parquet(folder / PLACES, index=False)
        (folder / FOLDER_FILE).write_text(json.dumps({"folder": self.folder}))
        (folder / "class_names.json").write_text(json.dumps(list(self.class_names), indent=1))


GARMENTS, KEYS = "garments.safetensors", "keys.safetensors"
"""As `core.store.runs.file_writer` calls them."""


def is_one(store: Store, run: Run) -> bool:
    """Whether the pictures of the version stay where they are.

    Raises:
        errors.ArtefactCorrupt: the list of its files is missing or changed.
    """
    return PLACES in artefacts.manifest_of(store.home, run.catalogue_artefact)


def places(store: Store, run: Run) -> pd.DataFrame:
    """Where they are, see `Garments.places`.

    Raises:
        errors.ArtefactCorrupt: the file is missing or changed.
    """
    return pd.read_parquet(artefacts.verified(store.home, run.catalogue_artefact, PLACES))


def folder_of(store: Store, run: Run) -> Path:
    """The folder below which they are."""
    path = artefacts.verified(store.home, run.catalogue_artefact, FOLDER_FILE)
    return store.home / str(json.loads(path.read_bytes())["folder"])  # a full path stays one


def tiles(store: Store, folder: Path, rows: pd.DataFrame) -> NDArray[np.uint8]:
    """(M, S, S, 3) small pictures of those rows of `places`, decoded now; grey where one cannot be.

    Args:
        store: whose limits hold.
        folder: see `folder_of`.
        rows: of which.
    """
    found = previews(store, folder, rows, edge=kept.TILE_SIDE)
    return np.stack([on_ground(each) for each in found]) if found else np.empty((0, *_TILE), dtype=np.uint8)


_TILE = (kept.TILE_SIDE, kept.TILE_SIDE, 3)
_NOTHING = 224
"""Brightness of the picture of a photo that cannot be shown."""


def on_ground(found: NDArray[np.uint8] | errors.PhotoRefused) -> NDArray[np.uint8]:
    """(S, S, 3) a photo in the middle of a white square; a grey one where there is none."""
    side = kept.TILE_SIDE
    if isinstance(found, errors.PhotoRefused):
        return np.full(_TILE, _NOTHING, dtype=np.uint8)
    photo = Image.fromarray(found)
    photo.thumbnail((side, side), Image.Resampling.BICUBIC)
    tile = np.full(_TILE, 255, dtype=np.uint8)
    top, left = (side - photo.height) // 2, (side - photo.width) // 2
    tile[top : top + photo.height, left : left + photo.width] = np.asarray(photo)
    return tile


def previews(
    store: Store, folder: Path, rows: pd.DataFrame, *, edge: int
) -> list[NDArray[np.uint8] | errors.PhotoRefused]:
    """(h, w, 3) pictures of those rows, or why each cannot be shown.

    Args:
        store: whose limits hold.
        folder: see `folder_of`.
        rows: of `places`.
        edge: the longest edge in pixels.
    """
    with shared_sandbox.lent() as decoders:
        return list(seen(decoders, store, folder, rows, edge=edge))


def seen(
    decoders: sandbox.Sandbox, store: Store, folder: Path, rows: pd.DataFrame, *, edge: int
) -> Iterator[NDArray[np.uint8] | errors.PhotoRefused]:
    """The same one after the other, by processes that are there already."""
    most = store.settings.max_photo_mb * sources.BYTES_PER_MB
    told = zip(*(rows[name].tolist() for name in ("photo", "bytes", "changed")), strict=True)
    reads = [_reader(folder / photo, (num_bytes, changed), most) for photo, num_bytes, changed in told]
    for found in decoders.map(reads, _SHAPE, preview_edge=edge):
        yield found if isinstance(found, errors.PhotoRefused) else found.preview


def _reader(path: Path, known: tuple[int, int], most: int) -> Callable[[], bytes]:
    """Reads a file if it still has the size and time by which it is known."""

    def read() -> bytes:
        try:
            told = path.stat()
        except OSError:
            raise errors.PhotoRefused("It is no longer where it was.") from None
        if (told.st_size, told.st_mtime_ns) != known:
            raise errors.PhotoRefused("It was changed since.")
        return sources.read(path, most)

    return read
