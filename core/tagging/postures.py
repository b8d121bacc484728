"""How the garments of a version lie (`core.model.posture`), learned when it first tags and kept in the home."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import filelock

from core.model import posture
from core.model.posture import Answers, Posture
from core.store import Store
from core.store.runs import file_reader, posture_files
from core.store.runs.runs import Run


def of(store: Store, run: Run, answers: Answers, on_learning: Callable[[], None] = lambda: None) -> Posture | None:
    """What tells how its garments lie; None for a version of photos in colour, or of too few garments.

    The first call for a version takes half a minute; it is learned by one process, for which others wait.

    Args:
        store: where.
        run: the version.
        answers: its network.
        on_learning: called before it is learned or waited for.

    Raises:
        errors.ArtefactCorrupt: the garments it learned are damaged or gone.
    """
    if run.is_of_photos:
        return None
    path = posture_files.path(store, run.id)
    if (found := _kept(path)) is not None:
        return found
    train = file_reader.load_split(store, run, "train").images
    if len(train) < posture.FEWEST_GARMENTS or train.shape[1] != train.shape[2]:  # a quarter's turn needs squares
        return None
    on_learning()
    path.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(store.home / "locks" / f"posture-{run.id}.lock"):
        if (found := _kept(path)) is None:
            found = posture.learned(answers, train, file_reader.load_split(store, run, "validation").images)
            with suppress(OSError):  # the disk is full: it is learned again another time
                _keep(found, path)
        return found


def _kept(path: Path) -> Posture | None:
    """What was kept; a damaged file is learned anew, as its version still knows everything that it was made of."""
    with suppress(OSError, ValueError):
        return posture.load(path)
    return None


def _keep(found: Posture, path: Path) -> None:
    begun = path.with_name(f"{uuid.uuid4().hex}.tmp")
    try:
        found.save(begun)
        begun.replace(path)
    finally:
        begun.unlink(missing_ok=True)
