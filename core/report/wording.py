"""Sentences of the Monday pack that no page has. Pure: plain text that may hold names anybody chose."""

import unicodedata
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from core.quality.acceptance import ENOUGH_CHECKS, SpotChecks, Weighted
from core.quality.merging import Effect
from core.quality.watched import Watched
from core.words import numbers

LONGEST_NAME = 40
"""Characters of a name in a sentence or a table; the CSV files have all of it."""
FEW_MISTAKES = 10
"""A pair with fewer may be chance."""
VERDICTS = {"better": "clearly better", "worse": "clearly worse", "no clear difference": "no clear difference"}


def shortened(text: str, most: int) -> str:
    """`text` in one line of at most `most` narrow characters, with an ellipsis where something was left out.

    Wide characters (Chinese, emoji) count as two, as they take twice the room on paper.
    """
    line, width = " ".join(text.split()), 0
    for place, character in enumerate(line):
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if width > most:
            return line[: max(place - 1, 1)].rstrip() + "…"
    return line


def listed(sentences: Sequence[str], most: int, file: str) -> list[str]:
    """The first sentences, and how many more stand in a file, so that no more than `most` lines come of it."""
    if len(sentences) <= most:
        return list(sentences)
    left = len(sentences) - most + 1
    return [*sentences[: most - 1], f"And {left:,} more, in {file}."]


def team_headline(found: SpotChecks, shares: Weighted) -> str:
    """The team's own figure; empty while there are too few spot checks to tell a share."""
    if not found.is_enough:
        return ""
    return (
        f"Your team accepted {numbers.of_hundred(shares.share)} of 100 tags "
        f"({numbers.between(shares.low, shares.high, decimals=0)})."
    )


def about_team(found: SpotChecks, shares: Weighted) -> str:
    """Of what that is told; why there is no figure where there is none."""
    if found.is_enough:
        return (
            f"From {found.num_checked:,} spot checks, {found.num_right:,} of them right, drawn at random among "
            f"{shares.num_products:,} products that left without a person."
        )
    if not found.num_checked:
        return "No figure of your team yet: nobody has answered a spot check."
    return f"No figure of your team yet: {found.num_checked} of {ENOUGH_CHECKS} spot checks are answered."


def target(share: float) -> str:
    """The target, of 100: "85", "87.5"."""
    return f"{100 * share:g}"


def merged(found: Effect, merges: Mapping[str, Sequence[str]], is_as_sold: bool) -> str:
    """In which categories the pack counts where the team merged some, and what the others make of the correct tags."""
    groups = "; ".join(f"{shortened(name, 32)} ({shortened(', '.join(some), 60)})" for name, some in merges.items())
    other = found.before if is_as_sold else found.after
    share = f"{numbers.of_hundred(other.accuracy, decimals=1)} of 100 ({numbers.between(other.low, other.high)})"
    if is_as_sold:
        return (
            f"Categories that your team made one count as one here and in all that follows: {shortened(groups, 140)}. "
            f"In the model's own categories it is {share}."
        )
    return (
        "Here and in all that follows the model's own categories count. "
        f"With those that your team made one, {shortened(groups, 140)}, it is {share}."
    )


def watched(name: str, found: Watched) -> str:
    """What became of a watch list since the version before; no verdict against the version that it was made from."""
    told = found.change
    if not told.num_garments:
        return f"Watched: none of the garments was judged by both: “{name}”."
    was = told.num_garments - told.num_fixed - told.num_both_wrong
    now = told.num_garments - told.num_broken - told.num_both_wrong
    counts = f"Watched: {now:,} of {told.num_garments:,} right, before {was:,}"
    if found.has_verdict:
        return f"{counts}, {VERDICTS[found.verdict]}: “{name}”."
    return f"{counts}; no verdict, as they are mistakes of version {found.made_from}: “{name}”."


def class_change(row: Mapping[Hashable, Any]) -> str:
    """A category that changed beyond noise, from a row of `changes.per_class_changes`; the figures before the name."""
    kinds, name = [], shortened(row["class_name"], LONGEST_NAME)
    if row["is_clear"]:
        kinds.append(f"{'better' if row['num_fixed'] > row['num_broken'] else 'worse'} found")
    if row["is_precision_clearly_down"]:
        kinds.append("less often right where tagged so")
    found, right = (
        " to ".join(numbers.of_hundred(float(row[f"{figure}_{when}"]), decimals=1) for when in ("before", "after"))
        for figure in ("recall", "precision")
    )
    counts = f"fixed {row['num_fixed']:,}, newly wrong {row['num_broken']:,} of {row['support']:,}"
    return f"Clearly {' and '.join(kinds)}: {name} (found {found} of 100, tags right {right}; {counts})."
