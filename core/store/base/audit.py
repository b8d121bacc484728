"""The log: who did what, when, to what, from what to what. Append-only, and the database itself refuses anything else.

A line is written in the transaction of the thing itself: what was done stands in the log, and what stands in the log
was done. Further actions need no registration; the names in `ACTIONS` are those that exist today.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from core import logs
from core.access import acting
from core.retail import spreadsheet
from core.store.base import database, people, schema
from core.store.base.store import Store

ACTIONS = (
    "publish", "promote", "keep", "roll-back", "delete", "purge", "target", "pair-rule", "train", "cancel",
    "find-suspects", "watch-list", "drop-photos", "stop-tagging", "go-on-tagging", "confirm-line", "names", "costs",
    "draw-checks", "release-delivery", "add-catalogue", "use-catalogue", "remove-catalogue",
    "decide-photos", "list-columns", "export", "draw-tags", "judge-tags", "stop-judging", "restore", "forget", "refuse",
)  # fmt: skip
"""Every action of today, by the name in the log."""

COLUMNS = ("sequence", "at", "who", "action", "subject", "before", "after", "note", "known_by")
"""Columns of the log as CSV."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the log."""

    sequence: int
    """1, 2, 3, ... without gaps."""
    at: datetime
    """When, UTC."""
    who: str
    """Who did it."""
    action: str
    """What was done: one of `ACTIONS`, or a later one."""
    subject: str
    """What it was done to, such as "version 3" or "target"."""
    before: Any
    """What was so before, fit for JSON; None where nothing was."""
    after: Any
    """What is so since, fit for JSON; None where nothing is."""
    note: str
    """The reason in the person's own words; may be empty."""
    known_by: str | None = None
    """How the name is known: "sign-in at default", "proxy"; None where nobody had to sign in."""


def record(
    connection: sa.Connection,
    *,
    who: str,
    action: str,
    subject: str,
    before: Any = None,
    after: Any = None,
    note: str = "",
) -> Entry:
    """Appends one line, inside the caller's transaction, which must be one of `database.write`.

    Where people sign in, the name is the one that they signed in with, whatever `who` says.
    """
    signed_in = acting.person()
    last = connection.scalar(sa.select(sa.func.max(schema.log.c.sequence))) or 0
    entry = Entry(
        sequence=last + 1,
        at=datetime.now(UTC),
        who=people.person(signed_in.name or who if signed_in else who),
        action=action,
        subject=subject,
        before=before,
        after=after,
        note=note,
        known_by=(signed_in.known_by or None) if signed_in else None,
    )
    connection.execute(sa.insert(schema.log).values(**{name: getattr(entry, name) for name in Entry.__slots__}))
    database.once_kept(connection, lambda: _tell(entry))
    return entry


def _tell(entry: Entry) -> None:
    logs.event("action", who=entry.who, action=entry.action, subject=entry.subject, line=entry.sequence)


def entries(
    store: Store,
    *,
    who: str | None = None,
    action: str | None = None,
    subject: str | None = None,
    limit: int | None = None,
) -> list[Entry]:
    """The lines that pass every filter, newest first.

    Args:
        store: where.
        who: only what this person did, however that name was stored; None for all.
        action: only this action; None for all.
        subject: only what was done to this; None for all.
        limit: at most so many lines, at least 0; None for all.
    """
    wanted = {"action": action, "subject": subject}
    select = sa.select(schema.log).order_by(schema.log.c.sequence.desc()).limit(limit)
    for name, value in wanted.items():
        if value is not None:
            select = select.where(schema.log.c[name] == value)
    with database.read(store.engine) as connection:
        if who is not None:
            same = [name for name in _stored(connection) if people.person(name) == people.person(who)]
            select = select.where(schema.log.c.who.in_(same))
        lines = connection.execute(select).mappings()
        return [Entry(**{**line, "who": people.person(line["who"])}) for line in lines]


def everybody(store: Store) -> list[str]:
    """Everybody who stands in the log, each once, by name: the choices of a filter."""
    with database.read(store.engine) as connection:
        return sorted(set(map(people.person, _stored(connection))))


def _stored(connection: sa.Connection) -> list[str]:
    """The names as they are stored; of one person there may be several, of before names were written in one way."""
    return list(connection.scalars(sa.select(schema.log.c.who).distinct()))


def as_csv(found: Iterable[Entry]) -> bytes:
    """The lines as CSV with the columns `COLUMNS`; instants as ISO 8601, before and after as JSON, empty for None."""
    return spreadsheet.as_csv(COLUMNS, (_cells(entry) for entry in found))


def as_text(value: Any) -> str:
    """`before` or `after` of a line in one cell: a text as it is, else JSON; empty for None."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _cells(entry: Entry) -> list[str | int]:
    return [
        entry.sequence,
        entry.at.isoformat(),
        entry.who,
        entry.action,
        entry.subject,
        as_text(entry.before),
        as_text(entry.after),
        entry.note,
        entry.known_by or "",
    ]
