"""What a training takes and brings: how long, what differs, what a failed one keeps, and how it steps back."""

import dataclasses
import errno
import json
import os
import time
from pathlib import Path

import pytest

from core import doctor, errors, jobs
from core.jobs import estimates, failures, launchers, nominal_rates, preview, priority, records, resume, speed_probe
from core.jobs.requests import TrainingRequest
from core.model import code_version, recipes
from core.store.live import promotions
from core.store.runs import publishing, runs
from tests.core.jobs import test_trainings_asked_for
from tests.core.jobs.test_trainings_asked_for import QUICK
from tests.support import worlds

launched = test_trainings_asked_for.launched


# ---- what it takes --------------------------------------------------------------------------------------------------


def published_by(store, monkeypatch, **changes):
    """A run as a training of the recipe quick on this computer would have left it."""
    found = worlds.catalogue()
    files = dataclasses.replace(
        worlds.run_files(found),
        recipe=recipes.find("quick").model_dump(mode="json"),
        environment={**estimates.machine(), "device": "cpu", **changes.pop("environment", {})},
    )
    changes = {"code_version": code_version.code_version(), "total_seconds": 40.0, **changes}
    facts = dataclasses.replace(worlds.facts(files), **changes)
    return publishing.publish(store, files, facts, created_by="Ada")


def test_a_training_takes_as_long_as_the_last_one_did_on_this_computer(store, monkeypatch):
    published_by(store, monkeypatch)
    found = estimates.of_recipe(store, recipes.find("quick"), runs.list_runs(store))
    assert found == estimates.Estimate(seconds=40.0, is_measured=True)
    published_by(store, monkeypatch, identity="again", total_seconds=400.0, train_seconds=90.0)
    found = estimates.of_recipe(store, recipes.find("quick"), runs.list_runs(store))
    assert found == estimates.Estimate(seconds=40.0, is_measured=True), "the second one ran in a busy moment"
    assert not estimates.of_recipe(store, recipes.find("standard"), runs.list_runs(store)).is_measured


def test_a_training_of_a_busy_moment_is_not_believed_where_the_calibration_knows_better(store, monkeypatch):
    published_by(store, monkeypatch, total_seconds=2100.0)
    rates = estimates.Rates(learn_seconds=1.0, judge_seconds=1.0)
    estimates.keep(store, {"quick": rates}, "cpu", is_busy=True)
    assert estimates.of_recipe(store, recipes.find("quick"), runs.list_runs(store)).seconds == 2100.0
    estimates.keep(store, {"quick": rates}, "cpu")
    found = estimates.of_recipe(store, recipes.find("quick"), runs.list_runs(store))
    assert found == estimates.Estimate(seconds=2 * 60 + 90, is_measured=False)


def test_of_two_calibrations_of_busy_moments_the_faster_stays_and_an_idle_one_replaces_both(store):
    slow, fast, idle = (estimates.Rates(learn_seconds=each, judge_seconds=each) for each in (3.0, 2.0, 2.5))
    for rates in (slow, fast, slow):
        estimates.keep(store, {"one-conv": rates}, "cpu", is_busy=True)
    assert json.loads((store.home / estimates.FILE_NAME).read_text())["rates"] == {"one-conv": [2.0, 2.0]}
    assert estimates.is_busy(store)
    estimates.keep(store, {"one-conv": idle}, "cpu")
    estimates.keep(store, {"one-conv": fast}, "cpu", is_busy=True)
    assert not estimates.is_busy(store)
    assert json.loads((store.home / estimates.FILE_NAME).read_text())["rates"] == {"one-conv": [2.5, 2.5]}


def test_before_anything_was_measured_every_recipe_has_a_time_that_follows_what_ran_here(store, monkeypatch):
    before = {name: estimates.of_recipe(store, recipe, []) for name, recipe in recipes.RECIPES.items()}
    assert all(found.seconds > 0 and not found.is_measured for found in before.values())
    assert before["quick"].seconds < before["standard"].seconds < before["thorough"].seconds
    published_by(store, monkeypatch)
    learning = 2 * (
        nominal_rates.NOMINAL["quick"].learn_seconds * 54 + nominal_rates.NOMINAL["quick"].judge_seconds * 6
    )
    slower = nominal_rates.times_slower(runs.list_runs(store), lambda run: True)
    assert slower == 50.0, "never more than fifty times"
    (run,) = runs.list_runs(store)
    monkeypatch.setattr(nominal_rates, "_MOST_TIMES", 1e9)
    assert nominal_rates.times_slower([run], lambda run: True) == pytest.approx(run.train_seconds / learning)
    assert nominal_rates.times_slower([run], lambda run: False) == 1.0


@pytest.mark.parametrize("changes", [{"environment": {"num_processors": 99}}, {"num_train": 5}])
def test_another_computer_or_another_number_of_garments_measures_nothing(store, monkeypatch, changes):
    published_by(store, monkeypatch, **changes)
    worlds.publish(store)
    assert not estimates.of_recipe(store, recipes.find("quick"), runs.list_runs(store)).is_measured


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
    assert estimates.of_recipe(store, recipes.find("quick"), runs.list_runs(store)) != found


@pytest.mark.parametrize("content", ["", "[]", "{", '{"rates": 3}', '{"rates": {"quick": ["x", 1]}}'])
def test_a_calibration_that_cannot_be_read_counts_as_none(store, content):
    unknown = estimates.of_recipe(store, recipes.find("quick"), [])
    estimates.keep(store, {"quick": estimates.Rates(learn_seconds=1, judge_seconds=1)}, "cpu")
    assert estimates.of_recipe(store, recipes.find("quick"), []) != unknown
    path = store.home / estimates.FILE_NAME
    whole = json.loads(path.read_text())
    try:
        path.write_text(json.dumps({**whole, **json.loads(content)}))
    except (ValueError, TypeError):
        path.write_text(content)
    assert estimates.of_recipe(store, recipes.find("quick"), []) == unknown


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
    speed_probe.run(store)
    assert not (store.home / estimates.FILE_NAME).exists()
    records.end(store, job.id, "finished")
    speed_probe.run(store)
    found = [estimates.of_recipe(store, recipe, []) for recipe in recipes.RECIPES.values()]
    assert all(estimate.seconds > 0 and not estimate.is_measured for estimate in found)


# ---- what it brings -------------------------------------------------------------------------------------------------


def test_the_same_training_again_brings_nothing_new(store, monkeypatch):
    run = published_by(store, monkeypatch)
    found = preview.since(run, TrainingRequest(recipe="quick"), [run], None, lambda run: preview.ToLearn())
    assert (found.same, found.differences) == (run, ())


def test_what_differs_from_the_live_version_is_named(store, monkeypatch):
    run = published_by(store, monkeypatch, code_version="older")
    assert promotions.live_run(store) == run
    other, nothing = TrainingRequest(recipe="standard", seed=3), lambda run: preview.ToLearn()
    found = preview.since(run, other, [run], "fashion-mnist", nothing)
    assert (found.same, found.differences) == (None, ("garments",)), "of other garments a recipe says nothing"
    found = preview.since(run, other, [run], None, nothing)
    assert (found.same, found.differences) == (None, ("recipe", "seed", "program"))
    found = preview.since(run, TrainingRequest(recipe="quick"), [run], None, nothing, lambda run: True)
    assert found.differences == ("garments", "program"), "photos that came since are other garments too"
    found = preview.since(run, TrainingRequest(recipe="quick"), [run], None, lambda run: preview.ToLearn())
    assert (found.same, found.differences) == (None, ("program",))
    monkeypatch.setattr(code_version, "FORMER", {"older": (code_version.code_version(), "")})
    found = preview.since(run, TrainingRequest(recipe="quick"), [run], None, lambda run: preview.ToLearn())
    assert (found.same, found.differences) == (run, ())


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
    monkeypatch.setattr(code_version, "code_version", lambda: "newer")
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
    priority.step_back(0)
    assert (told, groups) == ([], [])
    priority.step_back(10)
    priority.step_back(10)
    assert told == [10, 10]
    priority.step_back(10, 77)
    assert groups == [("/proc/self/autogroup", "10")] * 2 + [("/proc/77/autogroup", "10")]
    assert launchers.DEFAULT in jobs.LAUNCHERS
