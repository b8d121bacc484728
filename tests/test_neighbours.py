import numpy as np

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
