"""A garment that lies turned is turned back, one that was altered is noticed, and one that lies upright stays."""

import numpy as np
import pytest

from core.catalogue import sample
from core.model import posture
from core.photos import alterations, tones

NUM_LEARNED = 1200


def answers(pictures):
    """What a small fixed network says: random features, and how near each is to the mean garment of a class."""
    flat = pictures.reshape(len(pictures), -1).astype(np.float32) / 255
    weights = np.random.default_rng(3).normal(0, 0.1, (flat.shape[1], 96)).astype(np.float32)
    means = CENTRES.reshape(len(CENTRES), -1).astype(np.float32) / 255
    return -((flat[:, None] - means[None]) ** 2).sum(axis=2), np.maximum(flat @ weights, 0)


TRAIN, JUDGES = sample.load_splits()
CENTRES = np.stack([TRAIN.images[TRAIN.labels == label].mean(axis=0) for label in range(10)])
TEST = JUDGES.images[::2]


@pytest.fixture(scope="module")
def learned():
    patch = pytest.MonkeyPatch()
    patch.setattr(posture, "MOST_GARMENTS", NUM_LEARNED)
    found = posture.learned(answers, TRAIN.images[:5000], TRAIN.images[5000:])
    patch.undo()
    return found


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_garment_that_lies_turned_is_turned_back_before_it_is_tagged(learned, quarters):
    lying = np.rot90(TEST, quarters, axes=(1, 2))
    told = learned.told(answers, np.ascontiguousarray(lying))
    is_right = told.turn == quarters
    assert is_right.mean() > 0.75
    np.testing.assert_array_equal(told.pictures[is_right], TEST[is_right])
    logits, features = answers(TEST)
    np.testing.assert_allclose(told.logits[is_right], logits[is_right], rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(told.features[is_right], features[is_right], rtol=1e-4, atol=1e-4)
    # Few are believed to lie upright though they do not: what would be tagged wrongly.
    assert ((told.turn == 0) & told.is_intact).mean() < 0.06


def test_garments_that_lie_as_they_were_learned_stay_as_they_are(learned):
    told = learned.told(answers, TEST)
    assert (told.turn == 0).mean() > 0.88
    assert told.is_intact.mean() > 0.9
    stays = told.turn == 0
    np.testing.assert_array_equal(told.pictures[stays], TEST[stays])


@pytest.mark.parametrize("change", [change.__name__ for change in alterations._CHANGES])
def test_an_altered_garment_is_noticed(learned, change):
    generator = np.random.default_rng(11)
    altered = [getattr(alterations, change)(picture, generator) for picture in TEST[:200]]
    pictures = tones.stretched(np.stack(altered), 255)
    told = learned.told(answers, pictures)
    np.testing.assert_array_equal(told.pictures[~told.is_intact], pictures[~told.is_intact])
    np.testing.assert_allclose(told.logits[~told.is_intact], answers(pictures)[0][~told.is_intact], rtol=1e-4)
    assert told.is_intact.mean() < (0.5 if change == "_lined" else 0.25)


def test_the_same_garments_give_the_same_and_a_file_holds_it(learned, tmp_path, monkeypatch):
    learned.save(tmp_path / "a")
    kept = posture.load(tmp_path / "a")
    one, two = learned.told(answers, TEST[:60]), kept.told(answers, TEST[:60])
    np.testing.assert_array_equal(one.turn, two.turn)
    np.testing.assert_array_equal(one.is_intact, two.is_intact)
    monkeypatch.setattr(posture, "MOST_GARMENTS", 60)
    first, second = (posture.learned(answers, TRAIN.images, TEST) for _ in range(2))
    np.testing.assert_array_equal(first.inner, second.inner)
    np.testing.assert_array_equal(first.cuts, second.cuts)


@pytest.mark.parametrize("content", [b"", b"no such file", b"\x08\0\0\0\0\0\0\0{}      "])
def test_a_damaged_file_is_none(tmp_path, content):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(ValueError, match="is damaged"):
        posture.load(tmp_path / "a")


def test_where_the_model_is_sure_of_nothing_nothing_is_believed_to_be_altered(monkeypatch):
    def unsure(pictures):
        return np.zeros((len(pictures), 10), dtype=np.float32), answers(pictures)[1]

    monkeypatch.setattr(posture, "MOST_GARMENTS", 60)
    found = posture.learned(unsure, TRAIN.images, TEST[:50])
    assert found.told(unsure, TEST[:50]).is_intact.all()
