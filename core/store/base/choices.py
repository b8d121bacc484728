"""What the team has chosen for everybody, by name: the last line of a name holds, earlier ones tell who chose before.

The table only grows. Every choice also stands in the log.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from core import errors
from core.store.base import audit, database, schema
from core.store.base.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One line of the table."""

    number: int
    """Rising."""
    value: Any
    """What was chosen, fit for JSON."""
    who: str
    """Who chose it."""
    chosen_at: datetime
    """When, UTC."""


def last(store: Store, name: str) -> Choice | None:
    """What holds under that name; None where nobody has chosen."""
    with database.read(store.engine) as connection:
        return last_in(connection, name)


def last_in(connection: sa.Connection, name: str) -> Choice | None:
    """`last`, as that transaction sees it."""
    row = connection.execute(_lines(name).limit(1)).mappings().first()
    return None if row is None else Choice(**row)


def history(store: Store, name: str) -> list[Choice]:
    """Every choice under that name, newest first."""
    with database.read(store.engine) as connection:
        return [Choice(**row) for row in connection.execute(_lines(name)).mappings()]


def choose(
    store: Store,
    name: str,
    value: Any,
    *,
    who: str,
    action: str,
    subject: str,
    expected: int | None = None,
    told: tuple[Any, Any] | None = None,
) -> Choice:
    """Appends a choice, and a line in the log.

    Args:
        store: where.
        name: of the choice, at most 100 characters.
        value: what is chosen, fit for JSON.
        who: who chooses.
        action: in the log.
        subject: in the log.
        expected: number of the choice that was on screen, 0 where there was none; None: whatever it was.
        told: before and after as the log tells them; None: the values themselves.

    Raises:
        errors.ChoiceConflict: somebody else has chosen since.
    """
    with database.write(store.engine) as connection:
        before = last_in(connection, name)
        if expected is not None and expected != (before.number if before else 0):
            if before is None:
                raise errors.ChoiceConflict(
                    f"What was on screen, number {expected!r}, is in the store no more. Nothing was saved; load the "
                    "page again, then change it again."
                )
            raise errors.ChoiceConflict(
                f"{before.who} changed this at {before.chosen_at:%Y-%m-%d %H:%M} UTC, while you were looking. Nothing "
                "was saved; look at it as it is now, then change it again."
            )
        told = told or (before and before.value, value)
        add_in(connection, name, value, who=who, action=action, subject=subject, told=told)
        chosen = last_in(connection, name)
    assert chosen is not None
    return chosen


def add_in(
    connection: sa.Connection, name: str, value: Any, *, who: str, action: str, subject: str, told: tuple[Any, Any]
) -> None:
    """Appends a choice, and a line in the log, in that transaction, whoever chose before; arguments as of `choose`."""
    values = {"name": name, "value": value, "who": who, "chosen_at": datetime.now(UTC)}
    connection.execute(sa.insert(schema.team_choices).values(**values))
    audit.record(connection, who=who, action=action, subject=subject, before=told[0], after=told[1])


def _lines(name: str) -> sa.Select[Any]:
    columns = schema.team_choices.c
    found = sa.select(columns.number, columns.value, columns.who, columns.chosen_at)
    return found.where(columns.name == name).order_by(columns.number.desc())
