import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.quality import automation_share

garments = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10), st.booleans(), st.booleans()), max_size=40)


@given(garments, st.sampled_from([0.0, 0.3, 0.55, 1.0, math.nan]), st.sampled_from([0.2, 0.7, math.nan]))
def test_garments_at_or_above_the_line_are_counted_for_each_version_by_its_own(found, before, after):
    confidence = tuple(np.array([row[place] / 10 for row in found]) for place in (0, 1))
    is_correct = tuple(np.array([row[place] for row in found], dtype=bool) for place in (2, 3))
    result = automation_share.difference(confidence, is_correct, (before, after))
    for one, place, line in ((result.before, 0, before), (result.after, 1, after)):
        tagged = [row for row in found if row[place] / 10 >= line]
        assert (one.num_garments, one.num_tagged) == (len(found), len(tagged))
        assert one.num_wrong == sum(not row[place + 2] for row in tagged)
    if found:
        assert result.difference == pytest.approx((result.after.num_tagged - result.before.num_tagged) / len(found))
        assert result.low <= result.difference <= result.high


def versions(num, lift):
    random = np.random.default_rng(1)
    sure = random.random(num)
    return (sure, np.clip(sure + lift * random.random(num), 0, 1)), (np.ones(num, dtype=bool),) * 2


def test_a_clear_fall_is_clear_and_a_gain_is_none():
    confidence, is_correct = versions(2000, 0.2)
    up = automation_share.difference(confidence, is_correct, (0.8, 0.8))
    assert up.low > 0
    assert not up.is_clearly_lower
    assert automation_share.difference(confidence[::-1], is_correct, (0.8, 0.8)).is_clearly_lower


def test_a_version_without_a_line_tags_nothing_and_is_clearly_lower():
    confidence, is_correct = versions(2000, 0.2)
    found = automation_share.difference(confidence, is_correct, (0.8, math.nan))
    assert (found.after.num_tagged, found.after.num_wrong) == (0, 0)
    assert found.is_clearly_lower


def test_without_garments_nothing_is_known():
    none, nothing = np.empty(0), np.empty(0, dtype=bool)
    found = automation_share.difference((none, none), (nothing, nothing), (0.5, 0.5))
    assert math.isnan(found.difference)
    assert math.isnan(found.low)
    assert not found.is_clearly_lower
