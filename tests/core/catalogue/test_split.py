import dataclasses

import numpy as np
import pytest

from core import catalogue, errors
from core.catalogue import CatalogueSplit
from core.catalogue.split import cut
from tests.support import worlds


def test_a_split_cannot_be_changed():
    garments = worlds.garments(6)
    with pytest.raises(ValueError, match="read-only"):
        garments.images[0] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        garments.labels = None


def test_the_fingerprint_changes_with_a_pixel_a_label_and_a_name():
    garments = worlds.garments(6)
    images, labels = garments.images.copy(), garments.labels.copy()
    images[0, 0, 0] ^= 1
    labels[0] = 1
    others = [
        CatalogueSplit(images=images, labels=garments.labels, class_names=garments.class_names),
        CatalogueSplit(images=garments.images, labels=labels, class_names=garments.class_names),
        CatalogueSplit(images=garments.images, labels=garments.labels, class_names=("Shirt", "Coat", "Hat")),
    ]
    assert len({garments.fingerprint, *(other.fingerprint for other in others)}) == 4
    assert worlds.garments(6).fingerprint == garments.fingerprint


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labels": np.array([0, 1, 99])}, "Labels must lie between 0 and 2, found 99."),
        ({"labels": np.array([0, 1])}, "There are 3 pictures but 2 labels."),
        ({"labels": np.array([0, 1, 2], dtype=np.int32)}, "Labels must be an array (N,) of int64, got int32"),
        ({"images": np.zeros((3, 28), np.uint8)}, "Pictures must be an array (N, H, W) or (N, H, W, 3) of uint8"),
        (
            {"images": np.zeros((3, 28, 28))},
            "Pictures must be an array (N, H, W) or (N, H, W, 3) of uint8, got float64",
        ),
        ({"class_names": ("Shirt", "Shirt")}, "A catalogue needs at least two different class names"),
    ],
)
def test_what_is_not_a_split_is_refused(changes, message):
    fields = {"images": np.zeros((3, 28, 28), np.uint8), "labels": np.arange(3), "class_names": ("a", "b", "c")}
    with pytest.raises(errors.CatalogueCorrupt) as caught:
        CatalogueSplit(**(fields | changes))
    assert str(caught.value).startswith(message)


def test_validation_garments_are_cut_from_the_training_garments_by_seed():
    original, test = worlds.garments(60, seed=1), worlds.garments(9, seed=2)
    found = cut("sample", original, test, validation_share=1 / 12, validation_seed=3)
    again = cut("sample", original, test, validation_share=1 / 12, validation_seed=3)
    other = cut("sample", original, test, validation_share=1 / 12, validation_seed=4)
    assert len(found.validation) == 5
    assert found.fingerprint == again.fingerprint != other.fingerprint
    assert sorted([*found.train_positions, *found.validation_positions]) == list(range(60))
    assert np.array_equal(found.train.images, original.images[found.train_positions])
    assert found.test is test


def test_a_share_of_zero_leaves_all_garments_for_learning():
    found = cut("sample", worlds.garments(60), worlds.garments(9), validation_share=0, validation_seed=0)
    assert (len(found.train), len(found.validation)) == (60, 0)


def test_a_share_outside_its_range_is_refused():
    with pytest.raises(errors.CatalogueError, match=r"at least 0 and below 1, got 1\."):
        cut("sample", worlds.garments(6), worlds.garments(6), validation_share=1, validation_seed=0)


def test_an_unknown_catalogue_is_refused_with_the_choices():
    with pytest.raises(errors.CatalogueUnknown, match=r"No catalogue 'shoes'\. Choose one of fashion-mnist, sample\."):
        catalogue.find("shoes")
