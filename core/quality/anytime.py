"""Whether a promise is broken, asked after every answer: the alarm is false in at most 5 of 100 cases, over all looks.

A test for one look, asked again and again, is wrong ever more often. Here the answers are bet on instead: whoever bets
that more are wrong than promised multiplies the stake only where that is so, and gets 20 times the stake in at most 1
of 20 cases where it is not (J. Ville, 1939; A. Ramdas, P. Grünwald, V. Vovk and G. Shafer, "Game-theoretic statistics
and safe anytime-valid inference", Statistical Science 38, 2023, arXiv:2210.01948).
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FALSE_ALARMS = 0.05
"""Share of kept promises that are ever called broken, at most."""
TIMES_PROMISED = (1.7, 2.2, 3.0, 4.5)
"""How much more than promised is bet on, each with the same part of the stake."""


def evidence(is_wrong: Sequence[bool] | NDArray[np.bool_], max_wrong: float) -> NDArray[np.float64]:
    """(N,) what the stake of 1 has become after each answer, were it not worth more than 1 by luck.

    Args:
        is_wrong: (N,) whether each answer is wrong, in the order in which they came.
        max_wrong: the promise, as a share above 0 and below 1.

    Raises:
        ValueError: there is no such promise.
    """
    if not 0 < max_wrong < 1:
        raise ValueError(f"A promise lies between 0 and 1, got {max_wrong!r}.")
    wrong = np.cumsum(np.asarray(is_wrong, dtype=np.float64))
    right = np.arange(1, len(wrong) + 1) - wrong
    bets = [min(times * max_wrong, (1 + max_wrong) / 2) for times in TIMES_PROMISED]
    logs = np.array([wrong * math.log(bet / max_wrong) + right * math.log((1 - bet) / (1 - max_wrong)) for bet in bets])
    found: NDArray[np.float64] = np.exp(np.minimum(np.logaddexp.reduce(logs, axis=0) - math.log(len(bets)), 700))
    return found


def is_broken(is_wrong: Sequence[bool] | NDArray[np.bool_], max_wrong: float) -> bool:
    """Whether the answers so far show that more than that share is wrong; once shown it stays so."""
    return bool((evidence(is_wrong, max_wrong) >= 1 / FALSE_ALARMS).any())


def answers_needed(max_wrong: float) -> int:
    """How many right answers in a row show that no more than that share is wrong, with 95 % certainty."""
    return math.ceil(math.log(0.05) / math.log(1 - max_wrong))
