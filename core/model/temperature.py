"""Temperature scaling: one number that makes confidences mean what they say. Pure numpy."""

import math
from typing import cast

import numpy as np
import scipy.optimize
import scipy.special
from numpy.typing import NDArray

_LOWEST, _HIGHEST = 0.05, 20.0


def fitted(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """The temperature in 0.05 to 20 with the least mean negative log-likelihood of the labels.

    Source: Guo et al. (2017), On Calibration of Modern Neural Networks.

    Args:
        logits: (N, K), of garments that the model did not learn from; N > 0.
        labels: (N,) their classes.
    """
    exact = logits.astype(np.float64)
    found = scipy.optimize.minimize_scalar(
        lambda log_temperature: mean_negative_log_likelihood(exact / math.exp(log_temperature), labels),
        bounds=(math.log(_LOWEST), math.log(_HIGHEST)),
        method="bounded",
        options={"xatol": 1e-4},
    )
    return math.exp(found.x)


def calibrated(logits: NDArray[np.float32], temperature: float | None) -> NDArray[np.float32]:
    """(N, K) probabilities of (N, K) logits; without a temperature it is the plain softmax."""
    probabilities = scipy.special.softmax(logits.astype(np.float64) / (temperature or 1.0), axis=1)
    return cast(NDArray[np.float32], probabilities.astype(np.float32))


def mean_negative_log_likelihood(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Mean of -log(probability of the label) over the garments; 0 or more, lower is better."""
    log_sums = scipy.special.logsumexp(logits, axis=1)  # (N,)
    return float(np.mean(log_sums - logits[np.arange(len(labels)), labels]))
