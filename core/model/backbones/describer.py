"""What backbones say of photos: features, by ONNX Runtime, the same for whoever asks."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from core.model import backbones
from core.model.backbones import conversion

_ERRORS_ONLY = 3
_BATCH_SIZE = 8
"""Photos in the network at once: more need more memory and are no faster on a processor."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Describer:
    """Several backbones, whose features stand side by side."""

    names: tuple[str, ...]
    """Keys in `backbones.BACKBONES`."""
    mirrored: bool
    """Whether the features of a photo and of its mirror image are averaged."""
    sessions: tuple[onnxruntime.InferenceSession, ...]
    """One for each of them."""

    @property
    def num_features(self) -> int:
        """D, of one photo."""
        return sum(backbones.BACKBONES[name].num_features for name in self.names)

    def features(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, D) features of (N, H, W, 3) pictures of any one size."""
        found = np.empty((len(pictures), self.num_features), dtype=np.float32)
        for start in range(0, len(pictures), _BATCH_SIZE):
            some = pictures[start : start + _BATCH_SIZE]
            found[start : start + len(some)] = np.concatenate(
                [self._described(session, name, some) for session, name in zip(self.sessions, self.names, strict=True)],
                axis=1,
            )
        return found

    def _described(
        self, session: onnxruntime.InferenceSession, name: str, pictures: NDArray[np.uint8]
    ) -> NDArray[np.float32]:
        sized = _sized(pictures, backbones.BACKBONES[name].side)
        features: NDArray[np.float32] = session.run(["features"], {"images": sized})[0]
        if self.mirrored:
            [other] = session.run(["features"], {"images": np.ascontiguousarray(sized[:, :, ::-1])})
            features = (features + other) / 2
        return features


def load(home: Path, names: Sequence[str], *, mirrored: bool = False, threads: int | None = None) -> Describer:
    """The backbones of these names, made ready where they are not yet.

    Raises:
        errors.RecipeError: there is none of a name.
        errors.BackboneMissing: one cannot be made ready.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    options.intra_op_num_threads = threads or os.cpu_count() or 1
    # Waiting threads that spin take the processor from the decoders beside them.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    sessions = [
        onnxruntime.InferenceSession(conversion.converted(home, name), options, providers=["CPUExecutionProvider"])
        for name in names
    ]
    return Describer(names=tuple(names), mirrored=mirrored, sessions=tuple(sessions))


def _sized(pictures: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    if pictures.shape[1:3] == (side, side):
        return np.ascontiguousarray(pictures)
    resized = [Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC) for picture in pictures]
    return np.stack([np.asarray(picture) for picture in resized])
