"""How sure the model is when it is right, and how sure when it is wrong."""

import numpy as np
import pandas as pd

NUM_BINS = 10


def of_class(predictions: pd.DataFrame, class_index: int, num_bins: int = NUM_BINS) -> pd.DataFrame:
    """One row for each equal-width bin of confidence between 0 and 1, over the garments tagged as one class.

    Columns:
        low, high (float64, 0-1): the bin is (low, high]; the first one also holds 0.
        num_right (int64): garments tagged so that really are of the class.
        num_wrong (int64): garments tagged so that are of another class.

    Args:
        predictions: columns true_class, predicted_class, confidence.
        class_index: the class.
        num_bins: bins between 0 and 1.
    """
    tagged = predictions[predictions["predicted_class"] == class_index]
    bins = np.clip(np.ceil(tagged["confidence"].to_numpy() * num_bins).astype(np.int64) - 1, 0, num_bins - 1)
    is_right = (tagged["true_class"] == class_index).to_numpy()
    edges = np.arange(num_bins + 1) / num_bins
    return pd.DataFrame(
        {
            "low": edges[:-1],
            "high": edges[1:],
            "num_right": np.bincount(bins[is_right], minlength=num_bins).astype(np.int64),
            "num_wrong": np.bincount(bins[~is_right], minlength=num_bins).astype(np.int64),
        }
    )
