"""What the Monday pack says: figures and sentences, read and worked out, not laid out yet."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from core.quality.acceptance import SpotChecks, Weighted
from core.quality.changes import Change
from core.quality.merging import Effect
from core.quality.review import TwoScores
from core.quality.scores import Accuracy
from core.store.base.audit import Entry
from core.store.runs.runs import Run


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """When and by whom a pack was made, and how far it looks back."""

    at: datetime
    """When, with its time zone."""
    by: str
    """Who made it."""
    days: int
    """It tells what was decided in so many days before."""

    @property
    def since(self) -> datetime:
        """From when on decisions are told."""
        return self.at - timedelta(days=self.days)


@dataclass(frozen=True, kw_only=True, slots=True)
class Headline:
    """How good the tags are, in a few figures."""

    accuracy: Accuracy
    """Of the version, by the labels, in the categories of the pack."""
    merged: Effect | None
    """It with the categories apart and as one that the team merged; None where it merged none."""
    reviewed: TwoScores | None
    """After the team's review; None where the garments cannot be read."""
    spot_checks: SpotChecks
    """What spot checks of products that left untouched came to."""
    spot_share: Weighted
    """What they say of all such products."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """One garment."""

    address: str
    """A `data:` address that carries it."""
    words: str
    """What it shows, for who cannot see it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorstPair:
    """Two categories that are mixed up, both directions."""

    title: str
    """The two names."""
    weight: str
    """What it weighs among all mistakes, and what such a mistake costs where people said so."""
    directions: tuple[tuple[str, tuple[Picture, ...]], ...]
    """How often which way, the number first, and garments of it, the most sure mistakes first; none where they cannot
    be read. Ways without garments are left out."""
    rule: str
    """How the team tells the two apart; empty where nobody wrote it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """What changed since the version before."""

    before: Run | None
    """The version before; None where none was judged on the same garments."""
    why_none: str
    """Why there is none; empty where there is one."""
    change: Change | None
    """All garments together."""
    classes: pd.DataFrame
    """Table of `changes.per_class_changes` of the categories; empty where there is none before."""
    watched: tuple[str, ...]
    """What became of each watch list, one sentence each."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """All of a pack."""

    made: Made
    run: Run
    """The version it is about."""
    is_live: bool
    """Whether that is the live one."""
    target: float
    """What each category should reach, 0-1."""
    headline: Headline
    is_as_sold: bool
    """Whether the categories are those of the shop, merged ones as one; else they are the model's own."""
    merges: dict[str, tuple[str, ...]]
    """Names in the shop that several categories carry -> those of the model."""
    card: pd.DataFrame
    """Table of `scores.per_class_scores`, one row a category, in class order."""
    pairs: pd.DataFrame
    """Table of `pairs.most_confused_pairs` of the categories."""
    worst_pairs: tuple[WorstPair, ...]
    """The first of them, with pictures."""
    pictures_missing: str
    """Why there are no pictures; empty where there are."""
    changed: Changed
    decisions: tuple[str, ...]
    """What was decided, one sentence each, the weightiest first."""
    log: tuple[Entry, ...]
    """The lines of the log of these days, newest first."""
    questions: tuple[str, ...]
    """What is open, one sentence each, the most urgent first."""
    wrong: pd.DataFrame
    """The garments tagged wrongly, the most sure first, see `core.model.inference`, by the categories."""
