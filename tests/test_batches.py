"""Batches of photos, their tags and decisions, and the confirmed line: what is stored, refused, and read as a table."""

import math
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
from core.store import (
    audit,
    automation_lines,
    batch_tags,
    batches,
    database,
    publishing,
    retention,
    runs,
    tag_decisions,
)
from core.tagging import piles, products
from tests import batch_world, worlds


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
@pytest.mark.parametrize("statement", ["UPDATE {0} SET rowid = rowid", "DELETE FROM {0}"])
def test_nothing_of_a_batch_can_be_edited(store, run, table, statement):
    batch = batch_world.tagged(store, run, [0.9])
    batch_world.decide(store, batch, [0], "accepted")
    batch_world.confirm(store, run)
    with pytest.raises(IntegrityError, match="cannot be changed"), database.write(store.engine) as connection:
        connection.exec_driver_sql(statement.format(table))


def test_before_a_line_is_confirmed_nothing_leaves_the_ready_pile(store, run):
    batch = batch_world.tagged(store, run, [0.95, 0.5])
    table = products.table(store, batch)
    assert table["pile"].tolist() == [piles.READY, piles.CHECK]
    assert not table["leaves"].any()
    batch_world.confirm(store, run, 0.4, who="Bo")
    table = products.table(store, batch)
    assert table["pile"].tolist() == [piles.READY, piles.READY]
    assert table["by_line"].all() and table["leaves"].all()
    assert table["decided_by"].tolist() == ["Bo", "Bo"]
    assert table["decision"].tolist() == ["none", "none"]


def test_a_line_is_one_a_category_and_none_trusts_none(store, run):
    batch = batch_world.tagged(store, run, [0.95, 0.95, 0.95])
    automation_lines.confirm(store, run.id, [0.9, 0.99, math.nan], who="Ada", request_id="x")
    assert products.table(store, batch)["pile"].tolist() == [piles.READY, piles.CHECK, piles.CHECK]


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


def test_decisions_are_kept_with_who_and_when(store, run):
    batch = batch_world.tagged(store, run, [0.5, 0.5, 0.5])
    batch_world.decide(store, batch, [0, 1], "accepted")
    batch_world.decide(store, batch, [1], "changed", "Bag", who="Bo")
    batch_world.decide(store, batch, [2], "rejected")
    table = products.table(store, batch)
    assert table["decision"].tolist() == ["accepted", "changed", "rejected"]
    assert table["category"].tolist() == ["Shirt", "Bag", ""]
    assert table["decided_by"].tolist() == ["Ada", "Bo", "Ada"]
    assert table["leaves"].tolist() == [True, True, False]
    assert [line.number for line in tag_decisions.history(store)] == [1, 2, 3, 4]
    assert tag_decisions.counts(store).values.tolist() == [[1, 3]]


def test_a_person_decides_on_a_ready_product_against_the_line(store, run):
    batch = batch_world.tagged(store, run, [0.95])
    batch_world.confirm(store, run)
    batch_world.decide(store, batch, [0], "rejected")
    table = products.table(store, batch)
    assert (table["by_line"][0], table["leaves"][0], table["decided_by"][0]) == (False, False, "Ada")


def test_a_request_that_is_repeated_changes_nothing_and_another_under_its_name_is_refused(store, run):
    batch = batch_world.tagged(store, run, [0.5, 0.5])
    first = batch_world.decide(store, batch, [0], "accepted", request_id="r")
    assert batch_world.decide(store, batch, [0], "accepted", request_id="r") == first
    with pytest.raises(errors.TaggingRefused, match="stored before with other decisions"):
        batch_world.decide(store, batch, [1], "accepted", request_id="r")
    assert len(tag_decisions.history(store, batch)) == 1


def test_what_somebody_else_decided_since_is_not_overwritten_unseen(store, run):
    batch = batch_world.tagged(store, run, [0.5, 0.5])
    batch_world.decide(store, batch, [0], "rejected", who="Bo")
    with pytest.raises(errors.DecisionConflict, match=r"Bo decided on product 1 since it was shown \(rejected\)"):
        batch_world.decide(store, batch, [0, 1], "accepted", seen=0)
    assert tag_decisions.current(store, batch)[0].who == "Bo"
    batch_world.decide(store, batch, [0, 1], "accepted")
    assert len(tag_decisions.current(store, batch)) == 2
    batch_world.decide(store, batch, [0], "rejected", seen=0)  # one's own newer line is no surprise


def test_undo_brings_back_what_held_whosever_it_was(store, run):
    batch = batch_world.tagged(store, run, [0.5, 0.5])
    batch_world.decide(store, batch, [0], "changed", "Bag", who="Bo")
    batch_world.decide(store, batch, [0, 1], "accepted", request_id="all")
    for _ in range(2):
        tag_decisions.undo(store, batch, "all", who="Ada", request_id="back")
    (held,) = tag_decisions.current(store, batch).values()
    assert (held.position, held.kind, held.category, held.who, held.entered_by) == (0, "changed", "Bag", "Bo", "Ada")
    assert len(tag_decisions.history(store)) == 5
    with pytest.raises(errors.DecisionConflict):
        tag_decisions.undo(store, batch, "all", who="Ada", request_id="once more")
    with pytest.raises(errors.TaggingRefused, match="Bo decided nothing here"):
        tag_decisions.undo(store, batch, "all", who="Bo", request_id="theirs")


@pytest.mark.parametrize(
    ("positions", "kind", "category", "message"),
    [
        ([], "accepted", None, "at least one product"),
        ([0], "liked", None, "accepted, changed or rejected"),
        ([9], "accepted", None, "Product 10 has no tag"),
        ([0], "changed", None, "needs a category"),
        ([0], "changed", "Hat", "needs a category"),
        ([0], "accepted", "Bag", "needs a category"),
        ([1], "accepted", None, "not one of our categories"),
    ],
)
def test_a_decision_that_makes_no_sense_stores_nothing(store, run, positions, kind, category, message):
    batch = batch_world.dropped(store, run, batch_world.new_photos(2))
    batch_tags.append(
        store, batch, [batch_world.photo_tag(run, 0, 0.5), batch_world.photo_tag(run, 1, 0.5, is_unlike=True)]
    )
    with pytest.raises(errors.TaggingRefused, match=message):
        batch_world.decide(store, batch, positions, kind, category)
    assert tag_decisions.history(store) == []


def test_a_line_is_kept_with_who_and_stays_in_the_history(store, run):
    first = batch_world.confirm(store, run, 0.9)
    second = automation_lines.confirm(
        store, run.id, [0.8, math.nan, 0.7], who="Bo", request_id="b", max_wrong_in_100=2.0
    )
    assert automation_lines.newest(store, run.id) == automation_lines.history(store, run.id)[0]
    assert [line.number for line in automation_lines.history(store, run.id)] == [second.number, first.number] == [2, 1]
    np.testing.assert_array_equal(second.array, [0.8, math.nan, 0.7])
    entry = audit.entries(store, action="confirm-line")[0]
    assert (entry.before, entry.after, entry.who) == ([0.9] * 3, [0.8, None, 0.7], "Bo")
    assert automation_lines.confirm(store, run.id, [0.8, math.nan, 0.7], who="Bo", request_id="b").number == 2


def test_a_line_that_is_none_is_refused(store, run):
    def confirm(lines, run_id=run.id, request_id="x"):
        automation_lines.confirm(store, run_id, lines, who="Ada", request_id=request_id)

    for lines, message in [([0.9], "knows 3 categories, got 1"), ([0.9, 1.1, 0.9], "between 0 and 1, got 1.1")]:
        with pytest.raises(errors.TaggingRefused, match=message):
            confirm(lines)
    with pytest.raises(errors.RunNotFound):
        confirm([0.9] * 3, run_id="nothing")
    with pytest.raises(errors.TaggingRefused, match="1 to 64 characters"):
        confirm([0.9] * 3, request_id="")
    confirm([0.9] * 3)
    with pytest.raises(errors.TaggingRefused, match="confirmed another line before"):
        confirm([0.8] * 3)
    assert len(automation_lines.history(store, run.id)) == 1


def test_a_line_keeps_what_it_was_confirmed_for(store, run):
    given = {"max_wrong_in_100": 2.0, "by_hand": [run.class_names[2]], "mix": [3, 1, 0]}
    line = automation_lines.confirm(store, run.id, [0.9, 0.8, math.nan], who="Ada", request_id="a", **given)
    assert (line.by_hand, line.mix) == ((run.class_names[2],), (3.0, 1.0, 0.0))
    again = automation_lines.confirm(store, run.id, [0.9, 0.8, math.nan], who="Ada", request_id="a", **given)
    assert again.number == 1
    for change in ({"mix": None}, {"by_hand": []}):
        with pytest.raises(errors.TaggingRefused, match="confirmed another line before"):
            automation_lines.confirm(
                store, run.id, [0.9, 0.8, math.nan], who="Ada", request_id="a", **{**given, **change}
            )
    for change, message in [
        ({"mix": [1, 1]}, "knows 3 categories, got 2 shares of a mix"),
        ({"mix": [0, 0, 0]}, "not all 0, got"),
        ({"mix": [1, -1, 0]}, "0 or more"),
        ({"mix": [1, math.inf, 0]}, "0 or more"),
        ({"by_hand": ["Hat"]}, "knows no category 'Hat'"),
    ]:
        with pytest.raises(errors.TaggingRefused, match=message):
            automation_lines.confirm(store, run.id, [0.9] * 3, who="Ada", request_id="b", **change)
    assert [held.number for held in automation_lines.history(store, run.id)] == [1]


def test_a_line_of_before_is_read_without_what_it_was_for(store, run):
    with database.write(store.engine) as connection:
        connection.execute(
            sa.text(
                "INSERT INTO automation_lines (number, request_id, run_id, lines, max_wrong_in_100, who, confirmed_at) "
                "VALUES (1, 'a', :run, '[0.9, 0.8, null]', 2, 'Ada', '2026-11-20 10:00:00.000000')"
            ),
            {"run": run.id},
        )
    held = automation_lines.newest(store, run.id)
    assert (held.by_hand, held.mix, held.max_wrong_in_100) == ((), None, 2.0)


def test_a_version_without_calibration_gets_no_line(store):
    files = worlds.run_files(worlds.catalogue())
    run = publishing.publish(store, files, {**worlds.facts(files), "temperature": None}, created_by="Ada")
    with pytest.raises(errors.TaggingRefused, match="is not calibrated"):
        batch_world.confirm(store, run)


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
from core.store import batches, open_store, runs, tag_decisions
from tests import batch_world
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


@pytest.mark.parametrize("failpoint", ["decision-committing", "decision-committed"])
def test_a_decision_that_is_killed_is_stored_once_when_it_is_sent_again(store, run, monkeypatch, failpoint):
    batch = batch_world.tagged(store, run, [0.5, 0.5])
    assert killed("decide", failpoint, monkeypatch) == -9
    batch_world.decide(store, batch, [0, 1], "accepted", request_id="r")
    assert [line.position for line in tag_decisions.history(store)] == [0, 1]


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
    with database.read(store.engine) as connection:
        assert connection.execute(sa.text("PRAGMA foreign_key_check")).all() == []
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
        connection.execute(sa.text("UPDATE batch_work SET status = 'finished' WHERE batch_number = 1"))
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
        connection.execute(sa.text("UPDATE batch_work SET status = 'finished'"))

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


def test_lost_decisions_and_lost_guards_are_found(store, run):
    batch = batch_world.tagged(store, run, [0.5, 0.5])
    batch_world.decide(store, batch, [0, 1], "accepted")
    with database.write(store.engine) as connection:
        connection.exec_driver_sql("DROP TRIGGER tag_decisions_no_delete")
        connection.exec_driver_sql("DELETE FROM tag_decisions WHERE number = 1")
    assert doctor.breaches(store) == [
        "I6: the lines of tag_decisions are numbered up to 2, but 1 are stored.",
        "I7: tag_decisions could be changed: the database has lost the triggers that refuse it.",
    ]


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
