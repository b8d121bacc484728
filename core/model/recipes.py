"""What to train: every field that changes the result, validated, and the recipes we know. Knows no torch."""

import hashlib
import json
from typing import Any, Literal

import pydantic

from core import errors

NUM_WIDTHS = {
    "one-conv": 0,
    "two-conv": 0,
    "unshuffled": 3,
    "stacked": 3,
    "residual": 3,
    "early-pool": 3,
    "pooled-stack": 3,
    "pooled-residual": 4,
}
"""Architecture name -> how many stage widths it takes; `architectures.ARCHITECTURES` has the same names."""


class Recipe(pydantic.BaseModel):
    """A training in full: the same recipe, garments, seed and code give the same classifier.

    Raises:
        RecipeError: a field is unknown, missing or out of range; one sentence names it.
    """

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str = pydantic.Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    """Key in `RECIPES`, or a name of your own: small letters, digits and hyphens."""
    architecture: str
    """Key in `architectures.ARCHITECTURES`."""
    widths: tuple[pydantic.PositiveInt, ...] = ()
    """Channels of each stage; as many as the architecture takes."""
    dropout: float = pydantic.Field(default=0.0, ge=0, lt=1)
    """Share of features dropped before the last layer."""
    epochs: int = pydantic.Field(ge=1, le=1000)
    """How many times every training garment is seen."""
    batch_size: int = pydantic.Field(ge=2, le=65536)
    """Garments a step; those that do not fill a last step are spread over the others."""
    optimizer: Literal["adam", "sgd", "muon"]
    """Adam; SGD with Nesterov momentum; or Muon for the filters and SGD for the rest."""
    learning_rate: float = pydantic.Field(gt=0, le=1e9)
    """Highest rate of the schedule."""
    filter_learning_rate: float = pydantic.Field(default=0.0, ge=0, le=1e9)
    """Highest rate for the filters, used by Muon alone."""
    momentum: float = pydantic.Field(default=0.9, ge=0, lt=1)
    """Of SGD and Muon; Adam ignores it."""
    weight_decay: float = pydantic.Field(default=0.0, ge=0, le=1)
    """Decay of the weight matrices and filters; biases and batch norms are not decayed."""
    schedule: Literal["constant", "triangular", "one-cycle"] = "constant"
    """Constant; up and down in straight lines; or up in a line and down along a cosine."""
    warmup_share: float = pydantic.Field(default=0.0, ge=0, lt=1)
    """Share of the steps over which the rate rises; ignored by the constant schedule."""
    label_smoothing: float = pydantic.Field(default=0.0, ge=0, lt=1)
    """Share of the target spread evenly over all classes (Szegedy et al., 2016)."""
    average_decay: float = pydantic.Field(default=0.0, ge=0, lt=1)
    """Decay a step of the moving average of the weights that is kept in the end; 0 keeps the last weights."""
    normalize: bool = True
    """True subtracts the training split's mean pixel and divides by its spread; False leaves pixels in 0-1."""
    flip: bool = False
    """True mirrors half of the garments left to right."""
    shift_pixels: int = pydantic.Field(default=0, ge=0, le=16)
    """Garments are moved by up to this many pixels in each direction."""
    erasing_probability: float = pydantic.Field(default=0.0, ge=0, le=1)
    """Share of garments with a rectangle replaced by noise (Zhong et al., 2017)."""
    test_time_flip: bool = False
    """True averages the answers to a garment and to its mirror image."""
    mixed_precision: bool = False
    """True learns in bfloat16 on GPUs and processors that compute it, such as those with AVX-512 BF16; others learn,
    and all answer, in float32."""
    validation_share: float = pydantic.Field(default=1 / 12, ge=0, lt=1)
    """Share of the original training garments held out for curves and calibration."""

    def __init__(self, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except pydantic.ValidationError as error:
            raise errors.RecipeError(_sentence(error.errors()[0])) from None

    @pydantic.field_validator("architecture")
    @classmethod
    def _architecture_is_known(cls, architecture: str) -> str:
        if architecture not in NUM_WIDTHS:
            raise ValueError(f"must be one of {', '.join(NUM_WIDTHS)}")
        return architecture

    @pydantic.model_validator(mode="after")
    def _fields_fit_together(self) -> "Recipe":
        num_widths = NUM_WIDTHS[self.architecture]
        if len(self.widths) != num_widths:
            raise errors.RecipeError(
                f"The recipe field 'widths' must have {num_widths} entries for the architecture "
                f"{self.architecture!r}, got {self.widths!r}."
            )
        if (self.optimizer == "muon") != (self.filter_learning_rate > 0):
            raise errors.RecipeError(
                "The recipe field 'filter_learning_rate' must be above 0 for the optimizer 'muon' and 0 for the "
                f"others, got {self.filter_learning_rate!r} for {self.optimizer!r}."
            )
        return self

    @property
    def canonical_json(self) -> str:
        """The recipe as one line of JSON with sorted keys: equal exactly when the recipes are equal."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), allow_nan=False)

    @property
    def digest(self) -> str:
        """SHA-256 (64 hex digits) of `canonical_json`."""
        return hashlib.sha256(self.canonical_json.encode()).hexdigest()


FOR_SUSPECTS = "quick"
"""Name of the recipe that is enough to find wrong labels: longer ones found no more (docs/experiments/suspects.md)."""

FOLDS_FOR_SUSPECTS = 5
"""Models that a search for wrong labels trains: each judges a fifth of the garments after learning from the others."""

RECIPES = {
    # The predecessors, faithfully: pixels in 0-1, plain Adam, all 60,000 garments, no calibration.
    "one-conv": Recipe(
        name="one-conv",
        architecture="one-conv",
        epochs=1,
        batch_size=10,
        optimizer="adam",
        learning_rate=1e-3,
        normalize=False,
        validation_share=0,
    ),
    "two-conv": Recipe(
        name="two-conv",
        architecture="two-conv",
        dropout=0.5,
        epochs=4,
        batch_size=64,
        optimizer="adam",
        learning_rate=1e-3,
        normalize=False,
        validation_share=0,
    ),
    "classroom": Recipe(
        name="classroom",
        architecture="one-conv",
        epochs=2,
        batch_size=10,
        optimizer="adam",
        learning_rate=1e-3,
        normalize=False,
        validation_share=0,
    ),
    # Ours; docs/experiments/ tells how they were found.
    "quick": Recipe(
        name="quick",
        architecture="early-pool",
        widths=(16, 48, 128),
        epochs=2,
        batch_size=128,
        optimizer="sgd",
        learning_rate=0.1,
        weight_decay=5e-4,
        schedule="triangular",
        warmup_share=0.2,
        flip=True,
        test_time_flip=True,
        mixed_precision=True,
    ),
    "standard": Recipe(
        name="standard",
        architecture="pooled-stack",
        widths=(48, 96, 128),
        epochs=11,
        batch_size=128,
        optimizer="sgd",
        learning_rate=0.1,
        weight_decay=5e-4,
        schedule="triangular",
        warmup_share=0.2,
        flip=True,
        test_time_flip=True,
        mixed_precision=True,
    ),
    "thorough": Recipe(
        name="thorough",
        architecture="pooled-residual",
        widths=(48, 96, 192, 128),
        epochs=24,
        batch_size=128,
        optimizer="sgd",
        learning_rate=0.1,
        weight_decay=5e-4,
        schedule="one-cycle",
        warmup_share=0.2,
        average_decay=0.998,
        flip=True,
        shift_pixels=1,
        erasing_probability=0.25,
        test_time_flip=True,
        mixed_precision=True,
    ),
}
"""Recipe name -> recipe."""


def find(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        RecipeError: there is none; the message lists the choices.
    """
    if name not in RECIPES:
        raise errors.RecipeError(f"No recipe {name!r}. Choose one of {', '.join(RECIPES)}.")
    return RECIPES[name]


def with_epochs(recipe: Recipe, epochs: int) -> Recipe:
    """The recipe with another number of epochs.

    Raises:
        RecipeError: the number is outside 1 to 1000.
    """
    return Recipe(**{**recipe.model_dump(), "epochs": epochs})


def _sentence(error: Any) -> str:
    field = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"A recipe has no field {field!r}. Its fields are {', '.join(Recipe.model_fields)}."
    if error["type"] == "missing":
        return f"The recipe field {field!r} is missing."
    demand = error["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    return f"The recipe field {field!r} {demand}, got {error['input']!r}."
