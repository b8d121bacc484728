"""Half-finished trainings on disk: written whole after each epoch, read back only where they fit exactly."""

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from core import failpoints

FILE_NAME = "checkpoint.safetensors"


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """A training after one of its epochs."""

    identity: str
    """SHA-256 of all that the training depends on; another identity is another training."""
    history: list[dict[str, Any]]
    """One record an epoch that is done, in the columns of the history table; None stands for undefined."""
    elapsed_seconds: float
    """Time spent so far."""
    tensors: dict[str, Tensor]
    """What `Learner.state` gave."""


def identity(*parts: str) -> str:
    """SHA-256 (64 hex digits) of the parts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def save(folder: Path, checkpoint: Checkpoint, file_name: str = FILE_NAME) -> None:
    """Puts the checkpoint in place of the one before; whoever reads sees one of the two, whole.

    Raises:
        OSError: the folder cannot be written to, or the disk is full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: value.detach().cpu().contiguous() for name, value in checkpoint.tensors.items()}
    described = {
        "identity": checkpoint.identity,
        "history": json.dumps(checkpoint.history, allow_nan=False),
        "elapsed_seconds": repr(checkpoint.elapsed_seconds),
        "sha256": _digest(tensors),
    }
    _write_atomically(folder / file_name, safetensors.torch.save(tensors, described))


def load(folder: Path, expected_identity: str, file_name: str = FILE_NAME) -> Checkpoint | None:
    """The checkpoint in the folder; None where there is none, it is damaged, or it belongs to another training."""
    try:
        with safetensors.safe_open(folder / file_name, framework="pt") as opened:
            described = opened.metadata() or {}
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118  # not a mapping
        if described["identity"] != expected_identity or described["sha256"] != _digest(tensors):
            return None
        history = json.loads(described["history"])
        elapsed_seconds = float(described["elapsed_seconds"])
    except (OSError, KeyError, ValueError, safetensors.SafetensorError):
        return None
    return Checkpoint(identity=expected_identity, history=history, elapsed_seconds=elapsed_seconds, tensors=tensors)


def _write_atomically(path: Path, content: bytes) -> None:
    staged = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with staged.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        failpoints.reach("checkpoint-written")
        staged.replace(path)
        failpoints.reach("checkpoint-renamed")
    except BaseException:
        with contextlib.suppress(OSError):
            staged.unlink()
        raise


def _digest(tensors: dict[str, Tensor]) -> str:
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(f"{name} {tuple(tensors[name].shape)} {tensors[name].dtype}\n".encode())
        digest.update(tensors[name].reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()
