"""Automation lines: the promise among garments of the same kind, and a test that is harder than what chose them."""

import numpy as np

from core.quality import automation_line, checked_line
from tests.claims.claim import Claim, share

NUM_CHOSEN_ON, NUM_CHECKED_ON = 3000, 8000
PROMISE = 2.0


def garments(random, num, harder=1.0):
    """Confidence and whether the tag is right; `harder` multiplies how often it is wrong."""
    confidence = 1 - random.random(num) ** 3 * 0.7
    return confidence, random.random(num) > np.minimum(1, harder * 0.8 * (1 - confidence))


def truth(line, harder=1.0):
    """Of 100 tags above a line so many are wrong, among all garments there are."""
    confidence = 1 - ((np.arange(200_000) + 0.5) / 200_000) ** 3 * 0.7
    above = confidence >= line
    return 100 * float(np.minimum(1, harder * 0.8 * (1 - confidence[above])).mean()) if above.any() else 0.0


def broken(random, rounds):
    found = [automation_line.suggested(*garments(random, NUM_CHOSEN_ON), PROMISE).confidence for _ in range(rounds)]
    return share([truth(line) > PROMISE for line in found if not np.isnan(line)])


def refused_wrongly(random, rounds):
    """A line that just keeps its promise is asked again and again, as surer ones would be."""
    lines = np.linspace(0.5, 0.999, 400)
    line = float(lines[[truth(each) <= PROMISE for each in lines]][0])
    num_looks = len(checked_line.SURER)
    return (
        share(
            [
                checked_line.is_contradicted(line, garments(random, NUM_CHECKED_ON), PROMISE, num_looks=num_looks)
                for _ in range(rounds)
            ]
        )
        * num_looks
    )  # all looks together, were they about garments of their own


def offered_on_a_harder_test(random, rounds):
    """How often a line that breaks its promise twofold on the garments of the test is offered all the same."""
    found = []
    for _ in range(rounds):
        offered = checked_line.checked(
            garments(random, NUM_CHOSEN_ON), garments(random, NUM_CHECKED_ON, harder=3.0), PROMISE
        )
        found.append(offered.line.is_reached and truth(offered.line.confidence, harder=3.0) > 1.5 * PROMISE)
    return share(found)


CLAIMS = (
    Claim(
        name="line: promise of 2",
        claimed="at most 1 of 100 lines has more wrong tags than promised among garments of the same kind",
        low=0, high=1, few=100, many=600, measure=broken,
    ),
    Claim(
        name="line: refused by luck",
        claimed="about 5 of 100 lines that just keep their promise are refused by luck, over all looks together",
        low=0, high=6, few=200, many=2000, measure=refused_wrongly,
    ),
    Claim(
        name="line: a test three times as hard",
        claimed="at most 5 of 100 lines that are offered have more than 1.5 times the promised wrong tags there",
        low=0, high=5, few=40, many=300, measure=offered_on_a_harder_test,
    ),
)  # fmt: skip
