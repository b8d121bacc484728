"""Pictures for screens."""

import base64
import io

import numpy as np
from PIL import Image

from core.photos import sprite


def test_a_squared_picture_keeps_its_shape_and_shows_the_page_beside_it():
    found = sprite.squared(np.zeros((8, 4, 3), dtype=np.uint8), 8)
    assert found.shape == (8, 8, 4)
    assert (found[:, 2:6] == (0, 0, 0, 255)).all() and (found[:, [0, 1, 6, 7], 3] == 0).all()
    assert sprite.squared(np.zeros((40, 20, 3), dtype=np.uint8), 10).shape == (10, 10, 4)


def test_the_white_bars_of_a_photo_that_was_made_square_let_the_page_through():
    picture = np.full((8, 8, 3), 255, dtype=np.uint8)
    picture[:, 2:5] = 9
    found = sprite.without_bars(picture)
    assert (found[..., :3] == picture).all()
    assert (found[:, 2:5, 3] == 255).all() and not found[:, [0, 1, 5, 6, 7], 3].any()
    assert (sprite.without_bars(picture.transpose(1, 0, 2))[..., 3] == found[..., 3].T).all()
    picture[:, 5:] = 9
    assert (sprite.without_bars(picture)[..., 3] == 255).all(), "white on one side belongs to the photo"
    assert (sprite.without_bars(np.full((8, 8, 3), 255, dtype=np.uint8))[..., 3] == 255).all()
    address = sprite.sheet_address(found[None, ..., :3])
    with Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))) as sheet:
        assert (np.asarray(sheet.convert("RGBA"))[..., 3] == found[..., 3]).all()
