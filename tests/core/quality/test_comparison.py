import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core.quality import changes, comparison

NAMES = ("Shirt", "Coat", "Bag")


def judged(images, true_class, predicted_class=None, class_names=NAMES):
    true_class = np.asarray(true_class, dtype=np.int64)
    predicted_class = true_class if predicted_class is None else np.asarray(predicted_class, dtype=np.int64)
    return comparison.Judged(
        images=np.asarray(images, dtype=np.uint8),
        true_class=true_class,
        predicted_class=predicted_class,
        confidence=np.full(len(true_class), 0.5),
        class_names=class_names,
    )


def pictures(values, side=3):
    """One picture for each value; equal values give equal pictures."""
    return np.stack([np.full((side, side), value) for value in values]).astype(np.uint8)


def paired_one_by_one(before, after):
    """The pairs, found by a plain search: the first unused garment of the second split with equal picture and label."""
    used, pairs = set(), []
    for i in range(len(before.true_class)):
        for j in range(len(after.true_class)):
            same = before.true_class[i] == after.true_class[j] and (before.images[i] == after.images[j]).all()
            if same and j not in used:
                used.add(j)
                pairs.append((i, j))
                break
    return pairs


garments = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=12)


@given(garments, garments)
def test_common_garments_are_those_a_plain_search_finds(first, second):
    before, after = (
        judged(pictures(list(values)), labels)
        for values, labels in (zip(*split, strict=True) for split in (first, second))
    )
    found = comparison.common_garments(before, after)
    assert [tuple(pair) for pair in found.to_numpy().tolist()] == paired_one_by_one(before, after)


def test_another_order_of_the_same_test_changes_nothing_but_the_positions():
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 256, (200, 28, 28), dtype=np.uint8), random.integers(0, 3, 200)
    before = judged(images, labels, random.integers(0, 3, 200))
    after = judged(images.copy(), labels, random.integers(0, 3, 200))
    order = random.permutation(200)
    moved = judged(images[order], labels[order], after.predicted_class[order])
    straight, crossed = comparison.compare(before, after), comparison.compare(before, moved)
    assert crossed.change == straight.change == changes.change(labels, before.predicted_class, after.predicted_class)
    assert crossed.classes.equals(straight.classes)
    for name in ("fixed", "newly_wrong"):
        expected, found = getattr(straight, name), getattr(crossed, name)
        assert found["before"].tolist() == expected["before"].tolist()
        assert order[found["after"]].tolist() == expected["after"].tolist()
    assert (before.predicted_class[straight.fixed["before"]] != labels[straight.fixed["before"]]).all()
    assert (after.predicted_class[straight.fixed["after"]] == labels[straight.fixed["after"]]).all()


def test_only_garments_of_both_tests_are_counted():
    before = judged(pictures([1, 2, 3, 4]), [0, 1, 2, 0], [0, 0, 2, 0])
    after = judged(pictures([9, 4, 2, 3]), [0, 0, 1, 1], [1, 1, 1, 1])
    found = comparison.compare(before, after)
    # Garment 3 carries another label in the second test, so it is another garment.
    assert found.garments.to_numpy().tolist() == [[1, 2], [3, 1]]
    assert (found.num_common, found.num_before, found.num_after) == (2, 4, 4)
    assert found.fixed.to_numpy().tolist() == [[1, 2]]
    assert found.newly_wrong.to_numpy().tolist() == [[3, 1]]


def test_tests_without_a_common_garment_show_no_difference():
    for images in (pictures([7, 8]), pictures([1, 2], side=4)):
        found = comparison.compare(judged(pictures([1, 2]), [0, 1]), judged(images, [0, 1], [1, 0]))
        assert (found.num_common, found.result) == (0, "no clear difference")
        assert found.classes["recall_before"].isna().all()


@pytest.mark.parametrize(("num_fixed", "num_broken"), [(30, 5), (5, 30), (18, 12), (0, 0), (6, 0), (0, 6), (5, 0)])
def test_better_and_worse_are_said_where_the_exact_test_says_so(num_fixed, num_broken):
    num = num_fixed + num_broken + 10
    truth = np.zeros(num, dtype=np.int64)
    before, after = truth.copy(), truth.copy()
    before[:num_fixed] = 1
    after[num_fixed : num_fixed + num_broken] = 1
    images = pictures(range(num))
    found = comparison.compare(judged(images, truth, before), judged(images, truth, after))
    is_clear = num_fixed + num_broken > 0 and stats.binomtest(num_fixed, num_fixed + num_broken).pvalue < 0.05
    expected = ("better" if num_fixed > num_broken else "worse") if is_clear else "no clear difference"
    assert found.result == expected
    assert (len(found.fixed), len(found.newly_wrong)) == (num_fixed, num_broken)


@given(st.lists(st.integers(0, 30), max_size=30), st.lists(st.integers(0, 30), max_size=30))
def test_learned_garments_are_those_whose_picture_is_in_the_training(test, train):
    if not test or not train:
        test, train = [1, *test], [2, *train]
    found = comparison.overlap(pictures(test), pictures(train))
    assert found.num_learned == sum(value in train for value in test)
    assert found.is_leak == (found.num_learned > len(test) / 100)


def test_one_in_a_hundred_is_no_leak_and_two_are():
    test = pictures(range(100))
    assert not comparison.overlap(test, pictures([5])).is_leak
    leak = comparison.overlap(test, pictures([5, 6]))
    assert leak.is_leak
    assert leak.sentence.startswith("2 of 100 test garments are among those it learned from")
    assert not comparison.overlap(test, pictures([5, 6], side=4)).is_leak


@pytest.mark.parametrize("shape", [(5, 5), (28, 28), (3, 2), (1, 1)])
def test_one_changed_pixel_changes_the_hash_and_only_that_pictures(shape):
    random = np.random.default_rng(1)
    images = random.integers(0, 255, (50, *shape), dtype=np.uint8)
    changed = images.copy()
    changed[7].flat[-1] += 1
    first, second = comparison.picture_hashes(images), comparison.picture_hashes(changed)
    assert np.flatnonzero(first != second).tolist() == [7]
    assert len(np.unique(first)) == len(np.unique(images, axis=0))


def test_more_pictures_than_fit_into_one_chunk_are_hashed_and_paired(monkeypatch):
    random = np.random.default_rng(2)
    images, labels = random.integers(0, 256, (100, 6, 6), dtype=np.uint8), random.integers(0, 3, 100)
    whole = comparison.picture_hashes(images)
    monkeypatch.setattr(comparison, "CHUNK_BYTES", 7 * 6 * 6)
    assert (comparison.picture_hashes(images) == whole).all()
    found = comparison.common_garments(judged(images, labels), judged(images[::-1], labels[::-1]))
    assert found.to_numpy().tolist() == [[place, 99 - place] for place in range(100)]


def test_pictures_with_the_same_hash_are_still_told_apart(monkeypatch):
    monkeypatch.setattr(comparison, "picture_hashes", lambda images: np.zeros(len(images), dtype=np.uint64))
    before, after = judged(pictures([1, 2]), [0, 0]), judged(pictures([1, 3]), [0, 0])
    assert comparison.common_garments(before, after).to_numpy().tolist() == [[0, 0]]
