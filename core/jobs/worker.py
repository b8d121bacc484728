"""A worker's life: take the lock, claim the job, work with a heartbeat, write down how it ended, start who waits.

Imports torch, but only once the heartbeat beats.
"""

import contextlib
import time
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING

import filelock

from core import errors, failpoints
from core.jobs import estimates, failures, preflight, priority, records, speed_probe, work_queue
from core.jobs.heartbeat import Heartbeat
from core.jobs.job import Job
from core.jobs.requests import TrainingRequest
from core.store import Store
from core.store.base import artefacts
from core.store.runs import runs

if TYPE_CHECKING:
    from core.jobs.suspect_search import Finding
    from core.jobs.training_pipeline import Outcome

LOCK_SECONDS = 5.0
"""Looking whether a worker lives takes its lock for a moment; a new worker waits that out."""
_SECONDS_BETWEEN_LOOKS = 0.5

OnReport = Callable[[str, float, float | None], None]


def run_here(
    store: Store, request: TrainingRequest, *, started_by: str, on_report: OnReport
) -> tuple[Job, runs.Run | None]:
    """Trains in this very process, seen by everybody as any other job; gives back how it ended, and the run if any.

    While another training runs it waits for its turn; the one that ended then has it done by a process of its own,
    which is followed here.

    Raises:
        errors.JobBusy: one runs and one waits already.
        errors.JobError: the disk is too full, or the hour's trainings are used up.
    """
    work_queue.settle(store)
    preflight.check(store)
    job = records.insert(store, request, started_by=started_by)
    if job.is_waiting:
        _follow(store, job.id, on_report)
    else:
        work(store, job.id, on_report=on_report)
    ended = records.find(store, job.id)
    return ended, runs.find(store, ended.run_id) if ended.run_id else None


def work(store: Store, job_id: str, *, on_report: OnReport | None = None, owns_process: bool = False) -> None:
    """Does the job unless somebody else has it; every ending is written down, and whoever waits is started.

    Args:
        store: where the job is.
        job_id: which; or `estimates.CALIBRATION`.
        on_report: also told of the progress, e.g. to move a bar.
        owns_process: the process exists for this job alone: it steps back for others, and may be ended at once when
            the job is cancelled.
    """
    if owns_process:
        priority.step_back(store.settings.training_niceness)
    if job_id == estimates.CALIBRATION:
        speed_probe.run(store)
        return
    try:
        _work_alone(store, job_id, on_report, owns_process)
    finally:
        # The database may be away just now; then whoever looks next starts the one that waits.
        with contextlib.suppress(errors.DatabaseUnavailable):
            work_queue.settle(store)


def _follow(store: Store, job_id: str, on_report: OnReport) -> None:
    """Returns when the job has ended, whoever does it; Ctrl-C cancels it."""
    try:
        while (job := records.find(store, job_id)).is_active:
            on_report(job.stage, job.fraction, job.seconds_left)
            time.sleep(_SECONDS_BETWEEN_LOOKS)
            work_queue.settle(store)
    except KeyboardInterrupt:
        records.request_cancel(store, job_id, who=job.started_by)
        raise


def _work_alone(store: Store, job_id: str, on_report: OnReport | None, owns_process: bool) -> None:
    lock = filelock.FileLock(records.lock_path(store), timeout=LOCK_SECONDS)
    try:
        lock.acquire()
    except filelock.Timeout:
        message = "Another training is still at work. The live version is untouched. Wait for it, then try again."
        records.end(store, job_id, "failed", message=message)
        return
    try:
        records.note_holder(store)
        if records.claim(store, job_id):
            failpoints.reach("job-claimed")
            # Who holds the lock is the only one that publishes, so whatever stands there was left by the dead.
            artefacts.sweep_staging(store.home)
            _work_claimed(store, records.find(store, job_id), on_report, owns_process)
    finally:
        lock.release()


def _work_claimed(store: Store, job: Job, on_report: OnReport | None, owns_process: bool) -> None:
    try:
        with (
            artefacts.reserve(store.home),
            Heartbeat(store, job.id, owns_process=owns_process) as heartbeat,
        ):
            outcome = _pipeline(store, job, heartbeat, on_report)
    except errors.TrainingCancelled as error:
        records.end(store, job.id, "cancelled", message=str(error))
    except KeyboardInterrupt:
        records.request_cancel(store, job.id, who=job.started_by)
        records.end(store, job.id, "cancelled", message="Cancelled from the keyboard. The live version is untouched.")
        raise
    except Exception as error:  # the last line of defence: whatever it was, people learn that it ended and why
        message, details = failures.sentence(store, error), "".join(traceback.format_exception(error))
        # On a full disk this makes the room in which the ending is written down.
        artefacts.sweep_staging(store.home)
        records.end(store, job.id, "failed", message=message, details=details)
    else:
        run_id = None if outcome.run is None else outcome.run.id
        records.end(store, job.id, "finished", message=outcome.notice, run_id=run_id)


def _pipeline(store: Store, job: Job, heartbeat: Heartbeat, on_report: OnReport | None) -> "Outcome | Finding":
    from core.jobs import (
        suspect_search,  # imports torch for seconds: the heartbeat beats already
        training_pipeline,  # imports torch for seconds: the heartbeat beats already
    )

    def report(stage: str, fraction: float, seconds_left: float | None) -> None:
        if on_report is not None:
            on_report(stage, fraction, seconds_left)
        heartbeat.report(stage, fraction, seconds_left)

    do = suspect_search.run if job.kind == "suspects" else training_pipeline.run
    return do(store, job.request, started_by=job.started_by, on_report=report)
