"""Spot checks of half a year, and the alarm of a line that is looked at after every answer."""

import numpy as np

from core.quality import acceptance, anytime, intervals
from tests.claims.claim import Claim, share

A_WEEK = 20


def half_year(random, right_of):
    """Products of each week that are right, and of those checked by the draws of the program: right, checked."""
    num_products = random.integers(100, 1500, len(right_of))
    is_right = [random.random(num) < right for num, right in zip(num_products, right_of, strict=True)]
    left = [list(enumerate(random.permutation(num).tolist())) for num in num_products]
    counts = np.zeros((len(right_of), 2), dtype=int)
    for week in range(len(right_of)):
        candidates = [[(number, place) for place, _ in left[number]] for number in range(week + 1)]
        older = [key for some in candidates[:week] for key in some]
        drawn = acceptance.drawn_by_age(
            candidates[week], older, A_WEEK, f"{random.random()}", num_new=round(A_WEEK * acceptance.OF_THIS_WEEK)
        )
        for number, place in drawn:
            counts[number] += is_right[number][place], 1
            left[number] = [pair for pair in left[number] if pair[0] != place]
    return is_right, num_products, counts


def covered(random, rounds):
    """How often the weighted interval of half a year, the last week of which is bad, holds the truth."""
    found = []
    for _ in range(rounds):
        is_right, num_products, counts = half_year(random, [0.985] * 11 + [0.88])
        told = acceptance.weighted(counts[:, 0].tolist(), counts[:, 1].tolist(), num_products.tolist())
        found.append(told.low <= np.concatenate(is_right).mean() <= told.high)
    return share(found)


def bad_season_seen(random, rounds):
    """How often the figure of this week shows less than 98 of 100, where 88 are right."""
    found = []
    for _ in range(rounds):
        _, _, counts = half_year(random, [0.985] * 8 + [0.80])
        found.append(intervals.wilson(*counts[-1])[1] < 0.98)
    return share(found)


def alarms(random, rounds, truth, num_answers, promise=0.02):
    return share([anytime.is_broken(random.random(num_answers) < truth, promise) for _ in range(rounds)])


def false_alarms(promise):
    return lambda random, rounds: alarms(random, rounds, promise, 520, promise)


def noticed(truth, num_answers):
    return lambda random, rounds: alarms(random, rounds, truth, num_answers)


CLAIMS = (
    Claim(
        name="spot checks: all weeks",
        claimed="the interval of all products holds the truth in at least 93 of 100 cases, a bad last week included",
        low=93, high=100, few=40, many=400, measure=covered,
    ),
    Claim(
        name="spot checks: a bad week",
        claimed="in at least 80 of 100 cases a week of which 80 of 100 are right shows as less than 98 in that week",
        low=80, high=100, few=40, many=400, measure=bad_season_seen,
    ),
    *(
        Claim(
            name=f"alarm: promise of {100 * promise:g} kept",
            claimed="at most 5 of 100 lines are called broken in 520 answers",
            low=0, high=5, few=300, many=4000, measure=false_alarms(promise),
        )
        for promise in (0.005, 0.02, 0.05)
    ),
    *(
        Claim(
            name=f"alarm: {100 * truth:g} instead of 2",
            claimed=f"noticed by {num_answers} answers in at least 80 of 100 cases",
            low=80, high=100, few=300, many=4000, measure=noticed(truth, num_answers),
        )
        for truth, num_answers in ((0.06, 300), (0.05, 400), (0.04, 800))
    ),
)  # fmt: skip
