"""What PostgreSQL's programs are told, by which way, and what becomes of it where they fail: here are stand-ins."""

import pytest
import sqlalchemy as sa

from core import errors
from core.store.base import copying

URL = sa.make_url(
    "postgresql+psycopg://ada:pa%20ss%25@db.example:5433/garments?sslmode=verify-full&sslrootcert=/ca.pem"
)


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Puts a program of that name in place of PostgreSQL's own; gives what it was told, by both ways."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    def stand_in(name, ending="exit 0"):
        file = tmp_path / name
        file.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\nenv > {tmp_path}/environment\n{ending}\n')
        file.chmod(0o700)
        return lambda: [(tmp_path / told).read_text() for told in ("arguments", "environment")]

    return stand_in


def test_the_password_is_told_by_the_environment_only(program, tmp_path):
    told = program("pg_dump")
    copying.copy_postgresql(URL, tmp_path / "archive", snapshot="00000003-1")
    arguments, environment = told()
    assert "pa ss" not in arguments and "ada" not in arguments and "db.example" not in arguments
    assert "--snapshot=00000003-1" in arguments and f"--file={tmp_path / 'archive'}" in arguments
    for line in ("PGPASSWORD=pa ss%", "PGUSER=ada", "PGHOST=db.example", "PGPORT=5433", "PGDATABASE=garments",
                 "PGSSLMODE=verify-full", "PGSSLROOTCERT=/ca.pem"):  # fmt: skip
        assert line in environment.splitlines()
    told = program("pg_restore")
    copying.fill_postgresql(URL, tmp_path / "archive")
    assert "--single-transaction --exit-on-error" in told()[0] and "pa ss" not in told()[0]


def test_what_fails_is_said_without_the_password_and_leaves_no_file(program, tmp_path):
    program("pg_dump", f"touch {tmp_path}/archive; echo 'no entry for pa ss%' >&2; echo more >&2; exit 1")
    with pytest.raises(errors.BackupError, match=r"pg_dump could not do its work \(no entry for \*\*\*\)") as caught:
        copying.copy_postgresql(URL, tmp_path / "archive")
    assert "pa ss" not in str(caught.value) and not (tmp_path / "archive").exists()


def test_a_program_that_is_not_installed_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(errors.BackupError, match="The program pg_dump is not installed"):
        copying.copy_postgresql(URL, tmp_path / "archive")


def test_what_the_programs_cannot_be_told_is_refused_and_several_hosts_are_one_list():
    with pytest.raises(errors.BackupError, match="says 'prepare_threshold', which pg_dump cannot be told"):
        copying.environment(URL.update_query_dict({"prepare_threshold": "0"}))
    several = sa.make_url("postgresql://ada@/garments?host=/run/a&host=b")
    assert copying.environment(several) == {"PGHOST": "/run/a,b", "PGUSER": "ada", "PGDATABASE": "garments"}


def test_a_database_of_another_kind_is_named(tmp_path):
    for address in ("sqlite://", "mysql://ada@db/garments"):
        with pytest.raises(errors.BackupError, match="that is no file cannot be copied here"):
            copying.sqlite_file(sa.make_url(address))
    with pytest.raises(errors.BackupError, match="unable to open database file"):
        copying.copy_sqlite(tmp_path / "gone.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []
