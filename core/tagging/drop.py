"""What was dropped on the page, checked before any of it is stored: photos, ZIPs, and the list that comes with them.

No pixel is decoded here; files are told apart by how they are laid out (`core.photos.containers`).
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core import errors
from core.photos import containers, sources
from core.retail import product_list
from core.retail.list_columns import Head
from core.retail.product_list import Line, ProductList, Remembered
from core.settings import Settings
from core.store.batches.batches import NewPhoto
from core.tagging import dropped_files

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
    list_name: str = ""
    """Name of the list; empty without one."""
    head: Head | None = None
    """Its headings and which of them is read as what; None without one."""

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


def checked(
    files: Sequence[tuple[str, bytes]], limits: Settings, remembered: Remembered = product_list.nothing
) -> Drop:
    """What is in the files.

    A file that is exactly like one before it is left out, unless the list names both: two products may share a picture.

    Args:
        files: names and contents of photos, ZIPs and the list, which may lie in a ZIP.
        limits: `max_photo_mb`, `max_drop_mb` and `max_drop_photos` hold for photos.
        remembered: what people said of the columns of lists, see `product_list.read`.

    Raises:
        errors.TaggingRefused: there is more than is taken at once, there are two lists, or it is no table.
        errors.ListRefused: the list cannot be read with the columns that are known of it.
    """
    skipped = sources.Skipped()
    found = list(dropped_files.named(files, limits, skipped))  # only named: nothing is read yet
    listed = dropped_files.only_list([source for source, is_list in found if is_list])
    pictures = [source for source, is_list in found if not is_list]
    wanted = _read(*listed, remembered, num_waiting=len(pictures)) if listed is not None else None
    lines = wanted.lines if wanted is not None else ()
    photos = _photos(pictures, limits)
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
        list_name="" if listed is None else listed[0],
        head=None if wanted is None else wanted.head,
    )


def _read(name: str, content: bytes, remembered: Remembered, *, num_waiting: int) -> ProductList:
    try:
        return product_list.read(content, remembered)
    except errors.ListRefused as error:
        error.list_name, error.num_waiting = name, num_waiting
        raise


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


def _photos(wanted: Sequence[sources.Source], limits: Settings) -> list[NewPhoto]:
    found: list[NewPhoto] = []
    num_bytes = 0
    for source in wanted:
        if len(found) >= limits.max_drop_photos:
            raise errors.TaggingRefused(
                f"More than {limits.max_drop_photos:,} pictures were dropped. Drop fewer at once; larger sets go "
                "through the command line: `python -m core tag FOLDER`."
            )
        photo = new_photo(source)
        num_bytes += len(photo.data)
        if num_bytes > limits.max_drop_mb * sources.BYTES_PER_MB:
            raise errors.TaggingRefused(
                f"The pictures have more than {limits.max_drop_mb:,} MB together. Drop fewer at once; larger sets go "
                "through the command line: `python -m core tag FOLDER`."
            )
        found.append(photo)
    return found


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
