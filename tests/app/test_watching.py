"""Who asked for a training sees each step of it; who did not looks now and then."""

import pytest

from core import jobs
from core.jobs import TrainingRequest
from dashboard.session import flags
from tests.app import test_pages
from tests.support import worlds


@pytest.fixture
def seconds(monkeypatch):
    """Every how many seconds the sidebar looks at trainings."""
    from dashboard.shell import sidebar

    asked, original = [], sidebar.st.fragment

    def noted(part, *, run_every):
        asked.append(run_every)
        return original(part, run_every=run_every)

    monkeypatch.setattr(sidebar.st, "fragment", noted)
    return asked


def test_whoever_did_not_ask_for_a_training_looks_at_it_five_times_as_rarely(store, seconds):
    worlds.publish_two_runs(store)
    at = test_pages.opened("log")
    idle = seconds[-1]
    job = jobs.submit(store, TrainingRequest(recipe="quick", catalogue="sample"), started_by="Bea")
    at.run()
    assert seconds[-1] == idle
    at.session_state[flags.OWN_JOBS.key] = (job.id,)
    at.run()
    assert seconds[-1] == idle / 5


def test_everybody_watches_the_very_first_training(store, seconds):
    test_pages.opened("today")
    assert jobs.queue(store).running is not None
    assert seconds[-1] == 1
