from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic import command, config
from sqlalchemy.exc import IntegrityError

from core import settings
from core.jobs import records
from core.jobs.lanes import TAGGING
from core.store import open_store
from core.store.backups import manifests, objects, restoring
from core.store.base import audit, copying, database, engines, migrating, schema
from core.store.batches import batches
from core.store.runs import file_reader, live_history, runs
from core.store.team import team

INSTANT = "2026-05-03 10:00:00.000000"
FIRST_ROWS = {
    "catalogues": [
        {"fingerprint": "f", "name": "sample", "class_names": '["Shirt", "Coat"]', "artefact": "a",
         "created_at": INSTANT}
    ],
    "runs": [
        {
            "id": f"run{version}", "version": version, "identity": str(version), "recipe_name": "quick", "recipe": "{}",
            "catalogue_fingerprint": "f", "seed": 0, "code_version": "1", "artefact": "a", "num_train": 3,
            "num_validation": 0, "num_test": 4, "num_correct": version, "accuracy": version / 4, "temperature": None,
            "train_seconds": 1.0, "total_seconds": 2.0, "created_at": INSTANT, "created_by": "Ada",
        }
        for version in (1, 2)
    ],
    "promotions": [
        {"sequence": 1, "run_id": "run1", "previous_run_id": None, "reason": "one",
         "who": "Ada", "promoted_at": INSTANT},
        {"sequence": 2, "run_id": "run2", "previous_run_id": "run1", "reason": "two",
         "who": "Bo", "promoted_at": INSTANT},
    ],
    "team_choices": [{"number": 1, "name": "target", "value": 0.9, "who": "Ada", "chosen_at": INSTANT}],
    "jobs": [
        {
            "number": 1, "id": "job1", "slot": None, "recipe": "quick", "catalogue": None, "seed": 0, "epochs": None,
            "again": 0, "status": "finished", "stage": "", "fraction": 1.0, "seconds_left": None, "message": "",
            "details": "", "cancel_requested": 0, "started_by": "Ada", "created_at": INSTANT, "started_at": INSTANT,
            "ended_at": INSTANT, "heartbeat_at": INSTANT, "run_id": "run1",
        }
    ],
}  # fmt: skip
"""A row or two of every table that the first migration made."""


def put_first_rows(connection, *tables):
    for table in tables:
        for line in FIRST_ROWS[table]:
            names, values = ", ".join(line), ", ".join(f":{name}" for name in line)
            connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({values})"), line)


def rows(engine, table):
    with database.read(engine) as connection:
        return [dict(row) for row in connection.execute(sa.text(f"SELECT * FROM {table}")).mappings()]


@pytest.fixture
def first_engine(own_settings):
    """A database as the first migration left it, with rows in every table."""
    engine = engines.open_engine(settings.load().database_address)
    migrations = config.Config()
    migrations.set_main_option("script_location", str(migrating.MIGRATIONS))
    with database.write(engine) as connection:
        migrations.attributes["connection"] = connection
        command.upgrade(migrations, "0001")
        put_first_rows(connection, *FIRST_ROWS)
    yield engine
    engine.dispose()


def test_every_row_of_the_first_schema_is_kept(first_engine):
    assert migrating.revision(first_engine) == "0001"
    store = open_store(settings.load())
    assert migrating.revision(store.engine) == schema.REVISION
    for table, lines in FIRST_ROWS.items():
        kept = [{name: row[name] for name in lines[0]} for row in rows(store.engine, table)]
        assert kept == lines, table
    assert len(list((store.home / "backups").glob("garments-0001-*.db"))) == 1
    store.engine.dispose()


def test_old_lines_of_the_history_are_promotions_and_new_ones_follow_them(first_engine):
    store = open_store(settings.load())
    history = live_history.promotions(store)
    assert [(line.sequence, line.kind, line.overridden) for line in history] == [
        (2, "promotion", {}),
        (1, "promotion", {}),
    ]
    with database.write(store.engine) as connection:
        live_history.record(connection, "run1", reason="back", who="Bo", kind="roll back")
    assert live_history.promotions(store)[0].sequence == 3
    assert audit.entries(store)[0].after == {"live": 1}
    assert team.target(store) == 0.9
    store.engine.dispose()


def test_old_runs_learned_from_the_labels_as_they_are_and_old_jobs_were_trainings(first_engine):
    store = open_store(settings.load())
    for run in runs.list_runs(store):
        assert (run.num_corrections, run.num_left_out, run.corrected_by, run.corrections_digest) == (0, 0, (), "")
        assert file_reader.load_corrections(store, run)["relabelled"] == []
    assert rows(store.engine, "jobs")[0]["kind"] == "training"
    store.engine.dispose()


@pytest.mark.parametrize("table", ["log", "deletions", "promotions", "team_choices"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET who = 'x'", "DELETE FROM {}"])
def test_no_line_that_only_grows_can_be_edited(first_engine, table, statement):
    store = open_store(settings.load())
    with database.write(store.engine) as connection:
        audit.record(connection, who="Ada", action="target", subject="target", after=0.9)
        values = {"version": 9, "run_id": "x", "artefact": "x", "reason": "x", "who": "x"}
        connection.execute(sa.insert(schema.deletions).values(**values, deleted_at=datetime.now(UTC)))
    before = rows(store.engine, table)
    with pytest.raises(IntegrityError, match="cannot be changed"), database.write(store.engine) as connection:
        connection.exec_driver_sql(statement.format(table))
    assert rows(store.engine, table) == before != []
    store.engine.dispose()


FORMER_WORK = {
    "waiting": "queued",
    "starting": "queued",
    "running": "queued",
    "stopping": "cancelled",
    "stopped": "cancelled",
    "finished": "finished",
    "failed": "failed",
}


def test_a_backup_of_an_older_program_is_brought_back_and_migrated(first_engine, tmp_path):
    there = objects.Objects(tmp_path / "backups")
    sha256, num_bytes, _ = there.put(copying.sqlite_file(first_engine.url))
    file = manifests.File(path=manifests.DATABASE, sha256=sha256, bytes=num_bytes, mtime_ns=0)
    manifest = manifests.Manifest(
        number=1, created_at=datetime(2026, 5, 4, tzinfo=UTC), program="0.0.1", revision="0001", database="sqlite",
        origin="", counts={"runs": 2}, problems=(), files=(file,),
    )  # fmt: skip
    manifests.write(there.root, manifest)
    found = settings.load().model_copy(update={"home": tmp_path / "again"})
    restoring.restore(found, there.root)
    again = open_store(found)
    assert migrating.revision(again.engine) == schema.REVISION
    assert [run.version for run in runs.list_runs(again)] == [2, 1]
    assert len(list((found.home / "backups").iterdir())) == 1


def test_taggings_of_before_move_to_the_one_queue_and_what_was_not_done_waits_again(own_settings):
    engine = engines.open_engine(settings.load().database_address)
    migrations = config.Config()
    migrations.set_main_option("script_location", str(migrating.MIGRATIONS))
    with database.write(engine) as connection:
        migrations.attributes["connection"] = connection
        command.upgrade(migrations, "0007")
        put_first_rows(connection, "catalogues", "runs")
        for number, status in enumerate(FORMER_WORK, start=1):
            batch = {"number": number, "run": "run1", "at": INSTANT, "status": status, "who": f"Ada {number}"}
            connection.execute(
                sa.text("INSERT INTO batches VALUES (:number, :number, :number, :run, 3, '[]', :who, :at)"), batch
            )
            connection.execute(
                sa.text("INSERT INTO batch_work VALUES (:number, :status, 2, :status || '.', 'why', :at)"), batch
            )
    engine.dispose()
    store = open_store(settings.load())
    held = records.taggings(store)
    assert {number: job.status for number, job in held.items()} == dict(enumerate(FORMER_WORK.values(), start=1))
    for number, status in enumerate(FORMER_WORK, start=1):
        job = held[number]
        told = (job.message, job.details, job.attempts, job.started_by, job.slot, job.kind)
        assert told == (f"{status}.", "why", 2, f"Ada {number}", None, "tagging")
        assert (job.ended_at is None) == job.is_active
    assert [job.batch_number for job in records.active(store, TAGGING)] == [1, 2, 3]
    assert [batch.number for batch in batches.list_batches(store)] == [7, 6, 5, 4, 3, 2, 1]
    store.engine.dispose()
