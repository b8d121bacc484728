"""Training photos in the coordinates of `head_fitting`, kept in the home: from training to training labels change."""

import hashlib
import uuid
from pathlib import Path

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from core.catalogue.own.loading import OwnGarments
from core.model import code_version, head_fitting, heads, photo_recipes
from core.model.backbones import feature_files

MOST_KEPT = 4
"""Spaces that stay: of a catalogue by each recipe, and one of before."""


def space(
    home: Path, own: OwnGarments, recipe: photo_recipes.PhotoRecipe, features: feature_files.StoredFeatures
) -> head_fitting.Space:
    """The training photos in coordinates, worked out where they are not kept.

    Args:
        home: where they are kept.
        own: whose training photos.
        recipe: by which the features were made.
        features: of the training photos first, in their order.
    """
    parts = [code_version.code_version(code_version.PHOTOS), *recipe.backbones, str(recipe.mirrored), *own.train_photos]
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    path = home / "features" / f"space-{digest[:24]}.safetensors"
    found = _read(path)
    if found is None:
        found = head_fitting.space(_First(features, len(own.train_photos)), seed=0)
        axes = found.coordinates
        content = {"mean": axes.mean, "spread": axes.spread, "axes": axes.axes, "values": found.values}
        half = path.with_name(f"{uuid.uuid4().hex}.part")
        try:  # by its path, for as bytes it would be held twice
            safetensors.numpy.save_file({name: np.ascontiguousarray(array) for name, array in content.items()}, half)
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)
    path.touch()
    by_age = sorted(path.parent.glob("space-*.safetensors"), key=lambda other: other.stat().st_mtime)
    for other in by_age[:-MOST_KEPT]:
        other.unlink(missing_ok=True)
    return found


class _First:
    """The first of many photos."""

    def __init__(self, rows: feature_files.StoredFeatures, num: int) -> None:
        self._rows, self._num = rows, num

    def __len__(self) -> int:
        return self._num

    def take(self, positions: NDArray[np.int64]) -> NDArray[np.float16]:
        """(M, D) of the photos at those positions."""
        return self._rows.take(positions)


def _read(path: Path) -> head_fitting.Space | None:
    try:
        found = safetensors.numpy.load_file(path)
        values = found.pop("values")
        return head_fitting.Space(coordinates=heads.Coordinates(**found), values=values)
    except (OSError, KeyError, TypeError, SafetensorError):
        return None  # worked out anew
