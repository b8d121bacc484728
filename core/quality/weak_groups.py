"""Groups of garments, across categories, in which a version is wrong clearly more often than elsewhere.

Which groups are asked about is decided without looking at what was right or wrong: a fifth of all garments at either
end of everything of `core.quality.looks`, and heaps of garments that the model sees alike. A group is named only if
its garments are wrong more often than all others, and also more often than other garments of the same categories:
else it would only say that a category is hard. Both are exact tests, and all groups are asked about at once (Holm).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.quality import exact_strata, intervals, looks, paired, themes

CLEAR = 0.05
"""Of versions whose mistakes are spread at random, at most this share have any group named."""
SHARE_AT_END = 0.2
"""How many of all garments are called dark, pale, small and so on."""
MIN_GARMENTS = 20
MIN_MISTAKES = 5
"""Smaller groups are not asked about."""
MOST_SHARED = 0.5
"""Of two groups that share more of what either holds, only the clearer one is named."""
_GARMENTS_A_HEAP = 250
_MOST_HEAPS = 24
_CLEARLY_SO = 0.5  # spreads by which a heap differs on average, before a word is used for it


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A group that is asked about."""

    words: tuple[str, ...]
    """What its garments are, in words of `looks.TRAITS`; may be empty for a heap."""
    is_heap: bool
    """Whether they are garments that the model sees alike."""
    garments: NDArray[np.int64]
    """(M,) their positions, rising."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WeakGroup:
    """A group that is clearly wrong more often."""

    words: tuple[str, ...]
    """As in `Candidate`."""
    is_heap: bool
    """As in `Candidate`."""
    garments: NDArray[np.int64]
    """(M,) positions of all its garments, rising."""
    num_mistakes: int
    """How many of them are tagged wrongly."""
    low: float
    """Lower end of the 95 % Wilson interval of the share that is wrong, 0-1."""
    high: float
    """Its upper end."""
    num_elsewhere: int
    """All other garments."""
    num_mistakes_elsewhere: int
    """How many of those are tagged wrongly."""
    num_expected: float
    """Mistakes it would have, were each of its garments wrong as often as other garments of its category are."""
    p_value: float
    """How often luck gives as many, 0-1, over all groups that were asked about."""
    categories: tuple[int, ...]
    """Class indices of what the mistakes really are, the most frequent first: those with a fifth of them, at most 2."""

    @property
    def share(self) -> float:
        """Of its garments tagged wrongly, 0-1."""
        return self.num_mistakes / len(self.garments)

    @property
    def share_elsewhere(self) -> float:
        """Of all other garments tagged wrongly, 0-1."""
        return self.num_mistakes_elsewhere / self.num_elsewhere

    @property
    def num_above(self) -> float:
        """Mistakes more than `num_expected`."""
        return self.num_mistakes - self.num_expected


def weak_groups(
    true_class: NDArray[np.integer], predicted_class: NDArray[np.integer], candidates: list[Candidate]
) -> list[WeakGroup]:
    """The candidates that are clearly weak, those with most mistakes above the expected first; often none.

    Args:
        true_class: (N,) class index of each garment.
        predicted_class: (N,) what the version said.
        candidates: made by `candidates`, from pictures and features alone.
    """
    is_wrong = np.asarray(true_class) != predicted_class
    asked = [each for each in candidates if _is_asked(each, is_wrong)]
    if not asked:
        return []
    p_values = paired.holm([_p_value(each.garments, np.asarray(true_class), is_wrong) for each in asked])
    found: list[WeakGroup] = []
    for number in np.argsort(p_values, kind="stable"):
        if p_values[number] < CLEAR and not any(_is_same(asked[number].garments, other.garments) for other in found):
            found.append(_told(asked[number], np.asarray(true_class), is_wrong, float(p_values[number])))
    return sorted(found, key=lambda group: -group.num_above)


def candidates(
    measured: Mapping[str, NDArray[np.floating]], features: NDArray[np.floating], *, seed: int = 0
) -> list[Candidate]:
    """The groups that are asked about; the same garments give the same.

    Args:
        measured: (N,) of each of `looks.TRAITS`, by name, as `looks.measured` gives it; some may be missing.
        features: (N, D) of the garments, all by the same version.
        seed: of the starts of k-means.
    """
    traits = [trait for trait in looks.TRAITS if trait.name in measured]
    ends = [
        Candidate(words=(word,), is_heap=False, garments=garments)
        for trait in traits
        for word, garments in _ends(trait, measured[trait.name])
    ]
    return ends + _heaps(measured, traits, features, seed)


def _ends(trait: looks.Trait, values: NDArray[np.floating]) -> list[tuple[str, NDArray[np.int64]]]:
    """The fifth of the garments with least and with most of it; nothing where too many are alike."""
    if not len(values):
        return []
    low, high = np.quantile(values, [SHARE_AT_END, 1 - SHARE_AT_END])
    found = ((trait.low, np.flatnonzero(values <= low)), (trait.high, np.flatnonzero(values >= high)))
    return [(word, garments) for word, garments in found if len(garments) <= 1.5 * SHARE_AT_END * len(values) + 1]


def _heaps(
    measured: Mapping[str, NDArray[np.floating]], traits: list[looks.Trait], features: NDArray[np.floating], seed: int
) -> list[Candidate]:
    num_heaps = min(len(features) // _GARMENTS_A_HEAP, _MOST_HEAPS)
    if num_heaps < 2:
        return []
    heap_of = themes.grouped(themes.directions(features), num_heaps, np.random.default_rng(seed))
    heaps = (np.flatnonzero(heap_of == heap) for heap in range(num_heaps))
    return [
        Candidate(words=_words(measured, traits, garments), is_heap=True, garments=garments)
        for garments in heaps if len(garments)
    ]  # fmt: skip


def _words(
    measured: Mapping[str, NDArray[np.floating]], traits: list[looks.Trait], garments: NDArray[np.int64]
) -> tuple[str, ...]:
    """What the garments of a heap clearly are on average, the clearest first; at most two words."""
    found = []
    for trait in traits:
        values = measured[trait.name]
        spread = float(values.std())
        differs = (float(values[garments].mean()) - float(values.mean())) / spread if spread else 0.0
        if abs(differs) >= _CLEARLY_SO:
            found.append((-abs(differs), trait.high if differs > 0 else trait.low))
    return tuple(word for _, word in sorted(found)[:2])


def _is_asked(candidate: Candidate, is_wrong: NDArray[np.bool_]) -> bool:
    """Whether the group is large enough, and leaves enough others to compare with."""
    num = len(candidate.garments)
    return MIN_GARMENTS <= num <= len(is_wrong) - MIN_GARMENTS


def _p_value(garments: NDArray[np.int64], true_class: NDArray[np.integer], is_wrong: NDArray[np.bool_]) -> float:
    """How surprising as many mistakes are: the larger of among all garments, and among those of the same categories."""
    if is_wrong[garments].sum() < MIN_MISTAKES:
        return 1.0
    is_member = np.zeros(len(is_wrong), dtype=bool)
    is_member[garments] = True
    one = np.zeros(len(is_wrong), dtype=np.int64)
    among_all = exact_strata.p_value(is_member, is_wrong, one)
    return among_all if among_all >= CLEAR else max(among_all, exact_strata.p_value(is_member, is_wrong, true_class))


def _is_same(ones: NDArray[np.int64], others: NDArray[np.int64]) -> bool:
    """Whether two groups hold much the same garments."""
    num_shared = len(np.intersect1d(ones, others, assume_unique=True))
    return num_shared > MOST_SHARED * min(len(ones), len(others))


def _told(
    candidate: Candidate, true_class: NDArray[np.integer], is_wrong: NDArray[np.bool_], p_value: float
) -> WeakGroup:
    garments = candidate.garments
    wrong = garments[is_wrong[garments]]
    low, high = intervals.wilson(len(wrong), len(garments))
    return WeakGroup(
        words=candidate.words,
        is_heap=candidate.is_heap,
        garments=garments,
        num_mistakes=len(wrong),
        low=float(low),
        high=float(high),
        num_elsewhere=len(is_wrong) - len(garments),
        num_mistakes_elsewhere=int(is_wrong.sum()) - len(wrong),
        num_expected=_expected(garments, true_class, is_wrong),
        p_value=p_value,
        categories=_mostly(true_class[wrong]),
    )


def _expected(garments: NDArray[np.int64], true_class: NDArray[np.integer], is_wrong: NDArray[np.bool_]) -> float:
    is_member = np.zeros(len(is_wrong), dtype=bool)
    is_member[garments] = True
    expected = 0.0
    for category in np.unique(true_class[garments]):
        mine = true_class == category
        others = mine & ~is_member
        rate = is_wrong[others].mean() if others.any() else is_wrong[mine].mean()
        expected += float((mine & is_member).sum() * rate)
    return expected


def _mostly(classes: NDArray[np.integer]) -> tuple[int, ...]:
    counts = np.bincount(classes)
    order = np.argsort(-counts, kind="stable")[:2]
    return tuple(int(index) for index in order if counts[index] * 5 >= len(classes))
