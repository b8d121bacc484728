import errno
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import filelock
import psutil
import pytest
import sqlalchemy as sa

from core import doctor, errors, jobs
from core.jobs import lanes, launchers, liveness, records, training_work, worker
from core.jobs.lanes import TRAINING
from core.jobs.requests import TrainingRequest
from core.model import code_version
from core.settings import PROJECT_ROOT
from core.store.base import artefacts, audit, database, schema
from core.store.live import promotions
from core.store.runs import runs
from tests.support import worlds

QUICK = TrainingRequest(recipe="quick", catalogue="sample", epochs=1)


def age(store, job_id, seconds):
    old = datetime.now(UTC) - timedelta(seconds=seconds)
    with database.write(store.engine) as connection:
        connection.execute(
            sa.update(schema.jobs).where(schema.jobs.c.id == job_id).values(heartbeat_at=old, clock=None)
        )


def wait_for(condition, seconds=60.0):
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at, "waited in vain"
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"recipe": "slow"}, "No recipe 'slow'. Choose one of one-conv"),
        ({"recipe": "quick", "catalogue": "../shoes"}, "No catalogue '../shoes'"),
        ({"recipe": "quick", "seed": -1}, "The seed must lie between 0 and 2147483647, got -1."),
        ({"recipe": "quick", "epochs": 0}, "The recipe field 'epochs'"),
    ],
)
def test_a_wrong_request_is_refused_before_anything_starts(fields, message):
    with pytest.raises((errors.RecipeError, errors.CatalogueUnknown)) as caught:
        TrainingRequest(**fields)
    assert str(caught.value).startswith(message)


def test_one_training_runs_one_waits_and_the_third_learns_whose_they_are(store):
    first = records.insert(store, QUICK, started_by="Ada")
    second = records.insert(store, QUICK, started_by="Grace")
    assert (first.is_waiting, second.is_waiting) == (False, True)
    third = r"A training \(quick\) is running, started by Ada at \d\d:\d\d, and another \(quick, asked for by Grace at"
    with pytest.raises(errors.JobBusy, match=third):
        records.insert(store, QUICK, started_by="Hedy")
    records.end(store, first.id, "finished")
    with pytest.raises(errors.JobBusy, match=r"A training \(quick, asked for by Grace at .*\) is about to begin"):
        records.insert(store, QUICK, started_by="Hedy")
    records.end(store, second.id, "cancelled")
    assert not records.insert(store, QUICK, started_by="Hedy").is_waiting


def test_each_step_is_taken_once(store):
    job = records.insert(store, QUICK, started_by="Ada")
    assert records.claim(store, job.id)
    assert not records.claim(store, job.id)
    assert records.report(store, job.id, stage="learning", fraction=0.5)
    assert records.end(store, job.id, "finished")
    assert not records.end(store, job.id, "failed")
    assert not records.report(store, job.id, fraction=0.9)
    ended = records.find(store, job.id)
    assert (ended.status, ended.fraction, ended.is_active) == ("finished", 1.0, False)


def test_a_running_job_whose_lock_is_free_was_interrupted(store):
    job = records.insert(store, QUICK, started_by="Ada")
    records.claim(store, job.id)
    with filelock.FileLock(liveness.lock_path(store)):
        assert jobs.status(store, job.id).status == "running"
    ended = jobs.status(store, job.id)
    assert ended.status == "interrupted"
    assert ended.message == lanes.gave_up("training")
    assert ended.message.startswith("The training was interrupted: its process ended")
    assert records.insert(store, QUICK, started_by="Grace").status == "queued"


def test_an_interrupted_search_is_called_a_search(store):
    job = records.insert(store, jobs.of_suspects(), started_by="Ada")
    records.claim(store, job.id)
    ended = jobs.status(store, job.id)
    assert (ended.kind, ended.status) == ("suspects", "interrupted")
    assert ended.message.startswith("The search for wrong labels was interrupted: its process ended")


@pytest.mark.parametrize("is_claimed", [True, False])
def test_a_worker_that_holds_its_lock_is_never_declared_dead_however_long_it_was_silent(store, is_claimed):
    job = records.insert(store, QUICK, started_by="Ada")
    if is_claimed:
        records.claim(store, job.id)
    with filelock.FileLock(liveness.lock_path(store)):
        age(store, job.id, 8 * 3600)
        found = jobs.current(store)
        assert found.status == ("running" if is_claimed else "queued")
        assert jobs.answers(store, found) != is_claimed
        assert records.report(store, job.id, fraction=0.9) == is_claimed, "a computer that slept goes on"
        assert jobs.answers(store, jobs.current(store))


def test_a_worker_that_never_began_is_given_up_once_it_is_late(store):
    job = records.insert(store, QUICK, started_by="Ada")
    age(store, job.id, TRAINING.starting_seconds - 5)
    assert jobs.current(store).status == "queued"
    age(store, job.id, TRAINING.starting_seconds + 1)
    assert jobs.current(store).status == "interrupted"


SLEEPER = """
import sys, time
import filelock
from core import settings
from core.jobs import liveness, records, worker_lock
from core.store import open_store
store = open_store(settings.load())
lock = filelock.FileLock(liveness.lock_path(store))
lock.acquire()
worker_lock.note_holder(store, "training")
records.claim(store, sys.argv[1])
print("claimed", flush=True)
time.sleep(600)
"""


@pytest.fixture
def silent_worker(store):
    """A job whose worker holds the lock in a process of its own and was not heard of for two minutes."""
    job = records.insert(store, QUICK, started_by="Ada")
    process = subprocess.Popen(
        [sys.executable, "-c", SLEEPER, job.id], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "claimed\n"
    age(store, job.id, 120)
    yield job, process
    process.kill()
    process.wait()
    process.stdout.close()


def test_one_that_does_not_answer_is_ended_by_a_person_and_the_next_one_begins(store, silent_worker, monkeypatch):
    job, process = silent_worker
    launched = []
    monkeypatch.setattr(launchers.LocalProcess, "launch", lambda self, store, job_id: launched.append(job_id))
    following = records.insert(store, QUICK, started_by="Grace")
    assert jobs.current(store).id == job.id and not jobs.answers(store, jobs.current(store))
    jobs.end_process(store, job.id, who="Grace")
    assert process.wait(timeout=30) == -signal.SIGKILL
    ended = records.find(store, job.id)
    assert (ended.status, ended.message[:23]) == ("interrupted", "Grace ended its process")
    entry = audit.entries(store, limit=1)[0]
    assert (entry.action, entry.who, entry.note) == ("cancel", "Grace", "it did not answer")
    wait_for(lambda: not liveness.is_lock_held(store))
    assert jobs.queue(store).running.id == following.id
    assert launched == [following.id]


def test_one_that_answers_again_is_not_ended(store, silent_worker):
    job, process = silent_worker
    age(store, job.id, 0)
    with pytest.raises(errors.JobError, match="answers again"):
        jobs.end_process(store, job.id, who="Grace")
    assert process.poll() is None and records.find(store, job.id).status == "running"


@pytest.mark.parametrize("note", ["{}", "no json", '{"process": 1, "began": "0"}', '{"process": 1, "began": null}'])
def test_no_process_is_ended_that_is_not_surely_the_worker(store, silent_worker, note):
    job, process = silent_worker
    liveness.lock_path(store).with_suffix(".holder").write_text(note)
    with pytest.raises(errors.JobError, match=r"End process 1 yourself|is not known"):
        jobs.end_process(store, job.id, who="Grace")
    assert process.poll() is None and records.find(store, job.id).status == "running"


def test_another_process_that_has_the_number_since_is_not_ended(store, silent_worker):
    job, process = silent_worker
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        note = json.loads(liveness.lock_path(store).with_suffix(".holder").read_text())
        liveness.lock_path(store).with_suffix(".holder").write_text(json.dumps({**note, "process": other.pid}))
        with pytest.raises(errors.JobError, match=f"End process {other.pid} yourself"):
            jobs.end_process(store, job.id, who="Grace")
        assert other.poll() is None and process.poll() is None
        other.communicate(b"\n")
    assert other.returncode == 0


def test_a_worker_that_died_and_that_nobody_buried_is_dead(store, silent_worker):
    job, process = silent_worker
    assert jobs.status(store, job.id).status == "running"
    os.kill(process.pid, signal.SIGKILL)
    wait_for(lambda: jobs.status(store, job.id).status == "interrupted", 15)
    assert psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE
    assert process.returncode is None, "it still has its number"


def test_details_for_it_hold_the_reason_and_the_end_of_the_log(store):
    job = records.insert(store, QUICK, started_by="Ada")
    (store.home / "logs").mkdir(exist_ok=True)
    (store.home / "logs" / f"{job.id}.log").write_text("Killed by the canary\n")
    records.end(store, job.id, "failed", message="No memory.", details="Traceback …")
    text = jobs.details(store, records.find(store, job.id))
    assert text == f"Job {job.id}: failed. No memory.\n\nTraceback …\n\nEnd of the log:\nKilled by the canary"


def test_a_queued_job_is_cancelled_at_once_and_an_ended_one_stays(store):
    job = records.insert(store, QUICK, started_by="Ada")
    jobs.cancel(store, job.id, who="Ada")
    assert records.find(store, job.id).status == "cancelled"
    jobs.cancel(store, job.id, who="Ada")
    assert not records.claim(store, job.id)
    with pytest.raises(errors.JobNotFound, match="No job 'nothing'"):
        jobs.cancel(store, "nothing", who="Ada")


def ending(store, monkeypatch, work):
    monkeypatch.setattr(training_work, "_pipeline", work)
    job = records.insert(store, QUICK, started_by="Ada")
    worker.work(store, job.id, training_work)
    assert not liveness.is_lock_held(store)
    return records.find(store, job.id)


def raising(error):
    def work(*arguments):
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full: a training needs 500 MB, "),
        (MemoryError(), "There was not enough memory."),
        (RuntimeError("CUDA out of memory"), "There was not enough memory."),
        (RuntimeError("could not create a primitive"), "There was not enough memory."),
        (errors.TrainingDiverged("The loss is nan in round 1."), "The loss is nan in round 1."),
        (errors.CatalogueMissing("fashion-mnist is not there."), "fashion-mnist is not there."),
        (ZeroDivisionError("canary"), "The training stopped because of an unexpected error."),
    ],
)
def test_every_failure_is_explained_in_words_with_details_for_it(store, monkeypatch, error, message):
    job = ending(store, monkeypatch, raising(error))
    assert (job.status, job.run_id) == ("failed", None)
    assert job.message.startswith(message)
    assert type(error).__name__ in job.details
    assert "Traceback" not in job.message


def test_a_cancelled_training_ends_as_cancelled(store, monkeypatch):
    def work(store, job, on_report):
        jobs.cancel(store, job.id, who="Ada")
        for _ in range(200):
            on_report("learning", 0.5, None)
            time.sleep(0.02)

    job = ending(store, monkeypatch, work)
    assert (job.status, job.stage, job.fraction) == ("cancelled", "learning", 0.5)
    assert "live version is untouched" in job.message


def test_what_the_dead_left_in_staging_is_swept_by_the_next_worker(store, monkeypatch):
    (artefacts.new_staging(store.home) / "torn").write_bytes(b"x")
    ending(store, monkeypatch, raising(errors.TrainingError("x")))
    assert not (store.home / "staging").exists()


def test_a_worker_does_not_touch_a_job_that_ended_before_it_began(store, monkeypatch):
    job = records.insert(store, QUICK, started_by="Ada")
    records.end(store, job.id, "cancelled")
    monkeypatch.setattr(training_work, "_pipeline", raising(AssertionError("must not work")))
    worker.work(store, job.id, training_work)
    assert records.find(store, job.id).status == "cancelled"


def test_a_worker_that_cannot_be_started_is_reported(store, monkeypatch):
    def launch(*arguments):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(launchers.LocalProcess, "launch", launch)
    with pytest.raises(errors.JobError, match="Too many open files"):
        jobs.submit(store, QUICK, started_by="Ada")
    assert jobs.current(store).status == "failed"


def test_a_training_in_its_own_process_is_followed_to_a_live_version_and_found_again(store, monkeypatch):
    job = jobs.submit(store, QUICK, started_by="Ada")
    seen = set()
    wait_for(lambda: seen.add(jobs.status(store, job.id).stage) or not jobs.status(store, job.id).is_active, 120)
    ended = jobs.status(store, job.id)
    assert ended.status == "finished", jobs.log(store, job.id) + ended.details
    run = runs.find(store, ended.run_id)
    assert promotions.live_run(store) == run
    assert (run.created_by, run.num_test, run.num_train + run.num_validation) == ("Ada", 1000, 5500)
    assert run.num_correct > 200, "better than chance"
    assert jobs.log(store, job.id) == "", "a worker that is well has nothing to say"
    assert doctor.breaches(store) == []
    assert list((store.home / "checkpoints").iterdir()) == []
    again, same = worker.run_here(store, QUICK, training_work, started_by="Grace", on_report=lambda *progress: None)
    assert (again.status, same) == ("finished", run)
    assert again.message == "This training was done before: it is version 1."
    monkeypatch.setattr(code_version, "code_version", lambda roots=(): "the next program")
    monkeypatch.setattr(code_version, "FORMER", {run.code_version: ("the next program", "")})
    assert worker.run_here(store, QUICK, training_work, started_by="Grace", on_report=lambda *progress: None)[1] == run
    assert len(runs.list_runs(store)) == 1


def test_a_training_in_its_own_process_is_cancelled_quickly(store):
    worlds.publish(store)
    request = TrainingRequest(recipe="thorough", catalogue="sample")
    job = jobs.submit(store, request, started_by="Ada")
    wait_for(lambda: jobs.status(store, job.id).stage.startswith("learning"))
    jobs.cancel(store, job.id, who="Ada")
    wait_for(lambda: not jobs.status(store, job.id).is_active, 5)
    assert jobs.status(store, job.id).status == "cancelled"
    wait_for(lambda: not liveness.is_lock_held(store), 5)
    assert len(runs.list_runs(store)) == 1
    assert doctor.breaches(store) == []
