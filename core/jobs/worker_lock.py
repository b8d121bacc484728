"""The lock that a worker holds for life: the kernel frees it at any death, so that whoever looks knows who lives.

Beside the lock stands which process holds it, so that one that does not answer can be ended. A number alone would not
do: the system gives it to another process later. So the moment at which the process began is kept with it.
"""

import json
import os
import signal
from pathlib import Path

import filelock

from core import errors, file_names
from core.store import Store


def lock_path(store: Store, kind: str) -> Path:
    """The file that workers of that kind, such as "training", lock."""
    folder = store.home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / file_names.one(f"{kind}.lock")


def is_lock_held(store: Store, kind: str) -> bool:
    """Whether a worker of that kind lives on this machine."""
    lock = filelock.FileLock(lock_path(store, kind), timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout:
        return True
    lock.release()
    return False


def note_holder(store: Store, kind: str) -> None:
    """Notes that this process holds the lock; called by whoever has just taken it."""
    number = os.getpid()
    staged = _holder_path(store, kind).with_suffix(".tmp")
    staged.write_text(json.dumps({"process": number, "began": _began(number)}))
    staged.replace(_holder_path(store, kind))


def end_holder(store: Store, kind: str) -> None:
    """Ends the process that holds the lock, wherever it stands; nothing where none holds it.

    Raises:
        errors.JobError: it cannot be told for sure which process that is, or it may not be ended.
    """
    if not is_lock_held(store, kind):
        return
    try:
        holder = json.loads(_holder_path(store, kind).read_text())
        number, began = int(holder["process"]), holder["began"]
    except (OSError, ValueError, KeyError, TypeError):
        raise errors.JobError("Which process does not answer is not known. Restart the computer to end it.") from None
    if began is None or began != _began(number):
        raise errors.JobError(f"On this system the process cannot be ended from here. End process {number} yourself.")
    try:
        os.kill(number, signal.SIGKILL)
    except OSError as error:
        raise errors.JobError(f"Process {number} cannot be ended from here ({error.strerror}).") from None


def _holder_path(store: Store, kind: str) -> Path:
    return lock_path(store, kind).with_suffix(".holder")


def _began(number: int) -> str | None:
    """When that process began, in ticks since the system did; None where the system does not tell (no /proc)."""
    try:
        # The name of the program stands in brackets and may hold any character; 19 fields later, the 22nd in all.
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return None
