"""The network of a version that learned from photos, as it answers: for tagging, and for maps of where it looked."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.model import backbones, heads, photo_recipes
from core.store.base import artefacts


def answers(
    home: Path, artefact: str, recipe: photo_recipes.PhotoRecipe, num_classes: int, *, threads: int | None
) -> Callable[[NDArray[np.uint8]], tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Gives (N, K) logits and (N, D) features of (N, H, W, 3) pictures.

    Args:
        home: where the version's files and the networks of others lie.
        artefact: digest of the version's files.
        recipe: of the version.
        num_classes: K.
        threads: that work at once; None: one a core.

    Raises:
        errors.ArtefactCorrupt: a file of the version is missing or changed.
        errors.BackboneMissing: a network of others is not there.
    """
    from core.model import tuned  # both import ONNX Runtime, which no page may
    from core.model.backbones import describer, own

    own.register(home, recipe.backbones)
    path = artefacts.verified(home, artefact, "weights.safetensors")
    learned = heads.load(path, backbones.num_features(recipe.backbones), num_classes)
    if recipe.tuned:
        export = artefacts.verified(home, artefact, "network.onnx")
        return tuned.answers(export, recipe, learned, threads=threads)
    described = describer.load(home, recipe.backbones, mirrored=recipe.mirrored, threads=threads)
    # Features were kept in half precision when the head was learned.
    return lambda pictures: learned.logits_and_features(described.features(pictures).astype(np.float16))
