"""Which garments to look at, and in which order. Works on the predictions table of `core.model.inference`."""

from collections.abc import Callable
from typing import TypedDict

import numpy as np
import pandas as pd


class Filter(TypedDict, total=False):
    """What `filtered` is asked for, by the names of its arguments; what is not named narrows nothing."""

    true_class: int | None
    predicted_class: int | None
    groups: tuple[int, ...] | None
    confidence_low: float
    confidence_high: float
    only_mistakes: bool


def filtered(
    predictions: pd.DataFrame,
    *,
    true_class: int | None = None,
    predicted_class: int | None = None,
    groups: tuple[int, ...] | None = None,
    confidence_low: float = 0.0,
    confidence_high: float = 1.0,
    only_mistakes: bool = True,
) -> pd.DataFrame:
    """The rows that pass every filter, in the order and with the columns of `predictions`.

    Args:
        predictions: columns true_class, predicted_class, confidence at least.
        true_class: only garments of this class; None for all.
        predicted_class: only garments tagged so; None for all.
        groups: (K,) number of the category of each class, where several are one in the shop: then `true_class` and
            `predicted_class` stand for all classes of their category, and within it nothing is a mistake.
        confidence_low: lowest confidence kept, 0-1, included.
        confidence_high: highest confidence kept, 0-1, included.
        only_mistakes: leave out the garments that were tagged correctly.
    """
    keep = np.ones(len(predictions), dtype=bool)
    actual, tagged = predictions["true_class"].to_numpy(), predictions["predicted_class"].to_numpy()
    confidence = predictions["confidence"].to_numpy()
    if groups is not None:
        group_of = np.asarray(groups)
        actual, tagged = group_of[actual], group_of[tagged]
        true_class, predicted_class = (index if index is None else groups[index]
                                       for index in (true_class, predicted_class))  # fmt: skip
    if only_mistakes:
        keep &= actual != tagged
    if true_class is not None:
        keep &= actual == true_class
    if predicted_class is not None:
        keep &= tagged == predicted_class
    # Two comparisons more are only paid for when the range says something.
    if confidence_low > 0:
        keep &= confidence >= confidence_low
    if confidence_high < 1:
        keep &= confidence <= confidence_high
    return predictions[keep]


def most_sure_first(predictions: pd.DataFrame) -> pd.DataFrame:
    """The rows by falling confidence: the mistakes that would slip through any automation line come first."""
    return predictions.sort_values(["confidence", "garment"], ascending=[False, True], kind="stable")


def hardest_first(predictions: pd.DataFrame) -> pd.DataFrame:
    """The rows by rising margin: first the garments between whose best two classes the model could hardly choose."""
    return predictions.sort_values(["margin", "garment"], kind="stable")


def spread_over_kinds(predictions: pd.DataFrame) -> pd.DataFrame:
    """The rows one kind of mistake after the other, round and round, so that a page shows many kinds.

    A kind is a pair (true class, predicted class). Within a kind the most sure comes first; the kinds follow each
    other by size, the most frequent first.
    """
    table = most_sure_first(predictions)
    kinds = table.groupby(["true_class", "predicted_class"], sort=True)["garment"]
    order = pd.DataFrame(
        {"turn": kinds.cumcount(), "size": -kinds.transform("size"), "kind": kinds.ngroup()}, index=table.index
    )
    return table.loc[order.sort_values(["turn", "size", "kind"], kind="stable").index]


ORDERS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "most-sure": most_sure_first,
    "hardest": hardest_first,
    "spread": spread_over_kinds,
}
"""Every order a list of garments can have, by the name that stands in addresses."""


def ordered(predictions: pd.DataFrame, order: str) -> pd.DataFrame:
    """The same rows in one of the `ORDERS`; KeyError for a name that is not there."""
    return ORDERS[order](predictions)
