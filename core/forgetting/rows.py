"""The names of people in the database: where they are, and how one is replaced. Every table is looked at."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.forgetting.names import PERSON_FIELDS, Replacement
from core.store.base import schema

TEXTS = {
    "log": ("note",),
    "promotions": ("reason",),
    "deletions": ("reason",),
    "batch_releases": ("reason",),
    "jobs": ("message", "details"),
}
"""Table -> columns with what people, or this program about them, wrote in sentences."""
_WRITTEN_BY_PEOPLE = ("watch-list", "pair-rule")
"""Actions whose subject or values in the log hold what people wrote, besides a note."""
_WATCHED, _RULE = "watch ", "rule "
"""Beginnings of the names of choices that hold what people wrote."""


@dataclass(kw_only=True, slots=True)
class Counts:
    """What is replaced in the database."""

    rows: dict[str, int] = field(default_factory=dict)
    """Table -> rows that are the person's, or name them where a person belongs; those without any left out."""
    texts: dict[str, int] = field(default_factory=dict)
    """Table -> rows with a text that names them; those without any left out."""


def person_columns(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns of a table that hold people."""
    return [column for column in table.columns if column.name in PERSON_FIELDS]


def stored(connection: sa.Connection) -> set[str]:
    """The name of everybody who stands in the database, in every way in which it does."""
    found: set[str] = set()
    for table in schema.metadata.sorted_tables:
        for column in person_columns(table):
            if isinstance(column.type, sa.JSON):
                found.update(name for names in connection.scalars(sa.select(column)) for name in names)
            else:
                found.update(name for name in connection.scalars(sa.select(column).distinct()) if name)
    return found


def count(connection: sa.Connection, replacement: Replacement) -> Counts:
    """What `replace` would change; nothing is changed."""
    found = Counts()
    for table in schema.metadata.sorted_tables:
        theirs: list[sa.ColumnElement[bool]] = [column.in_(replacement.spellings) for column in _single(table)]
        theirs += [key for key, _ in _lists(connection, table, replacement)]
        if theirs:
            num = sa.select(sa.func.count()).select_from(table).where(sa.or_(*theirs))
            _note(found.rows, table, connection.scalar(num) or 0)
        _note(found.texts, table, len(list(_texts(connection, table, replacement))))
    return found


def replace(connection: sa.Connection, replacement: Replacement, counts: Counts) -> None:
    """Replaces the name in the transaction of the caller.

    Args:
        connection: of the transaction.
        replacement: what takes the place of what.
        counts: what `count` says in the same transaction; the guards of these tables, and of no others, are down.
    """
    for table in schema.metadata.sorted_tables:
        for column in _single(table) if table.name in counts.rows else ():
            theirs = column.in_(replacement.spellings)
            connection.execute(sa.update(table).where(theirs).values({column.name: replacement.former}))
        for where, values in [*_lists(connection, table, replacement), *_texts(connection, table, replacement)]:
            connection.execute(sa.update(table).where(where).values(**values))


def _single(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in person_columns(table) if not isinstance(column.type, sa.JSON)]


def _note(counts: dict[str, int], table: sa.Table, num: int) -> None:
    if num:
        counts[table.name] = counts.get(table.name, 0) + num


Change = tuple[sa.ColumnElement[bool], dict[str, Any]]
"""Which row, and its columns that get another value."""


def _lists(connection: sa.Connection, table: sa.Table, replacement: Replacement) -> Iterator[Change]:
    """The rows with lists of people in which that one stands."""
    for column in person_columns(table):
        if isinstance(column.type, sa.JSON):
            for key, row in _rows(connection, table, [column]):
                if (changed := replacement.in_field(row[column.name])) != row[column.name]:
                    yield key, {column.name: changed}


def _texts(connection: sa.Connection, table: sa.Table, replacement: Replacement) -> Iterator[Change]:
    """The rows with texts that name that person."""
    if table is schema.team_choices:
        yield from _choices(connection, replacement)
        return
    names = TEXTS.get(table.name, ())
    more = ("action", "subject", "before", "after") if table is schema.log else ()
    for key, row in _rows(connection, table, [table.c[name] for name in (*names, *more)]) if names else ():
        changed = {name: replacement.in_text(row[name]) for name in names}
        if table is schema.log:
            changed |= _of_log(row, replacement)
        if changes := {name: value for name, value in changed.items() if value != row[name]}:
            yield key, changes


def _of_log(row: sa.RowMapping, replacement: Replacement) -> dict[str, Any]:
    is_written = row["action"] in _WRITTEN_BY_PEOPLE
    values = {name: replacement.in_json(row[name], lambda key: is_written) for name in ("before", "after")}
    if row["action"] == "watch-list":  # its subject is the name of the list
        values["subject"] = replacement.in_text(row["subject"])
    return values


def _choices(connection: sa.Connection, replacement: Replacement) -> Iterator[Change]:
    """Rules and watch lists, which people wrote; other choices hold names of categories and columns, not of people."""
    columns = [schema.team_choices.c.name, schema.team_choices.c.value]
    for key, row in _rows(connection, schema.team_choices, columns):
        is_written = row["name"].startswith((_WATCHED, _RULE))
        changed = replacement.in_json(row["value"], lambda key: key != "garments" and is_written)  # noqa: B023
        if changed != row["value"]:
            yield key, {"value": changed}


def _rows(
    connection: sa.Connection, table: sa.Table, columns: list[sa.Column[Any]]
) -> Iterator[tuple[sa.ColumnElement[bool], sa.RowMapping]]:
    """Every row with these columns, and what tells it from the others."""
    keys = list(table.primary_key.columns)
    for row in connection.execute(sa.select(*dict.fromkeys([*keys, *columns]))).mappings().all():
        yield sa.and_(*(key == row[key.name] for key in keys)), row
