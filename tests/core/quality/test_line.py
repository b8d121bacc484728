"""The automation line: the promise holds for garments that did not choose it."""

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from core.quality import automation_line
from core.settings import Settings
from core.store import open_store
from core.store.runs import file_reader, runs
from tests import conftest

NUM_SPLITS = 100


def made_up(num=12_000, *, seed=0, num_classes=10):
    """Garments whose confidence is right: (confidence, true_class, predicted_class), most of them sure."""
    random = np.random.default_rng(seed)
    confidence = 1 - 0.6 * random.beta(0.35, 2.2, num)
    predicted_class = random.integers(0, num_classes, num)
    is_wrong = random.random(num) > confidence
    return confidence, np.where(is_wrong, (predicted_class + 1) % num_classes, predicted_class), predicted_class


def num_broken(confidence, is_correct, *, num_validation, max_wrong_in_100=2.0):
    """In how many random splits more tags above the line are wrong than promised, among those with a line."""
    broken, reached = 0, 0
    for seed in range(NUM_SPLITS):
        order = np.random.default_rng(seed).permutation(len(confidence))
        chosen, judged = order[:num_validation], order[num_validation:]
        found = automation_line.suggested(confidence[chosen], is_correct[chosen], max_wrong_in_100)
        trusted = confidence[judged] >= found.confidence
        reached += found.is_reached
        broken += found.is_reached and (~is_correct[judged][trusted]).mean() > max_wrong_in_100 / 100
    assert reached > NUM_SPLITS * 0.9
    return broken


# At least as many garments judge as choose: the share of few garments above a line has luck of its own.
@pytest.mark.parametrize("num_validation", [1000, 3000, 6000])
def test_the_promise_holds_on_garments_that_did_not_choose_the_line(num_validation):
    confidence, true_class, predicted_class = made_up()
    assert num_broken(confidence, true_class == predicted_class, num_validation=num_validation) <= 5


def test_the_promise_holds_also_where_confidences_are_too_high():
    confidence, true_class, predicted_class = made_up()
    assert num_broken(confidence**0.5, true_class == predicted_class, num_validation=5000) <= 5


@pytest.mark.real_data
def test_the_promise_holds_on_real_garments(real_home):
    store = open_store(Settings(home=real_home))
    found = file_reader.load_predictions(store, runs.find(store, "live"))
    store.engine.dispose()
    is_correct = (found["true_class"] == found["predicted_class"]).to_numpy()
    assert num_broken(found["confidence"].to_numpy(), is_correct, num_validation=5000) <= 5
    assert conftest.REAL_DATA


def test_the_bound_is_that_of_clopper_and_pearson():
    for num_wrong, num_tagged in ((0, 149), (3, 400), (54, 3797), (7, 7)):
        found = automation_line.upper_bound(np.array([num_wrong]), np.array([num_tagged]), 0.95)[0]
        exact = scipy.stats.binomtest(num_wrong, num_tagged, alternative="less").proportion_ci(0.95, "exact").high
        assert found == pytest.approx(exact)
    # Without a single wrong one it takes 149 garments to promise 2 in 100 with a certainty of 95 %.
    assert automation_line.suggested(np.linspace(1, 0.9999, 149), np.ones(149, dtype=bool), certainty=0.95).is_reached
    assert not automation_line.suggested(
        np.linspace(1, 0.9999, 148), np.ones(148, dtype=bool), certainty=0.95
    ).is_reached


@given(st.integers(0, 400), st.integers(0, 5), st.floats(0.5, 20))
def test_what_is_said_of_a_line_is_what_it_gives(num, seed, max_wrong_in_100):
    random = np.random.default_rng(seed)
    confidence = np.round(random.random(num), 2)
    is_correct = random.random(num) < 0.7 + 0.3 * confidence
    found = automation_line.suggested(confidence, is_correct, max_wrong_in_100)
    if found.is_reached:
        trusted = confidence >= found.confidence
        assert (trusted.sum(), (trusted & ~is_correct).sum()) == (found.num_tagged, found.num_wrong)
        assert found.num_wrong / found.num_tagged < found.upper <= max_wrong_in_100 / 100
    else:
        assert math.isnan(found.confidence)
        assert not automation_line.is_trusted(confidence, np.zeros(num, dtype=np.int64), found.confidence).any()


def test_no_line_reaches_what_the_model_cannot_do():
    confidence, true_class, predicted_class = made_up(3000)
    hard = predicted_class == 3
    true_class[hard] = np.where(np.random.default_rng(1).random(hard.sum()) < 0.3, 4, 3)
    table = automation_line.per_class(confidence, true_class, predicted_class, tuple("abcdefghij"))
    assert table.loc[3, ["num_tagged", "num_wrong"]].tolist() == [0, 0]
    assert math.isnan(table.loc[3, "line"])
    assert table["num_garments"].sum() == 3000
    trusted = automation_line.is_trusted(confidence, predicted_class, table["line"].to_numpy())
    assert not trusted[hard].any()
    assert trusted.sum() == table["num_tagged"].sum()


@pytest.mark.parametrize(("wrong", "certainty"), [(0, 0.9), (100, 0.9), (2, 0), (2, 1)])
def test_a_promise_that_is_none_is_refused(wrong, certainty):
    with pytest.raises(ValueError, match="must lie between"):
        automation_line.suggested(np.ones(3), np.ones(3, dtype=bool), wrong, certainty=certainty)


def test_the_outcome_is_counted_in_products():
    true_class = np.array([0, 0, 0, 1])
    predicted_class = np.array([0, 0, 1, 1])
    trusted = np.array([True, False, True, True])
    found = automation_line.outcome(trusted, true_class, predicted_class, num_products=100, seconds_each=6)
    assert (found.num_tagged, found.num_wrong, found.num_to_check) == (75, 25, 25)
    assert (found.minutes, found.wrong_share) == (2.5, pytest.approx(1 / 3))
    # Half of the shop is of class 1, of which everything is tagged rightly.
    found = automation_line.outcome(trusted, true_class, predicted_class, mix=np.array([1.0, 1.0]))
    assert (found.num_tagged, found.num_wrong) == (pytest.approx(50 * 2 / 3 + 50), pytest.approx(50 / 3))
    assert math.isnan(automation_line.outcome(~trusted & trusted, true_class, predicted_class).wrong_share)


def test_a_mix_is_drawn_as_it_says():
    true_class = np.repeat([0, 1, 2], 1000)
    drawn = automation_line.drawn_to_mix(true_class, np.array([40.0, 40.0, 20.0]))
    counts = np.bincount(true_class[drawn])
    assert counts[:2].tolist() == [1000, 1000]
    assert 440 < counts[2] < 560
    with pytest.raises(ValueError, match="None of the categories"):
        automation_line.drawn_to_mix(true_class, np.array([0.0, 0, 0, 1]))
    with pytest.raises(ValueError, match="shares of 0 or more"):
        automation_line.drawn_to_mix(true_class, np.array([1.0, -1, 0]))
