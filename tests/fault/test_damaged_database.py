"""An SQLite file in which bytes were flipped: a clear sentence or correct data, never an error that nobody foresaw."""

import json
import random
import shutil
import sys

from core import doctor, errors, settings
from core.jobs import records
from core.jobs.requests import TrainingRequest
from core.store import open_store
from core.store.base import audit
from core.store.live import promotions
from core.store.runs import live_history, runs
from core.store.team import team
from core.store.verdicts import verdict_tables
from tests.support import batch_world, worlds
from tests.support.desk import Desk

READERS = (
    doctor.breaches, runs.list_runs, live_history.promotions, promotions.live_run, audit.entries, audit.everybody,
    records.active, records.taggings, team.target, verdict_tables.history, verdict_tables.current,
)  # fmt: skip
"""What pages and commands read first."""


def fill(store):
    """Something of everything that people and trainings write."""
    desk = Desk(store)
    run = worlds.publish(store, seed=3)
    for position in range(20):
        desk.say("cannot-tell", desk.subject(position), who=f"Ada {position}")
    batch = batch_world.tagged(store, run, [0.9, 0.4, 0.7])
    batch_world.decide(store, batch, [0, 1], "accepted")
    team.choose_target(store, 0.9, who="Grace")
    records.insert(store, TrainingRequest(recipe="quick"), started_by="Ada")
    store.engine.dispose()


def test_flipped_bytes_are_said_in_a_sentence_or_do_no_harm(store, request, tmp_path):
    num, seed = request.config.getoption("--flips"), 20261130
    fill(store)
    file, dice = store.home / "garments.db", random.Random(seed)
    whole = file.read_bytes()
    said = harmless = 0
    surprises = []
    for attempt in range(num):
        damaged = bytearray(whole)
        for _ in range(2 ** dice.randrange(7)):
            damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        file.write_bytes(bytes(damaged))
        for leftover in file.parent.glob("garments.db-*"):
            leftover.unlink()
        try:
            opened = open_store(settings.load())
        except errors.GarmentsError:
            said += 1
            continue
        try:
            for read in READERS:
                read(opened)
            harmless += 1
        except errors.GarmentsError:
            said += 1
        except Exception as error:
            surprises.append((attempt, read.__module__, read.__name__, repr(error)[:200]))
        opened.engine.dispose()
    shutil.rmtree(store.home / "backups", ignore_errors=True)
    sys.stdout.write(json.dumps({"harness": "flipped bytes", "seed": seed, "said": said, "harmless": harmless}) + "\n")
    assert surprises == [] and said + harmless == num
