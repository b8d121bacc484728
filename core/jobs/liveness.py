"""Which workers live, and which do not answer.

On its own computer dead is who holds no lock: a worker holds a file lock for life, which the kernel frees at any death.
Silence is no death: a computer that slept or has too much to do makes any worker late. One that holds its lock and was
not heard of for long "does not answer", and a person may end it. The locks of another computer cannot be asked: there
a worker has its job for as long as it gives signs of life (`core.jobs.leases`).
"""

from datetime import UTC, datetime
from pathlib import Path

from core import errors
from core.jobs import leases, records, worker_lock
from core.jobs.job import Job
from core.jobs.lanes import TRAINING, Lane
from core.store import Store
from core.store.base import audit, database

ANSWER_SECONDS = 60.0
"""A running job that was not heard of for so long is shown as one that does not answer."""


def answers(store: Store, job: Job) -> bool:
    """Whether the worker of a job was heard of lately; one that has no worker yet does not owe an answer."""
    return job.status != "running" or seconds_silent(store, job) <= ANSWER_SECONDS


def seconds_silent(store: Store, job: Job) -> float:
    """For how long nothing was heard of a job; on another computer, for how long this process has seen that."""
    if not leases.is_here(store, job):
        return leases.silence(store, job)
    return leases.age(job, (datetime.now(UTC) - job.heartbeat_at).total_seconds())


def is_late(store: Store, job: Job) -> bool:
    """Whether a job that was to begin should have begun long ago."""
    return seconds_silent(store, job) > job.lane.starting_seconds


def is_dead(store: Store, job: Job) -> bool:
    """Whether the worker of a job has died, or never came; one that waits has no worker yet."""
    if job.is_waiting or (job.status == "queued" and not is_late(store, job)):
        return False
    return not is_lock_held(store, job.lane) if leases.is_here(store, job) else leases.is_over(store, job)


def end_process(store: Store, job: Job, *, who: str) -> None:
    """Ends the process of a job that does not answer; it can be asked for again and goes on where it was.

    Raises:
        errors.JobError: it answers again, or its process cannot be ended from here.
    """
    if not leases.is_here(store, job):
        raise errors.JobError(
            f"The {job.lane.name} is done on the computer {job.host}: end it there. Once it was silent for "
            f"{leases.LEASE_SECONDS:.0f} seconds its place is given to the next one."
        )
    if answers(store, records.find(store, job.id)):
        raise errors.JobError(f"The {job.lane.name} answers again, so its process was not ended.")
    worker_lock.end_holder(store, job.lane.name)
    message = f"{who} ended its process, which did not answer. {job.lane.what_remains}"
    with database.write(store.engine) as connection:
        if records.end_in(connection, job.id, job.lane.ended_by_hand, message=message, only_if=("running",)):
            note = "it did not answer"
            audit.record(connection, who=who, action=job.lane.cancel_action, subject=job.subject, note=note)


def lock_path(store: Store, lane: Lane = TRAINING) -> Path:
    """The file whose lock a worker of that lane holds for life."""
    return worker_lock.lock_path(store, lane.name)


def is_lock_held(store: Store, lane: Lane = TRAINING) -> bool:
    """Whether a worker of that lane lives on this machine."""
    return worker_lock.is_lock_held(store, lane.name)
