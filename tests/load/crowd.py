"""Many people at once at one dashboard, in a few processes, and how long each of their clicks took.

    python -m tests.load.crowd < WALKS

Each process prints one JSON line. What a click is comes as data, so that another address can be given the same ones.
"""

import asyncio
import contextlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from core.settings import PROJECT_ROOT
from tests.load.screen import Screen

PATIENCE_SECONDS = 60.0
COMPLAINTS = ("could not be shown", "Details to copy for IT", "Traceback", "This app has encountered an error")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One click of one person."""

    after_seconds: float
    """How long the person looks at what is there before."""
    kind: str
    """`open` or `go`, with the end of an address; or the field of `WidgetState` that a widget gets, such as
    `trigger_value`."""
    what: str
    """The end of the address, or the key or label of the widget."""
    value: Any = None
    name: str = ""
    """What the figures call it; empty: kind and what."""
    not_before_seconds: float = 0.0
    """It waits until so long after the beginning, so that everybody clicks at once however long opening took."""

    @property
    def called(self) -> str:
        """Its name in the figures."""
        return self.name or f"{self.kind} {self.what}"


@dataclass(kw_only=True)
class Figures:
    """What came of a crowd."""

    clicks: list[tuple[str, float, float]] = field(default_factory=list)
    """Name of each click, when it was made (clock of the machine) and the seconds until the answer was whole."""
    errors: list[str] = field(default_factory=list)
    polls: int = 0
    """How often parts were drawn again by the clock of the browser."""
    busy_share: float = 0.0
    """Processor time of the busiest process of ours, as a share of the time it ran (0-1)."""
    late_seconds: float = 0.0
    """How late the loop of a process noticed that time had passed, at worst: what it adds to a click."""


class Person:
    """One session of the crowd."""

    def __init__(self, connection: ClientConnection, figures: Figures) -> None:
        self._socket, self._figures, self._screen = connection, figures, Screen()
        self._over: asyncio.Event = asyncio.Event()
        self._wanted: str | None = None
        self._page = ""
        self._clocks: dict[str, asyncio.Task[None]] = {}

    async def walk(self, steps: Sequence[Step], began_at: float) -> None:
        """Takes every step and notes how long each took."""
        listening = asyncio.create_task(self._listen())
        try:
            for step in steps:
                still = began_at + step.not_before_seconds - time.monotonic()
                await asyncio.sleep(max(0.0, still) + step.after_seconds)
                try:
                    await self._take(step)
                except (TimeoutError, LookupError, KeyError) as error:
                    self._figures.errors.append(f"{step.called}: {error!r}"[:300])
        finally:
            for task in (listening, *self._clocks.values()):
                task.cancel()

    async def _take(self, step: Step) -> None:
        screen, fragment = self._screen, ""
        if step.kind == "open":
            said = screen.first(step.what)
        elif step.kind == "go":
            said = screen.opening(step.what)
        else:
            widget = screen.find(step.what)
            fragment, said = widget.fragment, screen.setting(widget, **{step.kind: step.value})
        self._page = screen.pages[step.what] if step.kind == "go" else ""
        self._wanted, began = fragment, time.time()
        self._over.clear()
        await self._socket.send(said)
        await asyncio.wait_for(self._over.wait(), PATIENCE_SECONDS)
        self._figures.clicks.append((step.called, began, time.time() - began))
        self._figures.errors += [f"{step.called}: {words}" for words in COMPLAINTS if words in screen.text()]

    async def _listen(self) -> None:
        has_begun = False
        async for data in self._socket:
            kind = self._screen.take(bytes(data) if not isinstance(data, str) else data.encode())
            fragments = self._screen.run.fragments
            is_meant = self._wanted is not None and (not fragments or self._wanted in fragments)
            is_meant = is_meant and self._page in ("", self._screen.page)
            if kind == "new_session" and is_meant:
                has_begun = True
            elif kind == "finished" and has_begun:
                # Of a run that ends just when the clock asks for another one, Streamlit tells no end of its own.
                self._wanted, has_begun = None, False
                self._over.set()
            self._set_clocks()

    def _set_clocks(self) -> None:
        for part in [part for part in self._clocks if part not in self._screen.intervals]:
            self._clocks.pop(part).cancel()
        for part, seconds in self._screen.intervals.items():
            if part not in self._clocks:
                self._clocks[part] = asyncio.create_task(self._poll(part, seconds))

    async def _poll(self, part: str, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            self._figures.polls += 1
            await self._socket.send(self._screen.polling(part))


async def _person(address: str, number: int, steps: Sequence[Step], figures: Figures) -> None:
    stream = re.sub("^http", "ws", address) + "/_stcore/stream"
    began_at = time.monotonic()
    cookie = {"Cookie": f"garment-tags-name=Person%20{number}; garment-tags-tour-seen=1"}
    try:
        async with connect(stream, max_size=None, open_timeout=60, additional_headers=cookie) as connection:
            await Person(connection, figures).walk(steps, began_at)
    except OSError as error:
        figures.errors.append(f"connection: {error!r}"[:300])


async def _watch_the_loop(figures: Figures) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.05)
        figures.late_seconds = max(figures.late_seconds, time.perf_counter() - began - 0.05)


async def _all(address: str, walks: Mapping[int, Sequence[Step]]) -> Figures:
    figures, watched = Figures(), time.process_time()
    began = time.perf_counter()
    watching = asyncio.create_task(_watch_the_loop(figures))
    await asyncio.gather(*(_person(address, number, steps, figures) for number, steps in walks.items()))
    watching.cancel()
    figures.busy_share = (time.process_time() - watched) / (time.perf_counter() - began)
    return figures


def run(address: str, walks: Sequence[Sequence[Step]], processes: int = 4) -> Figures:
    """What came of one person for each walk, dealt out over so many processes.

    Args:
        address: of the dashboard.
        walks: what each person does; the first step is an `open`.
        processes: of ours, so that none is busy.
    """
    dealt = [{number: [asdict(step) for step in walks[number]] for number in range(start, len(walks), processes)}
             for start in range(processes)]  # fmt: skip
    command = [sys.executable, "-m", "tests.load.crowd"]
    started = [
        subprocess.Popen(command, cwd=PROJECT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in dealt
    ]
    for process, part in zip(started, dealt, strict=True):
        assert process.stdin is not None
        process.stdin.write(json.dumps({"address": address, "walks": part}).encode())
        process.stdin.close()
    parts = []
    for process in started:
        with process:
            assert process.stdout is not None
            parts.append(Figures(**json.loads(process.stdout.read())))
    return Figures(
        clicks=[(str(what), float(at), float(took)) for part in parts for what, at, took in part.clicks],
        errors=[error for part in parts for error in part.errors],
        polls=sum(part.polls for part in parts),
        busy_share=max(part.busy_share for part in parts),
        late_seconds=max(part.late_seconds for part in parts),
    )


def main() -> None:
    """One process of a crowd: its walks come on the standard input."""
    given = json.load(sys.stdin)
    walks = {int(number): [Step(**step) for step in steps] for number, steps in given["walks"].items()}
    with contextlib.suppress(KeyboardInterrupt):
        sys.stdout.write(json.dumps(asdict(asyncio.run(_all(given["address"], walks)))))


if __name__ == "__main__":
    main()
