import numpy as np
import pytest

from core import catalogue, errors
from core.catalogue import corrected, split
from core.model import inference, recipes, training
from core.quality import changes
from core.settings import Settings
from tests import conftest
from tests.support import sample_garments, worlds

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


def retrained(original, test, *, share):
    """The change that the corrections of all planted labels make on the test garments."""
    labels, planted = sample_garments.planted(original.labels, share)
    train = split.CatalogueSplit(images=original.images, labels=labels, class_names=original.class_names)
    garments = split.cut("sample", train, test, validation_share=1 / 12, validation_seed=0)
    is_planted = np.isin(garments.train_positions, planted)
    true_class = original.labels[garments.train_positions[is_planted]]
    learned = corrected.corrected(garments.train, np.flatnonzero(is_planted), true_class, positions())
    answers = []
    for taught in (garments.train, learned):
        model = training.train(recipes.find("quick"), taught, garments.validation, seed=0, device="cpu")
        answers.append(inference.predict(model, garments.test, "cpu").table["predicted_class"].to_numpy())
    return changes.change(garments.test.labels, *answers)


def test_with_half_of_the_labels_wrong_learning_their_corrections_is_clearly_better():
    found = retrained(*sample_garments.few(num_train=5500, num_test=1000), share=0.5)
    assert found.num_fixed > found.num_broken
    assert found.p_value < 0.01


def test_with_two_percent_wrong_labels_learning_their_corrections_is_not_worse():
    found = retrained(*sample_garments.few(num_train=5500, num_test=1000), share=0.02)
    assert not (found.is_clear and found.num_broken > found.num_fixed)


@pytest.mark.real_data
def test_with_a_fifth_of_the_labels_wrong_learning_their_corrections_is_clearly_better_on_ten_thousand_garments():
    garments = catalogue.load("fashion-mnist", Settings(data_dir=conftest.REAL_DATA))
    few = garments.train.take(np.random.default_rng(0).permutation(len(garments.train))[:12_000])
    found = retrained(few, garments.test, share=0.2)
    assert found.num_fixed > found.num_broken
    assert found.p_value < 0.01
