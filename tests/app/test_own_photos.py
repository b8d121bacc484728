"""Every page over a version that learned photos: it opens without a fault, and shows and trains what is in use."""

import hashlib
import io

import numpy as np
import pytest
from PIL import Image

from core import jobs
from core.catalogue import kept
from core.jobs import records
from core.photos import sprite
from core.store.base import audit
from core.store.batches.batches import NewPhoto
from core.store.runs import file_reader, runs
from core.tagging import batch_work, tagger
from dashboard.data import batch_pictures, batches, photo_sources, predictions
from dashboard.gallery import listing, photo
from dashboard.session import site_map
from tests.app.test_pages import opened, texts, titled
from tests.core.tagging.test_tagging_photos import strange_batch
from tests.support import batch_world, own_photos, worlds


@pytest.mark.parametrize("name", site_map.places())
def test_every_page_opens_on_own_photos(own_photos_store, name):
    at = opened(name)
    assert not at.exception
    assert not at.error
    assert at.title[0].value == titled(name)
    assert "data: shop" in texts(at)
    assert "Learned from few garments, so every figure of them is weak: bag (" in texts(at)


def test_the_sidebar_trains_the_catalogue_in_use_by_recipes_for_photos(own_photos_store):
    kept.use(own_photos_store.home, "shop")
    at = opened()
    at.button(key="start").click().run()
    names = at.selectbox(key="recipe-quick").options
    assert names == ["quick (chosen above)", "standard", "thorough"]
    assert all("Takes about " in caption for caption in at.radio(key="preset").proto.captions)
    at.radio(key="preset").set_value("standard").run()
    at.button(key="start-confirmed").click().run()
    assert not at.exception
    job = jobs.queue(own_photos_store).running
    assert (job.request.recipe, job.request.catalogue, job.request.epochs) == ("standard", "shop", None)
    assert records.find(own_photos_store, job.id).request == job.request


def test_an_opened_garment_is_called_as_the_retailer_calls_it_and_shown_as_it_was_brought_in(own_photos_store):
    run = runs.find(own_photos_store, "live")
    at = opened("mistakes", garment="2", only="all")
    sources = file_reader.load_sources(own_photos_store, run)
    row = sources[(sources["split"] == "test") & (sources["garment"] == 2)].iloc[0]
    assert photo.called(run, 2).replace("\\", "") == f"Garment 2 · {row['photo'].rpartition('/')[2]}"
    shown = photo_sources.photos(run, 2, "test")
    assert shown == [kept.photo_path(own_photos_store.home, row["sha256"]).read_bytes()]
    assert not at.exception
    table = predictions.predictions(run)
    lines = listing.as_csv(table, run.names, None, photo_sources.listed(run, table["garment"], "test")).decode(
        "utf-8-sig"
    )
    assert lines.splitlines()[0].startswith("garment,product,photo,label,")
    assert lines.splitlines()[3].startswith(f"2,,{row['photo']},")
    kept.photo_path(own_photos_store.home, row["sha256"]).unlink()
    assert photo_sources.photos(run, 2, "test") == []  # then the small picture stands there


def test_wrong_tags_are_shown_in_their_colours(own_photos_store):
    images = file_reader.load_split(own_photos_store, runs.find(own_photos_store, "live"), "test").images[:3]
    assert sprite.sheet_address(images).startswith("data:image/webp;base64,")
    for png in (sprite.strip(images), sprite.enlarged(images[0])):
        assert png.startswith(b"\x89PNG")
    with Image.open(io.BytesIO(sprite.strip(images))) as found:
        assert (found.mode, found.size) == ("RGBA", (3 * 98 - 2, 96))
        assert found.getpixel((97, 48))[3] == 0 and found.getpixel((98 + 48, 48))[3] == 255
        assert found.getpixel((48, 48))[:3] == tuple(images[0][48, 48].tolist())


def test_a_delivery_of_another_kind_is_told_above_its_piles(own_photos_store):
    strange_batch(own_photos_store, 8)
    at = opened("tag", batch="1")
    assert not at.exception
    assert "8 of 30 of these photos are unlike what this version learned" in texts(at)
    assert "Teach it with your own photos." in texts(at)


def test_a_wrong_catalogue_in_the_settings_is_said_when_a_training_is_asked_for(own_photos_store, monkeypatch):
    monkeypatch.setenv("GARMENTS_CATALOGUE", "nonsense")
    at = opened()
    assert not at.exception and not at.error
    at.button(key="start").click().run()
    at.button(key="start-confirmed").click().run()
    assert not at.exception
    assert "GARMENTS_CATALOGUE must be one of fashion-mnist, sample, shop, got 'nonsense'." in texts(at)


@pytest.mark.parametrize("name", site_map.places())
def test_every_page_opens_beside_a_version_of_other_categories(own_photos_store, name):
    other = worlds.publish(own_photos_store)
    for version in ("1", str(other.version)):
        at = opened(name, version=version)
        assert not at.exception
        assert not at.error
        assert f"version {version}" in texts(at).lower()


def test_a_version_of_other_garments_is_no_challenger(own_photos_store):
    worlds.publish(own_photos_store)
    at = opened("versions", catalogue="shop")
    assert not at.exception and not at.error
    assert "There is no other version to compare with the live one yet." in texts(at)


def test_looking_for_wrong_labels_of_photos_trains_nothing_and_promises_no_minutes(own_photos_store):
    at = opened("labels")
    assert not at.exception
    assert "each got the answer of a model that had not learned it." in texts(at)
    assert "Five models" not in texts(at)
    assert at.button(key="search").label == "Look for wrong labels"


def test_the_page_of_garments_shows_what_is_there_and_has_trainings_use_it(own_photos_store):
    at = opened("setup/garments")
    assert "90 photos of 3 categories, brought in on" in texts(at)
    shown = str(at.get("image")[0].proto)  # one by one, so that they wrap on a phone
    assert all(f"Photo {number} of shop" in shown for number in range(1, 11)) and "Photo 11 of" not in shown
    opens = " ".join(box.label for box in at.expander).replace("\\", "").replace("\N{WORD JOINER}", "")
    assert "bag (30), dress (30), sock (30) have fewer than 50: every figure of them is weak." in opens
    table = at.dataframe[0].value
    assert table["Category"].tolist() == ["bag", "dress", "sock"]
    assert (table["To learn from"] + table["Kept back to judge"]).tolist() == [30, 30, 30]
    at.button(key="use-shop").click().run()
    assert kept.in_use(own_photos_store.home) == "shop"
    assert audit.entries(own_photos_store, action="use-catalogue", limit=1)[0].after == "shop"
    assert not [button for button in at.button if button.key == "train-on-shop"], "a version has learned them"
    at.button(key="unuse-shop").click().run()
    assert kept.in_use(own_photos_store.home) is None
    assert not at.exception and not at.error


def test_without_own_photos_the_page_of_garments_says_how_they_get_in(published_store):
    at = opened("setup/garments")
    assert "Bring in your own photos, with your own categories" in texts(at)
    assert at.code[0].value == "python -m core catalogue add FOLDER --name summer"


def test_a_catalogue_that_was_removed_meanwhile_is_said(own_photos_store):
    at = opened("setup/garments")
    kept.remove(own_photos_store.home, "shop")
    at.button(key="use-shop").click().run()
    assert not at.exception
    assert "No catalogue 'shop'." in texts(at)


def test_a_batch_of_photos_is_shown_beside_what_the_model_saw_in_colours(own_photos_store):
    data = own_photos.photo("sock", 200)
    photos = [NewPhoto(data=data, sha256=hashlib.sha256(data).hexdigest(), name="sock.jpg", sku="", title="")]
    batch = batch_world.dropped(own_photos_store, runs.find(own_photos_store, "live"), photos)
    batch_work.tag_batch(own_photos_store, batch, tagger.load(own_photos_store))
    at = opened("tag", batch="1")
    assert not at.exception and not at.error
    both = batches.pairs(batch, [0])[0]
    seen = both[:, -batch_pictures.EDGE :, :3].reshape(-1, 3).astype(int)
    assert np.ptp(seen, axis=1).max() > 30, "colours, not greys"
    square, tall = np.zeros((24, 24, 3), dtype=np.uint8), np.zeros((80, 40, 3), dtype=np.uint8)
    assert batch_pictures.in_proportion(square, tall).shape == (24, 12, 3), "as broad as the photo, not as the square"
    assert batch_pictures.in_proportion(square, tall.transpose(1, 0, 2)).shape == (12, 24, 3)
    assert batch_pictures.in_proportion(square[..., 0], tall).shape == (24, 24), "cut out, in its own proportion"
    assert batch_pictures.in_proportion(square, None) is square


def test_the_note_above_new_photos_is_about_what_the_version_learned(own_photos_store):
    assert "The model learned photos in their colours" in texts(opened("tag"))
