"""New garments that are tagged, and what people decide of them: read and saved for the page."""

import functools
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import errors
from core.jobs import records, work_queue
from core.retail.list_columns import Columns, Head
from core.settings import Settings
from core.store.batches import automation_lines, batch_tags, batches, releases, tag_decisions
from core.store.batches.batches import Batch
from core.store.runs.runs import Run
from core.store.team import list_columns
from core.tagging import drop, products, standing_line
from core.tagging.drop import Drop
from dashboard.data import batch_pictures, store


def limits() -> Settings:
    """The settings, whose limits hold for drops."""
    return store.store().settings


def has_engine() -> bool:
    """Whether what runs the model is installed here."""
    return importlib.util.find_spec("torch") is not None


def check(files: Sequence[tuple[str, bytes]]) -> Drop:
    """What was dropped.

    Raises:
        errors.TaggingRefused: there is more than is taken at once, or the list cannot be read.
        errors.ListRefused: not with the columns that are known of it.
    """
    return drop.checked(files, limits(), functools.partial(list_columns.remembered, store.store()))


def remember_columns(head: Head, columns: Columns, *, who: str) -> None:
    """Remembers for everybody which column of lists with these headings is which.

    Raises:
        errors.GarmentsError: they make no list, somebody else has just said it, or it could not be stored.
    """
    expected = head.columns.number if head.columns else 0
    list_columns.save(store.store(), head.header, columns, who=who, expected=expected)


def create(run: Run, found: Drop, *, who: str, request_id: str) -> Batch:
    """Stores a drop as a batch and has it tagged.

    Raises:
        errors.GarmentsError: it could not be stored; nothing of it was kept.
    """
    opened = store.store()
    standing = standing_line.standing(opened, run)
    suggested = standing_line.each(standing.line, len(run.class_names))
    batch = batches.create(opened, run, found.photos, suggested, who=who, request_id=request_id)
    work_queue.settle(opened)
    return batch


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How far a batch is."""

    batch: Batch
    """Which one."""
    status: str
    """Of its tagging: queued, running, finished, failed or cancelled."""
    num_tagged: int
    """Photos that are tagged."""
    num_decided: int
    """Products that people decided."""
    num_waiting: int
    """Products that wait for a person."""


def overview(found: Sequence[Batch]) -> list[Standing]:
    """How far each of these batches is, in their order."""
    opened = store.store()
    work_queue.settle(opened)  # whoever looks at the list has what a dead worker left go on
    taggings, num_tagged = records.taggings(opened), batch_tags.counts(opened)
    num_decided = tag_decisions.counts(opened).set_index("batch")["num_decided"].to_dict()
    return [
        Standing(
            batch=batch,
            status=taggings[batch.number].status,
            num_tagged=num_tagged.get(batch.number, 0),
            num_decided=num_decided.get(batch.number, 0),
            num_waiting=num_waiting(batch),
        )
        for batch in found
    ]


def newest_waiting() -> tuple[int, int] | None:
    """Number of the newest batch with products that wait for a person, and how many; None where none waits."""
    for batch in batches.list_batches(store.store()):
        if num := num_waiting(batch):
            return batch.number, num
    return None


def num_waiting(batch: Batch) -> int:
    """Products of a batch that wait for a person."""
    held = automation_lines.newest(store.store(), batch.run_id)
    about = (
        batch_tags.num_tagged(store.store(), batch),
        tag_decisions.newest_number(store.store(), batch),
        0 if held is None else held.number,
        0 if releases.of_batch(store.store(), batch.number) is None else 1,
    )
    return _num_waiting(batch, about)


@store.cached(most=1000)
def _num_waiting(batch: Batch, about: tuple[int, ...]) -> int:
    """`num_waiting`, which changes only with the batch's tags, its decisions and the line."""
    return products.num_waiting(table(batch))


def num_to_tag(batch: Batch) -> int:
    """Photos that are to be tagged: all but those refused when they were dropped."""
    return sum(not photo.refused for photo in batches.photos_of(store.store(), batch))


def table(batch: Batch) -> pd.DataFrame:
    """The table of `core.tagging.products` of that batch."""
    return products.table(store.store(), batch)


def why_held_back(batch: Batch) -> str:
    """Why no tag of it leaves without a person; see `products.why_held_back`."""
    held = automation_lines.newest(store.store(), batch.run_id)
    about = (batch_tags.num_tagged(store.store(), batch), 0 if held is None else held.number)
    return _why_held_back(batch, about)


@store.cached(most=100)
def _why_held_back(batch: Batch, about: tuple[int, ...]) -> str:
    """`why_held_back`, which changes only with the batch's tags and the line, not with each decision."""
    return products.why_held_back(store.store(), batch)


def release(batch: Batch, *, reason: str, num_checked: int, num_right: int, who: str) -> None:
    """See `releases.release`."""
    releases.release(store.store(), batch.number, reason=reason, num_checked=num_checked, num_right=num_right, who=who)


@store.cached(most=4)
def _pictures(batch: Batch, num_tagged: int) -> dict[int, NDArray[np.uint8]]:
    tags = batch_tags.load(store.store(), batch)
    return {tag.position: tag.picture for tag in tags if tag.picture is not None}


def model_picture(batch: Batch, position: int) -> NDArray[np.uint8] | None:
    """(H, W) what the model sees of a photo; None where it could not be read."""
    return _pictures(batch, batch_tags.num_tagged(store.store(), batch)).get(position)


def photo(batch: Batch, position: int) -> NDArray[np.uint8] | None:
    """(h, w, 3) the photo, small, drawn anew by the limited decoder; None where there is none."""
    return batch_pictures.read(batches.preview_path(store.store(), batch, position))


# Few: a page of them takes two megabytes.
@store.cached(most=8)
def _pairs(batch: Batch, positions: tuple[int, ...], num_tagged: int) -> NDArray[np.uint8]:
    return np.stack([batch_pictures.pair(photo(batch, each), model_picture(batch, each)) for each in positions])


def pairs(batch: Batch, positions: Sequence[int]) -> NDArray[np.uint8]:
    """(N, h, w, 4) for each product its photo beside what the model sees; read-only."""
    return _pairs(batch, tuple(positions), batch_tags.num_tagged(store.store(), batch))


def find(number: int) -> Batch | None:
    """The batch of that number; None where there is none."""
    try:
        return batches.find(store.store(), number)
    except errors.BatchNotFound:
        return None
