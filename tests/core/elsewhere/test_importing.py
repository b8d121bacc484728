"""Tags from elsewhere as a version: numbers, calibration, pictures in place, decisions, and the way back out."""

import io
import os
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
import sklearn.isotonic
import sklearn.metrics
from PIL import Image

from core import doctor, errors
from core.elsewhere import calibrating, giving_back, importing, looking, pictures, reading, requests, same_garments
from core.photos import colour
from core.report import pack
from core.store.live import comparisons, gate, promotions
from core.store.runs import described, file_reader, garments, offered_line
from core.store.verdicts import verdict_lines, verdicts
from core.tagging import tagger
from tests.support import elsewhere, worlds


@pytest.fixture
def version(store, tmp_path):
    return elsewhere.imported(store, tmp_path, is_described=False).run


def test_the_score_is_that_of_scikit_learn_to_the_last_digit(store, version):
    table = elsewhere.table()
    precision, recall, _, _ = sklearn.metrics.precision_recall_fscore_support(
        table["label"], table["prediction"], labels=elsewhere.NAMES, zero_division=0
    )
    figures = file_reader.load_figures(store, version)
    assert (
        version.accuracy == figures["accuracy"] == sklearn.metrics.accuracy_score(table["label"], table["prediction"])
    )
    assert figures["precision"] == precision.tolist()
    assert figures["recall"] == recall.tolist()
    assert promotions.live_run(store).id == version.id
    assert not list(doctor.breaches(store))


def test_probabilities_are_calibrated_on_garments_that_the_line_is_not_checked_on(store, version):
    held_out = file_reader.held_out(store, version)
    assert (len(held_out), version.num_validation, version.elsewhere.calibration) == (36, 36, "temperature")
    assert version.temperature == pytest.approx(1.0, abs=0.6)  # what was drawn is calibrated, as far as 36 can tell
    answers = file_reader.load_validation(store, version)
    assert np.array_equal(answers.labels, file_reader.load_labels(store, version, "test")[held_out])
    assert offered_line.why_none(store, version) == ""
    offered_line.offered(store, version)


def test_a_confidence_alone_means_how_often_such_tags_are_right(store, tmp_path):
    table = elsewhere.table(600, skill=1.0)[["image", "label", "prediction", "confidence"]]
    overdone = table.assign(
        confidence=0.9 + table["confidence"] / 10
    )  # says 93 to 100 for what is right far less often
    run = elsewhere.imported(store, tmp_path, found=overdone, is_described=False).run
    said = file_reader.load_predictions(store, run)
    is_right = said["true_class"] == said["predicted_class"]
    assert run.elsewhere.calibration == "isotonic"
    held_out = file_reader.held_out(store, run)
    assert said["confidence"][held_out].mean() == pytest.approx(is_right[held_out].mean(), abs=0.01)
    oracle = sklearn.isotonic.IsotonicRegression(out_of_bounds="clip")
    oracle.fit(overdone["confidence"].to_numpy()[held_out], is_right.to_numpy()[held_out])
    expected = np.clip(oracle.predict(overdone["confidence"]), 1 / 3, 1 - 1 / 182)
    assert said["confidence"].to_numpy() == pytest.approx(expected, abs=2e-3)


def test_what_never_falls_is_what_scikit_learn_finds():
    rng = np.random.default_rng(4)
    values, weights = np.arange(80) / 80 + rng.normal(size=80), rng.integers(1, 5, 80).astype(float)
    found = calibrating._never_falling(values, weights)
    assert found == pytest.approx(sklearn.isotonic.isotonic_regression(values, sample_weight=weights), abs=1e-12)


def test_tags_alone_have_no_line(store, tmp_path):
    run = elsewhere.imported(
        store, tmp_path, found=elsewhere.table()[["image", "label", "prediction"]], is_described=False
    ).run
    assert run.elsewhere.gives == "tags"
    assert "not calibrated" in offered_line.why_none(store, run)


def test_the_same_tags_again_are_the_same_version_and_others_are_not(store, tmp_path, version):
    again = elsewhere.imported(store, tmp_path, is_described=False)
    assert (again.is_new, again.run.id) == (False, version.id)
    other = elsewhere.imported(store, tmp_path, found=elsewhere.table(seed=6), is_described=False)
    assert (other.is_new, other.run.version) == (True, 2)


def test_nothing_is_half_added_where_no_row_has_a_label(store, tmp_path):
    table = elsewhere.table().drop(columns="label")
    with pytest.raises(errors.ElsewhereRefused, match="No row has a label"):
        elsewhere.imported(store, tmp_path, found=table)
    assert not (store.home / "artefacts").exists()


def test_rows_without_a_label_are_kept_but_not_judged(store, tmp_path):
    table = elsewhere.table()
    table.loc[:19, "label"] = ""
    run = elsewhere.imported(store, tmp_path, found=table, is_described=False).run
    assert (run.num_test, run.elsewhere.num_unlabelled) == (100, 20)
    assert len(giving_back.table(store, run)) == 120


def test_the_monday_pack_says_whose_tags_they_are(store, version):
    made = pack.make(store, version, who="Ada", now=datetime(2026, 11, 30, tzinfo=UTC))
    assert "tags by cloud, brought in" in made.html
    assert "trained" not in made.html


# ---- pictures -------------------------------------------------------------------------------------------------------


def test_pictures_stay_where_they_are_and_are_shown_before_anybody_looked_at_all(store, tmp_path, version):
    found = garments.load(store, version, "test").take([0, 1, 2])
    colours = found.images[:, 48, 48].astype(int)
    assert [int(colour.argmax()) for colour in colours[:2]] == [0, 2]  # red and blue, as the files are
    with pytest.raises(errors.StillDescribing, match="still being looked at"):
        file_reader.load_features(store, version)
    os.utime(tmp_path / "pictures" / "0001.png", ns=(1, 1))
    assert (garments.load(store, version, "test").take([1]).images == 224).all()  # another file: never passed for it


def test_looking_goes_on_where_it_was_and_ends_with_what_pages_need(store, version, monkeypatch):
    monkeypatch.setattr(looking, "_CHUNK", 50)
    seen = []

    def stop_at_the_second(name):
        seen.append(name)
        if len(seen) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(looking.failpoints, "reach", stop_at_the_second)
    quiet = elsewhere.without_network(store)
    with pytest.raises(KeyboardInterrupt):
        looking.describe(quiet, version)
    assert described.state(store, version).num == 100
    looking.describe(quiet, version)
    assert len(seen) == 3
    assert file_reader.load_features(store, version).shape[0] == version.num_test
    similar = file_reader.load_similar(store, version, "test")
    labels = file_reader.load_labels(store, version, "test")
    assert (labels[similar[:, :5]] == labels[:, None]).mean() > 0.95  # each category has a ground of its own


def test_networks_look_at_the_files_and_where_one_is_gone_at_its_small_picture(store, tmp_path, monkeypatch):
    rng = np.random.default_rng(8)
    folder = elsewhere.pictures(tmp_path / "pictures", 3)
    for number in range(3):
        fine = np.kron(rng.integers(0, 255, (150, 150, 3), dtype=np.uint8), np.ones((2, 2, 1), dtype=np.uint8))
        Image.fromarray(fine).save(folder / f"{number:04d}.png")
    run = elsewhere.imported(store, tmp_path, found=elsewhere.table(3), is_described=False).run
    quiet = elsewhere.without_network(store)
    looking.describe(quiet, run)
    (folder / "0002.png").unlink()
    shown = []
    monkeypatch.setattr(
        looking.feature_files, "stored",
        lambda home, names, photos, read, **how: shown.extend(read(photos)) or np.zeros((3, 4), dtype=np.float16),
    )  # fmt: skip
    images = file_reader.load_split(store, run, "test").images
    looking._by_network(store, run, images, described.State())
    side = shown[0].shape[0]
    small = [colour.fitted(Image.fromarray(image), (side, side)).astype(int) for image in images]
    whole = Image.open(folder / "0001.png").resize((side, side), Image.Resampling.BICUBIC)
    assert np.abs(shown[1].astype(int) - np.asarray(whole)).mean() < 8
    assert np.abs(shown[1].astype(int) - small[1]).mean() > 16
    assert (shown[2] == small[2]).all()


# ---- beside versions of ours ----------------------------------------------------------------------------------------


@pytest.fixture
def beside(store, tmp_path):
    """Version 1 of ours and version 2, tags of the very same test garments."""
    ours = worlds.publish(store, worlds.catalogue(60, 260), seed=1)
    labels = file_reader.load_labels(store, ours, "test")
    rng = np.random.default_rng(3)
    wrong = rng.random(len(labels)) < 0.1
    tags = np.where(wrong, (labels + 1) % 3, labels)
    table = pd.DataFrame(
        {"id": np.arange(len(labels)), "prediction": tags, "confidence": rng.uniform(0.4, 1, len(labels))}
    )
    theirs = elsewhere.imported(store, tmp_path, found=table, said="sample").run
    return ours, theirs


def test_tags_of_a_catalogue_that_is_here_stand_beside_ours_with_its_labels(store, beside):
    ours, theirs = beside
    assert theirs.catalogue_artefact == ours.catalogue_artefact
    assert theirs.num_test == ours.num_test
    match = comparisons.compare(store, ours, theirs)
    assert match.comparison.num_common == ours.num_test
    assert np.array_equal(file_reader.load_features(store, theirs), file_reader.load_features(store, ours))
    rails = {rail.name: rail for rail in gate.assess(store, theirs, ours).rails}
    assert rails["weights"].passed
    assert "not known" in rails["leak"].sentence


def test_live_for_quality_and_live_for_tagging_are_two_facts(store, beside):
    ours, theirs = beside
    promotions.promote(store, theirs.id, reason="The cloud is better at coats.", who="Ada", override=True)
    assert promotions.live_run(store).id == theirs.id
    assert promotions.tagging_run(store).id == ours.id
    with pytest.raises(errors.TaggingRefused, match="no network here"):
        tagger.load(store, theirs.id)
    promotions.roll_back(store, reason="The contract with it ended.", who="Ada")
    assert promotions.tagging_run(store).id == promotions.live_run(store).id == ours.id


def test_where_only_tags_from_elsewhere_were_live_nothing_tags(store, version):
    assert promotions.tagging_run(store) is None


def test_a_part_of_the_garments_is_judged_alone(store, beside, tmp_path):
    ours, _ = beside
    table = pd.DataFrame({"id": [3, 5, 8, 12], "prediction": [0, 1, 2, 0]})
    run = elsewhere.imported(store, tmp_path, name="some", found=table, said="sample").run
    assert run.num_test == 4
    ours_found = file_reader.load_split(store, ours, "test")
    found = file_reader.load_split(store, run, "test")
    assert np.array_equal(found.images, ours_found.images[[3, 5, 8, 12]])
    assert comparisons.matched(*comparisons.both_judged(store, ours, run)).comparison.num_common == 4


def test_training_garments_are_named_by_their_number_in_the_source(store, beside, tmp_path):
    ours, _ = beside
    trained, held_out = (file_reader.load_split(store, ours, split) for split in ("train", "validation"))
    numbers = file_reader.load_positions(store, ours)
    named = [0, len(trained) - 1, len(trained)]  # the last one is held out
    table = pd.DataFrame({"id": [f"train-{numbers[place]}.png" for place in named], "prediction": [0, 1, 2]})
    run = elsewhere.imported(store, tmp_path, name="some", found=table, said="sample").run
    found = file_reader.load_split(store, run, "test")
    wanted = [trained.images[0], trained.images[-1], held_out.images[0]]
    assert sorted(image.tobytes() for image in found.images) == sorted(image.tobytes() for image in wanted)
    assert sorted(found.labels) == sorted([trained.labels[0], trained.labels[-1], held_out.labels[0]])
    place = pictures.of_catalogue(store, "sample").find
    assert place("training/test-3.png") == 3
    assert place("train-999999999") is None


# ---- out again ------------------------------------------------------------------------------------------------------


def say(store, run, position, kind, category=None):
    keys = file_reader.load_keys(store, run, "test")
    table = file_reader.load_predictions(store, run)
    subject = verdict_lines.Subject(
        garment=keys[position], label=run.class_names[table["true_class"][position]], split="test", position=position,
        seen=0, predicted=run.class_names[table["predicted_class"][position]], confidence=0.5,
    )  # fmt: skip
    request = f"say-{position}-{kind}"
    verdicts.save(store, [subject], run_id=run.id, kind=kind, category=category, who="Ada", request_id=request)


def test_what_goes_out_comes_back_as_the_same_version_with_what_people_said(store, tmp_path, version):
    say(store, version, 4, "label-wrong", "Bag")
    say(store, version, 7, "cannot-tell")
    out = giving_back.table(store, version)
    assert out["verdict"].value_counts().to_dict() == {"": 118, "label-wrong": 1, "cannot-tell": 1}
    assert out["corrected_category"][4] == "Bag"
    assert out[list(elsewhere.table().columns)].astype(str).equals(elsewhere.table().astype(str))
    for ending, content in ((".csv", giving_back.as_csv(out)), (".parquet", giving_back.as_parquet(out))):
        file = tmp_path / f"back{ending}"
        file.write_bytes(content)
        again = importing.publish(store, reading.read(store, file, str(tmp_path / "pictures")), "cloud", who="Ada")
        assert (ending, again.is_new, again.run.id) == (ending, False, version.id)


def test_cells_that_a_spreadsheet_would_compute_are_made_safe(store, tmp_path):
    table = elsewhere.table().assign(note="=1+1")
    run = elsewhere.imported(store, tmp_path, found=table, is_described=False).run
    content = giving_back.as_csv(giving_back.table(store, run))
    assert b",'=1+1," in content
    assert pd.read_csv(io.BytesIO(content))["note"].unique().tolist() == ["'=1+1"]


# ---- ours on the same garments, and what a page asks for -----------------------------------------------------------


def test_ours_learns_the_photos_with_the_labels_of_the_file(store, version):
    assert not same_garments.is_ready(store, version)
    layout = same_garments.layout_of(store, version)
    assert [(row.photo, row.category) for row in layout.rows[:3]] == [
        ("0000.png", "Bag"), ("0001.png", "Coat"), ("0002.png", "Shirt")
    ]  # fmt: skip
    assert same_garments.request_of(version).catalogue == "cloud"


def test_what_a_page_asks_for_is_done_by_a_process_and_a_problem_is_told(store, tmp_path, monkeypatch):
    monkeypatch.setattr(requests.launchers, "run_detached", lambda *arguments, **how: None)
    file = tmp_path / "tags.csv"
    elsewhere.table(30).to_csv(file, index=False)
    requests.start(store, "supplier", file, str(elsewhere.pictures(tmp_path / "pictures", 30)), {}, who="Ada")
    [asked] = requests.all_asked(store)
    assert requests.is_running(store, asked)
    requests.work(store, "supplier")
    assert requests.find(store, "supplier").version == 1
    requests.start(store, "supplier", file, str(tmp_path / "nowhere"), {}, who="Ada")
    requests.work(store, "supplier")
    assert "neither a folder nor a catalogue" in requests.find(store, "supplier").problem


def test_a_name_that_is_taken_is_refused(store, tmp_path):
    with pytest.raises(errors.ElsewhereRefused, match="comes with the program"):
        elsewhere.imported(store, tmp_path, name="sample")
    with pytest.raises(errors.ElsewhereRefused, match="what trainings here are called"):
        elsewhere.imported(store, tmp_path, name="quick")
