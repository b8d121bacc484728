"""How the garments that look like one garment were tagged."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True, kw_only=True, slots=True)
class Lookalikes:
    """Similar garments, counted by how they were tagged."""

    num_garments: int
    """All of them."""
    num_same_mistake: int
    """Of the same true class and wrongly tagged the same way; 0 where the garment itself is tagged correctly."""
    num_correct: int
    """Tagged correctly."""

    @property
    def num_other_mistakes(self) -> int:
        """Wrong in another way."""
        return self.num_garments - self.num_same_mistake - self.num_correct


def counted(similar: pd.DataFrame, true_class: int, predicted_class: int) -> Lookalikes:
    """Counts the similar garments of a garment of `true_class` that was tagged `predicted_class`.

    Args:
        similar: columns true_class, predicted_class.
        true_class: class index of the garment itself.
        predicted_class: what the model said of it.
    """
    actual, tagged = similar["true_class"].to_numpy(), similar["predicted_class"].to_numpy()
    is_same = (actual == true_class) & (tagged == predicted_class) & (actual != tagged)
    return Lookalikes(
        num_garments=len(similar), num_same_mistake=int(is_same.sum()), num_correct=int(np.sum(actual == tagged))
    )
