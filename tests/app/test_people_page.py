"""Who somebody is, what each role may, and whom to ask, as the part *People* of Set-up says it."""

import re

import pytest

from core.access import acting
from core.access.roles import Action, Person, Role
from core.store.team import team
from dashboard.look import people_wording
from dashboard.people import wording
from dashboard.session import identity
from tests.app.test_pages import opened, texts
from tests.support import worlds
from tests.support.payloads import SCRIPTS


@pytest.fixture
def signed_in(published_store, monkeypatch):
    """Puts somebody before the screen of a team whose roles are given by the settings."""
    given = {"SIGN_IN": "proxy", "VIEWERS": "*", "APPROVERS": "ada@example.com, group:leads", "OPERATORS": "group:it"}
    for name, value in {**given, "PROXY_ADDRESSES": "127.0.0.1"}.items():
        monkeypatch.setenv(f"GARMENTS_{name}", value)

    def put(name, role, known_by="proxy"):
        who = Person(name=name, role=role, known_by=known_by)
        acting.found_by(lambda: who)
        monkeypatch.setattr(identity, "of_session", lambda settings: who)

    return put


def test_a_viewer_reads_who_it_is_what_is_not_allowed_and_whom_to_ask(signed_in):
    signed_in("vera@example.com", Role.VIEWER)
    said = texts(opened("setup/people"))
    assert "**vera@example.com**, viewer" in said
    assert "You may look at everything and take lists out as files." in said
    assert "You may not say who is wrong and decide about garments; start and stop" in said
    asked = "ada@example.com, everybody in the group leads (approver), or everybody in the group it (operator)"
    assert f"Ask {asked}." in said
    assert "Your name is known by sign-in at the proxy." in said
    assert "Signed in as **vera@example.com**, viewer" in said


def test_every_action_stands_with_its_role_and_everybody_named_with_theirs(signed_in):
    signed_in("ivan@example.com", Role.OPERATOR, "sign-in at default")
    at = opened("setup/people")
    said = texts(at)
    for role in Role:
        [line] = [each.value for each in at.markdown if f"**{role.words.capitalize()}** may" in each.value]
        assert [action for action in Action if action.words in line] == [
            action for action in Action if action.least is role
        ]
    assert "everybody who signs in" in said and "Nobody" in said
    assert "You may not" not in said and "Ask " not in said
    assert "Your name is known by sign-in." in said


def test_where_nobody_has_to_sign_in_it_says_what_that_means(published_store):
    acting.found_by(None)
    at = opened("setup/people")
    assert not at.exception
    assert wording.OPEN in texts(at)
    assert "GARMENTS_SIGN_IN=provider" in next(each.value for each in at.code)


def test_names_that_anybody_chose_are_shown_as_they_are(signed_in, monkeypatch):
    monkeypatch.setenv("GARMENTS_APPROVERS", f"x{SCRIPTS[0]} [x](javascript:alert)")
    signed_in("[y](javascript:alert) <b>", Role.VIEWER)
    at = opened("setup/people")
    assert not at.exception
    written = [str(each.value) for each in (*at.markdown, *at.caption)]
    assert any("javascript" in text for text in written)
    assert not [text for text in written if re.search(r"(?<![\\a-z])[<\[]", text)]


@pytest.mark.parametrize(("sign_in", "buttons"), [("proxy", []), ("provider", ["sign-out-people", "sign-out-sidebar"])])
def test_who_signed_in_at_a_provider_can_sign_out_here(signed_in, monkeypatch, sign_in, buttons):
    monkeypatch.setenv("GARMENTS_SIGN_IN", sign_in)
    signed_in("vera@example.com", Role.VIEWER)
    assert sorted(each.key for each in opened("setup/people").button if each.label == "Sign out") == buttons


def test_whose_sign_in_has_run_out_is_told_to_load_the_page(signed_in):
    signed_in("vera@example.com", None)
    assert wording.OVER in texts(opened("setup/people"))


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        (None, "as given, without a sign-in"),
        ("proxy", "by sign-in at the proxy"),
        ("sign-in at default", "by sign-in"),
        ("sign-in at google", "by sign-in at google"),
    ],
)
def test_how_a_name_is_known_is_said_in_words(kept, told):
    assert people_wording.known_by(kept) == told


def test_the_table_of_the_log_says_how_each_name_is_known(store):
    worlds.publish(store)
    with acting.acting_as(Person(name="ada@example.com", role=Role.APPROVER, known_by="proxy")):
        team.choose_target(store, 0.8, who="x")
    table = opened("log").dataframe[0].value
    assert table["Known"].tolist()[:2] == ["by sign-in at the proxy", "as given, without a sign-in"]
