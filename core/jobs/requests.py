"""What can be asked for, checked before anything starts. Knows no database and no process."""

from dataclasses import dataclass

from core import catalogue, errors
from core.jobs.lanes import TRAINING, Kind
from core.model import recipes

LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingRequest:
    """What to train.

    Raises:
        errors.RecipeError: no such recipe, or seed or epochs out of range.
        errors.CatalogueUnknown: no such catalogue.
        errors.JobError: no such kind.
    """

    recipe: str
    """Key in `RECIPES`."""
    catalogue: str | None = None
    """Key in `CATALOGUES`; None: the default, or the built-in sample where it cannot be had."""
    seed: int = 0
    """Of everything random, at least 0."""
    epochs: int | None = None
    """Rounds over the training garments; None: the recipe's own."""
    again: bool = False
    """Train even where a run with the same recipe, data, seed and code exists."""
    kind: Kind = "training"
    """What for; the garments of "suspects" are those of the live version."""

    def __post_init__(self) -> None:
        if self.catalogue is not None:
            catalogue.find(self.catalogue)
        if not 0 <= self.seed <= LARGEST_SEED:
            raise errors.RecipeError(f"The seed must lie between 0 and {LARGEST_SEED}, got {self.seed!r}.")
        if self.kind not in TRAINING.kinds:
            raise errors.JobError(f"A job is one of {', '.join(TRAINING.kinds)}, got {self.kind!r}.")
        _with_epochs(self.recipe, self.epochs)

    @property
    def full_recipe(self) -> recipes.Recipe:
        """The recipe with the epochs that were asked for."""
        return _with_epochs(self.recipe, self.epochs)


def _with_epochs(name: str, epochs: int | None) -> recipes.Recipe:
    recipe = recipes.find(name)
    return recipe if epochs is None else recipes.with_epochs(recipe, epochs)


def of_suspects(*, seed: int = 0, epochs: int | None = None) -> TrainingRequest:
    """Asks for a list of the training garments of the live version whose label is unlikely."""
    return TrainingRequest(recipe=recipes.FOR_SUSPECTS, seed=seed, epochs=epochs, kind="suspects")
