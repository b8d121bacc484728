"""Sentences of the first page: how good the tags are, and what changed."""

from core.quality import changes, scores
from dashboard.look import phrases, theme


def headline(result: scores.Accuracy, number: int, is_live: bool) -> str:
    """The one sentence of the first page: how many of 100 garments are tagged correctly, with the interval."""
    who = "The live model" if is_live else f"Version {number}"
    if not result.num_garments:
        return f"{who} has not been judged on any garment yet."
    return (
        f"{who} tags {theme.of_hundred(result.accuracy, decimals=1)} of 100 garments correctly "
        f"({theme.between(result.low, result.high)})."
    )


def mistakes(num_mistakes: int, num_garments: int) -> str:
    """How many garments are tagged wrongly."""
    if not num_mistakes:
        return f"All {num_garments:,} garments are tagged correctly."
    verb = "is" if num_mistakes == 1 else "are"
    return f"{num_mistakes:,} of {phrases.garments(num_garments)} {verb} tagged wrongly."


def fixed_and_broken(change: changes.Change) -> str:
    """What changed between two versions on the same garments, in counts."""
    if not change.num_fixed and not change.num_broken:
        return "No change"
    return f"Fixed {change.num_fixed:,}, newly wrong {change.num_broken:,}"


def is_it_luck(change: changes.Change, number_before: int) -> str:
    """Whether the change since an earlier version is more than luck, by McNemar's test."""
    where = f"of {phrases.garments(change.num_garments)}, since version {number_before}"
    if not change.num_fixed and not change.num_broken:
        return f"Every one {where} is right or wrong as before."
    if not change.is_clear:
        return f"{where[:1].upper()}{where[1:]}: no clear difference."
    return f"{where[:1].upper()}{where[1:]}: clearly {'better' if change.net > 0 else 'worse'}."


def nothing_to_compare(number: int, newest_version: int, has_earlier: bool) -> str:
    """Why there is no earlier version beside version `number`, and what to do to compare."""
    if has_earlier:
        return "No earlier version was judged on the same garments."
    if newest_version > number:
        return f"Choose version {newest_version} in the sidebar to see what it changed."
    return "Train another one from the sidebar to compare."
