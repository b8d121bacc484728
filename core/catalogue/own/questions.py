"""What the checks ask people about photos: which belong together, and what is decided of them already. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from core.catalogue import kept
from core.catalogue.own import decisions, likeness

WEAK_BELOW = 50
"""Photos of a category, fewer of which say little about it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One thing to decide."""

    check: str
    """The name of the check that asks, see `checks.Check`."""
    places: tuple[int, ...]
    """Rows of the table that it is about, in their order."""
    category: str = ""
    """The category, where that is what it is about."""


def questions(table: pd.DataFrame, decided: Sequence[decisions.Decision] = ()) -> dict[str, list[Question]]:
    """Name of a check -> what it asks, without what is decided.

    Args:
        table: see `kept.COLUMNS`; with `kept.AS_BROUGHT` where decisions were applied.
        decided: what holds, see `decisions.active`.
    """
    table = table.reset_index(drop=True)
    settled, photos = decisions.Settled(decided), decisions.photos_of(table)
    usable = table[table["problem"] == ""]
    alike, names = likeness.groups(usable["hash"].tolist()).tolist(), usable["category"].tolist()
    found: dict[str, list[tuple[int, ...]]] = {
        "usable": [(int(place),) for place in table.index[~table["problem"].isin(["", kept.LEFT_OUT])]],
        "copies": _groups(usable, usable["sha256"].tolist(), names),
        "contradictions": [
            places for places in _groups(usable, alike) if usable.loc[list(places), "category"].nunique() > 1
        ],
        "near": [
            places for places in _groups(usable, alike, names)
            if usable.loc[list(places), "sha256"].nunique() > 1
        ],
    }  # fmt: skip
    asked = {
        check: [
            Question(check=check, places=places) for places in groups
            if not settled.is_settled(check, [photos[place] for place in places])
        ]
        for check, groups in found.items()
    }  # fmt: skip
    return {**asked, "counts": _small(usable, settled)}


def _groups(usable: pd.DataFrame, *by: Sequence[object]) -> list[tuple[int, ...]]:
    """Places of those that are equal in all of that, where there are several, by the first of them."""
    found: dict[object, list[int]] = {}
    for place, *key in zip(usable.index.tolist(), *by, strict=True):
        found.setdefault(tuple(key), []).append(int(place))
    return [tuple(places) for places in found.values() if len(places) > 1]


def _small(usable: pd.DataFrame, settled: decisions.Settled) -> list[Question]:
    """Categories with few photos, the smallest first."""
    places = {str(name): tuple(int(place) for place in found) for name, found in
              usable.groupby("category").groups.items()}  # fmt: skip
    small = [name for name in places if len(places[name]) < WEAK_BELOW and name not in settled.categories]
    small.sort(key=lambda name: (len(places[name]), name))
    return [Question(check="counts", places=places[name], category=name) for name in small]
