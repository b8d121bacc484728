"""Tiny splits for the tests of core.model: squares in a corner that tells the class, with some noise."""

import numpy as np

from core.catalogue import split


def tiny_split(num_garments: int, *, num_classes: int = 3, side: int = 28, seed: int = 0) -> split.CatalogueSplit:
    random = np.random.default_rng(seed)
    labels = random.integers(0, num_classes, num_garments)
    images = random.integers(0, 60, (num_garments, side, side))
    step = side // num_classes
    for image, label in zip(images, labels, strict=True):
        image[label * step : (label + 1) * step] += 150
    class_names = tuple(f"class {number}" for number in range(num_classes))
    return split.CatalogueSplit(images=images.astype(np.uint8), labels=labels, class_names=class_names)
