"""How far the tagging of each batch is: one row a batch, changed only where it stands as its changer believes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.store import Store
from core.store.base import database, schema

WAITING, STARTING, RUNNING, STOPPING = "waiting", "starting", "running", "stopping"
FINISHED, STOPPED, FAILED = "finished", "stopped", "failed"
TO_DO = (WAITING, STARTING, RUNNING)
"""What a worker takes up."""
ACTIVE = (*TO_DO, STOPPING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """How far the tagging of a batch is."""

    batch_number: int
    """The batch."""
    status: str
    """waiting, starting, running or stopping; finished, stopped or failed."""
    attempts: int
    """Workers begun since a photo was tagged last."""
    message: str
    """Why it failed or who stopped it, one sentence; else empty."""
    details: str
    """What IT needs to know of a failure; else empty."""
    heartbeat_at: datetime
    """When its worker was last heard of, UTC."""

    @property
    def is_active(self) -> bool:
        """Whether it waits, is worked on, or is about to stop."""
        return self.status in ACTIVE


def find(store: Store, number: int) -> Work:
    """The row of a batch."""
    select = sa.select(schema.batch_work).where(schema.batch_work.c.batch_number == number)
    with database.read(store.engine) as connection:
        return Work(**connection.execute(select).mappings().one())


def those(store: Store, *statuses: str) -> list[Work]:
    """The rows that stand so, the oldest batch first."""
    works = schema.batch_work
    select = sa.select(works).where(works.c.status.in_(statuses)).order_by(works.c.batch_number)
    with database.read(store.engine) as connection:
        return [Work(**row) for row in connection.execute(select).mappings()]


def statuses(store: Store) -> dict[int, str]:
    """Number of each batch -> status of its work."""
    works = schema.batch_work.c
    with database.read(store.engine) as connection:
        return dict(connection.execute(sa.select(works.batch_number, works.status)).tuples().all())


def change(
    store: Store, number: int, changes: dict[str, Any], *only_if: str, condition: sa.ColumnElement[bool] | None = None
) -> bool:
    """Changes the row of a batch where it has one of these statuses; whether it had."""
    with database.write(store.engine) as connection:
        return change_in(connection, number, changes, *only_if, condition=condition)


def change_in(
    connection: sa.Connection,
    number: int,
    changes: dict[str, Any],
    *only_if: str,
    condition: sa.ColumnElement[bool] | None = None,
) -> bool:
    """`change`, inside the caller's transaction."""
    works = schema.batch_work
    statement = sa.update(works).where(works.c.batch_number == number, works.c.status.in_(only_if))
    if condition is not None:
        statement = statement.where(condition)
    return connection.execute(statement.values(**changes)).rowcount == 1


def fail(store: Store, number: int, message: str, details: str) -> None:
    """Ends the work of a batch that has not ended, with the reason."""
    change(store, number, {"status": FAILED, "message": message, "details": details}, *ACTIVE)
