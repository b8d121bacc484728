"""Guard rails of two versions that are equally good, and of one that is worse."""

import numpy as np

from core.quality import changes
from tests.claims.claim import Claim, share

NAMES = tuple(map(str, range(10)))
EACH = 500


def two_versions(random, lost=0.0):
    """Answers of two versions to garments that are hard for both; the second loses that share of the first category."""
    labels = np.repeat(np.arange(10), EACH)
    hardness = random.random(len(labels)) ** 8
    answers = []
    for loss in (0.0, lost):
        is_wrong = random.random(len(labels)) < hardness + loss * (labels == 0)
        answers.append(np.where(is_wrong, (labels + random.integers(1, 10, len(labels))) % 10, labels))
    return labels, *answers


def flagged(random, rounds, column, lost=0.0):
    return share(
        [bool(changes.per_class_changes(*two_versions(random, lost), NAMES)[column].any()) for _ in range(rounds)]
    )


def wrong_tags(random, rounds):
    """135 garments fixed, 125 newly wrong, and the tag of one category goes from 90 right of 100 to 80."""
    found = []
    for _ in range(rounds):
        labels = np.repeat(np.arange(10), EACH)
        before, after = labels.copy(), labels.copy()
        others = random.permutation(np.flatnonzero(labels > 1))
        before[others[:56]], after[others[56:181]] = 1, 1
        before[others[181:260]] = 0
        table = changes.per_class_changes(labels, before, after, NAMES)
        found.append(bool(table["is_precision_clearly_down"].iloc[1]))
    return share(found)


CLAIMS = (
    Claim(
        name="rail: categories, equal versions",
        claimed="at most 5 of 100 pairs of equally good versions fail it",
        low=0, high=5, few=100, many=400,
        measure=lambda random, rounds: flagged(random, rounds, "is_clearly_down"),
    ),
    Claim(
        name="rail: precision, equal versions",
        claimed="at most 5 of 100 pairs of equally good versions fail it",
        low=0, high=5, few=100, many=400,
        measure=lambda random, rounds: flagged(random, rounds, "is_precision_clearly_down"),
    ),
    Claim(
        name="rail: categories, one lost by 10 points",
        claimed="at least 95 of 100 versions that find 10 of 100 fewer of one category fail it",
        low=95, high=100, few=100, many=400,
        measure=lambda random, rounds: flagged(random, rounds, "is_clearly_down", 0.1),
    ),
    Claim(
        name="rail: precision, one tag from 90 to 80",
        claimed="at least 95 of 100 versions of which one tag is right 80 instead of 90 times of 100 fail it",
        low=95, high=100, few=20, many=100,
        measure=wrong_tags,
    ),
    Claim(
        name="categories compared at once",
        claimed="of at most 5 of 100 pairs of equally good versions a category is called clearly better or worse",
        low=0, high=5, few=100, many=400,
        measure=lambda random, rounds: flagged(random, rounds, "is_clear"),
    ),
)  # fmt: skip
