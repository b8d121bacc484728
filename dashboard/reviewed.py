"""What people say of garments, read, kept up to date and saved for pages.

With `dashboard.stored` and `dashboard.decided` the only reader of core.store and user of Streamlit's caches. What is in
memory is brought up to date by the lines that came since, so that a verdict costs the same however many are stored.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core import errors
from core.quality import review
from core.store import verdict_csv, verdict_tables, verdicts
from core.store.runs import Run
from core.store.verdict_lines import Subject, Verdict
from core.store.verdict_tables import View
from dashboard import stored, suspected

SURE = 80
"""Percent: a mistake of which the model was at least so sure asks for a verdict first."""
FILTERS = (*review.STATES, "nobody", "not-mine", "mine")
"""What a list can be narrowed to: a state as that person may see it, nobody spoke, that person did not or did."""
IMPORT_COLUMNS = (*verdict_csv.NEEDED, "request_id", "place")
"""Header of a CSV of verdicts that were not stored; `python -m core verdicts import` reads it."""
_NONE = -1
_SUSPECTED = {"label": "true_class", "suggested_class": "predicted_class", "suggested_confidence": "confidence"}

# ---- which garment is which ----------------------------------------------------------------------------------------


def positions(run: Run, garments: Sequence[str]) -> NDArray[np.int64]:
    """Where garments of these keys stand in the test split of that version, rising; others are left out."""
    return np.unique(stored.garment_keys(run).positions(garments)[1]) if len(garments) else np.empty(0, dtype=np.int64)


def _placed(run: Run, verdicts: pd.DataFrame) -> pd.DataFrame:
    """Table of `review.garment_states` of that version's test garments, one row a position, which is the index."""
    if verdicts.empty:  # nobody spoke yet: then no keys are read
        return review.garment_states(verdicts)
    keys = stored.garment_keys(run)
    codes, names = pd.factorize(verdicts["garment"].to_numpy(dtype=object))
    is_here = np.zeros(len(names), dtype=bool)
    is_here[keys.positions(names.tolist())[0]] = True
    states = review.garment_states(verdicts[is_here[codes]])
    numbers, places = keys.positions(states["garment"].tolist())
    return states.iloc[numbers].set_axis(places)


# ---- what everybody says today -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Board:
    """The current verdicts, and the number of the last line in them."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    number: int = 0
    table: pd.DataFrame | None = None


@st.cache_resource(show_spinner=False)
def _board() -> _Board:
    return _Board()


def newest_number() -> int:
    """Number of the last line of all: while it is the same, nothing here has changed."""
    return verdict_tables.newest_number(stored.store())


def table() -> pd.DataFrame:
    """Table of `verdict_tables.current` as of now; read-only."""
    board = _board()
    with board.lock:
        newest = newest_number()
        if board.table is None:
            board.table = verdict_tables.current(stored.store())
        elif newest > board.number:
            board.table = review.with_newer(board.table, verdict_tables.since(stored.store(), board.number))
        board.number = max(newest, board.number)
        return board.table


# ---- the garments of one version, as one person may see them ---------------------------------------------------------


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

    def refresh(self, run: Run, who: str) -> None:
        """Brings it up to date by the garments of which somebody spoke since.

        Raises:
            errors.DatabaseUnavailable: it was never filled and cannot be now; what is known stays otherwise.
        """
        with self._lock:
            try:
                newest = newest_number()
                if self._number is None:
                    self._fill(run, table(), who, None)
                elif newest > self._number:
                    changed = verdict_tables.since(stored.store(), self._number)["garment"].unique().tolist()
                    self._fill(run, verdict_tables.current(stored.store(), changed), who, changed)
                self._number = newest
            except errors.DatabaseUnavailable:
                if self._number is None:
                    raise

    def _fill(self, run: Run, current: pd.DataFrame, who: str, changed: list[str] | None) -> None:
        places = slice(None) if changed is None else positions(run, changed)
        self.state[places], self.is_mine[places], self.is_anybodys[places] = _NONE, False, False
        shown = _placed(run, review.shown_to(current, who))["state"]
        self.state[shown.index.to_numpy(dtype=np.int64)] = [review.STATES.index(state) for state in shown]
        standing = current[current["kind"].to_numpy() != review.WITHDRAWN]
        self.is_anybodys[positions(run, standing["garment"].tolist())] = True
        self.is_mine[positions(run, standing["garment"][standing["who"].to_numpy() == who].tolist())] = True

    def passes(self, name: str) -> NDArray[np.bool_]:
        """(N,) which garments pass a filter of `FILTERS`."""
        if name in review.STATES:
            passing: NDArray[np.bool_] = self.state == review.STATES.index(name)
            return passing
        return {"nobody": ~self.is_anybodys, "not-mine": ~self.is_mine, "mine": self.is_mine}[name]


@st.cache_resource(max_entries=32, show_spinner=False)
def _standing(fingerprint: str, who: str, _run: Run) -> Standing:
    return Standing(_run.num_test)


def standing(run: Run, who: str) -> Standing:
    """How the test garments of that version stand now for that person; read-only."""
    found = _standing(run.catalogue_fingerprint, who, run)
    found.refresh(run, who)
    return found


def answers(run: Run, garments: Sequence[int], split: str = "test") -> pd.DataFrame:
    """What stands against each other in garments of a split, given by position, in that order.

    Of test garments what that version said; of training garments what models that had not seen them said, and only of
    those that the newest list of suspects names.

    Columns: true_class, predicted_class (class index; the label, and what was said instead), confidence (0-1).
    """
    if split == "test":
        return stored.predictions(run).iloc[list(garments)]
    found = suspected.by_position(run).loc[list(garments)]
    return found.rename(columns=_SUSPECTED)


def known(run: Run, garments: Sequence[int], split: str = "test") -> list[int]:
    """Those of the positions of which `answers` can tell."""
    if split == "test":
        return [garment for garment in garments if 0 <= garment < run.num_test]
    found = suspected.by_position(run).index
    return [garment for garment in garments if garment in found]


def views(run: Run, garments: Sequence[int], *, who: str, split: str = "test") -> list[View]:
    """`verdict_tables.views` of garments of a split of that version, given by position.

    Raises:
        errors.ArtefactCorrupt: their pictures cannot be read, and who cannot see a garment cannot judge it.
    """
    stored.read_garments(run, garments, split=split)
    names = stored.garment_keys(run, split)
    return verdict_tables.views(stored.store(), [names[garment] for garment in garments], who=who)


def states(run: Run, garments: Sequence[int], *, who: str, split: str = "test") -> pd.DataFrame:
    """What the team says of garments of a split as that person may see it, in the order asked for.

    Columns:
        state (str or None): one of `review.STATES`.
        category (str or None): the class name that all of them chose.
    """
    names = stored.garment_keys(run, split)
    known = review.garment_states(review.shown_to(table(), who)).set_index("garment")[["state", "category"]]
    found = known.reindex([names[garment] for garment in garments]).astype(object)
    return found.where(found.notna(), None).reset_index(drop=True)


# ---- saying something ------------------------------------------------------------------------------------------------


def save(
    run: Run,
    garments: Sequence[int],
    *,
    kind: str,
    category: str | None,
    who: str,
    request_id: str,
    seen: Mapping[str, int],
    split: str = "test",
) -> tuple[Verdict, ...]:
    """See `verdicts.save`, of garments given by position.

    Args:
        run: the version shown.
        garments: positions in a split of its garments.
        kind: one of `review.KINDS`.
        category: the class name that is right, where the label is wrong.
        who: whose verdict it is.
        request_id: see there.
        seen: key -> number of the garment's last line when it was shown; 0 where a key is missing.
        split: which split, "test" or "train".
    """
    subjects = [_subject(run, garment, seen, split) for garment in garments]
    return verdicts.save(
        stored.store(), subjects, run_id=run.id, kind=kind, category=category, who=who, request_id=request_id
    )


def _subject(run: Run, garment: int, seen: Mapping[str, int], split: str) -> Subject:
    row, key = answers(run, [garment], split).iloc[0], stored.garment_keys(run, split)[garment]
    is_test = split == "test"  # of others this version said nothing
    return Subject(
        garment=key,
        label=run.class_names[int(row["true_class"])],
        split=split,
        position=garment,
        seen=seen.get(key, 0),
        predicted=run.class_names[int(row["predicted_class"])] if is_test else None,
        confidence=min(float(row["confidence"]), 1.0) if is_test else None,
    )


def withdraw(
    run: Run, garments: Sequence[int], *, who: str, request_id: str, split: str = "test"
) -> tuple[Verdict, ...]:
    """See `verdicts.withdraw`, of garments of a split given by position."""
    names = stored.garment_keys(run, split)
    found = [names[garment] for garment in garments]
    return verdicts.withdraw(stored.store(), found, who=who, request_id=request_id)


def undo(undone_request_id: str, *, who: str, request_id: str) -> tuple[Verdict, ...]:
    """See `verdicts.undo`."""
    return verdicts.undo(stored.store(), undone_request_id, who=who, request_id=request_id)


# ---- what it adds up to ----------------------------------------------------------------------------------------------


@st.cache_resource(max_entries=8, show_spinner=False)
def _two_scores(run_id: str, number: int, _run: Run) -> review.TwoScores:
    predictions = stored.predictions(_run)
    return review.two_scores(
        predictions["true_class"].to_numpy(),
        predictions["predicted_class"].to_numpy(),
        _placed(_run, table()),
        _run.class_names,
    )


def two_scores(run: Run) -> review.TwoScores:
    """Both scores of that version by what everybody says now."""
    return _two_scores(run.id, newest_number(), run)


def num_waiting(run: Run, who: str) -> int:
    """How many mistakes of which the model was at least `SURE` percent sure have no verdict of that person."""
    sure = stored.listed(run, "most-sure", {"confidence_low": SURE / 100, "only_mistakes": True})
    return int(standing(run, who).passes("not-mine")[sure["garment"].to_numpy()].sum())


@st.cache_resource(max_entries=2, show_spinner=False)
def _progress(number: int) -> pd.DataFrame:
    current = table()
    current = current[current["kind"].to_numpy() != review.WITHDRAWN]
    counts = pd.crosstab(current["who"], current["kind"]).reindex(columns=list(review.KINDS), fill_value=0)
    counts.insert(0, "num_garments", counts.sum(axis=1))
    found = counts.rename_axis(index="who", columns=None).reset_index()
    return found.sort_values(["num_garments", "who"], ascending=[False, True], ignore_index=True)


def progress() -> pd.DataFrame:
    """What each person says today, who says most first; read-only.

    Columns:
        who (str), num_garments (int), and a count (int) named by each of `review.KINDS`.
    """
    return _progress(newest_number())


def num_disputed(run: Run) -> int:
    """Test garments of that version of which people say different things, whoever may see it."""
    return two_scores(run).num_disagreements


def num_seen_disagreements(run: Run, who: str) -> int:
    """Test garments of which that person and somebody else say different things."""
    return int(standing(run, who).passes(review.DISAGREEMENT).sum())


@st.cache_resource(max_entries=16, show_spinner=False)
def _disputed(who: str, number: int) -> list[str]:
    found = review.garment_states(review.shown_to(table(), who)[::-1])
    disputed: list[str] = found["garment"][found["state"] == review.DISAGREEMENT].tolist()
    return disputed


def disputed(who: str) -> list[str]:
    """Keys of the garments about which that person and others say different things, the one spoken of last first."""
    return _disputed(who, newest_number())


def opinions(garments: Sequence[str], who: str) -> list[tuple[Verdict, ...]]:
    """What stands of each garment as that person may see it, their own first; garments are given by key."""
    found = verdict_tables.views(stored.store(), garments, who=who)
    return [(view.mine, *view.others) for view in found if view.mine is not None]


def all_as_csv() -> bytes:
    """Every line ever said, as `python -m core verdicts export` writes it."""
    # The mark lets spreadsheets read names with accents.
    return verdict_csv.to_csv(verdict_tables.history(stored.store())).encode("utf-8-sig")
