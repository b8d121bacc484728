"""The chart of the line, and that of what was kept: what is drawn is what was worked out."""

import math

import numpy as np
import pandas as pd
import pytest

from core.quality import intervals, line_curve
from dashboard.acceptance import figures as acceptance_figures
from dashboard.data import line_curves
from dashboard.data.lines import Answers
from dashboard.line import figures
from tests.core.quality import test_line

WEEKS = pd.DataFrame(
    {"week": ["2026-W48", "2026-W47", "2026-W46"], "num_products": [9, 50, 60], "num_checked": [0, 20, 16],
     "num_right": [0, 19, 16]}
)  # fmt: skip


def answers(num=2000, seed=0):
    confidence, true, predicted = test_line.made_up(num, seed=seed)
    return Answers(true_class=true, predicted_class=predicted, confidence=confidence)


def drawn(line, dark=False):
    known, checked = answers(), answers(seed=1)
    return figures.curve(line_curves.of_answers(known, checked, line, 300), 2.0, dark), known, checked


def trace(figure, name):
    return next(each for each in figure.data if each.name == name)


@pytest.mark.parametrize("dark", [False, True])
def test_the_line_stands_on_the_curve_and_its_test_garments_beside_it(dark):
    figure, known, checked = drawn(0.9, dark)
    for name, of in (("this line", known), ("this line, test garments", checked)):
        is_tagged = of.confidence >= 0.9
        wrong = (of.true_class != of.predicted_class)[is_tagged]
        assert trace(figure, name).x[0] == pytest.approx(100 * is_tagged.mean())
        assert trace(figure, name).y[0] == pytest.approx(100 * wrong.mean())
    low, high = intervals.wilson(wrong.sum(), len(wrong))
    bars = trace(figure, "this line, test garments").error_y
    assert bars.array[0] == pytest.approx(100 * (high - wrong.mean()))
    assert bars.arrayminus[0] == pytest.approx(100 * (wrong.mean() - low))
    assert figure.layout.shapes[0].y1 == 2.0
    assert [note.text for note in figure.layout.annotations] == ["at most 2 wrong in 100", "90 % sure"]


def test_a_click_tells_the_line_in_tenths_of_a_percent():
    figure, known, _ = drawn(0.9)
    (marks,) = [each for each in figure.data if each.customdata is not None]
    for (tenths,), share in zip(marks.customdata, marks.x, strict=True):
        assert 300 <= tenths <= 999
        assert share == pytest.approx(100 * (known.confidence >= tenths / 1000).mean())


def test_the_shade_ends_at_the_bound_that_the_suggestion_uses():
    figure, known, _ = drawn(0.9)
    table = line_curve.curve(known.confidence, known.true_class == known.predicted_class)
    np.testing.assert_allclose(trace(figure, "could be so many").y, 100 * table["upper"])


def test_where_no_tag_is_trusted_no_line_is_drawn():
    figure, _, _ = drawn(math.nan)
    assert "this line" not in [each.name for each in figure.data]
    assert len(figure.layout.shapes) == 2


def test_weeks_with_checks_stand_in_time_beside_the_promise():
    figure = acceptance_figures.kept(WEEKS, 2.0, False)
    (marks,) = figure.data
    assert list(figure.layout.xaxis.ticktext) == ["W46<br>16 of 16", "W47<br>19 of 20"]
    assert list(marks.y) == [100, 95]
    low, high = intervals.wilson([16, 19], [16, 20])
    np.testing.assert_allclose(marks.y + marks.error_y.array, 100 * high)
    np.testing.assert_allclose(marks.y - marks.error_y.arrayminus, 100 * low)
    assert figure.layout.shapes[0].y0 == 98
    assert figure.layout.annotations[0].text == "promised: at least 98 of 100"
    assert not acceptance_figures.kept(WEEKS, None, False).layout.shapes


def test_no_check_at_all_is_still_a_chart():
    acceptance_figures.kept(WEEKS.head(1), 2.0, True).to_json()
