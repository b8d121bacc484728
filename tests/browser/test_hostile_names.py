"""A catalogue whose categories are called like attacks, in a real browser: nothing runs, nothing leaves."""

from urllib.parse import urlsplit

import pytest

from core import settings
from core.store import open_store
from dashboard.session import site_map
from tests.browser import drawn
from tests.support import server, worlds
from tests.support.payloads import SCRIPTS


@pytest.fixture(scope="module")
def hostile_address(tmp_path_factory):
    home = tmp_path_factory.mktemp("hostile") / "home"
    store = open_store(settings.Settings(home=home, data_dir=home.parent / "data"))
    found = worlds.catalogue(num_train=80, num_test=240, class_names=SCRIPTS)
    for seed, skill in ((1, 0.3), (2, 0.5)):  # two, so that they can be compared
        worlds.publish(store, found, seed=seed, skill=skill)
    store.engine.dispose()
    with server.dashboard(home, catalogue="sample") as address:
        yield address


def test_no_name_runs_as_a_script_or_calls_another_host(page, hostile_address):
    dialogs, hosts, naming = [], set(), set()
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    drawn.open_page(page, hostile_address)
    for name in site_map.places():
        names = {"real": SCRIPTS[0], "category": SCRIPTS[1], "first": SCRIPTS[0], "second": SCRIPTS[1], "garment": "1"}
        for query in ({}, names):
            drawn.lead(page, drawn.address_of(hostile_address, name, query))
            assert page.evaluate("window.__x") is None, name
            assert page.locator("img[src='x'], [href^='javascript:'], [onerror], [onload]").count() == 0, name
            if "window.__x" in page.locator("body").inner_text():
                naming.add(name)
    assert naming >= {"categories", "mistakes/garments", "mistakes/compare", "mistakes/similar", "versions/decide"}
    assert dialogs == []
    # Streamlit writes pictures into the page itself, which has no host.
    assert hosts - {None, ""} == {"127.0.0.1"}
