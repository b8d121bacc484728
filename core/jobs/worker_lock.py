"""The lock that a worker holds for life: the kernel frees it at any death, so that whoever looks knows who lives."""

from pathlib import Path

import filelock

from core.store import Store


def lock_path(store: Store, kind: str) -> Path:
    """The file that workers of that kind, such as "training", lock."""
    folder = store.home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{kind}.lock"


def is_lock_held(store: Store, kind: str) -> bool:
    """Whether a worker of that kind lives on this machine."""
    lock = filelock.FileLock(lock_path(store, kind), timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout:
        return True
    lock.release()
    return False
