"""Decisions about photos on disk: kept with the catalogue and applied to it in one step, or not at all.

The history is a file beside the table of rows, named by `catalogue.json` as that is, and only ever grows.
"""

import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import errors, failpoints
from core.catalogue import kept
from core.catalogue.own import decisions, small_pictures
from core.catalogue.own.decisions import Decision

LEAST_PHOTOS = 20
"""Of which a model can be made at all, and a figure of it."""
WAIT_SECONDS = 10.0
"""For a colleague who decides in the same moment."""


def history(home: Path, found: kept.OwnCatalogue) -> list[Decision]:
    """All that was decided about a catalogue, and taken back, the oldest first.

    Raises:
        errors.CatalogueCorrupt: the file is missing or no history.
    """
    if not found.decisions_file:
        return []
    path = kept.folder_of(home, found.name) / found.decisions_file
    try:
        return decisions.of_lines(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise errors.CatalogueCorrupt(f"{path} cannot be read ({error}). Bring the photos in again.") from None


def read(home: Path, name: str) -> tuple[pd.DataFrame, list[Decision]]:
    """The rows of a catalogue, see `kept.all_rows`, and what holds of what people decided about them.

    Raises:
        errors.CatalogueUnknown, errors.CatalogueCorrupt: see `kept.read`.
    """
    return kept.read(home, name, lambda found: (kept.all_rows(home, found), decisions.active(history(home, found))))


def decide(home: Path, name: str, wanted: Sequence[Decision], *, who: str) -> list[Decision]:
    """Keeps decisions and applies them; gives them as they are kept.

    Args:
        home: where.
        name: of the catalogue.
        wanted: what was decided, of one kind or several; `id`, `who` and `at` are filled in.
        who: decided.

    Raises:
        errors.CatalogueUnknown: there is no such catalogue.
        errors.CatalogueError: somebody decided about one of them meanwhile or changes the catalogue right now, too
            few photos or categories would be left, or the disk is full; nothing is kept then.
    """
    with kept.changing(home, name, wait_seconds=WAIT_SECONDS):
        found = kept.find(home, name)
        past, table = history(home, found), kept.all_rows(home, found)
        _check_open(table, past, wanted)
        new = [replace(each, id=uuid.uuid4().hex[:12], who=who, at=time.time()) for each in wanted]
        _keep(home, found, table, [*past, *new])
        return new


def take_back(home: Path, name: str, decision: str, *, who: str) -> Decision:
    """Takes the decision of that id back and gives it.

    Raises:
        errors.CatalogueUnknown: there is no such catalogue.
        errors.CatalogueError: it was taken back already, or see `decide`.
    """
    with kept.changing(home, name, wait_seconds=WAIT_SECONDS):
        found = kept.find(home, name)
        past = history(home, found)
        undone = next((each for each in decisions.active(past) if each.id == decision), None)
        if undone is None:
            raise errors.CatalogueError(f"Somebody took that decision back already{_by(past)}.")
        line = Decision(kind=decisions.TAKE_BACK, undoes=decision, id=uuid.uuid4().hex[:12], who=who, at=time.time())
        _keep(home, found, kept.all_rows(home, found), [*past, line])
        return undone


def check_usable(table: pd.DataFrame) -> None:
    """Whether something can be learned from the rows.

    Raises:
        errors.CatalogueError: too few photos can be read, or of too few categories.
    """
    usable = table[table["problem"] == ""]
    num_categories = usable["category"].nunique()
    if len(usable) < LEAST_PHOTOS or num_categories < 2:
        raise errors.CatalogueError(
            f"At least {LEAST_PHOTOS} photos of two categories are needed that can be read; there are {len(usable):,} "
            f"of {num_categories:,}."
        )


def _keep(home: Path, found: kept.OwnCatalogue, table: pd.DataFrame, lines: Sequence[Decision]) -> None:
    """The catalogue with that history and what it makes of the rows; a photo is decoded only where it comes back."""
    after = decisions.applied(decisions.as_brought(table), decisions.active(lines))
    check_usable(after)
    stamp = uuid.uuid4().hex[:8]
    folder = kept.folder_of(home, found.name)
    before = table["sha256"][table["problem"] == ""].tolist()
    digests = after["sha256"][after["problem"] == ""].tolist()
    changed = replace(
        found, rows_file=f"rows-{stamp}.parquet", decisions_file=f"decisions-{stamp}.jsonl", num_photos=len(digests),
        tiles_file=found.tiles_file if digests == before else f"tiles-{stamp}.npy",
        class_names=tuple(sorted(set(after["category"][after["problem"] == ""]))),
    )  # fmt: skip
    try:
        pictures = None
        if digests != before:
            pictures = folder / f"tiles-{stamp}.part"
            small_pictures.write(home, digests, pictures, there=_there(before, kept.tiles(home, found)))
        kept.write_whole(folder / changed.decisions_file, decisions.to_lines(lines))
        failpoints.reach("photos-decided")
        kept.save(home, changed, after, pictures)
    except OSError as error:
        for name in (f"tiles-{stamp}.part", changed.decisions_file):
            (folder / name).unlink(missing_ok=True)
        raise errors.CatalogueError(
            f"The decision cannot be kept in {home} ({error.strerror or error}). Make room, then try again."
        ) from error


def _there(digests: Sequence[str], pictures: NDArray[np.uint8]) -> dict[str, NDArray[np.uint8]]:
    return dict(zip(digests, pictures, strict=True))


def _check_open(table: pd.DataFrame, past: Sequence[Decision], wanted: Sequence[Decision]) -> None:
    """Whether everything that is decided stands as it did on the screen of who decides."""
    settled = decisions.Settled(decisions.active(past))
    names = set(table["category"][table["problem"] == ""])
    problems = dict(zip(decisions.photos_of(table), table["problem"], strict=True))
    for each in wanted:
        if each.kind in decisions.ABOUT_CATEGORIES:
            is_open = each.category in names - settled.categories
        else:
            # Nobody but the unreadable ones has a problem; what is gone or has another category is not found.
            is_unusable = each.check == "usable"
            stand = all(bool(problems.get(photo, kept.LEFT_OUT)) == is_unusable for photo in each.photos)
            is_open = stand and not settled.is_settled(each.check, each.photos)
        if each.kind in (decisions.MERGE, decisions.RELABEL):
            is_open = is_open and each.into in names - {each.category}
        if not is_open:
            raise errors.CatalogueError(
                f"Somebody changed these photos or decided about them meanwhile{_by(past)}. Look at what is left."
            )


def _by(past: Sequence[Decision]) -> str:
    return f" (the last one was {past[-1].who})" if past else ""
