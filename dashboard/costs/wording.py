"""What mistakes cost, as sentences a merchandiser reads. Pure."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from core.quality.cost import LEVELS as NAMES
from core.quality.cost import CostChange
from dashboard.look import phrases, theme

LEVELS = tuple(name.capitalize() for name in NAMES)
"""Name on screen of each level, in their order."""
READINGS = {"number": "By number", "cost": "By cost"}
"""How mistakes can be read: key in the address -> name on screen."""
SIGNS = ("·", "!", "!!")
"""Sign of each level in a cell, beside its colour."""
GRID_READ = "Rows: what a garment really is. Columns: what the model said."
GRID_HELP = f"{GRID_READ} Choose a brush and click or drag; with the keyboard arrows move and 1, 2, 3 choose."
REAL, SAID, COSTS = "Real category", "Tagged as", "Such a mistake is"
LABEL = "What each kind of mistake costs"
ROW_HELP = "What a mistake costs where a garment really is of the category above. Save once for all categories."
SAVED = "Saved for everybody."
UNCHANGED = "All of it was saved already."


def merged(*, differs: bool) -> str:
    """What the grid of the categories that are sold leaves out."""
    dearest = (
        " Where its parts cost differently, the dearest stands here, and a choice is that of all." if differs else ""
    )
    return f"A category that is sold as one has one row and one column: within it nothing is a mistake.{dearest}"


def elsewhere(names: Sequence[str]) -> str:
    """Which rows were changed and left without saving."""
    listed = ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if len(names) > 5 else "")
    return f"Changed and not saved yet: {listed}."


def introduction(weight: int) -> str:
    """What the grid is for."""
    return (
        f"An expensive mistake counts as much as {weight} annoying ones; one that does not matter counts nothing. What "
        "goes wrong, the list of wrong tags, and a new version against the live one can then be read by cost."
    )


def where_from(*, is_chosen: bool) -> str:
    """Whether people chose the grid or departments make it."""
    if is_chosen:
        return "Chosen by your team."
    return (
        "From the departments under Names: annoying within a department, expensive between two. Without "
        "departments every mistake is annoying, so that cost is number."
    )


def total(cost: int, num_garments: int) -> str:
    """What all mistakes cost."""
    if not num_garments:
        return "No garment has been judged yet."
    points = "1 point" if cost == 1 else f"{cost:,} points"
    return f"The mistakes of this version cost {points}: {100 * cost / num_garments:.1f} for 100 garments."


def pair(row: Mapping[Hashable, Any]) -> str:
    """One of the costliest mix-ups, from a row of `cost.costliest_pairs`."""
    return (
        f"{row['first_class']} and {row['second_class']}: {phrases.garments(row['num_mistakes'])}, "
        f"{theme.percent(row['share_of_cost'])} of the cost."
    )


def share_of_cost(share: float) -> str:
    """What a mix-up weighs among all mistakes, by cost."""
    return (
        f"Together {theme.percent(share)} of what all mistakes cost." if share else "By your costs they do not matter."
    )


def rest_of_pairs(num_pairs: int, share: float) -> str:
    """The line below the listed pairs, by cost."""
    if not num_pairs:
        return ""
    pairs = "One more pair makes" if num_pairs == 1 else f"The other {num_pairs:,} pairs make"
    return f"{pairs} up {theme.percent(share)} of the cost."


def result(change: CostChange, number: int, live_number: int) -> str:
    """Whether a version is better by cost: the headline."""
    words = {
        "better": f"By cost, version {number} is clearly better than version {live_number}, the live one.",
        "worse": f"By cost, version {number} is clearly worse than version {live_number}, the live one.",
    }
    return words.get(
        change.result,
        f"By cost there is no clear difference between version {number} and version {live_number}, the live one.",
    )


def balance(change: CostChange) -> str:
    """What the mistakes cost before and after, and whether luck explains it."""
    cases = "fewer than 1 of 100 cases" if change.p_value < 0.01 else f"{100 * change.p_value:.0f} of 100 cases"
    return (
        f"Mistakes cost {change.before:,} points with the live version and {change.after:,} with this one, on "
        f"{phrases.garments(change.num_garments)}. Luck alone gives such a difference in {cases}."
    )
