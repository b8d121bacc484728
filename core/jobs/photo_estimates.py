"""How long a training on own photos takes: what is to be looked at first, then the learning. Knows no torch.

Photos that a network looked at before cost nothing again. How long one takes was measured here when the last ones were
looked at, see `core.model.backbones.feature_files`; before that it is what two cores of 2024 need.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from core import errors
from core.catalogue import kept
from core.model import photo_recipes
from core.model.backbones import feature_files
from core.store.runs.runs import Run

_LOOKING = {"lite0": 0.010, "lite1": 0.012, "lite2": 0.021}
"""Seconds a photo, by backbone."""
_LEARNING = {"lite0": 0.004, "lite1": 0.005, "lite2": 0.010}
"""Seconds a photo and round of its last blocks."""
_STARTING = 9.0
"""Seconds of imports, of the first network, and of saving."""
_OF_THE_HEAD = 0.0015
"""Seconds a photo and backbone of the linear head and its folds."""
_TAUGHT = 0.8
"""Share of the photos that are learned from."""
_LEAST_TIMES, _MOST_TIMES = 0.02, 50.0
"""Between a GPU and a machine that does many things besides."""


def seconds(home: Path, recipe: photo_recipes.PhotoRecipe, name: str, *, times_slower: float = 1.0) -> float | None:
    """How long that recipe takes on the catalogue `name`; None where there is no such catalogue.

    `times_slower`: how many times as long as by these figures learning took here, see `times_slower`.
    """
    try:
        found = kept.find(home, name)
        table = kept.rows(home, found)
    except errors.CatalogueError:
        return None
    photos = table["sha256"][table["problem"] == ""].tolist()
    total = _STARTING + times_slower * learning(recipe, len(photos))
    for backbone in recipe.backbones:
        kind = feature_files.MIRRORED if recipe.mirrored else feature_files.PLAIN
        total += _to_look(home, backbone, kind, photos, num_looks=2 if recipe.mirrored else 1)
    for backbone in recipe.tuned:
        total += sum(_to_look(home, backbone, kind, photos) for kind in (feature_files.MAPS, feature_files.FLIPPED))
    return total


def learning(recipe: photo_recipes.PhotoRecipe, num_photos: int) -> float:
    """Seconds of the learning alone by these figures, once it is known what the backbones say of the photos."""
    num_rounds = recipe.rounds * recipe.num_folds  # each fold leaves out a part, and one learns all
    a_photo = len(recipe.backbones) * _OF_THE_HEAD
    a_photo += num_rounds * _TAUGHT * sum(_LEARNING.get(backbone, max(_LEARNING.values())) for backbone in recipe.tuned)
    return num_photos * a_photo


def times_slower(published: Sequence[Run], is_here: Callable[[Run], bool]) -> float:
    """How many times as long learning took here, by the fastest of the trainings that ran here; 1 before any.

    Args:
        published: every run.
        is_here: whether a run was trained on this computer.
    """
    found = [
        run.train_seconds / max(learning(recipe, run.num_train + run.num_test), 1e-9)
        for run in published
        if run.is_of_photos and run.train_seconds > 0 and is_here(run) and (recipe := _recipe_of(run)) is not None
    ]
    return min(max(min(found, default=1.0), _LEAST_TIMES), _MOST_TIMES)


def _recipe_of(run: Run) -> photo_recipes.PhotoRecipe | None:
    try:
        return photo_recipes.PhotoRecipe(**run.recipe)
    except ValueError:  # of a program of before
        return None


def _to_look(home: Path, backbone: str, kind: str, photos: Sequence[str], *, num_looks: int = 1) -> float:
    """Seconds for the photos of which it is not known yet what the backbone says."""
    num = feature_files.num_missing(home, backbone, kind, photos)
    measured = feature_files.seconds_a_photo(home, backbone, kind)
    return num * (num_looks * _LOOKING[backbone] if measured is None else measured)
