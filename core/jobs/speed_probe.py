"""The short calibration before the first training of a recipe: a few steps of each, in a process of its own."""

from core.jobs import estimates, priority, records
from core.model import recipes
from core.store import Store


def run(store: Store) -> None:
    """Measures every recipe and keeps what it found; gives up as soon as somebody trains, who would disturb it."""
    from core.model import devices, speed  # imports torch: only this process may

    priority.step_back(store.settings.training_niceness)
    priority.bound_threads(store.settings.training_threads)
    rates = {}
    for recipe in recipes.RECIPES.values():
        if records.active(store):
            return
        learn_seconds, judge_seconds = speed.seconds_a_garment(recipe)
        rates[recipe.name] = estimates.Rates(learn_seconds=learn_seconds, judge_seconds=judge_seconds)
    estimates.keep(store, rates, str(devices.choose()))
