"""Tags from elsewhere become a version: read, checked, calibrated, published as any other; nothing is half-added."""

import hashlib
import json
import time
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import catalogue, errors
from core.catalogue import kept
from core.catalogue.own import adding
from core.elsewhere import calibrating, pictures, reading, version_files
from core.elsewhere.records import Given
from core.model import recipes
from core.store import Store
from core.store.runs import begun, in_place, publishing, runs

CODE_VERSION = "elsewhere"
"""Of versions that no training made."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What became of it."""

    run: runs.Run
    """The version."""
    is_new: bool
    """Whether it was not there before."""


def publish(
    store: Store,
    found: reading.Read,
    name: str,
    *,
    who: str,
    num_drawn: int = 0, on_progress: reading.OnProgress = lambda doing, share: None,
) -> Imported:  # fmt: skip
    """Makes a version of tags that were read, or finds the one that was made of the same before.

    Args:
        store: where.
        found: see `reading.read`.
        name: what the other system is called: small letters, digits and hyphens.
        who: who brings it in.
        num_drawn: how many people judged, drawn at random; 0 where the file has labels.
        on_progress: see `reading.OnProgress`.

    Raises:
        errors.ElsewhereRefused: no row has a label, or the name is taken by something else.
        errors.CatalogueError: the name is none.
        errors.PromotionRefused: it would be the first version, and is not fit to be live.
    """
    started = time.monotonic()
    _check_name(store, name, found)
    given = _labelled(found.given)
    on_progress("working out the score", 0.6)
    garments = _garments(store, found, given, name)
    labels, tags = (_places(given, column) for column in ("label", "predicted"))
    answers = calibrating.calibrated(given, labels, tags, _order(given))
    elsewhere = runs.Elsewhere(
        name=name, file=found.file, gives=_gives(given), calibration=answers.method,
        is_in_place=isinstance(garments, in_place.Garments), num_unlabelled=len(found.given) - len(given),
        num_drawn=num_drawn,
    )  # fmt: skip
    written = version_files.VersionFiles(
        catalogue=garments, given=given, table=found.table, columns=found.columns, used=found.given.table,
        answers=answers, labels=labels, tags=tags, elsewhere=elsewhere,
    )  # fmt: skip
    facts = _facts(written, started)
    same = runs.find_same(store, facts.identity)
    on_progress("saving the version", 0.8)
    run = same or publishing.publish(store, written, facts, created_by=who)
    if found.digest:
        begun.forget(store, found.digest)
    on_progress("done", 1.0)
    return Imported(run=run, is_new=same is None)


def _check_name(store: Store, name: str, found: reading.Read) -> None:
    adding.check_name(name)
    if name in recipes.RECIPES:
        raise errors.ElsewhereRefused(f"{name!r} is what trainings here are called. Choose another name.")
    is_here = isinstance(found.pictures, pictures.OfCatalogue)
    if not is_here and name in catalogue.CATALOGUES:
        raise errors.ElsewhereRefused(f"{name!r} is a catalogue that comes with the program. Choose another name.")
    if not is_here and name in kept.names(store.home):
        raise errors.ElsewhereRefused(
            f"{name!r} is a catalogue of yours. Say --pictures {name} if these are its photos, or choose another name."
        )


def _labelled(given: Given) -> Given:
    """The rows with a label, by place: by them the version is judged."""
    is_labelled = (given.table["label"] != "").to_numpy()
    if not is_labelled.any():
        raise errors.ElsewhereRefused(
            "No row has a label, so that nobody can say how often the tags are right. Name the column that holds the "
            "label with --column label=NAME; or have people judge some that are drawn at random: --draw 200."
        )
    rows = np.flatnonzero(is_labelled)
    return given.take(rows[np.argsort(given.table["place"].to_numpy()[rows], kind="stable")])


def _gives(given: Given) -> Literal["probabilities", "confidence", "tags"]:
    if given.probabilities is not None:
        return "probabilities"
    return "tags" if given.table["confidence"].isna().any() else "confidence"


def _places(given: Given, column: str) -> NDArray[np.int64]:
    """(N,) class index of a column of names."""
    places: NDArray[np.int64] = pd.Index(given.class_names, dtype=object).get_indexer(pd.Index(given.table[column]))
    return places.astype(np.int64)


def _order(given: Given) -> NDArray[np.uint64]:
    """(N,) for each row a hash of its picture's name, so that the same pictures are held out again."""
    hashed = pd.util.hash_array(given.table["picture"].to_numpy(dtype=object))
    return hashed.astype(np.uint64)


def _garments(store: Store, found: reading.Read, given: Given, name: str) -> publishing.Garments:
    places, labels = given.table["place"].to_numpy(), _places(given, "label")
    if isinstance(found.pictures, pictures.InFolder):
        folder = found.pictures.folder
        home = store.home.resolve()
        said = folder.relative_to(home).as_posix() if folder.is_relative_to(home) else str(folder)
        rows = found.pictures.table.iloc[places].reset_index(drop=True)
        return in_place.Garments(name=name, folder=said, places=rows, labels=labels, class_names=given.class_names)
    base = found.pictures.base
    is_whole = len(places) == len(base.test) and bool((places == np.arange(len(places))).all())
    if base.run is not None and is_whole and given.class_names == base.run.class_names:
        return version_files.Stored(base.run.catalogue_fingerprint, base.run.catalogue, base.run.class_names)
    images = found.pictures.images(places)
    test = catalogue.CatalogueSplit(images=images, labels=labels, class_names=given.class_names)
    nobody = np.empty(0, dtype=np.int64)
    none = test.take(nobody)
    return catalogue.Catalogue(
        name=base.name, train=none, validation=none, test=test, train_positions=nobody, validation_positions=nobody
    )


def _facts(written: version_files.VersionFiles, started: float) -> publishing.RunFacts:
    num_correct = int((written.labels == written.tags).sum())
    return publishing.RunFacts(
        identity=_identity(written),
        recipe_name=written.elsewhere.name,
        recipe=written.recipe,
        catalogue_fingerprint=written.catalogue.fingerprint,
        seed=0,
        code_version=CODE_VERSION,
        num_train=0,
        num_validation=len(written.answers.held_out),
        num_test=len(written.labels),
        num_correct=num_correct,
        accuracy=num_correct / len(written.labels),
        temperature=written.answers.temperature,
        train_seconds=0.0,
        total_seconds=time.monotonic() - started,
    )


def _identity(written: version_files.VersionFiles) -> str:
    """SHA-256 of what was given: the same tags of the same garments are one version."""
    given = written.given
    digest = hashlib.sha256(json.dumps([written.elsewhere.name, given.class_names]).encode())
    digest.update(written.catalogue.fingerprint.encode() + written.tags.tobytes())
    digest.update(given.table["confidence"].to_numpy(dtype=np.float64).tobytes())
    if given.probabilities is not None:
        digest.update(given.probabilities.tobytes())
    return digest.hexdigest()
