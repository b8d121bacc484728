"""Processes that decode, kept for whoever looks at a few photos next: starting them takes longer than the photos.

Nothing of them stays when nobody has looked for a while.
"""

import atexit
import contextlib
import threading
from collections.abc import Iterator

from core.photos.sandbox import Sandbox

IDLE_SECONDS = 20.0
"""After which the processes end, unless somebody looks at photos again."""
NUM_PROCESSES = 2


class SharedSandbox:
    """One `Sandbox` for many short uses; may be used from several threads."""

    def __init__(self, *, num_processes: int = NUM_PROCESSES, idle_seconds: float = IDLE_SECONDS) -> None:
        self._sandbox = Sandbox(num_processes=num_processes)
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._num_users = 0
        self._end: threading.Timer | None = None

    @contextlib.contextmanager
    def lent(self) -> Iterator[Sandbox]:
        """The sandbox, whose processes stay for the next one."""
        with self._lock:
            self._num_users += 1
            self._stop_waiting()
        try:
            yield self._sandbox
        finally:
            with self._lock:
                self._num_users -= 1
                self._stop_waiting()
                if not self._num_users:
                    self._wait()

    def close(self) -> None:
        """Ends the processes, unless somebody uses them now."""
        with self._lock:
            self._stop_waiting()
            if not self._num_users:
                self._sandbox.close()

    def _wait(self) -> None:
        self._end = threading.Timer(self._idle_seconds, self.close)
        self._end.daemon = True
        self._end.start()

    def _stop_waiting(self) -> None:
        if self._end is not None:
            self._end.cancel()
        self._end = None


_shared = SharedSandbox()
atexit.register(_shared.close)
lent = _shared.lent
"""The sandbox that this process keeps."""
