"""Temperature scaling: one number that makes confidences mean what they say. Pure numpy."""

import math
from typing import cast

import numpy as np
from numpy.typing import NDArray

_LOWEST, _HIGHEST = 0.05, 20.0
_STEP = math.log(1.005)


def fitted(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """The highest temperature whose likelihood of the labels is within a standard error of the best one's.

    Confidences decide what no person looks at, so of all temperatures in 0.05 to 20 that these few garments do not tell
    from the best one, the most modest is taken.

    Source: Guo et al. (2017), On Calibration of Modern Neural Networks; the rule of one standard error, Breiman et al.
    (1984), Classification and Regression Trees.

    Args:
        logits: (N, K), of garments that the model did not learn from; N > 0.
        labels: (N,) their classes.
    """
    from scipy import optimize  # half a second, which no start need pay for that fits nothing

    exact = logits.astype(np.float64)

    def losses(log_temperature: float) -> NDArray[np.float64]:
        return negative_log_likelihoods(exact / math.exp(log_temperature), labels)

    lowest, highest = math.log(_LOWEST), math.log(_HIGHEST)
    best = optimize.minimize_scalar(
        lambda log_temperature: float(losses(log_temperature).mean()),
        bounds=(lowest, highest),
        method="bounded",
        options={"xatol": 1e-4},
    ).x
    least = losses(best)

    def excess(log_temperature: float) -> float:
        """Loss above the best one's, in standard errors of the difference, less one."""
        more = losses(log_temperature) - least
        return float(more.mean() - more.std() / math.sqrt(len(labels)))

    if excess(highest) <= 0:
        return _HIGHEST
    # Just above the best the difference is all noise, so the way up begins there and ends at the first crossing.
    step = best
    while excess(step + _STEP) <= 0:
        step += _STEP
    return math.exp(step)


def calibrated(logits: NDArray[np.float32], temperature: float | None) -> NDArray[np.float32]:
    """(N, K) probabilities of (N, K) logits; without a temperature it is the plain softmax."""
    from scipy import special  # as above

    probabilities = special.softmax(logits.astype(np.float64) / (temperature or 1.0), axis=1)
    return cast(NDArray[np.float32], probabilities.astype(np.float32))


def negative_log_likelihoods(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """(N,) -log(probability of the label) of the garments; 0 or more, lower is better."""
    from scipy import special  # as above

    log_sums = special.logsumexp(logits, axis=1)  # (N,)
    return cast(NDArray[np.float64], log_sums - logits[np.arange(len(labels)), labels])
