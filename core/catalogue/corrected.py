"""Training garments as people see them: some with another label, some left out. Nothing else of a catalogue changes."""

import numpy as np
from numpy.typing import NDArray

from core import errors
from core.catalogue.split import CatalogueSplit


def corrected(
    train: CatalogueSplit, positions: NDArray[np.int64], labels: NDArray[np.int64], left_out: NDArray[np.int64]
) -> CatalogueSplit:
    """What a model learns from in place of `train`; `train` itself where nothing is corrected.

    Args:
        train: the training garments as the source gives them.
        positions: (C,) of the garments that get another label.
        labels: (C,) class index of that label.
        left_out: (U,) positions of the garments that are not learned from; none of `positions`.

    Raises:
        CatalogueError: a position is not in the split, or named twice.
        CatalogueCorrupt: a label is no class.
    """
    named = np.concatenate([positions, left_out])
    if not len(named):
        return train
    outside = named[(named < 0) | (named >= len(train))]
    if len(outside):
        raise errors.CatalogueError(
            f"A correction must name one of {len(train):,} training garments, got the position {int(outside[0])}."
        )
    if len(np.unique(named)) != len(named):
        raise errors.CatalogueError("A training garment has two corrections at once. Name it once.")
    new_labels = train.labels.copy()
    new_labels[positions] = labels
    relabelled = CatalogueSplit(images=train.images, labels=new_labels, class_names=train.class_names)
    if not len(left_out):
        return relabelled
    return relabelled.take(np.setdiff1d(np.arange(len(train), dtype=np.int64), left_out))
