"""Which line holds for a version: the one that a person confirmed, else the one suggested, else none. Knows no torch.

Lines are suggested on validation garments and only checked on test garments.
"""

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.quality import automation_line, delivery, unlike
from core.store import Store
from core.store.batches import automation_lines
from core.store.batches.automation_lines import ConfirmedLine
from core.store.runs import file_reader, offered_line
from core.store.runs.file_reader import ValidationAnswers
from core.store.runs.runs import Run


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is trusted of a version, and why."""

    line: float | NDArray[np.float64]
    """Tags at least so sure are trusted, 0-1: one line for all, or (K,) one a class; NaN trusts none."""
    confirmed: ConfirmedLine | None
    """Whose line it is; None where nobody confirmed one, or it cannot be used."""
    detector: unlike.Detector | None
    """Tells what is unlike anything learned; None where this version kept nothing to tell it by."""
    usual: delivery.Usual | None
    """What deliveries are compared with; None as above."""
    notice: str
    """What people must know of the line, one sentence; empty where nothing."""


def standing(store: Store, run: Run) -> Standing:
    """The line that holds for the version.

    Raises:
        errors.ArtefactCorrupt: what it kept of validation garments is damaged.
    """
    if why := offered_line.why_none(store, run):
        notice = f"{why} So no tag is trusted. Train once more."
        return Standing(line=np.nan, confirmed=None, detector=None, usual=None, notice=notice)
    detector, usual = _known(store.home, run.id, _Read(store, run))
    confirmed = automation_lines.newest(store, run.id)
    if confirmed is not None:
        notice = f"The line is the one that {confirmed.who} confirmed on {confirmed.confirmed_at:%Y-%m-%d}"
        by_hand = f", by hand for {', '.join(confirmed.by_hand)}" if confirmed.by_hand else ""
        notice = f"{notice}{by_hand}."
        return Standing(
            line=as_one(confirmed.array), confirmed=confirmed, detector=detector, usual=usual, notice=notice
        )
    found = offered_line.offered(store, run)
    notice = "" if found.line.is_reached else (
        f"No line reaches at most {automation_line.MAX_WRONG_IN_100:g} wrong in 100 for version {run.version}: "
        "all go to checking."
    )  # fmt: skip
    return Standing(line=found.line.confidence, confirmed=None, detector=detector, usual=usual, notice=notice)


def usual(store: Store, run: Run) -> delivery.Usual | None:
    """What deliveries are compared with; None where the version kept nothing for it.

    Raises:
        errors.ArtefactCorrupt: what it kept of validation garments is damaged.
    """
    return None if offered_line.why_none(store, run) else _known(store.home, run.id, _Read(store, run))[1]


class _Read:
    """Reads what a version kept; equal to every other one, so that what was worked out is known by home and run."""

    def __init__(self, store: Store, run: Run) -> None:
        self.store, self.run = store, run

    def __call__(self) -> ValidationAnswers:
        return file_reader.load_validation(self.store, self.run)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Read)

    def __hash__(self) -> int:
        return 0


@functools.lru_cache(maxsize=8)
def _known(home: Path, run_id: str, read: _Read) -> tuple[unlike.Detector, delivery.Usual]:
    """Of one half of the validation garments distances are measured, the other half says what is usual."""
    found = read()
    confidence = found.probabilities.max(axis=1).astype(np.float64)
    detector = unlike.detector(found.features, confidence)
    asked = slice(1, None, 2)
    usual = delivery.usual(
        confidence[asked],
        detector.strangeness(found.features[asked], confidence[asked]),
        found.probabilities.argmax(axis=1)[asked],
        found.labels[asked],
        found.probabilities.shape[1],
    )
    return detector, usual


def each(found: float | NDArray[np.float64], num_classes: int) -> tuple[float, ...]:
    """(K) the line of each class."""
    return tuple(np.broadcast_to(np.asarray(found, dtype=np.float64), num_classes).tolist())


def as_one(array: NDArray[np.float64]) -> float | NDArray[np.float64]:
    """One number where all classes share it."""
    is_one = np.isnan(array).all() or (array == array[0]).all()
    return float(array[0]) if is_one else array
