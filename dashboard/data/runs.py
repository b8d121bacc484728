"""Published versions, and which one is live."""

import pandas as pd

from core.store.live import comparisons, promotions
from core.store.runs import runs
from core.store.runs.runs import Run
from dashboard.data import store, views


def published() -> list[Run]:
    """Every published version, the newest first; see `runs.list_runs`."""
    return list(store.once("published", runs.list_runs))


def live(scope: str | None = None) -> Run | None:
    """The live version of a catalogue, None for the usual one; None where none is live. See `promotions.live_run`."""
    return store.once(("live", scope), lambda opened: promotions.live_run(opened, scope))


def live_version(run: Run) -> int | None:
    """The number of the live version of the catalogue of that one, None where none is live."""
    found = live(run.scope)
    return None if found is None else found.version


def is_live(run: Run) -> bool:
    """Whether that version is the live one of its catalogue."""
    return run.version == live_version(run)


def tagging(run: Run) -> Run | None:
    """The version that tags new photos of the catalogue of that one; None where none of ours was live there."""
    return promotions.tagging_run(store.store(), run.scope)


def comparable_versions(run: Run, merged: bool = True) -> pd.DataFrame:
    """One row for each version judged on the same garments, oldest first; as we sell, or in the model's categories.

    Columns: version (int), accuracy, low, high (0-1, the 95 % interval), is_live (bool).
    """
    number = live_version(run)
    same = [other for other in reversed(published()) if other.catalogue_fingerprint == run.catalogue_fingerprint]
    results = views.accuracies(same, merged)
    return pd.DataFrame(
        {
            "version": [other.version for other in same],
            "accuracy": [result.accuracy for result in results],
            "low": [result.low for result in results],
            "high": [result.high for result in results],
            "is_live": [other.version == number for other in same],
        }
    )


def previous_comparable(run: Run) -> Run | None:
    """The version before this one that was judged on the same garments; see `comparisons.previous`."""
    return comparisons.previous(store.store(), run, _have_same_test_garments)


def newest_comparable(run: Run) -> int | None:
    """The newest version after this one that was judged on the same garments; None where there is none."""
    later = (other for other in published() if other.version > run.version)
    return next((other.version for other in later if _have_same_test_garments(other, run)), None)


@store.cached(most=1000)
def _have_same_test_garments(run: Run, other: Run) -> bool:
    return comparisons.have_same_test_garments(store.store(), run, other)
