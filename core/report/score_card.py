"""The score card as rows of text and bars, folded where there are many categories. Pure."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.quality import intervals, scores
from core.report import bars, wording
from core.words import numbers

MOST_ROWS = 20
"""Categories that stand in rows of their own; of more the worst do, and the others are one row."""
MARKS = {"below": "▼ below target", "undecided": "too close to call", "reached": "", "undefined": "nothing to judge"}
"""Where a figure stands against the target, by `core.quality.scores.standing`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One share of a category."""

    share: str
    """Of 100, with its interval."""
    count: str
    """What it is a share of."""
    standing: str
    """Key of `MARKS`."""
    bar: str
    """Drawn, as SVG of ours: no data but numbers is in it."""

    @property
    def mark(self) -> str:
        """Where it stands against the target, in words."""
        return MARKS[self.standing]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One category, or the others together."""

    name: str
    found: Figure
    """How many of its garments are found."""
    right: Figure
    """How many tags of it are right."""


def rows(card: pd.DataFrame, target: float) -> list[Row]:
    """The weakest category first; those without a garment last.

    Args:
        card: table of `scores.per_class_scores`.
        target: what each category should reach, 0-1.
    """
    worst = card[["recall", "precision"]].min(axis=1)
    ordered = card.loc[worst.sort_values(kind="stable", na_position="last").index]
    is_folded = len(ordered) > MOST_ROWS
    shown, rest = (ordered.head(MOST_ROWS), ordered.iloc[MOST_ROWS:]) if is_folded else (ordered, ordered.iloc[:0])
    found = [_row(row, row["class_name"], target) for row in shown.to_dict("records")]
    return found + ([_others(rest, target)] if is_folded else [])


def _others(rest: pd.DataFrame, target: float) -> Row:
    """The others as one: the share of all their garments, which is no average of shares."""
    num_correct, num_real, num_tagged = (int(rest[name].sum()) for name in ("num_correct", "support", "num_predicted"))
    together: dict[Hashable, Any] = {"num_correct": num_correct, "support": num_real, "num_predicted": num_tagged}
    for name, total in (("recall", num_real), ("precision", num_tagged)):
        low, high = intervals.wilson(num_correct, total)
        share = num_correct / total if total else float("nan")
        together |= {name: share, f"{name}_low": float(low), f"{name}_high": float(high)}
    return _row(together, "The other one" if len(rest) == 1 else f"The other {len(rest):,}", target)


def _row(row: Mapping[Hashable, Any], name: str, target: float) -> Row:
    return Row(
        name=wording.shortened(name, wording.LONGEST_NAME),
        found=_figure(row, "recall", int(row["support"]), target, bars.FOUND),
        right=_figure(row, "precision", int(row["num_predicted"]), target, bars.RIGHT),
    )


def _figure(row: Mapping[Hashable, Any], name: str, num: int, target: float, colour: str) -> Figure:
    share, low, high = (float(row[column]) for column in (name, f"{name}_low", f"{name}_high"))
    ends = "" if share != share else f" ({' to '.join(numbers.ends(low, high))})"
    return Figure(
        share=f"{numbers.of_hundred(share, decimals=1)}{ends}",
        count=f"{int(row['num_correct']):,} of {num:,}",
        standing=scores.standing(low, high, target) if share == share else "undefined",
        bar=bars.bar(share, low, high, target, colour),
    )
