"""Databases of a PostgreSQL server for tests: each test has its own, made from a template in a few milliseconds."""

import functools
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from core.store.base import engines, filling, migrating

SERVER = os.environ.get("TESTS_POSTGRESQL", "")
"""Address of a database on a server that tests may fill with databases of their own; empty: there is none."""
ON_POSTGRESQL = os.environ.get("TESTS_DATABASE") == "postgresql"
"""Whether the stores of tests are on that server; else each is a file."""


def sqlite_only(why: str) -> pytest.MarkDecorator:
    """Marks a test that is about a file of SQLite, and says why."""
    return pytest.mark.skipif(ON_POSTGRESQL, reason=f"about SQLite only: {why}")


def template_of(home: Path) -> str:
    """The database with the rows of that home's file, made once for each process of tests."""
    return _template(home / "garments.db")


@functools.cache
def _template(file: Path) -> str:
    name = f"template_{uuid.uuid4().hex}"
    _administer(f"CREATE DATABASE {name}")
    target = engines.open_engine(_address(name))
    migrating.migrate(target, file.parent)
    source = engines.open_engine(f"sqlite:///{file}")
    filling.fill(source, target)
    source.dispose()
    target.dispose()
    return name


@contextmanager
def database(template: str = "template1") -> Iterator[str]:
    """The address of a database like that template; gone at the end."""
    name = f"test_{uuid.uuid4().hex}"
    _administer(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield _address(name)
    finally:
        _administer(f"DROP DATABASE {name} WITH (FORCE)")


def _address(name: str) -> str:
    return make_url(SERVER).set(database=name).render_as_string(hide_password=False)


@functools.cache
def _server() -> sa.Engine:
    return sa.create_engine(
        make_url(SERVER).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
    )


def _administer(statement: str) -> None:
    with _server().connect() as connection:
        connection.exec_driver_sql(statement)
