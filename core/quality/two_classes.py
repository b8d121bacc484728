"""Two classes side by side: the clear garments of each, and those in between."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def typical(predictions: pd.DataFrame, class_index: int) -> pd.DataFrame:
    """The garments of the class that were tagged correctly, the surest first, with the columns of `predictions`."""
    is_right = (predictions["true_class"] == class_index) & (predictions["predicted_class"] == class_index)
    return predictions[is_right].sort_values(["confidence", "garment"], ascending=[False, True], kind="stable")


def borderline(
    predictions: pd.DataFrame, probabilities: NDArray[np.float32], first_index: int, second_index: int
) -> pd.DataFrame:
    """Garments of either class that the model weighs between the two, ordered by its lean from the first to the second.

    Kept are the garments of the two classes whose two best guesses are these two classes. Columns: those of
    `predictions`, and lean (float64, -1 to 1): the second class's share of the two probabilities, from -1 (all for
    the first) through 0 (undecided) to 1 (all for the second).

    Args:
        predictions: the predictions table of N garments.
        probabilities: (N, K) in the same order.
        first_index: the class on the left.
        second_index: the class on the right.
    """
    both = [first_index, second_index]
    keep = (
        predictions["true_class"].isin(both)
        & predictions["predicted_class"].isin(both)
        & predictions["second_class"].isin(both)
    ).to_numpy()
    first, second = (probabilities[keep, index].astype(np.float64) for index in both)
    total = first + second
    lean = np.divide(second - first, total, out=np.zeros_like(total), where=total > 0)
    return predictions[keep].assign(lean=lean).sort_values(["lean", "garment"], kind="stable")


def mixed_up(predictions: pd.DataFrame, first_index: int, second_index: int) -> pd.DataFrame:
    """Garments of either class that are tagged as the other, with the columns of `borderline`; the first's come last.

    For versions of which it is not known what they weigh: lean is 1 where the tag is the second class, else -1.
    """
    true, tagged = predictions["true_class"], predictions["predicted_class"]
    both = [first_index, second_index]
    found = predictions[true.isin(both) & tagged.isin(both) & (true != tagged)]
    lean = np.where(found["predicted_class"] == second_index, 1.0, -1.0)
    return found.assign(lean=lean).sort_values(["lean", "garment"], kind="stable")


def most_undecided(borderline_garments: pd.DataFrame, num: int) -> pd.DataFrame:
    """The `num` rows of `borderline` that lie nearest to the middle, still ordered by lean."""
    nearest = borderline_garments["lean"].abs().sort_values(kind="stable").index[:num]
    return borderline_garments.loc[nearest].sort_values(["lean", "garment"], kind="stable")
