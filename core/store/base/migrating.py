"""Bringing a database to the schema of this program: one migrator at a time, a copy first, all or nothing."""

from datetime import UTC, datetime
from pathlib import Path

import filelock
import sqlalchemy as sa

from core import errors
from core.store.base import copying, database, engines, schema

MIGRATIONS = Path(__file__).parents[1] / "migrations"


def migrate(engine: sa.Engine, home: Path) -> None:
    """Brings the database to `schema.REVISION`.

    One process of this computer at a time begins with it, by a file lock; of those on other computers the lock that a
    writing transaction holds lets one through, and whoever comes second finds nothing left to do.

    Raises:
        errors.DatabaseUnavailable: it was written by a newer program, or cannot be opened.
    """
    if revision(engine) == schema.REVISION:
        return
    (home / "locks").mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(home / "locks" / "migration.lock"):
        before = revision(engine)
        if before != schema.REVISION:
            _migrate(engine, home, before)


def revision(engine: sa.Engine) -> str | None:
    """The schema's revision; None for a database without tables."""
    with database.read(engine) as connection:
        return _revision(connection)


def _migrate(engine: sa.Engine, home: Path, before: str | None) -> None:
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
    with database.write(engine) as connection:
        if _revision(connection) == before:
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found


def _back_up(engine: sa.Engine, home: Path, revision: str) -> None:
    """Copies the database as it was, before it is changed."""
    if engines.is_sqlite(engine) and engines.file_of(engine) is None:
        return  # in memory
    (home / "backups").mkdir(parents=True, exist_ok=True)
    ending = "db" if engines.is_sqlite(engine) else "dump"
    copying.copy(engine, home / "backups" / f"garments-{revision}-{datetime.now(UTC):%Y%m%dT%H%M%S}.{ending}")
