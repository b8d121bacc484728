"""Whether this installation can be worked with now, for a monitor that asks again and again; `doctor` looks deeper."""

import time
from collections.abc import Callable

import sqlalchemy as sa

from core import errors
from core.access import acting
from core.jobs import preflight, records
from core.jobs.lanes import LANES
from core.jobs.liveness import answers, is_dead
from core.settings import Settings
from core.store import Store, open_store
from core.store.base import artefacts, database, engines, identity
from core.store.live import promotions

LEAST_FREE_BYTES = 200_000_000
"""Free space in the home below which people are told, before what they save does not fit any more."""
SECONDS_BETWEEN_LOOKS = 3.0
"""An answer is given again for so long, so that asking costs nothing."""


class Readiness:
    """What speaks against working now, looked for at most every `SECONDS_BETWEEN_LOOKS`; safe between threads."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        """Of the installation with these settings."""
        self._settings, self._clock = settings, clock
        self._store: Store | None = None
        self._found: tuple[float, list[str]] | None = None

    def reasons(self) -> list[str]:
        """Each reason as a sentence for whoever runs it; empty: it is ready."""
        if self._found is None or self._clock() - self._found[0] > SECONDS_BETWEEN_LOOKS:
            self._found = (self._clock(), self._looked())
        return self._found[1]

    def _looked(self) -> list[str]:
        try:
            with acting.by_itself():  # a monitor is nobody who is signed in, and may come first to a new home
                store = self._opened()
                return [reason for look in _LOOKS if (reason := look(store))]
        except errors.GarmentsError as error:
            self._store = None
            return [str(error)]

    def _opened(self) -> Store:
        """The store, opened anew after any error: what was repaired is seen without a new start."""
        if self._store is None:
            self._store = open_store(self._settings, engines.PAGE)
        return self._store


def _database(store: Store) -> str:
    """The database answers, is the one of this home, and is not newer than the program."""
    with database.read(store.engine) as connection:
        connection.execute(sa.select(sa.literal(1)))
    identity.verify(store.engine, store.home)
    return ""


def _disk(store: Store) -> str:
    preflight.check_writable(store)
    free = preflight.free_bytes(store)
    if free < LEAST_FREE_BYTES:
        return f"Only {preflight.megabytes(free)} are free where GARMENTS_HOME lies. Free some space."
    return ""


def _live_version(store: Store) -> str:
    """The files of every live version are there; none is live yet is no fault."""
    for run in promotions.live_runs(store).values():
        artefacts.manifest_of(store.home, run.artefact)
    return ""


def _jobs(store: Store) -> str:
    for job in records.active(store, *LANES):
        if is_dead(store, job) or not answers(store, job):
            return f"The {job.lane.name} {job.id} does not answer; a page or `python -m core status` shows it."
    return ""


_LOOKS: tuple[Callable[[Store], str], ...] = (_database, _disk, _live_version, _jobs)
