"""What people say of garments, read and saved for pages, and what it adds up to."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core.quality import review
from core.store.runs.runs import Run
from core.store.verdicts import verdict_csv, verdict_tables, verdicts
from core.store.verdicts.verdict_lines import Subject, Verdict
from core.store.verdicts.verdict_tables import View
from dashboard.data import predictions as predictions_data
from dashboard.data import run_views, store, stored_garments, suspects, verdict_board
from dashboard.data.run_views import RunView

IMPORT_COLUMNS = (*verdict_csv.NEEDED, "request_id", "place")
"""Header of a CSV of verdicts that were not stored; `python -m core verdicts import` reads it."""
_SUSPECTED = {"label": "true_class", "suggested_class": "predicted_class", "suggested_confidence": "confidence"}

# ---- garments and what stands against each other in them -----------------------------------------------------------


def answers(run: Run, garments: Sequence[int], split: str = "test") -> pd.DataFrame:
    """What stands against each other in garments of a split, given by position, in that order.

    Of test garments what that version said; of training garments what models that had not seen them said, and only of
    those that the newest list of suspects names.

    Columns: true_class, predicted_class (class index; the label, and what was said instead), confidence (0-1).
    """
    if split == "test":
        return predictions_data.predictions(run).iloc[list(garments)]
    found = suspects.by_position(run).loc[list(garments)]
    return found.rename(columns=_SUSPECTED)


def known(run: Run, garments: Sequence[int], split: str = "test") -> list[int]:
    """Those of the positions of which `answers` can tell."""
    if split == "test":
        return [garment for garment in garments if 0 <= garment < run.num_test]
    found = suspects.by_position(run).index
    return [garment for garment in garments if garment in found]


def views(run: Run, garments: Sequence[int], *, who: str, split: str = "test") -> list[View]:
    """`verdict_tables.views` of garments of a split of that version, given by position.

    Raises:
        errors.ArtefactCorrupt: their pictures cannot be read, and who cannot see a garment cannot judge it.
    """
    stored_garments.read_garments(run, garments, split=split)
    names = stored_garments.garment_keys(run, split)
    return verdict_tables.views(store.store(), [names[garment] for garment in garments], who=who)


def states(view: RunView, garments: Sequence[int], *, who: str, split: str = "test") -> pd.DataFrame:
    """What the team says of garments of a split as that person may see it, in the order asked for.

    Who chose two categories that are one in the view agree.

    Columns:
        state (str or None): one of `review.STATES`.
        category (str or None): the class name that all of them chose.
    """
    names = stored_garments.garment_keys(view.run, split)
    of_person = review.shown_to(verdict_board.table(), who)
    shown = review.garment_states(of_person, view.stands_for).set_index("garment")
    found = shown[["state", "category"]].reindex([names[garment] for garment in garments]).astype(object)
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
        store.store(), subjects, run_id=run.id, kind=kind, category=category, who=who, request_id=request_id
    )


def _subject(run: Run, garment: int, seen: Mapping[str, int], split: str) -> Subject:
    row, key = answers(run, [garment], split).iloc[0], stored_garments.garment_keys(run, split)[garment]
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
    names = stored_garments.garment_keys(run, split)
    found = [names[garment] for garment in garments]
    return verdicts.withdraw(store.store(), found, who=who, request_id=request_id)


# ---- what it adds up to ----------------------------------------------------------------------------------------------


@store.cached(most=8)
def _two_scores(view: RunView, number: int) -> review.TwoScores:
    run = view.run
    predictions = predictions_data.predictions(run)
    return review.two_scores(
        predictions["true_class"].to_numpy(),
        predictions["predicted_class"].to_numpy(),
        verdict_board.placed(view, verdict_board.table()),
        run.class_names,
        view.categories.groups,
    )


def two_scores(run: Run, merged: bool = False) -> review.TwoScores:
    """Both scores of that version by what everybody says now; `merged`: as we sell, else in the model's categories."""
    return _two_scores(run_views.of(run, merged), verdict_tables.newest_number(store.store()))


@st.cache_resource(max_entries=2, show_spinner=False)
def _progress(number: int) -> pd.DataFrame:
    current = verdict_board.table()
    current = current[current["kind"].to_numpy() != review.WITHDRAWN]
    counts = pd.crosstab(current["who"], current["kind"]).reindex(columns=list(review.KINDS), fill_value=0)
    counts.insert(0, "num_garments", counts.sum(axis=1))
    is_test = (current["split"] == "test").groupby(current["who"]).sum().reindex(counts.index)
    counts.insert(1, "num_test", is_test)
    counts.insert(2, "num_train", counts["num_garments"] - is_test)
    found = counts.rename_axis(index="who", columns=None).reset_index()
    return found.sort_values(["num_garments", "who"], ascending=[False, True], ignore_index=True)


def progress() -> pd.DataFrame:
    """What each person says today, who says most first; read-only.

    Columns:
        who (str), num_garments (int), num_test and num_train (int, those of them that judge and that teach), and a
        count (int) named by each of `review.KINDS`.
    """
    return _progress(verdict_tables.newest_number(store.store()))


def num_disputed(view: RunView) -> int:
    """Test garments of that version of which people say different things, whoever may see it."""
    return _two_scores(view, verdict_tables.newest_number(store.store())).num_disagreements


@st.cache_resource(max_entries=16, show_spinner=False)
def _disputed(who: str, number: int, stands_for: Mapping[str, str]) -> list[str]:
    found = review.garment_states(review.shown_to(verdict_board.table(), who)[::-1], stands_for)
    disputed: list[str] = found["garment"][found["state"] == review.DISAGREEMENT].tolist()
    return disputed


def disputed(who: str, view: RunView) -> list[str]:
    """Keys of the garments about which that person and others say different things, the one spoken of last first."""
    return _disputed(who, verdict_tables.newest_number(store.store()), view.stands_for)


def opinions(garments: Sequence[str], who: str) -> list[tuple[Verdict, ...]]:
    """What stands of each garment as that person may see it, their own first; garments are given by key."""
    found = verdict_tables.views(store.store(), garments, who=who)
    return [(view.mine, *view.others) for view in found if view.mine is not None]


def all_as_csv() -> bytes:
    """Every line ever said, as `python -m core verdicts export` writes it."""
    # The mark lets spreadsheets read names with accents.
    return verdict_csv.to_csv(verdict_tables.history(store.store())).encode("utf-8-sig")
