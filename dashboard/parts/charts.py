"""Charts on screen: each is drawn once for what it shows, then kept, for drawing costs more than the page around it."""

from typing import Any

import streamlit as st

from core.store.runs.runs import Run
from dashboard.data import predictions, store
from dashboard.look import training_figures
from dashboard.session import flags

_CONFIG = {"displayModeBar": False, "responsive": True}


def render_history(run: Run) -> None:
    """The loss after each round of learning."""
    dark = flags.is_dark()
    render(
        store.drawn((run.id, "history", dark), lambda: training_figures.history_curves(predictions.history(run), dark)),
        alt="Loss after each round of learning, on the garments learned from and on garments held out.",
    )


def render(figure: Any, *, alt: str, **selection: Any) -> None:
    """Draws a figure of ours; `alt` says in words what it shows, `selection` what a click does."""
    st.plotly_chart(figure, theme=None, config=_CONFIG, alt=alt, **selection)
