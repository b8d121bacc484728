"""The files of a run, read when they are needed and compared with what was published; `file_writer` writes them."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from core import catalogue, errors
from core.catalogue import identity
from core.store.base import artefacts
from core.store.base.store import Store
from core.store.runs import array_files, described, in_place
from core.store.runs.contents import Figures, LearnedCorrections, PhotoDetails
from core.store.runs.file_writer import (
    CORRECTIONS_FILE,
    DETAILS,
    EXPORT,
    GARMENTS,
    HELD_OUT,
    KEYS,
    SOURCES,
    VALIDATION,
)
from core.store.runs.runs import Run


@dataclass(frozen=True, kw_only=True, slots=True)
class ValidationAnswers:
    """What a run says of the V garments that were held out of its training, by which lines and cuts are set."""

    labels: NDArray[np.int64]
    """(V,) their classes."""
    probabilities: NDArray[np.float32]
    """(V, K) calibrated probabilities, each row summing to 1."""
    features: NDArray[np.float16]
    """(V, D) what the model's last hidden layer says of them."""


def verify(store: Store, run: Run) -> None:
    """Compares every file of the run, and the pictures it was judged on, with what was published.

    Raises:
        errors.ArtefactCorrupt: one is missing or changed; the message names it.
    """
    for digest in (run.artefact, run.catalogue_artefact):
        for name in artefacts.manifest_of(store.home, digest):
            artefacts.verified(store.home, digest, name, afresh=True)


def load_predictions(store: Store, run: Run) -> pd.DataFrame:
    """The predictions table of `core.model.inference`, one row a test garment.

    Raises:
        errors.ArtefactCorrupt: the file is missing or changed.
    """
    return _read_table(store, run, "predictions.parquet")


def load_history(store: Store, run: Run) -> pd.DataFrame:
    """One row an epoch: epoch, train_loss, validation_loss, validation_accuracy (NaN: no validation), seconds."""
    return _read_table(store, run, "history.parquet")


def load_probabilities(store: Store, run: Run) -> NDArray[np.float32]:
    """Calibrated probabilities of the test garments (N, K), each row summing to 1."""
    probabilities: NDArray[np.float32] = _read_arrays(store, run, "probabilities.safetensors")["probabilities"]
    return probabilities


def load_features(store: Store, run: Run) -> NDArray[np.float16]:
    """What the model's last hidden layer says of the test garments (N, D); of tags from elsewhere how they look.

    Raises:
        errors.StillDescribing: its tags come from elsewhere, and nobody looked at its pictures yet.
        errors.ArtefactCorrupt: the file is missing or changed.
    """
    if run.elsewhere:
        return described.features(store, run)
    features: NDArray[np.float16] = _read_arrays(store, run, "features.safetensors")["features"]
    return features


def has_validation(store: Store, run: Run) -> bool:
    """Whether the run kept its answers to the validation garments; earlier versions did not.

    Raises:
        errors.ArtefactCorrupt: the list of its files is missing or changed.
    """
    return bool({VALIDATION, HELD_OUT} & artefacts.manifest_of(store.home, run.artefact).keys())


def held_out(store: Store, run: Run) -> NDArray[np.int64]:
    """Positions of the test garments by which a version from elsewhere was calibrated, rising; none of any other.

    A line is chosen on these, and checked on the others.

    Raises:
        errors.ArtefactCorrupt: the file is missing or changed.
    """
    if HELD_OUT not in artefacts.manifest_of(store.home, run.artefact):
        return np.empty(0, dtype=np.int64)
    positions: NDArray[np.int64] = _read_arrays(store, run, HELD_OUT)["positions"]
    return positions


def has_export(store: Store, run: Run) -> bool:
    """Whether the run was exported to ONNX; earlier versions were not.

    Raises:
        errors.ArtefactCorrupt: the list of its files is missing or changed.
    """
    return EXPORT in artefacts.manifest_of(store.home, run.artefact)


def load_validation(store: Store, run: Run) -> ValidationAnswers:
    """The run's answers to its validation garments, in the order of `load_split(store, run, "validation")`.

    Raises:
        errors.ValidationMissing: it kept none, so that nothing can be set by them.
        errors.ArtefactCorrupt: a file is missing or changed.
    """
    if not has_validation(store, run):
        raise errors.ValidationMissing(
            f"Version {run.version} kept no answers to validation garments, so no line can be set for it. "
            "Train once more, with a recipe that sets garments aside such as quick or standard."
        )
    if run.elsewhere:
        return _held_out_answers(store, run)
    arrays = _read_arrays(store, run, VALIDATION)
    labels = load_labels(store, run, "validation")
    if not len(labels) == len(arrays["probabilities"]) == len(arrays["features"]):
        raise errors.ArtefactCorrupt(
            f"Version {run.version} has {len(labels)} validation garments, but answers to "
            f"{len(arrays['probabilities'])}."
        )
    return ValidationAnswers(labels=labels, **arrays)


def _held_out_answers(store: Store, run: Run) -> ValidationAnswers:
    """Those of a version from elsewhere, which has no features of its own: none are given."""
    positions = held_out(store, run)
    return ValidationAnswers(
        labels=load_labels(store, run, "test")[positions], probabilities=load_probabilities(store, run)[positions],
        features=np.empty((len(positions), 0), dtype=np.float16),
    )  # fmt: skip


def load_similar(store: Store, run: Run, split: str) -> NDArray[np.int32]:
    """(N, M) for each test garment the positions of the most similar garments of `test` or `train`, nearest first.

    Raises:
        errors.StillDescribing: its tags come from elsewhere, and nobody looked at its pictures yet.
        errors.ArtefactCorrupt: the file is missing or changed.
    """
    if run.elsewhere:
        return described.similar(store, run) if split == "test" else np.empty((run.num_test, 0), dtype=np.int32)
    similar: NDArray[np.int32] = _read_arrays(store, run, "neighbours.safetensors")[split]
    return similar


def load_figures(store: Store, run: Run) -> Figures:
    """The official figures."""
    figures: Figures = _read_json(store, run, "figures.json")
    return figures


def load_photo_details(store: Store, run: Run) -> PhotoDetails | None:
    """What is known besides of a version that learned own photos; None of others."""
    if DETAILS not in artefacts.manifest_of(store.home, run.artefact):
        return None
    details: PhotoDetails = _read_json(store, run, DETAILS)
    return details


def has_sources(store: Store, run: Run) -> bool:
    """Whether the run kept which photos its garments are of; earlier versions, and those of other garments, did not.

    Raises:
        errors.ArtefactCorrupt: the list of its files is missing or changed.
    """
    return SOURCES in artefacts.manifest_of(store.home, run.artefact)


def load_sources(store: Store, run: Run) -> pd.DataFrame | None:
    """Which photos its garments are of, `core.catalogue.own.loading.OwnGarments.sources`; None where that is not kept.

    Raises:
        errors.ArtefactCorrupt: the file is missing or changed.
    """
    if not has_sources(store, run):
        return None
    return _read_table(store, run, SOURCES)


def load_environment(store: Store, run: Run) -> dict[str, str | int | None]:
    """Versions of Python and packages, platform, processor count and device of the training."""
    environment: dict[str, str | int | None] = _read_json(store, run, "environment.json")
    return environment


def load_corrections(store: Store, run: Run) -> LearnedCorrections:
    """The exact corrections it learned with; empty lists where there were none."""
    if not run.corrections_digest:
        return {"relabelled": [], "left_out": [], "digest": ""}
    learned: LearnedCorrections = _read_json(store, run, CORRECTIONS_FILE)
    return learned


def load_split(store: Store, run: Run, split: str) -> catalogue.CatalogueSplit:
    """The garments of `train`, `validation` or `test`, exactly those the run saw; needs no torch."""
    if run.elsewhere and split == "validation":
        return load_split(store, run, "test").take(held_out(store, run))
    split = _kept_as(run, split)
    if split == "test" and in_place.is_one(store, run):
        (labels,) = _read_garments(store, run, "test_labels")
        return catalogue.CatalogueSplit(images=described.tiles(store, run), labels=labels, class_names=run.class_names)
    images, labels = _read_garments(store, run, f"{split}_images", f"{split}_labels")
    return catalogue.CatalogueSplit(images=images, labels=labels, class_names=run.class_names)


def load_labels(store: Store, run: Run, split: str) -> NDArray[np.int64]:
    """(N,) class index of the garments of `load_split`, without reading their pictures."""
    if run.elsewhere and split == "validation":
        return load_labels(store, run, "test")[held_out(store, run)]
    (labels,) = _read_garments(store, run, f"{_kept_as(run, split)}_labels")
    return labels


def load_positions(store: Store, run: Run) -> NDArray[np.int64]:
    """Number in the order of its source of each training garment, then of each that was held out."""
    return np.concatenate(_read_garments(store, run, "train_positions", "validation_positions"))


def load_keys(store: Store, run: Run, split: str) -> identity.GarmentKeys:
    """Which garments those of `load_split` are; of what was published before keys were kept, from the pictures."""
    if KEYS not in artefacts.manifest_of(store.home, run.catalogue_artefact):
        return identity.keys_of(load_split(store, run, split))
    path = artefacts.verified(store.home, run.catalogue_artefact, KEYS)
    try:
        return identity.GarmentKeys(load_file(path)[_kept_as(run, split)])
    except (SafetensorError, KeyError) as error:
        raise errors.ArtefactCorrupt(f"{path} holds no keys of {split!r} ({error}).") from None


def _kept_as(run: Run, split: str) -> str:
    """The split that holds those garments: of photos each is learned from and held out in turn."""
    return "train" if split == "validation" and run.is_of_photos else split


def _read_garments(store: Store, run: Run, *names: str) -> list[NDArray[Any]]:
    path = artefacts.verified(store.home, run.catalogue_artefact, GARMENTS)
    try:
        return array_files.mapped(path, names)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise errors.ArtefactCorrupt(f"{path} holds no {' and '.join(map(repr, names))} ({error}).") from None


def _read_table(store: Store, run: Run, name: str) -> pd.DataFrame:
    path = artefacts.verified(store.home, run.artefact, name)
    try:
        table: pd.DataFrame = pyarrow.parquet.read_table(path).to_pandas()
    except (pyarrow.ArrowException, OSError) as error:
        raise errors.ArtefactCorrupt(f"{path} is not a table ({error}).") from None
    return table


def _read_arrays(store: Store, run: Run, name: str) -> dict[str, Any]:
    path = artefacts.verified(store.home, run.artefact, name)
    try:
        arrays: dict[str, Any] = load_file(path)
    except SafetensorError as error:
        raise errors.ArtefactCorrupt(f"{path} holds no arrays ({error}).") from None
    return arrays


def _read_json(store: Store, run: Run, name: str) -> Any:
    content: dict[str, Any] = json.loads(artefacts.verified(store.home, run.artefact, name).read_bytes())
    return content
