"""What a function of the store takes before it changes something: a role, where people sign in."""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from core import errors
from core.access import acting
from core.access.roles import Action
from core.store.base import audit, database
from core.store.base.store import Store

P = ParamSpec("P")
R = TypeVar("R")


def needs(action: Action) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """The decorator of a function that changes something when a person asks for it.

    Where that person's role is not enough, the function is not entered, a line in the log says so, and
    `errors.NotAllowed` is raised. Where nobody has to sign in, it is as if it were not there. The first argument of the
    function is the store.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def asked(*args: P.args, **kwargs: P.kwargs) -> R:
            store: Any = args[0] if args else kwargs["store"]
            require(store, action, function.__name__)
            with acting.permitted():
                return function(*args, **kwargs)

        asked.__dict__["needs"] = action
        return asked

    return decorate


def by_itself(function: Callable[P, R]) -> Callable[P, R]:
    """The decorator of a function that writes what the program does by itself, whoever looks: nobody's decision."""

    @functools.wraps(function)
    def done(*args: P.args, **kwargs: P.kwargs) -> R:
        with acting.by_itself():
            return function(*args, **kwargs)

    return done


def require(store: Store, action: Action, what: str) -> None:
    """Passes where whoever acts may do it.

    Args:
        store: where a refusal is written down.
        action: what is about to be done.
        what: the function, for the log.

    Raises:
        errors.NotAllowed: the role is not enough, or the sign-in has run out.
    """
    if reason := acting.refused(action):
        _write_down(store, action, what)
        raise errors.NotAllowed(f"Nothing was changed. {reason}")


def _write_down(store: Store, action: Action, what: str) -> None:
    person = acting.person()
    assert person is not None
    with acting.permitted(), database.write(store.engine) as connection:
        audit.record(
            connection,
            who=person.name or "somebody who is not signed in",
            action="refuse",
            subject=action.words,
            after={"role": person.role.words if person.role else "", "needs": action.least.words, "asked": what},
        )
