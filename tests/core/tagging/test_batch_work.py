"""The worker that tags batches: what it stores, how it goes on when it was killed, who starts it, when it gives up."""

import collections
import hashlib
import itertools
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import filelock
import numpy as np
import pytest
import sqlalchemy as sa
from PIL import Image

from core import doctor, errors, jobs, settings
from core.jobs import launchers, records, work_queue, worker
from core.jobs.lanes import TAGGING
from core.settings import PROJECT_ROOT
from core.store import open_store
from core.store.base import audit, database, schema
from core.store.batches import batch_tags, batches
from core.store.batches.batches import NewPhoto
from core.store.runs import file_reader, runs
from core.tagging import batch_work, piles, products, tagger
from tests.support import batch_world, product_photos, worlds


@pytest.fixture
def launched(monkeypatch):
    """Nothing is launched; what would be is counted."""
    found = []

    class Launcher:
        def launch(self, store, job_id):
            found.append(job_id)

    monkeypatch.setitem(launchers.LAUNCHERS, "process", Launcher())
    return found


def work_off(store, launched, first=0):
    """Does here what was launched, and what each worker launches when it has ended; from that launch on."""
    work_queue.settle(store)
    for number in itertools.count(first):
        if number >= len(launched):
            return
        worker.work(store, launched[number], batch_work)


def new_photos(store, num=6, *, hostile=()):
    """Photos of test garments, and files that are none."""
    images = file_reader.load_split(store, runs.find(store, "live"), "test").images
    found = batch_world.new_photos(num)
    contents = [product_photos.photo(images[number], side=200) for number in range(num)]
    contents += [product_photos.hostile()[name] for name in hostile]
    names = [photo.name for photo in found] + [f"{name}.png" for name in hostile]
    return [NewPhoto(name=name, data=data, sha256=hashlib.sha256(data).hexdigest())
            for name, data in zip(names, contents, strict=True)]  # fmt: skip


def dropped(store, num=6, **options):
    return batch_world.dropped(store, runs.find(store, "live"), new_photos(store, num, **options))


def test_a_batch_is_tagged_with_all_that_is_shown_later(own_trained_store, launched):
    store = own_trained_store
    batch = dropped(store, 6, hostile=("GIF", "PNG cut short"))
    work_off(store, launched)
    assert batch_work.status(store, batch).status == "finished"
    tags = batch_tags.load(store, batch)
    assert [tag.is_readable for tag in tags] == [True] * 6 + [False] * 2
    model = tagger.load(store)
    for tag in tags[:6]:
        assert tag.picture.shape == (28, 28)
        assert sum(share for _, share in tag.guesses) == pytest.approx(1, abs=1e-5)
        assert [share for _, share in tag.guesses] == sorted((share for _, share in tag.guesses), reverse=True)
        assert tag.is_unlike == (tag.strangeness >= model.detector.cut)
        with Image.open(batches.preview_path(store, batch, tag.position)) as preview:
            assert (preview.format, max(preview.size)) == ("JPEG", 240)
    assert "GIF" in tags[6].findings[0] and tags[6].guesses == ()
    assert not batches.preview_path(store, batch, 6).exists()
    table = products.table(store, batch)
    assert table["pile"].tolist()[6:] == [piles.UNREADABLE] * 2
    assert doctor.breaches(store) == []


def test_the_tags_are_those_that_the_command_line_gives(own_trained_store, launched, tmp_path):
    store = own_trained_store
    batch = dropped(store, 6)
    work_off(store, launched)
    for photo in batches.photos_of(store, batch):
        (tmp_path / f"{photo.position}.jpg").write_bytes(batches.photo_path(store, batch, photo.position).read_bytes())
    expected = list(tagger.load(store).photos([tmp_path / f"{number}.jpg" for number in range(6)]))
    found = batch_tags.load(store, batch)
    assert [tag.guesses for tag in found] == [one.guesses for one in expected]
    assert [tag.findings for tag in found] == [one.findings for one in expected]
    np.testing.assert_array_equal([tag.picture for tag in found], [one.picture for one in expected])


def run_killed(store, launched, failpoint):
    work_queue.settle(store)
    environment = {**os.environ, "FAILPOINT": failpoint, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "core", "work", launched[-1]]
    return subprocess.run(command, cwd=PROJECT_ROOT, env=environment, timeout=120, capture_output=True).returncode


@pytest.mark.parametrize("failpoint", ["previews-written:2", "tags-committing:2", "tags-committed:1"])
def test_a_killed_tagging_goes_on_where_it_was_and_tags_nothing_twice(
    own_trained_store, launched, monkeypatch, failpoint
):
    store = own_trained_store
    batch = dropped(store, 40)
    assert run_killed(store, launched, failpoint) == -signal.SIGKILL
    before = batch_tags.load(store, batch)
    assert len(before) == batch_work.CHUNK
    job = batch_work.status(store, batch)
    assert (job.status, job.is_waiting) == ("queued", False)
    assert launched == [job.id] * 2
    read = collections.Counter()
    opened = batch_work._read

    def counted(path, sha256):
        read[path.name] += 1
        return opened(path, sha256)

    monkeypatch.setattr(batch_work, "_read", counted)
    work_off(store, launched, 1)
    assert batch_work.status(store, batch).status == "finished"
    after = batch_tags.load(store, batch)
    assert [tag.position for tag in after] == list(range(40))
    assert [tag.tagged_at for tag in after[: batch_work.CHUNK]] == [tag.tagged_at for tag in before]
    assert sorted(read) == [f"{position:06}" for position in range(batch_work.CHUNK, 40)]
    assert set(read.values()) == {1}
    assert doctor.breaches(store) == []


def test_only_one_worker_is_started_however_many_look(store, launched):
    batch = batch_world.dropped(store, worlds.publish(store), batch_world.new_photos(1))
    for _ in range(5):
        job = batch_work.status(store, batch)
        assert (job.status, job.is_waiting) == ("queued", False)
    assert launched == [job.id]


def test_nobody_is_started_while_one_works(store, launched, monkeypatch):
    batch = batch_world.dropped(store, worlds.publish(store), batch_world.new_photos(1))
    monkeypatch.setattr(worker, "LOCK_SECONDS", 0.1)
    with filelock.FileLock(store.home / "locks" / "tagging.lock"):
        job = batch_work.status(store, batch)
        assert job.is_waiting
        worker.work(store, job.id, batch_work)  # a second worker leaves at once
        assert batch_work.status(store, batch) == job
    assert launched == []


def test_a_tagging_and_a_training_do_not_wait_for_each_other(store, launched):
    first, second = (
        batch_world.dropped(store, worlds.publish(store), batch_world.new_photos(1)),
        batch_world.dropped(store, runs.find(store, "live"), batch_world.new_photos(1)),
    )
    training = jobs.submit(store, jobs.TrainingRequest(recipe="quick", catalogue="sample"), started_by="Ada")
    tagging = records.of_batch(store, first.number)
    assert sorted(launched) == sorted([training.id, tagging.id])
    assert not training.is_waiting and not tagging.is_waiting
    assert records.of_batch(store, second.number).is_waiting
    assert [job.id for job in records.active(store)] == [training.id], "trainings alone are counted"
    assert jobs.queue(store).waiting is None
    assert doctor.breaches(store) == []


def age(store, seconds):
    with database.write(store.engine) as connection:
        old = datetime.now(UTC) - timedelta(seconds=seconds)
        connection.execute(sa.update(schema.jobs).values(heartbeat_at=old, clock=None))


def test_workers_that_die_again_and_again_end_the_tagging_with_a_reason(store, launched):
    batch = batch_world.dropped(store, worlds.publish(store), batch_world.new_photos(1))
    for num_launched in range(1, TAGGING.max_attempts + 1):
        assert not batch_work.status(store, batch).is_waiting
        assert len(launched) == num_launched
        age(store, 60)
    work = batch_work.status(store, batch)
    assert (work.status, work.is_active) == ("failed", False)
    assert "without getting any further" in work.message
    batch_work.go_on(store, batch, who="Ada")
    assert not batch_work.status(store, batch).is_waiting
    assert len(launched) == TAGGING.max_attempts + 1


def test_a_worker_that_cannot_be_started_is_a_failure_that_is_told(store, monkeypatch):
    class Launcher:
        def launch(self, store, job_id):
            raise OSError(12, "Cannot allocate memory")

    monkeypatch.setitem(launchers.LAUNCHERS, "process", Launcher())
    batch = batch_world.dropped(store, worlds.publish(store), batch_world.new_photos(1))
    work = batch_work.status(store, batch)
    assert (work.status, work.message) == ("failed", "The tagging could not be started (Cannot allocate memory).")


def test_an_error_in_the_worker_is_told_and_the_next_batch_goes_on(own_trained_store, launched, monkeypatch):
    store = own_trained_store
    first, second = dropped(store, 1), dropped(store, 1)
    whole = batch_work.tag_batch

    def fails(store, batch, model, on_photos):
        if batch == first:
            raise RuntimeError("no such thing")
        whole(store, batch, model, on_photos)

    monkeypatch.setattr(batch_work, "tag_batch", fails)
    work_off(store, launched)
    work = batch_work.status(store, first)
    assert work.message == ("The tagging stopped because of an unexpected error. What is tagged already stays.")
    assert "RuntimeError: no such thing" in work.details
    assert batch_work.status(store, second).status == "finished"


def test_a_photo_that_was_changed_on_the_disk_is_not_tagged(own_trained_store, launched):
    store = own_trained_store
    batch = dropped(store, 3)
    batches.photo_path(store, batch, 0).write_bytes(b"another")
    batches.photo_path(store, batch, 1).unlink()
    work_off(store, launched)
    tags = batch_tags.load(store, batch)
    assert [tag.is_readable for tag in tags] == [False, False, True]
    assert tags[0].findings == ("The stored photo was changed or damaged. Drop it again.",)
    assert tags[1].findings == ("The stored photo cannot be read (No such file or directory). Drop it again.",)


def test_a_batch_that_waits_is_seen_by_a_store_opened_anew(own_trained_store, launched):
    batch = dropped(own_trained_store, 1)
    opened = open_store(settings.load())
    assert batch_work.status(opened, batches.find(opened, batch.number)).is_active
    opened.engine.dispose()


def stops_after_the_first_photos(monkeypatch, then=lambda store, batch: None):
    """Ada stops the tagging when its first photos are stored; `then` is what she does right afterwards."""
    keep = batch_work._keep

    def kept(store, batch, some):
        keep(store, batch, some)
        if batch_tags.num_tagged(store, batch) == batch_work.CHUNK:
            batch_work.stop(store, batch, who="Ada")
            then(store, batch)

    monkeypatch.setattr(batch_work, "_keep", kept)


def test_a_stopped_tagging_keeps_what_it_has_and_goes_on_with_the_rest_only(own_trained_store, launched, monkeypatch):
    store = own_trained_store
    batch = dropped(store, 40)
    seen = []
    stops_after_the_first_photos(monkeypatch, lambda store, batch: seen.append(batch_work.status(store, batch)))
    work_off(store, launched)
    work = batch_work.status(store, batch)
    assert [job.is_stopping for job in seen] == [True]
    assert (work.status, work.is_active) == ("cancelled", False)
    assert work.message == "Ada stopped the tagging. What is tagged already stays."
    before = batch_tags.load(store, batch)
    assert [tag.position for tag in before] == list(range(batch_work.CHUNK))
    assert len(launched) == 1, "nobody starts what a person stopped"
    batch_work.go_on(store, batch, who="Bo")
    assert launched == [work.id] * 2
    work_off(store, launched, 1)
    work = batch_work.status(store, batch)
    assert (work.status, work.message) == ("finished", "")
    after = batch_tags.load(store, batch)
    assert [tag.position for tag in after] == list(range(40))
    assert [tag.tagged_at for tag in after[: batch_work.CHUNK]] == [tag.tagged_at for tag in before]
    lines = [(line.who, line.action, line.subject) for line in audit.entries(store, limit=2)]
    assert lines == [("Bo", "go-on-tagging", "batch 1"), ("Ada", "stop-tagging", "batch 1")]
    assert doctor.breaches(store) == []


def test_a_batch_that_is_stopped_leaves_its_turn_to_the_next_one(own_trained_store, launched, monkeypatch):
    store = own_trained_store
    first, second = dropped(store, 40), dropped(store, 3)
    stops_after_the_first_photos(monkeypatch)
    work_off(store, launched)
    assert batch_work.status(store, first).status == "cancelled"
    assert batch_work.status(store, second).status == "finished"


def test_stopping_when_the_last_photo_is_tagged_already_leaves_a_finished_batch(
    own_trained_store, launched, monkeypatch
):
    store = own_trained_store
    batch = dropped(store, batch_work.CHUNK)
    stops_after_the_first_photos(monkeypatch)
    work_off(store, launched)
    assert batch_work.status(store, batch).status == "finished"


def test_a_worker_killed_while_it_was_to_stop_has_stopped(own_trained_store, launched):
    store = own_trained_store
    batch = dropped(store, 40)
    assert run_killed(store, launched, "tags-committed:1") == -signal.SIGKILL
    batch_work.stop(store, batch, who="Ada")
    assert batch_work.status(store, batch).status == "cancelled"
    assert len(launched) == 1
    worker.work(store, launched[0], batch_work)
    assert batch_tags.num_tagged(store, batch) == batch_work.CHUNK, "a worker that comes late leaves it alone"


def statuses(store):
    return {number: job.status for number, job in records.taggings(store).items()}


def test_a_batch_that_waits_is_stopped_at_once_and_one_that_ended_stays_as_it_is(store, launched):
    run = worlds.publish(store)
    waiting, ended = (batch_world.dropped(store, run, batch_world.new_photos(1)) for _ in range(2))
    with database.write(store.engine) as connection:
        jobs_table = schema.jobs
        ended_at = {"status": "finished", "ended_at": datetime.now(UTC)}
        connection.execute(sa.update(jobs_table).where(jobs_table.c.batch_number == 2).values(**ended_at))
    for batch in (waiting, ended, waiting):
        batch_work.stop(store, batch, who="Ada")
    assert statuses(store) == {1: "cancelled", 2: "finished"}
    batch_work.go_on(store, ended, who="Ada")
    assert statuses(store) == {1: "cancelled", 2: "finished"}
    assert [line.action for line in audit.entries(store, limit=2)] == ["stop-tagging", "drop-photos"]
    with pytest.raises(errors.TaggingRefused, match="needs a name"):
        batch_work.stop(store, waiting, who=" ")


def test_a_stopped_batch_whose_photos_were_let_go_cannot_go_on(store, launched, monkeypatch):
    batch = batch_world.dropped(store, worlds.publish(store), batch_world.new_photos(1))
    assert batches.expired(store) == []
    batch_work.stop(store, batch, who="Ada")
    monkeypatch.setattr(batches, "timedelta", lambda days: timedelta(seconds=-60))
    assert batches.expired(store) == [batch]
    batches.let_go(store, batch, who="Ada")
    with pytest.raises(errors.TaggingRefused, match=r"The photos of batch 1 are no longer kept\. Drop them again\."):
        batch_work.go_on(store, batch, who="Ada")
    assert batch_work.status(store, batch).status == "cancelled"
