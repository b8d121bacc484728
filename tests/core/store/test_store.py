import math
import shutil
import sqlite3
import threading
from dataclasses import replace

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core import errors, settings
from core.store import open_store
from core.store.base import artefacts, database, migrating, schema
from core.store.live import promotions
from core.store.runs import file_reader, live_history, publishing, runs
from tests.support import worlds
from tests.support.postgresql import sqlite_only


def test_what_was_published_is_read_back_as_it_was(store):
    found = worlds.catalogue()
    files = worlds.run_files(found)
    run = publishing.publish(store, files, worlds.facts(files), created_by="Ada")
    assert file_reader.load_predictions(store, run).equals(files.predictions)
    assert np.array_equal(file_reader.load_probabilities(store, run), files.probabilities)
    assert np.array_equal(file_reader.load_features(store, run), files.features)
    assert np.array_equal(file_reader.load_similar(store, run, "test"), files.similar)
    assert np.array_equal(file_reader.load_similar(store, run, "train"), files.similar_train)
    assert file_reader.load_history(store, run).equals(files.history)
    assert file_reader.load_figures(store, run) == files.figures
    assert file_reader.load_environment(store, run) == files.environment
    for name in ("train", "validation", "test"):
        assert file_reader.load_split(store, run, name).fingerprint == getattr(found, name).fingerprint
    assert (run.version, run.catalogue, run.class_names, run.created_by) == (1, "sample", found.class_names, "Ada")
    assert run.catalogue_note == "A tenth of Fashion-MNIST that comes with this program."
    assert run.created_at.tzinfo is not None


def test_a_run_is_found_by_each_of_its_names(store):
    first, second = worlds.publish(store, seed=1), worlds.publish(store, seed=2)
    assert runs.find(store, second.id) == second
    assert runs.find(store, second.id[:6]) == second
    assert runs.find(store, "2") == runs.find(store, "v2") == second
    assert runs.find(store, "live") == first
    assert runs.list_runs(store) == [second, first]
    assert runs.find_same(store, first.identity) == first
    assert runs.find_same(store, "0" * 64) is None


NO_RUNS = ["", "7", "v", "live", "../../etc/passwd", "%", "_" * 12, "a" * 5000, "\0", "٣", "1e3", "v-1", "9" * 40]


@pytest.mark.parametrize("text", NO_RUNS, ids=range(len(NO_RUNS)))
def test_a_name_that_is_no_run_is_refused_in_one_short_line(store, text):
    with pytest.raises(errors.RunNotFound) as caught:
        runs.find(store, text)
    assert len(str(caught.value)) < 600


def test_the_first_run_becomes_live_and_later_ones_do_not(store):
    assert promotions.live_run(store) is None
    first = worlds.publish(store, seed=1)
    worlds.publish(store, seed=2)
    assert promotions.live_run(store) == first
    assert [line.reason for line in promotions.history(store)] == [publishing.FIRST_REASON]


@pytest.mark.parametrize("statement", ["UPDATE promotions SET reason = 'x'", "DELETE FROM promotions"])
def test_history_cannot_be_rewritten(store, statement):
    worlds.publish(store)
    with pytest.raises(IntegrityError, match="cannot be changed"), database.write(store.engine) as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize("accuracy", [math.nan, math.inf, -0.1, 1.1, None])
def test_a_run_without_a_finite_accuracy_cannot_be_published(store, accuracy):
    files = worlds.run_files(worlds.catalogue())
    with pytest.raises(IntegrityError):
        publishing.publish(store, files, replace(worlds.facts(files), accuracy=accuracy), created_by="Ada")
    assert runs.list_runs(store) == []


@pytest.mark.parametrize("name", ["predictions.parquet", "weights.safetensors", "probabilities.safetensors"])
def test_one_flipped_bit_in_any_file_is_noticed_by_name(store, name):
    run = worlds.publish(store)
    path = artefacts.folder_of(store.home, run.artefact) / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(errors.ArtefactCorrupt, match=name.replace(".", r"\.")):
        file_reader.verify(store, run)


def test_missing_files_and_a_changed_manifest_are_noticed(store):
    run = worlds.publish(store)
    folder = artefacts.folder_of(store.home, run.artefact)
    (folder / "predictions.parquet").unlink()
    with pytest.raises(errors.ArtefactCorrupt, match=r"predictions\.parquet is missing"):
        file_reader.load_predictions(store, run)
    (folder / artefacts.MANIFEST).write_text("{}")
    with pytest.raises(errors.ArtefactCorrupt, match=r"manifest\.json was changed"):
        file_reader.load_probabilities(store, run)
    shutil.rmtree(folder)
    with pytest.raises(errors.ArtefactCorrupt, match=r"manifest\.json is missing"):
        file_reader.verify(store, run)


def test_the_same_content_is_one_artefact(store):
    digests = set()
    for _ in range(2):
        staging = artefacts.new_staging(store.home)
        (staging / "a.txt").write_text("same")
        digests.add(artefacts.publish(store.home, staging))
    assert len(digests) == 1
    assert list((store.home / "staging").iterdir()) == []


def test_garments_are_stored_once_for_many_runs(store):
    found = worlds.catalogue()
    first, second = worlds.publish(store, found, seed=1), worlds.publish(store, found, seed=2)
    assert first.catalogue_artefact == second.catalogue_artefact
    assert len(list((store.home / "artefacts").iterdir())) == 3


def test_readers_never_see_half_a_run(store):
    found = worlds.catalogue()
    worlds.publish(store, found)
    failures, finished = [], threading.Event()

    def read():
        while not finished.is_set():
            try:
                for run in runs.list_runs(store):
                    file_reader.verify(store, run)
            except errors.GarmentsError as error:
                failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for seed in range(1, 12):
        worlds.publish(store, found, seed=seed)
    finished.set()
    reader.join()
    assert failures == []
    assert [run.version for run in runs.list_runs(store)] == list(range(12, 0, -1))


def test_the_migrations_give_exactly_the_tables_of_the_schema(store):
    from alembic import autogenerate, migration

    with database.read(store.engine) as connection:
        context = migration.MigrationContext.configure(connection)
        found = autogenerate.compare_metadata(context, schema.metadata)
    # What a column holds is said in the schema only; PostgreSQL could hold it too.
    changes = [each for change in found for each in (change if isinstance(change, list) else [change])]
    assert [each for each in changes if each[0] != "modify_comment"] == []


def test_the_revision_of_the_schema_is_the_newest_migration():
    from alembic import config, script

    found = config.Config()
    found.set_main_option("script_location", str(migrating.MIGRATIONS))
    assert script.ScriptDirectory.from_config(found).get_current_head() == schema.REVISION


def test_a_database_of_a_newer_program_is_refused_and_left_alone(store):
    with database.write(store.engine) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(errors.DatabaseUnavailable, match="schema '9999'"):
        open_store(settings.load())
    assert migrating.revision(store.engine) == "9999"


def test_processes_that_open_a_new_store_at_once_migrate_it_once():
    problems = []

    def open_it():
        try:
            open_store(settings.load()).engine.dispose()
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


@sqlite_only("a file")
def test_a_file_that_is_no_database_is_refused_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("GARMENTS_HOME", str(tmp_path))
    (tmp_path / "garments.db").write_bytes(b"this is no database, but long enough to be taken for one" * 40)
    with pytest.raises(errors.DatabaseUnavailable, match="file is not a database"):
        open_store(settings.load())


def test_a_home_that_cannot_be_made_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GARMENTS_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(errors.SettingsError, match="GARMENTS_HOME"):
        open_store(settings.load())


@sqlite_only("a journal of its own")
def test_the_write_ahead_log_is_used_only_where_sqlite_is_safe(store):
    with database.read(store.engine) as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    assert mode == ("wal" if sqlite3.sqlite_version_info >= (3, 51, 3) else "delete")


def test_a_write_that_fails_leaves_nothing(store):
    run = worlds.publish(store)
    with pytest.raises(RuntimeError), database.write(store.engine) as connection:
        live_history.record(connection, run.id, reason="x", who="x")
        raise RuntimeError
    assert len(promotions.history(store)) == 1
