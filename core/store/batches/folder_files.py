"""What was taken from folders that a scheduler watches, and what was written for it. Two histories that only grow.

What is taken is noted in the transaction that stores its batch: a file is in a batch and known, or neither.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from core.store.base import database, schema
from core.store.base.store import Store

TAGS = ""
"""Layout of the list of tags; other files for the batch have the layouts of `core.tagging.shop_export`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """One file, or one of a ZIP, that became part of a batch."""

    name: str
    """In the folder, with `/`; one line of printable text."""
    sku: str
    """Of the list that came with it; may be empty."""
    sha256: str
    """Of its content."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A file that was written for a batch."""

    batch_number: int
    """Which one."""
    layout: str
    """Key of `core.tagging.shop_export.LAYOUTS`, or `TAGS`."""
    path: Path
    """Where it stands, or stood until somebody took it."""
    positions: tuple[int, ...]
    """Of the products that left with it; none for a list of tags."""
    seen: str
    """What people had decided when it was made; the same again makes no other file."""


def recorder(folder: Path, taken: Sequence[Taken]) -> Callable[[sa.Connection, int], None]:
    """What notes these files of a folder, as `on_stored` of `batches.create`."""

    def record(connection: sa.Connection, number: int) -> None:
        rows = [
            {"batch_number": number, "place": place, "folder": str(folder), "name": one.name, "sku": one.sku,
             "sha256": one.sha256}
            for place, one in enumerate(taken)
        ]  # fmt: skip
        connection.execute(sa.insert(schema.folder_files), rows)

    return record


def known(store: Store) -> dict[str, set[str]]:
    """SHA-256 of every content that was ever taken, from whichever folder -> the SKUs with which it was."""
    columns = schema.folder_files.c
    found: dict[str, set[str]] = {}
    with database.read(store.engine) as connection:
        for sha256, sku in connection.execute(sa.select(columns.sha256, columns.sku)):
            found.setdefault(sha256, set()).add(sku)
    return found


def batch_numbers(store: Store, folder: Path) -> list[int]:
    """Numbers of the batches that were taken from that folder, the oldest first."""
    columns = schema.folder_files.c
    wanted = sa.select(columns.batch_number).where(columns.folder == str(folder)).distinct()
    with database.read(store.engine) as connection:
        return list(connection.scalars(wanted.order_by(columns.batch_number)))


def note(store: Store, batch_number: int, layout: str, path: Path, positions: Iterable[int], seen: str) -> None:
    """Notes a file that is whole; what is noted is never written again."""
    number = schema.folder_lists.c.number
    with database.write(store.engine) as connection:
        last = connection.scalar(sa.select(sa.func.max(number))) or 0
        values = {"number": last + 1, "batch_number": batch_number, "layout": layout, "path": str(path)}
        values |= {"positions": list(positions), "seen": seen}
        values |= {"written_at": datetime.now(UTC)}
        connection.execute(sa.insert(schema.folder_lists).values(**values))


def written(store: Store, numbers: Sequence[int]) -> list[Written]:
    """The files that were written for these batches, in order."""
    columns = schema.folder_lists.c
    fields = [columns[name] for name in Written.__slots__]
    with database.read(store.engine) as connection:
        rows = connection.execute(sa.select(*fields).order_by(columns.number)).mappings().all()
    wanted = set(numbers)
    return [
        Written(**{**row, "path": Path(row["path"]), "positions": tuple(row["positions"])})
        for row in rows
        if row["batch_number"] in wanted
    ]
