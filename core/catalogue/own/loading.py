"""An own catalogue as a `Catalogue` like any other, with what is known of its photos beside it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import errors
from core.catalogue import kept
from core.catalogue.split import Catalogue, CatalogueSplit


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnGarments:
    """Garments with colours, and where the photos are from which features are made."""

    garments: Catalogue
    """Small pictures in place of the photos. Its validation split is its training split: every photo of it is judged by
    a model that did not learn from its group."""
    train_photos: tuple[str, ...]
    """SHA-256 of the photo of each training garment."""
    test_photos: tuple[str, ...]
    """The same of each test garment."""
    train_groups: NDArray[np.int64]
    """(len(train),) number of the group of each training garment."""


def load(home: Path, name: str) -> OwnGarments:
    """The garments of an own catalogue.

    Raises:
        errors.CatalogueUnknown: there is none of that name.
        errors.CatalogueCorrupt: a file of it is missing or changed.
        errors.CatalogueError: a category cannot be learned, or nothing can be judged.
    """
    found = kept.find(home, name)
    table = kept.rows(home, found)
    usable = table[table["problem"] == ""].reset_index(drop=True)
    pictures = kept.tiles(home, found)
    if len(usable) != len(pictures):
        raise errors.CatalogueCorrupt(
            f"The catalogue {name!r} has {len(usable):,} rows but {len(pictures):,} pictures."
        )
    labels = np.searchsorted(found.class_names, usable["category"].to_numpy()).astype(np.int64)
    learned, judged = (np.flatnonzero(usable["split"] == side) for side in ("train", "test"))
    _check(found, labels[learned], len(judged))
    train, test = (
        CatalogueSplit(images=pictures[places], labels=labels[places], class_names=found.class_names)
        for places in (learned, judged)
    )
    positions = np.arange(len(train), dtype=np.int64)
    garments = Catalogue(
        name=name, train=train, validation=train, test=test, train_positions=positions, validation_positions=positions
    )
    return OwnGarments(
        garments=garments,
        train_photos=tuple(usable["sha256"].iloc[learned]),
        test_photos=tuple(usable["sha256"].iloc[judged]),
        train_groups=pd.factorize(usable["group"].iloc[learned])[0].astype(np.int64),
    )


def _check(found: kept.OwnCatalogue, labels: NDArray[np.int64], num_test: int) -> None:
    missing = [name for label, name in enumerate(found.class_names) if not (labels == label).any()]
    if missing:
        raise errors.CatalogueError(
            f"No photo of {missing[0]!r} can be learned from: all of them judge. Bring in more, or leave it out."
        )
    if not num_test:
        raise errors.CatalogueError(f"No photo of {found.name!r} is left to judge by. Bring in more photos.")
