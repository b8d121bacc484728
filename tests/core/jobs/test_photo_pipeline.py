"""A version learned from photos of one's own: what is published of it, and that the same is not learned twice."""

import dataclasses
import hashlib
import shutil

import numpy as np
import pytest
from PIL import Image

from core import doctor, errors, jobs
from core.catalogue import kept
from core.catalogue.own import adding, layouts, loading
from core.catalogue.own import records as catalogue_records
from core.jobs import TrainingRequest, photo_estimates, photo_pipeline, records, requests, training_work, worker
from core.model import photo_recipes, photo_training
from core.model.backbones import feature_files
from core.photos import colour, decoder, sandbox
from core.quality import scores
from core.store.live import gate, promotions
from core.store.runs import file_reader, runs
from core.store.verdicts import suspect_lists, verdicts
from core.store.verdicts.verdict_lines import Subject
from tests.support import own_photos, worlds


def train(store, **fields):
    request = TrainingRequest(**{"recipe": "quick", "catalogue": "shop", **fields})
    job, run = worker.run_here(store, request, training_work, started_by="Ada", on_report=lambda *report: None)
    assert job.status == "finished", job.details
    return job, run


def test_a_version_of_photos_holds_what_every_page_reads(own_photos_store):
    store = own_photos_store
    run = runs.find(store, "live")
    own = loading.load(store.home, "shop")
    assert (run.catalogue, run.catalogue_title, run.class_names) == ("shop", "shop", own_photos.CATEGORIES)
    assert (run.num_train, run.num_validation, run.num_test) == (len(own.train_photos),) * 2 + (len(own.test_photos),)
    table = file_reader.load_predictions(store, run)
    assert run.num_correct == (table["true_class"] == table["predicted_class"]).sum()
    assert run.accuracy > 0.8, "garments that are so unlike are told apart"
    assert scores.accuracy_of_counts(run.num_correct, run.num_test).low > 1 / 3
    answers = file_reader.load_validation(store, run)
    train_split = file_reader.load_split(store, run, "train")
    np.testing.assert_array_equal(answers.labels, train_split.labels)
    assert answers.probabilities.shape == (run.num_train, 3)
    np.testing.assert_allclose(answers.probabilities.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(file_reader.load_split(store, run, "validation").images, train_split.images)
    assert train_split.images.shape[1:] == (kept.TILE_SIDE, kept.TILE_SIDE, 3)
    assert len(file_reader.load_keys(store, run, "validation")) == run.num_validation
    similar = file_reader.load_similar(store, run, "train")
    nearest = train_split.labels[similar[:, 0]]
    assert (nearest == table["true_class"]).mean() > 0.7, "the most similar ones are of the same kind"
    assert doctor.breaches(store) == []


def test_a_version_keeps_which_photo_each_of_its_garments_is_of(own_photos_store):
    store = own_photos_store
    run = runs.find(store, "live")
    sources = file_reader.load_sources(store, run)
    assert len(sources) == run.num_train + run.num_test
    names = kept.rows(store.home, kept.find(store.home, "shop")).set_index("sha256")
    for side in ("train", "test"):
        shown, ours = file_reader.load_split(store, run, side), sources[sources["split"] == side]
        assert ours["garment"].tolist() == list(range(len(shown)))
        for garment in (0, len(shown) // 2, len(shown) - 1):
            row = ours.iloc[garment]
            assert row["photo"] == names.loc[row["sha256"], "photo"]
            assert row["photo"].startswith(f"{shown.class_names[shown.labels[garment]]}/")
            with Image.open(kept.photo_path(store.home, row["sha256"])) as photo:
                photo.thumbnail((kept.TILE_SIDE, kept.TILE_SIDE))
            left = (kept.TILE_SIDE - photo.width) // 2  # higher than wide: white stands beside it
            tile = shown.images[garment][:, left : left + photo.width]
            assert np.abs(np.asarray(photo).astype(int) - tile).mean() < 8, "the tile is of that photo"


def test_the_same_training_is_found_and_another_recipe_or_label_is_another_version(own_photos_store):
    store = own_photos_store
    job, run = train(store)
    assert (run.version, job.message) == (1, "This training was done before: it is version 1.")
    _, again = train(store, again=True)
    live = runs.find(store, "live")
    assert again.version == 2 and live.version == 1
    for load in (file_reader.load_probabilities, file_reader.load_features):
        np.testing.assert_array_equal(load(store, again), load(store, live))
    assert promotions.promote(store, again.id, reason="the same once more", who="Ada", override=True).run_id == again.id


def test_doubted_labels_are_those_that_answers_of_others_contradict(own_photos_store):
    store = own_photos_store
    live = runs.find(store, "live")
    job = records.insert(store, requests.of_suspects(), started_by="Ada")
    worker.work(store, job.id, training_work)
    ended = records.find(store, job.id)
    assert ended.status == "finished", ended.details
    found = suspect_lists.newest(store, live.catalogue_fingerprint)
    assert found.num_garments == live.num_train
    answers = file_reader.load_validation(store, live)
    is_doubted = answers.probabilities.argmax(axis=1) != answers.labels
    assert found.num_suspects <= is_doubted.sum()
    again = records.insert(store, requests.of_suspects(), started_by="Ada")
    worker.work(store, again.id, training_work)
    assert records.find(store, again.id).message.startswith("This search was done before.")


def test_the_catalogue_in_use_is_what_a_request_means_that_names_none(own_photos_store):
    store = own_photos_store
    plain = TrainingRequest(recipe="quick")
    assert requests.resolved(plain, store.settings) == plain
    kept.use(store.home, "shop")
    assert requests.resolved(plain, store.settings) == TrainingRequest(recipe="quick", catalogue="shop")
    sample = TrainingRequest(recipe="quick", catalogue="sample")
    assert requests.resolved(sample, store.settings) == sample
    with pytest.raises(errors.RecipeError, match=r"No recipe 'two-conv' for photos"):
        requests.resolved(TrainingRequest(recipe="two-conv"), store.settings)
    _, run = worker.run_here(store, plain, training_work, started_by="Ada", on_report=lambda *report: None)
    assert run.version == 1


def test_what_cannot_be_asked_for_is_said_before_anything_starts(own_photos_store):
    store = own_photos_store
    with pytest.raises(
        errors.CatalogueUnknown, match=r"No catalogue 'winter'. Choose one of fashion-mnist, sample, shop"
    ):
        jobs.submit(store, TrainingRequest(recipe="quick", catalogue="winter"), started_by="Ada")
    assert records.newest(store).id and records.newest(store).status == "finished"
    with pytest.raises(errors.RecipeError, match=r"has no rounds to choose"):
        TrainingRequest(recipe="quick", catalogue="shop", epochs=3)
    with pytest.raises(errors.CatalogueUnknown):
        TrainingRequest(recipe="quick", catalogue="../shop")


def test_pictures_are_read_as_they_are_prepared_for_tagging(own_photos_store):
    store = own_photos_store
    data = own_photos.photo("dress", 3)
    side = photo_pipeline.photo_recipes.picture_side()
    with sandbox.Sandbox(num_processes=1) as decoders:
        decoded = decoders.decode(data, (side, side, 3), preview_edge=colour.LONGEST_EDGE)
    (read,) = photo_pipeline.reader(store.home)([hashlib.sha256(data).hexdigest()])
    assert decoded.picture.shape == read.shape == (side, side, 3)
    assert np.abs(decoded.picture.astype(int) - read).mean() < 3, "but for the JPEG in which it is kept"
    assert decoder.answer(data, (8, 8, 3), 0)[0]["measured"]["num_items"] == 1


def test_coordinates_are_kept_and_the_same_when_a_broken_file_is_replaced(own_photos_store):
    store = own_photos_store
    _, first = train(store, again=True)
    (path,) = (store.home / "features").glob("space-*.safetensors")
    made_at, content = path.stat().st_ino, path.read_bytes()
    _, second = train(store, again=True)
    assert path.stat().st_ino == made_at, "what is kept is used"
    path.write_bytes(content[:-100])
    _, third = train(store, again=True)
    assert path.read_bytes() == content
    for run in (second, third):
        np.testing.assert_array_equal(
            file_reader.load_probabilities(store, run), file_reader.load_probabilities(store, first)
        )


def test_own_photos_are_live_beside_the_garments_of_the_program(store, own_photos_home):
    worlds.publish(store)
    shutil.copytree(own_photos_home / "catalogues", store.home / "catalogues")
    for name in ("photos", "features", "backbones"):
        shutil.copytree(own_photos_home / name, store.home / name)
    _, run = train(store)
    assert (run.version, promotions.live_run(store).version) == (2, 1)
    assert promotions.live_run(store, "shop").version == 2
    kept.use(store.home, "shop")
    assert promotions.live_run(store).version == 2
    kept.use(store.home, None)
    assert promotions.live_run(store).version == 1
    assert doctor.breaches(store) == []


def test_corrected_labels_are_learned_what_nobody_can_tell_is_not_and_both_are_said(own_photos_store, monkeypatch):
    store = own_photos_store
    run = runs.find(store, "live")
    keys, labels = file_reader.load_keys(store, run, "train"), file_reader.load_labels(store, run, "train")
    for position, kind in ((0, "label-wrong"), (5, "cannot-tell")):
        subject = Subject(
            garment=keys[position], label=run.class_names[labels[position]], split="train", position=position, seen=0
        )
        category = {"category": "sock"} if kind == "label-wrong" else {}
        verdicts.save(store, [subject], run_id=run.id, kind=kind, who="Ada", request_id=kind, **category)
    learned = []
    learn = photo_training.learn
    monkeypatch.setattr(
        photo_training, "learn", lambda *given, **more: (learned.append(given), learn(*given, **more))[1]
    )
    job, after = train(store)
    assert job.message == "Learned with 1 correction of 1 person; 1 that nobody can tell were left out."
    assert (after.num_corrections, after.num_left_out, after.num_train) == (1, 1, run.num_train - 1)
    expected = labels.copy()
    expected[0] = own_photos.CATEGORIES.index("sock")
    assert labels[0] != expected[0]
    np.testing.assert_array_equal(learned[0][2], np.delete(expected, 5))
    np.testing.assert_array_equal(file_reader.load_labels(store, after, "train"), labels)
    assert doctor.breaches(store) == []


def test_other_groups_are_another_training(own_photos_store):
    own = loading.load(own_photos_store.home, "shop")
    grouped = dataclasses.replace(own, train_groups=own.train_groups // 2)
    assert photo_pipeline._with_groups("same", own) != photo_pipeline._with_groups("same", grouped)
    assert photo_pipeline._with_groups("same", own) == photo_pipeline._with_groups("same", own)


def test_products_with_several_photos_are_learned_by_photo_and_judged_by_product(own_photos_store, tmp_path):
    store = own_photos_store
    before = runs.find(store, "live")
    table = kept.rows(store.home, kept.find(store.home, "shop"))
    photos = [f"{row.photo},{row.category},{row.category} {int(row.photo[-7:-4]) // 2}" for row in table.itertuples()]
    folder = shutil.copytree(kept.find(store.home, "shop").source, tmp_path / "photos")
    (folder / "list.csv").write_text("\n".join(["image,category,sku", *photos]))
    chosen = catalogue_records.Choices()
    adding.add(store.home, "pairs", folder, layouts.recognised(folder, chosen), chosen, max_mb=20)
    own = loading.load(store.home, "pairs")
    _, run = train(store, catalogue="pairs")
    assert (run.num_train, run.num_test) == (len(own.garments.train), len(own.garments.test))
    assert run.num_train + run.num_test == (before.num_train + before.num_test) // 2
    details = file_reader.load_photo_details(store, run)
    assert details["learned"] == np.bincount(own.garments.train.labels).tolist()
    assert (details["num_train_photos"], details["num_test_photos"]) == (2 * run.num_train, 2 * run.num_test)
    assert 0.6 < details["photo_accuracy"] <= 1
    sources = file_reader.load_sources(store, run)
    assert (sources.groupby(["split", "garment"]).size() == 2).all()
    assert (sources.groupby(["split", "garment"])["product"].nunique() == 1).all()
    answers = file_reader.load_validation(store, run)
    assert answers.probabilities.shape == (run.num_train, 3)
    np.testing.assert_array_equal(answers.labels, own.garments.train.labels)
    is_right = answers.probabilities.argmax(axis=1) == answers.labels
    assert is_right.mean() > 0.7
    verdicts_of = file_reader.load_predictions(store, run)
    assert len(verdicts_of) == run.num_test
    assert doctor.breaches(store) == []


def test_a_version_with_a_renamed_and_an_added_category_is_judged_on_what_both_know(own_photos_store, tmp_path):
    store = own_photos_store
    live = runs.find(store, "live")
    folder = shutil.copytree(kept.find(store.home, "shop").source, tmp_path / "photos")
    (folder / "belt").mkdir()
    for number in range(20):
        (folder / "belt" / f"{number}.jpg").write_bytes(own_photos.photo("sock", 1000 + number))
    chosen = catalogue_records.Choices(renamed=(("sock", "stocking"),))
    adding.add(store.home, "shop", folder, layouts.recognised(folder, chosen), chosen, max_mb=20)
    _, run = train(store)
    assert run.class_names == ("bag", "belt", "dress", "stocking")
    found = gate.assess(store, run, live)
    shared = found.match.comparison.shared
    assert (shared.names, shared.added, shared.lost) == (("bag", "dress", "stocking"), ("belt",), ())
    assert shared.renamed == ("sock is stocking",)
    assert found.match.comparison.num_common == live.num_test < run.num_test
    rails = {rail.name: rail for rail in found.rails}
    assert rails["classes"].passed and rails["classes"].sentence.startswith(
        "Judged on the garments of the 3 categories"
    )
    back = {rail.name: rail for rail in gate.assess(store, live, run).rails}
    assert not back["classes"].passed and back["classes"].may_be_overridden
    assert back["classes"].sentence.startswith("It no longer gives the tags belt.")


def test_the_time_of_a_training_counts_what_was_not_looked_at_yet(own_photos_store):
    home = own_photos_store.home
    quick, thorough = photo_recipes.PHOTO_RECIPES["quick"], photo_recipes.PHOTO_RECIPES["thorough"]
    known = photo_estimates.seconds(home, quick, "shop")
    assert 9 < known < 10
    num = kept.find(home, "shop").num_photos
    plain = feature_files.seconds_a_photo(home, "lite0", feature_files.PLAIN)
    assert 0 < plain < 1
    for path in (home / "features").glob("lite0-224-*.sha256"):
        path.write_bytes(b"")
    assert photo_estimates.seconds(home, quick, "shop") == pytest.approx(known + num * plain)
    rounds = thorough.rounds * thorough.num_folds * 0.8 * num * (0.004 + 0.005 + 0.010)
    assert photo_estimates.seconds(home, thorough, "shop") > known + rounds
    assert photo_estimates.seconds(home, quick, "gone") is None


def test_what_learning_took_here_tells_the_time_of_every_recipe_by_its_work(own_photos_store):
    quick, standard = photo_recipes.PHOTO_RECIPES["quick"], photo_recipes.PHOTO_RECIPES["standard"]
    assert photo_estimates.learning(standard, 100) == pytest.approx(2 * photo_estimates.learning(quick, 100))
    live = runs.find(own_photos_store, "live")
    usual = photo_estimates.learning(quick, live.num_train + live.num_test)
    times = [dataclasses.replace(live, train_seconds=slower * usual, recipe=quick.model_dump(mode="json"))
             for slower in (7.0, 5.0)]  # fmt: skip
    assert photo_estimates.times_slower(times, lambda run: True) == pytest.approx(5.0)
    assert photo_estimates.times_slower(times, lambda run: False) == 1.0
    home = own_photos_store.home
    once, slow = (photo_estimates.seconds(home, quick, "shop", times_slower=factor) for factor in (1.0, 5.0))
    assert slow - once == pytest.approx(4 * photo_estimates.learning(quick, kept.find(home, "shop").num_photos))
