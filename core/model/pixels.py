"""Garments as tensors in the memory of a device. The one place where uint8 becomes the networks' float."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.catalogue import split


@dataclass(frozen=True, kw_only=True, slots=True)
class Garments:
    """A split, on a device."""

    images: Tensor
    """(N, H, W) uint8."""
    labels: Tensor
    """(N,) int64."""

    @property
    def device(self) -> torch.device:
        """Where both tensors are."""
        return self.images.device


def garments(source: split.CatalogueSplit, device: torch.device) -> Garments:
    """The split as tensors of its own on the device."""
    # Copied: torch cannot mark a tensor as read-only, and the split must stay as it is.
    images = torch.from_numpy(np.array(source.images))
    return Garments(images=images.to(device), labels=torch.from_numpy(np.array(source.labels)).to(device))


def scaled(images: Tensor) -> Tensor:
    """(N, 1, H, W) float32 pixels in 0-1 of (N, H, W) uint8."""
    return images.float().div_(255).unsqueeze_(1)


def mean_and_std(source: Garments) -> tuple[float, float]:
    """Mean and standard deviation of the pixels in 0-1; a spread of 0 counts as 1."""
    counts = torch.bincount(source.images.flatten().cpu(), minlength=256).double()  # (256,)
    values = torch.arange(256).double() / 255
    mean = (counts * values).sum() / counts.sum()
    std = ((counts * (values - mean) ** 2).sum() / counts.sum()).sqrt()
    return mean.item(), std.item() or 1.0
