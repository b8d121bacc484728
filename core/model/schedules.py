"""Learning rate over the training, as a share of its highest value. Pure."""

import math

from core.model import recipes


def rate_share(recipe: recipes.Recipe, progress: float) -> float:
    """Share of the highest learning rate, 0-1, once the share `progress` (0-1) of all steps is done.

    Source: one-cycle and triangular rates, Smith (2017); the cosine, Loshchilov and Hutter (2017).
    """
    if recipe.schedule == "constant":
        return 1.0
    if progress < recipe.warmup_share:
        return progress / recipe.warmup_share
    remaining = (1 - progress) / (1 - recipe.warmup_share)
    if recipe.schedule == "triangular":
        return remaining
    return (1 - math.cos(math.pi * remaining)) / 2
