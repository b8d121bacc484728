"""The command line: `python -m core COMMAND`. The commands stand in `core.commands`."""

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import typer

from core import errors
from core.commands import app, console

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
    as_json = "--json" in sys.argv[1:]
    _load(sys.argv[1:])
    try:
        code: Any = app(prog_name="python -m core", standalone_mode=False)
    except errors.GarmentsError as error:
        return console.print_error(error, as_json=as_json)
    except typer.Abort:
        return 130
    except typer.TyperException as error:
        return console.print_problem(error.format_message(), as_json=as_json, exit_code=2)
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main())
