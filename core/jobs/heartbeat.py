"""A worker's sign of life: a thread that writes progress to the job's row and listens for a request to stop."""

import os
import threading
import time
from types import TracebackType

from core import errors
from core.jobs import records, work_queue
from core.jobs.job import Job
from core.store import Store

BEAT_SECONDS = 0.5
GRACE_SECONDS = 1.0
"""How long the work may take to notice that it was cancelled, before the process ends where it stands."""


class Heartbeat:
    """Reports for one running job from entering the block to leaving it."""

    def __init__(self, store: Store, job: Job, *, owns_process: bool) -> None:
        self._store, self._job_id, self._lane = store, job.id, job.lane
        self._may_end_process = owns_process and job.lane.can_end_at_once
        self._progress: dict[str, object] = {}
        self._stop_work, self._left = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._left.set()
        self._thread.join()

    def report(self, stage: str, fraction: float, seconds_left: float | None = None) -> None:
        """Notes how far the work is; the next beat writes it.

        Raises:
            errors.JobCancelled: somebody asked the job to stop, or it is no longer this worker's.
        """
        self._progress = {"stage": stage, "fraction": min(1.0, max(0.0, fraction)), "seconds_left": seconds_left}
        if self._stop_work.is_set():
            raise errors.JobCancelled(self._cancelled)

    @property
    def _cancelled(self) -> str:
        return f"Cancelled. {self._lane.what_remains}"

    def _beat(self) -> None:
        while not self._left.wait(BEAT_SECONDS):
            try:
                is_ours = records.report(self._store, self._job_id, **self._progress)
                must_stop = not is_ours or records.is_cancel_requested(self._store, self._job_id)
            except errors.DatabaseUnavailable:
                # Locked or away for a moment: work goes on, and the next beat tries again.
                continue
            if must_stop:
                self._stop_work.set()
                if self._may_end_process:
                    self._end_process_if_deaf()
                    return

    def _end_process_if_deaf(self) -> None:
        give_up_at = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < give_up_at:
            if self._left.wait(0.05):
                return
        records.end_mine(self._store, self._job_id, "cancelled", message=self._cancelled)
        work_queue.settle(self._store)
        # Between two rounds some steps take longer than people wait; nothing they write is visible before its end.
        os._exit(0)
