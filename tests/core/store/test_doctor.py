import os
import shutil
from datetime import UTC, datetime, timedelta

import filelock
import pytest
import sqlalchemy as sa

from core import doctor
from core.jobs import liveness, records, work_queue
from core.jobs.lanes import TRAINING
from core.jobs.requests import TrainingRequest
from core.store.base import artefacts, database, guards, schema
from core.store.runs import runs
from tests.support import worlds
from tests.support.postgresql import sqlite_only
from tests.support.unguarded import unguarded


def test_an_empty_store_and_a_used_one_are_sound(store):
    assert doctor.breaches(store) == []
    worlds.publish(store, seed=1)
    worlds.publish(store, seed=2)
    assert doctor.breaches(store) == []


def only_breach(store):
    (breach,) = doctor.breaches(store)
    return breach


def test_damage_to_a_file_is_found(store):
    run = worlds.publish(store)
    (artefacts.folder_of(store.home, run.artefact) / "history.parquet").write_bytes(b"")
    breach = only_breach(store)
    assert breach.startswith(f"I2: version 1 ({run.id}): ") and "history.parquet" in breach


def test_lost_garments_are_found(store):
    run = worlds.publish(store)
    shutil.rmtree(artefacts.folder_of(store.home, run.catalogue_artefact))
    breach = only_breach(store)
    assert breach.startswith(f"I2: version 1 ({run.id}): ") and run.catalogue_artefact[:12] in breach


def age(store, job_id, seconds):
    old = datetime.now(UTC) - timedelta(seconds=seconds)
    with database.write(store.engine) as connection:
        connection.execute(
            sa.update(schema.jobs).where(schema.jobs.c.id == job_id).values(heartbeat_at=old, clock=None)
        )


def test_a_job_whose_worker_is_gone_is_found_and_one_that_is_silent_is_not(store):
    job = records.insert(store, TrainingRequest(recipe="quick"), started_by="Ada")
    age(store, job.id, TRAINING.starting_seconds - 5)
    assert doctor.breaches(store) == [], "on a busy machine a worker takes its time to begin"
    age(store, job.id, TRAINING.starting_seconds + 1)
    assert only_breach(store) == f"I3: job {job.id} is queued, but no process of this machine holds its lock."
    records.claim(store, job.id)
    assert only_breach(store).startswith(f"I3: job {job.id} is running")
    with filelock.FileLock(liveness.lock_path(store)):
        age(store, job.id, 8 * 3600)
        assert doctor.breaches(store) == []
    work_queue.give_up_dead(store)
    assert doctor.breaches(store) == []


def test_one_that_waits_may_be_silent(store):
    for who in ("Ada", "Grace"):
        job = records.insert(store, TrainingRequest(recipe="quick"), started_by=who)
    age(store, job.id, 600)
    assert doctor.breaches(store) == []


def test_two_trainings_that_are_worked_on_at_once_are_found(store):
    jobs = [records.insert(store, TrainingRequest(recipe="quick"), started_by=who) for who in ("Ada", "Grace")]
    with filelock.FileLock(liveness.lock_path(store)):
        assert doctor.breaches(store) == []
        with database.write(store.engine) as connection:
            connection.exec_driver_sql("UPDATE jobs SET status = 'running', slot = NULL WHERE number = 2")
        ids = ", ".join(job.id for job in jobs)
        assert only_breach(store) == f"I4: 2 trainings are worked on at once: {ids}."


def test_runs_without_a_live_one_and_gaps_in_history_are_found(store):
    worlds.publish(store)
    with unguarded(store, "promotions") as connection:
        connection.exec_driver_sql("UPDATE promotions SET sequence = 3")
    assert only_breach(store).startswith("I5: the history of promotions has gaps: [3]")
    with unguarded(store, "promotions") as connection:
        connection.exec_driver_sql("DELETE FROM promotions")
    assert [breach[:50] for breach in doctor.breaches(store)] == [
        "I1: 1 runs are published but none is live.",
        "I7: by the log the versions [1] became live, by th",
    ]


def test_gaps_in_the_log_and_numbers_used_twice_are_found(store):
    run = worlds.publish(store)
    with database.write(store.engine) as connection:
        values = {"version": 1, "run_id": run.id, "artefact": "x", "reason": "", "who": "x"}
        connection.execute(sa.insert(schema.deletions).values(**values, deleted_at=datetime.now(UTC)))
    assert only_breach(store) == f"I5: version 1 was deleted, but {run.id} has its number."
    with unguarded(store, "log", "deletions") as connection:
        connection.exec_driver_sql("DELETE FROM deletions")
        connection.exec_driver_sql("DELETE FROM log WHERE sequence = 1")
    assert only_breach(store) == "I7: the log has gaps: 1 lines, the last one is number 2."


@pytest.mark.parametrize(("table", "action"), sorted(guards.expected()))
def test_a_history_that_lost_a_guard_is_named(store, table, action):
    with database.write(store.engine) as connection:
        where = "" if connection.dialect.name == "sqlite" else f" ON {table}"
        connection.exec_driver_sql(f"DROP TRIGGER {table}_no_{action.lower()}{where}")
    sentence = f"I7: {table} could be changed: the database has lost the guard that refuses {action}."
    assert only_breach(store) == sentence
    with database.write(store.engine) as connection:
        guards.set_up(connection)
    assert doctor.breaches(store) == []


def test_test_garments_in_the_training_split_are_found(store):
    from core.catalogue.split import cut

    garments = worlds.garments(60)
    leaking = cut("sample", garments, garments, validation_share=0.1, validation_seed=0)
    worlds.publish(store, leaking)
    assert only_breach(store).startswith("I8: 54 of 60 test garments")


def test_old_leftovers_and_foreign_files_are_found(store):
    staging = artefacts.new_staging(store.home)
    assert doctor.breaches(store) == []
    os.utime(staging, (0, 0))
    (store.home / "holiday.jpg").write_bytes(b"")
    breaches = doctor.breaches(store)
    assert [breach[:3] for breach in breaches] == ["I9:", "I12"]
    assert staging.name in breaches[0] and "holiday.jpg" in breaches[1]


def test_a_half_written_artefact_is_found(store):
    (store.home / "artefacts" / ("0" * 64)).mkdir(parents=True)
    breach = only_breach(store)
    assert breach.startswith("I12:") and "0" * 12 in breach


@sqlite_only("PostgreSQL never lets a row point to one that is not there")
def test_broken_references_are_found(store):
    run = worlds.publish(store)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("DELETE FROM catalogues")
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
    assert any(breach.startswith("I10:") and len(breach) > 20 for breach in doctor.breaches(store))
    assert run not in runs.list_runs(store)


@pytest.mark.parametrize("check", doctor.CHECKS, ids=lambda check: check.__name__)
def test_every_check_runs_on_an_empty_store(store, check):
    assert list(check(store)) == []
