import numpy as np
import pandas as pd
import pytest
import sklearn.metrics
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from torchmetrics.functional import classification

from core.quality import confusion, intervals, mistakes, pairs, reliability, scores

NAMES = ("Shirt", "Coat", "Bag", "Boot")
LABELS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60)


def as_arrays(rows):
    true_class, predicted_class = np.array(rows, dtype=np.int64).T
    return true_class, predicted_class


@given(LABELS)
def test_the_confusion_matrix_is_scikit_learns(rows):
    true_class, predicted_class = as_arrays(rows)
    expected = sklearn.metrics.confusion_matrix(true_class, predicted_class, labels=range(4))
    assert np.array_equal(confusion.matrix(true_class, predicted_class, 4), expected)


def test_rows_and_columns_without_garments_are_undefined():
    counts = np.array([[3, 1], [0, 0]])
    assert np.array_equal(confusion.by_row(counts), [[0.75, 0.25], [np.nan, np.nan]], equal_nan=True)
    assert np.array_equal(confusion.by_column(np.array([[2, 0], [2, 0]])), [[0.5, np.nan], [0.5, np.nan]], True)


@given(LABELS)
def test_per_class_scores_are_those_of_scikit_learn_and_torchmetrics(rows):
    true_class, predicted_class = as_arrays(rows)
    table = scores.per_class_scores(true_class, predicted_class, NAMES)
    precision, recall, f1, support = sklearn.metrics.precision_recall_fscore_support(
        true_class, predicted_class, labels=range(4), zero_division=np.nan
    )
    np.testing.assert_allclose(table["precision"], precision)
    np.testing.assert_allclose(table["recall"], recall)
    np.testing.assert_allclose(table["f1"], f1)
    assert table["support"].tolist() == support.tolist()
    tensors = torch.from_numpy(predicted_class), torch.from_numpy(true_class)
    for name, function in (
        ("precision", classification.multiclass_precision),
        ("recall", classification.multiclass_recall),
    ):
        # torchmetrics says 0 where a share is undefined.
        np.testing.assert_allclose(table[name].fillna(0), function(*tensors, num_classes=4, average="none"), rtol=1e-6)
    accuracy = scores.accuracy(true_class, predicted_class)
    assert accuracy.accuracy == pytest.approx(sklearn.metrics.accuracy_score(true_class, predicted_class))
    assert accuracy.low <= accuracy.accuracy <= accuracy.high


def test_a_class_that_never_occurs_is_undefined_and_not_zero():
    table = scores.per_class_scores(np.array([0, 0]), np.array([0, 1]), NAMES)
    bag = table.loc[table["class_name"] == "Bag"].iloc[0]
    assert (bag["support"], bag["num_predicted"]) == (0, 0)
    assert bag[["precision", "recall", "f1", "recall_low", "precision_high"]].isna().all()
    assert np.isnan(scores.accuracy(np.array([], int), np.array([], int)).accuracy)


@given(st.integers(1, 5000), st.data())
def test_the_interval_is_scipys_wilson_interval(num_trials, data):
    num_successes = data.draw(st.integers(0, num_trials))
    low, high = intervals.wilson(num_successes, num_trials)
    expected = stats.binomtest(num_successes, num_trials).proportion_ci(0.95, method="wilson")
    assert (low, high) == (pytest.approx(expected.low, abs=1e-12), pytest.approx(expected.high, abs=1e-12))
    assert 0 <= low <= high <= 1


def test_the_interval_of_nothing_is_undefined():
    assert np.isnan(intervals.wilson(0, 0)).all()


def test_both_directions_of_a_pair_are_merged_and_the_worst_pair_stands_first():
    counts = np.array([[5, 2, 0, 0], [7, 5, 1, 0], [0, 0, 9, 0], [0, 0, 0, 9]])
    table = pairs.most_confused_pairs(counts, NAMES)
    assert table.to_dict("records") == [
        {
            "first_index": 1, "second_index": 0, "first_class": "Coat", "second_class": "Shirt",
            "num_first_as_second": 7, "num_second_as_first": 2, "num_mistakes": 9, "share_of_mistakes": 0.9,
        },
        {
            "first_index": 1, "second_index": 2, "first_class": "Coat", "second_class": "Bag",
            "num_first_as_second": 1, "num_second_as_first": 0, "num_mistakes": 1, "share_of_mistakes": 0.1,
        },
    ]  # fmt: skip


def test_of_pairs_as_frequent_the_larger_share_of_their_garments_stands_first_then_the_order_of_classes():
    counts = np.diag([90, 90, 8, 8, 18])
    counts[0, 1] = counts[2, 3] = counts[4, 1] = counts[3, 4] = 4
    found = pairs.most_confused_pairs(counts, (*NAMES, "Hat"))
    assert found["num_mistakes"].tolist() == [4, 4, 4, 4]
    # Garments of both: 12 + 8 = 20 of (2, 3), 12 + 22 = 34 of (3, 4), 90 + 22 of (1, 4), 94 + 90 of (0, 1).
    both = [{first, second} for first, second in zip(found["first_index"], found["second_index"], strict=True)]
    assert both == [{2, 3}, {3, 4}, {1, 4}, {0, 1}]
    same = pairs.most_confused_pairs(np.array([[5, 2, 0, 0], [0, 5, 0, 0], [0, 0, 5, 2], [0, 0, 0, 5]]), NAMES)
    assert same["first_index"].tolist() == [0, 2]


def test_without_mistakes_there_is_no_pair():
    assert pairs.most_confused_pairs(np.diag([3, 3, 3, 3]), NAMES).empty


@given(LABELS)
def test_the_pairs_hold_every_mistake_once(rows):
    true_class, predicted_class = as_arrays(rows)
    table = pairs.most_confused_pairs(confusion.matrix(true_class, predicted_class, 4), NAMES)
    num_mistakes = int((true_class != predicted_class).sum())
    assert table["num_mistakes"].sum() == num_mistakes
    assert table["share_of_mistakes"].sum() == pytest.approx(1 if num_mistakes else 0)


@given(st.integers(1, 300), st.integers(0, 10**6))
def test_the_calibration_error_is_torchmetrics_one(num, seed):
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.full(4, 0.5), size=num).astype(np.float32)
    true_class = rng.integers(0, 4, num)
    expected = classification.multiclass_calibration_error(
        torch.from_numpy(probabilities), torch.from_numpy(true_class), num_classes=4, n_bins=15, norm="l1"
    )
    found = reliability.expected_calibration_error(
        probabilities.max(axis=1), probabilities.argmax(axis=1) == true_class
    )
    assert found == pytest.approx(float(expected), abs=1e-5)


def test_calibration_of_a_case_computed_by_hand():
    confidence, is_correct = np.array([0.9, 0.9, 0.55, 0.55]), np.array([True, True, True, False])
    table = reliability.reliability(confidence, is_correct, num_bins=10)
    assert table["num_garments"].tolist() == [2, 2]
    assert table["accuracy"].tolist() == [0.5, 1.0]
    assert reliability.expected_calibration_error(confidence, is_correct, num_bins=10) == pytest.approx(0.075)
    assert np.isnan(reliability.expected_calibration_error(np.array([]), np.array([], bool)))


TABLE = pd.DataFrame(
    {
        "garment": [0, 1, 2, 3, 4, 5],
        "true_class": [0, 0, 0, 1, 1, 2],
        "predicted_class": [0, 1, 1, 0, 0, 2],
        "confidence": [0.9, 0.8, 0.95, 0.7, 0.99, 0.6],
        "margin": [0.8, 0.7, 0.9, 0.5, 0.98, 0.3],
    }
)


def test_filters_combine():
    assert mistakes.filtered(TABLE)["garment"].tolist() == [1, 2, 3, 4]
    assert mistakes.filtered(TABLE, only_mistakes=False)["garment"].tolist() == [0, 1, 2, 3, 4, 5]
    assert mistakes.filtered(TABLE, true_class=0)["garment"].tolist() == [1, 2]
    assert mistakes.filtered(TABLE, true_class=1, predicted_class=0, confidence_high=0.8)["garment"].tolist() == [3]
    assert mistakes.filtered(TABLE, confidence_low=0.95)["garment"].tolist() == [2, 4]
    assert mistakes.filtered(TABLE, true_class=2).empty


def test_every_order_keeps_every_row():
    for order in mistakes.ORDERS:
        assert sorted(mistakes.ordered(TABLE, order)["garment"]) == [0, 1, 2, 3, 4, 5]
        assert mistakes.ordered(TABLE[:0], order).empty


def test_the_most_sure_come_first():
    assert mistakes.ordered(TABLE, "most-sure")["garment"].tolist() == [4, 2, 0, 1, 3, 5]


def test_the_hardest_come_first():
    assert mistakes.ordered(TABLE, "hardest")["garment"].tolist() == [5, 3, 1, 0, 2, 4]


def test_kinds_of_mistakes_take_turns_the_most_frequent_first():
    # Kinds: 0->1 twice (garments 2, 1), 1->0 twice (4, 3), 0->0 once, 2->2 once.
    assert mistakes.ordered(TABLE, "spread")["garment"].tolist() == [2, 4, 0, 5, 1, 3]
