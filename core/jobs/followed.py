"""Work that a process of its own does and pages follow: how it stands is a file in the home, and it holds a lock.

A folder of the home for each kind of work; a process that died is told from one that works by its lock.
"""

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Protocol

import filelock

from core import file_names
from core.catalogue import kept
from core.store import Store

STARTING = "starting"
"""What is being done, in words, before the process has begun."""
STARTING_SECONDS = 60.0
"""Within which a process that was started must hold its lock."""
_REPORT_SECONDS = 0.3


class Followed(Protocol):
    """One piece of such work, a frozen record fit for JSON."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def name(self) -> str:
        """What it is called; names its file."""

    @property
    def started_at(self) -> float:
        """Seconds since 1970."""

    @property
    def doing(self) -> str:
        """In words."""

    @property
    def has_ended(self) -> bool:
        """With a result or a problem."""


def folder(store: Store, kind: str) -> Path:
    """Where the files of that kind of work are."""
    return store.home / file_names.one(kind)


def names(store: Store, kind: str) -> list[str]:
    """Those that stand there, sorted."""
    return sorted(path.stem for path in folder(store, kind).glob("*.json"))


def read(store: Store, kind: str, name: str) -> dict[str, Any]:
    """What stands there of one.

    Raises:
        OSError, ValueError: nothing does, or nothing that can be read.
    """
    found: dict[str, Any] = json.loads((folder(store, kind) / f"{file_names.one(name)}.json").read_bytes())
    return found


def save(store: Store, kind: str, work: Followed) -> None:
    """Writes down how it stands."""
    folder(store, kind).mkdir(parents=True, exist_ok=True)
    kept.write_whole(folder(store, kind) / f"{file_names.one(work.name)}.json", json.dumps(asdict(work)))


def forget(store: Store, kind: str, name: str) -> None:
    """Takes away what stands there of it."""
    (folder(store, kind) / f"{file_names.one(name)}.json").unlink(missing_ok=True)


def lock(store: Store, kind: str, name: str) -> Path:
    """What its process holds."""
    path = store.home / "locks" / file_names.one(f"{kind}-{name}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def is_running(store: Store, kind: str, work: Followed) -> bool:
    """Whether its process works, or was started a moment ago."""
    if work.has_ended:
        return False
    try:
        with filelock.FileLock(lock(store, kind, work.name), timeout=0):
            return time.time() - work.started_at < STARTING_SECONDS and work.doing == STARTING
    except filelock.Timeout:
        return True


def now_and_then(tell: Callable[[str, float], None]) -> Callable[[str, float], None]:
    """The same, but called at most a few times a second: what is told is written to the disk."""
    told_at = [0.0]

    def report(doing: str, share: float) -> None:
        if time.monotonic() - told_at[0] > _REPORT_SECONDS:
            told_at[0] = time.monotonic()
            tell(doing, share)

    return report
