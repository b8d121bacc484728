"""What the team wrote about telling two categories apart, where a category on screen may be several of the model's."""

import itertools

import numpy as np

from core.store.team import team
from dashboard.data import store
from dashboard.data.run_views import RunView


def written(view: RunView, first: int, second: int) -> dict[tuple[int, int], str]:
    """What was written of any two classes of two categories, by their class indices; of the first two at the front.

    A rule of two categories is kept under the first class of each, so what was written before a merge stays its own.
    """
    found, names = {}, view.run.class_names
    for pair in itertools.product(*(np.flatnonzero(view.categories.groups == index) for index in (first, second))):
        one, other = (int(index) for index in pair)
        if rule := team.pair_rule(store.store(), names[one], names[other]):
            found[one, other] = rule
    return found


def quoted(view: RunView, first: int, second: int) -> str:
    """All of it, one after the other; empty where nobody wrote anything."""
    return " ".join(dict.fromkeys(written(view, first, second).values()))
