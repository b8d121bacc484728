"""What is done for the tagging of a batch: photos become tags, in the background; stopped or killed, it goes on later.

A tag is on disk a moment after its photo was looked at, and its key forbids a second one. A person can stop it: it ends
after the photos in hand, and goes on later with the rest. Who works and whose turn it is: `core.jobs`.
"""

import contextlib
import functools
import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core import errors, failpoints
from core.access.roles import Action
from core.jobs import liveness, priority, records, work_queue
from core.jobs.job import Job
from core.jobs.lanes import TAGGING
from core.jobs.worker import Done, OnReport
from core.photos import sandbox, sources
from core.store import Store
from core.store.base import audit, database, permission
from core.store.batches import automation_lines, batch_tags, batches
from core.store.batches.batch_tags import PhotoTag
from core.store.batches.batches import Batch, Photo

if TYPE_CHECKING:
    from core.tagging.tagger import Tagged, Tagger

CHUNK = 32
"""Photos that are stored together, while those after them are decoded and tagged."""
LEARNING = "learning which way up garments hang"
"""Stage of the first tagging by a version, before its first photo."""
KEPT_EDGE = 96
"""Height and width in which a picture in colours is kept, in pixels."""
PREVIEW_EDGE = 320
"""Longest edge of the small pictures, in pixels."""
_WRITERS = 8
"""Small pictures that are written side by side: a disk flushes some of them in hardly more time than one."""


def status(store: Store, batch: Batch) -> Job:
    """How far the tagging is; where the worker died another one is on its way already."""
    work_queue.settle(store)
    return records.of_batch(store, batch.number)


@permission.needs(Action.REVIEW)
def stop(store: Store, batch: Batch, *, who: str) -> None:
    """Has the tagging end after the photos in hand; what is tagged stays. One that ended already stays as it is.

    Raises:
        errors.TaggingRefused: the name is none.
    """
    who = automation_lines.checked_person(who)
    message = f"{who} stopped the tagging. {TAGGING.what_remains}"
    records.request_cancel(store, records.of_batch(store, batch.number).id, who=who, message=message)
    work_queue.settle(store)


@permission.needs(Action.REVIEW)
def go_on(store: Store, batch: Batch, *, who: str) -> None:
    """Has a batch that was stopped or failed go on where it was; any other stays as it is.

    Raises:
        errors.TaggingRefused: its photos were let go, or the name is none.
    """
    who = automation_lines.checked_person(who)
    if not batches.has_photos(store, batch):
        raise errors.TaggingRefused(f"The photos of batch {batch.number} are no longer kept. Drop them again.")
    job = records.of_batch(store, batch.number)
    with database.write(store.engine) as connection:
        if records.queue_again(connection, store, job.id):
            audit.record(connection, who=who, action="go-on-tagging", subject=job.subject)
    work_queue.settle(store)


@permission.needs(Action.REVIEW)
def end_process(store: Store, batch: Batch, *, who: str) -> None:
    """Ends the process of a tagging that does not answer; the tagging is stopped, and can go on later.

    Raises:
        errors.TaggingRefused: the name is none.
        errors.JobError: it answers again, or its process cannot be ended from here.
    """
    who = automation_lines.checked_person(who)
    liveness.end_process(store, records.of_batch(store, batch.number), who=who)
    work_queue.settle(store)


def do(store: Store, job: Job, on_report: OnReport) -> Done:
    """Tags what is left of the job's batch.

    Raises:
        errors.JobCancelled: somebody stopped it before its last photo.
        errors.GarmentsError: the version or a file it needs cannot be read.
    """
    from core.tagging import tagger  # imports torch or ONNX Runtime for seconds: the heartbeat beats already

    batch = batches.find(store, job.batch_number or 0)
    batches.sweep(store)
    priority.bound_threads(store.settings.training_threads)
    num_all = max(1, batch.num_photos)

    def report(stage: str = "tagging") -> None:
        if records.is_cancel_requested(store, job.id):  # a moment earlier than the heartbeat hears of it
            raise errors.JobCancelled("")
        on_report(stage, batch_tags.num_tagged(store, batch) / num_all, None)

    try:
        model = tagger.load(store, batch.run_id, on_learning=functools.partial(report, LEARNING))
        tag_batch(store, batch, model, report)
    except errors.JobCancelled:
        if _remaining(store, batch):
            raise errors.JobCancelled("") from None  # who stopped it is told already
    return Done()


def explain(store: Store, error: BaseException) -> str:
    """Why a tagging failed, in one sentence."""
    known = isinstance(error, errors.GarmentsError)
    message = str(error) if known else "The tagging stopped because of an unexpected error."
    return f"{message} {TAGGING.what_remains}"


def tag_batch(store: Store, batch: Batch, model: "Tagger", on_photos: Callable[[], None] = lambda: None) -> None:
    """Tags the photos of a batch that are not tagged yet; each is on disk with its small picture once it is.

    Args:
        store: where.
        batch: the batch.
        model: the version that tags it.
        on_photos: called before the first photos and after every `CHUNK`; where it raises, the rest is left.
    """
    remaining = [
        sources.Source(
            name=str(photo.position),
            read=functools.partial(_read, batches.photo_path(store, batch, photo.position), photo.sha256),
        )
        for photo in _remaining(store, batch)
    ]
    on_photos()
    with (
        sandbox.Sandbox() as decoders,
        contextlib.closing(model.batches(remaining, decoders, size=CHUNK, preview_edge=PREVIEW_EDGE)) as chunks,
        ThreadPoolExecutor(1) as keeper,
    ):
        kept = None  # where the work ends early, what is being kept is kept: leaving the block waits for it
        for some in chunks:
            if kept is not None:
                kept.result()
                on_photos()
            kept = keeper.submit(_keep, store, batch, some)
        if kept is not None:
            kept.result()
            on_photos()


def _small(picture: NDArray[np.uint8] | None) -> NDArray[np.uint8] | None:
    """What the model sees, small enough to be kept: pictures in colours are ten times as large as people need them."""
    if picture is None or picture.ndim == 2:
        return picture
    edge = KEPT_EDGE
    return np.asarray(Image.fromarray(picture).resize((edge, edge), Image.Resampling.BICUBIC))


def _remaining(store: Store, batch: Batch) -> list[Photo]:
    """Those that are to be tagged and are not yet, by position."""
    done = batch_tags.positions(store, batch)
    return [photo for photo in batches.photos_of(store, batch) if not photo.refused and photo.position not in done]


def _keep(store: Store, batch: Batch, some: Sequence["Tagged"]) -> None:
    now = datetime.now(UTC)
    _write_previews(store, batch, some)
    failpoints.reach("previews-written")
    tags = [
        PhotoTag(
            position=int(found.file), guesses=found.guesses, findings=found.findings, needs_look=found.needs_look,
            is_unlike=found.is_unlike, strangeness=found.strangeness, picture=_small(found.picture), tagged_at=now,
        )
        for found in some
    ]  # fmt: skip
    batch_tags.append(store, batch, tags)


def _write_previews(store: Store, batch: Batch, some: Sequence["Tagged"]) -> None:
    paths = [batches.preview_path(store, batch, int(found.file)) for found in some if found.preview is not None]
    pixels = [found.preview for found in some if found.preview is not None]
    with ThreadPoolExecutor(_WRITERS) as writers:
        for _ in writers.map(_write_preview, paths, pixels):
            pass
    if paths:
        batches.flush_folder(paths[0].parent)


def _write_preview(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Encodes what the limited decoder drew; not one byte of the photo's own file gets into it."""
    staged = path.with_suffix(".tmp")
    with staged.open("wb") as file:
        Image.fromarray(pixels).save(file, "JPEG", quality=85)
        file.flush()
        os.fsync(file.fileno())
    staged.replace(path)


def _read(path: Path, sha256: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise errors.PhotoRefused(f"The stored photo cannot be read ({error.strerror}). Drop it again.") from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise errors.PhotoRefused("The stored photo was changed or damaged. Drop it again.")
    return data
