"""Mistakes grouped by look, and the groups that the team watches: read, worked out once, and saved for pages."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.quality import changes, scores, themes, watched
from core.quality.watched import Watched
from core.store.runs import file_reader, runs
from core.store.runs.runs import Run
from core.store.verdicts import watch_lists
from core.store.verdicts.watch_lists import WatchList
from dashboard.data import run_views, store, stored_garments, views
from dashboard.data.run_views import RunView

MOST_OTHERS = 5
"""Versions whose answers to a list are told beside those of the two that are compared."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """One kind of mistake."""

    real: int
    """Class index of the label; as we sell it stands for all of its category."""
    tagged: int | None
    """Class index that the version said, likewise; None: any other."""

    def garments(self, view: RunView) -> NDArray[np.int64]:
        """Positions of these mistakes in the test split, rising."""
        table, real = views.predictions(view), view.index_of(self.real)
        true, predicted = table["true_class"].to_numpy(), table["predicted_class"].to_numpy()
        is_tagged = predicted != real if self.tagged is None else predicted == view.index_of(self.tagged)
        return np.flatnonzero((true == real) & is_tagged)


@store.cached(most=4)
def _features(run: Run) -> NDArray[np.float16]:
    return file_reader.load_features(store.store(), run)


@store.cached(most=64, spinner="Looking for what they have in common …")
def grouping(view: RunView, kind: Kind) -> themes.Themes:
    """The themes of one kind of mistake, as `themes.themes` finds them; read-only.

    Raises:
        errors.ArtefactCorrupt: the features are missing or changed.
    """
    garments = kind.garments(view)
    return themes.themes(garments, _features(view.run)[garments].astype(np.float32))


def keys(run: Run, garments: NDArray[np.int64]) -> tuple[str, ...]:
    """The keys of these test garments, each once, in order."""
    names = stored_garments.garment_keys(run)
    return tuple(sorted({names[garment] for garment in garments.tolist()}))


def positions(run: Run, watch: WatchList) -> NDArray[np.int64]:
    """Where the garments of a list are in the test split of that version, rising; none twice."""
    return np.unique(stored_garments.garment_keys(run).positions(watch.garments)[1])


def accuracy(run: Run, watch: WatchList, merged: bool = True) -> scores.Accuracy:
    """How many of them that version tags as their label says; as we sell, else in the model's own categories."""
    table = views.predictions(run_views.of(run, merged)).iloc[positions(run, watch)]
    return scores.accuracy(table["true_class"].to_numpy(), table["predicted_class"].to_numpy())


@store.cached(most=128)
def _change(before: RunView, after: RunView, garments: tuple[str, ...]) -> changes.Change:
    places = (_first_positions(before.run, garments), _first_positions(after.run, garments))
    return watched.change(garments, places, (views.predictions(before), views.predictions(after)))


def change(before: Run, after: Run, watch: WatchList, merged: bool = True) -> Watched:
    """What became of the garments of a list from one version to the other, of those that both were judged on.

    `merged`: as we sell, else in the model's own categories.
    """
    first, second = (run_views.of(run, merged) for run in (before, after))
    found = Watched(
        change=_change(first, second, watch.garments), made_from=watch.version, before=before.version,
        after=after.version, others={},
    )  # fmt: skip
    return (
        found if found.has_verdict else dataclasses.replace(found, others=_others(watch, {before.id, after.id}, merged))
    )


def _others(watch: WatchList, left_out: set[str], merged: bool) -> dict[int, tuple[int, int]]:
    """How many of a list's garments other versions of the recipe that it was made from get right, the newest first."""
    published = runs.list_runs(store.store())
    maker = next((run for run in published if run.version == watch.version), None)
    if maker is None:
        return {}
    others = [
        run for run in published
        if run.recipe == maker.recipe and run.version != watch.version and run.id not in left_out
    ][:MOST_OTHERS]  # fmt: skip
    found = {run.version: accuracy(run, watch, merged) for run in others}
    return {version: (told.num_correct, told.num_garments) for version, told in found.items() if told.num_garments}


def _first_positions(run: Run, garments: tuple[str, ...]) -> dict[str, int]:
    return stored_garments.garment_keys(run).first_positions(garments)


def current() -> list[WatchList]:
    """See `watch_lists.current`."""
    return watch_lists.current(store.store())


def save(list_id: str, **fields: Any) -> None:
    """See `watch_lists.save`."""
    watch_lists.save(store.store(), list_id, **fields)


def end(list_id: str, *, who: str) -> None:
    """See `watch_lists.end`."""
    watch_lists.end(store.store(), list_id, who=who)
