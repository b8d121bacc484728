"""How long a training takes on this computer: as the last ones did, else from a short calibration. Knows no torch.

The calibration (`core.jobs.speed_probe`) is made by a process of its own and kept in `estimates.json` of the home, with
the machine and the code it holds for; one of a busy moment is made again later. Until there is one, what is known of
the recipes (`core.jobs.nominal_rates`) is believed, in the proportion in which this machine was faster or slower.
"""

import itertools
import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from core import catalogue, errors
from core.catalogue import fashion_mnist, kept, sample
from core.jobs import first_start, launchers, nominal_rates, photo_estimates, records
from core.jobs.nominal_rates import Rates, Size
from core.model import code_version, photo_recipes, recipes
from core.store import Store
from core.store.runs import file_reader, runs

CALIBRATION = "calibration"
"""What a launcher is given in place of a job's id to have the calibration made."""
FILE_NAME = "estimates.json"
_SECONDS_BETWEEN_CALIBRATIONS = 600.0
_LAST_RUNS = 5
"""Trainings of a recipe that are looked at."""
_BUSY_TIMES = 1.5
"""A training that took so many times what the calibration says ran beside other work."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """How long a training takes."""

    seconds: float
    """From the start to the published version."""
    is_measured: bool
    """True where such a training ran on this computer, False where it is estimated."""


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
    store: Store,
    recipe: recipes.Recipe | photo_recipes.PhotoRecipe,
    published: Sequence[runs.Run],
    named: str | None = None,
) -> Estimate | None:
    """How long that recipe takes on the garments it would be given now; None where their number is not known.

    A training that ran here is believed, the fastest of the last ones, unless this machine is known to be much faster
    when nothing else keeps it busy.

    Args:
        store: where.
        recipe: which.
        published: every run, newest first.
        named: the catalogue; None: the one that trainings use.
    """
    named = named or store.settings.catalogue or kept.in_use(store.home)
    size = wanted_size(store, published, named)
    if isinstance(recipe, photo_recipes.PhotoRecipe):
        slower = photo_estimates.times_slower(published, _is_here(store))
        found = photo_estimates.seconds(store.home, recipe, named or "", times_slower=slower)
        return None if found is None else Estimate(seconds=found, is_measured=False)
    if size is None:
        return None
    calibrated = _calibrated(store, recipe, size)
    measured = _measured(store, recipe, size, published)
    if measured is not None and (calibrated is None or measured <= _BUSY_TIMES * calibrated):
        return Estimate(seconds=measured, is_measured=True)
    if calibrated is None:
        # What a busy machine was measured to take is a bound: it may be the moment's and not the machine's.
        guesses = (
            nominal_rates.seconds(recipe, size, published, _is_here(store)),
            _busily_calibrated(store, recipe, size),
        )
        calibrated = min((guess for guess in guesses if guess is not None), default=None)
    return None if calibrated is None else Estimate(seconds=calibrated, is_measured=False)


def _measured(store: Store, recipe: recipes.Recipe, size: Size, published: Sequence[runs.Run]) -> float | None:
    """Seconds of the fastest of the last such trainings here: others may have been disturbed."""
    such = (run for run in published if _is_such(store, run, recipe, size))
    return min((max(run.total_seconds, run.train_seconds) for run in itertools.islice(such, _LAST_RUNS)), default=None)


def _calibrated(store: Store, recipe: recipes.Recipe, size: Size) -> float | None:
    rates = None if is_busy(store) else _stored(store).get(recipe.name)
    return None if rates is None else computed(recipe, size, rates)


def _busily_calibrated(store: Store, recipe: recipes.Recipe, size: Size) -> float | None:
    rates = _stored(store).get(recipe.name)
    return None if rates is None else computed(recipe, size, rates)


def _is_here(store: Store) -> Callable[[runs.Run], bool]:
    return lambda run: _machine_of(store, run) == machine()


def of_suspects(store: Store, published: Sequence[runs.Run]) -> Estimate | None:
    """How long a search for wrong labels takes: each of its models learns from all folds but one."""
    found = of_recipe(store, recipes.find(recipes.FOR_SUSPECTS), published)
    if found is None:
        return None
    return Estimate(seconds=found.seconds * (recipes.FOLDS_FOR_SUSPECTS - 1), is_measured=False)


def computed(recipe: recipes.Recipe, size: Size, rates: Rates) -> float:
    """Seconds of a training: every round learns and validates; in the end all garments are looked at once."""
    return nominal_rates.computed(recipe, size, rates)


def wanted_size(store: Store, published: Sequence[runs.Run], named: str | None = None) -> Size | None:
    """How many garments the next training gets: as many as the last one; before the first, as its source says."""
    named = named or store.settings.catalogue or kept.in_use(store.home)
    if named is None and first_start.is_open(store):
        named = catalogue.DEFAULT
    last = next((run for run in published if named in (None, run.catalogue)), None)
    return _size_of(last) if last is not None else _SIZES.get(named or catalogue.DEFAULT)


_SIZES = {
    catalogue.DEFAULT: Size(num_train=fashion_mnist.OFFICIAL.num_train, num_test=fashion_mnist.OFFICIAL.num_test),
    catalogue.FALLBACK: Size(num_train=sample.NUM_TRAIN, num_test=sample.NUM_TEST),
}


def keep(store: Store, rates: dict[str, Rates], device: str, *, is_busy: bool = False) -> None:
    """Keeps what a calibration found; whoever reads sees what was there before or all of it, whole.

    Of two calibrations in busy moments the faster one is kept, recipe by recipe: nothing makes a machine too fast.

    Args:
        store: where.
        rates: recipe name -> what was measured.
        device: on which.
        is_busy: whether other work kept the machine busy meanwhile.
    """
    content = _content(store)
    if is_busy and content.get("device") == device:
        before = _stored(store)
        if before and not content.get("is_busy"):
            return
        rates = before | {name: _faster(rate, before.get(name, rate)) for name, rate in rates.items()}
    content = {
        **machine(),
        "code_version": code_version.code_version(),
        "device": device,
        "is_busy": is_busy,
        "rates": {name: [rate.learn_seconds, rate.judge_seconds] for name, rate in rates.items()},
    }
    staged = store.home / f"{FILE_NAME}.tmp"
    staged.write_text(json.dumps(content, indent=1, allow_nan=False))
    staged.replace(store.home / FILE_NAME)


def _faster(one: Rates, other: Rates) -> Rates:
    return Rates(
        learn_seconds=min(one.learn_seconds, other.learn_seconds),
        judge_seconds=min(one.judge_seconds, other.judge_seconds),
    )


def is_busy(store: Store) -> bool:
    """Whether the calibration that is kept was made while other work kept the machine busy."""
    return bool(_content(store).get("is_busy"))


def forget_other_device(store: Store, device: str) -> None:
    """Drops a calibration that was made on another device; called by whoever knows the device."""
    content = _content(store)
    if content and content.get("device") != device:
        (store.home / FILE_NAME).unlink(missing_ok=True)


def request_calibration(store: Store, launcher: str = launchers.DEFAULT) -> None:
    """Has the calibration made where none is kept, or a busy moment's; not beside a training, nor twice in minutes."""
    if (_stored(store) and not is_busy(store)) or records.active(store):
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
    is_alike = run.recipe == recipe.model_dump(mode="json") and _size_of(run) == size
    return is_alike and _machine_of(store, run) == machine()


_MACHINES: dict[tuple[Path, str], dict[str, str | int | None]] = {}


def _machine_of(store: Store, run: runs.Run) -> dict[str, str | int | None]:
    """Where a run was trained; read once, since artefacts never change."""
    key = (store.home, run.artefact)
    if key not in _MACHINES:
        try:
            environment = file_reader.load_environment(store, run)
        except errors.ArtefactCorrupt:
            environment = {}
        _MACHINES[key] = {name: environment.get(name) for name in machine()}
    return _MACHINES[key]
