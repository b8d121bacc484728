"""Screens and paper say the same: what both tell is worded once, or equal."""

from core.report import wording as report_wording
from dashboard.today import next_step


def test_a_pair_is_small_on_paper_from_where_it_is_on_screens():
    assert report_wording.FEW_MISTAKES == next_step.SMALLEST_PAIR
