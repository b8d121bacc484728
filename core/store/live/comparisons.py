"""Two stored versions side by side: reads what each answered, and to what, and has `core.quality` compare it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core import errors
from core.quality import automation_share, category_views, comparison
from core.quality.category_views import CategoryView
from core.store.base.store import Store
from core.store.runs import file_reader, offered_line, runs


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """Two versions, read and compared."""

    before: comparison.Judged
    """Answers of the one."""
    after: comparison.Judged
    """Answers of the other."""
    comparison: comparison.Comparison
    """What changed on the garments that both were judged on."""
    automation: automation_share.Difference
    """The share of those that could be tagged automatically."""


def compare(store: Store, before: runs.Run, after: runs.Run) -> Match:
    """What changed from one version to the other, in the categories that the shop sells.

    Raises:
        errors.ComparisonRefused: they know hardly a category together, or one of them learned from garments that it is
            compared on.
        errors.ArtefactCorrupt: a file is missing or changed.
    """
    found = matched(*both_judged(store, before, after), category_views.as_sold(after.sold_as))
    for run in (before, after):
        learned = overlap(store, run, found)
        if learned.is_leak:
            raise errors.ComparisonRefused(f"Version {run.version} cannot be compared: {learned.sentence}")
    return found


def both_judged(store: Store, before: runs.Run, after: runs.Run) -> tuple[comparison.Judged, comparison.Judged]:
    """The answers of two versions; garments that both were judged on are read once.

    Raises:
        errors.ArtefactCorrupt: a file is missing or changed.
    """
    first = judged(store, before)
    same = first if before.catalogue_artefact == after.catalogue_artefact else None
    return first, judged(store, after, same_garments=same)


def judged(store: Store, run: runs.Run, *, same_garments: comparison.Judged | None = None) -> comparison.Judged:
    """The answers of that version to its test garments.

    Args:
        store: where.
        run: which.
        same_garments: another version's answers to the very same garments, where they are at hand.

    Raises:
        errors.ArtefactCorrupt: a file is missing or changed.
    """
    table = file_reader.load_predictions(store, run)
    if same_garments is None:
        garments = file_reader.load_split(store, run, "test")
        images, labels = garments.images, garments.labels
    else:
        images, labels = same_garments.images, same_garments.true_class
    return comparison.Judged(
        images=images,
        true_class=labels,
        predicted_class=table["predicted_class"].to_numpy(),
        confidence=table["confidence"].to_numpy(),
        class_names=run.class_names,
        line=float("nan") if offered_line.why_none(store, run) else offered_line.offered(store, run).line.confidence,
    )


def matched(before: comparison.Judged, after: comparison.Judged, categories: CategoryView | None = None) -> Match:
    """The two compared, whatever they learned from, in terms of the categories that both know, see `in_common`.

    Where categories are merged, a tag of the same category is right; the lines stay those of the model's own.

    Raises:
        errors.CategoriesDiffer: they know hardly a category together.
    """
    shared, before, after = comparison.in_common(before, after, categories)
    found = comparison.compared(shared, before, after)
    first, second = found.garments["before"].to_numpy(), found.garments["after"].to_numpy()
    is_correct = before.predicted_class == before.true_class, after.predicted_class == after.true_class
    shares = automation_share.difference(
        (before.confidence[first], after.confidence[second]),
        (is_correct[0][first], is_correct[1][second]),
        (before.line, after.line),
    )
    return Match(before=before, after=after, comparison=found, automation=shares)


def overlap(store: Store, run: runs.Run, match: Match) -> comparison.Overlap:
    """How far that version learned from garments it is judged on: the worst of both tests and of what they share.

    Raises:
        errors.ArtefactCorrupt: a file is missing or changed.
    """
    if run.elsewhere:  # what it learned from, nobody here knows
        return comparison.Overlap(num_garments=run.num_test, num_learned=0)
    learned = file_reader.load_split(store, run, "train").images
    tests, garments = [match.before.images], match.comparison.garments
    if match.comparison.num_common < max(match.comparison.num_before, match.comparison.num_after):
        tests += [match.after.images, match.before.images[garments["before"].to_numpy()]]
    found = [comparison.overlap(images, learned) for images in tests]
    return max(found, key=lambda one: (one.is_leak, one.num_learned))


def previous(
    store: Store, run: runs.Run, are_same_garments: Callable[[runs.Run, runs.Run], bool] | None = None
) -> runs.Run | None:
    """The version before this one that was judged on the same garments; None where there is none.

    What they learned from may differ: one recipe sets garments aside to be checked by, another one learns from all.

    Args:
        store: where.
        run: which.
        are_same_garments: whether two were judged on the same, for who keeps what `have_same_test_garments` says.
    """

    def is_alike(other: runs.Run) -> bool:
        if run.class_names != other.class_names or run.num_test != other.num_test:
            return False
        if run.catalogue_fingerprint == other.catalogue_fingerprint:
            return True
        if are_same_garments is None:
            return have_same_test_garments(store, run, other)
        return are_same_garments(run, other)

    return next((other for other in runs.list_runs(store) if other.version < run.version and is_alike(other)), None)


def have_same_test_garments(store: Store, run: runs.Run, other: runs.Run) -> bool:
    """Picture by picture and label by label, in the same order, so that positions mean the same garment."""
    try:
        one, another = (file_reader.load_keys(store, each, "test") for each in (run, other))
    except errors.ArtefactCorrupt:  # the pages of that version say what is wrong with it
        return False
    return np.array_equal(one.digests, another.digests)
