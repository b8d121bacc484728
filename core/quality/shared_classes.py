"""What two versions with different categories both know: the same name, or another name for the same garments. Pure.

Categories are renamed, merged, divided and added while a catalogue grows. Names that stand on both sides are the same
category. Another one is matched by the garments that both were judged on: where nearly all of those of a category
carry one name in the other version, the two belong together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.quality.category_views import CategoryView

NEARLY_ALL = 0.9
"""Of the garments of a category that carry one other name, so that the two are one: labels are corrected too."""
LEAST_GARMENTS = 3
"""Fewer say nothing about names."""
UNKNOWN = -1
"""Index of a category that the other version does not know."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shared:
    """The categories that two versions have in common."""

    names: tuple[str, ...]
    """In the order and by the names of the version after; joined where several belong together."""
    of_before: NDArray[np.int64]
    """(K,) index in `names` of each category of the version before, `UNKNOWN` where the one after does not know it."""
    of_after: NDArray[np.int64]
    """The same of the version after."""
    renamed: tuple[str, ...]
    """What belongs together under other names, in words: "Tees is T-shirt"."""
    lost: tuple[str, ...]
    """Categories of the version before that the one after does not know."""
    added: tuple[str, ...]
    """The other way round."""

    @property
    def is_all(self) -> bool:
        """Whether the two know exactly the same categories, by the same names."""
        return not (self.renamed or self.lost or self.added)

    @property
    def sentence(self) -> str:
        """How the two differ and on what they are judged, for people; empty where they do not."""
        if self.is_all:
            return ""
        findings = [f"renamed or put together: {'; '.join(self.renamed)}"] if self.renamed else []
        findings += [f"{'; '.join(self.added)} only in the new version"] if self.added else []
        findings += [f"{'; '.join(self.lost)} only in the version before"] if self.lost else []
        return f"Judged on the garments of the {len(self.names)} categories that both know ({', '.join(findings)})."


def same(names: Sequence[str]) -> Shared:
    """Of two versions with the same categories in the same order."""
    every = np.arange(len(names), dtype=np.int64)
    return Shared(names=tuple(names), of_before=every, of_after=every, renamed=(), lost=(), added=())


def shared(
    before: Sequence[str], after: Sequence[str], labels: tuple[NDArray[np.integer], NDArray[np.integer]]
) -> Shared:
    """What two versions have in common.

    Args:
        before: names of the categories of the one.
        after: of the other.
        labels: two (N,) arrays, class index in the one and in the other of garments that both were judged on.
    """
    if tuple(before) == tuple(after):
        return same(before)
    groups = list(_groups(before, after, _linked(before, after, *labels)))
    of_before, of_after = (np.full(len(names), UNKNOWN, dtype=np.int64) for names in (before, after))
    names, renamed = [], []
    for number, (first, second) in enumerate(groups):
        of_before[first], of_after[second] = number, number
        old, new = ([side[index] for index in chosen] for side, chosen in ((before, first), (after, second)))
        names.append(" and ".join(new))
        if old != new:
            renamed.append(f"{' and '.join(old)} is {' and '.join(new)}")
    lost = tuple(name for name, group in zip(before, of_before, strict=True) if group == UNKNOWN)
    added = tuple(name for name, group in zip(after, of_after, strict=True) if group == UNKNOWN)
    return Shared(
        names=tuple(names), of_before=of_before, of_after=of_after, renamed=tuple(renamed), lost=lost, added=added
    )


def merged(found: Shared, categories: CategoryView) -> Shared:
    """The same with those as one that are one in these categories of the version after; names of several are joined.

    What only one of the two knows, or calls otherwise, stays as it is: a merge in the shop changes no model.
    """
    group_of = categories.groups[[int(np.flatnonzero(found.of_after == place)[0]) for place in range(len(found.names))]]
    groups = list(dict.fromkeys(group_of.tolist()))
    # One more place at the end, which `UNKNOWN` finds.
    place_of = np.array([*(groups.index(group) for group in group_of.tolist()), UNKNOWN], dtype=np.int64)
    names = tuple(
        " and ".join(name for name, other in zip(found.names, group_of, strict=True) if other == group)
        for group in groups
    )
    return replace(found, names=names, of_before=place_of[found.of_before], of_after=place_of[found.of_after])


def _linked(
    before: Sequence[str], after: Sequence[str], first: NDArray[np.integer], second: NDArray[np.integer]
) -> NDArray[np.bool_]:
    """(K_before, K_after) whether two categories belong together."""
    counts = np.zeros((len(before), len(after)))
    np.add.at(counts, (first, second), 1)
    is_same = np.array([[old == new for new in after] for old in before], dtype=bool).reshape(counts.shape)
    linked = is_same.copy()
    for table, own, is_view in ((counts, is_same.any(axis=1), linked), (counts.T, is_same.any(axis=0), linked.T)):
        totals = table.sum(axis=1)
        for row in np.flatnonzero((totals >= LEAST_GARMENTS) & ~own):
            best = int(table[row].argmax())
            if table[row, best] >= NEARLY_ALL * totals[row]:
                is_view[row, best] = True
    return linked


def _groups(
    before: Sequence[str], after: Sequence[str], linked: NDArray[np.bool_]
) -> Iterable[tuple[list[int], list[int]]]:
    """Categories that hang together by links, by the first one of the version after."""
    seen: set[int] = set()
    for start in range(len(after)):
        if start in seen or not linked[:, start].any():
            continue
        new, old = {start}, set(np.flatnonzero(linked[:, start]).tolist())
        while True:
            wider = {int(place) for row in old for place in np.flatnonzero(linked[row])}
            older = {int(place) for column in wider for place in np.flatnonzero(linked[:, column])}
            if wider == new and older == old:
                break
            new, old = wider, older
        seen |= new
        yield sorted(old), sorted(new)
