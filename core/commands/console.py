"""What the command line prints: tables and bars for people, one JSON object for programs, one line for errors."""

import contextlib
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table
from rich.text import Text

from core import errors
from core.jobs.worker import OnReport

WIDEST = 10_000
"""Characters of a line in a file or a pipe."""


def print_json(content: dict[str, Any]) -> None:
    """One JSON object on stdout; instants as ISO 8601, NaN refused."""
    sys.stdout.write(json.dumps(content, default=_as_text, allow_nan=False) + "\n")


def print_line(text: str) -> None:
    """One line for people on stdout."""
    # Text, not markup: a class name in square brackets is a class name.
    Console(soft_wrap=True, highlight=False).print(Text(text))


def print_note(text: str) -> None:
    """One line on stderr about what is being done: what stands on stdout stays what was asked for."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def print_table(title: str, columns: list[str], rows: list[list[Any]]) -> None:
    """A table for people on stdout; numbers to the right."""
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        is_number = bool(rows) and isinstance(rows[0][number], int | float)
        # Folded where a terminal is narrow: of the name of a file nothing may be missing.
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text("–" if value is None else str(value)) for value in row))
    # Where nobody looks at a terminal, a table is as wide as what is in it.
    Console(width=None if sys.stdout.isatty() else WIDEST).print(table)


def print_error(error: errors.GarmentsError, *, as_json: bool) -> int:
    """Prints the error as one line (or one JSON object) and gives back the exit code: 2 for wrong input, else 1."""
    return print_problem(str(error), as_json=as_json, exit_code=2 if isinstance(error, ValueError) else 1)


def print_problem(message: str, *, as_json: bool, exit_code: int) -> int:
    """Prints one line on stderr, or one JSON object on stdout, and gives back the exit code."""
    message = " ".join(message.split())
    if as_json:
        print_json({"error": message})
    else:
        sys.stderr.write(message + "\n")
    return exit_code


@contextlib.contextmanager
def bar(*, is_shown: bool) -> Iterator[OnReport]:
    """A callback that moves a bar on stderr, with the stage in words and the time left; or does nothing."""
    if not is_shown:
        yield lambda stage, fraction, seconds_left: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[left]}"))
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("starting", total=1.0, left="")

        def report(stage: str, fraction: float, seconds_left: float | None) -> None:
            left = "" if seconds_left is None else f"about {seconds_left:.0f} s left"
            progress.update(task, description=stage, completed=fraction, left=left)

        yield report


def _as_text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")
