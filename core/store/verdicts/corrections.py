"""The corrections a training may learn from: what people agree on of garments of the training split, nothing else."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.catalogue import Catalogue, CatalogueSplit, identity, on_disk
from core.quality import review
from core.store.base.store import Store
from core.store.runs.contents import LearnedCorrections
from core.store.verdicts import verdict_tables

_CHUNK = 4096


@dataclass(frozen=True, kw_only=True, slots=True)
class Corrections:
    """An exact set of corrections of one training split."""

    positions: NDArray[np.int64]
    """(C,) positions in the training split of garments whose label is wrong, ascending; read-only."""
    labels: NDArray[np.int64]
    """(C,) class index that people agree on instead; read-only."""
    unclear_positions: NDArray[np.int64]
    """(U,) positions of garments that nobody who looked can tell, ascending; a training leaves them out; read-only."""
    garments: tuple[str, ...]
    """(C,) keys of the garments whose label is wrong."""
    unclear_garments: tuple[str, ...]
    """(U,) keys of the garments that nobody can tell."""
    class_names: tuple[str, ...]
    """The K names of the classes."""
    people: tuple[str, ...]
    """Who said so, sorted."""
    digest: str
    """SHA-256 (64 hex digits) of which garments are corrected to what and which are unclear: equal for equal sets."""

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def is_empty(self) -> bool:
        """Whether a training learns as if nobody had said anything."""
        return not len(self.positions) and not len(self.unclear_positions)

    @property
    def categories(self) -> dict[str, str]:
        """Key of each garment whose label is wrong -> name of the class people agree on."""
        return {key: self.class_names[label] for key, label in zip(self.garments, self.labels.tolist(), strict=True)}

    @property
    def content(self) -> LearnedCorrections:
        """The set as a run keeps it, fit for JSON: `relabelled`, `left_out`, `digest`; and nobody's name."""
        wrong = zip(self.garments, self.positions.tolist(), self.labels.tolist(), strict=True)
        unclear = zip(self.unclear_garments, self.unclear_positions.tolist(), strict=True)
        return {
            "relabelled": [
                {"garment": key, "position": position, "category": self.class_names[label]}
                for key, position, label in wrong
            ],
            "left_out": [{"garment": key, "position": position} for key, position in unclear],
            "digest": self.digest,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Learnable:
    """The garments of one training split that may be corrected; never changes, and takes a while to work out."""

    positions: Mapping[str, tuple[int, ...]]
    """Key of a garment -> its positions in the training split: more than one for exact twins."""
    class_names: tuple[str, ...]
    """The K names of the classes."""


def learnable(train: CatalogueSplit, test: CatalogueSplit) -> Learnable:
    """Every training garment but those whose picture is also one of a test garment, whatever its label."""
    test_pictures = set(_pictures(test))
    found: dict[str, tuple[int, ...]] = {}
    for position, (key, picture) in enumerate(zip(identity.garment_keys(train), _pictures(train), strict=True)):
        if picture not in test_pictures:
            found[key] = (*found.get(key, ()), position)
    return Learnable(positions=found, class_names=train.class_names)


def _pictures(split: CatalogueSplit) -> Iterator[bytes]:
    """What tells the pictures of a split apart, whatever their labels; those on the disk do not stay in memory."""
    for start in range(0, len(split), _CHUNK):
        for image in split.images[start : start + _CHUNK]:
            yield hashlib.sha256(image.tobytes()).digest()
        on_disk.let_go(split.images)


def corrections(store: Store, catalogue: Catalogue) -> Corrections:
    """The confirmed corrections of the training split of `catalogue`, as people see it today.

    A correction is confirmed where all who say something of the garment say that its label is wrong and name the same
    category; one person is enough. Test garments can never be among them: left out is every garment whose picture is
    also one of a test garment, whatever its label, and every garment of which anybody's current line was said while it
    was a test garment. Validation garments are left out too, so that calibration keeps its measure.
    """
    return of_verdicts(verdict_tables.current(store), learnable(catalogue.train, catalogue.test))


def of_verdicts(verdicts: pd.DataFrame, garments: Learnable) -> Corrections:
    """The same for who asks often and keeps what `learnable` and `verdict_tables.current` gave."""
    # Most verdicts are of test garments: they are put aside first.
    was_test = (verdicts["split"] == "test").to_numpy()
    tests, verdicts = verdicts["garment"][was_test], verdicts[~was_test]
    verdicts = verdicts[np.array([key in garments.positions for key in verdicts["garment"]], dtype=bool)]
    held_out = set(tests[tests.isin(verdicts["garment"])]) if len(verdicts) else set()
    verdicts = verdicts[~verdicts["garment"].isin(held_out)]
    states = review.garment_states(verdicts)
    positions = pd.Series([garments.positions[key] for key in states["garment"]], index=states.index, dtype=object)
    states = states.assign(position=positions).explode("position")
    found = states.sort_values("position")
    wrong = found[(found["state"] == review.LABEL_WRONG) & found["category"].isin(garments.class_names)]
    unclear = found[found["state"] == review.CANNOT_TELL]
    used = verdicts["garment"].isin([*wrong["garment"], *unclear["garment"]]) & (verdicts["kind"] != review.WITHDRAWN)
    return Corrections(
        positions=_frozen(wrong["position"]),
        labels=_frozen(wrong["category"].map(garments.class_names.index)),
        unclear_positions=_frozen(unclear["position"]),
        garments=tuple(wrong["garment"]),
        unclear_garments=tuple(unclear["garment"]),
        class_names=garments.class_names,
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
