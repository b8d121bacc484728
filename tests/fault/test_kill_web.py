"""The web process killed during a training: the training finishes, and a new web process shows it at once."""

import json
import random
import sys
import time

from core import doctor
from core.jobs import records
from core.settings import Settings
from core.store import open_store
from core.store.live import promotions
from core.store.runs import runs
from tests.fault.test_kill_training import wait_for
from tests.support import server, sessions

SEED = 20261122
STAGES = ("starting", "learning", "")
"""How the stage begins at which the web process is killed; the last one: whichever comes first."""


def test_a_training_outlives_its_web_process_and_the_next_one_shows_it(tmp_path, request):
    num_kills, dice = request.config.getoption("--web-kills"), random.Random(SEED)
    seconds_until_shown, killed_in = [], []
    for number in range(num_kills):
        home = tmp_path / str(number) / "home"
        store = open_store(Settings(home=home, data_dir=home.parent / "data"))
        killed_in.append(kill_web_process(store, dice, STAGES[number % len(STAGES)]))
        job = records.newest(store)
        wait_for(lambda job=job, store=store: not records.find(store, job.id).is_active)
        ended = records.find(store, job.id)
        assert ended.status == "finished", ended.details
        seconds_until_shown.append(seconds_until_version_1(store))
        assert max(seconds_until_shown) < 5
        assert len(runs.list_runs(store)) == 1, "there was one training, and one only"
        assert records.newest(store).id == job.id
        assert promotions.live_run(store).id == ended.run_id
        assert doctor.breaches(store) == []
        store.engine.dispose()
    figures = {"harness": "kill web process", "seed": SEED, "kills": num_kills, "stages": killed_in}
    sys.stdout.write(json.dumps({**figures, "seconds_until_shown": seconds_until_shown}) + "\n")


def kill_web_process(store, dice, stage):
    """Has a dashboard start its first training and kills it there; gives back where the training stood."""
    process, address = server.start(store.home, catalogue="sample")
    try:
        with sessions.opened(address) as session:
            assert "Getting your first model ready" in session.rerun()
            wait_for(lambda: records.newest(store).stage.startswith(stage))
            time.sleep(dice.uniform(0, 0.4))
    finally:
        process.kill()
        process.wait(30)
    return records.newest(store).stage


def seconds_until_version_1(store):
    """How long a new web process takes from its first answer to showing what was trained meanwhile."""
    with server.dashboard(store.home, catalogue="sample") as address:
        started = time.monotonic()
        with sessions.opened(address) as session:
            said = session.rerun()
        assert "Showing **version 1 (live)**" in said
        return round(time.monotonic() - started, 2)
