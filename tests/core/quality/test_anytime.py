import numpy as np
import pytest
from scipy import stats

from core.quality import anytime


def test_the_stake_is_what_betting_answer_by_answer_makes_of_it():
    is_wrong, promise = [False, True, False, True, True], 0.1
    stakes = dict.fromkeys(anytime.TIMES_PROMISED, 1 / len(anytime.TIMES_PROMISED))
    for answer, told in zip(is_wrong, anytime.evidence(is_wrong, promise), strict=True):
        for times in stakes:
            bet = times * promise
            stakes[times] *= bet / promise if answer else (1 - bet) / (1 - promise)
        assert told == pytest.approx(sum(stakes.values()))


@pytest.mark.parametrize("truth", [0.0, 0.01, 0.02])
def test_the_stake_is_worth_no_more_than_one_while_the_promise_is_kept(truth):
    num = 30
    expected = sum(
        stats.binom.pmf(wrong, num, truth) * anytime.evidence([True] * wrong + [False] * (num - wrong), 0.02)[-1]
        for wrong in range(num + 1)
    )
    assert expected <= 1 + 1e-9


@pytest.mark.parametrize("promise", [0.3, 0.6, 0.95])
def test_no_bet_is_on_more_than_everything(promise):
    told = anytime.evidence([True] * 20 + [False] * 20, promise)
    assert np.isfinite(told).all() and (told > 0).all()


def test_once_broken_it_stays_so_whatever_comes():
    wrong = [True] * 10 + [False] * 5000
    assert anytime.is_broken(wrong, 0.02)
    assert anytime.evidence(wrong, 0.02)[-1] < 1 / anytime.FALSE_ALARMS
    assert not anytime.is_broken([], 0.02)


@pytest.mark.parametrize(("promise", "needed"), [(0.02, 149), (0.005, 598), (0.05, 59)])
def test_the_right_answers_that_a_promise_needs_are_those_of_an_exact_bound(promise, needed):
    assert anytime.answers_needed(promise) == needed
    assert stats.binom.pmf(0, needed, promise) <= 0.05 < stats.binom.pmf(0, needed - 1, promise)


@pytest.mark.parametrize("promise", [0, 1, -0.1, 2])
def test_a_promise_that_is_none_is_refused(promise):
    with pytest.raises(ValueError, match="between 0 and 1"):
        anytime.evidence([True], promise)
