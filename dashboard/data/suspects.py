"""Training garments whose label is probably wrong, and how often that was right: read for pages."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.quality import list_worth
from core.quality import suspects as quality
from core.quality.list_worth import Worth
from core.quality.suspects import HitRate
from core.store.runs.runs import Run
from core.store.verdicts import suspect_lists, verdict_tables
from core.store.verdicts.suspect_lists import SuspectList
from dashboard.data import predictions, store
from dashboard.data.run_views import RunView


@store.cached(most=4, spinner="Reading the list …")
def table(found: SuspectList) -> pd.DataFrame:
    """Its rows, as `suspect_lists.load` gives them; read-only.

    Raises:
        errors.ArtefactCorrupt: the file is missing or changed.
    """
    return suspect_lists.load(store.store(), found)


@store.cached(most=8)
def _is_shown(found: SuspectList, view: RunView) -> NDArray[np.bool_]:
    return quality.crosses(table(found), view.categories.groups)


def listed(found: SuspectList, view: RunView) -> pd.DataFrame:
    """The rows that doubt more than what is one category of the view, in the order of the list; read-only."""
    return table(found)[_is_shown(found, view)]


@store.cached(most=8)
def of_given(view: RunView) -> pd.DataFrame:
    """Test garments whose label the probabilities of a version doubt, the least likely first; read-only.

    Columns as those of `core.quality.suspects.suspects`, without doubts within what is one category of the view.
    Whether its system learned from these garments is not known.
    """
    table = quality.suspects(
        predictions.predictions(view.run)["true_class"].to_numpy(), predictions.probabilities(view.run)
    )
    table = table[table["is_suspect"]]
    return table[quality.crosses(table, view.categories.groups)].reset_index(drop=True)


@store.cached(most=8)
def in_turn(found: SuspectList, view: RunView) -> pd.DataFrame:
    """The same rows in the order in which people are shown them: about one in six is drawn at random from all."""
    rows, is_shown = table(found), _is_shown(found, view)
    places = list_worth.in_turn(len(rows), suspect_lists.seed_of(found))
    return rows.iloc[places[is_shown[places]]].reset_index(drop=True)


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


@store.cached(most=8)
def _hit_rate(found: SuspectList, view: RunView, newest_verdict: int) -> HitRate:
    return suspect_lists.hit_rate(store.store(), listed(found, view), view.stands_for)


@store.cached(most=8)
def _worth(found: SuspectList, view: RunView, newest_verdict: int) -> Worth:
    return suspect_lists.worth(store.store(), found, table(found), _is_shown(found, view), view.stands_for)


def worth(found: SuspectList, view: RunView) -> Worth:
    """What the decisions so far say of all rows that people are shown."""
    return _worth(found, view, verdict_tables.newest_number(store.store()))


def num_open(run: Run, view: RunView) -> int:
    """How many rows of the newest list that people are shown nobody has decided about; 0 before the first search.

    Raises:
        errors.StoreError: the list or what was said cannot be read.
    """
    found = suspect_lists.newest(store.store(), run.catalogue_fingerprint)
    return 0 if found is None else len(listed(found, view)) - hit_rate(found, view).num_reviewed


def hit_rate(found: SuspectList, view: RunView) -> HitRate:
    """How often those that people are shown were right so far."""
    return _hit_rate(found, view, verdict_tables.newest_number(store.store()))
