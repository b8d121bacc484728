"""Findings as sentences that a merchandiser reads: plain text that may hold names anybody chose. Pure."""

from datetime import datetime

from core.quality import changes, review, scores
from core.words import numbers


def date(moment: datetime) -> str:
    """A day as people write it, in the time zone of this computer: "22 November 2026"."""
    local = moment.astimezone()
    return f"{local.day} {local:%B %Y}"


def moment(instant: datetime) -> str:
    """A moment as people write it, in the time zone of this computer: "22 November 2026, 14:05"."""
    return f"{date(instant)}, {instant.astimezone():%H:%M}"


def garments(number: int) -> str:
    """`number` with its noun: "1 garment", "1,234 garments"."""
    return "1 garment" if number == 1 else f"{number:,} garments"


def headline(result: scores.Accuracy, number: int, is_live: bool) -> str:
    """The one sentence of the first page: how many of 100 garments are tagged correctly, with the interval."""
    who = "The live model" if is_live else f"Version {number}"
    if not result.num_garments:
        return f"{who} has not been judged on any garment yet."
    return (
        f"{who} tags {numbers.of_hundred(result.accuracy, decimals=1)} of 100 garments correctly "
        f"({numbers.between(result.low, result.high)})."
    )


def mistakes(num_mistakes: int, num_garments: int) -> str:
    """How many garments are tagged wrongly."""
    if not num_mistakes:
        return f"All {num_garments:,} garments are tagged correctly."
    verb = "is" if num_mistakes == 1 else "are"
    return f"{num_mistakes:,} of {garments(num_garments)} {verb} tagged wrongly."


def fixed_and_broken(change: changes.Change) -> str:
    """What changed between two versions on the same garments, in counts."""
    if not change.num_fixed and not change.num_broken:
        return "No change"
    return f"Fixed {change.num_fixed:,}, newly wrong {change.num_broken:,}"


def is_it_luck(change: changes.Change, number_before: int) -> str:
    """Whether the change since an earlier version is more than luck, by McNemar's test."""
    where = f"of {garments(change.num_garments)}, since version {number_before}"
    if not change.num_fixed and not change.num_broken:
        return f"Every one {where} is right or wrong as before."
    if not change.is_clear:
        return f"{where[:1].upper()}{where[1:]}: no clear difference."
    return f"{where[:1].upper()}{where[1:]}: clearly {'better' if change.net > 0 else 'worse'}."


def second_score(found: review.TwoScores) -> str:
    """The score after the team's review: one figure, or two bounds where some garments are right or wrong."""
    open_ones = found.num_cannot_tell + found.num_disagreements
    figure = numbers.of_hundred(found.at_least, decimals=1)
    parts = [f"{found.num_reviewed:,} test garments reviewed"]
    if open_ones:
        figure = numbers.between(found.at_least, found.at_most)
        parts.append(f"{open_ones:,} that nobody can tell or agree on may be right or wrong")
    if found.num_unseen:
        parts.append(f"{found.num_unseen:,} mistakes that nobody has looked at count as mistakes")
    return f"After your team's review: {figure} of 100 ({'; '.join(parts)})."


def too_few(num_reviewed: int) -> str:
    """In place of the score after review while it says too little."""
    return f"After your team's review: too few yet ({num_reviewed:,} of {review.ENOUGH} test garments reviewed)."


def share_of_mistakes(share: float) -> str:
    """What a pair weighs among all mistakes."""
    for limit, words in ((0.475, "half"), (0.31, "a third"), (0.23, "a quarter")):
        if limit <= share < limit + 0.05:
            return f"Together about {words} of all mistakes."
    return f"Together {numbers.percent(share)} of all mistakes."
