"""A picture of all garments as the model sees them: those that it sees as alike lie beside each other.

Every garment is drawn to those most like it and away from others drawn at random, as in L. McInnes, J. Healy,
J. Melville, "UMAP: Uniform Manifold Approximation and Projection for Dimension Reduction", arXiv:1802.03426 (2018),
beginning with the two main directions of the features. docs/benchmarks.md compares it with those alone and with t-SNE.
Runs in the web process, where scikit-learn must not be. The axes mean nothing, nor does how far groups lie apart.
"""

import numpy as np
from numpy.typing import NDArray

STEPS = 65_535
"""Places are kept and sent as whole numbers from 0 to this: four bytes a garment."""
NUM_ALIKE = 12
"""Garments to which each one is drawn."""
NUM_ROUNDS = 120
_NUM_PUSHES = 3
_CURVE = (1.577, 0.895)  # of the paper's default spread 1 and least distance 0.1
_LONGEST_STEP = 4.0
_SIZE = 10.0  # half the width of the beginning
_OUTERMOST = 0.001  # share of the garments at either rim that is not let stretch the picture


def positions(features: NDArray[np.floating], similar: NDArray[np.integer], *, seed: int = 0) -> NDArray[np.float32]:
    """(N, 2) places between 0 and 1, x and y; the same garments give the same.

    Args:
        features: (N, D) of the garments, all by the same version.
        similar: (N, M) positions of the garments most like each, the nearest first; M may be 0.
        seed: of what pushes away what.

    Raises:
        ValueError: the numbers of garments differ, or a feature is not a finite number.
    """
    if features.ndim != 2 or similar.ndim != 2 or len(features) != len(similar):
        raise ValueError(f"Features (N, D) and alike garments (N, M) are needed: {features.shape}, {similar.shape}.")
    if not np.isfinite(features).all():
        raise ValueError("Features must be finite numbers; train this version again.")
    places = _main_directions(features)
    alike = np.asarray(similar[:, :NUM_ALIKE], dtype=np.int64)
    random = np.random.default_rng(seed)
    for number in range(NUM_ROUNDS if len(features) > 3 and alike.size else 0):
        step = _pulled(places, alike) + _pushed(places, random)
        places = places + np.float32(1 - number / NUM_ROUNDS) * step
    return _between_0_and_1(places)


def within(
    places: NDArray[np.floating] | NDArray[np.integer], x: tuple[float, float], y: tuple[float, float]
) -> NDArray[np.int64]:
    """Positions, rising, of the garments within a box, its rim included; either end may be given first.

    Args:
        places: (N, 2) as `positions` gives them, or on any other scale.
        x: the two ends of the box from left to right.
        y: the two ends from bottom to top.
    """
    inside = np.ones(len(places), dtype=bool)
    for axis, ends in enumerate((x, y)):
        inside &= (places[:, axis] >= min(ends)) & (places[:, axis] <= max(ends))
    return np.flatnonzero(inside)


def _main_directions(features: NDArray[np.floating]) -> NDArray[np.float32]:
    """(N, 2) along the two directions in which garments differ most, up to `_SIZE` from 0."""
    values = features.astype(np.float64)
    values -= values.mean(axis=0) if len(values) else 0.0
    axes = np.linalg.eigh(values.T @ values)[1][:, ::-1][:, :2] if values.size else np.zeros((values.shape[1], 2))
    # Which way round a direction is given is a matter of the machine: its largest part is taken as positive.
    largest = np.abs(axes).argmax(axis=0) if axes.size else np.zeros(axes.shape[1], dtype=np.int64)
    turned = values @ (axes * np.where(axes[largest, range(axes.shape[1])] < 0, -1, 1) if axes.size else axes)
    places = np.zeros((len(values), 2))
    places[:, : turned.shape[1]] = turned
    farthest = np.abs(places).max(initial=0.0)
    scaled: NDArray[np.float32] = (_SIZE * places / (farthest or 1.0)).astype(np.float32)
    return scaled


def _pulled(places: NDArray[np.float32], alike: NDArray[np.int64]) -> NDArray[np.float32]:
    """(N, 2) the mean pull of the garments that are alike, both ways."""
    slope, power = np.float32(_CURVE[0]), np.float32(_CURVE[1])
    apart = places[:, None] - places[alike]
    squares = (apart**2).sum(axis=2)
    near = squares <= 1e-9
    squares[near] = 1.0
    force = -2 * slope * power * squares ** (power - 1) / (1 + slope * squares**power)
    force[near] = 0
    steps = np.clip(force[..., None] * apart, -_LONGEST_STEP, _LONGEST_STEP)
    others = alike.ravel()
    back = np.stack([np.bincount(others, steps[..., axis].ravel(), len(places)) for axis in (0, 1)], axis=1)
    pulled: NDArray[np.float32] = ((steps.sum(axis=1) - back) / alike.shape[1]).astype(np.float32)
    return pulled


def _pushed(places: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """(N, 2) the push away from a few garments drawn at random."""
    slope, power = np.float32(_CURVE[0]), np.float32(_CURVE[1])
    steps = np.zeros_like(places)
    for _ in range(_NUM_PUSHES):
        apart = places - places[random.permutation(len(places))]
        squares = (apart**2).sum(axis=1)
        force = 2 * power / ((np.float32(0.001) + squares) * (1 + slope * squares**power))
        steps += np.clip(force[:, None] * apart, -_LONGEST_STEP, _LONGEST_STEP)
    return steps


def _between_0_and_1(places: NDArray[np.float32]) -> NDArray[np.float32]:
    """Stretched to the whole square, each axis by itself; the very outermost are drawn in to the rim."""
    if not len(places):
        return places
    low, high = np.quantile(places, [_OUTERMOST, 1 - _OUTERMOST], axis=0)
    width = np.where(high > low, high - low, 1.0)
    inside: NDArray[np.float32] = np.clip((places - low) / width, 0, 1).astype(np.float32)
    return inside
