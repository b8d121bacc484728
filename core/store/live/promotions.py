"""Deciding which run is live: refused for a run that is not fit for it, written down with who and why.

There are three ways to become live: as the first run ever or of its catalogue, or the one that an automatic first look
stood for (`publishing.publish`), by `promote`, and by `roll_back`. Each catalogue of one's own has its own live run,
and the garments that come with the program have one: what is compared and gone back to is of the same scope, see
`live_history`.
All pass `core.store.runs.soundness`, all append one line to the history and one to the log, and a decision that was
taken while something else became live is refused, so that nobody replaces a version they never saw.
"""

import sqlalchemy as sa

from core import errors
from core.access.roles import Action
from core.store.base import audit, database, permission, reasons, schema
from core.store.base.store import Store
from core.store.live import gate, second_person
from core.store.runs import live_history, runs, soundness
from core.store.runs.live_history import Promotion

_PURPOSE = "to change what is live"
_SUBJECT = "version "


def live_run(store: Store, scope: str | None = None) -> runs.Run | None:
    """The live run of a scope; None for the scope that is meant where nobody names one. None before the first."""
    line = _newest(store, scope)
    return runs.find(store, line.run_id) if line else None


def tagging_run(store: Store, scope: str | None = None) -> runs.Run | None:
    """The version that tags new photos: the live one, or the last one of ours that was live where that is not ours.

    A version whose tags come from elsewhere can be live for quality, but there is no network here that could tag.

    Args:
        store: where.
        scope: of which; None for the one that is meant where nobody names one.
    """
    live = live_run(store, scope)
    if live is None or live.elsewhere is None:
        return live
    lines = live_history.promotions(store, live.scope)
    there = {run.id: run for run in runs.list_runs(store) if run.elsewhere is None}
    return next((there[line.run_id] for line in lines if line.run_id in there), None)


def live_runs(store: Store) -> dict[str, runs.Run]:
    """The live run of every scope that has one."""
    found = live_history.promotions(store)
    return {
        scope: runs.find(store, run_id) for scope, run_id in {line.scope: line.run_id for line in found[::-1]}.items()
    }


def _newest(store: Store, scope: str | None) -> Promotion | None:
    with database.read(store.engine) as connection:
        if scope is None:
            return live_history.usual(connection, store.settings)
        return live_history.newest(connection, scope)


def history(store: Store, scope: str | None = None) -> list[Promotion]:
    """Every promotion and roll back of a scope, None for those of all, newest first."""
    return live_history.promotions(store, scope)


@permission.needs(Action.GO_LIVE)
def promote(
    store: Store, run_id: str, *, reason: str, who: str, override: bool = False, expected_live: str | None = None
) -> Promotion:
    """Makes that run the live one of its catalogue and writes down why; what is returned is on disk.

    Args:
        store: where.
        run_id: any name of the run that `runs.find` knows.
        reason: why, as `reasons.checked` takes it.
        who: who decides.
        override: promote also against guard rails that may be overridden; which ones is written down.
        expected_live: id of the run that was live there when the person decided; None where nobody looked.

    Raises:
        errors.RunNotFound: no such run.
        errors.ReasonMissing: the reason is too short or too long.
        errors.PromotionRefused: the run is live already or not fit to be, a guard rail fails without an override, or
            something else became live in the meantime.
    """
    reason = reasons.checked(reason, _PURPOSE)
    run = runs.find(store, run_id)
    newest = _newest(store, run.scope)
    live = runs.find(store, newest.run_id) if newest else None
    _refuse_surprise(store, expected_live, newest)
    if live is not None and live.id == run.id:
        raise errors.PromotionRefused(f"Version {run.version} is live already.")
    second_person.refuse_same(store, run, who)
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


@permission.needs(Action.GO_LIVE)
def roll_back(
    store: Store,
    *,
    reason: str,
    who: str,
    to: str | None = None,
    scope: str | None = None,
    expected_live: str | None = None,
) -> Promotion:
    """Makes an earlier live run live again and writes down why; what is returned is on disk.

    Two roll backs in a row go back twice, see `live_history.path`. Guard rails that compare are not asked: going back
    must be possible at once. The run must still be sound.

    Args:
        store: where.
        reason: why, as `reasons.checked` takes it.
        who: who decides.
        to: any name of a run that was live once; None for the one that was live before the live one.
        scope: where `to` is None, of which scope; None for the one that is meant where nobody names one.
        expected_live: id of the run that was live when the person decided; None where nobody looked.

    Raises:
        errors.RunNotFound: no such run.
        errors.ReasonMissing: the reason is too short or too long.
        errors.PromotionRefused: there is no such earlier run, it is damaged, or something else became live in the
            meantime.
    """
    reason = reasons.checked(reason, _PURPOSE)
    target = runs.find(store, to) if to else None
    lines = live_history.promotions(store, target.scope if target else _scope(store, scope))
    newest = lines[0] if lines else None
    _refuse_surprise(store, expected_live, newest)
    run = target or _before(store, lines)
    if run.id not in {line.run_id for line in lines}:
        raise errors.PromotionRefused(f"Version {run.version} was never live, so nothing goes back to it: promote it.")
    if newest is not None and newest.run_id == run.id:
        raise errors.PromotionRefused(f"Version {run.version} is live already.")
    broken = [rail.sentence for rail in soundness.rails(store, run) if not rail.passed]
    if broken:
        raise errors.PromotionRefused(f"Version {run.version} cannot be restored: {' '.join(broken)}")
    return _record(store, run, newest, reason=reason, who=who, kind="roll back", overridden={})


@permission.needs(Action.GO_LIVE)
def keep(store: Store, run_id: str, *, reason: str, who: str) -> None:
    """Writes down that somebody looked at that version and keeps the live one; nobody is asked to look again.

    Raises:
        errors.RunNotFound: no such run.
        errors.PromotionRefused: the reason is missing, or the version is the live one.
    """
    reason = reasons.checked(reason, _PURPOSE)
    run = runs.find(store, run_id)
    with database.write(store.engine) as connection:
        newest = live_history.newest(connection, run.scope)
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


def waiting_run(store: Store, scope: str | None = None) -> runs.Run | None:
    """The newest version of a scope, where it is newer than the live one there and nobody decided about it; else None.

    None as scope: the one that is meant where nobody names one.
    """
    live = live_run(store, scope)
    if live is None:
        return None
    published = [run for run in runs.list_runs(store) if run.scope == live.scope]
    if published[0].version <= live.version or published[0].version in kept_versions(store):
        return None
    was_live = any(line.run_id == published[0].id for line in live_history.promotions(store, live.scope))
    return None if was_live else published[0]


def previous_run(store: Store, scope: str | None = None) -> runs.Run | None:
    """The run that `roll_back` would make live in a scope; None where there is none."""
    path = live_history.path(live_history.promotions(store, _scope(store, scope)))
    return runs.find(store, path[-2]) if len(path) > 1 else None


def _scope(store: Store, scope: str | None) -> str:
    """That scope, or the one that is meant where nobody names one."""
    if scope is not None:
        return scope
    line = _newest(store, None)
    return line.scope if line else live_history.PROGRAM


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
    """Appends to the history unless it grew, in the scope of the run, since `newest` was its last line."""
    with database.write(store.engine) as connection:
        last = live_history.newest(connection, run.scope)
        if last != newest:
            assert last is not None  # a history never shrinks
            version = connection.scalar(sa.select(schema.runs.c.version).where(schema.runs.c.id == last.run_id))
            raise errors.PromotionRefused(_surprise(version, last.who))
        if connection.scalar(sa.select(schema.runs.c.id).where(schema.runs.c.id == run.id)) is None:
            raise errors.RunNotFound(f"Version {run.version} was deleted in the meantime.")
        return live_history.record(connection, run.id, reason=reason, who=who, kind=kind, overridden=overridden)
