"""What people said of training garments, on its way into the next training, its identity, and what is told of it."""

import dataclasses

import numpy as np
import pytest

from core import catalogue, doctor, errors
from core.jobs import preview, resume, training_pipeline
from core.jobs.requests import TrainingRequest
from core.model import checkpoints, recipes, training
from core.store.base import artefacts
from core.store.runs import file_reader, runs
from core.store.verdicts import corrections
from dashboard.look import phrases
from tests.support.desk import Desk

QUICK = TrainingRequest(recipe="quick", epochs=1)


@pytest.fixture
def desk(store, monkeypatch):
    found = Desk(store)
    monkeypatch.setattr(catalogue, "load_wanted", lambda *arguments, **options: (found.garments, ""))
    return found


@pytest.fixture
def taught(monkeypatch):
    """The training and validation garments of each model that is trained."""
    seen = []
    original = training.train

    def train(recipe, train, validation, **options):
        seen.append((train, validation))
        return original(recipe, train, validation, **options)

    monkeypatch.setattr(training, "train", train)
    return seen


def trained(desk, request=QUICK):
    return training_pipeline.run(desk.store, request, started_by="Ada", on_report=lambda *progress: None)


def relabel(desk, *numbers, category="Bag", who="Ada"):
    desk.say("label-wrong", *(desk.subject(number, split="train") for number in numbers), category=category, who=who)


def test_a_training_differs_exactly_where_people_corrected_and_says_so(desk, taught):
    relabel(desk, 3, 9)
    desk.say("cannot-tell", desk.subject(5, split="train"), who="Grace")
    outcome = trained(desk)
    (learned, validation), train = taught[0], desk.garments.train
    labels = train.labels.copy()
    labels[[3, 9]] = train.class_names.index("Bag")
    assert (train.labels[[3, 9]] != labels[[3, 9]]).all()
    assert learned.labels.tolist() == np.delete(labels, 5).tolist()
    np.testing.assert_array_equal(learned.images, np.delete(train.images, 5, axis=0))
    assert validation is desk.garments.validation
    assert outcome.notice == "Learned with 2 corrections of 2 people; 1 that nobody can tell were left out."
    run = runs.find(desk.store, outcome.run.id)
    assert (run.num_corrections, run.num_left_out, run.corrected_by) == (2, 1, ("Ada", "Grace"))
    assert run.num_train == len(train) - 1
    assert run.catalogue_fingerprint == desk.garments.fingerprint
    assert file_reader.load_split(desk.store, run, "train").labels.tolist() == train.labels.tolist()
    assert doctor.breaches(desk.store) == []


def test_the_exact_set_is_kept_with_the_run(desk):
    relabel(desk, 3)
    desk.say("cannot-tell", desk.subject(5, split="train"), who="Grace")
    run = trained(desk).run
    keys = desk.keys["train"]
    assert file_reader.load_corrections(desk.store, run) == {
        "relabelled": [{"garment": keys[3], "position": 3, "category": "Bag"}],
        "left_out": [{"garment": keys[5], "position": 5}],
        "digest": run.corrections_digest,
    }
    assert run.corrections_digest == corrections.corrections(desk.store, desk.garments).digest


def test_the_same_corrections_give_the_same_run_and_others_another_one(desk, taught):
    without = trained(desk)
    assert (without.run.corrections_digest, without.notice) == ("", "")
    relabel(desk, 3)
    first = trained(desk)
    relabel(desk, 3, who="Grace")
    again = trained(desk)
    assert (again.run.id, again.is_new) == (first.run.id, False)
    relabel(desk, 9)
    assert trained(desk).is_new
    desk.undo(f"request {desk.num_requests}")
    assert trained(desk).run.id == first.run.id
    assert len(taught) == 3


def test_without_corrections_the_identity_and_the_files_are_what_they_were(desk):
    recipe, nothing = recipes.find("quick"), corrections.corrections(desk.store, desk.garments)
    assert nothing.is_empty
    plain = training_pipeline.identity_of(recipe, desk.garments, 0)
    assert training_pipeline.identity_of(recipe, desk.garments, 0, nothing) == plain
    relabel(desk, 3)
    assert (
        training_pipeline.identity_of(recipe, desk.garments, 0, corrections.corrections(desk.store, desk.garments))
        != plain
    )
    assert "corrections.json" not in artefacts.manifest_of(desk.store.home, desk.run.artefact)
    assert file_reader.load_corrections(desk.store, desk.run)["relabelled"] == []


def test_what_is_said_of_test_and_validation_garments_is_never_learned(desk, taught):
    before = trained(desk).run
    desk.say("label-wrong", desk.subject(1), desk.subject(4), category="Bag")
    desk.say("cannot-tell", desk.subject(2), desk.subject(0, split="validation"))
    after = trained(desk)
    assert (after.run.id, after.is_new) == (before.id, False)
    again = trained(desk, dataclasses.replace(QUICK, again=True)).run
    assert (again.num_corrections, again.num_left_out, again.corrections_digest) == (0, 0, "")
    assert [learned.fingerprint for learned, _ in taught] == [desk.garments.train.fingerprint] * 2


def test_what_is_new_since_a_version_is_counted(desk):
    def found(run):
        confirmed = corrections.corrections(desk.store, desk.garments)
        return preview.to_learn(run, confirmed, file_reader.load_corrections(desk.store, run))

    assert found(desk.run) == preview.ToLearn()
    relabel(desk, 3)
    desk.say("cannot-tell", desk.subject(5, split="train"), who="Grace")
    run = trained(desk).run
    assert found(run) == preview.ToLearn(num_corrections=1, num_left_out=1, num_people=2)
    assert found(desk.run).num_new == 1
    relabel(desk, 9)
    expected = {"num_corrections": 2, "num_left_out": 1, "num_people": 2}
    assert found(run) == preview.ToLearn(**expected, num_new=1, is_other=True)
    desk.undo(f"request {desk.num_requests}")
    desk.undo("request 1", request_id="undo both")
    assert found(run) == preview.ToLearn(num_left_out=1, num_people=1, is_other=True)


def test_kept_rounds_are_promised_only_while_nobody_has_spoken_since(desk, monkeypatch):
    def interrupted(*arguments, checkpoint_folder, **options):
        kept = checkpoints.Checkpoint(identity="i", history=[{"epoch": 1}], elapsed_seconds=1.0, tensors={})
        checkpoints.save(checkpoint_folder, kept)
        raise errors.JobCancelled("Cancelled.")

    relabel(desk, 3)
    monkeypatch.setattr(training, "train", interrupted)
    with pytest.raises(errors.JobCancelled):
        trained(desk)
    assert resume.rounds_done(desk.store, QUICK) == 1
    relabel(desk, 9)
    assert resume.rounds_done(desk.store, QUICK) == 0


def test_a_training_again_brings_something_new_once_people_corrected_something(desk):
    run = trained(desk, TrainingRequest(recipe="quick")).run

    def since():
        confirmed = corrections.corrections(desk.store, desk.garments)
        return preview.since(
            run, TrainingRequest(recipe="quick"), [run], None,
            lambda run: preview.to_learn(run, confirmed, file_reader.load_corrections(desk.store, run)),
        )  # fmt: skip

    assert (since().same, since().differences) == (run, ())
    relabel(desk, 3)
    assert (since().same, since().differences, since().to_learn.num_new) == (None, ("labels",), 1)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((0, 0, 0), "none"),
        ((1, 0, 1), "1 of 1 person"),
        ((1212, 3, 2), "1,212 of 2 people, 3 that nobody can tell left out"),
    ],
)
def test_the_corrections_of_a_version_in_words(numbers, words):
    assert phrases.corrections_included(*numbers) == words
    foot = phrases.footer("version 2 (live)", "quick", "22 November 2026", 60, "Sample garments", 30, words)
    assert f"label corrections included: {words}" in foot


def test_what_a_run_is_said_to_have_learned_with(desk):
    assert training_pipeline.learned_with(desk.run) == ""
    changes = {"num_corrections": 212, "corrected_by": ("Ada", "Bo", "Cy"), "corrections_digest": "x"}
    assert (
        training_pipeline.learned_with(dataclasses.replace(desk.run, **changes))
        == "Learned with 212 corrections of 3 people."
    )
    one = changes | {"num_corrections": 1, "corrected_by": ("Ada",)}
    assert (
        training_pipeline.learned_with(dataclasses.replace(desk.run, **one)) == "Learned with 1 correction of 1 person."
    )
