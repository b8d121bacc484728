"""Whether the pictures of a version from elsewhere are looked at, and the start of it; `looking` does it."""

from pathlib import Path

import filelock

from core.jobs import launchers
from core.store import Store
from core.store.runs import described
from core.store.runs.runs import Run


def start(store: Store, run: Run) -> None:
    """Starts the process and returns; nothing where all is known already or it works.

    Raises:
        OSError: no process could be started.
    """
    if run.elsewhere is None or described.is_complete(store, run) or is_running(store, run):
        return
    launchers.run_detached(store, ["describe", run.id], f"describe-{run.id}", steps_back=True)


def is_running(store: Store, run: Run) -> bool:
    """Whether somebody looks at the pictures now."""
    try:
        with filelock.FileLock(lock(store, run), timeout=0):
            return False
    except filelock.Timeout:
        return True


def lock(store: Store, run: Run) -> Path:
    """What the process that looks at the pictures holds."""
    path = store.home / "locks" / f"describe-{run.catalogue_artefact[:16]}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
