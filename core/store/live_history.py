"""The append-only history of what was live when. The live run is that of its last line: there is never a second.

The database itself refuses to change or delete a line. Who may become live is decided in `core.store.promotions`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from core.store import Store, database, schema


@dataclass(frozen=True, kw_only=True, slots=True)
class Promotion:
    """One line of the history."""

    sequence: int
    """1, 2, 3, ... without gaps."""
    run_id: str
    """The run that became live."""
    previous_run_id: str | None
    """The run that was live before; None at the first."""
    reason: str
    """Why, in the words of who decided."""
    who: str
    """Who decided."""
    promoted_at: datetime
    """When, UTC."""


def live_run_id(connection: sa.Connection) -> str | None:
    """Id of the live run, as that transaction sees it; None before the first."""
    newest = sa.select(schema.promotions.c.run_id).order_by(schema.promotions.c.sequence.desc()).limit(1)
    run_id: str | None = connection.scalar(newest)
    return run_id


def promotions(store: Store) -> list[Promotion]:
    """Every promotion, newest first."""
    with database.read(store.engine) as connection:
        rows = connection.execute(sa.select(schema.promotions).order_by(schema.promotions.c.sequence.desc())).mappings()
        return [Promotion(**row) for row in rows]


def record(connection: sa.Connection, run_id: str, *, reason: str, who: str) -> Promotion:
    """Appends one line to the history, inside the caller's transaction."""
    last = connection.scalar(sa.select(sa.func.max(schema.promotions.c.sequence))) or 0
    promotion = Promotion(
        sequence=last + 1,
        run_id=run_id,
        previous_run_id=live_run_id(connection),
        reason=reason,
        who=who,
        promoted_at=datetime.now(UTC),
    )
    values = {name: getattr(promotion, name) for name in Promotion.__slots__}
    connection.execute(sa.insert(schema.promotions).values(**values))
    return promotion
