"""What a process that reads strangers' files is given: no settings, no secrets, and no more than it needs."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from core import errors

PROJECT_ROOT = Path(__file__).resolve().parents[1]
"""The same as in `core.settings`, without it: with the database that it knows it took half of a decoder's start."""
ROWS_SECONDS = 120.0
MOST_ROWS_BYTES = 200_000_000
"""Of cells as text."""
_ROWS_MEMORY_BYTES = 2 << 30
INHERITED = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "TMPDIR", "TEMP")
"""Names of the environment without which Python does not start everywhere."""


def environment() -> dict[str, str]:
    """The environment of such a process, for who starts it."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ}


def limit(*, memory_bytes: int, file_bytes: int) -> None:
    """Takes from this process what it does not need, as far as the system can; on Windows only its time is limited.

    Args:
        memory_bytes: most address space that it may take.
        file_bytes: most that it may write into one file; 0 for none.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limits: there only the time is limited
        return
    for name, most in (("RLIMIT_AS", memory_bytes), ("RLIMIT_FSIZE", file_bytes), ("RLIMIT_CORE", 0)):
        with contextlib.suppress(ValueError, OSError, AttributeError):  # some systems refuse some of them
            kind = getattr(resource, name)
            resource.setrlimit(kind, (most, most))


def rows(module: str, path: Path) -> list[tuple[int, tuple[str, ...]]]:
    """Number and cells of each row that a module's process finds in a file (see `write_rows`), but for empty ones.

    Raises:
        ValueError: it cannot be read within the limits; one sentence says so.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, str(path.resolve())], cwd=PROJECT_ROOT, env=environment(),
            capture_output=True, timeout=ROWS_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ValueError(f"The file cannot be read ({error}). Save it as CSV.") from None
    if done.returncode or len(done.stdout) > MOST_ROWS_BYTES:
        why = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["it is too large or damaged"]
        raise ValueError(f"The file cannot be read ({why[0][:200]}). Save it again, or as CSV.")
    found = [tuple(map(str, json.loads(line))) for line in done.stdout.splitlines()]
    return [(number, cells) for number, cells in enumerate(found, start=1) if any(cells)]


def write_rows(lines: Iterable[str]) -> int:
    """Writes each line of JSON to where `rows` reads it; 1 where an error of ours ends them."""
    limit(memory_bytes=_ROWS_MEMORY_BYTES, file_bytes=MOST_ROWS_BYTES)
    try:
        for line in lines:
            sys.stdout.write(line + "\n")
    except (ValueError, errors.GarmentsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
