"""Trainings, searches and taggings as rows: asked for, claimed, followed, ended. Writes and reads their table.

A job goes queued -> running -> finished | failed | cancelled | interrupted, and each step is a compare-and-set: whoever
comes second changes nothing. The job of a lane that is worked on holds the lane's slot, which is unique.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core import errors
from core.jobs import lanes, leases
from core.jobs.job import Job, Status
from core.jobs.lanes import TRAINING, Lane
from core.jobs.requests import TrainingRequest
from core.store import Store
from core.store.base import audit, database, schema

STARTING, WAITING = "starting", "waiting for its turn"

_FIELDS = [schema.jobs.c[name] for name in Job.__slots__]
_ACTIVE = schema.jobs.c.status.in_(("queued", "running"))
_IS_MINE = schema.jobs.c.owner == leases.ME
_SLOTS = tuple(lane.slot for lane in lanes.LANES)


def insert(store: Store, request: TrainingRequest, *, started_by: str) -> Job:
    """A new queued training: in the first slot where nothing runs, else in the one that waits.

    Raises:
        errors.JobBusy: one runs and one waits; the message says whose they are.
    """
    try:
        with database.write(store.engine) as connection:
            job = _new_job(store, connection, request, started_by, _free_slot(connection))
            _write(connection, job)
    except IntegrityError:
        raise errors.JobBusy("Another training was just started. Try again in a moment.") from None
    return job


def insert_first(store: Store, requests: Sequence[TrainingRequest], *, started_by: str) -> list[Job]:
    """New jobs for all of these, the second one waiting, where nothing was ever asked for; else none at all."""
    slots = (TRAINING.slot, TRAINING.waiting_slot)
    with database.write(store.engine) as connection:
        if connection.scalar(sa.select(schema.jobs.c.id).where(schema.jobs.c.kind.in_(TRAINING.kinds)).limit(1)):
            return []
        both = zip(requests, slots, strict=False)
        jobs = [_new_job(store, connection, each, started_by, slot) for each, slot in both]
        for job in jobs:
            _write(connection, job)
    return jobs


def _write(connection: sa.Connection, job: Job) -> None:
    """The row of a new job, and who asked for what in the log."""
    connection.execute(sa.insert(schema.jobs).values(**{name: getattr(job, name) for name in Job.__slots__}))
    asked = {name: getattr(job, name) for name in TrainingRequest.__slots__}
    audit.record(connection, who=job.started_by, action="train", subject=job.subject, after=asked)


def _new_job(
    store: Store, connection: sa.Connection, request: TrainingRequest, started_by: str, slot: int | None
) -> Job:
    sign = leases.sign(connection)
    return Job(
        id=uuid.uuid4().hex[:12],
        **{name: getattr(request, name) for name in TrainingRequest.__slots__},
        slot=slot,
        status="queued",
        stage=STARTING if slot == TRAINING.slot else WAITING,
        fraction=0.0,
        seconds_left=None,
        message="",
        details="",
        cancel_requested=False,
        started_by=started_by,
        created_at=sign["heartbeat_at"],
        started_at=None,
        ended_at=None,
        run_id=None,
        batch_number=None,
        attempts=0,
        **sign,
        **leases.at(store),
    )


def _free_slot(connection: sa.Connection) -> int | None:
    """Where a newcomer belongs: never before somebody who waits already."""
    held = {job.slot: job for job in _active(connection, TRAINING)}
    waiting = held.get(TRAINING.waiting_slot)
    if waiting is None:
        return TRAINING.waiting_slot if TRAINING.slot in held else TRAINING.slot
    raise errors.JobBusy(_who_is_first(waiting, held.get(TRAINING.slot)))


def _who_is_first(waiting: Job, running: Job | None) -> str:
    waits = f"{waiting.name}, asked for by {waiting.started_by} at {_clock(waiting)}, waits"
    if running is None:
        return f"A training ({waits}) is about to begin. Try again in a moment."
    return (
        f"A training ({running.name}) is running, started by {running.started_by} at {_clock(running)}, and another "
        f"({waits}). Try again when one of them has ended."
    )


def _clock(job: Job) -> str:
    return f"{job.created_at.astimezone():%H:%M}"


def find(store: Store, job_id: str) -> Job:
    """The job of that id.

    Raises:
        errors.JobNotFound: there is none.
    """
    job = _first(store, sa.select(*_FIELDS).where(schema.jobs.c.id == job_id))
    if job is None:
        raise errors.JobNotFound(f"No job {job_id[:80]!r}. `python -m core train` starts one.")
    return job


def of_batch(store: Store, number: int) -> Job:
    """The tagging of a batch: each has one from the first moment on."""
    job = _first(store, sa.select(*_FIELDS).where(schema.jobs.c.batch_number == number))
    if job is None:
        raise errors.JobNotFound(f"No tagging of batch {number}.")
    return job


def taggings(store: Store) -> dict[int, Job]:
    """Number of each batch -> its tagging."""
    select = sa.select(*_FIELDS).where(schema.jobs.c.batch_number.is_not(None))
    with database.read(store.engine) as connection:
        return {row["batch_number"]: Job(**row) for row in connection.execute(select).mappings()}


def newest(store: Store) -> Job | None:
    """The training that was submitted last; None before the first."""
    return _first(store, _select(TRAINING).order_by(schema.jobs.c.number.desc()))


def active(store: Store, *those: Lane) -> list[Job]:
    """The jobs of these lanes that are worked on or wait, in the order of their turns; of trainings by default."""
    with database.read(store.engine) as connection:
        return _active(connection, *those or (TRAINING,))


def last_ended(store: Store) -> Job | None:
    """The training that ended last, whichever way; None before the first."""
    ended = _select(TRAINING).where(schema.jobs.c.ended_at.is_not(None))
    return _first(store, ended.order_by(schema.jobs.c.ended_at.desc(), schema.jobs.c.number.desc()))


def oldest(store: Store) -> Job | None:
    """The training that was submitted first; None before it."""
    return _first(store, _select(TRAINING).order_by(schema.jobs.c.number))


def was_another_finished(store: Store, job: Job) -> bool:
    """Whether a training or a search besides that one was done to its end."""
    done = _select(TRAINING).where(schema.jobs.c.status == "finished", schema.jobs.c.id != job.id)
    return _first(store, done) is not None


def begun_since(store: Store, moment: datetime) -> list[datetime]:
    """When the trainings began that a worker began since then, oldest first; those about to begin count as well."""
    jobs = schema.jobs.c
    begun = sa.func.coalesce(jobs.started_at, jobs.created_at)
    is_begun = sa.or_(jobs.started_at.is_not(None), jobs.slot.is_not(None))
    select = sa.select(jobs.started_at, jobs.created_at).where(jobs.kind.in_(TRAINING.kinds), begun >= moment, is_begun)
    with database.read(store.engine) as connection:
        return sorted(row.started_at or row.created_at for row in connection.execute(select))


def claim(store: Store, job_id: str) -> bool:
    """Whether the caller is now that job's worker: only the first one is, and only once it is the job's turn."""
    with database.write(store.engine) as connection:
        sign = leases.sign(connection)
        changes = {"status": "running", "started_at": sign["heartbeat_at"], "owner": leases.ME, **leases.at(store)}
        is_its_turn = schema.jobs.c.slot.in_(_SLOTS)
        return changed(connection, job_id, changes | sign, is_its_turn, only_if=("queued",))


def report(store: Store, job_id: str, **changes: Any) -> bool:
    """Writes the worker's heartbeat and progress; False where the job is no longer its own and it has to stop."""
    with database.write(store.engine) as connection:
        return changed(connection, job_id, changes | leases.sign(connection), _IS_MINE, only_if=("running",))


def is_cancel_requested(store: Store, job_id: str) -> bool:
    """Whether somebody asked the job to stop."""
    select = sa.select(schema.jobs.c.cancel_requested).where(schema.jobs.c.id == job_id)
    with database.read(store.engine) as connection:
        return bool(connection.scalar(select))


def request_cancel(store: Store, job_id: str, *, who: str, message: str = "") -> None:
    """Asks the job to stop; one that no worker has claimed yet is cancelled at once. An ended job stays as it is.

    The log says who asked first, in the same transaction; whoever asks again changes nothing.

    Args:
        store: where.
        job_id: which.
        who: asks.
        message: what is told of the job from now on; empty: that it was cancelled, once it has ended.
    """
    job = find(store, job_id)
    asked = {"cancel_requested": True, **({"message": message} if message else {})}
    is_new = schema.jobs.c.cancel_requested.is_(False)
    with database.write(store.engine) as connection:
        ended = _ending(connection, "cancelled", message=message or "Cancelled before it began.")
        if changed(connection, job_id, ended, only_if=("queued",)):
            note = "before it began"
        elif changed(connection, job_id, asked, is_new, only_if=("running",)):
            note = ""
        else:
            return
        audit.record(connection, who=who, action=job.lane.cancel_action, subject=job.subject, note=note)


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
    with database.write(store.engine) as connection:
        return end_in(connection, job_id, status, message=message, details=details, run_id=run_id, only_if=only_if)


def end_mine(store: Store, job_id: str, status: Status, **told: str | None) -> None:
    """Ends a job by its worker, however long that waits for the database; one that is no longer its own stays."""

    def end_it(connection: sa.Connection) -> None:
        changed(connection, job_id, _ending(connection, status, **told), _IS_MINE, only_if=("running",))

    database.written(store.engine, end_it)


def end_in(
    connection: sa.Connection, job_id: str, status: Status, *, only_if: tuple[Status, ...], **told: str | None
) -> bool:
    """`end`, inside the caller's transaction."""
    return changed(connection, job_id, _ending(connection, status, **told), only_if=only_if)


def _ending(connection: sa.Connection, status: Status, **told: str | None) -> dict[str, Any]:
    ended_at = database.now(connection)
    changes: dict[str, Any] = {"status": status, "slot": None, "ended_at": ended_at, "seconds_left": None}
    if status == "finished":  # what was told of it meanwhile no longer holds
        changes |= {"fraction": 1.0, "stage": "finished", "message": ""}
    return changes | {"run_id": None} | {name: value for name, value in told.items() if value}


def queue_again(connection: sa.Connection, store: Store, job_id: str) -> bool:
    """Has a job that was cancelled or failed wait for its turn again, here; inside the caller's transaction."""
    changes: dict[str, Any] = {
        "status": "queued",
        "slot": None,
        "stage": WAITING,
        "attempts": 0,
        "message": "",
        "details": "",
    }
    changes |= {"cancel_requested": False, "ended_at": None, **leases.sign(connection), **leases.at(store)}
    return changed(connection, job_id, changes, only_if=("cancelled", "failed"))


def change(
    store: Store,
    job_id: str,
    changes: Mapping[str, Any],
    *conditions: sa.ColumnElement[bool],
    only_if: tuple[Status, ...],
) -> bool:
    """Changes the row of a job where it has one of these statuses; whether it had."""
    with database.write(store.engine) as connection:
        return changed(connection, job_id, changes, *conditions, only_if=only_if)


def changed(
    connection: sa.Connection,
    job_id: str,
    changes: Mapping[str, Any],
    *conditions: sa.ColumnElement[bool],
    only_if: tuple[Status, ...],
) -> bool:
    """`change`, inside the caller's transaction."""
    statement = sa.update(schema.jobs).where(schema.jobs.c.id == job_id, schema.jobs.c.status.in_(only_if), *conditions)
    return connection.execute(statement.values(**changes)).rowcount == 1


def _select(*those: Lane) -> sa.Select[Any]:
    kinds = [kind for lane in those for kind in lane.kinds]
    return sa.select(*_FIELDS).where(schema.jobs.c.kind.in_(kinds))


def _first(store: Store, select: sa.Select[Any]) -> Job | None:
    with database.read(store.engine) as connection:
        row = connection.execute(select.limit(1)).mappings().first()
    return Job(**row) if row else None


def _active(connection: sa.Connection, *those: Lane) -> list[Job]:
    jobs = schema.jobs.c
    in_turn = _select(*those).where(_ACTIVE).order_by(jobs.slot.is_(None), jobs.slot, jobs.number)
    return [Job(**row) for row in connection.execute(in_turn).mappings()]
