"""The files of a drop: which are photos, what lies in ZIPs, and which one is the list, by names and first bytes."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from core import errors
from core.photos import containers, sources
from core.retail import product_list, workbooks
from core.settings import Settings

LARGEST_LIST_MB = 5


def named(
    files: Sequence[tuple[str, bytes]], limits: Settings, skipped: sources.Skipped
) -> Iterator[tuple[sources.Source, bool]]:
    """Each file, those in ZIPs one by one, and whether it is a list; nothing is read before it is asked for.

    Args:
        files: names and contents.
        limits: `max_photo_mb` holds.
        skipped: counts what systems added.
    """
    num_zips = sum(_is_zip(name, data) for name, data in files)
    seen: dict[str, int] = {}
    for name, data in files:
        if not _is_zip(name, data):
            if skipped.is_one(name):
                continue
            read = _reader(data, limits.max_photo_mb)
            is_one = is_list(name, data) or name.lower().endswith(".txt")  # in a ZIP that is a note
            yield sources.Source(name=_only(sources.printable(name), seen), read=read), is_one
            continue
        for source in sources.of_zip(name, io.BytesIO(data), max_mb=limits.max_photo_mb, skipped=skipped):
            # The name in the ZIP is enough where there is one ZIP only.
            short = source.name.removeprefix(sources.printable(f"{name}/")) if num_zips == 1 else source.name
            yield replace(source, name=_only(short, seen)), is_list(source.name)


def is_list(name: str, data: bytes = b"") -> bool:
    """Whether a file is a list: by the ending of its name, else as a workbook by its content.

    A ZIP is never one, not even where a workbook lies in it: only its name tells the two apart.
    """
    ending = PurePosixPath(name.lower()).suffix
    if ending in product_list.ENDINGS:
        return True
    return ending not in (".zip", *containers.ENDINGS) and workbooks.is_one(data)


def only_list(found: Sequence[sources.Source]) -> tuple[str, bytes] | None:
    """Name and content of the list, None where there is none; the same one beside a ZIP and in it is one.

    Raises:
        errors.TaggingRefused: there are two, or it cannot be read.
    """
    names: dict[bytes, str] = {}
    for source in found:
        names.setdefault(_list_content(source), source.name)
    if len(names) > 1:
        first, second, *more = names.values()
        others = f" (and {len(more):,} more)" if more else ""
        raise errors.TaggingRefused(f"There are two lists: {first} and {second}{others}. Keep one of them.")
    return next(((name, content) for content, name in names.items()), None)


def _list_content(source: sources.Source) -> bytes:
    try:
        content = source.read()
    except errors.PhotoRefused as error:
        raise errors.TaggingRefused(f"The list {source.name} cannot be read. {error}") from None
    if len(content) > LARGEST_LIST_MB * sources.BYTES_PER_MB:
        raise errors.TaggingRefused(
            f"The list {source.name} has {len(content) / sources.BYTES_PER_MB:,.1f} MB; at most {LARGEST_LIST_MB:,} MB "
            "are read. Keep the lines of these photos only."
        )
    return content


def _is_zip(name: str, data: bytes) -> bool:
    if name.lower().endswith(".zip"):
        return True
    return data.startswith(b"PK\x03\x04") and not is_list(name, data)


def _only(name: str, seen: dict[str, int]) -> str:
    """The name, with a number behind it where another file has it already."""
    seen[name] = seen.get(name, 0) + 1
    return name if seen[name] == 1 else f"{name} ({seen[name]})"


def _reader(data: bytes, max_mb: int) -> Callable[[], bytes]:
    def read() -> bytes:
        if len(data) > max_mb * sources.BYTES_PER_MB:
            raise sources.too_large(len(data), max_mb * sources.BYTES_PER_MB)
        return data

    return read
