"""The append-only history of what was live when. The live run is that of its last line: there is never a second.

The database itself refuses to change or delete a line. Who may become live is decided in `core.store.live.promotions`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import sqlalchemy as sa

from core.store.base import audit, database, schema
from core.store.base.store import Store

Kind = Literal["promotion", "roll back"]


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
    kind: Kind
    """Whether it went forward or back; both make a run live."""
    overridden: dict[str, str]
    """What spoke against it and was overridden: name of the guard rail -> its sentence; empty where nothing did."""


_NEWEST_FIRST = sa.select(schema.promotions).order_by(schema.promotions.c.sequence.desc())


def live_run_id(connection: sa.Connection) -> str | None:
    """Id of the live run, as that transaction sees it; None before the first."""
    line = newest(connection)
    return line.run_id if line else None


def newest(connection: sa.Connection) -> Promotion | None:
    """The last line, as that transaction sees it; None before the first."""
    row = connection.execute(_NEWEST_FIRST.limit(1)).mappings().first()
    return Promotion(**row) if row else None


def promotions(store: Store) -> list[Promotion]:
    """Every promotion, newest first."""
    with database.read(store.engine) as connection:
        return [Promotion(**row) for row in connection.execute(_NEWEST_FIRST).mappings()]


def periods(history: Sequence[Promotion]) -> list[tuple[Promotion, datetime | None]]:
    """Each line with the instant until which its run was live, None for the one that is live; newest first.

    Args:
        history: every promotion, newest first.
    """
    ends = [None, *(line.promoted_at for line in history)]
    return list(zip(history, ends, strict=False))


def path(history: Sequence[Promotion]) -> list[str]:
    """Ids of the runs that roll backs walk along: the last one is live, the one before it is the next roll back's.

    A promotion adds its run at the end. A roll back to a run of the path takes off everything after it, so that two
    roll backs in a row go back twice; a roll back to a run that left the path adds it again.

    Args:
        history: every promotion, newest first.
    """
    runs: list[str] = []
    for line in reversed(history):
        if line.kind == "roll back" and line.run_id in runs:
            del runs[len(runs) - runs[::-1].index(line.run_id) :]
        else:
            runs.append(line.run_id)
    return runs


def record(
    connection: sa.Connection,
    run_id: str,
    *,
    reason: str,
    who: str,
    kind: Kind = "promotion",
    overridden: Mapping[str, str] | None = None,
) -> Promotion:
    """Appends one line to the history and one to the log, inside the caller's transaction."""
    last = connection.scalar(sa.select(sa.func.max(schema.promotions.c.sequence))) or 0
    promotion = Promotion(
        sequence=last + 1,
        run_id=run_id,
        previous_run_id=live_run_id(connection),
        reason=reason,
        who=who,
        promoted_at=datetime.now(UTC),
        kind=kind,
        overridden=dict(overridden or {}),
    )
    values = {name: getattr(promotion, name) for name in Promotion.__slots__}
    connection.execute(sa.insert(schema.promotions).values(**values))
    _log(connection, promotion)
    return promotion


def _log(connection: sa.Connection, promotion: Promotion) -> None:
    version, previous = (_version(connection, run_id) for run_id in (promotion.run_id, promotion.previous_run_id))
    audit.record(
        connection,
        who=promotion.who,
        action="roll-back" if promotion.kind == "roll back" else "promote",
        subject=f"version {version}",
        before=None if previous is None else {"live": previous},
        after={"live": version} | ({"overridden": promotion.overridden} if promotion.overridden else {}),
        note=promotion.reason,
    )


def _version(connection: sa.Connection, run_id: str | None) -> int | None:
    version: int | None = connection.scalar(sa.select(schema.runs.c.version).where(schema.runs.c.id == run_id))
    return version
