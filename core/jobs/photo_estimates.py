"""How long a training on own photos takes: what is to be looked at first, then the learning. Knows no torch.

Photos that a network looked at before cost nothing again. How long one takes was measured here when the last ones were
looked at, see `core.model.backbones.feature_files`; before that it is what two cores of 2024 need.
"""

from collections.abc import Sequence
from pathlib import Path

from core import errors
from core.catalogue import kept
from core.model import photo_recipes
from core.model.backbones import feature_files

_LOOKING = {"lite0": 0.010, "lite1": 0.012, "lite2": 0.021}
"""Seconds a photo, by backbone."""
_LEARNING = {"lite0": 0.004, "lite1": 0.005, "lite2": 0.010}
"""Seconds a photo and round of its last blocks."""
_STARTING = 9.0
"""Seconds of imports, of the first network, and of saving."""
_OF_THE_HEAD = 0.0015
"""Seconds a photo of the linear head and its folds."""
_TAUGHT = 0.8
"""Share of the photos that are learned from."""


def seconds(home: Path, recipe: photo_recipes.PhotoRecipe, name: str) -> float | None:
    """How long that recipe takes on the catalogue `name`; None where there is no such catalogue."""
    try:
        found = kept.find(home, name)
        table = kept.rows(home, found)
    except errors.CatalogueError:
        return None
    photos = table["sha256"][table["problem"] == ""].tolist()
    total = _STARTING + len(photos) * _OF_THE_HEAD
    for backbone in recipe.backbones:
        kind = feature_files.MIRRORED if recipe.mirrored else feature_files.PLAIN
        total += _to_look(home, backbone, kind, photos, num_looks=2 if recipe.mirrored else 1)
    for backbone in recipe.tuned:
        total += sum(_to_look(home, backbone, kind, photos) for kind in (feature_files.MAPS, feature_files.FLIPPED))
        num_rounds = recipe.rounds * recipe.num_folds  # each fold leaves out a part, and one learns all
        total += num_rounds * _TAUGHT * len(photos) * _LEARNING[backbone]
    return total


def _to_look(home: Path, backbone: str, kind: str, photos: Sequence[str], *, num_looks: int = 1) -> float:
    """Seconds for the photos of which it is not known yet what the backbone says."""
    num = feature_files.num_missing(home, backbone, kind, photos)
    measured = feature_files.seconds_a_photo(home, backbone, kind)
    return num * (num_looks * _LOOKING[backbone] if measured is None else measured)
