"""How long what is being done will still take."""

import pytest

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
