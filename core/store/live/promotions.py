"""Deciding which run is live: refused for a run that is not fit for it, written down with who and why.

There are three ways to become live: as the first run ever, or the one that an automatic first look stood for
(`publishing.publish`), by `promote`, and by `roll_back`.
All pass `core.store.runs.soundness`, all append one line to the history and one to the log, and a decision that was
taken while something else became live is refused, so that nobody replaces a version they never saw.
"""

import sqlalchemy as sa

from core import errors
from core.store.base import audit, database, reasons, schema
from core.store.base.store import Store
from core.store.live import gate
from core.store.runs import live_history, runs, soundness
from core.store.runs.live_history import Promotion

_PURPOSE = "to change what is live"
_SUBJECT = "version "


def live_run(store: Store) -> runs.Run | None:
    """The live run; None before the first."""
    with database.read(store.engine) as connection:
        run_id = live_history.live_run_id(connection)
    return runs.find(store, run_id) if run_id else None


def history(store: Store) -> list[Promotion]:
    """Every promotion and roll back, newest first."""
    return live_history.promotions(store)


def promote(
    store: Store, run_id: str, *, reason: str, who: str, override: bool = False, expected_live: str | None = None
) -> Promotion:
    """Makes that run live and writes down why; what is returned is on disk.

    Args:
        store: where.
        run_id: any name of the run that `runs.find` knows.
        reason: why, as `reasons.checked` takes it.
        who: who decides.
        override: promote also against guard rails that may be overridden; which ones is written down.
        expected_live: id of the run that was live when the person decided; None where nobody looked.

    Raises:
        errors.RunNotFound: no such run.
        errors.ReasonMissing: the reason is too short or too long.
        errors.PromotionRefused: the run is live already or not fit to be, a guard rail fails without an override, or
            something else became live in the meantime.
    """
    reason = reasons.checked(reason, _PURPOSE)
    run = runs.find(store, run_id)
    with database.read(store.engine) as connection:
        newest = live_history.newest(connection)
    live = runs.find(store, newest.run_id) if newest else None
    _refuse_surprise(store, expected_live, newest)
    if live is not None and live.id == run.id:
        raise errors.PromotionRefused(f"Version {run.version} is live already.")
    assessment = gate.assess(store, run, live)
    if assessment.refusals:
        sentences = " ".join(rail.sentence for rail in assessment.refusals)
        raise errors.PromotionRefused(f"Version {run.version} cannot be made live: {sentences}")
    if assessment.doubts and not override:
        sentences = " ".join(rail.sentence for rail in assessment.doubts)
        raise errors.PromotionRefused(
            f"Version {run.version} fails {', '.join(rail.name for rail in assessment.doubts)}: {sentences} "
            "Keep the live version, or promote with an override if you stand by it."
        )
    overridden = {rail.name: rail.sentence for rail in assessment.doubts}
    return _record(store, run, newest, reason=reason, who=who, kind="promotion", overridden=overridden)


def roll_back(
    store: Store, *, reason: str, who: str, to: str | None = None, expected_live: str | None = None
) -> Promotion:
    """Makes an earlier live run live again and writes down why; what is returned is on disk.

    Two roll backs in a row go back twice, see `live_history.path`. Guard rails that compare are not asked: going back
    must be possible at once. The run must still be sound.

    Args:
        store: where.
        reason: why, as `reasons.checked` takes it.
        who: who decides.
        to: any name of a run that was live once; None for the one that was live before the live one.
        expected_live: id of the run that was live when the person decided; None where nobody looked.

    Raises:
        errors.RunNotFound: no such run.
        errors.ReasonMissing: the reason is too short or too long.
        errors.PromotionRefused: there is no such earlier run, it is damaged, or something else became live in the
            meantime.
    """
    reason = reasons.checked(reason, _PURPOSE)
    lines = live_history.promotions(store)
    newest = lines[0] if lines else None
    _refuse_surprise(store, expected_live, newest)
    run = runs.find(store, to) if to else _before(store, lines)
    if run.id not in {line.run_id for line in lines}:
        raise errors.PromotionRefused(f"Version {run.version} was never live, so nothing goes back to it: promote it.")
    if newest is not None and newest.run_id == run.id:
        raise errors.PromotionRefused(f"Version {run.version} is live already.")
    broken = [rail.sentence for rail in soundness.rails(store, run) if not rail.passed]
    if broken:
        raise errors.PromotionRefused(f"Version {run.version} cannot be restored: {' '.join(broken)}")
    return _record(store, run, newest, reason=reason, who=who, kind="roll back", overridden={})


def keep(store: Store, run_id: str, *, reason: str, who: str) -> None:
    """Writes down that somebody looked at that version and keeps the live one; nobody is asked to look again.

    Raises:
        errors.RunNotFound: no such run.
        errors.PromotionRefused: the reason is missing, or the version is the live one.
    """
    reason = reasons.checked(reason, _PURPOSE)
    run = runs.find(store, run_id)
    with database.write(store.engine) as connection:
        newest = live_history.newest(connection)
        if newest is None or newest.run_id == run.id:
            raise errors.PromotionRefused(f"Version {run.version} is live, so there is nothing to keep instead of it.")
        live = connection.scalar(sa.select(schema.runs.c.version).where(schema.runs.c.id == newest.run_id))
        subject = f"{_SUBJECT}{run.version}"
        audit.record(
            connection,
            who=who,
            action="keep",
            subject=subject,
            before={"live": live},
            after={"live": live},
            note=reason,
        )


def kept_versions(store: Store) -> frozenset[int]:
    """Numbers of the versions that somebody looked at and did not make live."""
    return frozenset(int(entry.subject.removeprefix(_SUBJECT)) for entry in audit.entries(store, action="keep"))


def waiting_run(store: Store) -> runs.Run | None:
    """The newest version, where it is newer than the live one and nobody has decided about it; else None."""
    live, published = live_run(store), runs.list_runs(store)
    if live is None or published[0].version <= live.version or published[0].version in kept_versions(store):
        return None
    was_live = any(line.run_id == published[0].id for line in live_history.promotions(store))
    return None if was_live else published[0]


def previous_run(store: Store) -> runs.Run | None:
    """The run that `roll_back` would make live; None where there is none."""
    path = live_history.path(live_history.promotions(store))
    return runs.find(store, path[-2]) if len(path) > 1 else None


def _before(store: Store, lines: list[Promotion]) -> runs.Run:
    path = live_history.path(lines)
    if len(path) < 2:
        raise errors.PromotionRefused("No version was live before this one, so there is nothing to go back to.")
    return runs.find(store, path[-2])


def _refuse_surprise(store: Store, expected_live: str | None, newest: Promotion | None) -> None:
    if expected_live is None or (newest is not None and newest.run_id == expected_live):
        return
    version = runs.find(store, newest.run_id).version if newest else None
    raise errors.PromotionRefused(_surprise(version, newest.who if newest else ""))


def _surprise(version: int | None, who: str) -> str:
    return f"{who or 'Somebody'} made version {version} live in the meantime. Compare with it, then decide again."


def _record(
    store: Store,
    run: runs.Run,
    newest: Promotion | None,
    *,
    reason: str,
    who: str,
    kind: live_history.Kind,
    overridden: dict[str, str],
) -> Promotion:
    """Appends to the history unless it grew since `newest` was its last line."""
    with database.write(store.engine) as connection:
        last = live_history.newest(connection)
        if last != newest:
            assert last is not None  # a history never shrinks
            version = connection.scalar(sa.select(schema.runs.c.version).where(schema.runs.c.id == last.run_id))
            raise errors.PromotionRefused(_surprise(version, last.who))
        if connection.scalar(sa.select(schema.runs.c.id).where(schema.runs.c.id == run.id)) is None:
            raise errors.RunNotFound(f"Version {run.version} was deleted in the meantime.")
        return live_history.record(connection, run.id, reason=reason, who=who, kind=kind, overridden=overridden)
