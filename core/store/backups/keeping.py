"""Which backups stay: the newest of each of 7 days and of each of 4 weeks that have any. The others go with `gc`.

A content that no backup names any more goes with them. So do the photos of batches that are kept for some days only:
they are taken out of every backup, with a note of it beside each.
"""

import contextlib
import re
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from core import errors, failpoints
from core.store.backups import contents, making, manifests
from core.store.backups.manifests import Listed
from core.store.backups.objects import Objects
from core.store.base.store import Store
from core.store.batches import batches

DAILY, WEEKLY = 7, 4
"""Days and weeks, the newest that have a backup, of each of which one stays."""
_BEFORE_MIGRATION = re.compile(r"garments-\w+-(\d{8}T\d{6})\.\w+")

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Thinning:
    """What goes out of the folder of backups, or went."""

    backups: tuple[str, ...] = ()
    """Names of backups, and of copies of the database before migrations, the oldest first."""
    num_files: int = 0
    """Contents that no backup needs any more."""
    num_bytes: int = 0
    """Of those, and of the copies."""
    num_photos: int = 0
    """Photos that are taken out of backups that stay; their small pictures go with them."""
    problem: str = ""
    """Why backups were left alone, one sentence; empty where they were not."""


def kept(found: Iterable[T], time_of: Callable[[T], datetime]) -> list[T]:
    """Those that stay, the newest first: the newest of each of `DAILY` days and of each of `WEEKLY` weeks, by UTC.

    Days without any do not count, so that old ones stay where no new ones come. Thinned every day or once in a while,
    the same ones stay.

    Args:
        found: the newest first.
        time_of: when one was made.
    """
    ordered = list(found)
    newest_of_days: dict[object, int] = {}
    newest_of_weeks: dict[object, int] = {}
    for place, one in enumerate(ordered):
        moment = time_of(one).astimezone(UTC)
        newest_of_days.setdefault(moment.date(), place)
        newest_of_weeks.setdefault(moment.isocalendar()[:2], place)
    staying = {*list(newest_of_days.values())[:DAILY], *list(newest_of_weeks.values())[:WEEKLY]}
    return [ordered[place] for place in sorted(staying)]


def plan(store: Store, let_go: Set[str]) -> Thinning:
    """What `thin` would take away now: nothing is changed.

    Args:
        store: whose backups.
        let_go: ids of the batches whose photos are not kept any more.
    """
    return _thin(store, let_go, is_done=False)


def thin(store: Store, let_go: Set[str]) -> Thinning:
    """Takes away what `plan` says, and gives back what it took."""
    return _thin(store, let_go, is_done=True)


def _thin(store: Store, let_go: Set[str], *, is_done: bool) -> Thinning:
    copies = _old_copies(store.home / "backups")
    num_bytes = sum(path.stat().st_size for path in copies)
    if is_done:
        for path in copies:
            path.unlink(missing_ok=True)
    names, folder = tuple(path.name for path in copies), store.settings.backup_dir
    if folder is None:
        return Thinning(backups=names, num_bytes=num_bytes)
    try:
        manifests.listed(folder)  # before a lock is looked for: on a disk that is not connected nothing is made
        with making.held(folder) if is_done else contextlib.nullcontext():
            found = _Going.of(folder, let_go)
            if is_done:
                found.go()
    except (errors.BackupError, OSError) as error:
        return Thinning(backups=names, num_bytes=num_bytes, problem=f"Backups were left as they are: {error}")
    return Thinning(
        backups=names + tuple(one.name for one in found.backups),
        num_files=len(found.unneeded),
        num_bytes=num_bytes + sum(found.unneeded.values()),
        num_photos=sum(sum(note.values()) for note in found.new_notes.values()),
    )


def _old_copies(folder: Path) -> list[Path]:
    """Copies of the database before migrations that go, the oldest first."""
    found = {path: _BEFORE_MIGRATION.fullmatch(path.name) for path in folder.glob("garments-*")}
    times = {
        path: datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC) for path, match in found.items() if match
    }
    ordered = sorted(times, key=lambda path: (times[path], path.name), reverse=True)
    staying = set(kept(ordered, times.__getitem__))
    return [path for path in reversed(ordered) if path not in staying]


@dataclass
class _Going:
    """What goes out of one folder of backups."""

    there: Objects
    backups: list[Listed]
    """The oldest first."""
    unneeded: dict[Path, int]
    """Path -> bytes."""
    notes: dict[Listed, dict[str, int]] = field(default_factory=dict)
    """Backup that stays -> what its note is to say."""
    new_notes: dict[Listed, dict[str, int]] = field(default_factory=dict)
    """Of those, what was not said before."""

    @classmethod
    def of(cls, folder: Path, let_go: Set[str]) -> "_Going":
        """Looks at a folder.

        Raises:
            errors.BackupError: a list in it is damaged, so that nobody can say what is needed.
        """
        found = manifests.listed(folder)
        staying = kept(found, lambda one: one.created_at)
        going = cls(there=Objects(folder), backups=[one for one in found[::-1] if one not in staying], unneeded={})
        needed: set[str] = set()
        for one in staying:
            needed |= going._needed_by(one, let_go)
        going.unneeded = {path: path.stat().st_size for path in going.there.all() if path.name not in needed}
        return going

    def _needed_by(self, one: Listed, let_go: Set[str]) -> set[str]:
        said, new, needed = manifests.let_go(one), dict[str, int](), set[str]()
        for file in manifests.read(one).files:
            batch = contents.batch_of(file.path)
            if batch in said:
                continue
            if batch in let_go:
                new[batch] = new.get(batch, 0) + (f"/{batches.PHOTOS}/" in file.path)
            else:
                needed.add(file.sha256)
        if new:
            self.notes[one], self.new_notes[one] = {**said, **new}, new
        return needed

    def go(self) -> None:
        """Takes everything away: killed in between, every backup that is left is whole or says what is not in it."""
        for one, note in self.notes.items():
            manifests.note_let_go(one, note)
        failpoints.reach("thin-noted")
        for listed in self.backups:
            manifests.remove(listed)
            failpoints.reach("thin-listed")
        self.there.remove(self.unneeded)
