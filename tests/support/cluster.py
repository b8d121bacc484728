"""A PostgreSQL of one's own on loopback, for tests: `python -m tests.support.cluster pytest ...` runs them on it.

The server never runs as root: where tests do, it runs as the user `postgres`, whom the system's package makes.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
"""What a cluster that nobody needs tomorrow can do without."""


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, the newest; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


class Cluster:
    """A running server in a folder of its own."""

    def __init__(self, folder: Path, options: tuple[str, ...] = QUICK, host: str = "127.0.0.1") -> None:
        found = programs()
        assert found is not None, "PostgreSQL is not installed"
        self._programs, self._folder, self._options, self._host = found, folder, options, host
        self._port = _free_port()
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        self._run("initdb", "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        if host != "127.0.0.1":
            rules = folder / "data" / "pg_hba.conf"
            rules.write_text(f"{rules.read_text()}\nhost all all {host}/24 trust\n")
        self.start()

    @property
    def address(self) -> str:
        """Of its first database."""
        return f"postgresql://postgres@{self._host}:{self._port}/postgres"

    def start(self) -> None:
        """Starts the server, and returns once it takes connections."""
        given = (*self._options, f"listen_addresses={self._host}", f"unix_socket_directories={self._folder}")
        options = " ".join(["-p", str(self._port), *(f"-c {option}" for option in (*given, "max_connections=200"))])
        self._run("pg_ctl", "-o", options, "-l", str(self._folder / "log"), "-w", "start")

    def kill(self) -> None:
        """Ends the server as a power cut would: nothing is finished, nobody is told."""
        number = int((self._folder / "data" / "postmaster.pid").read_text().split()[0])
        children = subprocess.run(["pgrep", "-P", str(number)], capture_output=True, text=True, check=False).stdout
        for each in (number, *map(int, children.split())):
            os.kill(each, signal.SIGKILL)
        give_up_at = time.monotonic() + 10
        while Path(f"/proc/{number}").exists() and time.monotonic() < give_up_at:
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends the server."""
        self._run("pg_ctl", "-m", "immediate", "-w", "stop", check=False)

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        command = [str(self._programs / program), "-D", str(self._folder / "data"), *arguments]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=check, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._folder)


@contextmanager
def running(options: tuple[str, ...] = QUICK, host: str = "127.0.0.1") -> Iterator[Cluster]:
    """A cluster in a temporary folder, gone at the end."""
    # Not below the folder of tests, which belongs to their user alone.
    with tempfile.TemporaryDirectory(prefix="cluster-", ignore_cleanup_errors=True) as name:
        found = Cluster(Path(name), options, host)
        try:
            yield found
        finally:
            found.stop()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    return port


def main() -> int:
    """Runs the command that is given, with TESTS_POSTGRESQL set and tests on PostgreSQL; its exit code."""
    with running() as cluster:
        environment = os.environ | {"TESTS_POSTGRESQL": cluster.address, "TESTS_DATABASE": "postgresql"}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
