"""Every row of one database into another: how a team moves from a file to a server, or back."""

import sqlalchemy as sa

from core import errors
from core.store.base import database, engines, guards, schema

_ROWS = 1000
"""Rows that are in memory at once."""


def fill(source: sa.Engine, target: sa.Engine) -> dict[str, int]:
    """Copies every table of a database into an empty one with the same schema: all or nothing.

    Args:
        source: is only read: one state of it, whatever is written meanwhile.
        target: has the tables, and no row but its own number, which the source's takes the place of.

    Returns:
        Table -> rows that were copied.

    Raises:
        errors.DatabaseUnavailable: one cannot be used, or the target holds something already.
    """
    with database.read(source) as reading, database.write(target) as writing:
        for table in schema.metadata.sorted_tables:
            if table is not schema.identity and writing.execute(sa.select(table).limit(1)).first() is not None:
                raise errors.DatabaseUnavailable(
                    f"The database that is to be filled is not empty: {table.name} has rows. Give an empty one."
                )
        writing.execute(sa.delete(schema.identity))
        copied = {table.name: _copy(reading, writing, table) for table in schema.metadata.sorted_tables}
        _go_on_counting(writing)
        if lost := guards.missing(writing):
            raise errors.DatabaseUnavailable(f"The database that is to be filled has lost guards: {lost}.")
    return copied


def _copy(reading: sa.Connection, writing: sa.Connection, table: sa.Table) -> int:
    found = reading.execution_options(yield_per=_ROWS).execute(sa.select(table).order_by(*table.primary_key.columns))
    num = 0
    for some in found.mappings().partitions():
        writing.execute(sa.insert(table), [dict(row) for row in some])
        num += len(some)
    return num


def _go_on_counting(writing: sa.Connection) -> None:
    """Has PostgreSQL's own counters go on after the rows that came with their numbers; SQLite looks at the rows."""
    if engines.is_sqlite(writing):
        return
    for table in schema.metadata.sorted_tables:
        for column in table.columns:
            if column is table.autoincrement_column:
                last = f"(SELECT coalesce(max({column.name}), 0) + 1 FROM {table.name})"
                counter = f"pg_get_serial_sequence('{table.name}', '{column.name}')"
                writing.exec_driver_sql(f"SELECT setval({counter}, {last}, false)")
