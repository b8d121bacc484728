"""A database that somebody holds: said within seconds on every page, and gone once it is free."""

import sqlite3
import time

import pytest

from tests.app.test_pages import opened


@pytest.fixture
def held(own_trained_store):
    """Holds the database for as long as the block lasts."""
    file = own_trained_store.home / "garments.db"

    def hold():
        connection = sqlite3.connect(file, isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
        return connection

    return hold


@pytest.mark.parametrize("place", ["today", "labels"])
def test_a_page_says_that_the_database_is_busy_and_comes_back(held, place):
    at = opened(place)
    assert not at.error
    holding = held()
    began = time.monotonic()
    at.run()
    waited = time.monotonic() - began
    assert waited < 10
    assert any("The database is busy" in error.value for error in at.error) and not at.exception
    holding.close()
    at.run()
    assert not at.error
