"""What people decided, and what speaks for and against deciding: read and written for pages, kept in the store.

A decision is checked again by core when it is written, so that what stands here in memory only draws the screen.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core import errors
from core.quality import automation_share, comparison
from core.store.base import artefacts, audit
from core.store.live import comparisons, gate, promotions
from core.store.runs import file_reader, live_history, publishing
from core.store.runs.contents import LearnedCorrections
from core.store.runs.runs import Run
from core.store.runs.soundness import Rail
from core.store.verdicts import corrections, verdict_tables
from core.store.verdicts.corrections import Corrections, Learnable
from dashboard.data import predictions, run_views, store, verdict_board

CHANGES = {"fixed": "Fixed", "newly-wrong": "Newly wrong"}
"""What can have become of a garment between two versions -> its name on screen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Assessment:
    """A version against the live one."""

    rails: tuple[Rail, ...]
    """Every guard rail that could be judged, in a fixed order."""
    comparison: comparison.Comparison | None
    """On the garments that both were judged on; None where they cannot be compared."""
    automation: automation_share.Difference | None
    """How many of those could be tagged without a person; None as above."""

    @property
    def refusals(self) -> tuple[Rail, ...]:
        """What no one can override."""
        return tuple(rail for rail in self.rails if not rail.passed and not rail.may_be_overridden)

    @property
    def doubts(self) -> tuple[Rail, ...]:
        """What asks for an explicit override."""
        return tuple(rail for rail in self.rails if not rail.passed and rail.may_be_overridden)


def assessment(run: Run, live: Run, merged: bool = True) -> Assessment:
    """How that version stands against the live one; read-only.

    `merged`: compared as we sell, else in the model's own categories. The guard rails are about what is sold, whichever
    is asked for: by them it is decided.
    """
    return _assessment(run, live, merged)  # what is kept is found by what was given, and a default is not


@store.cached(most=16, spinner="Comparing the two on the same garments …", by_names=True)
def _assessment(run: Run, live: Run, merged: bool) -> Assessment:
    found = gate.assess(store.store(), run, live)
    match = None if found.refusals else found.match
    if match is not None and not merged and run_views.of(run).is_merged:
        match = comparisons.matched(*comparisons.both_judged(store.store(), live, run))
    return Assessment(
        rails=found.rails,
        comparison=_named(match.comparison, run_views.of(run, merged).names) if match else None,
        automation=match.automation if match else None,
    )


def _named(found: comparison.Comparison, names: tuple[str, ...]) -> comparison.Comparison:
    """The comparison with the names on screen, unless the two know other categories."""
    if not found.shared.is_all:
        return found
    shown = [names[index] for index in found.classes["class_index"]]
    return dataclasses.replace(found, classes=found.classes.assign(class_name=shown))


@st.cache_resource(max_entries=4, show_spinner="Reading the garments …")
def _learnable(catalogue_artefact: str, _run: Run) -> Learnable:
    train, test = (file_reader.load_split(store.store(), _run, name) for name in ("train", "test"))
    return corrections.learnable(train, test)


@st.cache_resource(max_entries=4, show_spinner=False)
def _confirmed(catalogue_artefact: str, newest_verdict: int, _run: Run) -> Corrections:
    verdicts = verdict_board.table()
    # Before the first verdict of a training garment no picture has to be read.
    nothing = Learnable(positions={}, class_names=_run.class_names)
    is_any = (verdicts["split"] != "test").any()
    return corrections.of_verdicts(verdicts, _learnable(catalogue_artefact, _run) if is_any else nothing)


def confirmed_corrections(run: Run) -> Corrections:
    """What people agree on today of the training garments of that version; read-only.

    Raises:
        errors.ArtefactCorrupt: its garments cannot be read.
    """
    return _confirmed(run.catalogue_artefact, verdict_tables.newest_number(store.store()), run)


@store.cached(most=16)
def learned_corrections(run: Run) -> LearnedCorrections:
    """What that version learned with, as `run_files.load_corrections` gives it; read-only.

    Raises:
        errors.ArtefactCorrupt: the file is missing or changed.
    """
    return file_reader.load_corrections(store.store(), run)


def changed_garments(
    run: Run, live: Run, change: str, category: str | None = None, merged: bool = True
) -> predictions.Group:
    """The garments of a key of `CHANGES`, as positions in the test split of `run`; none where nothing can be said.

    Args:
        run: the new version.
        live: the live one.
        change: key of `CHANGES`.
        category: only those of this one of the names that both know, see `Comparison.shared`; None for all.
        merged: as we sell, else in the model's own categories.
    """
    found = assessment(run, live, merged).comparison
    if found is None:
        positions = np.empty(0, dtype=np.int64)
    else:
        table = found.fixed if change == "fixed" else found.newly_wrong
        positions = np.sort(table["after"].to_numpy())
        if category is not None:
            true_class = predictions.predictions(run)["true_class"].to_numpy()[positions]
            positions = positions[found.shared.of_after[true_class] == found.shared.names.index(category)]
    groups = run_views.of(run, merged).categories.group_of  # people merge categories, and what is listed follows
    return predictions.Group(name=(change, live.id, category, groups), garments=positions)


def tags_before(run: Run, live: Run) -> dict[int, str]:
    """Position in the test split of `run` -> what the live version says of that garment, by its name on screen."""
    found = assessment(run, live, True).comparison
    if found is None:
        return {}
    predicted = predictions.predictions(live)["predicted_class"].to_numpy()[found.garments["before"]]
    return {
        garment: live.names[index]
        for garment, index in zip(found.garments["after"].tolist(), predicted.tolist(), strict=True)
    }


def were_live() -> frozenset[str]:
    """Ids of the runs that are or ever were live."""
    return frozenset(line.run_id for line in live_history.promotions(store.store()))


def waiting_version(run: Run) -> int | None:
    """The newest version of the catalogue of that one, where it is newer than the live one and nobody has decided."""
    waiting = promotions.waiting_run(store.store(), run.scope)
    return None if waiting is None else waiting.version


def came_by_itself(run: Run) -> bool:
    """Whether that version is live as the first of its garments, which nobody decided; a first look is none."""
    lines = live_history.promotions(store.store(), run.scope)
    reasons = (publishing.FIRST_REASON, publishing.FIRST_OF_CATALOGUE_REASON)
    return len(lines) == 1 and lines[0].run_id == run.id and lines[0].reason in reasons


def is_there(run: Run) -> bool:
    """Whether the files of that version are where they belong; whether they are whole is checked when it counts."""
    try:
        artefacts.manifest_of(store.store().home, run.artefact)
    except errors.ArtefactCorrupt:
        return False
    return True


def trash_days() -> float:
    """How long the files of a deleted version can still be taken out of the trash."""
    return store.store().settings.trash_days


def log_as_csv(*, who: str | None, action: str | None) -> bytes:
    """All lines of the log that pass the filters, as CSV."""
    return audit.as_csv(audit.entries(store.store(), who=who, action=action, limit=None))
