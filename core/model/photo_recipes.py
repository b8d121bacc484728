"""How a version of a retailer's own photos is made: frozen backbones and a linear head. Knows no torch."""

import json

import pydantic

from core import errors
from core.model import backbones


class PhotoRecipe(pydantic.BaseModel):
    """A training on photos in full: the same recipe, photos, seed and code give the same classifier."""

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str = pydantic.Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    """Key in `PHOTO_RECIPES`."""
    backbones: tuple[str, ...] = pydantic.Field(min_length=1)
    """Keys in `backbones.BACKBONES`, whose features stand side by side."""
    mirrored: bool = False
    """True averages the features of a photo and of its mirror image."""
    tuned: tuple[str, ...] = ()
    """Those of them whose last blocks are learned anew, see `core.model.tails`, and answer beside the linear head."""
    rounds: int = pydantic.Field(default=5, ge=1, le=100)
    """How often each photo is learned from where blocks are learned anew."""
    rate: float = pydantic.Field(default=3e-4, gt=0, le=1)
    """Highest rate of learning of those blocks."""
    head_votes: bool = True
    """Whether the linear head answers beside what is learned anew; on mere pixels it has nothing to say."""
    looseness: float = pydantic.Field(default=0.003, gt=0, le=100)
    """How freely the head may follow the photos: 1 / (looseness * photos) is the weight of its squared weights, as C of
    scikit-learn's logistic regression."""
    num_folds: int = pydantic.Field(default=5, ge=2, le=20)
    """Parts of the training photos, by group, each judged by a head that learned from the others."""

    @property
    def canonical_json(self) -> str:
        """The recipe as one line of JSON with sorted keys: equal exactly when the recipes are equal."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), allow_nan=False)


PHOTO_RECIPES = {
    "quick": PhotoRecipe(name="quick", backbones=("lite0",)),
    "standard": PhotoRecipe(name="standard", backbones=("lite0", "lite2")),
    "thorough": PhotoRecipe(
        name="thorough", backbones=("lite0", "lite1", "lite2"), mirrored=True, tuned=("lite0", "lite1", "lite2")
    ),
}
"""Recipe name -> recipe; each name also stands in `recipes.RECIPES`, so that one list of names serves both."""


def find(name: str) -> PhotoRecipe:
    """The recipe of that name.

    Raises:
        errors.RecipeError: there is none for photos; the message lists the choices.
    """
    if name not in PHOTO_RECIPES:
        raise errors.RecipeError(f"No recipe {name!r} for photos. Choose one of {', '.join(PHOTO_RECIPES)}.")
    return PHOTO_RECIPES[name]


def with_backbone(recipe: PhotoRecipe, name: str) -> PhotoRecipe:
    """The same with another network in place of its own; nothing of that one is learned anew."""
    return recipe.model_copy(update={"backbones": (name,), "tuned": ()})


def from_scratch(recipe: PhotoRecipe) -> PhotoRecipe:
    """The same without any network of others: one that begins with nothing learns from the pictures themselves."""
    rounds = {"quick": 10, "standard": 25, "thorough": 50}[recipe.name]
    changes = {"backbones": (backbones.PIXELS,), "tuned": (backbones.PIXELS,), "mirrored": False, "rounds": rounds,
               "rate": 4e-3, "head_votes": False, "num_folds": 3}  # fmt: skip
    return recipe.model_copy(update=changes)


def picture_side() -> int:
    """Height and width in which photos are prepared for all of them, in pixels."""
    return backbones.LARGEST_SIDE
