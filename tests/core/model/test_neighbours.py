import numpy as np

from core.catalogue import split
from core.model import neighbours


def brute_force(vectors, num):
    distances = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    return np.argsort(distances, axis=1, kind="stable")[:, :num]


def test_the_nearest_others_are_those_of_a_full_search():
    vectors = np.random.default_rng(0).normal(size=(40, 8)).astype(np.float32)
    assert np.array_equal(neighbours.nearest_others(vectors, 5), brute_force(vectors, 5))


def test_a_garment_is_never_its_own_neighbour_even_among_twins():
    vectors = np.repeat(np.eye(3, dtype=np.float32), 30, axis=0)
    found = neighbours.nearest_others(vectors, 24)
    assert found.shape == (90, 24)
    assert not (found == np.arange(90)[:, None]).any()
    assert np.array_equal(found // 30, np.repeat(np.arange(90) // 30, 24).reshape(90, 24))


def test_fewer_garments_than_asked_for_give_fewer_neighbours():
    assert neighbours.nearest_others(np.eye(4, dtype=np.float32), 24).shape == (4, 3)


def test_the_length_of_features_does_not_matter():
    features = np.array([[1, 0], [10, 0.5], [0, 1], [0, 0]], dtype=np.float16)
    unit = neighbours.directions(features)
    np.testing.assert_allclose(np.linalg.norm(unit, axis=1), [1, 1, 1, 0], atol=1e-6)
    assert neighbours.nearest_others(unit, 1)[0, 0] == 1


def test_only_those_asked_for_are_looked_up():
    vectors = np.random.default_rng(1).normal(size=(30, 6)).astype(np.float32)
    asked = np.array([4, 0, 29])
    assert np.array_equal(neighbours.nearest_others(vectors, 3, asked), brute_force(vectors, 3)[asked])
    assert neighbours.nearest_others(vectors, 3, asked[:0]).shape == (0, 3)


def test_pictures_are_alike_whatever_their_light():
    shapes = np.zeros((6, 28, 28), dtype=np.uint8)
    for position in range(6):
        shapes[position, :, 9 * (position % 3) : 9 * (position % 3) + 9] = 100 + 20 * position
    garments = split.CatalogueSplit(images=shapes, labels=np.arange(6) % 2, class_names=("Shirt", "Coat"))
    assert neighbours.alike_in_pixels(garments, np.array([1, 5]), 1).tolist() == [[4], [2]]
