from pathlib import Path

import pytest

from core import errors, settings


def test_without_any_setting_everything_lies_below_the_project(monkeypatch):
    for name in ("GARMENTS_HOME", "GARMENTS_DATA_DIR"):
        monkeypatch.delenv(name)
    found = settings.load()
    assert found.home == settings.PROJECT_ROOT / "var"
    assert found.data_dir == settings.PROJECT_ROOT / "data"
    assert found.catalogue is None
    assert found.database_address == f"sqlite:///{settings.PROJECT_ROOT / 'var' / 'garments.db'}"


def test_the_environment_wins_over_the_file(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("GARMENTS_CATALOGUE=sample\nGARMENTS_HOME=from-file\nOTHER=1\n")
    monkeypatch.setenv("GARMENTS_HOME", str(tmp_path / "from-environment"))
    found = settings.load(tmp_path / ".env")
    assert (found.catalogue, found.home) == ("sample", tmp_path / "from-environment")


def test_relative_folders_start_at_the_project(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GARMENTS_HOME", "elsewhere")
    assert settings.load().home == settings.PROJECT_ROOT / "elsewhere"


def test_a_mirror_is_used_as_a_base_address(monkeypatch):
    monkeypatch.setenv("GARMENTS_DATA_MIRROR", "http://127.0.0.1:8000/files")
    assert settings.load().data_mirror == "http://127.0.0.1:8000/files/"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("GARMENTS_HOEM", "x", "Unknown setting 'GARMENTS_HOEM'. The settings are GARMENTS_APPROVERS"),
        ("garments_hoem", "x", "Unknown setting 'GARMENTS_HOEM'"),
        ("GARMENTS_DATA_MIRROR", "ftp://x", "GARMENTS_DATA_MIRROR must begin with http:// or https://, got 'ftp://x'."),
        ("GARMENTS_DATABASE_URL", "no address", "GARMENTS_DATABASE_URL must be an SQLAlchemy address"),
        (
            "GARMENTS_TRAININGS_PER_HOUR",
            "-1",
            "GARMENTS_TRAININGS_PER_HOUR should be greater than or equal to 0, got",
        ),
        ("GARMENTS_TRAINING_THREADS", "0", "GARMENTS_TRAINING_THREADS should be greater than or equal to 1, got '0'."),
        ("GARMENTS_TRAINING_THREADS", "two", "GARMENTS_TRAINING_THREADS should be a valid integer"),
        (
            "GARMENTS_TRAINING_NICENESS",
            "20",
            "GARMENTS_TRAINING_NICENESS should be less than or equal to 19, got",
        ),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(monkeypatch, name, value, message):
    monkeypatch.setenv(name, value)
    with pytest.raises(errors.SettingsError) as caught:
        settings.load()
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_an_empty_number_of_threads_leaves_it_to_torch(monkeypatch):
    monkeypatch.setenv("GARMENTS_TRAINING_THREADS", "")
    assert settings.load().training_threads is None
    assert settings.load().masked()["training_threads"] == ""
    monkeypatch.setenv("GARMENTS_TRAINING_NICENESS", "0")
    assert settings.load().masked()["training_niceness"] == "0"


def test_a_password_is_neither_printed_nor_repeated_in_an_error(monkeypatch):
    monkeypatch.setenv("GARMENTS_DATABASE_URL", "postgresql://ada:canary@localhost/garments")
    found = settings.load()
    assert "canary" not in str(found.masked()) + repr(found) + str(found)
    assert "***" in found.masked()["database_url"]
    monkeypatch.setenv("GARMENTS_DATABASE_URL", "canary no address")
    with pytest.raises(errors.SettingsError) as caught:
        settings.load()
    assert "canary" not in str(caught.value)


def test_empty_values_count_as_not_set(monkeypatch):
    for name in ("GARMENTS_CATALOGUE", "GARMENTS_DATA_MIRROR", "GARMENTS_DATABASE_URL"):
        monkeypatch.setenv(name, "")
    found = settings.load()
    assert (found.catalogue, found.data_mirror) == (None, None)
    assert found.database_address.endswith("garments.db")


def test_home_understands_the_tilde(monkeypatch):
    monkeypatch.setenv("GARMENTS_HOME", "~/garments")
    assert settings.load().home == Path.home() / "garments"
