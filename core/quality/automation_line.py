"""The automation line: from which confidence on a tag is trusted, so that at most so many in 100 of those are wrong.

The line is chosen on validation garments and holds for others, because it is found by testing, not by looking for the
best: fixed-sequence testing as in "learn then test" (A. N. Angelopoulos, S. Bates, E. J. Candès, M. I. Jordan and
L. Lei, 2021, arXiv:2110.01052; for selective tagging Y. Geifman and R. El-Yaniv, "Selective classification for deep
neural networks", 2017). Lines are tried from a sure one downwards. Each must have an upper bound of its share of wrong
tags (C. J. Clopper and E. S. Pearson, Biometrika 26, 1934, one-sided) within the promise, and the first that has not
ends the search; so all lines tried together break the promise no more often than the one bound, 1 in 100. Where to
begin is read from confidences alone, never from what is right. Garments above a line are wrong with different chances;
the binomial bound then errs on the safe side (W. Hoeffding, Annals of Mathematical Statistics 27, 1956).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.quality import ranking

MAX_WRONG_IN_100 = 2.0
CERTAINTY = 0.99
"""How surely the promise holds for all garments of the same kind. Not 0.95: the next delivery is a sample as well, and
its own luck must fit in too."""
STEPS = 100
"""Lines tried at most: each step adds about a hundredth of the garments."""
SECONDS_EACH = 5.0
"""For a person to check a tag."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line, and what it gave on the garments it was chosen on."""

    confidence: float
    """Tags at least so sure are trusted, 0-1; NaN where no line keeps the promise."""
    num_garments: int
    """Garments it was chosen on."""
    num_tagged: int
    """Those at or above the line."""
    num_wrong: int
    """Wrong ones among them."""
    upper: float
    """Upper bound of the share of wrong tags at or above it, 0-1; NaN where there is no line."""

    @property
    def is_reached(self) -> bool:
        """Whether there is one."""
        return self.num_tagged > 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a line means in products; numbers may be fractions, since they are scaled to `num_products`."""

    num_products: float
    """All of them."""
    num_tagged: float
    """Tagged automatically."""
    num_wrong: float
    """Of those, tagged wrongly."""
    num_to_check: float
    """Left to a person."""
    minutes: float
    """A person's time for them."""

    @property
    def wrong_share(self) -> float:
        """num_wrong / num_tagged, 0-1; NaN where nothing is tagged."""
        return self.num_wrong / self.num_tagged if self.num_tagged else float("nan")


def suggested(
    confidence: NDArray[np.floating],
    is_correct: NDArray[np.bool_],
    max_wrong_in_100: float = MAX_WRONG_IN_100,
    *,
    certainty: float = CERTAINTY,
) -> Line:
    """The lowest line found of which at most `max_wrong_in_100` in 100 trusted tags are wrong, with that certainty.

    Args:
        confidence: (N,) calibrated probability of each tag, 0-1, of validation garments.
        is_correct: (N,) whether the tag is right.
        max_wrong_in_100: how many of 100 trusted tags may be wrong, above 0 and below 100.
        certainty: that the promise holds, 0-1.

    Raises:
        ValueError: there is no such promise.
    """
    if not 0 < max_wrong_in_100 < 100 or not 0 < certainty < 1:
        raise ValueError(
            f"Wrong tags must lie between 0 and 100 in 100 and the certainty between 0 and 1, got "
            f"{max_wrong_in_100!r} and {certainty!r}."
        )
    ranked = ranking.Ranking.of(confidence, is_correct)
    num_tagged = _sequence(confidence[ranked.order], ranked.ends, max_wrong_in_100 / 100, certainty)
    num_wrong = np.cumsum(ranked.is_wrong, dtype=np.int64)[num_tagged - 1]
    upper = upper_bound(num_wrong, num_tagged, certainty)
    num_passed = int(np.logical_and.accumulate(100 * upper <= max_wrong_in_100).sum())
    if not num_passed:
        return Line(confidence=float("nan"), num_garments=len(confidence), num_tagged=0, num_wrong=0,
                    upper=float("nan"))  # fmt: skip
    last = num_passed - 1
    return Line(
        confidence=float(confidence[ranked.order[num_tagged[last] - 1]]),
        num_garments=len(confidence),
        num_tagged=int(num_tagged[last]),
        num_wrong=int(num_wrong[last]),
        upper=float(upper[last]),
    )


def per_class(
    confidence: NDArray[np.floating],
    true_class: NDArray[np.int64],
    predicted_class: NDArray[np.int64],
    class_names: tuple[str, ...],
    max_wrong_in_100: float = MAX_WRONG_IN_100,
    *,
    certainty: float = CERTAINTY,
) -> pd.DataFrame:
    """The line of each category for itself: one row a class, in class order. The promise holds for each row by itself.

    Columns:
        class_name (str).
        line (float64, 0-1): tags of this category at least so sure are trusted; NaN where no line keeps the promise.
        num_garments (int64): validation garments tagged so.
        num_tagged (int64): those at or above the line.
        num_wrong (int64): wrong ones among them.
        upper (float64, 0-1): upper bound of the share of wrong ones; NaN where there is no line.
    """
    lines = []
    for class_index in range(len(class_names)):
        tagged = predicted_class == class_index
        is_correct = true_class[tagged] == class_index
        lines.append(suggested(confidence[tagged], is_correct, max_wrong_in_100, certainty=certainty))
    return pd.DataFrame(
        {
            "class_name": list(class_names),
            "line": [line.confidence for line in lines],
            **{name: np.array([getattr(line, name) for line in lines], dtype=np.int64)
               for name in ("num_garments", "num_tagged", "num_wrong")},
            "upper": [line.upper for line in lines],
        }
    )  # fmt: skip


def upper_bound(num_wrong: NDArray[np.int64], num_tagged: NDArray[np.int64], certainty: float) -> NDArray[np.float64]:
    """Clopper and Pearson's one-sided upper bound of a share; 1 where all are wrong."""
    found = _beta_quantile(certainty, num_wrong + 1, np.maximum(num_tagged - num_wrong, 1e-12))
    bound: NDArray[np.float64] = np.where(num_wrong >= num_tagged, 1.0, found)
    return bound


def is_trusted(
    confidence: NDArray[np.floating], predicted_class: NDArray[np.int64], lines: float | NDArray[np.floating]
) -> NDArray[np.bool_]:
    """(N,) whether a tag is at or above the line: one for all, or (K,) one a class; NaN trusts nothing."""
    line = np.asarray(lines, dtype=np.float64)
    trusted: NDArray[np.bool_] = confidence >= (line if line.ndim == 0 else line[predicted_class])
    return trusted


def outcome(
    trusted: NDArray[np.bool_],
    true_class: NDArray[np.int64],
    predicted_class: NDArray[np.int64],
    *,
    mix: NDArray[np.floating] | None = None,
    num_products: float = 100,
    seconds_each: float = SECONDS_EACH,
) -> Outcome:
    """What a line would have meant for garments whose categories are known, scaled to a number of products.

    Args:
        trusted: (N,) whether each tag is trusted.
        true_class: (N,) what the garments are.
        predicted_class: (N,) what they are tagged.
        mix: (K,) how the shop's products are spread over the categories, in any unit; None takes the garments as they
            are. A category of which there is no garment counts for nothing.
        num_products: to scale to.
        seconds_each: a person's time for one tag.

    Raises:
        ValueError: the mix is negative, or nothing of it is among the garments.
    """
    weights = np.ones(len(true_class)) if mix is None else mix_weights(true_class, mix)
    total = weights.sum()
    scale = num_products / total if total else 0.0
    num_tagged = float(weights[trusted].sum() * scale)
    num_wrong = float(weights[trusted & (true_class != predicted_class)].sum() * scale)
    num_to_check = float(weights[~trusted].sum() * scale)
    return Outcome(num_products=num_products, num_tagged=num_tagged, num_wrong=num_wrong, num_to_check=num_to_check,
                   minutes=num_to_check * seconds_each / 60)  # fmt: skip


def per_class_outcome(
    trusted: NDArray[np.bool_],
    true_class: NDArray[np.int64],
    predicted_class: NDArray[np.int64],
    class_names: tuple[str, ...],
) -> pd.DataFrame:
    """What a line would have meant for each category: one row a class, in class order.

    Columns:
        class_name (str).
        num_garments (int64): garments tagged so.
        num_tagged (int64): those whose tag is trusted.
        num_wrong (int64): wrong ones among them.
    """
    is_wrong = trusted & (true_class != predicted_class)
    num = {
        "num_garments": predicted_class, "num_tagged": predicted_class[trusted], "num_wrong": predicted_class[is_wrong]
    }  # fmt: skip
    counts = {name: np.bincount(classes, minlength=len(class_names)).astype(np.int64) for name, classes in num.items()}
    return pd.DataFrame({"class_name": list(class_names), **counts})


def mix_weights(true_class: NDArray[np.int64], mix: NDArray[np.floating]) -> NDArray[np.float64]:
    """(N,) how often each garment counts, so that the categories are spread as the mix (K,) says.

    Raises:
        ValueError: the mix is negative or not finite, or nothing of it is among the garments.
    """
    if not np.isfinite(mix).all() or (mix < 0).any():
        raise ValueError(f"A product mix is made of shares of 0 or more, got {mix.tolist()!r}.")
    counts = np.bincount(true_class, minlength=len(mix))
    each = np.divide(mix, counts, out=np.zeros(len(mix)), where=counts > 0)
    if not each.any():
        raise ValueError("None of the categories of this product mix is among the garments.")
    weights: NDArray[np.float64] = each[true_class]
    return weights


def drawn_to_mix(true_class: NDArray[np.int64], mix: NDArray[np.floating], *, seed: int = 0) -> NDArray[np.int64]:
    """Positions of as many garments as can be had whose categories are spread as the mix (K,) says, ascending.

    A line for another mix is chosen on these, because the bound needs garments that count once each. It costs garments:
    the category that is scarcest for the mix decides how many are left.

    Raises:
        ValueError: as `mix_weights`.
    """
    weights = mix_weights(true_class, mix)
    random = np.random.default_rng(seed)
    drawn: NDArray[np.int64] = np.flatnonzero(random.random(len(true_class)) * weights.max() < weights)
    return drawn


def _sequence(
    confidence: NDArray[np.floating], ends: NDArray[np.int64], max_wrong: float, certainty: float
) -> NDArray[np.int64]:
    """How many of the surest garments each line that is tried would tag, the surest line first.

    The first is the one that would pass most clearly if confidences were true; from there on about a hundredth of the
    garments is added at a time.
    """
    if not len(ends):
        return np.empty(0, dtype=np.int64)
    num_tagged = ends + 1
    claimed_wrong = np.cumsum(1 - confidence.astype(np.float64))[ends]
    claimed_upper = _beta_quantile(certainty, claimed_wrong + 1, np.maximum(num_tagged - claimed_wrong, 1e-12))
    first = int(np.argmin(claimed_upper))
    step = max(1, len(confidence) // STEPS)
    wanted = np.arange(num_tagged[first], num_tagged[-1] + step, step)
    places = np.unique(np.minimum(np.searchsorted(num_tagged, wanted), len(num_tagged) - 1))
    sequence: NDArray[np.int64] = num_tagged[places]
    return sequence


def _beta_quantile(certainty: float, first: NDArray[np.number], second: NDArray[np.floating]) -> NDArray[np.float64]:
    """The `certainty` quantile of each beta distribution; the same numbers as `scipy.stats.beta.ppf`."""
    from scipy import special  # 0.2 s, and scipy.stats 0.5 s, which every start would pay for drawing no line

    quantile: NDArray[np.float64] = special.betaincinv(first, second, certainty)
    return quantile
