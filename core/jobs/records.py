"""Trainings as rows: submitted, claimed, followed, ended. The only module that reads or writes the table `jobs`.

A job goes queued -> running -> finished | failed | cancelled | interrupted, and each step is a compare-and-set: whoever
comes second changes nothing. While a job is active it holds slot 1, which is unique, so there is never a second one.

Dead is dead: a worker holds a file lock for life, which the kernel frees at any death, and it writes a heartbeat.
Nobody looks at process numbers, which are given to others again.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import filelock
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core import errors
from core.jobs.requests import TrainingRequest
from core.store import Store, database, schema

Status = Literal["queued", "running", "finished", "failed", "cancelled", "interrupted"]

SILENT_SECONDS = 12.0
"""A job that was not heard of for so long is given up: its worker never began, was stopped, or hangs."""
ACTIVE_SLOT = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A training that somebody asked for, as it stands."""

    id: str
    """12 hex digits."""
    recipe: str
    """Key in `RECIPES`."""
    catalogue: str | None
    """Key in `CATALOGUES`; None: the default."""
    seed: int
    """Of everything random."""
    epochs: int | None
    """Rounds; None: the recipe's own."""
    again: bool
    """Train even where the same run exists."""
    status: Status
    """Where it stands."""
    stage: str
    """What it does, in words."""
    fraction: float
    """Share done, 0-1."""
    seconds_left: float | None
    """Estimate; None while unknown."""
    message: str
    """One sentence for people: a notice, or why it ended; may be empty."""
    details: str
    """What IT needs to know of a failure; may be empty."""
    cancel_requested: bool
    """Whether somebody asked it to stop."""
    started_by: str
    """Who asked for it."""
    created_at: datetime
    """When it was asked for, UTC."""
    started_at: datetime | None
    """When its worker began."""
    ended_at: datetime | None
    """When it ended, whichever way."""
    heartbeat_at: datetime
    """When it was last heard of."""
    run_id: str | None
    """The run it gave."""

    @property
    def is_active(self) -> bool:
        """Whether it waits or works."""
        return self.status in ("queued", "running")

    @property
    def request(self) -> TrainingRequest:
        """What was asked for, ready to be submitted again."""
        return TrainingRequest(
            recipe=self.recipe, catalogue=self.catalogue, seed=self.seed, epochs=self.epochs, again=self.again
        )


_FIELDS = [schema.jobs.c[name] for name in Job.__slots__]


def insert(store: Store, request: TrainingRequest, *, started_by: str) -> Job:
    """A new queued job in the only slot.

    Raises:
        errors.JobBusy: another one holds it; the message says whose and since when.
    """
    give_up_silent(store)
    now = datetime.now(UTC)
    job = Job(
        id=uuid.uuid4().hex[:12],
        **{name: getattr(request, name) for name in TrainingRequest.__slots__},
        status="queued",
        stage="starting",
        fraction=0.0,
        seconds_left=None,
        message="",
        details="",
        cancel_requested=False,
        started_by=started_by,
        created_at=now,
        started_at=None,
        ended_at=None,
        heartbeat_at=now,
        run_id=None,
    )
    values = {name: getattr(job, name) for name in Job.__slots__}
    try:
        with database.write(store.engine) as connection:
            connection.execute(sa.insert(schema.jobs).values(**values, slot=ACTIVE_SLOT))
    except IntegrityError:
        raise errors.JobBusy(_who_is_first(store)) from None
    return job


def find(store: Store, job_id: str) -> Job:
    """The job of that id.

    Raises:
        errors.JobNotFound: there is none.
    """
    with database.read(store.engine) as connection:
        row = connection.execute(sa.select(*_FIELDS).where(schema.jobs.c.id == job_id)).mappings().first()
    if row is None:
        raise errors.JobNotFound(f"No training job {job_id[:80]!r}. `python -m core train` starts one.")
    return Job(**row)


def newest(store: Store) -> Job | None:
    """The job that was submitted last; None before the first."""
    with database.read(store.engine) as connection:
        select = sa.select(*_FIELDS).order_by(schema.jobs.c.number.desc()).limit(1)
        row = connection.execute(select).mappings().first()
    return Job(**row) if row else None


def claim(store: Store, job_id: str) -> bool:
    """Whether the caller is now that job's worker: only the first one is."""
    now = datetime.now(UTC)
    return _change(store, job_id, {"status": "running", "started_at": now, "heartbeat_at": now}, only_if=("queued",))


def report(store: Store, job_id: str, **changes: Any) -> bool:
    """Writes the worker's heartbeat and progress; False where the job is no longer its own and it has to stop."""
    return _change(store, job_id, {**changes, "heartbeat_at": datetime.now(UTC)}, only_if=("running",))


def is_cancel_requested(store: Store, job_id: str) -> bool:
    """Whether somebody asked the job to stop."""
    select = sa.select(schema.jobs.c.cancel_requested).where(schema.jobs.c.id == job_id)
    with database.read(store.engine) as connection:
        return bool(connection.scalar(select))


def request_cancel(store: Store, job_id: str) -> None:
    """Asks the job to stop; one that no worker has claimed yet is cancelled at once. An ended job stays as it is."""
    if not end(store, job_id, "cancelled", message="Cancelled before it began.", only_if=("queued",)):
        _change(store, job_id, {"cancel_requested": True}, only_if=("running",))


def end(
    store: Store,
    job_id: str,
    status: Status,
    *,
    message: str = "",
    details: str = "",
    run_id: str | None = None,
    only_if: tuple[Status, ...] = ("queued", "running"),
) -> bool:
    """Ends the job and frees its slot; False where it had ended already."""
    changes: dict[str, Any] = {"status": status, "slot": None, "ended_at": datetime.now(UTC), "seconds_left": None}
    if status == "finished":
        changes |= {"fraction": 1.0, "stage": "finished"}
    changes |= {name: value for name, value in (("message", message), ("details", details)) if value}
    return _change(store, job_id, {**changes, "run_id": run_id}, only_if=only_if)


def give_up_silent(store: Store) -> None:
    """Marks active jobs as interrupted whose worker is dead (its lock is free) or was not heard of for long."""
    with database.read(store.engine) as connection:
        rows = connection.execute(sa.select(*_FIELDS).where(schema.jobs.c.slot.is_not(None))).mappings().all()
    for job in (Job(**row) for row in rows):
        silent = datetime.now(UTC) - job.heartbeat_at > timedelta(seconds=SILENT_SECONDS)
        if silent or (job.status == "running" and not is_lock_held(store)):
            end(
                store,
                job.id,
                "interrupted",
                message="The training was interrupted: its process ended. It goes on from its last complete round "
                "when it is started again.",
                # A heartbeat in between shows that it lives after all.
                only_if=(job.status,),
            )


def lock_path(store: Store) -> Path:
    """The file whose lock a worker holds for life."""
    folder = store.home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "training.lock"


def is_lock_held(store: Store) -> bool:
    """Whether a worker lives on this machine."""
    lock = filelock.FileLock(lock_path(store), timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout:
        return True
    lock.release()
    return False


def _change(store: Store, job_id: str, changes: Mapping[str, Any], *, only_if: tuple[Status, ...]) -> bool:
    statement = sa.update(schema.jobs).where(schema.jobs.c.id == job_id, schema.jobs.c.status.in_(only_if))
    with database.write(store.engine) as connection:
        return connection.execute(statement.values(**changes)).rowcount == 1


def _who_is_first(store: Store) -> str:
    job = newest(store)
    if job is None or not job.is_active:
        return "Another training was just started. Try again in a moment."
    since = f"{job.created_at.astimezone():%H:%M}"
    return (
        f"A training ({job.recipe}) is running already, started by {job.started_by} at {since}. "
        "Wait for it or cancel it, then try again."
    )
