"""Connections to SQLite or PostgreSQL, and how long whoever uses them waits. Knows no table.

SQLite's versions 3.7.0 to 3.51.2 can corrupt a write-ahead log when two connections write and checkpoint at once, so
that mode is used only from 3.51.3 on (https://www.sqlite.org/wal.html). A connection to a file that was removed or
replaced meanwhile would go on reading and, with a write-ahead log, even writing what nobody sees again; so which file
it is, is compared at every transaction.
"""

import math
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.engine import URL, make_url

from core import errors

POSTGRESQL_OPTIONS = (
    "-c idle_in_transaction_session_timeout=60000 "  # whoever was frozen in the middle of a write lets others go on
    "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"  # and so does a lost computer
)
CONNECT_SECONDS = 3
"""How long a PostgreSQL server may take to take a connection."""
REFUSED_SECONDS = 2.0
"""How long it is remembered that somebody waited in vain."""
AWAY_SECONDS = 1.0
"""How long it is remembered, by who does not wait for it, that the server could not be reached."""
_PATIENCE, _STATE = "patience", "state"
_TEAM = "pip install -r requirements-team.txt"


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How long a process waits for the database before it says so; in seconds."""

    read: float
    """For somebody else's transaction, where it only reads."""
    write: float
    """For somebody else's transaction, where it writes."""
    away: float
    """For a server that cannot be reached."""
    again: float
    """For reading once more within `REFUSED_SECONDS` of having waited in vain: a page reads in many places."""


COMMAND = Patience(read=10, write=10, away=10, again=10)
"""Of a command that a person or a scheduler runs."""
PAGE = Patience(read=2.5, write=5, away=0, again=0.2)
"""Of a page: who looks at it is told within three seconds."""
WORKER = Patience(read=60, write=60, away=600, again=60)
"""Of work in the background: hours of it are not lost for a server that is started again."""


@dataclass(slots=True)
class _State:
    """What this process has met at a database."""

    refused_at: float = -math.inf
    """When somebody waited in vain, by the monotonic clock."""
    away_at: float = -math.inf
    """When the server could not be reached, by the monotonic clock."""
    file: tuple[int, int] | None = None
    """Which file it was opened as: device and number."""


def open_engine(address: str, patience: Patience = COMMAND) -> sa.Engine:
    """Connections to the database at that SQLAlchemy address; nothing is opened yet.

    Raises:
        errors.SettingsError: it is neither SQLite nor PostgreSQL, or the driver is not installed.
    """
    url = url_of(address)
    options: dict[str, Any] = {"execution_options": {_PATIENCE: patience, _STATE: _State()}}
    try:
        if url.get_backend_name() != "sqlite":
            arguments = {"connect_timeout": CONNECT_SECONDS, "options": POSTGRESQL_OPTIONS} | _application(url)
            return sa.create_engine(url, pool_pre_ping=True, pool_timeout=5, connect_args=arguments, **options)
        engine = sa.create_engine(url, **options)
    except ModuleNotFoundError as error:
        raise errors.SettingsError(
            f"GARMENTS_DATABASE_URL needs {error.name}, which is not installed: {_TEAM}."
        ) from None
    except exc.NoSuchModuleError:
        raise _unknown(url) from None
    if path := file_of(engine):
        path.parent.mkdir(parents=True, exist_ok=True)
    event.listen(engine, "do_connect", lambda *_: refuse_lost_file(engine))
    event.listen(engine, "connect", lambda connection, _: _set_up_sqlite(engine, connection))
    return engine


def patience_of(engine: sa.Engine) -> Patience:
    """How long this process waits."""
    found: Patience = engine.get_execution_options()[_PATIENCE]
    return found


def be_patient(engine: sa.Engine, patience: Patience) -> None:
    """Has this process wait as long as that from now on."""
    engine.update_execution_options(**{_PATIENCE: patience})


def reading_seconds(engine: sa.Engine) -> float:
    """How long this process waits for somebody else's transaction now, where it only reads."""
    was_refused = time.monotonic() < _state(engine).refused_at + REFUSED_SECONDS
    return patience_of(engine).again if was_refused else patience_of(engine).read


def was_away(engine: sa.Engine) -> bool:
    """Whether the server could not be reached a moment ago, and this process is one that does not wait for it."""
    return not patience_of(engine).away and time.monotonic() < _state(engine).away_at + AWAY_SECONDS


def note_away(engine: sa.Engine) -> None:
    """Notes that the server could not be reached just now."""
    _state(engine).away_at = time.monotonic()


def note_refusal(engine: sa.Engine) -> None:
    """Notes that this process has waited in vain just now."""
    _state(engine).refused_at = time.monotonic()


def is_sqlite(engine: sa.Engine | sa.Connection) -> bool:
    """Whether the database is a file of this computer."""
    return engine.dialect.name == "sqlite"


def file_of(engine: sa.Engine) -> Path | None:
    """The file of an SQLite database; None in memory, and of a server."""
    name = engine.url.database
    return Path(name) if is_sqlite(engine) and name and name != ":memory:" else None


def refuse_lost_file(engine: sa.Engine) -> None:
    """Refuses an SQLite file that was removed or replaced since this process opened it first.

    Raises:
        errors.DatabaseUnavailable: so it was.
    """
    path, opened = file_of(engine), _state(engine).file
    if path is None or opened is None or opened == _which_file(path):
        return
    raise errors.DatabaseUnavailable(
        f"The database file {path} was removed or replaced while this program was running, so nothing is read from it "
        "or written to it any more. Put it back or restore a backup, then start the program again."
    )


def url_of(address: str) -> URL:
    """The address in parts; `postgresql://` and `postgres://`, as servers write it, mean the driver that is used here.

    Raises:
        errors.SettingsError: it is neither of SQLite nor of PostgreSQL.
    """
    url = make_url(address)
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise _unknown(url)
    return url


def _unknown(url: URL) -> errors.SettingsError:
    return errors.SettingsError(
        f"GARMENTS_DATABASE_URL begins with {url.drivername!r}. Use sqlite:///FILE or postgresql://USER@HOST/DATABASE."
    )


def _application(url: URL) -> dict[str, str]:
    return {} if "application_name" in url.query else {"application_name": "garment-tags"}


def _set_up_sqlite(engine: sa.Engine, connection: Any) -> None:
    # Python's own transaction handling would begin too late and without IMMEDIATE.
    connection.isolation_level = None
    journal = "WAL" if sqlite3.sqlite_version_info >= (3, 51, 3) else "DELETE"
    for pragma in (f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    if path := file_of(engine):
        _state(engine).file = _state(engine).file or _which_file(path)


def _state(engine: sa.Engine) -> _State:
    found: _State = engine.get_execution_options()[_STATE]
    return found


def _which_file(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
