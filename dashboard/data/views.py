"""What a version said, counted in the categories of a view: scores, pairs, one category closely, its garments.

In the model's own categories everything is what `dashboard.data.predictions` gives. Nobody may change what is returned.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.quality import category_views, changes, cost, curves, merging, pairs, scores, sureness, two_classes
from core.quality import reliability as calibration
from core.store.runs.runs import Run
from dashboard.data import predictions as own
from dashboard.data import run_views, store
from dashboard.data.run_views import RunView


@store.cached(most=8, spinner="Reading the stored results …")
def _merged_predictions(view: RunView) -> pd.DataFrame:
    return category_views.predictions(view.categories, own.predictions(view.run), own.probabilities(view.run))


def predictions(view: RunView) -> pd.DataFrame:
    """The predictions table in these categories, see `category_views.predictions`; read-only."""
    return _merged_predictions(view) if view.is_merged else own.predictions(view.run)


@store.cached(most=8)
def _merged_probabilities(view: RunView) -> NDArray[np.float32]:
    return category_views.probabilities(view.categories, own.probabilities(view.run))


def probabilities(view: RunView) -> NDArray[np.float32]:
    """(N, G) probabilities of these categories; read-only."""
    return _merged_probabilities(view) if view.is_merged else own.probabilities(view.run)


@store.cached(most=256)
def counts(view: RunView) -> NDArray[np.int64]:
    """(G, G) confusion matrix in these categories, rows = what a garment really is."""
    found = own.counts(view.run)
    return merging.merged_counts(found, view.categories.groups) if view.is_merged else found


def accuracy(view: RunView) -> scores.Accuracy:
    """The share of garments tagged correctly in these categories, with its interval."""
    run = view.run
    num_correct = int(np.trace(counts(view))) if view.is_merged else run.num_correct
    return scores.accuracy_of_counts(num_correct, run.num_test)


@store.cached(most=16)
def class_scores(view: RunView) -> pd.DataFrame:
    """Table of `scores.per_class_scores` in these categories; `class_index` is a position in `view.names`."""
    return scores.per_class_scores_of_matrix(counts(view), view.names)


@store.cached(most=16)
def confused_pairs(view: RunView) -> pd.DataFrame:
    """Table of `pairs.most_confused_pairs` in these categories: a merged pair is never one of them."""
    return pairs.most_confused_pairs(counts(view), view.names)


def costliest_pairs(view: RunView, weights: NDArray[np.int64]) -> pd.DataFrame:
    """Table of `cost.costliest_pairs` in these categories, by what mistakes between the classes weigh (K, K)."""
    costs = merging.merged_counts(own.counts(view.run) * weights, view.categories.groups)
    return cost.pairs_by_cost(counts(view), costs, view.names)


@store.cached(most=16)
def class_changes(view: RunView, previous: Run) -> pd.DataFrame:
    """Table of `changes.per_class_changes` in these categories, from an earlier version with the same classes."""
    groups = view.categories.groups
    after, before = own.predictions(view.run), own.predictions(previous)
    return changes.per_class_changes(
        groups[after["true_class"].to_numpy()],
        groups[before["predicted_class"].to_numpy()],
        groups[after["predicted_class"].to_numpy()],
        view.names,
    )


@store.cached(most=16)
def reliability(view: RunView) -> tuple[pd.DataFrame, float]:
    """Table of `calibration.reliability` over all garments, and the expected calibration error (0-1)."""
    if not view.is_merged:
        return own.reliability(view.run)
    table = predictions(view)
    confidence = table["confidence"].to_numpy()
    is_correct = (table["true_class"] == table["predicted_class"]).to_numpy()
    error = calibration.expected_calibration_error(confidence, is_correct)
    return calibration.reliability(confidence, is_correct), error


@store.cached(most=8)
def calibration_by_luck(view: RunView) -> float:
    """The calibration error (0-1) that a perfect model would show on as many garments; see `error_by_luck`."""
    return calibration.error_by_luck(predictions(view)["confidence"].to_numpy())


@store.cached(most=64)
def precision_recall(view: RunView, index: int) -> pd.DataFrame:
    """Table of `curves.precision_recall` for one category, thinned for drawing."""
    is_class = (predictions(view)["true_class"] == index).to_numpy()
    return curves.thinned(curves.precision_recall(probabilities(view)[:, index], is_class))


@store.cached(most=64)
def sureness_of(view: RunView, index: int) -> pd.DataFrame:
    """Table of `sureness.of_class` for one category."""
    return sureness.of_class(predictions(view), index)


@store.cached(most=64)
def typical(view: RunView, index: int) -> pd.DataFrame:
    """Garments of a category that were tagged correctly, surest first: rows of the model's own predictions table."""
    found = two_classes.typical(predictions(view), index)
    return own.predictions(view.run).iloc[found["garment"].to_numpy()]


def accuracies(runs: list[Run], merged: bool) -> list[scores.Accuracy]:
    """`accuracy` of several versions, all as we sell or all in the model's own categories."""
    return [accuracy(run_views.of(run, merged)) for run in runs]
