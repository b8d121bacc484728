"""The retailer's own catalogues, as they lie in the home."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import errors
from core.catalogue import kept
from core.catalogue.own import checks, deciding, example_photos
from core.catalogue.own.checks import Check
from core.store.team import catalogue_in_use
from dashboard.data import bringing, store


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


@store.cached(most=8)
def categories(name: str, rows_file: str) -> pd.DataFrame:
    """Columns: category, learned, judged (photos of each side of its split), the largest category first."""
    home = store.store().home
    table = kept.rows(home, kept.find(home, name))
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
    pictures = kept.tiles(home, kept.find(home, name))
    places = np.unique(np.linspace(0, len(pictures) - 1, num).round().astype(np.int64))
    return np.array(pictures[places])
