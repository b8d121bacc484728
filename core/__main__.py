"""The command line: `python -m core COMMAND`. The commands stand in `core.commands`."""

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import typer

from core import errors, logs
from core.commands import app, console
from core.logs import records

__all__ = ["app", "main"]

ALONE = {"import-predictions": "elsewhere"}
"""Commands whose time is asked for -> the module that has them: loading all others takes half a second more."""

# Torch's threads wait for each other many times a step. By default they spin for long, which on a machine that is busy
# with anything else made a training up to ten times slower; with short spinning it is as fast as before on an idle
# machine and never starves on a busy one. Read by GNU's OpenMP when torch is loaded; others ignore it.
os.environ.setdefault("GOMP_SPINCOUNT", "10000")


def _load(words: Sequence[str]) -> None:
    name = ALONE.get(words[0], "every") if words else "every"
    importlib.import_module(f"core.commands.{name}")


def main() -> int:
    """Runs one command and gives back its exit code."""
    records.mask_all()
    with logs.timed("command", command=_named(sys.argv[1:])) as told:
        _load(sys.argv[1:])
        told["exit_code"] = code = _exit_code("--json" in sys.argv[1:])
    return code


def _exit_code(as_json: bool) -> int:
    try:
        code: Any = app(prog_name="python -m core", standalone_mode=False)
    except errors.GarmentsError as error:
        logs.error("command-refused", error, level="warning")
        return console.print_error(error, as_json=as_json)
    except typer.Abort:
        return 130
    except typer.TyperException as error:
        return console.print_problem(error.format_message(), as_json=as_json, exit_code=2)
    except Exception as error:
        number = logs.error("command-failed", error)
        message = f"This could not be done: something happened that nobody foresaw. Error {number} in the log tells IT."
        return console.print_problem(message, as_json=as_json, exit_code=1)
    return code if isinstance(code, int) else 0


def _named(words: Sequence[str]) -> str:
    """The command without what was given to it, which may name people and files."""
    return words[0] if words and words[0].replace("-", "").isalpha() else ""


if __name__ == "__main__":
    sys.exit(main())
