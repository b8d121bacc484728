"""The drill: four people at work, a backup while they are, an empty folder, and everything they were told is there."""

import json
import subprocess
import sys
import time

import pytest

from core import doctor, settings
from core.settings import PROJECT_ROOT
from core.store import open_store
from core.store.backups import making, manifests, objects, restoring
from core.store.base import audit
from core.store.live import promotions
from core.store.runs import runs
from core.store.verdicts import verdict_tables
from tests.support import worlds

AT_WORK = """
import pathlib, sys, time
from core import errors, settings
from core.store import open_store, retention
from core.store.live import promotions
from core.store.runs import runs
from core.store.team import team
from core.store.verdicts import verdicts
from core.store.verdicts.verdict_lines import Subject
from tests.support import worlds
kind, folder = sys.argv[1], pathlib.Path(sys.argv[2])
store = open_store(settings.load())
first = runs.find(store, "1")

def say(number):
    key = f"{int(kind[-1]):08x}{number:056x}"
    subject = Subject(garment=key, label=first.class_names[0], split="train", position=0, seen=0)
    request = f"{kind} {number}"
    (line,) = verdicts.save(store, [subject], run_id=first.id, kind="cannot-tell", who=kind, request_id=request)
    return line.garment

def promote(number):
    version = str(1 + number % 2)
    return promotions.promote(store, version, reason=f"the {number}th change", who=kind, override=True).sequence

def publish(number):
    run = worlds.publish(store, seed=100 + number)
    team.choose_target(store, 0.5 + number % 40 / 100, who=f"{kind} {number}")
    if number % 2:
        retention.delete(store, run.id, who=kind)
        return f"deleted {run.version}"
    return run.version

do = {"say": say, "pro": promote, "pub": publish}[kind[:3]]
with (folder / kind).open("w") as acknowledged:
    number = 0
    while not (folder / "stop").exists():
        number += 1
        done = do(number)
        print(time.monotonic(), done, sep="\\t", file=acknowledged, flush=True)
        time.sleep(0.25 if do is publish else 0.005)  # every version is one more that the doctor reads through
"""
KINDS = ("say-1", "say-2", "promote", "publish")


@pytest.fixture
def at_work(store, tmp_path):
    """Four processes that write until the end of the test, and the folder where each notes what it was told."""
    for seed in (1, 2):
        worlds.publish(store, seed=seed)
    folder = tmp_path / "acknowledged"
    folder.mkdir()
    started = [
        subprocess.Popen([sys.executable, "-c", AT_WORK, kind, str(folder)], cwd=PROJECT_ROOT, stderr=subprocess.PIPE)
        for kind in KINDS
    ]
    give_up_at = time.monotonic() + 60
    while not all(len(told(folder, kind, give_up_at)) > 1 for kind in KINDS):
        assert time.monotonic() < give_up_at and all(one.poll() is None for one in started), [
            one.stderr.read() for one in started if one.poll()
        ]
        time.sleep(0.02)
    yield folder
    (folder / "stop").touch()
    for one in started:
        _, said = one.communicate(timeout=60)
        assert one.returncode == 0, said


def told(folder, kind, before):
    """What a process was told before that moment."""
    if not (folder / kind).exists():
        return set()
    lines = [line.split("\t") for line in (folder / kind).read_text().splitlines() if line.count("\t") == 1]
    return {done for moment, done in lines if float(moment) < before}


def test_a_backup_while_four_write_holds_every_line_that_was_acknowledged_before_it(
    store, at_work, tmp_path, request, monkeypatch
):
    put = objects.Objects.put
    # As a large home would: while files are copied one after the other, versions come and go.
    monkeypatch.setattr(objects.Objects, "put", lambda there, source: time.sleep(0.02) or put(there, source))
    seconds, nums = [], []
    for number in range(1, request.config.getoption("--backups") + 1):
        began = time.monotonic()
        made = making.make(store, tmp_path / "backups").manifest
        seconds.append(time.monotonic() - began)
        assert (made.number, made.problems) == (number, ())
        found = settings.load().model_copy(update={"home": tmp_path / f"again-{number}"})
        restoring.restore(found, tmp_path / "backups")
        again = open_store(found)
        said = {line.garment for line in verdict_tables.history(again)}
        assert said >= told(at_work, "say-1", began) | told(at_work, "say-2", began)
        assert len(promotions.history(again)) >= max(map(int, told(at_work, "promote", began)))
        gone = {line.subject.removeprefix("version ") for line in audit.entries(again, action="delete")}
        published = {done for done in told(at_work, "publish", began) if done.isdecimal()}
        deleted = {done.split()[1] for done in told(at_work, "publish", began) if not done.isdecimal()}
        assert {str(run.version) for run in runs.list_runs(again)} >= published
        assert gone >= deleted and deleted and published
        assert doctor.breaches(again) == []
        nums.append(len(said))
        again.engine.dispose()
    assert nums == sorted(nums) and len(manifests.listed(tmp_path / "backups")) == len(nums)
    sys.stdout.write(json.dumps({"harness": "backup under fire", "verdicts": nums, "seconds": seconds}) + "\n")
