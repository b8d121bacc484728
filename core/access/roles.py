"""The four roles, what each may do, and whose role it is. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum

GROUP = "group:"
"""Before the name of a group of the provider, in the settings of roles."""
EVERYBODY = "*"
"""In the settings of roles: whoever signed in."""


class Role(IntEnum):
    """What somebody may do; each may do what those before it may."""

    VIEWER = 1
    REVIEWER = 2
    APPROVER = 3
    OPERATOR = 4

    @property
    def words(self) -> str:
        """The role as people say it: "reviewer"."""
        return self.name.lower()


class Action(Enum):
    """What changes something: its words after "may", and the role it takes at least."""

    REVIEW = ("say who is wrong and decide about garments", Role.REVIEWER)
    TRAIN = ("start and stop trainings and searches", Role.REVIEWER)
    SET = ("set targets, names, costs, rules and the automation line", Role.APPROVER)
    GO_LIVE = ("decide which version is live", Role.APPROVER)
    COLLECT = ("bring in garments to learn from and choose those in use", Role.APPROVER)
    DELETE = ("delete versions and remove garments", Role.OPERATOR)

    @property
    def words(self) -> str:
        """What it is, to stand after "may"."""
        return self.value[0]

    @property
    def least(self) -> Role:
        """The role it takes at least."""
        return self.value[1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody at the dashboard of a team."""

    name: str
    """What stands in the history and the log; from the sign-in and nothing else. Empty: nobody signed in."""
    role: Role | None
    """None: signed in, and without any role."""
    known_by: str
    """How the name is known, for the log: "sign-in at default", "proxy"."""

    def may(self, action: Action) -> bool:
        """Whether this person's role is enough."""
        return self.role is not None and self.role >= action.least


def names_of(setting: str) -> frozenset[str]:
    """The people and groups that a setting names, separated by commas, without regard to capitals."""
    return frozenset(name.strip().casefold() for name in setting.split(",") if name.strip())


def role_of(name: str, groups: Collection[str], named: Mapping[Role, str]) -> Role | None:
    """The highest role that is given to the person, to one of the groups, or to everybody; None where none is.

    Args:
        name: of the person as signed in.
        groups: those that the provider or the proxy says this person is in.
        named: role -> people and groups as the setting names them, see `names_of`.
    """
    who = {EVERYBODY, name.casefold(), *(GROUP + group.casefold() for group in groups)}
    return max((role for role, setting in named.items() if who & names_of(setting)), default=None)


def refusal(person: Person, action: Action) -> str:
    """Why this person may not do it, in two sentences; the second is the next step."""
    if person.role is None:
        return f"Only people with a role may {action.words}. Your sign-in may have run out: load this page again."
    return (
        f"As {person.role.words} you may not {action.words}; it takes the role {action.least.words}. "
        f"Ask whoever runs this dashboard, or a colleague who is {action.least.words}."
    )
