"""A line that test garments may refuse: they were not asked when it was chosen, and are harder than those that were.

Garments of the training file come from the same shoots as those that were learned, so a line that keeps its promise on
held-out ones of them can break it on the test split. A line is refused where the test garments contradict its promise:
where the lower bound of its share of wrong tags (Clopper and Pearson, one-sided) lies above it. Then surer lines are
tried in a fixed order. All looks together refuse a line that keeps its promise in at most `ERROR` of cases.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.quality import automation_line
from core.quality.automation_line import Line

SURER = (1.0, 0.7, 0.5, 0.3, 0.2)
"""Lines that are tried: those for these parts of the promise, one after the other."""
ERROR = 0.05
"""Chance that a line which keeps its promise is refused, over all looks."""
Answers = tuple[NDArray[np.floating], NDArray[np.bool_]]
"""(N,) calibrated probability of each tag, 0-1, and whether it is right."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """The line that is offered."""

    line: Line
    """On the garments it was chosen on; not reached where each that was tried is refused, or there is none."""
    num_refused: int
    """Less sure lines that the test garments refused: from 1 on they helped to choose, and prove nothing any more."""


def checked(
    chosen_on: Answers,
    checked_on: Answers,
    max_wrong_in_100: float = automation_line.MAX_WRONG_IN_100,
    *,
    num_lines: int = 1,
) -> Checked:
    """The first line of those tried that the test garments do not contradict.

    Args:
        chosen_on: of validation garments.
        checked_on: of test garments.
        max_wrong_in_100: how many of 100 trusted tags may be wrong, above 0 and below 100.
        num_lines: how many lines are asked for at once, one a category: they share the error.

    Raises:
        ValueError: there is no such promise.
    """
    tried: set[float] = set()
    for part in SURER:
        line = automation_line.suggested(*chosen_on, part * max_wrong_in_100)
        if not line.is_reached:
            break
        if line.confidence in tried:
            continue
        if not is_contradicted(line.confidence, checked_on, max_wrong_in_100, num_looks=num_lines * len(SURER)):
            return Checked(line=line, num_refused=len(tried))
        tried.add(line.confidence)
    none = Line(confidence=float("nan"), num_garments=len(chosen_on[0]), num_tagged=0, num_wrong=0, upper=float("nan"))
    return Checked(line=none, num_refused=len(tried))


def is_contradicted(line: float, checked_on: Answers, max_wrong_in_100: float, *, num_looks: int = 1) -> bool:
    """Whether test garments show that a line breaks its promise.

    Args:
        line: tags at least so sure are trusted, 0-1.
        checked_on: of test garments.
        max_wrong_in_100: what is promised.
        num_looks: so many such questions share `ERROR`.
    """
    confidence, is_correct = checked_on
    trusted = confidence >= line
    num_tagged, num_wrong = int(trusted.sum()), int((trusted & ~is_correct).sum())
    return 100 * lower_bound(num_wrong, num_tagged, 1 - ERROR / num_looks) > max_wrong_in_100


def lower_bound(num_wrong: int, num_tagged: int, certainty: float) -> float:
    """Clopper and Pearson's one-sided lower bound of a share, 0-1: the upper bound of what is right, from above."""
    if not num_wrong:
        return 0.0
    num_right = num_tagged - num_wrong
    return 1 - float(automation_line.upper_bound(np.array([num_right]), np.array([num_tagged]), certainty)[0])
