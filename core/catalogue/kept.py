"""Where own catalogues lie in the home, and what is kept of each photo.

`catalogues/NAME/catalogue.json` is the door: it names the table of rows and the array of small pictures that belong
together, and is replaced as the last step of every change. `photos/` holds each photo once, however many catalogues and
versions use it, named by the SHA-256 of the file it was made of.
"""

import contextlib
import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import filelock
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import errors, file_names
from core.catalogue import table_files

TILE_SIDE = 96
"""Height and width of the small pictures in galleries, in pixels."""
_IN_USE = "in-use.txt"
NAME_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
COLUMNS = ("photo", "product", "category", "split", "group", "sha256", "hash", "problem")
"""Of the table of rows: path as given; what the photo shows; class name; "train", "test" or ""; photos of one group lie
on one side of a split; of the file; perceptual hash (16 hex digits, "" where unreadable); why it is not learned from,
"" where it is. All text."""
AS_BROUGHT = ("given_place", "given_category", "given_problem")
"""Further columns of the file, where people decided about photos: place (from 0), category and problem of the row
before they did, so that every decision can be taken back. See `core.catalogue.own.decisions`."""
LEFT_OUT = "a person left it out"
"""The problem of photos that somebody decided not to learn from, on the page *Garments*."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnCatalogue:
    """A catalogue of one's own, as it lies in the home."""

    name: str
    """What commands call it: small letters, digits and hyphens."""
    source: str
    """The folder it was brought in from."""
    layout: dict[str, Any]
    """How the folder was read, so that it can be read again the same way."""
    rows_file: str
    """Name of the table of rows."""
    tiles_file: str
    """Name of the array of small pictures, one a readable photo in the order of the rows."""
    num_photos: int
    """Readable photos with a category."""
    class_names: tuple[str, ...]
    """Its categories, sorted."""
    changed_at: float
    """Seconds since 1970."""
    departments: dict[str, str] = field(default_factory=dict)
    """Category -> where the retailer's list says that it is sold; of catalogues of before nothing is known."""
    decisions_file: str = ""
    """Name of the history of what people decided about its photos; empty where nobody did."""


def folder_of(home: Path, name: str) -> Path:
    """Where the catalogue of that name is, or would be."""
    return home / "catalogues" / file_names.one(name)


def photo_path(home: Path, sha256: str) -> Path:
    """Where the photo made of the file with that digest is, or would be: a JPEG, upright, of `colour.LONGEST_EDGE`."""
    return home / "photos" / file_names.one(sha256)[:2] / f"{sha256}.jpg"


def names(home: Path) -> list[str]:
    """All own catalogues, sorted."""
    return sorted(path.parent.name for path in (home / "catalogues").glob("*/catalogue.json"))


def find(home: Path, name: str) -> OwnCatalogue:
    """The catalogue of that name.

    Raises:
        errors.CatalogueUnknown: there is none.
        errors.CatalogueCorrupt: what describes it cannot be read.
    """
    path = folder_of(home, name) / "catalogue.json"
    if not NAME_PATTERN.fullmatch(name) or not path.is_file():
        raise errors.CatalogueUnknown(f"No catalogue {name!r}. `python -m core catalogue list` names those there are.")
    try:
        content = json.loads(path.read_bytes())
        return OwnCatalogue(**{**content, "class_names": tuple(content["class_names"])})
    except (ValueError, TypeError, KeyError) as error:
        raise errors.CatalogueCorrupt(f"{path} cannot be read ({error}). Bring the photos in again.") from None


def departments(home: Path) -> dict[str, str]:
    """Category -> where it is sold, as the lists of all own catalogues say; one that cannot be read says nothing."""
    found: dict[str, str] = {}
    for name in names(home):
        with contextlib.suppress(errors.CatalogueError):
            found |= find(home, name).departments
    return found


def read(home: Path, name: str, reader: Callable[[OwnCatalogue], T]) -> T:
    """What `reader` makes of the catalogue, read again where somebody changed it meanwhile and took its files away.

    Raises:
        errors.CatalogueUnknown: there is none of that name.
        errors.CatalogueCorrupt: a file of it is missing or changed.
    """
    found = find(home, name)
    while True:
        try:
            return reader(found)
        except errors.CatalogueCorrupt:
            before, found = found, find(home, name)
            if found == before:
                raise


def rows(home: Path, found: OwnCatalogue) -> pd.DataFrame:
    """The table of rows, see `COLUMNS`.

    Raises:
        errors.CatalogueCorrupt: it is missing or no such table.
    """
    return all_rows(home, found)[list(COLUMNS)]


def all_rows(home: Path, found: OwnCatalogue) -> pd.DataFrame:
    """The table of rows with what they were before people decided, see `COLUMNS` and `AS_BROUGHT`.

    Raises:
        errors.CatalogueCorrupt: it is missing or no such table.
    """
    path = folder_of(home, found.name) / found.rows_file
    try:
        table = table_files.read(path)
        table_files.check(table, texts=COLUMNS)
        if AS_BROUGHT[0] not in table:
            table = table.assign(
                given_place=range(len(table)), given_category=table["category"], given_problem=table["problem"]
            )
        table_files.check(table, texts=AS_BROUGHT[1:], numbers=AS_BROUGHT[:1])
        return table[[*COLUMNS, *AS_BROUGHT]]
    except (OSError, ValueError, KeyError) as error:
        raise errors.CatalogueCorrupt(f"{path} cannot be read ({error}). Bring the photos in again.") from None


def tiles(home: Path, found: OwnCatalogue) -> NDArray[np.uint8]:
    """(N, S, S, 3) small pictures of the N usable photos, read from disk where they are looked at.

    Raises:
        errors.CatalogueCorrupt: they are missing or of another number.
    """
    path = folder_of(home, found.name) / found.tiles_file
    try:
        pictures: NDArray[np.uint8] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise errors.CatalogueCorrupt(f"{path} cannot be read ({error}). Bring the photos in again.") from None
    if pictures.shape != (found.num_photos, TILE_SIDE, TILE_SIDE, 3):
        raise errors.CatalogueCorrupt(
            f"{path} holds pictures of the shape {pictures.shape}, not {found.num_photos:,}. Bring the photos in again."
        )
    return pictures


def save(home: Path, found: OwnCatalogue, table: pd.DataFrame, pictures: Path | None) -> None:
    """Puts the table and the array in place, then opens the door to them; whoever looks meanwhile sees what was.

    Args:
        home: where.
        found: what to say of it; its table does not exist yet, its decisions do.
        table: see `COLUMNS` and `AS_BROUGHT`.
        pictures: a file with the array, which is moved; None where the array is there and stays.
    """
    folder = folder_of(home, found.name)
    folder.mkdir(parents=True, exist_ok=True)
    table_files.write(table, folder / found.rows_file)
    if pictures is not None:
        pictures.replace(folder / found.tiles_file)
    for name in (found.rows_file, found.tiles_file):
        with (folder / name).open("rb") as file:
            os.fsync(file.fileno())
    content = {name: getattr(found, name) for name in found.__slots__}
    write_whole(folder / "catalogue.json", json.dumps({**content, "class_names": list(found.class_names)}, indent=1))
    named = {found.rows_file, found.tiles_file, found.decisions_file, "catalogue.json"}
    for path in folder.iterdir():  # of the state before: whoever reads it has it open, or looks once more, see `read`
        if path.name not in named:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def changing(home: Path, name: str, *, wait_seconds: float = 0) -> Iterator[None]:
    """Nobody else changes that catalogue meanwhile.

    Args:
        home: where.
        name: of the catalogue.
        wait_seconds: for somebody else who changes it.

    Raises:
        errors.CatalogueError: somebody does already, and longer than that.
    """
    lock = home / "locks" / f"catalogue-{file_names.one(name)}.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(lock, timeout=wait_seconds):
            yield
    except filelock.Timeout:
        raise errors.CatalogueError(
            f"Somebody else is changing the catalogue {name!r} right now. Wait for them, then try again."
        ) from None


def write_whole(path: Path, content: str | bytes) -> None:
    """The file with that content, on disk, or as it was before."""
    half = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    try:
        with half.open("wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def in_use(home: Path) -> str | None:
    """The own catalogue that trainings use where nobody names one; None where that is none of them."""
    try:
        name = (home / "catalogues" / _IN_USE).read_text().strip()
    except OSError:
        return None
    return name if name in names(home) else None


def use(home: Path, name: str | None) -> None:
    """Has trainings use that catalogue from now on; None: those that come with the program.

    Raises:
        errors.CatalogueUnknown: there is none of that name.
    """
    if name is not None:
        find(home, name)
    (home / "catalogues").mkdir(parents=True, exist_ok=True)
    write_whole(home / "catalogues" / _IN_USE, name or "")


def remove(home: Path, name: str) -> Path:
    """Moves the catalogue to the trash and gives back where it waits; photos stay, for others may hold them too.

    Raises:
        errors.CatalogueUnknown: there is none of that name.
        errors.CatalogueError: it is the one in use.
    """
    found = find(home, name)
    if in_use(home) == name:
        raise errors.CatalogueError(
            f"{name!r} is in use. Choose another one first: `python -m core catalogue use OTHER`, or `use --none`."
        )
    target = home / "trash" / f"catalogue-{found.name}-{int(time.time())}-{uuid.uuid4().hex[:6]}"
    target.parent.mkdir(parents=True, exist_ok=True)
    with changing(home, name):
        shutil.move(folder_of(home, name), target)
        os.utime(target)  # from now on its days in the trash are counted
        dropped = home / "uploads" / name  # what people dropped for it, see `core.catalogue.own.uploads`
        if dropped.is_dir():
            shutil.move(dropped, target / "uploads")
    return target


def unused_photos(home: Path, *, before: float) -> list[Path]:
    """Kept photos that no catalogue holds, not even one in the trash, and that were kept before that time.

    Versions that learned from them hold the small pictures that they show themselves.

    Raises:
        errors.CatalogueCorrupt: a table of rows cannot be read, so that nobody can say what it holds.
    """
    held: set[str] = set()
    tables = [*(home / "catalogues").glob("*/rows-*.parquet"), *(home / "trash").glob("catalogue-*/rows-*.parquet")]
    for path in tables:
        try:
            held |= set(table_files.read(path)["sha256"])
        except (OSError, ValueError, KeyError) as error:
            raise errors.CatalogueCorrupt(f"{path} cannot be read ({error}). Bring the photos in again.") from None
    photos = (home / "photos").glob("*/*.jpg")
    return sorted(path for path in photos if path.stem not in held and path.stat().st_mtime < before)
