"""What every catalogue gives: pictures, labels and class names, immutable. Knows no file and no source."""

import hashlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core import errors
from core.catalogue import on_disk

_CHUNK = 4096
"""Pictures that are looked at together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CatalogueSplit:
    """Garments of one split: pictures with their labels, in a fixed order."""

    images: NDArray[np.uint8]
    """(N, H, W) grey values, 0 black (background) to 255 white, or (N, H, W, 3) colours; read-only."""
    labels: NDArray[np.int64]
    """(N,) class index, 0 to K - 1; read-only."""
    class_names: tuple[str, ...]
    """The K names of the classes; the position is the class index."""
    _fingerprint: str = field(init=False, repr=False, compare=False, default="")

    def __post_init__(self) -> None:
        images = np.ascontiguousarray(self.images)
        labels = np.ascontiguousarray(self.labels)
        _validate(images, labels, self.class_names)
        for name, array in (("images", images), ("labels", labels)):
            array = array.view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def fingerprint(self) -> str:
        """SHA-256 (64 hex digits) of shapes, class names, labels and pixels: equal exactly for equal garments."""
        if not self._fingerprint:  # worked out when first asked for: pages that show pictures never ask
            object.__setattr__(self, "_fingerprint", _fingerprint(self.images, self.labels, self.class_names))
        return self._fingerprint

    def take(self, positions: NDArray[np.int64]) -> "CatalogueSplit":
        """The garments at `positions` (M,), in that order, as a split of their own."""
        return CatalogueSplit(
            images=self.images[positions], labels=self.labels[positions], class_names=self.class_names
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """The garments of one source, cut into the three splits that training and judging need."""

    name: str
    """Key in `CATALOGUES`."""
    train: CatalogueSplit
    """What a model learns from."""
    validation: CatalogueSplit
    """Cut from the original training garments: curves and calibration. May be empty."""
    test: CatalogueSplit
    """Looked at once per run, after training."""
    train_positions: NDArray[np.int64]
    """(len(train),) position of each training garment in the original order of the source."""
    validation_positions: NDArray[np.int64]
    """(len(validation),) position of each validation garment in the original order of the source."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """The K names of the classes."""
        return self.test.class_names

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the three splits: changes with any picture, label, name or cut."""
        parts = (self.train.fingerprint, self.validation.fingerprint, self.test.fingerprint)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def cut(
    name: str, original_train: CatalogueSplit, test: CatalogueSplit, *, validation_share: float, validation_seed: int
) -> Catalogue:
    """A catalogue whose validation split is drawn from the original training garments.

    Args:
        name: key in `CATALOGUES`.
        original_train: all garments that may be learned from.
        test: kept as it is.
        validation_share: share of the training garments to set aside, in [0, 1).
        validation_seed: the same seed sets the same garments aside.

    Raises:
        CatalogueError: the share is outside [0, 1).
    """
    if not 0 <= validation_share < 1:
        raise errors.CatalogueError(f"The validation share must be at least 0 and below 1, got {validation_share!r}.")
    num_validation = round(len(original_train) * validation_share)
    order = np.random.default_rng(validation_seed).permutation(len(original_train))
    validation_positions = np.sort(order[:num_validation])
    train_positions = np.sort(order[num_validation:])
    return Catalogue(
        name=name,
        train=original_train.take(train_positions),
        validation=original_train.take(validation_positions),
        test=test,
        train_positions=train_positions,
        validation_positions=validation_positions,
    )


def _validate(images: NDArray[np.uint8], labels: NDArray[np.int64], class_names: tuple[str, ...]) -> None:
    has_colours = images.ndim == 4 and images.shape[-1] == 3
    if images.dtype != np.uint8 or not (images.ndim == 3 or has_colours):
        raise errors.CatalogueCorrupt(
            "Pictures must be an array (N, H, W) or (N, H, W, 3) of uint8, "
            f"got {images.dtype} with shape {images.shape}."
        )
    if labels.dtype != np.int64 or labels.ndim != 1:
        raise errors.CatalogueCorrupt(
            f"Labels must be an array (N,) of int64, got {labels.dtype} with shape {labels.shape}."
        )
    if len(images) != len(labels):
        raise errors.CatalogueCorrupt(f"There are {len(images)} pictures but {len(labels)} labels.")
    if len(set(class_names)) != len(class_names) or len(class_names) < 2:
        raise errors.CatalogueCorrupt(f"A catalogue needs at least two different class names, got {class_names!r}.")
    if len(labels) and not (labels.min() >= 0 and labels.max() < len(class_names)):
        wrong = labels[(labels < 0) | (labels >= len(class_names))][0]
        raise errors.CatalogueCorrupt(f"Labels must lie between 0 and {len(class_names) - 1}, found {int(wrong)}.")


def _fingerprint(images: NDArray[np.uint8], labels: NDArray[np.int64], class_names: tuple[str, ...]) -> str:
    digest = hashlib.sha256(repr((images.shape, class_names)).encode())
    digest.update(labels.astype("<i8").tobytes())
    for start in range(0, len(images), _CHUNK):  # pictures that lie on the disk need not be in memory all at once
        digest.update(images[start : start + _CHUNK].data)
        on_disk.let_go(images)
    return digest.hexdigest()
