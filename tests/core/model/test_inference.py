import dataclasses
import json

import numpy as np
import pytest
import safetensors.torch
import torch

from core import errors
from core.model import inference, recipes, training, weights
from tests.support.tiny_garments import tiny_split

RECIPE = recipes.Recipe(
    name="tiny",
    architecture="unshuffled",
    widths=(4, 6, 8),
    epochs=2,
    batch_size=16,
    optimizer="sgd",
    learning_rate=0.05,
    test_time_flip=True,
)
TEST = tiny_split(30, seed=3)


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Nets this small are slower on several threads, above all on a busy machine."""
    num_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(num_threads)


@pytest.fixture(scope="module")
def trained_model():
    return training.train(RECIPE, tiny_split(60, seed=1), tiny_split(20, seed=2), seed=0, device="cpu")


@pytest.fixture(scope="module")
def predictions(trained_model):
    return inference.predict(trained_model, TEST, device="cpu")


def test_the_table_has_one_row_a_garment_in_order(predictions):
    table = predictions.table
    columns = ["garment", "true_class", "predicted_class", "second_class", "confidence", "margin"]
    assert table.columns.tolist() == columns
    assert table.dtypes.astype(str).tolist() == ["int64"] * 4 + ["float64"] * 2
    assert table["garment"].tolist() == list(range(len(TEST)))
    assert table["true_class"].tolist() == TEST.labels.tolist()


def test_table_and_probabilities_say_the_same(predictions):
    table, probabilities = predictions.table, predictions.probabilities
    assert probabilities.shape == (30, 3)
    assert probabilities.dtype == np.float32
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-6)
    ordered = np.sort(probabilities.astype(float), axis=1)
    assert (table["predicted_class"] == probabilities.argmax(axis=1)).all()
    assert (table["confidence"] == ordered[:, -1]).all()
    assert (table["margin"] == ordered[:, -1] - ordered[:, -2]).all()
    assert (table["second_class"] != table["predicted_class"]).all()


def test_probabilities_and_features_cannot_be_changed(predictions):
    assert predictions.features.shape == (30, 8)
    assert predictions.features.dtype == np.float16
    assert not predictions.features.flags.writeable
    assert not predictions.probabilities.flags.writeable


def test_probabilities_are_the_calibrated_answers_of_the_module(trained_model, predictions):
    pixels = torch.tensor(TEST.images).float()[:, None] / 255
    with torch.no_grad():
        expected = torch.softmax(trained_model.module(pixels) / trained_model.temperature, dim=1)
    assert predictions.probabilities == pytest.approx(expected.numpy(), abs=1e-5)


def test_a_model_without_temperature_answers_with_the_plain_softmax(trained_model):
    plain = inference.predict(dataclasses.replace(trained_model, temperature=None), TEST)
    unit = inference.predict(dataclasses.replace(trained_model, temperature=1.0), TEST)
    assert (plain.probabilities == unit.probabilities).all()


def test_ties_go_to_the_lowest_class():
    probabilities = np.array([[0.25, 0.25, 0.25, 0.25], [0.1, 0.4, 0.1, 0.4], [0.2, 0.2, 0.6, 0.0]], np.float32)
    table = inference.predictions_table(probabilities, np.zeros(3, np.int64))
    assert table["predicted_class"].tolist() == [0, 1, 2]
    assert table["second_class"].tolist() == [1, 3, 0]
    assert table["margin"].tolist() == pytest.approx([0, 0, 0.4], abs=1e-6)


def test_certain_answers_keep_a_second_class():
    table = inference.predictions_table(np.array([[0, 1, 0]], np.float32), np.zeros(1, np.int64))
    assert table[["predicted_class", "second_class", "margin"]].to_numpy().tolist() == [[1, 0, 1]]


def test_answers_do_not_depend_on_the_batches(trained_model, predictions, monkeypatch):
    monkeypatch.setattr(inference, "_BATCH_SIZE", 7)
    again = inference.predict(trained_model, TEST, device="cpu")
    assert again.probabilities == pytest.approx(predictions.probabilities, abs=1e-5)


def test_no_garments_give_empty_answers(trained_model):
    empty = inference.predict(trained_model, tiny_split(0), device="cpu")
    assert empty.table.empty
    assert empty.probabilities.shape == (0, 3)
    assert empty.features.shape == (0, 8)


def test_other_classes_are_refused(trained_model):
    with pytest.raises(ValueError, match="The model knows the classes"):
        inference.predict(trained_model, tiny_split(3, num_classes=4))


@pytest.fixture
def stored(trained_model, tmp_path):
    path = tmp_path / "weights.safetensors"
    path.write_bytes(weights.to_bytes(trained_model.module, trained_model.recipe))
    return path


def rewrite(path, architecture="unshuffled", **changes):
    tensors = {**safetensors.torch.load_file(path), **changes}
    path.write_bytes(safetensors.torch.save(tensors, {"description": json.dumps({"architecture": architecture})}))


def test_stored_weights_answer_like_the_module(trained_model, stored):
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    loaded = weights.load(stored, RECIPE, 3, (28, 28))
    assert torch.equal(torch.rand(1), expected)
    assert not loaded.training
    x = torch.rand(5, 1, 28, 28)
    assert torch.equal(loaded(x), trained_model.module(x))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mean": torch.tensor(float("nan"))}, "'mean' holds a value that is not a finite number"),
        ({"std": torch.tensor(0.0)}, "blank picture"),
        ({"mean": torch.tensor([0.0, 1.0])}, r"'mean' is torch.float32 \(2,\) instead of torch.float32 \(\)"),
        ({"mean": torch.tensor(1)}, "'mean' is torch.int64"),
        ({"extra": torch.tensor(1)}, "lacks or adds tensors.*extra"),
        ({"architecture": "residual"}, "'residual' instead of 'unshuffled'"),
    ],
)
def test_weights_of_another_kind_are_refused(stored, changes, words):
    rewrite(stored, **changes)
    with pytest.raises(errors.ArtefactCorrupt, match=words):
        weights.load(stored, RECIPE, 3)


def test_weights_for_another_number_of_classes_are_refused(stored):
    with pytest.raises(errors.ArtefactCorrupt, match=r"body\.head"):
        weights.load(stored, RECIPE, 4)


@pytest.mark.parametrize("content", [b"", b"no weights", b"\xff" * 64])
def test_files_that_are_no_weights_are_refused(tmp_path, content):
    path = tmp_path / "weights.safetensors"
    path.write_bytes(content)
    with pytest.raises(errors.ArtefactCorrupt, match=r"'weights\.safetensors' is not what was stored: it cannot"):
        weights.load(path, RECIPE, 3)
    path.unlink()
    with pytest.raises(errors.ArtefactCorrupt, match="cannot be read"):
        weights.load(path, RECIPE, 3)
