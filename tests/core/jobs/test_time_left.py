"""How long what is being done will still take."""

import threading

import pytest

from core import errors
from core.jobs import time_left


@pytest.fixture
def clock(monkeypatch):
    """The seconds that have passed, as the test sets them."""
    now = [100.0]
    monkeypatch.setattr(time_left.time, "monotonic", lambda: now[0])
    return now


def test_the_rest_takes_as_long_as_what_was_done(clock):
    left = time_left.TimeLeft()
    assert left.at(0.0) is None
    clock[0] += 30
    assert left.at(0.25) == pytest.approx(90)
    clock[0] += 10
    assert left.at(0.5) == pytest.approx(40)
    assert left.at(1.0) == 0


def test_what_an_interrupted_process_did_says_nothing_of_the_speed(clock):
    left = time_left.TimeLeft()
    assert left.at(0.6) is None
    clock[0] += 20
    assert left.at(0.605) is None, "too little to tell"
    assert left.at(0.8) == pytest.approx(20)


def test_what_follows_takes_its_share_of_the_time(clock):
    left = time_left.TimeLeft(share_after=0.5)
    left.at(0.0)
    clock[0] += 10
    assert left.at(0.5) == pytest.approx(20), "10 s of the same, and half of 20 s after it"


def test_more_time_than_told_before_is_explained_and_less_is_not(monkeypatch):
    told = []
    report = time_left.Explained(lambda *news: told.append(news))
    monkeypatch.setattr(time_left, "_why", lambda: "slower than before")
    for seconds in (None, 60.0, 50.0, 60.0, 63.0, 40.0, 51.0, 3.0, 6.0):
        report("learning", 0.1, seconds)
    assert [seconds for stage, _, seconds in told if stage != "learning"] == [63.0, 51.0]
    assert told[4][0] == "learning (slower than before)"


def test_the_bar_moves_while_a_step_tells_nothing_and_stays_within_its_stage():
    told, seen = [], threading.Event()

    def report(stage, fraction, seconds_left):
        told.append((stage, fraction, seconds_left))
        if len(told) == 4:
            seen.set()

    time_left_step, time_left._STEP_SECONDS = time_left._STEP_SECONDS, 0.001
    try:
        with time_left.moving(report, "finding similar garments", 0.93, 0.98, 0.05):
            assert seen.wait(60)
    finally:
        time_left._STEP_SECONDS = time_left_step
    fractions = [fraction for _, fraction, _ in told]
    assert fractions == sorted(fractions) and fractions[0] < fractions[-1]
    assert all(0.93 <= fraction <= 0.98 for fraction in fractions)


def test_a_request_to_stop_that_reaches_the_clock_ends_no_step():
    def refuse(stage, fraction, seconds_left):
        if threading.current_thread() is not threading.main_thread():
            raise errors.JobCancelled("Cancelled.")

    with time_left.moving(refuse, "saving", 0.0, 1.0, 1.0):
        pass
