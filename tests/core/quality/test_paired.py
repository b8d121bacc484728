import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from core.quality import paired

p_values = st.lists(st.one_of(st.floats(0, 1), st.just(math.nan)), max_size=6)


@given(p_values)
def test_holm_is_the_closed_test_of_all_groups_of_questions(found):
    """A question is clear where every group of questions that holds it is, by Bonferroni's bound."""
    asked = [place for place, value in enumerate(found) if not math.isnan(value)]
    adjusted = paired.holm(found)
    for place, value in enumerate(found):
        if math.isnan(value):
            assert math.isnan(adjusted[place])
            continue
        groups = ({place, *others} for num in range(len(asked)) for others in itertools.combinations(asked, num))
        worst = max(len(group) * min(found[one] for one in group) for group in groups)
        assert adjusted[place] == pytest.approx(min(1, worst))


@pytest.mark.parametrize(("num_fixed", "num_broken", "num_garments", "margin"), [
    (0, 9, 300, 0.02), (3, 20, 300, 0.02), (40, 60, 1000, 0.01), (0, 0, 50, 0.05), (10, 0, 100, 0.1), (1, 30, 31, 0.2),
])  # fmt: skip
def test_a_loss_is_judged_with_the_likeliest_shares_of_those_that_lose_no_more(
    num_fixed, num_broken, num_garments, margin
):
    num_same = num_garments - num_fixed - num_broken

    def unlikeliness(share_fixed):
        shares = np.array([share_fixed, share_fixed + margin, 1 - 2 * share_fixed - margin])
        counts = np.array([num_fixed, num_broken, num_same])
        return -float((counts * np.log(np.maximum(shares, 1e-300)))[counts > 0].sum())

    best = optimize.minimize_scalar(
        unlikeliness, bounds=(0, (1 - margin) / 2), method="bounded", options={"xatol": 1e-12}
    ).x
    variance = num_garments * (2 * best + margin * (1 - margin))
    expected = stats.norm.sf((num_broken - num_fixed - num_garments * margin) / math.sqrt(variance))
    found = paired.loss_p_value(num_fixed, num_broken, num_garments, margin)
    assert found == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(("num_fixed", "num_broken"), [(3, 12), (12, 3), (5, 5), (0, 8)])
def test_with_no_margin_it_is_mcnemars_test_without_correction(num_fixed, num_broken):
    expected = stats.norm.sf((num_broken - num_fixed) / math.sqrt(num_broken + num_fixed))
    assert paired.loss_p_value(num_fixed, num_broken, 200, 0.0) == pytest.approx(expected)


def test_without_garments_no_question_is_asked_and_without_change_nothing_is_clear():
    assert math.isnan(paired.loss_p_value(0, 0, 0, 0.02))
    assert paired.loss_p_value(0, 0, 100, 0.0) == 1.0
    assert all(map(math.isnan, paired.difference_interval(0, 0, 0)))


@pytest.mark.parametrize(("share_gained", "share_lost"), [(0.05, 0.05), (0.01, 0.06), (0.0, 0.02)])
def test_the_interval_of_a_difference_covers_it_about_19_times_in_20(share_gained, share_lost):
    random, num = np.random.default_rng(3), 400
    drawn = random.multinomial(num, [share_gained, share_lost, 1 - share_gained - share_lost], size=2000)
    ends = np.array([paired.difference_interval(gained, lost, num) for gained, lost, _ in drawn])
    covered = (ends[:, 0] <= share_gained - share_lost) & (share_gained - share_lost <= ends[:, 1])
    assert 0.93 <= covered.mean() <= 0.985


def precisions(random, num, loss):
    """Tags of two versions for one category: a tenth of the garments each, nine tenths of them the same ones."""
    before = random.random(num) < 0.1
    after = np.where(random.random(num) < 0.9, before, random.random(num) < 0.1)
    luck = random.random(num)
    again = np.where(random.random(num) < 0.7, luck, random.random(num))
    return (before, before & (luck < 0.9)), (after, after & (again < 0.9 - loss))


@pytest.mark.parametrize(("loss", "least", "most"), [(0.0, 0.0, 0.02), (0.02, 0.0, 0.07), (0.1, 0.9, 1.0)])
def test_a_precision_that_falls_by_more_than_the_margin_is_noticed_and_one_that_does_not_is_not(loss, least, most):
    random = np.random.default_rng(4)
    found = [paired.precision_loss_p_value(*precisions(random, 3000, loss), 0.02) < 0.05 for _ in range(300)]
    assert least <= np.mean(found) <= most


def test_precisions_of_too_few_garments_are_not_compared():
    tagged = np.arange(100) < paired.LEAST_TAGGED
    enough, few = (tagged, tagged), (np.arange(100) < paired.LEAST_TAGGED - 1,) * 2
    assert paired.precision_loss_p_value(enough, enough, 0.02) > 0.5
    assert math.isnan(paired.precision_loss_p_value(enough, few, 0.02))
    assert math.isnan(paired.precision_loss_p_value(few, enough, 0.02))
