"""Signs of life: who works on a job, where, and since when nothing was heard of them.

Three clocks, each for what it can tell. The database's is one for all computers, so it says until when a worker may be
silent. That of this computer since it was started says how long ago a sign was given here: nobody sets it, unlike the
clock on the wall. And whoever looks at a worker of another computer measures by their own stopwatch how long its sign
stays the same, so that a clock that jumps ends nothing.
"""

import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.jobs.job import Job
from core.store import Store
from core.store.base import database, engines, identity

LEASE_SECONDS = 60.0
"""How long a worker on another computer may be silent before its job is taken from it."""
SURE_SECONDS = 600.0
"""Silence after which that holds whatever the clock of the database says."""
ME = uuid.uuid4().hex
"""This process, as an owner of jobs."""
_BOOT = Path("/proc/sys/kernel/random/boot_id")


def sign(connection: sa.Connection) -> dict[str, Any]:
    """What a sign of life writes into the row of a job."""
    now = database.now(connection)
    return {"heartbeat_at": now, "lease_until": now + timedelta(seconds=LEASE_SECONDS), "clock": stamp()}


def at(store: Store) -> dict[str, Any]:
    """What the row of a job says of the computer that does it."""
    return {"host": identity.host(), "place": identity.place(store.home)}


def is_here(store: Store, job: Job) -> bool:
    """Whether the job is done on this computer and in this home; all are where the database is a file of it."""
    return not _is_shared(store) or job.place is None or job.place == identity.place(store.home)


def _is_shared(store: Store) -> bool:
    """Whether other computers may work on the jobs of this database: a file of SQLite is of one."""
    return not engines.is_sqlite(store.engine)


def stamp() -> str | None:
    """When it is by the time since this computer was started, and which start; None where the system does not tell."""
    try:
        return f"{_BOOT.read_text().strip()} {time.clock_gettime(time.CLOCK_BOOTTIME):.3f}"
    except (OSError, AttributeError):
        return None


def age(job: Job, wall: float) -> float:
    """Seconds since the last sign of a job of this computer, at least 0; endless where it was started again since.

    Args:
        job: which.
        wall: seconds by the clock on the wall, for a system that does not tell when it was started.
    """
    boot, _, then = (job.clock or "").partition(" ")
    current, _, now = (stamp() or "").partition(" ")
    if not boot or not current:
        return max(0.0, wall)
    return max(0.0, float(now) - float(then)) if boot == current else float("inf")


def silence(store: Store, job: Job, now: float | None = None) -> float:
    """Seconds for which this process has seen the same last sign of that job; 0 at its first look.

    Args:
        store: where.
        job: as it was just read.
        now: by the monotonic clock; None: now.
    """
    now = time.monotonic() if now is None else now
    found = (job.status, job.heartbeat_at, job.owner)
    known, since = store.seen.get(job.id, (None, now))
    if known != found:
        store.seen[job.id] = (found, now)
        return 0.0
    return now - since


def is_over(store: Store, job: Job, now: float | None = None) -> bool:
    """Whether a worker of another computer has lost its job: its time is over, and it was silent while we looked."""
    silent = silence(store, job, now)
    if silent < LEASE_SECONDS:
        return False
    return silent >= SURE_SECONDS or is_past(store, job)


def is_past(store: Store, job: Job) -> bool:
    """Whether the time that a worker may be silent is over by the clock of the database."""
    with database.read(store.engine) as connection:
        return job.lease_until is None or database.now(connection) > job.lease_until
