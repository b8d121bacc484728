"""What a page asks for: tags that are brought in by a process of their own, which outlives the browser.

What is asked for, how far it is and how it ended stand in `bringing/NAME.json` of the home; the process holds a lock,
so that one which died is told from one that works.
"""

import time
from dataclasses import dataclass, replace
from pathlib import Path

import filelock

from core import errors
from core.access.roles import Action
from core.catalogue.own import adding
from core.elsewhere import describing, judging, reading
from core.jobs import followed, launchers
from core.store import Store
from core.store.base import permission

FOLDER = "bringing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Tags that somebody wants brought in, as it stands."""

    name: str
    """What the other system is called."""
    file: str
    """Path of the file with the tags."""
    pictures: str
    """Path of the folder with the pictures, or name of a catalogue that is here."""
    columns: dict[str, str]
    """Which column says what, where people said so."""
    who: str
    """Asked for it."""
    started_at: float
    """Seconds since 1970."""
    doing: str = followed.STARTING
    """In words."""
    share: float = 0.0
    """Done, 0-1."""
    problem: str = ""
    """Why it ended without a version, one sentence; empty where it did not."""
    is_judged: bool = False
    """Whether its labels are what people said of some that were drawn."""
    version: int = 0
    """The version that came of it; 0 before its end."""

    @property
    def has_ended(self) -> bool:
        """With a version or a problem."""
        return bool(self.problem or self.version)


@permission.needs(Action.REVIEW)
def start(
    store: Store, name: str, file: Path, pictures: str, columns: dict[str, str], *, who: str, is_judged: bool = False
) -> None:
    """Starts the process and returns; follow it with `all_asked`.

    Raises:
        errors.CatalogueError: the name is none, or no process could be started.
        errors.ElsewhereRefused: tags of that name are being brought in already.
    """
    adding.check_name(name)
    if (now := find(store, name)) is not None and is_running(store, now):
        raise errors.ElsewhereRefused(f"Tags of {name!r} are being brought in already. Wait for it.")
    asked = Asked(name=name, file=str(file), pictures=pictures, columns=columns, who=who,
                  started_at=time.time(), is_judged=is_judged)  # fmt: skip
    try:
        _save(store, asked)
        launchers.run_detached(store, ["bring-tags", name], f"bringing-{name}")
    except OSError as error:
        forget(store, name)
        raise errors.CatalogueError(f"No process could be started ({error.strerror}). Try again.") from None


def work(store: Store, name: str) -> None:
    """What the process does: brings in what was asked for under that name."""
    from core.elsewhere import importing  # loads scipy, which the page need not

    asked = find(store, name)
    if asked is None:
        return
    with filelock.FileLock(followed.lock(store, FOLDER, name), timeout=followed.STARTING_SECONDS):
        report = followed.now_and_then(lambda doing, share: _save(store, replace(asked, doing=doing, share=share)))
        try:
            if asked.is_judged:
                done = judging.publish(store, name, who=asked.who)
                judging.forget(store, name)
            else:
                found = reading.read(store, Path(asked.file), asked.pictures, asked.columns, on_progress=report)
                done = importing.publish(store, found, name, who=asked.who, on_progress=report)
        except errors.GarmentsError as error:
            _save(store, replace(asked, problem=str(error)))
        except Exception:  # whatever it was, the page must not wait for it; the log has the rest
            _save(store, replace(asked, problem="It stopped because of an unexpected error. Start it again."))
            raise
        else:
            _save(store, replace(asked, share=1.0, version=done.run.version))
            describing.start(store, done.run)


@permission.needs(Action.REVIEW)
def start_judged(store: Store, name: str, *, who: str) -> None:
    """Starts to make a version of tags that were drawn and judged, see `core.elsewhere.judging`.

    Raises:
        errors.CatalogueError, errors.ElsewhereRefused: as `start`.
    """
    judged = judging.find(store, name)
    start(store, name, Path(judged.file), judged.pictures, judged.columns, who=who, is_judged=True)


def all_asked(store: Store) -> list[Asked]:
    """Those that run, or have ended and were not forgotten, by name."""
    return [found for name in followed.names(store, FOLDER) if (found := find(store, name)) is not None]


def find(store: Store, name: str) -> Asked | None:
    """How that one stands; None where there is none."""
    try:
        return Asked(**followed.read(store, FOLDER, name))
    except (OSError, ValueError, TypeError):
        return None


def is_running(store: Store, asked: Asked) -> bool:
    """Whether its process works, or was started a moment ago."""
    return followed.is_running(store, FOLDER, asked)


@permission.needs(Action.REVIEW)
def forget(store: Store, name: str) -> None:
    """Takes away what stands there of it."""
    followed.forget(store, FOLDER, name)


def _save(store: Store, asked: Asked) -> None:
    followed.save(store, FOLDER, asked)
