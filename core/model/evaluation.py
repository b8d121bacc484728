"""The official figures of a run, by torchmetrics: what the classroom exercise asked for."""

from typing import TypedDict

import numpy as np
import torch
from numpy.typing import NDArray
from torchmetrics.functional import classification

from core.model import inference


class OfficialFigures(TypedDict):
    """Ready for JSON; K classes, N garments."""

    accuracy: float
    """Share of garments with the right class, 0-1."""
    precision: list[float]
    """K shares, 0-1, in class order; 0 where the class was never predicted."""
    recall: list[float]
    """K shares, 0-1, in class order; 0 where there is no garment of the class."""
    predictions: list[int]
    """N predicted classes, in the split's order."""


def official_figures(
    predictions: inference.Predictions, split_labels: NDArray[np.int64], num_classes: int
) -> OfficialFigures:
    """Accuracy, precision and recall of the predictions against the split's labels.

    Raises:
        ValueError: there are not as many labels as predictions, or none.
    """
    predicted_class = predictions.table["predicted_class"].to_numpy()
    if len(predicted_class) != len(split_labels) or not len(split_labels):
        raise ValueError(
            f"Expected one label for each of {len(predicted_class)} predictions and at least one, "
            f"got {len(split_labels)}."
        )
    predicted, true = torch.tensor(predicted_class), torch.tensor(split_labels)
    accuracy = classification.multiclass_accuracy(predicted, true, num_classes, average="micro")
    precision = classification.multiclass_precision(predicted, true, num_classes, average="none")
    recall = classification.multiclass_recall(predicted, true, num_classes, average="none")
    return {
        "accuracy": float(accuracy),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "predictions": predicted.tolist(),
    }
