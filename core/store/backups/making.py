"""Making a backup: the database first, then the files it names and those that belong to none, then the manifest.

Each content is copied once, whichever backup needs it. Killed at any moment there is one backup less and nothing else:
what was copied stays, so that the next one goes on there.
"""

import contextlib
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import filelock
import sqlalchemy as sa

from core import errors, failpoints
from core.settings import PROJECT_ROOT
from core.store.backups import contents, manifests, objects
from core.store.backups.contents import Facts, Wanted
from core.store.backups.manifests import File, Manifest
from core.store.backups.objects import Objects
from core.store.base import artefacts, copying, database, engines
from core.store.base.store import Store

OnProgress = Callable[[str, float], None]
"""Is told what is being done, in words, and the share that is done, 0-1."""
LOCK = "lock"
"""Held in a folder of backups by who adds to it or takes away from it."""
_ATTEMPTS = 5
"""Times that a backup begins again because somebody deletes at the same time."""
_WRITERS = 8
"""Files that are copied side by side: a disk flushes some of them in hardly more time than one."""
_SETTLED_NS = 2_000_000_000
"""Clocks of file systems tick coarsely: what was written right before a backup may change and bear the same time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A backup that is complete."""

    manifest: Manifest
    """What it holds."""
    num_new: int
    """Contents that no backup of the folder had."""
    num_new_bytes: int
    """Of those."""


def place(store: Store, named: Path | None) -> Path:
    """The folder of backups: the one that is named, else that of `GARMENTS_BACKUP_DIR`.

    Raises:
        errors.BackupRefused: there is neither, or it lies in the home.
    """
    folder = named or store.settings.backup_dir
    if folder is None:
        raise errors.BackupRefused(
            "Nobody said where backups go. Name a folder on another disk: `python -m core backup FOLDER`, or set "
            "GARMENTS_BACKUP_DIR."
        )
    folder = folder.expanduser().resolve()
    if folder.is_relative_to(store.home.resolve()):
        raise errors.BackupRefused(
            f"The folder {folder} lies in GARMENTS_HOME and would be lost with it. Name one on another disk."
        )
    return folder


def make(store: Store, folder: Path, *, on_progress: OnProgress = lambda doing, share: None) -> Made:
    """Makes a backup; whoever works meanwhile goes on.

    Args:
        store: what is put aside.
        folder: of backups; made where it is not there.
        on_progress: is told how far it is.

    Raises:
        errors.BackupError: it cannot be made; what is in the folder stays as it was.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # photos of unreleased garments are confidential
        with held(folder):
            there = Objects(folder)
            there.sweep()
            return _again_where_somebody_deletes(store, there, on_progress)
    except OSError as error:
        raise errors.BackupError(
            f"The backup in {folder} cannot be made ({objects.why(error)}); those made before "
            "are as they were. Make room or name another folder; what was copied is not copied again."
        ) from None


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Nobody else adds to that folder of backups or takes away from it meanwhile.

    Raises:
        errors.BackupError: somebody does.
    """
    try:
        with filelock.FileLock(folder / LOCK, timeout=0):
            yield
    except filelock.Timeout:
        raise errors.BackupError(f"Another command is writing to {folder}. Wait for it, then try again.") from None


def _again_where_somebody_deletes(store: Store, there: Objects, on_progress: OnProgress) -> Made:
    for attempt in range(_ATTEMPTS):
        with contextlib.suppress(contents.Vanished):
            return _made(store, there, on_progress)
        on_progress(f"somebody has deleted files meanwhile: beginning again, {attempt + 2}", 0.0)
    raise errors.BackupError(
        f"Files went on being deleted while the backup was made, {_ATTEMPTS} times. Wait for the end of "
        "`python -m core gc`, then try again."
    )


def _made(store: Store, there: Objects, on_progress: OnProgress) -> Made:
    created_at = datetime.now(UTC)
    on_progress("copying the database", 0.0)
    copied, said = _database(store, there)
    before = manifests.listed(there.root)
    newest = _newest(before)
    if newest is not None and newest.origin not in ("", said.origin):
        raise errors.BackupRefused(
            f"{there.root} holds backups of another GARMENTS_HOME. Name a folder of its own for this one: `gc` counts "
            "those of a folder together."
        )
    problems: list[str] = []
    # A generator would look at the last files after hours of copying.
    wanted = list(contents.files(store.home, said, problems))
    done = [copied, *_put_aside(there, _known(newest), wanted, on_progress)]
    failpoints.reach("backup-copied")
    there.flush()
    manifest = Manifest(
        number=max((one.number for one in before), default=0) + 1,
        created_at=created_at,
        program=program_version(),
        revision=said.revision,
        database=store.engine.dialect.name,
        origin=said.origin,
        counts=said.counts,
        problems=(*problems, *(one.problem for one in done if one.problem)),
        files=tuple(one.file for one in done),
    )
    manifests.write(there.root, manifest)
    failpoints.reach("backup-listed")
    new = {one.file.sha256: one.file.bytes for one in done if one.is_new}
    return Made(manifest=manifest, num_new=len(new), num_new_bytes=sum(new.values()))


def program_version() -> str:
    """Of this program."""
    version: str = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return version


@dataclass(frozen=True, slots=True)
class _Put:
    file: File
    problem: str
    is_new: bool


def _database(store: Store, there: Objects) -> tuple[_Put, Facts]:
    """Copies the database, and gives what the copy says: the very same rows."""
    half = there.staged()
    try:
        if store.engine.dialect.name == copying.POSTGRESQL:
            with database.read(store.engine) as connection:
                connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")  # pg_dump may take long
                snapshot = connection.scalar(sa.text("SELECT pg_export_snapshot()"))
                said = contents.facts(connection)
                copying.copy_postgresql(store.engine.url, half, snapshot=snapshot)
        else:
            copying.copy(store.engine, half)
            said = _facts_of_file(half)
        artefacts.flush(half)
        sha256, num_bytes = objects.digest(half), half.stat().st_size
        is_new = there.adopt(half, sha256)
    finally:
        half.unlink(missing_ok=True)
    file = File(path=manifests.DATABASE, sha256=sha256, bytes=num_bytes, mtime_ns=0)
    return _Put(file, "", is_new), said


def _facts_of_file(path: Path) -> Facts:
    engine = engines.open_engine(f"sqlite:///{path}")
    try:
        with database.read(engine) as connection:
            return contents.facts(connection)
    finally:
        engine.dispose()


def _newest(before: Sequence[manifests.Listed]) -> Manifest | None:
    """The newest one that can be read: `backups` and `restore` name those that are damaged."""
    for one in before:
        with contextlib.suppress(errors.BackupError):
            return manifests.read(one)
    return None


def _known(newest: Manifest | None) -> dict[tuple[str, int, int], str]:
    """Path, size and time of the files of the backup before -> SHA-256; without those written right before it."""
    if newest is None:
        return {}
    limit = int(newest.created_at.timestamp() * 1e9) - _SETTLED_NS
    return {(file.path, file.bytes, file.mtime_ns): file.sha256 for file in newest.files if file.mtime_ns < limit}


def _put(there: Objects, known: Mapping[tuple[str, int, int], str], wanted: Wanted) -> _Put:
    """Puts one file aside, unless its content is there."""
    try:
        status = wanted.source.stat()
        sha256 = wanted.sha256 or known.get((wanted.path, status.st_size, status.st_mtime_ns), "")
        if sha256 and there.has(sha256):
            num_bytes, is_new = there.path(sha256).stat().st_size, False
        else:
            sha256, num_bytes, is_new = there.put(wanted.source)
    except (FileNotFoundError, NotADirectoryError):
        raise contents.Vanished(wanted.path) from None
    is_other = bool(wanted.sha256) and sha256 != wanted.sha256
    if is_other and wanted.path.endswith(f"/{contents.DOOR}"):
        raise contents.Vanished(wanted.path)  # the catalogue was changed meanwhile, and names other files now
    file = File(path=wanted.path, sha256=sha256, bytes=num_bytes, mtime_ns=status.st_mtime_ns)
    return _Put(file, f"{wanted.path} was changed or damaged." if is_other else "", is_new)


def _put_aside(
    there: Objects, known: Mapping[tuple[str, int, int], str], wanted: Sequence[Wanted], on_progress: OnProgress
) -> Iterator[_Put]:
    with ThreadPoolExecutor(_WRITERS) as writers:
        try:
            for num, done in enumerate(writers.map(lambda one: _put(there, known, one), wanted), start=1):
                on_progress("copying files", num / len(wanted))
                yield done
        except BaseException:
            writers.shutdown(cancel_futures=True)
            raise
