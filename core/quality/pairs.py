"""Which two classes are mixed up with each other, both directions counted together."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def most_confused_pairs(counts: NDArray[np.int64], class_names: Sequence[str]) -> pd.DataFrame:
    """One row for each two classes that were mixed up at least once, most mistakes first.

    Columns:
        first_index, second_index (int64): the two classes; the first is the one whose garments were lost more often.
        first_class, second_class (str): their names.
        num_first_as_second (int64): garments of the first class that were tagged as the second.
        num_second_as_first (int64): the other way round.
        num_mistakes (int64): both directions together.
        share_of_mistakes (float64, 0-1): num_mistakes / all mistakes.

    Order: num_mistakes descending, then the share of the garments of both classes that these are, then class order.

    Args:
        counts: (K, K) confusion matrix, rows = true class.
        class_names: the K names.
    """
    one, other = np.triu_indices(len(class_names), k=1)
    swapped = counts[other, one] > counts[one, other]
    first, second = np.where(swapped, other, one), np.where(swapped, one, other)
    table = pd.DataFrame({"first_index": first, "second_index": second})
    names = np.asarray(class_names, dtype=object)
    table["first_class"], table["second_class"] = names[first], names[second]
    table["num_first_as_second"] = counts[first, second]
    table["num_second_as_first"] = counts[second, first]
    table["num_mistakes"] = table["num_first_as_second"] + table["num_second_as_first"]
    table = table[table["num_mistakes"] > 0]
    garments = counts.sum(axis=1)
    table["share"] = table["num_mistakes"] / (garments[table["first_index"]] + garments[table["second_index"]])
    table["share_of_mistakes"] = table["num_mistakes"] / table["num_mistakes"].sum()
    table = table.sort_values(["num_mistakes", "share"], ascending=False, kind="stable").reset_index(drop=True)
    return table.drop(columns="share")
