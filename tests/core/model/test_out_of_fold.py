import numpy as np
import pytest
import torch

from core import errors
from core.model import checkpoints, inference, out_of_fold, recipes, seeds, training
from tests.support.tiny_garments import tiny_split

TRAIN = tiny_split(60, seed=1)
VALIDATION = tiny_split(24, seed=2)
NOTHING = tiny_split(0)
TINY = recipes.Recipe(
    name="tiny",
    architecture="unshuffled",
    widths=(4, 6, 8),
    epochs=2,
    batch_size=16,
    optimizer="sgd",
    learning_rate=0.1,
)


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    num_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(num_threads)


@pytest.fixture
def trainings(monkeypatch):
    """The training garments of each model that is trained."""
    seen = []
    original = training.train

    def train(recipe, garments, validation, **options):
        seen.append(garments)
        return original(recipe, garments, validation, **options)

    monkeypatch.setattr(training, "train", train)
    return seen


def judged(recipe=TINY, train=TRAIN, validation=VALIDATION, *, seed=0, num_folds=3, **options):
    return out_of_fold.probabilities(recipe, train, validation, seed=seed, num_folds=num_folds, device="cpu", **options)


class Stop(Exception):
    """What a callback raises in these tests."""


def stopping_at(fraction):
    def stop(progress):
        if progress.fraction >= fraction:
            raise Stop

    return stop


def test_the_answers_are_calibrated_probabilities_of_every_training_garment():
    answers = judged()
    assert answers.shape == (60, 3)
    assert answers.dtype == np.float32
    np.testing.assert_allclose(answers.sum(axis=1), 1, rtol=1e-5)
    assert not answers.flags.writeable


def test_every_garment_is_judged_by_a_model_that_did_not_see_it(trainings):
    answers = judged()
    fold_of = out_of_fold.folds(TRAIN.labels, 3, 0)
    assert len(trainings) == 3
    for fold, learned in enumerate(trainings):
        assert learned.fingerprint == TRAIN.take(np.flatnonzero(fold_of != fold)).fingerprint
    left_out = np.flatnonzero(fold_of == 1)
    model = training.train(TINY, trainings[1], VALIDATION, seed=seeds.derived(0, "fold 1"), device="cpu")
    expected = inference.predict(model, TRAIN.take(left_out), "cpu").probabilities
    assert np.array_equal(answers[left_out], expected)


def test_without_validation_garments_the_answers_are_not_calibrated():
    answers = judged(validation=NOTHING)
    np.testing.assert_allclose(answers.sum(axis=1), 1, rtol=1e-5)
    assert not np.array_equal(answers, judged())


@pytest.mark.parametrize("num_folds", [2, 3, 5, 7])
def test_folds_are_alike_in_size_and_in_classes(num_folds):
    labels = np.repeat([0, 1, 2], [23, 40, 8]).astype(np.int64)
    fold_of = out_of_fold.folds(labels, num_folds, seed=4)
    for chosen in (labels >= 0, labels == 0, labels == 1, labels == 2):
        sizes = np.bincount(fold_of[chosen], minlength=num_folds)
        assert sizes.max() - sizes.min() <= 1


def test_the_same_seed_deals_the_same_folds_and_another_seed_others():
    labels = TRAIN.labels
    assert np.array_equal(out_of_fold.folds(labels, 5, 1), out_of_fold.folds(labels, 5, 1))
    assert not np.array_equal(out_of_fold.folds(labels, 5, 1), out_of_fold.folds(labels, 5, 2))


def test_the_same_seed_gives_the_same_answers():
    assert np.array_equal(judged(seed=3), judged(seed=3))
    assert not np.array_equal(judged(seed=3), judged(seed=4))


@pytest.mark.parametrize("num_folds", [-1, 0, 1, 61])
def test_a_number_of_folds_that_cannot_be_is_named(num_folds):
    with pytest.raises(errors.TrainingError, match=rf"between 2 and the number of garments \(60\), got {num_folds}"):
        judged(num_folds=num_folds)


def test_progress_runs_once_over_all_folds():
    seen = []
    judged(on_progress=seen.append)
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0
    assert fractions[-1] == 1
    assert [progress.model for progress in seen] == sorted(progress.model for progress in seen)
    assert {progress.model for progress in seen} == {1, 2, 3}
    assert {progress.num_models for progress in seen} == {3}


def test_interrupted_work_goes_on_after_the_last_finished_fold(tmp_path, trainings):
    uninterrupted = judged()
    with pytest.raises(Stop):
        judged(on_progress=stopping_at(0.7), folder=tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fold-1.safetensors", "fold-2.safetensors"]
    trainings.clear()
    seen = []
    resumed = judged(on_progress=seen.append, folder=tmp_path)
    assert len(trainings) == 1
    assert [progress.fraction for progress in seen[:2]] == pytest.approx([1 / 3, 2 / 3])
    assert np.array_equal(resumed, uninterrupted)
    trainings.clear()
    assert np.array_equal(judged(folder=tmp_path), uninterrupted)
    assert trainings == []


def test_work_that_was_stopped_before_any_fold_leaves_nothing(tmp_path):
    with pytest.raises(errors.JobCancelled, match="Stopped"):
        judged(on_progress=cancelling, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def cancelling(progress):
    raise errors.JobCancelled(f"Stopped at {progress.fraction}.")


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 1},
        {"num_folds": 4},
        {"recipe": recipes.with_epochs(TINY, 1)},
        {"train": tiny_split(61, seed=1)},
        {"validation": tiny_split(25)},
    ],
    ids=["seed", "folds", "recipe", "train", "validation"],
)
def test_finished_folds_of_other_work_are_ignored(tmp_path, trainings, other):
    expected = judged(**other)
    judged(folder=tmp_path)
    trainings.clear()
    assert np.array_equal(judged(**other, folder=tmp_path), expected)
    assert len(trainings) == other.get("num_folds", 3)


def test_finished_folds_of_other_code_are_ignored(tmp_path, trainings, monkeypatch):
    judged(folder=tmp_path)
    monkeypatch.setattr("core.model.code_version.code_version", lambda roots=(): "another")
    judged(folder=tmp_path)
    assert len(trainings) == 6


@pytest.mark.parametrize("damage", ["truncated", "flipped bit", "empty", "text", "another fold"])
def test_a_damaged_fold_is_done_again(tmp_path, trainings, damage):
    expected = judged(folder=tmp_path)
    path = tmp_path / "fold-2.safetensors"
    content = bytearray(path.read_bytes())
    content[-7] ^= 1
    another = (tmp_path / "fold-1.safetensors").read_bytes()
    broken = {"truncated": content[: len(content) // 2], "flipped bit": content, "empty": b"", "text": b"no answers",
              "another fold": another}  # fmt: skip
    path.write_bytes(broken[damage])
    trainings.clear()
    assert np.array_equal(judged(folder=tmp_path), expected)
    assert len(trainings) == 1


def test_a_full_disk_ends_the_work_and_leaves_no_half_file(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoints.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        judged(folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_recipe_that_is_enough_is_one_we_know():
    assert recipes.find(out_of_fold.RECIPE).epochs == 2
