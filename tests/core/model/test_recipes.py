import json
import subprocess
import sys

import pytest

from core import errors
from core.model import recipes


@pytest.mark.parametrize("name", sorted(recipes.RECIPES))
def test_every_recipe_has_its_key_as_its_name_and_survives_json(name):
    recipe = recipes.find(name)
    assert recipe.name == name
    again = recipes.Recipe(**json.loads(recipe.canonical_json))
    assert again == recipe
    assert again.digest == recipe.digest


def test_the_recipes_are_the_predecessors_and_ours():
    assert list(recipes.RECIPES) == ["one-conv", "two-conv", "classroom", "quick", "standard", "thorough"]


@pytest.mark.parametrize(
    ("name", "batch_size", "epochs"), [("one-conv", 10, 1), ("two-conv", 64, None), ("classroom", 10, 2)]
)
def test_the_predecessors_train_as_they_did(name, batch_size, epochs):
    recipe = recipes.find(name)
    assert (recipe.optimizer, recipe.learning_rate, recipe.schedule) == ("adam", 1e-3, "constant")
    assert (recipe.batch_size, recipe.epochs) == (batch_size, epochs or recipe.epochs)
    assert recipe.validation_share == 0
    assert not recipe.normalize
    assert not recipe.flip


@pytest.mark.parametrize("name", ["quick", "standard", "thorough"])
def test_our_recipes_hold_out_a_twelfth_for_calibration(name):
    assert recipes.find(name).validation_share == 1 / 12


def test_an_unknown_recipe_is_answered_with_the_choices():
    with pytest.raises(errors.RecipeError) as caught:
        recipes.find("quik")
    assert str(caught.value) == (
        "No recipe 'quik'. Choose one of one-conv, two-conv, classroom, quick, standard, thorough."
    )


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("optimizer", "adan", ["'optimizer'", "'adan'", "'adam', 'sgd' or 'muon'"]),
        ("architecture", "vgg", ["'architecture'", "'vgg'", "one-conv, two-conv"]),
        ("epochs", 0, ["'epochs'", "got 0", "greater than or equal to 1"]),
        ("epochs", 1.5, ["'epochs'", "1.5", "integer"]),
        ("learning_rate", float("nan"), ["'learning_rate'", "nan", "finite"]),
        ("learning_rate", -1, ["'learning_rate'", "got -1", "greater than 0"]),
        ("validation_share", 1, ["'validation_share'", "got 1", "less than 1"]),
        ("name", "../x", ["'name'", "'../x'"]),
        ("widths", (8,), ["'widths'", "(8,)", "3 entries", "'unshuffled'"]),
        ("widths", (8, 0, 8), ["'widths.1'", "got 0", "greater than 0"]),
        ("filter_learning_rate", 0.1, ["'filter_learning_rate'", "0.1", "'muon'"]),
        ("rate", 1, ["no field 'rate'", "learning_rate"]),
    ],
)
def test_a_wrong_field_is_answered_in_one_line_with_field_value_and_choices(field, value, words):
    good = {
        "name": "x",
        "architecture": "unshuffled",
        "widths": (8, 8, 8),
        "epochs": 1,
        "batch_size": 8,
        "optimizer": "sgd",
        "learning_rate": 0.1,
    }
    recipes.Recipe(**good)
    with pytest.raises(errors.RecipeError) as caught:
        recipes.Recipe(**{**good, field: value})
    message = str(caught.value)
    assert "\n" not in message
    assert [word for word in words if word not in message] == []


def test_a_missing_field_is_named():
    with pytest.raises(errors.RecipeError, match="'architecture' is missing"):
        recipes.Recipe(name="x")


def test_a_recipe_cannot_be_changed():
    with pytest.raises(Exception, match="frozen"):
        recipes.find("quick").epochs = 3


def test_another_number_of_epochs_is_another_recipe():
    quick = recipes.find("quick")
    longer = recipes.with_epochs(quick, 7)
    assert longer.epochs == 7
    assert longer.digest != quick.digest
    assert recipes.with_epochs(longer, quick.epochs) == quick
    with pytest.raises(errors.RecipeError, match="'epochs'"):
        recipes.with_epochs(quick, 0)


def modules_after(statement):
    code = f"{statement}; import sys; print(' '.join(sys.modules))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()


def test_importing_the_recipes_leaves_torch_out():
    assert "torch" not in modules_after("import core.model.recipes, core.model.code_version, core.model")


def test_the_check_for_torch_would_see_it():
    assert "torch" in modules_after("import core.model.seeds, torch")
