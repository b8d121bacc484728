"""Backups: what is in one, what is brought back, what is refused by name, and which ones stay."""

import dataclasses
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import types
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import doctor, errors, settings
from core.catalogue import kept
from core.settings import PROJECT_ROOT
from core.store import open_store, retention
from core.store.backups import contents, finding, keeping, making, manifests, objects, restoring
from core.store.base import audit, copying, database, schema
from core.store.batches import batches
from core.store.runs import runs
from core.store.team import team
from tests.support import batch_world, worlds


@pytest.fixture
def world(store):
    """A store with something of everything that is put aside."""
    run = worlds.publish(store)
    batch_world.tagged(store, run, [0.99, 0.5])
    for place in ("photos/ab/ab1.jpg", "uploads/shop/a:b.jpg", "backbones/own-1.onnx", "judging/cloud/judging.json",
                  "catalogues/in-use.txt", "coming/shop.json", "bringing/cloud.json"):  # fmt: skip
        path = store.home / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(place)
    for place in ("features/x.f16", "maps/x.json", "logs/x.log", "trash/x/y", "uploads/waiting/z/a.jpg", "locks/l",
                  "checkpoints/c/d", "backbones/efficientnet.onnx", "backbones/own-2.onnx.part"):  # fmt: skip
        path = store.home / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("made again or gone soon")
    return store


def elsewhere(tmp_path, name="again"):
    return settings.load().model_copy(update={"home": tmp_path / name})


def content(home):
    return {
        path.relative_to(home).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in home.rglob("*")
        if path.is_file() and "garments.db" not in path.name
    }


def rows(engine):
    with database.read(engine) as connection:
        return {name: connection.execute(table.select()).all() for name, table in schema.metadata.tables.items()}


def damage(path):
    path.chmod(0o600)
    found = bytearray(path.read_bytes())
    found[len(found) // 2] ^= 1
    path.write_bytes(found)


def restored(tmp_path, found, name="again", **options):
    restoring.restore(found, tmp_path / "backups", **options)
    return open_store(found)


def test_what_is_put_aside_comes_back_to_the_byte_and_the_nanosecond(world, tmp_path):
    made = making.make(world, tmp_path / "backups")
    again = restored(tmp_path, elsewhere(tmp_path))
    before, after = content(world.home), content(again.home)
    gone = {name for name in before if name not in after}
    assert gone == {
        "features/x.f16", "maps/x.json", "logs/x.log", "trash/x/y", "uploads/waiting/z/a.jpg", "locks/l",
        "locks/migration.lock", "checkpoints/c/d", "backbones/efficientnet.onnx", "backbones/own-2.onnx.part",
    }  # fmt: skip
    assert after.items() <= before.items()
    assert rows(again.engine) == rows(world.engine)
    assert doctor.breaches(again) == []
    assert made.manifest.counts == {
        "runs": 1, "verdicts": 0, "log lines": 3, "batches": 1, "promotions": 1, "tag decisions": 0,
    }  # fmt: skip
    assert made.manifest.problems == ()
    # Empty, since nothing was drawn yet; a tagging that goes on puts its small pictures there.
    assert batches.preview_path(again, batches.list_batches(again)[0], 0).parent.is_dir()


def test_of_every_entry_of_a_home_it_is_decided_whether_it_is_kept_and_why():
    assert contents.KEPT.keys() | contents.LEFT_OUT.keys() == doctor.KNOWN_LAYOUT
    assert not contents.KEPT.keys() & contents.LEFT_OUT.keys()
    assert all({**contents.KEPT, **contents.LEFT_OUT}.values())


def test_only_what_is_new_is_copied_and_each_content_lies_there_once(world, tmp_path, monkeypatch):
    first = making.make(world, tmp_path / "backups")
    monkeypatch.setattr(making, "_SETTLED_NS", -(10**12))  # as if the files had been there for long
    copied, put = [], objects.Objects.put
    monkeypatch.setattr(objects.Objects, "put", lambda there, source: copied.append(source.name) or put(there, source))
    worlds.publish(world, seed=5)
    second = making.make(world, tmp_path / "backups")
    new = {file.sha256 for file in second.manifest.files} - {file.sha256 for file in first.manifest.files}
    assert len(copied) == len(new) - 1 == second.num_new - 1, "the database is copied by itself"
    assert "weights.safetensors" in copied and "ab1.jpg" not in copied
    there = {path.name for path in objects.Objects(tmp_path / "backups").all()}
    assert there == {file.sha256 for made in (first, second) for file in made.manifest.files}
    assert (first.manifest.number, second.manifest.number) == (1, 2)
    # What damages the one must not damage the other.
    assert all(path.stat().st_nlink == 1 for path in objects.Objects(tmp_path / "backups").all())


def test_what_changes_within_a_tick_of_the_clock_is_copied_again(world, tmp_path):
    path = world.home / "judging" / "cloud" / "judging.json"
    making.make(world, tmp_path / "backups")
    tick = path.stat().st_mtime_ns
    path.write_text("x" * path.stat().st_size)
    os.utime(path, ns=(tick, tick))
    making.make(world, tmp_path / "backups")
    again = restored(tmp_path, elsewhere(tmp_path))
    assert (again.home / "judging" / "cloud" / "judging.json").read_text().startswith("xxx")


def test_a_catalogue_that_changes_meanwhile_is_kept_as_it_was_or_as_it_is_never_half(world, tmp_path, monkeypatch):
    folder, files = world.home / "catalogues" / "shop", contents.files
    folder.mkdir()

    def change(stamp):
        for name in ("rows", "tiles"):
            (folder / f"{name}-{stamp}").write_text(f"{name} of {stamp}")
        said = {"rows_file": f"rows-{stamp}", "tiles_file": f"tiles-{stamp}", "decisions_file": ""}
        (folder / "catalogue.json").write_text(json.dumps(said))

    def change_after_the_first_look(home, said, problems):
        found = list(files(home, said, problems))
        if not (folder / "rows-2").exists():
            change(2)
        return iter(found)

    change(1)
    monkeypatch.setattr(contents, "files", change_after_the_first_look)
    found = making.make(world, tmp_path / "backups").manifest
    named = [file.path.rpartition("/")[2] for file in found.files if file.path.startswith("catalogues/shop")]
    assert named == ["catalogue.json", "rows-2", "tiles-2"]


def test_what_is_deleted_meanwhile_is_taken_from_the_trash_or_the_backup_begins_again(world, tmp_path, monkeypatch):
    worlds.publish(world, seed=5)
    files, deleted = contents.files, []

    def delete_first(home, said, problems):
        if not deleted:
            deleted.append(retention.delete(world, "2", who="Bo"))
        return files(home, said, problems)

    monkeypatch.setattr(contents, "files", delete_first)
    assert making.make(world, tmp_path / "backups").manifest.counts["runs"] == 2
    again = restored(tmp_path, elsewhere(tmp_path))
    assert [run.version for run in runs.list_runs(again)] == [2, 1]
    assert doctor.breaches(again) == []

    def delete_last(home, said, problems):
        found = list(files(home, said, problems))
        if len(deleted) == 1:
            deleted.append(kept.photo_path)
            (world.home / "photos" / "ab" / "ab1.jpg").unlink()
        return iter(found)

    monkeypatch.setattr(contents, "files", delete_last)
    found = making.make(world, tmp_path / "backups").manifest
    assert (found.counts["runs"], [file.path for file in found.files if file.path.startswith("photos/")]) == (1, [])


def test_what_is_damaged_already_is_named_unless_an_earlier_backup_holds_it_whole(world, tmp_path):
    run = runs.find(world, "1")
    making.make(world, tmp_path / "backups")
    weights = world.home / "artefacts" / run.artefact / "weights.safetensors"
    damage(weights)
    (world.home / "batches" / batches.list_batches(world)[0].id / "photos" / "000001").unlink()
    other = making.make(world, tmp_path / "other").manifest.problems
    assert [problem.rpartition("/")[2] for problem in other] == [
        "000001 is missing.", "weights.safetensors was changed or damaged.",
    ]  # fmt: skip
    assert len(making.make(world, tmp_path / "backups").manifest.problems) == 1
    again = restored(tmp_path, elsewhere(tmp_path))
    assert (again.home / "artefacts" / run.artefact / "weights.safetensors").read_bytes() != weights.read_bytes()


def test_a_backup_that_was_killed_is_none_and_the_next_goes_on(world, tmp_path):
    folder = tmp_path / "backups"
    for moment, num in (("backup-database", 0), ("backup-copied", 0), ("backup-listed", 1)):
        done = subprocess.run(
            [sys.executable, "-m", "core", "backup", str(folder), "--json"], cwd=PROJECT_ROOT, capture_output=True,
            env={**os.environ, "FAILPOINT": moment}, timeout=60,
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert len(manifests.listed(folder)) == num
        if not num:
            with pytest.raises(errors.BackupRefused, match="did not come to its end"):
                finding.chosen(folder)
    (folder / objects.STAGING / "half").write_text("half-written")
    made = making.make(world, folder)
    assert made.num_new == 0, "everything was there"
    assert list((folder / objects.STAGING).iterdir()) == []
    assert restored(tmp_path, elsewhere(tmp_path)).home.is_dir()


@pytest.mark.parametrize("moment", ["restore-copied", "restore-moving:3", "restore-moved"])
def test_a_restore_that_was_killed_leaves_no_home_and_begins_again(world, tmp_path, moment):
    making.make(world, tmp_path / "backups")
    found = elsewhere(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "core", "restore", str(tmp_path / "backups")], cwd=PROJECT_ROOT, capture_output=True,
        env={**os.environ, "FAILPOINT": moment, "GARMENTS_HOME": str(found.home)}, timeout=60,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    with pytest.raises(errors.DatabaseUnavailable, match="give the command `python -m core restore` once more"):
        open_store(found)
    again = restored(tmp_path, found)
    assert doctor.breaches(again) == []
    assert not (found.home / "restoring").exists()


def test_a_plain_copy_of_a_database_that_was_written_to_meanwhile_is_refused(store, tmp_path):
    def work():
        for number in range(100):
            team.choose_target(store, 0.5 + number % 40 / 100, who="Ada")
        return copying.sqlite_file(store.engine.url).read_bytes()

    worlds.publish(store)
    before, after = work(), work()
    shutil.copytree(store.home, tmp_path / "plain")
    for until in range(4096, len(before), 8 * 4096):
        (tmp_path / "plain" / "garments.db").write_bytes(before[:until] + after[until:])
        try:
            opened = open_store(elsewhere(tmp_path, "plain"))
            assert doctor.breaches(opened)[0].startswith("I10: the database is damaged"), until
            opened.engine.dispose()
        except errors.DatabaseUnavailable as error:
            assert "disk image is malformed" in str(error)


# ---- what is refused --------------------------------------------------------------------------------------------


def change_manifest(folder, **changes):
    """A manifest with other words and a name that fits them."""
    listed = manifests.listed(folder)[0]
    said = {**json.loads(listed.path.read_bytes()), **changes}
    text = json.dumps(said, indent=1).encode()
    digest = hashlib.sha256(text).hexdigest()[:16]
    listed.path.unlink()
    (folder / f"{listed.name.rpartition('-')[0]}-{digest}.json").write_bytes(text)


def flip_manifest(folder):
    damage(manifests.listed(folder)[0].path)


def flip_content(folder):
    damage(objects.Objects(folder).path(manifests.read(manifests.listed(folder)[0]).files[3].sha256))


def lose_content(folder):
    objects.Objects(folder).path(manifests.read(manifests.listed(folder)[0]).files[3].sha256).unlink()


def half(folder):
    manifests.listed(folder)[0].path.unlink()


REFUSED = {
    "newer program": (lambda folder: change_manifest(folder, revision="9999"), "was made by a newer program"),
    "newer format": (lambda folder: change_manifest(folder, format=2), "was written by a newer program"),
    "another database": (lambda folder: change_manifest(folder, database="postgresql"), "names one of 'sqlite'"),
    "foreign": (lambda folder: change_manifest(folder, files=1), "is no list of a backup of this program"),
    "leads outside": (
        lambda folder: change_manifest(folder, files=[{"path": "../x", "sha256": "0" * 64, "bytes": 1, "mtime_ns": 1}]),
        "leads out of its folder",
    ),
    "flipped byte of the list": (flip_manifest, "was changed or damaged. There is no other backup"),
    "flipped byte of a file": (flip_content, "The backup is damaged: .* was changed or damaged. Nothing was restored"),
    "missing file": (lose_content, "The backup is damaged: .* is missing. Nothing was restored"),
    "half": (half, "did not come to its end"),
    "empty": (lambda folder: shutil.rmtree(folder) or folder.mkdir(), "holds no backup"),
    "gone": (shutil.rmtree, "cannot be read .No such file or directory.. Is its disk connected"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_restored_is_named_and_nothing_is_left(store, tmp_path, what):
    worlds.publish(store)
    making.make(store, tmp_path / "backups")
    change, message = REFUSED[what]
    change(tmp_path / "backups")
    with pytest.raises(errors.BackupError, match=message):
        restoring.restore(elsewhere(tmp_path), tmp_path / "backups")
    assert not (tmp_path / "again").exists()


def test_a_damaged_backup_names_the_one_before_and_the_list_names_it(world, tmp_path):
    folder = tmp_path / "backups"
    for number in range(2):
        worlds.publish(world, seed=number + 5)
        making.make(world, folder)
    flip_manifest(folder)
    with pytest.raises(errors.BackupError, match="Restore another one: --backup 1 is of"):
        restoring.restore(elsewhere(tmp_path), folder)
    assert [bool(one.problem) for one in finding.standings(folder)] == [True, False]
    manifest = manifests.read(manifests.listed(folder)[1])
    damage(objects.Objects(folder).path(manifest.files[0].sha256))
    assert [bool(one.problem) for one in finding.standings(folder)] == [True, False], "its size is what it was"
    assert [bool(one.problem) for one in finding.standings(folder, is_checked=True)] == [True, True]
    with pytest.raises(errors.BackupRefused, match=r"There is no backup '7' in .* Those there are: 000002-"):
        restoring.restore(elsewhere(tmp_path), folder, "7")


def test_only_an_empty_home_is_filled_and_what_is_in_another_stays(world, tmp_path):
    making.make(world, tmp_path / "backups")
    found = elsewhere(tmp_path)
    found.home.mkdir()
    (found.home / "notes.txt").write_text("mine")
    with pytest.raises(errors.BackupRefused, match=r"is not empty .notes.txt.: only an empty one is filled"):
        restoring.restore(found, tmp_path / "backups")
    assert [path.name for path in found.home.iterdir()] == ["notes.txt"]
    (found.home / "notes.txt").unlink()
    damage(
        objects.Objects(tmp_path / "backups").path(
            manifests.read(manifests.listed(tmp_path / "backups")[0]).files[2].sha256
        )
    )
    with pytest.raises(errors.BackupError, match="damaged"):
        restoring.restore(found, tmp_path / "backups")
    assert list(found.home.iterdir()) == []


def test_a_home_in_which_a_restore_was_interrupted_keeps_what_did_not_come_from_it(world, tmp_path):
    making.make(world, tmp_path / "backups")
    found = elsewhere(tmp_path)
    (found.home / "restoring").mkdir(parents=True)
    (found.home / "restoring" / "unfinished.json").write_text('["artefacts", "notes"]')
    for name in ("notes", "artefacts"):
        (found.home / name).mkdir()
    with pytest.raises(errors.BackupRefused, match=r"is not empty \(notes\)"):
        restoring.restore(found, tmp_path / "backups")
    assert [path.name for path in found.home.iterdir()] == ["notes"]


def test_a_disk_that_is_too_small_is_said_before_anything_is_copied(world, tmp_path, monkeypatch):
    making.make(world, tmp_path / "backups")
    monkeypatch.setattr(restoring.shutil, "disk_usage", lambda folder: types.SimpleNamespace(free=10**6))
    with pytest.raises(errors.BackupError, match=r"needs 64 MB, but the disk of .* has 1 MB left"):
        restoring.restore(elsewhere(tmp_path), tmp_path / "backups")
    assert not (tmp_path / "again").exists()


def test_a_backup_within_the_home_or_beside_those_of_another_home_is_refused(world, tmp_path):
    with pytest.raises(errors.BackupRefused, match="lies in GARMENTS_HOME and would be lost with it"):
        making.place(world, world.home / "backups")
    with pytest.raises(errors.BackupRefused, match="Nobody said where backups go"):
        making.place(world, None)
    making.make(world, tmp_path / "backups")
    other = open_store(elsewhere(tmp_path, "other"))
    worlds.publish(other)
    with pytest.raises(errors.BackupRefused, match="holds backups of another GARMENTS_HOME"):
        making.make(other, tmp_path / "backups")
    assert len(manifests.listed(tmp_path / "backups")) == 1


def test_a_database_that_stays_locked_is_said_and_no_copy_is_left(store, tmp_path):
    source, target = copying.sqlite_file(store.engine.url), tmp_path / "copy.db"
    with database.write(store.engine) as connection:
        connection.exec_driver_sql("PRAGMA locking_mode = EXCLUSIVE")
        audit.record(connection, who="Ada", action="target", subject="target")
    with pytest.raises(errors.BackupError, match=r"cannot be copied .it was locked for 0 seconds"):
        copying.copy_sqlite(source, target, patience=0.3)
    assert not target.exists()


# ---- which ones stay --------------------------------------------------------------------------------------------

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
    flip_manifest(folder)
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
