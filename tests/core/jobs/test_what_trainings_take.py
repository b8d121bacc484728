"""What a training takes and brings: how long, what differs, what a failed one keeps, and how it steps back."""

import dataclasses
import errno
import json
import os
import time
from pathlib import Path

import pytest

from core import doctor, errors, jobs
from core.jobs import estimates, failures, launchers, preview, priority, records, resume, speed_probe
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
    found = preview.since(
        run, TrainingRequest(recipe="standard", seed=3), [run], "fashion-mnist", lambda run: preview.ToLearn()
    )
    assert (found.same, found.differences) == (None, ("garments", "recipe", "seed", "program"))
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
    assert groups == [("/proc/self/autogroup", "10")] * 2
    assert launchers.DEFAULT in jobs.LAUNCHERS
