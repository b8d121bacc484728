"""What is done for a training or a search: the worker's part that knows garments and disks. Torch is loaded by `do`."""

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from core.jobs import failures, time_left
from core.jobs.job import Job
from core.jobs.worker import Done, OnReport
from core.store import Store
from core.store.base import artefacts

if TYPE_CHECKING:
    from core.jobs.suspect_search import Finding
    from core.jobs.training_pipeline import Outcome

explain = failures.sentence


def do(store: Store, job: Job, on_report: OnReport) -> Done:
    """Trains, or searches for unlikely labels."""
    with _room(store):
        outcome = _pipeline(store, job, on_report)
    return Done(message=outcome.notice, run_id=None if outcome.run is None else outcome.run.id)


def _pipeline(store: Store, job: Job, on_report: OnReport) -> "Outcome | Finding":
    # They import torch for seconds: the heartbeat beats already.
    from core.jobs import photo_pipeline, suspect_search, training_pipeline

    run: Callable[..., Outcome | Finding] = training_pipeline.run
    if job.kind == "suspects":
        run = suspect_search.run
    elif job.request.is_of_photos:
        run = photo_pipeline.run
    return run(store, job.request, started_by=job.started_by, on_report=time_left.Explained(on_report))


@contextlib.contextmanager
def _room(store: Store) -> Iterator[None]:
    """Sweeps what the dead left, and keeps some room back, in which an ending can be written down on a full disk."""
    # Who holds the lock is the only one that publishes, so whatever stands there was left by the dead.
    artefacts.sweep_staging(store.home)
    try:
        with artefacts.reserve(store.home):
            yield
    except Exception:  # only passed on: on a full disk this makes room for the ending that is then written down
        artefacts.sweep_staging(store.home)
        raise
