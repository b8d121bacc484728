"""What a version does with one category, or with two: worked out once from its stored results, for pages.

With `dashboard.data.runs` a user of Streamlit's caches.
"""

import pandas as pd

from core.quality import changes, curves, sureness, two_classes
from core.store.runs.runs import Run
from dashboard.data import predictions, store


@store.cached(most=64)
def precision_recall(run: Run, class_index: int) -> pd.DataFrame:
    """Table of `curves.precision_recall` for one class, thinned for drawing; read-only."""
    is_class = (predictions.predictions(run)["true_class"] == class_index).to_numpy()
    return curves.thinned(curves.precision_recall(predictions.probabilities(run)[:, class_index], is_class))


@store.cached(most=64)
def sureness_of_class(run: Run, class_index: int) -> pd.DataFrame:
    """Table of `sureness.of_class`: how sure the model is of a class when right and when wrong; read-only."""
    return sureness.of_class(predictions.predictions(run), class_index)


@store.cached(most=64)
def typical(run: Run, class_index: int) -> pd.DataFrame:
    """Garments of a class that were tagged correctly, surest first; read-only."""
    return two_classes.typical(predictions.predictions(run), class_index)


@store.cached(most=64)
def borderline(run: Run, first_index: int, second_index: int) -> pd.DataFrame:
    """Table of `two_classes.borderline`: garments between two classes, by the model's lean; read-only."""
    return two_classes.borderline(
        predictions.predictions(run), predictions.probabilities(run), first_index, second_index
    )


@store.cached(most=16, by_names=True)
def class_changes(run: Run, previous: Run) -> pd.DataFrame:
    """Table of `changes.per_class_changes` from the previous version to this one, same garments; read-only."""
    after, before = predictions.predictions(run), predictions.predictions(previous)
    return changes.per_class_changes(
        after["true_class"].to_numpy(),
        before["predicted_class"].to_numpy(),
        after["predicted_class"].to_numpy(),
        run.names,
    )
