"""Trainings in two browsers side by side: what one starts, the other shows, without a click and without either."""

import shutil

import filelock
import pytest
from playwright.sync_api import expect

from core import jobs, settings
from core.jobs import records, worker_lock
from core.store import open_store
from tests.browser import drawn
from tests.browser.test_review import serious
from tests.fault.test_kill_training import wait_for

SEEN_MILLISECONDS = 10_000
BEGUN_MILLISECONDS = 60_000


@pytest.fixture
def home(published_home, tmp_path):
    """A home of its own, whose trainings nobody else sees."""
    shutil.copytree(published_home, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def own_store(home):
    opened = open_store(settings.Settings(home=home, data_dir=home.parent / "data"))
    yield opened
    opened.engine.dispose()


def new_page(browser, address):
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    drawn.open_page(page, address)
    return page


def test_what_one_browser_starts_an_idle_one_shows_and_both_show_its_end(browser, own_address, own_store):
    first, idle = (new_page(browser, own_address) for _ in range(2))
    first.get_by_role("button", name="Train a new version").click()
    first.get_by_role("button", name="Start", exact=True).click()
    expect(first.get_by_text("Started by you")).to_be_visible(timeout=SEEN_MILLISECONDS)
    expect(idle.get_by_text("Started by somebody at the dashboard")).to_be_visible(timeout=SEEN_MILLISECONDS)
    wait_for(lambda: not records.newest(own_store).is_active)
    assert records.newest(own_store).status == "finished"
    for page in (first, idle):
        expect(page.get_by_text("Version 3 is ready.")).to_be_visible(timeout=SEEN_MILLISECONDS)
        page.context.close()


def test_closing_both_browsers_does_not_stop_a_training(browser, own_address, own_store):
    first, second = (new_page(browser, own_address) for _ in range(2))
    first.get_by_role("button", name="Train a new version").click()
    first.get_by_role("button", name="Start", exact=True).click()
    expect(first.get_by_text("Started by you")).to_be_visible(timeout=SEEN_MILLISECONDS)
    for page in (first, second):
        page.context.close()
    wait_for(lambda: not records.newest(own_store).is_active)
    assert records.newest(own_store).status == "finished"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_panel_with_one_that_runs_and_one_that_waits_is_accessible(browser, own_address, own_store, scheme):
    long = jobs.TrainingRequest(recipe="thorough", catalogue="sample")
    # This process holds the lock in place of a worker: what the panel shows of a training needs nothing that trains.
    with filelock.FileLock(worker_lock.lock_path(own_store, "training")):
        running, _ = (records.insert(own_store, long, started_by=who) for who in ("Ada", "Grace"))
        assert records.claim(own_store, running.id)
        assert records.report(own_store, running.id, stage="learning, round 2 of 24", fraction=0.1)
        context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        page.goto(own_address)
        waits = page.get_by_text("Next in line, after Thorough started by Ada at")
        expect(waits).to_be_visible(timeout=BEGUN_MILLISECONDS)
        expect(page.get_by_text("Learning, round 2 of 24", exact=False)).to_be_visible(timeout=BEGUN_MILLISECONDS)
        expect(page.get_by_role("button", name="Train a new version")).to_be_disabled(timeout=BEGUN_MILLISECONDS)
        found = serious(page)
        context.close()
    assert found == []
