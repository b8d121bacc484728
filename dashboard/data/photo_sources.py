"""The photos behind the garments of a version of photos, kept here or where they are: their names, and themselves."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import errors
from core.catalogue import kept
from core.catalogue.own import adding
from core.photos import colour
from core.store.runs import file_reader, in_place
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
    if run.elsewhere and split == "test" and in_place.is_one(store.store(), run):
        rows = in_place.places(store.store(), run)
        return Sources(rows.assign(garment=np.arange(len(rows)), product="", sha256=""))
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
    if run.elsewhere:
        return _where_they_are(run, found.of(garment))
    places = [kept.photo_path(store.store().home, name) for name in found.of(garment)["sha256"].iloc[:MOST_SHOWN]]
    return [place.read_bytes() for place in places if place.is_file()]


@store.cached(most=64)
def _decoded(run: Run, photo: str, num_bytes: int, changed: int) -> bytes | None:
    rows = pd.DataFrame({"photo": [photo], "bytes": [num_bytes], "changed": [changed]})
    folder = in_place.folder_of(store.store(), run)
    [found] = in_place.previews(store.store(), folder, rows, edge=colour.LONGEST_EDGE)
    return None if isinstance(found, errors.PhotoRefused) else adding.as_kept(found)


def _where_they_are(run: Run, rows: pd.DataFrame) -> list[bytes]:
    """Photos that stay where they are; one that is gone or changed since is not shown."""
    told = rows[["photo", "bytes", "changed"]].itertuples(index=False)
    found = [_decoded(run, str(row[0]), int(row[1]), int(row[2])) for row in told]
    return [photo for photo in found if photo is not None]
