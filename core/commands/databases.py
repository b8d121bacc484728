"""The database itself: which one belongs to this folder, and from a file to a server."""

from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer

from core import errors, settings
from core.commands import AsJson, app, console
from core.store.base import engines, filling, identity, migrating

Yes = Annotated[bool, typer.Option("--yes", help="Do it; without it only what would be done is said.")]


@app.command(name="accept-database")
def accept(yes: Yes = False, as_json: AsJson = False) -> None:
    """Say that the database that is there belongs to this folder, though it is another one or an older copy."""
    found = settings.load()
    engine = engines.open_engine(found.database_address)
    problem = _problem(found, engine)
    if problem and yes:
        migrating.migrate(engine, found.home)
        identity.accept(engine, found.home)
    engine.dispose()
    if as_json:
        console.print_json({"problem": problem, "accepted": bool(problem and yes)})
    elif not problem:
        console.print_line("The database belongs to this folder already.")
    else:
        console.print_line("From now on this database belongs to this folder." if yes else f"{problem} Add --yes.")


def _problem(found: settings.Settings, engine: sa.Engine) -> str:
    """Why this program does not open the database as it is; empty where it does."""
    try:
        identity.refuse_lost(engine, found.home)
        if migrating.revision(engine) is not None:
            identity.verify(engine, found.home)
    except errors.DatabaseUnavailable as error:
        return str(error)
    return ""


@app.command(name="fill-database")
def fill(
    source: Annotated[Path | None, typer.Option("--from", help="SQLite file; else garments.db of this folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """Copy every row of an SQLite file into the empty database of GARMENTS_DATABASE_URL, such as a PostgreSQL one."""
    found = settings.load()
    file = source or found.home / "garments.db"
    target = engines.open_engine(found.database_address)
    if not file.is_file():
        raise errors.DatabaseUnavailable(f"There is no file {file}. Name the SQLite file with --from.")
    if engines.file_of(target) == file:
        raise errors.SettingsError("GARMENTS_DATABASE_URL is that very file. Set it to the database to be filled.")
    if migrating.revision(target) is not None:
        raise errors.DatabaseUnavailable("The database that is to be filled is not empty. Give an empty one.")
    reading = engines.open_engine(f"sqlite:///{file}")
    migrating.migrate(reading, found.home)
    migrating.migrate(target, found.home)
    copied = filling.fill(reading, target)
    identity.verify(target, found.home)
    for engine in (reading, target):
        engine.dispose()
    if as_json:
        console.print_json({"rows": copied})
        return
    console.print_line(f"{sum(copied.values()):,} rows of {len(copied)} tables were copied. {file} stays as it is.")
