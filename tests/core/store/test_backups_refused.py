"""Backups that are damaged, old, foreign or half, and homes and folders that do not fit: each is named."""

import hashlib
import json
import shutil
import types

import pytest

from core import errors
from core.store import open_store
from core.store.backups import finding, making, manifests, objects, restoring
from core.store.base import audit, copying, database
from tests.support import worlds
from tests.support.backups import damage, damage_list, elsewhere, fill


@pytest.fixture
def world(store):
    """A store with something of everything that is put aside."""
    return fill(store)


def change_manifest(folder, **changes):
    """A manifest with other words and a name that fits them."""
    listed = manifests.listed(folder)[0]
    said = {**json.loads(listed.path.read_bytes()), **changes}
    text = json.dumps(said, indent=1).encode()
    digest = hashlib.sha256(text).hexdigest()[:16]
    listed.path.unlink()
    (folder / f"{listed.name.rpartition('-')[0]}-{digest}.json").write_bytes(text)


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
    "flipped byte of the list": (damage_list, "was changed or damaged. There is no other backup"),
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
    damage_list(folder)
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
