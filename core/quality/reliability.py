"""Whether "90 % sure" means right 9 times out of 10."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

NUM_BINS = 15
"""As in Guo et al., 2017."""


def reliability(
    confidence: NDArray[np.floating], is_correct: NDArray[np.bool_], num_bins: int = NUM_BINS
) -> pd.DataFrame:
    """One row for each equal-width bin of confidence that holds a garment, in order.

    Columns:
        low, high (float64, 0-1): the bin is (low, high]; the first one also holds 0.
        num_garments (int64): garments in the bin.
        confidence (float64, 0-1): their mean confidence.
        accuracy (float64, 0-1): the share of them that is correct.

    Args:
        confidence: (N,) probability of the predicted class, 0-1.
        is_correct: (N,) whether the predicted class is the true class.
        num_bins: bins between 0 and 1.
    """
    confidence = np.asarray(confidence, dtype=np.float64)
    bins = np.clip(np.ceil(confidence * num_bins).astype(np.int64) - 1, 0, num_bins - 1)
    num_garments = np.bincount(bins, minlength=num_bins)
    filled = np.flatnonzero(num_garments)
    counts = num_garments[filled]
    return pd.DataFrame(
        {
            "low": filled / num_bins,
            "high": (filled + 1) / num_bins,
            "num_garments": counts,
            "confidence": np.bincount(bins, weights=confidence, minlength=num_bins)[filled] / counts,
            "accuracy": np.bincount(bins, weights=is_correct, minlength=num_bins)[filled] / counts,
        }
    )


def expected_calibration_error(
    confidence: NDArray[np.floating], is_correct: NDArray[np.bool_], num_bins: int = NUM_BINS
) -> float:
    """Mean distance between confidence and accuracy over the bins, weighted by garments, 0-1; NaN without garments.

    Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks", ICML 2017, equation 3.
    """
    if not len(confidence):
        return float("nan")
    table = reliability(confidence, is_correct, num_bins)
    gaps = (table["confidence"] - table["accuracy"]).abs()
    return float((gaps * table["num_garments"]).sum() / table["num_garments"].sum())


def error_by_luck(
    confidence: NDArray[np.floating], num_bins: int = NUM_BINS, *, seed: int = 0, num_redraws: int = 100
) -> float:
    """The expected calibration error, 0-1, that confidences which hold would show by luck; NaN without garments.

    It is never 0: luck moves each bin, and the error counts every distance. On few garments most of a measured error
    can be that.

    Args:
        confidence: (N,) probability of the predicted class, 0-1.
        num_bins: as in `expected_calibration_error`.
        seed: the same gives the same.
        num_redraws: how often what is right is drawn.
    """
    if not len(confidence):
        return float("nan")
    random = np.random.default_rng(seed)
    sure = np.asarray(confidence, dtype=np.float64)
    return float(
        np.mean(
            [expected_calibration_error(sure, random.random(len(sure)) < sure, num_bins) for _ in range(num_redraws)]
        )
    )
