"""The files of a folder that a scheduler watches: which can be taken, what the lists in it say of them, which are new.

A file may still be being written while it is looked at. It can be taken once nobody has changed it for
some seconds: seen by its times at the first look, else by a second look that finds it as it was. What is known is
told by content, so that a file under another name is not taken again and another file under a known name is.
"""

import hashlib
import stat
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from core import errors
from core.photos import sources
from core.settings import Settings
from core.store.batches.batches import NewPhoto
from core.store.batches.folder_files import Taken
from core.tagging import drop, dropped_files, folder_products
from core.tagging.folder_products import Listed

_PARTIAL = (".part", ".partial", ".filepart", ".crdownload", ".download", ".tmp")
"""What browsers and copying programs call a file that is not whole yet."""
_BEING_WRITTEN = "It is still being written."

_State = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What a folder holds."""

    folder: Path
    """Which folder."""
    photos: dict[str, Path]
    """Name in the folder -> file that can be taken, ZIPs and what is no photo included."""
    lists: dict[str, Path]
    """The same of the lists with SKU and title."""
    waiting: dict[str, str]
    """Name -> why the file cannot be taken yet, one sentence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """Files that become one batch."""

    photos: tuple[NewPhoto, ...]
    """By name."""
    taken: tuple[Taken, ...]
    """The same files, and ZIPs of which all is taken."""


@dataclass(kw_only=True, slots=True)
class Counts:
    """What became of the files."""

    num_known: int = 0
    """Files that were taken before, and further ones with the same content."""
    waiting: dict[str, str] = field(default_factory=dict)
    """Name -> why it was not taken, one sentence."""


def settled(folder: Path, seconds: float) -> Settled:
    """What nobody has changed for so many seconds; waits until then, once, where somebody has just changed a file."""
    first = _look(folder)
    states = [state for state in first.values() if not isinstance(state, str)]
    left = max((_seconds_left(state, seconds) for state in states), default=0.0)
    time.sleep(left)
    second = _look(folder) if left else first
    waiting = {
        name: state if isinstance(state, str) else _BEING_WRITTEN
        for name, state in second.items()
        if isinstance(state, str) or first.get(name) != state
    }
    files = {name: folder / name for name in second if name not in waiting}
    is_list = {name: dropped_files.is_list(name) for name in files}
    return Settled(
        folder=folder,
        photos={sources.printable(name): path for name, path in files.items() if not is_list[name]},
        lists={name: path for name, path in files.items() if is_list[name]},
        waiting=waiting,
    )


def deliveries(
    found: Settled, said: Listed, known: Mapping[str, set[str]], limits: Settings, counts: Counts, *, only_listed: bool
) -> Iterator[Delivery]:
    """What is new, in batches of at most `max_drop_photos` photos and about `max_drop_mb` megabytes.

    Args:
        found: the files.
        said: what lists say of them.
        known: SHA-256 of each content that was taken before -> the SKUs with which it was.
        limits: `max_photo_mb`, `max_drop_mb` and `max_drop_photos` hold.
        counts: told what became of the files that are not taken.
        only_listed: whether photos that no list names wait for one.
    """
    counts.waiting |= found.waiting
    taking = _Taking(said, {sha256: set(skus) for sha256, skus in known.items()}, limits, counts, only_listed)
    # Of files with the same content the one with a SKU is taken.
    for name in sorted(
        found.photos, key=lambda name: (name not in said.lines and not folder_products.is_zip(name), name)
    ):
        yield from taking.of_file(name, found.photos[name])
    if taking.photos:
        yield taking.given()


class _Taking:
    """What is taken and not given yet."""

    def __init__(
        self, said: Listed, known: dict[str, set[str]], limits: Settings, counts: Counts, only_listed: bool
    ) -> None:
        self.said, self.known, self.limits, self.counts, self.only_listed = said, known, limits, counts, only_listed
        self.photos: list[NewPhoto] = []
        self.taken: list[Taken] = []

    def of_file(self, name: str, path: Path) -> Iterator[Delivery]:
        """Takes what is new of a file; gives a delivery as soon as it is full."""
        try:
            sha256 = _digest(path)
            if self._is_known(sha256, self._sku(name)):
                self.counts.num_known += 1
            elif folder_products.is_zip(name):
                yield from self._of_zip(name, path, sha256)
            else:
                max_bytes = self.limits.max_photo_mb * sources.BYTES_PER_MB
                yield from self._one(sources.Source(name=name, read=lambda: sources.read(path, max_bytes)), sha256)
        except OSError as error:
            self.counts.waiting[name] = f"It cannot be read ({error.strerror or error})."

    def given(self) -> Delivery:
        """What was taken until now, as one delivery."""
        photos = tuple(sorted(self.photos, key=lambda photo: photo.name))
        delivery = Delivery(photos=photos, taken=tuple(self.taken))
        self.photos, self.taken = [], []
        return delivery

    def _of_zip(self, name: str, path: Path, sha256: str) -> Iterator[Delivery]:
        num_waiting = len(self.counts.waiting)
        with path.open("rb") as file:
            inside = list(sources.of_zip(name, file, max_mb=self.limits.max_photo_mb))
            photos = [source for source in inside if not dropped_files.is_list(source.name)]
            for source in sorted(photos, key=lambda source: (source.name not in self.said.lines, source.name)):
                yield from self._one(source, "", inside=sha256)
        # With the last of its files: killed before, the ZIP is looked at again.
        if len(self.counts.waiting) == num_waiting and self.photos:
            self._note(Taken(name=name, sku="", sha256=sha256))

    def _one(self, source: sources.Source, sha256: str, *, inside: str = "") -> Iterator[Delivery]:
        """Takes a file; `sha256` is that of a file of its own, `inside` that of the ZIP that it is in."""
        line = self.said.lines.get(source.name)
        photo, digest = _photo(source, sha256 or hashlib.sha256(f"{inside}/{source.name}".encode()).hexdigest())
        if sha256 and digest != sha256:
            self.counts.waiting[source.name] = _BEING_WRITTEN
            return
        if self._is_known(digest, self._sku(source.name)):
            self.counts.num_known += 1
            return
        if why := self._why_waiting(source.name):
            self.counts.waiting[source.name] = why
            return
        self.photos.append(photo if line is None else replace(photo, sku=line.sku, title=line.title))
        self._note(Taken(name=source.name, sku=self._sku(source.name), sha256=digest))
        if self._is_full():
            yield self.given()

    def _is_full(self) -> bool:
        num_bytes = sum(len(photo.data) for photo in self.photos)
        is_large = num_bytes > self.limits.max_drop_mb * sources.BYTES_PER_MB
        return is_large or len(self.photos) >= self.limits.max_drop_photos

    def _note(self, one: Taken) -> None:
        self.taken.append(one)
        self.known.setdefault(one.sha256, set()).add(one.sku)

    def _sku(self, name: str) -> str:
        line = self.said.lines.get(name)
        return "" if line is None else line.sku

    def _is_known(self, sha256: str, sku: str) -> bool:
        """Two products may share a picture where both have a SKU."""
        skus = self.known.get(sha256)
        return skus is not None and (not sku or sku in skus or "" in skus)

    def _why_waiting(self, name: str) -> str:
        if why := self.said.unclear.get(name):
            return why
        return "No list names it." if self.only_listed and name not in self.said.lines else ""


def _photo(source: sources.Source, otherwise: str) -> tuple[NewPhoto, str]:
    """The file as it is stored, and the SHA-256 by which it is known; `otherwise` where it cannot be read."""
    try:
        data = source.read()
    except errors.PhotoRefused:
        return drop.new_photo(source), otherwise
    return drop.new_photo(replace(source, read=lambda: data)), hashlib.sha256(data).hexdigest()


def _look(folder: Path) -> dict[str, _State | str]:
    """Name in the folder -> size and times of the file, or why it cannot be taken."""
    found: dict[str, _State | str] = {}
    for path in sources.files(folder):
        found[path.relative_to(folder).as_posix()] = _state(path)
    return found


def _state(path: Path) -> _State | str:
    if path.suffix.lower() in _PARTIAL:
        return _BEING_WRITTEN
    try:
        status = path.stat()
    except OSError as error:
        return f"It cannot be read ({error.strerror})."
    if stat.S_ISDIR(status.st_mode):
        return "The folder cannot be opened, so nothing in it was looked at."
    if not stat.S_ISREG(status.st_mode):
        return "It is no ordinary file."
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _seconds_left(state: _State, seconds: float) -> float:
    """Until nobody has changed it for long enough; a change in the future says nothing, so the whole time."""
    age = time.time() - max(state[1:]) / 1e9
    return seconds if age < 0 else max(0.0, seconds - age)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
