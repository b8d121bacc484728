"""New garments that are tagged, and what people decide of them: read and saved for the page.

With `dashboard.data.runs` and `dashboard.data.live` a reader of core.store and user of Streamlit's caches.
"""

import importlib.util
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core import errors
from core.settings import Settings
from core.store.batches import automation_lines, batch_tags, batches, tag_decisions
from core.store.batches.automation_lines import ConfirmedLine
from core.store.batches.batches import Batch
from core.store.batches.tag_decisions import Decision
from core.store.runs import runs
from core.store.runs.runs import Run
from core.tagging import batch_records, batch_work, drop, piles, products, standing_line
from core.tagging.batch_records import Work
from core.tagging.drop import Drop
from dashboard.data import batch_pictures
from dashboard.data import store as data_store


def limits() -> Settings:
    """The settings, whose limits hold for drops."""
    return data_store.store().settings


def has_engine() -> bool:
    """Whether what runs the model is installed here."""
    return importlib.util.find_spec("torch") is not None


def locked(run: Run) -> str:
    """Why no line can be set for that version, one sentence; empty where one can."""
    return standing_line.locked(data_store.store(), run)


def check(files: Sequence[tuple[str, bytes]], listed: bytes | None) -> Drop:
    """What was dropped.

    Raises:
        errors.TaggingRefused: there is more than is taken at once, or the list cannot be read.
    """
    return drop.checked(files, listed, limits())


def create(run: Run, found: Drop, *, who: str, request_id: str) -> Batch:
    """Stores a drop as a batch and has it tagged.

    Raises:
        errors.GarmentsError: it could not be stored; nothing of it was kept.
    """
    store = data_store.store()
    standing = standing_line.standing(store, run)
    suggested = standing_line.each(standing.line, len(run.class_names))
    batch = batches.create(store, run, found.photos, suggested, who=who, request_id=request_id)
    batch_work.settle(store)
    return batch


def all_batches() -> list[Batch]:
    """Every batch, the newest first."""
    return batches.list_batches(data_store.store())


def overview(found: Sequence[Batch]) -> list[dict[str, Any]]:
    """How far each of these batches is.

    Each with number, num_photos, created_by, created_at, status, num_tagged, num_decided, num_waiting.
    """
    store = data_store.store()
    batch_work.settle(store)  # whoever looks at the list has what a dead worker left go on
    statuses, num_tagged = batch_records.statuses(store), batch_tags.counts(store)
    num_decided = tag_decisions.counts(store).set_index("batch")["num_decided"].to_dict()
    return [
        {
            "number": batch.number, "num_photos": batch.num_photos, "created_by": batch.created_by,
            "created_at": batch.created_at, "status": statuses[batch.number],
            "num_tagged": num_tagged.get(batch.number, 0), "num_decided": num_decided.get(batch.number, 0),
            "num_waiting": num_waiting(batch),
        }
        for batch in found
    ]  # fmt: skip


def newest_waiting() -> tuple[int, int] | None:
    """Number of the newest batch with products that wait for a person, and how many; None where none waits."""
    for batch in all_batches():
        if num := num_waiting(batch):
            return batch.number, num
    return None


def num_waiting(batch: Batch) -> int:
    """Products of a batch that wait for a person."""
    held = automation_lines.newest(data_store.store(), batch.run_id)
    about = (num_tagged(batch), newest_number(batch), 0 if held is None else held.number)
    return _num_waiting(batch.id, about, batch)


@st.cache_resource(max_entries=1000, show_spinner=False)
def _num_waiting(batch_id: str, about: tuple[int, ...], _batch: Batch) -> int:
    """`num_waiting`, which changes only with the batch's tags, its decisions and the line."""
    rows = table(_batch)
    return int(((rows["decision"] == products.NONE) & rows["pile"].isin([piles.CHECK, piles.NOT_OURS])).sum())


def run_of(batch: Batch) -> Run:
    """The version that tags it."""
    return runs.find(data_store.store(), batch.run_id)


def work(batch: Batch) -> Work:
    """How far its tagging is."""
    return batch_work.status(data_store.store(), batch)


def num_tagged(batch: Batch) -> int:
    """Photos that are tagged already."""
    return batch_tags.num_tagged(data_store.store(), batch)


def num_to_tag(batch: Batch) -> int:
    """Photos that are to be tagged: all but those refused when they were dropped."""
    return sum(not photo.refused for photo in batches.photos_of(data_store.store(), batch))


def stop(batch: Batch, *, who: str) -> None:
    """Has the tagging end after the photos in hand; see `batch_work.stop`."""
    batch_work.stop(data_store.store(), batch, who=who)


def go_on(batch: Batch, *, who: str) -> None:
    """Has a tagging that was stopped or failed go on; see `batch_work.go_on`."""
    batch_work.go_on(data_store.store(), batch, who=who)


def has_photos(batch: Batch) -> bool:
    """Whether its photos are still kept."""
    return batches.has_photos(data_store.store(), batch)


def table(batch: Batch) -> pd.DataFrame:
    """The table of `core.tagging.products` of that batch."""
    return products.table(data_store.store(), batch)


def confirmed(run: Run) -> ConfirmedLine | None:
    """The line that holds for that version; None before anybody confirmed one."""
    return automation_lines.newest(data_store.store(), run.id)


def newest_number(batch: Batch) -> int:
    """Number of the last decision of the batch."""
    return tag_decisions.newest_number(data_store.store(), batch)


def decide(
    batch: Batch, positions: Sequence[int], kind: str, category: str | None, *, seen: int, who: str, request_id: str
) -> tuple[Decision, ...]:
    """Stores a decision; see `tag_decisions.decide`."""
    return tag_decisions.decide(
        data_store.store(), batch, positions, kind, category=category, seen=seen, who=who, request_id=request_id
    )


def undo(batch: Batch, undone: str, *, who: str, request_id: str) -> tuple[Decision, ...]:
    """Takes back what a request decided; see `tag_decisions.undo`."""
    return tag_decisions.undo(data_store.store(), batch, undone, who=who, request_id=request_id)


@st.cache_resource(max_entries=4, show_spinner=False)
def _pictures(batch_id: str, num_tagged: int, _batch: Batch) -> dict[int, NDArray[np.uint8]]:
    tags = batch_tags.load(data_store.store(), _batch)
    return {tag.position: tag.picture for tag in tags if tag.picture is not None}


def model_picture(batch: Batch, position: int) -> NDArray[np.uint8] | None:
    """(H, W) what the model sees of a photo; None where it could not be read."""
    return _pictures(batch.id, num_tagged(batch), batch).get(position)


def photo(batch: Batch, position: int) -> NDArray[np.uint8] | None:
    """(h, w, 3) the photo, small, drawn anew by the limited decoder; None where there is none."""
    return batch_pictures.read(batches.preview_path(data_store.store(), batch, position))


# Few: a page of them takes two megabytes.
@st.cache_resource(max_entries=8, show_spinner=False)
def _pairs(batch_id: str, positions: tuple[int, ...], num_tagged: int, _batch: Batch) -> NDArray[np.uint8]:
    return np.stack([batch_pictures.pair(photo(_batch, each), model_picture(_batch, each)) for each in positions])


def pairs(batch: Batch, positions: Sequence[int]) -> NDArray[np.uint8]:
    """(N, h, w, 3) for each product its photo beside what the model sees; read-only."""
    return _pairs(batch.id, tuple(positions), num_tagged(batch), batch)


def find(number: int) -> Batch | None:
    """The batch of that number; None where there is none."""
    try:
        return batches.find(data_store.store(), number)
    except errors.BatchNotFound:
        return None
