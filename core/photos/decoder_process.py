"""One process that decodes photos, seen from the process that started it: what goes there, and what is believed of it.

It may take `decoder.MEMORY_BYTES` where the system can limit that (not on Windows, where only the time is limited), and
knows neither settings nor secrets. Whatever it says is checked: a photo may have taken it over.
"""

import contextlib
import json
import math
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from core import errors, limited_process
from core.photos import alarm, decoder, photo_check

START_SECONDS = 60.0
_NO_START = "Photos cannot be read: the process that decodes them does not start"
_MAX_JSON_BYTES = 65_536
_PIPE_BYTES = 1 << 20
"""Room for most photos as a whole, where the system lets it be chosen; otherwise they go over in pieces of 64 kB."""
_PAGE_BYTES = 4096
"""Linux fills a pipe by such pages; each end of what is written may leave one of them partly empty."""
_KEPT_BYTES = 1 << 25
"""Most free memory that the C library of Linux keeps in a process, and the largest piece that it keeps."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoded:
    """What came back for one photo."""

    picture: NDArray[np.uint8]
    """(H, W) or (H, W, 3) picture for the model; read-only."""
    preview: NDArray[np.uint8]
    """(h, w, 3) the photo, small and upright, drawn anew from its pixels; (0, 0, 3) where none was asked for."""
    measured: photo_check.Measured
    """What the photo check knows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is wanted of photos."""

    shape: decoder.Shape
    """What the model takes."""
    preview_edge: int
    """Longest edge of the preview in pixels; 0 for none."""
    seconds: float
    """For which a process may be waited for."""


class DecoderProcess:
    """One process that decodes, and the two pipes to it.

    Raises:
        errors.TaggingError: it does not start.
    """

    def __init__(self) -> None:
        environment = limited_process.environment()
        # One thread is enough for one photo, and each thread more would take from the limit on memory.
        environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        # Memory is kept for the next photo: given back and fetched anew, its pages took a tenth of the time of one.
        environment |= {"MALLOC_TRIM_THRESHOLD_": str(_KEPT_BYTES), "MALLOC_MMAP_THRESHOLD_": str(_KEPT_BYTES)}
        # In large pages where Linux gives them on request: up to a tenth less. Elsewhere nothing reads these names.
        environment["GLIBC_TUNABLES"] = "glibc.malloc.hugetlb=1"
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", decoder.__name__], cwd=limited_process.PROJECT_ROOT, env=environment,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise errors.TaggingError(
                f"{_NO_START} ({error.strerror}). Close other programs, then try again."
            ) from None
        self._room = _widened(self._stdin)
        self._alarm = alarm.Alarm(self._process)
        with self._alarm.within(START_SECONDS):
            is_ready = self._stdout.read(len(decoder.READY)) == decoder.READY
        if not is_ready:
            self.end()
            raise errors.TaggingError(f"{_NO_START}. Is there memory left?")

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def takes_ahead(self, question: bytes) -> bool:
        """Whether a question may be asked before the one before is answered: it fits into the pipe as a whole.

        Otherwise both processes might wait for each other, one with the rest of a question, one with an answer.
        """
        return len(question) <= self._room

    def ask(self, question: bytes, seconds: float) -> None:
        """Hands over a question (`decoder.question`); where that fails, `answer` says so."""
        with self._alarm.within(seconds), contextlib.suppress(OSError):
            remaining = memoryview(question)
            while remaining:
                remaining = remaining[os.write(self._stdin.fileno(), remaining) :]

    def answer(self, wanted: Wanted) -> Decoded:
        """What it says of the earliest question that is not answered yet, which must have been for the same.

        Raises:
            errors.PhotoRefused: it refuses the photo, takes too long, or dies of it; in both last cases it is ended.
        """
        with self._alarm.within(wanted.seconds):
            try:
                content, pixels = self._answer(wanted)
                found = None if "refused" in content else _as_decoded(content, pixels, wanted.shape)
            except (OSError, ValueError, LookupError, TypeError, EOFError, OverflowError, RecursionError):
                self.end()
                why = f"takes longer than {wanted.seconds:g} s" if self._alarm.has_rung else "makes the decoder give up"
                raise errors.PhotoRefused(
                    f"The picture {why}, as damaged or harmful files do. Export it again."
                ) from None
            except BaseException:  # interrupted in the middle of an answer, which nobody will fetch
                self.end()
                raise
        if self._alarm.has_rung:
            self.end()
        if found is None:
            raise errors.PhotoRefused(" ".join(str(content["refused"]).split())[:500])
        return found

    def _answer(self, wanted: Wanted) -> tuple[dict[str, Any], bytes]:
        """What the process says, believed only as far as it fits the question: the photo may have taken it over."""
        num_json, num_pixels = decoder.ANSWER.unpack(self._read(decoder.ANSWER.size))
        num_picture = math.prod(wanted.shape)
        if num_json > _MAX_JSON_BYTES or num_pixels > num_picture + 3 * wanted.preview_edge**2:
            raise ValueError
        content = json.loads(self._read(num_json))
        if not isinstance(content, dict):
            raise ValueError
        pixels = self._read(num_pixels)
        if "refused" not in content:
            height, width = content["preview"]
            if not type(height) is type(width) is int:
                raise ValueError
            if min(height, width) < 0 or num_picture + 3 * height * width != num_pixels:
                raise ValueError
        return content, pixels

    def _read(self, num_bytes: int) -> bytes:
        data = self._stdout.read(num_bytes)
        if len(data) < num_bytes:
            raise EOFError
        return data

    def end(self) -> None:
        """Ends it, whatever it is doing."""
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


def _widened(pipe: IO[bytes]) -> int:
    """The bytes that surely fit into the pipe at once, as large as it may be made; 0 where the system does not say."""
    if sys.platform != "linux":
        return 0
    import fcntl

    with contextlib.suppress(OSError):  # more than this user may have
        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return int(fcntl.fcntl(pipe.fileno(), fcntl.F_GETPIPE_SZ)) - 2 * _PAGE_BYTES


def _as_decoded(content: dict[str, Any], pixels: bytes, shape: decoder.Shape) -> Decoded:
    num_picture = math.prod(shape)
    values = np.frombuffer(pixels, dtype=np.uint8)
    return Decoded(
        picture=values[:num_picture].reshape(shape),
        preview=values[num_picture:].reshape(*content["preview"], 3),
        measured=photo_check.Measured.of_json(content["measured"]),
    )
