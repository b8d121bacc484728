"""Which database belongs to a home: a lost, strange or older one is noticed before anything is written.

The database has a number of its own from its first moment on. Each home keeps that number, and how far the histories
had come when it last looked, in `identity.json`. So an empty database beside full artefacts, another team's, and
yesterday's copy are told from one's own.
"""

import contextlib
import hashlib
import json
import platform
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

import filelock
import sqlalchemy as sa

from core import errors
from core.store.base import artefacts, database, engines, schema

FILE = "identity.json"
_MACHINE = Path("/etc/machine-id")
_HISTORIES = {"log": schema.log.c.sequence, "verdicts": schema.verdicts.c.number}
_WHAT_TO_DO = (
    "Restore a backup (`python -m core restore`), or correct GARMENTS_HOME and GARMENTS_DATABASE_URL. "
    "If this is meant, say so with `python -m core accept-database`."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """What a home knows of its database."""

    home: str
    """The home's own number, of its first moment."""
    database: str
    """Number of its database."""
    log: int
    """How many lines the log had when it was last looked at."""
    verdicts: int
    """How many verdicts there were."""


def mark(home: Path) -> Mark | None:
    """What that home knows; None for a new one, and for one of before databases had a number."""
    try:
        return Mark(**json.loads((home / FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise errors.DatabaseUnavailable(
            f"{home / FILE} cannot be read ({error}). It says which database belongs to this folder. {_WHAT_TO_DO}"
        ) from None


def refuse_lost(engine: sa.Engine, home: Path) -> None:
    """Refuses to make a new database for a home that had one.

    Raises:
        errors.DatabaseUnavailable: the database is empty or its file is missing, while the home is not new.
    """
    path = engines.file_of(engine)
    if path is not None and path.is_file() and path.stat().st_size:
        return
    if path is None and _has_tables(engine):
        return
    if mark(home) is not None or artefacts.folders(home):
        where = f"file {path} is missing" if path else "is empty"
        raise errors.DatabaseUnavailable(
            f"The database {where}, but {home} holds what belongs to one. Nothing was made in its place. {_WHAT_TO_DO}"
        )


def verify(engine: sa.Engine, home: Path) -> None:
    """Compares the database with what the home knows of it, and notes how far it has come.

    Raises:
        errors.DatabaseUnavailable: it is another one, or an older copy.
    """
    known, (number, reached) = mark(home), _read(engine)
    if known is None:
        known = _named(home, number)
    if known.database != number:
        raise errors.DatabaseUnavailable(f"This is not the database that belongs to {home}. {_WHAT_TO_DO}")
    for name, num in reached.items():
        if num < getattr(known, name):
            lines = "log" if name == "log" else "list of verdicts"
            raise errors.DatabaseUnavailable(
                f"This is an older copy of the database that belongs to {home}: its {lines} ends at {num:,}, and "
                f"{getattr(known, name):,} were there. {_WHAT_TO_DO}"
            )
    if asdict(known) != asdict(known) | reached:
        _note(home, Mark(home=known.home, database=number, **reached))


def _named(home: Path, number: str) -> Mark:
    """What a home that is new knows: its own number, given by the first process that is here, and its database."""
    (home / "locks").mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(home / "locks" / "identity.lock"):
        known = mark(home)
        if known is None:
            known = Mark(home=uuid.uuid4().hex, database=number, log=0, verdicts=0)
            _note(home, known)
    return known


def accept(engine: sa.Engine, home: Path) -> None:
    """Makes the database that is there the one that belongs to this home, whatever the home knew before."""
    with contextlib.suppress(errors.DatabaseUnavailable):
        if known := mark(home):
            number, reached = _read(engine)
            _note(home, Mark(home=known.home, database=number, **reached))
            return
    (home / FILE).unlink(missing_ok=True)
    verify(engine, home)


def place(home: Path) -> str:
    """One word for this computer and this home: whoever has the same can ask the locks of files here who lives.

    Neither another name of the computer nor another path of the folder makes it another place.
    """
    known = mark(home)
    try:
        machine = _MACHINE.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        machine = ""
    return hashlib.sha256(f"{machine}\n{known.home if known else ''}".encode()).hexdigest()[:32]


def host() -> str:
    """The name of this computer, for people."""
    return platform.node()[:200] or "this computer"


def _has_tables(engine: sa.Engine) -> bool:
    with database.read(engine) as connection:
        return sa.inspect(connection).has_table("alembic_version")


def _read(engine: sa.Engine) -> tuple[str, dict[str, int]]:
    with database.read(engine) as connection:
        number = connection.scalar(sa.select(schema.identity.c.id))
        reached = {name: connection.scalar(sa.select(sa.func.max(last))) or 0 for name, last in _HISTORIES.items()}
    if number is None:
        raise errors.DatabaseUnavailable(f"The database has lost the number it is known by. {_WHAT_TO_DO}")
    return number, reached


def _note(home: Path, found: Mark) -> None:
    staged = home / f"{FILE}.{uuid.uuid4().hex}.tmp"
    try:
        staged.write_text(json.dumps(asdict(found)), encoding="utf-8")
        staged.replace(home / FILE)
    finally:
        staged.unlink(missing_ok=True)
