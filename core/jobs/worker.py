"""A worker's life: take the lock, claim the job, work with a heartbeat, write down how it ended, start who waits."""

import contextlib
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import filelock

from core import errors, failpoints, logs, masking
from core.jobs import liveness, preflight, priority, records, requests, work_queue, worker_lock
from core.jobs.heartbeat import Heartbeat
from core.jobs.job import Job
from core.jobs.requests import TrainingRequest
from core.store import Store
from core.store.base import engines
from core.store.runs import runs

LOCK_SECONDS = 5.0
"""Looking whether a worker lives takes its lock for a moment; a new worker waits that out."""
_SECONDS_BETWEEN_LOOKS = 0.5

OnReport = Callable[[str, float, float | None], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """How a job ended that was done."""

    message: str = ""
    """One sentence for people; may be empty."""
    run_id: str | None = None
    """The run it gave."""


class Work(Protocol):
    """What is done for the jobs of a lane; a module with these two functions is one."""

    def do(self, store: Store, job: Job, on_report: OnReport) -> Done:
        """Does the job; `on_report` raises `errors.JobCancelled` where it has to stop."""

    def explain(self, store: Store, error: BaseException) -> str:
        """Why it failed, in one sentence that a merchandiser can read."""


def run_here(
    store: Store, request: TrainingRequest, work_of_trainings: Work, *, started_by: str, on_report: OnReport
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
    job = records.insert(store, requests.resolved(request, store.settings), started_by=started_by)
    if job.is_waiting:
        _follow(store, job.id, on_report)
    else:
        work(store, job.id, work_of_trainings, on_report=on_report)
    ended = records.find(store, job.id)
    return ended, runs.find(store, ended.run_id) if ended.run_id else None


def work(
    store: Store, job_id: str, work_of_lane: Work, *, on_report: OnReport | None = None, owns_process: bool = False
) -> None:
    """Does the job unless somebody else has it; every ending is written down, and whoever waits is started.

    Args:
        store: where the job is.
        job_id: which.
        work_of_lane: what is done for such a job.
        on_report: also told of the progress, e.g. to move a bar.
        owns_process: the process exists for this job alone: it steps back for others, and may be ended at once when
            the job is cancelled.
    """
    if owns_process:
        priority.step_back(store.settings.training_niceness)
        engines.be_patient(store.engine, engines.WORKER)
    try:
        _work_alone(store, records.find(store, job_id), work_of_lane, on_report, owns_process)
    finally:
        # The database may be away just now; then whoever looks next starts the one that waits.
        with contextlib.suppress(errors.DatabaseUnavailable):
            work_queue.settle(store)


def follow(store: Store, job_id: str, on_report: OnReport) -> Job:
    """How the job ended, whoever did it; returns when it has."""
    work_queue.settle(store)
    while (job := records.find(store, job_id)).is_active:
        on_report(job.stage, job.fraction, job.seconds_left)
        time.sleep(_SECONDS_BETWEEN_LOOKS)
        work_queue.settle(store)
    return job


def _follow(store: Store, job_id: str, on_report: OnReport) -> None:
    """Returns when the job has ended, whoever does it; Ctrl-C cancels it."""
    try:
        follow(store, job_id, on_report)
    except KeyboardInterrupt:
        records.request_cancel(store, job_id, who=records.find(store, job_id).started_by)
        raise


def _work_alone(store: Store, job: Job, work_of_lane: Work, on_report: OnReport | None, owns_process: bool) -> None:
    lock = filelock.FileLock(liveness.lock_path(store, job.lane), timeout=LOCK_SECONDS)
    try:
        lock.acquire()
    except filelock.Timeout:
        if job.lane.max_attempts == 1:  # any other goes on by itself
            message = f"Another {job.lane.name} is still at work. {job.lane.what_remains} Wait for it, then try again."
            records.end(store, job.id, "failed", message=message)
        return
    try:
        worker_lock.note_holder(store, job.lane.name)
        if records.claim(store, job.id):
            failpoints.reach("job-claimed")
            _work_claimed(store, job, work_of_lane, on_report, owns_process)
    finally:
        lock.release()


def _work_claimed(store: Store, job: Job, work_of_lane: Work, on_report: OnReport | None, owns_process: bool) -> None:
    with logs.bound(job=job.id), logs.timed("job", lane=job.lane.name, who=job.started_by) as told:
        told["status"] = "interrupted"
        told["status"] = _ended(store, job, work_of_lane, on_report, owns_process)


def _ended(store: Store, job: Job, work_of_lane: Work, on_report: OnReport | None, owns_process: bool) -> str:
    """Does the job, writes down how it ended, and says so."""
    try:
        with Heartbeat(store, job, owns_process=owns_process) as heartbeat:

            def report(stage: str, fraction: float, seconds_left: float | None) -> None:
                if on_report is not None:
                    on_report(stage, fraction, seconds_left)
                heartbeat.report(stage, fraction, seconds_left)

            done = work_of_lane.do(store, job, report)
    except errors.JobCancelled as error:
        records.end_mine(store, job.id, "cancelled", message=str(error))
        return "cancelled"
    except KeyboardInterrupt:
        records.request_cancel(store, job.id, who=job.started_by)
        message = f"Cancelled from the keyboard. {job.lane.what_remains}"
        records.end_mine(store, job.id, "cancelled", message=message)
        raise
    except Exception as error:  # the last line of defence: whatever it was, people learn that it ended and why
        message, details = work_of_lane.explain(store, error), "".join(traceback.format_exception(error))
        number = logs.error("job-failed", error)
        details = masking.masked(f"error {number}\n{details}")
        records.end_mine(store, job.id, "failed", message=masking.masked(message), details=details)
        return "failed"
    records.end_mine(store, job.id, "finished", message=done.message, run_id=done.run_id)
    return "finished"
