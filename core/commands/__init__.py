"""The commands of `python -m core`, by subject: each module adds its own to `app`.

A command opens the store, calls one function of core, and prints what it gave: a table for people, or with `--json` one
object for programs.
"""

import getpass
from typing import Annotated, Any

import typer

from core import logs, settings
from core.jobs import work_queue
from core.store import Store, open_store
from core.store.runs import runs

HELP = """The command line: `python -m core COMMAND`. Every command takes `--json` and then prints one JSON object only.

Exit codes: 0 done, 1 could not be done, 2 wrong input. An error is one line.
"""

app = typer.Typer(help=HELP, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Version = Annotated[str, typer.Argument(help="Run id, the beginning of it, version number, or live.")]
Reason = Annotated[str, typer.Option(help="Why, at least 10 characters; it stands in the history.")]


def store() -> Store:
    """The store of the settings, with trainings that died marked so and the next one started."""
    found = settings.load()
    logs.start(found.home, logs.COMMAND)
    opened = open_store(found)
    work_queue.settle(opened)
    return opened


def who() -> str:
    """Who gives the command, for the history and the log."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "command line"


def summary(run: runs.Run) -> dict[str, Any]:
    """What lists say of a version."""
    names = ("version", "catalogue", "seed", "accuracy", "train_seconds", "total_seconds", "created_at", "created_by")
    return {"run": run.id, "recipe": run.recipe_name, **fields(run, names)}


def fields(record: Any, names: tuple[str, ...] | None = None) -> dict[str, Any]:
    """The fields of a frozen record, or those named, by name."""
    return {name: getattr(record, name) for name in names or record.__slots__}
