"""Where it is kept how the garments of a version lie (`core.tagging.postures`): a file each, made when it first tags.

No version names its file, so that one of a version that was deleted is let go by name.
"""

import time
from pathlib import Path

from core import file_names
from core.store.base.store import Store
from core.store.runs import runs

FOLDER = "postures"
LEFTOVER_SECONDS = 3600
"""A file without a version of its name may be one that is just being written."""


def path(store: Store, run_id: str) -> Path:
    """The file of that version, whether there is one or not."""
    return store.home / FOLDER / file_names.one(f"{run_id}.safetensors")


def unused(store: Store) -> list[Path]:
    """Files of deleted versions, and what was left by writing that was interrupted, from `LEFTOVER_SECONDS` on."""
    named = {path(store, run.id) for run in runs.list_runs(store)}
    limit = time.time() - LEFTOVER_SECONDS
    return sorted(
        found
        for found in (store.home / FOLDER).glob("*")
        if found not in named and found.is_file() and found.stat().st_mtime < limit
    )
