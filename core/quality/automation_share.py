"""How many garments could be tagged automatically, if at most so many of their tags may be wrong.

Read on test garments, to judge one version against another. It chooses no line: a line that is chosen on the very
garments it is then judged on looks better than it is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.quality import ranking

MAX_WRONG_IN_100 = 2.0
NUM_RESAMPLES = 1000
MOST_RESAMPLED = 20_000
"""The spread of more garments is measured on so many of them, and scaled."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Automation:
    """The most garments that can be tagged automatically, the surest first."""

    num_garments: int
    """Garments judged."""
    num_tagged: int
    """Garments at or above the line."""
    num_wrong: int
    """Wrong ones among them."""
    line: float
    """Lowest confidence among them, 0-1; NaN where no garment can be tagged so."""

    @property
    def share(self) -> float:
        """num_tagged / num_garments, 0-1; NaN without garments."""
        return self.num_tagged / self.num_garments if self.num_garments else float("nan")


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """The automation of two versions on the same garments."""

    before: Automation
    """Of the one."""
    after: Automation
    """Of the other."""
    low: float
    """Lower end of the 95 % interval of `difference`; NaN without garments."""
    high: float
    """Upper end of the same."""

    @property
    def difference(self) -> float:
        """Share after, less share before; NaN without garments."""
        return self.after.share - self.before.share

    @property
    def is_clearly_lower(self) -> bool:
        """Whether the share fell by more than luck explains well."""
        return self.high < 0


def automation(
    confidence: NDArray[np.floating],
    is_correct: NDArray[np.bool_],
    max_wrong_in_100: float = MAX_WRONG_IN_100,
) -> Automation:
    """The largest group of surest garments of which at most `max_wrong_in_100` in 100 are tagged wrongly.

    Garments with the same confidence are tagged together or not at all.

    Args:
        confidence: (N,) probability of each tag, 0-1.
        is_correct: (N,) whether the tag is right.
        max_wrong_in_100: how many of 100 tags may be wrong, 0-100.
    """
    ranked = ranking.Ranking.of(confidence, is_correct)
    num_tagged = _largest(ranked, np.ones(len(confidence), dtype=np.int64), max_wrong_in_100)
    return Automation(
        num_garments=len(confidence),
        num_tagged=num_tagged,
        num_wrong=int(ranked.is_wrong[:num_tagged].sum()),
        line=float(confidence[ranked.order[num_tagged - 1]]) if num_tagged else float("nan"),
    )


def difference(
    confidence: tuple[NDArray[np.floating], NDArray[np.floating]],
    is_correct: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    max_wrong_in_100: float = MAX_WRONG_IN_100,
    *,
    seed: int = 0,
    num_resamples: int = NUM_RESAMPLES,
) -> Difference:
    """How the automation of two versions differs on the same garments, with a 95 % bootstrap interval.

    Garments are drawn again with replacement, each with both answers, so that what is hard for both versions counts
    once: B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13 (percentiles). Of more
    than `MOST_RESAMPLED` garments as many are drawn, and the spread is scaled by the root of the numbers, as it would
    shrink: P. J. Bickel, F. Götze and W. R. van Zwet, "Resampling fewer than n observations", Statistica Sinica 7
    (1997).

    Args:
        confidence: two times (N,) probability of each tag, 0-1; before and after.
        is_correct: two times (N,) whether the tag is right; before and after.
        max_wrong_in_100: how many of 100 tags may be wrong, 0-100.
        seed: the same seed gives the same interval.
        num_resamples: how often garments are drawn again.
    """
    before, after = (
        automation(sure, right, max_wrong_in_100) for sure, right in zip(confidence, is_correct, strict=True)
    )
    num_garments = len(confidence[0])
    if not num_garments:
        return Difference(before=before, after=after, low=float("nan"), high=float("nan"))
    random = np.random.default_rng(seed)
    num_drawn = min(num_garments, MOST_RESAMPLED)
    drawn = np.arange(num_garments)
    if num_drawn < num_garments:
        drawn = random.choice(num_garments, num_drawn, replace=False)
    rankings = [
        ranking.Ranking.of(sure[drawn], right[drawn]) for sure, right in zip(confidence, is_correct, strict=True)
    ]
    found = [_resampled(rankings, random, max_wrong_in_100) for _ in range(num_resamples)]
    centre = _difference(rankings, np.ones(num_drawn, dtype=np.int64), max_wrong_in_100)
    scale = np.sqrt(num_drawn / num_garments)
    low, high = (np.quantile(found, [0.025, 0.975]) - centre) * scale + (after.share - before.share)
    return Difference(before=before, after=after, low=float(low), high=float(high))


def _largest(ranked: ranking.Ranking, weights: NDArray[np.int64], max_wrong_in_100: float) -> int:
    """How many garments can be tagged where each counts as often as its weight (N,) says."""
    mine = weights[ranked.order]
    num_tagged = np.cumsum(mine)[ranked.ends]
    num_wrong = np.cumsum(mine * ranked.is_wrong)[ranked.ends]
    fitting = num_tagged[100 * num_wrong <= max_wrong_in_100 * num_tagged]
    return int(fitting[-1]) if len(fitting) else 0


def _resampled(rankings: list[ranking.Ranking], random: np.random.Generator, max_wrong_in_100: float) -> float:
    num_garments = len(rankings[0].order)
    weights = np.bincount(random.integers(0, num_garments, num_garments), minlength=num_garments)
    return _difference(rankings, weights, max_wrong_in_100)


def _difference(rankings: list[ranking.Ranking], weights: NDArray[np.int64], max_wrong_in_100: float) -> float:
    before, after = (_largest(ranked, weights, max_wrong_in_100) for ranked in rankings)
    return (after - before) / len(weights)
