"""Photos decoded in processes of their own, so that no file can harm this one: it only looks at how files begin.

A few processes (`core.photos.decoder_process`) are started when they are first needed and used for many photos. One
that dies or takes too long is replaced, and its photo is refused; all others go on.
"""

import itertools
import os
import queue
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from core import errors
from core.photos import decoder
from core.photos.decoder_process import Decoded, DecoderProcess, Wanted

SECONDS = 5.0
"""For one photo."""
MAX_PREVIEW_EDGE = 1024
_MAX_GROUP = 16
"""Handing photos over one by one kept the processes waiting for a twentieth of their time."""

Found = Decoded | errors.PhotoRefused


class Sandbox:
    """A pool of processes that decode; a context manager, which ends them. May be used from several threads."""

    def __init__(self, *, num_processes: int | None = None, seconds: float = SECONDS) -> None:
        self.num_processes = num_processes or os.cpu_count() or 1
        self._seconds = seconds
        self._idle: queue.LifoQueue[_Place] = queue.LifoQueue()
        for _ in range(self.num_processes):
            self._idle.put(_Place())

    def decode(self, data: bytes, shape: decoder.Shape, *, preview_edge: int = 0) -> Decoded:
        """The picture of that shape for the model, and what was measured on the photo.

        Args:
            data: the file.
            shape: of the picture that the model takes, see `decoder.Shape`.
            preview_edge: longest edge of the preview in pixels, up to `MAX_PREVIEW_EDGE`, but never more than is
                decoded of the photo (`decoding.WORKING_EDGE` or somewhat more); 0 for none.

        Raises:
            errors.PhotoRefused: it is no photo that is read here, or cannot be decoded within the limits.
            errors.TaggingError: no process that decodes can be started.
        """
        [found] = self._group([lambda: data], self._wanted(shape, preview_edge))
        if isinstance(found, errors.PhotoRefused):
            raise found
        return found

    def map(
        self, reads: Iterable[Callable[[], bytes]], shape: decoder.Shape, *, preview_edge: int = 0
    ) -> Iterator[Found]:
        """For each function that reads a file, in order, the photo or why it was refused.

        At most two files for each process are in memory at once; one that cannot be read is refused. The first photos
        are given out one by one, later ones in groups of up to `_MAX_GROUP`, each to one process.
        """
        remaining, wanted = iter(reads), self._wanted(shape, preview_edge)
        waiting: deque[Future[list[Found]]] = deque()
        threads = ThreadPoolExecutor(self.num_processes)
        try:
            for number in itertools.count():
                group = list(itertools.islice(remaining, min(1 + number // self.num_processes, _MAX_GROUP)))
                if not group:
                    break
                waiting.append(threads.submit(self._group, group, wanted))
                if len(waiting) >= 2 * self.num_processes:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:  # also where nobody wants the rest
            threads.shutdown(cancel_futures=True)

    def _wanted(self, shape: decoder.Shape, preview_edge: int) -> Wanted:
        return Wanted(shape=shape, preview_edge=min(preview_edge, MAX_PREVIEW_EDGE), seconds=self._seconds)

    def _group(self, reads: Sequence[Callable[[], bytes]], wanted: Wanted) -> list[Found]:
        place = self._idle.get()
        try:
            return place.decoded(reads, wanted)
        finally:
            self._idle.put(place)

    def close(self) -> None:
        """Ends the processes that are idle; whoever decodes afterwards starts new ones."""
        places = [self._idle.get() for _ in range(self.num_processes)]
        for place in places:
            place.end()
            self._idle.put(place)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Place:
    """For one process, which is started when it is first needed and replaced where it died."""

    def __init__(self) -> None:
        self._process: DecoderProcess | None = None

    def decoded(self, reads: Sequence[Callable[[], bytes]], wanted: Wanted) -> list[Found]:
        """What these functions read, decoded one after the other.

        The next file is handed over while the one before is decoded, so that the process need not sleep in between.
        """
        found: dict[int, Found] = {}
        waiting: list[int] = []  # for its answer: one photo or none
        try:
            for number, read in enumerate(reads):
                question = _question(read, wanted)
                if isinstance(question, errors.PhotoRefused):
                    found[number] = question
                    continue
                is_asked = bool(waiting) and self._is_asked_ahead(question, wanted)
                found |= {earlier: self._answer(wanted) for earlier in waiting}
                if not is_asked or self._process is None:  # it died of the photo before
                    self._started().ask(question, wanted.seconds)
                waiting = [number]
            found |= {last: self._answer(wanted) for last in waiting}
        except BaseException:  # interrupted: an answer may be left, which belongs to nobody
            self.end()
            raise
        return [found[number] for number in range(len(reads))]

    def _is_asked_ahead(self, question: bytes, wanted: Wanted) -> bool:
        if self._process is None or not self._process.takes_ahead(question):
            return False
        self._process.ask(question, wanted.seconds)
        return True

    def _answer(self, wanted: Wanted) -> Found:
        assert self._process is not None
        try:
            return self._process.answer(wanted)
        except errors.PhotoRefused as error:
            return error
        finally:
            self._leave_if_dead()

    def _started(self) -> DecoderProcess:
        self._leave_if_dead()  # somebody may have ended it while it was idle
        self._process = self._process or DecoderProcess()
        return self._process

    def _leave_if_dead(self) -> None:
        if self._process is not None and not self._process.is_alive:
            self.end()

    def end(self) -> None:
        """Whoever decodes here afterwards starts a new one."""
        if self._process is not None:
            self._process.end()
        self._process = None


def _question(read: Callable[[], bytes], wanted: Wanted) -> bytes | errors.PhotoRefused:
    try:
        return decoder.question(read(), wanted.shape, wanted.preview_edge)
    except errors.PhotoRefused as error:
        return error
