"""How many garments of a test are tagged without a person, each version by the line that a person would get for it.

The line is chosen on validation garments, see `core.quality.automation_line`; here it is only applied. A line that is
chosen on the very garments it is then judged on looks better than it is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.quality import paired

MAX_WRONG_IN_100 = 2.0
"""What the lines that are compared promise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Automation:
    """The garments at or above a line."""

    num_garments: int
    """Garments judged."""
    num_tagged: int
    """Garments at or above the line."""
    num_wrong: int
    """Wrong ones among them."""
    line: float
    """Confidence from which on tags are trusted, 0-1; NaN where there is no line, so that none is."""

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


def automation(confidence: NDArray[np.floating], is_correct: NDArray[np.bool_], line: float) -> Automation:
    """What a line means for N garments.

    Args:
        confidence: (N,) probability of each tag, 0-1.
        is_correct: (N,) whether the tag is right.
        line: 0-1; NaN trusts none.
    """
    trusted = confidence >= line
    return Automation(
        num_garments=len(confidence),
        num_tagged=int(trusted.sum()),
        num_wrong=int((trusted & ~is_correct).sum()),
        line=line,
    )


def difference(
    confidence: tuple[NDArray[np.floating], NDArray[np.floating]],
    is_correct: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    lines: tuple[float, float],
) -> Difference:
    """How the automation of two versions differs on the same N garments, with the interval of `paired`.

    Args:
        confidence: two times (N,) probability of each tag, 0-1; before and after.
        is_correct: two times (N,) whether the tag is right; before and after.
        lines: of both, as in `automation`.
    """
    before, after = (automation(*one) for one in zip(confidence, is_correct, lines, strict=True))
    was_tagged, is_tagged = (sure >= line for sure, line in zip(confidence, lines, strict=True))
    num_gained, num_lost = int((is_tagged & ~was_tagged).sum()), int((was_tagged & ~is_tagged).sum())
    low, high = paired.difference_interval(num_gained, num_lost, len(was_tagged))
    return Difference(before=before, after=after, low=low, high=high)
