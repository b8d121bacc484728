"""Opening the database: connections, transactions, migrations. Knows no table's meaning.

Two facts about SQLite shape this module. Its versions 3.7.0 to 3.51.2 can corrupt a write-ahead log when two
connections write and checkpoint at once, so that mode is used only from 3.51.3 on (https://www.sqlite.org/wal.html).
And a transaction that reads first and writes later fails at once when somebody else wrote in between, so every write
begins with BEGIN IMMEDIATE, through `write`.
"""

import contextlib
import random
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import filelock
import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.engine import make_url

from core import errors
from core.store.base import schema

BUSY_SECONDS = 10
"""How long a statement waits for somebody else's transaction."""
_COURTESY_SECONDS = 0.005
_WROTE_AT = "wrote_at"
MIGRATIONS = Path(__file__).parents[1] / "migrations"


def open_engine(address: str) -> sa.Engine:
    """Connections to the database at that SQLAlchemy address; nothing is opened yet."""
    url = make_url(address)
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, isolation_level="SERIALIZABLE", pool_pre_ping=True)
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextlib.contextmanager
def read(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that only reads: one consistent view.

    Raises:
        errors.DatabaseUnavailable: the database cannot be reached, or is damaged.
    """
    with _translated(), engine.connect() as connection, connection.begin():
        yield connection


@contextlib.contextmanager
def write(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that may write; what it wrote is on disk when the block ends, and gone if the block fails.

    Raises:
        errors.DatabaseUnavailable: the database cannot be written, or stayed locked for `BUSY_SECONDS`.
    """
    with _translated(), engine.connect() as plain:
        connection = plain.execution_options(sqlite_begin="IMMEDIATE")
        with connection.begin():
            yield connection
        connection.info[_WROTE_AT] = time.monotonic()


def migrate(engine: sa.Engine, home: Path) -> None:
    """Brings the database to `schema.REVISION`: one migrator at a time, a copy first, all or nothing.

    Raises:
        errors.DatabaseUnavailable: it was written by a newer program, or cannot be opened.
    """
    if revision(engine) == schema.REVISION:
        return
    (home / "locks").mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(home / "locks" / "migration.lock"):
        before = revision(engine)
        if before == schema.REVISION:
            return
        from alembic import command, config, script  # half a second of imports that only a migration needs

        settings = config.Config()
        settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        known = [entry.revision for entry in script.ScriptDirectory.from_config(settings).walk_revisions()]
        if before is not None and before not in known:
            raise errors.DatabaseUnavailable(
                f"The database has schema {before!r}, but this program knows only up to {schema.REVISION!r}. "
                "Update the program, or set GARMENTS_HOME to another folder."
            )
        if before is not None:
            _back_up(engine, home, before)
        with write(engine) as connection:
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")


def revision(engine: sa.Engine) -> str | None:
    """The schema's revision; None for a database without tables."""
    with read(engine) as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found


def _back_up(engine: sa.Engine, home: Path, revision: str) -> None:
    """Copies an SQLite file before it is changed; other databases are backed up by who runs them."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return
    (home / "backups").mkdir(parents=True, exist_ok=True)
    target = home / "backups" / f"garments-{revision}-{datetime.now(UTC):%Y%m%dT%H%M%S}.db"
    open_file = sqlite3.connect
    with contextlib.closing(open_file(engine.url.database)) as source, contextlib.closing(open_file(target)) as copy:
        source.backup(copy)


def _set_up_sqlite(connection: Any, record: Any) -> None:
    # Python's own transaction handling would begin too late and without IMMEDIATE.
    connection.isolation_level = None
    journal = "WAL" if sqlite3.sqlite_version_info >= (3, 51, 3) else "DELETE"
    for pragma in (f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    if connection.get_execution_options().get("sqlite_begin") == "IMMEDIATE":
        _begin_in_turn(connection)
    else:
        connection.exec_driver_sql("BEGIN DEFERRED")


def _begin_in_turn(connection: sa.Connection) -> None:
    """Begins a transaction that may write, waiting up to `BUSY_SECONDS` for those who write now.

    SQLite's own waiting sleeps longer the longer it waits, so that among many writers who came last goes first. Here
    who waits longest looks most often, and who has just written lets others go first.
    """
    began = time.monotonic()
    time.sleep(max(0.0, connection.info.get(_WROTE_AT, 0.0) + _COURTESY_SECONDS - began))
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                return
            except exc.OperationalError as error:
                code = getattr(error.orig, "sqlite_errorcode", None)
                if code is None or code & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > began + BUSY_SECONDS:
                    raise
            time.sleep(random.uniform(0.5, 1.0) * max(0.001, 0.010 - (time.monotonic() - began) / 20))
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except exc.IntegrityError:
        # A broken rule is for the caller, who knows what it means.
        raise
    except exc.DBAPIError as error:
        # Without the statement and its parameters: they may hold what people wrote.
        raise errors.DatabaseUnavailable(
            f"The database cannot be used ({error.orig}). Check the disk and GARMENTS_DATABASE_URL, then try again."
        ) from error
