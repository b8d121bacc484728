"""Photos of a folder become a catalogue: each decoded once in the limited process, kept small, in bounded memory.

Killed at any moment, what was decoded stays and is not decoded again; the catalogue is as it was before, or complete.
"""

import functools
import hashlib
import io
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from core import errors, failpoints
from core.catalogue import kept
from core.catalogue.own import (
    deciding,
    decisions,
    fetching,
    layouts,
    likeness,
    records,
    small_pictures,
    splitting,
)
from core.photos import colour, sandbox, sources

MOST_CATEGORIES = 500
LONGEST_CATEGORY = 80
"""Characters of its name."""
_QUALITY = 92
_SHAPE = (64, 64, 3)
"""Of the picture that nobody needs here: the preview is what is kept."""

OnProgress = Callable[[str, float], None]
"""Called with what is being done, in words, and the share that is done, 0-1; may raise to stop."""


def add(
    home: Path,
    name: str,
    place: Path,
    layout: records.Layout,
    choices: records.Choices,
    *,
    max_mb: int,
    on_progress: OnProgress = lambda doing, share: None,
    fetch: fetching.Fetch = fetching.fetched,
) -> kept.OwnCatalogue:
    """Brings the photos of a layout in, or brings a catalogue of that name up to date with them.

    Args:
        home: where catalogues lie.
        name: what commands will call it.
        place: the folder, list or feed that was recognised.
        layout: what was recognised in it.
        choices: what a person said to that, so that it can be recognised again.
        max_mb: megabytes that one file may have.
        on_progress: see `OnProgress`.
        fetch: how photos are fetched whose rows have addresses.

    Raises:
        errors.CatalogueError: the name is none, there are too few photos or categories, or somebody else changes the
            catalogue right now; or the disk is full. The catalogue is as it was then; what was decoded stays.
    """
    check_name(name)
    _check_categories(layout)
    try:
        with kept.changing(home, name):
            rows = _decoded(home, name, place, layout.rows, max_mb, on_progress, fetch)
            return _parted_and_saved(home, name, place, layout, choices, rows, on_progress)
    except OSError as error:
        raise errors.CatalogueError(
            f"The photos cannot be kept in {home} ({error.strerror or error}). Make room or set GARMENTS_HOME, then "
            "try again: it goes on where it was."
        ) from error


def _parted_and_saved(
    home: Path, name: str, place: Path, layout: records.Layout, choices: records.Choices, rows: list[dict[str, str]],
    on_progress: OnProgress,
) -> kept.OwnCatalogue:  # fmt: skip
    brought = pd.DataFrame(rows, columns=list(kept.COLUMNS), dtype=str)
    deciding.check_usable(brought)
    on_progress("looking for copies", 0.9)
    splitting.part(rows, _sides_before(home, name))
    brought = pd.DataFrame(rows, columns=list(kept.COLUMNS), dtype=str)
    before = kept.find(home, name) if name in kept.names(home) else None
    decided = decisions.active(deciding.history(home, before)) if before else []
    table = decisions.applied(brought, decided)
    deciding.check_usable(table)
    usable = table[table["problem"] == ""]
    failpoints.reach("catalogue-parted")
    stamp = uuid.uuid4().hex[:8]
    found = kept.OwnCatalogue(
        name=name,
        source=str(place.resolve()),
        layout={**asdict(choices), "kind": layout.kind, "num_repaired": layout.num_repaired},
        rows_file=f"rows-{stamp}.parquet",
        tiles_file=f"tiles-{stamp}.npy",
        num_photos=len(usable),
        class_names=tuple(sorted(set(usable["category"]))),
        departments=dict(layout.departments),
        changed_at=time.time(),
        decisions_file=before.decisions_file if before else "",
    )
    pictures = kept.folder_of(home, name).with_name(f"{name}-{stamp}.part")
    pictures.parent.mkdir(parents=True, exist_ok=True)
    try:
        small_pictures.write(
            home, usable["sha256"].tolist(), pictures, lambda: on_progress("making small pictures", 0.95)
        )
        kept.save(home, found, table, pictures)
    finally:
        pictures.unlink(missing_ok=True)
    fetching.forget(home, [row.photo for row in layout.rows if row.is_address])
    on_progress("done", 1.0)
    return found


def previews(
    place: Path, rows: Sequence[records.Row], *, max_mb: int, edge: int
) -> list[NDArray[np.uint8] | errors.PhotoRefused]:
    """(h, w, 3) small pictures of rows whose photos are files, for a person to look at before they are brought in.

    Args:
        place: in which they were recognised.
        rows: of which.
        max_mb: megabytes that one file may have.
        edge: the longest edge of a picture in pixels.
    """
    folder = layouts.folder_of(place)
    reads = [functools.partial(_content, folder, row.photo, max_mb) for row in rows]
    with sandbox.Sandbox() as decoders:
        found = list(decoders.map(reads, _SHAPE, preview_edge=edge))
    return [each if isinstance(each, errors.PhotoRefused) else each.preview for each in found]


def check_name(name: str) -> None:
    """Whether a catalogue may be called so.

    Raises:
        errors.CatalogueError: it may not.
    """
    if not kept.NAME_PATTERN.fullmatch(name):
        raise errors.CatalogueError(
            f"A catalogue's name has up to 40 small letters, digits and hyphens, got {name!r}. Try summer-2027."
        )


def _check_categories(layout: records.Layout) -> None:
    categories = sorted(layout.categories)
    if len(categories) < 2:
        named = f" ({categories[0]!r})" if categories else ""
        raise errors.CatalogueError(f"At least two categories are needed, found {len(categories)}{named}.")
    if len(categories) > MOST_CATEGORIES:
        raise errors.CatalogueError(
            f"There are {len(categories):,} categories, more than {MOST_CATEGORIES:,}. Does the column name the "
            "category, or the product? Say with --column category=NAME which one does."
        )
    if long := next((name for name in categories if len(name) > LONGEST_CATEGORY), None):
        raise errors.CatalogueError(
            f"A category's name has up to {LONGEST_CATEGORY} characters, got {long[:40]!r}… Does the column name the "
            "category? Say with --column category=NAME which one does."
        )
    by_plain: dict[str, str] = {}
    for category in categories:
        other = by_plain.setdefault(category.casefold(), category)
        if other != category:
            raise errors.CatalogueError(
                f"The categories {other!r} and {category!r} differ in capitals only. Make them one with "
                f"--rename {category!r}={other!r}."
            )


def _sides_before(home: Path, name: str) -> dict[str, str]:
    """SHA-256 of the photos that the catalogue has already -> their side of the split."""
    if name not in kept.names(home):
        return {}
    table = _brought_before(home, name)
    return dict(zip(table["sha256"], table["split"], strict=True))


def _brought_before(home: Path, name: str) -> pd.DataFrame:
    """The rows that can be used, with those that people left out: these stay where they are too."""
    table = decisions.as_brought(kept.all_rows(home, kept.find(home, name)))
    return table[table["problem"] == ""]


# ---- decoding ---------------------------------------------------------------------------------------------------


def _decoded(
    home: Path, name: str, place: Path, rows: Sequence[records.Row], max_mb: int, on_progress: OnProgress,
    fetch: fetching.Fetch,
) -> list[dict[str, str]]:  # fmt: skip
    """The rows with digests and hashes; photos that are not kept yet are."""
    found = [
        {"photo": row.photo, "product": row.product, "category": row.category, "split": row.split,
         "group": row.group, "sha256": "", "hash": "", "problem": row.problem}
        for row in rows
    ]  # fmt: skip
    of_address = [told for row, told in zip(rows, found, strict=True) if row.is_address and not row.problem]
    _recall(home, name, of_address)
    _fetch_some(home, [row for row in of_address if not row["sha256"]], max_mb, on_progress, fetch)
    from_net = {row["photo"] for row in of_address}
    readable = [row for row in found if not row["problem"] and not row["sha256"]]
    folder = layouts.folder_of(place)

    def content(photo: str) -> bytes:
        if photo in from_net:
            return sources.read(fetching.place_of(home, photo), max_mb * sources.BYTES_PER_MB)
        return _content(folder, photo, max_mb)

    with sandbox.Sandbox() as decoders:
        for start in range(0, len(readable), _CHUNK):
            on_progress(f"reading photos, {start:,} of {len(readable):,}", 0.8 * start / len(readable))
            _keep_some(home, readable[start : start + _CHUNK], content, decoders)
            failpoints.reach("photos-kept")
    return found


def _recall(home: Path, name: str, rows: Sequence[dict[str, str]]) -> None:
    """Photos of addresses that the catalogue has already are not fetched again: shops change the address with them."""
    if not rows or name not in kept.names(home):
        return
    table = _brought_before(home, name)
    before = dict(zip(table["photo"], zip(table["sha256"], table["hash"], strict=True), strict=True))
    for row in rows:
        digest, hash_of_it = before.get(row["photo"], ("", ""))
        if digest and kept.photo_path(home, digest).is_file():
            row["sha256"], row["hash"] = digest, hash_of_it


def _fetch_some(
    home: Path, rows: Sequence[dict[str, str]], max_mb: int, on_progress: OnProgress, fetch: fetching.Fetch
) -> None:
    addresses = list(dict.fromkeys(row["photo"] for row in rows))
    problems = fetching.fetch_all(
        home, addresses, max_bytes=max_mb * sources.BYTES_PER_MB, fetch=fetch,
        on_num=lambda num: on_progress(f"fetching photos, {num:,} of {len(addresses):,}", 0.4 * num / len(addresses)),
    ) if addresses else {}  # fmt: skip
    for row in rows:
        row["problem"] = problems.get(row["photo"], "")


_CHUNK = 16
"""Files that are in memory at once, and after which progress is told."""


def _keep_some(
    home: Path, rows: Sequence[dict[str, str]], content: Callable[[str], bytes], decoders: sandbox.Sandbox
) -> None:
    contents: list[tuple[dict[str, str], bytes]] = []
    for row in rows:
        try:
            contents.append((row, content(row["photo"])))
        except errors.PhotoRefused as error:
            row["problem"] = str(error)
    for row, data in contents:
        row["sha256"] = hashlib.sha256(data).hexdigest()
    new = {row["sha256"]: data for row, data in contents if not kept.photo_path(home, row["sha256"]).is_file()}
    for row, _ in contents:
        if row["sha256"] not in new:  # so that nobody collects what is about to be used
            kept.photo_path(home, row["sha256"]).touch()
    refused: dict[str, str] = {}
    decoded = decoders.map([_giver(data) for data in new.values()], _SHAPE, preview_edge=colour.LONGEST_EDGE)
    for digest, photo in zip(new, decoded, strict=True):
        if isinstance(photo, errors.PhotoRefused):
            refused[digest] = str(photo)
        else:
            _keep(kept.photo_path(home, digest), photo.preview)
    for row, _ in contents:
        row["problem"] = refused.get(row["sha256"], "")
        if not row["problem"]:
            row["hash"] = likeness.hash_of(kept.photo_path(home, row["sha256"]))


def _giver(data: bytes) -> Callable[[], bytes]:
    return lambda: data


def _content(folder: Path, photo: str, max_mb: int) -> bytes:
    """The file, which must lie below the folder whatever a list or a link says."""
    path = (folder / photo).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise errors.PhotoRefused("It lies outside the folder. Put it into the folder.")
    return sources.read(path, max_mb * sources.BYTES_PER_MB)


def _keep(path: Path, picture: NDArray[np.uint8]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    kept.write_whole(path, as_kept(picture))


def as_kept(picture: NDArray[np.uint8]) -> bytes:
    """The file that is kept of a photo (h, w, 3)."""
    content = io.BytesIO()
    Image.fromarray(picture).save(content, "JPEG", quality=_QUALITY, subsampling=0)
    return content.getvalue()
