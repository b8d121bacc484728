"""Files that people drop on the page, as a folder below the home from which a catalogue is brought in.

Names are only ever made into paths here: whatever leads outside, or is no path, is refused and told.
"""

import contextlib
import io
import os
import shutil
import time
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from core import errors, file_names
from core.photos import sources

KEPT_SECONDS = 24 * 3600.0
"""How long files wait that were dropped and not brought in."""
MOST_TIMES = 4
"""Times as many bytes as one file may have are taken at once: photos hardly grow out of a ZIP."""
_LONGEST_PART = 150


def folder_of(home: Path, name: str) -> Path:
    """Where the dropped files of a catalogue are, or would be."""
    return home / "uploads" / file_names.one(name)


def stage(home: Path, files: Sequence[tuple[str, bytes]], *, max_mb: int, most: int) -> tuple[Path, list[str]]:
    """Puts dropped files, and what is in dropped ZIPs, into a folder of their own.

    Args:
        home: where.
        files: names and contents.
        max_mb: megabytes that one file may have; a list may have as many as a ZIP.
        most: files that are taken at once.

    Returns:
        The folder, and a sentence for each file that was left out.

    Raises:
        errors.CatalogueError: there are more files or bytes, or the disk is full; nothing is left of them then.
    """
    _sweep(home)
    folder = home / "uploads" / "waiting" / uuid.uuid4().hex
    problems: list[str] = []
    try:
        folder.mkdir(parents=True)
        num_bytes = 0
        for num, source in enumerate(_sources(files, max_mb)):
            if num >= most:
                raise errors.CatalogueError(
                    f"More than {most:,} files were dropped. Drop fewer at once, or bring them in by the command line."
                )
            try:
                num_bytes += _write(folder, source)
            except errors.PhotoRefused as error:
                problems.append(f"{source.name}: {error}")
            if num_bytes > MOST_TIMES * max_mb * sources.BYTES_PER_MB:
                raise errors.CatalogueError(
                    f"The files have more than {MOST_TIMES * max_mb:,} MB together, out of their ZIPs. Drop fewer at "
                    "once, or bring them in by the command line."
                )
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise errors.CatalogueError(f"The files cannot be kept ({error.strerror or error}). Make room.") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder, problems


def take_over(home: Path, staged: Path, name: str) -> Path:
    """Moves staged files to those of the catalogue, where files of the same path are replaced; gives their folder.

    Raises:
        errors.CatalogueError: they are no longer there.
    """
    if not staged.is_relative_to(home / "uploads" / "waiting") or not staged.is_dir():
        raise errors.CatalogueError("The dropped files are no longer there. Drop them once more.")
    target = folder_of(home, name)
    try:
        for path in sorted(staged.rglob("*")):
            if path.is_file():
                new = target / path.relative_to(staged)
                new.parent.mkdir(parents=True, exist_ok=True)
                path.replace(new)
    except OSError as error:
        raise errors.CatalogueError(f"The files cannot be kept ({error.strerror or error}). Make room.") from error
    shutil.rmtree(staged, ignore_errors=True)
    return target


@contextlib.contextmanager
def united(home: Path, staged: Path, name: str) -> Iterator[Path]:
    """A folder, gone afterwards, with what the catalogue's would hold once `staged` is taken over; nothing is copied.

    Raises:
        errors.CatalogueError: this disk cannot show files twice.
    """
    folder = home / "uploads" / "waiting" / uuid.uuid4().hex
    try:
        for place in (folder_of(home, name), staged):
            for path in sorted(place.rglob("*")):
                if path.is_file() and not path.is_symlink():
                    new = folder / path.relative_to(place)
                    new.parent.mkdir(parents=True, exist_ok=True)
                    new.unlink(missing_ok=True)
                    os.link(path, new)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise errors.CatalogueError("What would change cannot be told before these are brought in.") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sources(files: Sequence[tuple[str, bytes]], max_mb: int) -> "list[sources.Source]":
    found: list[sources.Source] = []
    for name, data in files:
        if zipfile.is_zipfile(io.BytesIO(data)) and name.lower().endswith(".zip"):
            prefix = sources.printable(f"{name}/")
            found += [
                sources.Source(name=source.name.removeprefix(prefix), read=source.read)
                for source in sources.of_zip(name, io.BytesIO(data), max_mb=max_mb)
            ]
        else:
            found.append(sources.Source(name=name, read=lambda data=data: data))  # type: ignore[misc]
    return found


def _write(folder: Path, source: sources.Source) -> int:
    """Writes a file and gives its size."""
    parts = PurePosixPath(source.name.replace("\\", "/")).parts
    is_path = bool(parts) and not sources.leads_outside(source.name)
    if not is_path or any(part in (".", "/") or len(part) > _LONGEST_PART for part in parts):
        raise errors.PhotoRefused("Its name is no path below a folder.")
    # What Windows takes for a drive or for a file within a file.
    target = folder.joinpath(*(part.replace(":", "_") if os.name == "nt" else part for part in parts))
    data = source.read()
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise errors.PhotoRefused("Another file of that name was dropped as well.") from None
    return len(data)


def _sweep(home: Path) -> None:
    """Takes away what was dropped and not brought in for long."""
    limit = time.time() - KEPT_SECONDS
    for path in (home / "uploads" / "waiting").glob("*"):
        if path.stat().st_mtime < limit:
            shutil.rmtree(path, ignore_errors=True)
