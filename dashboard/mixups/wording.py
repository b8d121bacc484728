"""Sentences about what goes wrong, as a merchandiser reads them."""

from collections.abc import Hashable, Mapping
from typing import Any

from dashboard.look import theme

LOOKS = {"map": "Mix-ups", "all": "All garments"}
"""What can stand beside the garments: name in the address -> name on screen."""
ALL_GARMENTS = "Garments that the model sees as alike lie beside each other. Draw a box to see its mistakes."
ALL_GARMENTS_ALT = "All garments as points, mistakes as orange diamonds; what the model sees as alike lies together."
WEAK_GROUPS = "Weak groups"


def watched(name: str) -> str:
    """A watch list among the groups to choose from."""
    return f"Watched: {name}"


def pair(row: Mapping[Hashable, Any], num_first: int) -> str:
    """A confused pair, both directions, from a row of `pairs.most_confused_pairs`.

    Args:
        row: see there.
        num_first: garments that really are of the first class.
    """
    first, second = row["first_class"], row["second_class"]
    back = f"{row['num_second_as_first']:,}" if row["num_second_as_first"] else "none"
    return (
        f"{first} tagged as {second}: {row['num_first_as_second']:,} of {num_first:,}, and {back} the other way round."
    )


def folded(num_shown: int, num_categories: int, num_on_map: int, num_wrong: int) -> str:
    """What a map of some categories leaves out."""
    if num_shown == num_categories:
        return f"All {num_categories:,} categories, most mistakes first."
    share = "" if not num_wrong else f", with {num_on_map:,} of {num_wrong:,} mistakes between them"
    return (
        f"The {num_shown:,} categories with the most mistakes of {num_categories:,}{share}. "
        "Choose another above: it joins them."
    )


def rest_of_pairs(num_pairs: int, share: float) -> str:
    """The line below the listed pairs."""
    if not num_pairs:
        return ""
    if num_pairs == 1:
        return f"One more pair makes up {theme.percent(share)} of mistakes."
    return f"The other {num_pairs:,} pairs make up {theme.percent(share)} of mistakes."


def chosen_direction(real: str, tagged: str) -> str:
    """One direction of a pair, as the help of a button."""
    return f"{real} tagged as {tagged}"
