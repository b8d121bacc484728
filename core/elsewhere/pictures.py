"""Where the pictures are that tags from elsewhere name: a folder, whose files stay there, or garments that are here."""

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import catalogue, errors
from core.catalogue import kept
from core.catalogue.own import lists, loading
from core.photos import containers, sources
from core.store import Store
from core.store.runs import file_reader, runs

_NUMBER = re.compile(r"(\d{1,9})(?:\.[A-Za-z]{3,4})?$")
_LARGEST_FOLDER = 2_000_000


class Pictures(Protocol):
    """Pictures that are found by what a file calls them."""

    def find(self, said: str) -> int | None:
        """The place of the picture that is meant; None where there is none, or more than one."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """The categories that are known of them already; empty where none are."""

    @property
    def identity(self) -> str:
        """Differs wherever what is found in them may; empty where that cannot be told quickly."""


class InFolder:
    """The pictures below a folder; links are not followed, so that no name leads outside."""

    class_names: tuple[str, ...] = ()

    def __init__(self, folder: Path) -> None:
        """Looks at names, sizes and times of all files below the folder.

        Raises:
            errors.ElsewhereRefused: it is no folder, or holds no picture.
        """
        if not folder.is_dir():
            raise errors.ElsewhereRefused(f"{folder} is no folder. Name the folder that holds the pictures.")
        self.folder = folder.resolve()
        rows = sorted(_files(self.folder))
        if not rows:
            raise errors.ElsewhereRefused(f"There are no pictures ({', '.join(containers.ENDINGS)}) in {folder}.")
        self.table = pd.DataFrame(rows, columns=["photo", "bytes", "changed"])
        """One row a picture: photo (path below the folder), bytes, changed (nanoseconds since 1970)."""
        names: list[str] = self.table["photo"].tolist()
        self._places = {name: place for place, name in enumerate(names)}
        self._photos = lists.Photos(lambda: names)

    def find(self, said: str) -> int | None:
        """The place of the picture by its path, its end, or its name; see `lists.Photos`."""
        direct = self._places.get(said)
        if direct is not None:
            return direct
        found = self._photos.find(self._inside(said))
        return None if found is None else self._places[found]

    @property
    def identity(self) -> str:
        """SHA-256 of the folder's path and of the names, sizes and times of its pictures."""
        rows = pd.util.hash_pandas_object(self.table, index=False).to_numpy()
        return hashlib.sha256(self.folder.as_posix().encode() + rows.tobytes()).hexdigest()

    def _inside(self, said: str) -> str:
        """A full path below the folder as the path from there."""
        return said.removeprefix(f"{self.folder.as_posix()}/")


def _files(folder: Path) -> "list[tuple[str, int, int]]":
    found: list[tuple[str, int, int]] = []
    waiting = [(folder, "")]
    while waiting:
        place, before = waiting.pop()
        with os.scandir(place) as entries:
            for entry in entries:
                if sources.is_of_the_system(entry.name) or entry.is_symlink():
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((Path(entry.path), f"{before}{entry.name}/"))
                elif entry.name.lower().endswith(containers.ENDINGS):
                    told = entry.stat(follow_symlinks=False)
                    found.append((f"{before}{entry.name}", told.st_size, told.st_mtime_ns))
        if len(found) > _LARGEST_FOLDER:
            raise errors.ElsewhereRefused(f"{folder} holds more than {_LARGEST_FOLDER:,} pictures. Name a part of it.")
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Base:
    """Garments that are here already: those of the newest version of a catalogue, or as it is loaded."""

    name: str
    """Of the catalogue."""
    run: runs.Run | None
    """The version whose stored garments they are; None where no version has learned them yet."""
    test: catalogue.CatalogueSplit
    """Those that versions of ours are judged on."""
    train: catalogue.CatalogueSplit
    """Those that are learned from."""
    held_out: catalogue.CatalogueSplit | None = None
    """Those held out of learning where they are others; None where each is held out in turn."""
    originals: NDArray[np.int64] | None = None
    """Number in the source's order of each of `train` and then of `held_out`; None where photos are named."""
    sources: pd.DataFrame | None
    """Photos behind them, see `loading.OwnGarments.sources`; None where there are none."""


class OfCatalogue:
    """The garments of a catalogue, by the photo they are of, by product, or by number: test garments first.

    Behind them come those that are learned from, then those held out.
    """

    def __init__(self, base: Base) -> None:
        self.base = base
        self.class_names = base.test.class_names
        self.num_test = len(base.test)
        self._by_photo: dict[str, int] = {}
        self._photos = None
        self._trained = _placed(base.originals, self.num_test)
        if base.sources is not None:
            split, garment = base.sources["split"].to_numpy(), base.sources["garment"].to_numpy(dtype=np.int64)
            places = np.where(split == "test", garment, garment + self.num_test).tolist()
            names = base.sources["photo"].tolist()
            self._by_photo = dict(zip(names, places, strict=True))
            self._photos = lists.Photos(lambda: names)
            for product, place in zip(base.sources["product"].tolist(), places, strict=True):
                if product:
                    self._by_photo.setdefault(product, place)

    def find(self, said: str) -> int | None:
        """The garment: from 0 on those of the test, after them those of the training."""
        if self._photos is None:
            return self._numbered(said)
        direct = self._by_photo.get(said)
        if direct is not None:
            return direct
        found = self._photos.find(said)
        return None if found is None else self._by_photo[found]

    @property
    def identity(self) -> str:
        """That of the garments which a version of ours stored; empty where none did."""
        return self.base.run.catalogue_fingerprint if self.base.run else ""

    def _numbered(self, said: str) -> int | None:
        """`17`, `test-17`, `t10k/00017.png`: the test garment of that number, from 0; `train-17`: that of the training.

        Training garments are counted in the order of their source, which no cut changes.
        """
        match = _NUMBER.search(said)
        if match is None:
            return None
        number, before = int(match[1]), said[: match.start()].lower()
        if before.rfind("train") > max(before.rfind("test"), before.rfind("t10k")):
            place = int(self._trained[number]) if number < len(self._trained) else -1
            return place if place >= 0 else None
        return number if number < self.num_test else None

    def images(self, places: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Pictures (M, ...) of the garments at those places."""
        found = np.empty((len(places), *self.base.test.images.shape[1:]), dtype=np.uint8)
        for wanted, split, before in self._parts(places):
            found[wanted] = split.images[places[wanted] - before]
        return found

    def labels(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Labels (M,) of the garments at those places; no picture is read."""
        found = np.empty(len(places), dtype=np.int64)
        for wanted, split, before in self._parts(places):
            found[wanted] = split.labels[places[wanted] - before]
        return found

    def _parts(self, places: NDArray[np.int64]) -> "list[tuple[NDArray[np.bool_], catalogue.CatalogueSplit, int]]":
        parts, before = [], 0
        for split in filter(None, (self.base.test, self.base.train, self.base.held_out)):
            is_here = (places >= before) & (places < before + len(split))
            parts.append((is_here, split, before))
            before += len(split)
        return parts


def _placed(originals: NDArray[np.int64] | None, before: int) -> NDArray[np.int64]:
    """For each number of the source the place of that garment, behind so many others; -1 where none has it."""
    if originals is None or not len(originals):
        return np.empty(0, dtype=np.int64)
    found = np.full(int(originals.max()) + 1, -1, dtype=np.int64)
    found[originals] = before + np.arange(len(originals))
    return found


def of_catalogue(store: Store, name: str) -> OfCatalogue:
    """The garments of the catalogue of that name.

    Raises:
        errors.CatalogueError: there is none of that name, or it cannot be loaded.
        errors.ArtefactCorrupt: they are stored here, and damaged.
    """
    for run in runs.list_runs(store):
        if run.catalogue == name and run.elsewhere is None:
            return OfCatalogue(_stored(store, run))
    if name in kept.names(store.home):
        own = loading.load(store.home, name)
        garments = own.garments
        return OfCatalogue(Base(name=name, run=None, train=garments.train, test=garments.test, sources=own.sources))
    loaded = catalogue.load(name, store.settings)
    originals = np.concatenate([loaded.train_positions, loaded.validation_positions])
    return OfCatalogue(
        Base(
            name=name, run=None, train=loaded.train, held_out=loaded.validation, test=loaded.test, originals=originals,
            sources=None,
        )
    )  # fmt: skip


def _stored(store: Store, run: runs.Run) -> Base:
    train, test = (file_reader.load_split(store, run, split) for split in ("train", "test"))
    if run.is_of_photos:
        return Base(name=run.catalogue, run=run, train=train, test=test, sources=file_reader.load_sources(store, run))
    return Base(
        name=run.catalogue, run=run, train=train, held_out=file_reader.load_split(store, run, "validation"), test=test,
        originals=file_reader.load_positions(store, run), sources=None,
    )  # fmt: skip


def known_names(store: Store) -> Sequence[str]:
    """The catalogues that predictions may be of."""
    return (*catalogue.CATALOGUES, *kept.names(store.home))
