"""What the team calls the categories and what mistakes between them cost, read and written for pages.

With `dashboard.data.runs`, `dashboard.data.live` and `dashboard.data.verdicts` a reader of core.store.
"""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from core.quality import comparison, cost
from core.retail.naming import Naming
from core.store.base import choices
from core.store.base.choices import Choice
from core.store.runs.runs import Run
from core.store.team import costs, names
from core.store.team.costs import Costs
from dashboard.data import predictions, store


def naming_of(run: Run) -> Naming:
    """What the categories of that version are called now."""
    return names.current(store.store(), run.class_names)


def save_names(named: Naming, *, who: str, merges: Collection[str], expected: int) -> Naming:
    """See `names.save`."""
    return names.save(store.store(), named, who=who, merges=merges, expected=expected)


def last_choice(run: Run) -> Choice | None:
    """Who chose the names last, and when; None where nobody has."""
    return choices.last(store.store(), names.name_of(run.class_names))


def costs_of(run: Run) -> Costs:
    """What mistakes between the categories of that version cost now."""
    return costs.current(store.store(), naming_of(run))


def save_costs(run: Run, levels: NDArray[np.int64] | None, *, who: str, expected: int) -> Costs:
    """See `costs.save`."""
    return costs.save(store.store(), naming_of(run), levels, who=who, expected=expected)


def cost_change(run: Run, live: Run, found: comparison.Comparison) -> cost.CostChange:
    """What changed in cost from the live version to that one, on the garments of their comparison."""
    before, after = predictions.predictions(live), predictions.predictions(run)
    first, second = found.garments["before"].to_numpy(), found.garments["after"].to_numpy()
    return cost.cost_change(
        before["true_class"].to_numpy()[first],
        before["predicted_class"].to_numpy()[first],
        after["predicted_class"].to_numpy()[second],
        costs_of(run).weights,
    )
