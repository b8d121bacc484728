"""Workers of other computers: followed by their signs of life, never by the locks of this one, whatever clocks do."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import doctor, errors, jobs
from core.jobs import launchers, leases, liveness, records, work_queue
from core.jobs.lanes import TRAINING
from core.jobs.requests import TrainingRequest
from core.store.base import database, schema
from tests.support import postgresql

QUICK = TrainingRequest(recipe="quick", catalogue="sample", epochs=1)


def change(store, job, **values):
    with database.write(store.engine) as connection:
        connection.execute(sa.update(schema.jobs).where(schema.jobs.c.id == job.id).values(**values))
    return records.find(store, job.id)


@pytest.fixture
def shared(store, monkeypatch):
    """A database that several computers share, which a file is not."""
    monkeypatch.setattr(leases, "_is_shared", lambda store: True)


@pytest.fixture
def elsewhere(store, shared):
    """A training that the computer shop-2 works on."""
    job = records.insert(store, QUICK, started_by="Ada")
    assert records.claim(store, job.id)
    return change(store, job, place="another", host="shop-2", owner="its worker")


def in_a_while(monkeypatch, seconds):
    later = time.monotonic() + seconds
    monkeypatch.setattr(leases.time, "monotonic", lambda: later)


def test_looking_at_a_training_of_another_computer_does_not_end_it(store, elsewhere):
    assert not liveness.is_lock_held(store), "by the lock of this computer it would be dead"
    for _ in range(3):
        assert jobs.status(store, elsewhere.id).status == "running"
    assert doctor.breaches(store) == []


def test_it_is_ended_once_its_time_is_over_and_we_saw_it_silent(store, elsewhere, monkeypatch):
    past = change(store, elsewhere, lease_until=datetime.now(UTC) - timedelta(days=1))
    assert jobs.status(store, past.id).status == "running", "a clock that jumped a day ends nothing"
    assert [breach[:38] for breach in doctor.breaches(store)] == [f"I3: job {past.id} is running on sho"]
    in_a_while(monkeypatch, leases.LEASE_SECONDS - 1)
    assert jobs.status(store, past.id).status == "running"
    in_a_while(monkeypatch, leases.LEASE_SECONDS + 1)
    assert jobs.status(store, past.id).status == "interrupted"


def test_a_sign_of_life_begins_the_silence_anew(store, elsewhere, monkeypatch):
    past = datetime.now(UTC) - timedelta(days=1)
    change(store, elsewhere, lease_until=past)
    jobs.status(store, elsewhere.id)
    in_a_while(monkeypatch, leases.LEASE_SECONDS + 1)
    change(store, elsewhere, heartbeat_at=past)
    assert jobs.status(store, elsewhere.id).status == "running"


def test_a_worker_whose_job_was_taken_changes_nothing_any_more(store):
    job = records.insert(store, QUICK, started_by="Ada")
    assert records.claim(store, job.id) and records.report(store, job.id, fraction=0.5)
    change(store, job, owner="another worker")
    assert not records.report(store, job.id, fraction=0.9)
    records.end_mine(store, job.id, "finished")
    found = records.find(store, job.id)
    assert (found.status, found.fraction) == ("running", 0.5)


def test_its_process_is_ended_where_it_runs(store, elsewhere):
    with pytest.raises(errors.JobError, match="done on the computer shop-2: end it there"):
        jobs.end_process(store, elsewhere.id, who="Grace")


@postgresql.sqlite_only("a file is of one computer, a server of many")
def test_a_file_is_of_one_computer_whatever_it_was_called_and_wherever_it_lay(store, monkeypatch):
    launched = []
    monkeypatch.setattr(launchers.LocalProcess, "launch", lambda self, store, job_id: launched.append(job_id))
    running, waits = (records.insert(store, QUICK, started_by=who) for who in ("Ada", "Grace"))
    assert records.claim(store, running.id)
    for job in (running, waits):
        change(store, job, place="another", host="the former name", owner="a worker that died")
    assert jobs.status(store, running.id).status == "interrupted", "nobody holds the lock of this computer"
    assert launched == [waits.id]


def test_what_waits_on_another_computer_is_begun_there_and_does_not_stop_ours(store, shared, monkeypatch):
    launched = []
    monkeypatch.setattr(launchers.LocalProcess, "launch", lambda self, store, job_id: launched.append(job_id))
    first, theirs = (records.insert(store, QUICK, started_by=who) for who in ("Ada", "Grace"))
    change(store, theirs, place="another", host="shop-2")
    records.end(store, first.id, "finished")
    work_queue.settle(store)
    assert launched == [] and records.find(store, theirs.id).is_waiting
    change(store, theirs, place=None)
    work_queue.settle(store)
    assert launched == [theirs.id]


def test_a_computer_that_was_started_again_has_no_worker_that_is_about_to_begin(store):
    job = records.insert(store, QUICK, started_by="Ada")
    assert jobs.current(store).status == "queued"
    change(store, job, clock="another-start 5.000")
    assert jobs.current(store).status == "interrupted"


@pytest.mark.parametrize("days", [-1, 1])
def test_the_clock_on_the_wall_does_not_make_a_worker_late(store, days):
    if leases.stamp() is None:
        pytest.skip("this system does not tell when it was started")
    job = records.insert(store, QUICK, started_by="Ada")
    change(store, job, heartbeat_at=datetime.now(UTC) + timedelta(days=days))
    found = jobs.current(store)
    assert found.status == "queued" and 0 <= liveness.seconds_silent(store, found) < TRAINING.starting_seconds


DAY = 86_400.0
EVENTS = st.lists(
    st.tuples(
        st.floats(0.5, 40), st.sampled_from([0.0, -DAY, -3600.0, -1.0, 1.0, 3600.0, DAY]), st.booleans()
    ), min_size=1, max_size=40,
)  # fmt: skip
"""Seconds that pass between two looks, by how much the database's clock jumps then, and whether the worker lives."""


@given(EVENTS)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_clock_of_the_database_does_only_who_was_silent_loses_a_job(store, elsewhere, events):
    store.seen.clear()
    passed, jumped, silent_since, first_look = 0.0, 0.0, 0.0, True
    job = elsewhere

    def database_time():
        return elsewhere.heartbeat_at + timedelta(seconds=passed + jumped)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(leases.database, "now", lambda connection: database_time())
        for seconds, jump, lives in events:
            passed, jumped = passed + seconds, jumped + jump
            if lives:
                now = database_time()
                lease = now + timedelta(seconds=leases.LEASE_SECONDS)
                fields = {name: getattr(job, name) for name in type(job).__slots__}
                job = type(job)(**fields | {"heartbeat_at": now, "lease_until": lease})
                silent_since = passed
            silent = 0.0 if first_look else passed - silent_since
            is_over = leases.is_over(store, job, now=passed)
            if first_look:
                silent_since, first_look = passed, False
            if silent < leases.LEASE_SECONDS:
                assert not is_over
            if silent >= leases.SURE_SECONDS:
                assert is_over
