"""Lists of doubted labels whose beginning is better than their end, of which people decide the first ones."""

import math

import numpy as np

from core.quality import list_worth
from tests.claims.claim import Claim, share


def a_list(random, first, falls):
    """(N,) which labels of a list are wrong: so many at its beginning, fewer with every garment."""
    depth = np.arange(344) / 344
    return (random.random(344) < first * np.exp(-falls * depth)).astype(float)


def covered(random, rounds, first, falls):
    """How often the interval of the whole list holds the truth, after 48 to 240 decisions in the order shown."""
    found = []
    for number in range(rounds):
        truth, seed = a_list(random, first, falls), int(random.integers(2**31))
        known = np.full(len(truth), np.nan)
        places = list_worth.in_turn(len(truth), seed)[: 48 + 24 * (number % 9)]
        known[places] = truth[places]
        told = list_worth.worth(known, seed)
        if not math.isnan(told.share):
            found.append(told.low - 1e-9 <= truth.mean() <= told.high + 1e-9)
    return share(found)


def list_like(first, falls):
    return lambda random, rounds: covered(random, rounds, first, falls)


CLAIMS = tuple(
    Claim(
        name=f"doubted labels: {name}",
        claimed="the interval of the whole list holds the truth in at least 93 of 100 cases",
        low=93, high=100, few=300, many=3000, measure=list_like(first, falls),
    )
    for name, first, falls in (
        ("2 of 100 planted", 1.0, 3.5), ("5 of 100 planted", 1.0, 1.5), ("one category", 0.3, 0.8),
    )
)  # fmt: skip
