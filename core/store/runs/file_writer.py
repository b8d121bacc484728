"""The files of a run as they are written; `core.store.runs.file_reader` reads them back."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from safetensors.numpy import save_file

from core.catalogue import Catalogue, identity
from core.store.runs import array_files
from core.store.runs.contents import Figures, LearnedCorrections, PhotoDetails

CORRECTIONS_FILE = "corrections.json"
"""Only in the folder of a run that learned with corrections."""
VALIDATION = "validation.safetensors"
GARMENTS, KEYS = "garments.safetensors", "keys.safetensors"
"""Pictures with labels, and which garments they are; there are no keys in what was published before they were kept."""
DETAILS = "photos.json"
"""Only in the folder of a run that learned own photos."""
SOURCES = "sources.parquet"
"""Only in the folder of a run that learned own photos; runs that were published before it was kept have none."""
HELD_OUT, GIVEN = "held_out.safetensors", "given.parquet"
"""Only in the folder of a run whose tags come from elsewhere: by which garments it was calibrated, and its file."""
EXPORT = "network.onnx"
"""Only in the folder of a run whose export answers as its network does; earlier runs have none."""


@dataclass(frozen=True, kw_only=True)
class RunFiles:
    """Everything large that a finished training leaves."""

    catalogue: Catalogue
    """The garments it was trained and judged on."""
    predictions: pd.DataFrame
    """The predictions table of the test garments."""
    probabilities: NDArray[np.float32]
    """(N, K) calibrated probabilities of the test garments."""
    features: NDArray[np.float16]
    """(N, D) features of the test garments."""
    validation_probabilities: NDArray[np.float32] | None = None
    """(V, K) calibrated probabilities of the validation garments; None where none was set aside."""
    validation_features: NDArray[np.float16] | None = None
    """(V, D) features of the same; None where none was set aside."""
    similar: NDArray[np.int32]
    """(N, M) for each test garment the most similar other test garments, nearest first."""
    similar_train: NDArray[np.int32]
    """(N, M) for each test garment the most similar training garments, nearest first."""
    history: pd.DataFrame
    """One row an epoch."""
    figures: Figures
    """The official figures."""
    environment: dict[str, Any]
    """Where and with what it was trained."""
    recipe: dict[str, Any]
    """Every field of the recipe."""
    write_weights: Callable[[Path], None]
    """Writes the model as safetensors to that path."""
    export: bytes | None = None
    """The model as an ONNX file; None where there is none that answers alike, and then there is no file."""
    photo_details: PhotoDetails | None = None
    """What is known besides where it learned own photos; else None, and then there is no file."""
    sources: pd.DataFrame | None = None
    """Which photos the garments are of, see `core.catalogue.own.loading.OwnGarments`; None where there are none, and
    then there is no file."""
    corrections: LearnedCorrections | None = None
    """The corrections it learned with, `Corrections.content`; None where there were none, and then there is no file."""

    def write(self, folder: Path) -> None:
        """Writes the run's own files into `folder`."""
        self.write_weights(folder / "weights.safetensors")
        if self.export is not None:
            (folder / EXPORT).write_bytes(self.export)
        self.predictions.to_parquet(folder / "predictions.parquet", index=False)
        self.history.to_parquet(folder / "history.parquet", index=False)
        save_file({"probabilities": np.ascontiguousarray(self.probabilities)}, folder / "probabilities.safetensors")
        save_file({"features": np.ascontiguousarray(self.features)}, folder / "features.safetensors")
        if self.validation_probabilities is not None and self.validation_features is not None:
            answers = {"probabilities": self.validation_probabilities, "features": self.validation_features}
            save_file({name: np.ascontiguousarray(array) for name, array in answers.items()}, folder / VALIDATION)
        neighbours = {"test": np.ascontiguousarray(self.similar), "train": np.ascontiguousarray(self.similar_train)}
        save_file(neighbours, folder / "neighbours.safetensors")
        for name in ("figures", "environment", "recipe"):
            (folder / f"{name}.json").write_text(json.dumps(getattr(self, name), indent=1, allow_nan=False))
        if self.photo_details is not None:
            (folder / DETAILS).write_text(json.dumps(self.photo_details, indent=1, allow_nan=False))
        if self.sources is not None:
            self.sources.to_parquet(folder / SOURCES, index=False)
        if self.corrections is not None:
            (folder / CORRECTIONS_FILE).write_text(json.dumps(self.corrections, indent=1, allow_nan=False))

    def write_garments(self, folder: Path) -> None:
        """Writes pictures, labels and keys of all splits into `folder`, so that pages need neither torch nor source."""
        write_garments(self.catalogue, folder)


def write_garments(garments: Catalogue, folder: Path) -> None:
    """Writes pictures, labels and keys of all splits of a catalogue into `folder`."""
    keys: dict[str, NDArray[np.uint8]] = {}
    arrays: dict[str, NDArray[Any]] = {
        "train_positions": garments.train_positions,
        "validation_positions": garments.validation_positions,
    }
    for name in ("train", "validation", "test"):
        split = getattr(garments, name)
        if name == "validation" and split is garments.train:
            continue  # every garment is learned from and held out in turn: its pictures are kept once
        arrays |= {f"{name}_images": split.images, f"{name}_labels": split.labels}
        keys[name] = identity.keys_of(split).digests
    save_file(keys, folder / KEYS)
    array_files.save(arrays, folder / GARMENTS)
    (folder / "class_names.json").write_text(json.dumps(list(garments.class_names), indent=1))
