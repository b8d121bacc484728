"""The invariants that must hold at any moment, checked one by one. Used by the command line and by the fault tests.

Numbers are those of docs/invariants.md: I1 live, I2 files, I3 workers, I4 one training, I5 sequence,
I6 verdicts stored once, I7 log and verdicts only added, I8 same test garments, I9 leftovers, I10 database, I11 schema,
I12 known layout, I13 finite figures, I14 own catalogues, I15 folders, I16 packages.
"""

import itertools
import math
import time
from collections.abc import Callable, Iterator

import sqlalchemy as sa

from core import errors, masking, packages
from core.catalogue import kept
from core.catalogue.own import deciding
from core.forgetting import person
from core.jobs import lanes, leases, liveness, records
from core.quality import comparison
from core.store import Store
from core.store.base import artefacts, database, guards, migrating, schema
from core.store.batches import batches
from core.store.runs import file_reader, live_history, runs
from core.store.verdicts import suspect_lists, verdict_tables

LEFTOVER_SECONDS = 3600
KNOWN_LAYOUT = frozenset(
    {"artefacts", "backups", "batches", "checkpoints", "fashion-mnist", "locks", "logs", "staging", "trash"}
    | {"backbones", "catalogues", "features", "maps", "occlusions", "photos", "postures", "uploads"}
    | {"begun", "bringing", "coming", "described", "judging", "restoring"}
    | {"estimates.json", "estimates.json.tmp"}
    | {"forgetting.json"}
    | {"identity.json", "garments.db", "garments.db-journal", "garments.db-wal", "garments.db-shm"}
)


def breaches(store: Store) -> list[str]:
    """One sentence for each invariant that does not hold, in the order of the list; empty where all is well."""
    return [masking.masked(breach) for check in CHECKS for breach in check(store)]


def _one_is_live(store: Store) -> Iterator[str]:
    with database.read(store.engine) as connection:
        live = live_history.newest(connection)
        num_runs = connection.scalar(sa.select(sa.func.count()).select_from(schema.runs))
    if num_runs and live is None:
        yield f"I1: {num_runs} runs are published but none is live."


def _files_are_as_published(store: Store) -> Iterator[str]:
    for run in runs.list_runs(store):
        try:
            file_reader.verify(store, run)
        except errors.ArtefactCorrupt as error:
            yield f"I2: version {run.version} ({run.id}): {error}"
    for listed in suspect_lists.all_newest(store):
        try:
            suspect_lists.verify(store, listed)
        except errors.ArtefactCorrupt as error:
            yield f"I2: list {listed.number} of suspects: {error}"
    for batch in batches.list_batches(store):
        try:
            batches.verify(store, batch)
        except errors.ArtefactCorrupt as error:
            yield f"I2: batch {batch.number}: {error}"


def _running_work_has_a_worker(store: Store) -> Iterator[str]:
    for job in records.active(store, *lanes.LANES):
        if leases.is_here(store, job) and liveness.is_dead(store, job):
            yield f"I3: job {job.id} is {job.status}, but no process of this machine holds its lock."
        elif not leases.is_here(store, job) and job.status == "running" and leases.is_past(store, job):
            yield f"I3: job {job.id} is running on {job.host}, of which nothing was heard since {job.heartbeat_at}."


def _one_of_each_lane(store: Store) -> Iterator[str]:
    for lane in lanes.LANES:
        active = [job for job in records.active(store, lane) if not job.is_waiting]
        if len(active) > 1:
            yield f"I4: {len(active)} {lane.name}s are worked on at once: {', '.join(job.id for job in active)}."


def _sequence_has_no_gaps(store: Store) -> Iterator[str]:
    history = live_history.promotions(store)[::-1]
    if [line.sequence for line in history] != list(range(1, len(history) + 1)):
        yield f"I5: the history of promotions has gaps: {[line.sequence for line in history]}."
    last: dict[str, str] = {}
    for before, after in itertools.pairwise([None, *history]):
        assert after is not None
        # Before each catalogue had its own live version, a line followed the one before it, whatever that had learned.
        follows = {last.get(after.scope), before and before.run_id}
        if after.previous_run_id not in follows:
            yield f"I5: promotion {after.sequence} follows no promotion before it."
        last[after.scope] = after.run_id


def _numbers_are_used_once(store: Store) -> Iterator[str]:
    with database.read(store.engine) as connection:
        deleted = set(connection.scalars(sa.select(schema.deletions.c.version)))
    for run in runs.list_runs(store):
        if run.version in deleted:
            yield f"I5: version {run.version} was deleted, but {run.id} has its number."


def _log_agrees_with_history(store: Store) -> Iterator[str]:
    """What was decided before there was a log is only in the history, so its newest lines are compared."""
    log, promotions = schema.log.c, schema.promotions.c
    with database.read(store.engine) as connection:
        lines = connection.execute(sa.select(log.sequence, log.action, log.after).order_by(log.sequence)).all()
        live = sa.select(schema.runs.c.version).join(schema.promotions, promotions.run_id == schema.runs.c.id)
        history = list(connection.scalars(live.order_by(promotions.sequence)))
    if [line.sequence for line in lines] != list(range(1, len(lines) + 1)):
        yield f"I7: the log has gaps: {len(lines)} lines, the last one is number {lines[-1].sequence}."
    logged = [line.after["live"] for line in lines if line.action in ("promote", "roll-back")]
    if logged != history[len(history) - len(logged) :]:
        yield f"I7: by the log the versions {logged} became live, by the history {history}."


def _verdicts_are_stored_once(store: Store) -> Iterator[str]:
    verdicts = schema.verdicts.c
    num, highest = sa.func.count(), sa.func.max
    with database.read(store.engine) as connection:
        num_lines, last = connection.execute(sa.select(num, highest(verdicts.number))).one()
        requests = sa.select(verdicts.request_id, num, highest(verdicts.place)).group_by(verdicts.request_id)
        torn = connection.execute(requests.having(num != highest(verdicts.place) + 1)).all()
    if num_lines != (last or 0):
        yield f"I6: the verdicts are numbered up to {last}, but {num_lines} are stored."
    for request_id, num_stored, last_place in torn:
        yield f"I6: of the verdicts of request {request_id!r} {num_stored} are stored, the last in place {last_place}."


def _verdicts_are_only_added(store: Store) -> Iterator[str]:
    verdicts = schema.verdicts.c
    before = sa.func.lag(verdicts.number, 1, 0).over(partition_by=verdicts.garment, order_by=verdicts.number)
    chain = sa.select(verdicts.number, verdicts.seen, before.label("before")).subquery()
    with database.read(store.engine) as connection:
        broken = connection.execute(sa.select(chain).where(chain.c.seen != chain.c.before)).all()
    for number, seen, was_there in broken:
        yield f"I7: verdict {number} followed verdict {seen} of its garment, but {was_there} is there."
    # Read by the query that pages use, and once more by going through the history.
    last = {(line.garment, line.who): line.number for line in verdict_tables.history(store)}
    if sorted(last.values()) != verdict_tables.current(store)["number"].tolist():
        yield "I7: what people say today is not what they said last."


def _decisions_are_only_added(store: Store) -> Iterator[str]:
    for table in (schema.tag_decisions, schema.automation_lines, schema.batches):
        with database.read(store.engine) as connection:
            num, last = connection.execute(sa.select(sa.func.count(), sa.func.max(table.c.number))).one()
        if num != (last or 0):
            yield f"I6: the lines of {table.name} are numbered up to {last}, but {num} are stored."


def _histories_are_guarded(store: Store) -> Iterator[str]:
    with database.read(store.engine) as connection:
        lost = guards.missing(connection)
    for table, action in lost:
        yield f"I7: {table} could be changed: the database has lost the guard that refuses {action}."


def _test_garments_are_not_learned_from(store: Store) -> Iterator[str]:
    for run in {run.catalogue_artefact: run for run in runs.list_runs(store)}.values():
        try:
            test, train = (file_reader.load_split(store, run, name) for name in ("test", "train"))
        except errors.GarmentsError:
            continue  # I2 names it
        found = comparison.overlap(test.images, train.images)
        if found.is_leak:
            yield (
                f"I8: {found.num_learned} of {found.num_garments} test garments of {run.catalogue} are also in its "
                "training split."
            )


def _nothing_is_left_over(store: Store) -> Iterator[str]:
    for path in (store.home / "staging").glob("*"):
        if time.time() - path.stat().st_mtime > LEFTOVER_SECONDS:
            yield f"I9: {path} was left by an interrupted publishing; the next training removes it."
    for path in batches.leftovers(store):
        yield f"I9: {path} was left by an interrupted drop of photos; the next tagging removes it."
    if (path := store.home / person.PENDING).exists():
        yield f"I9: {path} says that replacing a name was begun and not ended; `python -m core forget` goes on with it."


def _database_is_sound(store: Store) -> Iterator[str]:
    if store.engine.dialect.name != "sqlite":
        return
    with database.read(store.engine) as connection:
        finding = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
        broken_keys = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if finding != "ok":
        yield f"I10: the database is damaged: {finding}."
    if broken_keys:
        yield f"I10: {len(broken_keys)} rows of the database point to rows that do not exist."


def _schema_is_ours(store: Store) -> Iterator[str]:
    found = migrating.revision(store.engine)
    if found != schema.REVISION:
        yield f"I11: the database has schema {found!r}, this program {schema.REVISION!r}."


def _layout_is_known(store: Store) -> Iterator[str]:
    for path in sorted(store.home.iterdir()):
        if path.name not in KNOWN_LAYOUT:
            yield f"I12: {path} does not belong here."
    known = {digest for run in runs.list_runs(store) for digest in (run.artefact, run.catalogue_artefact)}
    known |= {listed.artefact for listed in suspect_lists.all_newest(store)}
    for path in artefacts.folders(store.home):
        try:
            artefacts.manifest_of(store.home, path.name)
        except errors.ArtefactCorrupt as error:
            if path.name not in known:
                yield f"I12: {error}"


def _figures_are_finite(store: Store) -> Iterator[str]:
    for run in runs.list_runs(store):
        for name in ("accuracy", "temperature", "train_seconds", "total_seconds"):
            value = getattr(run, name)
            if value is not None and not math.isfinite(value):
                yield f"I13: {name} of version {run.version} is {value!r}."


def _own_catalogues_are_whole(store: Store) -> Iterator[str]:
    for name in kept.names(store.home):
        try:
            found = kept.find(store.home, name)
            table = kept.rows(store.home, found)
            kept.tiles(store.home, found)
            deciding.history(store.home, found)
        except errors.CatalogueError as error:
            yield f"I14: catalogue {name!r}: {error}"
            continue
        usable = table[table["problem"] == ""]
        missing = [photo for photo in usable["sha256"] if not kept.photo_path(store.home, photo).is_file()]
        if len(usable) != found.num_photos or missing:
            yield (
                f"I14: catalogue {name!r} has {found.num_photos:,} photos, {len(usable):,} rows of usable ones and "
                f"{len(missing):,} files that are missing. Bring it in again with `python -m core catalogue update`."
            )


def _files_of_folders_are_taken_once(store: Store) -> Iterator[str]:
    files = schema.folder_files.c
    times = sa.func.count()
    twice = sa.select(files.sha256, files.sku, times).group_by(files.sha256, files.sku).having(times > 1)
    with database.read(store.engine) as connection:
        for sha256, sku, num in connection.execute(twice):
            yield f"I15: the content {sha256[:12]} of a folder, SKU {sku!r}, was taken {num} times."


def _packages_are_new_enough(_: Store) -> Iterator[str]:
    for sentence in packages.too_old():
        yield f"I16: {sentence}"


CHECKS: tuple[Callable[[Store], Iterator[str]], ...] = (
    _one_is_live,
    _files_are_as_published,
    _running_work_has_a_worker,
    _one_of_each_lane,
    _sequence_has_no_gaps,
    _numbers_are_used_once,
    _log_agrees_with_history,
    _verdicts_are_stored_once,
    _verdicts_are_only_added,
    _decisions_are_only_added,
    _histories_are_guarded,
    _test_garments_are_not_learned_from,
    _nothing_is_left_over,
    _database_is_sound,
    _schema_is_ours,
    _layout_is_known,
    _figures_are_finite,
    _own_catalogues_are_whole,
    _files_of_folders_are_taken_once,
    _packages_are_new_enough,
)
