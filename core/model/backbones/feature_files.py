"""Features of photos, made once for each photo and backbone and kept in the home: retraining needs no network.

A pair of files for each backbone: the features one after the other (float16), and the digests of their photos. Both are
only ever added to, by the one who holds the lock; what a kill left without its digest is written over.
"""

import functools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import filelock
import numpy as np
from numpy.typing import NDArray

from core import failpoints
from core.catalogue import on_disk
from core.model import backbones
from core.model.backbones import conversion, own

PLAIN, MIRRORED, MAPS, FLIPPED = "", "-mirrored", "-maps", "-maps-flipped"
"""Kinds of values, as the names of their files end: features, those averaged with the mirror image's, what the blocks
before the last ones say, and what they say of the mirror image."""
_MOST_SECONDS = 60.0
_LARGE_BYTES = 1 << 28
_CHUNK = 64
_DIGEST_BYTES = 32

OnPhotos = Callable[[int, int], None]
"""Called with how many photos are described and how many are to be; may raise to stop."""
ReadPictures = Callable[[Sequence[str]], Iterable[NDArray[np.uint8]]]
"""Gives the (H, W, 3) pictures of the photos with these SHA-256, in order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredFeatures:
    """Features of N photos by several backbones; read from disk where they are asked for."""

    arrays: tuple[NDArray[np.float16], ...]
    """(P, D) of each backbone, of all photos that were ever described."""
    places: NDArray[np.int64]
    """(backbones, N) where the N photos stand in them."""

    def __len__(self) -> int:
        return int(self.places.shape[1])

    def take(self, positions: NDArray[np.int64]) -> NDArray[np.float16]:
        """(M, D) features of the photos at those positions, the backbones side by side."""
        found = np.concatenate(
            [array[places[positions]] for array, places in zip(self.arrays, self.places, strict=True)], axis=1
        )
        for array in self.arrays:
            if array.nbytes > _LARGE_BYTES:  # else it would stay in memory, though most of it is read once
                on_disk.let_go(array)
        return found


def stored(
    home: Path,
    names: Sequence[str],
    photos: Sequence[str],
    read: ReadPictures,
    *,
    mirrored: bool,
    threads: int | None,
    on_photos: OnPhotos,
) -> StoredFeatures:
    """The features of the photos, made where they are not there yet.

    Args:
        home: where they are kept.
        names: keys in `backbones.BACKBONES`.
        photos: (N,) SHA-256 of their files.
        read: see `ReadPictures`.
        mirrored: whether a photo and its mirror image are averaged.
        threads: of the networks; None: one a core.
        on_photos: see `OnPhotos`; the counts are over all backbones.

    Raises:
        errors.BackboneMissing: a backbone cannot be made ready.
        OSError: the disk is full; what was described stays.
    """
    from core.model.backbones import describer  # loads ONNX Runtime, which those who only count need not

    own.register(home, tuple(names))
    wanted = []
    for name in names:
        conversion.converted(home, name)  # says at once where it cannot be made ready
        stem = _stem(name, MIRRORED if mirrored else PLAIN)
        load = functools.partial(describer.load, home, [name], mirrored=mirrored, threads=threads)
        wanted.append(_Wanted(stem=stem, num_values=backbones.BACKBONES[name].num_features, load=load))
    return _stored(home, wanted, photos, read, on_photos)


def stored_maps(
    home: Path, name: str, photos: Sequence[str], read: ReadPictures, *, threads: int | None, on_photos: OnPhotos
) -> StoredFeatures:
    """What the blocks before the last ones say of the photos and of their mirror images, side by side.

    (N, 2 * C * h * w), see `backbones.Backbone.map_shape`; arguments and errors as of `stored`.
    """
    from core.model.backbones import describer

    conversion.converted(home, name, conversion.MAPS)
    num_values = int(np.prod(backbones.BACKBONES[name].map_shape))
    wanted = [
        _Wanted(
            stem=_stem(name, FLIPPED if is_flipped else MAPS),
            num_values=num_values,
            load=functools.partial(describer.load_maps, home, name, is_flipped=is_flipped, threads=threads),
        )
        for is_flipped in (False, True)
    ]
    return _stored(home, wanted, photos, read, on_photos)


def num_missing(home: Path, name: str, kind: str, photos: Sequence[str]) -> int:
    """How many of the photos a backbone has not looked at yet; `kind` is one of the four."""
    path = home / "features" / f"{_stem(name, kind)}.f16"
    if not path.is_file():
        return len(set(photos))
    return len(set(photos) - _digests(path, _num_values(name, kind)).keys())


def seconds_a_photo(home: Path, name: str, kind: str) -> float | None:
    """How long one photo took here the last time; None where none was looked at."""
    try:
        found = float((home / "features" / f"{_stem(name, kind)}.seconds").read_text())
    except (OSError, ValueError):
        return None
    return found if 0 < found < _MOST_SECONDS else None


def _stem(name: str, kind: str) -> str:
    backbone = backbones.find(name)
    return f"{name}-{backbone.side}-{backbone.sha256[:12]}{kind}"


def _num_values(name: str, kind: str) -> int:
    backbone = backbones.find(name)
    return int(np.prod(backbone.map_shape)) if kind in (MAPS, FLIPPED) else backbone.num_features


class _Describes(Protocol):
    """Says something of photos."""

    def features(self, pictures: NDArray[np.uint8], /) -> NDArray[np.float32]:
        """(N, D) of (N, H, W, 3) pictures."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wanted:
    """One kind of values of photos."""

    stem: str
    """Name of its files."""
    num_values: int
    """D, of a photo."""
    load: Callable[[], _Describes]
    """Gives what makes them; asked for only where some are missing."""


def _stored(
    home: Path, wanted: Sequence[_Wanted], photos: Sequence[str], read: ReadPictures, on_photos: OnPhotos
) -> StoredFeatures:
    folder = home / "features"
    folder.mkdir(parents=True, exist_ok=True)
    done = [0]
    arrays, places = [], []

    def count(num: int) -> None:
        done[0] += num
        on_photos(done[0], len(wanted) * len(photos))

    for kind in wanted:
        path = folder / f"{kind.stem}.f16"
        with filelock.FileLock(path.with_suffix(".lock")):
            known = _digests(path, kind.num_values)
            missing = [photo for photo in dict.fromkeys(photos) if photo not in known]
            count(len(photos) - len(missing))
            if missing:
                _append(path, kind, missing, known, read, count)
        arrays.append(_array(path, kind.num_values, len(known)))
        places.append([known[photo] for photo in photos])
    return StoredFeatures(arrays=tuple(arrays), places=np.array(places, dtype=np.int64))


def _append(
    path: Path, kind: _Wanted, missing: Sequence[str], known: dict[str, int], read: ReadPictures,
    count: Callable[[int], None],
) -> None:  # fmt: skip
    described, row_bytes = kind.load(), 2 * kind.num_values
    with path.open("r+b") as features, path.with_suffix(".sha256").open("r+b") as digests:
        started = time.monotonic()
        features.seek(len(known) * row_bytes)
        digests.seek(len(known) * _DIGEST_BYTES)
        chunks = [missing[start : start + _CHUNK] for start in range(0, len(missing), _CHUNK)]
        for some, pictures in zip(chunks, _ahead(chunks, read), strict=True):
            found = described.features(pictures).astype(np.float16)
            features.write(found.tobytes())
            features.flush()
            failpoints.reach("features-written")
            digests.write(b"".join(map(bytes.fromhex, some)))
            digests.flush()
            known |= {photo: len(known) + number for number, photo in enumerate(some)}
            count(len(some))
    if len(missing) >= _CHUNK:
        path.with_suffix(".seconds").write_text(f"{(time.monotonic() - started) / len(missing):.6f}")


def _ahead(chunks: Sequence[Sequence[str]], read: ReadPictures) -> Iterator[NDArray[np.uint8]]:
    """The pictures of each chunk, read while the network looks at those of the one before."""
    with ThreadPoolExecutor(1, thread_name_prefix="reading") as reader:
        coming = [reader.submit(_stacked, read, chunks[0])]
        for following in [*chunks[1:], None]:
            pictures = coming.pop().result()
            if following is not None:
                coming.append(reader.submit(_stacked, read, following))
            yield pictures


def _stacked(read: ReadPictures, photos: Sequence[str]) -> NDArray[np.uint8]:
    return np.stack(list(read(photos)))


def _digests(path: Path, num_features: int) -> dict[str, int]:
    """SHA-256 -> row of every photo whose features are there as a whole."""
    listed = path.with_suffix(".sha256")
    for file in (path, listed):
        file.touch()
    num = min(path.stat().st_size // (2 * num_features), listed.stat().st_size // _DIGEST_BYTES)
    content = listed.read_bytes()
    return {content[row * _DIGEST_BYTES : (row + 1) * _DIGEST_BYTES].hex(): row for row in range(num)}


def _array(path: Path, num_features: int, num: int) -> NDArray[np.float16]:
    if not num:
        return np.empty((0, num_features), dtype=np.float16)
    found: NDArray[np.float16] = np.memmap(path, dtype=np.float16, mode="r", shape=(num, num_features))
    return found
