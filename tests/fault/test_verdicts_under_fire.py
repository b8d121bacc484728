"""Verdicts saved by many processes at once, and by processes that are killed: none lost, none twice."""

import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time

import pytest

from core import doctor
from core.settings import PROJECT_ROOT
from core.store.base import database, schema
from core.store.verdicts import verdict_tables
from tests.support.desk import Desk

SPEAKER = """
import json, pathlib, sys, time
from core import settings
from core.store import open_store
from core.store.runs import runs
from core.store.verdicts import verdicts
from core.store.verdicts.verdict_lines import Subject
who, folder, num = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
store = open_store(settings.load())
run = runs.find(store, "1")
seconds = []
(folder / f"ready-{who}").touch()
while not (folder / "go").exists():
    time.sleep(0.005)
for number in range(num):
    # A key of its own for each: a garment that nobody else speaks of.
    key = f"{int(who):08x}{number:056x}"
    subject = Subject(garment=key, label=run.class_names[0], split="train", position=0, seen=0)
    began = time.monotonic()
    verdicts.save(store, [subject], run_id=run.id, kind="cannot-tell", who=who, request_id=f"{who} {number}")
    seconds.append(time.monotonic() - began)
print(json.dumps(seconds))
"""
LOGGER = """
import pathlib, sys, time
from core import settings
from core.store import open_store
from core.store.team import team
store, folder = open_store(settings.load()), pathlib.Path(sys.argv[1])
(folder / "ready-logger").touch()
num = 0
while not (folder / "stop").exists():
    team.choose_target(store, 0.5, who="the training")
    num += 1
    time.sleep(0.05)
print(num)
"""
VICTIM = """
import json, sys
from core import settings
from core.store import open_store
from core.store.verdicts import verdicts
from core.store.verdicts.verdict_lines import Subject
store = open_store(settings.load())
for line in sys.stdin:
    request = json.loads(line)
    subject = Subject(**request.pop("subject"))
    (saved,) = verdicts.save(store, [subject], **request)
    print(saved.number, flush=True)
"""


def start(code, *arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=PROJECT_ROOT, env=os.environ.copy(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


def test_many_people_at_once_lose_nothing_and_nobody_is_told_that_the_database_is_locked(store, tmp_path, request):
    num_people, num_each = request.config.getoption("--reviewers"), request.config.getoption("--verdicts")
    Desk(store)
    logger = start(LOGGER, str(tmp_path))
    speakers = [start(SPEAKER, str(number), str(tmp_path), str(num_each)) for number in range(num_people)]
    give_up_at = time.monotonic() + 120
    while len(list(tmp_path.glob("ready-*"))) < num_people + 1:
        assert time.monotonic() < give_up_at
        time.sleep(0.05)
    (tmp_path / "go").touch()
    answers = [speaker.communicate(timeout=600) for speaker in speakers]
    (tmp_path / "stop").touch()
    logged, problem = logger.communicate(timeout=60)
    assert [err for _, err in [*answers, (logged, problem)] if err] == []
    assert int(logged) > 0
    seconds = sorted(second for out, _ in answers for second in json.loads(out))
    figures = {"median": statistics.median(seconds), "p99": seconds[int(0.99 * len(seconds))], "longest": seconds[-1]}
    sys.stdout.write(
        json.dumps({"harness": "many reviewers", "people": num_people, "each": num_each, **figures}) + "\n"
    )
    said = [line.request_id for line in verdict_tables.history(store)]
    assert sorted(said) == sorted(f"{who} {number}" for who in range(num_people) for number in range(num_each))
    assert doctor.breaches(store) == []


def test_a_process_killed_right_after_it_acknowledged_a_verdict_has_stored_it_once(store, request):
    num_kills, seed = request.config.getoption("--verdict-kills"), 20261125
    dice, desk = random.Random(seed), Desk(store)
    again = start(VICTIM, stdin=subprocess.PIPE)
    for kill in range(num_kills):
        victim = start(VICTIM, stdin=subprocess.PIPE)
        number = say(victim, desk, kill)
        time.sleep(dice.uniform(0, 0.05))
        victim.send_signal(signal.SIGKILL)
        victim.communicate()
        assert victim.returncode == -signal.SIGKILL
        assert number == kill + 1
        # The person, whose screen is gone, presses again.
        assert say(again, desk, kill, seen=number - 1) == number
        assert verdict_tables.newest_number(store) == kill + 1
    again.communicate(timeout=60)
    sys.stdout.write(json.dumps({"harness": "kill after verdict", "seed": seed, "kills": num_kills}) + "\n")
    assert [line.request_id for line in verdict_tables.history(store)] == [f"press {kill}" for kill in range(num_kills)]
    assert doctor.breaches(store) == []


def say(process, desk, kill, *, seen=None):
    """Has the process save the verdict of that press, and gives back the number that it acknowledged."""
    subject = desk.subject(0, seen=seen)
    names = ("garment", "label", "split", "position", "seen", "predicted", "confidence")
    content = {"subject": {name: getattr(subject, name) for name in names}, "run_id": desk.run.id,
               "kind": "cannot-tell", "who": "Ada", "request_id": f"press {kill}"}  # fmt: skip
    process.stdin.write(json.dumps(content) + "\n")
    process.stdin.flush()
    return int(process.stdout.readline())


@pytest.mark.parametrize(("failpoint", "num_stored"), [("verdict-committing", 0), ("verdict-committed", 1)])
def test_a_process_killed_before_it_could_answer_leaves_all_or_nothing(store, monkeypatch, failpoint, num_stored):
    desk = Desk(store)
    with monkeypatch.context() as patch:
        patch.setenv("FAILPOINT", failpoint)
        victim = start(VICTIM, stdin=subprocess.PIPE)
    with pytest.raises(ValueError, match="invalid literal"):
        say(victim, desk, 0)
    victim.communicate()
    assert victim.returncode == -signal.SIGKILL
    assert verdict_tables.newest_number(store) == num_stored
    again = start(VICTIM, stdin=subprocess.PIPE)
    assert say(again, desk, 0, seen=0) == 1
    again.communicate(timeout=60)
    assert doctor.breaches(store) == []
    with database.read(store.engine) as connection:
        assert len(connection.execute(schema.verdicts.select()).all()) == 1
