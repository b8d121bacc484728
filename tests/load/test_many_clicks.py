"""Five people press Train again and again: one training waits behind the one that runs, everybody else is told why."""

import contextlib
import shutil

import filelock

from core.jobs import liveness, records
from core.jobs.requests import TrainingRequest
from core.settings import Settings
from core.store import open_store
from dashboard.training import wording
from tests.load import visitor
from tests.support import server

NUM_PEOPLE, NUM_CLICKS = 5, 100


def test_of_a_hundred_clicks_on_train_one_waits_and_the_others_are_told(published_home, tmp_path):
    home = tmp_path / "own" / "home"
    shutil.copytree(published_home, home)
    store = open_store(Settings(home=home, data_dir=home.parent / "data", catalogue="sample"))
    running = records.insert(store, TrainingRequest(recipe="quick", catalogue="sample", epochs=1), started_by="Grace")
    assert records.claim(store, running.id)
    num_told = 0
    with filelock.FileLock(liveness.lock_path(store)), contextlib.ExitStack() as stack:
        process, address = server.start(home, catalogue="sample")
        stack.callback(process.wait, 30)
        stack.callback(process.terminate)
        people = [stack.enter_context(visitor.opened(address)) for _ in range(NUM_PEOPLE)]
        for one in people:
            one.open("log")
            one.click("start")  # everybody has the form before them when the first one is quick
        submits = [one.screen.find("start-confirmed") for one in people]
        for number in range(NUM_CLICKS):
            one, submit = people[number % NUM_PEOPLE], submits[number % NUM_PEOPLE]
            text = one.forge(submit.id, trigger_value=True)  # also where the form has gone meanwhile
            num_told += wording.too_late() in text or wording.both_places_taken() in text
        waiting = [job for job in records.active(store) if job.is_waiting]
    assert len(records.active(store)) == 2 and len(waiting) == 1
    assert num_told >= NUM_CLICKS - 1
    store.engine.dispose()
