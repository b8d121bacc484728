"""An exported network answers by ONNX Runtime, which tags faster than torch does and starts without it."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from core import errors

IMAGES, LOGITS, FEATURES = "images", "logits", "features"
"""Names of what goes in and of what comes out."""
TOLERANCE = 1e-3
"""Probabilities of torch and of the export may differ by this much: nearer classes may change places."""
_BATCH_SIZE = 200
_ERRORS_ONLY = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Exported:
    """A network in the hands of ONNX Runtime."""

    session: onnxruntime.InferenceSession
    """Takes (N, H, W) uint8 pictures of one size."""

    def logits_and_features(self, images: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(N, K) logits and (N, D) features of (N, H, W) garments, N > 0."""
        parts = range(0, len(images), _BATCH_SIZE)
        answers = [
            self.session.run([LOGITS, FEATURES], {IMAGES: np.ascontiguousarray(images[start : start + _BATCH_SIZE])})
            for start in parts
        ]
        logits, features = (np.concatenate(column) for column in zip(*answers, strict=True))
        return logits, features


def load(path: Path, num_classes: int, image_shape: tuple[int, int]) -> Exported:
    """The network in the file, after it answered one blank picture with finite numbers.

    Raises:
        ArtefactCorrupt: the file is missing, unreadable, of another network, or answers with what is no number.
    """
    try:
        return from_bytes(path.read_bytes(), num_classes, image_shape)
    except (OSError, ValueError) as error:
        raise errors.ArtefactCorrupt(
            f"The exported network {path.name!r} is not what was stored: {error}. Train this recipe again."
        ) from error


def from_bytes(content: bytes, num_classes: int, image_shape: tuple[int, int]) -> Exported:
    """The same of the content of a file.

    Raises:
        ValueError: it is no network for such pictures and so many classes; one clause says why.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    options.intra_op_num_threads = os.cpu_count() or 1
    # Threads that wait busily for the next pictures take the processors from those that decode them.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        found = Exported(session=session)
        logits, features = found.logits_and_features(np.zeros((1, *image_shape), dtype=np.uint8))
    except Exception as error:  # ONNX Runtime's own have no common base
        raise ValueError(f"it cannot be used ({str(error).splitlines()[0]})") from error
    if logits.shape != (1, num_classes):
        raise ValueError(f"it tells {logits.shape[-1]} classes apart instead of {num_classes}")
    if not (np.isfinite(logits).all() and np.isfinite(features).all()):
        raise ValueError("it answers a blank picture with a value that is not a number")
    return found


def finding(
    found: tuple[NDArray[np.float32], NDArray[np.float32]], expected: tuple[NDArray[np.float32], NDArray[np.float16]]
) -> str:
    """Where an export answers otherwise than the network it was made of, one clause; empty where nowhere.

    Both are (N, K) calibrated probabilities and (N, D) features of the same garments: of the export, and of the network
    as they are stored.
    """
    (probabilities, features), (expected_probabilities, expected_features) = found, expected
    if not (np.isfinite(probabilities).all() and np.isfinite(features).all()):
        return "it answers with values that are not numbers"
    away = np.abs(probabilities - expected_probabilities).max(initial=0)
    if away > TOLERANCE:
        return f"a probability differs by {away:.4f}, more than {TOLERANCE:g}"
    # Equal up to the tolerance, so another class can only come first where two are nearer than twice that.
    size = np.abs(expected_features.astype(np.float32)).max(initial=1)
    away = np.abs(features - expected_features.astype(np.float32)).max(initial=0) / size
    if away > TOLERANCE:
        return f"a feature differs by {away:.4f} of the largest, more than {TOLERANCE:g}"
    return ""
