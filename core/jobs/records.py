"""Trainings as rows: submitted, claimed, followed, ended. The only module of core.jobs that touches their table.

A job goes queued -> running -> finished | failed | cancelled | interrupted, and each step is a compare-and-set: whoever
comes second changes nothing. While a job is active it holds a slot, which is unique: 1 is worked on, 2 waits for it.

Dead is who holds no lock: a worker holds a file lock for life, which the kernel frees at any death. Silence is no
death: a computer that slept or has too much to do makes any worker late. One that holds its lock and was not heard of
for long "does not answer", and a person may end it.
"""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core import errors
from core.jobs import worker_lock
from core.jobs.job import RUNNING_SLOT, WAITING_SLOT, Job, Status
from core.jobs.requests import TrainingRequest
from core.store import Store
from core.store.base import audit, database, schema

ANSWER_SECONDS = 60.0
"""A running job that was not heard of for so long is shown as one that does not answer."""
STARTING_SECONDS = 120.0
"""How long a worker may take from its launch to claiming its job: on a very busy machine imports alone take long."""
INTERRUPTED = (
    "The training was interrupted: its process ended, as it does when the computer restarts or memory runs out. "
    "The live version is untouched."
)

_LOCK = "training"
_STARTING, _WAITING, _NEXT = "starting", "waiting for its turn", "starting after its turn has come"
_FIELDS = [schema.jobs.c[name] for name in Job.__slots__]


def insert(store: Store, request: TrainingRequest, *, started_by: str) -> Job:
    """A new queued job: in the first slot where nothing runs, else in the one that waits.

    Raises:
        errors.JobBusy: one runs and one waits; the message says whose they are.
    """
    give_up_dead(store)
    now, asked = datetime.now(UTC), {name: getattr(request, name) for name in TrainingRequest.__slots__}
    try:
        with database.write(store.engine) as connection:
            slot = _free_slot(connection)
            job = _new_job(request, started_by, slot, now)
            values = {name: getattr(job, name) for name in Job.__slots__}
            connection.execute(sa.insert(schema.jobs).values(**values))
            audit.record(connection, who=started_by, action="train", subject=_subject(job.id), after=asked)
    except IntegrityError:
        raise errors.JobBusy("Another training was just started. Try again in a moment.") from None
    return job


def _new_job(request: TrainingRequest, started_by: str, slot: int, now: datetime) -> Job:
    return Job(
        id=uuid.uuid4().hex[:12],
        **{name: getattr(request, name) for name in TrainingRequest.__slots__},
        slot=slot,
        status="queued",
        stage=_STARTING if slot == RUNNING_SLOT else _WAITING,
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


def _free_slot(connection: sa.Connection) -> int:
    """Where a newcomer belongs: never before somebody who waits already."""
    held = {job.slot: job for job in _active(connection)}
    if WAITING_SLOT not in held:
        return WAITING_SLOT if RUNNING_SLOT in held else RUNNING_SLOT
    raise errors.JobBusy(_who_is_first(held[WAITING_SLOT], held.get(RUNNING_SLOT)))


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


def active(store: Store) -> list[Job]:
    """The job that is worked on and the one that waits, in this order, as far as there are any."""
    with database.read(store.engine) as connection:
        return _active(connection)


def last_ended(store: Store) -> Job | None:
    """The job that ended last, whichever way; None before the first."""
    ended = sa.select(*_FIELDS).where(schema.jobs.c.ended_at.is_not(None))
    with database.read(store.engine) as connection:
        newest_first = ended.order_by(schema.jobs.c.ended_at.desc(), schema.jobs.c.number.desc()).limit(1)
        row = connection.execute(newest_first).mappings().first()
    return Job(**row) if row else None


def begun_since(store: Store, moment: datetime) -> list[datetime]:
    """When the jobs began that a worker began since then, oldest first; those about to begin count as well."""
    jobs = schema.jobs.c
    begun = sa.func.coalesce(jobs.started_at, jobs.created_at)
    select = sa.select(jobs.started_at, jobs.created_at).where(
        begun >= moment, sa.or_(jobs.started_at.is_not(None), jobs.slot.is_not(None))
    )
    with database.read(store.engine) as connection:
        return sorted(row.started_at or row.created_at for row in connection.execute(select))


def take_turn(store: Store) -> Job | None:
    """The job whose turn has come, for the one caller that has to launch it; None for everybody else.

    That is the one that waits once nothing runs any more, and also one that was given its turn by somebody who died
    before launching it.
    """
    held = {job.slot: job for job in active(store)}
    first, waiting = held.get(RUNNING_SLOT), held.get(WAITING_SLOT)
    if first is None and waiting is not None:
        return _given_turn(store, waiting, _NEXT)
    if first is not None and _was_forgotten(first):
        return _given_turn(store, first, _STARTING)
    return None


def _given_turn(store: Store, job: Job, stage: str) -> Job | None:
    changes = {"slot": RUNNING_SLOT, "stage": stage, "heartbeat_at": datetime.now(UTC)}
    try:
        is_ours = _change(store, job.id, changes, schema.jobs.c.stage == job.stage, only_if=("queued",))
    except IntegrityError:  # somebody was faster: the slot is taken again
        return None
    return find(store, job.id) if is_ours else None


def _was_forgotten(job: Job) -> bool:
    return job.status == "queued" and job.stage == _NEXT and _is_late(job)


def claim(store: Store, job_id: str) -> bool:
    """Whether the caller is now that job's worker: only the first one is."""
    now = datetime.now(UTC)
    changes = {"status": "running", "started_at": now, "heartbeat_at": now}
    return _change(store, job_id, changes, schema.jobs.c.slot == RUNNING_SLOT, only_if=("queued",))


def report(store: Store, job_id: str, **changes: Any) -> bool:
    """Writes the worker's heartbeat and progress; False where the job is no longer its own and it has to stop."""
    return _change(store, job_id, {**changes, "heartbeat_at": datetime.now(UTC)}, only_if=("running",))


def is_cancel_requested(store: Store, job_id: str) -> bool:
    """Whether somebody asked the job to stop."""
    select = sa.select(schema.jobs.c.cancel_requested).where(schema.jobs.c.id == job_id)
    with database.read(store.engine) as connection:
        return bool(connection.scalar(select))


def request_cancel(store: Store, job_id: str, *, who: str) -> None:
    """Asks the job to stop; one that no worker has claimed yet is cancelled at once. An ended job stays as it is.

    The log says who asked first, in the same transaction; whoever asks again changes nothing.
    """
    ended = _ending("cancelled", message="Cancelled before it began.")
    is_new = schema.jobs.c.cancel_requested.is_(False)
    with database.write(store.engine) as connection:
        if _changed(connection, job_id, ended, only_if=("queued",)):
            note = "before it began"
        elif _changed(connection, job_id, {"cancel_requested": True}, is_new, only_if=("running",)):
            note = ""
        else:
            return
        audit.record(connection, who=who, action="cancel", subject=_subject(job_id), note=note)


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
    changes = _ending(status, message=message, details=details, run_id=run_id)
    return _change(store, job_id, changes, only_if=only_if)


def _ending(status: Status, *, message: str = "", details: str = "", run_id: str | None = None) -> dict[str, Any]:
    changes: dict[str, Any] = {"status": status, "slot": None, "ended_at": datetime.now(UTC), "seconds_left": None}
    if status == "finished":
        changes |= {"fraction": 1.0, "stage": "finished"}
    changes |= {name: value for name, value in (("message", message), ("details", details)) if value}
    return {**changes, "run_id": run_id}


def give_up_dead(store: Store) -> None:
    """Marks a job as interrupted whose worker is dead: its lock is free, and it has begun or should have long ago.

    One that waits has no worker yet.
    """
    for job in active(store):
        if job.slot != RUNNING_SLOT or _was_forgotten(job):
            continue
        if (job.status == "running" or _is_late(job)) and not is_lock_held(store):
            # Compared with the status that was read: it may have ended, or begun, in between.
            end(store, job.id, "interrupted", message=INTERRUPTED, only_if=(job.status,))


def answers(job: Job) -> bool:
    """Whether the worker of a job was heard of lately; one that has no worker yet does not owe an answer."""
    return job.status != "running" or _age(job) <= timedelta(seconds=ANSWER_SECONDS)


def end_process(store: Store, job: Job, *, who: str) -> None:
    """Ends the process of a job that does not answer; it can be tried again and goes on from its last round.

    Raises:
        errors.JobError: it answers again, or its process cannot be ended from here.
    """
    if answers(find(store, job.id)):
        raise errors.JobError("The training answers again, so its process was not ended.")
    worker_lock.end_holder(store, _LOCK)
    message = f"{who} ended its process, which did not answer. The live version is untouched."
    with database.write(store.engine) as connection:
        if _changed(connection, job.id, _ending("interrupted", message=message), only_if=("running",)):
            audit.record(connection, who=who, action="cancel", subject=_subject(job.id), note="it did not answer")


def lock_path(store: Store) -> Path:
    """The file whose lock a worker holds for life."""
    return worker_lock.lock_path(store, _LOCK)


def is_lock_held(store: Store) -> bool:
    """Whether a worker lives on this machine."""
    return worker_lock.is_lock_held(store, _LOCK)


def note_holder(store: Store) -> None:
    """Notes that this process is the worker; called once it holds the lock."""
    worker_lock.note_holder(store, _LOCK)


def _is_late(job: Job) -> bool:
    return _age(job) > timedelta(seconds=STARTING_SECONDS)


def _age(job: Job) -> timedelta:
    return datetime.now(UTC) - job.heartbeat_at


def _active(connection: sa.Connection) -> list[Job]:
    by_slot = sa.select(*_FIELDS).where(schema.jobs.c.slot.is_not(None)).order_by(schema.jobs.c.slot)
    return [Job(**row) for row in connection.execute(by_slot).mappings()]


def _change(
    store: Store,
    job_id: str,
    changes: Mapping[str, Any],
    *conditions: sa.ColumnElement[bool],
    only_if: tuple[Status, ...],
) -> bool:
    with database.write(store.engine) as connection:
        return _changed(connection, job_id, changes, *conditions, only_if=only_if)


def _changed(
    connection: sa.Connection,
    job_id: str,
    changes: Mapping[str, Any],
    *conditions: sa.ColumnElement[bool],
    only_if: tuple[Status, ...],
) -> bool:
    statement = sa.update(schema.jobs).where(schema.jobs.c.id == job_id, schema.jobs.c.status.in_(only_if), *conditions)
    return connection.execute(statement.values(**changes)).rowcount == 1


def _subject(job_id: str) -> str:
    """What the log calls that job."""
    return f"training {job_id}"
