"""How far a share measured on some garments may lie from the truth."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Z_95 = 1.959963984540054
"""Two-sided 95 % quantile of the standard normal distribution."""


def wilson(num_successes: ArrayLike, num_trials: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lower and upper end of the 95 % score interval of a share, each 0-1; NaN where there are no trials.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    It stays inside 0-1 and is honest for shares near 0 and 1, where most categories live.

    Args:
        num_successes: count(s), 0 to `num_trials`.
        num_trials: count(s), at least 0; broadcast against `num_successes`.
    """
    successes, trials = np.broadcast_arrays(
        np.asarray(num_successes, dtype=np.float64), np.asarray(num_trials, dtype=np.float64)
    )
    trials = np.where(trials > 0, trials, np.nan)
    share = successes / trials
    scale = 1 + Z_95**2 / trials
    centre = (share + Z_95**2 / (2 * trials)) / scale
    half = Z_95 / scale * np.sqrt(share * (1 - share) / trials + Z_95**2 / (4 * trials**2))
    # Where none or all succeeded one end is exactly 0 or 1, which rounding may miss by 1e-17.
    low = np.where(successes == 0, np.where(np.isnan(share), np.nan, 0.0), np.clip(centre - half, 0, 1))
    high = np.where(successes == trials, 1.0, np.clip(centre + half, 0, 1))
    return low, high
