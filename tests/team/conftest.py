"""A real PostgreSQL for these tests; where it is not installed they are skipped and say so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core import settings
from tests.support import cluster
from tests.support.cluster import Cluster


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.team)
            if cluster.programs() is None:
                item.add_marker(pytest.mark.skip(reason="install PostgreSQL (apt-get install postgresql)"))


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A server that keeps what it confirmed, as one that people use does."""
    with cluster.running(options=()) as running:
        yield running


@pytest.fixture
def shared(own_settings: None, server: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[settings.Settings]:
    """Settings of a new database on that server."""
    monkeypatch.setattr("tests.support.postgresql.SERVER", server.address)
    from tests.support import postgresql

    postgresql._server.cache_clear()
    with postgresql.database() as address:
        monkeypatch.setenv("GARMENTS_DATABASE_URL", address)
        yield settings.load()
