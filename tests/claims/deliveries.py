"""Deliveries of real garments, as they are and photographed in another way, tagged by a quick model of the sample."""

import functools
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core import catalogue, settings
from core.model import inference, recipes, temperature, training
from core.quality import delivery, unlike
from tests.claims.claim import Claim, share

Pictures = NDArray[np.uint8]


def blurred(images: Pictures) -> Pictures:
    """Each pixel the mean of nine."""
    padded = np.pad(images.astype(np.float32), ((0, 0), (1, 1), (1, 1)))
    size = images.shape[1]
    moved = [padded[:, down : down + size, right : right + size] for down in range(3) for right in range(3)]
    return (sum(moved) / 9).astype(np.uint8)


CHANGES: dict[str, Callable[[Pictures], Pictures]] = {
    "half as bright": lambda images: (images // 2).astype(np.uint8),
    "blurred": blurred,
    "turned": lambda images: np.rot90(images, 1, (1, 2)),
}

LEAST = {"half as bright": 95, "blurred": 50, "turned": 95}
"""Of 100 deliveries that are changed so, at least how many are held back: of blurred ones it hangs on training."""


@functools.cache
def model():
    """A quick model of the built-in sample: its answers, the test garments, its detector, and what is usual for it."""
    import torch

    with tempfile.TemporaryDirectory() as folder:
        found = catalogue.load("sample", settings.Settings(home=Path(folder)))
        trained = training.train(
            recipes.RECIPES["quick"].model_copy(update={"epochs": 6}), found.train, found.validation, seed=0,
            on_progress=lambda progress: None,
        )  # fmt: skip

    def answers(images):
        pictures = torch.from_numpy(np.array(images))
        logits, features = inference.logits_and_features(trained.module, pictures)
        probabilities = temperature.calibrated(logits.numpy(), trained.temperature)
        return probabilities.max(axis=1).astype(np.float64), probabilities.argmax(axis=1), features.numpy()

    confidence, tag, features = answers(found.validation.images)
    detector = unlike.detector(features, confidence)
    usual = delivery.usual(
        confidence[1::2], detector.strangeness(features[1::2], confidence[1::2]), tag[1::2],
        found.validation.labels[1::2], 10,
    )  # fmt: skip
    return answers, found.test, detector, usual


@functools.cache
def told(change: str):
    """Confidence, tag and strangeness of all test garments, changed so; "" leaves them as they are."""
    answers, test, detector, _ = model()
    confidence, tag, features = answers(CHANGES[change](test.images) if change else test.images)
    return confidence, tag, detector.strangeness(features, confidence)


def held_back(change=""):
    """How many of 100 deliveries of 100 photos, changed so, give no *ready*."""

    def measure(random, rounds):
        _, _, detector, usual = model()
        confidence, tag, strangeness = told(change)
        found = []
        for _ in range(rounds):
            drawn = random.choice(len(tag), 100, replace=False)
            seen = delivery.Told(
                confidence=confidence[drawn], strangeness=strangeness[drawn], tag=tag[drawn],
                num_unlike=int((strangeness[drawn] >= detector.cut).sum()),
            )  # fmt: skip
            found.append(bool(delivery.difference(seen, usual)))
        return share(found)

    return measure


def same_tags_mirrored(random, rounds):
    """Of 100 garments so many get the same tag from the other side; all of them are looked at, nothing is drawn."""
    answers, test, _, _ = model()
    return share((answers(test.images[:, :, ::-1])[1] == told("")[1]).tolist())


CLAIMS = (
    Claim(
        name="delivery: ordinary",
        claimed="at most 1 of 100 deliveries of 100 test garments is held back",
        low=0, high=1, few=300, many=3000, measure=held_back(),
    ),
    Claim(
        name="delivery: mirrored",
        claimed="at least 99 of 100 garments get the same tag when they are photographed from the other side",
        low=99, high=100, few=1, many=1, measure=same_tags_mirrored,
    ),
    *(
        Claim(
            name=f"delivery: {change}",
            claimed=f"at least {low} of 100 deliveries of 100 such garments are held back",
            low=low, high=100, few=100, many=1000, measure=held_back(change),
        )
        for change, low in LEAST.items()
    ),
)  # fmt: skip
