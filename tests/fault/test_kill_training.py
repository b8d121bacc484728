"""Trainings killed at random moments and at the worst ones: nothing stays half-done, and the next training starts."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from core import doctor, jobs, settings
from core.jobs import records
from core.settings import PROJECT_ROOT
from core.store import promotions, runs
from tests import worlds

FAILPOINTS = (
    "publish-staged", "publish-manifest", "publish-flushed", "publish-renamed", "publish-committing",
    "publish-committed",
)  # fmt: skip
COMMAND = [sys.executable, "-m", "core", "train", "--catalogue", "sample", "--epochs", "2", "--json"]


def start_training(seed):
    return subprocess.Popen(
        [*COMMAND, "--seed", str(seed)],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def state_of(store):
    live = promotions.live_run(store)
    runs.verify(store, live)
    return live.id, live.artefact, promotions.history(store)


def check_after_the_kill(store, before, *, num_runs):
    job = jobs.current(store)
    assert job is None or not job.is_active, "no training stays running"
    assert state_of(store) == before, "the live version is what it was"
    assert len(runs.list_runs(store)) in num_runs
    assert doctor.breaches(store) == []


PUBLISHER = """
from core import settings
from core.store import open_store
from tests import worlds
worlds.publish(open_store(settings.load()), seed=5)
"""


@pytest.mark.parametrize("failpoint", FAILPOINTS)
def test_a_run_whose_publishing_is_killed_is_seen_whole_or_not_at_all(store, failpoint):
    worlds.publish(store)
    before = state_of(store)
    result = subprocess.run(
        [sys.executable, "-c", PUBLISHER], cwd=PROJECT_ROOT, env=os.environ | {"FAILPOINT": failpoint}, timeout=120
    )
    assert result.returncode == -signal.SIGKILL
    check_after_the_kill(store, before, num_runs={2} if failpoint == "publish-committed" else {1})


def test_trainings_killed_at_random_moments_leave_nothing_and_block_nobody(store, request):
    num_kills, seed = request.config.getoption("--kills"), 20261122
    dice = random.Random(seed)
    worlds.publish(store)
    before = state_of(store)
    moments = []
    for _ in range(num_kills):
        process = start_training(2)
        try:
            process.communicate(timeout=dice.uniform(0.5, 12.0))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        job = records.newest(store)
        moments.append(job.stage if job else "before it was submitted")
        check_after_the_kill(store, before, num_runs={1, 2})
    sys.stdout.write(
        json.dumps({"harness": "kill training", "seed": seed, "kills": num_kills, "stages": moments}) + "\n"
    )
    process = start_training(3)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert json.loads(out)["recipe"] == "quick"
    assert doctor.breaches(store) == []


CONTENDER = """
import pathlib, sys, time
from core import errors, jobs, settings
from core.jobs import launchers
from core.store import open_store
launchers.LocalProcess.launch = lambda self, store, job_id: None  # the slot alone is contended for
store = open_store(settings.load())
request = jobs.TrainingRequest(recipe="quick", catalogue="sample")
folder = pathlib.Path(sys.argv[1])
(folder / f"ready-{sys.argv[2]}").touch()
while not (folder / "go").exists():
    time.sleep(0.005)
try:
    jobs.submit(store, request, started_by=sys.argv[2])
    print("won")
except errors.JobBusy as error:
    print(error)
"""


def test_of_twenty_trainings_started_at_once_one_wins_and_the_others_learn_why(store, tmp_path):
    contenders = [
        subprocess.Popen(
            [sys.executable, "-c", CONTENDER, str(tmp_path), f"user {number}"],
            cwd=PROJECT_ROOT, env=os.environ.copy(), stdout=subprocess.PIPE, text=True,
        )
        for number in range(20)
    ]  # fmt: skip
    give_up_at = time.monotonic() + 180
    while len(list(tmp_path.glob("ready-*"))) < 20:
        assert time.monotonic() < give_up_at
        time.sleep(0.1)
    (tmp_path / "go").touch()
    answers = [contender.communicate(timeout=60)[0].strip() for contender in contenders]
    assert answers.count("won") == 1
    winner = f"user {answers.index('won')}"
    assert all(f"started by {winner}" in answer for answer in answers if answer != "won")
    assert records.newest(store).started_by == winner


def test_a_training_goes_on_from_its_last_complete_round(store):
    long = [*COMMAND[:-3], "--epochs", "60", "--recipe", "standard", "--json"]
    process = subprocess.Popen(long, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, start_new_session=True)
    checkpoints = store.home / "checkpoints"
    give_up_at = time.monotonic() + 120
    while not (checkpoints.exists() and any(path.is_file() for path in checkpoints.rglob("*.safetensors"))):
        assert time.monotonic() < give_up_at
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert jobs.current(store).status == "interrupted"
    folder = next(path for path in checkpoints.iterdir())
    job = jobs.submit(store, jobs.current(store).request, started_by="Ada")
    first_stage = None
    while first_stage is None:
        assert time.monotonic() < give_up_at + 60
        found = jobs.status(store, job.id)
        assert found.is_active, found.details
        first_stage = found.stage if found.stage.startswith("learning") else None
        time.sleep(0.02)
    jobs.cancel(store, job.id)
    assert folder.exists()
    assert "round 1 of" not in first_stage
    while records.is_lock_held(store):
        time.sleep(0.1)
    assert settings.load().home == store.home
