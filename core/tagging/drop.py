"""What was dropped on the page, checked before any of it is stored: photos, ZIPs, and the list that comes with them.

No pixel is decoded here; files are told apart by how they are laid out (`core.photos.containers`).
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from core import errors
from core.photos import containers, sources
from core.retail import product_list
from core.retail.product_list import Line
from core.settings import Settings
from core.store.batches.batches import NewPhoto

_BYTES_PER_MB = 1_000_000


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
    photos = _named(_photos(files, limits), wanted)
    kept, copies = _without_copies(photos)
    found = {_key(photo.name) for photo in photos} | {_key(_last_part(photo.name)) for photo in photos}
    lines = wanted.lines if wanted is not None else ()
    named = {_key(line.image_name) for line in lines}
    return Drop(
        photos=tuple(kept),
        copies=copies,
        without_picture=tuple(line for line in lines if _key(line.image_name) not in found),
        without_line=tuple(
            photo.name
            for photo in kept
            if wanted is not None and not photo.refused and not named & {_key(photo.name), _key(_last_part(photo.name))}
        ),
        unused_columns=wanted.unused_columns if wanted is not None else (),
    )


def _photos(files: Sequence[tuple[str, bytes]], limits: Settings) -> list[NewPhoto]:
    found: list[NewPhoto] = []
    num_bytes = 0
    for source in _sources(files, limits):
        if len(found) >= limits.max_drop_photos:
            raise errors.TaggingRefused(
                f"More than {limits.max_drop_photos:,} pictures were dropped. Drop fewer at once; larger sets go "
                "through the command line: `python -m core tag FOLDER`."
            )
        photo = _photo(source)
        num_bytes += len(photo.data)
        if num_bytes > limits.max_drop_mb * _BYTES_PER_MB:
            raise errors.TaggingRefused(
                f"The pictures have more than {limits.max_drop_mb:,} MB together. Drop fewer at once; larger sets go "
                "through the command line: `python -m core tag FOLDER`."
            )
        found.append(photo)
    return found


def _sources(files: Sequence[tuple[str, bytes]], limits: Settings) -> Iterable[sources.Source]:
    num_zips = sum(_is_zip(name, data) for name, data in files)
    seen: dict[str, int] = {}
    for name, data in files:
        if not _is_zip(name, data):
            yield sources.Source(name=_only(sources.printable(name), seen), read=_reader(data, limits.max_photo_mb))
            continue
        for source in sources.of_zip(name, io.BytesIO(data), max_mb=limits.max_photo_mb):
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


def _photo(source: sources.Source) -> NewPhoto:
    data, refused = b"", ""
    try:
        data = source.read()
        containers.inspected(data)
    except errors.PhotoRefused as error:
        # What is refused here is never decoded, so its bytes are not kept.
        data, refused = b"", str(error)
    return NewPhoto(name=source.name, data=data, sha256=hashlib.sha256(data).hexdigest(), refused=refused)


def _named(photos: Sequence[NewPhoto], wanted: product_list.ProductList | None) -> list[NewPhoto]:
    """The photos with what the list says of them."""
    if wanted is None:
        return list(photos)
    by_name = {_key(line.image_name): line for line in wanted.lines}
    found = []
    for photo in photos:
        line = by_name.get(_key(photo.name)) or by_name.get(_key(_last_part(photo.name)))
        found.append(photo if line is None else replace(photo, sku=line.sku, title=line.title))
    return found


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


def _last_part(name: str) -> str:
    return PurePosixPath(name).name


def _key(name: str) -> str:
    """Names are compared as people read them: without regard to capitals."""
    return name.strip().casefold()
