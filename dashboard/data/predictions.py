"""What a version said, and what follows from it: counts, scores, pairs, lists.

One object serves everybody, without copying a million rows: nobody may change what these return.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.catalogue.own import questions
from core.quality import confusion, cost, mistakes, pairs, scores
from core.quality import reliability as calibration
from core.store.runs import file_reader
from core.store.runs.runs import Run
from core.store.team import costs, names
from dashboard.data import store

BY_COST = "cost"
"""The order of a list of garments by what their mistakes cost, in addresses."""


@store.cached(most=8, spinner="Reading the stored results …")
def predictions(run: Run) -> pd.DataFrame:
    """The predictions table of that version; read-only."""
    return file_reader.load_predictions(store.store(), run)


@store.cached(most=8, spinner="Reading the stored results …")
def probabilities(run: Run) -> NDArray[np.float32]:
    """(N, K) calibrated probabilities of the test garments of that version; read-only."""
    return file_reader.load_probabilities(store.store(), run)


@store.cached(most=16)
def history(run: Run) -> pd.DataFrame:
    """One row a round of learning of that version; read-only."""
    return file_reader.load_history(store.store(), run)


@store.cached(most=16)
def counts(run: Run) -> NDArray[np.int64]:
    """(K, K) confusion matrix of that version, rows = true class."""
    table = predictions(run)
    return confusion.matrix(table["true_class"].to_numpy(), table["predicted_class"].to_numpy(), len(run.class_names))


def counts_among(run: Run, sure: tuple[int, int], passes: NDArray[np.bool_] | None) -> NDArray[np.int64]:
    """`counts` of the garments that pass what a list is narrowed to besides its kind.

    Args:
        run: the version.
        sure: lowest and highest confidence, in percent.
        passes: (N,) garments that pass by what was said of them; None: all do.
    """
    if sure == (0, 100) and passes is None:
        return counts(run)
    table = mistakes.filtered(
        predictions(run), confidence_low=sure[0] / 100, confidence_high=sure[1] / 100, only_mistakes=False
    )
    if passes is not None:
        table = table[passes[table["garment"].to_numpy()]]
    return confusion.matrix(table["true_class"].to_numpy(), table["predicted_class"].to_numpy(), len(run.class_names))


@store.cached(most=16, by_names=True)
def class_scores(run: Run) -> pd.DataFrame:
    """Table of `scores.per_class_scores` of that version, with the names on screen; read-only."""
    return scores.per_class_scores_of_matrix(counts(run), run.names)


@store.cached(most=16, by_names=True)
def confused_pairs(run: Run) -> pd.DataFrame:
    """Table of `pairs.most_confused_pairs` of that version, with the names on screen; read-only."""
    return pairs.most_confused_pairs(counts(run), run.names)


@store.cached(most=16)
def reliability(run: Run) -> tuple[pd.DataFrame, float]:
    """Table of `calibration.reliability` over all garments, and the expected calibration error (0-1); read-only."""
    table = predictions(run)
    confidence = table["confidence"].to_numpy()
    is_correct = (table["true_class"] == table["predicted_class"]).to_numpy()
    return (
        calibration.reliability(confidence, is_correct),
        calibration.expected_calibration_error(confidence, is_correct),
    )


@store.cached(most=8)
def calibration_by_luck(run: Run) -> float:
    """The calibration error (0-1) that a perfect model would show on as many garments; see `error_by_luck`."""
    return calibration.error_by_luck(predictions(run)["confidence"].to_numpy())


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A set of garments that a list is narrowed to."""

    name: Hashable
    """Names the set and all that it depends on."""
    garments: NDArray[np.int64]
    """(M,) their positions in the test split."""


@store.cached(most=32)
def _listed(
    run: Run, order: str, filters: tuple[tuple[str, Any], ...], name: Hashable, weights: bytes, _group: Group | None
) -> pd.DataFrame:
    table = predictions(run)
    if _group is not None:
        table = table.iloc[_group.garments]
    found = mistakes.filtered(table, **dict(filters))
    if order != BY_COST:
        return mistakes.ordered(found, order)
    num_classes = len(run.class_names)
    return cost.costliest_first(found, np.frombuffer(weights, dtype=np.int64).reshape(num_classes, num_classes))


def listed(run: Run, order: str, filters: mistakes.Filter, group: Group | None = None) -> pd.DataFrame:
    """The garments, of all or of `group`, that pass `filters` (arguments of `mistakes.filtered`) in that order.

    The order is a key of `mistakes.ORDERS`, or `BY_COST`.
    """
    weights = b""
    if order == BY_COST:
        named, groups = names.current(store.store(), run.class_names), filters.get("groups")
        of_classes = costs.current(store.store(), named).weights
        weights = (cost.without_merged(of_classes, np.array(groups)) if groups else of_classes).tobytes()
    return _listed(run, order, tuple(sorted(filters.items())), group and group.name, weights, group)


@store.cached(most=16, by_names=True)
def weak_categories(run: Run) -> list[tuple[str, int]]:
    """Name on screen and number of training garments of categories that a version of own photos hardly learned."""
    details = file_reader.load_photo_details(store.store(), run)
    counts = details["learned"] if details else []
    return [(name, num) for name, num in zip(run.names, counts, strict=False) if num < questions.WEAK_BELOW]


def best_guesses(run: Run, garment: int, num_guesses: int = 3) -> list[tuple[str, float]]:
    """Name on screen and probability (0-1) of the model's first guesses for one garment, likeliest first."""
    of_garment = probabilities(run)[garment]
    first = np.argsort(-of_garment, kind="stable")[:num_guesses]
    return [(run.names[index], float(of_garment[index])) for index in first]


@store.cached(most=8, spinner="Reading the stored results …")
def _similar(run: Run, split: str) -> NDArray[np.int32]:
    return file_reader.load_similar(store.store(), run, split)


def similar(run: Run, garment: int) -> pd.DataFrame:
    """The rows of the predictions table of the most similar test garments, nearest first."""
    nearest: pd.DataFrame = predictions(run).iloc[_similar(run, "test")[garment]]
    return nearest


def similar_train(run: Run, garment: int) -> list[int]:
    """Positions in the training split of the most similar garments the model learned from, nearest first."""
    return [int(position) for position in _similar(run, "train")[garment]]
