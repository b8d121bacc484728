"""An opened store: what every subject of it is handed."""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from core import errors
from core.settings import Settings
from core.store.base import database


@dataclass(frozen=True, kw_only=True, slots=True)
class Store:
    """An opened store; safe to share between threads."""

    engine: sa.Engine
    """Connections to the database."""
    home: Path
    """Folder of artefacts, logs and locks."""
    settings: Settings
    """The settings it was opened with."""


def open_store(settings: Settings) -> Store:
    """The store of these settings, created on first use and migrated where needed.

    Raises:
        errors.SettingsError: the folder `GARMENTS_HOME` cannot be made or written.
        errors.DatabaseUnavailable: the database cannot be opened, or is newer than this program.
    """
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise errors.SettingsError(
            f"GARMENTS_HOME {str(settings.home)!r} cannot be made ({error.strerror}). Set it to a folder you may write."
        ) from None
    engine = database.open_engine(settings.database_address)
    database.migrate(engine, settings.home)
    return Store(engine=engine, home=settings.home, settings=settings)
