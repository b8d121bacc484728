"""An alarm for a process: it ends where it is not done in time."""

import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator

_LOOK_SECONDS = 0.1
"""Between two looks at the time."""


class Alarm:
    """Ends a process that is not done in time: pipes know no limit of time that holds on every system.

    One thread looks at the time for as long as the process lives; starting one for each photo took longer than a tenth
    of decoding it.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.has_rung = False
        self._process = process
        self._deadline: float | None = None
        self._lock = threading.Lock()  # so that it rings for this photo or never, and not at the next one
        self._is_over = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self._is_over.wait(_LOOK_SECONDS):
            with self._lock:
                if self._deadline is not None and time.monotonic() > self._deadline:
                    self.has_rung = True
                    self._process.kill()
                    return

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """The process is ended where what is done here takes longer, by up to `_LOOK_SECONDS` more."""
        self._set(time.monotonic() + seconds)
        try:
            yield
        finally:
            self._set(None)

    def _set(self, deadline: float | None) -> None:
        with self._lock:
            self._deadline = deadline

    def stop(self) -> None:
        """It never rings again; its thread ends."""
        self._is_over.set()
