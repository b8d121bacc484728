"""What a version said, and what follows from it: counts, scores, pairs, lists.

One object serves everybody, without copying a million rows: nobody may change what these return.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.quality import confusion, cost, mistakes, pairs, scores
from core.quality import reliability as calibration
from core.store.runs import file_reader
from core.store.runs.runs import Run
from core.store.team import costs, names, team
from dashboard.data import store

BY_COST = "cost"
"""The order of a list of garments by what their mistakes cost, in addresses."""


@st.cache_resource(max_entries=8, show_spinner="Reading the stored results …")
def _predictions(run_id: str, _run: Run) -> pd.DataFrame:
    return file_reader.load_predictions(store.store(), _run)


def predictions(run: Run) -> pd.DataFrame:
    """The predictions table of that version; read-only."""
    return _predictions(run.id, run)


@st.cache_resource(max_entries=8, show_spinner="Reading the stored results …")
def _probabilities(run_id: str, _run: Run) -> NDArray[np.float32]:
    return file_reader.load_probabilities(store.store(), _run)


def probabilities(run: Run) -> NDArray[np.float32]:
    """(N, K) calibrated probabilities of the test garments of that version; read-only."""
    return _probabilities(run.id, run)


@st.cache_resource(max_entries=16, show_spinner=False)
def _history(run_id: str, _run: Run) -> pd.DataFrame:
    return file_reader.load_history(store.store(), _run)


def history(run: Run) -> pd.DataFrame:
    """One row a round of learning of that version; read-only."""
    return _history(run.id, run)


@st.cache_resource(max_entries=16, show_spinner=False)
def _counts(run_id: str, _run: Run) -> NDArray[np.int64]:
    table = predictions(_run)
    return confusion.matrix(table["true_class"].to_numpy(), table["predicted_class"].to_numpy(), len(_run.class_names))


def counts(run: Run) -> NDArray[np.int64]:
    """(K, K) confusion matrix of that version, rows = true class."""
    return _counts(run.id, run)


@st.cache_resource(max_entries=16, show_spinner=False)
def _class_scores(run_id: str, names: tuple[str, ...], _run: Run) -> pd.DataFrame:
    return scores.per_class_scores_of_matrix(counts(_run), names)


def class_scores(run: Run) -> pd.DataFrame:
    """Table of `scores.per_class_scores` of that version, with the names on screen; read-only."""
    return _class_scores(run.id, run.names, run)


@st.cache_resource(max_entries=16, show_spinner=False)
def _confused_pairs(run_id: str, names: tuple[str, ...], _run: Run) -> pd.DataFrame:
    return pairs.most_confused_pairs(counts(_run), names)


def confused_pairs(run: Run) -> pd.DataFrame:
    """Table of `pairs.most_confused_pairs` of that version, with the names on screen; read-only."""
    return _confused_pairs(run.id, run.names, run)


@st.cache_resource(max_entries=16, show_spinner=False)
def _reliability(run_id: str, _run: Run) -> tuple[pd.DataFrame, float]:
    table = predictions(_run)
    confidence = table["confidence"].to_numpy()
    is_correct = (table["true_class"] == table["predicted_class"]).to_numpy()
    return (
        calibration.reliability(confidence, is_correct),
        calibration.expected_calibration_error(confidence, is_correct),
    )


def reliability(run: Run) -> tuple[pd.DataFrame, float]:
    """Table of `calibration.reliability` over all garments, and the expected calibration error (0-1); read-only."""
    return _reliability(run.id, run)


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A set of garments that a list is narrowed to."""

    name: Hashable
    """Names the set and all that it depends on."""
    garments: NDArray[np.int64]
    """(M,) their positions in the test split."""


@st.cache_resource(max_entries=32, show_spinner=False)
def _listed(
    run_id: str,
    order: str,
    filters: tuple[tuple[str, Any], ...],
    name: Hashable,
    weights: bytes,
    _run: Run,
    _group: Group | None,
) -> pd.DataFrame:
    table = predictions(_run)
    if _group is not None:
        table = table.iloc[_group.garments]
    found = mistakes.filtered(table, **dict(filters))
    if order != BY_COST:
        return mistakes.ordered(found, order)
    num_classes = len(_run.class_names)
    return cost.costliest_first(found, np.frombuffer(weights, dtype=np.int64).reshape(num_classes, num_classes))


def listed(run: Run, order: str, filters: Mapping[str, Any], group: Group | None = None) -> pd.DataFrame:
    """The garments, of all or of `group`, that pass `filters` (arguments of `mistakes.filtered`) in that order.

    The order is a key of `mistakes.ORDERS`, or `BY_COST`.
    """
    weights = b""
    if order == BY_COST:
        weights = costs.current(store.store(), names.current(store.store(), run.class_names)).weights.tobytes()
    return _listed(run.id, order, tuple(sorted(filters.items())), group and group.name, weights, run, group)


def best_guesses(run: Run, garment: int, num_guesses: int = 3) -> list[tuple[str, float]]:
    """Name on screen and probability (0-1) of the model's first guesses for one garment, likeliest first."""
    of_garment = probabilities(run)[garment]
    first = np.argsort(-of_garment, kind="stable")[:num_guesses]
    return [(run.names[index], float(of_garment[index])) for index in first]


@st.cache_resource(max_entries=8, show_spinner="Reading the stored results …")
def _similar(run_id: str, split: str, _run: Run) -> NDArray[np.int32]:
    return file_reader.load_similar(store.store(), _run, split)


def similar(run: Run, garment: int) -> pd.DataFrame:
    """The rows of the predictions table of the most similar test garments, nearest first."""
    nearest: pd.DataFrame = predictions(run).iloc[_similar(run.id, "test", run)[garment]]
    return nearest


def similar_train(run: Run, garment: int) -> list[int]:
    """Positions in the training split of the most similar garments the model learned from, nearest first."""
    return [int(position) for position in _similar(run.id, "train", run)[garment]]


def target() -> float:
    """The share, 0-1, that the team wants each category to reach."""
    return team.target(store.store())


def choose_target(share: float, who: str) -> None:
    """Keeps the team's target line."""
    team.choose_target(store.store(), share, who=who)


def pair_rule(first_class: str, second_class: str) -> str:
    """How the team tells two classes apart; empty until somebody wrote it."""
    return team.pair_rule(store.store(), first_class, second_class)


def write_pair_rule(first_class: str, second_class: str, rule: str, who: str) -> None:
    """Keeps the team's rule for two classes."""
    team.write_pair_rule(store.store(), first_class, second_class, rule, who=who)
