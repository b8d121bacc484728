"""Groups of garments that a version gets wrong more often, as one sentence each. Pure."""

from collections.abc import Sequence

from core.quality.weak_groups import WeakGroup
from dashboard.look import theme

NONE = "No group of garments stands out: mistakes are spread as luck spreads them within each category."
"""What is said where no group was found."""


def titles(groups: Sequence[WeakGroup], names: Sequence[str]) -> list[str]:
    """What the garments of each group are, each once: "Dark garments", "Dark, long garments that look alike".

    Those that would be called the same are told apart by what their mistakes mostly are, and where that is the same
    too, by a number.

    Args:
        groups: as `weak_groups.weak_groups` gives them.
        names: (G,) names on screen of the categories they were counted in.
    """
    plain = [_title(group) for group in groups]
    apart = [
        f"{title}, mostly {_mostly(group, names)}" if plain.count(title) > 1 and group.categories else title
        for title, group in zip(plain, groups, strict=True)
    ]
    return [
        f"{title} ({apart[: place + 1].count(title)})" if apart.count(title) > 1 else title
        for place, title in enumerate(apart)
    ]


def _title(group: WeakGroup) -> str:
    words = ", ".join(group.words)
    noun = f"{words} garments" if words else "garments"
    named = f"{noun} that look alike" if group.is_heap else noun
    return f"{named[:1].upper()}{named[1:]}"


def _mostly(group: WeakGroup, names: Sequence[str]) -> str:
    return " and ".join(names[index] for index in group.categories)


def sentence(group: WeakGroup, title: str, names: Sequence[str]) -> str:
    """How often a group is wrong, how often all others are, and what its mistakes mostly are.

    Args:
        group: one of `weak_groups.weak_groups`.
        title: what it is called in its list, of `titles`.
        names: (G,) names on screen of the categories it was counted in; the sentence is plain text.
    """
    mostly = _mostly(group, names)
    is_said = not mostly or f", mostly {mostly}" in title
    return (
        f"{title}: {group.num_mistakes:,} of {len(group.garments):,} wrong "
        f"({theme.between(group.low, group.high, decimals=0)} of 100), "
        f"elsewhere {theme.of_hundred(group.share_elsewhere)} of 100{'' if is_said else f'; mostly {mostly}'}."
    )


def above(group: WeakGroup) -> str:
    """How many mistakes more than its categories explain."""
    num = max(1, round(group.num_above))
    return f"{num:,} more {'mistake' if num == 1 else 'mistakes'} than its categories explain."
