import os
import signal
import subprocess
import sys
import time

import pytest

from core import doctor, errors, settings
from core.jobs import records
from core.jobs.requests import TrainingRequest
from core.store import open_store, retention
from core.store.base import artefacts, audit
from core.store.live import promotions
from core.store.runs import file_reader, posture_files, runs
from tests.support import worlds


def publish(store, num, found=None):
    found = found or worlds.catalogue()
    first = len(runs.list_runs(store)) + 1
    return [worlds.publish(store, found, seed=seed) for seed in range(first, first + num)]


def store_that_keeps(store, **limits):
    return open_store(store.settings.model_copy(update=limits))


def make_old(path, days):
    long_ago = time.time() - days * 86_400
    os.utime(path, (long_ago, long_ago))


def names(store, folder):
    return {path.name for path in (store.home / folder).glob("*")}


def test_a_deleted_version_is_gone_with_its_files_and_stands_in_the_log(store):
    first, second = publish(store, 2)
    assert not retention.is_deletable(store, first)
    assert retention.is_deletable(store, second)
    assert retention.delete(store, "2", reason=" made by mistake ", who="Ada") == second
    assert runs.list_runs(store) == [first]
    assert names(store, "trash") == {second.artefact}
    assert names(store, "artefacts") == {first.artefact, first.catalogue_artefact}
    entry = audit.entries(store)[0]
    assert (entry.who, entry.action, entry.subject, entry.note) == ("Ada", "delete", "version 2", "made by mistake")
    assert (entry.before["run"], entry.after) == (second.id, None)
    assert doctor.breaches(store) == []


def test_the_number_of_a_deleted_version_is_never_used_again(store):
    publish(store, 3)
    retention.delete(store, "3", who="Ada")
    assert publish(store, 1)[0].version == 4
    retention.delete(store, "2", who="Ada")
    retention.delete(store, "4", who="Ada")
    assert publish(store, 1)[0].version == 5


def test_a_version_that_was_ever_live_cannot_be_deleted(store):
    _, second = publish(store, 2)
    promotions.promote(store, second.id, reason="better shirts", who="Ada", override=True)
    for version in ("1", "2"):
        with pytest.raises(errors.StoreError, match=f"Version {version} was live once, so it is kept for ever"):
            retention.delete(store, version, who="Ada")
    with pytest.raises(errors.RunNotFound):
        retention.delete(store, "3", who="Ada")
    assert len(runs.list_runs(store)) == 2


def test_the_training_that_gave_a_deleted_version_stays_without_it(store):
    _, second = publish(store, 2)
    job = records.insert(store, TrainingRequest(recipe="quick"), started_by="Ada")
    records.claim(store, job.id)
    records.end(store, job.id, "finished", run_id=second.id)
    assert records.find(store, job.id).run_id == second.id
    retention.delete(store, second.id, who="Ada")
    assert records.find(store, job.id).run_id is None
    assert doctor.breaches(store) == []


def test_pictures_stay_while_a_version_uses_them(store):
    publish(store, 1)
    other = worlds.catalogue(40)
    second, third = publish(store, 2, other)
    retention.delete(store, second.id, who="Ada")
    assert third.catalogue_artefact in names(store, "artefacts")
    retention.delete(store, third.id, who="Ada")
    assert names(store, "trash") == {second.artefact, third.artefact, third.catalogue_artefact}
    again = publish(store, 1, other)[0]
    file_reader.verify(store, again)
    assert doctor.breaches(store) == []


def test_the_files_of_two_equal_runs_stay_until_both_are_gone(store):
    publish(store, 1)
    found = worlds.catalogue()
    second, third = (worlds.publish(store, found, seed=9) for _ in range(2))
    assert second.artefact == third.artefact
    retention.delete(store, second.id, who="Ada")
    file_reader.verify(store, third)
    retention.delete(store, third.id, who="Ada")
    assert second.artefact in names(store, "trash")


def test_publishing_what_was_just_moved_to_the_trash_brings_it_back(store, monkeypatch):
    publish(store, 1)
    found = worlds.catalogue()
    second = worlds.publish(store, found, seed=9)
    artefact_published = artefacts.publish

    def publish_while_somebody_deletes(home, staging):
        digest = artefact_published(home, staging)
        if len(runs.list_runs(store)) == 2:
            retention.delete(store, second.id, who="Bo")
        return digest

    monkeypatch.setattr(artefacts, "publish", publish_while_somebody_deletes)
    third = worlds.publish(store, found, seed=9)
    assert third.artefact == second.artefact
    file_reader.verify(store, third)
    assert doctor.breaches(store) == []


def test_a_collection_keeps_the_newest_and_what_was_ever_live(store):
    made = publish(store, 6)
    promotions.promote(store, "3", reason="better shirts", who="Ada", override=True)
    few = store_that_keeps(store, keep_versions=2)
    planned = retention.plan(few)
    assert planned.versions == (2, 4)
    assert planned.moved == tuple(sorted((made[1].artefact, made[3].artefact)))
    assert len(runs.list_runs(store)) == 6
    assert retention.collect(few, who="Ada") == planned
    assert [run.version for run in runs.list_runs(store)] == [6, 5, 3, 1]
    assert {entry.subject for entry in audit.entries(store, action="delete")} == {"version 2", "version 4"}
    assert audit.entries(store)[0].note == "It is older than the 2 newest versions that are kept."
    assert retention.plan(few) == retention.Collection(versions=(), moved=(), purged=(), num_bytes=0)
    assert doctor.breaches(store) == []


def test_the_trash_is_emptied_after_its_days_and_not_before(store):
    _, second = publish(store, 2)
    retention.delete(store, "2", who="Ada")
    trashed = store.home / "trash" / second.artefact
    make_old(trashed, 6.9)
    assert retention.collect(store, who="Ada").purged == ()
    make_old(trashed, 7.1)
    planned = retention.plan(store)
    assert planned.purged == (second.artefact,)
    assert planned.num_bytes == sum(path.stat().st_size for path in trashed.iterdir())
    assert retention.collect(store, who="Ada") == planned
    assert not trashed.exists()
    assert audit.entries(store)[0].action == "purge"


def test_files_that_no_version_names_are_collected_when_nobody_can_be_publishing_them(store):
    publish(store, 1)
    staging = artefacts.new_staging(store.home)
    (staging / "a.txt").write_text("left by a killed publishing")
    digest = artefacts.publish(store.home, staging)
    assert retention.collect(store, who="Ada").moved == ()
    make_old(artefacts.folder_of(store.home, digest), 0.1)
    assert retention.collect(store, who="Ada").moved == (digest,)
    assert names(store, "trash") == {digest}


def test_a_version_that_became_live_since_the_plan_is_kept(store, monkeypatch):
    _, second, _ = publish(store, 3)
    few = store_that_keeps(store, keep_versions=1)
    planned = retention.plan(few)
    assert planned.versions == (2,)
    promotions.promote(store, "2", reason="better shirts", who="Ada", override=True)
    monkeypatch.setattr(retention, "plan", lambda store: planned)
    assert retention.collect(few, who="Bo") == retention.Collection(versions=(), moved=(), purged=(), num_bytes=0)
    file_reader.verify(store, second)


def test_a_collection_killed_while_it_empties_the_trash_is_finished_by_the_next(store):
    publish(store, 3)
    for version in ("2", "3"):
        retention.delete(store, version, who="Ada")
    for path in (store.home / "trash").iterdir():
        make_old(path, 8)
    code = "from core import settings; from core.store import open_store, retention; "
    code += "retention.collect(open_store(settings.load()), who='Ada')"
    killed = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.PROJECT_ROOT,
        env={**os.environ, "FAILPOINT": "collect-purged"},
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL
    assert len(names(store, "trash")) == 1
    assert doctor.breaches(store) == []
    assert len(retention.collect(store, who="Ada").purged) == 1
    assert names(store, "trash") == set()


@pytest.mark.parametrize("moment", ["delete-committing", "delete-committed", "delete-moved"])
def test_a_deletion_killed_at_any_moment_is_whole_or_never_was(store, moment):
    _, second = publish(store, 2)
    killed = subprocess.run(
        [sys.executable, "-c", DELETER], cwd=settings.PROJECT_ROOT, env={**os.environ, "FAILPOINT": moment}, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL
    is_there = second in runs.list_runs(store)
    assert is_there == (moment == "delete-committing")
    assert is_there == (audit.entries(store, action="delete") == [])
    assert doctor.breaches(store) == []
    if is_there:
        file_reader.verify(store, second)
        return
    for path in (store.home / "artefacts").iterdir():
        make_old(path, 0.1)
    retention.collect(store, who="Ada")
    assert second.artefact in names(store, "trash")
    assert doctor.breaches(store) == []


DELETER = """
from core import settings
from core.store import open_store, retention

retention.delete(open_store(settings.load()), "2", who="Ada")
"""


def told_how_garments_lie(store, name):
    path = store.home / posture_files.FOLDER / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"learned")
    return path


def test_how_the_garments_of_a_version_lie_goes_with_it(store):
    first, second = publish(store, 2)
    files = [told_how_garments_lie(store, f"{run.id}.safetensors") for run in (first, second)]
    retention.delete(store, "2", who="Ada")
    assert [path.exists() for path in files] == [True, False]


def test_a_collection_takes_how_garments_of_deleted_versions_lie(store):
    first, second, _ = publish(store, 3)
    few = store_that_keeps(store, keep_versions=1)
    staying, leaving = (told_how_garments_lie(store, f"{run.id}.safetensors") for run in (first, second))
    left, begun = told_how_garments_lie(store, "0123456789ab.safetensors"), told_how_garments_lie(store, "begun.tmp")
    make_old(staying, 1)
    make_old(left, 1)
    expected = tuple(sorted((leaving.name, left.name)))
    assert retention.plan(few).postures == expected
    assert leaving.exists() and left.exists(), "a plan changes nothing"
    assert retention.collect(few, who="Ada").postures == expected
    assert not leaving.exists() and not left.exists()
    assert staying.exists(), "its version was live"
    assert begun.exists(), "it may just be being written"
    assert retention.collect(few, who="Ada").postures == ()
