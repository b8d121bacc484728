"""How long what is being done will still take, from how fast this process has done its share of it so far."""

import time

_LEAST = 0.01
"""Share of the whole that must be done here before it says anything of the speed."""


class TimeLeft:
    """Begins to count at the first question: what was done before, by a process that was interrupted, took no time."""

    def __init__(self) -> None:
        self._first: tuple[float, float] | None = None

    def at(self, fraction: float) -> float | None:
        """Seconds left where that share, 0-1, is done; None while too little was done here to tell."""
        now = time.monotonic()
        began, done_before = self._first = self._first or (now, fraction)
        done_here = fraction - done_before
        return (now - began) * (1 - fraction) / done_here if done_here > _LEAST else None
