"""Arrays as safetensors, written piece by piece: what lies on the disk is copied without being held in memory.

The files are byte for byte those of `safetensors.numpy.save_file`, which reads an array as a whole. Format:
https://github.com/huggingface/safetensors#format.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.catalogue import on_disk

_NAMES = {"uint8": "U8", "int32": "I32", "int64": "I64", "float16": "F16", "float32": "F32", "float64": "F64"}
_ORDER = ("U8", "F16", "I32", "F32", "F64", "I64")
"""Kinds as the format orders them; arrays of the largest elements come first."""
_ALIGNED_TO = 8
_PIECE_BYTES = 1 << 26


def save(arrays: Mapping[str, NDArray[Any]], path: Path) -> None:
    """Writes the arrays, by name; each of a kind in `_NAMES`."""
    kinds = {name: _NAMES[array.dtype.name] for name, array in arrays.items()}
    names = sorted(arrays, key=lambda name: (-_ORDER.index(kinds[name]), name))
    header: dict[str, Any] = {}
    offset = 0
    for name in names:
        end = offset + arrays[name].nbytes
        header[name] = {"dtype": kinds[name], "shape": list(arrays[name].shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % _ALIGNED_TO)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name in names:
            for piece in _pieces(arrays[name]):
                file.write(np.ascontiguousarray(piece).data)
                on_disk.let_go(arrays[name])


def mapped(path: Path, names: Sequence[str]) -> list[NDArray[Any]]:
    """The arrays of those names, read from the disk where they are looked at, never all at once; not to be written to.

    Raises:
        OSError, ValueError, KeyError, TypeError: it cannot be read, is no such file, or holds no array of that name.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > path.stat().st_size:
            raise ValueError("the header is longer than the file")
        header = json.loads(file.read(length))
    kinds = {kind: name for name, kind in _NAMES.items()}
    found: list[NDArray[Any]] = []
    for name in names:
        described = header[name]
        dtype, shape = np.dtype(kinds[described["dtype"]]), tuple(described["shape"])
        if not np.prod(shape):
            found.append(np.empty(shape, dtype))  # nothing cannot be mapped
            continue
        begins = 8 + length + described["data_offsets"][0]
        found.append(np.memmap(path, dtype=dtype, mode="r", offset=begins, shape=shape))
    return found


def _pieces(array: NDArray[Any]) -> list[NDArray[Any]]:
    if not array.ndim or not array.size:
        return [array]
    rows = max(1, _PIECE_BYTES // max(1, array[:1].nbytes))
    return [array[start : start + rows] for start in range(0, len(array), rows)]
