"""Changes to histories that only a person with the database's own tools could make."""

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa

from core.store import Store
from core.store.base import database, guards


@contextlib.contextmanager
def unguarded(store: Store, *tables: str) -> Iterator[sa.Connection]:
    """A transaction in which the guards of these tables are down; at its end they stand again."""
    with database.write(store.engine) as connection:
        guards.take_down(connection, tables)
        yield connection
        guards.set_up(connection)
