"""What the lines of `verdicts` say today and said before: for a page of garments, a whole version, or everything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from core.catalogue.identity import GarmentKeys
from core.quality import review
from core.store.base import database, people, schema
from core.store.base.store import Store
from core.store.verdicts import verdict_lines
from core.store.verdicts.verdict_lines import Verdict

_COLUMNS = ("number", "garment", "kind", "category", "who", "split")
_later = schema.verdicts.alias()
_LAST = sa.select(*(schema.verdicts.c[name] for name in _COLUMNS)).where(
    ~sa.exists().where(
        _later.c.garment == schema.verdicts.c.garment,
        _later.c.who == schema.verdicts.c.who,
        _later.c.number > schema.verdicts.c.number,
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """One garment as one person may see it."""

    garment: str
    """Its key."""
    seen: int
    """Number of its last line, anybody's, 0: none. Saving names it, so that nobody is overwritten unseen."""
    mine: Verdict | None
    """What that person says of it today."""
    others: tuple[Verdict, ...]
    """What others say of it today, in the order of saying; empty while that person says nothing."""
    num_hidden: int
    """Opinions of others that are not shown before that person has said something."""


def newest_number(store: Store) -> int:
    """Number of the last line of all, 0 before the first: while it is the same, nothing here has changed."""
    with database.read(store.engine) as connection:
        return verdict_lines.newest_number_in(connection)


def current(store: Store, garments: Sequence[str] | None = None) -> pd.DataFrame:
    """The last line of each person on each garment, withdrawn ones included, by rising number.

    For many garments keep what this gives, and bring it up to date with `since`.

    Args:
        store: where.
        garments: keys of the garments that are asked for; None for all.

    Columns:
        number (int64): of the line.
        garment (str), kind (str), category (str or None), who (str), split (str): as in `Verdict`.
    """
    parts = [None] if garments is None else verdict_lines.in_parts(list(garments))
    rows: list[tuple[Any, ...]] = []
    with database.read(store.engine) as connection:
        for some in parts:
            asked = _LAST if some is None else _LAST.where(schema.verdicts.c.garment.in_(some))
            rows += connection.execute(asked).tuples().all()
    return _table(rows)


def since(store: Store, number: int) -> pd.DataFrame:
    """The rows of `current` that came after that line: with `review.with_newer` a table is brought up to date."""
    with database.read(store.engine) as connection:
        return _table(connection.execute(_LAST.where(schema.verdicts.c.number > number)).tuples().all())


def states_by_position(
    verdicts: pd.DataFrame, keys: GarmentKeys, stands_for: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Table of `review.garment_states` of the garments of a split, one row a position, which is the index.

    Args:
        verdicts: table of `current`.
        keys: of the garments of that split.
        stands_for: see there.
    """
    codes, names = pd.factorize(verdicts["garment"].to_numpy(dtype=object))
    is_here = np.zeros(len(names), dtype=bool)
    is_here[keys.positions(names.tolist())[0]] = True
    states = review.garment_states(verdicts[is_here[codes]], stands_for)
    numbers, places = keys.positions(states["garment"].tolist())
    return states.iloc[numbers].set_axis(places)


def counts_since(store: Store, moment: datetime) -> dict[tuple[str, str], int]:
    """Of how many garments each person said what since then, by person and kind; what they said last of each counts."""
    said, num = schema.verdicts.c, sa.func.count()
    last = sa.select(sa.func.max(said.number)).where(said.said_at >= moment).group_by(said.garment, said.who)
    asked = sa.select(said.who, said.kind, num).where(said.number.in_(last)).group_by(said.who, said.kind)
    found: dict[tuple[str, str], int] = {}
    with database.read(store.engine) as connection:
        for who, kind, of_kind in connection.execute(asked).tuples():
            key = (people.person(who), kind)
            found[key] = found.get(key, 0) + of_kind
    return found


def views(store: Store, garments: Sequence[str], *, who: str) -> list[View]:
    """Each of a page's garments as that person may see it, in the order asked for.

    What others say is left out while that person says nothing of the garment, so that a second opinion does not
    know the first.
    """
    who = people.person(who)
    table = current(store, garments)
    with database.read(store.engine) as connection:
        lines = verdict_lines.lines_of(connection, table["number"].tolist())
    by_garment: dict[str, list[Verdict]] = {garment: [] for garment in garments}
    for number in sorted(lines):
        by_garment[lines[number].garment].append(lines[number])
    return [_view(garment, by_garment[garment], who) for garment in garments]


def standing(store: Store) -> list[Verdict]:
    """What everybody says today, newest first; withdrawn verdicts are left out."""
    table = current(store)
    numbers = table["number"][table["kind"] != review.WITHDRAWN].tolist()
    with database.read(store.engine) as connection:
        lines = verdict_lines.lines_of(connection, numbers)
    return [lines[number] for number in sorted(lines, reverse=True)]


def history(store: Store) -> list[Verdict]:
    """Every line ever said, in the order of saying."""
    with database.read(store.engine) as connection:
        rows = connection.execute(sa.select(schema.verdicts).order_by(schema.verdicts.c.number)).mappings()
        return [verdict_lines.verdict(row) for row in rows]


def disagreements(store: Store) -> list[tuple[Verdict, ...]]:
    """The garments of which people say different things today, the one spoken of last first; for each all that stands.

    For a screen: only who says something of such a garment may see what others say, see `review.shown_to`.
    """
    found = standing(store)
    table = _table([tuple(getattr(line, name) for name in _COLUMNS) for line in found])
    states = review.garment_states(table)
    disputed = states["garment"][states["state"] == review.DISAGREEMENT]
    lines: dict[str, list[Verdict]] = {garment: [] for garment in disputed}
    for line in found:
        if line.garment in lines:
            lines[line.garment].append(line)
    return [tuple(reversed(some)) for some in lines.values()]


def _table(rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """The columns of `current`, by rising number; of a person whose name was stored in two ways, the last line."""
    # Column by column: from whole rows pandas takes five times as long.
    columns = list(zip(*rows, strict=True)) or [()] * len(_COLUMNS)
    numbers = np.array(columns[0], dtype=np.int64)
    order = np.argsort(numbers)
    texts = {name: np.array(values, dtype=object)[order] for name, values in zip(_COLUMNS, columns, strict=True)}
    table = pd.DataFrame({name: pd.Series(texts[name], dtype=object) for name in _COLUMNS} | {"number": numbers[order]})
    written = {name: people.person(name) for name in set(columns[_COLUMNS.index("who")])}
    if all(name == person for name, person in written.items()):
        return table
    table["who"] = table["who"].map(written).astype(object)
    return table.drop_duplicates(["garment", "who"], keep="last", ignore_index=True)


def _view(garment: str, lines: list[Verdict], who: str) -> View:
    said = [line for line in lines if line.kind != review.WITHDRAWN]
    mine = next((line for line in said if line.who == who), None)
    others = tuple(line for line in said if line.who != who)
    return View(
        garment=garment,
        seen=lines[-1].number if lines else 0,
        mine=mine,
        others=others if mine else (),
        num_hidden=0 if mine else len(others),
    )
