"""Groups of garments that a version gets wrong more often, as one sentence each. Pure."""

from collections.abc import Sequence

from core.quality.weak_groups import WeakGroup
from dashboard.look import theme

NONE = "No group of garments stands out: mistakes are spread as luck spreads them within each category."
"""What is said where no group was found."""


def title(group: WeakGroup) -> str:
    """What the garments of a group are: "Dark garments", "Dark, long garments that look alike"."""
    words = ", ".join(group.words)
    noun = f"{words} garments" if words else "garments"
    named = f"{noun} that look alike" if group.is_heap else noun
    return f"{named[:1].upper()}{named[1:]}"


def sentence(group: WeakGroup, names: Sequence[str]) -> str:
    """How often a group is wrong, how often all others are, and what its mistakes mostly are.

    Args:
        group: one of `weak_groups.weak_groups`.
        names: (G,) names on screen of the categories it was counted in; the sentence is plain text.
    """
    mostly = " and ".join(names[index] for index in group.categories)
    return (
        f"{title(group)}: {group.num_mistakes:,} of {len(group.garments):,} wrong "
        f"({theme.between(group.low, group.high, decimals=0)} of 100), "
        f"elsewhere {theme.of_hundred(group.share_elsewhere)} of 100{f'; mostly {mostly}' if mostly else ''}."
    )


def above(group: WeakGroup) -> str:
    """How many mistakes more than its categories explain."""
    num = max(1, round(group.num_above))
    return f"{num:,} more {'mistake' if num == 1 else 'mistakes'} than its categories explain."
