"""Where what was read of a large file of tags waits until it is a version: a folder for each content of a file.

`core.elsewhere.going_on` writes and reads it; it is made again wherever it is gone.
"""

import shutil
import time
from pathlib import Path

from core import file_names
from core.store.base.store import Store

FOLDER = "begun"
KEPT_DAYS = 7
"""For which it waits, unless it became a version before."""
_DAY_SECONDS = 86_400


def folder(store: Store, digest: str) -> Path:
    """The place of the file with that content."""
    return store.home / FOLDER / file_names.one(digest)


def forget(store: Store, digest: str) -> None:
    """Takes away what waits there; nothing where nothing does."""
    shutil.rmtree(folder(store, digest), ignore_errors=True)


def expired(store: Store) -> list[Path]:
    """Folders that nobody went on with for `KEPT_DAYS`."""
    before = time.time() - KEPT_DAYS * _DAY_SECONDS
    return [path for path in sorted((store.home / FOLDER).glob("*")) if path.stat().st_mtime < before]
