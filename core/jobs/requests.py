"""What can be asked for, checked before anything starts. Knows no database and no process."""

from dataclasses import dataclass, replace

from core import catalogue, errors
from core.catalogue import kept
from core.jobs.lanes import TRAINING, Kind
from core.model import photo_recipes, recipes
from core.settings import Settings

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
    """Key in `CATALOGUES`, or the name of an own catalogue; None: the default, or the built-in sample where it cannot
    be had."""
    seed: int = 0
    """Of everything random, at least 0."""
    epochs: int | None = None
    """Rounds over the training garments; None: the recipe's own."""
    again: bool = False
    """Train even where a run with the same recipe, data, seed and code exists."""
    kind: Kind = "training"
    """What for; the garments of "suspects" are those of the live version, where one is named of that catalogue."""

    def __post_init__(self) -> None:
        if self.catalogue is not None and not self.is_of_photos:
            catalogue.find(self.catalogue)
        if not 0 <= self.seed <= LARGEST_SEED:
            raise errors.RecipeError(f"The seed must lie between 0 and {LARGEST_SEED}, got {self.seed!r}.")
        if self.kind not in TRAINING.kinds:
            raise errors.JobError(f"A job is one of {', '.join(TRAINING.kinds)}, got {self.kind!r}.")
        if not self.is_of_photos:
            _with_epochs(self.recipe, self.epochs)
            return
        photo_recipes.find(self.recipe)
        if self.epochs is not None:
            raise errors.RecipeError("A training on photos has no rounds to choose. Leave the number of epochs out.")

    @property
    def is_of_photos(self) -> bool:
        """Whether its garments are the retailer's own photos; whether there are such is known to who trains."""
        own = self.catalogue is not None and self.catalogue not in catalogue.CATALOGUES
        return own and kept.NAME_PATTERN.fullmatch(str(self.catalogue)) is not None

    @property
    def full_recipe(self) -> recipes.Recipe | photo_recipes.PhotoRecipe:
        """The recipe with the epochs that were asked for."""
        return photo_recipes.find(self.recipe) if self.is_of_photos else self.network_recipe

    @property
    def network_recipe(self) -> recipes.Recipe:
        """The same where its garments are small grey pictures."""
        return _with_epochs(self.recipe, self.epochs)

    @property
    def num_rounds(self) -> int:
        """Rounds over the training garments; 0 where there are none to go on after."""
        return 0 if self.is_of_photos else self.network_recipe.epochs


def resolved(request: TrainingRequest, settings: Settings) -> TrainingRequest:
    """The request with the own catalogue that it means where it names none and one is in use.

    Raises:
        errors.CatalogueUnknown, errors.SettingsError: a catalogue that is named does not exist.
        errors.RecipeError: the recipe is none for photos.
    """
    named = catalogue.named_by(request.catalogue, settings)
    if request.kind != "training" or request.catalogue or named is None or named in catalogue.CATALOGUES:
        return request
    return replace(request, catalogue=named)


def _with_epochs(name: str, epochs: int | None) -> recipes.Recipe:
    recipe = recipes.find(name)
    return recipe if epochs is None else recipes.with_epochs(recipe, epochs)


def of_suspects(*, catalogue: str | None = None, seed: int = 0, epochs: int | None = None) -> TrainingRequest:
    """Asks for a list of the training garments of the live version (of that catalogue) whose label is unlikely."""
    return TrainingRequest(recipe=recipes.FOR_SUSPECTS, catalogue=catalogue, seed=seed, epochs=epochs, kind="suspects")
