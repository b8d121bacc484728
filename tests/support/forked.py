"""Dashboards forked from a process that has their libraries in memory: most of a start is reading the same code again.

`python -m tests.support.forked` is that process: a line of JSON in says what to start, a line out its number. Nothing
of the dashboard itself is in it: that is read by each, as it registers with the server that it runs in.
"""

import contextlib
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from core.settings import PROJECT_ROOT
from tests.support import server

_LIBRARIES = (
    "streamlit.web.cli", "streamlit.web.bootstrap", "streamlit.emojis", "streamlit.material_icon_names", "uvicorn",
    "pandas", "pyarrow.dataset", "pyarrow.parquet", "pyarrow.pandas_compat", "narwhals._pandas_like.dataframe",
    "plotly.graph_objects", "plotly.offline", "alembic.command", "sqlalchemy.orm", "sqlalchemy.dialects.sqlite",
    "PIL.Image", "core.doctor", "core.jobs", "core.report.pack", "core.tagging.shop_export", "core.elsewhere.importing",
)  # fmt: skip


class Nursery:
    """The process that dashboards are forked from."""

    def __init__(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
        command = [sys.executable, "-m", __name__]
        self._process = subprocess.Popen(
            command, cwd=PROJECT_ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._port = server.free_port()

    @contextlib.contextmanager
    def dashboard(self, home: Path, **settings: str) -> Iterator[str]:
        """The address of a running dashboard over that home, as of `server.dashboard`; all of them have the same.

        A browser that has read the program of one need not read that of the next.
        """
        with tempfile.TemporaryDirectory(prefix="dashboard-", ignore_cleanup_errors=True) as folder:
            log = Path(folder) / "server.log"
            self._port = server.free_port(self._port)
            arguments = ["run", "dashboard", *server.options(self._port)]
            number = self._start(arguments, server.environment_of(home, settings), log)
            try:
                server.wait_until_healthy(self._port, lambda: _lives(number), log)
                yield f"http://127.0.0.1:{self._port}"
            finally:
                _end(number)

    def close(self) -> None:
        """Ends the process; what was forked from it must have ended."""
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()

    def _start(self, arguments: list[str], environment: dict[str, str], log: Path) -> int:
        asked = {"arguments": arguments, "environment": environment, "log": str(log)}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def _lives(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def _end(number: int, seconds: float = 30) -> None:
    give_up_at = time.monotonic() + seconds
    with contextlib.suppress(ProcessLookupError):
        os.kill(number, signal.SIGTERM)
    while _lives(number):
        assert time.monotonic() < give_up_at, "the dashboard does not end"
        time.sleep(0.02)


def _serve(arguments: list[str], environment: dict[str, str], log: str) -> None:
    """Becomes `streamlit ARGUMENTS`, in a process that was just forked; never comes back."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with open(log, "wb") as output, open(os.devnull, "rb") as nothing:  # noqa: PTH123 (no path of ours)
            for file, place in ((nothing, 0), (output, 1), (output, 2)):
                os.dup2(file.fileno(), place)
        os.environ.clear()
        os.environ.update(environment)
        from streamlit.web import cli

        cli.main(arguments, prog_name="streamlit", standalone_mode=False)
    finally:
        os._exit(0)


def _bury(*signalled: object) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _main() -> None:
    for name in _LIBRARIES:
        importlib.import_module(name)
    gc.freeze()  # a search for what nobody reaches would write into memory that all of them share
    signal.signal(signal.SIGCHLD, _bury)
    for line in sys.stdin:
        number = os.fork()
        if not number:
            _serve(**json.loads(line))
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main()
