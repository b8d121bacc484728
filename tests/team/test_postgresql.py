"""Several computers on one PostgreSQL: nothing refused, lost or twice, whoever dies, and no history is rewritten."""

import json
import os
import subprocess
import sys
import threading
import time

import pytest
import sqlalchemy as sa

from core import doctor, errors, jobs, settings
from core.jobs import leases, records
from core.jobs.requests import TrainingRequest
from core.settings import PROJECT_ROOT
from core.store import open_store
from core.store.backups import making, restoring
from core.store.base import audit, database, engines, filling, guards, migrating, schema
from core.store.runs import file_reader, runs
from core.store.team import team
from core.store.verdicts import verdict_tables
from tests.fault.test_verdicts_under_fire import SPEAKER
from tests.support import postgresql, worlds
from tests.support.desk import Desk


def opened(shared, home, patience=engines.COMMAND):
    return open_store(shared.model_copy(update={"home": home}), patience)


@pytest.fixture
def store(shared, tmp_path):
    """The store of one computer."""
    found = opened(shared, tmp_path / "one")
    yield found
    found.engine.dispose()


@pytest.fixture
def other(store, shared, tmp_path):
    """The store of another computer: the same database, artefacts in a folder that both see, and nothing else."""
    (tmp_path / "two").mkdir()
    for name, target in (("one", store.home), ("two", tmp_path / "two")):
        if name == "one":
            (target / "artefacts").mkdir(exist_ok=True)
            (target / "artefacts").rename(tmp_path / "artefacts")
        (target / "artefacts").symlink_to(tmp_path / "artefacts")
    found = opened(shared, tmp_path / "two")
    yield found
    found.engine.dispose()


def start(code, *arguments, home):
    environment = os.environ | {"GARMENTS_HOME": str(home)}
    return subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=PROJECT_ROOT, env=environment,
                            stdout=subprocess.PIPE, text=True)  # fmt: skip


def test_writers_on_several_computers_are_never_refused_and_lose_nothing(store, tmp_path, request):
    num_people, num_each = request.config.getoption("--reviewers"), request.config.getoption("--verdicts")
    worlds.publish(store)
    folder = tmp_path / "signs"
    folder.mkdir()
    people = [
        start(SPEAKER, str(n), str(folder), str(num_each), home=tmp_path / f"home-{n}") for n in range(num_people)
    ]
    while len(list(folder.glob("ready-*"))) < num_people:
        assert all(person.poll() is None for person in people)
        time.sleep(0.02)
    (folder / "go").touch()
    seconds = [moment for person in people for moment in json.loads(person.communicate(timeout=300)[0])]
    assert len(seconds) == num_people * num_each
    history = verdict_tables.history(store)
    assert [line.number for line in history] == list(range(1, num_people * num_each + 1))
    assert {(line.who, line.request_id) for line in history} == {
        (str(n), f"{n} {number}") for n in range(num_people) for number in range(num_each)
    }
    assert doctor.breaches(store) == []


MIGRATOR = "from core import settings; from core.store import open_store; open_store(settings.load()).engine.dispose()"


def test_computers_that_open_a_new_database_at_once_migrate_it_once(shared, tmp_path):
    processes = [start(MIGRATOR, home=tmp_path / f"home-{number}") for number in range(4)]
    assert [process.wait(timeout=120) for process in processes] == [0] * 4
    store = opened(shared, tmp_path / "home-0")
    with database.read(store.engine) as connection:
        assert connection.scalars(sa.select(schema.identity.c.id)).all() != []
    assert doctor.breaches(store) == []
    for process in processes:
        process.stdout.close()
    store.engine.dispose()


@pytest.mark.parametrize("table", [*guards.APPEND_ONLY, *guards.UNCHANGED])
def test_no_history_can_be_changed_or_emptied(store, table):
    statements = [
        f"UPDATE {table} SET {schema.metadata.tables[table].columns[0].name} = NULL",
        f"TRUNCATE {table} CASCADE",
    ]
    if table in guards.APPEND_ONLY:
        statements.append(f"DELETE FROM {table}")
    for statement in statements:
        with (
            pytest.raises(sa.exc.IntegrityError, match="cannot be changed"),
            database.write(store.engine) as connection,
        ):
            connection.exec_driver_sql(statement)


def test_a_guard_that_was_switched_off_is_named(store):
    with database.write(store.engine) as connection:
        connection.exec_driver_sql("ALTER TABLE verdicts DISABLE TRIGGER verdicts_no_delete")
    assert doctor.breaches(store) == [
        "I7: verdicts could be changed: the database has lost the guard that refuses DELETE."
    ]
    with database.write(store.engine) as connection:
        guards.set_up(connection)
    assert doctor.breaches(store) == []


def test_looking_from_another_computer_ends_no_training_and_its_version_is_seen_there(store, other):
    job = records.insert(store, TrainingRequest(recipe="quick"), started_by="Ada")
    assert records.claim(store, job.id)
    assert jobs.queue(other).running.id == job.id and jobs.status(other, job.id).status == "running"
    assert doctor.breaches(other) == []
    run = worlds.publish(store)
    assert runs.find(other, "live").id == run.id
    file_reader.verify(other, run)
    assert (other.home / "artefacts" / run.artefact).is_dir()
    records.end_mine(store, job.id, "finished", run_id=run.id)
    assert jobs.status(other, job.id).run_id == run.id


def test_a_worker_of_another_computer_that_fell_silent_loses_its_place(store, other, monkeypatch):
    job = records.insert(store, TrainingRequest(recipe="quick"), started_by="Ada")
    assert records.claim(store, job.id)
    with database.write(store.engine) as connection:
        past = sa.text("UPDATE jobs SET lease_until = now() - interval '1 day'")
        connection.execute(past)
    assert jobs.status(other, job.id).status == "running"
    later = time.monotonic() + leases.LEASE_SECONDS + 1
    monkeypatch.setattr(leases.time, "monotonic", lambda: later)
    assert jobs.status(other, job.id).status == "interrupted"


def test_a_server_that_is_killed_and_comes_back_costs_nothing_that_was_confirmed(store, server, shared, tmp_path):
    desk = Desk(store)
    worker = opened(shared, store.home, engines.WORKER)
    page = opened(shared, store.home, engines.PAGE)
    desk.say("cannot-tell", desk.subject(0), request_id="before")
    server.kill()
    began = time.monotonic()
    with pytest.raises(errors.DatabaseUnavailable, match=r"cannot be reached.*nothing can be saved until it is back"):
        runs.list_runs(page)
    assert time.monotonic() - began < 3
    with pytest.raises(errors.DatabaseUnavailable, match="could not be reached a moment ago"):
        runs.list_runs(page)
    patient = threading.Thread(target=team.choose_target, args=(worker, 0.7), kwargs={"who": "the training"})
    patient.start()
    time.sleep(1)
    assert patient.is_alive(), "work in the background waits"
    server.start()
    patient.join(20)
    assert not patient.is_alive() and team.target(page) == 0.7
    desk.say("cannot-tell", desk.subject(1), request_id="after")
    assert [line.request_id for line in verdict_tables.history(store)] == ["before", "after"]
    assert doctor.breaches(store) == []
    for each in (worker, page):
        each.engine.dispose()


def test_a_file_moves_to_the_server_row_by_row_and_counting_goes_on(shared, tmp_path, monkeypatch):
    monkeypatch.delenv("GARMENTS_DATABASE_URL")
    before = open_store(settings.load())
    worlds.publish_two_runs(before)
    records.insert(before, TrainingRequest(recipe="quick"), started_by="Ada")
    team.choose_target(before, 0.8, who="Ada")
    target = engines.open_engine(shared.database_address)
    migrating.migrate(target, before.home)
    filling.fill(before.engine, target)
    after = opened(shared, before.home)
    assert [run.id for run in runs.list_runs(after)] == [run.id for run in runs.list_runs(before)]
    assert [entry.action for entry in audit.entries(after)] == [entry.action for entry in audit.entries(before)]
    team.choose_target(after, 0.9, who="Ada")
    assert team.target(after) == 0.9
    assert records.insert(after, TrainingRequest(recipe="quick"), started_by="Grace").is_waiting
    for engine in (before.engine, after.engine, target):
        engine.dispose()


def test_a_backup_made_while_others_write_is_restored_into_an_empty_database(store, shared, server, tmp_path):
    desk, stop = Desk(store), threading.Event()
    acknowledged = []

    def write():
        while not stop.is_set():
            team.choose_target(store, 0.5, who="Ada")
            acknowledged.append(len(acknowledged))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        desk.say("cannot-tell", desk.subject(0))
        before = len(acknowledged)
        making.make(store, tmp_path / "backups")
    finally:
        stop.set()
        writer.join()
    with postgresql.database() as address:
        found = shared.model_copy(
            update={"home": tmp_path / "again", "database_url": type(shared.database_url)(address)}
        )
        restoring.restore(found, tmp_path / "backups")
        again = open_store(found)
        assert doctor.breaches(again) == []
        assert [line.request_id for line in verdict_tables.history(again)] == ["request 1"]
        assert before <= len(audit.entries(again, action="target")) <= len(acknowledged)
        assert [run.id for run in runs.list_runs(again)] == [desk.run.id]
        again.engine.dispose()


ROLE = """
CREATE ROLE dashboard LOGIN;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO dashboard;
GRANT UPDATE, DELETE ON jobs, catalogues TO dashboard;
GRANT DELETE ON runs TO dashboard;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO dashboard;
"""
"""As docs/upkeep.md has it."""


def test_a_role_without_the_right_to_change_histories_is_enough_for_everyday_work(store, shared):
    with database.write(store.engine) as connection:
        connection.exec_driver_sql(ROLE)
    try:
        address = sa.make_url(shared.database_address).set(username="dashboard").render_as_string(hide_password=False)
        as_role = open_store(store.settings.model_copy(update={"database_url": type(shared.database_url)(address)}))
        desk = Desk(as_role)
        desk.say("cannot-tell", desk.subject(0))
        job = records.insert(as_role, TrainingRequest(recipe="quick"), started_by="Ada")
        assert records.claim(as_role, job.id)
        records.end_mine(as_role, job.id, "finished")
        assert doctor.breaches(store) == []
        for statement in ("DROP TRIGGER verdicts_no_delete ON verdicts", "DELETE FROM verdicts"):
            with pytest.raises(errors.DatabaseUnavailable), database.write(as_role.engine) as connection:
                connection.exec_driver_sql(statement)
        as_role.engine.dispose()
    finally:
        with database.write(store.engine) as connection:
            connection.exec_driver_sql("DROP OWNED BY dashboard; DROP ROLE dashboard")
