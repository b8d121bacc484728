"""Bringing a backup back into an empty home and an empty database: all of it, compared byte by byte, or nothing.

Everything is copied beside its place and compared first; then it is moved, the database last. A home in which that was
interrupted cannot be opened (`core.store.base.store`), and the same command begins again there.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import filelock
import sqlalchemy as sa

from core import errors, failpoints
from core.catalogue import kept
from core.settings import Settings
from core.store.backups import contents, finding, manifests, objects
from core.store.backups.manifests import File, Manifest
from core.store.backups.objects import Objects
from core.store.base import artefacts, audit, copying, database, engines, identity, migrating, schema
from core.store.base.store import RESTORING, UNFINISHED, Store
from core.store.batches import batches

OnProgress = Callable[[str, float], None]
"""Is told what is being done, in words, and the share that is done, 0-1."""
_FILES, _LOCK = "files", "lock"
_SPARE_BYTES = 64_000_000
"""That stay free on the disk."""
_WRITERS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """What was brought back."""

    manifest: Manifest
    """The backup."""
    num_let_go: int
    """Photos that are not, since they were taken out of it on purpose."""


def restore(
    settings: Settings, folder: Path, name: str | None = None, *, on_progress: OnProgress = lambda doing, share: None
) -> Restored:
    """Fills an empty home, and an empty database, from a backup.

    Args:
        settings: name the home and the database.
        folder: of backups.
        name: the backup's number or name; None: the newest.
        on_progress: is told how far it is.

    Raises:
        errors.BackupRefused: there is no such backup, it does not fit, or home or database are not empty.
        errors.BackupError: the backup is damaged, or there is no room; home and database are as they were.
    """
    listed, manifest, let_go = finding.chosen(folder, name)
    _refuse_unfit(settings, manifest)
    home, url = settings.home, engines.url_of(settings.database_address)
    if not (home / RESTORING / UNFINISHED).exists():
        _refuse_full(home)
    was_there = home.is_dir()
    try:
        with _alone(home):
            _clear(home)
            _refuse_full(home)
            _refuse_full_database(url)
            _note_moved(home, [])
            wanted = [file for file in manifest.files if contents.batch_of(file.path) not in let_go]
            _refuse_narrow(home, wanted)
            staged = home / RESTORING / _FILES
            _fetch(Objects(listed.path.parent), wanted, staged, on_progress)
            failpoints.reach("restore-copied")
            _make_folders(staged, wanted, let_go)
            on_progress("putting everything in its place", 1.0)
            _put_in_place(home, staged, url, manifest)
    except OSError as error:
        raise errors.BackupError(
            f"{home} cannot be filled ({objects.why(error)}). Make room, or look who may write "
            "there, and give the command once more: it begins again."
        ) from None
    finally:
        if not was_there and home.is_dir() and not any(home.iterdir()):
            home.rmdir()
    return Restored(manifest=manifest, num_let_go=sum(let_go.values()))


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Nobody else fills that home meanwhile; where it fails, what came is taken away again.

    Raises:
        errors.BackupError: somebody does.
    """
    (home / RESTORING).mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(home / RESTORING / _LOCK, timeout=0):
            try:
                yield
            except BaseException:
                _clear(home)
                raise
    except filelock.Timeout:
        raise errors.BackupError(f"Another command is restoring to {home}. Wait for its end.") from None
    except BaseException:
        shutil.rmtree(home / RESTORING, ignore_errors=True)
        raise
    shutil.rmtree(home / RESTORING, ignore_errors=True)


def note(store: Store, restored: Restored, *, who: str) -> None:
    """Writes into the log that everything from here on follows that backup; what waited is done here from now on."""
    manifest = restored.manifest
    after = {"backup": manifest.name, "made_at": manifest.created_at.isoformat(), "files": len(manifest.files)}
    with database.write(store.engine) as connection:
        audit.record(connection, who=who, action="restore", subject=f"backup {manifest.number}", after=after)
        here = {"host": identity.host(), "place": identity.place(store.home)}
        is_active = schema.jobs.c.status.in_(("queued", "running"))
        connection.execute(sa.update(schema.jobs).where(is_active).values(**here))


def _refuse_unfit(settings: Settings, manifest: Manifest) -> None:
    known = {path.name.partition("_")[0] for path in (migrating.MIGRATIONS / "versions").glob("*.py")}
    if manifest.revision not in known:
        raise errors.BackupRefused(
            f"Backup {manifest.number} was made by a newer program (version {manifest.program}, schema "
            f"{manifest.revision!r}). Update this program, then restore."
        )
    kind = engines.url_of(settings.database_address).get_backend_name()
    if kind != manifest.database:
        raise errors.BackupRefused(
            f"Backup {manifest.number} is of a database of the kind {manifest.database!r}, but GARMENTS_DATABASE_URL "
            f"names one of {kind!r}. Set it to an empty one of the same kind."
        )


def _refuse_full(home: Path) -> None:
    there = sorted({path.name for path in home.iterdir()} - {RESTORING}) if home.is_dir() else []
    if there:
        raise errors.BackupRefused(
            f"GARMENTS_HOME {home} is not empty ({', '.join(there[:4])}{', …' if len(there) > 4 else ''}): only an "
            "empty one is filled. Set it to a new folder, or move away what is there."
        )


def _refuse_full_database(url: sa.URL) -> None:
    if url.get_backend_name() == copying.POSTGRESQL:
        engine = engines.open_engine(url.render_as_string(hide_password=False))
        try:
            with database.read(engine) as connection:
                tables = sa.inspect(connection).get_table_names()
        finally:
            engine.dispose()
        if tables:
            raise errors.BackupRefused(
                f"The database {url.database!r} is not empty (it has the table {sorted(tables)[0]!r}): only an empty "
                "one is filled. Drop it and create it again, or set GARMENTS_DATABASE_URL to a new one."
            )
    elif (path := copying.sqlite_file(url)).exists():
        raise errors.BackupRefused(
            f"The database {path} is there already: only a new one is filled. Move it away, or set "
            "GARMENTS_DATABASE_URL to another file."
        )


def _refuse_narrow(home: Path, wanted: Sequence[File]) -> None:
    above = next(folder for folder in (home, *home.parents) if folder.is_dir())
    needed, free = sum(file.bytes for file in wanted) + _SPARE_BYTES, shutil.disk_usage(above).free
    if needed > free:
        raise errors.BackupError(
            f"The backup needs {needed / 1e6:,.0f} MB, but the disk of {home} has {free / 1e6:,.0f} MB left. Make room."
        )


def _fetch(there: Objects, wanted: Sequence[File], staged: Path, on_progress: OnProgress) -> None:
    """Copies every file of a backup below a folder, compared with its digest.

    Raises:
        errors.BackupError: some are missing or damaged; the message tells how many, and names the first.
    """
    for parent in sorted({(staged / file.path).parent for file in wanted}):
        parent.mkdir(parents=True, exist_ok=True)
    problems: list[str] = []
    with ThreadPoolExecutor(_WRITERS) as writers:
        for num, problem in enumerate(writers.map(lambda file: _fetch_one(there, file, staged), wanted), start=1):
            problems += [problem] if problem else []
            on_progress("copying and comparing", num / len(wanted))
    if problems:
        others = f" and {len(problems) - 1:,} more" if len(problems) > 1 else ""
        raise errors.BackupError(
            f"The backup is damaged: {problems[0]}{others} Nothing was restored. `python -m core backups "
            f"{there.root} --check` names the backups that are whole: restore one of them with --backup."
        )


def _fetch_one(there: Objects, file: File, staged: Path) -> str:
    """What is wrong with one file, empty where nothing is; then it is in its place."""
    target = staged / file.path
    try:
        there.get(file.sha256, target)
    except errors.BackupError as error:
        return str(error)
    os.utime(target, ns=(file.mtime_ns, file.mtime_ns))
    return ""


def _make_folders(staged: Path, wanted: Sequence[File], let_go: Mapping[str, int]) -> None:
    """Those that are there without any file in them: a manifest names files only."""
    for batch in {contents.batch_of(file.path) for file in wanted} - {""}:
        (staged / "batches" / batch / batches.PREVIEWS).mkdir(exist_ok=True)
    for batch in let_go:
        (staged / "batches" / batch).mkdir(parents=True, exist_ok=True)
        (staged / "batches" / batch / batches.LET_GO).touch()


def _put_in_place(home: Path, staged: Path, url: sa.URL, manifest: Manifest) -> None:
    copy = staged / manifests.DATABASE
    entries = sorted(path.name for path in staged.iterdir() if path != copy)
    for folder in (staged, *(path for path in staged.rglob("*") if path.is_dir())):
        artefacts.flush(folder)
    _note_moved(home, entries)
    for name in entries:
        (staged / name).rename(home / name)
        failpoints.reach("restore-moving")
    artefacts.flush(home)
    if manifest.database == copying.POSTGRESQL:
        copying.fill_postgresql(url, copy)
    else:
        _put_file(copy, copying.sqlite_file(url))
    failpoints.reach("restore-moved")
    (home / RESTORING / UNFINISHED).unlink()  # with this one step the home can be used


def _note_moved(home: Path, entries: Sequence[str]) -> None:
    """Writes down which entries of the home come from the backup, before the first one does."""
    kept.write_whole(home / RESTORING / UNFINISHED, json.dumps(entries))
    artefacts.flush(home / RESTORING)


def _put_file(copy: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{target.name}.restoring")  # it may be another disk
    shutil.move(copy, beside)
    beside.replace(target)
    artefacts.flush(target.parent)


def _clear(home: Path) -> None:
    """Takes away what an interrupted restore left: nobody could open the home since."""
    mark = home / RESTORING / UNFINISHED
    try:
        moved = json.loads(mark.read_bytes())
    except (OSError, ValueError):
        moved = []
    for name in contents.KEPT.keys() & set(moved):
        shutil.rmtree(home / name, ignore_errors=True)
    if moved:
        for name in ("garments.db", "garments.db.restoring"):
            (home / name).unlink(missing_ok=True)
    shutil.rmtree(home / RESTORING / _FILES, ignore_errors=True)
    mark.unlink(missing_ok=True)
