"""What a version does with one category, or with two: worked out once from its stored results, for pages.

With `dashboard.data.runs` a user of Streamlit's caches.
"""

import pandas as pd
import streamlit as st

from core.quality import changes, curves, sureness, two_classes
from core.store.runs.runs import Run
from dashboard.data import predictions


@st.cache_resource(max_entries=64, show_spinner=False)
def _precision_recall(run_id: str, class_index: int, _run: Run) -> pd.DataFrame:
    is_class = (predictions.predictions(_run)["true_class"] == class_index).to_numpy()
    return curves.thinned(curves.precision_recall(predictions.probabilities(_run)[:, class_index], is_class))


def precision_recall(run: Run, class_index: int) -> pd.DataFrame:
    """Table of `curves.precision_recall` for one class, thinned for drawing; read-only."""
    return _precision_recall(run.id, class_index, run)


@st.cache_resource(max_entries=64, show_spinner=False)
def _sureness(run_id: str, class_index: int, _run: Run) -> pd.DataFrame:
    return sureness.of_class(predictions.predictions(_run), class_index)


def sureness_of_class(run: Run, class_index: int) -> pd.DataFrame:
    """Table of `sureness.of_class`: how sure the model is of a class when right and when wrong; read-only."""
    return _sureness(run.id, class_index, run)


@st.cache_resource(max_entries=64, show_spinner=False)
def _typical(run_id: str, class_index: int, _run: Run) -> pd.DataFrame:
    return two_classes.typical(predictions.predictions(_run), class_index)


def typical(run: Run, class_index: int) -> pd.DataFrame:
    """Garments of a class that were tagged correctly, surest first; read-only."""
    return _typical(run.id, class_index, run)


@st.cache_resource(max_entries=64, show_spinner=False)
def _borderline(run_id: str, first_index: int, second_index: int, _run: Run) -> pd.DataFrame:
    return two_classes.borderline(
        predictions.predictions(_run), predictions.probabilities(_run), first_index, second_index
    )


def borderline(run: Run, first_index: int, second_index: int) -> pd.DataFrame:
    """Table of `two_classes.borderline`: garments between two classes, by the model's lean; read-only."""
    return _borderline(run.id, first_index, second_index, run)


@st.cache_resource(max_entries=16, show_spinner=False)
def _class_changes(run_id: str, previous_id: str, names: tuple[str, ...], _run: Run, _previous: Run) -> pd.DataFrame:
    after, before = predictions.predictions(_run), predictions.predictions(_previous)
    return changes.per_class_changes(
        after["true_class"].to_numpy(),
        before["predicted_class"].to_numpy(),
        after["predicted_class"].to_numpy(),
        names,
    )


def class_changes(run: Run, previous: Run) -> pd.DataFrame:
    """Table of `changes.per_class_changes` from the previous version to this one, same garments; read-only."""
    return _class_changes(run.id, previous.id, run.names, run, previous)
