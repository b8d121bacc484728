"""A network that learns own photos from the first pixel on: what it learns, and that a version tags with it."""

import io
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from core.jobs import TrainingRequest, training_work, worker
from core.model import backbones, photo_recipes, scratch, tails
from core.model.backbones import describer
from core.store import Store
from core.store.runs import file_reader
from core.tagging import tagger
from tests.support import own_photos


def test_without_any_network_of_others_one_learns_from_scratch_and_tags(own_photos_store, tmp_path, monkeypatch):
    monkeypatch.setattr(scratch, "WIDTHS", (8, 8, 8, 8))
    monkeypatch.setattr(scratch, "LEAST_STEPS", 10)
    settings_of = own_photos_store.settings.model_copy(update={"backbone": "none"})
    store = Store(engine=own_photos_store.engine, home=own_photos_store.home, settings=settings_of)
    request = TrainingRequest(recipe="quick", catalogue="shop")
    job, run = worker.run_here(store, request, training_work, started_by="Ada", on_report=lambda *report: None)
    assert job.status == "finished", job.details
    assert tuple(run.recipe["backbones"]) == ("pixels",)
    answers = file_reader.load_validation(store, run)
    np.testing.assert_allclose(answers.probabilities.sum(axis=1), 1, atol=1e-5)
    (tmp_path / "new").mkdir()
    for number in range(4):
        (tmp_path / "new" / f"{number}.jpg").write_bytes(own_photos.photo("dress", 300 + number))
    found = list(tagger.load(own_photos_store, run.id).photos([tmp_path / "new"]))
    assert len(found) == 4 and all(one.guesses for one in found)
    pictures = np.random.default_rng(0).integers(0, 256, (3, 300, 300, 3), dtype=np.uint8)
    logits, _ = tagger.load(own_photos_store, run.id).answers(pictures)
    assert np.isfinite(logits).all()


def test_what_is_said_of_pixels_is_what_torch_says_of_them():
    pictures = np.random.default_rng(0).integers(0, 256, (5, 64, 64, 3), dtype=np.uint8)
    base = scratch.Beginning()
    maps = base.maps(torch.from_numpy(pictures))
    made = describer.load_maps(Path("nowhere"), backbones.PIXELS, is_flipped=False, threads=1).features(pictures)
    np.testing.assert_allclose(made.reshape(maps.shape), maps.numpy(), atol=1e-6)
    described = describer.load(Path("nowhere"), [backbones.PIXELS], threads=1).features(pictures)
    np.testing.assert_allclose(described, base(torch.from_numpy(pictures)).numpy(), atol=1e-5)
    flipped = describer.load_maps(Path("nowhere"), backbones.PIXELS, is_flipped=True, threads=1).features(pictures)
    np.testing.assert_allclose(flipped.reshape(maps.shape), maps.flip(3).numpy(), atol=1e-6)


def test_a_network_from_scratch_tells_garments_apart_that_it_has_not_seen(monkeypatch):
    monkeypatch.setattr(scratch, "WIDTHS", (8, 16, 16, 16))
    names = own_photos.CATEGORIES
    photos = [own_photos.photo(name, number) for name in names for number in range(30)]
    opened = [Image.open(io.BytesIO(photo)).convert("RGB").resize((64, 64)) for photo in photos]
    pictures = scratch.Beginning().maps(torch.from_numpy(np.stack([np.asarray(photo) for photo in opened])))
    labels = np.repeat(np.arange(len(names)), 30)
    order = np.random.default_rng(0).permutation(len(labels))

    class Pictures:
        def take(self, places):
            return pictures[places], pictures[places].flip(3)

    recipe = photo_recipes.from_scratch(photo_recipes.PHOTO_RECIPES["quick"])
    learned, left = order[:60], order[60:]
    found = tails.fitted(scratch.Beginning(), Pictures(), learned, labels[learned], len(names), recipe, seed=0)
    said = tails.probabilities(found, Pictures(), left)
    assert (said.argmax(axis=1) == labels[left]).mean() > 0.7
