"""Transactions: one that reads sees one state, one that writes has its turn. Knows no table's meaning.

Writers go one after the other, on both databases: with SQLite by BEGIN IMMEDIATE, for a transaction that reads first
and writes later fails at once when somebody else wrote in between; with PostgreSQL by an advisory lock that is held to
the end of the transaction. So nobody's write is ever refused because of somebody else's, numbers have no gaps, and
whoever sees number 7 has seen number 6. A write takes milliseconds: what takes longer is done before it begins.
"""

import contextlib
import json
import random
import sqlite3
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import exc

from core import errors
from core.access import acting
from core.store.base import engines

WRITING = 0x6761726D656E7473
"""Key of PostgreSQL's advisory lock that a transaction holds while it writes: "garments" in ASCII."""
_COURTESY_SECONDS = 0.005
_AWAY_SECONDS_BETWEEN_LOOKS = 0.25
_WROTE_AT, _ONCE_KEPT = "wrote_at", "once_kept"
_BUSY_CODES = ("55P03", "57014")  # PostgreSQL: lock not available, statement given up
_COUNTING = threading.Lock()
_NUM_WRITTEN = [0]
R = TypeVar("R")


class _Away(errors.DatabaseUnavailable):
    """The server cannot be reached, or was lost in the middle: later it may be there again."""


@contextlib.contextmanager
def read(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that only reads: one consistent view.

    Raises:
        errors.DatabaseUnavailable: the database cannot be reached, stays locked, or is damaged.
    """
    with _translated(engine), _begun(engine, _begin_reading) as connection:
        yield connection


@contextlib.contextmanager
def write(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that may write; what it wrote is on disk when the block ends, and gone if the block fails.

    Raises:
        errors.DatabaseUnavailable: the database cannot be written, or somebody else wrote for too long.
        errors.NotAllowed: somebody is signed in, and no permission was asked for, see core.access.acting.
    """
    acting.refuse_unasked()
    try:
        with _translated(engine), _begun(engine, _begin_writing) as connection:
            yield connection
            connection.info[_WROTE_AT] = time.monotonic()
    finally:
        with _COUNTING:
            _NUM_WRITTEN[0] += 1


def num_written() -> int:
    """How many transactions of this process, on any database, may have written something; it only grows."""
    return _NUM_WRITTEN[0]


def once_kept(connection: sa.Connection, tell: Callable[[], None]) -> None:
    """Has `tell` called when the transaction has been committed, and never where it is not; it must not fail."""
    connection.info.setdefault(_ONCE_KEPT, []).append(tell)


def written(engine: sa.Engine, work: Callable[[sa.Connection], R]) -> R:
    """What `work` gives, in a transaction that may write; once more where the server was lost in the middle.

    Whether a commit arrived cannot be told when the server is lost just then, so `work` has to be one that changes
    nothing where it was done before.

    Args:
        engine: where.
        work: does it, with the connection that it is given.

    Raises:
        errors.DatabaseUnavailable: as `write`, after as long as this process waits for a server that is away.
    """
    give_up_at = time.monotonic() + engines.patience_of(engine).away
    while True:
        try:
            with write(engine) as connection:
                return work(connection)
        except _Away:
            if time.monotonic() > give_up_at:
                raise
        time.sleep(_AWAY_SECONDS_BETWEEN_LOOKS)


def write_anew(engine: sa.Engine) -> None:
    """Writes an SQLite file anew, so that nothing of what was replaced or removed stays in the free space of it.

    A server does that by itself, in its own time.

    Raises:
        errors.DatabaseUnavailable: somebody else uses it for too long, or there is no room for it twice.
    """
    if not engines.is_sqlite(engine):
        return
    with _translated(engine), contextlib.closing(engine.connect()) as connection:
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def now(connection: sa.Connection) -> datetime:
    """What time it is by the clock of the database, which is one for all computers that share it."""
    if engines.is_sqlite(connection):
        return datetime.now(UTC)
    found: datetime = connection.scalar(sa.func.clock_timestamp())
    return found.astimezone(UTC)


@contextlib.contextmanager
def _begun(engine: sa.Engine, begin: Callable[[sa.Connection], None]) -> Iterator[sa.Connection]:
    """A transaction that has begun; rolled back where the block fails, committed where it ends."""
    connection = _reached(engine, begin)
    connection.info.pop(_ONCE_KEPT, None)  # of a transaction that failed
    try:
        with connection.get_transaction() or contextlib.nullcontext():
            yield connection
        for tell in connection.info.pop(_ONCE_KEPT, ()):
            tell()
    finally:
        connection.close()


def _reached(engine: sa.Engine, begin: Callable[[sa.Connection], None]) -> sa.Connection:
    """A connection with its transaction begun, waiting for a server that is away as long as this process does."""
    if engines.was_away(engine):
        # A page reads in many places, and a server that is cut off answers none of them within three seconds.
        raise _Away("The database could not be reached a moment ago. Nothing can be saved until it is back.")
    give_up_at = time.monotonic() + engines.patience_of(engine).away
    while True:
        try:
            return _once(engine, begin)
        except exc.DBAPIError as error:
            if engines.is_sqlite(engine) or not _is_away(error) or time.monotonic() > give_up_at:
                raise
        time.sleep(_AWAY_SECONDS_BETWEEN_LOOKS)


def _once(engine: sa.Engine, begin: Callable[[sa.Connection], None]) -> sa.Connection:
    connection = engine.connect()
    try:
        if engines.is_sqlite(engine):
            engines.refuse_lost_file(engine)
        begin(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _begin_reading(connection: sa.Connection) -> None:
    milliseconds = int(engines.reading_seconds(connection.engine) * 1000)
    if engines.is_sqlite(connection):
        connection.begin()
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {milliseconds}")
        connection.exec_driver_sql("BEGIN DEFERRED")
    else:
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        connection.begin()
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")


def _begin_writing(connection: sa.Connection) -> None:
    seconds = engines.patience_of(connection.engine).write
    connection.begin()
    if engines.is_sqlite(connection):
        _begin_in_turn(connection, seconds)
    else:
        connection.exec_driver_sql(
            f"SET LOCAL lock_timeout = {int(seconds * 1000)}; SELECT pg_advisory_xact_lock({WRITING})"
        )


def _begin_in_turn(connection: sa.Connection, seconds: float) -> None:
    """Begins an SQLite transaction that may write, waiting so long for those who write now.

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
                if not _is_busy(error) or time.monotonic() > began + seconds:
                    raise
            time.sleep(random.uniform(0.5, 1.0) * max(0.001, 0.010 - (time.monotonic() - began) / 20))
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def _is_busy(error: exc.DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", None)
    return (code is not None and code & 0xFF == sqlite3.SQLITE_BUSY) or _sql_state(error) in _BUSY_CODES


def _is_away(error: exc.DBAPIError) -> bool:
    """Whether PostgreSQL was lost, or is not (or not yet) there; one that refuses a name or password is there."""
    state = _sql_state(error)
    return (
        isinstance(error, exc.OperationalError)
        and (state is None or state.startswith(("08", "57P")))
        and not ("authentication" in str(error.orig) or "does not exist" in str(error.orig))
    )


def _sql_state(error: exc.DBAPIError) -> str | None:
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state


@contextlib.contextmanager
def _translated(engine: sa.Engine) -> Iterator[None]:
    try:
        yield
    except exc.IntegrityError:
        # A broken rule is for the caller, who knows what it means.
        raise
    except exc.DBAPIError as error:
        # Without the statement and its parameters: they may hold what people wrote.
        raise _in_words(engine, error) from error
    except exc.TimeoutError as error:
        raise errors.DatabaseUnavailable(
            "More people use the database at this moment than it has connections for. Try again in a moment."
        ) from error
    except ValueError as error:
        if not _is_of_a_cell(error):
            raise
        raise errors.DatabaseUnavailable(
            "The database is damaged: it holds what this program never writes. Restore a backup (docs/upkeep.md)."
        ) from error


def _is_of_a_cell(error: ValueError) -> bool:
    """Whether a stored value could not be read as what its column holds, such as a moment with a flipped bit."""
    if isinstance(error, UnicodeDecodeError | json.JSONDecodeError):
        return True
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return "sqlalchemy" in frame.f_code.co_filename


def _in_words(engine: sa.Engine, error: exc.DBAPIError) -> errors.DatabaseUnavailable:
    reason = (str(error.orig).strip().splitlines() or [type(error.orig).__name__])[0]
    if _is_busy(error):
        engines.note_refusal(engine)
        return errors.DatabaseUnavailable(
            f"The database is busy: somebody else has kept it locked ({reason}). Try again in a moment."
        )
    if not engines.is_sqlite(engine) and _is_away(error):
        engines.note_away(engine)
        return _Away(
            f"The database cannot be reached ({reason}). What was saved is safe; nothing can be saved until it is back."
        )
    return errors.DatabaseUnavailable(
        f"The database cannot be used ({reason}). Check the disk and GARMENTS_DATABASE_URL, then try again."
    )
