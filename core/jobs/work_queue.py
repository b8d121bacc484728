"""Whose turn it is: who died gives up its place, and the one that waits is started, exactly once, by whoever sees it.

That is the worker that ended, and where it could not (it was killed, the computer was restarted) whoever asks next: a
page, a command. Nobody has to be there all the time.
"""

from sqlalchemy.exc import IntegrityError

from core import errors
from core.jobs import lanes, launchers, leases, liveness, preflight, records
from core.jobs.job import Job
from core.jobs.lanes import LANES, TRAINING, Lane
from core.store import Store
from core.store.base import database, permission, schema

_NEXT = "starting after its turn has come"


@permission.by_itself
def settle(store: Store, launcher: str = launchers.DEFAULT) -> None:
    """Brings the queue up to date; cheap where nothing is to do."""
    active = records.active(store, *LANES)
    for lane in LANES:
        if any(job.lane is lane for job in active):
            _settle(store, lane, launcher)


def _settle(store: Store, lane: Lane, launcher: str) -> None:
    if lane.max_attempts > 1 and liveness.is_lock_held(store, lane):
        return  # every worker counts as an attempt, and whoever works now starts the next one when it has ended
    give_up_dead(store, lane)
    job = take_turn(store, lane)
    if job is None:
        return
    try:
        if lane is TRAINING:
            preflight.check_room(store)
        start(store, job, launcher)
    except errors.JobError as error:
        # Nobody who waits for an answer is here; its row says it to whoever asked for it.
        records.end(store, job.id, "failed", message=str(error))


def start(store: Store, job: Job, launcher: str = launchers.DEFAULT) -> None:
    """Launches the job's worker.

    Raises:
        errors.JobError: that is impossible; the job has ended then.
    """
    try:
        launchers.LAUNCHERS[launcher].launch(store, job.id)
    except OSError as error:
        message = f"The {job.lane.name} could not be started ({error.strerror or error})."
        records.end(store, job.id, "failed", message=message)
        raise errors.JobError(message) from error


def give_up_dead(store: Store, lane: Lane = TRAINING) -> None:
    """Takes its place from a job whose worker is dead."""
    for job in records.active(store, lane):
        if not _was_forgotten(store, job) and liveness.is_dead(store, job):
            _give_up(store, job)


def _give_up(store: Store, job: Job) -> None:
    """Compared with the status that was read: it may have ended, or begun, in between."""
    if job.is_stopping:
        records.end(store, job.id, "cancelled", only_if=(job.status,))
    elif job.lane.max_attempts == 1:
        records.end(store, job.id, "interrupted", message=lanes.gave_up(job.kind), only_if=(job.status,))
    elif job.attempts >= job.lane.max_attempts:
        records.end(store, job.id, "failed", message=lanes.gave_up(job.kind), only_if=(job.status,))
    else:
        # A newer heartbeat than the one that was read shows that it lives after all.
        is_same = schema.jobs.c.heartbeat_at == job.heartbeat_at
        changes = {"status": "queued", "slot": job.lane.waiting_slot, "stage": records.WAITING}
        records.change(store, job.id, changes, is_same, only_if=(job.status,))


def take_turn(store: Store, lane: Lane = TRAINING) -> Job | None:
    """The job whose turn has come, for the one caller that has to launch it; None for everybody else.

    That is the one that waits once nothing runs any more, and also one that was given its turn by somebody who died
    before launching it.
    """
    held = records.active(store, lane)
    if held and not held[0].is_waiting:
        return _given_turn(store, held[0], records.STARTING) if _was_forgotten(store, held[0]) else None
    # Another computer has what its own jobs need, and begins them itself.
    first = next((job for job in held if leases.is_here(store, job)), None)
    return _given_turn(store, first, _NEXT) if first else None


def _given_turn(store: Store, job: Job, stage: str) -> Job | None:
    changes = {"slot": job.lane.slot, "stage": stage, "attempts": job.attempts + 1}
    is_same = schema.jobs.c.stage == job.stage
    try:
        with database.write(store.engine) as connection:
            changes |= leases.sign(connection)
            is_ours = records.changed(connection, job.id, changes, is_same, only_if=("queued",))
    except IntegrityError:  # somebody was faster: the slot is taken again
        return None
    return records.find(store, job.id) if is_ours else None


def _was_forgotten(store: Store, job: Job) -> bool:
    """Whether it was given its turn here by somebody who died before launching it."""
    was_given = job.lane.max_attempts == 1 and job.status == "queued" and job.stage == _NEXT
    return was_given and leases.is_here(store, job) and liveness.is_late(store, job)
