"""What people decide of the tags of a batch: accepted, changed, rejected. Every line stays.

What is decided of a product today is its last line, whoever wrote it; to take it back is a new line. Whoever decides
names the last line of the batch that they had seen, and where another person decided on one of the products since,
nothing is written. A request that is repeated, because its answer was lost, gives back what it stored the first time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd
import sqlalchemy as sa

from core import errors, failpoints
from core.access.roles import Action
from core.quality.tag_decisions import ACCEPTED, CHANGED, KINDS, REJECTED, WITHDRAWN
from core.store.base import database, permission, schema
from core.store.base.store import Store
from core.store.batches import automation_lines, several_photos
from core.store.batches.batch_tags import PhotoTag
from core.store.batches.batches import Batch

__all__ = [
    "ACCEPTED",
    "CHANGED",
    "KINDS",
    "REJECTED",
    "WITHDRAWN",
    "Decision",
    "counts",
    "current",
    "decide",
    "history",
    "newest_number",
    "undo",
]
_AT_ONCE = 5000


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """One line of the history."""

    number: int
    """1, 2, 3, ... without gaps, over all batches."""
    request_id: str
    """Of the request that stored it; one request can decide on many products."""
    place: int
    """0, 1, 2, ... within its request."""
    batch_number: int
    """The batch."""
    position: int
    """Of the product in it."""
    kind: str
    """One of `KINDS`."""
    category: str | None
    """Class name it has since; None where rejected or withdrawn."""
    who: str
    """Whose decision it is."""
    entered_by: str
    """Who stored it: another person only where an undo brought it back."""
    decided_at: datetime
    """When, UTC."""


@dataclass(frozen=True, slots=True)
class _Saying:
    position: int
    kind: str
    category: str | None
    who: str


@permission.needs(Action.REVIEW)
def decide(
    store: Store,
    batch: Batch,
    positions: Sequence[int],
    kind: str,
    *,
    category: str | None = None,
    seen: int,
    who: str,
    request_id: str,
) -> tuple[Decision, ...]:
    """Stores one decision on one or many products of a batch, all or none; what is returned is on disk.

    Args:
        store: where.
        batch: the batch.
        positions: of the products.
        kind: accepted takes each product's own tag, changed takes `category`, rejected says that it is no product.
        category: class name; only, and always, where changed.
        seen: number of the batch's last line when the products were shown, see `newest_number`.
        who: whose decision it is.
        request_id: any text of 1-64 characters that no other request has; the same again changes nothing.

    Raises:
        errors.TaggingRefused: it makes no sense, or the request id stands for something else; nothing is stored.
        errors.DecisionConflict: somebody else decided on one of them since; nothing is stored.
    """
    who = automation_lines.checked_person(who)
    automation_lines.check_request_id(request_id)
    if kind not in (ACCEPTED, CHANGED, REJECTED):
        raise errors.TaggingRefused(f"A decision is accepted, changed or rejected, got {kind!r}.")
    with database.write(store.engine) as connection:
        sayings = _sayings(connection, batch, list(dict.fromkeys(positions)), kind, category, who)
        if stored := _of_request(connection, request_id):
            return _as_before(stored, batch, sayings)
        _refuse_stale(connection, batch, sayings, seen, who)
        lines = _append(connection, batch, sayings, entered_by=who, request_id=request_id)
        failpoints.reach("decision-committing")
    failpoints.reach("decision-committed")
    return lines


@permission.needs(Action.REVIEW)
def undo(store: Store, batch: Batch, undone_request_id: str, *, who: str, request_id: str) -> tuple[Decision, ...]:
    """Takes back everything a request decided: what held before, whosever it was, holds again.

    To undo an undo is to take back its request.

    Args:
        store: where.
        batch: the batch.
        undone_request_id: the request to take back.
        who: whose it is; only they can.
        request_id: of this request; the same again changes nothing.

    Raises:
        errors.TaggingRefused: no such request of that person.
        errors.DecisionConflict: something newer was decided on one of the products.
    """
    who = automation_lines.checked_person(who)
    automation_lines.check_request_id(request_id)
    with database.write(store.engine) as connection:
        undone = _of_request(connection, undone_request_id)
        if not undone or undone[0].entered_by != who or undone[0].batch_number != batch.number:
            raise errors.TaggingRefused(f"{who} decided nothing here by request {undone_request_id[:80]!r}.")
        positions = [line.position for line in undone]
        before = _last(connection, batch, positions, before=undone[0].number)
        sayings = [_again(position, before.get(position), who) for position in positions]
        if stored := _of_request(connection, request_id):
            return _as_before(stored, batch, sayings)
        now = _last(connection, batch, positions)
        newer = [now[line.position] for line in undone if now[line.position].number != line.number]
        if newer:
            raise _conflict(newer)
        return _append(connection, batch, sayings, entered_by=who, request_id=request_id)


def newest_number(store: Store, batch: Batch) -> int:
    """Number of the batch's last line, 0 before the first: while it is the same, nobody has decided anything."""
    of_batch = sa.select(sa.func.max(schema.tag_decisions.c.number)).where(_is_of(batch))
    with database.read(store.engine) as connection:
        return connection.scalar(of_batch) or 0


def current(store: Store, batch: Batch) -> dict[int, Decision]:
    """What holds today, by position; withdrawn ones are left out."""
    with database.read(store.engine) as connection:
        found = _last(connection, batch, None)
    return {position: line for position, line in found.items() if line.kind != WITHDRAWN}


def history(store: Store, batch: Batch | None = None) -> list[Decision]:
    """Every line, of one batch or of all, oldest first."""
    lines = sa.select(schema.tag_decisions).order_by(schema.tag_decisions.c.number)
    if batch is not None:
        lines = lines.where(_is_of(batch))
    with database.read(store.engine) as connection:
        return [Decision(**row) for row in connection.execute(lines).mappings()]


def counts(store: Store) -> pd.DataFrame:
    """How many products of each batch are decided today: one row a batch that has any.

    Columns:
        batch (int64): its number.
        num_decided (int64): products whose last line is not withdrawn.
    """
    decisions = schema.tag_decisions
    later = decisions.alias()
    is_last = ~sa.exists().where(
        later.c.batch_number == decisions.c.batch_number,
        later.c.position == decisions.c.position,
        later.c.number > decisions.c.number,
    )
    select = (
        sa.select(decisions.c.batch_number, sa.func.count())
        .where(is_last, decisions.c.kind != WITHDRAWN)
        .group_by(decisions.c.batch_number)
    )
    with database.read(store.engine) as connection:
        rows = connection.execute(select).tuples().all()
    return pd.DataFrame(rows, columns=["batch", "num_decided"]).astype("int64")


def _sayings(
    connection: sa.Connection, batch: Batch, positions: list[int], kind: str, category: str | None, who: str
) -> list[_Saying]:
    if not positions:
        raise errors.TaggingRefused("A decision needs at least one product. Select one.")
    found: dict[int, PhotoTag] = {}
    for start in range(0, len(positions), _AT_ONCE):
        found |= several_photos.of_positions(connection, batch, positions[start : start + _AT_ONCE])
    names = _class_names(connection, batch)
    if (kind == CHANGED) != (category is not None) or (category is not None and category not in names):
        raise errors.TaggingRefused(
            f"A changed tag needs a category, one of {', '.join(names)}, and nothing else has one; got {category!r}."
        )
    sayings = []
    for position in positions:
        tag = found.get(position)
        if tag is None or not tag.is_readable:
            raise errors.TaggingRefused(f"Product {position + 1} has no tag that could be decided on.")
        if kind == ACCEPTED and tag.is_unlike:
            raise errors.TaggingRefused(
                f"Product {position + 1} has no tag to accept: it is not one of our categories. Choose its category, "
                "or reject it."
            )
        sayings.append(_Saying(position, kind, tag.guesses[0][0] if kind == ACCEPTED else category, who))
    return sayings


def _class_names(connection: sa.Connection, batch: Batch) -> tuple[str, ...]:
    select = sa.select(schema.catalogues.c.class_names).join(schema.runs).where(schema.runs.c.id == batch.run_id)
    return tuple(connection.scalar(select) or ())


def _again(position: int, before: Decision | None, who: str) -> _Saying:
    if before is None:
        return _Saying(position, WITHDRAWN, None, who)
    return _Saying(position, before.kind, before.category, before.who)


def _append(
    connection: sa.Connection, batch: Batch, sayings: Sequence[_Saying], *, entered_by: str, request_id: str
) -> tuple[Decision, ...]:
    first = (connection.scalar(sa.select(sa.func.max(schema.tag_decisions.c.number))) or 0) + 1
    now = datetime.now(UTC)
    lines = tuple(
        Decision(
            number=first + place, request_id=request_id, place=place, batch_number=batch.number,
            position=saying.position, kind=saying.kind, category=saying.category, who=saying.who,
            entered_by=entered_by, decided_at=now,
        )
        for place, saying in enumerate(sayings)
    )  # fmt: skip
    rows = [{name: getattr(line, name) for name in Decision.__slots__} for line in lines]
    connection.execute(sa.insert(schema.tag_decisions), rows)
    return lines


def _of_request(connection: sa.Connection, request_id: str) -> tuple[Decision, ...]:
    decisions = schema.tag_decisions
    select = sa.select(decisions).where(decisions.c.request_id == request_id).order_by(decisions.c.place)
    return tuple(Decision(**row) for row in connection.execute(select).mappings())


def _as_before(stored: tuple[Decision, ...], batch: Batch, sayings: Sequence[_Saying]) -> tuple[Decision, ...]:
    before = [(line.batch_number, line.position, line.kind, line.category, line.who) for line in stored]
    now = [(batch.number, saying.position, saying.kind, saying.category, saying.who) for saying in sayings]
    if before != now:
        raise errors.TaggingRefused(
            f"The request {stored[0].request_id!r} was stored before with other decisions. Decide as a new request."
        )
    return stored


def _last(
    connection: sa.Connection, batch: Batch, positions: Sequence[int] | None, *, before: int | None = None
) -> dict[int, Decision]:
    decisions = schema.tag_decisions.c
    newest = sa.select(sa.func.max(decisions.number)).where(_is_of(batch)).group_by(decisions.position)
    if before is not None:
        newest = newest.where(decisions.number < before)
    rows = connection.execute(sa.select(schema.tag_decisions).where(decisions.number.in_(newest))).mappings()
    found = {row["position"]: Decision(**row) for row in rows}
    return found if positions is None else {position: found[position] for position in positions if position in found}


def _refuse_stale(connection: sa.Connection, batch: Batch, sayings: Sequence[_Saying], seen: int, who: str) -> None:
    last = _last(connection, batch, [saying.position for saying in sayings])
    newer = [line for line in last.values() if line.number > seen and line.entered_by != who]
    if newer:
        raise _conflict(newer)


def _conflict(newer: Sequence[Decision]) -> errors.DecisionConflict:
    first = newer[0]
    said = first.kind if first.category is None else f"{first.kind} as {first.category}"
    return errors.DecisionConflict(
        f"{first.entered_by} decided on product {first.position + 1} since it was shown ({said}). Products with newer "
        f"decisions: {len(newer)}. Nothing was saved; look again, then decide."
    )


def _is_of(batch: Batch) -> sa.ColumnElement[bool]:
    return schema.tag_decisions.c.batch_number == batch.number
