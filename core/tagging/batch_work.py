"""Batches tagged in the background, one after the other, by a process of their own; killed, it goes on where it was.

The worker holds a file lock for life, which the kernel frees at any death, and beats in the row of its batch. Whoever
looks starts one where a batch waits and none lives, exactly once; nobody has to be there all the time. A tag is
on disk a moment after its photo was looked at, and its key forbids a second one.
"""

import functools
import hashlib
import os
import threading
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import filelock
import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from PIL import Image

from core import errors, failpoints
from core.jobs import launchers, manners
from core.store import Store, batch_tags, batches, database, schema
from core.store.batch_tags import PhotoTag
from core.store.batches import Batch
from core.tagging import sandbox, sources

if TYPE_CHECKING:
    from core.tagging.tagger import Tagged, Tagger

NAME = "tagging"
"""What a launcher is given in place of a job's id."""
WAITING, STARTING, RUNNING, FINISHED, FAILED = "waiting", "starting", "running", "finished", "failed"
CHUNK = 16
"""Photos that are stored together."""
PREVIEW_EDGE = 320
"""Longest edge of the small pictures, in pixels."""
MAX_ATTEMPTS = 3
"""Workers that may die one after the other without tagging a single photo more."""
BEAT_SECONDS = 1.0
STARTING_SECONDS = 45.0
"""How long a worker may take from its launch to its lock: on a busy machine imports alone take long."""
LOCK_SECONDS = 5.0
GAVE_UP = (
    f"The tagging stopped {MAX_ATTEMPTS} times without getting any further, as it does when memory runs out. "
    "What is tagged already stays."
)
_ACTIVE = (WAITING, STARTING, RUNNING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """How far the tagging of a batch is."""

    batch_number: int
    """The batch."""
    status: str
    """waiting, starting, running, finished or failed."""
    attempts: int
    """Workers begun since a photo was tagged last."""
    message: str
    """Why it failed, one sentence; else empty."""
    details: str
    """What IT needs to know of that; else empty."""
    heartbeat_at: datetime
    """When its worker was last heard of, UTC."""

    @property
    def is_active(self) -> bool:
        """Whether it waits or is worked on."""
        return self.status in _ACTIVE


def status(store: Store, batch: Batch) -> Work:
    """How far the tagging is; where the worker died another one is on its way already."""
    settle(store)
    return _of(store, batch.number)


def statuses(store: Store) -> dict[int, str]:
    """Number of each batch -> status of its work."""
    works = schema.batch_work.c
    with database.read(store.engine) as connection:
        return dict(connection.execute(sa.select(works.batch_number, works.status)).tuples().all())


def try_again(store: Store, batch: Batch) -> None:
    """Has a batch that failed go on where it was; one that did not fail stays as it is."""
    _change(store, batch.number, {"status": WAITING, "attempts": 0, "message": "", "details": ""}, FAILED)
    settle(store)


def settle(store: Store, launcher: str = launchers.DEFAULT) -> None:
    """Starts a worker where a batch waits and none lives; cheap where nothing is to do."""
    active = _active(store)
    if not active or _is_lock_held(store):
        return
    for work in active:
        if work.status == RUNNING or (work.status == STARTING and _is_late(work)):
            _give_back(store, work)
    active = _active(store)
    if not active or any(work.status != WAITING for work in active):
        return
    first = active[0]
    changes = {"status": STARTING, "attempts": first.attempts + 1, "heartbeat_at": datetime.now(UTC)}
    if _change(store, first.batch_number, changes, WAITING):
        try:
            launchers.LAUNCHERS[launcher].launch(store, NAME)
        except OSError as error:
            _fail(store, first.batch_number, f"The tagging could not be started ({error.strerror or error}).", "")


def run(store: Store) -> None:
    """Tags what waits, until nothing does: the life of a worker; returns at once where another one lives."""
    manners.step_back(store.settings.training_niceness)
    lock = filelock.FileLock(_lock_path(store), timeout=LOCK_SECONDS)
    try:
        lock.acquire()
    except filelock.Timeout:
        return
    try:
        batches.sweep(store)
        while works := _active(store):
            _tag_one(store, works[0].batch_number)
    finally:
        lock.release()


def tag_batch(store: Store, batch: Batch, model: "Tagger") -> None:
    """Tags the photos of a batch that are not tagged yet; each is on disk with its small picture once it is."""
    done = batch_tags.positions(store, batch)
    remaining = [
        sources.Source(
            name=str(photo.position),
            read=functools.partial(_read, batches.photo_path(store, batch, photo.position), photo.sha256),
        )
        for photo in batches.photos_of(store, batch)
        if not photo.refused and photo.position not in done
    ]
    with sandbox.Sandbox() as decoders:
        for some in model.batches(remaining, decoders, size=CHUNK, preview_edge=PREVIEW_EDGE):
            _keep(store, batch, some)


def _tag_one(store: Store, number: int) -> None:
    now = datetime.now(UTC)
    if not _change(store, number, {"status": RUNNING, "heartbeat_at": now}, *_ACTIVE):
        return
    failpoints.reach("batch-claimed")
    try:
        with _Heartbeat(store, number):
            from core.tagging import tagger  # imports torch for seconds: the heartbeat beats already

            batch = batches.find(store, number)
            manners.bound_threads(store.settings.training_threads)
            tag_batch(store, batch, tagger.load(store, batch.run_id))
    except Exception as error:  # the last line of defence: whatever it was, people learn that it ended and why
        known = isinstance(error, errors.GarmentsError)
        message = str(error) if known else "The tagging stopped because of an unexpected error."
        details = "".join(traceback.format_exception(error))
        _fail(store, number, f"{message} What is tagged already stays.", details)
    else:
        _change(store, number, {"status": FINISHED}, RUNNING)


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
                _change(self._store, self._number, {"heartbeat_at": datetime.now(UTC)}, RUNNING)
            except errors.DatabaseUnavailable:
                continue  # locked or away for a moment: the next beat tries again


def _give_back(store: Store, work: Work) -> None:
    """Has a batch wait again whose worker is dead; gives it up where that happened too often."""
    if work.attempts >= MAX_ATTEMPTS:
        _fail(store, work.batch_number, GAVE_UP, "")
    else:
        # Compared with the heartbeat that was read: a newer one shows that it lives after all.
        is_same = schema.batch_work.c.heartbeat_at == work.heartbeat_at
        _change(store, work.batch_number, {"status": WAITING}, work.status, condition=is_same)


def _is_late(work: Work) -> bool:
    return datetime.now(UTC) - work.heartbeat_at > timedelta(seconds=STARTING_SECONDS)


def _fail(store: Store, number: int, message: str, details: str) -> None:
    _change(store, number, {"status": FAILED, "message": message, "details": details}, *_ACTIVE)


def _of(store: Store, number: int) -> Work:
    select = sa.select(schema.batch_work).where(schema.batch_work.c.batch_number == number)
    with database.read(store.engine) as connection:
        return Work(**connection.execute(select).mappings().one())


def _active(store: Store) -> list[Work]:
    works = schema.batch_work
    select = sa.select(works).where(works.c.status.in_(_ACTIVE)).order_by(works.c.batch_number)
    with database.read(store.engine) as connection:
        return [Work(**row) for row in connection.execute(select).mappings()]


def _change(
    store: Store, number: int, changes: dict[str, Any], *only_if: str, condition: sa.ColumnElement[bool] | None = None
) -> bool:
    works = schema.batch_work
    statement = sa.update(works).where(works.c.batch_number == number, works.c.status.in_(only_if))
    if condition is not None:
        statement = statement.where(condition)
    with database.write(store.engine) as connection:
        return connection.execute(statement.values(**changes)).rowcount == 1


def _lock_path(store: Store) -> Path:
    folder = store.home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "tagging.lock"


def _is_lock_held(store: Store) -> bool:
    lock = filelock.FileLock(_lock_path(store), timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout:
        return True
    lock.release()
    return False
