"""Trainings killed at random moments and at the worst ones: nothing stays half-done, and the next training goes on."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from core import doctor, jobs
from core.jobs import liveness, records, resume
from core.settings import PROJECT_ROOT
from core.store.live import promotions
from core.store.runs import file_reader, runs
from tests.fault import children
from tests.support import worlds

PUBLISHING = (
    "publish-staged", "publish-manifest", "publish-flushed", "publish-renamed", "publish-committing",
    "publish-committed",
)  # fmt: skip
FAILPOINTS = ("job-claimed", "batch:2", "batch:20", "checkpoint-written", "checkpoint-renamed:2", *PUBLISHING)
# The stage and the share of the whole that a child reports before it is killed, and for how many seconds at most it
# may go on from there. By the clock alone, all kills of a busy machine fall into the start of the worker.
MOMENTS = (
    ("learning", 0.06, 0.05), ("learning", 0.3, 0.05), ("learning", 0.6, 0.05), ("learning", 0.85, 0.05),
    ("checking", 0, 0.02), ("finding", 0, 0.02), ("saving", 0, 0.02), ("saving", 0, 0.08),
)  # fmt: skip
SIGNALS = (signal.SIGKILL, signal.SIGTERM)
SEED = 20261122


@pytest.fixture
def start(store):
    """A home with a live version, and what must be the same after every kill."""
    worlds.publish(store)
    return state_of(store)


def state_of(store):
    live = promotions.live_run(store)
    file_reader.verify(store, live)
    return live.id, live.artefact, live.catalogue_artefact, promotions.history(store)


def plan(num_kills):
    """Fail points and reported moments in turn, SIGKILL and SIGTERM in turn, in an order the seed decides."""
    dice = random.Random(SEED)
    kills = []
    for number in range(num_kills):
        turn, is_at_failpoint = divmod(number, 2)
        if is_at_failpoint:
            kills.append((FAILPOINTS[turn % len(FAILPOINTS)], None, SIGNALS[turn % 2]))
        else:
            stage, share, longest = MOMENTS[turn % len(MOMENTS)]
            # There is an even number of moments: the second time around each gets the other signal.
            sign = SIGNALS[(turn + turn // len(MOMENTS)) % 2]
            kills.append((None, (stage, share, dice.uniform(0, longest)), sign))
    return kills


def kill_one(store, seed, failpoint, moment, sign):
    """Starts a training and has it killed; gives back the child."""
    job = records.insert(store, children.request(seed), started_by="Ada")
    environment = {"FAILPOINT": failpoint, "FAILPOINT_SIGNAL": sign.name} if failpoint else {}
    child = children.Child(store, job.id, environment=environment)
    if moment is None:
        child.follow()
    else:
        stage, share, delay = moment
        child.follow(stage, share)
        time.sleep(delay)
        child.kill(sign)
    return child


def test_trainings_killed_at_any_moment_leave_nothing_block_nobody_and_go_on(store, start, request):
    stages, num_resumed, longest = [], 0, 0.0
    kills = plan(request.config.getoption("--kills"))
    for seed, (failpoint, moment, sign) in enumerate(kills):
        child = kill_one(store, seed, failpoint, moment, sign)
        code = child.exit_code()
        # What is killed a moment after its last report may have ended well before.
        assert code == -sign or (moment is not None and code == 0), (failpoint, code)
        killed_at = time.monotonic()
        job = jobs.status(store, child.job_id)
        longest = max(longest, time.monotonic() - killed_at)
        assert job.status == ("interrupted" if code else "finished")
        assert state_of(store) == start, "the live version is what it was"
        assert doctor.breaches(store) == []
        stages.append(failpoint or child.reports[-1][0].split(",")[0])
        num_kept = resume.rounds_done(store, job.request)
        ended, again = children.run(store, seed)
        assert ended.status == "finished", ended.details
        file_reader.verify(store, runs.find(store, ended.run_id))
        learned = [stage for stage, _ in again.reports if stage.startswith("learning")]
        if num_kept and learned:
            kept = f", going on after round {num_kept}"
            assert learned[0] == f"learning, round {num_kept + 1} of {children.NUM_ROUNDS}{kept}"
        num_resumed += num_kept > 0
    assert longest < 15
    assert len(runs.list_runs(store)) == 1 + len(kills), "each training gave one version in the end, and one only"
    killed_in = {stage.split()[0] for stage in stages if stage not in FAILPOINTS}
    if len(kills) >= 2 * len(FAILPOINTS):
        assert set(FAILPOINTS) <= set(stages)
        assert {"learning", "checking", "finding", "saving"} <= killed_in
        assert num_resumed >= len(kills) // 2
    figures = {"harness": "kill training", "seed": SEED, "kills": len(kills), "resumed": num_resumed}
    sys.stdout.write(json.dumps({**figures, "longest_seconds_until_known": round(longest, 3), "stages": stages}) + "\n")
    assert doctor.breaches(store) == []
    assert not list((store.home / "checkpoints").iterdir())


@pytest.mark.parametrize("failpoint", PUBLISHING)
def test_a_run_whose_publishing_is_killed_is_seen_whole_or_not_at_all(store, start, failpoint):
    child = kill_one(store, 5, failpoint, None, signal.SIGKILL)
    assert child.exit_code() == -signal.SIGKILL
    assert jobs.status(store, child.job_id).status == "interrupted"
    assert len(runs.list_runs(store)) == (2 if failpoint == "publish-committed" else 1)
    assert state_of(store) == start
    assert doctor.breaches(store) == []


def test_a_training_in_a_process_of_its_own_is_killed_and_goes_on_where_it_was(store, start):
    command = [sys.executable, "-m", "core", "train", "--catalogue", "sample", "--epochs", "60", "--json"]
    process = subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, start_new_session=True)
    wait_for(lambda: any((store.home / "checkpoints").rglob("checkpoint.safetensors")), process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    interrupted = jobs.current(store)
    assert interrupted.status == "interrupted"
    num_kept = resume.rounds_done(store, interrupted.request)
    assert num_kept >= 1
    job = jobs.submit(store, interrupted.request, started_by="Ada")
    wait_for(lambda: jobs.status(store, job.id).stage.startswith("learning"))
    assert jobs.status(store, job.id).stage.endswith(f"of 60, going on after round {num_kept}")
    jobs.cancel(store, job.id, who="Ada")
    wait_for(lambda: not liveness.is_lock_held(store))
    assert jobs.status(store, job.id).status == "cancelled"
    assert state_of(store) == start


def wait_for(condition, process=None, seconds=120.0):
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at, "waited in vain"
        assert process is None or process.poll() is None
        time.sleep(0.05)
