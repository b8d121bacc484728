import math

import numpy as np
import pytest
from scipy import stats

from core.quality import automation_line, checked_line


def world(num, harder, seed):
    """Garments that are wrong so many times as often as their confidence says."""
    random = np.random.default_rng(seed)
    confidence = 1 - 0.7 * random.random(num) ** 3
    return confidence, random.random(num) > harder * (1 - confidence)


@pytest.mark.parametrize(("num_wrong", "num_tagged", "certainty"), [(42, 6289, 0.95), (3, 10, 0.99), (10, 10, 0.9)])
def test_the_lower_bound_is_clopper_and_pearsons(num_wrong, num_tagged, certainty):
    expected = stats.beta.ppf(1 - certainty, num_wrong, num_tagged - num_wrong + 1)
    assert checked_line.lower_bound(num_wrong, num_tagged, certainty) == pytest.approx(expected)
    assert checked_line.lower_bound(0, num_tagged, certainty) == 0


def test_where_the_test_agrees_the_usual_line_is_offered():
    known, test = world(4000, 0.8, 1), world(4000, 0.8, 2)
    found = checked_line.checked(known, test, 2.0)
    assert (found.line, found.num_refused) == (automation_line.suggested(*known, 2.0), 0)


def test_where_the_test_contradicts_a_surer_line_is_offered_that_it_does_not_contradict():
    known, test = world(4000, 0.8, 1), world(4000, 2.5, 2)
    found = checked_line.checked(known, test, 2.0)
    assert found.num_refused >= 1
    assert found.line.confidence > automation_line.suggested(*known, 2.0).confidence
    assert not checked_line.is_contradicted(found.line.confidence, test, 2.0, num_looks=len(checked_line.SURER))
    later = [automation_line.suggested(*known, part * 2.0).confidence for part in checked_line.SURER]
    assert found.line.confidence == later[found.num_refused]


def test_where_every_line_is_contradicted_none_is_offered():
    known, (confidence, _) = world(4000, 0.8, 1), world(4000, 0.8, 2)
    found = checked_line.checked(known, (confidence, np.arange(4000) % 4 > 0), 2.0)
    assert math.isnan(found.line.confidence)
    assert found.line.num_garments == 4000
    assert found.num_refused >= 2


def test_lines_that_are_asked_for_together_share_the_error():
    confidence, is_correct = np.ones(1000), np.arange(1000) >= 31
    assert checked_line.is_contradicted(0.5, (confidence, is_correct), 2.0)
    assert not checked_line.is_contradicted(0.5, (confidence, is_correct), 2.0, num_looks=50)
    assert not checked_line.is_contradicted(2.0, (confidence, is_correct), 2.0), "above it nothing is tagged"


def test_without_a_line_on_held_out_garments_the_test_is_not_asked():
    found = checked_line.checked((np.ones(3), np.ones(3, dtype=bool)), (np.ones(3), np.zeros(3, dtype=bool)), 2.0)
    assert math.isnan(found.line.confidence)
    assert found.num_refused == 0
