import numpy as np
import pandas as pd
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core.quality import changes, curves, sureness, two_classes

NAMES = ("Shirt", "Coat", "Bag")


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9]), st.booleans()), min_size=1, max_size=50))
def test_the_precision_recall_curve_is_scikit_learns(rows):
    probability, is_class = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    curve = curves.precision_recall(probability, is_class)
    if not is_class.any():
        assert curve["recall"].isna().all()
        return
    precision, recall, thresholds = sklearn.metrics.precision_recall_curve(is_class, probability)
    # scikit-learn goes from the lowest threshold up and adds a last point that stands for tagging nothing.
    np.testing.assert_allclose(curve["threshold"], thresholds[::-1])
    np.testing.assert_allclose(curve["precision"], precision[:-1][::-1])
    np.testing.assert_allclose(curve["recall"], recall[:-1][::-1])


def test_a_curve_of_nothing_is_empty_and_a_long_one_is_thinned_with_its_ends():
    assert curves.precision_recall(np.array([]), np.array([], bool)).empty
    rng = np.random.default_rng(0)
    curve = curves.precision_recall(rng.random(5000), rng.random(5000) < 0.5)
    thin = curves.thinned(curve, 100)
    assert 90 <= len(thin) <= 100
    assert thin.iloc[0].equals(curve.iloc[0])
    assert thin.iloc[-1].tolist() == curve.iloc[-1].tolist()
    assert curves.thinned(thin, 100) is thin


TABLE = pd.DataFrame(
    {
        "garment": [0, 1, 2, 3, 4, 5],
        "true_class": [0, 0, 1, 1, 0, 2],
        "predicted_class": [0, 1, 1, 0, 0, 2],
        "second_class": [1, 0, 0, 1, 2, 0],
        "confidence": [0.6, 0.7, 0.8, 0.55, 0.9, 1.0],
    }
)
PROBABILITIES = np.array(
    [[0.6, 0.4, 0], [0.3, 0.7, 0], [0.2, 0.8, 0], [0.55, 0.45, 0], [0.9, 0.04, 0.06], [0, 0, 1]], dtype=np.float32
)


def test_sureness_counts_right_and_wrong_tags_of_one_class():
    table = sureness.of_class(TABLE, 0)
    assert table["num_right"].tolist() == [0, 0, 0, 0, 0, 1, 0, 0, 1, 0]
    assert table["num_wrong"].tolist() == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    assert table["high"].tolist()[-1] == 1.0


def test_typical_garments_are_right_and_the_surest_come_first():
    assert two_classes.typical(TABLE, 0)["garment"].tolist() == [4, 0]
    assert two_classes.typical(TABLE, 2)["garment"].tolist() == [5]


def test_borderline_garments_are_ordered_by_the_models_lean():
    found = two_classes.borderline(TABLE, PROBABILITIES, 0, 1)
    assert found["garment"].tolist() == [0, 3, 1, 2]
    np.testing.assert_allclose(found["lean"], [-0.2, -0.1, 0.4, 0.6], atol=1e-6)
    mirrored = two_classes.borderline(TABLE, PROBABILITIES, 1, 0)
    assert mirrored["garment"].tolist() == [2, 1, 3, 0]
    assert two_classes.most_undecided(found, 2)["garment"].tolist() == [0, 3]
    assert two_classes.borderline(TABLE, PROBABILITIES, 1, 2).empty


def test_mixed_up_garments_are_those_tagged_as_the_other_of_two():
    table = pd.DataFrame({"garment": range(5), "true_class": [0, 1, 0, 1, 2], "predicted_class": [1, 0, 0, 2, 1]})
    found = two_classes.mixed_up(table, 0, 1)
    assert found[["garment", "lean"]].to_numpy().tolist() == [[1, -1], [0, 1]]


@given(st.integers(0, 400), st.integers(0, 400))
def test_mcnemars_test_is_the_exact_binomial_test(num_fixed, num_broken):
    expected = stats.binomtest(num_fixed, num_fixed + num_broken, 0.5).pvalue if num_fixed + num_broken else 1.0
    assert changes.mcnemar(num_fixed, num_broken) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("num_fixed", "num_broken"), [(50_100, 49_900), (51_000, 49_000), (250_000, 250_000)])
def test_mcnemars_test_holds_for_a_million_garments_too(num_fixed, num_broken):
    expected = stats.binomtest(num_fixed, num_fixed + num_broken, 0.5).pvalue
    assert changes.mcnemar(num_fixed, num_broken) == pytest.approx(expected, rel=1e-7)


def test_luck_and_gain_are_told_apart_as_in_the_books():
    assert changes.mcnemar(180, 150) > 0.05
    assert changes.mcnemar(200, 150) < 0.01
    assert changes.mcnemar(5000, 4000) < 1e-20


def test_changes_are_counted_on_the_same_garments():
    true_class = np.array([0, 0, 0, 1, 1, 2])
    before = np.array([1, 1, 0, 1, 0, 0])
    after = np.array([0, 1, 1, 1, 1, 0])
    found = changes.change(true_class, before, after)
    assert (found.num_fixed, found.num_broken, found.num_both_wrong, found.net) == (2, 1, 2, 1)
    assert not found.is_clear
    table = changes.per_class_changes(true_class, before, after, (*NAMES, "Boot"))
    assert table["num_fixed"].tolist() == [1, 1, 0, 0]
    assert table["recall_before"].tolist()[:3] == pytest.approx([1 / 3, 0.5, 0.0])
    assert table["recall_after"].tolist()[:3] == pytest.approx([1 / 3, 1.0, 0.0])
    assert np.isnan(table["recall_after"].iloc[3])
