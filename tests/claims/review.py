"""The score after review, where people look at mistakes first and of some garments nobody can tell."""

import numpy as np
import pandas as pd

from core.quality import review
from tests.claims.claim import Claim, share

NAMES = tuple(map(str, range(10)))
NUM_GARMENTS = 2000


def held(random, rounds):
    """How often the truth lies between the bounds once every mistake was looked at, doubtful garments among both."""
    found = []
    for _ in range(rounds):
        truth = random.integers(0, 10, NUM_GARMENTS)
        predicted = np.where(random.random(NUM_GARMENTS) < 0.09, random.integers(0, 10, NUM_GARMENTS), truth)
        is_doubtful = random.random(NUM_GARMENTS) < np.where(predicted == truth, 0.01, 0.3)
        is_mislabelled = ~is_doubtful & (random.random(NUM_GARMENTS) < 0.01)
        labels = np.where(is_mislabelled, (truth + 1 + random.integers(0, 8, NUM_GARMENTS)) % 10, truth)
        # All that differs from its label is looked at, and a twentieth of the rest, as people do who stroll.
        seen = np.flatnonzero((predicted != labels) | (random.random(NUM_GARMENTS) < 0.05))
        state = np.where(is_doubtful, review.CANNOT_TELL, np.where(is_mislabelled, review.LABEL_WRONG, "model-wrong"))
        states = pd.DataFrame(
            {"state": state[seen].astype(object), "category": [NAMES[one] for one in truth[seen]]}, index=seen
        )
        told = review.two_scores(labels, predicted, states, NAMES)
        found.append(told.at_least <= (predicted == truth).mean() <= told.at_most)
    return share(found)


CLAIMS = (
    Claim(
        name="review: bounds",
        claimed="in at least 95 of 100 cases the truth lies between the two figures once every mistake was looked at",
        low=95, high=100, few=300, many=2000, measure=held,
    ),
)  # fmt: skip
