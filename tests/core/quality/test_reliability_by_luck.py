import numpy as np
import pytest

from core.quality import reliability


@pytest.mark.parametrize(("num", "low", "high"), [(300, 0.04, 0.09), (10_000, 0.005, 0.015)])
def test_confidences_that_hold_show_an_error_by_luck_and_the_smaller_the_more_garments(num, low, high):
    confidence = np.random.default_rng(1).uniform(0.3, 1, num)
    by_luck = reliability.error_by_luck(confidence)
    assert low < by_luck < high
    assert by_luck == reliability.error_by_luck(confidence)
    random = np.random.default_rng(2)
    drawn = [reliability.expected_calibration_error(confidence, random.random(num) < confidence) for _ in range(100)]
    assert by_luck == pytest.approx(np.mean(drawn), rel=0.15)


def test_without_garments_nothing_is_known():
    assert np.isnan(reliability.error_by_luck(np.empty(0)))
    assert reliability.error_by_luck(np.ones(50)) == 0, "what is certain is always right"
