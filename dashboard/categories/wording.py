"""What one category's figures say, as sentences a merchandiser reads. Pure, like `wording`; texts are plain text."""

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from core.quality import scores
from dashboard.look import theme

standing = scores.standing

BARS_HINT = "Click a bar for its garments: the upper one for those missed, the lower one for those wrongly tagged."
"""What stands under the bars until a kind of garments is chosen."""

TARGET_HELP = (
    "The figure that every category should reach in both bars. One line for the whole team: everybody sees it, and "
    "who set it is kept."
)
"""What the team's target is."""

TARGET_SAVED = "Saved for everybody."
"""What follows a new target."""

NOT_IN_TEST_SET = "not in the test set"
"""What stands in place of the bars of a category without garments."""

NEVER_TAGGED = "nothing was tagged as this"
"""What stands in place of the lower bar of a category that the model never named."""

CLOSER = "What it is mixed up with, and how sure the model is"
"""What is folded below the garments of a category."""

NO_MIX_UPS = "It is not mixed up with any other category. Good."
NONE_TYPICAL = "The model found none of these garments."
NONE_WRONG = "None of these garments was tagged wrongly. Good."
CURVE_HELP = (
    "Each point of the line tags the category from one probability on. The diamond is how this version tags: the "
    "likeliest category wins."
)
SHARED_OUT = (
    "What is left of it is shared out evenly among them, so the curve is exact only from the tag's own part on."
)
"""Below the curve of a version from elsewhere that says how sure its tags are, but not of the other categories."""
RELIABILITY_HELP = (
    "On the dotted line the model is as often right as it is sure; below it, it is too sure. Larger marks stand for "
    "more garments."
)


SHOWN = {"worst": "The worst {0}", "all": "All {1:,}"}
"""How many categories are drawn, by what the address says."""


def target(share: float) -> str:
    """The target as a name: "Team's target: 85 of 100"."""
    return f"Team's target: {number(share)} of 100"


def number(share: float) -> str:
    """A share (0-1) as the figure of 100 that somebody typed: "85", "92.5"."""
    return f"{100 * share:.4g}"


def against_target(low: float, high: float, share: float) -> str:
    """The standing in words, as the end of a sentence; empty where there is no figure."""
    words = {
        "below": f"clearly below the target of {number(share)}",
        "undecided": f"too close to the target of {number(share)} to call",
        "reached": f"the target of {number(share)} is clearly reached",
    }
    return words.get(standing(low, high, share), "")


def found(row: Mapping[Hashable, Any], share: float) -> str:
    """How many of its garments the model finds, from a row of `scores.per_class_scores` and the target (0-1)."""
    if not row["support"]:
        return f"{row['class_name']} is {NOT_IN_TEST_SET}, so nobody can say how many of its garments are found."
    return (
        f"It finds {theme.of_hundred(row['recall'])} of 100 {row['class_name']} garments "
        f"({row['num_correct']:,} of {row['support']:,}; {_between(row, 'recall')}): "
        f"{against_target(row['recall_low'], row['recall_high'], share)}."
    )


def trusted(row: Mapping[Hashable, Any], share: float) -> str:
    """How many of its tags are right, from a row of `scores.per_class_scores` and the target (0-1)."""
    if not row["num_predicted"]:
        return f"The model tagged nothing as {row['class_name']}."
    return (
        f"Of 100 garments tagged {row['class_name']}, {theme.of_hundred(row['precision'])} are right "
        f"({row['num_correct']:,} of {row['num_predicted']:,}; {_between(row, 'precision')}): "
        f"{against_target(row['precision_low'], row['precision_high'], share)}."
    )


def arrow(difference: float) -> str:
    """A clear change of what is found (-1 to 1) as a mark: "↑ +3.1", "↓ −2.0"."""
    return f"{'↑' if difference > 0 else '↓'} {theme.points(difference)}"


def change(difference: float, version_before: int) -> str:
    """A clear change of what is found (-1 to 1) since an earlier version."""
    return f"Since version {version_before}: {theme.points(difference)} of 100 found, more than luck explains."


def bars_key(version_before: int | None) -> str:
    """How the bars are read; what the arrows mean, where there is an arrow since that version."""
    sentence = "Bars show the figure out of 100 garments; the thin lines show how far it may lie from the truth."
    if version_before is None:
        return sentence
    return f"{sentence} Arrows: change of what is found since version {version_before}, where it is more than luck."


def mix_up(other: str, num_lost: int, num_real: int, num_gained: int, num_other: int) -> str:
    """One other category with which this one is mixed up, both ways.

    Args:
        other: the other category.
        num_lost: garments of this category that were tagged as the other.
        num_real: garments of this category.
        num_gained: garments of the other category that were tagged as this one.
        num_other: garments of the other category.
    """
    return (
        f"Taken for {other}: {_some(num_lost)} of {num_real:,}. "
        f"The other way round: {_some(num_gained)} of {num_other:,} {other} garments."
    )


def rest_of_mix_ups(num_categories: int, num_garments: int) -> str:
    """The line below the listed mix-ups; empty where all are listed."""
    if not num_categories:
        return ""
    who = "One more category" if num_categories == 1 else f"{num_categories:,} more categories"
    return f"{who}: {num_garments:,} garments both ways." if num_garments != 1 else f"{who}: 1 garment."


def sureness(class_name: str, table: pd.DataFrame) -> str:
    """How often the model was very sure when right and when wrong, from the table of `sureness.of_class`."""
    num_right, num_wrong = int(table["num_right"].sum()), int(table["num_wrong"].sum())
    last = table.iloc[-1]
    over = theme.percent(float(last["low"]))
    if not num_right + num_wrong:
        return f"The model tagged nothing as {class_name}."
    if not num_right:
        sure_and_wrong = _some(int(last.num_wrong))
        return f"None of its {num_wrong:,} {class_name} tags was right; it was over {over} sure of {sure_and_wrong}."
    sentence = f"It was over {over} sure of {_some(int(last.num_right))} of its {num_right:,} right {class_name} tags"
    if not num_wrong:
        return f"{sentence}, and none of its {class_name} tags was wrong."
    return (
        f"{sentence}, and of {_some(int(last.num_wrong))} of {num_wrong:,} wrong {'one' if num_wrong == 1 else 'ones'}."
    )


def calibration(error: float, by_luck: float, num_garments: int, temperature: float | None) -> str:
    """The expected calibration error (0-1), what of it is luck, and whether confidences were corrected."""
    measured = (
        f"Expected calibration error {error:.4f} over {num_garments:,} garments; a perfect model would show about "
        f"{by_luck:.4f} on as many."
    )
    if math.isnan(error):
        measured = "There is no garment to measure the calibration on."
    if temperature is None:
        return f"{measured} This version is not calibrated: its confidences are as the network gives them."
    return f"{measured} This version is calibrated, with temperature {temperature:.3f}."


def _between(row: Mapping[Hashable, Any], column: str) -> str:
    return theme.between(row[f"{column}_low"], row[f"{column}_high"])


def _some(number_of_garments: int) -> str:
    return f"{number_of_garments:,}" if number_of_garments else "none"
