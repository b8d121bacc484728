"""The map of all test garments of a version, and the garments within a box drawn on it."""

import numpy as np
from numpy.typing import NDArray

from core.quality import garment_map
from core.store.runs import garment_maps
from core.store.runs.runs import Run
from dashboard.data import predictions, store
from dashboard.data.predictions import Group

Box = tuple[tuple[float, float], tuple[float, float]]
"""The two ends of a box from left to right and from bottom to top, 0 to `garment_map.STEPS`."""


@store.cached(most=8, spinner="Laying garments that look alike beside each other …")
def places(run: Run) -> NDArray[np.uint16]:
    """See `garment_maps.places`; read-only."""
    return garment_maps.places(store.store(), run)


def within(run: Run, box: Box) -> Group:
    """The garments within a box, for a list of garments."""
    return predictions.Group(name=("map", box), garments=garment_map.within(places(run), *box))
