import numpy as np
import pytest
import scipy.special
import torch

from core.model import temperature


def overconfident(num_garments=1000, true_temperature=2.5, seed=0):
    random = np.random.default_rng(seed)
    honest = random.normal(0, 2, (num_garments, 4))
    chances = scipy.special.softmax(honest, axis=1)
    labels = np.array([random.choice(4, p=row) for row in chances])
    return (honest * true_temperature).astype(np.float32), labels


def losses_of(logits, labels):
    return temperature.negative_log_likelihoods(logits.astype(float), labels)


def test_the_likelihoods_are_those_of_torch():
    logits, labels = overconfident()
    expected = torch.nn.functional.cross_entropy(
        torch.tensor(logits).double(), torch.tensor(labels), reduction="none"
    ).numpy()
    assert losses_of(logits, labels) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("true_temperature", [0.4, 1.0, 2.5, 8.0])
def test_the_temperature_is_the_highest_within_a_standard_error_of_the_best(true_temperature):
    logits, labels = overconfident(true_temperature=true_temperature)
    grid = np.exp(np.linspace(np.log(0.05), np.log(20), 2400))
    losses = np.stack([losses_of(logits / value, labels) for value in grid])
    differences = losses - losses[losses.mean(axis=1).argmin()]
    is_within = differences.mean(axis=1) <= differences.std(axis=1) / np.sqrt(len(labels))
    found = temperature.fitted(logits, labels)
    assert found == pytest.approx(grid[is_within].max(), rel=0.01)
    assert found == pytest.approx(true_temperature, rel=0.25)


def test_the_more_garments_the_nearer_is_the_temperature_to_the_best():
    excess = []
    for num_garments in (300, 3000, 30_000):
        logits, labels = overconfident(num_garments)
        grid = np.exp(np.linspace(np.log(1.5), np.log(4), 400))
        best = grid[np.argmin([losses_of(logits / value, labels).mean() for value in grid])]
        excess.append(temperature.fitted(logits, labels) / best)
    assert excess[0] > excess[1] > excess[2] > 1
    assert excess[2] < 1.03


def test_a_model_that_is_always_right_keeps_a_temperature_within_bounds():
    labels = np.array([0, 1, 2])
    assert 0.049 < temperature.fitted(np.eye(3, dtype=np.float32) * 10, labels) < 20.001
    assert 0.049 < temperature.fitted(np.eye(3, dtype=np.float32) * -10, labels) < 20.001
