"""The guards of histories: the database itself refuses to change or remove what was written down.

They stand in the database, not in this program: whoever opens it by hand meets them too. `docs/upkeep.md` has the
role of PostgreSQL that could not take them away.
"""

from collections.abc import Iterator

import sqlalchemy as sa

from core.store.base import engines

APPEND_ONLY = (
    "automation_lines", "batch_photos", "batch_releases", "batch_tags", "batches", "deletions", "folder_files",
    "folder_lists", "log", "promotions", "spot_answers", "spot_checks", "suspect_lists", "tag_decisions",
    "team_choices", "verdicts",
)  # fmt: skip
"""Tables whose rows stay for good, as they are."""
UNCHANGED = ("runs",)
"""Tables whose rows stay as they are; retention may remove them, and writes down that it did."""


def expected() -> set[tuple[str, str]]:
    """(table, action) of every guard there has to be, on both databases."""
    changes = {(table, "UPDATE") for table in (*APPEND_ONLY, *UNCHANGED)}
    return changes | {(table, "DELETE") for table in APPEND_ONLY}


def missing(connection: sa.Connection) -> list[tuple[str, str]]:
    """The guards that the database has lost or switched off, sorted: for PostgreSQL also those of emptying a table."""
    wanted = {f"{table}_no_{action.lower()}": (table, action) for table, action in _wanted(connection)}
    return sorted(wanted[name] for name in wanted.keys() - set(connection.scalars(sa.text(_standing(connection)))))


def set_up(connection: sa.Connection) -> None:
    """Sets up every guard that is missing."""
    gone = missing(connection)
    if gone and not engines.is_sqlite(connection):
        connection.exec_driver_sql(_REFUSING)
    for table, action in gone:
        for statement in _statements(connection, table, action):
            connection.exec_driver_sql(statement)


def take_down(connection: sa.Connection, tables: tuple[str, ...]) -> None:
    """Takes the guards of these tables away, for what the caller does in its transaction; `set_up` puts them back."""
    for table, action in sorted(_wanted(connection)):
        if table in tables:
            where = "" if engines.is_sqlite(connection) else f" ON {table}"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{action.lower()}{where}")


def _wanted(connection: sa.Connection) -> set[tuple[str, str]]:
    if engines.is_sqlite(connection):  # it has no TRUNCATE: emptying a table is deleting its rows
        return expected()
    return expected() | {(table, "TRUNCATE") for table in (*APPEND_ONLY, *UNCHANGED)}


_REFUSING = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '%% cannot be changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
)


def _statements(connection: sa.Connection, table: str, action: str) -> Iterator[str]:
    name = f"{table}_no_{action.lower()}"
    if engines.is_sqlite(connection):
        yield (
            f"CREATE TRIGGER {name} BEFORE {action} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} cannot be changed'); END"
        )
        return
    # A trigger of that name that was switched off is made anew.
    yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
    yield f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    # Also for whoever replays changes or restores a copy into a database that lives: "replica" skips ordinary ones.
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


def _standing(connection: sa.Connection) -> str:
    if engines.is_sqlite(connection):
        return "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'"
    return (
        "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid "
        "WHERE NOT tgisinternal AND tgenabled = 'A' AND proname = 'refuse_change' "
        "AND relnamespace = current_schema()::regnamespace"
    )
