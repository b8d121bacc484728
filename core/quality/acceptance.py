"""Acceptance in real use: what people did with the tags of new products, and whether untouched ones are right.

Both are counted by the ISO week and carry intervals. People look mostly at what the model was unsure of, so the first
says little of the whole; the spot checks, drawn at random among the products that nobody touched, say the rest. Most of
a week's checks are drawn among the products of that week, so that a season that goes wrong is seen while it lasts; the
share of all products is therefore weighted by how many each week had.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.quality import intervals

DECISIONS = ("accepted", "changed", "rejected")
"""What people do with a tag."""
ENOUGH_CHECKS = 20
"""With fewer spot checks no share is told: it would say next to nothing."""
OF_THIS_WEEK = 0.8
"""Share of a week's checks that are drawn among the products tagged in that week, while there are so many."""
NO_TAG = ""
"""The category of products that the model gave no tag."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SpotChecks:
    """What the spot checks of some weeks came to."""

    num_right: int
    """Products whose tag the person chose as well."""
    num_checked: int
    """Products that were answered."""
    low: float
    """Lower end of the 95 % interval of the share that is right, 0-1; NaN without checks."""
    high: float
    """Its upper end."""

    @property
    def is_enough(self) -> bool:
        """Whether a share may be told."""
        return self.num_checked >= ENOUGH_CHECKS


def week_of(day: date) -> str:
    """The ISO week of a day or instant, as "2026-W48"; such texts sort by time."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def by_week(products: pd.DataFrame) -> pd.DataFrame:
    """One row a week and category, the newest week first, categories by name.

    Columns:
        week (str): when people decided.
        category (str): the model's tag, a class name; `NO_TAG` where it gave none.
        num_accepted, num_changed, num_rejected, num_reviewed (int64).
        num_with_tag (int64): those of num_reviewed that the model gave a tag, which alone can be accepted.
        accepted, low, high (float64, 0-1): share accepted of num_with_tag, and its 95 % Wilson interval; NaN where
            that is 0.

    Args:
        products: table of `core.tagging.products`; of it tag, decision and decided_at are read.
    """
    reviewed = _reviewed(products)
    return _counted(reviewed, ["week", "category"])


def of_weeks(products: pd.DataFrame) -> pd.DataFrame:
    """`by_week` with all categories together: without the column category."""
    return _counted(_reviewed(products), ["week"])


def _reviewed(products: pd.DataFrame) -> pd.DataFrame:
    if products.empty:
        return pd.DataFrame({"week": [], "category": [], "decision": []}, dtype=object)
    found = products[products["decision"].isin(DECISIONS)]
    weeks = [week_of(moment) for moment in found["decided_at"]]
    return pd.DataFrame(
        {"week": weeks, "category": found["tag"].to_numpy(), "decision": found["decision"].to_numpy()}, dtype=object
    )


def _counted(reviewed: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    table = reviewed[by].drop_duplicates().sort_values(by, ascending=[False, True][: len(by)]).reset_index(drop=True)
    for decision in DECISIONS:
        table[f"num_{decision}"] = _sizes(reviewed[reviewed["decision"] == decision], by, table)
    table["num_reviewed"] = table[[f"num_{decision}" for decision in DECISIONS]].sum(axis=1).astype(np.int64)
    table["num_with_tag"] = _sizes(reviewed[reviewed["category"] != NO_TAG], by, table)
    low, high = intervals.wilson(table["num_accepted"], table["num_with_tag"])
    table["accepted"] = (table["num_accepted"] / table["num_with_tag"].replace(0, np.nan)).astype(np.float64)
    return table.assign(low=low, high=high)


def _sizes(reviewed: pd.DataFrame, by: list[str], table: pd.DataFrame) -> NDArray[np.int64]:
    """(N,) how many were reviewed of each row of the table."""
    keys = pd.MultiIndex.from_frame(table[by]) if len(by) > 1 else pd.Index(table[by[0]])
    return np.asarray(reviewed.groupby(by).size().reindex(keys, fill_value=0), dtype=np.int64)


def drawn(candidates: Sequence[tuple[int, int]], num: int, week: str) -> list[tuple[int, int]]:
    """A random sample of products, the same however often it is drawn: those whose hash with the week is smallest.

    Args:
        candidates: batch number and position of each product that can be drawn.
        num: how many, at least 0; fewer where there are not so many.
        week: of `week_of`; another week draws others.
    """
    return sorted(candidates, key=lambda product: _lot(product, week))[:num]


def drawn_by_age(
    new: Sequence[tuple[int, int]], older: Sequence[tuple[int, int]], num: int, week: str, *, num_new: int
) -> list[tuple[int, int]]:
    """A random sample of products of this week and of those before; where one of the two has too few, of the other.

    Args:
        new: products of this week that can be drawn, as in `drawn`.
        older: the others.
        num: how many in all.
        week: as in `drawn`.
        num_new: how many of them are to be of this week.
    """
    wanted = max(min(num, num_new), num - len(older))
    first = drawn(new, wanted, week)
    return first + drawn(older, num - len(first), week)


def _lot(product: tuple[int, int], week: str) -> bytes:
    return hashlib.sha256(f"{week} {product[0]} {product[1]}".encode()).digest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighted:
    """What spot checks say of all products of the weeks that have any."""

    num_products: int
    """Products of those weeks that left untouched."""
    num_unchecked: int
    """Products of weeks of which none was checked: nothing is said of them."""
    share: float
    """Share that is right, 0-1, each week by its number of products; NaN without checks."""
    low: float
    """Lower end of its 95 % interval, 0-1."""
    high: float
    """Upper end."""


def weighted(num_right: Sequence[int], num_checked: Sequence[int], num_products: Sequence[int]) -> Weighted:
    """The share that is right of the products of W weeks.

    Wilson's interval of the weighted share, as if it came from the effective number of checks of L. Kish, "Survey
    Sampling" (1965): weeks that count for more than their checks make it wider.

    Args:
        num_right: (W,) checks of products of each week that found the tag right.
        num_checked: (W,) checks of products of each week that were answered.
        num_products: (W,) products of each week that left untouched, at least those checked.
    """
    right, checked, products = (
        np.asarray(counts, dtype=np.float64) for counts in (num_right, num_checked, num_products)
    )
    has_checks = checked > 0
    unchecked = int(products[~has_checks].sum())
    right, checked, products = right[has_checks], checked[has_checks], products[has_checks]
    if not len(checked):
        return Weighted(num_products=0, num_unchecked=unchecked, share=math.nan, low=math.nan, high=math.nan)
    weights, shares = products / products.sum(), right / checked
    share = float((weights * shares).sum())
    num_effective = 1 / float((weights**2 / checked).sum())
    low, high = intervals.wilson(share * num_effective, num_effective)
    return Weighted(
        num_products=int(products.sum()), num_unchecked=unchecked, share=share, low=float(low), high=float(high)
    )


def spot_checks(is_right: Sequence[bool]) -> SpotChecks:
    """What spot checks came to, from whether each found the tag right."""
    low, high = intervals.wilson(sum(is_right), len(is_right))
    return SpotChecks(num_right=sum(is_right), num_checked=len(is_right), low=float(low), high=float(high))
