"""How long a training takes on this computer: as the last one did, else from a short calibration. Knows no torch.

The calibration (`core.jobs.speed_probe`) is made once by a process of its own and kept in `estimates.json` of the home,
with the machine and the code it holds for.
"""

import functools
import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from core import catalogue, errors
from core.catalogue import fashion_mnist, kept
from core.jobs import launchers, photo_estimates, records
from core.model import code_version, photo_recipes, recipes
from core.store import Store
from core.store.runs import file_reader, runs

CALIBRATION = "calibration"
"""What a launcher is given in place of a job's id to have the calibration made."""
FILE_NAME = "estimates.json"
_SECONDS_BETWEEN_CALIBRATIONS = 600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """How long a training takes."""

    seconds: float
    """From the start to the published version."""
    is_measured: bool
    """True where such a training ran on this computer, False where it is estimated."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rates:
    """What one garment costs on this machine by one recipe."""

    learn_seconds: float
    """To learn from it once."""
    judge_seconds: float
    """To tag it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How many garments a catalogue has."""

    num_train: int
    """To learn from, those set aside for validation included."""
    num_test: int
    """To be judged on."""


class Machine(TypedDict):
    """What makes two computers the same as far as a training's time goes, and is no secret."""

    platform: str
    """System and its release."""
    num_processors: int | None
    """Cores; None where the system does not tell."""


def machine() -> Machine:
    """The one that this runs on."""
    return {"platform": platform.platform(), "num_processors": os.cpu_count()}


def of_recipe(
    store: Store, recipe: recipes.Recipe | photo_recipes.PhotoRecipe, published: Sequence[runs.Run]
) -> Estimate | None:
    """How long that recipe takes on the garments it would be given now; None where nothing is known yet.

    Args:
        store: where.
        recipe: which.
        published: every run, newest first.
    """
    size = wanted_size(store, published)
    if isinstance(recipe, photo_recipes.PhotoRecipe):
        found = photo_estimates.seconds(store.home, recipe, store.settings.catalogue or kept.in_use(store.home) or "")
        return None if found is None else Estimate(seconds=found, is_measured=False)
    if size is None:
        return None
    last = next((run for run in published if _is_such(store, run, recipe, size)), None)
    if last is not None:
        return Estimate(seconds=max(last.total_seconds, last.train_seconds), is_measured=True)
    rates = _stored(store).get(recipe.name)
    if rates is None:
        return None
    return Estimate(seconds=computed(recipe, size, rates), is_measured=False)


def of_suspects(store: Store, published: Sequence[runs.Run]) -> Estimate | None:
    """How long a search for wrong labels takes: each of its models learns from all folds but one."""
    found = of_recipe(store, recipes.find(recipes.FOR_SUSPECTS), published)
    if found is None:
        return None
    return Estimate(seconds=found.seconds * (recipes.FOLDS_FOR_SUSPECTS - 1), is_measured=False)


def computed(recipe: recipes.Recipe, size: Size, rates: Rates) -> float:
    """Seconds of a training: every round learns and validates; in the end all garments are looked at once."""
    num_validation = round(size.num_train * recipe.validation_share)
    num_learned = size.num_train - num_validation
    a_round = num_learned * rates.learn_seconds + num_validation * rates.judge_seconds
    return recipe.epochs * a_round + (num_learned + num_validation + size.num_test) * rates.judge_seconds


def wanted_size(store: Store, published: Sequence[runs.Run]) -> Size | None:
    """How many garments the next training gets: as many as the last one; before the first, as its source says."""
    named = store.settings.catalogue or kept.in_use(store.home)
    last = next((run for run in published if named in (None, run.catalogue)), None)
    if last is not None:
        return _size_of(last)
    if (named or catalogue.DEFAULT) == catalogue.DEFAULT:
        official = fashion_mnist.OFFICIAL
        return Size(num_train=official.num_train, num_test=official.num_test)
    return None


def keep(store: Store, rates: dict[str, Rates], device: str) -> None:
    """Keeps what a calibration found, in place of the one before; whoever reads sees one of the two, whole."""
    content = {
        **machine(),
        "code_version": code_version.code_version(),
        "device": device,
        "rates": {name: [rate.learn_seconds, rate.judge_seconds] for name, rate in rates.items()},
    }
    staged = store.home / f"{FILE_NAME}.tmp"
    staged.write_text(json.dumps(content, indent=1, allow_nan=False))
    staged.replace(store.home / FILE_NAME)


def forget_other_device(store: Store, device: str) -> None:
    """Drops a calibration that was made on another device; called by whoever knows the device."""
    content = _content(store)
    if content and content.get("device") != device:
        (store.home / FILE_NAME).unlink(missing_ok=True)


def request_calibration(store: Store, launcher: str = launchers.DEFAULT) -> None:
    """Has the calibration made where there is none, nothing is trained, and none was begun in the last minutes."""
    if _stored(store) or records.active(store):
        return
    marker = store.home / "logs" / f"{CALIBRATION}.started"
    try:
        if marker.exists() and time.time() - marker.stat().st_mtime < _SECONDS_BETWEEN_CALIBRATIONS:
            return
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
        launchers.LAUNCHERS[launcher].launch(store, CALIBRATION)
    except OSError:
        return  # times are a courtesy; a full disk is reported by what needs it


def _stored(store: Store) -> dict[str, Rates]:
    """Recipe name to its rates; empty where this machine with this code was not calibrated."""
    content = _content(store)
    expected = {**machine(), "code_version": code_version.code_version()}
    if {name: content.get(name) for name in expected} != expected:
        return {}
    try:
        return {
            str(name): Rates(learn_seconds=float(learn), judge_seconds=float(judge))
            for name, (learn, judge) in content["rates"].items()
        }
    except (KeyError, TypeError, ValueError, AttributeError):
        return {}


def _content(store: Store) -> dict[str, Any]:
    try:
        content = json.loads((store.home / FILE_NAME).read_text())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _size_of(run: runs.Run) -> Size:
    """How many garments its catalogue has: those left out of learning count, since the next one may learn them."""
    return Size(num_train=run.num_train + run.num_left_out + run.num_validation, num_test=run.num_test)


def _is_such(store: Store, run: runs.Run, recipe: recipes.Recipe | photo_recipes.PhotoRecipe, size: Size) -> bool:
    """Whether that run was this very training as far as time goes."""
    return (
        run.recipe == recipe.model_dump(mode="json")
        and _size_of(run) == size
        and _machine_of(store.home, run.artefact, functools.partial(file_reader.load_environment, store, run))
        == machine()
    )


_MACHINES: dict[tuple[Path, str], dict[str, str | int | None]] = {}


def _machine_of(
    home: Path, artefact: str, load: Callable[[], dict[str, str | int | None]]
) -> dict[str, str | int | None]:
    """Where a run was trained; read once, since artefacts never change."""
    if (home, artefact) not in _MACHINES:
        try:
            environment = load()
        except errors.ArtefactCorrupt:
            environment = {}
        _MACHINES[home, artefact] = {name: environment.get(name) for name in machine()}
    return _MACHINES[home, artefact]
