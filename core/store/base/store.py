"""An opened store: what every subject of it is handed."""

from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from core import errors
from core.settings import Settings, refuse_useless
from core.store.base import engines, identity, migrating
from core.store.base.engines import Patience

RESTORING = "restoring"
"""Folder of a home that is being filled from a backup, see `core.store.backups.restoring`."""
UNFINISHED = "unfinished.json"
"""In that folder until the home is whole: nobody may use it before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Store:
    """An opened store; safe to share between threads."""

    engine: sa.Engine
    """Connections to the database."""
    home: Path
    """Folder of artefacts, logs and locks."""
    settings: Settings
    """The settings it was opened with."""
    seen: dict[str, tuple[object, float]] = field(default_factory=dict, compare=False, repr=False)
    """Job -> its last sign of life, and when this process saw it first; see core.jobs.leases."""


def open_store(settings: Settings, patience: Patience = engines.COMMAND) -> Store:
    """The store of these settings, created on first use and migrated where needed.

    Args:
        settings: which.
        patience: how long this process waits for the database.

    Raises:
        errors.SettingsError: the folder `GARMENTS_HOME` cannot be made or written, or the address cannot be used.
        errors.DatabaseUnavailable: the database cannot be opened, is newer than this program, is lost, or is not the
            one that belongs to the home.
    """
    refuse_useless(settings.home)
    if (settings.home / RESTORING / UNFINISHED).exists():
        raise errors.DatabaseUnavailable(
            f"A backup is being restored to {settings.home}, or that was interrupted. Wait for its end, or give the "
            "command `python -m core restore` once more."
        )
    engine = engines.open_engine(settings.database_address, patience)
    try:
        identity.refuse_lost(engine, settings.home)
        migrating.migrate(engine, settings.home)
        identity.verify(engine, settings.home)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine=engine, home=settings.home, settings=settings)
