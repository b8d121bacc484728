"""What backbones say of photos: features, by ONNX Runtime, the same for whoever asks."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from core.model import backbones
from core.model.backbones import conversion, own

_ERRORS_ONLY = 3
_MEAN, _SPREAD = (np.array(each, dtype=np.float32) for each in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
_EDGE = 16
_BATCH_SIZE = 4
"""Photos in the network at once: more need more memory and are no faster on a processor."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Describer:
    """Several backbones, whose features stand side by side."""

    names: tuple[str, ...]
    """Keys in `backbones.BACKBONES`."""
    mirrored: bool
    """Whether the features of a photo and of its mirror image are averaged."""
    sessions: tuple[onnxruntime.InferenceSession | None, ...]
    """One for each of them; None for `backbones.PIXELS`."""
    threads: int
    """That work at once."""

    @property
    def num_features(self) -> int:
        """D, of one photo."""
        return backbones.num_features(self.names)

    def features(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, D) features of (N, H, W, 3) pictures of any one size."""
        return side_by_side(self._of_some, pictures, self.threads)

    def _of_some(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        said = [self._described(found, name, pictures) for found, name in zip(self.sessions, self.names, strict=True)]
        return np.concatenate(said, axis=1)

    def _described(
        self, session: onnxruntime.InferenceSession | None, name: str, pictures: NDArray[np.uint8]
    ) -> NDArray[np.float32]:
        backbone = backbones.BACKBONES[name]
        given = sized(pictures, backbone.side)
        if session is None:
            return _pixels(given, self.mirrored)
        features: NDArray[np.float32] = session.run(None, {backbone.input_name: _prepared(given, backbone)})[0]
        if self.mirrored:
            flipped = np.ascontiguousarray(given[:, :, ::-1])
            other = session.run(None, {backbone.input_name: _prepared(flipped, backbone)})[0]
            features = (features + other) / 2
        return features


def load(home: Path, names: Sequence[str], *, mirrored: bool = False, threads: int | None = None) -> Describer:
    """The backbones of these names, made ready where they are not yet.

    Raises:
        errors.RecipeError: there is none of a name.
        errors.BackboneMissing: one cannot be made ready.
    """
    own.register(home, tuple(names))
    sessions = [None if name == backbones.PIXELS else session(conversion.converted(home, name)) for name in names]
    return Describer(
        names=tuple(names), mirrored=mirrored, sessions=tuple(sessions), threads=threads or os.cpu_count() or 1
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class MapMaker:
    """The blocks of a backbone before its last ones."""

    name: str
    """Key in `backbones.BACKBONES`."""
    is_flipped: bool
    """Whether it is given the mirror images."""
    session: onnxruntime.InferenceSession | None
    """It itself; None for `backbones.PIXELS`."""
    threads: int
    """That work at once."""

    def features(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, C * h * w) maps of (N, H, W, 3) pictures of any one size, see `backbones.Backbone.map_shape`."""
        return side_by_side(self._of_some, pictures, self.threads)

    def _of_some(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        some = sized(pictures, backbones.BACKBONES[self.name].side)
        given = np.ascontiguousarray(some[:, :, ::-1]) if self.is_flipped else some
        if self.session is None:
            values = given.transpose(0, 3, 1, 2).astype(np.float32) / np.float32(255)
            flat: NDArray[np.float32] = values.reshape(len(given), -1)
            return flat
        maps: NDArray[np.float32] = self.session.run([conversion.MAPS], {"images": given})[0]
        return maps.reshape(len(given), -1)


def load_maps(home: Path, name: str, *, is_flipped: bool, threads: int | None = None) -> MapMaker:
    """What makes maps of photos; raises as `load`."""
    made = None if name == backbones.PIXELS else session(conversion.converted(home, name, conversion.MAPS))
    return MapMaker(name=name, is_flipped=is_flipped, session=made, threads=threads or os.cpu_count() or 1)


def _pixels(pictures: NDArray[np.uint8], mirrored: bool) -> NDArray[np.float32]:
    """(N, 768) the pictures in 16 x 16 colours, channel by channel."""
    num, side = len(pictures), pictures.shape[1]
    blocks = pictures.astype(np.float32).reshape(num, _EDGE, side // _EDGE, _EDGE, side // _EDGE, 3)
    cells = blocks.mean(axis=(2, 4)) / 255
    cells = (cells + cells[:, :, ::-1]) / 2 if mirrored else cells
    found: NDArray[np.float32] = cells.transpose(0, 3, 1, 2).reshape(num, -1)
    return found


def _prepared(pictures: NDArray[np.uint8], backbone: backbones.Backbone) -> NDArray[np.uint8] | NDArray[np.float32]:
    """The pictures as the network takes them."""
    if backbone.as_bytes:
        return pictures if backbone.channels_last else np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))
    values = ((pictures.astype(np.float32) / 255 - _MEAN) / _SPREAD).astype(np.float32)
    return values if backbone.channels_last else np.ascontiguousarray(values.transpose(0, 3, 1, 2))


def session(network: Path | bytes) -> onnxruntime.InferenceSession:
    """A network that ONNX Runtime runs, on the thread that asks it: see `side_by_side`."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])


def side_by_side(
    say: Callable[[NDArray[np.uint8]], NDArray[np.float32]], pictures: NDArray[np.uint8], threads: int
) -> NDArray[np.float32]:
    """(N, D) what `say` says of (N, H, W, 3) pictures, some in each thread.

    Networks of small layers gain little from threads that share a picture: two pictures in two
    threads are a fifth faster.
    """
    parts = [pictures[start : start + _BATCH_SIZE] for start in range(0, len(pictures), _BATCH_SIZE)]
    if threads == 1 or len(parts) == 1:
        return np.concatenate([say(part) for part in parts])
    with ThreadPoolExecutor(threads, thread_name_prefix="network") as pool:
        return np.concatenate(list(pool.map(say, parts)))


def sized(pictures: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """(N, side, side, 3) the pictures in that size."""
    if pictures.shape[1:3] == (side, side):
        return np.ascontiguousarray(pictures)
    resized = [Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC) for picture in pictures]
    return np.stack([np.asarray(picture) for picture in resized])
