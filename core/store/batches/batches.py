"""Batches of photos: the files as they were dropped, and the photos' rows. Stored before anything is tagged.

A batch is a folder `batches/<id>` of the home, in which file `000000`, `000001`, ... is the photo at that position:
names that anybody chose are only ever data. It is written beside, flushed and renamed, and becomes visible by the one
transaction that follows.
"""

import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core import errors, failpoints
from core.access.roles import Action
from core.store.base import audit, database, identity, permission, schema
from core.store.base.store import Store
from core.store.batches import automation_lines
from core.store.runs import runs

PHOTOS, PREVIEWS = "photos", "previews"
"""Folders of a batch: the files as they were dropped, and small pictures that the limited decoder drew anew.

Both are kept for `GARMENTS_PHOTO_DAYS`."""

LET_GO = "photos-let-go"
"""Stands in the folder of a batch whose photos were removed on purpose."""
_WRITERS = 8
"""Files that are written side by side: a disk flushes some of them in hardly more time than one."""
LEFTOVER_SECONDS = 3600
"""A folder that no batch names yet may be one that is just being stored."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewPhoto:
    """A file that is to be stored."""

    name: str
    """As it was dropped; one line of printable text."""
    data: bytes
    """The file; need not be a picture at all."""
    sku: str = ""
    """Of the list that came with it."""
    title: str = ""
    """Likewise."""
    sha256: str = ""
    """Of the file."""
    refused: str = ""
    """Why it is not even tried, one sentence; empty: it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Photos that were dropped together."""

    number: int
    """1, 2, 3, ...: how people call it."""
    id: str
    """12 hex digits: its folder."""
    run_id: str
    """The version that tags it."""
    num_photos: int
    """Files in it, unreadable ones included."""
    suggested: tuple[float, ...]
    """(K) the lines that were suggested for the version then, 0-1; NaN trusts none."""
    created_by: str
    """Who dropped it."""
    created_at: datetime
    """When, UTC."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Photo:
    """One file of a batch."""

    position: int
    """0, 1, 2, ... in its batch."""
    name: str
    """As it was dropped."""
    sku: str
    """Of the list that came with it; may be empty."""
    title: str
    """Likewise."""
    sha256: str
    """Of the file."""
    refused: str
    """Why it is not even tried; empty: it is."""


_FIELDS = [schema.batches.c[name] for name in Batch.__slots__]
_PHOTO_FIELDS = [schema.batch_photos.c[name] for name in Photo.__slots__]


@permission.needs(Action.REVIEW)
def create(
    store: Store,
    run: runs.Run,
    photos: Sequence[NewPhoto],
    suggested: Sequence[float],
    *,
    who: str,
    request_id: str,
    on_stored: Callable[[sa.Connection, int], None] = lambda connection, number: None,
) -> Batch:
    """Stores photos as a new batch that waits to be tagged; what is returned is on disk, with every byte of the files.

    Args:
        store: where.
        run: the version that is to tag them.
        photos: the files.
        suggested: (K) lines that are suggested for the version, 0-1; NaN trusts none.
        who: who dropped them.
        request_id: any text of 1-64 characters that no other request has; the same again stores nothing new.
        on_stored: stores what must be there with the batch or not at all; given its number, in the same transaction.

    Raises:
        errors.TaggingRefused: there are no photos, they cannot be written, or the name is none.
    """
    who = automation_lines.checked_person(who)
    automation_lines.check_request_id(request_id)
    if held := of_request(store, request_id):
        return held
    if not photos:
        raise errors.TaggingRefused("There are no photos to tag. Drop some.")
    batch_id = uuid.uuid4().hex[:12]
    _write_files(store, batch_id, photos)
    with database.write(store.engine) as connection:
        number = (connection.scalar(sa.select(sa.func.max(schema.batches.c.number))) or 0) + 1
        now = datetime.now(UTC)
        values = {"number": number, "id": batch_id, "request_id": request_id, "run_id": run.id, "created_by": who}
        values |= {"num_photos": len(photos), "suggested": automation_lines.as_json(suggested), "created_at": now}
        connection.execute(sa.insert(schema.batches).values(**values))
        connection.execute(sa.insert(schema.batch_photos), [_row(number, *place) for place in enumerate(photos)])
        connection.execute(sa.insert(schema.jobs).values(**_job(store, number, who, now)))
        after = {"photos": len(photos), "version": run.version}
        audit.record(connection, who=who, action="drop-photos", subject=f"batch {number}", after=after)
        on_stored(connection, number)
        failpoints.reach("batch-committing")
    failpoints.reach("batch-committed")
    return find(store, number)


def _job(store: Store, number: int, who: str, now: datetime) -> dict[str, Any]:
    """Its tagging, which waits for its turn; `core.jobs` has it done."""
    return {
        "id": uuid.uuid4().hex[:12], "kind": "tagging", "batch_number": number, "status": "queued",
        "stage": "waiting for its turn", "fraction": 0.0, "message": "", "details": "", "cancel_requested": False,
        "started_by": who, "created_at": now, "heartbeat_at": now, "recipe": "", "seed": 0, "again": False,
        "host": identity.host(), "place": identity.place(store.home),
    }  # fmt: skip


def find(store: Store, number: int) -> Batch:
    """The batch of that number.

    Raises:
        errors.BatchNotFound: there is none.
    """
    with database.read(store.engine) as connection:
        row = connection.execute(sa.select(*_FIELDS).where(schema.batches.c.number == number)).mappings().first()
    if row is None:
        raise errors.BatchNotFound(f"There is no batch {number!r}. Choose one of the list of batches.")
    return _batch(row)


def of_request(store: Store, request_id: str) -> Batch | None:
    """The batch that a request stored; None where it stored none."""
    with database.read(store.engine) as connection:
        wanted = sa.select(*_FIELDS).where(schema.batches.c.request_id == request_id)
        row = connection.execute(wanted).mappings().first()
    return None if row is None else _batch(row)


def list_batches(store: Store) -> list[Batch]:
    """Every batch, the newest first."""
    with database.read(store.engine) as connection:
        rows = connection.execute(sa.select(*_FIELDS).order_by(schema.batches.c.number.desc())).mappings()
        return [_batch(row) for row in rows]


def photos_of(store: Store, batch: Batch) -> list[Photo]:
    """The files of a batch, by position."""
    of_batch = sa.select(*_PHOTO_FIELDS).where(schema.batch_photos.c.batch_number == batch.number)
    with database.read(store.engine) as connection:
        rows = connection.execute(of_batch.order_by(schema.batch_photos.c.position)).mappings()
        return [Photo(**row) for row in rows]


def folder_of(store: Store, batch: Batch) -> Path:
    """Where the files of the batch are."""
    return store.home / "batches" / batch.id


def photo_path(store: Store, batch: Batch, position: int) -> Path:
    """The file at that position, as it was dropped: never to be shown, only to be decoded with limits."""
    return folder_of(store, batch) / PHOTOS / f"{position:06}"


def preview_path(store: Store, batch: Batch, position: int) -> Path:
    """The small safe picture of it; there once it is tagged, where it could be read, until the photos are let go."""
    return folder_of(store, batch) / PREVIEWS / f"{position:06}.jpg"


def has_photos(store: Store, batch: Batch) -> bool:
    """Whether the photos of the batch are kept as they were dropped."""
    return (folder_of(store, batch) / PHOTOS).exists()


def expired(store: Store) -> list[Batch]:
    """Batches whose tagging has ended and whose photos are older than `GARMENTS_PHOTO_DAYS`, the oldest first."""
    jobs = schema.jobs.c
    limit = datetime.now(UTC) - timedelta(days=store.settings.photo_days)
    with database.read(store.engine) as connection:
        ended = set(connection.scalars(sa.select(jobs.batch_number).where(jobs.ended_at.is_not(None))))
    return [
        batch
        for batch in list_batches(store)[::-1]
        if batch.number in ended and batch.created_at < limit and has_photos(store, batch)
    ]


def let_go(store: Store, batch: Batch, *, who: str) -> None:
    """Removes the photos of a batch, as they were dropped and small; all that was said of them stays."""
    with database.write(store.engine) as connection:
        after = {"photos": batch.num_photos}
        audit.record(connection, who=who, action="purge", subject=f"photos of batch {batch.number}", after=after)
    (folder_of(store, batch) / LET_GO).touch()
    failpoints.reach("photos-letting-go")
    shutil.rmtree(folder_of(store, batch) / PREVIEWS, ignore_errors=True)  # first: without photos nobody asks again
    shutil.rmtree(folder_of(store, batch) / PHOTOS)


def let_go_ids(store: Store) -> set[str]:
    """Ids of the batches whose photos were let go."""
    return {path.parent.name for path in (store.home / "batches").glob(f"*/{LET_GO}")}


def sweep_previews(store: Store) -> None:
    """Removes small pictures of photos that were let go when those were still kept."""
    for batch in let_go_ids(store):
        if not (store.home / "batches" / batch / PHOTOS).exists():
            shutil.rmtree(store.home / "batches" / batch / PREVIEWS, ignore_errors=True)


def verify(store: Store, batch: Batch) -> None:
    """Compares every file of the batch with what was dropped, unless they were let go.

    Raises:
        errors.ArtefactCorrupt: one is missing or changed; the message names it.
    """
    if (folder_of(store, batch) / LET_GO).exists():
        return
    for photo in photos_of(store, batch):
        path = photo_path(store, batch, photo.position)
        if not path.is_file():
            raise errors.ArtefactCorrupt(f"{path} is missing. Restore it from a backup, or drop the photo again.")
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != photo.sha256:
                raise errors.ArtefactCorrupt(f"{path} was changed or damaged. Restore it, or drop the photo again.")


def leftovers(store: Store) -> list[Path]:
    """Folders of drops that were interrupted before they were stored, from `LEFTOVER_SECONDS` on."""
    named = {batch.id for batch in list_batches(store)}
    return [
        path
        for path in sorted((store.home / "batches").glob("*"))
        if path.name not in named and time.time() - path.stat().st_mtime > LEFTOVER_SECONDS
    ]


def sweep(store: Store) -> None:
    """Removes what interrupted drops left; nobody was told that any of it was kept."""
    for path in leftovers(store):
        shutil.rmtree(path, ignore_errors=True)


def _write_files(store: Store, batch_id: str, photos: Sequence[NewPhoto]) -> None:
    folder, staged = store.home / "batches" / batch_id, store.home / "batches" / f"{batch_id}.tmp"
    try:
        (staged / PHOTOS).mkdir(parents=True)
        (staged / PREVIEWS).mkdir()
        paths = [staged / PHOTOS / f"{position:06}" for position in range(len(photos))]
        with ThreadPoolExecutor(_WRITERS) as writers:
            for _ in writers.map(_write, paths, [photo.data for photo in photos]):
                pass
        flush_folder(staged / PHOTOS)
        failpoints.reach("batch-staged")
        staged.rename(folder)
        flush_folder(folder.parent)
    except OSError as error:
        shutil.rmtree(staged, ignore_errors=True)
        raise errors.TaggingRefused(
            f"The photos could not be stored ({error.strerror or error}); nothing of them was kept. "
            "Free some disk space, then drop them again."
        ) from error
    failpoints.reach("batch-renamed")


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Has the names in a folder on disk."""
    if os.name == "nt":  # folders cannot be opened there; Windows flushes them by itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _row(number: int, position: int, photo: NewPhoto) -> dict[str, object]:
    names = ("name", "sku", "title", "sha256", "refused")
    return {"batch_number": number, "position": position, **{name: getattr(photo, name) for name in names}}


def _batch(row: sa.RowMapping) -> Batch:
    return Batch(**{**row, "suggested": automation_lines.of_json(row["suggested"])})
