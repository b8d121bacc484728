"""Two versions on the same garments: by how much a share differs, and whether one is lower by more than a margin.

Every test counts each garment with both answers, so that what is hard for both versions counts once.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.quality import intervals

LEAST_TAGGED = 10
"""Precisions of fewer garments are not compared: the normal distribution does not hold for them."""


def holm(p_values: Sequence[float] | NDArray[np.floating]) -> NDArray[np.float64]:
    """(K,) the p-values adjusted for asking K questions at once; NaN is no question and stays NaN.

    S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979): of
    questions that luck alone answers, one is called clear in at most as many cases as for a single one.
    """
    found = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(len(found), np.nan)
    asked = np.flatnonzero(~np.isnan(found))
    order = asked[np.argsort(found[asked], kind="stable")]
    factors = len(order) - np.arange(len(order))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(factors * found[order]))
    return adjusted


def loss_p_value(num_fixed: int, num_broken: int, num_garments: int, margin: float) -> float:
    """How surprising it is, 0-1, were no more than `margin` (0-1, below 1) of all garments lost; NaN without garments.

    The score test of T. Tango, "Equivalence test and confidence interval for the difference in proportions for the
    paired-sample design", Statistics in Medicine 17 (1998), one-sided; with margin 0 it is McNemar's without
    continuity correction.

    Args:
        num_fixed: wrong before, right after.
        num_broken: right before, wrong after.
        num_garments: judged by both.
        margin: the loss that is allowed, as a share of the garments.
    """
    if not num_garments:
        return float("nan")
    spread = margin * (1 - margin)
    first = 2 * num_garments
    second = (first - num_broken + num_fixed) * margin - num_broken - num_fixed
    share_fixed = (math.sqrt(second**2 + 4 * first * num_fixed * spread) - second) / (2 * first)
    variance = num_garments * (2 * share_fixed + spread)
    excess = num_broken - num_fixed - num_garments * margin
    if variance <= 0:
        return 1.0
    return math.erfc(excess / math.sqrt(variance) / math.sqrt(2)) / 2


def difference_interval(num_gained: int, num_lost: int, num_garments: int) -> tuple[float, float]:
    """95 % interval of (num_gained - num_lost) / num_garments, each end -1 to 1; NaN without garments.

    D. G. Bonett and R. M. Price, "Adjusted Wald confidence interval for a difference of binomial proportions based on
    paired data", Journal of Educational and Behavioral Statistics 37 (2012).
    """
    if not num_garments:
        return float("nan"), float("nan")
    gained, lost = ((count + 1) / (num_garments + 2) for count in (num_gained, num_lost))
    half = intervals.Z_95 * math.sqrt((gained + lost - (gained - lost) ** 2) / (num_garments + 2))
    return max(-1.0, gained - lost - half), min(1.0, gained - lost + half)


def precision_loss_p_value(
    before: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    after: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    margin: float,
) -> float:
    """How surprising it is, 0-1, were the precision of a category lower by no more than `margin`.

    The two precisions are of different garments that overlap. Their difference is judged by the delta method, as in
    C. S. Moskowitz and M. S. Pepe, "Comparing the predictive values of diagnostic tests: sample size and analysis for
    paired study designs", Clinical Trials 3 (2006), with one right and one wrong garment added to each.

    Args:
        before: (N,) whether the version before tags each garment so, and whether it is right in doing so.
        after: the same of the version after.
        margin: the loss that is allowed, 0-1.

    Returns:
        NaN where one of the two tags fewer than `LEAST_TAGGED` garments so.
    """
    if min(int(tagged.sum()) for tagged, _ in (before, after)) < LEAST_TAGGED:
        return float("nan")
    shares, parts = [], []
    for tagged, right in (before, after):
        num = int(tagged.sum()) + 2
        share = (int(right.sum()) + 1) / num
        shares.append(share)
        parts.append((right - share * tagged) / num)
    variance = float(((parts[0] - parts[1]) ** 2).sum())
    excess = shares[0] - shares[1] - margin
    if variance <= 0:
        return 1.0
    return math.erfc(excess / math.sqrt(variance) / math.sqrt(2)) / 2
