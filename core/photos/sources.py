"""The files that are to be tagged: single ones, those of folders, those in ZIPs; read one by one, none too large.

A name in a ZIP is only ever shown, never used as a path, and nothing is unpacked to disk.
"""

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from core import errors

MAX_ENTRIES = 100_000
"""Of one ZIP."""
MAX_EXPANSION = 500
"""Bytes of a file for each byte in its ZIP: photos are compressed already, so a ZIP makes them hardly smaller."""
BYTES_PER_MB = 1_000_000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What programs write. Of other methods `zipfile` unpacks a piece as a whole, however large it becomes."""
_OF_THE_SYSTEM = frozenset({
    "__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", "system volume information",
    "@eadir", "#recycle", "@recycle", "#snapshot", "lost+found",
})  # fmt: skip
"""What systems and network storages add to folders, in small letters; besides, all that is hidden by a dot."""
_HIDDEN = (".", "~$")
"""How names begin that are no file of anybody: hidden ones, and what stands beside a workbook while it is open."""
_DRIVE = re.compile(r"[A-Za-z]:")
_UTF_8 = 0x800
"""Bit of a ZIP's entry that says that its name is in UTF-8."""
_UNICODE_PATH = 0x7075
"""Number of the field that Info-ZIP writes: version, checksum of the plain name, and the name in UTF-8."""


@dataclass(kw_only=True, slots=True)
class Skipped:
    """Counts what was passed over."""

    num: int = 0
    """Files and folders that systems and storages add, such as `Thumbs.db`, `@eaDir` and what is hidden."""

    def is_one(self, name: str) -> bool:
        """Whether a file or folder of that path is one, which is then counted."""
        found = is_of_the_system(name)
        self.num += found
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One file that is to be tagged."""

    name: str
    """How it is called in results: its path as given, or the ZIP's and the name in it; one line of printable text."""
    read: Callable[[], bytes]
    """Gives its content; raises `errors.PhotoRefused` where it cannot or must not be read."""


def found(
    paths: Sequence[Path], *, max_mb: int, without: Path | None = None, skipped: Skipped | None = None
) -> Iterator[Source]:
    """The files, in the order of the paths and by name within each; those of the system are left out.

    Args:
        paths: files, folders (with all below them, links to folders not followed; one that cannot be opened is one
            file that is refused) and ZIPs.
        max_mb: megabytes a file may have.
        without: a file to leave out, such as the list of results.
        skipped: counts what is left out, as far as the files were asked for.

    Raises:
        errors.TaggingRefused: a path leads nowhere.
    """
    for path in paths:
        _check(path)
    counted = skipped or Skipped()
    return (
        source
        for path in paths
        for file in _files(path, counted)
        if without is None or not _is_same(file, without)
        for source in _sources(file, max_mb * BYTES_PER_MB, counted)
    )


def files(folder: Path) -> Iterator[Path]:
    """The files of a folder and all below it, by name; those of the system are left out.

    Links to folders are not followed. A folder that cannot be opened is given as if it were a file.
    """
    return _files(folder, Skipped())


def of_zip(name: str, file: IO[bytes], *, max_mb: int, skipped: Skipped | None = None) -> Iterator[Source]:
    """The files in an opened ZIP of that name; one that cannot be read, or holds none, is one that is refused."""
    return _zipped(name, file, max_mb * BYTES_PER_MB, skipped or Skipped())


def is_of_the_system(name: str) -> bool:
    """Whether a path, with slashes of either kind, is or lies in what systems and storages add to folders."""
    parts = name.replace("\\", "/").split("/")
    return any(
        part.lower() in _OF_THE_SYSTEM or (part.startswith(_HIDDEN) and part not in (".", "..")) for part in parts
    )


def printable(name: str) -> str:
    """The name on one line: what cannot be printed is written as its number."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in name
    )


def _check(path: Path) -> None:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise errors.TaggingRefused(f"There is no file or folder {str(path)!r}. Check its name.") from None
    except OSError as error:
        raise errors.TaggingRefused(f"{str(path)!r} cannot be read ({error.strerror}). Check its name.") from None


def _is_same(file: Path, other: Path) -> bool:
    try:
        return file.samefile(other)
    except OSError:  # one of them is not there, or no file at all, such as a link that leads nowhere
        return False


def _files(path: Path, skipped: Skipped) -> Iterator[Path]:
    """The files, and the folders that cannot be opened: what lies in them must not be missing without a word."""
    if not path.is_dir():
        yield path
        return
    closed: list[Path] = []
    for folder, folders, names in os.walk(path, onerror=lambda error: closed.append(Path(error.filename))):
        folders[:] = sorted(name for name in folders if not skipped.is_one(name))
        for name in sorted(names):
            if not skipped.is_one(name):
                yield Path(folder) / name
    yield from closed


def _sources(path: Path, max_bytes: int, skipped: Skipped) -> Iterator[Source]:
    if path.suffix.lower() == ".zip" and _is_file(path):
        yield from _zipped(str(path), path, max_bytes, skipped)
    else:
        yield Source(name=printable(str(path)), read=lambda: read(path, max_bytes))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def read(path: Path, max_bytes: int) -> bytes:
    """The content of a photo's file.

    Raises:
        errors.PhotoRefused: it cannot be read, is no file, or has more bytes.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise errors.PhotoRefused("The folder cannot be opened, so nothing in it was looked at.")
        if not stat.S_ISREG(status.st_mode):  # a pipe or a device may never end
            raise errors.PhotoRefused("It is no ordinary file.")
        if status.st_size > max_bytes:
            raise too_large(status.st_size, max_bytes)
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise errors.PhotoRefused(f"It cannot be read ({error.strerror}).") from None
    if len(data) > max_bytes:
        raise too_large(len(data), max_bytes)
    return data


def _zipped(zip_name: str, file: Path | IO[bytes], max_bytes: int, skipped: Skipped) -> Iterator[Source]:
    try:
        archive = zipfile.ZipFile(file)
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except PermissionError as error:
        yield _refused(printable(zip_name), f"It cannot be read ({error.strerror}).")
        return
    # What zipfile raises on damaged ZIPs and on those of a newer kind than it knows.
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        yield _refused(printable(zip_name), "The ZIP is damaged or cut short.")
        return
    if len(entries) > MAX_ENTRIES:
        yield _refused(printable(zip_name), f"The ZIP holds {len(entries):,} files; at most {MAX_ENTRIES:,} are read.")
        return
    named = [(entry, _named(entry)) for entry in entries]
    wanted = [(entry, name) for entry, name in named if leads_outside(name) or not skipped.is_one(name)]
    if not wanted:
        others = f"; what is in it ({len(entries):,} files) was added by a system" if entries else ""
        yield _refused(printable(zip_name), f"There is no photo in the ZIP{others}.")
    seen: set[str] = set()
    for entry, inner in wanted:
        name = printable(f"{zip_name}/{inner}")
        if name in seen:
            name = f"{name} (position {entry.header_offset})"
        seen.add(name)
        yield _entry(archive, entry, name, max_bytes)


def _named(entry: zipfile.ZipInfo) -> str:
    """The entry's name without `./` before it; in UTF-8 where it is, also where the program that wrote it does not say.

    `zipfile` takes such names for the letters of the first PCs: the é of a Mac, two bytes, came out as two letters.
    """
    name = entry.filename
    if not entry.flag_bits & _UTF_8:
        try:
            plain = name.encode("cp437")
            name = _unicode_path(entry.extra) or plain.decode("utf-8")
        except UnicodeError:  # it was of those letters
            pass
    parts = re.split(r"([/\\])", name)
    while len(parts) > 2 and parts[0] == ".":
        parts = parts[2:]
    return "".join(parts)


def _unicode_path(extra: bytes) -> str:
    """The name that Info-ZIP's field holds; empty where there is none."""
    position = 0
    while position + 4 <= len(extra):
        kind, length = (int.from_bytes(extra[position + part : position + part + 2], "little") for part in (0, 2))
        if kind == _UNICODE_PATH and length > 5:
            return extra[position + 9 : position + 4 + length].decode("utf-8")
        position += 4 + length
    return ""


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, max_bytes: int) -> Source:
    if leads_outside(_named(entry)):
        return _refused(name, "Its name in the ZIP leads outside of the ZIP.")
    if entry.flag_bits & 1:
        return _refused(name, "It is locked with a password in the ZIP.")
    if entry.compress_type not in _METHODS:
        return _refused(name, "It is compressed in the ZIP by another method than the usual one. Zip it again.")
    if entry.file_size > max_bytes:
        return _refused(name, str(too_large(entry.file_size, max_bytes)))
    if entry.file_size > MAX_EXPANSION * max(1, entry.compress_size):
        return _refused(name, "It grows far more out of the ZIP than a photo does.")
    return Source(name=name, read=lambda: _unzipped(archive, entry, max_bytes))


def leads_outside(name: str) -> bool:
    """Whether a path, with slashes of either kind, leads out of the folder that it is below, or to a drive."""
    parts = name.replace("\\", "/").split("/")  # as some programs of Windows write into ZIPs
    return ".." in parts or not parts[0] or bool(_DRIVE.fullmatch(parts[0][:2]))


def _unzipped(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, max_bytes: int) -> bytes:
    try:
        with archive.open(entry) as file:
            data = file.read(max_bytes + 1)  # whatever the ZIP says of its size
    # What zipfile raises on damaged entries, and on locked and patched ones of which only their own headers tell.
    except (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        raise errors.PhotoRefused("It is damaged in the ZIP.") from None
    if len(data) > max_bytes:
        raise too_large(len(data), max_bytes)
    return data


def _refused(name: str, why: str) -> Source:
    def read() -> bytes:
        raise errors.PhotoRefused(why)

    return Source(name=name, read=read)


def too_large(num_bytes: int, max_bytes: int) -> errors.PhotoRefused:
    """That a file has more bytes than are read."""
    return errors.PhotoRefused(
        f"It has {num_bytes / BYTES_PER_MB:,.1f} MB; at most {max_bytes // BYTES_PER_MB:,} MB are read."
    )
