"""What everybody says of garments today, in memory and brought up to date by the lines that came since.

A verdict costs the same however many are stored.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.quality import review
from core.store.runs.runs import Run
from core.store.verdicts import verdict_tables
from dashboard.data import store, stored_garments
from dashboard.data.run_views import RunView


@dataclass(slots=True)
class _Board:
    """The current verdicts, and the number of the last line in them."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    number: int = 0
    table: pd.DataFrame | None = None


@st.cache_resource(show_spinner=False)
def _board() -> _Board:
    return _Board()


def table() -> pd.DataFrame:
    """Table of `verdict_tables.current` as of now; read-only."""
    board = _board()
    with board.lock:
        newest = verdict_tables.newest_number(store.store())
        if board.table is None:
            board.table = verdict_tables.current(store.store())
        elif newest > board.number:
            board.table = review.with_newer(board.table, verdict_tables.since(store.store(), board.number))
        board.number = max(newest, board.number)
        return board.table


def positions(run: Run, garments: Sequence[str]) -> NDArray[np.int64]:
    """Where garments of these keys stand in the test split of that version, rising; others are left out."""
    return (
        np.unique(stored_garments.garment_keys(run).positions(garments)[1])
        if len(garments)
        else np.empty(0, dtype=np.int64)
    )


def placed(view: RunView, verdicts: pd.DataFrame) -> pd.DataFrame:
    """Table of `review.garment_states` of that version's test garments, one row a position, which is the index.

    Who chose two categories that are one in the view agree.
    """
    if verdicts.empty:  # nobody spoke yet: then no keys are read
        return review.garment_states(verdicts)
    return verdict_tables.states_by_position(verdicts, stored_garments.garment_keys(view.run), view.stands_for)
