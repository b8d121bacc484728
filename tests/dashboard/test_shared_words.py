"""Screens and paper say the same: what both tell is worded once, or equal."""

import pytest

from core.quality import changes, scores
from core.report import wording as report_wording
from core.words import sentences
from dashboard.today import next_step
from dashboard.today import wording as today_wording


@pytest.mark.parametrize(("num_correct", "num"), [(0, 0), (9, 10), (9999, 10000), (10000, 10000)])
@pytest.mark.parametrize("is_live", [True, False])
def test_the_headline_of_a_pack_is_that_of_today(num_correct, num, is_live):
    found = scores.accuracy_of_counts(num_correct, num)
    assert sentences.headline(found, 3, is_live) == today_wording.headline(found, 3, is_live)
    assert sentences.mistakes(num - num_correct, num) == today_wording.mistakes(num - num_correct, num)


@pytest.mark.parametrize(("num_fixed", "num_broken"), [(0, 0), (1, 1), (40, 10), (10, 40)])
def test_what_changed_is_told_as_today_tells_it(num_fixed, num_broken):
    found = changes.Change(
        num_garments=100, num_fixed=num_fixed, num_broken=num_broken, num_both_wrong=5,
        p_value=changes.mcnemar(num_fixed, num_broken),
    )  # fmt: skip
    assert sentences.fixed_and_broken(found) == today_wording.fixed_and_broken(found)
    assert sentences.is_it_luck(found, 2) == today_wording.is_it_luck(found, 2)


def test_a_pair_is_small_on_paper_from_where_it_is_on_screens():
    assert report_wording.FEW_MISTAKES == next_step.SMALLEST_PAIR
