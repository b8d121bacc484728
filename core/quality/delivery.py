"""Whether a delivery of photos is like what a line was made for; where it is not, the line promises nothing. Pure.

Three ways to differ, asked one after the other: more photos than usual are unlike anything learned; the model is less
sure of them, or finds them further from what it learned, than of garments tagged the same; their tags are spread in
another way than the team's product mix. The second compares each photo with the held-out garments of its own tag only,
so that a delivery of one category is no difference in itself.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EXPECTED_IN_100 = 2.0
"""Of 100 garments of known categories that are called unlike, see `core.quality.unlike`."""
TIMES_EXPECTED = 2.0
"""So many times the expected share is still ordinary: collections differ."""
CHANCE = 0.001
"""That an ordinary delivery of any size raises the alarm about unlike photos, or that about the mix."""
CHANCE_UNSURE = 0.0002
"""That one of which the photos are like the held-out garments raises one of the two others: test garments, and those of
a new season, always differ a little from them."""
LEAST_COMPARED = 10
"""Photos below which sureness is not compared."""
MOST_COMPARED = 100
"""Photos that are compared, spread over the delivery: of thousands the smallest difference would be clear."""
LEAST_KNOWN = 20
"""Held-out garments of a tag below which photos of that tag are not compared."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Usual:
    """What a version says of garments of the kind its line was made for: held out of learning."""

    sureness: tuple[NDArray[np.float64], ...]
    """Of each of K tags the confidences of the garments tagged so, 0-1, rising."""
    strangeness: tuple[NDArray[np.float64], ...]
    """Of each of K tags how far the garments tagged so are from what is known, rising; see `core.quality.unlike`."""
    tagged_as: NDArray[np.float64]
    """(K, K) of the garments of each class (rows) the share that each tag gets; rows of no garment are 0."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a version says of N photos of a delivery that can be read."""

    confidence: NDArray[np.float64]
    """(N,) of the surest class, 0-1."""
    strangeness: NDArray[np.float64]
    """(N,) how unlike anything learned; NaN where that was not measured."""
    tag: NDArray[np.int64]
    """(N,) the surest class, also of those that are unlike."""
    num_unlike: int
    """Those that are called unlike anything learned."""


def usual(
    confidence: NDArray[np.floating],
    strangeness: NDArray[np.floating],
    predicted_class: NDArray[np.int64],
    true_class: NDArray[np.int64],
    num_classes: int,
) -> Usual:
    """What to compare with, from (N,) answers to held-out garments, none of which strangeness is measured from."""
    by_tag = [predicted_class == index for index in range(num_classes)]
    counts = np.zeros((num_classes, num_classes))
    np.add.at(counts, (true_class, predicted_class), 1)
    totals = counts.sum(axis=1, keepdims=True)
    return Usual(
        sureness=tuple(np.sort(confidence[mine].astype(np.float64)) for mine in by_tag),
        strangeness=tuple(np.sort(strangeness[mine].astype(np.float64)) for mine in by_tag),
        tagged_as=np.divide(counts, totals, out=np.zeros_like(counts), where=totals > 0),
    )


def difference(told: Told, known: Usual | None, mix: Sequence[float] | None = None) -> str:
    """Why no tag of a delivery leaves without a person, one sentence; empty of an ordinary delivery.

    Args:
        told: what is said of its photos.
        known: what to compare with; None where the version kept nothing, then only the unlike ones are counted.
        mix: (K) how the team's products are spread over the classes, where it has said so.
    """
    if is_strange(told.num_unlike, len(told.tag)):
        return sentence(told.num_unlike, len(told.tag))
    if known is None:
        return ""
    return _unsure(told, known) or ("" if mix is None else _other_mix(told, known, mix))


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


def _unsure(told: Told, known: Usual) -> str:
    """Where among garments of its own tag each photo stands: evenly spread, were the delivery an ordinary one."""
    for values, references, words, sign in (
        (told.strangeness, known.strangeness, "look less like what it learned than", 1),
        (told.confidence, known.sureness, "are tagged less surely than", -1),
    ):
        compared = _compared(values, told.tag, references)
        if len(compared) < LEAST_COMPARED:
            continue
        places = np.array([_place(values[one], references[told.tag[one]]) for one in compared.tolist()])
        beyond = sign * float(places.mean() - 0.5) / _spread(told.tag[compared], references)
        if math.erfc(beyond / math.sqrt(2)) / 2 < CHANCE_UNSURE:
            num = int((sign * (places - 0.5) > 0).sum())
            return (
                f"{num:,} of {len(places):,} photos that were compared {words} the usual garment that the line was "
                "made for; half would be ordinary. So none of these tags leaves without a person. See whether light, "
                "background or side are other ones than before."
            )
    return ""


def _compared(
    values: NDArray[np.float64], tags: NDArray[np.int64], references: tuple[NDArray[np.float64], ...]
) -> NDArray[np.int64]:
    """Positions of up to `MOST_COMPARED` photos, from all over the delivery, of tags with garments to compare with."""
    enough = np.array([len(each) >= LEAST_KNOWN for each in references])
    usable: NDArray[np.int64] = np.flatnonzero(enough[tags] & ~np.isnan(values)) if len(tags) else np.empty(0, np.int64)
    if len(usable) > MOST_COMPARED:
        usable = usable[np.linspace(0, len(usable) - 1, MOST_COMPARED).astype(np.int64)]
    return usable


def _spread(tags: NDArray[np.int64], references: tuple[NDArray[np.float64], ...]) -> float:
    """Standard deviation of the mean place: of the photos, and of the garments among which they are placed."""
    counts = np.bincount(tags, minlength=len(references))
    sizes = np.array([max(1, len(each)) for each in references])
    return math.sqrt((1 / len(tags) + float((counts**2 / sizes).sum()) / len(tags) ** 2) / 12)


def _place(value: float, reference: NDArray[np.float64]) -> float:
    """Equal values count half: many are 1."""
    ends = np.searchsorted(reference, value, "left") + np.searchsorted(reference, value, "right")
    return float(ends + 1) / 2 / (len(reference) + 1)


def _other_mix(told: Told, known: Usual, mix: Sequence[float]) -> str:
    """Pearson's test of the tags against those that the mix would get, by how held-out garments are tagged."""
    num = len(told.tag)
    shares = np.asarray(mix, dtype=np.float64)
    expected = shares @ known.tagged_as
    if num < LEAST_COMPARED or not expected.sum():
        return ""
    expected = expected / expected.sum()
    from scipy import special  # as above

    counted = np.bincount(told.tag, minlength=len(shares)) / num
    weight = min(num, MOST_COMPARED)
    # Of what is hardly expected one photo would already be a difference.
    distance = weight * float(((counted - expected) ** 2 / np.maximum(expected, 1 / weight)).sum())
    if special.chdtrc(max(1, int((expected > 0).sum()) - 1), distance) >= CHANCE:
        return ""
    most = int(np.argmax(np.abs(counted - expected)))
    return (
        f"These {num:,} photos are spread over the categories in another way than your product mix, for which the "
        f"line was made: of 100 tags {100 * counted[most]:.0f} are of one category where {100 * expected[most]:.0f} "
        "would be usual. So none of them leaves without a person."
    )
