"""An own catalogue as a `Catalogue` like any other, with what is known of its photos beside it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import errors
from core.catalogue import kept
from core.catalogue.own import splitting
from core.catalogue.split import Catalogue, CatalogueSplit


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnGarments:
    """Products with colours, and where the photos are from which features are made; a product may have several."""

    garments: Catalogue
    """One garment a product, with the small picture of its first photo. Its validation split is its training split:
    every photo of it is judged by a model that did not learn from its group."""
    train_photos: tuple[str, ...]
    """SHA-256 of each photo of the training garments."""
    train_products: NDArray[np.int64]
    """(len(train_photos),) position in the training split of the garment that each of them shows."""
    train_groups: NDArray[np.int64]
    """(len(train_photos),) number of the group of each of them; photos of a garment have the same one."""
    test_photos: tuple[str, ...]
    """SHA-256 of each photo of the test garments."""
    test_products: NDArray[np.int64]
    """(len(test_photos),) position in the test split of the garment that each of them shows."""
    sources: pd.DataFrame
    """One row a photo, those to learn from first, in the orders above: split ("train" or "test"), garment (position in
    that split), photo (path as it was given), product (as the retailer calls it; "" where nobody said), sha256."""


def load(home: Path, name: str) -> OwnGarments:
    """The garments of an own catalogue.

    Raises:
        errors.CatalogueUnknown: there is none of that name.
        errors.CatalogueCorrupt: a file of it is missing or changed.
        errors.CatalogueError: a category cannot be learned, or nothing can be judged.
    """
    found, table, pictures = kept.read(
        home, name, lambda found: (found, kept.rows(home, found), kept.tiles(home, found))
    )
    usable = table[table["problem"] == ""].reset_index(drop=True)
    if len(usable) != len(pictures):
        raise errors.CatalogueCorrupt(
            f"The catalogue {name!r} has {len(usable):,} rows but {len(pictures):,} pictures."
        )
    labels = np.searchsorted(found.class_names, usable["category"].to_numpy()).astype(np.int64)
    learned, judged = (np.flatnonzero(usable["split"] == side) for side in ("train", "test"))
    _check(found, labels[learned], len(judged))
    (first, train_products), (first_of_test, test_products) = (_products(usable, side) for side in (learned, judged))
    train, test = (
        CatalogueSplit(images=_of(pictures, places), labels=labels[places], class_names=found.class_names)
        for places in (first, first_of_test)
    )
    positions = np.arange(len(train), dtype=np.int64)
    garments = Catalogue(
        name=name, train=train, validation=train, test=test, train_positions=positions, validation_positions=positions
    )
    return OwnGarments(
        garments=garments,
        sources=_sources(usable, learned, judged, train_products, test_products),
        train_photos=tuple(usable["sha256"].iloc[learned]),
        train_products=train_products,
        test_photos=tuple(usable["sha256"].iloc[judged]),
        test_products=test_products,
        train_groups=pd.factorize(usable["group"].iloc[learned])[0].astype(np.int64),
    )


def _products(usable: pd.DataFrame, places: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(P,) place of the first photo of each garment, and (len(places),) number of the garment of each photo."""
    columns = ("split", "product", "photo", "category")
    lists = (usable[name].iloc[places].tolist() for name in columns)
    keys = pd.Series([splitting.garment_of(dict(zip(columns, row, strict=True))) for row in zip(*lists, strict=True)])
    numbers = pd.factorize(keys)[0].astype(np.int64)
    return places[~keys.duplicated().to_numpy()], numbers


def _sources(
    usable: pd.DataFrame,
    learned: NDArray[np.int64],
    judged: NDArray[np.int64],
    train_products: NDArray[np.int64],
    test_products: NDArray[np.int64],
) -> pd.DataFrame:
    rows = usable.iloc[np.concatenate([learned, judged])]
    found = rows[["split", "photo", "product", "sha256"]].reset_index(drop=True)
    found.insert(1, "garment", np.concatenate([train_products, test_products]))
    return found


def _of(pictures: NDArray[np.uint8], places: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The pictures at those places: where they lie in one piece they stay on the disk."""
    if len(places) and (np.diff(places) == 1).all():
        return pictures[places[0] : places[-1] + 1]
    return pictures[places]


def _check(found: kept.OwnCatalogue, labels: NDArray[np.int64], num_test: int) -> None:
    missing = [name for label, name in enumerate(found.class_names) if not (labels == label).any()]
    if missing:
        raise errors.CatalogueError(
            f"No photo of {missing[0]!r} can be learned from: all of them judge. Bring in more, or leave it out."
        )
    if not num_test:
        raise errors.CatalogueError(f"No photo of {found.name!r} is left to judge by. Bring in more photos.")
