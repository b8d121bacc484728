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


def test_the_likelihood_is_that_of_torch():
    logits, labels = overconfident()
    expected = torch.nn.functional.cross_entropy(torch.tensor(logits).double(), torch.tensor(labels)).item()
    assert temperature.mean_negative_log_likelihood(logits.astype(float), labels) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("true_temperature", [0.4, 1.0, 2.5, 8.0])
def test_the_temperature_is_the_best_of_a_fine_grid(true_temperature):
    logits, labels = overconfident(true_temperature=true_temperature)
    grid = np.exp(np.linspace(np.log(0.05), np.log(20), 1200))
    losses = [temperature.mean_negative_log_likelihood(logits / value, labels) for value in grid]
    found = temperature.fitted(logits, labels)
    assert found == pytest.approx(grid[int(np.argmin(losses))], rel=6e-3)
    assert found == pytest.approx(true_temperature, rel=0.2)


def test_a_model_that_is_always_right_keeps_a_temperature_within_bounds():
    labels = np.array([0, 1, 2])
    assert 0.049 < temperature.fitted(np.eye(3, dtype=np.float32) * 10, labels) < 20.001
