"""What a list of doubted labels is worth, though people look at its beginning: by garments drawn from all of it.

People decide the surest first, so the share of wrong labels among their decisions is that of the beginning. One in
`ONE_IN` of the garments that they are shown is therefore drawn at random from the whole list and stands among the
others, marked nowhere. Down to the depth that they reached, their decisions say what is wrong; of the rest those drawn
say it, which nobody chose.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.quality import intervals

ONE_IN = 6
"""Of so many garments that are shown one was drawn at random."""
ENOUGH_DRAWN = 4
"""With fewer of them judged in the rest, nothing is said of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Worth:
    """How many labels of a list are wrong, so far as is known."""

    num_listed: int
    """Garments that people are shown."""
    depth: int
    """So many from its beginning were looked at, those drawn at random perhaps not."""
    num_drawn: int
    """Of those drawn at random further down so many are judged."""
    share: float
    """Estimated share of wrong labels in the whole list, 0-1; NaN where `ENOUGH_DRAWN` are not judged."""
    low: float
    """Lower end of its 95 % interval, 0-1."""
    high: float
    """Upper end."""


def drawn(num_listed: int, seed: int) -> NDArray[np.int64]:
    """Places in the list, counted from 0, that are drawn at random, in the order in which they are shown."""
    places: NDArray[np.int64] = np.random.default_rng(seed).permutation(num_listed)[: num_listed // ONE_IN]
    return places


def in_turn(num_listed: int, seed: int) -> NDArray[np.int64]:
    """(num_listed,) places in the list in the order in which people are shown them: one of `ONE_IN` is drawn."""
    at_random = drawn(num_listed, seed)
    others = np.setdiff1d(np.arange(num_listed), at_random)
    turns = np.arange(num_listed)
    is_random = (turns % ONE_IN == ONE_IN - 1) & (turns // ONE_IN < len(at_random))
    shown = np.empty(num_listed, dtype=np.int64)
    shown[is_random], shown[~is_random] = at_random, others
    return shown


def worth(is_wrong: NDArray[np.floating], seed: int, is_shown: NDArray[np.bool_] | None = None) -> Worth:
    """What the decisions so far say of the whole list, or of the part of it that people are shown.

    Args:
        is_wrong: (N,) in the order of the list 1 where the label is wrong, 0 where it is not, NaN where nobody decided.
        seed: by which garments were drawn.
        is_shown: (N,) the part that people are shown, which must not depend on who was drawn: of it, too, those drawn
            are a random sample; None: all of it.
    """
    is_drawn = np.zeros(len(is_wrong), dtype=bool)
    is_drawn[drawn(len(is_wrong), seed)] = True
    if is_shown is not None:
        is_wrong, is_drawn = is_wrong[is_shown], is_drawn[is_shown]
    num = len(is_wrong)
    is_known = ~np.isnan(is_wrong)
    missing = np.flatnonzero(~is_drawn & ~is_known)
    depth = int(missing[0]) if len(missing) else num
    above, below = np.arange(num) < depth, np.arange(num) >= depth
    judged = is_wrong[below & is_drawn & is_known]
    num_open = int((above & ~is_known).sum())  # drawn ones whose turn has not come
    num_wrong = float(is_wrong[above & is_known].sum())
    if not num or (below.any() and len(judged) < ENOUGH_DRAWN):
        return Worth(num_listed=num, depth=depth, num_drawn=len(judged), share=math.nan, low=math.nan, high=math.nan)
    num_below = int(below.sum())
    share_below = float(judged.mean()) if num_below else 0.0
    low, high = (float(end) for end in intervals.wilson(judged.sum(), len(judged))) if num_below else (0.0, 0.0)
    share_open = num_wrong / (depth - num_open) if depth > num_open else 0.0
    return Worth(
        num_listed=num,
        depth=depth,
        num_drawn=len(judged),
        share=(num_wrong + num_open * share_open + num_below * share_below) / num,
        low=(num_wrong + num_below * low) / num,
        high=(num_wrong + num_open + num_below * high) / num,
    )
