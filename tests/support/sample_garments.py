"""Few of the built-in sample's garments, and wrong labels planted among them."""

import functools

import numpy as np
from numpy.typing import NDArray

from core.catalogue import sample
from core.catalogue.split import CatalogueSplit


@functools.cache
def _all() -> tuple[CatalogueSplit, CatalogueSplit]:
    return sample.load_splits()


def few(*, num_train: int, num_test: int) -> tuple[CatalogueSplit, CatalogueSplit]:
    """The first garments of both splits of the sample, as many of each category as the number can be divided."""
    train, test = _all()
    return train.take(_balanced(train.labels, num_train)), test.take(_balanced(test.labels, num_test))


def _balanced(labels: NDArray[np.int64], number: int) -> NDArray[np.int64]:
    """Positions of `number` garments, the categories taking turns."""
    rank = np.zeros(len(labels), dtype=np.int64)
    for label in np.unique(labels):
        rank[labels == label] = np.arange((labels == label).sum())
    assert number <= len(labels), f"the sample has {len(labels)} garments"
    return np.lexsort((labels, rank))[:number]


def planted(labels: NDArray[np.int64], share: float, *, seed: int = 0) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Wrong labels, exchanged between pairs of garments so that the categories stay as large as they were.

    Args:
        labels: (N,) what the garments are.
        share: of the garments that get a wrong label, 0-1.
        seed: the same seed plants the same.

    Returns:
        (N,) labels to learn from, and (P,) ascending positions of the wrong ones.
    """
    chance = np.random.default_rng(seed)
    wrong = labels.copy()
    waiting = chance.permutation(len(labels)).tolist()
    for _ in range(round(len(labels) * share / 2)):
        first = waiting.pop()
        second = next(position for position in waiting if labels[position] != labels[first])
        waiting.remove(second)
        wrong[first], wrong[second] = labels[second], labels[first]
    return wrong, np.flatnonzero(wrong != labels)
