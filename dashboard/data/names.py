"""What the team calls the categories and what mistakes between them cost, read and written for pages."""

import numpy as np
from numpy.typing import NDArray

from core.quality import comparison, cost
from core.store.runs.runs import Run
from core.store.team import costs, names
from core.store.team.costs import Costs
from dashboard.data import predictions, store
from dashboard.data.run_views import RunView


def costs_of(run: Run) -> Costs:
    """What mistakes between the categories of that version cost now."""
    return costs.current(store.store(), names.current(store.store(), run.class_names))


def save_costs(run: Run, levels: NDArray[np.int64] | None, *, who: str, expected: int) -> Costs:
    """See `costs.save`."""
    return costs.save(store.store(), names.current(store.store(), run.class_names), levels, who=who, expected=expected)


def weights_of(view: RunView) -> NDArray[np.int64]:
    """(K, K) what mistakes between the classes of that version weigh now; within a category of the view nothing."""
    return cost.without_merged(costs_of(view.run).weights, view.categories.groups)


def cost_change(view: RunView, live: Run, found: comparison.Comparison) -> cost.CostChange:
    """What changed in cost from the live version to that one, on the garments of their comparison."""
    before, after = predictions.predictions(live), predictions.predictions(view.run)
    first, second = found.garments["before"].to_numpy(), found.garments["after"].to_numpy()
    return cost.cost_change(
        before["true_class"].to_numpy()[first],
        before["predicted_class"].to_numpy()[first],
        after["predicted_class"].to_numpy()[second],
        weights_of(view),
    )
