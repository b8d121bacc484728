"""Learns a linear head on features that others made: multinomial logistic regression, by torch, in bounded memory.

The features are turned into as many coordinates as there are photos to span them (at most `MOST_COORDINATES`), which
changes neither distances nor what a penalty on squared weights prefers: a head learned there is one on the features.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.model.heads import Coordinates, Head

MOST_COORDINATES = 2048
MOST_SPANNING = 4096
"""Photos by which the coordinates are found."""
NUM_KEPT = 256
"""Coordinates, those of the largest spread, that are kept as what a version says of a photo."""
_CHUNK = 2048
_ROUNDS = 40
_SMALLEST = 1e-6


class Rows(Protocol):
    """(N, D) features, some at a time."""

    def __len__(self) -> int:
        """N."""

    def take(self, positions: NDArray[np.int64]) -> NDArray[np.float16] | NDArray[np.float32]:
        """(M, D) of the photos at those positions."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Space:
    """N photos in coordinates; does not depend on their labels, so corrections leave it as it is."""

    coordinates: Coordinates
    """How features become coordinates."""
    values: NDArray[np.float32]
    """(N, M) of the photos."""


def space(rows: Rows, seed: int) -> Space:
    """The photos in the coordinates that they span."""
    found = coordinates(rows, seed)
    return Space(coordinates=found, values=transformed(rows, found))


def coordinates(rows: Rows, seed: int) -> Coordinates:
    """The coordinates that the photos span, found on `MOST_SPANNING` of them where there are more."""
    num = len(rows)
    total: NDArray[np.float64] = np.zeros(rows.take(np.arange(1)).shape[1])
    squares = np.zeros_like(total)
    for start in range(0, num, _CHUNK):
        some = rows.take(np.arange(start, min(start + _CHUNK, num))).astype(np.float64)
        total, squares = total + some.sum(axis=0), squares + (some**2).sum(axis=0)
    mean = total / num
    spread = np.sqrt(np.maximum(squares / num - mean**2, 0))
    spread[spread < _SMALLEST] = 1.0
    chosen = np.arange(num)
    if num > MOST_SPANNING:
        chosen = np.sort(np.random.default_rng(seed).permutation(num)[:MOST_SPANNING])
    scaled = torch.from_numpy(((rows.take(chosen) - mean) / spread).astype(np.float32))
    values, vectors = torch.linalg.eigh(scaled @ scaled.T)
    order = torch.argsort(values, descending=True)
    order = order[values[order] > values.max() * 1e-6][:MOST_COORDINATES]
    axes = scaled.T @ (vectors[:, order] / values[order].sqrt())
    return Coordinates(mean=mean.astype(np.float32), spread=spread.astype(np.float32), axes=axes.numpy())


def transformed(rows: Rows, found: Coordinates) -> NDArray[np.float32]:
    """(N, M) coordinates of all photos."""
    result = np.empty((len(rows), found.axes.shape[1]), dtype=np.float32)
    for start in range(0, len(rows), _CHUNK):
        places = np.arange(start, min(start + _CHUNK, len(rows)))
        result[places] = found.of(rows.take(places))
    return result


def fitted(
    values: NDArray[np.float32], labels: NDArray[np.int64], num_classes: int, *, looseness: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(M, K) weights and (K,) bias of the logistic regression on (N, M) coordinates; nothing in it is random."""
    x, y = torch.from_numpy(values), torch.from_numpy(labels)
    weights = torch.zeros(values.shape[1], num_classes, requires_grad=True)
    bias = torch.zeros(num_classes, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [weights, bias], max_iter=_ROUNDS, history_size=20, line_search_fn="strong_wolfe", tolerance_grad=1e-6
    )
    penalty = 1 / (2 * looseness * len(labels))

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = functional.cross_entropy(x @ weights + bias, y) + penalty * weights.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return weights.detach().numpy(), bias.detach().numpy()


def head(found: Coordinates, weights: NDArray[np.float32], bias: NDArray[np.float32]) -> Head:
    """The head on features that answers as one on coordinates does."""
    few = Coordinates(mean=found.mean, spread=found.spread, axes=np.ascontiguousarray(found.axes[:, :NUM_KEPT]))
    return Head(weights=found.axes @ weights, bias=bias, coordinates=few)


def folds(labels: NDArray[np.int64], groups: NDArray[np.int64], num_folds: int, seed: int) -> NDArray[np.int64]:
    """(N,) fold of each photo, 0 to num_folds - 1: groups stay together, categories are spread as evenly as they let.

    The largest groups are dealt first, each to the fold in which its categories are rarest.
    """
    num_classes = int(labels.max()) + 1
    counts = np.zeros((int(groups.max()) + 1, num_classes))
    np.add.at(counts, (groups, labels), 1)
    totals = counts.sum(axis=0).clip(min=1)
    order = np.random.default_rng(seed).permutation(len(counts))
    order = order[np.argsort(-counts[order].sum(axis=1), kind="stable")]
    held = np.zeros((num_folds, num_classes))
    fold_of_group = np.empty(len(counts), dtype=np.int64)
    for group in order:
        # What the squares of the shares grow by is least where there is least of what the group holds.
        added = np.append(counts[group] / totals, counts[group].sum() / len(labels))
        before = np.column_stack([held / totals, held.sum(axis=1) / len(labels)])
        cost = ((before + added) ** 2 - before**2).sum(axis=1)
        fold_of_group[group] = int(cost.argmin())
        held[fold_of_group[group]] += counts[group]
    return fold_of_group[groups]
