"""What every automation line would give, and the garments just above and below one: worked out for the page."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.quality import line_curve
from core.store.runs import file_reader
from core.store.runs.runs import Run
from dashboard.data import lines, store
from dashboard.data.lines import Answers, Mix

HIGHEST = 999
"""Line that can be chosen, in tenths of a percent."""
NUM_HANDLES = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """Tables of `core.quality.line_curve.at`."""

    all_lines: pd.DataFrame
    """Every line there could be, on garments held out."""
    handles: pd.DataFrame
    """Those that can be chosen, to a tenth of a percent."""
    chosen: pd.DataFrame
    """The line on screen: one row, none where no tag is trusted."""
    checked: pd.DataFrame
    """The same line on test garments."""


def of_answers(known: Answers, checked: Answers | None, line: float, lowest: int) -> Curve:
    """The curve of those garments.

    Args:
        known: held out.
        checked: test garments; None where there are none.
        line: 0-1; NaN trusts nothing.
        lowest: line that can be chosen, in tenths of a percent.
    """
    told = known.confidence, known.true_class == known.predicted_class
    chosen = np.array([] if np.isnan(line) else [line])
    none = line_curve.at(np.array([]), *told)
    return Curve(
        all_lines=line_curve.curve(*told),
        handles=line_curve.handles(np.arange(lowest, HIGHEST + 1) / 1000, *told, most=NUM_HANDLES),
        chosen=line_curve.at(chosen, *told),
        checked=none
        if checked is None
        else line_curve.at(chosen, checked.confidence, checked.true_class == checked.predicted_class),
    )


@store.cached(most=32)
def curve(run: Run, line: float, mix: Mix | None, class_index: int | None, lowest: int) -> Curve:
    """The curve of a version: of all its tags, or of those of one category; see `of_answers`."""
    known, checked = (
        lines.in_mix(_of_class(answers, class_index)[0], mix)
        for answers in (lines.chosen_on(run), lines.checked_on(run))
    )
    return of_answers(known, checked, line, lowest)


def held_out(run: Run, class_index: int | None) -> tuple[Answers, NDArray[np.int64]]:
    """The garments that lines are suggested on, or those tagged as one category, and their positions in their split."""
    known, positions = _of_class(lines.chosen_on(run), class_index)
    if run.elsewhere:
        return known, file_reader.held_out(store.store(), run)[positions]
    return known, positions


def held_out_split(run: Run) -> str:
    """The split in which they lie: of photos each is learned from and held out in turn."""
    if run.elsewhere:
        return "test"
    return "train" if run.is_of_photos else "validation"


def _of_class(known: Answers, class_index: int | None) -> tuple[Answers, NDArray[np.int64]]:
    positions = np.arange(len(known.true_class), dtype=np.int64)
    if class_index is None:
        return known, positions
    chosen = known.predicted_class == class_index
    some = Answers(
        true_class=known.true_class[chosen],
        predicted_class=known.predicted_class[chosen],
        confidence=known.confidence[chosen],
    )
    return some, positions[chosen]
