"""What is said of each training garment by a model that did not see it: trained on the other folds."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core import errors
from core.catalogue import split
from core.model import checkpoints, code_version, course, devices, inference, recipes, seeds, training

NUM_FOLDS = recipes.FOLDS_FOR_SUSPECTS
"""Models that are trained, one a fold."""
RECIPE = recipes.FOR_SUSPECTS
"""Name of the recipe that is enough."""
_PROBABILITIES = "probabilities"


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far the trainings are, all together."""

    model: int
    """The model being trained, 1 to num_models."""
    num_models: int
    """Models in all, one a fold."""
    fraction: float
    """Share of the whole that is done, 0-1; never decreases, ends at 1."""


OnProgress = Callable[[Progress], None]


def probabilities(
    recipe: recipes.Recipe,
    train: split.CatalogueSplit,
    validation: split.CatalogueSplit,
    *,
    seed: int,
    num_folds: int = NUM_FOLDS,
    device: str | None = None,
    on_progress: OnProgress | None = None,
    folder: Path | None = None,
) -> NDArray[np.float32]:
    """(N, K) calibrated probabilities, 0-1, of the N training garments by models that did not see them; read-only.

    Costs `num_folds - 1` trainings of the recipe on all garments (four for five folds) and one look at each garment.
    The features of the models are not given: those of one fold cannot be compared with those of another.

    Args:
        recipe: what each of the models follows; `RECIPE` is the name of one that is enough.
        train: the garments to learn from and to judge.
        validation: never learned from; for the temperature of each model, as in every training; may be empty.
        seed: of the folds and of everything random in the trainings; the same seed gives the same answer on a CPU.
        num_folds: into how many parts the garments are dealt; a higher number costs more and judges a little better.
        device: "cpu", "cuda" or "mps"; None takes the fastest.
        on_progress: called up to ten times a second and at the end of each fold; whatever it raises ends the work,
            e.g. `errors.JobCancelled`, and the folds finished so far stay in the folder.
        folder: where the answers of each finished fold are kept, one file a fold; interrupted work goes on from
            there, and files of another recipe, seed, code or garments are ignored. Whoever gave it removes it.

    Raises:
        TrainingDiverged: the loss of a training is no longer a finite number.
        TrainingError: fewer than two folds, more folds than garments, too few garments to learn from, or no such
            device.
        OSError: a finished fold cannot be written, e.g. because the disk is full.
    """
    fold_of = folds(train.labels, num_folds, seed)
    identity = _identity(recipe, train, validation, seed, num_folds, devices.choose(device))
    answers = np.empty((len(train), len(train.class_names)), dtype=np.float32)
    for fold in range(num_folds):
        name = f"fold-{fold + 1}.safetensors"
        found = _kept(folder, identity, name)
        if found is None:
            reporter = _reporter(on_progress, fold, num_folds)
            fold_seed = seeds.derived(seed, f"fold {fold}")
            found = _judged(recipe, train, validation, fold_of == fold, fold_seed, device, reporter)
            _keep(folder, identity, name, found)
        answers[fold_of == fold] = found
        if on_progress is not None:
            on_progress(Progress(model=fold + 1, num_models=num_folds, fraction=(fold + 1) / num_folds))
    answers.flags.writeable = False
    return answers


def folds(labels: NDArray[np.int64], num_folds: int, seed: int) -> NDArray[np.int64]:
    """(N,) fold of each garment, 0 to num_folds - 1: dealt out at random, class by class.

    The folds differ by at most one garment in size, and by at most one in the garments of each class.

    Raises:
        TrainingError: fewer than two folds, or more than garments.
    """
    if not 2 <= num_folds <= len(labels):
        raise errors.TrainingError(
            f"The number of folds must lie between 2 and the number of garments ({len(labels)}), got {num_folds!r}."
        )
    shuffled = np.random.default_rng(seeds.derived(seed, "folds")).permutation(len(labels))
    by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
    fold_of = np.empty(len(labels), dtype=np.int64)
    fold_of[by_class] = np.arange(len(labels)) % num_folds
    return fold_of


def _judged(
    recipe: recipes.Recipe,
    train: split.CatalogueSplit,
    validation: split.CatalogueSplit,
    is_left_out: NDArray[np.bool_],
    seed: int,
    device: str | None,
    on_progress: course.OnProgress | None,
) -> NDArray[np.float32]:
    """(M, K) probabilities of the M garments left out, by a model of all the others."""
    others = train.take(np.flatnonzero(~is_left_out))
    model = training.train(recipe, others, validation, seed=seed, device=device, on_progress=on_progress)
    return inference.predict(model, train.take(np.flatnonzero(is_left_out)), device).probabilities


def _reporter(on_progress: OnProgress | None, fold: int, num_folds: int) -> course.OnProgress | None:
    """Turns the progress of one training into that of all."""
    if on_progress is None:
        return None

    def report(progress: course.Progress) -> None:
        fraction = (fold + progress.fraction) / num_folds
        on_progress(Progress(model=fold + 1, num_models=num_folds, fraction=fraction))

    return report


def _identity(
    recipe: recipes.Recipe,
    train: split.CatalogueSplit,
    validation: split.CatalogueSplit,
    seed: int,
    num_folds: int,
    device: torch.device,
) -> str:
    given = (recipe.canonical_json, train.fingerprint, validation.fingerprint, str(seed), str(num_folds))
    return checkpoints.identity("out of fold", *given, code_version.code_version(code_version.SEARCH), device.type)


def _kept(folder: Path | None, identity: str, name: str) -> NDArray[np.float32] | None:
    if folder is None:
        return None
    found = checkpoints.load(folder, checkpoints.identity(identity, name), name)
    return None if found is None else np.asarray(found.tensors[_PROBABILITIES].numpy(), dtype=np.float32)


def _keep(folder: Path | None, identity: str, name: str, answers: NDArray[np.float32]) -> None:
    if folder is None:
        return
    finished = checkpoints.Checkpoint(
        identity=checkpoints.identity(identity, name),
        history=[],
        elapsed_seconds=0.0,
        tensors={_PROBABILITIES: torch.from_numpy(answers.copy())},
    )
    checkpoints.save(folder, finished, name)
