"""`tag --from --to` killed at every named moment and at any other one, and started twice: nothing is done twice."""

import contextlib
import csv
import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from core import doctor, errors
from core.jobs import worker_lock
from core.settings import PROJECT_ROOT
from core.store.batches import batch_tags, batches
from core.store.runs import file_reader, runs
from tests.support import product_photos

NUM_PHOTOS = 20
KILLS_COMMAND = (
    "batch-staged", "batch-renamed", "batch-committing", "batch-committed", "list-staged", "list-noted",
    "list-in-place",
)  # fmt: skip
KILLS_WORKER = ("job-claimed", "previews-written", "tags-committing", "tags-committed")
NUM_RANDOM_KILLS = 6

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")


@pytest.fixture
def place(own_trained_store, tmp_path):
    """A folder with photos; beside it `done` for the lists."""
    images = file_reader.load_split(own_trained_store, runs.find(own_trained_store, "live"), "test").images
    (tmp_path / "done").mkdir()
    (tmp_path / "in").mkdir()
    for number in range(NUM_PHOTOS):
        (tmp_path / "in" / f"{number:02}.jpg").write_bytes(product_photos.photo(images[number], side=120))
    return tmp_path / "in"


def started(place, failpoint=""):
    environment = {**os.environ, "FAILPOINT": failpoint, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "core", "tag", "--from", place, "--to", place.parent / "done", "--settle", "0"]
    return subprocess.Popen(
        [*map(str, command), "--json"], cwd=PROJECT_ROOT, env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def ended(process):
    out, err = process.communicate(timeout=240)
    assert "Traceback" not in err
    return process.returncode, json.loads(out) if out else None


def whole_lists(place):
    """The names of the files in every list that is there; a list is never seen half."""
    found = []
    for path in (place.parent / "done").glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found += [row["file"] for row in csv.DictReader(file)]
    return sorted(found)


def check_all_is_done_once(store, place):
    names = [f"{number:02}.jpg" for number in range(NUM_PHOTOS)]
    assert whole_lists(place) == names
    found = batches.list_batches(store)
    assert sorted(photo.name for batch in found for photo in batches.photos_of(store, batch)) == names
    assert sum(batch_tags.num_tagged(store, batch) for batch in found) == NUM_PHOTOS
    assert [path.name for path in (place.parent / "done").iterdir() if path.suffix != ".csv"] == []
    assert doctor.breaches(store) == []


@pytest.mark.parametrize("failpoint", KILLS_COMMAND)
def test_killed_at_any_step_the_next_run_goes_on_and_does_nothing_twice(own_trained_store, place, failpoint):
    assert ended(started(place, failpoint)) == (-signal.SIGKILL, None)
    assert whole_lists(place) in ([], [f"{number:02}.jpg" for number in range(NUM_PHOTOS)])
    assert ended(started(place))[0] == 0
    check_all_is_done_once(own_trained_store, place)
    code, content = ended(started(place))
    assert (code, content["new"], content["batches"]) == (0, 0, [])
    check_all_is_done_once(own_trained_store, place)


@pytest.mark.parametrize("failpoint", KILLS_WORKER)
def test_a_worker_that_dies_again_and_again_is_told_and_the_next_run_goes_on(own_trained_store, place, failpoint):
    code, content = ended(started(place, failpoint))
    # Where each dies only after it got further, the tagging ends all the same.
    assert (code, len(content["batches"])) == ((0, 1) if failpoint == "tags-committed" else (1, 0))
    assert content["new"] == NUM_PHOTOS
    assert code == 0 or content["error"].startswith("Batch 1 is not tagged. The tagging stopped 3 times")
    assert ended(started(place))[0] == 0
    check_all_is_done_once(own_trained_store, place)


def test_a_list_that_was_noted_and_taken_away_before_the_next_run_does_not_come_again(own_trained_store, place):
    assert ended(started(place, "list-in-place")) == (-signal.SIGKILL, None)
    [path] = (place.parent / "done").iterdir()
    path.unlink()
    code, content = ended(started(place))
    assert (code, content["batches"], list((place.parent / "done").iterdir())) == (0, [], [])


def test_killed_at_any_moment_with_its_worker_all_is_done_once_in_the_end(own_trained_store, place):
    moments = random.Random(7)
    for _ in range(NUM_RANDOM_KILLS):
        process = started(place)
        time.sleep(moments.uniform(0.5, 6.0))
        process.kill()
        process.communicate()
        kill_worker(own_trained_store)
        assert set(whole_lists(place)) in (set(), {f"{number:02}.jpg" for number in range(NUM_PHOTOS)})
    assert ended(started(place))[0] == 0
    check_all_is_done_once(own_trained_store, place)


def kill_worker(store):
    with contextlib.suppress(errors.JobError):  # it has just ended, or has not told yet which process it is
        worker_lock.end_holder(store, "tagging")


def test_of_two_that_start_at_once_one_does_it_and_the_other_says_so(own_trained_store, place):
    both = [started(place), started(place)]
    found = sorted((ended(process) for process in both), key=lambda one: one[0])
    assert [code for code, _ in found] == [0, 4]
    assert [content["new"] for _, content in found] == [NUM_PHOTOS, 0]
    check_all_is_done_once(own_trained_store, place)
