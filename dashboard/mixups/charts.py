"""The confusion map on its page."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.store.runs.runs import Run
from dashboard.data import store, views
from dashboard.data.run_views import RunView
from dashboard.gallery import filter_controls, filters
from dashboard.look import confusion_figures
from dashboard.mixups import wording
from dashboard.parts import charts
from dashboard.session import category_switch, flags

_FEW = 12
"""Categories up to which the map is readable in the smaller part of the width."""
_ALL: flags.Note[bool] = flags.Note("map-of-all-categories")
"""Whether the map shows every category, where there are many."""


def is_wide(run: Run) -> bool:
    """Whether the map takes the whole width, as it does where it shows more than can stand beside the garments."""
    return _num_categories(run) > confusion_figures.SIDE_BY_SIDE and bool(_ALL.get())


def shares(run: Run) -> list[int]:
    """How the garments and the map share the width beside each other."""
    return [7, 5] if _num_categories(run) <= _FEW else [1, 1]


def _num_categories(run: Run) -> int:
    return len(category_switch.shown(run).names)


def render_confusion_map(run: Run, listing: filters.Listing, unit: str) -> None:
    """The map of mix-ups among what the filters let through; a click on a cell or a total chooses its garments.

    Of more than `SIDE_BY_SIDE` categories the worst are on it, and what was chosen; all where somebody asks for them.
    """
    dark, counts = flags.is_dark(), filters.counts(run, listing)
    view = category_switch.shown(run)
    cell = _cell(view, listing)
    num_shown = len(counts) if is_wide(run) else confusion_figures.SIDE_BY_SIDE
    chosen = [index for index in cell or () if index != filters.ANY]
    shown = confusion_figures.worst(views.counts(view), num_shown, chosen)
    if len(counts) > confusion_figures.SIDE_BY_SIDE:
        _render_folding(counts, shown)
    figure = store.drawn(
        (run.id, "map", unit, cell, view.categories, counts.tobytes(), dark, shown),
        lambda: confusion_figures.confusion_heatmap(counts, view.names, unit, cell, dark, shown),
    )
    with st.container(key="map-place" if len(shown) <= _FEW else "map-place-many"):
        charts.render(
            figure,
            alt="Map of mix-ups: rows what a garment really is, columns what the model said. Sentences are below.",
            key="map",
            on_select=filter_controls.on_map_click(run, "map"),
            selection_mode="points",
        )


def _render_folding(counts: NDArray[np.int64], shown: Sequence[int]) -> None:
    """How much of all mistakes the map shows, and the way to the rest."""
    part = counts[np.ix_(shown, shown)]
    num_wrong, num_shown = (int(each.sum() - np.trace(each)) for each in (counts, part))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(wording.folded(len(shown), len(counts), num_shown, num_wrong), width="stretch")
        label = "Only the worst" if len(shown) == len(counts) else f"All {len(counts):,} categories"
        st.button(label, key="map-categories", on_click=_ALL.set, args=(not _ALL.get(),))


def _cell(view: RunView, listing: filters.Listing) -> tuple[int, int] | None:
    """The chosen cell or total, as positions among the categories of the view."""
    if listing.cell is None:
        return None
    real, tagged = (index if index == filters.ANY else view.index_of(index) for index in listing.cell)
    return real, tagged
