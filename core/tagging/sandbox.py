"""Photos decoded in processes of their own, so that no file can harm this one: it only looks at how files begin.

A few processes (`core.tagging.decoder`) are started when they are first needed and used for many photos. One that dies
or takes too long is replaced, and its photo is refused; all others go on. Each may take `MEMORY_BYTES` where the
system can limit that (not on Windows, where only the time is limited), and knows neither settings nor secrets.
"""

import contextlib
import itertools
import json
import os
import queue
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray

from core import errors
from core.settings import PROJECT_ROOT
from core.tagging import alarm, check, containers, decoder

SECONDS = 5.0
"""For one photo."""
START_SECONDS = 60.0
MAX_PREVIEW_EDGE = 1024
_MAX_GROUP = 16
"""Handing photos over one by one kept the processes waiting for a twentieth of their time."""
_MAX_JSON_BYTES = 65_536
_PIPE_BYTES = 1 << 20
"""Room for most photos as a whole, where the system lets it be chosen; otherwise they go over in pieces of 64 kB."""
_KEPT_BYTES = 1 << 25
"""Most free memory that the C library of Linux keeps in a process, and the largest piece that it keeps."""
_INHERITED = (
    "PATH",
    "SYSTEMROOT",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "PYTHONPATH",
    "PYTHONHOME",
    "TMPDIR",
    "TEMP",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoded:
    """What came back for one photo."""

    picture: NDArray[np.uint8]
    """(H, W) grey picture for the model; read-only."""
    preview: NDArray[np.uint8]
    """(h, w, 3) the photo, small and upright, drawn anew from its pixels; (0, 0, 3) where none was asked for."""
    measured: check.Measured
    """What the photo check knows."""


class Sandbox:
    """A pool of processes that decode; a context manager, which ends them. May be used from several threads."""

    def __init__(self, *, num_processes: int | None = None, seconds: float = SECONDS) -> None:
        self.num_processes = num_processes or os.cpu_count() or 1
        self._seconds = seconds
        self._idle: queue.LifoQueue[_Decoder | None] = queue.LifoQueue()
        for _ in range(self.num_processes):
            self._idle.put(None)  # a place that is not filled yet

    def decode(self, data: bytes, shape: tuple[int, int], *, preview_edge: int = 0) -> Decoded:
        """The picture of that shape for the model, and what was measured on the photo.

        Args:
            data: the file.
            shape: height and width that the model takes.
            preview_edge: longest edge of the preview in pixels, up to `MAX_PREVIEW_EDGE`, but never more than is
                decoded of the photo (`decoding.WORKING_EDGE` or somewhat more); 0 for none.

        Raises:
            errors.PhotoRefused: it is no photo that is read here, or cannot be decoded within the limits.
            errors.TaggingError: no process that decodes can be started.
        """
        layout = containers.inspected(data)
        child = self._idle.get()
        try:
            if child is not None and not child.is_alive:  # somebody ended it while it was idle
                child.end()
                child = None
            child = child or _Decoder()
            preview_edge = min(preview_edge, MAX_PREVIEW_EDGE)
            return child.decode(decoder.question(data, layout, shape, preview_edge), shape, preview_edge, self._seconds)
        finally:
            self._idle.put(child if child is not None and child.is_alive else None)

    def map(
        self, reads: Iterable[Callable[[], bytes]], shape: tuple[int, int], *, preview_edge: int = 0
    ) -> Iterator[Decoded | errors.PhotoRefused]:
        """For each function that reads a file, in order, the photo or why it was refused.

        As many files are in memory at once as there are processes; one that cannot be read is refused. The first
        photos are given out one by one, later ones in groups of up to `_MAX_GROUP`, each to one process.
        """

        def decoded(group: list[Callable[[], bytes]]) -> list[Decoded | errors.PhotoRefused]:
            return [self._decoded(read, shape, preview_edge) for read in group]

        remaining = iter(reads)
        waiting: deque[Future[list[Decoded | errors.PhotoRefused]]] = deque()
        threads = ThreadPoolExecutor(self.num_processes)
        try:
            for number in itertools.count():
                group = list(itertools.islice(remaining, min(1 + number // self.num_processes, _MAX_GROUP)))
                if not group:
                    break
                waiting.append(threads.submit(decoded, group))
                if len(waiting) >= 2 * self.num_processes:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:  # also where nobody wants the rest
            threads.shutdown(cancel_futures=True)

    def _decoded(
        self, read: Callable[[], bytes], shape: tuple[int, int], preview_edge: int
    ) -> Decoded | errors.PhotoRefused:
        try:
            return self.decode(read(), shape, preview_edge=preview_edge)
        except errors.PhotoRefused as error:
            return error

    def close(self) -> None:
        """Ends the processes that are idle; whoever decodes afterwards starts new ones."""
        for _ in range(self.num_processes):
            child = self._idle.get()
            if child is not None:
                child.end()
        for _ in range(self.num_processes):
            self._idle.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Decoder:
    """One process that decodes, and the two pipes to it."""

    def __init__(self) -> None:
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        # One thread is enough for one photo, and each thread more would take from the limit on memory.
        environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        # Memory is kept for the next photo: given back and fetched anew, its pages took a tenth of the time of one.
        environment |= {"MALLOC_TRIM_THRESHOLD_": str(_KEPT_BYTES), "MALLOC_MMAP_THRESHOLD_": str(_KEPT_BYTES)}
        # In large pages where Linux gives them on request: up to a tenth less. Elsewhere nothing reads these names.
        environment["GLIBC_TUNABLES"] = "glibc.malloc.hugetlb=1"
        self._process = subprocess.Popen(
            [sys.executable, "-m", decoder.__name__], cwd=PROJECT_ROOT, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        _widen(self._stdin)
        self._alarm = alarm.Alarm(self._process)
        with self._alarm.within(START_SECONDS):
            is_ready = self._stdout.read(len(decoder.READY)) == decoder.READY
        if not is_ready:
            self.end()
            raise errors.TaggingError(
                "Photos cannot be read: the process that decodes them does not start. Is there memory left?"
            )

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def decode(self, question: bytes, shape: tuple[int, int], preview_edge: int, seconds: float) -> Decoded:
        with self._alarm.within(seconds):
            try:
                self._stdin.write(question)
                self._stdin.flush()
                content, pixels = self._answer(shape, preview_edge)
                found = None if "refused" in content else _as_decoded(content, pixels, shape)
            except (OSError, ValueError, LookupError, TypeError, EOFError, OverflowError, RecursionError):
                self.end()
                why = f"takes longer than {seconds:g} s" if self._alarm.has_rung else "makes the decoder give up"
                raise errors.PhotoRefused(f"The picture {why}, as damaged or harmful files do. Save it anew.") from None
            except BaseException:  # interrupted in the middle of an answer, which nobody will fetch
                self.end()
                raise
        if self._alarm.has_rung:
            self.end()
        if found is None:
            raise errors.PhotoRefused(" ".join(str(content["refused"]).split())[:500])
        return found

    def _answer(self, shape: tuple[int, int], preview_edge: int) -> tuple[dict[str, Any], bytes]:
        """What the process says, believed only as far as it fits the question: the photo may have taken it over."""
        num_json, num_pixels = decoder.ANSWER.unpack(self._read(decoder.ANSWER.size))
        if num_json > _MAX_JSON_BYTES or num_pixels > shape[0] * shape[1] + 3 * preview_edge**2:
            raise ValueError
        content = json.loads(self._read(num_json))
        if not isinstance(content, dict):
            raise ValueError
        pixels = self._read(num_pixels)
        if "refused" not in content:
            check.Measured.of_json(content["measured"])
            height, width = content["preview"]
            if not type(height) is type(width) is int:
                raise ValueError
            if min(height, width) < 0 or shape[0] * shape[1] + 3 * height * width != num_pixels:
                raise ValueError
        return content, pixels

    def _read(self, num_bytes: int) -> bytes:
        data = self._stdout.read(num_bytes)
        if len(data) < num_bytes:
            raise EOFError
        return data

    def end(self) -> None:
        self._alarm.stop()
        self._process.kill()
        self._process.wait()
        for pipe in (self._stdin, self._stdout):
            try:
                pipe.close()
            except OSError:  # what it would not take any more cannot be flushed
                continue

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _stdout(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout


def _widen(pipe: IO[bytes]) -> None:
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):  # more than this user may have
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _as_decoded(content: dict[str, Any], pixels: bytes, shape: tuple[int, int]) -> Decoded:
    num_picture = shape[0] * shape[1]
    values = np.frombuffer(pixels, dtype=np.uint8)
    return Decoded(
        picture=values[:num_picture].reshape(shape),
        preview=values[num_picture:].reshape(*content["preview"], 3),
        measured=check.Measured.of_json(content["measured"]),
    )
