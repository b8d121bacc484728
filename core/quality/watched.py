"""What may be said of a list of garments that a version got wrong, when versions are compared on it. Pure.

Whatever is chosen because one version got it wrong, any other version gets right in part: another training of the same
recipe "fixes" about a quarter. So against the version that a list was made from there is no verdict, only the count and
what other trainings make of the same garments; between two others the list was chosen by neither, and a test holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from core.quality import changes
from core.quality.changes import Change


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """What became of the garments of a list from one version to another."""

    change: Change
    """On the garments of the list that both were judged on."""
    made_from: int
    """Number of the version whose mistakes they are."""
    before: int
    """Number of the one version."""
    after: int
    """Number of the other."""
    others: Mapping[int, tuple[int, int]]
    """Number of each other version of the same recipe -> how many of how many garments of the list it gets right; only
    where there is no verdict."""

    @property
    def has_verdict(self) -> bool:
        """Whether neither of the two chose the list."""
        return self.made_from not in (self.before, self.after)

    @property
    def verdict(self) -> str:
        """`better`, `worse` or `no clear difference`; empty where none may be given."""
        if not self.has_verdict:
            return ""
        if not self.change.is_clear or not self.change.net:
            return "no clear difference"
        return "better" if self.change.net > 0 else "worse"


def change(
    garments: Sequence[str],
    positions: tuple[Mapping[str, int], Mapping[str, int]],
    predictions: tuple[pd.DataFrame, pd.DataFrame],
) -> Change:
    """What became of the garments of a list from one version to another, of those that both were judged on.

    Args:
        garments: keys of the list.
        positions: of the one and of the other version, key -> position in its test split.
        predictions: tables of `core.model.inference` of the one and of the other.
    """
    common = [key for key in garments if all(key in places for places in positions)]
    was, now = (table.iloc[[known[key] for key in common]] for table, known in zip(predictions, positions, strict=True))
    found = (was["true_class"], was["predicted_class"], now["predicted_class"])
    return changes.change(*(column.to_numpy() for column in found))
