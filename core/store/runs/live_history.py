"""The append-only history of what was live when. The live run of a catalogue is that of its last line.

Each catalogue of the retailer's own has its own live run, and the garments that come with the program have one
together: that is the *scope* of a run. The database itself refuses to change or delete a line. Who may become live is
decided in `core.store.live.promotions`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import sqlalchemy as sa

from core.catalogue import CATALOGUES, kept
from core.settings import Settings
from core.store.base import audit, database, schema
from core.store.base.store import Store

Kind = Literal["promotion", "roll back", "first"]
PROGRAM = ""
"""The scope of runs that learned the garments that come with the program."""


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
    """Whether a decision went forward or back, or the first run of a further catalogue arrived; all make a run live."""
    overridden: dict[str, str]
    """What spoke against it and was overridden: name of the guard rail -> its sentence; empty where nothing did."""
    scope: str
    """The own catalogue whose live run changed; `PROGRAM` for the garments that come with the program."""


_scope = sa.case((schema.catalogues.c.name.in_(tuple(CATALOGUES)), PROGRAM), else_=schema.catalogues.c.name)
_NEWEST_FIRST = (
    sa.select(schema.promotions, _scope.label("scope"))
    .join(schema.runs, schema.runs.c.id == schema.promotions.c.run_id)
    .join(schema.catalogues)
    .order_by(schema.promotions.c.sequence.desc())
)


def scope_of(catalogue: str) -> str:
    """The scope of the runs that learned the catalogue of that name."""
    return PROGRAM if catalogue in CATALOGUES else catalogue


def live_run_id(connection: sa.Connection, scope: str) -> str | None:
    """Id of the live run of that scope, as that transaction sees it; None before the first."""
    line = newest(connection, scope)
    return line.run_id if line else None


def newest(connection: sa.Connection, scope: str | None = None) -> Promotion | None:
    """The last line of a scope, None for that of all, as that transaction sees it; None before the first."""
    wanted = _NEWEST_FIRST if scope is None else _NEWEST_FIRST.where(_scope == scope)
    row = connection.execute(wanted.limit(1)).mappings().first()
    return Promotion(**row) if row else None


def usual(connection: sa.Connection, settings: Settings) -> Promotion | None:
    """The line whose run is meant where nobody names a catalogue; None before the first.

    That of the catalogue that trainings use, by the settings or the team's choice, where it has a live run; else the
    last line that was a decision: the first run of a further catalogue takes nothing over by itself.
    """
    name = settings.catalogue or kept.in_use(settings.home)
    if name and (line := newest(connection, scope_of(name))):
        return line
    row = connection.execute(_NEWEST_FIRST.where(schema.promotions.c.kind != "first").limit(1)).mappings().first()
    return Promotion(**row) if row else None


def promotions(store: Store, scope: str | None = None) -> list[Promotion]:
    """Every promotion of a scope, None for those of all, newest first."""
    wanted = _NEWEST_FIRST if scope is None else _NEWEST_FIRST.where(_scope == scope)
    with database.read(store.engine) as connection:
        return [Promotion(**row) for row in connection.execute(wanted).mappings()]


def periods(history: Sequence[Promotion]) -> list[tuple[Promotion, datetime | None]]:
    """Each line with the instant until which its run was live, None for those that are live; newest first.

    Args:
        history: promotions, newest first; of each scope that is in it, all.
    """
    until: dict[str, datetime] = {}
    found = []
    for line in history:
        found.append((line, until.get(line.scope)))
        until[line.scope] = line.promoted_at
    return found


def path(history: Sequence[Promotion]) -> list[str]:
    """Ids of the runs that roll backs walk along: the last one is live, the one before it is the next roll back's.

    A promotion adds its run at the end. A roll back to a run of the path takes off everything after it, so that two
    roll backs in a row go back twice; a roll back to a run that left the path adds it again.

    Args:
        history: every promotion of one scope, newest first.
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
    learned = sa.select(_scope).select_from(schema.runs.join(schema.catalogues)).where(schema.runs.c.id == run_id)
    scope = connection.scalars(learned).one()
    last = connection.scalar(sa.select(sa.func.max(schema.promotions.c.sequence))) or 0
    promotion = Promotion(
        sequence=last + 1,
        run_id=run_id,
        previous_run_id=live_run_id(connection, scope),
        reason=reason,
        who=who,
        promoted_at=datetime.now(UTC),
        kind=kind,
        overridden=dict(overridden or {}),
        scope=scope,
    )
    values = {name: getattr(promotion, name) for name in Promotion.__slots__ if name != "scope"}
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
