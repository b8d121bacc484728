"""Training garments whose label is probably wrong, and how often that was right: read for pages."""

import pandas as pd

from core.quality import list_worth
from core.quality.list_worth import Worth
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
def in_turn(found: SuspectList) -> pd.DataFrame:
    """The same rows in the order in which people are shown them: one in six is drawn at random from the whole list."""
    rows = table(found)
    return rows.iloc[list_worth.in_turn(len(rows), suspect_lists.seed_of(found))].reset_index(drop=True)


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


@store.cached(most=4)
def _worth(found: SuspectList, newest_verdict: int) -> Worth:
    return suspect_lists.worth(store.store(), found, table(found))


def worth(found: SuspectList) -> Worth:
    """What the decisions so far say of the whole list."""
    return _worth(found, verdict_tables.newest_number(store.store()))


def hit_rate(found: SuspectList) -> HitRate:
    """How often the list was right so far."""
    return _hit_rate(found, verdict_tables.newest_number(store.store()))
