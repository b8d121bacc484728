"""Whose turn it is: who died gives up its place, and the one that waits is started, exactly once, by whoever sees it.

That is the worker that ended, and where it could not (it was killed, the computer was restarted) whoever asks next: a
page, a command. Nobody has to be there all the time.
"""

from core import errors
from core.jobs import launchers, preflight, records
from core.jobs.job import Job
from core.store import Store


def settle(store: Store) -> None:
    """Brings the queue up to date; cheap where nothing is to do."""
    records.give_up_dead(store)
    job = records.take_turn(store)
    if job is None:
        return
    try:
        preflight.check_room(store)
        start(store, job)
    except errors.JobError as error:
        # Nobody who waits for an answer is here; its row says it to whoever asked for the training.
        records.end(store, job.id, "failed", message=str(error))


def start(store: Store, job: Job, launcher: str = launchers.DEFAULT) -> None:
    """Launches the job's worker.

    Raises:
        errors.JobError: that is impossible; the job has ended then.
    """
    try:
        launchers.LAUNCHERS[launcher].launch(store, job.id)
    except OSError as error:
        message = f"The training could not be started ({error.strerror or error})."
        records.end(store, job.id, "failed", message=message)
        raise errors.JobError(message) from error
