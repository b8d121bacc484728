"""The flow, one way: garments -> model -> predictions -> published run. Reports through one callback."""

import hashlib
import importlib.metadata
import os
import platform
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from core import catalogue
from core.catalogue import corrected
from core.jobs import estimates, first_start, priority, resume
from core.jobs.requests import TrainingRequest
from core.jobs.time_left import OnReport, TimeLeft, moving
from core.model import (
    code_version,
    devices,
    evaluation,
    export,
    exported,
    inference,
    neighbours,
    recipes,
    temperature,
    training,
    weights,
)
from core.model.training import Progress, TrainedModel
from core.store import Store
from core.store.runs import file_reader, publishing, runs
from core.store.runs.contents import LearnedCorrections
from core.store.runs.file_writer import RunFiles
from core.store.verdicts import corrections, verdict_tables

LEARNING_BEGINS, LEARNING_ENDS, CHECKING_ENDS, SIMILAR_ENDS = 0.05, 0.90, 0.93, 0.98
"""Where on the bar the stages meet."""
JUDGING_TIMES = 1.5
"""Time to look at a garment, in times of learning from it once: all answer in float32, and by both mirror images."""
EXPORT_SECONDS, SAVING_SECONDS = 3.0, 3.0
"""What writing the ONNX file and publishing take, about."""
PACKAGES = ("torch", "torchvision", "torchmetrics", "numpy", "pandas", "scikit-learn", "onnx", "onnxruntime")


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a training gave."""

    run: runs.Run
    """The published run."""
    is_new: bool
    """False where a run with the same recipe, data, seed and code was there already."""
    notice: str
    """One sentence for people; may be empty."""


def run(store: Store, request: TrainingRequest, *, started_by: str, on_report: OnReport) -> Outcome:
    """Trains, judges and publishes what was asked for, or finds the run that did so before.

    Raises:
        errors.CatalogueError, errors.TrainingError, OSError: as the steps raise them; nothing is published then.
    """
    started = time.monotonic()
    recipe = request.network_recipe
    priority.bound_threads(store.settings.training_threads)
    estimates.forget_other_device(store, str(devices.choose()))
    garments, notice = catalogue.load_wanted(
        request.catalogue,
        store.settings,
        validation_share=recipe.validation_share,
        on_progress=lambda doing, share: on_report(doing, share * LEARNING_BEGINS, None),
    )
    newest_verdict = verdict_tables.newest_number(store)
    learned = corrections.corrections(store, garments)
    identity, *former = (
        identity_of(recipe, garments, request.seed, learned, version) for version in code_version.known_as()
    )
    checkpoints = store.home / "checkpoints" / identity
    same = None if request.again else runs.find_same(store, identity, *former)
    # An earlier version, without answers to validation garments, has no line: training once more gives them.
    if same is not None and (file_reader.has_validation(store, same) or not same.num_validation):
        # Left where the process died between publishing and tidying up.
        shutil.rmtree(checkpoints, ignore_errors=True)
        same_notice = f"This training was done before: it is version {same.version}."
        return Outcome(run=same, is_new=False, notice=f"{notice} {same_notice}".strip())
    resume.note(checkpoints, request, newest_verdict)
    trained = training.train(
        recipe,
        corrected.corrected(garments.train, learned.positions, learned.labels, learned.unclear_positions),
        garments.validation,
        seed=request.seed,
        on_progress=_reporter_of_learning(on_report, resume.rounds_in(checkpoints), _share_after(recipe, garments)),
        checkpoint_folder=checkpoints,
    )
    files, num_correct, finding = _judged(trained, garments, None if learned.is_empty else learned.content, on_report)
    facts = facts_of(
        garments, files, learned, identity=identity, version=code_version.code_version(), seed=request.seed,
        num_correct=num_correct, temperature=trained.temperature, train_seconds=trained.train_seconds, started=started,
    )  # fmt: skip
    arrival = first_start.arrival(store, request, started_by)
    with moving(on_report, "saving the new version", SIMILAR_ENDS, 1.0, SAVING_SECONDS):
        published = publishing.publish(store, files, facts, created_by=started_by, arrival=arrival)
    shutil.rmtree(checkpoints, ignore_errors=True)
    notices = [notice, learned_with(published), _tagging_notice(finding)]
    return Outcome(run=published, is_new=True, notice=" ".join(filter(None, notices)))


def facts_of(
    garments: catalogue.Catalogue,
    files: RunFiles,
    learned: corrections.Corrections,
    *,
    identity: str,
    version: str,
    seed: int,
    num_correct: int,
    temperature: float | None,
    train_seconds: float,
    started: float,
) -> publishing.RunFacts:
    """What is written down of a training; `started` is when it began by the monotonic clock, `version` of its code."""
    return publishing.RunFacts(
        identity=identity,
        recipe_name=files.recipe["name"],
        recipe=files.recipe,
        catalogue_fingerprint=garments.fingerprint,
        seed=seed,
        code_version=version,
        num_train=len(garments.train) - len(learned.unclear_positions),
        num_validation=len(garments.validation),
        num_test=len(garments.test),
        num_correct=num_correct,
        accuracy=num_correct / len(garments.test),
        temperature=temperature,
        train_seconds=train_seconds,
        total_seconds=time.monotonic() - started,
        num_corrections=len(learned),
        num_left_out=len(learned.unclear_positions),
        corrected_by=tuple(learned.people),
        corrections_digest="" if learned.is_empty else learned.digest,
    )


class Canonical(Protocol):
    """Any kind of recipe."""

    @property
    def canonical_json(self) -> str:
        """Equal exactly when the recipes are equal."""


def identity_of(
    recipe: Canonical,
    garments: catalogue.Catalogue,
    seed: int,
    learned: corrections.Corrections | None = None,
    version: str = "",
) -> str:
    """SHA-256 of everything that determines the result: recipe, garments, seed, code version, corrections if any.

    Args:
        recipe: what is trained.
        garments: on what.
        seed: a person's.
        learned: what the team corrected.
        version: of the code, see `code_version.known_as`; empty: the present one.
    """
    parts = [recipe.canonical_json, garments.fingerprint, str(seed), version or code_version.code_version()]
    if learned is not None and not learned.is_empty:
        parts.append(learned.digest)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def learned_with(run: runs.Run) -> str:
    """Which corrections a run learned with, one sentence; empty where none."""
    if not run.corrections_digest:
        return ""
    people = f"of {len(run.corrected_by):,} {'person' if len(run.corrected_by) == 1 else 'people'}"
    left_out = f"; {run.num_left_out:,} that nobody can tell were left out" if run.num_left_out else ""
    return f"Learned with {run.num_corrections:,} correction{'s' * (run.num_corrections != 1)} {people}{left_out}."


def _tagging_notice(finding: str) -> str:
    return f"Photos will be tagged with torch, which takes longer: checked as ONNX file, {finding}." if finding else ""


def _judged(
    trained: TrainedModel, garments: catalogue.Catalogue, learned: LearnedCorrections | None, on_report: OnReport
) -> tuple[RunFiles, int, str]:
    """The run's files, how many test garments were tagged correctly, and what was found against its export.

    The only look at the test split.
    """
    a_garment = trained.train_seconds / max(trained.recipe.epochs * len(garments.train), 1) * JUDGING_TIMES
    checking = EXPORT_SECONDS + a_garment * 2 * (len(garments.test) + len(garments.validation))
    with moving(on_report, f"checking on {len(garments.test):,} garments", LEARNING_ENDS, CHECKING_ENDS, checking):
        predictions = inference.predict(trained, garments.test)
        held_out = inference.predict(trained, garments.validation) if len(garments.validation) else None
        figures = evaluation.official_figures(predictions, garments.test.labels, len(garments.class_names))
        is_correct = predictions.table["true_class"] == predictions.table["predicted_class"]
        network, finding = _exported(trained, garments.test, predictions)
    looking = SAVING_SECONDS + a_garment * len(garments.train)
    with moving(on_report, "finding similar garments", CHECKING_ENDS, SIMILAR_ENDS, looking):
        similar = neighbours.neighbours(trained, garments.train, predictions.features)

    def write_weights(path: Path) -> None:
        path.write_bytes(weights.to_bytes(trained.module.cpu(), trained.recipe))

    files = RunFiles(
        catalogue=garments,
        predictions=predictions.table,
        probabilities=predictions.probabilities,
        features=predictions.features,
        validation_probabilities=None if held_out is None else held_out.probabilities,
        validation_features=None if held_out is None else held_out.features,
        similar=similar.test,
        similar_train=similar.train,
        history=trained.history,
        figures=figures,
        environment=environment(),
        recipe=trained.recipe.model_dump(mode="json"),
        write_weights=write_weights,
        export=network,
        corrections=learned,
    )
    return files, int(is_correct.sum()), finding


def _exported(
    trained: TrainedModel, test: catalogue.CatalogueSplit, predictions: inference.Predictions
) -> tuple[bytes | None, str]:
    """The network as an ONNX file that answers to every test garment as the network did; or None, and what differs."""
    height, width = test.images.shape[1:]
    content = export.to_bytes(trained.module, (height, width))
    try:
        found = exported.from_bytes(content, len(test.class_names), (height, width))
    except ValueError as error:
        return None, str(error)
    logits, features = found.logits_and_features(test.images)
    answers = (temperature.calibrated(logits, trained.temperature), features)
    finding = exported.finding(answers, (predictions.probabilities, predictions.features))
    return (None, finding) if finding else (content, "")


def _share_after(recipe: recipes.Recipe, garments: catalogue.Catalogue) -> float:
    """How long what follows the rounds takes, as a share of them: every garment is looked at once more."""
    num_looks = len(garments.train) + len(garments.validation) + 2 * len(garments.test)
    return JUDGING_TIMES * num_looks / max(recipe.epochs * len(garments.train), 1)


def _reporter_of_learning(on_report: OnReport, num_kept: int, share_after: float) -> Callable[[Progress], None]:
    """Turns the training's progress into words, the share of the whole, and the time left."""
    left = TimeLeft(share_after)
    kept = f", going on after round {num_kept}" if num_kept else ""

    def report(progress: Progress) -> None:
        share = LEARNING_BEGINS + progress.fraction * (LEARNING_ENDS - LEARNING_BEGINS)
        on_report(f"learning, round {progress.epoch} of {progress.num_epochs}{kept}", share, left.at(progress.fraction))

    return report


def environment() -> dict[str, Any]:
    """Where and with what a version is made."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "num_processors": os.cpu_count(),
        "device": str(devices.choose()),
        **{name: importlib.metadata.version(name) for name in PACKAGES},
    }
