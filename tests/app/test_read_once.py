"""What a page reads of the database it reads once while it is drawn, and never what another run has read."""

import pytest
from streamlit.testing.v1 import AppTest

from core.store.base import database
from core.store.live import promotions
from core.store.runs import runs
from dashboard.session import site_map
from tests.app import test_pages
from tests.support import worlds

MOST_TRANSACTIONS = 30
"""Of one page: each of a crowd waits for its turn on the processor with every one."""


def read_twice():
    import streamlit as st

    from dashboard.data import runs, store

    if st.session_state.get("write"):
        st.text(f"before {len(runs.published())}")
        from core.access import acting
        from tests.support import worlds

        with acting.by_itself():
            worlds.publish(store.store(), seed=9)
    st.text(f"{len(runs.published())} {len(runs.published())}")
    runs.published().clear()
    st.text(f"still {len(runs.published())}")


@pytest.fixture
def app(store):
    worlds.publish(store, seed=1)
    return AppTest.from_function(read_twice).run()


@pytest.fixture
def reads(monkeypatch):
    """How often the versions were read."""
    counted, original = [], runs.list_runs
    monkeypatch.setattr("dashboard.data.runs.runs.list_runs", lambda store: counted.append(1) or original(store))
    return counted


def test_the_same_is_read_once_in_a_run_and_anew_in_the_next(app, reads, store):
    assert [text.value for text in app.run().text] == ["1 1", "still 1"]
    assert len(reads) == 1
    worlds.publish(store, seed=2)
    assert [text.value for text in app.run().text] == ["2 2", "still 2"]


def test_what_was_written_in_a_run_is_read_in_it(app):
    app.session_state["write"] = True
    assert [text.value for text in app.run().text] == ["before 1", "2 2", "still 2"]


def test_nothing_is_remembered_outside_of_a_run(store):
    from dashboard.data import runs as shown

    assert shown.published() == []
    worlds.publish(store, seed=1)
    assert [run.version for run in shown.published()] == [1]
    assert shown.live() == promotions.live_run(store)


def test_every_transaction_that_may_write_is_counted(store):
    before = database.num_written()
    with database.read(store.engine):
        pass
    assert database.num_written() == before
    with database.write(store.engine):
        pass
    with pytest.raises(ZeroDivisionError), database.write(store.engine):
        raise ZeroDivisionError
    assert database.num_written() == before + 2


@pytest.mark.parametrize("place", site_map.places())
def test_a_page_reads_the_database_a_few_times_only(published_store, place, monkeypatch):
    at = test_pages.opened(place)
    counted, original = [], database._begun
    monkeypatch.setattr(database, "_begun", lambda engine, begin: counted.append(1) or original(engine, begin))
    at.run()
    assert 0 < len(counted) <= MOST_TRANSACTIONS
