"""What the lists in a folder that a scheduler watches say of its photos: SKU and title of each, where that is clear."""

import contextlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core import errors
from core.photos import sources
from core.retail import product_list
from core.retail.product_list import Line, Remembered
from core.tagging import drop, dropped_files

LARGEST_LIST_MB = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """What the lists of a folder say."""

    lines: dict[str, Line]
    """Name of a photo -> its line."""
    unclear: dict[str, str]
    """Name of a photo -> why nobody can tell which line is its own, one sentence."""


def listed(
    photos: Mapping[str, Path],
    lists: Mapping[str, Path],
    late: Collection[str],
    remembered: Remembered = product_list.nothing,
) -> Listed:
    """What the lists say, those in ZIPs too: each of the photos in its own folder and below.

    Args:
        photos: name in the folder -> file, ZIPs included.
        lists: the same of lists.
        late: names of lists that cannot be read yet.
        remembered: what people said of the columns of lists, see `product_list.read`.

    Raises:
        errors.TaggingRefused: a list cannot be read; the message names it and what is wrong.
    """
    names = [name for photo, path in photos.items() for name in _names(photo, path)]
    said: dict[str, list[Line]] = {}
    unclear: dict[str, str] = {}
    for name, content in _lists(photos, lists):
        prefix = sources.printable(name[: name.rfind("/") + 1])
        inside = [photo for photo in names if photo.startswith(prefix)]
        short = [photo.removeprefix(prefix) for photo in inside]
        for line, places in drop.candidates(short, _lines(name, content, remembered)):
            for place in places:
                said.setdefault(inside[place], []).append(line)
                if len(places) > 1:
                    unclear[inside[place]] = f"{name} names {line.image_name!r}, which {len(places)} files can mean."
    for photo, lines in said.items():
        if len({(line.sku, line.title) for line in lines}) > 1:
            unclear[photo] = "Lists give it different SKUs or titles."
    # Its list may be the one that is still being written: the SKU would be lost for good.
    for name in late:
        prefix = sources.printable(name[: name.rfind("/") + 1])
        why = f"Its list {name} is not whole."
        unclear |= dict.fromkeys((photo for photo in names if photo.startswith(prefix)), why)
    return Listed(lines={photo: lines[0] for photo, lines in said.items() if photo not in unclear}, unclear=unclear)


def _names(name: str, path: Path) -> Sequence[str]:
    """What a file holds: itself, or the names in a ZIP."""
    if not is_zip(name):
        return [name]
    try:
        with path.open("rb") as file:
            return [source.name for source in sources.of_zip(name, file, max_mb=1)]
    except OSError:
        return []


def _lists(photos: Mapping[str, Path], lists: Mapping[str, Path]) -> Iterator[tuple[str, bytes]]:
    """Name and content of each list, those in ZIPs after the others."""
    for name, path in lists.items():
        with _no_sku_lost(name):
            content = sources.read(path, LARGEST_LIST_MB * sources.BYTES_PER_MB)
        yield name, content
    for name, path in photos.items():
        if is_zip(name):
            yield from _lists_in(name, path)


def _lists_in(name: str, path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        file = path.open("rb")
    except OSError:  # it is told where its photos are taken
        return
    with file:
        for source in sources.of_zip(name, file, max_mb=LARGEST_LIST_MB):
            if dropped_files.is_list(source.name):
                with _no_sku_lost(source.name):
                    content = source.read()
                yield source.name, content


def _lines(name: str, content: bytes, remembered: Remembered) -> Sequence[Line]:
    with _no_sku_lost(name):
        return product_list.read(content, remembered).lines


@contextlib.contextmanager
def _no_sku_lost(name: str) -> Iterator[None]:
    try:
        yield
    except errors.TaggingError as error:
        raise errors.TaggingRefused(f"{name}: {error} Nothing was taken, so that no SKU is lost.") from None


def is_zip(name: str) -> bool:
    """Whether a file is a ZIP, by its name."""
    return name.lower().endswith(".zip")
