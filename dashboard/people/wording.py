"""People and roles, as sentences a merchandiser reads. Pure: plain text that may hold what anybody wrote."""

from collections.abc import Mapping

from core.access.roles import Person, Role
from dashboard.look import people_wording

ICONS = {
    Role.VIEWER: ":material/visibility:",
    Role.REVIEWER: ":material/rate_review:",
    Role.APPROVER: ":material/verified:",
    Role.OPERATOR: ":material/settings:",
}
"""Before each role."""
OPEN = (
    "Nobody has to sign in here. Whoever opens this dashboard may do everything, and the name that somebody gives in "
    "the browser stands in the history without proof. That is meant for one computer, and the server listens to this "
    "one only."
)
HOW = (
    "A sign-in and roles are set up once by whoever runs the dashboard: with a provider such as Google, Microsoft or "
    "Okta, or with a proxy that signs people in already. The file docs/teams.md of the program has each step."
)
SETTINGS = """GARMENTS_SIGN_IN=provider
GARMENTS_VIEWERS=*
GARMENTS_REVIEWERS=group:merchandising
GARMENTS_APPROVERS=ada@example.com
GARMENTS_OPERATORS=group:it"""
SECOND_PERSON = (
    "Whoever makes a version live is somebody else than whose word was the last on what it learned otherwise."
)
OVER = "Your sign-in has run out. Load this page again to sign in."
WHO = "What each role may do, and who has it"
ADDS = "Each role may do what those before it may."


def known_by(person: Person) -> str:
    """How the name is known, and where it stands."""
    return (
        f"Your name is known {people_wording.known_by(person.known_by)}. It stands in the history and the log beside "
        "what you decide, and cannot be typed in here."
    )


def you_may(role: Role) -> str:
    """All that the role may do."""
    words = [words for each in Role if each <= role for words in people_wording.may(each)]
    return f"You may {people_wording.listed(words)}."


def you_may_not(role: Role) -> str:
    """What it takes another role for; empty for the highest."""
    words = [words for each in Role if each > role for words in people_wording.may(each)]
    return f"You may not {people_wording.listed(words, 'or')}." if words else ""


def whom_to_ask(role: Role, named: Mapping[Role, str]) -> str:
    """Who can do what this role cannot; empty for the highest role."""
    asked = [
        f"{people_wording.holders(named.get(each, ''))} ({each.words})"
        for each in (Role.APPROVER, Role.OPERATOR)
        if each > role and people_wording.holders(named.get(each, ""))
    ]
    if role is Role.OPERATOR:
        return ""
    return f"Ask {', or '.join(asked)}." if asked else "Ask whoever runs this dashboard."


def role_may(role: Role) -> str:
    """What a role adds."""
    return f"may {people_wording.listed(people_wording.may(role))}"


def role_of(named: str) -> str:
    """Who has it by the settings."""
    return people_wording.holders(named) or "Nobody"
