"""Networks besides those of the wheels: tried in a process with limits, kept by content, refused in one sentence."""

import hashlib

import numpy as np
import onnx
import pytest
import torch
import torchvision
from onnx import TensorProto, helper

from core import errors
from core.jobs import TrainingRequest, training_work, worker
from core.model import backbones
from core.model.backbones import describer, own, own_probe
from core.store import Store
from core.tagging import tagger
from tests.support import mirror, own_photos


def network(path, *, kind=TensorProto.FLOAT, shape=("N", 3, 32, 32), gives="mean", domain=""):
    """A file that gives the mean of each colour."""
    axes = [1, 2] if shape[3] == 3 else [2, 3]
    nodes = [helper.make_node("Cast", ["x"], ["y"], to=TensorProto.FLOAT)]
    if gives == "mean":
        nodes.append(helper.make_node("ReduceMean", ["y"], ["features"], axes=axes, keepdims=0))
    elif gives == "of all":
        nodes.append(helper.make_node("ReduceMean", ["y"], ["m"], axes=[0, *axes], keepdims=0))
        nodes.append(helper.make_node("ReduceMean", ["y"], ["own"], axes=axes, keepdims=0))
        nodes.append(helper.make_node("Sub", ["own", "m"], ["features"]))
    elif gives == "no number":
        nodes.append(helper.make_node("ReduceMean", ["y"], ["m"], axes=axes, keepdims=0))
        nodes.append(helper.make_node("Sub", ["m", "m"], ["zero"]))
        nodes.append(helper.make_node("Div", ["zero", "zero"], ["features"]))
    else:
        nodes.append(helper.make_node("Identity", ["y"], ["features"]))
    if domain:
        nodes.append(helper.make_node("Secret", ["y"], ["z"], domain=domain))
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", kind, shape)],
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, None)],
    )  # fmt: skip
    opsets = [helper.make_opsetid("", 13), *([helper.make_opsetid(domain, 1)] if domain else [])]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), path)
    return path


@pytest.fixture(autouse=True)
def _forgets():
    before = dict(backbones.BACKBONES)
    yield
    backbones.BACKBONES.clear()
    backbones.BACKBONES.update(before)


@pytest.mark.parametrize(
    ("kind", "shape", "expected"),
    [
        (TensorProto.UINT8, ("N", 32, 32, 3), (32, True, True)),
        (TensorProto.UINT8, ("N", 3, 48, 48), (48, False, True)),
        (TensorProto.FLOAT, ("N", 3, "H", "W"), (224, False, False)),
        (TensorProto.FLOAT, ("N", 64, 64, 3), (64, True, False)),
    ],
)
def test_a_network_of_ones_own_describes_photos_as_it_takes_them(tmp_path, kind, shape, expected):
    file = network(tmp_path / "ours.onnx", kind=kind, shape=shape)
    name = own.chosen(tmp_path / "home", str(file))
    found = backbones.find(name)
    assert (found.side, found.channels_last, found.as_bytes, found.num_features) == (*expected, 3)
    pictures = np.zeros((3, 100, 100, 3), dtype=np.uint8)
    pictures[1], pictures[2, ..., 0] = 255, 255
    described = describer.load(tmp_path / "home", [name], threads=1).features(pictures)
    scaled = pictures.mean(axis=(1, 2)) if found.as_bytes else (
        (pictures.mean(axis=(1, 2)) / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    )  # fmt: skip
    np.testing.assert_allclose(described, scaled, atol=1e-3)
    file.unlink()
    backbones.BACKBONES.pop(name)
    again = describer.load(tmp_path / "home", [name], threads=1).features(pictures)
    np.testing.assert_array_equal(again, described)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"gives": "maps"}, r"its first output has the shape \(2, 3, 32, 32\)"),
        ({"gives": "of all"}, "depends on the pictures beside it"),
        ({"gives": "no number"}, "gives values that are no numbers"),
        ({"domain": "com.stranger"}, r"has operators of its own \(com.stranger\)"),
        ({"shape": ("N", 1, 32, 32)}, "pictures"),
        ({"shape": ("N", 3, 32, 64)}, "pictures of 32 x 64; squares of up to 448"),
        ({"shape": ("N", 3, 900, 900)}, "squares of up to 448"),
        ({"kind": TensorProto.INT64}, r"its input is tensor\(int64\)"),
    ],
)
def test_what_is_no_network_for_photos_is_refused_in_one_sentence(tmp_path, options, why):
    file = network(tmp_path / "ours.onnx", **options)
    with pytest.raises(errors.BackboneMissing, match=rf"is no network that can be used: .*{why}"):
        own.chosen(tmp_path / "home", str(file))
    assert not list((tmp_path / "home" / "backbones").iterdir())


def test_a_network_with_data_in_another_file_and_a_file_that_is_none_are_refused(tmp_path):
    file = network(tmp_path / "ours.onnx")
    model = onnx.load(file)
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.zeros(2000, dtype=np.float32), "big"))
    onnx.save(model, file, save_as_external_data=True, location="beside.bin", size_threshold=0)
    with pytest.raises(errors.BackboneMissing, match="a part of it lies in another file"):
        own.chosen(tmp_path / "home", str(file))
    file.write_bytes(b"no network at all")
    with pytest.raises(errors.BackboneMissing, match="it cannot be read"):
        own.chosen(tmp_path / "home", str(file))
    with pytest.raises(errors.BackboneMissing, match=r"gone.onnx cannot be read \(No such file"):
        own.chosen(tmp_path / "home", str(tmp_path / "gone.onnx"))


def test_one_that_is_gone_or_changed_is_missed_by_name(tmp_path):
    name = own.chosen(tmp_path, str(network(tmp_path / "ours.onnx")))
    own.file_of(tmp_path, name).write_bytes(b"another")
    with pytest.raises(errors.BackboneMissing, match="is missing or was changed"):
        describer.load(tmp_path, [name])
    backbones.BACKBONES.pop(name)
    (tmp_path / "backbones" / f"{name}.json").unlink()
    with pytest.raises(errors.BackboneMissing, match=rf"The network {name} that this version learned with is not in"):
        describer.load(tmp_path, [name])


def test_a_model_of_torchvision_is_fetched_from_a_mirror_once_and_says_what_torch_says(tmp_path, monkeypatch):
    torch.manual_seed(0)
    module = torchvision.models.get_model("mobilenet_v3_small", weights=None).eval()
    torch.save(module.state_dict(), tmp_path / "weights.pth")
    digest = hashlib.sha256((tmp_path / "weights.pth").read_bytes()).hexdigest()
    served = tmp_path / "served"
    served.mkdir()
    published = f"mobilenet_v3_small-{digest[:8]}.pth"
    (tmp_path / "weights.pth").rename(served / published)
    address = torchvision.models.get_model_weights("mobilenet_v3_small").DEFAULT.url
    assert own_probe.address_of("mobilenet_v3_small") == {"address": address}
    run = own._run
    monkeypatch.setattr(
        own,
        "_run",
        lambda kind, *rest: {"address": f"https://x/{published}"} if kind == "address" else run(kind, *rest),
    )
    with mirror.serving(served) as (base, asked):
        name = own.chosen(tmp_path / "home", "mobilenet_v3_small", mirror=base)
        assert own.chosen(tmp_path / "home", "mobilenet_v3_small", mirror=base) == name
    assert asked == [f"/{published}"]
    pictures = np.random.default_rng(0).integers(0, 256, (2, 224, 224, 3), dtype=np.uint8)
    found = describer.load(tmp_path / "home", [name], threads=1).features(pictures)
    module.classifier[3] = torch.nn.Identity()
    mean, spread = (torch.tensor(each).view(1, 3, 1, 1) for each in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    with torch.inference_mode():
        expected = module((torch.from_numpy(pictures).permute(0, 3, 1, 2) / 255 - mean) / spread)
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-3)


def test_weights_that_are_not_the_published_ones_and_models_that_are_none_are_refused(tmp_path):
    (tmp_path / "resnet18-f37072fd.pth").write_bytes(b"other weights")
    with (
        mirror.serving(tmp_path) as (base, _),
        pytest.raises(errors.BackboneMissing, match=r"gave a file with the SHA-256 \w+, not f37072fd"),
    ):
        own.chosen(tmp_path / "home", "resnet18", mirror=base)
    with pytest.raises(errors.BackboneMissing, match="torchvision has no such model"):
        own.chosen(tmp_path / "home", "resnet1000")
    with mirror.serving(tmp_path) as (base, _), pytest.raises(errors.BackboneMissing, match="404"):
        own.chosen(tmp_path / "home", "resnet34", mirror=base)
    assert not list((tmp_path / "home" / "backbones").iterdir())


def test_a_version_learns_with_it_and_tags_with_it_when_the_setting_says_no_longer(own_photos_store, tmp_path):
    file = network(tmp_path / "ours.onnx")
    settings = own_photos_store.settings.model_copy(update={"backbone": str(file)})
    store = Store(engine=own_photos_store.engine, home=own_photos_store.home, settings=settings)
    request = TrainingRequest(recipe="quick", catalogue="shop")
    job, run = worker.run_here(store, request, training_work, started_by="Ada", on_report=lambda *report: None)
    assert job.status == "finished", job.details
    (name,) = run.recipe["backbones"]
    assert run.version == 2 and name.startswith("own-")
    file.unlink()
    backbones.BACKBONES.pop(name)
    (tmp_path / "photo.jpg").write_bytes(own_photos.photo("sock", 100))
    [tagged] = tagger.load(own_photos_store, "2").photos([tmp_path / "photo.jpg"])
    assert tagged.guesses[0][0] in run.class_names
