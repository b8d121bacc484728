"""What is found out of pictures after a version came from elsewhere: small pictures, features, and which look alike.

A folder for each catalogue artefact, made by `core.elsewhere.describing` and made again whenever it is damaged or gone.
Arrays appear whole, by a rename; small pictures of photos that stay where they are grow one after the other.
"""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import errors
from core.catalogue import kept
from core.store.base.store import Store
from core.store.runs import runs
from core.store.runs.runs import Run

FOLDER = "described"
TILES, FEATURES, SIMILAR = "tiles.npy", "features.npy", "similar.npy"
STATE = "state.json"
_KINDS = {TILES: (4, np.dtype(np.uint8)), FEATURES: (2, np.dtype(np.float16)), SIMILAR: (2, np.dtype(np.int32))}
"""Name of a file -> the dimensions and the type of its array."""


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """How far it is."""

    doing: str = "starting"
    """In words."""
    num: int = 0
    """Pictures that were looked at."""
    num_all: int = 0
    """Of so many."""
    problem: str = ""
    """Why it ended without a result, one sentence; empty where it did not."""
    started_at: float = 0.0
    """Seconds since 1970."""


def folder(store: Store, run: Run) -> Path:
    """Where what is found out of that version's pictures is, or will be."""
    return store.home / FOLDER / run.catalogue_artefact


def state(store: Store, run: Run) -> State:
    """How far it is; as if nothing had begun where nothing can be read."""
    with suppress(OSError, ValueError, TypeError):
        return State(**json.loads((folder(store, run) / STATE).read_bytes()))
    return State()


def note(store: Store, run: Run, found: State) -> None:
    """Writes down how far it is."""
    folder(store, run).mkdir(parents=True, exist_ok=True)
    kept.write_whole(folder(store, run) / STATE, json.dumps(asdict(found)))


def is_complete(store: Store, run: Run) -> bool:
    """Whether everything was found out."""
    return all((folder(store, run) / name).is_file() for name in (FEATURES, SIMILAR))


def features(store: Store, run: Run) -> NDArray[np.float16]:
    """(N, D) of its test garments.

    Raises:
        errors.StillDescribing: they are not there yet.
    """
    found: NDArray[np.float16] = _array(store, run, FEATURES)
    return found


def similar(store: Store, run: Run) -> NDArray[np.int32]:
    """(N, M) for each test garment the positions of the most similar others, nearest first.

    Raises:
        errors.StillDescribing: they are not there yet.
    """
    found: NDArray[np.int32] = _array(store, run, SIMILAR)
    return found


def tiles(store: Store, run: Run) -> NDArray[np.uint8]:
    """(N, S, S, 3) small pictures of all its test garments, whose photos stay where they are.

    Raises:
        errors.StillDescribing: they are not all there yet.
    """
    found: NDArray[np.uint8] = _array(store, run, TILES)
    return found


def _array(store: Store, run: Run, name: str) -> NDArray[Any]:
    try:
        found: NDArray[Any] = np.load(folder(store, run) / name, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError):
        raise still(store, run) from None
    if len(found) != run.num_test or (found.ndim, found.dtype) != _KINDS[name]:
        raise still(store, run)
    return found


def still(store: Store, run: Run) -> errors.StillDescribing:
    """What is to be said while it is not there."""
    now = state(store, run)
    if now.problem:
        return errors.StillDescribing(
            f"The pictures of version {run.version} were not looked at to the end: {now.problem} Scores, the map and "
            f"verdicts need none of it. `python -m core describe {run.version}` goes on."
        )
    far = f" ({now.num:,} of {now.num_all:,})" if now.num_all else ""
    return errors.StillDescribing(
        f"The pictures of version {run.version} are still being looked at{far}. Scores, the map and verdicts are there "
        "already; what goes by looks comes by itself."
    )


def unused(store: Store) -> list[Path]:
    """Folders of catalogues that no version from elsewhere has any more."""
    named = {run.catalogue_artefact for run in runs.list_runs(store) if run.elsewhere}
    return [path for path in sorted((store.home / FOLDER).glob("*")) if path.name not in named]
