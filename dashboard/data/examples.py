"""What empty pages show: garments of the built-in sample with a stand-in's tags, worked out once for all sessions.

Nothing of it is stored, and nothing of it is counted with the team's own garments.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.catalogue import sample_answers
from core.quality import automation_line, themes, unlike
from core.tagging import piles
from dashboard.data import line_curves, store
from dashboard.data.lines import Answers

PROMISE = 5.0
"""Wrong tags in 100 that the example's line is suggested for: the stand-in keeps no lower one."""
NUM_WEEKS, NUM_A_WEEK = 4, 20
NUM_SHOWN = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """The sample's test garments as a stand-in tags them."""

    images: NDArray[np.uint8]
    """(N, H, W)."""
    answers: Answers
    """What is said of them."""
    class_names: tuple[str, ...]
    """The names of the categories."""
    line: float
    """The line that is suggested on them, 0-1."""
    pile_of: tuple[str, ...]
    """(N,) the pile of each, as of a photo in which nothing was noticed."""
    groups: tuple[NDArray[np.int64], ...]
    """Positions of the wrongly tagged ones of the category with most of them, theme by theme."""

    @property
    def mistakes(self) -> NDArray[np.int64]:
        """Positions of those that are tagged wrongly, the surest first."""
        wrong = np.flatnonzero(self.answers.true_class != self.answers.predicted_class)
        found: NDArray[np.int64] = wrong[np.argsort(-self.answers.confidence[wrong], kind="stable")]
        return found


@store.cached(most=1, spinner="Making an example of the sample …")
def example() -> Example:
    """The example of this process.

    Raises:
        errors.CatalogueCorrupt: the sample cannot be read.
    """
    found = sample_answers.answers()
    confidence, predicted = found.probabilities.max(axis=1), found.probabilities.argmax(axis=1)
    is_right = predicted == found.labels
    line = automation_line.suggested(confidence, is_right, PROMISE).confidence
    is_unlike = unlike.detector(found.features, confidence).is_unlike(found.features, confidence)
    return Example(
        images=found.images,
        answers=Answers(true_class=found.labels, predicted_class=predicted, confidence=confidence),
        class_names=found.class_names,
        line=line,
        pile_of=tuple(
            piles.pile(is_trusted=sure >= line, is_unlike=bool(strange), needs_look=False, is_odd=False)
            for sure, strange in zip(confidence.tolist(), is_unlike, strict=True)
        ),
        groups=_groups(found, is_right),
    )


def _groups(found: sample_answers.SampleAnswers, is_right: NDArray[np.bool_]) -> tuple[NDArray[np.int64], ...]:
    most = int(np.bincount(found.labels[~is_right], minlength=len(found.class_names)).argmax())
    wrong = np.flatnonzero(~is_right & (found.labels == most))
    table = themes.themes(wrong, found.features[wrong]).table
    return tuple(rows["garment"].to_numpy() for _, rows in table.groupby("theme"))


def curve() -> line_curves.Curve:
    """The curve of the example, with its line."""
    found = example()
    return line_curves.of_answers(found.answers, None, found.line, 300)


def weeks() -> pd.DataFrame:
    """Spot checks of garments above the line, week by week: columns as in `dashboard.data.acceptance.by_week`."""
    found = example()
    above = np.flatnonzero(found.answers.confidence >= found.line)[: NUM_WEEKS * NUM_A_WEEK]
    is_right = (found.answers.true_class == found.answers.predicted_class)[above]
    parts = [is_right[start : start + NUM_A_WEEK] for start in range(0, len(is_right), NUM_A_WEEK)]
    return pd.DataFrame(
        {
            "week": [f"Week {number}" for number in range(len(parts), 0, -1)],
            "num_products": [len(part) for part in parts[::-1]],
            "num_checked": [len(part) for part in parts[::-1]],
            "num_right": [int(part.sum()) for part in parts[::-1]],
        }
    )


def of_piles() -> dict[str, int]:
    """Pile -> position of one garment in it: ready, to check, and unlike all categories; those that there are."""
    pile_of = example().pile_of
    wanted = (piles.READY, piles.CHECK, piles.NOT_OURS)
    return {name: pile_of.index(name) for name in wanted if name in pile_of}
