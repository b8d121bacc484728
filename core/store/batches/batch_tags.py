"""What a version said of the photos of a batch: one row a photo, added when it is tagged, never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from core import failpoints
from core.store.base import database, schema
from core.store.base.store import Store
from core.store.batches.batches import Batch


@dataclass(frozen=True, kw_only=True, slots=True)
class PhotoTag:
    """What is said of one photo; nothing of it depends on a line."""

    position: int
    """Of the photo in its batch."""
    guesses: tuple[tuple[str, float], ...]
    """Class names with calibrated probabilities, the surest first; empty where unreadable."""
    findings: tuple[str, ...]
    """What was noticed, in words; of an unreadable file why it was refused."""
    needs_look: bool
    """Whether one of them asks for a person."""
    is_unlike: bool
    """Whether it looks unlike anything the version learned."""
    strangeness: float | None
    """How unlike, see `core.quality.unlike`; None where it was not measured."""
    picture: NDArray[np.uint8] | None
    """(H, W) what the model sees, or (H, H, 3) in its colours; None where unreadable."""
    tagged_at: datetime
    """When, UTC."""

    @property
    def is_readable(self) -> bool:
        """Whether it could be decoded."""
        return self.picture is not None


def append(store: Store, batch: Batch, tags: Sequence[PhotoTag]) -> None:
    """Adds tags, all or none; on disk when this returns. A photo has one tag: a second one is refused by its key."""
    if not tags:
        return
    rows = [_row(batch.number, tag) for tag in tags]

    def add(connection: sa.Connection) -> None:
        if _is_there(connection, rows[0]):  # the answer to the commit was lost with the server
            return
        connection.execute(sa.insert(schema.batch_tags), rows)
        work = sa.update(schema.jobs).where(schema.jobs.c.batch_number == batch.number)
        connection.execute(work.values(attempts=0, heartbeat_at=database.now(connection)))
        failpoints.reach("tags-committing")

    database.written(store.engine, add)
    failpoints.reach("tags-committed")


def _is_there(connection: sa.Connection, row: Mapping[str, Any]) -> bool:
    """Whether that very tag is stored already; another one of the same photo is not it."""
    names = ("batch_number", "position", "tagged_at")
    select = sa.select(schema.batch_tags.c.position).where(*(schema.batch_tags.c[name] == row[name] for name in names))
    return connection.scalar(select) is not None


def positions(store: Store, batch: Batch) -> set[int]:
    """Of the photos that are tagged already."""
    with database.read(store.engine) as connection:
        return set(connection.scalars(sa.select(schema.batch_tags.c.position).where(_is_of(batch))))


def num_tagged(store: Store, batch: Batch) -> int:
    """How many photos are tagged already."""
    with database.read(store.engine) as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(schema.batch_tags).where(_is_of(batch))) or 0


def counts(store: Store) -> dict[int, int]:
    """Number of each batch -> how many of its photos are tagged and could be read; batches without any are left out."""
    tags = schema.batch_tags.c
    select = sa.select(tags.batch_number, sa.func.count()).where(tags.height > 0).group_by(tags.batch_number)
    with database.read(store.engine) as connection:
        return dict(connection.execute(select).tuples().all())


def load(store: Store, batch: Batch) -> list[PhotoTag]:
    """Every tag of the batch so far, by position."""
    tags = sa.select(schema.batch_tags).where(_is_of(batch)).order_by(schema.batch_tags.c.position)
    with database.read(store.engine) as connection:
        return [_tag(dict(row)) for row in connection.execute(tags).mappings()]


def _is_of(batch: Batch) -> sa.ColumnElement[bool]:
    return schema.batch_tags.c.batch_number == batch.number


def _row(number: int, tag: PhotoTag) -> dict[str, object]:
    names = ("position", "needs_look", "is_unlike", "strangeness", "tagged_at")
    return {
        "batch_number": number,
        **{name: getattr(tag, name) for name in names},
        "guesses": [list(guess) for guess in tag.guesses],
        "findings": list(tag.findings),
        "picture": None if tag.picture is None else tag.picture.tobytes(),
        "height": 0 if tag.picture is None else tag.picture.shape[0],
    }


def _tag(row: Mapping[str, Any]) -> PhotoTag:
    names = ("position", "needs_look", "is_unlike", "strangeness", "tagged_at")
    picture = None
    if row["height"]:
        picture = as_picture(row["picture"], row["height"])
    return PhotoTag(
        **{name: row[name] for name in names},
        guesses=tuple((str(name), float(share)) for name, share in row["guesses"]),
        findings=tuple(row["findings"]),
        picture=picture,
    )


def without_picture(row: sa.RowMapping) -> PhotoTag:
    """The tag of a row without its picture: one white pixel stands for a photo that could be read."""
    pixel = np.full((1, 1), 255, dtype=np.uint8).tobytes()
    return _tag({**row, "picture": pixel, "height": min(row["height"], 1)})


def as_picture(content: bytes, height: int) -> NDArray[np.uint8]:
    """The picture of a row: of as many pixels as three squares it is one square in colours."""
    values = np.frombuffer(content, dtype=np.uint8)
    return values.reshape(height, height, 3) if len(values) == 3 * height * height else values.reshape(height, -1)
