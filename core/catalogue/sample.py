"""The sample catalogue: garments drawn by the program, so that every screen works without internet.

The same ten classes as Fashion-MNIST, as hard in the same places, with wrong labels planted on purpose and known.
What the garments look like is in `silhouettes`; here they are counted, shuffled, lit, photographed and labelled.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import errors
from core.catalogue import silhouettes, sketch
from core.catalogue.split import CatalogueSplit

TITLE = "Sample garments"
NOTE = "Garments drawn by the program, not photographs."
CLASS_NAMES = tuple(silhouettes.DRAWINGS)
"""The ten kinds; the position is the class index, as in Fashion-MNIST."""

PLANTED_SHARE = {"train": 0.02, "test": 0.01}
"""Share of the garments of a split that carry a wrong label."""
_PLAUSIBLE_SHARE = 0.8  # of the exchanges of labels; the others are between any two classes
_PLAUSIBLE_EXCHANGES: Mapping[tuple[str, str], float] = {
    ("Shirt", "T-shirt/top"): 5,
    ("Pullover", "Coat"): 4,
    ("Sneaker", "Ankle boot"): 3,
    ("Shirt", "Coat"): 2,
    ("Shirt", "Pullover"): 2,
    ("Dress", "T-shirt/top"): 1,
    ("Sandal", "Sneaker"): 2,
}
# Streams of chance: what is drawn never depends on how labels are exchanged, nor one split on the other.
_SPLITS = {"train": 0, "test": 1}
_SHUFFLE, _DRAW, _FINISH, _PLANT = range(4)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlantedSplit:
    """Which garments of one split carry a wrong label."""

    positions: NDArray[np.int64]
    """(P,) positions in the split, ascending; read-only."""
    true_class: NDArray[np.int64]
    """(P,) class index of what the picture shows; read-only."""
    labels: NDArray[np.int64]
    """(P,) class index of the wrong label it carries; read-only."""

    def __len__(self) -> int:
        return len(self.positions)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlantedLabels:
    """The wrong labels of the sample catalogue."""

    train: PlantedSplit
    """2 % of the original training garments, before validation is cut from them."""
    test: PlantedSplit
    """1 % of the test garments."""


def load_splits(num_train: int = 6000, num_test: int = 1000, seed: int = 0) -> tuple[CatalogueSplit, CatalogueSplit]:
    """The training and the test garments, each balanced over the classes and shuffled.

    Args:
        num_train: number of training garments.
        num_test: number of test garments.
        seed: another seed draws other garments; the same seed draws the same ones.

    Raises:
        CatalogueError: a number or the seed is negative.
    """
    return _split("train", num_train, seed), _split("test", num_test, seed)


def planted_labels(num_train: int = 6000, num_test: int = 1000, seed: int = 0) -> PlantedLabels:
    """Which garments of `load_splits` with the same arguments carry a wrong label, and what they really are.

    Labels are exchanged between two garments, so that the classes stay balanced: the number of wrong labels is
    the share (`PLANTED_SHARE`) rounded to an even number.

    Raises:
        CatalogueError: a number or the seed is negative.
    """
    return PlantedLabels(
        train=_planted("train", _true_classes("train", num_train, seed), seed),
        test=_planted("test", _true_classes("test", num_test, seed), seed),
    )


def _split(name: str, num_garments: int, seed: int) -> CatalogueSplit:
    true_class = _true_classes(name, num_garments, seed)
    planted = _planted(name, true_class, seed)
    labels = true_class.copy()
    labels[planted.positions] = planted.labels
    drawings = _drawings(true_class, _stream(name, _DRAW, seed))
    images = _photographs(drawings, _stream(name, _FINISH, seed))
    return CatalogueSplit(images=images, labels=labels, class_names=CLASS_NAMES)


def _stream(split_name: str, purpose: int, seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, _SPLITS[split_name], purpose])


def _true_classes(split_name: str, num_garments: int, seed: int) -> NDArray[np.int64]:
    """What each garment is, (num_garments,): balanced as far as the number can be divided, shuffled."""
    if num_garments < 0 or seed < 0:
        raise errors.CatalogueError(
            f"The sample catalogue needs numbers from 0, got {num_garments!r} garments and seed {seed!r}."
        )
    classes = np.arange(num_garments, dtype=np.int64) % len(CLASS_NAMES)
    return _stream(split_name, _SHUFFLE, seed).permutation(classes)


def _planted(split_name: str, true_class: NDArray[np.int64], seed: int) -> PlantedSplit:
    dice = sketch.Dice(_stream(split_name, _PLANT, seed))
    wrong: dict[int, int] = {}
    for _ in range(round(len(true_class) * PLANTED_SHARE[split_name] / 2)):
        pair = _exchanged_classes(dice)
        first, second = (_unplanted_garment(true_class, class_index, wrong, dice) for class_index in pair)
        wrong[first], wrong[second] = pair[1], pair[0]
    positions = np.array(sorted(wrong), dtype=np.int64)
    labels = np.array([wrong[position] for position in sorted(wrong)], dtype=np.int64)
    shown = true_class[positions]
    for array in (positions, labels, shown):
        array.flags.writeable = False
    return PlantedSplit(positions=positions, true_class=shown, labels=labels)


def _exchanged_classes(dice: sketch.Dice) -> tuple[int, int]:
    if dice.chance(_PLAUSIBLE_SHARE):
        first, second = dice.pick(_PLAUSIBLE_EXCHANGES)
        return CLASS_NAMES.index(first), CLASS_NAMES.index(second)
    first_index = int(dice.number() * len(CLASS_NAMES))
    step = 1 + int(dice.number() * (len(CLASS_NAMES) - 1))
    return first_index, (first_index + step) % len(CLASS_NAMES)


def _unplanted_garment(
    true_class: NDArray[np.int64], class_index: int, wrong: Mapping[int, int], dice: sketch.Dice
) -> int:
    candidates = [int(position) for position in np.flatnonzero(true_class == class_index) if position not in wrong]
    return candidates[int(dice.number() * len(candidates))]


def _drawings(true_class: NDArray[np.int64], stream: np.random.Generator) -> NDArray[np.uint8]:
    """One drawing a garment, (N, 28, 28), in clean greys."""
    dice = sketch.Dice(stream)
    drawings = np.empty((len(true_class), sketch.SIZE, sketch.SIZE), dtype=np.uint8)
    draw = list(silhouettes.DRAWINGS.values())
    for position, class_index in enumerate(true_class.tolist()):
        sheet = sketch.Sheet(
            scale=dice.between(0.9, 1.02),
            shift=(dice.between(-0.9, 0.9), dice.between(-0.7, 0.7)),
            lean=dice.between(-0.03, 0.03),
        )
        draw[class_index](sheet, dice)
        drawings[position] = sheet.picture()
    return drawings


_BATCH = 500  # garments lit at a time: fits the processor's cache, and keeps memory small
_FOLDS = (5, 6)  # light and dark places on the cloth, down and across


def _photographs(drawings: NDArray[np.uint8], stream: np.random.Generator) -> NDArray[np.uint8]:
    """The drawings as if photographed, (N, 28, 28): folds, rounded edges, grain, a lens that is not quite sharp.

    Sums and products element by element only, so that every machine gives the same bytes.
    """
    images = np.empty_like(drawings)
    for start in range(0, len(drawings), _BATCH):
        drawn = drawings[start : start + _BATCH].astype(np.float32)
        grain = stream.random(drawn.shape, dtype=np.float32) - 0.5
        folds = _stretched(stream.random((len(drawn), *_FOLDS), dtype=np.float32) - 0.5)
        depth, roughness, softness, light = stream.random((4, len(drawn), 1, 1), dtype=np.float32)
        near_cloth = _blurred(_blurred(np.where(drawn > 8, np.float32(1), np.float32(0))))
        lit = drawn + 0.5 * softness * (_blurred(drawn) - drawn)
        lit *= 0.8 + 0.2 * near_cloth
        lit *= 1 + (0.2 + 0.4 * depth) * folds
        lit *= 1 + (0.03 + 0.17 * roughness) * grain
        lit *= 0.9 + 0.2 * light
        images[start : start + _BATCH] = np.clip(lit, 0, 255).astype(np.uint8)
    return images


def _blurred(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each pixel averaged with its neighbours, weights 1 2 1 down and across; black beyond the edges."""
    padded = np.pad(images, [(0, 0), (1, 1), (1, 1)])
    down: NDArray[np.float32] = (padded[:, :-2] + padded[:, 2:]) * 0.25 + padded[:, 1:-1] * 0.5
    both: NDArray[np.float32] = (down[:, :, :-2] + down[:, :, 2:]) * 0.25 + down[:, :, 1:-1] * 0.5
    return both


def _stretched(coarse: NDArray[np.float32]) -> NDArray[np.float32]:
    """A coarse grid (N, R, C) drawn out to (N, 28, 28), linearly between its points."""
    for axis in (1, 2):
        places = np.arange(sketch.SIZE) * ((coarse.shape[axis] - 1) / sketch.SIZE)
        low = places.astype(np.int64)
        share = (places - low).astype(np.float32).reshape((-1, 1) if axis == 1 else (1, -1))
        coarse = coarse.take(low, axis) * (1 - share) + coarse.take(low + 1, axis) * share
    return coarse
