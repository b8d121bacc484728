"""The very first page of a new home, by the server itself: drawn for whoever comes first, whatever they may."""

import json
import urllib.request

import pytest

from core.jobs import records
from core.settings import Settings
from core.store import open_store
from tests.fault.test_kill_training import wait_for
from tests.load import visitor
from tests.support import server

VIEWER = {"X-Forwarded-Email": "vera@example.com"}


@pytest.mark.parametrize(("settings", "headers"), [({}, {}), ({"sign_in": "proxy", "viewers": "*"}, VIEWER)])
def test_a_new_home_is_made_and_its_first_page_drawn_whoever_comes_first(tmp_path, settings, headers):
    home = tmp_path / "own" / "home"
    process, address = server.start(home, catalogue="sample", **settings)
    try:
        with visitor.opened(address, headers=headers) as vera:
            assert "Getting your first model ready" in vera.open()
        with urllib.request.urlopen(f"{address}/readyz", timeout=20) as answer:
            assert json.load(answer) == {"status": "ok"}
        store = open_store(Settings(home=home, data_dir=home.parent / "data"))
        job = records.newest(store)
        records.request_cancel(store, job.id, who="the test")
        wait_for(lambda: not records.find(store, job.id).is_active)
        store.engine.dispose()
    finally:
        process.terminate()
        process.wait(30)


def test_a_monitor_may_come_first_where_people_sign_in(tmp_path):
    home = tmp_path / "own" / "home"
    process, address = server.start(home, catalogue="sample", sign_in="proxy", viewers="*")
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=20) as answer:
            assert json.load(answer) == {"status": "ok"}
    finally:
        process.terminate()
        process.wait(30)
