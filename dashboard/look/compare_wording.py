"""Sentences about two categories and about similar garments. Pure: plain text that may hold names anybody chose."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from core.quality import lookalikes
from dashboard.look import phrases, theme

RULE_PROMPT = (
    "Nobody has written it down yet. One sentence is enough: which detail makes a garment one and not the other?"
)
"""What stands in place of a rule that nobody wrote."""
ONLY_ONE = "All categories are sold as one, so there are no two to compare. These are the model's own."
"""Above two of the model's own categories, where the shop has only one."""
MAP_CLICKS = (
    "Click a cell for its garments, a figure at the right end for a whole row, one at the foot for a whole column. "
    "“Choose without the map” below it does the same from the keyboard."
)
"""Where the map of mix-ups can be clicked."""


def both_ways(first: str, second: str, num_first_as_second: int, num_second_as_first: int,
              num_first: int, num_second: int) -> list[str]:  # fmt: skip
    """How often each of two categories is taken for the other, a sentence a direction.

    Args:
        first: name of the one category.
        second: name of the other.
        num_first_as_second: garments of the first tagged as the second.
        num_second_as_first: the other way round.
        num_first: garments of the first.
        num_second: garments of the second.
    """
    return [
        phrases.cell(num_first_as_second, num_first, first, second),
        phrases.cell(num_second_as_first, num_second, second, first),
    ]


def weight_of_pair(num_mistakes: int, share: float) -> str:
    """What both directions together weigh among all mistakes."""
    if not num_mistakes:
        return "The model never mixes these two up."
    noun = "mistake" if num_mistakes == 1 else "mistakes"
    return f"Together {num_mistakes:,} {noun}, {theme.percent(share)} of all."


def typical_heading(name: str) -> str:
    """Above the clear garments of a category."""
    return f"Clearly {name}"


def typical_count(num_shown: int, num_all: int, *, is_sorted: bool = True) -> str:
    """How many of the clear garments are on screen; whether by how sure the model is of them."""
    if not num_all:
        return "The model tags none of these correctly."
    if num_shown == num_all:
        return f"{_all(num_all)} tagged correctly{', surest first' if is_sorted else ''}."
    return f"{f'The {num_shown:,} surest' if is_sorted else f'{num_shown:,}'} of {num_all:,} tagged correctly."


def mixed_up_count(num_shown: int, num_all: int) -> str:
    """The same of garments of two categories that are tagged as the other, where that is all that is known."""
    if not num_all:
        return "None of these two is tagged as the other."
    part = _all(num_all) if num_shown == num_all else f"{num_shown:,} of {num_all:,}"
    return f"{part} tagged as the other of the two."


def between_count(num_shown: int, num_all: int, num_mistakes: int) -> str:
    """How many garments lie between two categories, how many are on screen, and how many of all are wrong.

    Args:
        num_shown: garments on screen.
        num_all: garments whose two best guesses are these two categories.
        num_mistakes: how many of all of them are tagged wrongly.
    """
    if not num_all:
        return "No garment hovers between these two."
    part = (
        f"{_all(num_all)} between the two"
        if num_shown == num_all
        else f"The {num_shown:,} closest calls of {num_all:,}"
    )
    verb = "is" if num_mistakes == 1 else "are"
    whom = "of them" if num_shown == num_all else "of all"
    wrong = f"{num_mistakes:,} {whom} {verb} tagged wrongly" if num_mistakes else "none is tagged wrongly"
    return f"{part}; {wrong}. The figure under a garment says which way the model leans."


def lean(share_of_second: float, first: str, second: str) -> str:
    """Which way the model leans on one garment: "71 % Shirt".

    Args:
        share_of_second: the second category's share (-1 to 1) as in `two_classes.borderline`.
        first: name on the side of -1.
        second: name on the side of 1.
    """
    name = second if share_of_second > 0 else first
    return f"{theme.percent((1 + abs(share_of_second)) / 2)} {name}"


def same_sides(name: str, instead: str) -> str:
    """The notice for an address that names one category twice."""
    return f"The address asks for {_short(name)} on both sides. Showing {_short(instead)} on the right instead."


def rule_label(first: str, second: str) -> str:
    """Above the box for the team's rule."""
    return f"How do we tell {first} and {second} apart?"


def rule(text: str) -> str:
    """The team's rule as it is quoted beside garments."""
    return f"How we tell them apart: {text}"


def rule_of_parts(first: str, second: str, text: str) -> str:
    """A rule that was written of two of the model's categories, where each may be only a part of what is sold."""
    return f"Written of {first} and {second}: {text}"


def compare(first: str, second: str) -> str:
    """The link to two categories side by side."""
    return f"Compare {first} and {second}"


def share_of_similar(counts: lookalikes.Lookalikes, true: str, predicted: str) -> str:
    """How the similar garments of one garment were tagged: "19 of 24 carry the same mistake".

    Args:
        counts: of the similar garments.
        true: label of the garment itself.
        predicted: what the model said of it.
    """
    num = counts.num_garments
    if not num:
        return "No similar garments were stored with this version."
    if true == predicted:
        return f"{counts.num_correct:,} of {num:,} are tagged correctly."
    verb = "carries" if counts.num_same_mistake == 1 else "carry"
    first = f"{counts.num_same_mistake:,} of {num:,} {verb} the same mistake: {true} tagged as {predicted}."
    return f"{first} {_rest(counts.num_correct, counts.num_other_mistakes)}"


def nearest_heading(num_garments: int) -> str:
    """Above the garments most like another one."""
    return "The most similar garment" if num_garments == 1 else f"The {num_garments:,} most similar garments"


def learned_from(labels: Sequence[str], true: str, predicted: str) -> str:
    """What the most similar training garments speak for, most frequent label first.

    Args:
        labels: their labels.
        true: label of the garment itself.
        predicted: what the model said of it.
    """
    sides = {predicted: " (what the model said)", true: " (what the label says)"} if true != predicted else {}
    parts = [f"{num} {name}{sides.get(name, '')}" for name, num in Counter(labels).most_common()]
    return f"Of the {len(labels)} most alike: {', '.join(parts)}."


def map_example(pair: Mapping[Hashable, Any], num_first: int) -> str:
    """One cell of the map of mix-ups, read aloud with the real figures.

    Args:
        pair: a row of `pairs.most_confused_pairs`.
        num_first: garments that really are of its first class.
    """
    first, second = pair["first_class"], pair["second_class"]
    there, back = pair["num_first_as_second"], pair["num_second_as_first"]
    return (
        f"For example: find the row {first} and go to the column {second}. The {there:,} there means: "
        f"{phrases.cell(there, num_first, first, second)} "
        f"The cell mirrored at the diagonal, row {second} and column {first}, holds the other direction: {back:,}."
    )


def small_pairs(num_pairs: int, limit: int) -> str:
    """What stands in place of a list of pairs that are all too small for it."""
    if not num_pairs:
        return "No two categories were mixed up at all."
    who = "One pair was" if num_pairs == 1 else f"{num_pairs:,} pairs were"
    return f"{who} mixed up, fewer than {limit} garments each: that may be chance. The map above shows them all."


def selected(num: int) -> str:
    """The button that saves what was selected."""
    return f"The {num:,} selected as CSV"


def _all(number: int) -> str:
    return "The only one" if number == 1 else f"All {number:,}"


def _rest(num_correct: int, num_other: int) -> str:
    correct = f"{num_correct:,} {'is' if num_correct == 1 else 'are'} tagged correctly" if num_correct else ""
    other = f"{num_other:,} {'is' if num_other == 1 else 'are'} wrong in another way" if num_other else ""
    parts = [part for part in (correct, other) if part]
    return f"{', '.join(parts)}." if parts else ""


def _short(name: str) -> str:
    return name if len(name) <= 40 else name[:39] + "…"
