"""Before a training starts and while it waits: the queue, the log, and what is checked first."""

import dataclasses
from datetime import UTC, datetime, timedelta

import filelock
import pytest
import sqlalchemy as sa

from core import doctor, errors, jobs
from core.jobs import liveness, preflight, records, training_work, work_queue, worker
from core.jobs.lanes import TRAINING
from core.jobs.requests import TrainingRequest
from core.store.base import audit, database, schema
from tests.core.jobs.test_jobs import age
from tests.support import worlds

QUICK = TrainingRequest(recipe="quick", catalogue="sample", epochs=1)


@pytest.fixture
def launched(monkeypatch):
    """The ids of the jobs that were launched; nothing is trained."""
    ids = []

    class Launcher:
        def launch(self, store, job_id):
            ids.append(job_id)

        def log(self, store, job_id):
            return ""

    monkeypatch.setitem(jobs.LAUNCHERS, "process", Launcher())
    return ids


# ---- the queue ----------------------------------------------------------------------------------------------------


def test_the_one_that_waits_is_launched_when_the_one_before_it_ends(store, launched):
    first, second = (jobs.submit(store, QUICK, started_by=who) for who in ("Ada", "Grace"))
    assert launched == [first.id]
    assert jobs.queue(store) == jobs.Queue(running=first, waiting=second, ended=None)
    with pytest.raises(errors.JobBusy, match=r"started by Ada at .*asked for by Grace at"):
        jobs.submit(store, QUICK, started_by="Hedy")
    records.end(store, first.id, "failed", message="x")
    queue = jobs.queue(store)
    assert (queue.running.id, queue.waiting, queue.ended.id) == (second.id, None, first.id)
    assert jobs.current(store).id == second.id
    assert launched == [first.id, second.id]


def test_one_that_waits_is_not_given_up_and_not_claimed_while_the_one_before_it_lives(store, launched):
    first, second = (jobs.submit(store, QUICK, started_by=who) for who in ("Ada", "Grace"))
    age(store, second.id, TRAINING.starting_seconds + 60)
    assert jobs.status(store, second.id).is_waiting
    assert not records.claim(store, second.id)
    assert doctor.breaches(store) == []
    age(store, first.id, TRAINING.starting_seconds + 1)
    assert jobs.status(store, first.id).status == "interrupted"
    assert launched == [first.id, second.id]


def test_one_that_waits_is_cancelled_and_its_place_is_free(store, launched):
    first, second = (jobs.submit(store, QUICK, started_by=who) for who in ("Ada", "Grace"))
    jobs.cancel(store, second.id, who="Ada")
    assert records.find(store, second.id).status == "cancelled"
    assert jobs.submit(store, QUICK, started_by="Hedy").is_waiting
    assert jobs.queue(store).running == first


def test_a_turn_taken_by_somebody_who_died_is_taken_once_more_and_then_given_up(store, launched):
    first, second = (jobs.submit(store, QUICK, started_by=who) for who in ("Ada", "Grace"))
    records.end(store, first.id, "finished")
    assert work_queue.take_turn(store).id == second.id, "and then its launcher dies"
    assert work_queue.take_turn(store) is None
    age(store, second.id, TRAINING.starting_seconds + 1)
    work_queue.settle(store)
    work_queue.settle(store)
    assert launched == [first.id, second.id]
    age(store, second.id, TRAINING.starting_seconds + 1)
    assert jobs.status(store, second.id).status == "interrupted"
    assert launched == [first.id, second.id]


def test_one_whose_turn_comes_on_a_full_disk_ends_with_the_reason(store, launched, monkeypatch):
    first, second = (jobs.submit(store, QUICK, started_by=who) for who in ("Ada", "Grace"))
    records.end(store, first.id, "finished")
    monkeypatch.setattr(preflight, "LEAST_FREE_BYTES", 2**60)
    ended = jobs.status(store, second.id)
    assert ended.status == "failed"
    assert ended.message.startswith("There is too little room on the disk for a training")
    assert launched == [first.id]


def test_the_command_line_waits_for_its_turn_and_follows_who_does_it(store, launched, monkeypatch):
    first = jobs.submit(store, QUICK, started_by="Ada")
    stages = []

    def on_report(stage, fraction, seconds_left):
        stages.append(stage)
        if len(stages) == 1:
            records.end(store, first.id, "finished")
        elif len(stages) == 3:
            records.end(store, launched[-1], "failed", message="The garments are gone.")

    monkeypatch.setattr(worker, "_SECONDS_BETWEEN_LOOKS", 0)
    told = worker.run_here(store, QUICK, training_work, started_by="Grace", on_report=on_report)
    assert (told[0].status, told[0].message, told[1]) == ("failed", "The garments are gone.", None)
    assert stages == ["waiting for its turn", "starting after its turn has come", "starting after its turn has come"]


# ---- who asked ---------------------------------------------------------------------------------------------------


def test_who_asks_for_a_training_and_who_cancels_it_stands_in_the_log(store, launched):
    first, second = (jobs.submit(store, QUICK, started_by=who) for who in ("Ada", "Grace"))
    jobs.cancel(store, second.id, who="Hedy")
    records.claim(store, first.id)
    jobs.cancel(store, first.id, who="Grace")
    found = audit.entries(store)[::-1]
    assert [(line.who, line.action, line.subject, line.note) for line in found] == [
        ("Ada", "train", f"training {first.id}", ""),
        ("Grace", "train", f"training {second.id}", ""),
        ("Hedy", "cancel", f"training {second.id}", "before it began"),
        ("Grace", "cancel", f"training {first.id}", ""),
    ]
    assert found[0].after == dataclasses.asdict(QUICK)
    assert (found[2].before, found[2].after) == (None, None)
    with filelock.FileLock(liveness.lock_path(store)):
        assert doctor.breaches(store) == []


def test_what_is_refused_or_changes_nothing_leaves_no_line_in_the_log(store, launched):
    first, second = (jobs.submit(store, QUICK, started_by=who) for who in ("Ada", "Grace"))
    with pytest.raises(errors.JobBusy):
        jobs.submit(store, QUICK, started_by="Hedy")
    records.claim(store, first.id)
    for who in ("Ada", "Hedy"):
        jobs.cancel(store, first.id, who=who)
        jobs.cancel(store, second.id, who=who)
    records.end(store, first.id, "cancelled")
    jobs.cancel(store, first.id, who="Hedy")
    assert [(line.who, line.action) for line in audit.entries(store)[::-1]] == [
        ("Ada", "train"), ("Grace", "train"), ("Ada", "cancel"), ("Ada", "cancel"),
    ]  # fmt: skip


@pytest.mark.parametrize("act", ["submit", "cancel"])
def test_without_its_line_in_the_log_a_training_is_neither_asked_for_nor_cancelled(store, launched, monkeypatch, act):
    job = jobs.submit(store, QUICK, started_by="Ada")

    def fail(*arguments, **named):
        raise errors.DatabaseUnavailable("The log cannot be written.")

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(errors.DatabaseUnavailable):
        if act == "submit":
            jobs.submit(store, QUICK, started_by="Grace")
        else:
            jobs.cancel(store, job.id, who="Grace")
    assert records.active(store) == [job]
    assert launched == [job.id]


# ---- before it starts -----------------------------------------------------------------------------------------------


def test_a_home_that_cannot_be_written_is_named_and_nothing_starts(store, launched):
    elsewhere = dataclasses.replace(store, home=store.home / "gone")
    with pytest.raises(errors.JobError, match=r"the folder '.*gone' cannot be written \(No such file or directory\)"):
        jobs.submit(elsewhere, QUICK, started_by="Ada")
    assert (launched, records.newest(store)) == ([], None)


def test_three_times_the_largest_artefact_must_fit(store, monkeypatch):
    worlds.publish(store)
    largest = max(
        sum(path.stat().st_size for path in folder.iterdir()) for folder in (store.home / "artefacts").iterdir()
    )
    assert preflight.needed_bytes(store) == 500_000_000
    monkeypatch.setattr(preflight, "LEAST_FREE_BYTES", 1)
    assert preflight.needed_bytes(store) == 3 * largest
    monkeypatch.setattr(preflight, "free_bytes", lambda store: 3 * largest - 1)
    with pytest.raises(errors.JobError, match=r"0 MB are needed and 0 MB are free. Free some space, then try again."):
        preflight.check(store)
    monkeypatch.setattr(preflight, "free_bytes", lambda store: 3 * largest)
    preflight.check(store)


def begin(store, minutes_ago):
    job = records.insert(store, QUICK, started_by="Ada")
    records.claim(store, job.id)
    records.end(store, job.id, "failed", message="x")
    began = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    with database.write(store.engine) as connection:
        connection.execute(sa.update(schema.jobs).where(schema.jobs.c.id == job.id).values(started_at=began))


def test_more_trainings_an_hour_than_allowed_are_refused_with_the_time_of_the_next(store, launched):
    limited = dataclasses.replace(store, settings=store.settings.model_copy(update={"trainings_per_hour": 2}))
    worlds.publish(store)
    for minutes_ago in (70, 50, 20):
        begin(store, minutes_ago)
    at = f"{(datetime.now(UTC) + timedelta(minutes=10)).astimezone():%H:%M}"
    with pytest.raises(errors.JobError, match=f"^2 trainings .* and 2 are allowed. The next one can start at {at}"):
        jobs.submit(limited, QUICK, started_by="Grace")
    assert launched == []
    without = dataclasses.replace(store, settings=store.settings.model_copy(update={"trainings_per_hour": 0}))
    assert jobs.submit(without, QUICK, started_by="Grace").is_active


def test_the_first_version_of_a_home_may_always_be_tried(store, launched):
    limited = dataclasses.replace(store, settings=store.settings.model_copy(update={"trainings_per_hour": 1}))
    for _ in range(3):
        begin(store, 1)
    assert jobs.submit(limited, QUICK, started_by="Ada").is_active
