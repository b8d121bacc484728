"""Whether some garments are wrong more often than others of the same stratum, such as a category: the exact test."""

import numpy as np
from numpy.typing import NDArray


def p_value(is_member: NDArray[np.bool_], is_wrong: NDArray[np.bool_], stratum: NDArray[np.integer]) -> float:
    """How often luck puts at least as many wrong ones among the members, 0-1, each stratum keeping its own number.

    The exact conditional test of several 2 x 2 tables (J. J. Gart, "Point and interval estimation of the common odds
    ratio in the combination of 2 x 2 tables with fixed marginals", Biometrika 57, 1970): the number of wrong members
    is a sum of hypergeometric draws, one a stratum, whose distribution is put together. With one stratum it is
    Fisher's exact test, one-sided.

    Args:
        is_member: (N,) who belongs to the group.
        is_wrong: (N,) who is wrong.
        stratum: (N,) number of the stratum, from 0.
    """
    num, num_wrong, num_drawn = (
        np.bincount(stratum, weights=weights).astype(np.int64)
        for weights in (np.ones(len(stratum)), is_wrong, is_member)
    )
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, len(stratum) + 1)))])
    chance = np.ones(1)
    for number in np.flatnonzero(num_drawn):
        chance = np.convolve(chance, _draw(int(num[number]), int(num_wrong[number]), int(num_drawn[number]), logs))
    return float(min(1.0, chance[int((is_member & is_wrong).sum()) :].sum()))


def _draw(num: int, num_wrong: int, num_drawn: int, logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Hypergeometric chance of 0, 1, 2, ... wrong ones among `num_drawn` of `num`, of which `num_wrong` are wrong."""
    most = min(num_wrong, num_drawn)
    wrong = np.arange(max(0, num_drawn - (num - num_wrong)), most + 1)
    chance = np.zeros(most + 1)
    chance[wrong] = np.exp(
        _ways(num_wrong, wrong, logs) + _ways(num - num_wrong, num_drawn - wrong, logs) - _ways(num, num_drawn, logs)
    )
    return chance


def _ways(num: int, chosen: NDArray[np.int64] | int, logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithm of the number of ways to choose so many of `num`; `logs` are those of the factorials."""
    ways: NDArray[np.float64] = logs[num] - logs[chosen] - logs[num - np.asarray(chosen)]
    return ways
