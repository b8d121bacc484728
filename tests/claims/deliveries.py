"""Deliveries of real garments, as they are and photographed in another way, tagged by a quick model of the sample."""

import functools
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core import catalogue, settings
from core.model import inference, recipes, temperature, training
from core.quality import automation_line, delivery, unlike
from tests.claims.claim import Claim, share

PROMISE = 2.0
Pictures = NDArray[np.uint8]


def blurred(images: Pictures) -> Pictures:
    """Each pixel the mean of nine."""
    padded = np.pad(images.astype(np.float32), ((0, 0), (1, 1), (1, 1)))
    size = images.shape[1]
    moved = [padded[:, down : down + size, right : right + size] for down in range(3) for right in range(3)]
    return (sum(moved) / 9).astype(np.uint8)


CHANGES: dict[str, Callable[[Pictures], Pictures]] = {
    "mirrored": lambda images: images[:, :, ::-1],
    "half as bright": lambda images: (images // 2).astype(np.uint8),
    "blurred": blurred,
    "turned": lambda images: np.rot90(images, 1, (1, 2)),
}


@functools.cache
def model():
    """A quick model of the built-in sample; its garments; what is usual for it; its line for `PROMISE`."""
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
    is_correct = tag == found.validation.labels
    detector = unlike.detector(features, confidence)
    usual = delivery.usual(
        confidence[1::2], detector.strangeness(features[1::2], confidence[1::2]), tag[1::2],
        found.validation.labels[1::2], 10,
    )  # fmt: skip
    line = automation_line.suggested(confidence, is_correct, PROMISE, certainty=0.9).confidence
    return answers, found.test, detector, usual, line


@functools.cache
def told(change: str):
    """Confidence, tag and strangeness of all test garments, changed so; "" leaves them as they are."""
    answers, test, detector, _, _ = model()
    confidence, tag, features = answers(CHANGES[change](test.images) if change else test.images)
    return confidence, tag, detector.strangeness(features, confidence)


def outcomes(random, rounds, change):
    """Of each of so many deliveries of 100 photos: whether it is noticed, whether its ready tags keep the promise."""
    _, test, detector, usual, line = model()
    confidence, tag, strangeness = told(change)
    found = []
    for _ in range(rounds):
        drawn = random.choice(len(tag), 100, replace=False)
        is_unlike = strangeness[drawn] >= detector.cut
        noticed = delivery.difference(
            delivery.Told(
                confidence=confidence[drawn], strangeness=strangeness[drawn], tag=tag[drawn],
                num_unlike=int(is_unlike.sum()),
            ),
            usual,
        )  # fmt: skip
        is_ready = (confidence[drawn] >= line) & ~is_unlike
        num_wrong = int((is_ready & (tag[drawn] != test.labels[drawn])).sum())
        found.append((bool(noticed), 100 * num_wrong <= PROMISE * is_ready.sum()))
    return found


def false_alarms(random, rounds):
    return share([noticed for noticed, _ in outcomes(random, rounds, "")])


def noticed_or_kept(change):
    return lambda random, rounds: share([any(outcome) for outcome in outcomes(random, rounds, change)])


CLAIMS = (
    Claim(
        name="delivery: ordinary",
        claimed="at most 1 of 100 deliveries of 100 test garments is held back",
        low=0, high=1, few=300, many=3000, measure=false_alarms,
    ),
    *(
        Claim(
            name=f"delivery: {change}",
            claimed="in at least 95 of 100 cases it is held back, or its ready tags keep the promise",
            low=95, high=100, few=100, many=1000, measure=noticed_or_kept(change),
        )
        for change in CHANGES
    ),
)  # fmt: skip
