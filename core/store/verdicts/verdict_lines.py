"""The table `verdicts` line by line: what a line holds, how lines are added and found. Only ever added, never changed.

Who may add which line is decided in `core.store.verdicts.verdicts`; what all lines together say is read by
`core.store.verdicts.verdict_tables`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from core import errors
from core.store.base import people, schema

SPLITS = ("train", "validation", "test")
_AT_ONCE = 5000  # keys in one statement: SQLite takes 32,766


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """A garment as a person had it on screen."""

    garment: str
    """Its key, see `core.catalogue.identity`."""
    label: str
    """Class name it carries in the catalogue."""
    split: str
    """One of `SPLITS`."""
    position: int
    """In that split of the version's catalogue, from 0."""
    seen: int
    """Number of the garment's last line, anybody's, when it was shown; 0: none."""
    predicted: str | None = None
    """Class name the version said; None: it did not judge this garment."""
    confidence: float | None = None
    """How sure the version was, 0-1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """One line of the history."""

    number: int
    """1, 2, 3, ... without gaps."""
    request_id: str
    """Of the request that stored it; one request can speak of many garments."""
    place: int
    """0, 1, 2, ... within its request."""
    garment: str
    """Key of the garment."""
    label: str
    """Class name it carries in the catalogue."""
    split: str
    """Where it was then."""
    position: int
    """In that split then."""
    kind: str
    """One of `core.quality.review.KINDS`, or withdrawn."""
    category: str | None
    """Class name the person chose; only where the label is wrong."""
    who: str
    """Whose verdict it is."""
    entered_by: str
    """Who stored it: another person only where it was imported."""
    said_at: datetime
    """When, UTC."""
    run_id: str
    """Version that was on screen."""
    predicted: str | None
    """Class name that version said; None: it did not judge this garment."""
    confidence: float | None
    """How sure it was, 0-1."""
    seen: int
    """The garment's last line before this one; 0: none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Saying:
    """What one line will say: a subject and the opinion of it."""

    subject: Subject
    """The garment."""
    run_id: str
    """Version that was on screen."""
    kind: str
    """One of `core.quality.review.KINDS`, or withdrawn."""
    category: str | None
    """Class name the person chose; only where the label is wrong."""


OF_SUBJECT = ("garment", "label", "split", "position", "predicted", "confidence")
"""Fields that a line takes over from its subject."""


def verdict(row: Mapping[Any, Any]) -> Verdict:
    """A row of the table as a line; old ones may hold a name as it was typed."""
    return Verdict(**{**row, "who": people.person(row["who"]), "entered_by": people.person(row["entered_by"])})


def append(
    connection: sa.Connection,
    sayings: Sequence[Saying],
    *,
    who: str,
    request_id: str,
    entered_by: str | None = None,
    said_at: datetime | None = None,
    first_place: int = 0,
) -> tuple[Verdict, ...]:
    """Adds checked lines inside the caller's writing transaction."""
    last = last_numbers(connection, [saying.subject.garment for saying in sayings])
    next_number = newest_number_in(connection) + 1
    now = said_at or datetime.now(UTC)
    lines = tuple(
        Verdict(
            **{name: getattr(saying.subject, name) for name in OF_SUBJECT},
            number=next_number + step,
            request_id=request_id,
            place=first_place + step,
            kind=saying.kind,
            category=saying.category,
            who=who,
            entered_by=entered_by or who,
            said_at=now,
            run_id=saying.run_id,
            seen=last.get(saying.subject.garment, 0),
        )
        for step, saying in enumerate(sayings)
    )
    rows = [{name: getattr(line, name) for name in Verdict.__slots__} for line in lines]
    connection.execute(sa.insert(schema.verdicts), rows)
    return lines


def of_request(connection: sa.Connection, request_id: str) -> tuple[Verdict, ...]:
    """What that request stored, by place; empty where nothing."""
    verdicts = schema.verdicts
    select = sa.select(verdicts).where(verdicts.c.request_id == request_id).order_by(verdicts.c.place)
    return tuple(verdict(row) for row in connection.execute(select).mappings())


def class_names_of(connection: sa.Connection, run_id: str) -> tuple[str, ...]:
    """The classes of the catalogue that run was judged on.

    Raises:
        errors.RunNotFound: no such run.
    """
    select = sa.select(schema.catalogues.c.class_names).join(schema.runs).where(schema.runs.c.id == run_id)
    names = connection.scalar(select)
    if names is None:
        raise errors.RunNotFound(f"No run {run_id[:80]!r}. `python -m core runs` lists them.")
    return tuple(names)


def newest_number_in(connection: sa.Connection) -> int:
    """Number of the last line of all, 0 before the first."""
    return connection.scalar(sa.select(sa.func.max(schema.verdicts.c.number))) or 0


def last_numbers(
    connection: sa.Connection, garments: Sequence[str], *, who: str | None = None, before: int | None = None
) -> dict[str, int]:
    """Key to number of the last line on each garment that has one; of one person, or before a line, where asked."""
    verdicts = schema.verdicts.c
    select = sa.select(verdicts.garment, verdicts.who, sa.func.max(verdicts.number))
    if before is not None:
        select = select.where(verdicts.number < before)
    found: dict[str, int] = {}
    for some in in_parts(garments):
        asked = select.where(verdicts.garment.in_(some)).group_by(verdicts.garment, verdicts.who)
        for garment, name, number in connection.execute(asked).tuples():
            if who is None or people.person(name) == who:
                found[garment] = max(number, found.get(garment, 0))
    return found


def lines_of(connection: sa.Connection, numbers: Sequence[int]) -> dict[int, Verdict]:
    """The lines of those numbers, by number."""
    found: dict[int, Verdict] = {}
    for some in in_parts(numbers):
        select = sa.select(schema.verdicts).where(schema.verdicts.c.number.in_(some))
        found |= {row["number"]: verdict(row) for row in connection.execute(select).mappings()}
    return found


def in_parts(keys: Sequence[Any]) -> list[Sequence[Any]]:
    """The keys in parts that fit into one statement."""
    return [keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE)]
