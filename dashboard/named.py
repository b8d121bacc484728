"""What the team calls the categories and what mistakes between them cost, read and written for pages.

With `dashboard.stored`, `dashboard.decided` and `dashboard.reviewed` a reader of core.store.
"""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from core.naming import Naming
from core.quality import comparison, cost
from core.store import choices, costs, names
from core.store.choices import Choice
from core.store.costs import Costs
from core.store.runs import Run
from dashboard import stored


def naming_of(run: Run) -> Naming:
    """What the categories of that version are called now."""
    return names.current(stored.store(), run.class_names)


def save_names(named: Naming, *, who: str, merges: Collection[str], expected: int) -> Naming:
    """See `names.save`."""
    return names.save(stored.store(), named, who=who, merges=merges, expected=expected)


def last_choice(run: Run) -> Choice | None:
    """Who chose the names last, and when; None where nobody has."""
    return choices.last(stored.store(), names.name_of(run.class_names))


def costs_of(run: Run) -> Costs:
    """What mistakes between the categories of that version cost now."""
    return costs.current(stored.store(), naming_of(run))


def save_costs(run: Run, levels: NDArray[np.int64] | None, *, who: str, expected: int) -> Costs:
    """See `costs.save`."""
    return costs.save(stored.store(), naming_of(run), levels, who=who, expected=expected)


def cost_change(run: Run, live: Run, found: comparison.Comparison) -> cost.CostChange:
    """What changed in cost from the live version to that one, on the garments of their comparison."""
    before, after = stored.predictions(live), stored.predictions(run)
    first, second = found.garments["before"].to_numpy(), found.garments["after"].to_numpy()
    return cost.cost_change(
        before["true_class"].to_numpy()[first],
        before["predicted_class"].to_numpy()[first],
        after["predicted_class"].to_numpy()[second],
        costs_of(run).weights,
    )
