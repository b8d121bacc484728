"""What every line would give: the same counts as scikit-learn's curve, and the same bound as the suggestion."""

import math

import numpy as np
from sklearn import metrics

from core.quality import automation_line, line_curve
from tests.core.quality import test_line

CONFIDENCE = np.array([0.9, 0.5, 0.9, 0.7, 0.6])
IS_CORRECT = np.array([True, False, True, False, True])


def test_a_line_takes_all_that_are_at_least_so_sure():
    table = line_curve.at(np.array([0.95, 0.9, 0.65, 0.0]), CONFIDENCE, IS_CORRECT)
    assert table["num_tagged"].tolist() == [0, 2, 3, 5]
    assert table["num_wrong"].tolist() == [0, 0, 1, 2]
    assert table["tagged"].tolist() == [0, 0.4, 0.6, 1]
    assert math.isnan(table["wrong"][0]) and math.isnan(table["upper"][0])
    assert table["wrong"].tolist()[1:] == [0, 1 / 3, 0.4]


def test_right_tags_at_every_line_are_the_precision_of_scikit_learn():
    confidence, true, predicted = test_line.made_up(300)
    is_correct = true == predicted
    table = line_curve.curve(confidence, is_correct, most=1000)
    precision, _, lines = metrics.precision_recall_curve(is_correct, confidence)
    expected = dict(zip(lines, precision[:-1], strict=True))
    assert len(table) == len(expected) == 300
    np.testing.assert_allclose(1 - table["wrong"], [expected[line] for line in table["line"]])


def test_the_suggested_line_is_where_its_bound_still_keeps_the_promise():
    confidence, true, predicted = test_line.made_up(4000)
    is_correct = true == predicted
    found = automation_line.suggested(confidence, is_correct, 2)
    row = line_curve.at(np.array([found.confidence]), confidence, is_correct).iloc[0]
    assert (row["num_tagged"], row["num_wrong"]) == (found.num_tagged, found.num_wrong)
    assert row["upper"] == found.upper <= 0.02


def test_a_curve_is_thinned_and_keeps_both_its_ends():
    confidence, true, predicted = test_line.made_up(4000)
    table = line_curve.curve(confidence, true == predicted, most=50)
    assert len(table) == 50
    assert (table["line"].iloc[0], table["line"].iloc[-1]) == (confidence.max(), confidence.min())
    assert table["num_tagged"].is_monotonic_increasing


def test_handles_stand_apart_and_can_all_be_chosen():
    confidence, true, predicted = test_line.made_up(4000)
    lines = np.arange(300, 1000) / 1000
    table = line_curve.handles(lines, confidence, true == predicted, most=40)
    assert 20 < len(table) <= 40
    assert set(table["line"]) <= set(lines)
    assert (table["tagged"].diff().dropna() > 0).all()
    whole = line_curve.at(table["line"].to_numpy(), confidence, true == predicted)
    assert whole["num_wrong"].tolist() == table["num_wrong"].tolist()


def test_garments_beside_a_line_are_the_least_sure_above_and_the_surest_below():
    above, below = line_curve.beside(CONFIDENCE, 0.65, 2)
    assert (above.tolist(), below.tolist()) == ([2, 3], [4, 1])
    above, below = line_curve.beside(CONFIDENCE, math.nan, 2)
    assert (above.tolist(), below.tolist()) == ([], [0, 2])
    above, below = line_curve.beside(CONFIDENCE, 0.1, 2)
    assert (above.tolist(), below.tolist()) == ([4, 1], [])


def test_no_garment_at_all_has_no_curve():
    none = np.array([]), np.array([], dtype=bool)
    assert line_curve.curve(*none).empty
    assert line_curve.handles(np.array([0.9]), *none, most=5).empty
    assert line_curve.at(np.array([0.9]), *none)["num_tagged"].tolist() == [0]
