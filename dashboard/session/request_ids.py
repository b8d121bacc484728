"""Ids of what is to be stored, made before it is said: what is sent twice under one id is stored once."""

import secrets
from collections.abc import Container, Hashable, Sequence

from dashboard.session import flags


def new() -> str:
    """The id of a request to come."""
    return secrets.token_hex(8)


def of_button(name: str, about: Sequence[Hashable], said: Container[str] = ()) -> str:
    """The id of what a button will say, the same until it was said: a click that is repeated says nothing new.

    Args:
        name: of the button.
        about: what it would be said of; of something else it is another request.
        said: ids of what was said; of a button that is not told it, `forget` ends the id.
    """
    made_for, request_id = _note(name).get() or (None, "")
    if made_for != tuple(about) or request_id in said:
        request_id = new()
        _note(name).set((tuple(about), request_id))
    return request_id


def forget(name: str) -> None:
    """What that button says next is something new, even of the same things."""
    _note(name).set(None)


def _note(name: str) -> flags.Note[tuple[tuple[object, ...], str]]:
    return flags.Note(f"request-of-{name}")
