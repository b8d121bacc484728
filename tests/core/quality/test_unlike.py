"""What is like nothing that was learned."""

import numpy as np
import pytest
import sklearn.neighbors

from core.quality import unlike


def known(num, seed):
    """Features of three groups, and how sure their tags are."""
    random = np.random.default_rng(seed)
    centres = np.eye(3, 16) * 10
    features = centres[np.arange(num) % 3] + random.normal(size=(num, 16))
    return features.astype(np.float16), 1 - 0.4 * random.beta(0.4, 2, num)


def test_about_two_of_100_known_garments_are_called_unlike_and_the_number_is_given():
    features, confidence = known(4000, 0)
    found = unlike.detector(features, confidence)
    assert (found.num_known, found.num_unlike, found.known_share) == (2000, 40, 0.02)
    others = found.is_unlike(*known(4000, 1))
    assert 0.01 < others.mean() < 0.03


def test_what_lies_elsewhere_is_unlike():
    found = unlike.detector(*known(1000, 0))
    elsewhere = -np.ones((5, 16)) + np.random.default_rng(0).normal(size=(5, 16))
    assert found.is_unlike(elsewhere, np.full(5, 0.9)).all()


def test_doubt_counts_as_well_as_distance():
    features, confidence = known(1000, 0)
    found = unlike.detector(features, confidence)
    sure, unsure = (found.strangeness(features, np.full(1000, value)) for value in (1.0, 0.3))
    np.testing.assert_allclose(unsure - sure, 0.7)


def test_distances_are_those_of_the_nearest_neighbours():
    features, confidence = known(300, 2)
    found = unlike.detector(features, confidence)
    search = sklearn.neighbors.NearestNeighbors(n_neighbors=10).fit(found.known)
    expected = search.kneighbors(unlike.directions(features))[0].mean(axis=1)
    strangeness = found.strangeness(features, np.ones(300))
    np.testing.assert_allclose(strangeness * found.ordinary / unlike.DISTANCE_WEIGHT, expected, atol=2e-3)


@pytest.mark.parametrize("value", [0.0, np.inf])
def test_features_without_a_direction_have_an_answer(value):
    found = unlike.detector(*known(100, 0))
    assert np.isfinite(found.strangeness(np.full((1, 16), value, dtype=np.float16), np.ones(1))).all()


def test_equal_garments_have_a_cut_too():
    found = unlike.detector(np.ones((10, 4)), np.ones(10))
    assert np.isfinite(found.cut)


def test_too_few_garments_are_refused():
    with pytest.raises(ValueError, match="At least two known garments are needed, got 1 features"):
        unlike.detector(np.ones((1, 4)), np.ones(1))
