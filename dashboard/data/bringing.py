"""Photos that are to be brought in: what is where, what was recognised, how far it is."""

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core import errors
from core.access.roles import Action
from core.catalogue import kept
from core.catalogue.own import adding, differences, example_photos, layouts, uploads
from core.catalogue.own.records import Choices, Layout, Row
from core.jobs import bringing_in
from core.jobs.bringing_in import Coming
from core.photos import sprite
from core.settings import Settings
from core.store.base import permission
from dashboard.data import store

MOST_FOLDERS = 500
"""That are offered."""
DEPTH = 2
"""How far below an import folder they are looked for."""
MOST_SHOWN = 8
"""Photos that are new, changed or gone which are shown of each."""
SIDE = 96
"""Height and width of a preview in pixels."""


def limits() -> Settings:
    """The settings, whose limits hold."""
    return store.store().settings


def folders() -> list[Path]:
    """Folders of this computer from which the page may bring photos in; links are not followed."""
    found: list[Path] = []
    for root in limits().import_folders:
        for place, inner, _ in os.walk(root, followlinks=False):
            path = Path(place)
            inner[:] = sorted(name for name in inner if not name.startswith(".") and not (path / name).is_symlink())
            found.append(path)
            if len(path.relative_to(root).parts) >= DEPTH or len(found) >= MOST_FOLDERS:
                inner.clear()
    return found[:MOST_FOLDERS]


def is_allowed(place: Path) -> bool:
    """Whether the page may read there: below an import folder, or what was dropped."""
    home = store.store().home
    resolved = place.resolve()
    return any(resolved.is_relative_to(root) for root in (*limits().import_folders, (home / "uploads").resolve()))


def stage(files: Sequence[tuple[str, bytes]], action: Action) -> tuple[Path, list[str]]:
    """Dropped files as a folder, and what was left out of them.

    Args:
        files: name and content of each.
        action: what they are dropped for; nothing is put on the disk for whoever may not do it.

    Raises:
        errors.CatalogueError: there are too many, or the disk is full.
        errors.NotAllowed: whoever is at the screen may not do that.
    """
    permission.require(store.store(), action, "stage")
    settings = limits()
    return uploads.stage(store.store().home, files, max_mb=settings.max_drop_mb, most=settings.max_drop_photos * 10)


@store.cached(most=8, spinner="Looking at what is there …")
def recognised(place: Path, changed_at: float, choices: Choices) -> Layout:
    """How it is laid out; read-only.

    Raises:
        errors.CatalogueError: nothing was recognised; one sentence says why.
    """
    _check(place)
    return layouts.recognised(place, choices)


@store.cached(most=8)
def headers(place: Path, changed_at: float) -> dict[str, tuple[str, ...]]:
    """The lists there, with their columns."""
    _check(place)
    return layouts.headers(place)


@store.cached(most=8, spinner="Drawing some of them …")
def pictures(place: Path, changed_at: float, rows: tuple[Row, ...]) -> list[tuple[Row, NDArray[np.uint8]]]:
    """Small square pictures of those that can be read, each with its row."""
    _check(place)
    found = adding.previews(place, rows, max_mb=limits().max_photo_mb, edge=SIDE)
    return [
        (row, sprite.squared(each, SIDE)) for row, each in zip(rows, found, strict=True) if isinstance(each, np.ndarray)
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What bringing in would change, with some pictures of it: path and (SIDE, SIDE, 4) picture of each; read-only."""

    differences: differences.Differences
    """How many, and which."""
    new: list[tuple[str, NDArray[np.uint8]]]
    """Some that are new."""
    changed: list[tuple[str, NDArray[np.uint8]]]
    """Some that are changed, as they are now."""
    gone: list[tuple[str, NDArray[np.uint8]]]
    """Some that are gone."""


@store.cached(most=8, spinner="Comparing with the photos that are there …")
def changes(name: str, rows_file: str, place: Path, asked_at: float, choices: Choices) -> Changes:
    """What bringing in the photos of a place would change in a catalogue; `asked_at` has it looked at anew.

    Raises:
        errors.CatalogueError: nothing is recognised there, or it cannot be told.
    """
    _check(place)
    opened = store.store()
    is_dropped = place.resolve().is_relative_to((opened.home / "uploads" / "waiting").resolve())
    with uploads.united(opened.home, place, name) if is_dropped else contextlib.nullcontext(place) as whole:
        layout = layouts.recognised(whole, choices)
        found = bringing_in.changes_of(opened, name, whole, layout)
        rows = {row.photo: row for row in layout.rows if not row.is_address}
        new, changed = (
            _some_of(whole, [rows[path] for path in paths[:MOST_SHOWN] if path in rows])
            for paths in (found.new, found.changed)
        )
    digests = {path: digest for path, digest, _ in bringing_in.held(opened, name)}
    gone = [(path, kept.photo_path(opened.home, digests[path])) for path in found.gone[:MOST_SHOWN]]
    return Changes(
        differences=found, new=new, changed=changed,
        gone=[(path, sprite.squared(_picture(file), SIDE)) for path, file in gone if file.is_file()],
    )  # fmt: skip


def _some_of(place: Path, rows: Sequence[Row]) -> list[tuple[str, NDArray[np.uint8]]]:
    found = adding.previews(place, rows, max_mb=limits().max_photo_mb, edge=SIDE)
    return [
        (row.photo, sprite.squared(each, SIDE)) for row, each in zip(rows, found, strict=True)
        if isinstance(each, np.ndarray)
    ]  # fmt: skip


def _picture(file: Path) -> NDArray[np.uint8]:
    # Written by `core.catalogue.own.adding`: no longer a stranger's file.
    with Image.open(file, formats=["JPEG"]) as opened:
        return np.asarray(opened.convert("RGB"))


def catalogue(name: str) -> kept.OwnCatalogue | None:
    """The catalogue of that name; None where there is none that can be read."""
    try:
        return kept.find(store.store().home, name)
    except errors.CatalogueError:
        return None


def all_coming() -> list[tuple[Coming, bool]]:
    """Those that are brought in or ended, each with whether its process works."""
    return [(coming, bringing_in.is_running(store.store(), coming)) for coming in bringing_in.all_coming(store.store())]


def start(name: str, place: Path, choices: Choices, *, who: str) -> None:
    """Starts to bring in what was recognised there; dropped files become the catalogue's.

    Raises:
        errors.CatalogueError: the name is none, is taken by the program, or that catalogue is being brought in.
        errors.NotAllowed: whoever is at the screen may not do that; what was dropped stays where it is.
    """
    _check(place)
    opened = store.store()
    permission.require(opened, Action.COLLECT, "start")
    bringing_in.check_free(opened, name)  # before what was dropped is moved: it can be tried again
    if place.resolve().is_relative_to((opened.home / "uploads" / "waiting").resolve()):
        place = uploads.take_over(opened.home, place, name)
    bringing_in.start(opened, name, place, choices, who=who)


@store.cached(most=1)
def examples() -> dict[str, NDArray[np.uint8]]:
    """Category -> (SIDE, SIDE, 4) one of the example photos that come with the program; read-only.

    Raises:
        errors.CatalogueCorrupt: their file is not the one that was released.
    """
    return {name: sprite.squared(photo, SIDE) for name, photo in example_photos.one_of_each().items()}


def start_examples(*, who: str) -> None:
    """Starts to bring in the example photos.

    Raises:
        errors.CatalogueError: see `bringing_in.start_examples`.
    """
    bringing_in.start_examples(store.store(), who=who)


def go_on(coming: Coming, *, who: str) -> None:
    """Starts one that ended or died again, where it was."""
    bringing_in.start(store.store(), coming.name, Path(coming.place), coming.choices, who=who)


def update(name: str, *, who: str) -> None:
    """Brings in what is new or changed where a catalogue came from.

    Raises:
        errors.CatalogueError: that is not for the page to read, or it is being brought in.
    """
    found = kept.find(store.store().home, name)
    place = Path(found.source)
    _check(place)
    bringing_in.start(store.store(), name, place, Choices.of_json(found.layout), who=who)


def stop(name: str) -> None:
    """Has it end after the photos in hand."""
    bringing_in.stop(store.store(), name)


def forget(name: str) -> None:
    """Takes away what stands there of one that ended."""
    bringing_in.forget(store.store(), name)


def _check(place: Path) -> None:
    if not is_allowed(place):
        raise errors.CatalogueError("The page may not read there. Choose a folder of the list, or drop the files.")
