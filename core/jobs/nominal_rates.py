"""What a garment costs by each recipe on a usual computer, for the times before this one was measured. Knows no torch.

The figures are those of two cores of 2024, see docs/benchmarks.md. Any training that ran here says how much faster or
slower this computer is, whatever its recipe.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.model import recipes
from core.store.runs import runs


@dataclass(frozen=True, kw_only=True, slots=True)
class Rates:
    """What one garment costs on this machine by one recipe."""

    learn_seconds: float
    """To learn from it once."""
    judge_seconds: float
    """To tag it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How many garments a catalogue has."""

    num_train: int
    """To learn from, those set aside for validation included."""
    num_test: int
    """To be judged on."""


NOMINAL = {
    "one-conv": Rates(learn_seconds=2.4e-4, judge_seconds=5e-5),
    "two-conv": Rates(learn_seconds=2.4e-4, judge_seconds=1e-4),
    "classroom": Rates(learn_seconds=2.4e-4, judge_seconds=5e-5),
    "quick": Rates(learn_seconds=2.6e-5, judge_seconds=4.9e-5),
    "standard": Rates(learn_seconds=1.4e-4, judge_seconds=2.9e-4),
    "thorough": Rates(learn_seconds=5e-4, judge_seconds=8.3e-4),
}
"""Recipe name -> what it costs there, for every recipe of `recipes.RECIPES`."""
AROUND_SECONDS = 8.0
"""Imports, export and saving."""
_LEAST_TIMES, _MOST_TIMES = 0.02, 50.0
"""Between a GPU and a machine that does many things besides."""


def computed(recipe: recipes.Recipe, size: Size, rates: Rates) -> float:
    """Seconds of a training: every round learns and validates; in the end all garments are looked at once."""
    num_validation = round(size.num_train * recipe.validation_share)
    num_learned = size.num_train - num_validation
    a_round = num_learned * rates.learn_seconds + num_validation * rates.judge_seconds
    return recipe.epochs * a_round + (num_learned + num_validation + size.num_test) * rates.judge_seconds


def seconds(
    recipe: recipes.Recipe, size: Size, published: Sequence[runs.Run], is_here: Callable[[runs.Run], bool]
) -> float | None:
    """How long that recipe takes here, as far as the trainings tell that ran here; None for an unknown recipe.

    Args:
        recipe: which.
        size: of the garments.
        published: every run, newest first.
        is_here: whether a run was trained on this computer.
    """
    rates = NOMINAL.get(recipe.name)
    if rates is None:
        return None
    return AROUND_SECONDS + times_slower(published, is_here) * computed(recipe, size, rates)


def times_slower(published: Sequence[runs.Run], is_here: Callable[[runs.Run], bool]) -> float:
    """How many times as long learning took here, by the fastest of the trainings that ran here; 1 before any."""
    known = (run for run in published if run.recipe_name in NOMINAL and run.train_seconds > 0 and is_here(run))
    found = [run.train_seconds / _learning(run) for run in known]
    return min(max(min(found, default=1.0), _LEAST_TIMES), _MOST_TIMES)


def _learning(run: runs.Run) -> float:
    """Seconds of its rounds by the nominal rates."""
    rates = NOMINAL[run.recipe_name]
    a_round = run.num_train * rates.learn_seconds + run.num_validation * rates.judge_seconds
    return max(int(run.recipe.get("epochs", 1)) * a_round, 1e-9)
