import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from core.quality import changes, curves, reliability, scores, sureness
from dashboard.categories import figures as category_figures
from dashboard.look import certainty_figures, theme
from tests.dashboard.test_theme import contrast

NAMES = ("Shirt", "Coat", "Bag")
COUNTS = np.array([[6, 3, 1], [2, 8, 0], [0, 0, 10]])
PREDICTIONS = pd.DataFrame(
    {
        "true_class": [0, 0, 0, 1, 1],
        "predicted_class": [0, 0, 1, 0, 1],
        "confidence": [0.95, 0.55, 0.9, 0.52, 0.99],
    }
)


def table(counts=COUNTS, names=NAMES):
    return scores.per_class_scores_of_matrix(np.asarray(counts), names)


def bars(counts=COUNTS, names=NAMES, target=0.5, changes=None, dark=False):
    return category_figures.per_class_bars(table(counts, names), target, changes, dark)


def legend(figure):
    return [trace.name for trace in figure.data if trace.showlegend is not False]


def texts(figure):
    return [annotation.text for annotation in figure.layout.annotations]


def test_bars_ask_both_questions_with_the_worst_category_first():
    figure = bars()
    find, trust = figure.data[:2]
    assert legend(figure)[:2] == [
        "Upper bar: of 100 real ones, how many does it find?",
        "Lower bar: of 100 tagged as this, how many are right?",
    ]
    assert list(figure.layout.yaxis.ticktext) == ["Shirt", "Coat", "Bag"]
    np.testing.assert_allclose(find.x, [60, 80, 100])
    np.testing.assert_allclose(trust.x, [75, 800 / 11, 1000 / 11])


def test_whiskers_end_where_the_interval_ends():
    find = bars().data[0]
    np.testing.assert_allclose(find.x + find.error_x.array, 100 * table()["recall_high"])
    np.testing.assert_allclose(find.x - find.error_x.arrayminus, 100 * table()["recall_low"])


def test_counts_stand_beside_the_bars():
    assert texts(bars())[1:] == ["6 of 10", "8 of 10", "10 of 10", "6 of 8", "8 of 11", "10 of 11"]


def test_a_click_on_a_bar_tells_category_and_question():
    find, trust = bars().data[:2]
    assert [list(data) for data in find.customdata] == [[0, "real"], [1, "real"], [2, "real"]]
    assert list(trust.customdata[0]) == [0, "tagged"]


@pytest.mark.parametrize("dark", [False, True])
def test_a_colour_is_one_question_and_below_the_target_is_an_outline_with_words(dark):
    counts = [[640, 360, 0], [20, 980, 0], [0, 2, 8]]
    figure = bars(counts, target=0.85, dark=dark)
    find, trust = figure.data[:2]
    assert list(figure.layout.yaxis.ticktext) == ["Shirt", "Coat", "Bag"]
    assert (find.marker.color, trust.marker.color) == (theme.palette(dark).found, theme.palette(dark).right)
    assert list(find.marker.line.width) == [3, 0, 0]
    assert list(find.text) == ["64 % · below target", "98 %", "80 % · too close to call"]
    assert legend(figure)[2:] == ["clearly below the target"]


def test_the_per_cent_of_the_bars_are_recall_and_precision_of_scikit_learn():
    true = np.repeat(range(3), COUNTS.sum(axis=1))
    predicted = np.concatenate([np.repeat(range(3), row) for row in COUNTS])
    find, trust = bars(target=0).data[:2]
    for trace, expected in (
        (find, metrics.recall_score(true, predicted, average=None)),
        (trust, metrics.precision_score(true, predicted, average=None)),
    ):
        assert [text.split(" ·")[0] for text in trace.text] == [theme.percent(share) for share in expected]


def test_of_many_categories_the_worst_are_drawn():
    figure = category_figures.per_class_bars(table(), 0.5, None, False, most=2)
    assert list(figure.layout.yaxis.ticktext) == ["Shirt", "Coat"]
    assert [data[0] for data in figure.data[0].customdata] == [0, 1]


def test_the_target_line_stands_at_the_target_with_its_name():
    figure = bars(target=0.925)
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].x1) == (92.5, 92.5)
    assert texts(figure)[0] == "target 92.5"


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_a_target_at_the_end_of_the_axis_keeps_its_name_in_the_chart(target):
    assert bars(target=target).layout.annotations[0].xanchor == {0.0: "left", 1.0: "right"}[target]


def test_a_category_without_garments_comes_last_and_has_no_bar():
    figure = bars([[5, 0], [0, 0]], ("Shirt", "Coat"))
    assert list(figure.layout.yaxis.ticktext) == ["Shirt", "Coat"]
    assert "not in the test set" in texts(figure)
    tagged_though_absent = bars([[3, 2], [0, 0]], ("Shirt", "Coat"))
    for trace in tagged_though_absent.data[:2]:
        assert np.isnan(trace.x[1])
    assert list(tagged_though_absent.layout.yaxis.ticktext) == ["Shirt", "Coat"]


def test_a_category_that_was_never_named_has_no_lower_bar():
    figure = bars([[5, 0], [3, 0]], ("Shirt", "Coat"))
    assert list(figure.layout.yaxis.ticktext) == ["Coat", "Shirt"]
    assert np.isnan(figure.data[1].x[0])
    assert "nothing was tagged as this" in texts(figure)


def test_arrows_stand_only_beside_clear_changes():
    true_class = np.repeat([0, 1], 20)
    before, after = true_class.copy(), true_class.copy()
    before[:12] = 1  # 12 fixed: clear
    after[20] = 0  # 1 broken: luck
    changed = changes.per_class_changes(true_class, before, after, ("Shirt", "Coat"))
    figure = bars([[20, 0], [1, 19]], ("Shirt", "Coat"), changes=changed)
    assert sorted(figure.layout.yaxis.ticktext) == ["Coat", "Shirt<br>↑ +60.0"]
    assert category_figures.clear_changes(changed) == {0: pytest.approx(0.6)}


def test_hovering_tells_counts_interval_and_standing():
    assert bars(target=0.95).data[0].hovertext[0] == (
        "Shirt<br>It finds 60 of 100.<br>6 of 10 garments, between 31.3 and 83.2<br>Clearly below the target of 95"
    )


def test_names_are_text_and_never_markup():
    text = str(bars(names=("<b>x</b>", "<a href='http://x'>y</a>", "&amp;")).to_dict())
    assert "<b>x" not in text
    assert "<a href" not in text
    assert "&amp;amp;" in text


def test_long_names_are_cut_at_the_axis_only():
    figure = bars(names=("Shirt", "A very long name of a category", "Bag"))
    assert "A very long name …" in figure.layout.yaxis.ticktext
    assert any("A very long name of a category" in text for text in figure.data[0].hovertext)


def test_no_category_at_all_is_still_a_chart():
    bars(np.zeros((0, 0), dtype=np.int64), ()).to_json()
    bars([[0]], ("Shirt",)).to_json()


@pytest.mark.parametrize("dark", [False, True])
def test_figures_are_readable_on_both_colours_and_the_outline_stands_out(dark):
    colours = theme.palette(dark)
    on_bar = category_figures.ON_BAR_DARK if dark else category_figures.ON_BAR_LIGHT
    edge = category_figures.BELOW_DARK if dark else category_figures.BELOW_LIGHT
    for fill in (colours.found, colours.right):
        assert contrast(on_bar, fill) >= 4.5
        assert contrast(edge, fill) >= 3
    assert contrast(edge, colours.background) >= 3


@pytest.mark.parametrize("dark", [False, True])
def test_how_sure_the_model_is_of_tags_has_the_colour_of_tags(dark):
    right, wrong = certainty_figures.sureness_bars(sureness.of_class(PREDICTIONS, 0), dark=dark).data
    assert right.marker.color == theme.palette(dark).right
    assert wrong.marker.color not in (theme.palette(dark).right, theme.palette(dark).found)


def test_sureness_counts_right_and_wrong_tags_of_100_each():
    right, wrong = certainty_figures.sureness_bars(sureness.of_class(PREDICTIONS, 0), dark=False).data
    np.testing.assert_allclose(right.x, range(5, 100, 10))
    np.testing.assert_allclose(right.y, [0, 0, 0, 0, 0, 50, 0, 0, 0, 50])
    np.testing.assert_allclose(wrong.y, [0, 0, 0, 0, 0, 100, 0, 0, 0, 0])
    assert right.hovertext[-1] == "when right, 90–100 % sure:<br>1 of 2 tags"
    assert wrong.marker.pattern.shape == "/"


def test_a_category_without_wrong_tags_has_one_set_of_bars():
    figure = certainty_figures.sureness_bars(sureness.of_class(PREDICTIONS[:2], 0), dark=True)
    assert [trace.name for trace in figure.data] == ["when right"]


def test_the_curve_carries_its_thresholds_and_how_the_version_tags():
    curve = curves.precision_recall(np.array([0.9, 0.8, 0.3]), np.array([True, False, True]))
    line, diamond = certainty_figures.precision_recall_curve(curve, 0.5, 1.0, dark=False).data
    np.testing.assert_allclose(line.customdata, [0.9, 0.8, 0.3])
    np.testing.assert_allclose(line.x, curve["recall"])
    np.testing.assert_allclose(line.y, curve["precision"])
    assert (diamond.x[0], diamond.y[0]) == (1.0, 0.5)
    assert len(certainty_figures.precision_recall_curve(curve, np.nan, 1.0, dark=False).data) == 1


def test_reliability_stands_beside_the_ideal():
    correct = (PREDICTIONS["true_class"] == PREDICTIONS["predicted_class"]).to_numpy()
    bins = reliability.reliability(PREDICTIONS["confidence"].to_numpy(), correct, num_bins=10)
    ideal, line = certainty_figures.reliability_curve(bins, dark=False).data
    assert list(ideal.x) == list(ideal.y) == [0, 1]
    np.testing.assert_allclose(line.y, bins["accuracy"])
    assert line.hovertext[0] == "50–60 % sure: 2 garments<br>mean confidence 0.5350<br>accuracy 0.5000"
    certainty_figures.reliability_curve(bins.iloc[:0], dark=True).to_json()
