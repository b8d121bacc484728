"""Groups of garments in which a version is wrong more often than elsewhere: worked out once from what is stored."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.quality import looks, weak_groups
from core.quality.weak_groups import Candidate, WeakGroup
from core.store.runs import file_reader
from core.store.runs.runs import Run
from dashboard.data import predictions, store, views
from dashboard.data.predictions import Group
from dashboard.data.run_views import RunView


@store.cached(most=4)
def _looks(run: Run) -> Mapping[str, NDArray[np.float64]]:
    return looks.measured(file_reader.load_split(store.store(), run, "test").images)


@store.cached(most=4)
def _candidates(run: Run) -> list[Candidate]:
    return weak_groups.candidates(_looks(run), file_reader.load_features(store.store(), run).astype(np.float32))


@store.cached(most=16, spinner="Looking for groups that are wrong more often …")
def found(view: RunView) -> list[WeakGroup]:
    """The groups of `weak_groups.weak_groups` in these categories, those with most mistakes too many first; read-only.

    Raises:
        errors.ArtefactCorrupt: the pictures or the features are missing or changed.
    """
    table = views.predictions(view)
    return weak_groups.weak_groups(
        table["true_class"].to_numpy(), table["predicted_class"].to_numpy(), _candidates(view.run)
    )


def wrong_ones(view: RunView, group: WeakGroup) -> Group:
    """The garments of a group that are tagged wrongly, for a list of garments."""
    table = views.predictions(view)
    is_wrong = (table["true_class"] != table["predicted_class"]).to_numpy()
    name = ("weak group", group.words, group.is_heap, int(group.garments[0]), view.categories.group_of)
    return predictions.Group(name=name, garments=group.garments[is_wrong[group.garments]])
