"""What a training leaves behind: the classifier and how it came about."""

from dataclasses import dataclass

import pandas as pd

from core.model import network, recipes


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainedModel:
    """A classifier ready to answer, and how it came about."""

    module: network.Network
    """In eval mode: (N, 1, H, W) pixels in 0-1 -> (N, K) logits. Normalises and mirrors by itself."""
    history: pd.DataFrame
    """One row an epoch, in order: epoch (int64, from 1), train_loss, validation_loss, validation_accuracy (0-1),
    seconds (all float64); NaN where there is no validation split."""
    temperature: float | None
    """What logits are divided by before the softmax; None where there was no validation split to fit it on."""
    recipe: recipes.Recipe
    """What was followed."""
    class_names: tuple[str, ...]
    """The K names of the classes."""
    train_seconds: float
    """Wall time of the whole training: set-up, epochs, validation, calibration; of all parts if it was resumed."""
    mean: float
    """Of the training pixels in 0-1; also inside the module. 0 where the recipe does not normalise."""
    std: float
    """Spread of the same; also inside the module. 1 where the recipe does not normalise."""
