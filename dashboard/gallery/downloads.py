"""A list of garments, and what was selected from it, as files."""

import pandas as pd
import streamlit as st

from core import errors
from core.store.runs.runs import Run
from dashboard.data import photo_sources, run_views, verdicts
from dashboard.gallery import filters
from dashboard.gallery import listing as lists
from dashboard.look import compare_wording
from dashboard.session import category_switch, person


def render_downloads(run: Run, table: pd.DataFrame, chosen: frozenset[int], page_name: str, *choices: str) -> None:
    """The list as CSV, and what was selected from it.

    Args:
        run: the version shown.
        table: the whole list.
        chosen: the garments selected.
        page_name: of the page, for the names of the files.
        choices: what narrows and orders the list, for the names of the files.
    """
    if chosen:
        kept = table[table["garment"].isin(chosen)]
        _render_download(run, kept, compare_wording.selected(len(kept)), page_name, *choices, "selected")
    _render_download(run, table, "This list as CSV", page_name, *choices)


def _render_download(run: Run, table: pd.DataFrame, label: str, page_name: str, *choices: str) -> None:
    st.download_button(
        label,
        data=lambda: lists.as_csv(table, run.names, _states(run, table), _sources(run, table)),
        file_name=lists.file_name(run.version, *choices, page=page_name),
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        disabled=table.empty,
    )


def _sources(run: Run, table: pd.DataFrame) -> pd.DataFrame | None:
    """What the retailer calls the listed garments."""
    return photo_sources.listed(run, table["garment"], "test")


def _states(run: Run, table: pd.DataFrame) -> pd.DataFrame | None:
    """What the team says of the listed garments, as this person may see it; None where it cannot be told."""
    try:
        states = verdicts.states(category_switch.shown(run), table["garment"].tolist(), who=person.name())
    except errors.StoreError:
        return None
    return lists.named(states, run)


def file_choices(run: Run, listing: filters.Listing) -> tuple[str, ...]:
    """What narrows and orders a list, as parts of a file name."""
    view = run_views.of(run, listing.merged)
    real, tagged = (
        None if index is None else view.names[view.index_of(index)] for index in (listing.real, listing.tagged)
    )
    low, high = listing.sure
    parts = (
        f"real-{real}" if real else "",
        f"tagged-{tagged}" if tagged else "",
        f"sure-{low}-{high}" if (low, high) != (0, 100) else "",
        f"verdict-{listing.said}" if listing.said else "",
        listing.order,
    )
    return tuple(filter(None, parts))
