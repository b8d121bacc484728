"""Lists of one version's mistakes, by which other versions that are just as good are judged."""

import numpy as np

from core.quality import changes
from core.quality.watched import Watched
from tests.claims.claim import Claim, share

NUM_GARMENTS = 4000


def three_versions(random):
    """Three equally good versions that find the same garments hard, and 40 mistakes of the first."""
    hardness = random.random(NUM_GARMENTS) ** 6
    right = [random.random(NUM_GARMENTS) > hardness for _ in range(3)]
    return right, random.permutation(np.flatnonzero(~right[0]))[:40]


def verdicts(random, rounds, before, after, wanted):
    """How often the list says that of one version against another, both numbered from 1; the first made the list."""
    found = []
    for _ in range(rounds):
        right, garments = three_versions(random)
        answers = [np.where(right[number - 1][garments], 0, 1) for number in (before, after)]
        told = Watched(
            change=changes.change(np.zeros(len(garments), dtype=int), *answers),
            made_from=1, before=before, after=after, others={},
        )  # fmt: skip
        found.append(told.verdict in wanted)
    return share(found)


def said(before, after, *wanted):
    return lambda random, rounds: verdicts(random, rounds, before, after, wanted)


CLAIMS = (
    Claim(
        name="watched: against its own version",
        claimed="none of 100 equally good versions is called clearly better or worse",
        low=0, high=0, few=400, many=4000, measure=said(1, 2, "better", "worse"),
    ),
    Claim(
        name="watched: a third version, better",
        claimed="at most 5 of 100 equally good versions are called clearly better",
        low=0, high=5, few=400, many=4000, measure=said(2, 3, "better"),
    ),
    Claim(
        name="watched: a third version, worse",
        claimed="at most 5 of 100 equally good versions are called clearly worse",
        low=0, high=5, few=400, many=4000, measure=said(2, 3, "worse"),
    ),
)  # fmt: skip
