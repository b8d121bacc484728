"""The list of results as a CSV file that grows: killed at any moment, it can be gone on with, nothing twice.

Columns: the file; tag text and product type as the team named them; the model's category; its confidence, 0-1; the
pile; what was noticed; version and line. What has no tag leaves the three names empty.
"""

import contextlib
import csv
import hashlib
import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import filelock
import numpy as np
from numpy.typing import NDArray

from core import errors
from core.retail import spreadsheet
from core.retail.naming import Naming
from core.tagging.tagger import Tagged

COLUMNS = ("file", "tag", "product_type", "category", "confidence", "pile", "findings", "version", "line")


@contextlib.contextmanager
def held(path: Path, locks: Path) -> Iterator[None]:
    """Keeps others from writing to that file; `locks` is a folder for what says so.

    Raises:
        errors.TaggingRefused: another command writes to it.
    """
    locks.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    try:
        with filelock.FileLock(locks / f"tags-{name}.lock", timeout=0):
            yield
    except filelock.Timeout:
        raise errors.TaggingRefused(
            f"Another command is writing to {path}. Wait for it or choose another file."
        ) from None


def tagged_before(path: Path, version: int, line: str, naming: Naming) -> set[str]:
    """The names of the files in the list; where there is none a new one is begun, and a torn last line is taken off.

    A file that is another one stays as it is, to the byte.

    Args:
        path: the list.
        version: of the model.
        line: as `line_text` gives it.
        naming: what the team calls the categories today.

    Raises:
        errors.TaggingRefused: it is another list, of another version, with another line or with other names, or
            cannot be written.
    """
    try:
        if path.exists() and not path.is_file():
            raise _other_list(path, "it is no ordinary file")
        _begin(path)
        names = set(_names(csv.reader(_whole_lines(path)), path, version, line, naming))
        _take_off_torn_line(path)
        return names
    except OSError as error:
        raise _cannot(path, error) from error
    except (UnicodeDecodeError, csv.Error):
        raise _other_list(path, "it is no list of tags") from None


def append(path: Path, batch: Sequence[Tagged], version: int, line: str, naming: Naming) -> None:
    """Adds a row for each, on disk before this returns.

    Raises:
        errors.TaggingRefused: it cannot be written.
    """
    try:
        _add(path, spreadsheet.as_lines(_rows(batch, version, line, naming)).encode())
    except OSError as error:
        raise _cannot(path, error) from error


def whole(batch: Sequence[Tagged], version: int, line: str, naming: Naming) -> bytes:
    """The list of these files alone, with the names of its columns."""
    return spreadsheet.as_csv(COLUMNS, _rows(batch, version, line, naming))


def line_text(line: float | NDArray[np.float64]) -> str:
    """The line as the list names it: a number, or one for each class in class order; none where none is trusted."""
    return " ".join("none" if math.isnan(each) else f"{each:.6f}" for each in np.atleast_1d(line).tolist())


def _rows(batch: Sequence[Tagged], version: int, line: str, naming: Naming) -> list[tuple[str | int | float, ...]]:
    return [
        (found.file, *_named(found, naming), "" if math.isnan(found.confidence) else round(found.confidence, 4),
         found.pile, "; ".join(found.findings), version, line)
        for found in batch
    ]  # fmt: skip


def _named(found: Tagged, naming: Naming) -> tuple[str, str, str]:
    """Tag text and product type, empty where there is no tag, and the surest category of every readable photo."""
    category = found.guesses[0][0] if found.guesses else found.tag
    return (*_called(found.tag, naming), category)


def _called(tag: str, naming: Naming) -> tuple[str, str]:
    entry = naming.of(tag)
    return (", ".join(entry.shop_tags), entry.shop_type) if tag else ("", "")


def _add(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _begin(path: Path) -> None:
    """Writes the names of the columns, or what is missing of them: a command may have been killed right there."""
    header = spreadsheet.as_csv(COLUMNS, [])
    begun = b""
    if path.exists():
        with path.open("rb") as file:
            begun = file.read(len(header))
    if header.startswith(begun):
        _add(path, header[len(begun) :])


def _whole_lines(path: Path) -> Iterator[str]:
    """Names hold no line breaks, so what follows the last one was being written when the command was killed."""
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield line.decode("utf-8-sig")


def _take_off_torn_line(path: Path) -> None:
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        while end > 0:
            start = max(0, end - 65_536)
            file.seek(start)
            place = file.read(end - start).rfind(b"\n")
            if place >= 0:
                file.truncate(start + place + 1)
                return
            end = start


def _names(rows: Iterator[list[str]], path: Path, version: int, line: str, naming: Naming) -> Iterator[str]:
    if tuple(next(rows, ())) != COLUMNS:
        raise _other_list(path, f"its columns are not {', '.join(COLUMNS)}")
    for row in rows:
        if len(row) != len(COLUMNS):
            raise _other_list(path, "a row has other columns")
        if row[-2:] != [str(version), line]:
            raise _other_list(path, f"it is of version {row[-2]} with line {row[-1]}, not {version} with {line}")
        *called, category = map(spreadsheet.original_cell, row[1:4])
        if any(called) and tuple(called) != _called(category, naming):
            raise _other_list(path, f"{category or 'a photo'} was called {called[1]!r} in it, not as today")
        yield spreadsheet.original_cell(row[0])


def _other_list(path: Path, why: str) -> errors.TaggingRefused:
    return errors.TaggingRefused(f"{path} cannot be gone on with: {why}. Choose another file.")


def _cannot(path: Path, error: OSError) -> errors.TaggingRefused:
    return errors.TaggingRefused(f"{path} cannot be written ({error.strerror}). Choose another file.")
