"""The map of all garments: alike ones beside each other, the same each time, and boxes that hold what lies in them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors

from core.quality import garment_map


def heaps(num=400, num_heaps=8, seed=0):
    """Features of heaps in many dimensions, which two directions cannot tell apart, and who is alike."""
    random = np.random.default_rng(seed)
    heap_of = random.integers(0, num_heaps, num)
    features = (8 * np.eye(num_heaps, 16)[heap_of] + random.normal(size=(num, 16))).astype(np.float32)
    similar = NearestNeighbors(n_neighbors=16).fit(features).kneighbors(return_distance=False)
    return features, similar, heap_of


def test_neighbours_are_kept_better_than_by_main_directions_alone():
    features, similar, heap_of = heaps()
    places = garment_map.positions(features, similar)
    assert places.shape == (400, 2)
    assert places.dtype == np.float32
    assert (places.min(axis=0) == 0).all()
    assert (places.max(axis=0) == 1).all()
    alone = garment_map.positions(features, similar[:, :0])
    found = [trustworthiness(features, each, n_neighbors=10) for each in (places, alone)]
    assert found[0] > found[1] + 0.05
    nearest = NearestNeighbors(n_neighbors=5).fit(places).kneighbors(return_distance=False)
    assert (heap_of[nearest] == heap_of[:, None]).mean() > 0.95


def test_the_same_garments_give_the_same_map():
    features, similar, _ = heaps()
    np.testing.assert_array_equal(*(garment_map.positions(features, similar) for _ in range(2)))


@pytest.mark.parametrize("num", [0, 1, 2, 3, 5])
def test_few_garments_and_equal_ones_have_places(num):
    similar = np.zeros((num, min(num, 2)), dtype=np.int32)
    for features in (np.zeros((num, 3)), np.arange(3 * num).reshape(num, 3), np.ones((num, 1))):
        places = garment_map.positions(features, similar)
        assert places.shape == (num, 2)
        assert ((places >= 0) & (places <= 1)).all()


def test_what_is_no_table_of_garments_is_refused():
    with pytest.raises(ValueError, match="needed"):
        garment_map.positions(np.zeros((3, 2)), np.zeros((2, 1), dtype=int))
    with pytest.raises(ValueError, match="finite"):
        garment_map.positions(np.full((3, 2), np.nan), np.zeros((3, 1), dtype=int))


@given(seed=st.integers(0, 2**16), ends=st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_a_box_holds_exactly_the_garments_that_lie_in_it(seed, ends):
    places = np.random.default_rng(seed).integers(0, 10, (50, 2))
    left, right, bottom, top = ends
    found = garment_map.within(places, (left, right), (bottom, top))
    expected = [
        number for number, (x, y) in enumerate(places.tolist())
        if min(left, right) <= x <= max(left, right) and min(bottom, top) <= y <= max(bottom, top)
    ]  # fmt: skip
    assert found.tolist() == expected
