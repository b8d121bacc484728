"""A claim of the program about its own figures, and how it is measured: by drawing what it is about again and again."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Measure = Callable[[np.random.Generator, int], float]
"""Given a source of luck and a number of re-draws, what is measured."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One line of docs/statistics.md."""

    name: str
    """As in the document's first column."""
    claimed: str
    """In words, with the figure."""
    low: float
    """Least value that agrees with the claim."""
    high: float
    """Largest value that does."""
    measure: Measure
    """Gives the value."""
    few: int
    """Re-draws in the test suite."""
    many: int
    """Re-draws in the benchmark."""

    def agrees(self, value: float) -> bool:
        """Whether that value lies within the claim."""
        return self.low <= value <= self.high


def share(outcomes: list[bool]) -> float:
    """Of 100 outcomes so many are true."""
    return 100 * float(np.mean(outcomes))
