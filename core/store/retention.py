"""Letting go of versions: one by one, and by age. What was ever live stays for ever, and no number is used twice.

First the row goes, in one transaction with its line in the log; then its files move to the trash; days later they are
removed. Killed anywhere in between, either the version is there with its files, or it is gone and the next collection
takes the files that nobody names any more.
"""

import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from core import errors, failpoints
from core.access.roles import Action
from core.catalogue import kept
from core.store import Store
from core.store.backups import keeping
from core.store.base import artefacts, audit, database, permission, schema
from core.store.batches import batches
from core.store.runs import begun, described, garment_maps, occlusion_files, posture_files, runs
from core.store.verdicts import suspect_lists

DAY_SECONDS = 86_400
LEFTOVER_SECONDS = 3600
"""Files that no version names yet may be those of a version that is just being published."""
OUT_OF_DATE = "It is older than the {} newest versions that are kept."


@dataclass(frozen=True, kw_only=True, slots=True)
class Collection:
    """What a collection takes away, or took."""

    versions: tuple[int, ...]
    """Versions that are deleted, oldest first."""
    moved: tuple[str, ...]
    """Digests of artefacts that move to the trash: those of the versions, and any that no version names."""
    purged: tuple[str, ...]
    """Digests of artefacts in the trash that are removed for good."""
    num_bytes: int
    """Disk space of the removed ones."""
    batches: tuple[int, ...] = ()
    """Numbers of the batches whose photos are removed, the oldest first."""
    photos: tuple[str, ...] = ()
    """SHA-256 of kept photos that no catalogue holds any more and that are removed."""
    postures: tuple[str, ...] = ()
    """Names of the files that told how garments of versions lie that are deleted."""
    backups: keeping.Thinning = field(default_factory=keeping.Thinning)
    """What goes out of the backups."""


@permission.needs(Action.DELETE)
def delete(store: Store, run_id: str, *, who: str, reason: str = "") -> runs.Run:
    """Deletes a version that was never live, and gives back what it was.

    Trainings that gave it stay in their list without it. The pictures it was judged on stay while another version
    uses them.

    Args:
        store: where.
        run_id: any name of the run that `runs.find` knows.
        who: who decides.
        reason: why; it stands in the log.

    Raises:
        errors.RunNotFound: no such run.
        errors.StoreError: the version was live once, or something that people decided needs it.
    """
    run = runs.find(store, run_id)
    _delete_row(store, run, reason=reason.strip(), who=who)
    posture_files.path(store, run.id).unlink(missing_ok=True)
    for digest in (run.artefact, run.catalogue_artefact):
        _move_unless_named(store, digest)
    return run


def is_deletable(store: Store, run: runs.Run) -> bool:
    """Whether that version was never live and nothing that people decided needs it."""
    return run.id not in _needed(store)


def plan(store: Store) -> Collection:
    """What `collect` would take away now: nothing is changed.

    Versions beyond the newest `GARMENTS_KEEP_VERSIONS` that may be deleted; artefacts that are older than an hour and
    named by no version and no list of suspects that holds; what has been in the trash for `GARMENTS_TRASH_DAYS`; photos
    that were dropped more than `GARMENTS_PHOTO_DAYS` ago, of backups too; photos that no own catalogue holds and that
    were kept before `GARMENTS_TRASH_DAYS`; backups besides the newest of 7 days and 4 weeks.
    """
    found = runs.list_runs(store)
    kept_for_ever = _needed(store)
    too_old = [run for run in found[store.settings.keep_versions :] if run.id not in kept_for_ever][::-1]
    staying = [run for run in found if run not in too_old]
    named = {digest for run in staying for digest in (run.artefact, run.catalogue_artefact)}
    named |= {listed.artefact for listed in suspect_lists.all_newest(store)}
    released = {digest for run in too_old for digest in (run.artefact, run.catalogue_artefact)} - named
    unnamed = {
        path.name
        for path in artefacts.folders(store.home)
        if path.name not in named and time.time() - path.stat().st_mtime > LEFTOVER_SECONDS
    }
    limit = time.time() - store.settings.trash_days * DAY_SECONDS
    let_go = batches.expired(store)
    waiting = {path for place in (store.home / "trash", artefacts.trash(store.home)) for path in place.glob("*")}
    expired = [path for path in sorted(waiting) if path.is_dir() and path.stat().st_mtime < limit]
    return Collection(
        versions=tuple(run.version for run in too_old),
        moved=tuple(sorted(released | unnamed)),
        purged=tuple(sorted(path.name for path in expired)),
        num_bytes=sum(artefacts.num_bytes(path) for path in expired),
        batches=tuple(batch.number for batch in let_go),
        photos=tuple(path.stem for path in _unused_photos(store)),
        postures=tuple(
            sorted({path.name for path in posture_files.unused(store)} | _names_of_postures(store, too_old))
        ),
        backups=keeping.plan(store, batches.let_go_ids(store) | {batch.id for batch in let_go}),
    )


def _names_of_postures(store: Store, those: Iterable[runs.Run]) -> set[str]:
    paths = [posture_files.path(store, run.id) for run in those]
    return {path.name for path in paths if path.exists()}


def collect(store: Store, *, who: str) -> Collection:
    """Takes away what `plan` says, and gives back what it took: less only where somebody acted in between."""
    planned = plan(store)
    versions = tuple(version for version in planned.versions if _is_let_go(store, version, who))
    moved = tuple(digest for digest in planned.moved if _move_unless_named(store, digest))
    if planned.purged:
        with database.write(store.engine) as connection:
            after = {"artefacts": list(planned.purged), "bytes": planned.num_bytes}
            audit.record(connection, who=who, action="purge", subject="trash", after=after)
    for digest in planned.purged:
        artefacts.purge_trash(store.home, digest)
        failpoints.reach("collect-purged")
    for number in planned.batches:
        batches.let_go(store, batches.find(store, number), who=who)
    batches.sweep_previews(store)
    for path in _unused_photos(store):
        path.unlink(missing_ok=True)
    for path in garment_maps.unnamed(store):  # made again from a version's files where one is asked for
        path.unlink(missing_ok=True)
    occlusion_files.let_go(store)  # likewise
    for path in (*described.unused(store), *begun.expired(store)):
        shutil.rmtree(path, ignore_errors=True)
    staying = _names_of_postures(store, runs.list_runs(store))
    postures = tuple(name for name in planned.postures if name not in staying)
    for name in postures:
        (store.home / posture_files.FOLDER / name).unlink(missing_ok=True)
    thinned = keeping.thin(store, batches.let_go_ids(store))
    return replace(planned, versions=versions, moved=moved, postures=postures, backups=thinned)


def _unused_photos(store: Store) -> list[Path]:
    try:
        return kept.unused_photos(store.home, before=time.time() - store.settings.trash_days * DAY_SECONDS)
    except errors.CatalogueCorrupt:
        return []  # the doctor names it


def _is_let_go(store: Store, version: int, who: str) -> bool:
    """Deletes one version; False where it was deleted or became live since the plan."""
    try:
        _delete_row(
            store, runs.find(store, str(version)), reason=OUT_OF_DATE.format(store.settings.keep_versions), who=who
        )
    except errors.DatabaseUnavailable:
        raise
    except errors.StoreError:
        return False
    return True


def _delete_row(store: Store, run: runs.Run, *, reason: str, who: str) -> None:
    with database.write(store.engine) as connection:
        _refuse_needed(connection, run)
        connection.execute(sa.update(schema.jobs).where(schema.jobs.c.run_id == run.id).values(run_id=None))
        if connection.execute(sa.delete(schema.runs).where(schema.runs.c.id == run.id)).rowcount != 1:
            raise errors.RunNotFound(f"Version {run.version} was deleted in the meantime.")
        _write_down(connection, run, reason=reason, who=who)
        failpoints.reach("delete-committing")
    failpoints.reach("delete-committed")


def _write_down(connection: sa.Connection, run: runs.Run, *, reason: str, who: str) -> None:
    values = {"version": run.version, "run_id": run.id, "artefact": run.artefact, "reason": reason, "who": who}
    connection.execute(sa.insert(schema.deletions).values(**values, deleted_at=datetime.now(UTC)))
    before = {"run": run.id, "recipe": run.recipe_name, "catalogue": run.catalogue, "accuracy": run.accuracy}
    audit.record(connection, who=who, action="delete", subject=f"version {run.version}", before=before, note=reason)


def _move_unless_named(store: Store, digest: str) -> bool:
    """Moves an artefact to the trash, while nobody can publish a version that names it; False where one names it."""
    naming = (
        sa.select(schema.runs.c.id)
        .join(schema.catalogues)
        .where(sa.or_(schema.runs.c.artefact == digest, schema.catalogues.c.artefact == digest))
        .limit(1)
    )
    with database.write(store.engine) as connection:
        is_listed = sa.exists(suspect_lists.NEWEST_ARTEFACTS.where(schema.suspect_lists.c.artefact == digest))
        is_free = connection.scalar(naming) is None and not connection.scalar(sa.select(is_listed))
        if is_free:
            artefacts.move_to_trash(store.home, digest)
    failpoints.reach("delete-moved")
    return is_free


def _refuse_needed(connection: sa.Connection, run: runs.Run) -> None:
    if run.id in _pointed_to(connection, schema.promotions.c.run_id):
        raise errors.StoreError(f"Version {run.version} was live once, so it is kept for ever: the history needs it.")
    for column in _POINTERS:
        if run.id in _pointed_to(connection, column):
            raise errors.StoreError(f"Version {run.version} is kept: {column.table.name} of people still need it.")


def _needed(store: Store) -> set[str]:
    """Ids of the runs that can never be deleted."""
    with database.read(store.engine) as connection:
        return {run_id for column in _POINTERS for run_id in _pointed_to(connection, column)}


_POINTERS = tuple(
    key.parent
    for table in schema.metadata.tables.values()
    for key in table.foreign_keys
    if key.column is schema.runs.c.id and table is not schema.jobs
)
"""Every column that names a run and must go on naming it; a training may forget what it gave."""


def _pointed_to(connection: sa.Connection, column: sa.Column[str]) -> set[str]:
    return set(connection.scalars(sa.select(column).where(column.is_not(None)).distinct()))
