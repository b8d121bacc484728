"""A trained model's answers to a split, computed once: the predictions table, probabilities and features."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.catalogue import split
from core.model import devices, network, pixels, temperature, trained

_BATCH_SIZE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Predictions:
    """What a model says about each garment of a split, in the split's order."""

    table: pd.DataFrame
    """One row a garment: garment (int64, position in the split), true_class, predicted_class (the most probable
    class), second_class (the next; int64 class indices, ties resolved to the lowest), confidence (float64 0-1,
    probability of the predicted class), margin (float64 0-1, confidence minus that of the second class)."""
    probabilities: NDArray[np.float32]
    """(N, K) calibrated probabilities, 0-1, each row sums to 1; read-only."""
    features: NDArray[np.float16]
    """(N, D) features of the last but one layer, for finding similar garments; read-only."""


def predict(
    trained_model: trained.TrainedModel, garments: split.CatalogueSplit, device: str | None = None
) -> Predictions:
    """The model's calibrated answers to every garment of the split.

    Args:
        trained_model: what answers.
        garments: the split, with the classes that the model knows.
        device: "cpu", "cuda" or "mps"; None takes the fastest.

    Raises:
        ValueError: the split has other classes.
        TrainingError: there is no such device.
    """
    if garments.class_names != trained_model.class_names:
        raise ValueError(f"The model knows the classes {trained_model.class_names!r}, got {garments.class_names!r}.")
    place = devices.choose(device)
    module = trained_model.module.to(place)
    logits, features = logits_and_features(module, torch.from_numpy(np.array(garments.images)).to(place))
    probabilities = temperature.calibrated(logits.cpu().numpy(), trained_model.temperature)
    compact = features.cpu().numpy().astype(np.float16)
    for array in (probabilities, compact):
        array.flags.writeable = False
    return Predictions(
        table=predictions_table(probabilities, garments.labels), probabilities=probabilities, features=compact
    )


def logits_and_features(
    module: torch.nn.Module, images: Tensor, *, on_batch: Callable[[], None] | None = None
) -> tuple[Tensor, Tensor]:
    """(N, K) float32 logits and (N, D) float32 features of (N, H, W) uint8 garments, on the images' device.

    Leaves the module in eval mode; `on_batch` is called after every batch.
    """
    module.eval()
    if not len(images):  # a blank garment gives the widths K and D of the empty answers
        logits, features = logits_and_features(module, images.new_zeros(1, *images.shape[1:]))
        return logits[:0], features[:0]
    answers: list[tuple[Tensor, Tensor]] = []
    with torch.inference_mode():
        for batch in torch.split(images, _BATCH_SIZE):
            answers.append(cast(network.Network, module).logits_and_features(pixels.scaled(batch)))
            if on_batch is not None:
                on_batch()
    return torch.cat([logits for logits, _ in answers]), torch.cat([features for _, features in answers])


def predictions_table(probabilities: NDArray[np.float32], labels: NDArray[np.int64]) -> pd.DataFrame:
    """The table documented at `Predictions.table`, from (N, K) probabilities and (N,) true classes."""
    garments = np.arange(len(labels))
    # argmax takes the first of equal values: ties go to the lowest class.
    predicted_class = probabilities.argmax(axis=1)
    others = probabilities.copy()
    others[garments, predicted_class] = -1
    second_class = others.argmax(axis=1)
    confidence = probabilities[garments, predicted_class].astype(np.float64)
    return pd.DataFrame(
        {
            "garment": garments.astype(np.int64),
            "true_class": labels.astype(np.int64),
            "predicted_class": predicted_class.astype(np.int64),
            "second_class": second_class.astype(np.int64),
            "confidence": confidence,
            "margin": confidence - probabilities[garments, second_class].astype(np.float64),
        }
    )
