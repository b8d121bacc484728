"""Sentences about training garments whose label is probably wrong. Pure."""

from collections.abc import Sequence

from core.quality import review
from core.quality.suspects import HitRate
from dashboard import theme, wording

KEEP, UNCLEAR = review.MODEL_WRONG, review.CANNOT_TELL
"""What a person says of a label that is right, and of a garment that nobody can tell."""


def headline(num_suspects: int, num_garments: int) -> str:
    """What the search found."""
    if not num_suspects:
        return f"No label of the {num_garments:,} training garments looks wrong."
    verb = "label looks" if num_suspects == 1 else "labels look"
    return (
        f"{num_suspects:,} of {num_garments:,} {verb} wrong. Look at the first ones first: they are the least likely."
    )


def hit_rate(rate: HitRate) -> str:
    """How often the list was right so far, with its count and interval."""
    if not rate.num_reviewed:
        return "Nobody has judged one of them yet, so nobody knows how often this list is right."
    return (
        f"In {rate.num_reviewed:,} decision{'s' * (rate.num_reviewed != 1)} so far, {rate.num_wrong:,} "
        f"{'was a real label error' if rate.num_wrong == 1 else 'were real label errors'} "
        f"({theme.percent(rate.share)}; likely between {theme.percent(rate.low)} and {theme.percent(rate.high)})."
    )


def start(seconds: float | None) -> str:
    """The label of the button that begins a search."""
    return "Look for wrong labels" if seconds is None else f"Look for wrong labels (about {wording.duration(seconds)})"


def number(position: int) -> str:
    """A training garment by its number."""
    return f"Training garment {position:,}"


def doubt(label: str, suggested: str, share: float) -> str:
    """Why a garment is on the list."""
    return f"Labelled {label}. Models that had not seen it say {suggested} ({theme.percent(share)} sure)."


def said(kind: str, category: str | None) -> str:
    """A verdict on a label, short enough for a tile."""
    if kind == review.LABEL_WRONG:
        return f"Changed to {category}"
    return {KEEP: "Label kept", UNCLEAR: "Cannot tell"}[kind]


def opinions(mine: str | None, others: Sequence[tuple[str, str]], num_hidden: int) -> str:
    """What is said of a garment, as far as that person may know it; empty where nothing.

    Args:
        mine: what that person says, as `said` puts it; None where nothing.
        others: who says what, as `said` puts it.
        num_hidden: how many others say something that is not shown yet.
    """
    if mine is None:
        return "A colleague has judged it. You see how once you have." if num_hidden else ""
    return " ".join([f"You: {mine}.", *(f"{who}: {opinion}." for who, opinion in others)])


def similar(labels: Sequence[str]) -> str:
    """The labels of the training garments that look most like it, nearest first."""
    return f"Looks like: {', '.join(labels)}."


def consequence() -> str:
    """What becomes of what a person says here."""
    return (
        "The next training learns the labels that you change and leaves out what nobody can tell. Test garments and "
        "their score are not touched."
    )
