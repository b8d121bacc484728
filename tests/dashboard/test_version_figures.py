"""The dots of a version against the live one, and the sentences beside them."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from core.quality import changes, comparison, intervals
from core.store.runs.soundness import Rail
from dashboard.look import theme
from dashboard.versions import evidence, figures, wording
from tests.dashboard.test_theme import contrast
from tests.support.payloads import SCRIPTS

NAMES = ("Shirt", "Coat", "Bag", "Hat")


def answers(seed, skill, num=600, num_classes=3):
    """Labels of the first classes and what a version says of them; the last class of `NAMES` has no garments."""
    rng = np.random.default_rng(seed)
    labels = np.arange(num) % num_classes
    skills = np.array(skill)[labels]
    return labels, np.where(rng.random(num) < skills, labels, (labels + 1) % num_classes)


@pytest.fixture
def judged():
    """Labels, and the answers before and after: coats are clearly lost, bags a little better."""
    labels, before = answers(1, (0.8, 0.9, 0.7))
    _, after = answers(2, (0.8, 0.6, 0.75))
    return labels, before, after


@pytest.fixture
def rows(judged):
    return wording.worst_change_first(changes.per_class_changes(*judged, NAMES))


def test_the_dots_are_the_recalls_of_scikit_learn_and_the_whiskers_wilson_intervals(judged, rows):
    labels, before, after = judged
    figure = figures.before_after(rows, 1, 2, dark=False)
    order = rows["class_index"].to_numpy()
    for trace, predicted in ((figure.data[2], before), (figure.data[3], after)):
        recall = metrics.recall_score(labels, predicted, labels=range(3), average=None)
        low, high = intervals.wilson(
            [(predicted[labels == index] == index).sum() for index in range(3)], np.bincount(labels)
        )
        known = order < 3
        np.testing.assert_allclose(np.array(trace.x)[known], 100 * recall[order[known]])
        np.testing.assert_allclose(np.array(trace.x - trace.error_x.arrayminus)[known], 100 * low[order[known]])
        np.testing.assert_allclose(np.array(trace.x + trace.error_x.array)[known], 100 * high[order[known]])
        assert np.isnan(np.array(trace.x)[~known]).all(), "of a category without garments nothing is drawn"


def test_the_largest_loss_comes_first_and_is_told_in_words(rows):
    assert rows["class_name"].iloc[0] == "Coat"
    assert rows["class_name"].iloc[-1] == "Hat"
    figure = figures.before_after(rows, 1, 2, dark=False)
    texts = [annotation.text for annotation in figure.layout.annotations]
    recalls = [theme.percent(rows[f"recall_{when}"].iloc[0], decimals=1) for when in ("before", "after")]
    assert texts[:2] == ["Coat <b>▼ clearly worse</b>", " → ".join(recalls)]
    assert texts[-2:] == ["Hat", "no test garments"]
    assert wording.losing_categories(rows) == "Clearly worse: Coat."


def test_before_and_after_differ_in_shape_and_not_only_in_colour(rows):
    figure = figures.before_after(rows, 3, 7, dark=True)
    assert [trace.name for trace in figure.data if trace.showlegend is not False] == ["Version 3 (live)", "Version 7"]
    assert [trace.marker.symbol for trace in figure.data[2:]] == ["circle-open", "diamond"]
    assert not np.isin(figure.data[2].y, figure.data[3].y).any(), "where both are the same, both are seen"
    for dark in (False, True):
        shown = figures.before_after(rows, 3, 7, dark=dark)
        for trace in shown.data[2:]:
            assert contrast(trace.marker.color, theme.palette(dark).background) >= 3


def test_a_click_anywhere_on_a_row_tells_its_category(rows):
    clicks = figures.before_after(rows, 1, 2, chosen=2, dark=False).data[0]
    assert [point[0] for point in clicks.customdata] == rows["class_index"].tolist()
    start, end = clicks.base, clicks.base + clicks.x[0]
    assert [start, end] == pytest.approx(figures.before_after(rows, 1, 2, dark=False).layout.xaxis.range)
    marked = [
        index for index, colour in zip(rows["class_index"], clicks.marker.color, strict=True) if "0,0,0" not in colour
    ]
    assert marked == [2]


def test_a_row_tells_its_figures_when_it_is_pointed_at(judged, rows):
    labels, before, after = judged
    said = figures.before_after(rows, 1, 2, dark=False).data[0].hovertext[0]
    found = [int((predicted[labels == 1] == 1).sum()) for predicted in (before, after)]
    assert said.startswith(f"Coat<br>Version 1: {found[0]} of 200 garments, between ")
    assert f"<br>Version 2: {found[1]} of 200 garments, between " in said
    fixed = int(((before != labels) & (after == labels) & (labels == 1)).sum())
    assert f"<br>{fixed} fixed, " in said and said.endswith("<br>Clearly worse")


def test_names_that_anybody_chose_are_text_in_the_chart(rows):
    for name in SCRIPTS:
        figure = figures.before_after(rows.assign(class_name=name), 1, 2, dark=False)
        for text in (figure.layout.annotations[0].text.partition(" <b>")[0], figure.data[0].hovertext[0]):
            assert "<" not in text.replace("<br>", "")


def test_many_lost_categories_are_counted_and_a_chart_without_garments_is_drawn():
    table = pd.DataFrame(
        {"class_name": list("ABCDE"), "is_clear": True, "recall_before": 0.9, "recall_after": [0.5, 0.1, 0.3, 0.2, 0.4]}
    )
    assert wording.losing_categories(table) == "Clearly worse: B, D, C and 2 more."
    nothing = np.empty(0, dtype=np.int64)
    empty = changes.per_class_changes(nothing, nothing, nothing, NAMES)
    assert list(figures.before_after(empty, 1, 2, dark=False).layout.xaxis.range) == [0, 100]


def test_the_headline_says_which_is_better_with_both_counts(judged):
    labels, before, after = judged

    def judged_by(predicted):
        return comparison.Judged(
            images=np.arange(len(labels) * 4, dtype=np.int64).astype(np.uint8).reshape(-1, 2, 2),
            true_class=labels, predicted_class=predicted, confidence=np.ones(len(labels)), class_names=NAMES,
        )  # fmt: skip

    found = comparison.compare(judged_by(before), judged_by(after))
    fixed, broken = (
        int(((before != labels) & (after == labels)).sum()),
        int(((before == labels) & (after != labels)).sum()),
    )
    assert wording.result(found, 2, 1) == (
        f"Version 2 is clearly worse than version 1: {fixed} fixed, {broken} newly wrong"
    )
    same = comparison.compare(judged_by(before), judged_by(before))
    assert wording.result(same, 2, 1) == "No clear difference between version 2 and version 1: 0 fixed, 0 newly wrong"
    assert wording.balance(same.change).startswith("Net 0 of 600 garments, ")


def rail(name, passed=True, may_be_overridden=False):
    return Rail(name=name, passed=passed, sentence=f"About {name}.", may_be_overridden=may_be_overridden)


def test_rails_about_the_files_are_one_while_all_are_kept():
    kept = [rail(name) for name in wording.RAILS]
    told = evidence.rails_with_names(kept)
    assert [name for name, _ in told] == [wording.WHOLE, *wording.SHORT_RAILS.values()]
    assert told[0][1].sentence == " ".join(f"About {name}." for name in wording.SOUND)
    damaged = evidence.rails_with_names([rail("files"), rail("weights", passed=False)])
    assert [(name, found.passed) for name, found in damaged] == [("Files", True), ("Weights", False)]
    assert evidence.rails_with_names([rail("files"), rail("later")])[1][0] == "later"
