"""Training garments whose label is probably wrong, and what people say of them: read and saved for the page.

With `dashboard.stored` and `dashboard.decided` a reader of core.store and user of Streamlit's caches.
"""

import uuid
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.catalogue import CatalogueSplit
from core.quality.suspects import HitRate
from core.store import suspect_lists, verdict_tables, verdicts
from core.store.runs import Run
from core.store.suspect_lists import SuspectList
from core.store.verdict_lines import Subject
from core.store.verdict_tables import View
from dashboard import stored


def newest(run: Run) -> SuspectList | None:
    """The list that holds for the training garments of that version; None before the first search."""
    return suspect_lists.newest(stored.store(), run.catalogue_fingerprint)


@st.cache_resource(max_entries=4, show_spinner="Reading the list …")
def _table(artefact: str, _found: SuspectList) -> pd.DataFrame:
    return suspect_lists.load(stored.store(), _found)


def table(found: SuspectList) -> pd.DataFrame:
    """Its rows, as `suspect_lists.load` gives them; read-only.

    Raises:
        errors.ArtefactCorrupt: the file is missing or changed.
    """
    return _table(found.artefact, found)


def train(run: Run, positions: Sequence[int]) -> CatalogueSplit:
    """The training garments of that version at these positions.

    Raises:
        errors.ArtefactCorrupt: they cannot be read.
    """
    return stored.read_garments(run, positions, split="train")


@st.cache_resource(max_entries=4, show_spinner=False)
def _hit_rate(artefact: str, newest_verdict: int, _found: SuspectList) -> HitRate:
    return suspect_lists.hit_rate(stored.store(), table(_found))


def hit_rate(found: SuspectList) -> HitRate:
    """How often the list was right so far."""
    return _hit_rate(found.artefact, verdict_tables.newest_number(stored.store()), found)


def views(shown: pd.DataFrame, who: str) -> list[View]:
    """The garments of some rows as that person may see them, in that order."""
    return verdict_tables.views(stored.store(), shown["garment"].tolist(), who=who)


def say(run: Run, row: pd.Series, view: View, kind: str, category: str | None, who: str) -> str:
    """Stores a verdict on one suspect, at once, and gives back the request by which it can be taken back.

    Args:
        run: the version on screen.
        row: of `table`.
        view: the garment as it was shown.
        kind: one of `core.quality.review.KINDS`.
        category: class name, only where the label is wrong.
        who: whose verdict it is.

    Raises:
        errors.VerdictError: it makes no sense, or somebody spoke since; nothing is stored.
        errors.DatabaseUnavailable: nothing is stored.
    """
    request_id = uuid.uuid4().hex
    subject = Subject(
        garment=view.garment,
        label=run.class_names[int(row["label"])],
        split="train",
        position=int(row["position"]),
        seen=view.seen,
    )
    verdicts.save(
        stored.store(), [subject], run_id=run.id, kind=kind, category=category, who=who, request_id=request_id
    )
    return request_id


def undo(request_id: str, who: str) -> None:
    """Takes back what a request said.

    Raises:
        errors.VerdictError: that person has said something newer of it.
    """
    verdicts.undo(stored.store(), request_id, who=who, request_id=uuid.uuid4().hex)
