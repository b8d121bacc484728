import numpy as np
import pytest
import torch

from core import errors
from core.model import architectures, export, exported, inference, network, recipes

NAMES = sorted(architectures.ARCHITECTURES)
WIDTHS = (8, 12, 16, 24, 32)


def trained_looking(name, num_classes=10, *, test_time_flip=True):
    """A network of that architecture whose batch norms have learned something else than their first values."""
    torch.manual_seed(0)
    recipe = recipes.Recipe(
        name="x", architecture=name, widths=WIDTHS[: recipes.NUM_WIDTHS[name]], epochs=1, batch_size=8,
        optimizer="sgd", learning_rate=0.1, test_time_flip=test_time_flip,
    )  # fmt: skip
    module = network.build(recipe, num_classes, mean=0.3, std=0.4)
    for layer in module.modules():
        if isinstance(layer, torch.nn.BatchNorm1d | torch.nn.BatchNorm2d):
            for values in (layer.weight, layer.running_var):
                torch.nn.init.uniform_(values, 0.5, 2)
            for values in (layer.bias, layer.running_mean):
                torch.nn.init.uniform_(values, -0.5, 0.5)
    return module.eval().requires_grad_(False)


def garments(num, height=28, width=28):
    return np.random.default_rng(0).integers(0, 256, (num, height, width), dtype=np.uint8)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("num_classes", "shape"), [(10, (28, 28)), (7, (40, 32)), (2, (17, 23))])
def test_an_export_answers_as_torch_does(name, num_classes, shape):
    module, images = trained_looking(name, num_classes), garments(5, *shape)
    answers = exported.from_bytes(export.to_bytes(module, shape), num_classes, shape).logits_and_features(images)
    for found, expected in zip(answers, inference.logits_and_features(module, torch.from_numpy(images)), strict=True):
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected.numpy(), rtol=1e-4, atol=1e-4)


def test_an_export_without_the_test_time_flip_looks_once():
    images = garments(4)
    answers = {}
    for flip in (False, True):
        module = trained_looking("stacked", test_time_flip=flip)
        answers[flip] = exported.from_bytes(export.to_bytes(module, (28, 28)), 10, (28, 28)).logits_and_features(images)
        expected = inference.logits_and_features(module, torch.from_numpy(images))
        np.testing.assert_allclose(answers[flip][0], expected[0].numpy(), rtol=1e-4, atol=1e-4)
    assert not np.allclose(answers[False][0], answers[True][0], atol=1e-3)


def test_equal_networks_give_equal_files_and_stay_as_they_are():
    module = trained_looking("residual")
    before = {name: value.clone() for name, value in module.state_dict().items()}
    assert export.to_bytes(module, (28, 28)) == export.to_bytes(module, (28, 28))
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())


def test_answers_do_not_depend_on_the_batches(monkeypatch):
    found = exported.from_bytes(export.to_bytes(trained_looking("unshuffled"), (28, 28)), 10, (28, 28))
    whole = found.logits_and_features(garments(20))
    monkeypatch.setattr(exported, "_BATCH_SIZE", 7)
    for again, expected in zip(found.logits_and_features(garments(20)), whole, strict=True):
        np.testing.assert_allclose(again, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("content", "num_classes", "shape", "words"),
    [
        (b"", 10, (28, 28), "cannot be used"),
        (b"no network", 10, (28, 28), "cannot be used"),
        (None, 9, (28, 28), "tells 10 classes apart instead of 9"),
        (None, 10, (28, 30), "cannot be used"),
    ],
)
def test_files_that_are_no_such_network_are_refused(tmp_path, content, num_classes, shape, words):
    path = tmp_path / "network.onnx"
    path.write_bytes(export.to_bytes(trained_looking("one-conv"), (28, 28)) if content is None else content)
    with pytest.raises(errors.ArtefactCorrupt, match=rf"'network\.onnx' is not what was stored.*{words}"):
        exported.load(path, num_classes, shape)
    with pytest.raises(errors.ArtefactCorrupt, match="No such file"):
        exported.load(tmp_path / "gone.onnx", 10, (28, 28))


def test_an_export_with_values_that_are_no_numbers_is_refused():
    module = trained_looking("one-conv")
    module.body.head.bias[3] = float("nan")
    with pytest.raises(ValueError, match="not a number"):
        exported.from_bytes(export.to_bytes(module, (28, 28)), 10, (28, 28))


def test_another_answer_is_a_finding():
    probabilities = np.full((6, 2), 0.5, np.float32)
    features = np.linspace(0, 8, 18, dtype=np.float32).reshape(6, 3)
    stored = (probabilities, features.astype(np.float16))
    assert exported.finding((probabilities, features), stored) == ""
    assert exported.finding((probabilities[:0], features[:0]), (stored[0][:0], stored[1][:0])) == ""
    near, far = (probabilities + np.array([by, -by], np.float32) for by in (0.0009, 0.0011))
    assert exported.finding((near, features), stored) == ""
    assert "a probability differs by 0.0011" in exported.finding((far, features), stored)
    assert "a feature differs by 0.0126 of the largest" in exported.finding((probabilities, features + 0.1), stored)
    assert "not numbers" in exported.finding((probabilities * np.nan, features), stored)
