"""How garments lie is learned once for a version, kept, and said of each photo."""

from dataclasses import replace

import numpy as np
import pytest

from core import doctor
from core.model import posture
from core.photos import decoder_process, photo_check, sandbox
from core.store.runs import file_reader, posture_files
from core.tagging import tagger
from tests.support import product_photos


@pytest.fixture
def counted(monkeypatch):
    """How often a posture was learned, of few garments."""
    monkeypatch.setattr(posture, "FEWEST_GARMENTS", 20)
    monkeypatch.setattr(posture, "MOST_GARMENTS", 20)
    times, learned = [], posture.learned

    def counting(*garments):
        times.append(1)
        return learned(*garments)

    monkeypatch.setattr(posture, "learned", counting)
    return times


@pytest.fixture
def home(trained_store):
    yield trained_store.home / posture_files.FOLDER
    for path in (trained_store.home / posture_files.FOLDER).glob("*"):
        path.unlink()


def test_it_is_learned_when_a_version_first_tags_and_kept(trained_store, counted, home):
    told = []
    first, second = (tagger.load(trained_store, on_learning=lambda: told.append(1)) for _ in range(2))
    assert len(counted) == len(told) == 1
    np.testing.assert_array_equal(first.posture_check.inner, second.posture_check.inner)
    assert [path.name for path in home.iterdir()] == [f"{first.run.id}.safetensors"]
    assert not [breach for breach in doctor.breaches(trained_store) if breach.startswith("I12")]


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:100], lambda data: b"x" * len(data)])
def test_a_damaged_one_is_learned_anew(trained_store, counted, home, damage):
    model = tagger.load(trained_store)
    path = home / f"{model.run.id}.safetensors"
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert tagger.load(trained_store).posture_check is not None
    assert len(counted) == 2 and path.read_bytes() == whole


def test_a_full_disk_keeps_nobody_from_tagging_and_nothing_half_written_stays(
    trained_store, counted, home, monkeypatch
):
    def full(self, path):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(posture.Posture, "save", full)
    assert tagger.load(trained_store).posture_check is not None
    assert list(home.iterdir()) == []


def test_of_few_garments_nothing_is_learned(trained_store):
    assert tagger.load(trained_store).posture_check is None


class Turning:
    """Says of the first picture that it lies turned, of the second that it is altered."""

    def told(self, answers, pictures):
        logits, features = answers(pictures)
        turn = np.zeros(len(pictures), dtype=np.int64)
        turn[0] = 1
        is_intact = np.ones(len(pictures), dtype=np.bool_)
        is_intact[1] = False
        upright = pictures.copy()
        upright[0] = np.rot90(pictures[0], -1)
        return posture.Told(logits=logits, features=features, pictures=upright, turn=turn, is_intact=is_intact)


def test_what_was_turned_is_said_and_what_was_altered_waits_for_a_person(trained_store):
    model = replace(tagger.load(trained_store, confidence_line=0.0), posture_check=Turning(), detector=None)
    pictures = file_reader.load_split(trained_store, model.run, "test").images[:3]
    with sandbox.Sandbox(num_processes=1) as decoders:
        measured = decoders.decode(product_photos.photo(pictures[0]), (28, 28)).measured
    photos = [
        (str(number), decoder_process.Decoded(picture=picture, preview=np.zeros((0, 0, 3)), measured=measured))
        for number, picture in enumerate(pictures)
    ]
    turned, altered, plain = model.tagged(photos)
    assert "lay turned: tagged as if upright" in turned.findings and turned.pile == tagger.READY
    np.testing.assert_array_equal(turned.picture, np.rot90(plain_of(model, pictures[:1])[0], -1))
    assert altered.pile == tagger.CHECK and "tilted, framed or not alone?" in " ".join(altered.findings)
    assert plain.pile == tagger.READY and len(plain.findings) == 1


def plain_of(model, pictures):
    from core.photos import tones

    return tones.stretched(pictures, model.peak)


def test_what_explains_an_odd_posture_is_said_alone(trained_store):
    shown = product_photos.photo(np.pad(np.full((10, 10), 200, np.uint8), 9), margin=3.0)
    with sandbox.Sandbox(num_processes=1) as decoders:
        small = decoders.decode(shown, (28, 28)).measured
        plain = decoders.decode(product_photos.photo(np.full((28, 28), 200, np.uint8)), (28, 28)).measured

    def said(measured):
        return [found.name for found in photo_check.findings(measured, is_altered=True) if found.needs_look]

    assert said(small) == ["small"] and said(plain) == ["altered"]
