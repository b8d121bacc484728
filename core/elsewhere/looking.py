"""The pictures of a version from elsewhere are looked at after it is there: small pictures, features, which look alike.

By a process of its own, which goes on where it was after it was stopped. Colours are described by a network of others
(`core.model.backbones`) where one can be made ready, and by themselves where none can, as grey pictures are; garments
that a version of ours was judged on, as that version sees them.
"""

import hashlib
import io
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import filelock
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from core import errors, failpoints
from core.catalogue import kept, on_disk
from core.catalogue.own import adding, small_pictures
from core.elsewhere import describing
from core.jobs import photo_pipeline
from core.model import neighbours, photo_recipes
from core.model.backbones import feature_files
from core.photos import colour, sandbox, shared_sandbox
from core.store import Store
from core.store.runs import described, file_reader, in_place, runs
from core.store.runs.described import State
from core.store.runs.runs import Run

_CHUNK = 256
"""Pictures after which it is noted how far it is, and from which on it goes on after a stop."""
_PLAIN_SIDE = 12
"""Height and width of the pictures that describe themselves."""


def describe(store: Store, run: Run) -> None:
    """Looks at the pictures of the version and keeps what was found; returns at once where it is there.

    Raises:
        errors.ElsewhereRefused: the version was trained here.
        errors.CatalogueError: somebody else does it now, or the disk is full; what was found stays.
    """
    if run.elsewhere is None:
        raise errors.ElsewhereRefused(f"Version {run.version} was trained here: what it sees is known.")
    try:
        with filelock.FileLock(describing.lock(store, run), timeout=0):
            if not described.is_complete(store, run):
                _described(store, run)
    except filelock.Timeout:
        raise errors.CatalogueError(f"Somebody else looks at the pictures of version {run.version} now.") from None
    except OSError as error:
        problem = f"They could not be kept ({error.strerror or error}). Make room, then start it again."
        described.note(store, run, replace(described.state(store, run), problem=problem))
        raise errors.CatalogueError(problem) from error


def _described(store: Store, run: Run) -> None:
    told = State(num_all=run.num_test, started_at=time.time())
    if in_place.is_one(store, run):
        _keep_tiles(store, run, told)
    features = _of_ours(store, run)
    if features is None:
        features = _looked_at(store, run, told)
    described.note(store, run, replace(told, doing="finding those that look alike", num=run.num_test))
    similar = neighbours.nearest_others(neighbours.directions(features), neighbours.NUM_SIMILAR)
    _keep(store, run, described.FEATURES, features)
    _keep(store, run, described.SIMILAR, similar)
    described.note(store, run, replace(told, doing="done", num=run.num_test))


# ---- small pictures -----------------------------------------------------------------------------------------------


def _keep_tiles(store: Store, run: Run, told: State) -> None:
    """(N, S, S, 3) small pictures on disk, as a catalogue of one's own would have them; goes on where it was."""
    target = described.folder(store, run) / described.TILES
    if target.is_file():
        return
    folder, rows = in_place.folder_of(store, run), in_place.places(store, run)
    part = target.with_suffix(".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    shape = (len(rows), kept.TILE_SIDE, kept.TILE_SIDE, 3)
    begins = _begun(part, shape)
    pictures = np.lib.format.open_memmap(part, mode="r+")
    with sandbox.Sandbox() as decoders:
        for start_at in range(begins, len(rows), _CHUNK):
            some = rows.iloc[start_at : start_at + _CHUNK]
            seen = in_place.seen(decoders, store, folder, some, edge=colour.LONGEST_EDGE)
            for number, picture in enumerate(seen, start_at):
                pictures[number] = _tile(picture)
            pictures.flush()
            on_disk.let_go(pictures)
            _note_begun(part, start_at + len(some))
            described.note(store, run, replace(told, doing="making small pictures", num=start_at + len(some)))
            failpoints.reach("pictures-described")
    part.replace(target)
    _count_file(part).unlink(missing_ok=True)


def _tile(picture: NDArray[np.uint8] | errors.PhotoRefused) -> NDArray[np.uint8]:
    """As of a photo that is kept, pixel by pixel: so that the two are known to be one garment."""
    if isinstance(picture, errors.PhotoRefused):
        return in_place.on_ground(picture)
    content = io.BytesIO(adding.as_kept(picture))
    return small_pictures.tile(content)


def _begun(part: Path, shape: tuple[int, ...]) -> int:
    """How many pictures an interrupted look left; makes the file where there is none."""
    try:
        num = int(_count_file(part).read_text())
        if np.load(part, mmap_mode="r", allow_pickle=False).shape == shape:
            return num
    except (OSError, ValueError):
        pass
    np.lib.format.open_memmap(part, mode="w+", dtype=np.uint8, shape=shape).flush()
    return 0


def _note_begun(part: Path, num: int) -> None:
    kept.write_whole(_count_file(part), str(num))


def _count_file(part: Path) -> Path:
    return part.with_suffix(".count")


# ---- features -----------------------------------------------------------------------------------------------------


def _of_ours(store: Store, run: Run) -> NDArray[np.float16] | None:
    """What the newest version of ours sees in the very same garments; None where there is none."""
    for other in runs.list_runs(store):
        if other.elsewhere is None and other.catalogue_artefact == run.catalogue_artefact:
            return file_reader.load_features(store, other)
    return None


def _looked_at(store: Store, run: Run, told: State) -> NDArray[np.float16]:
    """(N, D) what is seen in the pictures."""
    images = file_reader.load_split(store, run, "test").images
    if images.ndim == 4:
        try:
            return _by_network(store, run, images, told)
        except errors.BackboneMissing:
            pass  # no network of others is at hand: colours and shapes have to do
    return np.concatenate([_plain(images[at : at + _CHUNK]) for at in range(0, len(images), _CHUNK)])


def _by_network(store: Store, run: Run, images: NDArray[np.uint8], told: State) -> NDArray[np.float16]:
    if store.settings.backbone == photo_pipeline.NO_NETWORK:
        raise errors.BackboneMissing("No network of others is to be used.")
    keys = file_reader.load_keys(store, run, "test")
    in_files = in_place.is_one(store, run)
    names = [_name(keys[place], in_files=in_files) for place in range(len(keys))]
    places = {name: place for place, name in enumerate(names)}
    side = photo_recipes.picture_side()
    rows = in_place.places(store, run) if in_files else pd.DataFrame()

    def read(wanted: Sequence[str]) -> Iterator[NDArray[np.uint8]]:
        at = [places[name] for name in wanted]
        shown = (
            _from_files(store, run, rows.iloc[at], images[at])
            if in_files
            else (Image.fromarray(images[place]) for place in at)
        )
        for photo in shown:
            yield colour.fitted(photo, (side, side))

    def count(num: int, num_all: int) -> None:
        described.note(store, run, replace(told, doing="looking at the pictures", num=num))

    recipe = photo_recipes.find("quick")
    found = feature_files.stored(
        store.home, recipe.backbones, names, read, mirrored=False, threads=store.settings.training_threads,
        on_photos=count,
    )  # fmt: skip
    return found.take(np.arange(len(names)))


def _name(key: str, *, in_files: bool) -> str:
    """Under which the features of a garment are kept: those of its file are others than those of its small picture."""
    return hashlib.sha256(f"file {key}".encode()).hexdigest() if in_files else key


def _from_files(store: Store, run: Run, rows: pd.DataFrame, tiles: NDArray[np.uint8]) -> Iterator[Image.Image]:
    """Photos as own garments are kept; where a file is gone or changed, the small picture made of it before."""
    folder = in_place.folder_of(store, run)
    with shared_sandbox.lent() as decoders:
        seen = in_place.seen(decoders, store, folder, rows, edge=colour.LONGEST_EDGE)
        for tile, found in zip(tiles, seen, strict=True):
            if isinstance(found, errors.PhotoRefused):
                yield Image.fromarray(tile)
            else:
                yield Image.open(io.BytesIO(adding.as_kept(found))).convert("RGB")


def _plain(images: NDArray[np.uint8]) -> NDArray[np.float16]:
    """(N, D) the pictures themselves, small: alike are those whose light and colours lie alike."""
    small = [np.asarray(Image.fromarray(image).resize((_PLAIN_SIDE, _PLAIN_SIDE))) for image in images]
    values = np.stack(small).reshape(len(small), -1).astype(np.float32) / 255
    centred: NDArray[np.float16] = (values - values.mean(axis=1, keepdims=True)).astype(np.float16)
    return centred


def _keep(store: Store, run: Run, name: str, array: NDArray[np.float16] | NDArray[np.int32]) -> None:
    path = described.folder(store, run) / name
    part = path.with_suffix(".part.npy")
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(part, array)
    part.replace(path)
