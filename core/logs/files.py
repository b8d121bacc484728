"""The file that all processes of a home write their lines to, and the older ones behind it.

One file for all: whoever looks for an error reads one, and ten files of ten megabytes are ten however many processes
there were. A line is appended by one call to a file opened for it, which the system does as a whole; so writers need no
lock, hold no file that is no longer the newest, and a process that was stopped in the middle blocks nobody. Only who
renames takes a lock, and who does not get it leaves that to the other.
"""

import contextlib
import os
import time
from pathlib import Path

import filelock

NAME = "events.jsonl"
MOST_BYTES = 10_000_000
"""Of one file."""
NUM_FILES = 10
"""The newest, and nine older ones: `events.jsonl.1` to `.9`."""

_SECONDS_BETWEEN_LOOKS = (0.0005, 0.002, 0.01, 0.0)


def append(folder: Path, line: bytes) -> None:
    """Appends the line to the newest file of that folder; the older ones step back when it is full.

    The folder is made where it is missing, but never the home around it.

    Raises:
        OSError: it cannot be written.
    """
    folder.mkdir(exist_ok=True)
    path = folder / NAME
    if _size(path) + len(line) > MOST_BYTES:
        _step_back(folder, len(line))
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o640)
    try:
        os.write(descriptor, b"\n" + line if _is_torn(descriptor) else line)
    finally:
        os.close(descriptor)


def _is_torn(descriptor: int) -> bool:
    """Whether the file ends in half a line, of a process that was killed or a disk that was full.

    What another process writes at this moment may be seen in part, and is whole a moment later.
    """
    for seconds in _SECONDS_BETWEEN_LOOKS:
        end = os.lseek(descriptor, 0, os.SEEK_END)
        os.lseek(descriptor, max(0, end - 1), os.SEEK_SET)
        if end == 0 or os.read(descriptor, 1) == b"\n":
            return False
        time.sleep(seconds)
    return True


def _step_back(folder: Path, num_bytes: int) -> None:
    with contextlib.suppress(filelock.Timeout, OSError), filelock.FileLock(folder / "events.lock", timeout=0):
        if _size(folder / NAME) + num_bytes <= MOST_BYTES:
            return  # somebody else did it a moment ago
        for number in range(NUM_FILES - 1, 0, -1):
            older = folder / f"{NAME}.{number}"
            newer = folder / (f"{NAME}.{number - 1}" if number > 1 else NAME)
            if newer.exists():
                newer.replace(older)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
