"""What bringing photos in again changes: which are new, changed and gone, against what a catalogue holds.

Files are read to know them again; nothing is decoded.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core import errors
from core.catalogue.own import layouts
from core.catalogue.own.records import Row
from core.photos import sources

MOST_MB = 4000
"""Megabytes of files that are read to say beforehand what would change; of more, changed files are told afterwards."""

Known = tuple[str, str, str]
"""Path, SHA-256 (empty where it was not read), category."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Differences:
    """Paths of photos, in the order given."""

    new: tuple[str, ...]
    """That were not there."""
    changed: tuple[str, ...]
    """That were there with another picture, or under another category."""
    gone: tuple[str, ...]
    """That were there and are no longer."""
    num_same: int
    """That stay as they are."""
    is_complete: bool = True
    """Whether every file was read; where not, some of those that stay may have another picture."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.new or self.changed or self.gone)


def between(before: Sequence[Known], now: Sequence[Known]) -> Differences:
    """What differs.

    Args:
        before: the photos that could be used.
        now: the same of what is there now; a photo without SHA-256 is known by its path alone.
    """
    categories: dict[str, set[str]] = {}
    for _, digest, category in before:
        categories.setdefault(digest, set()).add(category)
    at = {path: (digest, category) for path, digest, category in before}
    new, changed, num_same = [], [], 0
    for path, digest, category in now:
        held = categories.get(digest) if digest else {at[path][1]} if path in at else None
        if held is not None and category in held:
            num_same += 1
        elif held is not None or path in at:
            changed.append(path)
        else:
            new.append(path)
    paths, digests = {path for path, _, _ in now}, {digest for _, digest, _ in now}
    gone = tuple(path for path, digest, _ in before if path not in paths and digest not in digests)
    return Differences(
        new=tuple(new), changed=tuple(changed), gone=gone, num_same=num_same,
        is_complete=all(digest for _, digest, _ in now),
    )  # fmt: skip


def known(table: pd.DataFrame) -> list[Known]:
    """The photos of a catalogue that can be used.

    Args:
        table: as they were brought in, see `decisions.as_brought`.
    """
    usable = table[table["problem"] == ""]
    return list(zip(usable["photo"], usable["sha256"], usable["category"], strict=True))


def of_place(place: Path, rows: Sequence[Row], before: Mapping[str, str], *, max_mb: int) -> list[Known]:
    """The photos of a place that can be used, read to know them again.

    Args:
        place: in which they were recognised.
        rows: of which.
        before: path -> SHA-256 of photos that have addresses and are not fetched again.
        max_mb: megabytes that one file may have; larger ones cannot be used.
    """
    folder = layouts.folder_of(place)
    left = MOST_MB * sources.BYTES_PER_MB
    found: list[Known] = []
    for row in rows:
        if row.problem:
            continue
        if row.is_address:
            found.append((row.photo, before.get(row.photo, ""), row.category))
            continue
        path = folder / row.photo
        try:
            size = path.stat().st_size
            if size > max_mb * sources.BYTES_PER_MB:
                continue
            left -= size
            found.append((row.photo, _digest(folder, path) if left >= 0 else "", row.category))
        except (OSError, errors.PhotoRefused):
            continue
    return found


def _digest(folder: Path, path: Path) -> str:
    if not path.resolve().is_relative_to(folder.resolve()):
        raise errors.PhotoRefused("It lies outside the folder. Put it into the folder.")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
