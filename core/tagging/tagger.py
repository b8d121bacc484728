"""A version tags photos, in commands and workers, never on pages: by ONNX Runtime, or by torch where it has no export.

Which pile a photo belongs to is told in `core.tagging.piles`.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core import errors
from core.model import exported, recipes, temperature
from core.quality import line, unlike
from core.store import Store, artefacts, runs
from core.store.files import EXPORT
from core.tagging import check, piles, sandbox, sources

Answers = Callable[[NDArray[np.uint8]], tuple[NDArray[np.float32], NDArray[np.float32]]]
"""Gives (N, K) logits and (N, D) features of (N, H, W) pictures, from one pass."""
READY, CHECK, NOT_OURS, UNREADABLE = PILES = piles.PILES
BATCH_SIZE = 200
"""Photos that are tagged together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tagged:
    """What is said of one file."""

    file: str
    """Its name, as in `sources.Source`."""
    tag: str
    """Name of the class; empty where it is not one of ours or unreadable."""
    confidence: float
    """Calibrated probability of the tag, 0-1; NaN where unreadable."""
    pile: str
    """One of `piles.PILES`."""
    findings: tuple[str, ...]
    """What was noticed, in words; of an unreadable file why it was refused."""
    picture: NDArray[np.uint8] | None
    """(H, W) what the model sees; None where unreadable."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tagger:
    """A version, ready to tag."""

    run: runs.Run
    """The version."""
    answers: Answers
    """Its network."""
    shape: tuple[int, int]
    """Height and width of the pictures it knows."""
    line: float | NDArray[np.float64]
    """Tags at least so sure are trusted, 0-1: one line for all, or (K,) one a class; NaN trusts none."""
    detector: unlike.Detector | None
    """Tells what is unlike anything learned; None where this version kept nothing to tell it by."""
    notice: str
    """What people must know of the line, one sentence; empty where nothing."""

    def photos(self, paths: Sequence[Path | str], *, max_mb: int = 20) -> Iterator[Tagged]:
        """What is said of each file of these files, folders and ZIPs, in their order; see `sources.found`."""
        found = sources.found([Path(path) for path in paths], max_mb=max_mb)
        with sandbox.Sandbox() as decoders:
            for batch in self.batches(found, decoders):
                yield from batch

    def batches(self, found: Iterable[sources.Source], decoders: sandbox.Sandbox) -> Iterator[list[Tagged]]:
        """The same in lists of up to `BATCH_SIZE`; no more files are in memory than there are decoders."""
        names, files = itertools.tee(found)
        decoded = decoders.map((source.read for source in files), self.shape)
        pairs = zip((source.name for source in names), decoded, strict=True)
        while batch := list(itertools.islice(pairs, BATCH_SIZE)):
            yield self.tagged(batch)

    def tagged(self, batch: Sequence[tuple[str, sandbox.Decoded | errors.PhotoRefused]]) -> list[Tagged]:
        """What is said of photos that were decoded, or refused, each with its name."""
        readable = [(name, photo) for name, photo in batch if isinstance(photo, sandbox.Decoded)]
        told = iter(self._told(readable))
        return [next(told) if isinstance(photo, sandbox.Decoded) else _unreadable(name, photo) for name, photo in batch]

    def _told(self, readable: Sequence[tuple[str, sandbox.Decoded]]) -> list[Tagged]:
        if not readable:
            return []
        pictures = np.stack([photo.picture for _, photo in readable])
        logits, features = self.answers(pictures)
        probabilities = temperature.calibrated(logits, self.run.temperature)
        confidence = probabilities.max(axis=1).astype(np.float64)
        predicted_class = probabilities.argmax(axis=1)
        is_trusted = line.is_trusted(confidence, predicted_class, self.line)
        is_unlike = np.zeros(len(pictures), dtype=bool)
        if self.detector is not None:
            is_unlike = self.detector.is_unlike(features.astype(np.float16), confidence)
        return [
            self._one(name, photo, int(predicted_class[place]), float(confidence[place]),
                      is_trusted=bool(is_trusted[place]), is_unlike=bool(is_unlike[place]))
            for place, (name, photo) in enumerate(readable)
        ]  # fmt: skip

    def _one(
        self, name: str, photo: sandbox.Decoded, class_index: int, confidence: float, *, is_trusted: bool,
        is_unlike: bool,
    ) -> Tagged:  # fmt: skip
        findings = check.findings(photo.measured, is_unlike=is_unlike)
        needs_look = any(finding.needs_look for finding in findings)
        return Tagged(
            file=name,
            tag="" if is_unlike else self.run.class_names[class_index],
            confidence=confidence,
            pile=piles.pile(is_trusted=is_trusted, is_unlike=is_unlike, needs_look=needs_look),
            findings=tuple(finding.text for finding in findings),
            picture=photo.picture,
        )


def load(store: Store, version: str = "live", *, confidence_line: float | None = None) -> Tagger:
    """The tagger of a version.

    Args:
        store: where it is.
        version: as `runs.find` takes it.
        confidence_line: tags at least so sure are trusted, 0-1; None takes the line that is suggested for
            `line.MAX_WRONG_IN_100`. Where confidences are not calibrated or nothing tells what is unlike, no tag is
            trusted, and `notice` says why.

    Raises:
        errors.TaggingRefused: the line is not between 0 and 1.
        errors.RunNotFound, errors.ArtefactCorrupt: there is no such version, or it is damaged.
    """
    if confidence_line is not None and not 0 <= confidence_line <= 1:
        raise errors.TaggingRefused(f"A line lies between 0 and 1, got {confidence_line!r}; 0.9 means 90 % sure.")
    run = runs.find(store, version)
    height, width = runs.load_split(store, run, "validation").images.shape[1:]
    detector, suggested, notice = _by_validation(store, run)
    if detector is None or confidence_line is None:
        chosen = suggested
    else:
        chosen, notice = confidence_line, ""
    return Tagger(
        run=run, answers=_answers(store, run, (height, width)), shape=(height, width), line=chosen, detector=detector,
        notice=notice,
    )  # fmt: skip


def _answers(store: Store, run: runs.Run, shape: tuple[int, int]) -> Answers:
    if runs.has_export(store, run):
        path = artefacts.verified(store.home, run.artefact, EXPORT)
        return exported.load(path, len(run.class_names), shape).logits_and_features
    import torch  # only for runs of before, which have no export

    from core.model import inference, weights

    path = artefacts.verified(store.home, run.artefact, "weights.safetensors")
    module = weights.load(path, recipes.Recipe(**run.recipe), len(run.class_names), shape)

    def by_torch(pictures: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        logits, features = inference.logits_and_features(module, torch.from_numpy(pictures))
        return logits.numpy(), features.numpy()

    return by_torch


def _by_validation(store: Store, run: runs.Run) -> tuple[unlike.Detector | None, float, str]:
    """The detector, the suggested line (NaN: none) and what people must know of it."""
    if run.temperature is None or not runs.has_validation(store, run):
        why = "is not calibrated" if run.temperature is None else "kept no answers to validation garments"
        return None, float("nan"), f"Version {run.version} {why}, so no tag is trusted. Train once more."
    known = runs.load_validation(store, run)
    confidence = known.probabilities.max(axis=1).astype(np.float64)
    found = line.suggested(confidence, known.probabilities.argmax(axis=1) == known.labels)
    notice = "" if found.is_reached else (
        f"No line reaches at most {line.MAX_WRONG_IN_100:g} wrong in 100 for version {run.version}: all go to checking."
    )  # fmt: skip
    return unlike.detector(known.features, confidence), found.confidence, notice


def _unreadable(name: str, why: errors.PhotoRefused) -> Tagged:
    return Tagged(file=name, tag="", confidence=float("nan"), pile=UNREADABLE, findings=(str(why),), picture=None)
