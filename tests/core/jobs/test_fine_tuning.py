"""The last blocks of a backbone learned anew on own photos: what they learn, and that a version tags with them."""

import numpy as np
import pytest
import torch

from core import doctor
from core.catalogue.own import loading
from core.jobs import TrainingRequest, training_work, worker
from core.model import backbones, photo_recipes, tails, tuned
from core.model.backbones import describer, efficientnet_lite, feature_files
from core.store.runs import file_reader
from core.store.runs.file_writer import EXPORT
from core.tagging import tagger
from tests.support import own_photos

SMALL = photo_recipes.PhotoRecipe(
    name="thorough", backbones=("lite0",), tuned=("lite0",), rounds=4, rate=1e-3, num_folds=2
)


class Planted:
    """Maps of photos whose class is how bright some channels are; mirror images are the other way round."""

    name = "lite0"

    def __init__(self, num, num_classes):
        chance = np.random.default_rng(0)
        self.labels = (np.arange(num) % num_classes).astype(np.int64)
        values = chance.normal(size=(num, *backbones.BACKBONES["lite0"].map_shape)).astype(np.float32)
        for label in range(num_classes):
            values[self.labels == label, label * 20 : label * 20 + 20] += 3
        self.values = torch.from_numpy(values)

    def take(self, places):
        return self.values[places], self.values[places].flip(3)


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return efficientnet_lite.EfficientNetLite(0).eval().requires_grad_(False)


def test_a_tail_learns_what_the_maps_say_and_the_same_seed_gives_the_same_one(network):
    maps = Planted(64, 2)
    shares = []
    learn = {"num_classes": 2, "recipe": SMALL, "seed": 3}
    tail = tails.fitted(network, maps, np.arange(48), maps.labels[:48], **learn, on_share=shares.append)
    found = tails.probabilities(tail, maps, np.arange(48, 64))
    assert found.shape == (16, 2)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)
    assert (found.argmax(axis=1) == maps.labels[48:]).mean() > 0.9
    assert shares == pytest.approx([0.25, 0.5, 0.75, 1.0])
    again = tails.fitted(network, maps, np.arange(48), maps.labels[:48], **learn)
    for name, tensor in tail.state_dict().items():
        assert torch.equal(tensor, again.state_dict()[name]), name
    assert tail.head_norm.running_mean.equal(network.head_norm.running_mean), "means and spreads stay"
    assert not tail.head.weight.equal(network.head.weight)
    with torch.inference_mode():
        plain, flipped = (torch.softmax(tail(each), 1) for each in maps.take(np.arange(48, 64)))
    np.testing.assert_allclose(found, ((plain + flipped) / 2).numpy(), atol=1e-6)


def test_tails_and_head_have_one_vote_each():
    tail, head = np.array([[0.5, 0.4, 0.1]]), np.log(np.array([[0.2, 0.2, 0.6]])) + 7
    logits = tuned.together(tail, 3, head)
    expected = (3 * tail + np.array([[0.2, 0.2, 0.6]])) / 4
    np.testing.assert_allclose(np.exp(logits) / np.exp(logits).sum(), expected, atol=1e-6)


@pytest.fixture(scope="module")
def version(own_photos_home, tmp_path_factory):
    """A store with a version whose last blocks were learned."""
    import shutil

    from core import settings
    from core.store import open_store

    home = shutil.copytree(own_photos_home, tmp_path_factory.mktemp("tuned") / "home")
    store = open_store(settings.Settings(home=home, training_threads=1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(photo_recipes.PHOTO_RECIPES, "thorough", SMALL)
        request = TrainingRequest(recipe="thorough", catalogue="shop")
        told = []
        job, run = worker.run_here(
            store, request, training_work, started_by="Ada", on_report=lambda *report: told.append(report)
        )
    assert job.status == "finished", job.details
    yield store, run, told
    store.engine.dispose()


def test_a_version_with_tails_is_published_with_answers_out_of_folds(version):
    store, run, told = version
    own = loading.load(store.home, "shop")
    assert run.recipe["tuned"] == ["lite0"] or run.recipe["tuned"] == ("lite0",)
    assert run.accuracy > 0.7
    answers = file_reader.load_validation(store, run)
    assert answers.probabilities.shape == (len(own.garments.train), 3)
    assert (answers.probabilities.argmax(axis=1) == answers.labels).mean() > 0.7
    assert {stage for stage, *_ in told} >= {"looking at the photos", "learning"}
    shares = [share for _, share, _ in told]
    assert shares == sorted(shares) and shares[-1] >= 0.98, "the bar never goes back"
    assert doctor.breaches(store) == []


def test_its_export_tags_as_it_was_judged(version):
    store, run, _ = version
    assert file_reader.has_export(store, run)
    own = loading.load(store.home, "shop")
    model = tagger.load(store, run.id)
    from core.jobs import photo_pipeline

    pictures = np.stack(list(photo_pipeline.reader(store.home)(own.test_photos)))
    logits, coordinates = model.answers(pictures)
    expected = np.log(file_reader.load_probabilities(store, run) ** run.temperature)
    centred = [each - each.mean(axis=1, keepdims=True) for each in (logits, expected)]
    # Maps were kept in half precision when the tails learned.
    np.testing.assert_allclose(np.exp(centred[0]), np.exp(centred[1]), rtol=0.05, atol=0.02)
    np.testing.assert_allclose(coordinates, file_reader.load_features(store, run), rtol=0.02, atol=0.05)


def test_new_photos_are_tagged_by_it_and_torch_is_not_needed(version, tmp_path):
    store, run, _ = version
    for number in range(6):
        (tmp_path / f"{number}.jpg").write_bytes(own_photos.photo("sock", 300 + number))
    found = list(tagger.load(store, run.id).photos([tmp_path]))
    assert sum(one.guesses[0][0] == "sock" for one in found) >= 4
    assert EXPORT in {path.name for path in (store.home / "artefacts").rglob("*.onnx")}


def test_maps_are_made_once_and_are_what_the_network_says(version):
    store, _, _ = version
    own = loading.load(store.home, "shop")
    asked = []

    def read(photos):
        asked.extend(photos)
        return []

    rows = feature_files.stored_maps(
        store.home, "lite0", own.test_photos, read, threads=1, on_photos=lambda num, num_all: None
    )
    assert asked == []
    from core.jobs import photo_pipeline

    (picture,) = photo_pipeline.reader(store.home)(own.test_photos[:1])
    given = torch.from_numpy(describer.sized(picture[None], 224))
    network = tails.network(store.home, "lite0")
    with torch.inference_mode():
        expected = [network.maps(view).numpy()[0] for view in (given, given.flip(2))]
    plain, flipped = tails.Maps("lite0", rows).take(np.array([0]))
    np.testing.assert_allclose(plain[0], expected[0], rtol=1e-2, atol=2e-2)
    np.testing.assert_allclose(flipped[0], expected[1], rtol=1e-2, atol=2e-2)
