"""The flow for a retailer's own photos: photos -> features -> head -> predictions -> published run."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.catalogue import kept
from core.catalogue.own import loading
from core.jobs import first_start, photo_space, priority
from core.jobs.requests import TrainingRequest
from core.jobs.time_left import OnReport
from core.jobs.training_pipeline import Outcome, environment, facts_of, identity_of, learned_with
from core.model import (
    code_version,
    evaluation,
    head_fitting,
    heads,
    neighbours,
    photo_recipes,
    photo_training,
    tails,
    tuned_export,
)
from core.model.backbones import feature_files
from core.model.backbones import own as own_backbones
from core.photos import colour
from core.store import Store
from core.store.runs import publishing, runs
from core.store.runs.contents import PhotoDetails
from core.store.runs.file_writer import RunFiles
from core.store.verdicts import corrections

READING_BEGINS, CHECKING_BEGINS, SAVING_BEGINS = 0.02, 0.95, 0.98
"""Where on the bar the stages meet."""
_TOLD_FROM = 0.05
"""Share of the photos after which it is told how long the others take."""
NO_NETWORK = "none"
"""Setting by which no network of others is used."""
MAPS_BEGIN, LEARNING_BEGINS = {False: 0.75, True: 0.15}, {False: 0.75, True: 0.3}
"""The same, by whether blocks are learned anew: then learning takes most of the time."""


def run(store: Store, request: TrainingRequest, *, started_by: str, on_report: OnReport) -> Outcome:
    """Learns what was asked for and publishes it, or finds the run that did so before.

    Raises:
        errors.CatalogueError, errors.BackboneMissing, errors.TrainingError, OSError: as the steps raise them; nothing
            is published then.
    """
    started = time.monotonic()
    recipe = photo_recipes.find(request.recipe)
    if store.settings.backbone:
        on_report("making the network ready", 0.0, None)
        recipe = _with_backbone(store, recipe, store.settings.backbone)
    priority.bound_threads(store.settings.training_threads)
    on_report("reading the catalogue", 0.0, None)
    own = loading.load(store.home, str(request.catalogue))
    garments = own.garments
    learned = corrections.corrections(store, garments)
    same_as, *former = (
        _with_groups(identity_of(recipe, garments, request.seed, learned, version), own)
        for version in code_version.known_as(code_version.PHOTOS)
    )
    same = None if request.again else runs.find_same(store, same_as, *former)
    if same is not None:
        return Outcome(run=same, is_new=False, notice=f"This training was done before: it is version {same.version}.")
    photos = [*own.train_photos, *own.test_photos]
    features = feature_files.stored(
        store.home, recipe.backbones, photos, reader(store.home),
        mirrored=recipe.mirrored, threads=store.settings.training_threads,
        on_photos=_reporter(on_report, READING_BEGINS, MAPS_BEGIN[bool(recipe.tuned)]),
    )  # fmt: skip
    learning_begins = LEARNING_BEGINS[bool(recipe.tuned)]
    reporter = _reporter(on_report, MAPS_BEGIN[bool(recipe.tuned)], learning_begins)
    tuner = tuner_of(store, recipe, photos, len(garments.class_names), reporter)
    on_report("learning", learning_begins, None)
    model, kept_products = _learn(store, request, recipe, own, features, learned, tuner, on_report)
    on_report(f"checking on {_num_of(own)}", CHECKING_BEGINS, None)
    files, num_correct = _judged(store, own, features, model, kept_products, learned, tuner)
    on_report("saving the new version", SAVING_BEGINS, None)
    facts = facts_of(
        garments, files, learned, identity=same_as, version=code_version.code_version(code_version.PHOTOS),
        seed=request.seed, num_correct=num_correct, temperature=model.temperature, train_seconds=model.train_seconds,
        started=started,
    )  # fmt: skip
    arrival = first_start.arrival(store, request, started_by)
    published = publishing.publish(store, files, facts, created_by=started_by, arrival=arrival)
    return Outcome(run=published, is_new=True, notice=learned_with(published))


def reader(home: Path) -> Callable[[Sequence[str]], Iterator[NDArray[np.uint8]]]:
    """Gives the pictures of kept photos, prepared as photos are that are tagged later."""
    side = photo_recipes.picture_side()

    def read(photos: Sequence[str]) -> Iterator[NDArray[np.uint8]]:
        for photo in photos:
            # Written by this program of pixels that the limited process gave.
            with Image.open(kept.photo_path(home, photo), formats=["JPEG"]) as opened:
                yield colour.fitted(opened.convert("RGB"), (side, side))

    return read


def _with_backbone(store: Store, recipe: photo_recipes.PhotoRecipe, setting: str) -> photo_recipes.PhotoRecipe:
    if setting == NO_NETWORK:
        return photo_recipes.from_scratch(recipe)
    return photo_recipes.with_backbone(recipe, own_backbones.chosen(store.home, setting))


def _learn(
    store: Store,
    request: TrainingRequest,
    recipe: photo_recipes.PhotoRecipe,
    own: loading.OwnGarments,
    features: feature_files.StoredFeatures,
    learned: corrections.Corrections,
    tuner: tails.Tuner | None,
    on_report: OnReport,
) -> tuple[photo_training.PhotoModel, NDArray[np.int64]]:
    """The model, and which training products it learned from; the photos' coordinates are let go with this function."""
    garments = own.garments
    places, labels = _learned(garments.train.labels, own.train_products, learned)
    found = photo_space.space(store.home, own, recipe, features)
    everything = len(places) == len(found.values)  # not to be held twice
    values = found.values if everything else found.values[places]
    kept_products, products = np.unique(own.train_products[places], return_inverse=True)
    model = photo_training.learn(
        recipe, head_fitting.Space(coordinates=found.coordinates, values=values), labels[places],
        own.train_groups[places], len(garments.class_names), seed=request.seed, products=products, tuner=tuner,
        places=places, on_fold=_fold_reporter(on_report, LEARNING_BEGINS[bool(recipe.tuned)]),
    )  # fmt: skip
    return model, kept_products


def tuner_of(
    store: Store,
    recipe: photo_recipes.PhotoRecipe,
    photos: Sequence[str],
    num_classes: int,
    on_photos: feature_files.OnPhotos,
) -> tails.Tuner | None:
    """What learns the last blocks of backbones from photos with these SHA-256; None where the recipe learns none.

    Raises:
        errors.BackboneMissing, OSError: as `feature_files.stored_maps`.
    """
    if not recipe.tuned:
        return None
    threads, read = store.settings.training_threads, reader(store.home)
    maps = {}
    for number, name in enumerate(recipe.tuned):

        def count(num: int, num_all: int, before: int = number) -> None:
            on_photos(before * num_all + num, len(recipe.tuned) * num_all)

        rows = feature_files.stored_maps(store.home, name, photos, read, threads=threads, on_photos=count)
        maps[name] = tails.Maps(name, rows)
    return tails.Tuner({name: tails.network(store.home, name) for name in recipe.tuned}, maps, recipe, num_classes)


def _export(store: Store, model: photo_training.PhotoModel) -> bytes | None:
    """What tags by a version with tails: without it torch would be needed, and the maps."""
    if not model.tails:
        return None
    networks = {name: tails.network(store.home, name) for name in model.recipe.backbones}
    return tuned_export.exported(networks, model.tails, mirrored=model.recipe.mirrored)


def _fold_reporter(on_report: OnReport, begins: float) -> photo_training.OnFold:
    started = time.monotonic()

    def report(share: float) -> None:
        left = (time.monotonic() - started) * (1 - share) / share if share > 0.02 else None
        on_report("learning", begins + share * (CHECKING_BEGINS - begins), left)

    return report


def _with_groups(identity: str, own: loading.OwnGarments) -> str:
    """Other groups, or other photos behind the same small pictures, give other answers out of folds."""
    arrays = (own.train_groups, own.train_products, own.test_products)
    parts = [identity, *(array.tobytes().hex() for array in arrays), *own.train_photos, *own.test_photos]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _learned(
    labels: NDArray[np.int64], products: NDArray[np.int64], learned: corrections.Corrections
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of the photos that are learned from, and the label of each photo as people corrected it."""
    found = labels.copy()
    found[learned.positions] = learned.labels
    return np.flatnonzero(~np.isin(products, learned.unclear_positions)), found[products]


def _num_of(own: loading.OwnGarments) -> str:
    num, num_photos = len(own.garments.test), len(own.test_photos)
    return f"{num:,} photos" if num == num_photos else f"{num:,} products on {num_photos:,} photos"


def _judged(
    store: Store,
    own: loading.OwnGarments,
    features: feature_files.StoredFeatures,
    model: photo_training.PhotoModel,
    kept_products: NDArray[np.int64],
    learned: corrections.Corrections,
    tuner: tails.Tuner | None,
) -> tuple[RunFiles, int]:
    """The run's files and how many test products were tagged correctly: the only look at the test split."""
    garments = own.garments
    num_train = len(own.train_photos)
    of_test, of_train = np.arange(num_train, len(features)), np.arange(num_train)
    predictions = photo_training.predict(model, features, of_test, garments.test.labels, own.test_products, tuner)
    # Products that nobody can tell are answered too: the validation split is the whole training split.
    held_out = photo_training.predict(model, features, of_train, garments.train.labels, own.train_products, tuner)
    probabilities = held_out.probabilities.copy()
    probabilities[kept_products] = model.held_out.probabilities
    similar = neighbours.of_features(held_out.features, predictions.features)
    is_correct = predictions.table["true_class"] == predictions.table["predicted_class"]
    content = heads.to_bytes(model.head, model.recipe.canonical_json, tails.arrays(model.tails))

    def write_weights(path: Path) -> None:
        path.write_bytes(content)

    files = RunFiles(
        catalogue=garments,
        predictions=predictions.table,
        probabilities=predictions.probabilities,
        features=predictions.features,
        validation_probabilities=probabilities,
        validation_features=held_out.features,
        similar=similar.test,
        similar_train=similar.train,
        history=model.history,
        figures=evaluation.official_figures(predictions, garments.test.labels, len(garments.class_names)),
        environment=environment(),
        recipe=model.recipe.model_dump(mode="json"),
        write_weights=write_weights,
        export=_export(store, model),
        sources=own.sources,
        photo_details=_details(own, model, features, kept_products, learned, tuner),
        corrections=None if learned.is_empty else learned.content,
    )
    return files, int(is_correct.sum())


def _details(
    own: loading.OwnGarments,
    model: photo_training.PhotoModel,
    features: feature_files.StoredFeatures,
    kept_products: NDArray[np.int64],
    learned: corrections.Corrections,
    tuner: tails.Tuner | None,
) -> PhotoDetails:
    garments = own.garments
    labels = garments.train.labels.copy()
    labels[learned.positions] = learned.labels
    num_train, num_photos = len(own.train_photos), len(own.test_photos)
    by_photo = photo_training.predict(
        model, features, np.arange(num_train, num_train + num_photos), garments.test.labels[own.test_products],
        np.arange(num_photos), tuner,
    )  # fmt: skip
    return {
        "learned": np.bincount(labels[kept_products], minlength=len(garments.class_names)).tolist(),
        "num_train_photos": num_train,
        "num_test_photos": num_photos,
        "photo_accuracy": float((by_photo.table["true_class"] == by_photo.table["predicted_class"]).mean()),
    }


def _reporter(on_report: OnReport, begins: float, ends: float) -> Callable[[int, int], None]:
    started, first = time.monotonic(), [-1]

    def report(num: int, num_all: int) -> None:
        first[0] = num if first[0] < 0 else first[0]
        share = num / max(num_all, 1)
        done = num - first[0]
        # Of the first few photos most of the time is that of making the networks ready.
        is_known = done > 0 and done >= _TOLD_FROM * (num_all - first[0])
        seconds = (time.monotonic() - started) * (num_all - num) / done if is_known else None
        on_report("looking at the photos", begins + share * (ends - begins), seconds)

    return report
