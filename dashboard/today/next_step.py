"""The one thing to do next, chosen by rule. Pure: the overview draws it."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from dashboard.look import theme
from dashboard.today import wording

SMALLEST_PAIR = 10
"""A pair with fewer mistakes is left alone: it may be chance."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A recommendation and the way to it."""

    sentence: str
    """Why, in words; plain text."""
    action: str = ""
    """What the button says."""
    page: str = ""
    """One of `site_map.places`, or a page; empty where there is nothing to open."""
    query: Mapping[str, str] = field(default_factory=dict)
    """What the page is asked for."""


def recommended(
    pairs: pd.DataFrame,
    class_scores: pd.DataFrame,
    target: float,
    *,
    class_names: Sequence[str],
    waiting_version: int | None,
    new_garments: tuple[int, int] | None = None,
    num_disagreements: int = 0,
    num_doubted: int = 0,
    num_unreviewed: int = 0,
    sure: int = 0,
) -> Step:
    """The first rule that applies.

    A newer version waits; new garments wait for a decision; people disagree; labels of one's own photos are doubted;
    sure mistakes wait for a verdict; a pair is mixed up often; a category is below the target.

    Args:
        pairs: table of `pairs.most_confused_pairs`.
        class_scores: table of `scores.per_class_scores`.
        target: the team's target line, 0-1.
        class_names: what the categories are called in addresses; the tables hold what they are called on screen.
        waiting_version: number of a version newer than the live one about which nobody has decided; None: none is.
        new_garments: number of a batch and how many of its products wait for a person; None: none does.
        num_disagreements: garments about which this person and others say different things.
        num_doubted: training garments of one's own photos whose label is doubted and about which nobody has decided;
            they come before verdicts on test garments: the next training learns from them, and not from those.
        num_unreviewed: mistakes of which the model was at least `sure` percent sure, without a verdict of this person.
        sure: in percent.
    """
    if waiting_version is not None:
        return _look_at_version(waiting_version)
    if new_garments is not None:
        return _decide_on_new(*new_garments)
    if num_disagreements:
        return _look_at_disagreements(num_disagreements)
    if num_doubted:
        return _look_at_doubted(num_doubted)
    if num_unreviewed:
        return _review(num_unreviewed, sure)
    if len(pairs) and pairs.iloc[0]["num_mistakes"] >= SMALLEST_PAIR:
        return _look_at_pair(pairs.iloc[0].to_dict(), class_names)
    below = class_scores[class_scores["recall_high"] < target]
    if len(below):
        return _look_at_category(below.sort_values("recall", kind="stable").iloc[0].to_dict(), target, class_names)
    return Step(sentence="Nothing is urgent: no two categories are mixed up often, and none is clearly too weak.")


def _look_at_version(number: int) -> Step:
    return Step(
        sentence=f"Version {number} has been trained and nobody has decided about it. Compare it with the live one.",
        action=f"Compare version {number}",
        page="versions",
        query={"new": str(number)},
    )


def _decide_on_new(batch: int, num: int) -> Step:
    products = "1 new garment waits" if num == 1 else f"{num:,} new garments wait"
    return Step(
        sentence=f"{products} for a decision in batch {batch}: the model is not sure of them.",
        action="Go on with them",
        page="tag",
        query={"batch": str(batch)},
    )


def _look_at_disagreements(num: int) -> Step:
    garments = "one garment" if num == 1 else f"{num:,} garments"
    return Step(
        sentence=f"You and others say different things of {garments}. Only garments you agree on teach or count.",
        action="Look at them together",
        page="labels/reviews",
    )


def _look_at_doubted(num: int) -> Step:
    labels = "The label of 1 of your photos is" if num == 1 else f"The labels of {num:,} of your photos are"
    return Step(
        sentence=f"{labels} doubted, and nobody has decided. The next version learns from what you correct.",
        action="Look at them",
        page="labels/suspects",
    )


def _review(num: int, sure: int) -> Step:
    garments = "1 mistake waits" if num == 1 else f"{num:,} mistakes wait"
    how = f": the model was at least {sure} % sure" if sure else ""
    return Step(
        sentence=f"{garments} for your verdict{how}. Is it wrong, or is the label?",
        action="Review them",
        page="mistakes",
        query=review_query(sure),
    )


def review_query(sure: int) -> dict[str, str]:
    """What the page of wrong tags is asked for: the sure mistakes without a verdict of the person who opens it."""
    return {"sure": f"{sure}-100", "verdict": "not-mine"} if sure else {"verdict": "not-mine"}


def _look_at_pair(pair: Mapping[Hashable, Any], class_names: Sequence[str]) -> Step:
    """The larger direction of the pair, as its garments are what the button opens."""
    real, tagged, num = "first", "second", pair["num_first_as_second"]
    if pair["num_second_as_first"] > num:
        real, tagged, num = tagged, real, pair["num_second_as_first"]
    noun = "garment that was" if num == 1 else "garments that were"
    return Step(
        sentence=f"{pair['first_class']} and {pair['second_class']} are mixed up most often. "
        f"Look at the {num:,} {pair[f'{real}_class']} {noun} tagged {pair[f'{tagged}_class']}.",
        action="See these garments",
        page="mistakes",
        query={"real": class_names[pair[f"{real}_index"]], "tagged": class_names[pair[f"{tagged}_index"]]},
    )


def _look_at_category(row: Mapping[Hashable, Any], target: float, class_names: Sequence[str]) -> Step:
    name = row["class_name"]
    found = f"{theme.of_hundred(row['recall'])} of 100"
    if row["support"] < wording.FEW:
        found = f"{int(row['num_correct']):,} of only {int(row['support']):,}"
    return Step(
        sentence=f"{name} is clearly below the target line of {theme.of_hundred(target)}: the model finds {found}.",
        action="See the missed garments",
        page="mistakes",
        query={"real": class_names[row["class_index"]]},
    )
