import inspect

import pytest
import torch

from core.model import architectures, network, recipes

NAMES = sorted(architectures.ARCHITECTURES)
WIDTHS = (8, 12, 16, 24, 32)


def build(name, num_classes):
    num_widths = recipes.NUM_WIDTHS[name]
    fields = {"widths": WIDTHS[:num_widths]} if num_widths else {}
    return architectures.ARCHITECTURES[name](num_classes, **fields)


def test_recipes_know_the_same_architectures_without_importing_torch():
    assert list(recipes.NUM_WIDTHS) == list(architectures.ARCHITECTURES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("num_classes", "height", "width"), [(10, 28, 28), (3, 28, 28), (7, 40, 32), (2, 17, 23)])
def test_pictures_become_one_logit_a_class(name, num_classes, height, width):
    logits = build(name, num_classes).eval()(torch.rand(2, 1, height, width))
    assert logits.shape == (2, num_classes)
    assert torch.isfinite(logits).all()


@pytest.mark.parametrize("name", NAMES)
def test_gradients_reach_every_parameter(name):
    torch.manual_seed(0)
    module = build(name, 10)
    module(torch.rand(8, 1, 28, 28)).square().sum().backward()
    unreached = [key for key, value in module.named_parameters() if value.grad is None or not value.grad.any()]
    assert unreached == []


@pytest.mark.parametrize("name", NAMES)
def test_the_head_turns_features_into_logits(name):
    module = build(name, 10).eval()
    x = torch.rand(2, 1, 28, 28)
    features = module.features(x)
    assert features.ndim == 2
    assert len(features) == 2
    torch.testing.assert_close(module.head(features), module(x))


@pytest.mark.parametrize("name", NAMES)
def test_every_architecture_names_its_reference_and_explains_its_shapes(name):
    architecture = architectures.ARCHITECTURES[name]
    assert "Reference:" in inspect.getdoc(architecture)
    assert "# (N," in inspect.getsource(architecture.features)


def test_the_predecessors_have_their_layers():
    sizes = {name: sum(value.numel() for value in build(name, 10).parameters()) for name in ("one-conv", "two-conv")}
    one_conv = (9 + 1) * 16 + (16 * 14 * 14 + 1) * 10
    two_conv = (9 + 1) * 32 + (9 * 32 + 1) * 64 + (64 * 7 * 7 + 1) * 128 + (128 + 1) * 10
    assert sizes == {"one-conv": one_conv, "two-conv": two_conv}


def test_the_test_time_flip_makes_a_picture_and_its_mirror_image_equal():
    recipe = recipes.find("standard")
    assert recipe.test_time_flip
    module = network.build(recipe, 10).eval()
    x = torch.rand(4, 1, 28, 28)
    torch.testing.assert_close(module(x), module(x.flip(-1)))
    torch.testing.assert_close(module(x), (module.body(x) + module.body(x.flip(-1))) / 2)


def test_the_network_normalises_by_itself():
    plain = network.build(recipes.find("one-conv"), 10)
    shifted = network.build(recipes.find("one-conv"), 10, mean=0.25, std=0.5)
    shifted.body.load_state_dict(plain.body.state_dict())
    x = torch.rand(4, 1, 28, 28)
    torch.testing.assert_close(shifted(x), plain((x - 0.25) / 0.5))
