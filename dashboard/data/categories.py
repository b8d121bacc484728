"""What a version does with one category, or with two: worked out once from its stored results, for pages.

With `dashboard.data.runs` a user of Streamlit's caches.
"""

import pandas as pd

from core.quality import two_classes
from core.store.runs.runs import Run
from dashboard.data import predictions, store


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
