"""The map of a stored version as pages read it: the garments in a box, and those that are listed."""

import numpy as np
import pytest

from core.quality import garment_map
from core.store.live import promotions
from dashboard.data import garment_maps
from dashboard.gallery import filters


@pytest.fixture
def store(own_published_store):
    """Two published runs, for this test alone."""
    return own_published_store


@pytest.fixture
def version(store):
    return promotions.live_run(store)


def test_a_box_lists_the_garments_that_lie_in_it(version):
    places = garment_maps.places(version)
    half = ((0.0, garment_map.STEPS / 2), (0.0, float(garment_map.STEPS)))
    group = garment_maps.within(version, half)
    listed = filters.listed(version, filters.Listing(group=group))
    assert sorted(listed["garment"]) == np.flatnonzero(places[:, 0] <= garment_map.STEPS / 2).tolist()
    assert 0 < len(listed) < version.num_test


def test_a_box_around_everything_lists_every_garment_and_one_beside_it_none(version):
    whole = ((0.0, float(garment_map.STEPS)),) * 2
    assert garment_maps.within(version, whole).garments.tolist() == list(range(version.num_test))
    assert len(garment_maps.within(version, ((-9.0, -1.0), (0.0, 9.0))).garments) == 0
