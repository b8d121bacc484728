"""What a tag hangs on: patches, shares by hand, words for where, and models whose looks are known."""

import numpy as np
import pytest
from PIL import Image

from core.model import temperature
from core.photos import backdrop
from core.quality import occlusion
from core.quality.occlusion import Occlusion
from core.tagging import occlusion_maker


def found(drops, background):
    arrays = (np.array(each, dtype=np.float32) for each in (drops, background))
    return Occlusion(probability=0.9, **dict(zip(("drops", "background"), arrays, strict=True)))


def test_patches_are_two_cells_wide_lie_around_their_cells_and_cover_everything():
    seen = np.zeros((100, 100), dtype=int)
    places = occlusion.patches(5, 100)
    assert len(places) == 25
    assert places[0] == (slice(0, 30), slice(0, 30))
    assert places[12] == (slice(30, 70), slice(30, 70))
    assert places[24] == (slice(70, 100), slice(70, 100))
    for place in places:
        seen[place] += 1
    assert seen.min() == 1 and seen.max() == 4


def test_shares_are_those_of_each_patch():
    mask = np.zeros((40, 40), dtype=bool)
    mask[:, :20] = True
    np.testing.assert_allclose(occlusion.shares(mask, 2), [[20 / 30, 10 / 30]] * 2)


def test_shares_of_the_drops_by_hand():
    one = found([[0.2, 0.1], [0.0, -0.3]], [[0.95, 0.5], [0.2, 1.0]])
    assert one.largest == pytest.approx(0.2)
    assert one.strongest == (0, 0)
    assert one.background_share == pytest.approx(2 / 3)  # what rises counts for nothing
    assert one.garment_share == pytest.approx(1 / 3)
    assert one.decides and one.is_on_background


def test_a_patch_that_also_covers_the_garments_edge_is_no_background():
    one = found([[0.2, 0.0], [0.0, 0.0]], [[0.89, 1.0], [1.0, 1.0]])
    assert (one.background_share, one.garment_share, one.is_on_background) == (0, 0, False)


@pytest.mark.parametrize("largest", [0.0, -0.2, 0.049])
def test_where_no_single_part_decides_nothing_is_said_of_where(largest):
    one = found([[largest, largest]], [[1.0, 1.0]])
    assert not one.decides and not one.is_on_background
    assert np.isnan(one.background_share) and np.isnan(one.garment_share)
    assert found([[0.05, 0.0]], [[1.0, 1.0]]).is_on_background


@pytest.mark.parametrize(
    ("cells", "where"),
    [([(0, 0)], "top left"), ([(2, 5)], "middle right"), ([(5, 3)], "bottom middle"), ([(3, 3)], "middle"),
     ([(0, 0), (0, 5)], "top middle"), ([], "middle")],
)  # fmt: skip
def test_where_is_the_ninth_with_the_middle_of_what_matters(cells, where):
    drops = np.zeros((6, 6))
    drops[4, 1] = 0.1  # less than half of the largest: it does not draw the place towards it
    for row, column in cells:
        drops[row, column] = 0.5
    if not cells:
        drops[:] = 0
    assert found(drops, np.zeros((6, 6))).where == where


# ---- models whose looks are known ---------------------------------------------------------------------------------


def looks_at(rows, columns):
    """A model of two classes that sees nothing but how blue one part of a picture is."""

    def answers(pictures):
        blue = pictures[:, rows, columns, 2].astype(np.float64).mean(axis=(1, 2)) / 255
        return np.stack([8 * blue - 4, np.zeros(len(pictures))], axis=1).astype(np.float32), np.zeros(
            (len(pictures), 1)
        )

    return answers


def photo_on_floor(chance):
    """A red garment on a blue floor of changing brightness, and where it lies, both 120 x 90."""
    floor = np.zeros((120, 90, 3), dtype=np.uint8)
    floor[..., 2] = chance.integers(200, 255, (120, 90))
    floor[..., :2] = chance.integers(0, 60, 2)
    is_garment = np.zeros((120, 90), dtype=bool)
    top, left = chance.integers(20, 35, 2)
    is_garment[top : top + 70, left : left + 40] = True
    floor[is_garment] = chance.integers(150, 255, 3)
    floor[is_garment, 1:] = floor[is_garment, 1:] // 4 + 120
    return Image.fromarray(floor), is_garment


@pytest.mark.parametrize(
    ("rows", "columns", "where", "cell"),
    [(slice(0, 12), slice(0, 12), "top left", (0, 0)), (slice(108, 120), slice(0, 12), "bottom left", (6, 0)),
     (slice(55, 65), slice(108, 120), "middle right", (3, 6))],
)  # fmt: skip
def test_of_a_model_that_looks_at_one_part_only_the_map_is_largest_there(rows, columns, where, cell):
    image, _ = photo_on_floor(np.random.default_rng(3))
    one = occlusion_maker.made(looks_at(rows, columns), image, 0, 1.0, side=120, cells=7)
    assert one.drops.shape == one.background.shape == (7, 7)
    assert one.strongest == cell and one.where == where
    assert one.is_on_background and one.background_share > 0.9
    far = np.abs(np.indices((7, 7)) - np.array(cell)[:, None, None]).max(axis=0) > 1
    np.testing.assert_allclose(one.drops[far], 0, atol=1e-6)


def test_of_a_model_that_looks_at_the_garment_nothing_hangs_on_the_background():
    for seed in range(8):
        image, is_garment = photo_on_floor(np.random.default_rng(seed))
        square = np.asarray(Image.fromarray(is_garment).resize((120, 120)))
        rows, columns = (slice(int(places.mean()) - 5, int(places.mean()) + 5) for places in np.nonzero(square))
        looks = looks_at(rows, columns)
        # The garment is less blue than a patch of grey, so that it is the other class that hangs on it.
        one = occlusion_maker.made(
            looks, Image.fromarray((np.asarray(image) // (1, 1, 3)).astype(np.uint8)), 1, 1.0, side=120, cells=7
        )
        assert one.decides and one.garment_share > 0.9 and not one.is_on_background


def test_probabilities_are_the_calibrated_ones():
    logits = np.random.default_rng(0).normal(0, 30, (50, 6)).astype(np.float32)
    for heat in (None, 0.5, 2.0):
        np.testing.assert_allclose(
            occlusion_maker._probabilities(logits, heat), temperature.calibrated(logits, heat), atol=1e-6
        )


# ---- the background -----------------------------------------------------------------------------------------------


def test_the_background_of_drawn_photos_is_found():
    for seed in range(12):
        image, is_garment = photo_on_floor(np.random.default_rng(seed))
        expected = ~np.asarray(Image.fromarray(is_garment).resize((backdrop.SIDE, backdrop.SIDE)))
        mask = backdrop.is_background(image)
        assert mask.shape == (backdrop.SIDE, backdrop.SIDE)
        assert (mask & expected).sum() / (mask | expected).sum() > 0.95


def test_a_print_in_the_colour_of_the_floor_is_no_background():
    image, is_garment = photo_on_floor(np.random.default_rng(1))
    pixels = np.array(image)
    rows, columns = (int(places.mean()) for places in np.nonzero(is_garment))
    pixels[rows - 10 : rows + 10, columns - 8 : columns + 8] = pixels[:20, :16]
    mask = backdrop.is_background(Image.fromarray(pixels))
    assert not mask[round(rows / 120 * backdrop.SIDE), round(columns / 90 * backdrop.SIDE)]


def test_a_photo_of_one_colour_is_all_background():
    assert backdrop.is_background(Image.new("RGB", (50, 50), (9, 9, 9))).all()
