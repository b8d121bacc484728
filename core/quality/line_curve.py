"""What every possible automation line would give: how many tags need no person, and how many of those are wrong.

It only shows; which line may be suggested is decided by `automation_line`, whose bound stands beside each share here.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.quality import automation_line, ranking

MOST_POINTS = 240
"""Points of a curve; of more lines, some at even distances are taken."""


def at(
    lines: NDArray[np.floating],
    confidence: NDArray[np.floating],
    is_correct: NDArray[np.bool_],
    *,
    certainty: float = automation_line.CERTAINTY,
) -> pd.DataFrame:
    """What each of the lines (M,) would have meant for N garments: one row a line, in their order.

    Columns:
        line (float64, 0-1).
        num_tagged (int64): tags at least so sure.
        num_wrong (int64): wrong ones among them.
        tagged (float64, 0-1): num_tagged / N; NaN without garments.
        wrong (float64, 0-1): num_wrong / num_tagged; NaN where nothing is tagged.
        upper (float64, 0-1): the bound of `automation_line.upper_bound` of that share; NaN likewise.
    """
    ranked = ranking.Ranking.of(confidence, is_correct)
    ascending = confidence[ranked.order][::-1]
    num_tagged = (len(confidence) - np.searchsorted(ascending, lines, side="left")).astype(np.int64)
    num_wrong = np.concatenate([[0], np.cumsum(ranked.is_wrong)]).astype(np.int64)[num_tagged]
    is_any = num_tagged > 0
    upper = automation_line.upper_bound(num_wrong, np.maximum(num_tagged, 1), certainty)
    return pd.DataFrame(
        {
            "line": np.asarray(lines, dtype=np.float64),
            "num_tagged": num_tagged,
            "num_wrong": num_wrong,
            "tagged": num_tagged / len(confidence) if len(confidence) else np.full(len(num_tagged), np.nan),
            "wrong": np.where(is_any, num_wrong / np.maximum(num_tagged, 1), np.nan),
            "upper": np.where(is_any, upper, np.nan),
        }
    )


def curve(confidence: NDArray[np.floating], is_correct: NDArray[np.bool_], *, most: int = MOST_POINTS) -> pd.DataFrame:
    """The table of `at` for all lines that differ on these N garments, the surest first; at most `most` of them."""
    lines = np.unique(confidence)[::-1]
    chosen = np.unique(np.linspace(0, max(len(lines) - 1, 0), most).round().astype(np.int64))[: len(lines)]
    return at(lines[chosen], confidence, is_correct)


def handles(
    lines: NDArray[np.floating], confidence: NDArray[np.floating], is_correct: NDArray[np.bool_], *, most: int
) -> pd.DataFrame:
    """The table of `at` for those of the lines that stand apart on the curve, the surest first: at most `most`.

    Args:
        lines: (M,) lines that a person can choose, 0-1.
        confidence: (N,) of the garments.
        is_correct: (N,) whether each tag is right.
        most: how many are to be told apart.
    """
    table = at(np.sort(lines)[::-1], confidence, is_correct)
    table = table[table["num_tagged"] > 0]
    place = (table["tagged"] * most).round()
    return table[~place.duplicated()].head(most).reset_index(drop=True)


def beside(confidence: NDArray[np.floating], line: float, num: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions of the garments just above and just below a line, at most `num` of each, the surest first.

    Args:
        confidence: (N,) of the garments, 0-1.
        line: tags at least so sure are above it; NaN: all are below.
        num: how many of each.
    """
    order = np.argsort(-confidence, kind="stable")
    num_above = 0 if np.isnan(line) else int((confidence >= line).sum())
    above: NDArray[np.int64] = order[max(num_above - num, 0) : num_above]
    return above, order[num_above : num_above + num]
