"""Whose role it is, and what each role may do."""

import pytest

from core.access import roles
from core.access.roles import Action, Person, Role

NAMED = {
    Role.VIEWER: "*",
    Role.REVIEWER: "group:merchandising, grace@example.com",
    Role.APPROVER: " Ada@Example.com ,",
    Role.OPERATOR: "group:IT",
}


@pytest.mark.parametrize(
    ("name", "groups", "role"),
    [
        ("somebody@example.com", [], Role.VIEWER),
        ("grace@example.com", [], Role.REVIEWER),
        ("GRACE@example.com", [], Role.REVIEWER),
        ("somebody@example.com", ["Merchandising"], Role.REVIEWER),
        ("ada@example.com", ["merchandising"], Role.APPROVER),
        ("ada@example.com", ["it", "merchandising"], Role.OPERATOR),
        ("it", [], Role.VIEWER),
    ],
)
def test_the_highest_role_of_a_person_and_their_groups_holds(name, groups, role):
    assert roles.role_of(name, groups, NAMED) is role


def test_whoever_is_named_nowhere_has_no_role():
    assert roles.role_of("mallory@example.com", ["visitors"], {Role.OPERATOR: "group:it, ada@example.com"}) is None
    assert roles.role_of("mallory@example.com", [], dict.fromkeys(Role, "")) is None


def test_each_role_may_what_those_before_it_may_and_viewers_change_nothing():
    may = {role: {action for action in Action if Person(name="A", role=role, known_by="").may(action)} for role in Role}
    assert may[Role.VIEWER] == set()
    assert may[Role.REVIEWER] == {Action.REVIEW, Action.TRAIN}
    assert may[Role.APPROVER] == set(Action) - {Action.DELETE}
    assert may[Role.OPERATOR] == set(Action)
    assert not any(Person(name="A", role=None, known_by="").may(action) for action in Action)


def test_a_refusal_names_the_role_that_it_takes_and_whom_to_ask():
    said = roles.refusal(Person(name="A", role=Role.VIEWER, known_by=""), Action.GO_LIVE)
    assert said == (
        "As viewer you may not decide which version is live; it takes the role approver. "
        "Ask whoever runs this dashboard, or a colleague who is approver."
    )
    assert "Only people with a role" in roles.refusal(Person(name="A", role=None, known_by=""), Action.REVIEW)
