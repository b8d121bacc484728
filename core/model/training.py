"""A recipe and garments in, a trained model out. Never sees the test split; reports through one callback."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from core import errors
from core.catalogue import split
from core.model import (
    checkpoints,
    code_version,
    course,
    devices,
    inference,
    learner,
    pixels,
    recipes,
    temperature,
    trained,
)

Progress = course.Progress
TrainedModel = trained.TrainedModel


def train(
    recipe: recipes.Recipe,
    train: split.CatalogueSplit,
    validation: split.CatalogueSplit,
    *,
    seed: int,
    device: str | None = None,
    on_progress: course.OnProgress | None = None,
    checkpoint_folder: Path | None = None,
) -> trained.TrainedModel:
    """The model that the recipe makes of the training garments; the same seed gives the same one on a CPU.

    Args:
        recipe: what to do.
        train: garments to learn from.
        validation: garments for the curves and the temperature; may be empty.
        seed: of everything random.
        device: "cpu", "cuda" or "mps"; None takes the fastest.
        on_progress: called up to ten times a second and at the end of each epoch; whatever it raises ends the
            training, e.g. `errors.JobCancelled`.
        checkpoint_folder: where the latest epoch is kept; an interrupted training goes on from there, and one
            of another recipe, seed, code or garments is ignored. Whoever gave the folder removes it.

    Raises:
        TrainingDiverged: the loss is no longer a finite number.
        TrainingError: there are fewer than two garments to learn from, or no such device.
        OSError: the checkpoint cannot be written, e.g. because the disk is full.
    """
    if len(train) < 2:
        raise errors.TrainingError(f"At least 2 garments are needed to learn from, got {len(train)!r}.")
    started = time.perf_counter()
    place = devices.choose(device)
    with _own_random_state(place):
        student = learner.Learner(recipe, pixels.garments(train, place), num_classes=len(train.class_names), seed=seed)
        held_out = pixels.garments(validation, place)
        epochs = course.Course(
            student,
            held_out,
            course.Reporter(on_progress, recipe.epochs, student.steps_per_epoch),
            identity=_identity(recipe, train, validation, seed, place),
            checkpoint_folder=checkpoint_folder,
        )
        epochs.follow()
        module = student.best_network.eval().requires_grad_(False)
        return trained.TrainedModel(
            module=module,
            history=_history_table(epochs.history),
            temperature=_temperature(module, held_out),
            recipe=recipe,
            class_names=train.class_names,
            train_seconds=epochs.earlier_seconds + time.perf_counter() - started,
            mean=module.mean.item(),
            std=module.std.item(),
        )


@contextlib.contextmanager
def _own_random_state(device: torch.device) -> Iterator[None]:
    """Leaves torch's global random numbers as they were, whatever the training draws."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        yield


def _identity(
    recipe: recipes.Recipe,
    train: split.CatalogueSplit,
    validation: split.CatalogueSplit,
    seed: int,
    device: torch.device,
) -> str:
    fingerprints = (train.fingerprint, validation.fingerprint)
    return checkpoints.identity(
        recipe.canonical_json, *fingerprints, str(seed), code_version.code_version(), device.type
    )


def _history_table(history: list[dict[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame(history)
    columns = ["train_loss", "validation_loss", "validation_accuracy", "seconds"]
    return table.astype({"epoch": "int64", **dict.fromkeys(columns, "float64")})


def _temperature(module: torch.nn.Module, held_out: pixels.Garments) -> float | None:
    if len(held_out.labels) == 0:
        return None
    logits, _ = inference.logits_and_features(module, held_out.images)
    return temperature.fitted(logits.cpu().numpy(), held_out.labels.cpu().numpy())
