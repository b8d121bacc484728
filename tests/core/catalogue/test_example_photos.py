"""The example photos that come with the program: what is in the file, where it is from, and how they are brought in."""

import csv
import io
import zipfile
from collections import Counter

import pytest
from PIL import Image

from core import errors
from core.catalogue import kept
from core.catalogue.own import example_photos, layouts, splitting
from core.catalogue.own.records import Choices
from core.catalogue.split import cut
from core.jobs import bringing_in
from tests.support import cut_examples, worlds


def listed():
    with zipfile.ZipFile(io.BytesIO(example_photos.content())) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(example_photos.LIST).decode())))


def test_the_file_holds_ten_small_photos_of_each_category_and_no_more_than_a_megabyte():
    assert example_photos.FILE.stat().st_size <= 1_000_000
    rows = listed()
    counts = Counter((row["category"], row["split"]) for row in rows)
    assert len(rows) == example_photos.NUM_PHOTOS and len(counts) == 2 * example_photos.NUM_CATEGORIES
    assert {(side, num) for (_, side), num in counts.items()} == {("train", 8), ("test", 2)}
    with zipfile.ZipFile(example_photos.FILE) as archive:
        assert sorted(archive.namelist()) == sorted([example_photos.LIST, *(row["photo"] for row in rows)])
        for row in rows:
            with Image.open(io.BytesIO(archive.read(row["photo"]))) as photo:
                assert (photo.format, max(photo.size), photo.getexif()) == ("WEBP", 96, {})
                assert not {"exif", "xmp", "icc_profile"} & photo.info.keys()


def test_each_photo_is_of_another_contributor_of_its_category_on_the_side_that_the_program_would_choose():
    rows = listed()
    assert len({(row["category"], row["source"]) for row in rows}) == len(rows)
    assert all((row["split"] == "test") == splitting.is_test(f"said {row['source']}") for row in rows)


def test_the_licence_beside_it_names_the_origin_of_every_photo():
    text = example_photos.LICENCE.read_text()
    assert "CC0 1.0 Universal" in text and "https://github.com/alexeygrigorev/clothing-dataset-small" in text
    told = {parts[0]: parts[1:] for line in text.splitlines() if len(parts := line.split()) == 3 and "/" in parts[0]}
    assert {row["photo"]: row["source"] for row in listed()} == {name: parts[0] for name, parts in told.items()}
    assert all(origin.split("/")[0] == name.split("/")[0] for name, (_, origin) in told.items())


def test_photos_are_chosen_by_the_order_of_their_digests_one_of_each_contributor():
    sources = {f"sock/{number:03}.jpg": str(number // 2) for number in range(120)}
    found = cut_examples.chosen(sources, left_out=())
    assert [side for _, side in found] == ["train"] * 8 + ["test"] * 2
    assert len({sources[path] for path, _ in found}) == 10
    assert all(splitting.is_test(f"said {sources[path]}") == (side == "test") for path, side in found)
    for side in ("train", "test"):
        paths = [path for path, of in found if of == side]
        assert paths == sorted(paths, key=cut_examples._digest)
    first = found[0][0]
    assert all(cut_examples._digest(first) <= cut_examples._digest(path) for path in sources
               if not splitting.is_test(f"said {sources[path]}"))  # fmt: skip
    without = [path for path, _ in cut_examples.chosen(sources, left_out=[first[:8]])]
    assert first not in without and set(without) >= {path for path, _ in found[1:8]} - {without[0]}


def test_they_are_brought_in_like_any_other_photos_under_their_own_name(store):
    place = example_photos.unpack(store.home)
    layout = layouts.recognised(place)
    assert layout.columns["group"] == "source" and layout.columns["split"] == "split"
    brought = bringing_in.bring_in(
        store, example_photos.NAME, place, layout, Choices(), who="Ada", on_progress=lambda doing, share: None
    )
    assert (brought.num_photos, brought.num_categories, brought.num_unusable) == (100, 10, 0)
    table = kept.rows(store.home, kept.find(store.home, example_photos.NAME))
    assert Counter(table["split"]) == {"train": 80, "test": 20}
    assert not set(table["group"][table["split"] == "train"]) & set(table["group"][table["split"] == "test"])
    assert place == example_photos.folder_of(store.home) == example_photos.unpack(store.home)  # again, as they are


def test_nobody_elses_photos_are_called_so(store, tmp_path):
    with pytest.raises(errors.CatalogueError, match=r"'example-photos' comes with the program\. Choose another name\."):
        bringing_in.check_free(store, example_photos.NAME)
    with pytest.raises(errors.CatalogueError, match="comes with the program"):
        bringing_in.start(store, example_photos.NAME, tmp_path, Choices(), who="Ada")
    bringing_in.check_free(store, example_photos.NAME, example_photos.folder_of(store.home))


def test_another_file_in_its_place_is_refused(tmp_path):
    with pytest.raises(errors.CatalogueCorrupt, match=r"cannot be read .* Install the program again"):
        example_photos.content(tmp_path / "none.zip")
    (tmp_path / "other.zip").write_bytes(example_photos.FILE.read_bytes() + b"x")
    with pytest.raises(errors.CatalogueCorrupt, match=f"not {example_photos.SHA256}"):
        example_photos.unpack(tmp_path / "home", tmp_path / "other.zip")


def test_one_of_each_category_can_be_looked_at_before():
    found = example_photos.one_of_each()
    assert list(found) == sorted({row["category"] for row in listed()})
    assert all(photo.ndim == 3 and max(photo.shape[:2]) == 96 for photo in found.values())
    first = next(row["photo"] for row in listed() if row["category"] == "hat")
    with zipfile.ZipFile(example_photos.FILE) as archive, Image.open(io.BytesIO(archive.read(first))) as photo:
        assert photo.convert("RGB").tobytes() == found["hat"].tobytes()


def test_a_version_that_learned_them_says_that_they_are_examples(store):
    train, test = worlds.garments(60, seed=1), worlds.garments(30, seed=2)
    found = cut(example_photos.NAME, train, test, validation_share=0.1, validation_seed=0)
    assert worlds.publish(store, found).catalogue_note == example_photos.NOTE
