import itertools

import numpy as np
import pytest
import safetensors.torch
import torch

from core import errors
from core.model import augmentation, checkpoints, recipes, schedules, seeds, training, weights
from tests.support.tiny_garments import tiny_split

TRAIN = tiny_split(40, seed=1)
VALIDATION = tiny_split(24, seed=2)
NOTHING = tiny_split(0)

EVERYTHING = recipes.Recipe(
    name="everything",
    architecture="unshuffled",
    widths=(4, 6, 8),
    dropout=0.2,
    epochs=3,
    batch_size=16,
    optimizer="muon",
    learning_rate=0.05,
    filter_learning_rate=0.05,
    weight_decay=1e-3,
    schedule="one-cycle",
    warmup_share=0.3,
    label_smoothing=0.1,
    average_decay=0.9,
    flip=True,
    shift_pixels=1,
    erasing_probability=0.5,
    test_time_flip=True,
    mixed_precision=True,
)


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Nets this small are slower on several threads, above all on a busy machine."""
    num_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(num_threads)


def changed(**fields):
    return recipes.Recipe(**{**EVERYTHING.model_dump(), **fields})


def adam(**fields):
    return changed(optimizer="adam", filter_learning_rate=0, learning_rate=1e-3, **fields)


def fit(recipe=EVERYTHING, *, seed=0, train=TRAIN, validation=VALIDATION, **options):
    return training.train(recipe, train, validation, seed=seed, device="cpu", **options)


def weights_of(trained_model):
    return weights.to_bytes(trained_model.module, trained_model.recipe)


class Stop(Exception):
    """What a callback raises in these tests."""


def stopping_at(fraction):
    def stop(progress):
        if progress.fraction >= fraction:
            raise Stop

    return stop


@pytest.mark.parametrize("name", sorted(recipes.RECIPES))
def test_every_recipe_trains_for_an_epoch(name):
    recipe = recipes.with_epochs(recipes.find(name), 1)
    validation = VALIDATION if recipe.validation_share else NOTHING
    trained_model = fit(recipe, validation=validation)
    assert not trained_model.module.training
    assert trained_model.class_names == TRAIN.class_names
    assert (trained_model.temperature is None) == (recipe.validation_share == 0)
    assert trained_model.train_seconds > 0
    assert np.isfinite(trained_model.history["train_loss"]).all()


def test_the_history_has_one_row_an_epoch():
    history = fit().history
    assert history.columns.tolist() == ["epoch", "train_loss", "validation_loss", "validation_accuracy", "seconds"]
    assert history.dtypes.astype(str).tolist() == ["int64", "float64", "float64", "float64", "float64"]
    assert history["epoch"].tolist() == [1, 2, 3]
    assert history.notna().all(axis=None)
    assert history["validation_accuracy"].between(0, 1).all()


def test_without_validation_garments_its_columns_are_undefined():
    trained_model = fit(validation=NOTHING)
    assert trained_model.temperature is None
    assert trained_model.history[["validation_loss", "validation_accuracy"]].isna().all(axis=None)


def test_the_tiny_garments_are_learned():
    recipe = changed(epochs=8, dropout=0, erasing_probability=0)
    assert fit(recipe, train=tiny_split(150)).history["validation_accuracy"].iloc[-1] > 0.9


@pytest.mark.parametrize("recipe", [EVERYTHING, adam()], ids=["muon", "adam"])
def test_the_same_seed_gives_the_same_model_and_another_seed_another(recipe):
    torch.manual_seed(5)
    first = fit(recipe, seed=3)
    torch.manual_seed(6)
    assert weights_of(fit(recipe, seed=3)) == weights_of(first)
    assert weights_of(fit(recipe, seed=4)) != weights_of(first)


def test_training_leaves_the_random_numbers_of_others_alone():
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    fit()
    assert torch.equal(torch.rand(3), expected)


def test_the_normalisation_is_that_of_the_training_garments():
    trained_model = fit()
    assert trained_model.mean == pytest.approx(TRAIN.images.mean() / 255, rel=1e-6)
    assert trained_model.std == pytest.approx(TRAIN.images.std() / 255, rel=1e-6)
    plain = fit(changed(normalize=False))
    assert (plain.mean, plain.std) == (0, 1)


@pytest.mark.parametrize(
    "recipe", [EVERYTHING, adam(), changed(optimizer="sgd", filter_learning_rate=0)], ids=["muon", "adam", "sgd"]
)
@pytest.mark.parametrize("fraction", [0.5, 2 / 3])
def test_a_resumed_training_is_exactly_the_uninterrupted_one(tmp_path, recipe, fraction):
    uninterrupted = fit(recipe)
    with pytest.raises(Stop):
        fit(recipe, on_progress=stopping_at(fraction), checkpoint_folder=tmp_path)
    seen = []
    resumed = fit(recipe, on_progress=seen.append, checkpoint_folder=tmp_path)
    assert seen[0].epoch > 1
    assert weights_of(resumed) == weights_of(uninterrupted)
    assert resumed.temperature == uninterrupted.temperature
    columns = ["epoch", "train_loss", "validation_loss", "validation_accuracy"]
    assert resumed.history[columns].equals(uninterrupted.history[columns])
    assert resumed.train_seconds > resumed.history["seconds"].sum()


def test_a_training_that_was_finished_is_not_done_again(tmp_path):
    finished = fit(checkpoint_folder=tmp_path)
    again = fit(checkpoint_folder=tmp_path, on_progress=stopping_at(0))
    assert weights_of(again) == weights_of(finished)
    assert again.history.equals(finished.history)


@pytest.mark.parametrize(
    "other",
    [{"seed": 1}, {"recipe": changed(dropout=0.3)}, {"train": tiny_split(41)}, {"validation": tiny_split(25)}],
    ids=["seed", "recipe", "train", "validation"],
)
def test_a_checkpoint_of_another_training_is_ignored(tmp_path, other):
    fit(checkpoint_folder=tmp_path)
    started_again = fit(**other, checkpoint_folder=tmp_path)
    assert weights_of(started_again) == weights_of(fit(**other))


@pytest.mark.parametrize("damage", ["truncated", "flipped bit", "empty", "text"])
def test_a_damaged_checkpoint_is_ignored(tmp_path, damage):
    expected = fit(checkpoint_folder=tmp_path)
    path = tmp_path / checkpoints.FILE_NAME
    content = bytearray(path.read_bytes())
    content[-7] ^= 1
    broken = {"truncated": content[: len(content) // 2], "flipped bit": content, "empty": b"", "text": b"no weights"}
    path.write_bytes(broken[damage])
    seen = []
    again = fit(checkpoint_folder=tmp_path, on_progress=seen.append)
    assert seen[0].epoch == 1
    assert weights_of(again) == weights_of(expected)


def test_a_checkpoint_is_one_file_without_left_overs(tmp_path):
    fit(checkpoint_folder=tmp_path / "new")
    assert [path.name for path in (tmp_path / "new").iterdir()] == [checkpoints.FILE_NAME]
    assert safetensors.torch.load_file(tmp_path / "new" / checkpoints.FILE_NAME)


def test_a_full_disk_leaves_the_checkpoint_before(tmp_path, monkeypatch):
    fit(recipes.with_epochs(EVERYTHING, 1), checkpoint_folder=tmp_path)
    before = (tmp_path / checkpoints.FILE_NAME).read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoints.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        fit(checkpoint_folder=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [checkpoints.FILE_NAME]
    assert (tmp_path / checkpoints.FILE_NAME).read_bytes() == before


def test_progress_never_goes_back_and_ends_at_one():
    seen = []
    fit(on_progress=seen.append)
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert {progress.epoch for progress in seen} == {1, 2, 3}
    assert {progress.num_epochs for progress in seen} == {3}
    assert np.isfinite(seen[-1].train_loss)


def test_progress_is_reported_at_most_ten_times_a_second_within_an_epoch(monkeypatch):
    clock = itertools.count(0, 0.03)  # every look at the clock is 0.03 seconds after the one before
    monkeypatch.setattr("core.model.course.time.perf_counter", lambda: next(clock))
    seen = []
    fit(changed(epochs=1, batch_size=2), on_progress=seen.append)
    steps = len(TRAIN) // 2
    assert steps / 6 < len(seen) < steps * 2 / 3


def test_what_the_callback_raises_stops_the_training():
    def cancel(progress):
        raise errors.JobCancelled(f"Stopped in epoch {progress.epoch}.")

    with pytest.raises(errors.JobCancelled, match=r"Stopped in epoch 1\."):
        fit(on_progress=cancel)


def test_a_loss_that_is_not_finite_stops_the_training():
    reckless = recipes.Recipe(
        name="reckless", architecture="two-conv", epochs=5, batch_size=8, optimizer="sgd", learning_rate=1e6
    )
    with pytest.raises(errors.TrainingDiverged) as caught:
        fit(reckless)
    assert "'reckless'" in str(caught.value)
    assert "Train with a lower learning rate than 1000000.0" in str(caught.value)


@pytest.mark.parametrize("num_garments", [0, 1])
def test_nothing_to_learn_from_is_refused(num_garments):
    with pytest.raises(errors.TrainingError, match=f"At least 2 garments .* got {num_garments}"):
        fit(train=tiny_split(num_garments))


@pytest.mark.parametrize("num_garments", [2, 3, 16, 17, 31, 33])
def test_no_garment_is_left_over_as_a_batch_of_its_own(num_garments):
    sizes = []
    original = augmentation.apply
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(augmentation, "apply", lambda images, *rest: sizes.append(len(images)) or original(images, *rest))
        fit(recipes.with_epochs(EVERYTHING, 1), train=tiny_split(num_garments))
    assert sum(sizes) == num_garments
    assert min(sizes) >= min(num_garments, EVERYTHING.batch_size)


def test_a_device_that_is_not_here_is_named():
    with pytest.raises(errors.TrainingError, match="No device 'tpu' on this machine"):
        training.train(EVERYTHING, TRAIN, VALIDATION, seed=0, device="tpu")


def test_other_picture_sizes_and_numbers_of_classes_train_too():
    train = tiny_split(20, num_classes=5, side=33)
    assert fit(recipes.with_epochs(EVERYTHING, 1), train=train, validation=NOTHING).class_names == train.class_names


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [("constant", [1, 1, 1, 1]), ("triangular", [0, 1, 0.5, 0]), ("one-cycle", [0, 1, 0.5, 0])],
)
def test_rates_rise_during_the_warm_up_and_end_at_zero(schedule, expected):
    recipe = changed(schedule=schedule, warmup_share=0.2)
    assert [schedules.rate_share(recipe, done) for done in (0, 0.2, 0.6, 1)] == pytest.approx(expected)


def test_every_purpose_has_a_seed_of_its_own():
    derived = {seeds.derived(seed, purpose) for seed in range(20) for purpose in ("weights", "epoch 0", "epoch 1")}
    assert len(derived) == 60
    assert all(0 <= value < 2**63 for value in derived)
