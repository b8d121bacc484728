"""The photos behind the garments of a version that learned own photos: what they are called, and themselves."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import errors
from core.catalogue import kept
from core.store.runs import file_reader
from core.store.runs.runs import Run
from dashboard.data import store

MOST_SHOWN = 6
"""Photos of one garment that are read for a page."""


class Sources:
    """Which photos each garment of a split is of; never changes."""

    def __init__(self, table: pd.DataFrame) -> None:
        num_garments = int(table["garment"].max()) + 1 if len(table) else 0
        order = np.argsort(table["garment"].to_numpy(), kind="stable")
        self._rows = table.iloc[order].reset_index(drop=True)
        self._starts = np.searchsorted(self._rows["garment"], np.arange(num_garments + 1))

    def of(self, garment: int) -> pd.DataFrame:
        """The rows of its photos, in their order: photo (path as given), product, sha256."""
        return self._rows.iloc[self._starts[garment] : self._starts[garment + 1]]

    def columns(self, garments: NDArray[np.int64]) -> pd.DataFrame:
        """For each of these garments its product and its first photo, in that order; columns product, photo."""
        found: pd.DataFrame = self._rows.iloc[self._starts[garments]][["product", "photo"]]
        return found.reset_index(drop=True)


@store.cached(most=8)
def sources(run: Run, split: str) -> Sources | None:
    """Of the garments of "train" or "test"; None where they are no own photos, or it was not kept yet.

    Raises:
        errors.ArtefactCorrupt: the file cannot be read.
    """
    table = file_reader.load_sources(store.store(), run) if run.is_of_photos else None
    if table is None:
        return None
    return Sources(table[table["split"] == split])


def names(run: Run, garment: int, split: str) -> tuple[str, str]:
    """What the retailer calls a garment: its product and its first photo; each "" where nobody knows."""
    try:
        found = sources(run, split)
    except errors.ArtefactCorrupt:
        return "", ""
    if found is None:
        return "", ""
    first = found.of(garment).iloc[0]
    return str(first["product"]), str(first["photo"])


def listed(run: Run, garments: pd.Series, split: str) -> pd.DataFrame | None:
    """For each of these garments its product and its first photo, columns product, photo; None where nobody knows."""
    try:
        found = sources(run, split)
    except errors.ArtefactCorrupt:
        return None
    return None if found is None else found.columns(garments.to_numpy(dtype=np.int64))


def photos(run: Run, garment: int, split: str) -> list[bytes]:
    """Its photos as JPEG files of `core.photos.colour.LONGEST_EDGE` pixels at most; the first `MOST_SHOWN` of them."""
    try:
        found = sources(run, split)
    except errors.ArtefactCorrupt:
        return []
    if found is None:
        return []
    places = [kept.photo_path(store.store().home, name) for name in found.of(garment)["sha256"].iloc[:MOST_SHOWN]]
    return [place.read_bytes() for place in places if place.is_file()]
