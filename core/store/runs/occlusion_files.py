"""Where the maps of what tags hang on are kept: one small file a garment, in a folder a version; made on demand.

`core.tagging.occlusion_maps` makes them, from the photo and the files of the version, again whenever one is damaged or
gone.
"""

import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from core import failpoints
from core.quality.occlusion import Occlusion
from core.store.base.store import Store
from core.store.runs import runs
from core.store.runs.runs import Run

FOLDER = "occlusions"
MOST_KEPT = 2000
"""Maps of a version; of more the oldest go."""
LEFTOVER_SECONDS = 3600
"""A file without a name of ours may be one that is just being written."""


def load(store: Store, run: Run, garment: int) -> Occlusion | None:
    """The map of a test garment; None where none is kept, or a damaged one."""
    return _read(_path(store, run, garment))


def load_all(store: Store, run: Run) -> dict[int, Occlusion]:
    """Garment -> map, of all that are kept of that version."""
    found = {int(path.stem): _read(path) for path in _kept(store, run)}
    return {garment: one for garment, one in sorted(found.items()) if one is not None}


def count(store: Store, run: Run) -> int:
    """How many are kept of that version, damaged ones too."""
    return len(_kept(store, run))


def newest_at(store: Store, run: Run) -> float:
    """When the last one was kept, seconds since 1970; 0 where there is none."""
    return max((path.stat().st_mtime for path in _kept(store, run)), default=0.0)


def keep(store: Store, run: Run, garment: int, found: Occlusion) -> None:
    """Keeps a map; where it cannot be (the disk is full), it is worked out again another time."""
    path = _path(store, run, garment)
    begun = path.with_name(f"{uuid.uuid4().hex}.tmp")
    probability = np.array([found.probability], dtype=np.float64)
    arrays: dict[str, NDArray[Any]] = {
        "drops": found.drops, "background": found.background, "probability": probability
    }  # fmt: skip
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            save_file(arrays, begun)
            failpoints.reach("occlusion-written")
            begun.replace(path)
        finally:
            begun.unlink(missing_ok=True)
        kept = _kept(store, run)
        for old in sorted(kept, key=lambda each: each.stat().st_mtime)[: max(0, len(kept) - MOST_KEPT)]:
            old.unlink(missing_ok=True)


def unused(store: Store) -> list[Path]:
    """Files of deleted versions, and what was left by writing that was interrupted, from `LEFTOVER_SECONDS` on."""
    named, limit = {run.artefact for run in runs.list_runs(store)}, time.time() - LEFTOVER_SECONDS
    files = (path for path in sorted((store.home / FOLDER).glob("*/*")) if path.is_file())
    return [
        path
        for path in files
        if path.parent.name not in named or (path.suffix == ".tmp" and path.stat().st_mtime < limit)
    ]


def let_go(store: Store) -> None:
    """Removes what `unused` names, and folders that are empty then."""
    for path in unused(store):
        path.unlink(missing_ok=True)
    for folder in (store.home / FOLDER).glob("*"):
        with suppress(OSError):  # it is not empty
            folder.rmdir()


def _path(store: Store, run: Run, garment: int) -> Path:
    return store.home / FOLDER / run.artefact / f"{garment:07}.safetensors"


def _kept(store: Store, run: Run) -> list[Path]:
    return list((store.home / FOLDER / run.artefact).glob("[0-9]*.safetensors"))


def _read(path: Path) -> Occlusion | None:
    with suppress(OSError, SafetensorError, KeyError, ValueError):
        arrays = load_file(path)
        drops, background, (probability,) = (arrays[name] for name in ("drops", "background", "probability"))
        if drops.ndim == 2 and drops.shape == background.shape:
            return Occlusion(probability=float(probability), drops=drops, background=background)
    return None
