"""Row 23: whatever fails, on whichever page, no password of the settings leaves, and what is shown is in the log."""

import json
import re

import pytest
import sqlalchemy.exc as sqlalchemy_errors
from streamlit.testing.v1 import AppTest

from core import errors
from core.logs import files
from core.store.base import database
from core.store.runs import file_reader, garments
from dashboard.data import predictions, verdict_board
from dashboard.session import site_map
from tests.app import test_pages

CANARY = "canary-7f3e/ü"
QUOTED = "canary-7f3e%2F%C3%BC"
ADDRESS = f"postgresql://ada:{QUOTED}@127.0.0.1:1/garments"
HINTS = ("canary", "7f3e")


def raising(error):
    def fail(*arguments, **named):
        raise error

    return fail


FAULTS = {
    "a library names the address": (predictions, "counts", RuntimeError(f"cannot open {ADDRESS}")),
    "a library names the password": (file_reader, "load_predictions", ValueError(f"password {CANARY!r} is wrong")),
    "a file": (garments, "load", errors.ArtefactCorrupt(f"{ADDRESS} is damaged.")),
    "a driver": (database, "_once", sqlalchemy_errors.OperationalError("SELECT 1", {"p": CANARY}, OSError(ADDRESS))),
    "a sentence of ours": (verdict_board, "table", errors.DatabaseUnavailable(f"{CANARY} does not answer.")),
}
"""What fails -> module, function, and the error, with the password in it as careless code would have it there."""


@pytest.fixture
def with_canary(published_store, monkeypatch):
    """The settings name a mirror with the password; what a database of it would say is made up."""
    monkeypatch.setenv("GARMENTS_DATA_MIRROR", f"http://ada:{QUOTED}@127.0.0.1:1/files")
    return published_store


def shown(at):
    """Everything that went to the browser."""
    return "\n".join(str(getattr(element, "proto", "")) for element in at._tree[0]) + "\n".join(
        str(getattr(element, "proto", "")) for block in at._tree.children.values() for element in block
    )


def numbers(at):
    """The numbers of errors that stand on screen."""
    return re.findall(r"^error ([0-9a-f]{8})$", "\n".join(code.value for code in at.code), re.MULTILINE)


def logged(home):
    """The text of all logs, and the numbers of errors in them."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((home / "logs").glob("*")) if path.is_file())
    lines = (home / "logs" / files.NAME).read_text(encoding="utf-8").splitlines()
    return text, {event.get("error") for event in map(json.loads, lines)}


def hits(text):
    return [hint for hint in HINTS if hint in text]


def test_what_is_looked_for_would_be_found():
    at = AppTest.from_string("import streamlit as st; st.code('error 0123abcd\\ncanary')").run()
    assert hits(shown(at)) == ["canary"] and numbers(at) == ["0123abcd"]


def test_sixty_faults_on_all_pages_show_a_number_that_is_in_the_log_and_never_the_password(
    with_canary, monkeypatch, capfd
):
    num_faults = 0
    for place in site_map.places():
        for module, name, error in FAULTS.values():
            with monkeypatch.context() as patch:
                patch.setattr(module, name, raising(error))
                test_pages.address.st.cache_resource.clear()
                at = test_pages.opened(place)
            assert not at.exception and hits(shown(at)) == [], (place, name)
            found, (text, known) = numbers(at), logged(with_canary.home)
            assert hits(text) == [] and set(found) <= known, (place, name)
            num_faults += len(found)
    assert num_faults >= 60
    assert hits("".join(capfd.readouterr())) == []
    files_with = [path for path in with_canary.home.rglob("*") if path.is_file() and b"canary" in path.read_bytes()]
    assert files_with == []


def test_a_server_that_is_not_there_is_told_on_every_page_without_its_password(own_settings, monkeypatch, capfd):
    monkeypatch.setenv("GARMENTS_DATABASE_URL", ADDRESS)
    for place in site_map.places():
        at = test_pages.opened(place)
        assert not at.exception and numbers(at), place
        assert hits(shown(at)) == [], place
    assert hits("".join(capfd.readouterr())) == []


def a_page_whose_button_fails():
    import streamlit as st

    from dashboard.data import store

    def fail():
        raise RuntimeError("postgresql://ada:canary-7f3e@host/garments")

    store.store()
    st.button("Fail", on_click=fail)


def test_what_fails_at_a_click_is_masked_too(with_canary, capfd, caplog):
    at = AppTest.from_function(a_page_whose_button_fails).run()
    at.button[0].click().run()
    assert at.exception
    assert hits("".join(element.value for element in at.exception)) == []
    assert "RuntimeError: postgresql://ada:***@host" in caplog.text
    assert hits("".join(capfd.readouterr()) + caplog.text) == []
