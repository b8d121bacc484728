"""The alarm over deliveries of another kind, by simulation: rare where all is ordinary, sure where it is not."""

import numpy as np
import pytest

from core.quality import delivery


def share_of_alarms(share, num_photos, *, seed):
    drawn = np.random.default_rng(seed).binomial(num_photos, share, 4000)
    return np.mean([delivery.is_strange(int(num), num_photos) for num in drawn])


@pytest.mark.parametrize("num_photos", [1, 5, 20, 100, 500, 2000])
def test_ordinary_deliveries_of_any_size_hardly_ever_raise_it(num_photos):
    assert share_of_alarms(0.02, num_photos, seed=1) <= 0.001
    assert share_of_alarms(0.04, num_photos, seed=2) <= 0.003


@pytest.mark.parametrize(("share", "num_photos"), [(0.63, 20), (0.63, 372), (0.2, 100), (0.1, 500)])
def test_deliveries_of_another_kind_raise_it(share, num_photos):
    assert share_of_alarms(share, num_photos, seed=3) > 0.9


def test_one_strange_photo_is_no_strange_delivery_and_three_of_three_are():
    assert not delivery.is_strange(0, 0)
    assert not delivery.is_strange(1, 1)
    assert delivery.is_strange(3, 3)


def test_it_says_how_many_and_what_to_do():
    assert delivery.sentence(233, 372) == (
        "233 of 372 of these photos are unlike what this version learned, so none of its tags leaves without a person. "
        "Teach it with your own photos."
    )
