"""Where it looked: asked for in the opened garment of own photos, made by a process, there at once the next time."""

import io

import numpy as np
import pytest
from PIL import Image

from core import errors
from core.photos import overlay
from core.quality.occlusion import Occlusion
from core.store.runs import occlusion_files, runs
from core.tagging import occlusion_process
from dashboard.data import occlusions, predictions
from dashboard.gallery import occlusion_wording
from tests.app.test_pages import opened, texts


def a_map(drops, background=0.0):
    found = np.array(drops, dtype=np.float32)
    return Occlusion(probability=0.9, drops=found, background=np.full(found.shape, background, dtype=np.float32))


GARMENT = 2
RIGHT = [[0.0, 0.0, 0.0], [0.0, 0.0, 0.4], [0.0, 0.0, 0.0]]


def test_it_is_made_when_asked_for_and_there_at_once_for_everybody_afterwards(own_photos_store, monkeypatch):
    asked = []
    run = runs.find(own_photos_store, "live")
    row = predictions.predictions(run).iloc[GARMENT]
    kind = {"real": run.class_names[int(row["true_class"])], "tagged": run.class_names[int(row["predicted_class"])]}

    def made(*given):
        asked.append(given)
        return a_map(RIGHT)

    monkeypatch.setattr(occlusion_process, "asked", made)
    at = opened("mistakes", garment=str(GARMENT), **kind)
    assert not asked and "For analysts" not in [each.label for each in at.expander]
    at.button(key="where-it-looked").click().run()
    assert not at.exception and len(asked) == 1
    assert "hangs mostly on the part at the middle right of the photo, on the garment." in texts(at)
    assert "where-it-looked" not in [button.key for button in at.button]
    shown = at.table[-1].value
    assert shown.loc["Largest drop"].item() == "40.0 points, in row 2 of 3, column 3 of 3"
    assert shown.loc["Drops on the garment"].item() == "100 %"
    other = opened("mistakes/similar", garment=str(GARMENT))  # another person
    assert "at the middle right of the photo" in texts(other) and len(asked) == 1
    assert occlusion_files.count(own_photos_store, run) == 1


def test_where_it_cannot_be_made_one_sentence_says_why_and_it_can_be_asked_again(own_photos_store, monkeypatch):
    def refused(*given):
        raise errors.TaggingError("Where it looked cannot be worked out: it takes too much memory")

    monkeypatch.setattr(occlusion_process, "asked", refused)
    at = opened("mistakes/similar", garment="2")
    at.button(key="where-it-looked").click().run()
    assert not at.exception
    assert "it takes too much memory" in at.info[-1].value
    assert at.run().button(key="where-it-looked").label == occlusion_wording.BUTTON


def test_small_grey_pictures_are_not_asked(published_store):
    at = opened("mistakes/similar", garment="2")
    assert not at.exception
    assert "where-it-looked" not in [button.key for button in at.button]


@pytest.mark.parametrize(
    ("drops", "background", "end"),
    [(RIGHT, 0.0, "on the garment."), (RIGHT, 1.0, "on the background, not on the garment."),
     (RIGHT, 0.7, "partly beside the garment.")],
)  # fmt: skip
def test_words_say_where_and_on_what(drops, background, end):
    said = occlusion_wording.alternative(a_map(drops, background), "Hat")
    assert said.endswith(f"The tag Hat hangs mostly on the part at the middle right of the photo, {end}")


def test_words_where_no_part_decides_and_in_the_middle():
    assert occlusion_wording.sentence(a_map([[0.04, 0.0]]), "Hat").startswith("No single part decides")
    assert dict(occlusion_wording.figures(a_map([[0.04, 0.0]])))["Drops on the garment"] == "–"
    assert "the part in the middle of the photo" in occlusion_wording.sentence(a_map([[0.4]]), "Hat")


def test_the_picture_is_grey_but_for_what_matters_which_is_outlined(own_photos_store):
    photo = Image.new("RGB", (300, 200), (200, 40, 40))
    pixels = np.asarray(Image.open(io.BytesIO(overlay.drawn(photo, np.array(RIGHT) / 0.4)))).astype(int)
    assert pixels.shape == (200, 300, 3)
    assert np.ptp(pixels[20, 20]) == 0
    assert pixels[100, 250, 0] - pixels[100, 250, 2] > 100
    assert {0, 255} <= set(pixels[66:70, 250, 1].tolist()) | set(pixels[60:74, 250, 1].tolist())
    nothing = np.asarray(Image.open(io.BytesIO(overlay.drawn(photo, np.zeros((3, 3))))))
    assert len(np.unique(nothing)) == 1
    run = runs.find(own_photos_store, "live")
    occlusion_files.keep(own_photos_store, run, 0, a_map(RIGHT))
    assert occlusions.is_kept(run, 0) and not occlusions.is_kept(run, 1)
    assert occlusions.picture(run, 0).startswith(b"\x89PNG")
