"""Work in the background: submit, queue, cancel, log. It outlives browser and web server.

Of trainings and searches one runs and one may wait; of taggings, see `core.tagging.batch_work`, one
runs and any number waits.

The truth of a job is a row in our own database. Where the work is done is a `Launcher`'s matter: a process of this
machine today; a cluster is one more class with these methods and one more line in `LAUNCHERS`.
"""

from dataclasses import dataclass

from core.access.roles import Action
from core.jobs import launchers, leases, liveness, preflight, records, requests, work_queue
from core.jobs.job import Job
from core.jobs.launchers import LAUNCHERS
from core.jobs.requests import TrainingRequest, of_suspects
from core.store import Store
from core.store.base import permission

__all__ = [
    "LAUNCHERS",
    "Job",
    "Queue",
    "TrainingRequest",
    "answers",
    "cancel",
    "current",
    "details",
    "end_process",
    "log",
    "of_suspects",
    "queue",
    "status",
    "submit",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """Every training that matters now."""

    running: Job | None
    """The one that is worked on, or about to be."""
    waiting: Job | None
    """The one that comes next."""
    ended: Job | None
    """The one that ended last, whichever way."""


@permission.needs(Action.TRAIN)
def submit(store: Store, request: TrainingRequest, *, started_by: str, launcher: str = launchers.DEFAULT) -> Job:
    """Starts a training, or has it wait for the one that runs, and returns at once; follow it with `status`.

    Raises:
        errors.JobBusy: one runs and one waits already.
        errors.JobError: the disk is too full, the hour's trainings are used up, or the worker could not be started;
            one sentence says which.
    """
    work_queue.settle(store)
    preflight.check(store)
    job = records.insert(store, requests.resolved(request, store.settings), started_by=started_by)
    if not job.is_waiting:
        work_queue.start(store, job, launcher)
    return job


def queue(store: Store) -> Queue:
    """The trainings as they stand; a dead one is already marked as interrupted, and the next one started."""
    work_queue.settle(store)
    held = {job.is_waiting: job for job in records.active(store)}
    return Queue(running=held.get(False), waiting=held.get(True), ended=records.last_ended(store))


def status(store: Store, job_id: str) -> Job:
    """How the job stands; a dead one is already marked as interrupted.

    Raises:
        errors.JobNotFound: no such job.
    """
    work_queue.settle(store)
    return records.find(store, job_id)


def current(store: Store) -> Job | None:
    """The job that runs, else the one that waits, else the one that ended last; None before the first."""
    found = queue(store)
    return found.running or found.waiting or found.ended


@permission.needs(Action.TRAIN)
def cancel(store: Store, job_id: str, *, who: str) -> None:
    """Asks the job to stop, which it does within 2 seconds; the live version stays. One that ended stays as it is.

    Who asked stands in the log.

    Raises:
        errors.JobNotFound: no such job.
    """
    records.request_cancel(store, job_id, who=who)


def answers(store: Store, job: Job) -> bool:
    """Whether the worker of that job was heard of in the last minute; True where it has none."""
    return liveness.answers(store, job)


def elsewhere(store: Store, job: Job) -> str:
    """The computer that does a job, where that is another one; else empty."""
    return "" if leases.is_here(store, job) else job.host or "another one"


def seconds_silent(store: Store, job: Job) -> float:
    """For how long nothing was heard of that job, at least 0."""
    return liveness.seconds_silent(store, job)


@permission.needs(Action.TRAIN)
def end_process(store: Store, job_id: str, *, who: str) -> None:
    """Ends the process of a job that does not answer, and has the one that waits begin. Who did stands in the log.

    Raises:
        errors.JobNotFound: no such job.
        errors.JobError: it answers again, or its process cannot be ended from here.
    """
    liveness.end_process(store, records.find(store, job_id), who=who)
    work_queue.settle(store)


def details(store: Store, job: Job) -> str:
    """What IT needs to know of a job that gave no version: the reason, what was noted of it, and the log's end."""
    about = f"Job {job.id}" if job.batch_number is None else f"Job {job.id}, batch {job.batch_number}"
    reason = f"{about}: {job.status}. {job.message}".strip()
    written = log(store, job.id).strip()
    if place := elsewhere(store, job):
        reason += f" It was done on the computer {place}, which has its log."
    return "\n\n".join(filter(None, (reason, job.details.strip(), f"End of the log:\n{written}" if written else "")))


def log(store: Store, job_id: str, launcher: str = launchers.DEFAULT) -> str:
    """What the job's worker wrote, for IT; empty where nothing.

    Raises:
        errors.JobNotFound: no such job.
    """
    return LAUNCHERS[launcher].log(store, records.find(store, job_id).id)
