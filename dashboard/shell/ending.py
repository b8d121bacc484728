"""How the web process ends when it is asked to: what is being saved is saved, nobody waits longer than ten seconds.

A script of Streamlit runs on a thread that dies with the process, be it in the middle of a save. So the end waits for
the scripts that run, then for those that write, and only then lets the process go. Whatever hangs is cut off in time:
a service manager kills what does not end, and would do it without any care.
"""

import asyncio
import contextlib
import functools
import os
import signal
import threading
import time
from collections.abc import AsyncIterator
from types import FrameType
from typing import Any

from core import errors
from core.access import acting
from core.store.base import database
from dashboard.data import store

SCRIPT_SECONDS = 4.0
"""How long scripts that run may go on, so that a click which arrived is done."""
REQUEST_SECONDS = 2
"""How long requests, such as a file that is sent, may go on."""
SAVE_SECONDS = 1.5
"""How long whoever writes to the database may go on."""
CUT_OFF_SECONDS = 9.0
"""After so long the process ends, whatever hangs."""
CUT_OFF = 1
"""Exit code where something had to be cut off in time, or a second signal did not wait for it; 0 otherwise."""
_SCRIPTS = "ScriptRunner.scriptThread"
_SECONDS_BETWEEN_LOOKS = 0.02


class Ending:
    """Whether this process is asked to end, and what happens then; `watched` gives one."""

    def __init__(self) -> None:
        self._has_begun = threading.Event()

    @property
    def has_begun(self) -> bool:
        """Whether the process was asked to end, so that it should be given no new work."""
        return self._has_begun.is_set()

    def watch(self) -> None:
        """Takes over the signals that ask a process to end; called on its main thread, once its server has them."""
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)
            signal.signal(number, functools.partial(self._on_signal, before))

    def _on_signal(self, before: Any, number: int, frame: FrameType | None) -> None:
        is_second = self.has_begun
        self._has_begun.set()
        seconds = 0.0 if is_second else CUT_OFF_SECONDS - SAVE_SECONDS
        # On a thread: a signal interrupts whatever the main thread is at, and must not wait for it.
        threading.Thread(target=_cut_off, args=(seconds,), daemon=True, name="ending").start()
        if not is_second:
            _stop_serving(before, number, frame)


def _stop_serving(before: Any, number: int, frame: FrameType | None) -> None:
    server: Any = getattr(before, "__self__", None)
    if server is not None and hasattr(server, "should_exit"):
        # What uvicorn does itself, but that it would end the process by the same signal once more, without a code.
        server.should_exit = True
        server.config.timeout_graceful_shutdown = REQUEST_SECONDS
    elif callable(before):
        before(number, frame)


def _cut_off(seconds: float) -> None:
    time.sleep(seconds)
    _let_writers_end()
    os._exit(CUT_OFF)


def _let_writers_end() -> None:
    """Waits until no script of this process writes, for `SAVE_SECONDS` at most; from then on none does."""
    if not _is_a_script_running():
        return
    is_free = threading.Event()
    threading.Thread(target=_take_the_turn, args=(is_free,), daemon=True, name="ending-turn").start()
    is_free.wait(SAVE_SECONDS)


def _take_the_turn(is_free: threading.Event) -> None:
    # Who writes has the turn of all writers, and it is kept until the process is gone: nothing is half done then.
    with acting.by_itself(), contextlib.suppress(errors.GarmentsError), database.write(store.store().engine):
        is_free.set()
        time.sleep(CUT_OFF_SECONDS)
    is_free.set()


@contextlib.asynccontextmanager
async def watched() -> AsyncIterator[Ending]:
    """What stands around the life of the server, in the `lifespan` of its `st.App`: it ends as this module says."""
    ending = Ending()
    ending.watch()
    yield ending
    give_up_at = time.monotonic() + SCRIPT_SECONDS
    while _is_a_script_running() and time.monotonic() < give_up_at:
        await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)  # scripts report to this loop, so it goes on
    await asyncio.to_thread(_let_writers_end)


def _is_a_script_running() -> bool:
    return any(thread.name == _SCRIPTS for thread in threading.enumerate())
