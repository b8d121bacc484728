"""The automation line that people are offered for a version: chosen on its held-out garments, checked on its test."""

import numpy as np

from core.quality import automation_line, checked_line, unlike
from core.store.base.store import Store
from core.store.runs import file_reader
from core.store.runs.runs import Run


def why_none(store: Store, run: Run) -> str:
    """Why no line can be set for the version, one sentence; empty where one can.

    Raises:
        errors.ArtefactCorrupt: the list of its files is damaged.
    """
    if run.temperature is None:
        return f"Version {run.version} is not calibrated: what it calls 90 % sure may be right far less often."
    if not file_reader.has_validation(store, run):
        return f"Version {run.version} kept no answers to validation garments, on which a line is chosen."
    if run.num_validation < unlike.LEAST_KNOWN:
        held_out = "only one garment" if run.num_validation else "no garment"
        return f"Version {run.version} held out {held_out}, and a line is chosen on {unlike.LEAST_KNOWN} or more."
    return ""


def offered(store: Store, run: Run, max_wrong_in_100: float = automation_line.MAX_WRONG_IN_100) -> checked_line.Checked:
    """The line for that promise; only where `why_none` says nothing.

    Raises:
        errors.ArtefactCorrupt: the version's answers are missing or damaged.
    """
    known, test = file_reader.load_validation(store, run), file_reader.load_predictions(store, run)
    test = test.drop(index=test.index[file_reader.held_out(store, run)])  # those it was chosen on prove nothing
    return checked_line.checked(
        (known.probabilities.max(axis=1).astype(np.float64), known.probabilities.argmax(axis=1) == known.labels),
        (test["confidence"].to_numpy(), (test["true_class"] == test["predicted_class"]).to_numpy()),
        max_wrong_in_100,
    )
