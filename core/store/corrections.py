"""The corrections a training may learn from: what people agree on of garments of the training split, nothing else."""

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.catalogue import Catalogue, identity
from core.quality import review
from core.store import Store, verdict_tables


@dataclass(frozen=True, kw_only=True, slots=True)
class Corrections:
    """An exact set of corrections of one training split."""

    positions: NDArray[np.int64]
    """(C,) positions in the training split of garments whose label is wrong, ascending; read-only."""
    labels: NDArray[np.int64]
    """(C,) class index that people agree on instead; read-only."""
    unclear_positions: NDArray[np.int64]
    """(U,) positions of garments that nobody who looked can tell, ascending; a training may leave them out."""
    people: tuple[str, ...]
    """Who said so, sorted."""
    digest: str
    """SHA-256 (64 hex digits) of which garments are corrected to what and which are unclear: equal for equal sets."""

    def __len__(self) -> int:
        return len(self.positions)


def corrections(store: Store, catalogue: Catalogue) -> Corrections:
    """The confirmed corrections of the training split of `catalogue`, as people see it today.

    A correction is confirmed where all who say something of the garment say that its label is wrong and name the same
    category; one person is enough. Test garments can never be among them: left out is every garment whose picture is
    also one of a test garment, whatever its label, and every garment of which anybody's current line was said while it
    was a test garment. Validation garments are left out too, so that calibration keeps its measure.
    """
    verdicts = verdict_tables.current(store)
    states = review.garment_states(verdicts).set_index("garment")
    held_out = set(verdicts["garment"][verdicts["split"] == "test"])
    keys = identity.garment_keys(catalogue.train)
    test_pictures = {image.tobytes() for image in catalogue.test.images}
    candidates = set(states.index) - held_out
    positions = [
        position
        for position, key in enumerate(keys)
        if key in candidates and catalogue.train.images[position].tobytes() not in test_pictures
    ]
    found = states.loc[[keys[position] for position in positions]].reset_index()
    found["position"] = positions
    wrong = found[(found["state"] == review.LABEL_WRONG) & found["category"].isin(catalogue.class_names)]
    unclear = found[found["state"] == review.CANNOT_TELL]
    used = verdicts["garment"].isin([*wrong["garment"], *unclear["garment"]]) & (verdicts["kind"] != review.WITHDRAWN)
    return Corrections(
        positions=_frozen(wrong["position"]),
        labels=_frozen(wrong["category"].map(catalogue.class_names.index)),
        unclear_positions=_frozen(unclear["position"]),
        people=tuple(sorted(set(verdicts["who"][used]))),
        digest=_digest(wrong, unclear),
    )


def _digest(wrong: pd.DataFrame, unclear: pd.DataFrame) -> str:
    lines = [f"{row.garment} {row.category}" for row in wrong.itertuples()] + list(unclear["garment"])
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _frozen(values: pd.Series) -> NDArray[np.int64]:
    array = values.to_numpy(dtype=np.int64, copy=True)
    array.flags.writeable = False
    return array
