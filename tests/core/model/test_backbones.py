"""Backbones: pinned weights turned into ONNX once, which say the same as torch; what is not pinned is refused."""

import dataclasses
import shutil

import numpy as np
import pytest
import torch

from core import errors
from core.model import backbones
from core.model.backbones import conversion, describer, efficientnet_lite


@pytest.fixture(scope="module")
def home(own_photos_home, tmp_path_factory):
    """A home whose backbones an earlier training made: that takes about ten seconds."""
    found = tmp_path_factory.mktemp("backbones")
    shutil.copytree(own_photos_home / "backbones", found / "backbones")
    return found


def module_of(name):
    backbone = backbones.BACKBONES[name]
    module = efficientnet_lite.EfficientNetLite(backbone.variant)
    stored = torch.load(conversion.weights_file(backbone), weights_only=True)
    module.load_state_dict(efficientnet_lite.tensors(stored))
    return module.eval()


@pytest.mark.parametrize("name", [name for name in backbones.BACKBONES if name != backbones.PIXELS])
def test_every_backbone_is_the_pinned_file_and_has_the_features_that_are_said(name):
    backbone = backbones.BACKBONES[name]
    conversion._check(backbone)
    module = efficientnet_lite.EfficientNetLite(backbone.variant)
    with torch.inference_mode():
        found = module.eval()(torch.zeros(1, 64, 64, 3, dtype=torch.uint8))
    assert found.shape == (1, backbone.num_features)


def test_onnx_says_what_torch_says_and_is_made_once(home):
    described = describer.load(home, ["lite0"], threads=1)
    (file,) = (home / "backbones").iterdir()
    made_at = file.stat().st_mtime_ns
    pictures = np.random.default_rng(0).integers(0, 256, (3, 224, 224, 3), dtype=np.uint8)
    found = described.features(pictures)
    with torch.inference_mode():
        expected = module_of("lite0")(torch.from_numpy(pictures)).numpy()
    np.testing.assert_allclose(found, expected, atol=2e-4)
    mirrored = describer.load(home, ["lite0"], mirrored=True, threads=1).features(pictures)
    other = described.features(np.ascontiguousarray(pictures[:, :, ::-1]))
    np.testing.assert_allclose(mirrored, (found + other) / 2, atol=1e-5)
    assert file.stat().st_mtime_ns == made_at
    assert [path.name for path in (home / "backbones").iterdir()] == [file.name]
    assert np.array_equal(described.features(pictures[:1]), found[:1]), "a photo's features know no others"


def test_padding_is_that_of_tensorflow():
    layer = efficientnet_lite._conv(1, 1, kernel=3, stride=2)
    torch.nn.init.ones_(layer.weight)
    with torch.inference_mode():
        found = layer(torch.ones(1, 1, 4, 4))[0, 0]
    # Of an even edge the odd line of zeros lies to the right and below.
    assert found.tolist() == [[9.0, 6.0], [6.0, 4.0]]


def test_other_weights_and_missing_ones_are_refused_before_they_are_read(tmp_path, monkeypatch):
    backbone = backbones.BACKBONES["lite0"]
    other = dataclasses.replace(backbone, sha256="0" * 64)
    monkeypatch.setitem(backbones.BACKBONES, "other", other)
    with pytest.raises(errors.BackboneMissing, match=r"have the SHA-256 5793\w+, not 0000\w+. Install "):
        conversion.converted(tmp_path, "other")
    monkeypatch.setitem(backbones.BACKBONES, "gone", dataclasses.replace(backbone, package="no_such_package"))
    with pytest.raises(errors.BackboneMissing, match=r"The weights of EfficientNet-Lite0 are not installed"):
        conversion.converted(tmp_path, "gone")
    assert not (tmp_path / "backbones").exists()
    with pytest.raises(errors.RecipeError, match=r"No backbone 'resnet'. Choose one of lite0"):
        backbones.find("resnet")


def test_a_process_that_fails_leaves_no_half_file(tmp_path, monkeypatch):
    monkeypatch.setattr(conversion, "SECONDS", 0.01)
    with pytest.raises(errors.BackboneMissing, match=r"EfficientNet-Lite0 could not be made ready \(.*timed out"):
        conversion.converted(tmp_path, "lite0")
    assert list((tmp_path / "backbones").iterdir()) == []
