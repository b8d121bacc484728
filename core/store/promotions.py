"""Deciding which run is live: refused for a run that is damaged, written down with who and why."""

from core import errors
from core.store import Store, database, live_history, runs
from core.store.live_history import Promotion


def live_run(store: Store) -> runs.Run | None:
    """The live run; None before the first."""
    with database.read(store.engine) as connection:
        run_id = live_history.live_run_id(connection)
    return runs.find(store, run_id) if run_id else None


def history(store: Store) -> list[Promotion]:
    """Every promotion, newest first."""
    return live_history.promotions(store)


def promote(store: Store, run_id: str, *, reason: str, who: str) -> Promotion:
    """Makes that run live and writes down why; what is returned is on disk.

    Raises:
        errors.RunNotFound: no such run.
        errors.PromotionRefused: no reason was given, the run is live already, or its files are damaged.
    """
    if not reason.strip():
        raise errors.PromotionRefused(f"A reason is needed to make a version live, got {reason!r}.")
    run = runs.find(store, run_id)
    try:
        runs.verify(store, run)
    except errors.ArtefactCorrupt as error:
        raise errors.PromotionRefused(f"Version {run.version} cannot be made live: {error}") from error
    with database.write(store.engine) as connection:
        if live_history.live_run_id(connection) == run.id:
            raise errors.PromotionRefused(f"Version {run.version} is live already.")
        return live_history.record(connection, run.id, reason=reason.strip(), who=who)
