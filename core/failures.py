"""Which error people saw last in this process: for a monitor that asks whether it can be worked with."""

import time

NOTED_SECONDS = 60.0
"""For so long a failure speaks against working here."""
_last: list[tuple[float, str]] = []


def note(number: str) -> None:
    """Notes that somebody saw an error, by its number in the log."""
    _last[:] = [(time.monotonic(), number)]


def last() -> str:
    """The number of the error that was seen last, within `NOTED_SECONDS`; empty where there was none."""
    at, number = _last[0] if _last else (0.0, "")
    return number if number and time.monotonic() - at < NOTED_SECONDS else ""
