"""Training garments whose label is probably wrong, and how often that was right: read for pages.

With `dashboard.data.runs` and `dashboard.data.live` a reader of core.store and user of Streamlit's caches.
"""

import pandas as pd
import streamlit as st

from core.quality.suspects import HitRate
from core.store.runs.runs import Run
from core.store.verdicts import suspect_lists, verdict_tables
from core.store.verdicts.suspect_lists import SuspectList
from dashboard.data import store


def newest(run: Run) -> SuspectList | None:
    """The list that holds for the training garments of that version; None before the first search."""
    return suspect_lists.newest(store.store(), run.catalogue_fingerprint)


@st.cache_resource(max_entries=4, show_spinner="Reading the list …")
def _table(artefact: str, _found: SuspectList) -> pd.DataFrame:
    return suspect_lists.load(store.store(), _found)


def table(found: SuspectList) -> pd.DataFrame:
    """Its rows, as `suspect_lists.load` gives them; read-only.

    Raises:
        errors.ArtefactCorrupt: the file is missing or changed.
    """
    return _table(found.artefact, found)


@st.cache_resource(max_entries=4, show_spinner=False)
def _by_position(artefact: str, _found: SuspectList) -> pd.DataFrame:
    return table(_found).set_index("position")


def by_position(run: Run) -> pd.DataFrame:
    """The rows of the newest list of that version's training garments, by their position; none before the first search.

    Raises:
        errors.ArtefactCorrupt: the file is missing or changed.
    """
    found = newest(run)
    return pd.DataFrame() if found is None else _by_position(found.artefact, found)


@st.cache_resource(max_entries=4, show_spinner=False)
def _hit_rate(artefact: str, newest_verdict: int, _found: SuspectList) -> HitRate:
    return suspect_lists.hit_rate(store.store(), table(_found))


def hit_rate(found: SuspectList) -> HitRate:
    """How often the list was right so far."""
    return _hit_rate(found.artefact, verdict_tables.newest_number(store.store()), found)
