"""How garments lie in their pictures: upright, turned by quarters, or altered as `core.photos.alterations` does.

A model that knows garments upright is sure, and wrong, of one that lies on its side, and of one in a frame. A small
network (scikit-learn's `MLPClassifier`) is taught what the version's own network and the pixels say of training
garments that were turned and altered on purpose; it is learned once for a version, when it first tags.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.photos import alterations

Answers = Callable[[NDArray[np.uint8]], tuple[NDArray[np.float32], NDArray[np.float32]]]
"""Gives (N, K) logits and (N, D) features of (N, H, W) pictures."""
TURNS = 4
"""Quarters; what is altered comes after them."""
SURE = float(np.log(0.95))
"""Log probability of lying upright, from which on a picture is not looked at in other turns."""
LOST, LOST_TURNED = 0.016, 0.06
"""Shares of validation garments of which the model is sure that are not believed to lie as they do: of those found
upright, and, as few photos lie otherwise, of those found turned."""
FEWEST_GARMENTS, MOST_GARMENTS = 2000, 6000
"""Training garments from which it is learned; of fewer nothing is learned."""
CONFIDENT = 0.9
"""Probability from which on the model is sure of a validation garment."""
_HIDDEN, _EPOCHS, _BATCH = 128, 12, 500
_COARSE = 2
"""Pixels that become one of those the small network sees."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What is said of N pictures."""

    logits: NDArray[np.float32]
    """(N, K) of the version's network, of each picture as it is below."""
    features: NDArray[np.float32]
    """(N, D) the same."""
    pictures: NDArray[np.uint8]
    """(N, H, W) each turned upright where it was found to lie turned."""
    turn: NDArray[np.int64]
    """(N,) quarters by which it was turned to the left, 0-3, before it was photographed."""
    is_intact: NDArray[np.bool_]
    """(N,) whether it lies as garments do that were learned, once turned upright."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Posture:
    """The small network and what it is believed."""

    inner: NDArray[np.float32]
    """(F, H) weights of its hidden layer."""
    inner_bias: NDArray[np.float32]
    """(H,)"""
    outer: NDArray[np.float32]
    """(H, 5) weights of its answers: four turns, altered."""
    outer_bias: NDArray[np.float32]
    """(5,)"""
    cuts: NDArray[np.float32]
    """(2,) mean log probabilities from which on a picture is believed to lie upright, and turned."""

    def told(self, answers: Answers, pictures: NDArray[np.uint8]) -> Told:
        """What is said of (N, H, W) pictures; those that surely lie upright are looked at once, others in each turn."""
        logits, features = answers(pictures)
        turn, score, in_turn, features_in_turn = self._looked_at(answers, pictures, logits, features)
        is_intact = score >= self.cuts[(turn > 0).astype(np.int64)]
        turn = np.where(is_intact, turn, 0)  # of what lies in no known way the turn is a guess
        upright = pictures.copy()
        for place in np.flatnonzero(turn):
            upright[place] = np.rot90(pictures[place], -int(turn[place]))
        is_turned = (turn > 0)[:, None]
        return Told(
            logits=np.where(is_turned, in_turn, logits), features=np.where(is_turned, features_in_turn, features),
            pictures=upright, turn=turn, is_intact=is_intact,
        )  # fmt: skip

    def _looked_at(
        self,
        answers: Answers,
        pictures: NDArray[np.uint8],
        logits: NDArray[np.float32],
        features: NDArray[np.float32],
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Turn, the mean log probability of it over all views, logits and features in it."""
        said = self._said(pictures, logits, features)
        turn, score = np.zeros(len(pictures), dtype=np.int64), np.zeros(len(pictures), dtype=np.float32)
        logits, features = logits.copy(), features.copy()
        if len(unsure := np.flatnonzero(said[:, 0] < SURE)):
            views = [pictures[unsure], *(_turned(pictures[unsure], quarters) for quarters in range(1, TURNS))]
            of_views = [(logits[unsure], features[unsure]), *map(answers, views[1:])]
            by_turn = self._by_turn([self._said(view, *found) for view, found in zip(views, of_views, strict=True)])
            turn[unsure], score[unsure] = by_turn.argmax(axis=1), by_turn.max(axis=1)
            upright, place = (TURNS - turn[unsure]) % TURNS, np.arange(len(unsure))
            logits[unsure] = np.stack([found[0] for found in of_views])[upright, place]
            features[unsure] = np.stack([found[1] for found in of_views])[upright, place]
        return turn, score, logits, features

    @staticmethod
    def _by_turn(said: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """(N, 4) mean log probability of each turn, from what is said of each view, one quarter further than the last.

        A garment that lies as after some quarters lies as after one more in the next view.
        """
        means = [
            np.mean([said[view][:, (quarters + view) % TURNS] for view in range(TURNS)], axis=0)
            for quarters in range(TURNS)
        ]
        return np.stack(means, axis=1)

    def _said(
        self, pictures: NDArray[np.uint8], logits: NDArray[np.float32], features: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """(N, 5) log probabilities of one view."""
        hidden = np.maximum(_inputs(pictures, logits, features) @ self.inner + self.inner_bias, 0)
        from scipy.special import log_softmax  # only here: it takes a third of a second to load

        found: NDArray[np.float32] = log_softmax(hidden @ self.outer + self.outer_bias, axis=1)
        return np.maximum(found, np.float32(-14))

    def save(self, path: Path) -> None:
        """Writes it as a safetensors file."""
        from safetensors.numpy import save_file

        save_file({field.name: np.ascontiguousarray(getattr(self, field.name)) for field in fields(self)}, path)


def load(path: Path) -> Posture:
    """What `Posture.save` wrote.

    Raises:
        ValueError, OSError: it is no such file.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return Posture(**load_file(path))
    except (SafetensorError, TypeError) as error:
        raise ValueError(f"{path} is damaged: {error}") from None


def _believed(found: Posture, answers: Answers, validation: NDArray[np.uint8]) -> Posture:
    """The posture with its cuts: by validation garments of which the model is sure, upright and turned."""
    logits, _ = answers(validation)
    from scipy.special import log_softmax  # as above

    probability = np.exp(log_softmax(logits, axis=1)).max(axis=1)
    sure = validation[probability >= CONFIDENT]
    if not len(sure):
        return found
    turn, score, *_ = found._looked_at(answers, sure, *answers(sure))
    upright = np.quantile(score[turn == 0], LOST) if (turn == 0).any() else np.inf
    scores = []
    for quarters in range(1, TURNS):
        lying = _turned(sure, quarters)
        turn, score, *_ = found._looked_at(answers, lying, *answers(lying))
        scores.append(score[turn == quarters])
    turned = np.concatenate(scores)
    least = np.quantile(turned, LOST_TURNED) if len(turned) else np.inf
    return replace(found, cuts=np.array([upright, least], dtype=np.float32))


def _turned(pictures: NDArray[np.uint8], quarters: int) -> NDArray[np.uint8]:
    return np.ascontiguousarray(np.rot90(pictures, quarters, axes=(1, 2)))


def _inputs(
    pictures: NDArray[np.uint8], logits: NDArray[np.float32], features: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(N, F) features, logits, and the pixels at half their size."""
    number, height, width = pictures.shape
    even = pictures[:, : height // _COARSE * _COARSE, : width // _COARSE * _COARSE].astype(np.float32)
    coarse = even.reshape(number, height // _COARSE, _COARSE, width // _COARSE, _COARSE).mean(axis=(2, 4))
    return np.concatenate([features, logits, coarse.reshape(number, -1)], axis=1).astype(np.float32)


def learned(answers: Answers, train: NDArray[np.uint8], validation: NDArray[np.uint8], *, seed: int = 0) -> Posture:
    """A posture learned from the garments that a version learned; the same ones give the same.

    Args:
        answers: the version's network.
        train: (N, H, W) training garments, of which up to `MOST_GARMENTS` are drawn.
        validation: (M, H, W) garments that say what is believed.
        seed: of the draws.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier
    from sklearn.preprocessing import StandardScaler

    generator = np.random.default_rng(seed)
    drawn = train[np.sort(generator.permutation(len(train))[:MOST_GARMENTS])]
    sets = [_turned(drawn, quarters) for quarters in range(TURNS)] + [alterations.altered(drawn, generator)]
    inputs = np.concatenate([_inputs(some, *answers(some)) for some in sets])
    labels = np.repeat(np.arange(TURNS + 1), [len(some) for some in sets])
    scaler = StandardScaler().fit(inputs)
    network = MLPClassifier((_HIDDEN,), max_iter=_EPOCHS, batch_size=min(_BATCH, len(inputs)), random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # so many epochs are enough
        network.fit(scaler.transform(inputs), labels)
    inner, outer = network.coefs_
    scale = 1 / scaler.scale_
    found = Posture(
        inner=(inner * scale[:, None]).astype(np.float32),
        inner_bias=(network.intercepts_[0] - (scaler.mean_ * scale) @ inner).astype(np.float32),
        outer=outer.astype(np.float32), outer_bias=network.intercepts_[1].astype(np.float32),
        cuts=np.full(2, -np.inf, dtype=np.float32),
    )  # fmt: skip
    return _believed(found, answers, validation)
