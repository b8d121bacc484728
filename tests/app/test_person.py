"""Who is at the screen, and what the browser remembers."""

import pytest

from core.access.roles import Person, Role
from core.store.base import database, schema
from core.store.team import team
from dashboard.session import browser_memory, identity, person
from tests.app import test_pages


@pytest.fixture
def store(own_published_store):
    """Two published runs, for this test alone."""
    return own_published_store


def who_chose_last(store):
    with database.read(store.engine) as connection:
        return connection.execute(schema.team_choices.select()).mappings().all()[-1]["who"]


def test_the_name_given_once_stands_beside_what_is_decided(store):
    at = test_pages.opened("categories")
    at.text_input(key="control-name-popover").set_value("  Ada\tLovelace ").run()
    at.number_input(key="note-target").set_value(80.0).run()
    assert team.target(store) == 0.8
    assert who_chose_last(store) == "Ada Lovelace"


def test_who_gave_no_name_is_somebody(store):
    at = test_pages.opened("categories")
    at.number_input(key="note-target").set_value(81.0).run()
    assert who_chose_last(store) == person.UNKNOWN


def test_who_signed_in_needs_no_name(published_store, monkeypatch):
    grace = Person(name="grace <b>hopper</b>@example.com", role=Role.VIEWER, known_by="proxy")
    monkeypatch.setattr(identity, "of_session", lambda settings: grace)
    at = test_pages.opened()
    at.run()
    assert not at.exception
    assert "control-name-popover" not in [field.key for field in at.text_input]
    assert any("Signed in as" in caption.value for caption in at.caption)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Ada", "Ada"),
        ("  two   words ", "two words"),
        ("line\nbreak\x00\x1b[31m", "line break [31m"),
        ("x" * 500, "x" * browser_memory.LONGEST),
        ("\u202e", ""),
    ],
)
def test_a_note_is_one_short_line(written, kept):
    assert browser_memory.cleaned(written) == kept
