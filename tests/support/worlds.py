"""Builders of small garments, predictions, runs and dataset files, all deterministic."""

import gzip
import hashlib
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from safetensors.numpy import save_file

from core.catalogue import Catalogue, CatalogueSplit, source_files
from core.catalogue.split import cut
from core.store import Store
from core.store.runs import publishing, runs
from core.store.runs.file_writer import RunFiles
from tests.support import sample_garments

FILE_NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def garments(num: int, *, seed: int = 0, class_names: tuple[str, ...] = ("Shirt", "Coat", "Bag")) -> CatalogueSplit:
    """Garments of noise, each class with its own brightness."""
    rng = np.random.default_rng(seed)
    labels = np.arange(num, dtype=np.int64) % len(class_names)
    noise = rng.integers(0, 60, size=(num, 28, 28))
    return CatalogueSplit(
        images=(noise + 60 * labels[:, None, None]).astype(np.uint8), labels=labels, class_names=class_names
    )


def catalogue(num_train: int = 60, num_test: int = 30, **options: Any) -> Catalogue:
    """A catalogue of `garments`."""
    return cut(
        "sample",
        garments(num_train, seed=1, **options),
        garments(num_test, seed=2, **options),
        validation_share=0.1,
        validation_seed=0,
    )


def answers(labels: NDArray[np.int64], num_classes: int, *, seed: int, skill: float) -> NDArray[np.float32]:
    """Probabilities (N, K) of a model that is right about as often as `skill` (0-1) says."""
    rng = np.random.default_rng(seed)
    scores = rng.gumbel(size=(len(labels), num_classes))
    scores[np.arange(len(labels)), labels] += 6 * skill
    return (np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)).astype(np.float32)


def predictions_table(probabilities: NDArray[np.float32], labels: NDArray[np.int64]) -> pd.DataFrame:
    """The predictions table, computed another way than `core.model.inference` does."""
    order = np.argsort(-probabilities, axis=1, kind="stable")
    rows = np.arange(len(labels))
    confidence = probabilities[rows, order[:, 0]].astype(np.float64)
    return pd.DataFrame(
        {
            "garment": rows,
            "true_class": labels,
            "predicted_class": order[:, 0],
            "second_class": order[:, 1],
            "confidence": confidence,
            "margin": confidence - probabilities[rows, order[:, 1]],
        }
    )


def run_files(found: Catalogue, *, seed: int = 0, skill: float = 0.8, **given: NDArray[np.int32]) -> RunFiles:
    """The files of a run that nobody trained; `given` are `similar` and `similar_train` where they are known."""
    labels = found.test.labels
    probabilities = answers(labels, len(found.class_names), seed=seed, skill=skill)
    table = predictions_table(probabilities, labels)
    history = pd.DataFrame(
        {"epoch": [1, 2], "train_loss": [1.0, 0.5], "validation_loss": [0.9, 0.6], "validation_accuracy": [0.7, 0.8],
         "seconds": [1.0, 1.0]}
    )  # fmt: skip
    return RunFiles(
        catalogue=found,
        predictions=table,
        probabilities=probabilities,
        features=features(found.test.images),
        validation_probabilities=answers(found.validation.labels, len(found.class_names), seed=seed + 7, skill=skill),
        validation_features=features(found.validation.images),
        similar=given["similar"] if given else nearest(found.test.images, found.test.images, 25)[:, 1:],
        similar_train=given["similar_train"] if given else nearest(found.train.images, found.test.images, 5),
        history=history,
        figures={"accuracy": float((table["true_class"] == table["predicted_class"]).mean()),
                 "precision": [], "recall": [], "predictions": table["predicted_class"].tolist()},
        environment={"python": "3"},
        recipe={"name": "quick", "epochs": 2},
        write_weights=lambda path: save_file({"weight": np.array([seed, skill], dtype=np.float32)}, path),
    )  # fmt: skip


def features(images: NDArray[np.uint8]) -> NDArray[np.float16]:
    """(N, 16) some pixels of each picture."""
    num_pixels = int(np.prod(images.shape[1:]))
    return images.reshape(len(images), num_pixels)[:, :: num_pixels // 16][:, :16].astype(np.float16)


def nearest(candidates: NDArray[np.uint8], queries: NDArray[np.uint8], num: int) -> NDArray[np.int32]:
    """(N, num) positions of the candidates whose pixels are nearest."""
    flat, asked = (array.reshape(len(array), -1).astype(np.float32) for array in (candidates, queries))
    distances = (asked**2).sum(1)[:, None] - 2 * asked @ flat.T + (flat**2).sum(1)
    return np.argsort(distances, axis=1, kind="stable")[:, :num].astype(np.int32)


def facts(files: RunFiles, *, seed: int = 0, recipe_name: str = "quick") -> publishing.RunFacts:
    """What a training determines of a run."""
    is_correct = files.predictions["true_class"] == files.predictions["predicted_class"]
    return publishing.RunFacts(
        identity=hashlib.sha256(f"{recipe_name} {seed}".encode()).hexdigest(),
        recipe_name=recipe_name,
        recipe=files.recipe,
        catalogue_fingerprint=files.catalogue.fingerprint,
        seed=seed,
        code_version="tests",
        num_train=len(files.catalogue.train),
        num_validation=len(files.catalogue.validation),
        num_test=len(files.catalogue.test),
        num_correct=int(is_correct.sum()),
        accuracy=float(is_correct.mean()),
        temperature=1.25,
        train_seconds=12.0,
        total_seconds=15.0,
    )


def publish(store: Store, found: Catalogue | None = None, *, seed: int = 0, skill: float = 0.8) -> runs.Run:
    """A published run of made-up predictions."""
    files = run_files(found or catalogue(), seed=seed, skill=skill)
    return publishing.publish(store, files, facts(files, seed=seed), created_by="Ada")


def publish_two_runs(store: Store) -> None:
    """Two versions on the same 300 garments of the sample, the second one a little better."""
    train, test = sample_garments.few(num_train=600, num_test=300)
    found = cut("sample", train, test, validation_share=1 / 12, validation_seed=0)
    publish(store, found, seed=1, skill=0.6)
    publish(store, found, seed=6, skill=0.7)


def write_idx(path: Path, array: NDArray[np.uint8]) -> None:
    """Writes the IDX format of MNIST: magic number, sizes, bytes (http://yann.lecun.com/exdb/mnist/)."""
    header = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header + array.tobytes())


def write_dataset(folder: Path, *, num_train: int = 30, num_test: int = 20) -> source_files.Source:
    """Four `.gz` files in the original format with ten classes, and the source that describes them."""
    rng = np.random.default_rng(0)
    described = []
    for number, name in enumerate(FILE_NAMES):
        num = num_train if number < 2 else num_test
        is_images = number % 2 == 0
        array = rng.integers(0, 256, (num, 28, 28)) if is_images else np.arange(num) % 10
        write_idx(folder / name, array.astype(np.uint8))
        raw = (folder / name).read_bytes()
        (folder / name).unlink()
        archive = gzip.compress(raw, mtime=0)
        (folder / f"{name}.gz").write_bytes(archive)
        described.append(
            source_files.SourceFile(
                name=name,
                sha256=hashlib.sha256(raw).hexdigest(),
                archive_md5=hashlib.md5(archive, usedforsecurity=False).hexdigest(),
                archive_bytes=len(archive),
            )
        )
    return source_files.Source(
        folder_name="fashion-mnist", mirrors=(), files=tuple(described), num_train=num_train, num_test=num_test
    )
