"""Watch lists: garments that the team wants every next version to be asked about, under a name of its own.

Kept among the team's choices, which only grow: the last line of a list holds, and one that says nothing ends it. A list
is one of garments, by key, and not of a version's features, so that it means the same for every version.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core import errors
from core.access.roles import Action
from core.store.base import choices, database, permission, schema
from core.store.base.store import Store

LONGEST_NAME = 80
MOST_LISTS = 50
_PREFIX = "watch "
_ID = re.compile(r"[0-9a-f]{1,40}")


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchList:
    """Garments under a name."""

    id: str
    """Hex digits, made before it was saved."""
    name: str
    """What the team calls it."""
    garments: tuple[str, ...]
    """Keys of test garments, see `core.catalogue.identity`; at least one, each once."""
    about: str
    """Which mistakes they were when it was saved, in words."""
    version: int
    """The version that was on screen then."""
    who: str
    """Who saved or named it last."""
    saved_at: datetime
    """When, UTC."""


def current(store: Store) -> list[WatchList]:
    """Every list that is watched today, the oldest first."""
    with database.read(store.engine) as connection:
        return _current(connection)


@permission.needs(Action.REVIEW)
def save(store: Store, list_id: str, *, name: str, garments: Sequence[str], about: str, version: int, who: str) -> None:
    """Begins a list, or gives one another name; saving the same again changes nothing.

    Args:
        store: where.
        list_id: hex digits; the same for the same list.
        name: what the team calls it, up to `LONGEST_NAME` characters.
        garments: keys of test garments.
        about: which mistakes they are, in words.
        version: the version on screen.
        who: who asks for it.

    Raises:
        errors.WatchListRefused: it has no name, no garments, the name of another list, or there are too many.
    """
    name = _checked_name(name)
    if not _ID.fullmatch(list_id) or not garments:
        raise errors.WatchListRefused(f"A watch list needs garments and an id of hex digits, got {list_id[:80]!r}.")
    value = {"name": name, "garments": sorted(set(garments)), "about": about, "version": version}
    with database.write(store.engine) as connection:
        others = [one for one in _current(connection) if one.id != list_id]
        if name.casefold() in {one.name.casefold() for one in others}:
            raise errors.WatchListRefused(f"There is a watch list named {name!r} already. Choose another name.")
        if len(others) >= MOST_LISTS:
            raise errors.WatchListRefused(f"There are {MOST_LISTS} watch lists. End one that is no longer needed.")
        _add(connection, list_id, value, who=who)


@permission.needs(Action.REVIEW)
def end(store: Store, list_id: str, *, who: str) -> None:
    """Watches a list no longer; what was said of it before stays in the log. Does nothing twice."""
    with database.write(store.engine) as connection:
        _add(connection, list_id, None, who=who)


def _checked_name(name: str) -> str:
    found = " ".join(name.split())
    if not found or len(found) > LONGEST_NAME or not found.isprintable():
        raise errors.WatchListRefused(
            f"The name of a watch list must have 1 to {LONGEST_NAME} characters, got {name[: LONGEST_NAME + 1]!r}."
        )
    return found


def _add(connection: sa.Connection, list_id: str, value: dict[str, Any] | None, *, who: str) -> None:
    name = f"{_PREFIX}{list_id}"
    held = choices.last_in(connection, name)
    before = None if held is None else held.value
    if value == before:
        return
    subject = (value or before or {}).get("name", list_id)
    told = (_summary(before), _summary(value))
    choices.add_in(connection, name, value, who=who, action="watch-list", subject=subject, told=told)


def _summary(value: dict[str, Any] | None) -> dict[str, Any] | None:
    """What the log says of a list: how many garments, not their keys."""
    return value and {**value, "garments": len(value["garments"])}


def _current(connection: sa.Connection) -> list[WatchList]:
    lines = schema.team_choices
    numbers = (
        sa.select(sa.func.max(lines.c.number).label("last"), sa.func.min(lines.c.number).label("first"))
        .where(lines.c.name.startswith(_PREFIX))
        .group_by(lines.c.name)
        .subquery()
    )
    select = sa.select(lines).join(numbers, lines.c.number == numbers.c.last).order_by(numbers.c.first)
    return [
        WatchList(
            **{name: row["value"][name] for name in ("name", "about", "version")},
            garments=tuple(row["value"]["garments"]),
            id=row["name"].removeprefix(_PREFIX),
            who=row["who"],
            saved_at=row["chosen_at"],
        )
        for row in connection.execute(select).mappings()
        if row["value"]
    ]
