"""What a version does with one category, or with two: worked out once from its stored results, for pages."""

import pandas as pd

from core.quality import two_classes
from dashboard.data import store, views
from dashboard.data.run_views import RunView


@store.cached(most=64)
def typical(view: RunView, index: int) -> pd.DataFrame:
    """Garments of a category that were tagged correctly, surest first; read-only."""
    return two_classes.typical(views.predictions(view), index)


@store.cached(most=64)
def borderline(view: RunView, first: int, second: int) -> pd.DataFrame:
    """Table of `two_classes.borderline`: garments between two categories, by the model's lean; read-only.

    Of a version of which it is not known what it weighs, those it mixed up, see `two_classes.mixed_up`.
    """
    if not view.run.weighs_others:
        return two_classes.mixed_up(views.predictions(view), first, second)
    return two_classes.borderline(views.predictions(view), views.probabilities(view), first, second)
