"""All that the Monday pack says of a version, read from what is stored: no model runs, and nothing is written."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import errors
from core.quality import (
    acceptance,
    category_views,
    changes,
    confusion,
    merging,
    mistakes,
    pairs,
    review,
    scores,
    watched,
)
from core.quality.category_views import CategoryView
from core.report import open_points, wording, worst_pairs
from core.report.contents import Changed, Contents, Headline, Made
from core.report.decided import decided
from core.retail.naming import Naming
from core.store import Store
from core.store.base import audit
from core.store.batches import spot_checks
from core.store.live import comparisons, promotions
from core.store.runs import file_reader, runs
from core.store.runs.runs import Run
from core.store.team import names, team
from core.store.verdicts import verdict_tables, watch_lists
from core.tagging import checked_products, products


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """What several parts need, read once."""

    store: Store
    run: Run
    naming: Naming
    categories: CategoryView
    """Those that are counted in, as sold or the model's own."""
    predictions: pd.DataFrame
    """Table of `core.model.inference` of the version's test garments."""
    counts: NDArray[np.int64]
    """(K, K) confusion matrix, rows = true class."""
    products: pd.DataFrame
    """Table of `core.tagging.products` of every batch."""
    checks: list[spot_checks.SpotCheck]
    """Every spot check."""


def read(store: Store, run: Run, made: Made, *, as_sold: bool = True) -> Contents:
    """All of the pack about that version, in the categories of the shop or in the model's own.

    Raises:
        errors.ArtefactCorrupt: what the version said is missing or damaged.
    """
    predictions = file_reader.load_predictions(store, run)
    true_class, predicted = (predictions[name].to_numpy() for name in ("true_class", "predicted_class"))
    naming = names.current(store, run.class_names)
    sold = category_views.as_sold([entry.name for entry in naming.entries])
    found = Read(
        store=store,
        run=run,
        naming=naming,
        categories=sold if as_sold else category_views.own(naming.on_screen),
        predictions=predictions,
        counts=confusion.matrix(true_class, predicted, len(run.class_names)),
        products=products.all_tables(store),
        checks=spot_checks.all_checks(store),
    )
    return _contents(found, made)


def _contents(found: Read, made: Made) -> Contents:
    store, run, naming, categories = found.store, found.run, found.naming, found.categories
    live, target, reviewed = promotions.live_run(store, run.scope), team.target(store), _reviewed(found)
    counts = merging.merged_counts(found.counts, categories.groups)
    card = scores.per_class_scores_of_matrix(counts, categories.names)
    mixed = pairs.most_confused_pairs(counts, categories.names)
    wrong = _wrong(found)
    worst, pictures_missing = worst_pairs.worst(store, run, (naming, categories), mixed, wrong, counts.sum(axis=1))
    log = tuple(entry for entry in audit.entries(store) if entry.at >= made.since)
    return Contents(
        made=made,
        run=run,
        is_live=live is not None and live.id == run.id,
        target=target,
        headline=_headline(found, reviewed, scores.accuracy_of_counts(int(np.trace(counts)), run.num_test)),
        is_as_sold=categories.is_merged or not naming.merged,
        merges=naming.merged,
        card=card,
        pairs=mixed,
        worst_pairs=worst,
        pictures_missing=pictures_missing,
        changed=_changed(found),
        decisions=tuple(decided(store, naming, found.products, log, made.since)),
        log=log,
        questions=tuple(
            open_points.read(
                store,
                run,
                found.products,
                found.checks,
                naming,
                reviewed=reviewed,
                num_below=_num_below(card, target),
                groups=categories.groups,
                now=made.at.astimezone(),
            )
        ),
        wrong=wrong,
    )


def _reviewed(found: Read) -> review.TwoScores | None:
    try:
        keys = file_reader.load_keys(found.store, found.run, "test")
    except errors.StoreError:
        return None
    stands_for = category_views.stands_for(found.categories, found.run.class_names)
    states = verdict_tables.states_by_position(verdict_tables.current(found.store), keys, stands_for)
    true_class, predicted = (found.predictions[name].to_numpy() for name in ("true_class", "predicted_class"))
    return review.two_scores(true_class, predicted, states, found.run.class_names, found.categories.groups)


def _headline(found: Read, reviewed: review.TwoScores | None, accuracy: scores.Accuracy) -> Headline:
    weeks = checked_products.by_week(found.products, found.checks, found.naming)
    counts = (weeks[name].tolist() for name in ("num_right", "num_checked", "num_products"))
    return Headline(
        accuracy=accuracy,
        merged=merging.effect(found.counts, found.naming.shop_index) if found.naming.merged else None,
        reviewed=reviewed,
        spot_checks=acceptance.spot_checks(checked_products.are_right(found.checks, found.naming)),
        spot_share=acceptance.weighted(*counts),
    )


def _wrong(found: Read) -> pd.DataFrame:
    """The garments tagged wrongly, the most sure first; a mix-up within a merged category is none."""
    table = found.predictions
    said = category_views.relabelled(found.categories, table)
    is_wrong = (said["true_class"] != said["predicted_class"]).to_numpy()
    return mistakes.most_sure_first(table[is_wrong])


def _num_below(card: pd.DataFrame, target: float) -> int:
    return int(((card["recall_high"] < target) | (card["precision_high"] < target)).sum())


def _changed(found: Read) -> Changed:
    before = comparisons.previous(found.store, found.run)
    if before is None:
        return Changed(before=None, why_none=_why_none(found), change=None, classes=pd.DataFrame(), watched=())
    was = file_reader.load_predictions(found.store, before)
    group = found.categories.groups
    answers = (found.predictions["true_class"], was["predicted_class"], found.predictions["predicted_class"])
    true_class, old, new = (group[column.to_numpy()] for column in answers)
    return Changed(
        before=before,
        why_none="",
        change=changes.change(true_class, old, new),
        classes=changes.per_class_changes(true_class, old, new, found.categories.names),
        watched=_watched(found, before, was),
    )


def _why_none(found: Read) -> str:
    earlier = [run for run in runs.list_runs(found.store) if run.version < found.run.version]
    if earlier:
        return "No earlier version was judged on the same garments, so there is nothing to compare with."
    return "This is the first version, so there is nothing to compare with."


def _watched(found: Read, before: Run, was: pd.DataFrame) -> tuple[str, ...]:
    """One sentence a watch list; none where the garments cannot be told apart."""
    lists = watch_lists.current(found.store)
    if not lists:
        return ()
    try:
        both = [file_reader.load_keys(found.store, run, "test") for run in (before, found.run)]
    except errors.StoreError:
        return ()
    said = (
        category_views.relabelled(found.categories, was),
        category_views.relabelled(found.categories, found.predictions),
    )
    told = []
    for one in lists:
        first, second = (keys.first_positions(one.garments) for keys in both)
        change = watched.change(one.garments, (first, second), said)
        told.append(
            wording.watched(
                wording.shortened(one.name, wording.LONGEST_NAME),
                watched.Watched(
                    change=change, made_from=one.version, before=before.version, after=found.run.version, others={}
                ),
            )
        )
    return tuple(told)
