"""What was dropped on the page, checked before any of it is stored: photos, ZIPs, and the list that comes with them.

No pixel is decoded here; files are told apart by how they are laid out (`core.photos.containers`).
"""

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from core import errors
from core.photos import containers, sources
from core.retail import product_list
from core.retail.product_list import Line
from core.settings import Settings
from core.store.batches.batches import NewPhoto

_BYTES_PER_MB = 1_000_000
_NUMBERED = re.compile(r" \(\d+\)$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Drop:
    """What was dropped, and what was noticed."""

    photos: tuple[NewPhoto, ...]
    """Every file that becomes a product, unreadable ones included, in the order of dropping."""
    copies: tuple[tuple[str, str], ...]
    """Names of files that are left out, each with the name of the file that is exactly the same."""
    without_picture: tuple[Line, ...]
    """Lines of the list whose picture was not dropped."""
    without_line: tuple[str, ...]
    """Names of readable photos that the list does not name; empty without a list."""
    unused_columns: tuple[str, ...]
    """Other columns of the list."""
    ambiguous: tuple[tuple[Line, tuple[str, ...]], ...] = ()
    """Lines of the list that several pictures could mean, each with their names; none of these gets its SKU."""
    num_listed: int | None = None
    """Lines of the list; None without one."""
    num_skipped: int = 0
    """Files in ZIPs that a system added, such as `Thumbs.db`, which are passed over."""

    @property
    def unreadable(self) -> tuple[NewPhoto, ...]:
        """The files that are no photo."""
        return tuple(photo for photo in self.photos if photo.refused)

    @property
    def num_pictures(self) -> int:
        """Files that were dropped, copies included."""
        return len(self.photos) + len(self.copies)

    @property
    def num_readable(self) -> int:
        """Photos that can be tagged."""
        return len(self.photos) - len(self.unreadable)

    @property
    def num_matched(self) -> int:
        """Those that the list names."""
        return self.num_readable - len(self.without_line)


def checked(files: Sequence[tuple[str, bytes]], listed: bytes | None, limits: Settings) -> Drop:
    """What is in the files.

    A file that is exactly like one before it is left out, unless the list names both: two products may share a picture.

    Args:
        files: names and contents of photos and ZIPs.
        listed: the list that came with them, see `product_list.read`; None where none did.
        limits: `max_photo_mb`, `max_drop_mb` and `max_drop_photos` hold.

    Raises:
        errors.TaggingRefused: there is more than is taken at once, or the list cannot be read.
    """
    wanted = product_list.read(listed) if listed is not None else None
    lines = wanted.lines if wanted is not None else ()
    skipped = sources.Skipped()
    photos = _photos(files, limits, skipped)
    meant = candidates([photo.name for photo in photos], lines)
    line_of = {places[0]: line for line, places in meant if len(places) == 1}
    named = [
        photo if place not in line_of else replace(photo, sku=line_of[place].sku, title=line_of[place].title)
        for place, photo in enumerate(photos)
    ]
    kept, copies = _without_copies(named)
    listed_names = {photos[place].name for place in line_of}
    return Drop(
        photos=tuple(kept),
        copies=copies,
        without_picture=tuple(line for line, places in meant if not places),
        without_line=tuple(
            photo.name for photo in kept if wanted is not None and not photo.refused and photo.name not in listed_names
        ),
        unused_columns=wanted.unused_columns if wanted is not None else (),
        ambiguous=tuple(
            (line, tuple(photos[place].name for place in places)) for line, places in meant if len(places) > 1
        ),
        num_listed=None if wanted is None else len(lines),
        num_skipped=skipped.num,
    )


def candidates(names: Sequence[str], lines: Sequence[Line]) -> list[tuple[Line, list[int]]]:
    """Each line with the places of the pictures that it can mean: of its whole name, else those that end with it.

    A line that names a folder never means a picture of another one; a name without folder that several folders hold
    means none of them for sure. A picture that two lines could mean is that of the one that says more of its name.
    """
    endings: dict[str, list[int]] = {}
    known, longest = set(names), {}
    for place, name in enumerate(names):
        alike = _NUMBERED.sub("", name)  # two files of one name were dropped, see `_only`
        longest[place] = product_list.name_key(alike if alike in known else name)
        parts = longest[place].split("/")
        for first in range(len(parts)):
            endings.setdefault("/".join(parts[first:]), []).append(place)
    found: list[tuple[Line, list[int]]] = []
    taken: set[int] = set()
    keyed = [(product_list.name_key(line.image_name), line) for line in lines]
    for key, line in sorted(keyed, key=lambda pair: -pair[0].count("/")):
        places = endings.get(key, [])
        places = [place for place in places if longest[place] == key] or places
        # One that another line has for sure still makes a name ambiguous, but is not given twice.
        found.append((line, [] if len(places) == 1 and places[0] in taken else places))
        taken |= set(places) if len(places) == 1 else set()
    return sorted(found, key=lambda pair: pair[0].number)


def _photos(files: Sequence[tuple[str, bytes]], limits: Settings, skipped: sources.Skipped) -> list[NewPhoto]:
    found: list[NewPhoto] = []
    num_bytes = 0
    for source in _sources(files, limits, skipped):
        if len(found) >= limits.max_drop_photos:
            raise errors.TaggingRefused(
                f"More than {limits.max_drop_photos:,} pictures were dropped. Drop fewer at once; larger sets go "
                "through the command line: `python -m core tag FOLDER`."
            )
        photo = new_photo(source)
        num_bytes += len(photo.data)
        if num_bytes > limits.max_drop_mb * _BYTES_PER_MB:
            raise errors.TaggingRefused(
                f"The pictures have more than {limits.max_drop_mb:,} MB together. Drop fewer at once; larger sets go "
                "through the command line: `python -m core tag FOLDER`."
            )
        found.append(photo)
    return found


def _sources(
    files: Sequence[tuple[str, bytes]], limits: Settings, skipped: sources.Skipped
) -> Iterable[sources.Source]:
    num_zips = sum(_is_zip(name, data) for name, data in files)
    seen: dict[str, int] = {}
    for name, data in files:
        if not _is_zip(name, data):
            if skipped.is_one(name):
                continue
            yield sources.Source(name=_only(sources.printable(name), seen), read=_reader(data, limits.max_photo_mb))
            continue
        for source in sources.of_zip(name, io.BytesIO(data), max_mb=limits.max_photo_mb, skipped=skipped):
            # The name in the ZIP is enough where there is one ZIP only.
            short = source.name.removeprefix(sources.printable(f"{name}/")) if num_zips == 1 else source.name
            yield replace(source, name=_only(short, seen))


def _is_zip(name: str, data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04") or name.lower().endswith(".zip")


def _only(name: str, seen: dict[str, int]) -> str:
    """The name, with a number behind it where another file has it already."""
    seen[name] = seen.get(name, 0) + 1
    return name if seen[name] == 1 else f"{name} ({seen[name]})"


def _reader(data: bytes, max_mb: int) -> Callable[[], bytes]:
    def read() -> bytes:
        if len(data) > max_mb * _BYTES_PER_MB:
            raise errors.PhotoRefused(f"It has {len(data) / _BYTES_PER_MB:,.1f} MB; at most {max_mb:,} MB are read.")
        return data

    return read


def new_photo(source: sources.Source) -> NewPhoto:
    """The file as it is stored; of what cannot be a photo only why."""
    data, refused = b"", ""
    try:
        data = source.read()
        containers.inspected(data)
    except errors.PhotoRefused as error:
        # What is refused here is never decoded, so its bytes are not kept.
        data, refused = b"", str(error)
    return NewPhoto(name=source.name, data=data, sha256=hashlib.sha256(data).hexdigest(), refused=refused)


def _without_copies(photos: Sequence[NewPhoto]) -> tuple[list[NewPhoto], tuple[tuple[str, str], ...]]:
    first: dict[tuple[str, str], NewPhoto] = {}
    # What the list names comes before its copies, wherever it was dropped.
    for photo in sorted(photos, key=lambda photo: not photo.sku):
        if not photo.refused:
            first.setdefault((photo.sha256, photo.sku), photo)
            first.setdefault((photo.sha256, ""), photo)
    kept, copies = [], []
    for photo in photos:
        same = first.get((photo.sha256, photo.sku), photo)
        if same is photo or photo.refused:
            kept.append(photo)
        else:
            copies.append((photo.name, same.name))
    return kept, tuple(copies)
