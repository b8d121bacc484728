"""Sentences of the first page: how good the tags are, and what changed; those that paper has too are worded there."""

from collections.abc import Hashable, Mapping
from typing import Any

from core.words import sentences
from dashboard.look import phrases

headline = sentences.headline
mistakes = sentences.mistakes
FEW = 30
"""Of fewer garments a figure out of 100 would promise what nobody knows."""
fixed_and_broken = sentences.fixed_and_broken
is_it_luck = sentences.is_it_luck


def weakest(row: Mapping[Hashable, Any]) -> str:
    """What the model finds of a category and how often its tag is right; of few garments in counts, not out of 100.

    Args:
        row: of the table of `scores.per_class_scores`.
    """
    if row["support"] >= FEW:
        return f"{phrases.found(row['recall'])} {phrases.trusted(row['precision'])}"
    num_correct, num_tagged = int(row["num_correct"]), int(row["num_predicted"])
    tags = "1 such tag" if num_tagged == 1 else f"{num_tagged:,} such tags"
    right = f"Of {tags}, {num_correct:,} {'is' if num_correct == 1 else 'are'} right."
    return f"It finds {num_correct:,} of only {int(row['support']):,}. {right if num_tagged else 'No tag says so.'}"


def tied(num_others: int) -> str:
    """Why a mix-up stands first although others are as frequent; empty where none is."""
    if not num_others:
        return ""
    others = "Another one is" if num_others == 1 else f"{num_others:,} others are"
    return f"{others} as frequent; here they are the largest share of the garments of both categories."


def nothing_to_compare(later: int | None, newest_of_others: int | None, has_earlier: bool) -> str:
    """Why there is no earlier version beside the one on screen, and what to do to compare.

    Args:
        later: the newest one after it that was judged on the same garments, None where there is none.
        newest_of_others: the newest one after it where all were judged on others, None where there is none.
        has_earlier: whether there is one before it.
    """
    if has_earlier:
        return "No earlier version was judged on the same garments."
    if later is not None:
        return f"Choose version {later} in the sidebar to see what it changed."
    if newest_of_others is not None:
        return (
            f"Version {newest_of_others} was judged on other garments, so the two cannot be compared. Choose it in the "
            "sidebar to see how good it is."
        )
    return "Train another one from the sidebar to compare."
