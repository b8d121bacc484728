"""Columns, limits and copies: what could change in `core.tagging` and no other test would notice."""

import io
import zipfile

import numpy as np
import pandas as pd
import pytest

from core import errors, settings
from core.catalogue import split
from core.store.batches import batch_tags
from core.store.runs import offered_line
from core.tagging import batch_work, drop, piles, products, standing_line
from tests.support import batch_world, product_photos, worlds

COLUMNS = [
    "position", "product", "sku", "title", "category", "decision", "pile", "tag", "confidence", "guess", "guesses",
    "findings", "needs_look", "strangeness", "held_back", "by_line", "leaves", "decided_by", "decided_at",
    "tagged_at", "version", "batch",
]  # fmt: skip


@pytest.fixture
def run(store):
    worlds.publish(store, seed=3)
    return worlds.publish(store)


def photo(shade):
    return product_photos.photo(np.full((28, 28), shade, dtype=np.uint8), side=60)


def zipped(*names):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for number, name in enumerate(names):
            file.writestr(name, photo(90 + number))
    return packed.getvalue()


def limits(**changes):
    return settings.load().model_copy(update=changes)


@pytest.mark.parametrize(("num_held_out", "told"), [(0, "no garment"), (1, "only one garment"), (2, "")])
def test_a_version_that_held_out_hardly_a_garment_has_products_but_no_line(store, num_held_out, told):
    garments = worlds.garments(60, seed=1), worlds.garments(30, seed=2)
    run = worlds.publish(store, split.cut("sample", *garments, validation_share=num_held_out / 60, validation_seed=0))
    batch = batch_world.tagged(store, run, [0.95, 0.6])
    assert products.table(store, batch)["pile"].tolist() == [piles.READY, piles.CHECK]
    assert products.all_tables(store)["position"].tolist() == [0, 1]
    why, standing = offered_line.why_none(store, run), standing_line.standing(store, run)
    assert (standing.detector is None, standing.usual is None) == (bool(told), bool(told))
    assert why == (f"Version 1 held out {told}, and a line is chosen on 2 or more." if told else "")
    assert standing.notice.startswith(why) and (not told or np.isnan(standing.line))


def test_the_table_of_products_has_its_columns_whatever_became_of_a_file(store, run):
    batch_world.dropped(store, run, batch_world.new_photos(1))
    photos = [*batch_world.new_photos(3), *batch_world.new_photos(1, name="no.txt", refused="It is no photo.")]
    batch = batch_world.dropped(store, run, photos)
    unreadable = batch_world.photo_tag(run, 1, 0.9, guesses=(), findings=("It is cut short.",), picture=None)
    batch_tags.append(store, batch, [batch_world.photo_tag(run, 0, 0.95, findings=("Dark.",)), unreadable])
    table = products.table(store, batch)
    assert sorted(table) == sorted(COLUMNS)
    assert table["version"].tolist() == [run.version] * 4 == [2] * 4
    assert table["batch"].tolist() == [batch.number] * 4 == [2] * 4
    assert table["position"].tolist() == [0, 1, 2, 3]
    assert table["pile"].tolist() == [piles.READY, piles.UNREADABLE, "", piles.UNREADABLE]
    assert table["findings"].tolist() == [("Dark.",), ("It is cut short.",), (), ("It is no photo.",)]
    assert table["guesses"].map(len).tolist() == [2, 0, 0, 0]
    assert table["confidence"].notna().tolist() == [True, False, False, False]
    assert table["decided_at"].isna().all() and isinstance(table["decided_at"].dtype, pd.DatetimeTZDtype)
    assert not table["by_line"].any() and not table["leaves"].any()


def test_a_confirmed_line_replaces_the_suggested_one(store, run):
    batch = batch_world.dropped(store, run, batch_world.new_photos(2), suggested=0.5)
    batch_tags.append(store, batch, [batch_world.photo_tag(run, number, 0.7) for number in range(2)])
    assert products.table(store, batch)["pile"].tolist() == [piles.READY] * 2
    batch_world.confirm(store, run, 0.8)
    table = products.table(store, batch)
    assert table["pile"].tolist() == [piles.CHECK] * 2
    assert (table["decided_by"].tolist(), table["by_line"].any()) == (["", ""], False)


def test_a_zip_is_known_by_its_content_and_by_its_name_in_any_case():
    for name in ("photos.zip", "PHOTOS.ZIP", "photos.bin"):
        found = drop.checked([(name, zipped("a.jpg", "b.jpg"))], limits())
        assert [photo.name for photo in found.photos] == ["a.jpg", "b.jpg"], name
    (damaged,) = drop.checked([("PHOTOS.ZIP", b"no archive")], limits()).photos
    assert damaged.refused == "The ZIP is damaged or cut short."


def test_only_what_is_exactly_the_same_is_left_out_and_two_products_may_share_a_picture():
    same, other = photo(100), photo(120)
    files = [("one.jpg", same), ("two.jpg", same), ("other.jpg", other)]
    found = drop.checked(files, limits())
    assert [each.name for each in found.photos] == ["one.jpg", "other.jpg"]
    assert found.copies == (("two.jpg", "one.jpg"),)
    listed = b"image_name,sku,title,season\nONE.jpg,S1,Coat,AW\ntwo.jpg,S2,Coat,AW\n"
    found = drop.checked([*files, ("list.csv", listed)], limits())
    assert [(each.name, each.sku) for each in found.photos] == [("one.jpg", "S1"), ("two.jpg", "S2"), ("other.jpg", "")]
    assert (found.copies, found.without_line, found.unused_columns) == ((), ("other.jpg",), ("season",))
    assert drop.checked(files, limits()).unused_columns == ()
    twice = b"image_name,sku,title\none.jpg,S1,Coat\ntwo.jpg,S1,Coat\n"
    assert drop.checked([*files, ("list.csv", twice)], limits()).copies == (("two.jpg", "one.jpg"),), (
        "one product, one picture"
    )


def test_a_list_finds_photos_in_folders_of_a_zip_by_their_last_part():
    listed = b"image_name,sku,title\na.jpg,S1,Coat\nmissing.jpg,S9,Coat\n"
    found = drop.checked([("photos.zip", zipped("new/a.jpg")), ("list.csv", listed)], limits())
    assert [each.sku for each in found.photos] == ["S1"]
    assert [line.sku for line in found.without_picture] == ["S9"]


def test_exactly_as_much_as_may_be_dropped_is_taken():
    data = photo(100)
    padded = data + bytes(1_000_000 - len(data))
    assert drop.checked([("a.jpg", padded)], limits(max_photo_mb=1, max_drop_mb=1)).num_pictures == 1
    with pytest.raises(errors.TaggingRefused, match="`python -m core tag FOLDER`"):
        drop.checked([("a.jpg", padded), ("b.jpg", data)], limits(max_photo_mb=1, max_drop_mb=1))
    (refused,) = drop.checked([("a.jpg", padded + b"0")], limits(max_photo_mb=1)).photos
    assert "at most 1 MB are read" in refused.refused


def test_a_known_reason_is_told_as_it_is_and_an_unknown_one_in_words(store):
    known = batch_work.explain(store, errors.ArtefactCorrupt("The file is missing."))
    assert known == "The file is missing. What is tagged already stays."
    assert "unexpected error" in batch_work.explain(store, KeyError("x"))
