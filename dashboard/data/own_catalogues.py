"""The retailer's own catalogues, as they lie in the home."""

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from core import errors
from core.catalogue import kept
from core.catalogue.own import checks, deciding, decisions, example_photos, questions
from core.catalogue.own.checks import Check
from core.store.team import catalogue_in_use, photo_decisions
from dashboard.data import bringing, store

SIDE = 264
"""The longest edge of a photo that is decided about, in pixels: about twice as many as it takes on screen."""


def all_catalogues() -> list[kept.OwnCatalogue]:
    """Those that can be read, by name."""
    home, found = store.store().home, []
    for name in kept.names(home):
        try:
            found.append(kept.find(home, name))
        except errors.CatalogueError:
            continue  # the doctor names it
    return found


def in_use() -> str | None:
    """The one that trainings use; None: the garments that come with the program."""
    return catalogue_in_use.current(store.store())


def choose(name: str | None, *, who: str) -> None:
    """Has trainings use it; None: the garments that come with the program."""
    catalogue_in_use.choose(store.store(), name, who=who)


def is_dropped(found: kept.OwnCatalogue) -> bool:
    """Whether it was brought in from files that were dropped on the page."""
    return Path(found.source).is_relative_to((store.store().home / "uploads").resolve())


def is_example(found: kept.OwnCatalogue) -> bool:
    """Whether it holds the example photos that come with the program."""
    return found.name == example_photos.NAME


def may_update(name: str) -> bool:
    """Whether the page may look once more where it came from; what was dropped is dropped again in place of that."""
    try:
        found = kept.find(store.store().home, name)
    except errors.CatalogueError:
        return False
    place = Path(found.source)
    return place.exists() and bringing.is_allowed(place) and not is_dropped(found)


def remove(name: str, *, who: str) -> None:
    """Moves it to the trash.

    Raises:
        errors.CatalogueError: it is in use.
    """
    catalogue_in_use.remove(store.store(), name, who=who)


@store.cached(most=8, spinner="Looking for copies and contradictions …")
def checked(name: str, rows_file: str) -> tuple[list[Check], pd.DataFrame]:
    """What is wrong with it, and a line for each photo concerned; `rows_file` changes with every change of it."""
    return checks.checks(*deciding.read(store.store().home, name))


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What the checks ask people about photos; read-only."""

    table: pd.DataFrame
    """See `kept.all_rows`."""
    photos: list[decisions.Photo]
    """How each row is named in decisions."""
    questions: dict[str, list[questions.Question]]
    """Name of a check -> what it asks."""


@store.cached(most=8)
def asked(name: str, rows_file: str) -> Asked:
    """What is to be decided about its photos; `rows_file` changes with every change of it."""
    table, held = deciding.read(store.store().home, name)
    return Asked(table=table, photos=decisions.photos_of(table), questions=questions.questions(table, held))


@store.cached(most=8)
def decided(name: str, rows_file: str) -> list[decisions.Decision]:
    """What people decided about its photos and did not take back, the newest first."""
    return deciding.read(store.store().home, name)[1][::-1]


def decide(name: str, decision: decisions.Decision, *, who: str) -> None:
    """Keeps a decision and applies it.

    Raises:
        errors.CatalogueError: see `photo_decisions.decide`.
    """
    photo_decisions.decide(store.store(), name, [decision], who=who)


def take_back(name: str, decision: str, *, who: str) -> None:
    """Takes a decision back.

    Raises:
        errors.CatalogueError: see `photo_decisions.take_back`.
    """
    photo_decisions.take_back(store.store(), name, decision, who=who)


def is_changed_since(name: str, moment: datetime) -> bool:
    """Whether photos came, went or were decided about since then; False where there is none of that name."""
    home = store.store().home
    try:
        found = kept.find(home, name)
        decided = [each.at for each in deciding.history(home, found)]
    except errors.CatalogueError:  # the doctor names it
        return False
    return max([found.changed_at, *decided]) > moment.timestamp()


@store.cached(most=64)
def photos(digests: tuple[str, ...]) -> list[bytes]:
    """The photos as JPEG files, made smaller; a grey one where a file is missing, which the doctor names."""
    return [_small(kept.photo_path(store.store().home, digest)) for digest in digests]


def _small(path: Path) -> bytes:
    try:
        # Written by `core.catalogue.own.adding`: no longer a stranger's file.
        with Image.open(path, formats=["JPEG"]) as opened:
            opened.draft("RGB", (SIDE, SIDE))
            picture = opened.convert("RGB")
    except OSError:
        picture = Image.new("RGB", (SIDE, SIDE), "#888888")
    picture.thumbnail((SIDE, SIDE))
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=85)
    return content.getvalue()


@store.cached(most=8)
def categories(name: str, rows_file: str) -> pd.DataFrame:
    """Columns: category, learned, judged (photos of each side of its split), the largest category first."""
    home = store.store().home
    table = kept.read(home, name, lambda found: kept.rows(home, found))
    usable = table[table["problem"] == ""]
    counts = usable.groupby(["category", "split"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=["train", "test"], fill_value=0).rename(
        columns={"train": "learned", "test": "judged"}
    )
    order = counts.sum(axis=1).sort_values(ascending=False, kind="stable").index
    return counts.loc[order].reset_index()


@store.cached(most=8)
def some_pictures(name: str, rows_file: str, num: int) -> NDArray[np.uint8]:
    """(up to num, S, S, 3) small pictures, spread evenly over the catalogue."""
    home = store.store().home
    pictures = kept.read(home, name, lambda found: kept.tiles(home, found))
    places = np.unique(np.linspace(0, len(pictures) - 1, num).round().astype(np.int64))
    return np.array(pictures[places])
