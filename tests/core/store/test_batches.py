"""Batches of photos and their tags: stored whole or not at all, read as a table, let go, and found damaged."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core import doctor, errors, failpoints
from core.settings import PROJECT_ROOT
from core.store import retention
from core.store.base import audit, database, schema
from core.store.batches import batch_tags, batches
from core.store.runs import runs
from core.tagging import products
from tests.support import batch_world, worlds


@pytest.fixture
def run(store):
    return worlds.publish(store)


def test_a_batch_holds_every_byte_and_what_the_list_said(store, run):
    photos = batch_world.new_photos(3)
    batch = batch_world.dropped(store, run, photos)
    assert (batch.number, batch.num_photos, batch.created_by, batch.suggested) == (1, 3, "Ada", (0.9, 0.9, 0.9))
    found = batches.photos_of(store, batch)
    assert [(photo.name, photo.sku, photo.title) for photo in found] == [
        (photo.name, photo.sku, photo.title) for photo in photos
    ]
    assert [batches.photo_path(store, batch, photo.position).read_bytes() for photo in found] == [
        photo.data for photo in photos
    ]
    assert batches.list_batches(store) == [batch] == [batches.find(store, 1)]
    assert audit.entries(store, action="drop-photos")[0].after == {"photos": 3, "version": 1}


def test_a_drop_that_is_sent_again_is_one_batch(store, run):
    for _ in range(2):
        batches.create(store, run, batch_world.new_photos(1), [0.9] * 3, who="Ada", request_id="drop")
    assert len(batches.list_batches(store)) == len(list((store.home / "batches").iterdir())) == 1


def test_photos_that_do_not_fit_on_the_disk_leave_nothing(store, run, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(batches.os, "fsync", full)
    with pytest.raises(errors.TaggingRefused, match="No space left on device"):
        batch_world.dropped(store, run, batch_world.new_photos(2))
    assert batches.list_batches(store) == [] == list((store.home / "batches").iterdir())


def test_what_makes_no_sense_is_no_batch(store, run):
    with pytest.raises(errors.TaggingRefused, match="There are no photos"):
        batch_world.dropped(store, run, [])
    with pytest.raises(errors.TaggingRefused, match="needs a name"):
        batch_world.dropped(store, run, batch_world.new_photos(1), who=" ")
    with pytest.raises(errors.BatchNotFound, match="There is no batch 7"):
        batches.find(store, 7)


def test_no_photo_is_tagged_twice(store, run):
    batch = batch_world.tagged(store, run, [0.9, 0.5])
    with pytest.raises(IntegrityError):
        batch_tags.append(store, batch, [batch_world.photo_tag(run, 1, 0.7)])
    assert batch_tags.positions(store, batch) == {0, 1}
    tag = batch_tags.load(store, batch)[1]
    assert (tag.guesses[0], tag.picture.tolist()) == (("Coat", 0.5), np.full((28, 28), 1).tolist())


@pytest.mark.parametrize("table", ["automation_lines", "batches", "batch_photos", "batch_tags", "tag_decisions"])
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_nothing_of_a_batch_can_be_edited(store, run, table, statement):
    batch = batch_world.tagged(store, run, [0.9])
    batch_world.decide(store, batch, [0], "accepted")
    batch_world.confirm(store, run)
    with pytest.raises(IntegrityError, match="cannot be changed"), database.write(store.engine) as connection:
        *_, key = schema.metadata.tables[table].primary_key.columns
        connection.exec_driver_sql(statement.format(table, key.name))


def test_the_table_says_everything_of_every_file(store, run):
    photos = [*batch_world.new_photos(4), *batch_world.new_photos(1, name="bad.png", refused="The file is empty.")]
    batch = batch_world.dropped(store, run, photos)
    batch_tags.append(store, batch, [
        batch_world.photo_tag(run, 0, 0.95, 0),
        batch_world.photo_tag(run, 1, 0.99, 1, needs_look=True, findings=("several items?",)),
        batch_world.photo_tag(run, 2, 0.3, 2, is_unlike=True),
        batch_world.photo_tag(run, 3, 0.0, picture=None, guesses=(), findings=("It is damaged.",), strangeness=None),
    ])  # fmt: skip
    table = products.table(store, batch)
    assert table["pile"].tolist() == ["ready", "check", "not ours", "unreadable", "unreadable"]
    assert table["tag"].tolist() == ["Shirt", "Coat", "", "", ""]
    assert table["guess"].tolist() == ["Shirt", "Coat", "Bag", "", ""]
    assert table["findings"].tolist() == [(), ("several items?",), (), ("It is damaged.",), ("The file is empty.",)]
    assert table["confidence"].isna().tolist() == [False, False, False, True, True]
    assert table[["product", "sku", "title"]].iloc[1].tolist() == ["photo 1.jpg", "S1", "Title 1"]
    assert table["version"].tolist() == [1] * 5 == table["batch"].tolist()
    assert table["decided_at"].isna().all() and str(table["decided_at"].dtype).startswith("datetime64")
    found = products.progress(table)
    assert (found.num_to_decide, found.num_decided) == (3, 0)
    pd.testing.assert_frame_equal(products.all_tables(store), table)


def test_a_batch_that_is_half_tagged_has_no_pile_for_the_rest(store, run):
    batch = batch_world.dropped(store, run, batch_world.new_photos(2))
    batch_tags.append(store, batch, [batch_world.photo_tag(run, 0, 0.95)])
    assert products.table(store, batch)["pile"].tolist() == ["ready", ""]
    assert products.progress(products.table(store, batch)).num_to_decide == 1


def test_a_version_that_tagged_a_batch_is_kept(store):
    found = worlds.catalogue()
    worlds.publish(store, found)
    second = worlds.publish(store, found, seed=1)
    batch_world.tagged(store, second, [0.9])
    assert not retention.is_deletable(store, second)
    with pytest.raises(errors.StoreError, match="is kept"):
        retention.delete(store, second.id, who="Ada")


KILLED = """
import sys
from core import settings
from core.store import open_store
from core.store.batches import batches, tag_decisions
from core.store.runs import runs
from tests.support import batch_world
store = open_store(settings.load())
run = runs.find(store, "live")
if sys.argv[1] == "drop":
    batches.create(store, run, batch_world.new_photos(3), [0.9] * 3, who="Ada", request_id="r")
else:
    batch_world.decide(store, batches.find(store, 1), [0, 1], "accepted", request_id="r")
"""


def killed(what, failpoint, monkeypatch):
    monkeypatch.setenv("FAILPOINT", failpoint)
    result = subprocess.run([sys.executable, "-c", KILLED, what], cwd=PROJECT_ROOT, timeout=120)
    monkeypatch.delenv("FAILPOINT")
    return result.returncode


@pytest.mark.parametrize("failpoint", ["batch-staged", "batch-renamed", "batch-committing", "batch-committed"])
def test_a_drop_that_is_killed_is_there_whole_or_not_at_all(store, run, monkeypatch, failpoint):
    assert killed("drop", failpoint, monkeypatch) == -9
    found = batches.list_batches(store)
    assert len(found) == (failpoint == "batch-committed")
    batch = batches.create(store, run, batch_world.new_photos(3), [0.9] * 3, who="Ada", request_id="r")
    assert len(batches.list_batches(store)) == 1
    for photo, given in zip(batches.photos_of(store, batch), batch_world.new_photos(3), strict=True):
        assert batches.photo_path(store, batch, photo.position).read_bytes() == given.data


def test_every_moment_named_here_is_reached(store, run, monkeypatch):
    reached = []
    monkeypatch.setattr(failpoints, "reach", reached.append)
    batch = batch_world.tagged(store, run, [0.5])
    batch_world.decide(store, batch, [0], "accepted")
    assert {"batch-staged", "batch-renamed", "batch-committing", "batch-committed", "tags-committing",
            "tags-committed", "decision-committing", "decision-committed"} <= set(reached)  # fmt: skip


def test_the_rows_of_a_batch_point_to_its_photos(store, run):
    batch = batch_world.dropped(store, run, batch_world.new_photos(1))
    with pytest.raises(IntegrityError):
        batch_tags.append(store, batch, [batch_world.photo_tag(run, 5, 0.5)])
    assert doctor.breaches(store) == []
    assert runs.find(store, batch.run_id) == run


def aged(days, monkeypatch):
    """Everything as it will be in so many days."""
    now = batches.datetime.now(batches.UTC)

    class Later(batches.datetime):
        @classmethod
        def now(cls, zone=None):
            return now + batches.timedelta(days=days)

    monkeypatch.setattr(batches, "datetime", Later)


def test_photos_are_let_go_after_their_days_and_all_that_was_said_of_them_stays(store, run, monkeypatch):
    batch, waiting = (
        batch_world.tagged(store, run, [0.5, 0.6]),
        batch_world.dropped(store, run, batch_world.new_photos(1)),
    )
    with database.write(store.engine) as connection:
        connection.execute(sa.text("UPDATE jobs SET status = 'finished', ended_at = created_at WHERE batch_number = 1"))
    batch_world.decide(store, batch, [0], "accepted")
    before = products.table(store, batch)
    aged(29.9, monkeypatch)
    assert retention.plan(store).batches == ()
    aged(30.1, monkeypatch)
    assert retention.plan(store).batches == (1,), "what is not tagged yet stays"
    assert retention.collect(store, who="Ada").batches == (1,)
    assert not batches.photo_path(store, batch, 0).exists()
    assert batches.photo_path(store, waiting, 0).exists()
    pd.testing.assert_frame_equal(products.table(store, batch), before)
    assert audit.entries(store, action="purge")[0].subject == "photos of batch 1"
    assert doctor.breaches(store) == []
    assert retention.plan(store).batches == ()


def test_letting_photos_go_that_was_killed_is_finished_by_the_next(store, run, monkeypatch):
    batch = batch_world.tagged(store, run, [0.5])
    with database.write(store.engine) as connection:
        connection.execute(sa.text("UPDATE jobs SET status = 'finished', ended_at = created_at"))

    def killed(name):
        raise KeyboardInterrupt(name)

    with monkeypatch.context() as patch:
        patch.setattr(failpoints, "reach", killed)
        with pytest.raises(KeyboardInterrupt, match="photos-letting-go"):
            batches.let_go(store, batch, who="Ada")
    assert doctor.breaches(store) == []
    aged(31, monkeypatch)
    assert retention.collect(store, who="Ada").batches == (1,)
    assert not batches.photo_path(store, batch, 0).parent.exists()


def test_lost_and_changed_photos_and_leftovers_are_found_and_swept(store, run):
    batch = batch_world.dropped(store, run, batch_world.new_photos(2))
    assert doctor.breaches(store) == []
    half = store.home / "batches" / "0123456789ab.tmp"
    half.mkdir()
    assert doctor.breaches(store) == []
    os.utime(half, (0, 0))
    batches.photo_path(store, batch, 1).write_bytes(b"another")
    damage, leftover = doctor.breaches(store)
    assert damage.startswith("I2: batch 1: ") and "was changed or damaged" in damage
    assert leftover.startswith("I9: ") and str(half) in leftover
    batches.photo_path(store, batch, 0).unlink()
    batches.sweep(store)
    (damage,) = doctor.breaches(store)
    assert "is missing" in damage
