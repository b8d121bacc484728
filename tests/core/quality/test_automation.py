import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.quality import automation_share

garments = st.lists(st.tuples(st.integers(0, 10), st.booleans()), max_size=40)


def best_by_trying(confidence, is_correct, max_wrong_in_100):
    """Garments tagged at the best of all lines, by trying each."""
    best = 0
    for line in set(confidence.tolist()):
        tagged = confidence >= line
        if 100 * (tagged & ~is_correct).sum() <= max_wrong_in_100 * tagged.sum():
            best = max(best, int(tagged.sum()))
    return best


@given(garments, st.sampled_from([0.0, 2.0, 5.0, 25.0, 100.0]))
def test_the_share_is_the_best_that_any_line_gives(found, max_wrong_in_100):
    confidence = np.array([sure / 10 for sure, _ in found])
    is_correct = np.array([right for _, right in found], dtype=bool)
    result = automation_share.automation(confidence, is_correct, max_wrong_in_100)
    assert result.num_tagged == best_by_trying(confidence, is_correct, max_wrong_in_100)
    if result.num_tagged:
        tagged = confidence >= result.line
        assert (tagged.sum(), (tagged & ~is_correct).sum()) == (result.num_tagged, result.num_wrong)
    else:
        assert math.isnan(result.line)


def test_a_case_counted_by_hand():
    # 50 sure and right, one wrong, then 49 right and a wrong one, then wrong ones: 2 of 100 and 2 of 101.
    confidence = np.linspace(0.99, 0.5, 110)
    is_correct = np.ones(110, dtype=bool)
    is_correct[[50, 100, 101, 102]] = False
    result = automation_share.automation(confidence, is_correct)
    assert (result.num_tagged, result.num_wrong, result.num_garments) == (101, 2, 110)
    assert result.share == pytest.approx(101 / 110)


def two_versions(num, seed, lift=0.0):
    random = np.random.default_rng(seed)
    hardness = random.random(num)
    confidence = tuple(np.clip(1 - hardness**3 * 0.6 - random.random(num) * 0.05, 0, 1) for _ in range(2))
    is_correct = tuple(random.random(num) > hardness**4 * (0.5 - gain) for gain in (0.0, lift))
    return confidence, is_correct


def test_the_interval_is_that_of_drawing_garments_again_one_by_one():
    confidence, is_correct = two_versions(300, 1)
    found = automation_share.difference(confidence, is_correct, seed=3, num_resamples=200)
    random, differences = np.random.default_rng(3), []
    for _ in range(200):
        drawn = random.integers(0, 300, 300)
        before, after = (
            best_by_trying(sure[drawn], right[drawn], 2.0) for sure, right in zip(confidence, is_correct, strict=True)
        )
        differences.append((after - before) / 300)
    low, high = np.quantile(differences, [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx((low, high))
    assert found.difference == found.after.share - found.before.share


def test_the_same_seed_gives_the_same_interval():
    confidence, is_correct = two_versions(200, 1)
    assert automation_share.difference(confidence, is_correct, seed=5) == automation_share.difference(
        confidence, is_correct, seed=5
    )


def test_a_version_against_itself_differs_by_nothing():
    (sure, _), (right, _) = two_versions(500, 2)
    found = automation_share.difference((sure, sure), (right, right))
    assert (found.difference, found.low, found.high, found.is_clearly_lower) == (0, 0, 0, False)


def test_a_clear_fall_is_clear_and_a_gain_is_none():
    confidence, is_correct = two_versions(4000, 3, lift=0.45)
    assert automation_share.difference(confidence[::-1], is_correct[::-1]).is_clearly_lower
    found = automation_share.difference(confidence, is_correct)
    assert found.low > 0
    assert not found.is_clearly_lower


def test_many_garments_give_the_scaled_spread_of_some(monkeypatch):
    confidence, is_correct = two_versions(4000, 4)
    whole = automation_share.difference(confidence, is_correct)
    monkeypatch.setattr(automation_share, "MOST_RESAMPLED", 1000)
    part = automation_share.difference(confidence, is_correct)
    assert (part.before, part.after) == (whole.before, whole.after)
    assert 0.5 < (part.high - part.low) / (whole.high - whole.low) < 2


def test_without_garments_nothing_is_known():
    none, nothing = np.empty(0), np.empty(0, dtype=bool)
    found = automation_share.difference((none, none), (nothing, nothing))
    assert math.isnan(found.difference)
    assert math.isnan(found.low)
    assert not found.is_clearly_lower
