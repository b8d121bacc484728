"""Groups that are named as weak, of versions whose mistakes are spread at random, and of versions with a weak group."""

import functools

import numpy as np

from core.quality import looks, weak_groups
from tests.claims.claim import Claim, share

NUM_GARMENTS = 3000
NUM_CLASSES = 6


@functools.cache
def world():
    """Labels, and groups that are asked about: looks and features go with the categories, as real ones do."""
    random = np.random.default_rng(0)
    labels = random.integers(0, NUM_CLASSES, NUM_GARMENTS)
    measured = {trait.name: random.normal(size=NUM_GARMENTS) + 0.3 * labels for trait in looks.TRAITS}
    features = random.normal(size=(NUM_GARMENTS, 12)) + 1.5 * np.eye(NUM_CLASSES, 12)[labels]
    return labels, weak_groups.candidates(measured, features)


def named(random, share_wrong):
    """The groups found where garments (N,) are wrong with these chances."""
    labels, candidates = world()
    is_wrong = random.random(NUM_GARMENTS) < share_wrong
    return weak_groups.weak_groups(labels, np.where(is_wrong, (labels + 1) % NUM_CLASSES, labels), candidates)


def by_category(random, rounds, shares):
    """How often any group is named where only the category says how often a garment is wrong."""
    chances = np.asarray(shares)[world()[0]]
    return share([bool(named(random, chances)) for _ in range(rounds)])


def planted(random, rounds):
    """How often a group is named by its word where its garments are wrong three times as often."""
    dark = next(each for each in world()[1] if each.words == ("dark",))
    chances = np.full(NUM_GARMENTS, 0.06)
    chances[dark.garments] = 0.18
    return share([("dark",) in [group.words for group in named(random, chances)] for _ in range(rounds)])


CLAIMS = (
    Claim(
        name="weak groups: mistakes at random",
        claimed="at most 5 of 100 versions have any group named",
        low=0, high=5, few=300, many=4000,
        measure=lambda random, rounds: by_category(random, rounds, [0.08] * NUM_CLASSES),
    ),
    Claim(
        name="weak groups: hard categories",
        claimed="the same where categories are of unlike difficulty",
        low=0, high=5, few=300, many=4000,
        measure=lambda random, rounds: by_category(random, rounds, [0.02, 0.3, 0.05, 0.1, 0.2, 0.01]),
    ),
    Claim(
        name="weak groups: a planted one",
        claimed="at least 95 of 100 versions that get dark garments wrong three times as often have them named",
        low=95, high=100, few=100, many=1000, measure=planted,
    ),
)  # fmt: skip
