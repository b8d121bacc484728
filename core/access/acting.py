"""Who acts in this thread, and what was permitted.

The dashboard says once how to find out who acts (`found_by`); commands and workers say nothing, and whoever can give
commands on the computer may do everything. Where somebody is known, nothing is written to the database unless a
permission was asked for: a function that forgets to ask refuses everybody, and lets nobody pass.
"""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar

from core import errors
from core.access.roles import Action, Person, refusal

_NOBODY = Person(name="", role=None, known_by="")
_finders: list[Callable[[], Person | None]] = []
_acting: ContextVar[Person | None] = ContextVar("acting", default=None)
_is_program: ContextVar[bool] = ContextVar("is_program", default=False)
_is_permitted: ContextVar[bool] = ContextVar("is_permitted", default=False)


def found_by(find: Callable[[], Person | None] | None) -> None:
    """Says how this process finds out who acts; None: it does not ask, and everything is allowed.

    Args:
        find: gives the person of this thread; None where nobody has to sign in.
    """
    _finders[:] = [find] if find else []


def person() -> Person | None:
    """Who acts; None where nobody has to sign in, and where the program acts by itself.

    Somebody without name and role where a sign-in is missing.
    """
    if _is_program.get():
        return None
    given = _acting.get()
    if given is not None:
        return given
    return _finders[0]() if _finders else None


@contextlib.contextmanager
def acting_as(given: Person | None) -> Iterator[None]:
    """Within the block that person acts: for work that goes on where no session is, asked for by that person."""
    token = _acting.set(given)
    try:
        yield
    finally:
        _acting.reset(token)


def refused(action: Action) -> str:
    """Why the person who acts may not do it; empty where they may."""
    who = person()
    return "" if who is None or who.may(action) else refusal(who, action)


@contextlib.contextmanager
def by_itself() -> Iterator[None]:
    """Within the block the program acts, whoever looks: what it does then is nobody's decision."""
    token = _is_program.set(True)
    try:
        yield
    finally:
        _is_program.reset(token)


@contextlib.contextmanager
def permitted() -> Iterator[None]:
    """Within the block writes are permitted: the role of whoever acts was asked."""
    token = _is_permitted.set(True)
    try:
        yield
    finally:
        _is_permitted.reset(token)


def refuse_unasked() -> None:
    """Asked by whatever writes.

    Raises:
        errors.NotAllowed: somebody acts, and no permission was asked for.
    """
    if not _is_permitted.get() and person() is not None:
        raise errors.NotAllowed(
            "Nothing was saved: this dashboard does not know who may change that. Tell whoever runs it."
        )
