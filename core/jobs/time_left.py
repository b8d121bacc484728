"""How long what is being done will still take, from how fast this process has done its share of it so far."""

import math
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from core import errors

OnReport = Callable[[str, float, float | None], None]
"""Called with the stage in words, the share done (0-1) and the seconds left (None: unknown); may raise to stop."""

_LEAST = 0.01
"""Share of the whole that must be done here before it says anything of the speed."""
_JUMP_TIMES, _JUMP_SECONDS = 1.25, 5.0
"""From which on more time than was told before is explained."""
_STEP_SECONDS = 0.5


class TimeLeft:
    """Begins to count at the first question: what was done before, by a process that was interrupted, took no time.

    Args:
        share_after: what follows takes this share of the whole that is counted here.
    """

    def __init__(self, share_after: float = 0.0) -> None:
        self._first: tuple[float, float] | None = None
        self._share_after = share_after

    def at(self, fraction: float) -> float | None:
        """Seconds left where that share, 0-1, is done; None while too little was done here to tell."""
        now = time.monotonic()
        began, done_before = self._first = self._first or (now, fraction)
        done_here = fraction - done_before
        if done_here <= _LEAST:
            return None
        return (now - began) * (1 - fraction + self._share_after) / done_here


class Explained:
    """Passes progress on and says why where clearly more time is left than was told before."""

    def __init__(self, on_report: OnReport) -> None:
        self._on_report, self._least_told = on_report, math.inf

    def __call__(self, stage: str, fraction: float, seconds_left: float | None) -> None:
        """Reports; may raise to stop."""
        if seconds_left is not None:
            self._least_told = min(self._least_told, seconds_left)
            is_jump = seconds_left > _JUMP_TIMES * self._least_told
            if is_jump and seconds_left - self._least_told > _JUMP_SECONDS:
                stage = f"{stage} ({_why()})"
        self._on_report(stage, fraction, seconds_left)


def _why() -> str:
    """Why it takes longer than before, as far as this computer tells."""
    has_others = hasattr(os, "getloadavg") and os.getloadavg()[0] > 1.25 * (os.cpu_count() or 1)
    return "slower than before: other programs are busy" if has_others else "slower than before"


@contextmanager
def moving(on_report: OnReport, stage: str, begins: float, ends: float, seconds: float) -> Iterator[None]:
    """Moves the bar by the clock, while the block works on something that tells nothing of how far it is.

    It nears `ends` and never reaches it: after the expected time it has gone two thirds of the way.

    Args:
        on_report: is told, also from a thread of its own.
        stage: in words.
        begins: where on the bar the block begins, 0-1.
        ends: where it ends.
        seconds: how long it is expected to take.
    """
    started, is_over = time.monotonic(), threading.Event()

    def tell() -> None:
        passed = time.monotonic() - started
        share = begins + (ends - begins) * (1 - math.exp(-passed / max(seconds, 1e-3)))
        on_report(stage, share, max(seconds - passed, 0.0) or None)

    def watch() -> None:
        while not is_over.wait(_STEP_SECONDS):
            with suppress(errors.JobCancelled):  # the block's own next report stops the work
                tell()

    tell()
    watcher = threading.Thread(target=watch, daemon=True, name="progress-by-the-clock")
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()
