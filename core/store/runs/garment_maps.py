"""Where the test garments of a version lie on its map: made when it is asked for, and kept in the home.

How they are placed, `core.quality.garment_map` says. A map is named by the digest of its version's files, from which it
is made again whenever it is damaged or gone.
"""

import uuid
from contextlib import suppress
from pathlib import Path

import filelock
import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from core.quality import garment_map
from core.store.base.store import Store
from core.store.runs import file_reader, runs
from core.store.runs.runs import Run

FOLDER = "maps"


def places(store: Store, run: Run) -> NDArray[np.uint16]:
    """(N, 2) x and y of each test garment, 0 to `garment_map.STEPS`.

    The first call for a version takes seconds; one process works it out, for which others wait.

    Raises:
        errors.ArtefactCorrupt: the features of the version are missing or changed.
    """
    path = store.home / FOLDER / f"{run.artefact}.safetensors"
    if (found := _kept(path, run)) is not None:
        return found
    features = file_reader.load_features(store, run).astype(np.float32)
    similar = file_reader.load_similar(store, run, "test")
    with filelock.FileLock(store.home / "locks" / f"map-{run.id}.lock"):
        if (found := _kept(path, run)) is None:
            found = np.rint(garment_map.positions(features, similar) * garment_map.STEPS).astype(np.uint16)
            with suppress(OSError):  # the disk is full: it is worked out again another time
                _keep(found, path)
    return found


def unnamed(store: Store) -> list[Path]:
    """The maps of versions that are deleted, and what a killed process left of one."""
    named = {f"{run.artefact}.safetensors" for run in runs.list_runs(store)}
    return [path for path in sorted((store.home / FOLDER).glob("*")) if path.name not in named]


def _kept(path: Path, run: Run) -> NDArray[np.uint16] | None:
    """What was kept, if it is a map of so many garments."""
    with suppress(OSError, SafetensorError, KeyError, ValueError):
        found: NDArray[np.uint16] = load_file(path)["places"]
        if found.shape == (run.num_test, 2) and found.dtype == np.uint16:
            return found
    return None


def _keep(found: NDArray[np.uint16], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    begun = path.with_name(f"{uuid.uuid4().hex}.tmp")
    try:
        save_file({"places": found}, begun)
        begun.replace(path)
    finally:
        begun.unlink(missing_ok=True)
