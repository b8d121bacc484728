import math

import numpy as np
import pytest

from core.quality import intervals, list_worth


def test_everybody_is_shown_every_garment_once_the_least_likely_first_but_for_one_in_six():
    shown = list_worth.in_turn(100, 7).tolist()
    drawn = list_worth.drawn(100, 7).tolist()
    assert sorted(shown) == list(range(100))
    assert [place for turn, place in enumerate(shown) if turn % 6 == 5 and turn // 6 < 16] == drawn
    others = [place for place in shown if place not in drawn]
    assert others == sorted(others)
    assert shown == list_worth.in_turn(100, 7).tolist() != list_worth.in_turn(100, 8).tolist()
    assert list_worth.in_turn(5, 1).tolist() == [0, 1, 2, 3, 4] and list_worth.in_turn(0, 1).tolist() == []


def test_every_garment_of_a_list_has_the_same_chance_to_be_drawn():
    times = np.zeros(30)
    for seed in range(3000):
        times[list_worth.drawn(30, seed)] += 1
    # 3000 draws of 5 in 30: 500 expected, standard deviation 20.4.
    assert (np.abs(times - 500) < 5 * 20.4).all()


def decided(num_turns, is_wrong, seed):
    known = np.full(len(is_wrong), np.nan)
    places = list_worth.in_turn(len(is_wrong), seed)[:num_turns]
    known[places] = is_wrong[places]
    return known


def test_the_beginning_counts_as_it_is_and_the_rest_by_those_drawn():
    truth = (np.arange(120) < 40).astype(float)
    known = decided(48, truth, 3)
    found = list_worth.worth(known, 3)
    drawn = list_worth.drawn(120, 3)[:8]
    below = drawn[drawn >= found.depth]
    top = known[: found.depth]
    num_open = int(np.isnan(top).sum())
    low, high = (float(end) for end in intervals.wilson(truth[below].sum(), len(below)))
    rest = 120 - found.depth
    assert (found.num_listed, found.num_drawn) == (120, len(below))
    assert found.low == pytest.approx((np.nansum(top) + rest * low) / 120)
    assert found.high == pytest.approx((np.nansum(top) + num_open + rest * high) / 120)
    assert found.low <= found.share <= found.high


def test_a_list_that_is_done_is_known_exactly():
    truth = np.array([1.0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1])
    found = list_worth.worth(truth, 1)
    assert (found.depth, found.share, found.low, found.high) == (13, 5 / 13, 5 / 13, 5 / 13)


def test_before_enough_of_those_drawn_are_judged_nothing_is_said_of_the_whole():
    found = list_worth.worth(decided(12, np.ones(300), 2), 2)
    assert math.isnan(found.share) and math.isnan(found.low)
    assert found.depth >= 10
    nothing = list_worth.worth(np.full(300, np.nan), 2)
    assert (nothing.depth, nothing.num_drawn) == (0, 0)
    assert list_worth.worth(np.empty(0), 2).num_listed == 0


def test_of_the_part_that_people_are_shown_those_drawn_tell_as_of_the_whole():
    """A list of 600 of which every third row is shown: only rows of the part count, and its share is met on average."""
    is_shown = np.arange(600) % 3 == 0
    wrong = np.random.default_rng(5).random(600) < 0.4
    found = []
    for seed in range(200):
        known = np.zeros(600, dtype=bool)
        known[:60] = True
        known[list_worth.drawn(600, seed)] = True
        decided = np.where(known, wrong.astype(float), np.nan)
        told = list_worth.worth(decided, seed, is_shown)
        assert told.num_listed == 200
        assert told.num_drawn == (is_shown & known)[3 * told.depth :].sum()
        changed = np.where(is_shown, decided, 1 - decided)
        assert list_worth.worth(changed, seed, is_shown) == told
        found.append(told.share)
    assert np.mean(found) == pytest.approx(wrong[is_shown].mean(), abs=0.02)
