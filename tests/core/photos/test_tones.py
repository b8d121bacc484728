"""A pale garment is shown as bright as the garments that a model learned."""

import numpy as np
import pytest

from core.photos import tones

RNG = np.random.default_rng(0)
GARMENTS = RNG.integers(0, 200, (50, 28, 28), dtype=np.uint8)


def with_brightest(*values):
    pictures = GARMENTS[: len(values)].copy()
    pictures[:, 14, 14] = values
    return pictures


@pytest.mark.parametrize("top", [255, 254, 240])
def test_what_a_model_learned_tells_how_bright_its_garments_are(top):
    assert tones.peak(with_brightest(*[top] * 47, top - 1, top - 2, 201)) == top


def test_garments_that_were_not_stretched_are_not():
    assert tones.peak(with_brightest(*range(201, 251))) == 0
    assert tones.peak(GARMENTS[:0]) == 0


@pytest.mark.parametrize("share", [0.25, 0.4, 0.7, 0.99])
def test_a_pale_garment_is_shown_as_if_it_were_none(share):
    bright = with_brightest(*[255] * 20)
    pale = (bright * share).round().astype(np.uint8)
    found = tones.stretched(pale, 255)
    assert (found.reshape(20, -1).max(axis=1) == 255).all()
    assert np.abs(found.astype(int) - bright).max() <= 0.5 / share + 1
    assert (found[bright == 0] == 0).all()


def test_nothing_is_stretched_beyond_what_was_learned_nor_where_that_was_not():
    bright = with_brightest(255, 230, 210)
    np.testing.assert_array_equal(tones.stretched(bright, 0), bright)
    np.testing.assert_array_equal(tones.stretched(bright, 230)[:2], bright[:2])
    np.testing.assert_array_equal(tones.stretched(np.zeros((2, 28, 28), np.uint8), 255), 0)
