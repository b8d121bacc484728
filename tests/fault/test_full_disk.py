"""A disk that fills up in the middle of a training: one sentence at once, nothing torn, and it works again later."""

import contextlib
import functools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from core import doctor, errors, jobs
from core.jobs import preflight, records
from core.store.runs import file_reader, runs
from tests.fault import children
from tests.fault.test_kill_training import state_of
from tests.support import worlds

NUM_SIZES = 20
SMALL_DISK = "32m"


@contextlib.contextmanager
def file_size_limit(folder):
    """No file may grow beyond what is left: every user of every system can have that."""
    yield lambda free: free


@contextlib.contextmanager
def small_disk(folder):
    """A disk of a few megabytes, filled up as far as asked for."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "none", str(folder)], check=True)
    try:
        yield functools.partial(fill, folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder, free):
    """Leaves `free` bytes; 0 leaves all there is. No file is limited."""
    path = folder / "filler"
    path.unlink(missing_ok=True)
    found = os.statvfs(folder)
    if free:
        with path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(found.f_bavail * found.f_bsize - free, 1))
    return 0


def ways():
    """How a disk can be made full here: by a limit of this process alone, and where root may mount, in earnest."""
    if os.name == "nt":
        return []
    with tempfile.TemporaryDirectory() as folder:
        try:
            with small_disk(Path(folder)):
                return [file_size_limit, small_disk]
        except (OSError, subprocess.CalledProcessError):
            return [file_size_limit]


def check_failed_training(store, start, seed, largest_file=0):
    """One training without room: how it ended, after all that must hold was checked."""
    job = records.insert(store, children.request(seed), started_by="Ada")
    child = children.Child(store, job.id, largest_file=largest_file)
    child.follow()
    assert child.exit_code() == 0, "the worker itself writes down why it ended"
    ended = records.find(store, job.id)
    assert state_of(store) == start
    assert doctor.breaches(store) == []
    assert not (store.home / "staging").exists() or not list((store.home / "staging").iterdir())
    if ended.status == "failed":
        assert ended.message.startswith("The disk is full: a training needs 500 MB, "), ended.details
        assert "\n" not in ended.message
        seconds = ended.ended_at.timestamp() - child.last_report_wall
        assert seconds < 2, "the error is told at once"
    return ended


def check_works_again(store, seed):
    ended, _ = children.run(store, seed)
    assert ended.status == "finished", ended.details
    file_reader.verify(store, runs.find(store, ended.run_id))
    assert doctor.breaches(store) == []


SIZES = {file_size_limit: (150_000, 1_450_000), small_disk: (300_000, 4_500_000)}
"""From what no training gets by with, to what one needs on the garments in memory, in bytes."""


@pytest.mark.parametrize("way", ways(), ids=lambda way: way.__name__)
def test_a_disk_that_fills_up_ends_a_training_with_a_sentence_and_nothing_torn(tmp_path, way):
    with way(tmp_path) as leave:
        store = children.opened(tmp_path / "home")
        worlds.publish(store)
        start, ends = state_of(store), []
        for free in children.spread(*SIZES[way], NUM_SIZES):
            largest_file = leave(int(free))
            ends.append(check_failed_training(store, start, 0, largest_file=largest_file).status)
            if ends[-1] == "finished":
                break
        # What an earlier one left, such as the checkpoint, makes a later one need less.
        assert ends[:4] == ["failed"] * 4
        leave(0)
        check_works_again(store, 1)
        store.engine.dispose()
    sys.stdout.write(json.dumps({"harness": way.__name__, "ends": ends}) + "\n")


def test_a_training_that_would_not_fit_is_refused_before_anything_starts(store, monkeypatch):
    monkeypatch.setattr(preflight, "LEAST_FREE_BYTES", 2**60)
    files_before = list(store.home.iterdir())
    with pytest.raises(errors.JobError, match="too little room on the disk for a training: 1,152,921,504,607 MB are"):
        jobs.submit(store, children.request(0), started_by="Ada")
    assert records.newest(store) is None
    assert list(store.home.iterdir()) == files_before
