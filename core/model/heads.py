"""A linear head on features that others made, as it is stored: it answers without torch; `head_fitting` learns it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from core import errors

_DESCRIPTION = "description"
_ARRAYS = ("weights", "bias", "mean", "spread", "axes")


@dataclass(frozen=True, kw_only=True, slots=True)
class Coordinates:
    """How features become coordinates."""

    mean: NDArray[np.float32]
    """(D,) of the training photos."""
    spread: NDArray[np.float32]
    """(D,) standard deviation of the same, above 0."""
    axes: NDArray[np.float32]
    """(D, M) orthonormal, of the largest spread first."""

    def of(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """(N, M) coordinates of (N, D) features."""
        found: NDArray[np.float32] = self.scaled(features) @ self.axes
        return found

    def scaled(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """(N, D) features with mean 0 and spread 1."""
        result: NDArray[np.float32] = np.divide(features.astype(np.float32) - self.mean, self.spread, dtype=np.float32)
        return result


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """What tells classes apart."""

    weights: NDArray[np.float32]
    """(D, K) on standardised features."""
    bias: NDArray[np.float32]
    """(K,)."""
    coordinates: Coordinates
    """Their first axes are what a version says of a photo."""

    def logits_and_features(self, features: NDArray[np.floating]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(N, K) logits and (N, M) coordinates of (N, D) features."""
        scaled = self.coordinates.scaled(features)
        return scaled @ self.weights + self.bias, scaled @ self.coordinates.axes


def to_bytes(head: Head, canonical_json: str, more: Mapping[str, NDArray[np.float32]] = MappingProxyType({})) -> bytes:
    """The content of a weights file: the head, with its recipe; equal heads give equal bytes.

    Args:
        head: what is kept.
        canonical_json: of the recipe.
        more: tensors of a version that has other parts besides.
    """
    found = head.coordinates
    arrays = (head.weights, head.bias, found.mean, found.spread, found.axes)
    content = {name: np.ascontiguousarray(array) for name, array in zip(_ARRAYS, arrays, strict=True)} | dict(more)
    return safetensors.numpy.save(content, {_DESCRIPTION: json.dumps({"recipe": json.loads(canonical_json)})})


def load(path: Path, num_features: int, num_classes: int) -> Head:
    """The head in the file.

    Raises:
        errors.ArtefactCorrupt: the file is missing, unreadable, of other features or classes, or not finite.
    """
    try:
        found = safetensors.numpy.load_file(path)
        weights, bias, mean, spread, axes = (found[name] for name in _ARRAYS)
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise errors.ArtefactCorrupt(f"The head {path.name!r} cannot be read ({error}). Train again.") from None
    shapes = (weights.shape, bias.shape, mean.shape, spread.shape, axes.shape[:1])
    if shapes != ((num_features, num_classes), (num_classes,), *[(num_features,)] * 3):
        raise errors.ArtefactCorrupt(
            f"The head {path.name!r} is for {weights.shape} features and classes, not for "
            f"{(num_features, num_classes)}. Train again."
        )
    if not all(np.isfinite(array).all() for array in (weights, bias, mean, spread, axes)):
        raise errors.ArtefactCorrupt(f"The head {path.name!r} holds values that are no numbers. Train again.")
    return Head(weights=weights, bias=bias, coordinates=Coordinates(mean=mean, spread=spread, axes=axes))
