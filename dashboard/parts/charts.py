"""The charts on screen: each is drawn once for what it shows, then kept: drawing costs more than the page around it."""

from typing import Any

import pandas as pd
import streamlit as st

from core.store.runs.runs import Run
from dashboard.categories import figures as category_figures
from dashboard.data import categories, predictions, store
from dashboard.gallery import filters
from dashboard.look import certainty_figures, confusion_figures
from dashboard.session import flags

_CONFIG = {"displayModeBar": False, "responsive": True}


def render_category_bars(run: Run, target: float, previous: Run | None) -> None:
    """Two bars a category; a click chooses the garments that were missed, or those wrongly tagged so."""
    dark = flags.is_dark()
    changes = None if previous is None else categories.class_changes(run, previous)
    _render(
        store.drawn(
            (run.id, "bars", target, previous and previous.id, run.names, dark),
            lambda: category_figures.per_class_bars(predictions.class_scores(run), target, changes, dark),
        ),
        alt="Two bars a category, worst first: how many it finds, and how many tagged so are right. A table is below.",
        key="bars",
        on_select=filters.on_bar_click(run, "bars"),
        selection_mode="points",
    )


def render_sureness(run: Run, class_index: int) -> None:
    """How sure the model was of one category's tags, right and wrong."""
    dark = flags.is_dark()
    _render(
        store.drawn(
            (run.id, "sureness", class_index, dark),
            lambda: certainty_figures.sureness_bars(categories.sureness_of_class(run, class_index), dark),
        ),
        alt="How sure the model was of its tags when right and when wrong. The sentence above tells the main figures.",
        key="sureness",
    )


def render_precision_recall(run: Run, class_index: int) -> None:
    """The precision-recall curve of one category."""
    dark = flags.is_dark()
    row = predictions.class_scores(run).iloc[class_index]
    _render(
        store.drawn(
            (run.id, "precision-recall", class_index, dark),
            lambda: certainty_figures.precision_recall_curve(
                categories.precision_recall(run, class_index), row["precision"], row["recall"], dark
            ),
        ),
        alt="Precision against recall for every probability from which on the category could be tagged.",
        key="precision-recall",
    )


def render_reliability(run: Run) -> None:
    """How often the model is right for how sure it is."""
    dark = flags.is_dark()
    _render(
        store.drawn(
            (run.id, "reliability", dark),
            lambda: certainty_figures.reliability_curve(predictions.reliability(run)[0], dark),
        ),
        alt="Accuracy against confidence in bins. The sentence above tells the expected calibration error.",
        key="reliability",
    )


def render_promise(run: Run) -> None:
    """The same in plain words, for those who set the automation line."""
    dark = flags.is_dark()
    _render(
        store.drawn(
            (run.id, "promise", dark),
            lambda: certainty_figures.reliability_curve(predictions.reliability(run)[0], dark, plain=True),
        ),
        alt="How often the model is right for how sure it says it is. The sentence above tells the main figures.",
        key="promise",
    )


def render_confusion_map(run: Run, listing: filters.Listing, unit: str) -> None:
    """The map of mix-ups; a click on a cell or a total chooses its garments."""
    dark = flags.is_dark()
    _render(
        store.drawn(
            (run.id, "map", unit, listing.cell, run.names, dark),
            lambda: confusion_figures.confusion_heatmap(predictions.counts(run), run.names, unit, listing.cell, dark),
        ),
        alt="Map of mix-ups: rows what a garment really is, columns what the model said. Sentences are below.",
        key="map",
        on_select=filters.on_map_click(run, "map"),
        selection_mode="points",
    )


def render_history(run: Run) -> None:
    """The loss after each round of learning."""
    dark = flags.is_dark()
    _render(
        store.drawn(
            (run.id, "history", dark), lambda: confusion_figures.history_curves(predictions.history(run), dark)
        ),
        alt="Loss after each round of learning, on the garments learned from and on garments held out.",
    )


def render_trend(run: Run, versions: pd.DataFrame) -> None:
    """How many of 100 garments each version tags correctly."""
    dark = flags.is_dark()
    shown = tuple(zip(versions["version"], versions["is_live"], strict=True))
    _render(
        store.drawn(
            (run.id, "trend", shown, dark), lambda: confusion_figures.accuracy_trend(versions, run.version, dark)
        ),
        alt="How many of 100 garments each version tags correctly, with 95 % intervals. A table is below.",
    )


def _render(figure: Any, *, alt: str, **selection: Any) -> None:
    st.plotly_chart(figure, theme=None, config=_CONFIG, alt=alt, **selection)
