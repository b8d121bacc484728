"""Where a job's work is done."""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from core import file_names
from core.jobs import priority
from core.settings import PREFIX, PROJECT_ROOT
from core.store import Store

LOG_BYTES = 64 * 1024
"""How much of the end of a log is shown."""


class Launcher(Protocol):
    """Starts `python -m core work JOB` somewhere and finds what it wrote."""

    def launch(self, store: Store, job_id: str) -> None:
        """Starts the worker and returns at once; OSError where that is impossible."""

    def log(self, store: Store, job_id: str) -> str:
        """The end of what the worker wrote; empty where nothing."""


class LocalProcess:
    """A process of this machine, in a session of its own: it outlives whoever started it."""

    def launch(self, store: Store, job_id: str) -> None:
        """Starts the worker; what it writes goes to the file `logs/<job>.log`."""
        run_detached(store, ["work", job_id], job_id)

    def log(self, store: Store, job_id: str) -> str:
        """The last `LOG_BYTES` of the worker's log."""
        path = self._path(store, job_id)
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - LOG_BYTES))
            return file.read().decode(errors="replace")

    @staticmethod
    def _path(store: Store, job_id: str) -> Path:
        return store.home / "logs" / file_names.one(f"{job_id}.log")


def run_detached(store: Store, arguments: Sequence[str], log_name: str, *, steps_back: bool = False) -> None:
    """Starts `python -m core` with these arguments in a session of its own and returns at once.

    What it writes goes to the file `logs/<log_name>.log`; where it `steps_back`, everything else on the computer comes
    first. OSError where no process can be started.
    """
    path = store.home / "logs" / file_names.one(f"{log_name}.log")
    path.parent.mkdir(parents=True, exist_ok=True)
    settings = store.settings
    environment = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    # The very settings of this store, wherever they came from; the address travels here and not on the
    # command line, which every user of the machine can read.
    given = settings.model_dump(exclude_none=True) | {"database_url": settings.database_address}
    environment |= {PREFIX + name.upper(): str(value) for name, value in given.items()}
    with path.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "core", *arguments],
            cwd=PROJECT_ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            creationflags=priority.creation_flags(settings.training_niceness),
        )
    if steps_back:
        priority.step_back(settings.training_niceness, process.pid)
    # Without somebody who waits for it, an ended worker would stay in the process table as long as the server runs.
    threading.Thread(target=process.wait, daemon=True, name=f"worker-{log_name}").start()


DEFAULT = "process"
LAUNCHERS: dict[str, Launcher] = {DEFAULT: LocalProcess()}
