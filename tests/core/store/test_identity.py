"""Which database belongs to a home: a lost one, a stranger and an older copy are refused before anything is written."""

import shutil
import sqlite3

import pytest

from core import errors, settings
from core.__main__ import main
from core.store import open_store
from core.store.base import audit, database, engines, filling, identity, migrating, schema
from core.store.runs import runs
from tests.support import worlds
from tests.support.postgresql import sqlite_only

pytestmark = sqlite_only("files are lost, swapped and copied; what is compared is the same")


@pytest.fixture
def file(store):
    """The database of a home with one version, which nobody has open."""
    worlds.publish(store)
    store.engine.dispose()
    open_store(settings.load()).engine.dispose()
    return store.home / "garments.db"


def refused():
    with pytest.raises(errors.DatabaseUnavailable) as caught:
        open_store(settings.load())
    assert "python -m core restore" in str(caught.value) and "accept-database" in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("damage", ["removed", "emptied"])
def test_no_database_is_made_beside_full_artefacts(file, damage):
    if damage == "removed":
        file.unlink()
    else:
        file.write_bytes(b"")
    assert "is missing, but" in refused()
    assert not file.exists() or file.stat().st_size == 0


def test_nor_beside_artefacts_of_before_databases_had_a_number(file):
    file.unlink()
    (file.parent / identity.FILE).unlink()
    assert "is missing, but" in refused()


def test_the_database_of_another_home_is_refused(file, tmp_path):
    other = open_store(settings.Settings(home=tmp_path / "other", data_dir=tmp_path))
    other.engine.dispose()
    shutil.copy(other.home / "garments.db", file)
    assert refused().startswith("This is not the database that belongs to ")


def test_an_older_copy_is_refused_with_how_much_it_lacks(file, store):
    shutil.copy(file, file.with_suffix(".copy"))
    again = open_store(settings.load())
    with database.write(again.engine) as connection:
        audit.record(connection, who="Ada", action="target", subject="target", after=0.9)
    again.engine.dispose()
    open_store(settings.load()).engine.dispose()
    num = len(audit.entries(again))
    again.engine.dispose()
    shutil.copy(file.with_suffix(".copy"), file)
    assert f"its log ends at {num - 1}, and {num} were there" in refused()


def test_what_is_meant_is_accepted_by_a_command_and_only_with_yes(file, capsys, monkeypatch):
    file.unlink()
    monkeypatch.setattr("sys.argv", ["core", "accept-database"])
    assert main() == 0 and "is missing, but" in capsys.readouterr().out
    refused()
    monkeypatch.setattr("sys.argv", ["core", "accept-database", "--yes"])
    assert main() == 0 and "belongs to this folder" in capsys.readouterr().out
    opened = open_store(settings.load())
    assert runs.list_runs(opened) == []
    opened.engine.dispose()


@pytest.mark.parametrize("damage", ["removed", "replaced"])
def test_a_file_that_is_lost_while_the_program_runs_is_noticed_and_nothing_written(file, tmp_path, damage):
    opened = open_store(settings.load())
    assert runs.list_runs(opened)
    shutil.copy(file, tmp_path / "copy.db")
    file.unlink()
    if damage == "replaced":
        shutil.copy(tmp_path / "copy.db", file)
    for use in (database.read, database.write):
        with pytest.raises(errors.DatabaseUnavailable, match="removed or replaced"), use(opened.engine):
            pass
    opened.engine.dispose()
    with pytest.raises(errors.DatabaseUnavailable, match="removed or replaced"), database.write(opened.engine):
        pass
    assert file.exists() == (damage == "replaced")
    opened.engine.dispose()


def test_a_home_keeps_its_number_and_two_homes_are_two_places(file, tmp_path):
    before = identity.mark(file.parent)
    open_store(settings.load()).engine.dispose()
    assert identity.mark(file.parent).home == before.home
    (tmp_path / "moved").mkdir()
    shutil.copy(file.parent / identity.FILE, tmp_path / "moved")
    assert identity.place(tmp_path / "moved") == identity.place(file.parent)
    other = open_store(settings.Settings(home=tmp_path / "other", data_dir=tmp_path))
    other.engine.dispose()
    assert identity.place(other.home) != identity.place(file.parent)


def test_every_row_is_copied_and_counting_goes_on(store, tmp_path):
    worlds.publish_two_runs(store)
    target = engines.open_engine(f"sqlite:///{tmp_path / 'copy.db'}")
    migrating.migrate(target, tmp_path)
    copied = filling.fill(store.engine, target)
    assert copied["runs"] == 2 and copied["promotions"] == 1
    for table in schema.metadata.sorted_tables:
        with database.read(store.engine) as one, database.read(target) as other:
            rows = [sorted(map(str, connection.execute(table.select()))) for connection in (one, other)]
        assert rows[0] == rows[1], table.name
    with pytest.raises(errors.DatabaseUnavailable, match="is not empty"):
        filling.fill(store.engine, target)
    target.dispose()


def test_a_database_is_filled_by_a_command_and_belongs_to_the_home_then(file, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GARMENTS_DATABASE_URL", f"sqlite:///{tmp_path / 'new' / 'team.db'}")
    monkeypatch.setattr("sys.argv", ["core", "fill-database"])
    assert main() == 0 and "rows of" in capsys.readouterr().out
    opened = open_store(settings.load())
    assert [run.version for run in runs.list_runs(opened)] == [1]
    opened.engine.dispose()
    assert main() == 1 and "not empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("mysql://ada@localhost/shop", "begins with 'mysql'. Use sqlite:///FILE or postgresql://"),
        (
            "postgresql://ada:secret@localhost/shop",
            "needs psycopg, which is not installed: pip install",
        ),
        ("postgres://ada:secret@localhost/shop", "needs psycopg, which is not installed"),
    ],
)
def test_an_address_that_cannot_be_used_is_one_sentence_without_the_password(address, sentence, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(errors.SettingsError) as caught:
        engines.open_engine(address)
    assert sentence in str(caught.value) and "secret" not in str(caught.value)


def test_a_page_waits_a_moment_for_a_busy_database_and_hardly_at_all_for_the_next_read(store):
    engines.be_patient(store.engine, engines.Patience(read=0.3, write=0.2, away=0, again=0.02))
    other = sqlite3.connect(store.home / "garments.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    waited = []
    for use in (database.read, database.read, database.write):
        began = engines.time.monotonic()
        with pytest.raises(errors.DatabaseUnavailable, match="busy"), use(store.engine) as connection:
            connection.execute(schema.runs.select())
        waited.append(engines.time.monotonic() - began)
    other.close()
    assert waited[0] > 0.25 and waited[1] < waited[0] and waited[2] > 0.15
    assert runs.list_runs(store) == []
