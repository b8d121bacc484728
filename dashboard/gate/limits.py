"""What people may send: so much a day, so much at once, and nothing before they signed in."""

import re
import time
from collections import defaultdict, deque
from collections.abc import Callable

from starlette.types import Message, Receive
from streamlit.runtime import Runtime

from core.photos.sources import BYTES_PER_MB

PHOTO_MB = 50
"""Megabytes of one photo; the setting `GARMENTS_MAX_PHOTO_MB` is asked again when it is read."""
SESSION_MB = 400
"""Megabytes that the files of one session may take in memory: two of the largest drops."""
ALL_MB = 2000
"""Megabytes that the files of all sessions together may take in memory."""
DAY = 24 * 3600
_PHOTO = re.compile(rb'filename="[^"]*\.(jpe?g|png|webp|heic|heif|tiff?|bmp|gif|avif)"', re.IGNORECASE)
_OVERHEAD = 64 * 1024


class TooMuch(Exception):
    """More was sent than may be; the text is one sentence for a person."""


class Quota:
    """How many bytes each person sent within a day, in this process."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        """At most `most` bytes a person a day."""
        self._most, self._clock = most, clock
        self._sent: dict[str, deque[list[float]]] = defaultdict(deque)

    def left(self, person: str) -> int:
        """Bytes that this person may still send now, at least 0."""
        sent = self._sent[person]
        while sent and sent[0][0] < self._clock() - DAY:
            sent.popleft()
        if not sent:
            del self._sent[person]
            return self._most
        return max(0, self._most - int(sum(size for _, size in sent)))

    def add(self, person: str, size: int) -> None:
        """Notes that this person sent so many bytes."""
        sent, now = self._sent[person], self._clock()
        if sent and sent[-1][0] > now - 60:
            sent[-1][1] += size  # a line a minute keeps the list short
        else:
            sent.append([now, float(size)])


def room(session: str) -> int:
    """Bytes for which there is room in memory for one more file of that session, at least 0.

    Streamlit 1.67 keeps what is sent to a session, under whatever id, until the session is forgotten.
    """
    manager = Runtime.instance().uploaded_file_mgr if Runtime.exists() else None
    files = getattr(manager, "file_storage", {})
    held = {name: sum(len(file.data) for file in list(kept.values())) for name, kept in list(files.items())}
    left = min(SESSION_MB * BYTES_PER_MB - held.get(session, 0), ALL_MB * BYTES_PER_MB - sum(held.values()))
    return max(0, left)


class Counted:
    """A request's body as it comes in, counted against what may be sent."""

    def __init__(self, receive: Receive, quota: Quota, person: str, room: int) -> None:
        """Takes the body from `receive`; there is `room` for so many bytes in memory."""
        self._receive, self._quota, self._person, self._room = receive, quota, person, room
        self._received, self._most_of_photo = 0, 0

    async def __call__(self) -> Message:
        """The next part of the body.

        Raises:
            TooMuch: with this part it is more than may be.
        """
        message = await self._receive()
        part = message.get("body", b"")
        if not self._received and _PHOTO.search(part[:4096]):
            self._most_of_photo = PHOTO_MB * BYTES_PER_MB + _OVERHEAD
        self._received += len(part)
        self._refuse(len(part))
        self._quota.add(self._person, len(part))
        return message

    def _refuse(self, size: int) -> None:
        if self._most_of_photo and self._received > self._most_of_photo:
            raise TooMuch(f"A photo may have {PHOTO_MB} megabytes. Nothing of it was kept.")
        if self._received > self._room:
            raise TooMuch(
                "There is no room in memory for this file beside those that were dropped before. Nothing of it was "
                "kept; take others away on the page, or load the page again in a few minutes."
            )
        if size > self._quota.left(self._person):
            raise TooMuch(
                "You have sent as much as one person may within a day. Nothing of this file was kept; go on tomorrow, "
                "or ask whoever runs this dashboard (GARMENTS_UPLOAD_MB_PER_DAY)."
            )
