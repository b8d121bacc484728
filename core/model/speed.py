"""How fast this machine follows a recipe: a few steps on garments of noise, timed."""

import statistics
import time
from collections.abc import Callable

import numpy as np

from core.catalogue import split
from core.model import devices, inference, learner, pixels, recipes

NUM_STEPS = 6
"""Steps that are timed at once."""
LEAST_REPEATS, LEAST_SECONDS = 3, 0.8
"""How often, and how long in all, each thing is timed at least."""
_SIDE, _NUM_CLASSES, _NUM_JUDGED = 28, 10, 512


def seconds_a_garment(recipe: recipes.Recipe, device: str | None = None) -> tuple[float, float]:
    """Seconds to learn from one garment once, and to tag one, by that recipe on that device (None: the fastest)."""
    garments = pixels.garments(_noise(NUM_STEPS * recipe.batch_size), devices.choose(device))
    student = learner.Learner(recipe, garments, num_classes=_NUM_CLASSES, seed=0)
    student.run_epoch(0, _nobody_listens)  # the first steps also set everything up
    learn_seconds = _median_seconds(lambda: student.run_epoch(0, _nobody_listens)) / len(garments.labels)
    network = student.best_network.eval()
    shown = pixels.garments(_noise(_NUM_JUDGED), devices.choose(device)).images
    return learn_seconds, _median_seconds(lambda: inference.logits_and_features(network, shown)) / _NUM_JUDGED


def _median_seconds(do: Callable[[], object]) -> float:
    """Seconds of the middle one of several times: whatever else the machine does disturbs some of them."""
    seconds: list[float] = []
    while len(seconds) < LEAST_REPEATS or sum(seconds) < LEAST_SECONDS:
        started = time.perf_counter()
        do()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def _noise(num_garments: int) -> split.CatalogueSplit:
    random = np.random.default_rng(0)
    return split.CatalogueSplit(
        images=random.integers(0, 256, (num_garments, _SIDE, _SIDE), dtype=np.uint8),
        labels=random.integers(0, _NUM_CLASSES, num_garments),
        class_names=tuple(str(number) for number in range(_NUM_CLASSES)),
    )


def _nobody_listens(step: int, loss_sum: object) -> None:
    """The progress of a learner that nobody watches."""
