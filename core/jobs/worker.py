"""A worker's life: take the lock, claim the job, work with a heartbeat, write down how it ended. Imports torch."""

import errno
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING

import filelock

from core import errors
from core.jobs import records
from core.jobs.heartbeat import Heartbeat
from core.jobs.records import Job
from core.jobs.requests import TrainingRequest
from core.store import Store, artefacts, runs

if TYPE_CHECKING:
    from core.jobs.pipeline import Outcome

LOCK_SECONDS = 5.0
"""Looking whether a worker lives takes its lock for a moment; a new worker waits that out."""

OnReport = Callable[[str, float, float | None], None]


def run_here(
    store: Store, request: TrainingRequest, *, started_by: str, on_report: OnReport
) -> tuple[Job, runs.Run | None]:
    """Trains in this very process, seen by everybody as any other job; gives back how it ended, and the run if any.

    Raises:
        errors.JobBusy: another training is running.
    """
    job = records.insert(store, request, started_by=started_by)
    work(store, job.id, on_report=on_report)
    ended = records.find(store, job.id)
    return ended, runs.find(store, ended.run_id) if ended.run_id else None


def work(store: Store, job_id: str, *, on_report: OnReport | None = None, owns_process: bool = False) -> None:
    """Does the job unless somebody else has it; every ending is written down.

    Args:
        store: where the job is.
        job_id: which.
        on_report: also told of the progress, e.g. to move a bar.
        owns_process: the process exists for this job alone and may be ended at once when it is cancelled.
    """
    lock = filelock.FileLock(records.lock_path(store), timeout=LOCK_SECONDS)
    try:
        lock.acquire()
    except filelock.Timeout:
        records.end(store, job_id, "failed", message="Another training is running. Wait for it, then try again.")
        return
    try:
        if records.claim(store, job_id):
            # Who holds the lock is the only one that publishes, so whatever stands there was left by the dead.
            artefacts.sweep_staging(store.home)
            _work_claimed(store, records.find(store, job_id), on_report, owns_process)
    finally:
        lock.release()


def _work_claimed(store: Store, job: Job, on_report: OnReport | None, owns_process: bool) -> None:
    try:
        with Heartbeat(store, job.id, owns_process=owns_process) as heartbeat:
            outcome = _pipeline(store, job, heartbeat, on_report)
    except errors.TrainingCancelled as error:
        records.end(store, job.id, "cancelled", message=str(error))
    except KeyboardInterrupt:
        records.end(store, job.id, "cancelled", message="Cancelled from the keyboard. The live version is untouched.")
        raise
    except Exception as error:  # the last line of defence: whatever it was, people learn that it ended and why
        details = "".join(traceback.format_exception(error))
        records.end(store, job.id, "failed", message=_sentence(error), details=details)
    else:
        records.end(store, job.id, "finished", message=outcome.notice, run_id=outcome.run.id)


def _pipeline(store: Store, job: Job, heartbeat: Heartbeat, on_report: OnReport | None) -> "Outcome":
    from core.jobs import pipeline  # imports torch for seconds: the heartbeat beats already

    def report(stage: str, fraction: float, seconds_left: float | None) -> None:
        if on_report is not None:
            on_report(stage, fraction, seconds_left)
        heartbeat.report(stage, fraction, seconds_left)

    return pipeline.run(store, job.request, started_by=job.started_by, on_report=report)


def _sentence(error: Exception) -> str:
    """What happened, in one sentence for people."""
    if isinstance(error, errors.GarmentsError):
        return str(error)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "The disk is full. The live version is untouched. Free some space, then try again."
    if isinstance(error, MemoryError) or "out of memory" in str(error).lower():
        return "There was not enough memory. The live version is untouched. Close other programs, then try again."
    return "The training stopped because of an unexpected error. The live version is untouched."
