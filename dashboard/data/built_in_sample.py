"""A few garments of the built-in sample, to be looked at while there is no version yet: read once for everybody."""

import numpy as np
from numpy.typing import NDArray

from core.catalogue import sample
from dashboard.data import store

NUM_EACH = 4
"""Garments of each category."""


@store.cached(most=1)
def few() -> dict[str, NDArray[np.uint8]]:
    """Category -> (NUM_EACH, H, W) pictures of garments with that label, in the order of the categories.

    Raises:
        errors.CatalogueCorrupt: the sample is not the one that was released.
    """
    train, _ = sample.load_splits()
    return {
        name: train.images[np.flatnonzero(train.labels == label)[:NUM_EACH]].copy()
        for label, name in enumerate(train.class_names)
    }
