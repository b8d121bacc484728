"""What happened in a process, one line of JSON an event, in the folder `logs` of the home: for who keeps it running.

What people did stands in the database's log, which is the truth of it; a line here says the same with where it came
from. Nothing here ever fails: a process whose line cannot be written goes on.
"""

import contextlib
import contextvars
import os
import secrets
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core import masking
from core.logs import files, lines

FIELDS = ("time", "level", "event", "process", "pid", "who", "session", "request", "error", "job", "duration_ms")
"""Fields that mean the same in every line, in their order; other fields of an event follow."""

WEB, COMMAND = "web", "command"
"""Kinds of processes."""

_bound: contextvars.ContextVar[Mapping[str, Any] | None] = contextvars.ContextVar("bound", default=None)


@dataclass(kw_only=True, slots=True)
class _Process:
    name: str = ""
    folder: Path | None = None
    ids: Callable[[], Mapping[str, Any]] = dict


_process = _Process()


def start(home: Path, process: str, *, ids: Callable[[], Mapping[str, Any]] | None = None) -> None:
    """From now on events of this process are written to the home, as soon as that is there.

    Args:
        home: the folder of the settings.
        process: what kind it is: `WEB` or `COMMAND`.
        ids: gives what is known at the moment of an event, such as the session; None: as before.
    """
    _process.name, _process.folder = process, home / "logs"
    if ids is not None:
        _process.ids = ids


@contextlib.contextmanager
def bound(**ids: Any) -> Iterator[None]:
    """Every event within the block, of this thread or task, carries these fields, such as `request` or `job`."""
    token = _bound.set({**(_bound.get() or {}), **ids})
    try:
        yield
    finally:
        _bound.reset(token)


def event(name: str, *, level: str = "info", **fields: Any) -> None:
    """Writes one line; where no home is known yet, nothing.

    Args:
        name: what happened, in words with hyphens: "job-ended".
        level: "info", "warning" or "error".
        fields: what is known of it, by the names of `FIELDS` or others.
    """
    folder = _process.folder
    if folder is None:
        return
    fixed = {
        "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
        "level": level,
        "event": name,
        "process": _process.name,
        "pid": os.getpid(),
    }
    known = {**_ids_of_the_moment(), **(_bound.get() or {}), **fields, **fixed}
    ordered = {field: known[field] for field in (*FIELDS, *known) if field in known}
    with contextlib.suppress(OSError):
        files.append(folder, lines.line(ordered))


def error(name: str, problem: BaseException, *, level: str = "error", **fields: Any) -> str:
    """Writes what went wrong and gives the number under which it is found: 8 letters and digits, for people to tell.

    Where no home is known yet it goes to stderr, with the number and without secrets; a server says there that it was.

    Args:
        name: what failed, in words with hyphens.
        problem: the error.
        level: "error" where nobody foresaw it; then the line has its whole trace.
        fields: what else is known.
    """
    number = secrets.token_hex(4)
    trace = "".join(traceback.format_exception(problem)) if level == "error" else None
    told = {"kind": type(problem).__name__, "message": str(problem), "trace": trace}
    event(name, level=level, error=number, **{**told, **fields})
    folder = _process.folder
    if level == "error" and folder is None:
        _say(f"Error {number}: {trace}")
    elif level == "error" and folder is not None and _process.name == WEB:  # whoever started it looks at a terminal
        _say(f"Error {number}: {type(problem).__name__}, see {folder / files.NAME}")
    return number


@contextlib.contextmanager
def timed(name: str, **fields: Any) -> Iterator[dict[str, Any]]:
    """Writes one event when the block has ended, however it did, with its duration; the block may add fields."""
    began = time.monotonic()
    try:
        yield fields
    except BaseException as problem:
        fields.setdefault("ended_by", type(problem).__name__)
        raise
    finally:
        event(name, duration_ms=round((time.monotonic() - began) * 1000), **fields)


def _say(text: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        if sys.stderr is not None:  # as on Windows without a console
            sys.stderr.write(masking.masked(text).rstrip() + "\n")


def _ids_of_the_moment() -> Mapping[str, Any]:
    try:
        return _process.ids()
    except Exception:  # who writes down an error must not become one
        return {}
