"""Sentences about training garments whose label is probably wrong. Pure."""

import math
from collections.abc import Sequence

from core.quality import review
from core.quality.list_worth import Worth
from core.quality.suspects import HitRate
from dashboard.look import phrases, theme, verdict_wording


def headline(num_suspects: int, num_garments: int) -> str:
    """What the search found."""
    if not num_suspects:
        return f"No label of the {num_garments:,} training garments is doubted."
    verb = "label is" if num_suspects == 1 else "labels are"
    return f"{num_suspects:,} of {num_garments:,} {verb} doubted. The most doubtful ones come first."


TRAIN_OURS = "Train one of ours on the same garments, then look for wrong labels with it"
"""The link from tags from elsewhere to what knows more of their labels."""


def headline_given(num_doubted: int, num_garments: int) -> str:
    """What the probabilities of another system doubt."""
    if not num_doubted:
        return f"None of the {num_garments:,} labels is doubted."
    verb = "label is" if num_doubted == 1 else "labels are"
    return f"{num_doubted:,} of {num_garments:,} {verb} doubted, the most doubtful first."


def may_have_learned(name: str) -> str:
    """What such a list is worth, where nobody knows what the system learned from."""
    return (
        f"Of these garments {name} gives another category more probability than it usually gives to a right one. "
        f"Nobody here knows whether {name} learned from these very garments. If it did, it believes their labels, "
        "wrong ones too, and most wrong labels are missing here: a short list does not mean that the labels are good."
    )


def cannot_be_doubted(name: str) -> str:
    """Why there is no list where the probabilities of the categories were not given."""
    return (
        f"Labels are doubted by what a model thinks of each category, and {name} gave its tag alone. Bring its tags in "
        "again with a column of probability for each category; or train one of ours on the same garments, which judges "
        "each by models that had not learned it."
    )


def nobody_yet(*, of_photos: bool) -> str:
    """Why there is no list yet, and what makes one."""
    how = (
        "It takes a moment: when they were learned, each got the answer of a model that had not learned it."
        if of_photos
        else "Five models are trained, each without the garments that it then judges."
    )
    return f"Nobody has looked for wrong labels in these garments yet. {how}"


def within_merges(num: int) -> str:
    """What is not listed as we sell: doubts between categories that are one."""
    one = "1 more doubt is" if num == 1 else f"{num:,} more doubts are"
    return f"{one} between categories that you sell as one, so nobody needs to decide."


def hit_rate(rate: HitRate) -> str:
    """How often those that people judged had a wrong label; no interval, as they chose the beginning."""
    if not rate.num_reviewed:
        return "Nobody has judged one of them yet, so nobody knows how often this list is right."
    were = "was a real label error" if rate.num_wrong == 1 else "were real label errors"
    if rate.num_reviewed == 1:
        return f"The one that was judged so far was {'a real label error' if rate.num_wrong else 'labelled rightly'}."
    return (
        f"Of the {rate.num_reviewed:,} that were judged so far, {rate.num_wrong:,} {were} "
        f"({theme.percent(rate.share)})."
    )


def worth(found: Worth) -> str:
    """What the whole list is worth, though people look at its beginning."""
    if math.isnan(found.share):
        return (
            "How many of the whole list are wrong is told after a few more: one in six of those you see is drawn at "
            "random from all of it."
        )
    if found.depth == found.num_listed:
        return "That is the whole list."
    return (
        f"Of all {found.num_listed:,} about {theme.of_hundred(found.share)} of 100 are wrong (likely "
        f"{theme.between(found.low, found.high, decimals=0)}): the first {found.depth:,} were looked at, "
        f"and {found.num_drawn:,} drawn at random tell of the rest."
    )


def start(seconds: float | None) -> str:
    """The label of the button that begins a search."""
    return "Look for wrong labels" if seconds is None else f"Look for wrong labels (about {phrases.duration(seconds)})"


def perhaps(suggested: str) -> str:
    """What a garment may be, on its tile."""
    return f"Perhaps {suggested}"


def number(position: int) -> str:
    """A training garment by its number."""
    return f"Training garment {position:,}"


def doubt(label: str, suggested: str, share: float) -> str:
    """Why a garment is on the list."""
    return f"Labelled {label}. Models that had not seen it say {suggested} ({theme.percent(share)} sure)."


def similar(labels: Sequence[str]) -> str:
    """The labels of the training garments that look most like it, nearest first."""
    return f"Looks like: {', '.join(labels)}."


def keep(label: str) -> str:
    """The button that leaves the label, by the words of every list."""
    return f"{verdict_wording.KINDS[review.MODEL_WRONG]}, keep {label}"


def change(suggested: str) -> str:
    """The button that takes what the models say."""
    return f"{verdict_wording.KINDS[review.LABEL_WRONG]}, it is {suggested}"


def consequence() -> str:
    """What becomes of what a person says here."""
    return f"{verdict_wording.IS_LEARNED} Test garments and their score are not touched."
