import numpy as np
import pandas as pd
import pytest

from dashboard.look import confusion_figures, theme, training_figures
from dashboard.today import figures

NAMES = ("Shirt", "Coat", "Bag")
COUNTS = np.array([[6, 3, 1], [2, 8, 0], [0, 0, 10]])


def test_heatmap_separates_mistakes_from_the_diagonal():
    correct, weak, strong, _ = confusion_figures.confusion_heatmap(COUNTS, NAMES, "garments", None, dark=False).data
    assert np.isnan(np.diag(weak.z)).all()
    assert np.isnan(np.diag(strong.z)).all()
    assert weak.zmax == strong.zmax == 3
    off_diagonal = ~np.eye(3, dtype=bool)
    assert (np.isnan(weak.z) ^ np.isnan(strong.z))[off_diagonal].all(), "every mistake stands in one of the two"
    assert np.isfinite(np.diag(correct.z)).all()
    assert correct.colorscale[0][1] == correct.colorscale[1][1] == theme.LIGHT.correct


def test_every_cell_and_total_of_the_heatmap_catches_clicks_and_says_a_sentence():
    clicks = confusion_figures.confusion_heatmap(COUNTS, NAMES, "garments", None, dark=False).data[3]
    said = dict(zip(map(tuple, clicks.customdata), clicks.hovertext, strict=True))
    assert len(said) == 9 + 6
    assert said[0, 1] == "3 of 10 Shirt garments were tagged Coat."
    assert said[0, confusion_figures.ANY] == "4 of 10 Shirt garments were tagged as something else."
    assert said[confusion_figures.ANY, 1] == "3 of 11 garments tagged Coat are something else."


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("garments", {(0, 1): "3", (0, 0): "6", (0, 3): "4", (3, 1): "3"}),
        ("real", {(0, 1): "30", (0, 0): "60", (0, 3): "40", (3, 1): "27"}),
        ("tagged", {(0, 1): "27", (0, 0): "75", (0, 3): "40", (3, 1): "27"}),
    ],
)
def test_cells_show_the_unit_that_was_chosen(unit, expected):
    figure = confusion_figures.confusion_heatmap(COUNTS, NAMES, unit, None, dark=False)
    texts = {(annotation.y, annotation.x): annotation.text for annotation in figure.layout.annotations}
    written = np.array([squares.text for squares in figure.data[:3]], dtype=object)
    assert ((written != "").sum(axis=0) <= 1).all(), "no cell is written on twice"
    texts |= dict(np.ndenumerate(written.sum(axis=0)))
    assert {place: texts[place] for place in expected} == expected
    assert texts[1, 2] == ""


def test_the_chosen_cell_is_outlined():
    shapes = confusion_figures.confusion_heatmap(
        COUNTS, NAMES, "garments", (0, confusion_figures.ANY), dark=False
    ).layout.shapes
    assert (shapes[0].x0, shapes[0].y0) == (2.5, -0.5)


def test_of_many_categories_the_worst_are_on_the_map_their_totals_count_all_and_what_is_chosen_joins_them():
    chance = np.random.default_rng(3)
    counts = chance.integers(0, 4, (60, 60)) + np.diag(chance.integers(10, 90, 60))
    wrong = {index: int(counts[index].sum() + counts[:, index].sum() - 2 * counts[index, index]) for index in range(60)}
    shown = confusion_figures.worst(counts, 20, also=(7, 41))
    assert len(set(shown)) == len(shown) and set(shown[20:]) <= {7, 41} <= set(shown)
    assert [wrong[index] for index in shown[:20]] == sorted(wrong.values(), reverse=True)[:20]
    assert confusion_figures.worst(counts, 60) == tuple(sorted(wrong, key=lambda index: (-wrong[index], index)))
    names = tuple(f"Category {index}" for index in range(60))
    figure = confusion_figures.confusion_heatmap(counts, names, "garments", (7, 41), dark=False, shown=shown)
    assert list(figure.layout.yaxis.ticktext) == [*(names[index] for index in shown), "all wrong"]
    totals = {annotation.y: annotation.text for annotation in figure.layout.annotations if annotation.x == len(shown)}
    assert totals[3] == str(counts[shown[3]].sum() - counts[shown[3], shown[3]]), "also those tagged as a folded one"
    clicks = figure.data[3]
    place = {tuple(kind): (x, y) for kind, x, y in zip(clicks.customdata, clicks.x, clicks.y, strict=True)}
    assert place[7, 41] == (shown.index(41), shown.index(7))
    outline = figure.layout.shapes[0]
    assert (outline.x0, outline.y0) == (shown.index(41) - 0.5, shown.index(7) - 0.5)


def test_a_perfect_model_and_an_empty_class_still_have_a_map():
    for counts in (np.diag([5, 5, 0]), np.zeros((3, 3), dtype=np.int64)):
        for unit in confusion_figures.UNITS:
            confusion_figures.confusion_heatmap(counts, NAMES, unit, None, dark=True).to_json()


def test_names_are_text_and_never_markup():
    names = ("<b>x</b>", "<a href='http://x'>y</a>", "&amp;")
    text = str(confusion_figures.confusion_heatmap(COUNTS, names, "garments", None, False).to_dict())
    assert "<b>x" not in text
    assert "<a href" not in text
    assert "&amp;amp;" in text


def test_history_leaves_out_a_curve_that_was_never_measured():
    history = pd.DataFrame({"epoch": [1, 2], "train_loss": [1.0, 0.5], "validation_loss": [np.nan, np.nan]})
    assert len(training_figures.history_curves(history, dark=False).data) == 1


def test_trend_shows_every_version_with_its_interval():
    versions = pd.DataFrame(
        {
            "version": [1, 2],
            "accuracy": [0.9, 0.92],
            "low": [0.89, 0.91],
            "high": [0.91, 0.93],
            "is_live": [True, False],
        }
    )
    line = figures.accuracy_trend(versions, 2, dark=False).data[0]
    assert list(line.x) == ["Version 1 (live)", "Version 2"]
    np.testing.assert_allclose(line.error_y.array, [1, 1])
