"""Trainings in the background: submit, status, cancel, log. One at a time; they outlive the browser and the web server.

The truth of a job is a row in our own database. Where the work is done is a `Launcher`'s matter: a process of this
machine today; a cluster is one more class with these methods and one more line in `LAUNCHERS`.
"""

from core import errors
from core.jobs import launchers, records
from core.jobs.records import Job
from core.jobs.requests import TrainingRequest
from core.store import Store

__all__ = ["LAUNCHERS", "Job", "TrainingRequest", "cancel", "current", "log", "status", "submit"]

LAUNCHERS: dict[str, launchers.Launcher] = {"process": launchers.LocalProcess()}


def submit(store: Store, request: TrainingRequest, *, started_by: str, launcher: str = "process") -> Job:
    """Starts a training and returns at once; follow it with `status`.

    Raises:
        errors.JobBusy: another training is running.
        errors.JobError: the worker could not be started.
    """
    job = records.insert(store, request, started_by=started_by)
    try:
        LAUNCHERS[launcher].launch(store, job.id)
    except OSError as error:
        message = f"The training could not be started ({error.strerror or error})."
        records.end(store, job.id, "failed", message=message)
        raise errors.JobError(message) from error
    return job


def status(store: Store, job_id: str) -> Job:
    """How the job stands; a dead one is already marked as interrupted.

    Raises:
        errors.JobNotFound: no such job.
    """
    records.give_up_silent(store)
    return records.find(store, job_id)


def current(store: Store) -> Job | None:
    """The job submitted last, running or ended; None before the first."""
    job = records.newest(store)
    if job is not None and job.is_active:
        records.give_up_silent(store)
        return records.find(store, job.id)
    return job


def cancel(store: Store, job_id: str) -> None:
    """Asks the job to stop, which it does within 2 seconds; the live version stays. One that ended stays as it is.

    Raises:
        errors.JobNotFound: no such job.
    """
    records.find(store, job_id)
    records.request_cancel(store, job_id)


def log(store: Store, job_id: str, launcher: str = "process") -> str:
    """What the job's worker wrote, for IT; empty where nothing.

    Raises:
        errors.JobNotFound: no such job.
    """
    return LAUNCHERS[launcher].log(store, records.find(store, job_id).id)
