"""Mistakes grouped by look: three to six heaps of garments that the model sees alike, or the finding of none.

The features of a run are standardised, turned to their main directions, and grouped by k-means; the number of heaps is
that of the best silhouette (P. J. Rousseeuw, "Silhouettes: a graphical aid to the interpretation and validation of
cluster analysis", Journal of Computational and Applied Mathematics 20, 1987).
docs/experiments/themes.md tells how the limits were found. Runs in the web process, where scikit-learn must not be and
scipy.cluster would take long to import.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MIN_GARMENTS = 30
"""Fewer are not grouped: a page shows them all."""
MIN_IN_THEME = 5
"""A heap of fewer garments is no theme."""
NUM_THEMES = (3, 4, 5, 6)
"""The numbers of heaps that are tried."""

_NUM_DIRECTIONS = 6
_MOST_SPREADS = 2.5  # a feature counts no further from its mean: else a garment like no other is a heap of its own
_NUM_STARTS = 4
_MAX_ROUNDS = 50
_MAX_COMPARED = 1000  # garments whose distances are all worked out: the square of it in memory


@dataclass(frozen=True, kw_only=True, slots=True)
class Themes:
    """What the grouping found."""

    status: Literal["grouped", "too few", "cannot be told apart"]
    """Whether there are themes, and if not, why."""
    table: pd.DataFrame
    """One row a garment, theme after theme, the most typical first: garment (int64, as given), theme (int64, from 0,
    the largest first), distance (float64, 0 or more, to the centre of the theme, in the turned standardised
    features). Without themes it has no rows."""
    centres: NDArray[np.float32]
    """(T, D) mean features of the garments of each theme; T is 0 without themes. They belong to one version: another
    version has other features, whose numbers mean something else. A theme that is to be found again in another
    version is therefore kept as the list of its garments."""
    silhouette: float
    """Mean silhouette of the best grouping, -1 to 1, also where it was not clear enough; NaN where none was tried
    or none had large enough heaps."""


def themes(garments: NDArray[np.int64], features: NDArray[np.floating], *, seed: int = 0) -> Themes:
    """Groups the garments by look; the same garments, features and seed give the same themes.

    Args:
        garments: (M,) positions in the split, e.g. of all mistakes of one pair or one category.
        features: (M, D) of these garments, all by the same version.
        seed: of the starts of k-means.

    Raises:
        ValueError: the numbers of garments differ, or a feature is not a finite number.
    """
    if features.ndim != 2 or garments.shape != features.shape[:1]:
        raise ValueError(
            f"Garments (M,) and their features (M, D) are needed, got the shapes {garments.shape}, {features.shape}."
        )
    if not np.isfinite(features).all():
        raise ValueError("Features must be finite numbers; train this version again.")
    if len(garments) < MIN_GARMENTS:
        return _without("too few", features, np.nan)
    points = directions(features)
    theme_of, found = _best_grouping(points, np.random.default_rng(seed))
    if not found >= clear_silhouette(len(garments)):
        return _without("cannot be told apart", features, found)
    theme_of = _largest_first(theme_of)
    num_themes = int(theme_of.max()) + 1
    distance = np.linalg.norm(points - _means(points, theme_of, num_themes)[theme_of], axis=1)
    order = np.lexsort((garments, distance, theme_of))
    table = pd.DataFrame({"garment": garments.astype(np.int64), "theme": theme_of, "distance": distance})
    return Themes(
        status="grouped",
        table=table.iloc[order].reset_index(drop=True),
        centres=_means(features.astype(np.float64), theme_of, num_themes).astype(np.float32),
        silhouette=found,
    )


def clear_silhouette(num_garments: int) -> float:
    """From which mean silhouette heaps are called themes: what k-means makes of one cloud is almost always below.

    The fewer garments, the better one cloud can be cut by luck: docs/experiments/themes.md has those that were tried.
    """
    return 0.19 + 0.45 / math.sqrt(num_garments)


def directions(features: NDArray[np.floating]) -> NDArray[np.float64]:
    """(M, up to 6) the features along their main directions (principal components), after standardising each feature.

    Standardised features are cut off at 2.5 spreads, so that no single garment stands for a direction.

    Features that are equal for all garments are left out; where all are, every garment is at 0.
    """
    values = features.astype(np.float64)
    values = values[:, np.ptp(values, axis=0) > 0]
    if not values.size:
        return np.zeros((len(features), 1))
    standard = np.clip((values - values.mean(axis=0)) / values.std(axis=0), -_MOST_SPREADS, _MOST_SPREADS)
    _, axes = np.linalg.eigh(standard.T @ standard)  # the largest last
    turned: NDArray[np.float64] = standard @ axes[:, ::-1][:, :_NUM_DIRECTIONS]
    return turned


def silhouette(distances: NDArray[np.float64], theme_of: NDArray[np.int64]) -> float:
    """Mean silhouette, -1 to 1, of a grouping of M garments; a garment alone in its heap counts 0.

    Args:
        distances: (M, M) between the garments.
        theme_of: (M,) heap of each garment, 0 to T - 1, none of them empty, T at least 2.
    """
    sizes = np.bincount(theme_of)
    garments = np.arange(len(theme_of))
    sums = distances @ np.eye(len(sizes))[theme_of]
    within = sums[garments, theme_of] / np.maximum(sizes[theme_of] - 1, 1)
    means = sums / sizes
    means[garments, theme_of] = np.inf
    nearest = means.min(axis=1)
    larger = np.maximum(within, nearest)
    values = np.divide(nearest - within, larger, out=np.zeros(len(within)), where=larger > 0)
    return float(np.where(sizes[theme_of] > 1, values, 0).mean())


def _best_grouping(points: NDArray[np.float64], random: np.random.Generator) -> tuple[NDArray[np.int64], float]:
    """The heap of each garment and the mean silhouette; NaN where no number of heaps gave large enough heaps."""
    compared = np.sort(random.permutation(len(points))[:_MAX_COMPARED])
    distances = np.sqrt(_squared_distances(points[compared], points[compared]))
    np.fill_diagonal(distances, 0)  # rounding
    best, best_silhouette = np.zeros(len(points), dtype=np.int64), np.nan
    for num_themes in NUM_THEMES:
        theme_of = grouped(points, num_themes, random)
        if np.bincount(theme_of[compared], minlength=num_themes).min() < MIN_IN_THEME:
            continue
        found = silhouette(distances, theme_of[compared])
        if not found <= best_silhouette:
            best, best_silhouette = theme_of, found
    return best, best_silhouette


def grouped(points: NDArray[np.float64], num_themes: int, random: np.random.Generator) -> NDArray[np.int64]:
    """(M,) heap of each of the points (M, C), 0 to num_themes - 1: the tightest of several k-means groupings.

    S. P. Lloyd, "Least squares quantization in PCM", IEEE Transactions on Information Theory 28 (1982); starts as in
    D. Arthur, S. Vassilvitskii, "k-means++: The Advantages of Careful Seeding", SODA 2007. A heap may be left empty.
    """
    best, least = np.zeros(len(points), dtype=np.int64), np.inf
    for _ in range(_NUM_STARTS):
        theme_of, loss = _settled(points, _first_centres(points, num_themes, random))
        if loss < least:
            best, least = theme_of, loss
    return best


def _first_centres(points: NDArray[np.float64], num_themes: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Points far from each other: each next one drawn by the square of its distance to the nearest so far."""
    chosen = [int(random.integers(len(points)))]
    squares = _squared_distances(points, points[chosen])[:, 0]
    while len(chosen) < num_themes:
        total = squares.sum()
        chosen.append(int(random.choice(len(points), p=squares / total if total > 0 else None)))
        squares = np.minimum(squares, _squared_distances(points, points[chosen[-1:]])[:, 0])
    return points[chosen]


def _settled(points: NDArray[np.float64], centres: NDArray[np.float64]) -> tuple[NDArray[np.int64], float]:
    """Lloyd's rounds until no garment changes its heap: the heaps, and the sum of squared distances to the centres."""
    theme_of = np.full(len(points), -1, dtype=np.int64)
    for _ in range(_MAX_ROUNDS):
        squares = _squared_distances(points, centres)
        nearest = squares.argmin(axis=1)
        if np.array_equal(nearest, theme_of):
            break
        theme_of = nearest
        occupied = np.bincount(theme_of, minlength=len(centres)) > 0
        centres = np.where(occupied[:, None], _means(points, theme_of, len(centres)), centres)
    return theme_of, float(squares.min(axis=1).sum())


def _squared_distances(ones: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """(M, N) between (M, C) and (N, C), by products of matrices; rounding never makes one negative."""
    squares = (ones**2).sum(axis=1)[:, None] - 2 * ones @ others.T + (others**2).sum(axis=1)
    positive: NDArray[np.float64] = np.maximum(squares, 0)
    return positive


def _largest_first(theme_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same heaps, numbered by size; of equal ones the one with the earliest garment first."""
    _, first, sizes = np.unique(theme_of, return_index=True, return_counts=True)
    rank = np.empty(len(sizes), dtype=np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    return rank[theme_of]


def _means(values: NDArray[np.float64], theme_of: NDArray[np.int64], num_themes: int) -> NDArray[np.float64]:
    """(T, D) mean of the values (M, D) in each heap; 0 for an empty one."""
    members = np.eye(num_themes)[theme_of]
    means: NDArray[np.float64] = (members.T @ values) / np.maximum(members.sum(axis=0), 1)[:, None]
    return means


def _without(
    status: Literal["too few", "cannot be told apart"], features: NDArray[np.floating], found: float
) -> Themes:
    nobody = np.empty(0, dtype=np.int64)
    return Themes(
        status=status,
        table=pd.DataFrame({"garment": nobody, "theme": nobody, "distance": np.empty(0)}),
        centres=np.empty((0, features.shape[1]), dtype=np.float32),
        silhouette=found,
    )
