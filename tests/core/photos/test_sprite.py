"""Pictures for screens."""

import numpy as np

from core.photos import sprite


def test_a_squared_picture_keeps_its_shape_and_shows_the_page_beside_it():
    found = sprite.squared(np.zeros((8, 4, 3), dtype=np.uint8), 8)
    assert found.shape == (8, 8, 4)
    assert (found[:, 2:6] == (0, 0, 0, 255)).all() and (found[:, [0, 1, 6, 7], 3] == 0).all()
    assert sprite.squared(np.zeros((40, 20, 3), dtype=np.uint8), 10).shape == (10, 10, 4)
