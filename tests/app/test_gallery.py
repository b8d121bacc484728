import csv
import io
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.photos import sprite
from core.retail import spreadsheet
from core.store.runs import runs
from dashboard.gallery import downloads, filters, listing, picking, tiles
from dashboard.session import address, flags

TABLE = pd.DataFrame(
    {
        "garment": [7, 3],
        "true_class": [0, 1],
        "predicted_class": [1, 0],
        "second_class": [0, 2],
        "confidence": [0.914, 0.5],
        "margin": [0.83, 0.01],
    }
)
VERSION = SimpleNamespace(class_names=("Shirt", "Coat", "Bag"), names=("Hemd", "Mantel", "Tasche"), said_sure=float)


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)))


def test_the_sheet_holds_every_picture_unchanged_and_in_order():
    images = np.random.default_rng(0).integers(0, 256, (3, 5, 4), dtype=np.uint8)
    sheet = pixels(sprite.sheet(images))
    np.testing.assert_array_equal(sheet, np.concatenate(list(images), axis=1))


def test_enlarging_repeats_pixels_and_invents_none():
    image = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    large = pixels(sprite.enlarged(image, smallest_side=280))
    assert large.shape == (280, 280)
    np.testing.assert_array_equal(large[::10, ::10], image)


def test_a_strip_has_transparent_gaps():
    strip = pixels(sprite.strip(np.full((2, 28, 28), 9, dtype=np.uint8), gap=2, smallest_side=28))
    assert strip.shape == (28, 58, 2)
    assert (strip[:, 28:30, 1] == 0).all()


def test_the_readable_list_names_the_classes():
    table = listing.readable(TABLE, ("Shirt", "Coat", "Bag"))
    assert table.to_dict("records")[0] == {
        "Garment": 7, "Label": "Shirt", "Model said": "Coat", "Sure": 91.4, "Second guess": "Shirt",
    }  # fmt: skip


def test_the_csv_holds_the_list_in_its_order():
    rows = list(csv.DictReader(io.StringIO(listing.as_csv(TABLE, ("Shirt", "=1+1", "Bag")).decode("utf-8-sig"))))
    assert [row["garment"] for row in rows] == ["7", "3"]
    assert rows[0]["model_said"] == "'=1+1"
    assert float(rows[0]["confidence"]) == 0.914


@given(st.text())
def test_no_cell_starts_a_formula_and_every_cell_can_be_restored(text):
    cell = spreadsheet.safe_cell(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠"))
    assert spreadsheet.original_cell(cell) == text


@pytest.mark.parametrize(
    ("choices", "name"),
    [
        (
            ("real-Shirt", "tagged-T-shirt/top", "hardest"),
            "garments_version-3_real-Shirt_tagged-T-shirt-top_hardest.csv",
        ),
        (("real-../../x", None, "spread"), "garments_version-3_real-x_spread.csv"),
    ],
)
def test_the_file_name_tells_the_filters_and_leaves_no_folder(choices, name):
    assert listing.file_name(3, *choices) == name


def test_the_file_name_tells_the_page():
    assert listing.file_name(12, "hardest", page="wrong-tags") == "wrong-tags_version-12_hardest.csv"


def test_every_filter_stands_in_the_file_name(published_store):
    run = runs.find(published_store, "live")
    kind = filters.Listing(real=6, tagged=0, sure=(50, 90), order="spread")
    name = listing.file_name(run.version, *downloads.file_choices(run, kind), page="mix-ups")
    assert name == "mix-ups_version-1_real-Shirt_tagged-T-shirt-top_sure-50-90_spread.csv"


@pytest.fixture
def session(monkeypatch):
    """The notes of a session, and what the component reports."""
    notes, reported = {}, {}
    monkeypatch.setattr(flags.Note, "get", lambda note: notes.get(note.name))
    monkeypatch.setattr(flags.Note, "set", lambda note, value: notes.__setitem__(note.name, value))
    monkeypatch.setattr(address, "change_address", lambda changes: None)
    monkeypatch.setattr(flags, "component_value", lambda key, name: reported.get(name))
    return reported


def test_tiles_are_not_told_what_they_reported(session):
    first = picking.told("tiles", "list", 7)
    session["picked"] = 9
    picking.on_pick("tiles")()
    assert picking.told("tiles", "list", 9) is first
    assert picking.told("tiles", "list", 11).stamp != first.stamp


def test_a_selection_holds_over_pages_and_ends_with_another_list(session):
    picking.told("tiles", "list, page 1", 7, scope="list")
    session["selected"] = [9, 7]
    picking.on_select("tiles", "list")()
    assert picking.selected("tiles", "list") == {7, 9}
    assert picking.told("tiles", "list, page 2", 30, scope="list").selected == (7, 9)
    assert picking.selected("tiles", "another") == frozenset()
    assert picking.told("tiles", "another", 30, scope="another").selected == ()


def test_the_sentence_of_a_marked_tile_says_the_mark():
    row = next(TABLE.itertuples())
    assert tiles.garment_tile(row, VERSION, "Same mistake")["sentence"].endswith(" Same mistake.")


def test_a_tile_shows_our_names_and_reports_the_names_of_the_model():
    found = tiles.garment_tile(next(TABLE.itertuples()), VERSION)
    assert (found["said"], found["label"]) == ("Model: Mantel", "Label: Hemd")
    assert (found["guess"], found["actual"]) == ("Coat", "Shirt")


@pytest.mark.parametrize("name", ["a\r=1+1", "a\n=1+1", "a\r\n=1+1"])
def test_no_name_begins_a_line_of_the_csv(name):
    content = listing.as_csv(TABLE, ("Shirt", name, "Bag")).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline="")))
    assert [row[1] for row in rows[1:]] == ["Shirt", name]
    assert all(len(row) == len(rows[0]) for row in rows)
