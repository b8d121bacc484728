"""Which backups stay, and what goes out of those that do."""

import dataclasses
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import doctor
from core.store import open_store, retention
from core.store.backups import finding, keeping, making, manifests, objects, restoring
from core.store.base import database, schema
from core.store.batches import batches
from tests.support.backups import damage_list, elsewhere, fill


@pytest.fixture
def world(store):
    """A store with something of everything that is put aside."""
    return fill(store)


NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)  # a Monday


def stays(times):
    return keeping.kept(sorted(times, reverse=True), lambda moment: moment)


def test_of_ten_weeks_of_daily_backups_seven_days_and_four_weeks_stay():
    staying = stays([NOON - timedelta(days=days, hours=hours) for days in range(70) for hours in (0, 5)])
    assert [(NOON - moment).days for moment in staying] == [0, 1, 2, 3, 4, 5, 6, 8, 15]
    assert len(stays([NOON - timedelta(minutes=minute) for minute in range(600)])) == 1
    # Where none are made, those of before stay.
    assert len(stays([NOON - timedelta(days=400 * year) for year in range(9)])) == 7


moments = st.lists(st.integers(0, 100 * 24).map(lambda hours: NOON - timedelta(hours=hours)), unique=True, max_size=60)


@given(moments)
def test_thinned_after_every_backup_the_same_ones_stay_as_thinned_once(times):
    staying = []
    for moment in sorted(times):
        staying = stays([*staying, moment])
    assert staying == stays(times)
    assert len(staying) <= keeping.DAILY + keeping.WEEKLY
    assert staying[:1] == sorted(times, reverse=True)[:1], "never the newest"


def backdated(folder, days):
    """Has the newest backup be that many days old."""
    made_at = datetime.now(UTC) - timedelta(days=days)
    manifest = manifests.read(manifests.listed(folder)[0])
    manifests.remove(manifests.listed(folder)[0])
    manifests.write(folder, dataclasses.replace(manifest, created_at=made_at))


def test_gc_thins_backups_and_takes_what_only_they_needed(world, tmp_path):
    folder = tmp_path / "backups"
    store = open_store(world.settings.model_copy(update={"backup_dir": folder}))
    assert "Backups were left as they are: The folder of backups" in retention.plan(store).backups.problem
    assert not folder.exists()
    for days in (100, 90, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0):
        (store.home / "coming" / "shop.json").write_text(f"{days} days")
        making.make(store, folder)
        backdated(folder, days)
    old = manifests.listed(folder)[-2:]
    only = {file.sha256 for one in old for file in manifests.read(one).files} - {
        file.sha256 for one in manifests.listed(folder)[:-2] for file in manifests.read(one).files
    }
    planned = retention.plan(store).backups
    assert set(planned.backups) >= {old[1].name} and planned.num_files >= 2
    assert retention.collect(store, who="Ada").backups == planned
    staying = manifests.listed(folder)
    assert staying == keeping.kept(staying, lambda one: one.created_at)
    needed = {file.sha256 for one in staying for file in manifests.read(one).files}
    assert {path.name for path in objects.Objects(folder).all()} == needed
    assert only - needed
    assert retention.plan(store).backups == keeping.Thinning()
    assert all(not one.problem for one in finding.standings(folder, is_checked=True))


def test_a_list_that_is_damaged_has_gc_leave_all_files_alone(world, tmp_path):
    folder = tmp_path / "backups"
    store = open_store(world.settings.model_copy(update={"backup_dir": folder}))
    making.make(store, folder)
    damage_list(folder)
    (folder / "objects" / "ab").mkdir(exist_ok=True)
    (folder / "objects" / "ab" / ("ab" * 32)).write_text("needed by nobody")
    found = retention.collect(store, who="Ada").backups
    assert "was changed or damaged" in found.problem
    assert (folder / "objects" / "ab" / ("ab" * 32)).exists()


def test_photos_whose_days_are_over_go_from_backups_too_and_a_restore_says_so(world, tmp_path):
    folder = tmp_path / "backups"
    store = open_store(world.settings.model_copy(update={"backup_dir": folder}))
    batch = batches.list_batches(store)[0]
    preview = batches.preview_path(store, batch, 0)
    preview.write_bytes(b"small")
    shared = store.home / "uploads" / "shop" / "same.jpg"
    shutil.copyfile(batches.photo_path(store, batch, 1), shared)
    making.make(store, folder)
    digests = [photo.sha256 for photo in batches.photos_of(store, batch)]
    with database.write(store.engine) as connection:
        late = batch.created_at - timedelta(days=31)
        connection.exec_driver_sql("DROP TRIGGER batches_no_update")
        connection.execute(schema.batches.update().values(created_at=late))
        connection.execute(schema.jobs.update().values(ended_at=late))
    planned = retention.plan(store)
    assert (planned.batches, planned.backups.num_photos, planned.backups.num_files) == ((1,), 2, 2)
    assert retention.collect(store, who="Ada") == planned
    assert not preview.parent.exists()
    there = objects.Objects(folder)
    assert [there.has(digest) for digest in digests] == [False, True], "the second one was dropped for a catalogue too"
    found = elsewhere(tmp_path)
    assert restoring.restore(found, folder).num_let_go == 2
    again = open_store(found)
    assert not batches.has_photos(again, batch)
    assert [line for line in doctor.breaches(again) if "trigger" not in line] == []
    assert [one.num_let_go for one in finding.standings(folder, is_checked=True)] == [2]
    assert retention.plan(store).backups == keeping.Thinning()


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("moment", ["thin-noted", "thin-listed"])
def test_gc_killed_anywhere_leaves_backups_that_are_whole_and_the_next_ends_it(world, tmp_path, monkeypatch, moment):
    folder = tmp_path / "backups"
    store = open_store(world.settings.model_copy(update={"backup_dir": folder}))
    for days in (9, 0, 0, 0):
        making.make(store, folder)
        backdated(folder, days)
    batch = batches.list_batches(store)[0]

    def kill(name):
        if name == moment:
            raise Killed

    monkeypatch.setattr(keeping.failpoints, "reach", kill)
    with pytest.raises(Killed):
        keeping.thin(store, {batch.id})
    assert all(not one.problem for one in finding.standings(folder, is_checked=True))
    assert {one.num_let_go for one in finding.standings(folder)} >= {2}
    monkeypatch.undo()
    keeping.thin(store, {batch.id})
    assert keeping.plan(store, {batch.id}) == keeping.Thinning()
    assert [one.num_let_go for one in finding.standings(folder, is_checked=True)] == [2, 2]


def test_small_pictures_of_photos_that_went_before_go_too(world):
    batch = batches.list_batches(world)[0]
    preview = batches.preview_path(world, batch, 0)
    preview.write_bytes(b"small")
    batches.sweep_previews(world)
    assert preview.exists()
    (batches.folder_of(world, batch) / batches.LET_GO).touch()
    shutil.rmtree(batches.folder_of(world, batch) / batches.PHOTOS)
    retention.collect(world, who="Ada")
    assert not preview.parent.exists() and doctor.breaches(world) == []


def test_copies_before_migrations_are_thinned_likewise(store):
    folder = store.home / "backups"
    folder.mkdir()
    for day in range(1, 31):
        (folder / f"garments-0009-202610{day:02}T120000.db").write_text("a copy")
    (folder / "mine.db").write_text("not ours")
    assert len(retention.collect(store, who="Ada").backups.backups) == 30 - 7 - 2
    assert (folder / "mine.db").exists() and (folder / "garments-0009-20261030T120000.db").exists()
