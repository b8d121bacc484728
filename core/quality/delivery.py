"""Whether a delivery of photos is unlike what a version learned, so that its line promises nothing for it. Pure."""

EXPECTED_IN_100 = 2.0
"""Of 100 garments of known categories that are called unlike, see `core.quality.unlike`."""
TIMES_EXPECTED = 2.0
"""So many times the expected share is still ordinary: collections differ."""
CHANCE = 0.001
"""That an ordinary delivery of any size raises the alarm."""


def is_strange(num_unlike: int, num_photos: int, *, expected_in_100: float = EXPECTED_IN_100) -> bool:
    """Whether clearly more photos of a delivery are unlike anything learned than of garments that are known.

    Exact binomial test: that many or more of `num_photos` would be unlike by chance less often than `CHANCE`, were
    `TIMES_EXPECTED` times the expected share unlike.
    """
    if not num_unlike:
        return False
    from scipy import stats  # a quarter of a second that the first page need not wait for where all is ordinary

    share = min(1.0, TIMES_EXPECTED * expected_in_100 / 100)
    return bool(stats.binom.sf(num_unlike - 1, num_photos, share) < CHANCE)


def sentence(num_unlike: int, num_photos: int) -> str:
    """What people must know of such a delivery, and what to do."""
    return (
        f"{num_unlike:,} of {num_photos:,} of these photos are unlike what this version learned, so none of its tags "
        "leaves without a person. Teach it with your own photos."
    )
