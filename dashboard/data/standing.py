"""How the garments of one version stand, as one person may see them: for filters, counts and what waits."""

import threading

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core import errors
from core.quality import review
from core.store.runs.runs import Run
from core.store.verdicts import verdict_tables
from dashboard.data import predictions, run_views, store, verdict_board
from dashboard.data.run_views import RunView

SURE = 80
"""Percent: a mistake of which the model was at least so sure asks for a verdict first."""
FILTERS = (*review.STATES, "nobody", "not-mine", "mine")
"""What a list can be narrowed to: a state as that person may see it, nobody spoke, that person did not or did."""
_NONE = -1


class Standing:
    """How every test garment of one catalogue stands, as one person may see it."""

    def __init__(self, num_garments: int) -> None:
        self.state = np.full(num_garments, _NONE, dtype=np.int8)
        """(N,) index in `review.STATES`, as that person may see it; -1: nothing to see."""
        self.is_mine = np.zeros(num_garments, dtype=bool)
        """(N,) whether that person says something."""
        self.is_anybodys = np.zeros(num_garments, dtype=bool)
        """(N,) whether anybody says something."""
        self._lock = threading.Lock()
        self._number: int | None = None

    def refresh(self, view: RunView, who: str) -> None:
        """Brings it up to date by the garments of which somebody spoke since.

        Raises:
            errors.DatabaseUnavailable: it was never filled and cannot be now; what is known stays otherwise.
        """
        with self._lock:
            try:
                newest = verdict_tables.newest_number(store.store())
                if self._number is None:
                    self._fill(view, verdict_board.table(), who, None)
                elif newest > self._number:
                    changed = verdict_tables.since(store.store(), self._number)["garment"].unique().tolist()
                    self._fill(view, verdict_tables.current(store.store(), changed), who, changed)
                self._number = newest
            except errors.DatabaseUnavailable:
                if self._number is None:
                    raise

    def _fill(self, view: RunView, current: pd.DataFrame, who: str, changed: list[str] | None) -> None:
        run = view.run
        places = slice(None) if changed is None else verdict_board.positions(run, changed)
        self.state[places], self.is_mine[places], self.is_anybodys[places] = _NONE, False, False
        shown = verdict_board.placed(view, review.shown_to(current, who))["state"]
        self.state[shown.index.to_numpy(dtype=np.int64)] = [review.STATES.index(state) for state in shown]
        standing = current[current["kind"].to_numpy() != review.WITHDRAWN]
        self.is_anybodys[verdict_board.positions(run, standing["garment"].tolist())] = True
        mine = standing["garment"][standing["who"].to_numpy() == who]
        self.is_mine[verdict_board.positions(run, mine.tolist())] = True

    def passes(self, name: str) -> NDArray[np.bool_]:
        """(N,) which garments pass a filter of `FILTERS`."""
        if name in review.STATES:
            passing: NDArray[np.bool_] = self.state == review.STATES.index(name)
            return passing
        return {"nobody": ~self.is_anybodys, "not-mine": ~self.is_mine, "mine": self.is_mine}[name]


@st.cache_resource(max_entries=32, show_spinner=False)
def _standing(fingerprint: str, who: str, group_of: tuple[int, ...], _run: Run) -> Standing:
    return Standing(_run.num_test)


def standing(run: Run, who: str, merged: bool = True) -> Standing:
    """How the test garments of that version stand now for that person; read-only.

    As we sell, who chose two categories that are one agree.
    """
    view = run_views.of(run, merged)
    found = _standing(run.catalogue_fingerprint, who, view.categories.group_of, run)
    found.refresh(view, who)
    return found


def sure_from(run: Run) -> int:
    """How sure, in percent, a version must be of mistakes that wait for verdicts; 0 where it does not say."""
    return SURE if run.says_how_sure else 0


def num_waiting(run: Run, who: str, merged: bool = True) -> int:
    """How many mistakes of which the model was at least `sure_from` percent sure have no verdict of that person.

    As we sell, a mix-up within merged categories is no mistake.
    """
    view = run_views.of(run, merged)
    sure = predictions.listed(
        run,
        "most-sure",
        {
            "confidence_low": sure_from(run) / 100,
            "only_mistakes": True,
            "groups": view.categories.group_of if view.is_merged else None,
        },
    )
    return int(standing(run, who, merged).passes("not-mine")[sure["garment"].to_numpy()].sum())


def num_seen_disagreements(run: Run, who: str, merged: bool = True) -> int:
    """Test garments of which that person and somebody else say different things; `merged` as in `standing`."""
    return int(standing(run, who, merged).passes(review.DISAGREEMENT).sum())
