import numpy as np
import torch

from core.model import augmentation, recipes


def recipe(**fields):
    return recipes.Recipe(**{**recipes.find("quick").model_dump(), "flip": False, "shift_pixels": 0, **fields})


def pictures(num_garments=5, side=9):
    generator = torch.Generator().manual_seed(0)
    return torch.randint(1, 256, (num_garments, side, side), generator=generator, dtype=torch.uint8)


def changes(num_garments=1000, side=28, **fields):
    return augmentation.draw(recipe(**fields), num_garments, side, side, torch.Generator().manual_seed(1))


def test_nothing_changes_where_the_recipe_asks_for_nothing():
    images = pictures()
    generator = torch.Generator().manual_seed(0)
    assert torch.equal(augmentation.apply(images, changes(num_garments=5, side=9), generator), images)


def test_a_shift_moves_each_garment_and_fills_with_background():
    images = pictures()
    shifts = torch.tensor([[0, 0], [2, 0], [0, -1], [-3, 2], [1, 1]])
    moved = augmentation.shifted(images, shifts).numpy()
    for image, (down, right), result in zip(images.numpy(), shifts.tolist(), moved, strict=True):
        expected = np.zeros_like(image)
        for row in range(9):
            for column in range(9):
                if 0 <= row - down < 9 and 0 <= column - right < 9:
                    expected[row, column] = image[row - down, column - right]
        assert (result == expected).all()


def test_about_half_of_the_garments_are_mirrored():
    drawn = changes(flip=True)
    assert 430 < drawn.flips.sum() < 570
    images = pictures(num_garments=1000)
    result = augmentation.apply(images, drawn, torch.Generator().manual_seed(0))
    assert torch.equal(result[drawn.flips], images.flip(-1)[drawn.flips])
    assert torch.equal(result[~drawn.flips], images[~drawn.flips])


def test_shifts_reach_every_distance_and_no_further():
    shifts = changes(shift_pixels=2).shifts
    assert sorted(shifts.unique().tolist()) == [-2, -1, 0, 1, 2]
    assert shifts.shape == (1000, 2)


def test_erased_boxes_lie_inside_the_picture_and_have_the_asked_share():
    boxes = changes(erasing_probability=0.4).boxes
    top, bottom, left, right = boxes.T
    assert ((top >= 0) & (bottom <= 28) & (left >= 0) & (right <= 28)).all()
    area = (bottom - top) * (right - left)
    assert 330 < (area > 0).sum() < 470
    assert area.max() <= 0.4 * 28 * 28


def test_only_the_box_is_erased():
    images = pictures(num_garments=2)
    noise = torch.zeros_like(images)
    erased = augmentation.erased(images, torch.tensor([[2, 5, 1, 3], [4, 4, 0, 0]]), noise)
    expected = images.clone()
    expected[0, 2:5, 1:3] = 0
    assert torch.equal(erased, expected)


def test_the_same_generator_draws_the_same_changes():
    fields = {"flip": True, "shift_pixels": 2, "erasing_probability": 0.5}
    first, second = changes(**fields), changes(**fields)
    assert torch.equal(first.flips, second.flips)
    assert torch.equal(first.shifts, second.shifts)
    assert torch.equal(first.boxes, second.boxes)
