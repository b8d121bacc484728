"""Training garments whose label is probably wrong, and how often that was right: read for pages."""

import pandas as pd

from core.quality.suspects import HitRate
from core.store.runs.runs import Run
from core.store.verdicts import suspect_lists, verdict_tables
from core.store.verdicts.suspect_lists import SuspectList
from dashboard.data import store


@store.cached(most=4, spinner="Reading the list …")
def table(found: SuspectList) -> pd.DataFrame:
    """Its rows, as `suspect_lists.load` gives them; read-only.

    Raises:
        errors.ArtefactCorrupt: the file is missing or changed.
    """
    return suspect_lists.load(store.store(), found)


@store.cached(most=4)
def _by_position(found: SuspectList) -> pd.DataFrame:
    return table(found).set_index("position")


def by_position(run: Run) -> pd.DataFrame:
    """The rows of the newest list of that version's training garments, by their position; none before the first search.

    Raises:
        errors.ArtefactCorrupt: the file is missing or changed.
    """
    found = suspect_lists.newest(store.store(), run.catalogue_fingerprint)
    return pd.DataFrame() if found is None else _by_position(found)


@store.cached(most=4)
def _hit_rate(found: SuspectList, newest_verdict: int) -> HitRate:
    return suspect_lists.hit_rate(store.store(), table(found))


def hit_rate(found: SuspectList) -> HitRate:
    """How often the list was right so far."""
    return _hit_rate(found, verdict_tables.newest_number(store.store()))
