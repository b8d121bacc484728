"""What a merge does to quality, against counting the garments one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from core.quality import confusion, merging

NUM_CLASSES = 4


@given(seed=st.integers(0, 2**32 - 1), groups=st.lists(st.integers(0, 2), min_size=NUM_CLASSES, max_size=NUM_CLASSES))
def test_a_merge_is_what_counting_merged_garments_gives(seed, groups):
    groups = np.unique(groups, return_inverse=True)[1]
    true, said = np.random.default_rng(seed).integers(0, NUM_CLASSES, size=(2, 60))
    counts = confusion.matrix(true, said, NUM_CLASSES)
    found = merging.effect(counts, groups)
    assert found.before.num_correct == np.count_nonzero(true == said)
    assert found.after.num_correct == np.count_nonzero(groups[true] == groups[said])
    assert found.num_gained == np.count_nonzero((true != said) & (groups[true] == groups[said]))
    num_groups = groups.max() + 1
    expected = confusion.matrix(groups[true], groups[said], num_groups)
    np.testing.assert_array_equal(merging.merged_counts(counts, groups), expected)
    names = [str(number) for number in range(num_groups)]
    assert merging.merged_scores(counts, groups, names)["num_correct"].tolist() == np.diag(expected).tolist()


def test_the_gain_carries_its_interval():
    counts = np.array([[80, 20, 0], [10, 90, 0], [0, 0, 100]])
    found = merging.effect(counts, np.array([0, 0, 1]))
    assert (found.before.num_correct, found.after.num_correct, found.num_gained) == (270, 300, 30)
    low, high = binomtest(30, 300).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((low, high))


def test_nothing_merged_gains_nothing():
    found = merging.effect(np.eye(3, dtype=np.int64), np.arange(3))
    assert found.num_gained == 0
    assert found.before == found.after
