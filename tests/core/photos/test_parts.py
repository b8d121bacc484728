"""Connected parts of a mask, compared with SciPy."""

import numpy as np
import pytest
import scipy.ndimage

from core.photos import connected_parts


@pytest.mark.parametrize("share", [0.0, 0.1, 0.35, 0.5, 0.8, 1.0])
def test_parts_are_those_that_scipy_finds_in_the_same_order(share):
    random = np.random.default_rng(0)
    for _ in range(100):
        mask = random.random(random.integers(1, 40, 2)) < share
        expected, num = scipy.ndimage.label(mask, structure=np.ones((3, 3)))
        labels, found = connected_parts.labelled(mask)
        assert found == num
        np.testing.assert_array_equal(labels, expected)


def test_parts_that_meet_late_are_one():
    comb = np.zeros((9, 21), dtype=np.bool_)
    comb[:, ::2] = True  # eleven teeth
    assert connected_parts.labelled(comb)[1] == 11
    comb[-1] = True
    assert connected_parts.labelled(comb)[1] == 1


@pytest.mark.parametrize("reach", [1, 2, 5])
def test_a_mask_grows_as_by_the_largest_value_around(reach):
    random = np.random.default_rng(1)
    for shape in [(1, 1), (3, 40), (30, 20)]:
        mask = random.random(shape) < 0.05
        expected = scipy.ndimage.maximum_filter(mask, size=2 * reach + 1, mode="constant")
        np.testing.assert_array_equal(connected_parts.grown(mask, reach), expected)
