"""Memory that stays as long as the process: what imports leave is set aside, so that Python never searches it again.

Python looks through all objects for cycles that nobody reaches any more. Of a web process hundreds of thousands belong
to modules and are never given up: looking takes a quarter of the time of the imports, and 0.2 s each time it happens
later, in the middle of a page.
"""

import contextlib
import gc
import threading
from collections.abc import Iterator

_IS_KEPT = threading.Event()


@contextlib.contextmanager
def kept() -> Iterator[None]:
    """Imports modules without a search, and sets aside for good what is there at the end; once in a process.

    Called again, as every run of the entry does, it does nothing.
    """
    if _IS_KEPT.is_set():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
        _IS_KEPT.set()
