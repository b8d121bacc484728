"""What mistakes cost: each kind of mistake is weighed by one of three levels, and orders and verdicts by that weight.

Where every kind is annoying, cost is number, and everything here says what `pairs` and `changes` say.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.quality import changes, mistakes, pairs

LEVELS = ("does not matter", "annoying", "expensive")
"""What a kind of mistake can be, by its number in a grid."""
NO_MATTER, ANNOYING, EXPENSIVE = range(3)
WEIGHTS = (0, 1, 5)
"""What a mistake of each level weighs: an expensive one as much as five annoying ones."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CostChange:
    """Two versions on the same garments, by what their mistakes cost."""

    num_garments: int
    """Garments judged by both."""
    before: int
    """What the mistakes of the one weigh together."""
    after: int
    """What those of the other weigh."""
    p_value: float
    """How often luck alone gives such a difference, 0-1: an exact sign-flip test on the garments, two-sided."""

    @property
    def saved(self) -> int:
        """before - after: positive where the other one is cheaper."""
        return self.before - self.after

    @property
    def is_clear(self) -> bool:
        """Whether the difference is more than luck explains well."""
        return self.p_value < changes.CLEAR

    @property
    def result(self) -> str:
        """`better`, `worse`, or `no clear difference`."""
        if not self.is_clear or not self.saved:
            return "no clear difference"
        return "better" if self.saved > 0 else "worse"


def default_levels(departments: Sequence[str], groups: NDArray[np.integer]) -> NDArray[np.int64]:
    """(K, K) levels by department, rows = true class: expensive where the departments differ, else annoying.

    Categories that are one in the shop do not matter to each other. A category without department is of every
    department, so that without any departments cost is number.

    Args:
        departments: (K,) where each category is sold; may be empty.
        groups: (K,) number of the category of the shop that each is.
    """
    names = np.asarray(departments, dtype=object)
    is_known = names != ""
    is_other = (names[:, None] != names) & is_known[:, None] & is_known
    levels = np.where(is_other, EXPENSIVE, ANNOYING)
    levels[np.asarray(groups)[:, None] == groups] = NO_MATTER
    return levels.astype(np.int64)


def merged_levels(levels: NDArray[np.integer], groups: NDArray[np.integer]) -> NDArray[np.int64]:
    """(G, G) levels between categories that are sold, from those of the model's (K, K): the dearest of their classes.

    What is within a category is no mistake, so its own level is that it does not matter.

    Args:
        levels: (K, K) level of each kind of mistake, rows = true class.
        groups: (K,) number of the category of each class, 0 to G-1.
    """
    num_groups = int(groups.max()) + 1 if len(groups) else 0
    merged = np.zeros((num_groups, num_groups), dtype=np.int64)
    np.maximum.at(merged, (groups[:, None], groups[None, :]), levels)
    np.fill_diagonal(merged, NO_MATTER)
    return merged


def with_chosen(
    levels: NDArray[np.integer], groups: NDArray[np.integer], chosen: NDArray[np.integer]
) -> NDArray[np.int64]:
    """(K, K) levels of the classes after people chose (G, G) of the categories that are sold.

    Only where another level was chosen than `merged_levels` shows all classes take it: what differs within a cell that
    nobody touched, and what is within a category, stays for the day when the team takes the merge back.
    """
    of_classes = (groups[:, None], groups[None, :])
    is_other = (chosen != merged_levels(levels, groups))[of_classes] & (groups[:, None] != groups)
    return np.where(is_other, chosen[of_classes], levels).astype(np.int64)


def without_merged(weights: NDArray[np.integer], groups: NDArray[np.integer]) -> NDArray[np.int64]:
    """(K, K) what mistakes weigh where those within one category that is sold weigh nothing; `groups` as above."""
    return np.where(groups[:, None] == groups, 0, weights).astype(np.int64)


def weights(levels: NDArray[np.integer]) -> NDArray[np.int64]:
    """(K, K) what a mistake of each kind weighs; right tags weigh nothing."""
    found: NDArray[np.int64] = np.asarray(WEIGHTS, dtype=np.int64)[levels]
    np.fill_diagonal(found, 0)
    return found


def costliest_pairs(
    counts: NDArray[np.int64], class_names: Sequence[str], weights: NDArray[np.integer]
) -> pd.DataFrame:
    """Table of `pairs.most_confused_pairs`, the costliest pair first, with two columns more.

    Columns:
        cost (int64): what the mistakes of both directions weigh.
        share_of_cost (float64, 0-1): cost / the cost of all mistakes; 0 where none costs anything.

    Order: cost descending, then as there.
    """
    return pairs_by_cost(counts, np.asarray(counts * weights, dtype=np.int64), class_names)


def pairs_by_cost(counts: NDArray[np.int64], costs: NDArray[np.int64], class_names: Sequence[str]) -> pd.DataFrame:
    """Table of `costliest_pairs`, from what all mistakes of each kind weigh together: (K, K), rows = true class."""
    table = pairs.most_confused_pairs(counts, class_names)
    first, second = table["first_index"].to_numpy(), table["second_index"].to_numpy()
    table["cost"] = costs[first, second] + costs[second, first]
    table["share_of_cost"] = table["cost"] / max(int(table["cost"].sum()), 1)
    return table.sort_values("cost", ascending=False, kind="stable").reset_index(drop=True)


def costliest_first(predictions: pd.DataFrame, weights: NDArray[np.integer]) -> pd.DataFrame:
    """The rows of a predictions table by falling cost of their mistake; alike ones as in `mistakes.most_sure_first`."""
    table = mistakes.most_sure_first(predictions)
    cost = weights[table["true_class"].to_numpy(), table["predicted_class"].to_numpy()]
    return table.iloc[np.argsort(-cost, kind="stable")]


def cost_change(
    true_class: NDArray[np.integer],
    before: NDArray[np.integer],
    after: NDArray[np.integer],
    weights: NDArray[np.integer],
) -> CostChange:
    """What changed in cost between two versions' tags (N,) of the same garments."""
    was, becomes = weights[true_class, before], weights[true_class, after]
    return CostChange(
        num_garments=len(true_class),
        before=int(was.sum()),
        after=int(becomes.sum()),
        p_value=sign_flip(was.astype(np.int64) - becomes),
    )


def sign_flip(differences: NDArray[np.integer]) -> float:
    """How often the sum of whole numbers (N,) with signs at random is as far from 0 as theirs, 0-1.

    R. A. Fisher, "The design of experiments" (1935), section 21: every difference may as well have been the other way
    round. Exact: the distribution of the sum is put together number by number. Where all are 1 or -1 it is McNemar's
    exact test.
    """
    sizes, counts = np.unique(np.abs(differences[differences != 0]), return_counts=True)
    chance = np.ones(1)
    for size, num in zip(sizes.tolist(), counts.tolist(), strict=True):
        part = np.zeros(2 * size * num + 1)
        part[:: 2 * size] = _coins(num)
        chance = np.convolve(chance, part)
    middle = len(chance) // 2
    far = abs(int(differences.sum()))
    distance = np.abs(np.arange(len(chance)) - middle)
    return float(min(1.0, chance[distance >= far].sum()))


def _coins(num: int) -> NDArray[np.float64]:
    """(num + 1,) chance of each number of heads in `num` throws; in logarithms, as factorials grow beyond floats."""
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, num + 1)))])
    chances: NDArray[np.float64] = np.exp(logs[num] - logs - logs[::-1] - num * np.log(2.0))
    return chances
