"""New photos tagged by a version that learned photos: in their colours, by its own line, in commands and in batches."""

import csv
import dataclasses
import hashlib

import numpy as np
import pytest

from core import errors
from core.catalogue import kept
from core.model.backbones import describer
from core.photos import sandbox
from core.store.batches import batch_tags
from core.store.batches.batches import NewPhoto
from core.store.runs import file_reader, runs
from core.store.team import names
from core.tagging import batch_work, products, tag_csv, tagger
from tests.support import batch_world, own_photos


@pytest.fixture
def new_photos(tmp_path):
    folder = tmp_path / "new"
    folder.mkdir()
    for category in own_photos.CATEGORIES:
        for number in range(100, 106):
            (folder / f"{category}-{number}.jpg").write_bytes(own_photos.photo(category, number))
    return folder


def test_new_photos_get_the_tags_of_what_they_show(own_photos_store, new_photos):
    model = tagger.load(own_photos_store)
    assert model.shape == (300, 300, 3)
    found = list(model.photos([new_photos]))
    right = [one.guesses[0][0] == one.file.rsplit("/", 1)[1].split("-")[0] for one in found]
    assert np.mean(right) > 0.8
    assert all(one.picture.shape == (300, 300, 3) for one in found)
    assert all(one.pile in tagger.PILES for one in found)


def test_a_learned_photo_is_answered_as_when_it_was_learned(own_photos_store):
    store = own_photos_store
    run, model = runs.find(store, "live"), tagger.load(own_photos_store)
    table = kept.rows(store.home, kept.find(store.home, "shop"))
    judged = table[table["split"] == "test"].reset_index(drop=True)
    with sandbox.Sandbox(num_processes=1) as decoders:
        photos = [own_photos.photo(row.category, int(row.photo[-7:-4])) for row in judged.itertuples()]
        pictures = np.stack([decoders.decode(data, model.shape).picture for data in photos])
    logits, features = model.answers(pictures)
    stored = file_reader.load_probabilities(store, run)
    assert (logits.argmax(axis=1) == stored.argmax(axis=1)).mean() > 0.95
    away = np.linalg.norm(features - file_reader.load_features(store, run).astype(np.float32), axis=1)
    assert np.median(away / np.linalg.norm(features, axis=1)) < 0.35


def test_a_batch_is_tagged_and_shows_what_the_model_saw_in_its_colours(own_photos_store, new_photos):
    store = own_photos_store
    photos = [
        NewPhoto(data=path.read_bytes(), sha256=hashlib.sha256(path.read_bytes()).hexdigest(), name=path.name, sku="",
                 title="") for path in sorted(new_photos.iterdir())
    ]  # fmt: skip
    batch = batch_world.dropped(store, runs.find(store, "live"), photos)
    batch_work.tag_batch(store, batch, tagger.load(store))
    tags = batch_tags.load(store, batch)
    assert [tag.position for tag in tags] == list(range(18))
    assert {tag.picture.shape for tag in tags} == {(batch_work.KEPT_EDGE, batch_work.KEPT_EDGE, 3)}
    assert batch_tags.as_picture(bytes(28 * 28), 28).shape == (28, 28)


def test_without_its_backbone_a_version_says_what_is_missing(own_photos_store, monkeypatch):
    def missing(home, names, **options):
        raise errors.BackboneMissing("The weights of EfficientNet-Lite0 are not installed.")

    monkeypatch.setattr(describer, "load", missing)
    with pytest.raises(errors.BackboneMissing):
        tagger.load(own_photos_store)


def strange_batch(store, num_unlike):
    """Thirty photos, all tagged surely, the first of them unlike anything learned."""
    run = runs.find(store, "live")
    batch = batch_world.dropped(store, run, batch_world.new_photos(30))
    tags = [batch_world.photo_tag(run, position, 0.999, is_unlike=position < num_unlike) for position in range(30)]
    batch_tags.append(store, batch, tags)
    batch_world.confirm(store, run, 0.9)
    return batch


@pytest.mark.parametrize(("num_unlike", "num_ready"), [(0, 30), (2, 28), (8, 0)])
def test_of_a_delivery_of_another_kind_nothing_is_ready_whoever_confirmed_a_line(
    own_photos_store, num_unlike, num_ready
):
    batch = strange_batch(own_photos_store, num_unlike)
    table = products.table(own_photos_store, batch)
    assert (table["pile"] == "ready").sum() == num_ready == table["by_line"].sum()
    assert ("unlike what this version learned" in products.why_held_back(own_photos_store, batch)) == (num_ready == 0)
    assert table["held_back"].sum() == (0 if num_ready else 22)


def test_the_command_holds_back_a_delivery_of_another_kind(own_photos_store, new_photos):
    model = tagger.load(own_photos_store, confidence_line=0.0)
    assert any(one.pile == "ready" for one in model.photos([new_photos]))
    strict = dataclasses.replace(model, detector=dataclasses.replace(model.detector, cut=-1.0))
    found = list(strict.photos([new_photos]))
    assert {one.pile for one in found} == {"not ours"} and {one.tag for one in found} == {""}
    middle = float(np.median([one.strangeness for one in found]))
    half = dataclasses.replace(model, detector=dataclasses.replace(model.detector, cut=middle))
    assert {one.pile for one in half.photos([new_photos])} == {"not ours", "check"}


def test_the_list_holds_the_surest_category_whatever_the_pile_and_a_tag_only_where_one_is_given(
    own_photos_store, new_photos, tmp_path
):
    model = tagger.load(own_photos_store)
    strict = dataclasses.replace(model, detector=dataclasses.replace(model.detector, cut=-1.0))
    naming = names.current(own_photos_store, model.run.class_names)
    path = tmp_path / "tags.csv"
    with tag_csv.held(path, tmp_path / "locks"):
        assert tag_csv.tagged_before(path, 1, "0.9", naming) == set()
        tagged = list(strict.photos([new_photos]))
        tag_csv.append(path, tagged, 1, "0.9", naming)
        assert tag_csv.tagged_before(path, 1, "0.9", naming) == {one.file for one in tagged}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["category"] for row in rows] == [one.guesses[0][0] for one in tagged]
    assert {(row["tag"], row["product_type"], row["pile"]) for row in rows} == {("", "", "not ours")}
