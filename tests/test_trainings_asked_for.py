"""Before a training starts and while it waits: what is checked, what it takes and brings, what trying again saves."""

import dataclasses
import errno
import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from core import doctor, errors, jobs
from core.jobs import estimates, failures, launchers, manners, news, preflight, records, resume, turns, worker
from core.jobs.requests import TrainingRequest
from core.model import recipes, versions
from core.store import audit, database, promotions, publishing, runs, schema
from tests import worlds
from tests.test_jobs import age

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
    age(store, second.id, records.STARTING_SECONDS + 60)
    assert jobs.status(store, second.id).is_waiting
    assert not records.claim(store, second.id)
    assert doctor.breaches(store) == []
    age(store, first.id, records.STARTING_SECONDS + 1)
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
    assert records.take_turn(store).id == second.id, "and then its launcher dies"
    assert records.take_turn(store) is None
    age(store, second.id, records.STARTING_SECONDS + 1)
    turns.settle(store)
    turns.settle(store)
    assert launched == [first.id, second.id]
    age(store, second.id, records.STARTING_SECONDS + 1)
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
    told = worker.run_here(store, QUICK, started_by="Grace", on_report=on_report)
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


# ---- what it takes --------------------------------------------------------------------------------------------------


def published_by(store, monkeypatch, **changes):
    """A run as a training of the recipe quick on this computer would have left it."""
    found = worlds.catalogue()
    files = dataclasses.replace(
        worlds.run_files(found),
        recipe=recipes.find("quick").model_dump(mode="json"),
        environment={**estimates.machine(), "device": "cpu", **changes.pop("environment", {})},
    )
    facts = {**worlds.facts(files), "code_version": versions.code_version(), "total_seconds": 40.0, **changes}
    return publishing.publish(store, files, facts, created_by="Ada")


def test_a_training_takes_as_long_as_the_last_one_did_on_this_computer(store, monkeypatch):
    assert estimates.of_recipe(store, recipes.find("quick"), []) is None
    published_by(store, monkeypatch)
    found = estimates.of_recipe(store, recipes.find("quick"), runs.list_runs(store))
    assert found == estimates.Estimate(seconds=40.0, is_measured=True)
    assert estimates.of_recipe(store, recipes.find("standard"), runs.list_runs(store)) is None


@pytest.mark.parametrize("changes", [{"environment": {"num_processors": 99}}, {"num_train": 5}])
def test_another_computer_or_another_number_of_garments_measures_nothing(store, monkeypatch, changes):
    published_by(store, monkeypatch, **changes)
    worlds.publish(store)
    assert estimates.of_recipe(store, recipes.find("quick"), runs.list_runs(store)) is None


def test_without_a_measurement_the_calibration_gives_about_how_long(store):
    worlds.publish(store)
    rates = estimates.Rates(learn_seconds=0.01, judge_seconds=0.001)
    estimates.keep(store, {"quick": rates}, "cpu")
    found = estimates.of_recipe(store, recipes.find("quick"), runs.list_runs(store))
    # 60 garments, 5 of them for validation, 2 rounds; in the end all and 30 test garments are judged.
    assert found.seconds == pytest.approx(2 * (55 * 0.01 + 5 * 0.001) + 90 * 0.001)
    assert not found.is_measured
    assert doctor.breaches(store) == []
    estimates.forget_other_device(store, "cpu")
    assert estimates.of_recipe(store, recipes.find("quick"), runs.list_runs(store)) == found
    estimates.forget_other_device(store, "cuda")
    assert estimates.of_recipe(store, recipes.find("quick"), runs.list_runs(store)) is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"rates": 3}', '{"rates": {"quick": ["x", 1]}}'])
def test_a_calibration_that_cannot_be_read_counts_as_none(store, content):
    estimates.keep(store, {"quick": estimates.Rates(learn_seconds=1, judge_seconds=1)}, "cpu")
    path = store.home / estimates.FILE_NAME
    whole = json.loads(path.read_text())
    try:
        path.write_text(json.dumps({**whole, **json.loads(content)}))
    except (ValueError, TypeError):
        path.write_text(content)
    assert estimates.of_recipe(store, recipes.find("quick"), []) is None


def test_the_calibration_is_asked_for_once_and_not_beside_a_training(store, launched):
    job = jobs.submit(store, QUICK, started_by="Ada")
    estimates.request_calibration(store)
    records.end(store, job.id, "finished")
    for _ in range(3):
        estimates.request_calibration(store)
    assert launched == [job.id, estimates.CALIBRATION]
    marker = store.home / "logs" / "calibration.started"
    os.utime(marker, (time.time() - 700, time.time() - 700))
    estimates.request_calibration(store)
    assert launched[1:] == [estimates.CALIBRATION] * 2
    estimates.keep(store, {"quick": estimates.Rates(learn_seconds=1, judge_seconds=1)}, "cpu")
    os.utime(marker, (0, 0))
    estimates.request_calibration(store)
    assert len(launched) == 3


def test_a_calibration_measures_every_recipe_and_gives_up_when_somebody_trains(store, launched, monkeypatch):
    from core.model import speed

    monkeypatch.setattr(speed, "LEAST_REPEATS", 1)
    monkeypatch.setattr(speed, "LEAST_SECONDS", 0)
    monkeypatch.setattr(speed, "NUM_STEPS", 1)
    job = jobs.submit(store, QUICK, started_by="Ada")
    worker.work(store, estimates.CALIBRATION)
    assert not (store.home / estimates.FILE_NAME).exists()
    records.end(store, job.id, "finished")
    worker.work(store, estimates.CALIBRATION)
    found = [estimates.of_recipe(store, recipe, []) for recipe in recipes.RECIPES.values()]
    assert all(estimate.seconds > 0 and not estimate.is_measured for estimate in found)


# ---- what it brings -------------------------------------------------------------------------------------------------


def test_the_same_training_again_brings_nothing_new(store, monkeypatch):
    run = published_by(store, monkeypatch)
    found = news.since(run, TrainingRequest(recipe="quick"), [run], None, lambda run: news.ToLearn())
    assert (found.same, found.differences) == (run, ())


def test_what_differs_from_the_live_version_is_named(store, monkeypatch):
    run = published_by(store, monkeypatch, code_version="older")
    assert promotions.live_run(store) == run
    found = news.since(
        run, TrainingRequest(recipe="standard", seed=3), [run], "fashion-mnist", lambda run: news.ToLearn()
    )
    assert (found.same, found.differences) == (None, ("garments", "recipe", "seed", "program"))
    found = news.since(run, TrainingRequest(recipe="quick"), [run], None, lambda run: news.ToLearn())
    assert (found.same, found.differences) == (None, ("program",))


# ---- trying again ---------------------------------------------------------------------------------------------------


def test_rounds_that_are_kept_are_found_for_the_request_that_made_them(store, monkeypatch):
    from core.model import checkpoints

    folder = store.home / "checkpoints" / "x"
    resume.note(folder, QUICK)
    assert resume.rounds_done(store, QUICK) == 0
    kept = checkpoints.Checkpoint(identity="i", history=[{"epoch": 1}, {"epoch": 2}], elapsed_seconds=1.0, tensors={})
    checkpoints.save(folder, kept)
    assert resume.rounds_done(store, QUICK) == 2
    assert resume.rounds_done(store, dataclasses.replace(QUICK, again=True)) == 2
    assert resume.rounds_done(store, dataclasses.replace(QUICK, seed=1)) == 0
    monkeypatch.setattr(versions, "code_version", lambda: "newer")
    assert resume.rounds_done(store, QUICK) == 0


@pytest.mark.parametrize("content", [b"", b"\x08", b"\xff" * 40, b"\x02\0\0\0\0\0\0\0{}", b"\x02\0\0\0\0\0\0\0[]"])
def test_a_damaged_checkpoint_counts_as_none(store, content):
    folder = store.home / "checkpoints" / "x"
    resume.note(folder, QUICK)
    (folder / "checkpoint.safetensors").write_bytes(content)
    assert resume.rounds_done(store, QUICK) == 0


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "The disk is full: a training needs 500 MB"),
        (ValueError("Error while serializing: I/O error: No space left on device (os error 28)"), "The disk is full"),
        (errors.DatabaseUnavailable("The database cannot be used (database or disk is full)."), "The disk is full"),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate"), "There was not enough memory"),
        (errors.CatalogueCorrupt("labels.gz is cut off."), "labels.gz is cut off. The live version is untouched."),
        (KeyError("x"), "The training stopped because of an unexpected error."),
    ],
)
def test_every_reason_has_its_sentence(store, error, sentence):
    said = failures.sentence(store, error)
    assert said.startswith(sentence)
    assert "The live version is untouched." in said


def test_a_worker_steps_back_once_however_often_it_is_told(monkeypatch):
    told, groups = [], []
    monkeypatch.setattr(os, "getpriority", lambda which, who: told[-1] if told else 0)
    monkeypatch.setattr(os, "setpriority", lambda which, who, niceness: told.append(niceness))
    monkeypatch.setattr(Path, "write_text", lambda path, text: groups.append((str(path), text)))
    manners.step_back(0)
    assert (told, groups) == ([], [])
    manners.step_back(10)
    manners.step_back(10)
    assert told == [10, 10]
    assert groups == [("/proc/self/autogroup", "10")] * 2
    assert launchers.DEFAULT in jobs.LAUNCHERS
