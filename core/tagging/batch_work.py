"""Batches tagged in the background, one after the other, by a process of their own; killed, it goes on where it was.

The worker holds a file lock for life, which the kernel frees at any death, and beats in the row of its batch. Whoever
looks starts one where a batch waits and none lives, exactly once; nobody has to be there all the time. A tag is
on disk a moment after its photo was looked at, and its key forbids a second one. A person can stop it: it ends after
the photos in hand, and goes on later with the rest.
"""

import contextlib
import functools
import hashlib
import os
import threading
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import filelock
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core import errors, failpoints
from core.jobs import launchers, priority, worker_lock
from core.photos import sandbox, sources
from core.store import Store
from core.store.base import audit, database, schema
from core.store.batches import automation_lines, batch_tags, batches
from core.store.batches.batch_tags import PhotoTag
from core.store.batches.batches import Batch, Photo
from core.tagging import batch_records
from core.tagging.batch_records import FAILED, FINISHED, RUNNING, STARTING, STOPPED, STOPPING, TO_DO, WAITING, Work

if TYPE_CHECKING:
    from core.tagging.tagger import Tagged, Tagger

NAME = "tagging"
"""What a launcher is given in place of a job's id, and the kind of its lock."""
CHUNK = 16
"""Photos that are stored together."""
PREVIEW_EDGE = 320
"""Longest edge of the small pictures, in pixels."""
MAX_ATTEMPTS = 3
"""Workers that may die one after the other without tagging a single photo more."""
BEAT_SECONDS = 1.0
ANSWER_SECONDS = 60.0
"""A worker that was not heard of for so long is shown as one that does not answer."""
STARTING_SECONDS = 45.0
"""How long a worker may take from its launch to its lock: on a busy machine imports alone take long."""
LOCK_SECONDS = 5.0
GAVE_UP = (
    f"The tagging stopped {MAX_ATTEMPTS} times without getting any further, as it does when memory runs out. "
    "What is tagged already stays."
)


def status(store: Store, batch: Batch) -> Work:
    """How far the tagging is; where the worker died another one is on its way already."""
    settle(store)
    return batch_records.find(store, batch.number)


def stop(store: Store, batch: Batch, *, who: str) -> None:
    """Has the tagging end after the photos in hand; what is tagged stays. One that ended already stays as it is.

    Raises:
        errors.TaggingRefused: the name is none.
    """
    who = automation_lines.checked_person(who)
    message = {"message": f"{who} stopped the tagging. What is tagged already stays."}
    with database.write(store.engine) as connection:
        is_stopped = batch_records.change_in(
            connection, batch.number, {"status": STOPPED, **message}, WAITING
        ) or batch_records.change_in(connection, batch.number, {"status": STOPPING, **message}, STARTING, RUNNING)
        if is_stopped:
            audit.record(connection, who=who, action="stop-tagging", subject=f"batch {batch.number}")
    settle(store)


def go_on(store: Store, batch: Batch, *, who: str) -> None:
    """Has a batch that was stopped or failed go on where it was; any other stays as it is.

    Raises:
        errors.TaggingRefused: its photos were let go, or the name is none.
    """
    who = automation_lines.checked_person(who)
    if not batches.has_photos(store, batch):
        raise errors.TaggingRefused(f"The photos of batch {batch.number} are no longer kept. Drop them again.")
    changes = {"status": WAITING, "attempts": 0, "message": "", "details": ""}
    with database.write(store.engine) as connection:
        if batch_records.change_in(connection, batch.number, changes, STOPPED, FAILED):
            audit.record(connection, who=who, action="go-on-tagging", subject=f"batch {batch.number}")
    settle(store)


def answers(work: Work) -> bool:
    """Whether the worker of a batch was heard of in the last minute; True where it has none."""
    silent = datetime.now(UTC) - work.heartbeat_at
    return work.status not in (RUNNING, STOPPING) or silent <= timedelta(seconds=ANSWER_SECONDS)


def end_process(store: Store, batch: Batch, *, who: str) -> None:
    """Ends the process of a tagging that does not answer; the tagging is stopped, and can go on later.

    Raises:
        errors.TaggingRefused: it answers again, or the name is none.
        errors.JobError: its process cannot be ended from here.
    """
    who = automation_lines.checked_person(who)
    if answers(batch_records.find(store, batch.number)):
        raise errors.TaggingRefused("The tagging answers again, so its process was not ended.")
    worker_lock.end_holder(store, NAME)
    message = f"{who} ended its process, which did not answer. What is tagged already stays."
    with database.write(store.engine) as connection:
        changes = {"status": STOPPED, "message": message}
        if batch_records.change_in(connection, batch.number, changes, RUNNING, STOPPING):
            audit.record(connection, who=who, action="stop-tagging", subject=f"batch {batch.number}")
    settle(store)


def details(store: Store, work: Work, launcher: str = launchers.DEFAULT) -> str:
    """What IT needs to know of a tagging that ended too early: the reason, what was noted of it, and the log's end."""
    reason = f"Batch {work.batch_number}: {work.status}. {work.message}".strip()
    written = launchers.LAUNCHERS[launcher].log(store, NAME).strip()
    return "\n\n".join(filter(None, (reason, work.details.strip(), f"End of the log:\n{written}" if written else "")))


def settle(store: Store, launcher: str = launchers.DEFAULT) -> None:
    """Starts a worker where a batch waits and none lives; cheap where nothing is to do."""
    active = batch_records.those(store, *batch_records.ACTIVE)
    if not active or worker_lock.is_lock_held(store, NAME):
        return
    _end_stopping(store)
    for work in active:
        if work.status == RUNNING or (work.status == STARTING and _is_late(work)):
            _give_back(store, work)
    remaining = batch_records.those(store, *TO_DO)
    if not remaining or any(work.status != WAITING for work in remaining):
        return
    first = remaining[0]
    changes = {"status": STARTING, "attempts": first.attempts + 1, "heartbeat_at": datetime.now(UTC)}
    if batch_records.change(store, first.batch_number, changes, WAITING):
        try:
            launchers.LAUNCHERS[launcher].launch(store, NAME)
        except OSError as error:
            message = f"The tagging could not be started ({error.strerror or error})."
            batch_records.fail(store, first.batch_number, message, "")


def run(store: Store) -> None:
    """Tags what waits, until nothing does: the life of a worker; returns at once where another one lives."""
    priority.step_back(store.settings.training_niceness)
    lock = filelock.FileLock(worker_lock.lock_path(store, NAME), timeout=LOCK_SECONDS)
    try:
        lock.acquire()
    except filelock.Timeout:
        return
    try:
        worker_lock.note_holder(store, NAME)
        batches.sweep(store)
        _end_stopping(store)
        while works := batch_records.those(store, *TO_DO):
            _tag_one(store, works[0].batch_number)
    finally:
        lock.release()


def tag_batch(store: Store, batch: Batch, model: "Tagger", goes_on: Callable[[], bool] = lambda: True) -> None:
    """Tags the photos of a batch that are not tagged yet; each is on disk with its small picture once it is.

    Args:
        store: where.
        batch: the batch.
        model: the version that tags it.
        goes_on: asked before the first photos and after every `CHUNK`; where it says no, the rest is left.
    """
    remaining = [
        sources.Source(
            name=str(photo.position),
            read=functools.partial(_read, batches.photo_path(store, batch, photo.position), photo.sha256),
        )
        for photo in _remaining(store, batch)
    ]
    if not goes_on():
        return
    with (
        sandbox.Sandbox() as decoders,
        contextlib.closing(model.batches(remaining, decoders, size=CHUNK, preview_edge=PREVIEW_EDGE)) as chunks,
    ):
        for some in chunks:
            _keep(store, batch, some)
            if not goes_on():
                return


def _remaining(store: Store, batch: Batch) -> list[Photo]:
    """Those that are to be tagged and are not yet, by position."""
    done = batch_tags.positions(store, batch)
    return [photo for photo in batches.photos_of(store, batch) if not photo.refused and photo.position not in done]


def _tag_one(store: Store, number: int) -> None:
    now = datetime.now(UTC)
    if not batch_records.change(store, number, {"status": RUNNING, "heartbeat_at": now}, *TO_DO):
        return
    failpoints.reach("batch-claimed")
    try:
        with _Heartbeat(store, number):
            from core.tagging import tagger  # imports torch for seconds: the heartbeat beats already

            batch = batches.find(store, number)
            priority.bound_threads(store.settings.training_threads)
            model = tagger.load(store, batch.run_id)
            tag_batch(store, batch, model, lambda: batch_records.find(store, number).status == RUNNING)
    except Exception as error:  # the last line of defence: whatever it was, people learn that it ended and why
        known = isinstance(error, errors.GarmentsError)
        message = str(error) if known else "The tagging stopped because of an unexpected error."
        details = "".join(traceback.format_exception(error))
        batch_records.fail(store, number, f"{message} What is tagged already stays.", details)
    else:
        _end(store, batch)


def _end(store: Store, batch: Batch) -> None:
    """Finished where nothing is left, also where somebody wanted to stop it meanwhile; else stopped."""
    if not _remaining(store, batch):
        batch_records.change(store, batch.number, {"status": FINISHED, "message": ""}, RUNNING, STOPPING)
    batch_records.change(store, batch.number, {"status": STOPPED}, STOPPING)


def _end_stopping(store: Store) -> None:
    """For whoever knows that no worker is at it: what was to stop has stopped."""
    for work in batch_records.those(store, STOPPING):
        batch_records.change(store, work.batch_number, {"status": STOPPED}, STOPPING)


def _keep(store: Store, batch: Batch, some: Sequence["Tagged"]) -> None:
    now = datetime.now(UTC)
    for found in some:
        if found.preview is not None:
            _write_preview(batches.preview_path(store, batch, int(found.file)), found.preview)
    failpoints.reach("previews-written")
    tags = [
        PhotoTag(
            position=int(found.file), guesses=found.guesses, findings=found.findings, needs_look=found.needs_look,
            is_unlike=found.is_unlike, strangeness=found.strangeness, picture=found.picture, tagged_at=now,
        )
        for found in some
    ]  # fmt: skip
    batch_tags.append(store, batch, tags)


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


class _Heartbeat:
    """Beats in the row of a batch from entering the block to leaving it."""

    def __init__(self, store: Store, number: int) -> None:
        self._store, self._number, self._left = store, number, threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._left.wait(BEAT_SECONDS):
            try:
                now = {"heartbeat_at": datetime.now(UTC)}
                batch_records.change(self._store, self._number, now, RUNNING, STOPPING)
            except errors.DatabaseUnavailable:
                continue  # locked or away for a moment: the next beat tries again


def _give_back(store: Store, work: Work) -> None:
    """Has a batch wait again whose worker is dead; gives it up where that happened too often."""
    if work.attempts >= MAX_ATTEMPTS:
        batch_records.fail(store, work.batch_number, GAVE_UP, "")
    else:
        # Compared with the heartbeat that was read: a newer one shows that it lives after all.
        is_same = schema.batch_work.c.heartbeat_at == work.heartbeat_at
        batch_records.change(store, work.batch_number, {"status": WAITING}, work.status, condition=is_same)


def _is_late(work: Work) -> bool:
    return datetime.now(UTC) - work.heartbeat_at > timedelta(seconds=STARTING_SECONDS)
