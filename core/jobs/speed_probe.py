"""The short calibration before the first training of a recipe: a few steps of each, in a process of its own."""

import os

from core.jobs import estimates, nominal_rates, priority, records
from core.model import recipes
from core.store import Store

FIRST = ("quick", "standard", "thorough")
"""Recipes that are measured first: those that everybody is offered."""
_BUSY_SHARE = 0.6
"""Programs that want to run, for each core, from which on a computer is busy."""


def run(store: Store) -> None:
    """Measures every recipe, those people choose from first, and keeps what it has found after each.

    Gives up as soon as somebody trains, who would disturb it. What other work disturbs is kept as such, see
    `estimates.keep`.
    """
    was_busy = is_busy()  # before this process is busy itself
    from core.model import devices, speed  # imports torch: only this process may

    priority.step_back(store.settings.training_niceness)
    priority.bound_threads(store.settings.training_threads)
    rates: dict[str, nominal_rates.Rates] = {}
    for name in sorted(recipes.RECIPES, key=lambda name: name not in FIRST):
        if records.active(store):
            return
        learn_seconds, judge_seconds = speed.seconds_a_garment(recipes.RECIPES[name])
        rates[name] = nominal_rates.Rates(learn_seconds=learn_seconds, judge_seconds=judge_seconds)
        estimates.keep(store, rates, str(devices.choose()), is_busy=was_busy)


def is_busy() -> bool:
    """Whether other programs keep this computer busy; where it does not tell, it counts as idle."""
    if not hasattr(os, "getloadavg"):
        return False
    return os.getloadavg()[0] > _BUSY_SHARE * (os.cpu_count() or 1)
