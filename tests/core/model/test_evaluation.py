import json

import numpy as np
import pytest
from sklearn import metrics

from core.model import evaluation, inference


def predictions_of(predicted_class, num_classes):
    probabilities = np.full((len(predicted_class), num_classes), 0.1, np.float32)
    probabilities[np.arange(len(predicted_class)), predicted_class] = 0.8
    labels = np.zeros(len(predicted_class), np.int64)
    return inference.Predictions(
        table=inference.predictions_table(probabilities, labels),
        probabilities=probabilities,
        features=np.zeros((len(labels), 2), np.float16),
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("num_garments", "num_classes"), [(500, 10), (7, 10), (1, 2), (40, 3)])
def test_the_figures_are_those_of_scikit_learn(seed, num_garments, num_classes):
    random = np.random.default_rng(seed)
    labels = random.integers(0, num_classes, num_garments)
    predicted = np.where(random.random(num_garments) < 0.6, labels, random.integers(0, num_classes, num_garments))
    figures = evaluation.official_figures(predictions_of(predicted, num_classes), labels, num_classes)
    precision, recall, _, _ = metrics.precision_recall_fscore_support(
        labels, predicted, labels=range(num_classes), zero_division=0
    )
    assert figures["accuracy"] == pytest.approx(metrics.accuracy_score(labels, predicted), abs=1e-6)
    assert figures["precision"] == pytest.approx(precision, abs=1e-6)
    assert figures["recall"] == pytest.approx(recall, abs=1e-6)
    assert figures["predictions"] == predicted.tolist()


def test_a_class_that_never_appears_has_zero_and_everything_fits_into_json():
    figures = evaluation.official_figures(predictions_of([0, 0, 1], 3), np.array([0, 1, 1]), 3)
    assert json.loads(json.dumps(figures)) == {
        "accuracy": pytest.approx(2 / 3),
        "precision": [0.5, 1.0, 0.0],
        "recall": [1.0, 0.5, 0.0],
        "predictions": [0, 0, 1],
    }


@pytest.mark.parametrize("num_labels", [0, 2])
def test_as_many_labels_as_predictions_are_asked_for(num_labels):
    with pytest.raises(ValueError, match=f"each of 3 predictions and at least one, got {num_labels}"):
        evaluation.official_figures(predictions_of([0, 0, 1], 3), np.zeros(num_labels, np.int64), 3)
