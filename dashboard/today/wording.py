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


def nothing_to_compare(number: int, newest_version: int, has_earlier: bool) -> str:
    """Why there is no earlier version beside version `number`, and what to do to compare."""
    if has_earlier:
        return "No earlier version was judged on the same garments."
    if newest_version > number:
        return f"Choose version {newest_version} in the sidebar to see what it changed."
    return "Train another one from the sidebar to compare."
