"""Two versions on the same garments: what one fixed and what it broke, whether by luck, and whether the test was fair.

The two may have been judged on different tests. They are compared on the garments that both saw: the same picture with
the same label. Pictures are found by a hash and then compared pixel by pixel, so nothing rests on the hash.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import errors
from core.catalogue import on_disk
from core.quality import changes, shared_classes
from core.quality.category_views import CategoryView
from core.quality.shared_classes import UNKNOWN, Shared

LEAK_SHARE = 0.01
"""Fashion-MNIST itself holds a few pictures twice; a leak would be a large part of the test garments."""
LEAST_SHARED = 2
"""Categories that both must know, so that there is anything to mix up."""
CHUNK_BYTES = 4_000_000
"""Of pictures hashed or compared at once, whatever the number of garments and their size."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """One version's answers to its test garments."""

    images: NDArray[np.uint8]
    """(N, H, W) the pictures."""
    true_class: NDArray[np.int64]
    """(N,) class index of each label; `UNKNOWN` where the version it is compared with does not know the category."""
    predicted_class: NDArray[np.int64]
    """(N,) class index of each answer; one past the last where that is a category which only this version knows."""
    confidence: NDArray[np.float64]
    """(N,) probability of that answer, 0-1."""
    class_names: tuple[str, ...]
    """The K names of the classes."""
    line: float = float("nan")
    """From which confidence on the tags of this version leave without a person, 0-1, by the line that people would be
    offered; NaN where there is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """The way from one version to another, on the garments that both were judged on."""

    change: changes.Change
    """Fixed, newly wrong, both wrong, and McNemar's test."""
    classes: pd.DataFrame
    """Table of `changes.per_class_changes`, one row a class that both know."""
    shared: Shared
    """The categories that both know."""
    garments: pd.DataFrame
    """One row a common garment: before, after (int64), its position in the one and in the other test split."""
    fixed: pd.DataFrame
    """The rows of `garments` that were wrong before and are right now."""
    newly_wrong: pd.DataFrame
    """The rows of `garments` that were right before and are wrong now."""
    num_before: int
    """Garments in the test split of the version before."""
    num_after: int
    """Garments in the test split of the version after."""

    @property
    def num_common(self) -> int:
        """Garments judged by both."""
        return self.change.num_garments

    @property
    def result(self) -> str:
        """`better`, `worse`, or `no clear difference` where luck explains it well."""
        if not self.change.is_clear or not self.change.net:
            return "no clear difference"
        return "better" if self.change.net > 0 else "worse"


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlap:
    """How far a version was judged on garments that it had learned from."""

    num_garments: int
    """Test garments."""
    num_learned: int
    """Those whose picture is also among the training garments, whatever their labels."""

    @property
    def is_leak(self) -> bool:
        """Whether that is more than a few pictures that a catalogue holds twice."""
        return self.num_learned > LEAK_SHARE * self.num_garments

    @property
    def sentence(self) -> str:
        """What was found, for people."""
        if not self.is_leak:
            return f"{self.num_learned:,} of {self.num_garments:,} test garments are also among the training garments."
        return (
            f"{self.num_learned:,} of {self.num_garments:,} test garments are among those it learned from, so its "
            "answers to them prove nothing. Train it without them."
        )


def compare(before: Judged, after: Judged, categories: CategoryView | None = None) -> Comparison:
    """What changed from one version to the other, in the categories of `in_common`.

    Raises:
        errors.CategoriesDiffer: hardly a category is known to both; the message names them.
    """
    return compared(*in_common(before, after, categories))


def compared(shared: Shared, before: Judged, after: Judged) -> Comparison:
    """The same of two that stand in the terms of what both know, see `in_common`."""
    garments = common_garments(before, after)
    first, second = garments["before"].to_numpy(), garments["after"].to_numpy()
    true_class = before.true_class[first]
    answers = before.predicted_class[first], after.predicted_class[second]
    was_right, is_right = (answer == true_class for answer in answers)
    return Comparison(
        change=changes.change(true_class, *answers),
        classes=changes.per_class_changes(true_class, *answers, shared.names),
        shared=shared,
        garments=garments,
        fixed=garments[~was_right & is_right],
        newly_wrong=garments[was_right & ~is_right],
        num_before=len(before.true_class),
        num_after=len(after.true_class),
    )


def in_common(before: Judged, after: Judged, categories: CategoryView | None = None) -> tuple[Shared, Judged, Judged]:
    """What both know, and the answers of the two in its terms; garments of other categories are `UNKNOWN`.

    Args:
        before: the one version.
        after: the other one.
        categories: of the K classes of the version after, where several are one in the shop; None: each by itself.

    Raises:
        errors.CategoriesDiffer: hardly a category is known to both; the message names them.
    """
    is_merged = categories is not None and categories.is_merged
    if before.class_names == after.class_names and not is_merged:
        return shared_classes.same(before.class_names), before, after
    shared = _shared(before, after)
    if categories is not None and is_merged:
        shared = shared_classes.merged(shared, categories)
    return (
        shared,
        _in_terms_of(shared.names, shared.of_before, before),
        _in_terms_of(shared.names, shared.of_after, after),
    )


def _shared(before: Judged, after: Judged) -> Shared:
    if before.class_names == after.class_names:
        return shared_classes.same(before.class_names)
    garments = same_pictures(before, after)
    first, second = garments["before"].to_numpy(), garments["after"].to_numpy()
    labels = before.true_class[first], after.true_class[second]
    shared = shared_classes.shared(before.class_names, after.class_names, labels)
    if len(shared.names) < LEAST_SHARED:
        raise differing(before.class_names, after.class_names)
    return shared


def _in_terms_of(names: tuple[str, ...], places: NDArray[np.int64], judged: Judged) -> Judged:
    answers = places[judged.predicted_class]
    return replace(
        judged,
        true_class=places[judged.true_class],
        predicted_class=np.where(answers == UNKNOWN, len(names), answers),
        class_names=names,
    )


def differing(before: tuple[str, ...], after: tuple[str, ...]) -> errors.CategoriesDiffer:
    """What is to be said of versions that cannot be compared; it names what only one of them knows."""
    lost, added = [name for name in before if name not in after], [name for name in after if name not in before]
    findings = [f"lacks {', '.join(map(repr, lost))}"] * bool(lost) + [f"adds {', '.join(map(repr, added))}"] * bool(
        added
    )
    differing = f"The categories differ: the new version {' and '.join(findings) or 'has them in another order'}."
    return errors.CategoriesDiffer(
        f"{differing} Versions can be compared only where both know most categories: train it on the same ones.",
        differing,
    )


def common_garments(before: Judged, after: Judged) -> pd.DataFrame:
    """One row a garment that both test splits hold, in the order of the first.

    The same picture twice with the same label is paired in order: first with first, second with second.

    Columns:
        before, after (int64): its position in the one and in the other test split.
    """
    if before.images.shape[1:] != after.images.shape[1:]:
        return _paired(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    if _are_same(before, after):
        known = np.flatnonzero(before.true_class != UNKNOWN)
        return _paired(known, known)
    return _merged(_marked(before), _marked(after), before.images, after.images)


def same_pictures(before: Judged, after: Judged) -> pd.DataFrame:
    """As `common_garments`, whatever their labels."""
    if before.images.shape[1:] != after.images.shape[1:]:
        return _paired(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    alike = [replace(judged, true_class=np.zeros_like(judged.true_class)) for judged in (before, after)]
    return _merged(_marked(alike[0]), _marked(alike[1]), before.images, after.images)


def _merged(
    before: pd.DataFrame, after: pd.DataFrame, first_images: NDArray[np.uint8], second_images: NDArray[np.uint8]
) -> pd.DataFrame:
    both = before.merge(after, on=["picture", "label", "turn"], suffixes=("_before", "_after"))
    first, second = both["garment_before"].to_numpy(), both["garment_after"].to_numpy()
    is_same = _equal_pictures(first_images, first, second_images, second)
    return _paired(first[is_same], second[is_same])


def overlap(test_images: NDArray[np.uint8], train_images: NDArray[np.uint8]) -> Overlap:
    """How many of the test pictures (N, H, W) are among the training pictures (M, H, W)."""
    if test_images.shape[1:] != train_images.shape[1:]:
        return Overlap(num_garments=len(test_images), num_learned=0)
    is_learned = np.isin(picture_hashes(test_images), picture_hashes(train_images))
    return Overlap(num_garments=len(test_images), num_learned=int(is_learned.sum()))


def picture_hashes(images: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """(N,) a 64-bit hash of each of the (N, H, W) pictures: two different ones share it in 1 of 2^64 cases.

    Two multilinear hashes of 32 bits: D. Lemire and O. Kaser, "Strongly universal string hashing is fast", The Computer
    Journal 57 (2014).
    """
    num_words = -(-images[0].size // 4) if len(images) else 0
    factors = np.random.default_rng(0).integers(0, 2**64, (num_words, 2), dtype=np.uint64)
    hashes = np.empty(len(images), dtype=np.uint64)
    chunk = _at_once(images)
    for start in range(0, len(images), chunk):
        pixels = images[start : start + chunk].reshape(-1, images[0].size)
        padded = np.pad(pixels, ((0, 0), (0, 4 * num_words - pixels.shape[1])))
        sums = padded.view("<u4").astype(np.uint64) @ factors  # wraps at 2^64, as it must
        hashes[start : start + chunk] = (sums[:, 0] >> np.uint64(32) << np.uint64(32)) | (sums[:, 1] >> np.uint64(32))
        on_disk.let_go(images)
    return hashes


def _at_once(images: NDArray[np.uint8]) -> int:
    return max(1, CHUNK_BYTES // images[0].size) if len(images) else 1


def _marked(judged: Judged) -> pd.DataFrame:
    marked = pd.DataFrame({"picture": picture_hashes(judged.images), "label": judged.true_class})
    marked["turn"] = marked.groupby(["picture", "label"]).cumcount()
    marked["garment"] = np.arange(len(marked))
    return marked[marked["label"] != UNKNOWN]


def _paired(before: NDArray[np.int64], after: NDArray[np.int64]) -> pd.DataFrame:
    return pd.DataFrame({"before": before.astype(np.int64), "after": after.astype(np.int64)})


def _are_same(before: Judged, after: Judged) -> bool:
    if not np.array_equal(before.true_class, after.true_class):
        return False
    return before.images is after.images or np.array_equal(before.images, after.images)


def _equal_pictures(
    first: NDArray[np.uint8], at_first: NDArray[np.int64], second: NDArray[np.uint8], at_second: NDArray[np.int64]
) -> NDArray[np.bool_]:
    is_equal = np.empty(len(at_first), dtype=bool)
    chunk = _at_once(first)
    for start in range(0, len(at_first), chunk):
        part = slice(start, start + chunk)
        pixels = first[at_first[part]] == second[at_second[part]]
        is_equal[part] = pixels.reshape(len(pixels), -1).all(axis=1)
        on_disk.let_go(first)
        on_disk.let_go(second)
    return is_equal
