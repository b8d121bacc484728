"""Figures as we sell, against scikit-learn over labels that were mapped one by one."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from core.quality import category_views, confusion, merging, mistakes, pairs, review, scores
from tests.support import worlds
from tests.support.payloads import SCRIPTS

NUM_CLASSES = 5
SOLD_AS = st.lists(st.sampled_from(["Tops", "Coats", *SCRIPTS[:2], "Tops (0)"]), min_size=5, max_size=5)


def answered(seed, num=80):
    """Labels, probabilities and the predictions table of a model."""
    labels = np.random.default_rng(seed).integers(0, NUM_CLASSES, num)
    probabilities = worlds.answers(labels, NUM_CLASSES, seed=seed, skill=0.3)
    return labels, probabilities, worlds.predictions_table(probabilities, labels)


@given(seed=st.integers(0, 2**16), sold_as=SOLD_AS.filter(lambda names: len(set(names)) > 1))
def test_scores_as_sold_are_those_of_scikit_learn_over_mapped_labels(seed, sold_as):
    _, probabilities, table = answered(seed)
    view = category_views.as_sold(sold_as)
    true, said = ([view.names.index(sold_as[index]) for index in table[column]]
                  for column in ("true_class", "predicted_class"))  # fmt: skip
    numbers = list(range(len(view.names)))
    found = category_views.predictions(view, table, probabilities)
    counts = merging.merged_counts(confusion.matrix(table["true_class"], table["predicted_class"], 5), view.groups)
    np.testing.assert_array_equal(counts, metrics.confusion_matrix(true, said, labels=numbers))
    result = scores.accuracy(found["true_class"].to_numpy(), found["predicted_class"].to_numpy())
    assert result.accuracy == pytest.approx(metrics.accuracy_score(true, said))
    precision, recall, _, support = metrics.precision_recall_fscore_support(
        true, said, labels=numbers, zero_division=np.nan
    )
    per_category = scores.per_class_scores_of_matrix(counts, view.names)
    np.testing.assert_allclose(per_category["precision"], precision)
    np.testing.assert_allclose(per_category["recall"], recall)
    assert per_category["support"].tolist() == support.tolist()
    assert not (set(pairs.most_confused_pairs(counts, view.names)["first_class"]) - set(sold_as))


@given(seed=st.integers(0, 2**16), sold_as=SOLD_AS)
def test_probabilities_as_sold_are_summed_over_the_members(seed, sold_as):
    _, probabilities, table = answered(seed)
    view = category_views.as_sold(sold_as)
    summed = category_views.probabilities(view, probabilities)
    found = category_views.predictions(view, table, probabilities)
    for row in range(0, 80, 9):
        for number, name in enumerate(view.names):
            members = [index for index in range(NUM_CLASSES) if sold_as[index] == name]
            assert summed[row, number] == pytest.approx(min(1, probabilities[row, members].sum()), abs=1e-6)
        tagged = found["predicted_class"].iloc[row]
        assert found["confidence"].iloc[row] == pytest.approx(summed[row, tagged], abs=1e-6)
        others = [summed[row, other] for other in range(len(view.names)) if other != tagged]
        assert found["margin"].iloc[row] == pytest.approx(summed[row, tagged] - max(others, default=0), abs=1e-6)
    assert found["confidence"].between(0, 1).all()


def test_where_nothing_is_merged_both_views_are_equal_and_hand_back_the_same_objects():
    _, probabilities, table = answered(1)
    view = category_views.as_sold(["a", "b", "c", "d", "e"])
    assert view == category_views.own(["a", "b", "c", "d", "e"])
    assert category_views.predictions(view, table, probabilities) is table
    assert category_views.probabilities(view, probabilities) is probabilities


def test_the_first_class_of_a_category_stands_for_it():
    view = category_views.as_sold(["Tops", "Trousers", "Tops", "Coats", "Coats"])
    assert (view.names, view.group_of) == (("Tops", "Trousers", "Coats"), (0, 1, 0, 2, 2))
    assert view.first_members == (0, 1, 3)


@given(seed=st.integers(0, 2**16), sold_as=SOLD_AS)
def test_every_cell_lists_exactly_the_garments_counted_in_it(seed, sold_as):
    _, _, table = answered(seed)
    view = category_views.as_sold(sold_as)
    counts = merging.merged_counts(confusion.matrix(table["true_class"], table["predicted_class"], 5), view.groups)
    wrong = mistakes.filtered(table, groups=view.group_of)
    assert len(wrong) == counts.sum() - np.trace(counts)
    for real in range(NUM_CLASSES):  # any member stands for its category
        for tagged in range(NUM_CLASSES):
            found = mistakes.filtered(
                table, true_class=real, predicted_class=tagged, groups=view.group_of, only_mistakes=False
            )
            assert len(found) == counts[view.group_of[real], view.group_of[tagged]]
            assert {sold_as[index] for index in found["true_class"]} <= {sold_as[real]}
            assert {sold_as[index] for index in found["predicted_class"]} <= {sold_as[tagged]}


def test_the_score_after_review_counts_a_category_of_the_same_merge_as_right():
    states = review.garment_states(
        _verdicts([("a", "label-wrong", "Shirt"), ("b", "label-wrong", "Coat")])
    ).set_axis([0, 1])  # fmt: skip
    true, said, names = np.array([2, 0, 1]), np.array([1, 1, 0]), ("T-shirt", "Shirt", "Coat")
    apart = review.two_scores(true, said, states, names)
    merged = review.two_scores(true, said, states, names, np.array([0, 0, 1]))
    assert (apart.num_right, merged.num_right) == (1, 2)
    assert (apart.by_labels.num_correct, merged.by_labels.num_correct) == (0, 2)
    assert dataclasses.replace(merged, by_labels=apart.by_labels, num_right=1, num_unseen=apart.num_unseen) == apart


def _verdicts(rows):
    return pd.DataFrame(
        [{"garment": key, "who": "Ana", "kind": kind, "category": category} for key, kind, category in rows]
    )
