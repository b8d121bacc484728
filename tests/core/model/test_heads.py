"""The linear head against scikit-learn's, its folds, its file, and features that are made once."""

import os
import subprocess
import sys

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from core import errors
from core.model import head_fitting, heads, photo_recipes, photo_training, recipes
from core.model.backbones import describer, feature_files
from core.settings import PROJECT_ROOT


class Table:
    """Features in memory."""

    def __init__(self, values):
        self.values = values

    def __len__(self):
        return len(self.values)

    def take(self, positions):
        return self.values[positions]


def space(values):
    return head_fitting.space(Table(values), seed=0)


@pytest.fixture(scope="module")
def world():
    """150 photos of three classes whose 400 features say it in part; one feature says nothing at all."""
    chance = np.random.default_rng(5)
    labels = np.repeat(np.arange(3), 50)
    values = chance.normal(size=(150, 400)) + 0.25 * chance.normal(size=(3, 400))[labels]
    values[:, 7] = 4.0
    return values.astype(np.float32), labels.astype(np.int64)


def test_the_head_is_the_logistic_regression_of_scikit_learn_on_standardised_features(world):
    values, labels = world
    found = head_fitting.coordinates(Table(values), seed=0)
    weights, bias = head_fitting.fitted(head_fitting.transformed(Table(values), found), labels, 3, looseness=0.003)
    logits, kept = head_fitting.head(found, weights, bias).logits_and_features(values)
    scaled = StandardScaler().fit_transform(values.astype(np.float64))
    oracle = LogisticRegression(C=0.003, tol=1e-8, max_iter=2000).fit(scaled, labels)
    expected = oracle.decision_function(scaled)
    centred = logits - logits.mean(axis=1, keepdims=True)
    assert np.abs(centred - (expected - expected.mean(axis=1, keepdims=True))).max() < 0.02
    assert kept.shape == (150, min(head_fitting.NUM_KEPT, 149))
    assert np.abs(found.axes.T @ found.axes - np.eye(found.axes.shape[1])).max() < 1e-3


def test_coordinates_keep_distances(world):
    values, _ = world
    found = head_fitting.coordinates(Table(values), seed=0)
    given = found.scaled(values)
    coordinates = head_fitting.transformed(Table(values), found)
    for i, j in ((0, 1), (3, 140), (70, 71)):
        assert np.linalg.norm(coordinates[i] - coordinates[j]) == pytest.approx(
            np.linalg.norm(given[i] - given[j]), rel=1e-3
        )


def test_groups_stay_together_and_categories_are_spread():
    chance = np.random.default_rng(0)
    groups = chance.integers(0, 60, 600)
    labels = chance.integers(0, 5, 60)[groups].astype(np.int64)
    fold_of = head_fitting.folds(labels, groups.astype(np.int64), 5, seed=1)
    assert all(len(set(fold_of[groups == group].tolist())) == 1 for group in range(60))
    shares = np.array([[np.mean(fold_of[labels == label] == fold) for fold in range(5)] for label in range(5)])
    assert shares.min() > 0.08 and shares.max() < 0.35
    np.testing.assert_array_equal(fold_of, head_fitting.folds(labels, groups.astype(np.int64), 5, seed=1))
    assert (fold_of != head_fitting.folds(labels, groups.astype(np.int64), 5, seed=2)).any()


def test_no_photo_is_judged_by_a_head_that_learned_its_group():
    """Twins whose labels are chance: who learned one knows the other, so only leakage could be right."""
    chance = np.random.default_rng(3)
    values = np.repeat(chance.normal(size=(200, 500)), 2, axis=0).astype(np.float32)
    labels = np.repeat(chance.integers(0, 2, 200), 2).astype(np.int64)
    recipe = photo_recipes.PhotoRecipe(name="test", backbones=("lite0",), looseness=1.0)
    together, alone = (
        photo_training.learn(recipe, space(values), labels, groups.astype(np.int64), 2, seed=0)
        for groups in (np.repeat(np.arange(200), 2), np.arange(400))
    )
    right = [
        (model.held_out.table["predicted_class"] == model.held_out.table["true_class"]).mean()
        for model in (together, alone)
    ]
    assert right[0] < 0.62 < 0.8 < right[1]


def test_all_photos_of_one_group_cannot_be_judged(world):
    values, labels = world
    recipe = photo_recipes.PHOTO_RECIPES["quick"]
    with pytest.raises(errors.TrainingError, match=r"All photos belong to one group"):
        photo_training.learn(recipe, space(values), labels, np.zeros(150, dtype=np.int64), 3, seed=0)


def test_a_head_comes_back_from_its_file_and_a_wrong_one_is_refused(world, tmp_path):
    values, labels = world
    recipe = photo_recipes.PHOTO_RECIPES["quick"]
    model = photo_training.learn(recipe, space(values), labels, np.arange(150), 3, seed=0)
    path = tmp_path / "weights.safetensors"
    path.write_bytes(heads.to_bytes(model.head, recipe.canonical_json))
    assert heads.to_bytes(model.head, recipe.canonical_json) == path.read_bytes()
    found = heads.load(path, 400, 3)
    for given, expected in zip(found.logits_and_features(values), model.head.logits_and_features(values), strict=True):
        np.testing.assert_array_equal(given, expected)
    with pytest.raises(errors.ArtefactCorrupt, match=r"is for \(400, 3\) features and classes, not for \(400, 4\)"):
        heads.load(path, 400, 4)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(errors.ArtefactCorrupt, match="cannot be read"):
        heads.load(path, 400, 3)
    broken = heads.Head(weights=model.head.weights * np.nan, bias=model.head.bias, coordinates=model.head.coordinates)
    path.write_bytes(heads.to_bytes(broken, recipe.canonical_json))
    with pytest.raises(errors.ArtefactCorrupt, match="no numbers"):
        heads.load(path, 400, 3)


def test_recipes_for_photos_have_the_names_of_others_and_refuse_what_is_none():
    assert set(photo_recipes.PHOTO_RECIPES) <= set(recipes.RECIPES)
    for name, recipe in photo_recipes.PHOTO_RECIPES.items():
        assert recipe.name == name
        assert photo_recipes.PhotoRecipe(**recipe.model_dump()) == recipe
    with pytest.raises(errors.RecipeError, match=r"No recipe 'two-conv' for photos. Choose one of quick, standard,"):
        photo_recipes.find("two-conv")


# ---- features that are kept --------------------------------------------------------------------------------------

PHOTOS = [f"{number:064x}" for number in range(150)]


def picture(photo):
    return np.full((8, 8, 3), int(photo, 16) % 256, dtype=np.uint8)


class Counting:
    """A backbone of four features that counts what it is asked."""

    def __init__(self):
        self.num_features, self.asked = 4, 0

    def features(self, pictures):
        self.asked += len(pictures)
        return pictures[:, 0, 0, :1].astype(np.float32) * np.arange(1, 5)


@pytest.fixture
def counting(monkeypatch, tmp_path):
    found = Counting()
    backbone = feature_files.backbones.BACKBONES["lite0"]
    monkeypatch.setattr(feature_files.backbones, "BACKBONES", {"lite0": _with_features(backbone, 4)})
    monkeypatch.setattr(describer, "load", lambda home, names, **options: found)
    monkeypatch.setattr(feature_files.conversion, "converted", lambda home, name: tmp_path / "lite0-224-abc.onnx")
    return found


def _with_features(backbone, num):
    import dataclasses

    return dataclasses.replace(backbone, num_features=num)


def stored(home, photos, told=None):
    return feature_files.stored(
        home, ["lite0"], photos, lambda some: map(picture, some), mirrored=False, threads=1,
        on_photos=lambda num, num_all: None if told is None else told.append((num, num_all)),
    )  # fmt: skip


def test_features_are_made_once_and_found_again_in_any_order(tmp_path, counting):
    told = []
    stored(tmp_path, PHOTOS[:100], told)
    assert (counting.asked, told[-1]) == (100, (100, 100))
    again = stored(tmp_path, [*PHOTOS[50:], PHOTOS[0], PHOTOS[0]])
    assert counting.asked == 150
    values = again.take(np.arange(len(again)))
    assert values[:, 1].tolist() == [2.0 * (int(photo, 16) % 256) for photo in [*PHOTOS[50:], PHOTOS[0], PHOTOS[0]]]


def test_what_a_kill_left_without_its_digest_is_written_over(tmp_path, counting):
    stored(tmp_path, PHOTOS[:70])
    (path,) = (tmp_path / "features").glob("*.f16")
    with path.open("ab") as file:
        file.write(b"half of a row, and more of it")
    values = stored(tmp_path, PHOTOS).take(np.arange(150))
    assert values[:, 0].tolist() == [float(int(photo, 16)) for photo in PHOTOS]
    assert path.stat().st_size == 150 * 4 * 2


KILLED = """
import sys
from pathlib import Path
from tests.core.model import test_heads as tests
import pytest
patch = pytest.MonkeyPatch()
found = tests.Counting()
backbone = tests.feature_files.backbones.BACKBONES["lite0"]
patch.setattr(tests.feature_files.backbones, "BACKBONES", {"lite0": tests._with_features(backbone, 4)})
patch.setattr(tests.describer, "load", lambda home, names, **options: found)
patch.setattr(tests.feature_files.conversion, "converted", lambda home, name: Path(sys.argv[1]) / "lite0-224-abc.onnx")
tests.stored(Path(sys.argv[1]), tests.PHOTOS)
"""


def test_killed_between_features_and_digests_the_next_one_goes_on(tmp_path, counting):
    environment = {**os.environ, "FAILPOINT": "features-written:2"}
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=PROJECT_ROOT, env=environment)
    assert done.returncode < 0
    values = stored(tmp_path, PHOTOS).take(np.arange(150))
    assert counting.asked == 150 - 64
    assert values[:, 3].tolist() == [4.0 * int(photo, 16) for photo in PHOTOS]


def test_a_product_is_answered_with_the_mean_of_its_photos_and_judged_once(world):
    values, labels, groups = products_of_three(world)
    recipe = photo_recipes.PhotoRecipe(name="test", backbones=("lite0",), looseness=1.0)
    products = np.arange(len(values)) // 3
    alone = photo_training.learn(recipe, space(values), labels, groups, 3, seed=0)
    together = photo_training.learn(recipe, space(values), labels, groups, 3, seed=0, products=products)
    np.testing.assert_array_equal(together.head.weights, alone.head.weights)
    mean = alone.held_out.probabilities.reshape(-1, 3, 3).mean(axis=1)
    np.testing.assert_allclose(together.held_out.probabilities, mean, atol=1e-6)
    np.testing.assert_array_equal(together.held_out.table["true_class"], labels[::3])
    assert together.held_out.features.shape[0] == len(values) // 3
    every = np.arange(len(values))
    of_photos = photo_training.predict(alone, Table(values), every, labels, every)
    of_products = photo_training.predict(alone, Table(values), every, labels[::3], products)
    np.testing.assert_allclose(
        of_products.probabilities, of_photos.probabilities.reshape(-1, 3, 3).mean(axis=1), atol=1e-6
    )


def products_of_three(world):
    """Photos three by three of one class, in one group."""
    values, labels = world
    order = np.argsort(labels, kind="stable")
    order = np.concatenate([order[labels[order] == label][: (labels == label).sum() // 3 * 3] for label in range(3)])
    return values[order], labels[order], np.arange(len(order)) // 3
