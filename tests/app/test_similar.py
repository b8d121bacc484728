"""One garment and those like it, on its own page and beside an opened garment."""

from urllib.parse import urlencode

import pytest

from core import errors
from core.quality import lookalikes
from core.store.live import promotions
from core.store.runs import file_reader, garments
from dashboard.data import categories, predictions, run_views
from dashboard.gallery import filters
from dashboard.look import compare_wording
from tests.app.test_pages import opened, texts
from tests.support import worlds


def fail(*arguments):
    raise errors.ArtefactCorrupt("a file is missing.")


def test_the_share_with_the_same_mistake_is_counted_from_the_stored_neighbours(published_store):
    run = promotions.live_run(published_store)
    row = filters.listed(run, filters.Listing()).iloc[3]
    true, predicted = int(row["true_class"]), int(row["predicted_class"])
    nearest = file_reader.load_similar(published_store, run, "test")[int(row["garment"])]
    table = file_reader.load_predictions(published_store, run).iloc[nearest]
    expected = compare_wording.share_of_similar(
        lookalikes.counted(table, true, predicted), run.class_names[true], run.class_names[predicted]
    )
    at = opened("mistakes/similar", garment=str(int(row["garment"])))
    assert "The 24 most similar garments" in texts(at)
    assert expected in texts(at)


def test_a_correct_garment_says_how_many_are_tagged_correctly(published_store):
    run = promotions.live_run(published_store)
    garment = int(categories.typical(run_views.of(run), 0)["garment"].iloc[0])
    correct = (lambda table: int((table["true_class"] == table["predicted_class"]).sum()))(
        predictions.similar(run, garment)
    )
    assert f"{correct} of 24 are tagged correctly." in texts(opened("mistakes/similar", garment=str(garment)))


def test_without_a_garment_it_begins_with_the_surest_mistake(published_store):
    run = promotions.live_run(published_store)
    surest = int(filters.listed(run, filters.Listing())["garment"].iloc[0])
    at = opened("mistakes/similar")
    assert at.number_input[0].value == surest
    assert f"Garment {surest}" in texts(at)


def test_the_number_field_is_the_keyboards_way(published_store):
    at = opened("mistakes/similar")
    at.number_input[0].set_value(11).run()
    assert at.query_params["garment"] == "11"
    assert "Garment 11" in texts(at)


@pytest.mark.parametrize("value", ["300", "-1", "<b>", "", "1e9", "٣"])
def test_a_garment_that_is_not_there_falls_back_with_a_sentence(published_store, value):
    at = opened("mistakes/similar", garment=value)
    assert not at.exception
    assert not at.error
    assert "The address asks for the garment" in texts(at)


def test_a_missing_file_of_neighbours_is_one_sentence(published_store, monkeypatch):
    monkeypatch.setattr(file_reader, "load_similar", fail)
    at = opened("mistakes/similar", garment="7")
    assert not at.exception
    assert not at.error
    assert "The similar garments cannot be read; everything else still works." in texts(at)
    assert "Garment 7" in texts(at)


def test_an_opened_garment_shows_what_the_model_learned_from(published_store):
    run = promotions.live_run(published_store)
    row = predictions.predictions(run).iloc[7]
    train = file_reader.load_split(published_store, run, "train")
    nearest = file_reader.load_similar(published_store, run, "train")[7]
    labels = [run.class_names[label] for label in train.labels[nearest]]
    sentence = compare_wording.learned_from(
        labels, run.class_names[int(row["true_class"])], run.class_names[int(row["predicted_class"])]
    )
    at = opened("mistakes", garment="7")
    assert sentence in texts(at)


@pytest.mark.parametrize(
    ("module", "reader"), [(file_reader, "load_similar"), (file_reader, "load_probabilities"), (garments, "load")]
)
def test_a_missing_file_of_an_opened_garment_is_one_sentence(published_store, monkeypatch, module, reader):
    monkeypatch.setattr(module, reader, fail)
    at = opened("mistakes", garment="7")
    assert not at.exception
    assert not at.error
    assert "cannot be read" in texts(at)
    assert "Garment 7" in texts(at)


def test_the_links_of_an_opened_garment_carry_it_along(published_store):
    run = promotions.live_run(published_store)
    row = filters.listed(run, filters.Listing()).iloc[0]
    real, tagged = run.class_names[int(row["true_class"])], run.class_names[int(row["predicted_class"])]
    at = opened("mistakes")
    links = {link.label.replace("\\", ""): link.proto.query_string for link in at.get("page_link")}
    assert links["More like this"] == f"part=similar&garment={int(row['garment'])}"
    assert links["Compare"] == "part=compare&" + urlencode({"first": real, "second": tagged})


def test_the_way_back_leads_to_the_same_part_of_the_list(published_store):
    at = opened("mistakes", sure="0-99", page="2", order="hardest")
    assert "Showing 25 to 48" in texts(at)
    at.query_params["part"] = "similar"
    at.run()
    back = next(link for link in at.get("page_link") if link.label == "Back to the list")
    assert "page=2" in back.proto.query_string
    assert "order=hardest" in back.proto.query_string


def test_a_tiny_catalogue_shows_what_there_is(store):
    worlds.publish(store, worlds.catalogue(num_test=4), skill=0.2)
    at = opened("mistakes/similar")
    assert not at.exception
    assert not at.error
