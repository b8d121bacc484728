"""A version tags photos, in commands and workers, never on pages: by ONNX Runtime, or by torch where it has no export.

Which pile a photo belongs to is told in `core.tagging.piles`.
"""

import itertools
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import threadpoolctl
from numpy.typing import NDArray

from core import errors
from core.model import exported, photo_recipes, posture, recipes, temperature
from core.photos import decoder, photo_check, sandbox, sources, tones
from core.photos.decoder_process import Decoded
from core.quality import automation_line, delivery, unlike
from core.store import Store
from core.store.base import artefacts
from core.store.batches.automation_lines import ConfirmedLine
from core.store.runs import file_reader, runs
from core.store.runs.file_writer import EXPORT
from core.tagging import photo_network, piles, postures, standing_line

Answers = Callable[[NDArray[np.uint8]], tuple[NDArray[np.float32], NDArray[np.float32]]]
"""Gives (N, K) logits and (N, D) features of (N, H, W) or (N, H, W, 3) pictures, from one pass."""
PILES = piles.PILES
READY, CHECK, NOT_RECOGNISED, NOT_OURS, UNREADABLE = PILES
BATCH_SIZE = 200
"""Photos that are tagged together."""
NUM_GUESSES = 10
"""Classes that are named for each photo: photos of one product are averaged."""


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
    """(H, W) or (H, W, 3) what the model sees; None where unreadable."""
    guesses: tuple[tuple[str, float], ...] = ()
    """The surest classes with their calibrated probabilities, up to `NUM_GUESSES`; empty where unreadable."""
    needs_look: bool = False
    """Whether a finding asks for a person."""
    is_unlike: bool = False
    """Whether it looks unlike anything learned."""
    strangeness: float | None = None
    """How unlike, see `core.quality.unlike`; None where that is not measured."""
    preview: NDArray[np.uint8] | None = None
    """(h, w, 3) the photo, small and drawn anew; None where unreadable or not asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tagger:
    """A version, ready to tag."""

    run: runs.Run
    """The version."""
    answers: Answers
    """Its network."""
    shape: decoder.Shape
    """Of the pictures it knows."""
    peak: int
    """Brightness to which those were stretched, see `tones.peak`; 0 where they were not."""
    posture_check: posture.Posture | None
    """Tells how garments lie; None for photos in colour, and where too few garments were learned."""
    line: float | NDArray[np.float64]
    """Tags at least so sure are trusted, 0-1: one line for all, or (K,) one a class; NaN trusts none."""
    detector: unlike.Detector | None
    """Tells what is unlike anything learned; None where this version kept nothing to tell it by."""
    usual: delivery.Usual | None
    """What deliveries are compared with; None where this version kept nothing, or learned several photos a product,
    so that single ones tell nothing."""
    notice: str
    """What people must know of the line, one sentence; empty where nothing."""
    confirmed: ConfirmedLine | None = None
    """The line that a person confirmed, where that is the one in use."""

    def photos(self, paths: Sequence[Path | str], *, max_mb: int = 20) -> Iterator[Tagged]:
        """What is said of each file of these files, folders and ZIPs, in their order; see `sources.found`."""
        found = sources.found([Path(path) for path in paths], max_mb=max_mb)
        with sandbox.Sandbox() as decoders:
            for batch in self.batches(found, decoders):
                yield from batch

    def batches(
        self,
        found: Iterable[sources.Source],
        decoders: sandbox.Sandbox,
        *,
        size: int | None = None,
        preview_edge: int = 0,
    ) -> Generator[list[Tagged]]:
        """The same in lists of up to `size` (`BATCH_SIZE`); at most two files for each decoder are in memory.

        From the list on by which the photos differ from what the line was made for, none is *ready*.
        """
        names, files = itertools.tee(found)
        decoded = decoders.map((source.read for source in files), self.shape, preview_edge=preview_edge)
        pairs = zip((source.name for source in names), decoded, strict=True)
        so_far = SoFar(self)
        # Products of matrices so small are not sooner there from several threads, which wait busily for the next one
        # and take the processors from the decoders meanwhile: five times the processor time (docs/benchmarks.md).
        with threadpoolctl.threadpool_limits(1, user_api="blas"):
            while batch := list(itertools.islice(pairs, size or BATCH_SIZE)):
                tagged = self.tagged(batch)
                so_far.add(tagged)
                yield [_held_back(one) for one in tagged] if so_far.difference() else tagged

    def tagged(self, batch: Sequence[tuple[str, Decoded | errors.PhotoRefused]]) -> list[Tagged]:
        """What is said of photos that were decoded, or refused, each with its name."""
        readable = [(name, photo) for name, photo in batch if isinstance(photo, Decoded)]
        told = iter(self._told(readable))
        return [next(told) if isinstance(photo, Decoded) else _unreadable(name, photo) for name, photo in batch]

    def _said(self, pictures: NDArray[np.uint8]) -> posture.Told:
        if self.posture_check is not None:
            return self.posture_check.told(self.answers, pictures)
        logits, features = self.answers(pictures)
        return posture.Told(
            logits=logits, features=features, pictures=pictures, turn=np.zeros(len(pictures), dtype=np.int64),
            is_intact=np.ones(len(pictures), dtype=np.bool_),
        )  # fmt: skip

    def _told(self, readable: Sequence[tuple[str, Decoded]]) -> list[Tagged]:
        if not readable:
            return []
        said = self._said(tones.stretched(np.stack([photo.picture for _, photo in readable]), self.peak))
        probabilities = temperature.calibrated(said.logits, self.run.temperature)
        confidence = probabilities.max(axis=1).astype(np.float64)
        predicted_class = probabilities.argmax(axis=1)
        is_trusted = automation_line.is_trusted(confidence, predicted_class, self.line)
        strangeness, cut = np.full(len(readable), np.nan), np.inf
        if self.detector is not None:
            strangeness = self.detector.strangeness(said.features.astype(np.float16), confidence)
            cut = self.detector.cut
        return [
            self._one(name, replace(photo, picture=said.pictures[place]), probabilities[place],
                      float(strangeness[place]), is_trusted=bool(is_trusted[place]),
                      is_unlike=bool(strangeness[place] >= cut), is_turned=bool(said.turn[place]),
                      is_altered=not said.is_intact[place])
            for place, (name, photo) in enumerate(readable)
        ]  # fmt: skip

    def _one(
        self, name: str, photo: Decoded, probabilities: NDArray[np.floating], strangeness: float, *,
        is_trusted: bool, is_unlike: bool, is_turned: bool, is_altered: bool,
    ) -> Tagged:  # fmt: skip
        findings = photo_check.findings(photo.measured, is_unlike=is_unlike, is_turned=is_turned, is_altered=is_altered)
        needs_look, texts = any(finding.needs_look for finding in findings), tuple(finding.text for finding in findings)
        is_odd = photo_check.is_odd(texts)
        surest = np.argsort(-probabilities, kind="stable")[:NUM_GUESSES]
        guesses = tuple((self.run.class_names[index], float(probabilities[index])) for index in surest)
        return Tagged(
            file=name,
            tag="" if is_unlike else guesses[0][0],
            confidence=guesses[0][1],
            pile=piles.pile(is_trusted=is_trusted, is_unlike=is_unlike, needs_look=needs_look, is_odd=is_odd),
            findings=texts,
            picture=photo.picture,
            guesses=guesses,
            needs_look=needs_look,
            is_unlike=is_unlike,
            strangeness=None if np.isnan(strangeness) else strangeness,
            preview=photo.preview if photo.preview.size else None,
        )


class SoFar:
    """What was said of the photos of one delivery until now."""

    def __init__(self, model: Tagger) -> None:
        """Of none yet."""
        self._model = model
        self._numbers = {name: number for number, name in enumerate(model.run.class_names)}
        self._told = delivery.Told(
            confidence=np.empty(0), strangeness=np.empty(0), tag=np.empty(0, dtype=np.int64), num_unlike=0
        )

    def add(self, tagged: Iterable[Tagged]) -> None:
        """These photos as well; unreadable ones count for nothing."""
        some, before = [one for one in tagged if one.guesses], self._told
        strangeness = [float("nan") if one.strangeness is None else one.strangeness for one in some]
        self._told = delivery.Told(
            confidence=np.append(before.confidence, [one.confidence for one in some]),
            strangeness=np.append(before.strangeness, strangeness),
            tag=np.append(before.tag, np.array([self._numbers[one.guesses[0][0]] for one in some], dtype=np.int64)),
            num_unlike=before.num_unlike + sum(one.is_unlike for one in some),
        )

    def difference(self) -> str:
        """See `delivery.difference`."""
        mix = None if self._model.confirmed is None else self._model.confirmed.mix
        return delivery.difference(self._told, self._model.usual, mix)


def load(
    store: Store,
    version: str = "live",
    *,
    confidence_line: float | None = None,
    on_learning: Callable[[], None] = lambda: None,
) -> Tagger:
    """The tagger of a version.

    Args:
        store: where it is.
        version: as `runs.find` takes it.
        confidence_line: tags at least so sure are trusted, 0-1; None takes the line that a person confirmed for the
            version, else the one suggested for `line.MAX_WRONG_IN_100`. Where confidences are not calibrated or nothing
            tells what is unlike, no tag is trusted, and `notice` says why.
        on_learning: called where it is first learned how its garments lie, which takes half a minute.

    Raises:
        errors.TaggingRefused: the line is not between 0 and 1, or the tags of the version come from elsewhere.
        errors.RunNotFound, errors.ArtefactCorrupt: there is no such version, or it is damaged.
    """
    if confidence_line is not None and not 0 <= confidence_line <= 1:
        raise errors.TaggingRefused(f"A line lies between 0 and 1, got {confidence_line!r}; 0.9 means 90 % sure.")
    run = runs.find(store, version)
    if run.elsewhere:
        raise errors.TaggingRefused(
            f"The tags of version {run.version} were given by {run.elsewhere.name}: there is no network here that "
            "could tag new photos. Choose a version that was trained here, or train one on the same garments."
        )
    shape, peak, answers = _network(store, run)
    standing = standing_line.standing(store, run)
    chosen, notice, confirmed = standing.line, standing.notice, standing.confirmed
    if standing.detector is not None and confidence_line is not None:
        chosen, notice, confirmed = confidence_line, "", None
    return Tagger(
        run=run, answers=answers, shape=shape, peak=peak,
        posture_check=postures.of(store, run, answers, on_learning), line=chosen,
        detector=standing.detector, usual=None if _has_several_photos(store, run) else standing.usual,
        notice=notice, confirmed=confirmed,
    )  # fmt: skip


def _has_several_photos(store: Store, run: runs.Run) -> bool:
    """Whether it learned products of several photos, whose answers are surer than those to single ones."""
    details = file_reader.load_photo_details(store, run) if run.is_of_photos else None
    return details is not None and details["num_train_photos"] > sum(details["learned"])


def _network(store: Store, run: runs.Run) -> tuple[decoder.Shape, int, Answers]:
    """What pictures the version takes, how bright, and what answers to them."""
    if not run.is_of_photos:
        learned_from = file_reader.load_split(store, run, "validation").images
        height, width = learned_from.shape[1:3]
        return (height, width), tones.peak(learned_from), _answers(store, run, (height, width))
    side = photo_recipes.picture_side()
    answers = photo_network.answers(
        store.home, run.artefact, photo_recipes.PhotoRecipe(**run.recipe), len(run.class_names),
        threads=store.settings.training_threads,
    )  # fmt: skip
    return (side, side, 3), 0, answers


def _answers(store: Store, run: runs.Run, shape: tuple[int, int]) -> Answers:
    if file_reader.has_export(store, run):
        path = artefacts.verified(store.home, run.artefact, EXPORT)
        return exported.load(path, len(run.class_names), shape).logits_and_features
    import torch  # only for earlier runs, which have no export

    from core.model import inference, weights

    path = artefacts.verified(store.home, run.artefact, "weights.safetensors")
    module = weights.load(path, recipes.Recipe(**run.recipe), len(run.class_names), shape)

    def by_torch(pictures: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        logits, features = inference.logits_and_features(module, torch.from_numpy(pictures))
        return logits.numpy(), features.numpy()

    return by_torch


def _held_back(one: Tagged) -> Tagged:
    """The same, for a person to check."""
    return replace(one, pile=CHECK) if one.pile == READY else one


def _unreadable(name: str, why: errors.PhotoRefused) -> Tagged:
    return Tagged(file=name, tag="", confidence=float("nan"), pile=UNREADABLE, findings=(str(why),), picture=None)
