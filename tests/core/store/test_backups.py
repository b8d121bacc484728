"""Backups: what is in one, what is brought back, and what becomes of both when the process ends."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

from core import doctor, errors
from core.catalogue import kept
from core.jobs import records
from core.jobs.requests import TrainingRequest
from core.settings import PROJECT_ROOT
from core.store import open_store, retention
from core.store.backups import contents, finding, making, manifests, objects, restoring
from core.store.base import copying, database, identity, schema
from core.store.batches import batches
from core.store.runs import runs
from core.store.team import team
from tests.support import worlds
from tests.support.backups import LEFT_OUT, damage, elsewhere, fill, restored


@pytest.fixture
def world(store):
    """A store with something of everything that is put aside."""
    return fill(store)


def content(home):
    return {
        path.relative_to(home).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in home.rglob("*")
        if path.is_file() and "garments.db" not in path.name and "identity" not in path.name
    }


def rows(engine):
    with database.read(engine) as connection:
        return {name: connection.execute(table.select()).all() for name, table in schema.metadata.tables.items()}


def test_what_is_put_aside_comes_back_to_the_byte_and_the_nanosecond(world, tmp_path):
    made = making.make(world, tmp_path / "backups")
    again = restored(tmp_path, elsewhere(tmp_path))
    before, after = content(world.home), content(again.home)
    gone = {name for name in before if name not in after}
    assert gone == {*LEFT_OUT, "locks/migration.lock"}
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


KILLED = """
import sys
from pathlib import Path
from core import settings
from core.store import open_store
from core.store.backups import making, restoring
found, folder = settings.load(), Path(sys.argv[2])
making.make(open_store(found), folder) if sys.argv[1] == "make" else restoring.restore(found, folder)
"""


def kill(what, folder, moment, home):
    """A process of its own, ended at that moment as a power cut would."""
    environment = {**os.environ, "FAILPOINT": moment, "GARMENTS_HOME": str(home)}
    command = [sys.executable, "-c", KILLED, what, str(folder)]
    done = subprocess.run(command, cwd=PROJECT_ROOT, env=environment, capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_a_backup_that_was_killed_is_none_and_the_next_goes_on(world, tmp_path):
    folder = tmp_path / "backups"
    for moment, num in (("backup-copied", 0), ("backup-listed", 1)):
        kill("make", folder, moment, world.home)
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
    kill("restore", tmp_path / "backups", moment, found.home)
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


def test_what_waited_when_the_backup_was_made_is_done_where_it_is_restored(store, tmp_path):
    worlds.publish(store)
    job = records.insert(store, TrainingRequest(recipe="quick"), started_by="Ada")
    made = making.make(store, tmp_path / "backups")
    again = restored(tmp_path, elsewhere(tmp_path))
    assert records.find(again, job.id).place == identity.place(store.home) != identity.place(again.home)
    restoring.note(again, restoring.Restored(manifest=made.manifest, num_let_go=0), who="Ada")
    assert records.find(again, job.id).place == identity.place(again.home)
