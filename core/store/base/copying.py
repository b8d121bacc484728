"""A database copied as it is at one moment while others write to it, and put back: SQLite's backup API, or pg_dump.

SQLite is copied in one step: in several, it begins again whenever somebody else has written, and under load never ends.
PostgreSQL is copied by its own programs. All that they need to connect goes to them by the environment: what stands on
a command line is read by everybody on the computer.
"""

import contextlib
import os
import sqlite3
import subprocess
import time
from pathlib import Path

import sqlalchemy as sa

from core import errors

PATIENCE_SECONDS = 60.0
"""How long a copy waits for a database that somebody holds locked."""
SQLITE, POSTGRESQL = "sqlite", "postgresql"
_PER_TRY_SECONDS = 10.0
_OF_LIBPQ = {
    "host": "PGHOST", "port": "PGPORT", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY", "sslcrl": "PGSSLCRL", "options": "PGOPTIONS", "service": "PGSERVICE",
    "passfile": "PGPASSFILE", "connect_timeout": "PGCONNECT_TIMEOUT", "application_name": "PGAPPNAME",
    "target_session_attrs": "PGTARGETSESSIONATTRS", "channel_binding": "PGCHANNELBINDING",
    "gssencmode": "PGGSSENCMODE", "krbsrvname": "PGKRBSRVNAME",
}  # fmt: skip
"""What an address may say behind its question mark, and the variable by which PostgreSQL's programs are told."""


def copy(engine: sa.Engine, target: Path) -> None:
    """Copies the database into a new file: SQLite as a database, PostgreSQL as an archive for pg_restore.

    Raises:
        errors.BackupError: it is a database of another kind, stays locked, or cannot be copied; no file is left then.
    """
    if engine.dialect.name == POSTGRESQL:
        copy_postgresql(engine.url, target)
    else:
        copy_sqlite(sqlite_file(engine.url), target)


def sqlite_file(url: sa.URL) -> Path:
    """The file of an SQLite database.

    Raises:
        errors.BackupError: it is none, or lies in memory.
    """
    if url.get_backend_name() != SQLITE or not url.database or url.database == ":memory:":
        raise errors.BackupError(
            f"A database of the kind {url.get_backend_name()!r} that is no file cannot be copied here. "
            "Copy it by its own programs."
        )
    return Path(url.database)


def copy_sqlite(source: Path, target: Path, *, patience: float = PATIENCE_SECONDS) -> None:
    """Copies an SQLite database; who writes meanwhile waits for as long as it takes to read the file once.

    Args:
        source: the database.
        target: a new file.
        patience: seconds that it waits where the database is locked.

    Raises:
        errors.BackupError: there is none, it stays locked, or the copy cannot be written; no file is left then.
    """
    give_up_at = time.monotonic() + patience

    def on_try(status: int, remaining: int, total: int) -> None:
        # Python tries again for ever where the database is locked; it asks here after each try.
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > give_up_at:
            raise sqlite3.OperationalError(f"it was locked for {patience:.0f} seconds")

    address = f"{source.resolve().as_uri()}?mode=rw"  # without it, a database that is not there would be made
    try:
        with (
            contextlib.closing(sqlite3.connect(address, uri=True, timeout=min(patience, _PER_TRY_SECONDS))) as opened,
            contextlib.closing(sqlite3.connect(target)) as copied,
        ):
            opened.backup(copied, progress=on_try)
    except (sqlite3.Error, OSError) as error:
        target.unlink(missing_ok=True)
        raise errors.BackupError(
            f"The database {source} cannot be copied ({error}). Make room, or wait for who holds it, then try again."
        ) from None


def copy_postgresql(url: sa.URL, target: Path, *, snapshot: str | None = None) -> None:
    """Copies a PostgreSQL database into an archive, as one moment's state.

    Args:
        url: its address.
        target: a new file.
        snapshot: the moment, as `pg_export_snapshot` of a transaction that is still open calls it; None: now.

    Raises:
        errors.BackupError: pg_dump is not installed, or cannot do it; no file is left then.
    """
    moment = [] if snapshot is None else [f"--snapshot={snapshot}"]
    options = ["--format=custom", "--no-owner", "--no-privileges", "--no-password", *moment, f"--file={target}"]
    try:
        _run("pg_dump", options, url)
    except errors.BackupError:
        target.unlink(missing_ok=True)  # it leaves an empty file where it fails
        raise


def fill_postgresql(url: sa.URL, source: Path) -> None:
    """Fills an empty PostgreSQL database from such an archive, in one transaction: all of it, or nothing.

    Raises:
        errors.BackupError: pg_restore is not installed, or cannot do it.
    """
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-password"]
    _run("pg_restore", [*options, f"--dbname={url.database or ''}", str(source)], url)


def environment(url: sa.URL) -> dict[str, str]:
    """The variables by which PostgreSQL's programs are told where to connect and as whom.

    Raises:
        errors.BackupError: the address says something that they cannot be told.
    """
    said = {"host": url.host, "port": url.port, **url.query}
    if unknown := sorted(said.keys() - _OF_LIBPQ.keys()):
        raise errors.BackupError(
            f"GARMENTS_DATABASE_URL says {unknown[0]!r}, which pg_dump cannot be told. Leave it out for this command."
        )
    found = {
        _OF_LIBPQ[name]: ",".join(value) if isinstance(value, tuple) else str(value)
        for name, value in said.items()
        if value is not None
    }
    named = {"PGUSER": url.username, "PGPASSWORD": url.password, "PGDATABASE": url.database}
    return {**found, **{name: str(value) for name, value in named.items() if value is not None}}


def _run(program: str, options: list[str], url: sa.URL) -> None:
    try:
        done = subprocess.run(
            [program, *options], env={**os.environ, "LC_ALL": "C", **environment(url)}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, errors="replace",
        )  # fmt: skip
    except FileNotFoundError:
        raise errors.BackupError(
            f"The program {program} is not installed. Install the client programs of PostgreSQL, of the server's "
            "version or newer, and try again."
        ) from None
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[0]
        raise errors.BackupError(
            f"{program} could not do its work ({_without(said, url.password)[:300]}). Correct that and try again."
        )


def _without(said: str, password: object) -> str:
    return said.replace(str(password), "***") if password else said
