"""What must hold before a training starts: somewhere to write, room on the disk, not too many an hour."""

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core import catalogue, errors
from core.jobs import records
from core.store import Store
from core.store.base import artefacts
from core.store.runs import runs

LEAST_FREE_BYTES = 500_000_000
"""Free space without which no training starts, however small its files are."""
ARTEFACTS_A_TRAINING = 3
"""How many times the largest artefact must fit: garments, results, and the checkpoint beside them."""


def check(store: Store) -> None:
    """Says in one sentence why a training cannot start now; says nothing where it can.

    Raises:
        errors.SettingsError: the settings name a catalogue that there is not.
        errors.JobError: the home cannot be written, the disk is too full, or the hour's trainings are used up.
    """
    catalogue.named_by(None, store.settings)
    check_writable(store)
    check_room(store)
    check_rate(store)


def check_writable(store: Store) -> None:
    """Whether files can be made in the home.

    Raises:
        errors.JobError: they cannot.
    """
    try:
        with tempfile.TemporaryFile(dir=store.home):
            pass
    except OSError as error:
        raise errors.JobError(
            f"A training cannot be started: the folder {str(store.home)!r} cannot be written "
            f"({error.strerror or error}). Set GARMENTS_HOME to a folder you may write."
        ) from None


def check_room(store: Store) -> None:
    """Whether what a training writes will fit.

    Raises:
        errors.JobError: it would not; the message says what is needed and what is free.
    """
    needed, free = needed_bytes(store), free_bytes(store)
    if free < needed:
        raise errors.JobError(
            f"There is too little room on the disk for a training: {megabytes(needed)} are needed and "
            f"{megabytes(free)} are free. Free some space, then try again."
        )


def check_rate(store: Store) -> None:
    """Whether another training may start within this hour; the first version of a home may always be tried.

    Raises:
        errors.JobError: it may not; the message says how many did and when the next one may.
    """
    limit = store.settings.trainings_per_hour
    begun = records.begun_since(store, datetime.now(UTC) - timedelta(hours=1))
    if not limit or len(begun) < limit or not runs.list_runs(store):
        return
    free_at = begun[-limit] + timedelta(hours=1)
    raise errors.JobError(
        f"{len(begun)} trainings were started within the last hour, and {limit} are allowed. The next one can start "
        f"at {free_at.astimezone():%H:%M}; GARMENTS_TRAININGS_PER_HOUR sets how many."
    )


def needed_bytes(store: Store) -> int:
    """Free space that a training needs, in bytes."""
    sizes = [_size(folder) for folder in artefacts.folders(store.home)]
    return max(LEAST_FREE_BYTES, ARTEFACTS_A_TRAINING * max(sizes, default=0))


def free_bytes(store: Store) -> int:
    """Free space where the home is, in bytes."""
    return shutil.disk_usage(store.home).free


def megabytes(number: int) -> str:
    """A number of bytes as people read it: "500 MB"."""
    return f"{number / 1e6:,.0f} MB"


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*"))
