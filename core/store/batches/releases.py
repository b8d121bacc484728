"""Deliveries that differ from what their line was made for, and that a person let go all the same, with the reason."""

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from core import errors
from core.access.roles import Action
from core.store.base import audit, database, permission, reasons, schema
from core.store.base.store import Store
from core.store.batches import automation_lines


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """A delivery whose sure tags leave although it differs."""

    batch_number: int
    """Which one."""
    who: str
    """Who stands by it."""
    reason: str
    """Why."""
    num_checked: int
    """Products of it that people had looked at, drawn at random among those held back."""
    num_right: int
    """Those of them whose tag was right."""
    released_at: datetime
    """When, UTC."""


def of_batch(store: Store, batch_number: int) -> Release | None:
    """The release of that batch; None where nobody released it."""
    with database.read(store.engine) as connection:
        return _of_batch(connection, batch_number)


@permission.needs(Action.REVIEW)
def release(store: Store, batch_number: int, *, reason: str, num_checked: int, num_right: int, who: str) -> Release:
    """Lets the sure tags of a batch leave; a batch that is released already stays as it is.

    Args:
        store: where.
        batch_number: which batch.
        reason: why, as `reasons.checked` takes it.
        num_checked: products drawn at random among those held back that people looked at.
        num_right: those of them whose tag was right.
        who: who stands by it.

    Raises:
        errors.ReasonMissing: the reason is too short or too long.
        errors.TaggingRefused: there is no such batch, or no name.
    """
    who = automation_lines.checked_person(who)
    reason = reasons.checked(reason, "to let this delivery go")
    with database.write(store.engine) as connection:
        if held := _of_batch(connection, batch_number):
            return held
        batches = schema.batches.c.number
        if connection.scalar(sa.select(batches).where(batches == batch_number)) is None:
            raise errors.TaggingRefused(f"There is no batch {batch_number}.")
        found = Release(
            batch_number=batch_number, who=who, reason=reason, num_checked=num_checked, num_right=num_right,
            released_at=datetime.now(UTC),
        )  # fmt: skip
        values = {name: getattr(found, name) for name in Release.__slots__}
        connection.execute(sa.insert(schema.batch_releases).values(**values))
        audit.record(
            connection, who=who, action="release-delivery", subject=f"batch {batch_number}",
            after={"num_checked": num_checked, "num_right": num_right}, note=reason,
        )  # fmt: skip
        return found


@permission.needs(Action.REVIEW)
def note_export(store: Store, batch_number: int, *, file: str, num_products: int, who: str) -> None:
    """Writes into the log that products of a batch left as that kind of file."""
    with database.write(store.engine) as connection:
        audit.record(
            connection, who=who, action="export", subject=f"batch {batch_number}",
            after={"file": file, "products": num_products},
        )  # fmt: skip


def _of_batch(connection: sa.Connection, batch_number: int) -> Release | None:
    table = schema.batch_releases
    row = connection.execute(sa.select(table).where(table.c.batch_number == batch_number)).mappings().first()
    return None if row is None else Release(**row)
