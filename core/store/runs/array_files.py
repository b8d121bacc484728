"""Arrays as safetensors, written piece by piece: what lies on the disk is copied without being held in memory.

The files are byte for byte those of `safetensors.numpy.save_file`, which reads an array as a whole. Format:
https://github.com/huggingface/safetensors#format.
"""

import json
from collections.abc import Mapping
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


def _pieces(array: NDArray[Any]) -> list[NDArray[Any]]:
    if not array.ndim or not array.size:
        return [array]
    rows = max(1, _PIECE_BYTES // max(1, array[:1].nbytes))
    return [array[start : start + rows] for start in range(0, len(array), rows)]
