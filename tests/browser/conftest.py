"""A server over published runs, and a fresh page of a real browser for every test."""

import contextlib
import shutil

import pytest

from core import settings
from core.store import open_store
from core.store.live import promotions
from core.store.team import costs, names
from core.store.verdicts import verdict_tables
from tests.browser import drawn
from tests.support import forked, server


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            if server.CHROMIUM is None:  # a browser is nothing that the requirements could install
                item.add_marker(pytest.mark.skip(reason="needs Chromium: install the package chromium"))


@pytest.fixture(scope="session")
def browser():
    with server.browser() as found:
        yield found


@pytest.fixture(scope="session")
def nursery():
    """Where dashboards come from that belong to one test each; the one that all share is started as people start it."""
    found = forked.Nursery()
    yield found
    found.close()


@pytest.fixture(scope="session")
def address(published_home, tmp_path_factory):
    """A dashboard that all browser tests share: they look, and change nothing others rely on."""
    home = tmp_path_factory.mktemp("browser") / "home"
    shutil.copytree(published_home, home)
    with server.dashboard(home, catalogue="sample") as found:
        yield found


@pytest.fixture
def home(published_home, tmp_path):
    """A home of its own: here something is said and saved."""
    shutil.copytree(published_home, tmp_path / "own")
    return tmp_path / "own"


@pytest.fixture
def said(home):
    """What everybody says today, position -> kind and category, read anew from the store."""

    def read():
        store = open_store(settings.Settings(home=home, data_dir=home.parent / "data"))
        lines = verdict_tables.standing(store)
        store.engine.dispose()
        return {line.position: (line.kind, line.category) for line in lines}

    return read


@pytest.fixture
def stored(home):
    """The names and the costs that are stored, read anew."""

    def read():
        store = open_store(settings.Settings(home=home, data_dir=home.parent / "data"))
        named = names.current(store, promotions.live_run(store).class_names)
        levels = costs.current(store, named).levels
        store.engine.dispose()
        return [entry.name for entry in named.entries], levels

    return read


@pytest.fixture
def own_address(nursery, home):
    """A dashboard over the `home` of the test, asked for before the page: that must close while the server answers."""
    with nursery.dashboard(home, catalogue="sample") as found:
        yield found


@pytest.fixture(scope="session")
def contexts(browser):
    """One context for each width, which keeps the program's own files: to read them anew takes longer than a test."""
    yield {
        width: browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="light",
            reduced_motion="reduce",  # nobody looks at what moves, and every picture of it is drawn by the processor
        )
        for width, height in {1440: 900, 390: 844}.items()
    }  # fmt: skip


@pytest.fixture
def page(contexts):
    """A fresh page, 1440 px wide, of a browser that remembers nobody; at its end, the console may show no error."""
    with fresh_page(contexts[1440]) as found:
        yield found


@pytest.fixture
def phone(contexts):
    """The same, 390 px wide."""
    with fresh_page(contexts[390]) as found:
        yield found


@pytest.fixture(scope="module")
def led_page(contexts, address):
    """A page that the tests of a file lead from place to place (`drawn.lead`), instead of loading each one anew."""
    with fresh_page(contexts[1440]) as found:
        drawn.open_page(found, address)
        yield found


@pytest.fixture(scope="module")
def led_phone(contexts, address):
    """The same, 390 px wide."""
    with fresh_page(contexts[390]) as found:
        drawn.open_page(found, address)
        yield found


@contextlib.contextmanager
def fresh_page(context):
    found, problems = context.new_page(), []

    def note(message):
        # Streamlit finds its own base address by asking below the page's path first.
        if message.type == "error" and "/_stcore/" not in message.location["url"]:
            problems.append(f"{message.text} {message.location['url']}")

    found.on("console", note)
    found.on("pageerror", lambda error: problems.append(str(error)))
    yield found
    if found.url.startswith("http"):
        found.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
    found.close()
    context.clear_cookies()
    assert problems == []
