import numpy as np
import pytest

from core import errors
from core.catalogue import corrected, sample, split
from core.model import inference, recipes, training
from core.quality import changes
from tests.support import worlds

TRAIN = worlds.garments(12, seed=3)


def positions(*numbers):
    return np.array(numbers, dtype=np.int64)


def test_labels_are_replaced_and_unclear_garments_left_out_and_nothing_else_changes():
    found = corrected.corrected(TRAIN, positions(1, 6), positions(2, 1), positions(4, 0))
    kept = [1, 2, 3, 5, 6, 7, 8, 9, 10, 11]
    np.testing.assert_array_equal(found.images, TRAIN.images[kept])
    expected = TRAIN.labels[kept].tolist()
    expected[0], expected[4] = 2, 1
    assert found.labels.tolist() == expected
    assert found.class_names == TRAIN.class_names
    assert TRAIN.labels.tolist() == worlds.garments(12, seed=3).labels.tolist()


def test_without_corrections_it_is_the_very_same_split():
    assert corrected.corrected(TRAIN, positions(), positions(), positions()) is TRAIN


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((positions(12), positions(0), positions()), "one of 12 training garments, got the position 12"),
        ((positions(), positions(), positions(-1)), "got the position -1"),
        ((positions(3), positions(0), positions(3)), "two corrections at once"),
        ((positions(3), positions(7), positions()), "between 0 and 2, found 7"),
    ],
)
def test_corrections_that_fit_no_garment_are_refused_by_name(given, message):
    with pytest.raises(errors.CatalogueError, match=message):
        corrected.corrected(TRAIN, *given)


def retrained(monkeypatch, *, share, num_test):
    """The change that the corrections of all planted labels make, on test garments whose labels are all right."""
    monkeypatch.setattr(sample, "PLANTED_SHARE", {"train": share, "test": 0})
    train, test = sample.load_splits(num_test=num_test)
    planted = sample.planted_labels(num_test=num_test).train
    garments = split.cut("sample", train, test, validation_share=1 / 12, validation_seed=0)
    is_planted = np.isin(garments.train_positions, planted.positions)
    true_class = planted.true_class[np.searchsorted(planted.positions, garments.train_positions[is_planted])]
    learned = corrected.corrected(garments.train, np.flatnonzero(is_planted), true_class, positions())
    answers = []
    for taught in (garments.train, learned):
        model = training.train(recipes.find("quick"), taught, garments.validation, seed=0, device="cpu")
        answers.append(inference.predict(model, garments.test, "cpu").table["predicted_class"].to_numpy())
    return changes.change(garments.test.labels, *answers)


def test_with_five_percent_wrong_labels_learning_their_corrections_is_clearly_better(monkeypatch):
    found = retrained(monkeypatch, share=0.05, num_test=20_000)
    assert found.num_fixed > found.num_broken
    assert found.p_value < 0.01


def test_with_two_percent_wrong_labels_learning_their_corrections_is_not_worse(monkeypatch):
    found = retrained(monkeypatch, share=0.02, num_test=2000)
    assert not (found.is_clear and found.num_broken > found.num_fixed)
