import cleanlab.count
import cleanlab.rank
import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from core import catalogue
from core.catalogue import split
from core.model import out_of_fold, recipes
from core.quality import suspects
from core.settings import Settings
from tests import conftest
from tests.support import sample_garments, worlds

LABELS = np.array([0, 0, 0, 1, 1, 1])
PROBABILITIES = np.array(
    [[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8], [0.3, 0.7], [0.55, 0.45]]
)  # thresholds 0.6 and 0.65: the third garment certainly shows class 1, the last one shows nothing for certain


def noisy(num, num_classes, *, seed, skill=0.7, share=0.05):
    """Labels of which a share is wrong, and answers of a model that is right about as often as `skill` says."""
    rng = np.random.default_rng(seed)
    true_class = rng.integers(0, num_classes, num)
    labels = true_class.copy()
    wrong = rng.choice(num, round(share * num), replace=False)
    labels[wrong] = (true_class[wrong] + 1) % num_classes
    return labels, worlds.answers(true_class, num_classes, seed=seed, skill=skill)


def test_a_case_by_hand():
    np.testing.assert_allclose(suspects.thresholds(LABELS, PROBABILITIES), [0.6, 0.65])
    assert suspects.confident_classes(LABELS, PROBABILITIES).tolist() == [0, 0, 1, 1, 1, -1]
    assert suspects.confident_joint(LABELS, PROBABILITIES).tolist() == [[2, 1], [0, 2]]
    assert suspects.num_wrong_labels(LABELS, PROBABILITIES) == 1
    table = suspects.suspects(LABELS, PROBABILITIES)
    assert table["garment"].tolist() == [2, 5, 4, 1, 3, 0]
    assert table["label"].tolist() == [0, 1, 1, 0, 1, 0]
    assert table["suggested_class"].tolist() == [1, 0, 0, 1, 0, 1]
    assert table["is_suspect"].tolist() == [True] + [False] * 5
    np.testing.assert_allclose(table["self_confidence"], [0.1, 0.45, 0.7, 0.8, 0.8, 0.9])
    np.testing.assert_allclose(table["suggested_confidence"], [0.9, 0.55, 0.3, 0.2, 0.2, 0.1])
    np.testing.assert_allclose(table["score"], [0.9, 0.55, 0.3, 0.2, 0.2, 0.1])


def test_the_columns_are_as_documented():
    table = suspects.suspects(*noisy(50, 4, seed=0))
    assert table.dtypes.astype(str).to_dict() == {
        "garment": "int64",
        "label": "int64",
        "suggested_class": "int64",
        "self_confidence": "float64",
        "suggested_confidence": "float64",
        "score": "float64",
        "is_suspect": "bool",
    }
    assert sorted(table["garment"]) == list(range(50))
    assert (table["suggested_class"] != table["label"]).all()
    assert table["score"].between(0, 1).all()
    assert table["score"].is_monotonic_decreasing


@given(st.integers(0, 10_000), st.integers(5, 200), st.integers(2, 8), st.floats(0, 1))
def test_counts_and_joint_and_ranking_are_those_of_cleanlab(seed, num, num_classes, skill):
    labels, probabilities = noisy(num, num_classes, seed=seed, skill=skill)
    assume(len(np.unique(labels)) > 1)  # cleanlab refuses less
    same_as_cleanlab(labels, probabilities)


def num_read_otherwise(labels, probabilities):
    """Garments of which cleanlab departs from equation 1: several classes are certain, the most probable is not.

    And those that a sum rounded in another order puts on the other side of a threshold.
    """
    thresholds = suspects.thresholds(labels, probabilities)
    reached = probabilities >= thresholds - 1e-6
    most_probable = reached[np.arange(len(labels)), probabilities.argmax(axis=1)]
    is_close = (np.abs(probabilities - thresholds) < 2e-6).any(axis=1)
    return int((((reached.sum(axis=1) > 1) & ~most_probable) | is_close).sum())


def same_as_cleanlab(labels, probabilities):
    otherwise = num_read_otherwise(labels, probabilities)
    joint = cleanlab.count.compute_confident_joint(labels, probabilities, calibrate=False)
    # cleanlab counts a class without any certain garment as one, so that it can divide by it.
    ours = suspects.confident_joint(labels, probabilities)
    np.fill_diagonal(ours, np.maximum(ours.diagonal(), 1))
    assert np.abs(ours - joint).sum() <= 2 * otherwise
    num_ours = suspects.num_wrong_labels(labels, probabilities)
    assert abs(num_ours - cleanlab.count.num_label_issues(labels, probabilities)) <= otherwise
    by_garment = suspects.suspects(labels, probabilities).sort_values("garment")
    quality = cleanlab.rank.get_label_quality_scores(labels, probabilities)
    assert stats.spearmanr(1 - by_garment["score"], quality).statistic > 0.999


def test_a_class_that_no_label_names_can_be_certain_of_none():
    labels, probabilities = np.array([0, 0, 1]), np.array([[0.1, 0.1, 0.8], [0.9, 0.1, 0], [0, 1, 0]])
    assert np.isnan(suspects.thresholds(labels, probabilities)[2])
    assert suspects.confident_classes(labels, probabilities).tolist() == [-1, 0, 1]
    assert suspects.suspects(labels, probabilities)["suggested_class"].tolist() == [2, 1, 0]


def test_a_class_that_nobody_believes_in_is_certain_of_none():
    labels, probabilities = np.array([0, 0, 1]), np.array([[1.0, 0], [1, 0], [1, 0]])
    assert suspects.confident_classes(labels, probabilities).tolist() == [0, 0, 0]


def test_a_label_that_is_the_most_probable_class_is_no_suspect():
    labels, probabilities = noisy(400, 5, seed=3, skill=0.4)
    table = suspects.suspects(labels, probabilities)
    assert table["is_suspect"].any()
    found = table[table["is_suspect"]]
    assert (found["suggested_class"].to_numpy() == probabilities.argmax(axis=1)[found["garment"]]).all()


def test_without_garments_the_table_is_empty():
    table = suspects.suspects(np.empty(0, dtype=np.int64), np.empty((0, 3)))
    assert len(table) == 0
    assert "is_suspect" in table


@pytest.mark.parametrize(
    ("labels", "probabilities", "message"),
    [
        ([0, 1], [[1.0, 0.0]], r"got the shapes \(2,\) and \(1, 2\)"),
        ([0], [[1.0]], "at least two classes"),
        ([0, 2], [[1.0, 0.0], [0.5, 0.5]], "between 0 and 1, got 2"),
        ([0, -1], [[1.0, 0.0], [0.5, 0.5]], "between 0 and 1, got -1"),
        ([0, 1], [[1.0, 0.0], [np.nan, 0.5]], "numbers from 0 to 1"),
        ([0, 1], [[1.0, 0.0], [1.5, -0.5]], "numbers from 0 to 1"),
    ],
)
def test_what_cannot_be_judged_is_refused(labels, probabilities, message):
    with pytest.raises(ValueError, match=message):
        suspects.suspects(np.array(labels), np.array(probabilities))


def held(is_planted, table):
    """The share of the planted wrong labels in the list, and the share of planted ones in its first half of them."""
    num_planted = int(is_planted.sum())
    found = is_planted[table.loc[table["is_suspect"], "garment"]]
    return found.sum() / num_planted, found[: num_planted // 2].mean()


@pytest.fixture(scope="module")
def judged_sample():
    """The training garments of the sample catalogue, their out-of-fold probabilities, and what was planted."""
    original, test = sample_garments.few(num_train=5500, num_test=1000)
    labels, positions = sample_garments.planted(original.labels, 0.04)
    train = split.CatalogueSplit(images=original.images, labels=labels, class_names=original.class_names)
    garments = split.cut("sample", train, test, validation_share=1 / 12, validation_seed=0)
    num_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    answers = out_of_fold.probabilities(
        recipes.find(out_of_fold.RECIPE), garments.train, garments.validation, seed=0, device="cpu"
    )
    torch.set_num_threads(num_threads)
    true_class = np.full(len(labels), -1)
    true_class[positions] = original.labels[positions]
    return garments.train, answers, true_class[garments.train_positions]


def test_the_planted_wrong_labels_among_the_sample_are_found(judged_sample):
    garments, answers, true_class = judged_sample
    is_planted = true_class >= 0
    assert is_planted.sum() > 100
    table = suspects.suspects(garments.labels, answers)
    share_found, share_true = held(is_planted, table)
    assert share_found >= 0.7
    assert share_true >= 0.8
    assert table["is_suspect"].sum() < 4 * is_planted.sum()
    found = table[table["is_suspect"] & is_planted[table["garment"]]]
    assert (found["suggested_class"].to_numpy() == true_class[found["garment"]]).mean() > 0.8


def test_on_real_answers_everything_is_as_in_cleanlab(judged_sample):
    garments, answers, _ = judged_sample
    assert num_read_otherwise(garments.labels, answers) == 0
    same_as_cleanlab(garments.labels, answers)


@pytest.mark.real_data
def test_labels_flipped_in_fashion_mnist_are_found():
    garments = catalogue.load("fashion-mnist", Settings(data_dir=conftest.REAL_DATA))
    rng = np.random.default_rng(7)
    original = garments.train.take(rng.permutation(len(garments.train))[:20_000])
    is_flipped = np.zeros(len(original), dtype=bool)
    is_flipped[rng.choice(len(original), 400, replace=False)] = True
    labels = np.where(is_flipped, original.labels + rng.integers(1, 10, len(original)), original.labels) % 10
    train = split.CatalogueSplit(images=original.images, labels=labels, class_names=original.class_names)
    answers = out_of_fold.probabilities(recipes.find(out_of_fold.RECIPE), train, garments.validation, seed=0)
    share_found, share_true = held(is_flipped, suspects.suspects(train.labels, answers))
    assert share_found >= 0.7
    assert share_true >= 0.8
    same_as_cleanlab(train.labels, answers)
