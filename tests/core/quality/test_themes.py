import numpy as np
import pytest
import sklearn.cluster
import sklearn.decomposition
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st

from core.quality import themes


def heaps(*sizes, num_features=12, seed=0, apart=8.0):
    """Features of garments in heaps of these sizes, shuffled, and the heap of each."""
    rng = np.random.default_rng(seed)
    heap = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    middles = rng.normal(size=(len(sizes), num_features)) * apart
    return (middles[heap] + rng.normal(size=(len(heap), num_features))).astype(np.float16), heap


def grouped(features, **options):
    return themes.themes(np.arange(len(features)) * 3 + 7, features, **options)


@settings(max_examples=50)
@given(st.integers(0, 10_000), st.integers(8, 60), st.integers(2, 6))
def test_the_silhouette_is_scikit_learns(seed, num, num_themes):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(num, 3))
    theme_of = np.concatenate([np.arange(num_themes), rng.integers(0, num_themes, num - num_themes)])
    expected = sklearn.metrics.silhouette_score(points, theme_of)
    distances = sklearn.metrics.pairwise_distances(points)
    assert themes.silhouette(distances, theme_of) == pytest.approx(expected, abs=1e-9)


def test_the_silhouette_that_is_reported_is_scikit_learns():
    features, _ = heaps(30, 25, 20, 15, apart=1.5)
    found = grouped(features)
    points = themes.directions(features)
    theme_of = np.empty(len(features), dtype=int)
    theme_of[(found.table["garment"] - 7) // 3] = found.table["theme"]
    assert found.silhouette == pytest.approx(sklearn.metrics.silhouette_score(points, theme_of), abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_the_heaps_are_as_tight_as_scikit_learns(seed):
    points = np.random.default_rng(seed).normal(size=(300, 6))
    theme_of = themes.grouped(points, 5, np.random.default_rng(seed))
    middles = np.array([points[theme_of == theme].mean(axis=0) for theme in range(5)])
    loss = ((points - middles[theme_of]) ** 2).sum()
    assert loss <= 1.02 * sklearn.cluster.KMeans(5, n_init=10, random_state=0).fit(points).inertia_


def test_the_directions_are_those_of_scikit_learn():
    features = heaps(40, 30, 20)[0].astype(np.float64)
    standard = (features - features.mean(axis=0)) / features.std(axis=0)
    assert np.abs(standard).max() < 2.5
    expected = sklearn.decomposition.PCA(6, svd_solver="full").fit_transform(standard)
    np.testing.assert_allclose(np.abs(themes.directions(features)), np.abs(expected), atol=1e-6)


def test_a_garment_like_no_other_does_not_hide_the_themes():
    features, heap = heaps(30, 25, 20)
    features[4, :6] = 3e4
    found = grouped(features)
    positions = (found.table["garment"].to_numpy() - 7) // 3
    others = positions != 4
    assert sklearn.metrics.adjusted_rand_score(heap[positions][others], found.table["theme"][others]) == 1


@pytest.mark.parametrize("sizes", [(30, 20, 10), (12, 25, 40, 18), (30, 15, 25, 20, 10), (60, 50, 40, 30, 20, 10)])
def test_heaps_that_are_there_are_found_the_largest_first(sizes):
    features, heap = heaps(*sizes)
    found = grouped(features)
    assert found.status == "grouped"
    positions = (found.table["garment"].to_numpy() - 7) // 3
    assert sorted(positions) == list(range(len(features)))
    assert sklearn.metrics.adjusted_rand_score(heap[positions], found.table["theme"]) == 1
    assert found.table["theme"].value_counts().sort_index().tolist() == sorted(sizes, reverse=True)
    assert found.table["theme"].is_monotonic_increasing


def test_within_a_theme_the_most_typical_garment_comes_first():
    features, _ = heaps(30, 25, 20)
    found = grouped(features)
    points = themes.directions(features)
    for _, rows in found.table.groupby("theme"):
        assert rows["distance"].is_monotonic_increasing
        own = points[(rows["garment"] - 7) // 3]
        np.testing.assert_allclose(rows["distance"], np.linalg.norm(own - own.mean(axis=0), axis=1))


def test_a_centre_is_the_mean_of_the_features_of_its_theme():
    features, _ = heaps(30, 25, 20)
    found = grouped(features)
    assert found.centres.dtype == np.float32
    for theme, rows in found.table.groupby("theme"):
        own = features[(rows["garment"] - 7) // 3].astype(np.float64)
        np.testing.assert_allclose(found.centres[theme], own.mean(axis=0), rtol=1e-5)


def test_the_columns_are_as_documented_with_themes_and_without():
    for found in (grouped(heaps(30, 25, 20)[0]), grouped(heaps(10, 10)[0])):
        assert found.table.dtypes.astype(str).to_dict() == {"garment": "int64", "theme": "int64", "distance": "float64"}


def test_the_same_garments_give_the_same_themes():
    features, _ = heaps(40, 30, 30, 20, apart=1.2)
    first, second = grouped(features, seed=5), grouped(features, seed=5)
    assert first.table.equals(second.table)
    assert np.array_equal(first.centres, second.centres)


def test_the_unit_of_a_feature_does_not_matter():
    features = heaps(30, 25, 20)[0].astype(np.float64)
    scaled = features * np.geomspace(1e-3, 1e3, features.shape[1])
    assert grouped(scaled).table[["garment", "theme"]].equals(grouped(features).table[["garment", "theme"]])


@pytest.mark.parametrize("num", [0, 1, 29])
def test_fewer_than_thirty_mistakes_are_not_grouped(num):
    found = grouped(heaps(10, 10, 10)[0][:num])
    assert found.status == "too few"
    assert len(found.table) == 0
    assert found.centres.shape == (0, 12)
    assert np.isnan(found.silhouette)


def test_one_cloud_is_not_cut_into_themes():
    rng = np.random.default_rng(0)
    statuses = []
    for num in (30, 60, 120, 400):
        for _ in range(15):
            mixed = rng.normal(size=(64, 64)) * np.geomspace(3, 0.1, 64)  # a cloud with long and short sides
            statuses.append(grouped(rng.normal(size=(num, 64)) @ mixed.T).status)
    assert statuses.count("cannot be told apart") >= 58


def test_shuffling_each_feature_takes_the_themes_away():
    features, _ = heaps(60, 50, 40, apart=1.5)
    rng = np.random.default_rng(0)
    shuffled = np.column_stack([rng.permutation(column) for column in features.T])
    assert grouped(features).status == "grouped"
    found = grouped(shuffled)
    assert found.status == "cannot be told apart"
    assert found.silhouette < themes.clear_silhouette(150)


def test_garments_that_are_all_alike_cannot_be_told_apart():
    found = grouped(np.full((40, 8), 0.1))
    assert found.status == "cannot be told apart"
    assert np.isnan(found.silhouette)


def test_two_kinds_of_twins_are_no_three_themes():
    found = grouped(np.repeat(np.eye(2), 20, axis=0))
    assert found.status == "cannot be told apart"


def test_a_few_garments_that_look_like_no_other_are_no_theme():
    features, heap = heaps(40, 4, 4, apart=30)
    assert (np.bincount(heap) < themes.MIN_IN_THEME).any()
    assert grouped(features).status == "cannot be told apart"


def test_features_that_never_change_do_not_matter():
    features, _ = heaps(30, 25, 20)
    wider = np.column_stack([features, np.full(len(features), 0.3), np.zeros(len(features))])
    assert grouped(wider).table.equals(grouped(features.astype(np.float64)).table)


def test_many_garments_are_grouped_by_the_distances_of_some(monkeypatch):
    monkeypatch.setattr(themes, "_MAX_COMPARED", 60)
    features, heap = heaps(120, 80, 50)
    found = grouped(features)
    positions = (found.table["garment"].to_numpy() - 7) // 3
    assert sklearn.metrics.adjusted_rand_score(heap[positions], found.table["theme"]) == 1


def test_what_cannot_be_grouped_is_refused():
    with pytest.raises(ValueError, match=r"got the shapes \(3,\), \(4, 2\)"):
        themes.themes(np.arange(3), np.zeros((4, 2)))
    with pytest.raises(ValueError, match="finite"):
        themes.themes(np.arange(40), np.full((40, 2), np.nan))
