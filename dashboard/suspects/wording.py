"""Sentences about training garments whose label is probably wrong. Pure."""

from collections.abc import Sequence

from core.quality.suspects import HitRate
from dashboard.look import phrases, theme, verdict_wording


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
    return "Look for wrong labels" if seconds is None else f"Look for wrong labels (about {phrases.duration(seconds)})"


def number(position: int) -> str:
    """A training garment by its number."""
    return f"Training garment {position:,}"


def doubt(label: str, suggested: str, share: float) -> str:
    """Why a garment is on the list."""
    return f"Labelled {label}. Models that had not seen it say {suggested} ({theme.percent(share)} sure)."


def similar(labels: Sequence[str]) -> str:
    """The labels of the training garments that look most like it, nearest first."""
    return f"Looks like: {', '.join(labels)}."


def consequence() -> str:
    """What becomes of what a person says here."""
    return f"{verdict_wording.IS_LEARNED} Test garments and their score are not touched."
