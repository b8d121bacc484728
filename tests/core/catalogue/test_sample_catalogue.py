"""The sample catalogue: the same every time, balanced, with known wrong labels, and hard in the right places."""

import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from core import errors
from core.catalogue import sample
from core.catalogue.split import CatalogueSplit
from core.settings import PROJECT_ROOT

Splits = tuple[CatalogueSplit, CatalogueSplit]


@pytest.fixture(scope="module")
def splits() -> Splits:
    return sample.load_splits(1500, 500, seed=0)


def _true_classes(split: CatalogueSplit, planted: sample.PlantedSplit) -> NDArray[np.int64]:
    true_class = split.labels.copy()
    true_class[planted.positions] = planted.true_class
    return true_class


def _small_pictures(split: CatalogueSplit) -> NDArray[np.float64]:
    """(N, 196): every second pixel in each direction, 0 to 1; enough for a simple learner, and fast."""
    return split.images[:, ::2, ::2].reshape(len(split), -1) / 255


def test_same_seed_gives_the_same_bytes() -> None:
    first, second = sample.load_splits(60, 40, seed=3), sample.load_splits(60, 40, seed=3)
    assert [split.fingerprint for split in first] == [split.fingerprint for split in second]


def test_other_seed_gives_other_garments_in_both_splits() -> None:
    first, second = sample.load_splits(60, 40, seed=3), sample.load_splits(60, 40, seed=4)
    for one, other in zip(first, second, strict=True):
        assert not np.array_equal(one.images, other.images)
        assert not np.array_equal(one.labels, other.labels)


def test_the_number_of_training_garments_does_not_change_the_test_garments() -> None:
    assert sample.load_splits(10, 40)[1].fingerprint == sample.load_splits(30, 40)[1].fingerprint


def test_pictures_are_28_by_28_grey_bytes_on_a_black_background(splits: Splits) -> None:
    for split, num_garments in zip(splits, (1500, 500), strict=True):
        assert split.images.shape == (num_garments, 28, 28)
        assert split.images.dtype == np.uint8
        assert split.labels.dtype == np.int64
        assert not split.images.flags.writeable
        assert np.median(split.images[:, [0, 0, -1, -1], [0, -1, 0, -1]]) == 0
        assert (split.images.reshape(num_garments, -1).max(axis=1) > 60).all()


def test_class_names_are_those_of_fashion_mnist(splits: Splits) -> None:
    names = "T-shirt/top, Trouser, Pullover, Dress, Coat, Sandal, Shirt, Sneaker, Bag, Ankle boot"
    assert ", ".join(sample.CLASS_NAMES) == names
    assert splits[0].class_names == splits[1].class_names == sample.CLASS_NAMES


def test_classes_are_balanced_and_shuffled(splits: Splits) -> None:
    assert np.bincount(splits[0].labels).tolist() == [150] * 10
    assert np.bincount(splits[1].labels).tolist() == [50] * 10
    assert len(np.unique(splits[1].labels[:100])) == 10
    assert np.abs(np.diff(splits[1].labels)).max() > 1


@pytest.mark.parametrize("num_garments", [0, 1, 7, 13])
def test_any_size_works(num_garments: int) -> None:
    train, test = sample.load_splits(num_garments, num_garments)
    assert len(train) == len(test) == num_garments
    counts = np.bincount(train.labels, minlength=10)
    assert counts.max() - counts.min() <= 1


def test_no_picture_occurs_twice_in_the_two_splits(splits: Splits) -> None:
    pictures = [image.tobytes() for split in splits for image in split.images]
    assert len(set(pictures)) == len(pictures) == 2000


def test_two_in_a_hundred_training_labels_and_one_in_a_hundred_test_labels_are_wrong() -> None:
    planted = sample.planted_labels()
    assert len(planted.train) == 120
    assert len(planted.test) == 10


def test_planted_labels_are_the_ones_the_splits_carry(splits: Splits) -> None:
    planted = sample.planted_labels(1500, 500, seed=0)
    for split, record in zip(splits, (planted.train, planted.test), strict=True):
        assert (np.diff(record.positions) > 0).all()
        assert (record.labels != record.true_class).all()
        assert np.array_equal(split.labels[record.positions], record.labels)
        assert np.array_equal(np.bincount(_true_classes(split, record)), np.bincount(split.labels))
        assert not record.true_class.flags.writeable


def test_true_class_of_a_planted_label_is_what_the_picture_shows(
    splits: Splits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "PLANTED_SHARE", {"train": 0.0, "test": 0.0})
    honest_train, honest_test = sample.load_splits(1500, 500, seed=0)
    monkeypatch.undo()
    planted = sample.planted_labels(1500, 500, seed=0)
    for honest, split, record in zip((honest_train, honest_test), splits, (planted.train, planted.test), strict=True):
        assert np.array_equal(honest.images, split.images)
        assert np.array_equal(honest.labels, _true_classes(split, record))


def test_most_planted_labels_are_plausible_confusions() -> None:
    record = sample.planted_labels().train
    shirt_like = {sample.CLASS_NAMES.index(name) for name in ("T-shirt/top", "Pullover", "Coat", "Shirt")}
    pairs = zip(record.true_class.tolist(), record.labels.tolist(), strict=True)
    assert sum({*pair} <= shirt_like for pair in pairs) > 60


def test_a_simple_learner_does_well_and_mixes_up_what_people_mix_up(splits: Splits) -> None:
    train, test = splits
    model = LogisticRegression(C=0.1, max_iter=300, tol=0.01).fit(_small_pictures(train), train.labels)
    predicted = model.predict(_small_pictures(test))
    assert 0.7 < np.mean(predicted == test.labels) < 0.95

    def num_mixed_up(first: str, second: str) -> int:
        pair = (sample.CLASS_NAMES.index(first), sample.CLASS_NAMES.index(second))
        there_and_back = zip(pair, pair[::-1], strict=True)
        return sum(int(np.sum((test.labels == one) & (predicted == other))) for one, other in there_and_back)

    assert num_mixed_up("Shirt", "T-shirt/top") > 5 * max(1, num_mixed_up("Trouser", "Bag"))
    assert num_mixed_up("Pullover", "Coat") > 5 * max(1, num_mixed_up("Trouser", "Bag"))
    recall = [np.mean(predicted[test.labels == index] == index) for index in range(10)]
    assert sample.CLASS_NAMES[int(np.argmin(recall))] == "Shirt"


@pytest.mark.parametrize("arguments", [(-1, 10, 0), (10, -1, 0), (10, 10, -1)])
def test_negative_number_or_seed_is_refused_with_its_value(arguments: tuple[int, int, int]) -> None:
    with pytest.raises(errors.CatalogueError, match=r"needs numbers from 0, got .*-1"):
        sample.load_splits(*arguments)
    with pytest.raises(errors.CatalogueError, match=r"needs numbers from 0, got .*-1"):
        sample.planted_labels(*arguments)


def test_note_says_the_garments_are_drawn() -> None:
    assert sample.NOTE == "Garments drawn by the program, not photographs."


def test_drawing_garments_leaves_torch_out() -> None:
    code = "import sys; from core.catalogue import sample; sample.load_splits(5, 5); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
