"""What the tags of test garments hang on: made where somebody asks, and kept in the home. Runs no network itself."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import filelock
import numpy as np
import pandas as pd
from PIL import Image

from core import errors
from core.catalogue import kept
from core.model import photo_recipes
from core.quality.occlusion import Occlusion
from core.store import Store
from core.store.runs import file_reader, occlusion_files
from core.store.runs.runs import Run
from core.tagging import occlusion_maker, occlusion_process, photo_network

SECONDS_A_PASS = {"lite0": 0.02, "lite1": 0.03, "lite2": 0.042}
"""Processor seconds of one network for one picture while two cores work; another network counts as the slowest."""


def refusal(store: Store, run: Run) -> str:
    """Why no map can be made of that version, one sentence; empty where it can.

    Raises:
        errors.ArtefactCorrupt: the list of its files is missing or changed.
    """
    if not run.is_of_photos:
        return (
            f"Version {run.version} looks at small grey pictures, on which a patch covers half of a garment, so that "
            "where it looked says nothing."
        )
    if not file_reader.has_sources(store, run):
        return (
            f"Version {run.version} did not keep which photos its garments are of. Train once more: what was made of "
            "the photos is kept, so that it takes seconds with quick or standard."
        )
    return ""


def of(store: Store, run: Run, garment: int) -> Occlusion:
    """The map of a test garment, of its first photo: kept, or made by a process of its own in 1 to 2 seconds.

    Raises:
        errors.TaggingRefused: none can be made of that version, or the photo is gone.
        errors.TaggingError: it could not be made.
        errors.ArtefactCorrupt: a file of the version is missing or changed.
    """
    if (found := occlusion_files.load(store, run, garment)) is not None:
        return found
    photo, tag = _photo(store, run, garment), _tags(store, run)[garment]
    lock = store.home / "locks" / f"occlusion-{run.id}.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(lock):  # whoever asks for the same meanwhile waits for it, and the processors are not shared
        if (found := occlusion_files.load(store, run, garment)) is None:
            found = occlusion_process.asked(
                store.home, run.artefact, run.recipe, len(run.class_names), photo, tag, run.temperature,
                store.settings.training_threads,
            )  # fmt: skip
            occlusion_files.keep(store, run, garment, found)
    return found


def each(
    store: Store, run: Run, garments: Sequence[int], on_one: Callable[[int], None] = lambda done: None
) -> Iterator[tuple[int, Occlusion]]:
    """Garment and map of each of these test garments, made in this process where none is kept: for commands.

    A photo that is gone or cannot be read is left out. Ended in between, what was made is kept.

    Raises:
        errors.TaggingRefused: none can be made of that version.
        errors.ArtefactCorrupt, errors.BackboneMissing: a file of it or a network is missing or changed.
    """
    if why := refusal(store, run):
        raise errors.TaggingRefused(why)
    recipe, tags, photos = photo_recipes.PhotoRecipe(**run.recipe), _tags(store, run), _first_photos(store, run)
    answers = None
    for done, garment in enumerate(garments, start=1):
        found = occlusion_files.load(store, run, garment)
        if found is None:
            answers = answers or photo_network.answers(
                store.home, run.artefact, recipe, len(run.class_names), threads=store.settings.training_threads
            )
            try:
                with Image.open(kept.photo_path(store.home, photos[garment])) as file:
                    image = file.convert("RGB")
            except OSError:
                continue
            found = occlusion_maker.made(
                answers, image, tags[garment], run.temperature,
                side=photo_recipes.picture_side(), cells=occlusion_maker.num_cells(len(recipe.backbones)),
            )  # fmt: skip
            occlusion_files.keep(store, run, garment, found)
        on_one(done)
        yield garment, found


def processor_seconds(run: Run) -> float:
    """What one map of that version takes on one core, about, without the start of a process."""
    recipe = photo_recipes.PhotoRecipe(**run.recipe)
    a_pass = sum(SECONDS_A_PASS.get(name, max(SECONDS_A_PASS.values())) for name in recipe.backbones)
    num_passes = occlusion_maker.num_cells(len(recipe.backbones)) ** 2 + 1
    return a_pass * num_passes * (2 if recipe.mirrored or recipe.tuned else 1)


def worst_first(store: Store, run: Run) -> list[int]:
    """All test garments: wrong ones first, of these and of the others the surest first."""
    table = file_reader.load_predictions(store, run)
    is_right = (table["true_class"] == table["predicted_class"]).to_numpy()
    order = np.lexsort((-table["confidence"].to_numpy(), is_right))
    return [int(garment) for garment in table["garment"].to_numpy()[order]]


def _tags(store: Store, run: Run) -> list[int]:
    return [int(tag) for tag in file_reader.load_predictions(store, run)["predicted_class"]]


def _first_photos(store: Store, run: Run) -> pd.Series:
    """SHA-256 of the first photo of each test garment."""
    table = file_reader.load_sources(store, run)
    assert table is not None, "`refusal` says so"
    firsts: pd.Series = table[table["split"] == "test"].groupby("garment", sort=True)["sha256"].first()
    return firsts


def _photo(store: Store, run: Run, garment: int) -> Path:
    if why := refusal(store, run):
        raise errors.TaggingRefused(why)
    path = kept.photo_path(store.home, str(_first_photos(store, run)[garment]))
    if not path.is_file():
        raise errors.TaggingRefused("The photo of this garment is no longer kept. Bring the photos in again.")
    return path
