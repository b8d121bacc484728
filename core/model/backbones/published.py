"""Weights as their authors publish them: the only place that reads such a file, in a process with limits."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def tensors(path: Path) -> "dict[str, Tensor]":
    """The tensors of the file, and nothing else: torch builds no other object of it."""
    import torch

    found: dict[str, Tensor] = torch.load(path, weights_only=True, map_location="cpu")
    return found
