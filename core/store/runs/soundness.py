"""Whether a run is what it says: its files whole, its numbers finite, its accuracy that of its predictions.

What fails here can never be made live, by whichever door. Reads files only and imports no torch, so that the web
process can ask.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from core import errors, masking
from core.store.base import artefacts
from core.store.base.store import Store
from core.store.runs import file_reader, runs
from core.store.runs.contents import Figures

SMALLEST_DIFFERENCE = 1e-6
"""Two accuracies that differ by less are the same: the official one is computed in 32 bits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rail:
    """One guard rail before a version becomes live."""

    name: str
    """One word for programs and for the history."""
    passed: bool
    """Whether the version keeps it."""
    sentence: str
    """What was found, with the figures, for people."""
    may_be_overridden: bool = False
    """Whether a person may promote against it."""


def rails(store: Store, run: runs.Run) -> tuple[Rail, ...]:
    """The rails `files`, `weights`, `probabilities` and `figures`, in this order; damaged files tell nothing more."""
    files = _rail("files", "All files are as they were published.", lambda: file_reader.verify(store, run))
    if not files.passed:
        return (files,)
    return (
        files,
        _rail("weights", _weights_sentence(run), lambda: _check_weights(store, run)),
        _rail("probabilities", "All probabilities are finite and add up to 1.", lambda: _check_answers(store, run)),
        _rail("figures", "The accuracy is that of the predictions.", lambda: _check_figures(store, run)),
    )


def _weights_sentence(run: runs.Run) -> str:
    if run.elsewhere:
        return f"Its tags were given by {run.elsewhere.name}: there is no network here that could be damaged."
    return "All weights are finite numbers."


class _Unsound(Exception):
    """What is wrong, in one sentence."""


def _rail(name: str, sentence: str, check: Callable[[], None]) -> Rail:
    try:
        check()
    except (_Unsound, errors.GarmentsError) as problem:
        return Rail(name=name, passed=False, sentence=str(problem))
    except (KeyError, TypeError, ValueError, IndexError) as problem:
        # A file that is whole but holds something else than a run's.
        return Rail(name=name, passed=False, sentence=masking.masked(f"Its {name} cannot be read ({problem!r})."))
    return Rail(name=name, passed=True, sentence=sentence)


def _check_weights(store: Store, run: runs.Run) -> None:
    if run.elsewhere:
        return  # its tags were given by another system: there is no network here
    path = artefacts.folder_of(store.home, run.artefact) / "weights.safetensors"
    try:
        with safe_open(path, framework="np") as file:
            names = list(file.keys())
            broken = [name for name in names if not _is_finite(file.get_tensor(name))]
    except (OSError, SafetensorError) as error:
        raise _Unsound(f"Its weights cannot be read: the file is cut off or no weights file ({error}).") from None
    if not names:
        raise _Unsound("Its weights file is empty.")
    if broken:
        raise _Unsound(f"Its weights hold values that are not finite numbers, in {', '.join(map(repr, broken[:3]))}.")


def _check_answers(store: Store, run: runs.Run) -> None:
    probabilities, table = file_reader.load_probabilities(store, run), file_reader.load_predictions(store, run)
    if probabilities.shape != (run.num_test, len(run.class_names)):
        raise _Unsound(
            f"Its probabilities are {probabilities.shape} instead of {(run.num_test, len(run.class_names))}."
        )
    broken = ~np.isfinite(probabilities).all(axis=1) | ~np.isfinite(table["confidence"].to_numpy())
    if broken.any():
        raise _Unsound(f"Its probabilities of {int(broken.sum()):,} garments are not finite numbers.")
    astray = (np.abs(probabilities.sum(axis=1, dtype=np.float64) - 1) > 1e-3) | (probabilities < 0).any(axis=1)
    if astray.any():
        raise _Unsound(f"Its probabilities of {int(astray.sum()):,} garments do not add up to 1.")
    rows = np.arange(len(table))
    differing = probabilities[rows, table["predicted_class"].to_numpy()] < probabilities.max(axis=1)
    if differing.any():
        raise _Unsound(f"Its tags of {int(differing.sum()):,} garments are not those of its probabilities.")


def _check_figures(store: Store, run: runs.Run) -> None:
    figures, table = file_reader.load_figures(store, run), file_reader.load_predictions(store, run)
    numbers = {name: getattr(run, name) for name in ("accuracy", "temperature", "train_seconds", "total_seconds")}
    numbers |= {f"official {name}": figures[name] for name in ("accuracy", "precision", "recall")}
    for name, value in numbers.items():
        if value is not None and not np.isfinite(np.asarray(value, dtype=np.float64)).all():
            raise _Unsound(f"Its {name} is not a finite number: {value!r}.")
    _check_accuracy(run, figures, table)
    labels = file_reader.load_labels(store, run, "test")
    if not np.array_equal(labels, table["true_class"].to_numpy()):
        raise _Unsound("Its predictions belong to other garments than those it was judged on.")


def _check_accuracy(run: runs.Run, figures: Figures, table: pd.DataFrame) -> None:
    num_correct = int((table["true_class"] == table["predicted_class"]).sum())
    found = num_correct / len(table) if len(table) else math.nan
    stored = (run.accuracy, figures["accuracy"], run.num_correct / run.num_test if run.num_test else math.nan)
    if len(table) != run.num_test or not all(abs(share - found) < SMALLEST_DIFFERENCE for share in stored):
        raise _Unsound(
            f"Its accuracy is stored as {run.accuracy:.4f}, but its predictions are right for {num_correct:,} of "
            f"{len(table):,} garments ({found:.4f})."
        )


def _is_finite(array: NDArray[Any]) -> bool:
    return not np.issubdtype(array.dtype, np.floating) or bool(np.isfinite(array).all())
