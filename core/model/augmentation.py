"""Whole batches of garments changed at random as tensor work: mirrored, moved, with a rectangle erased."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812  # the name everybody gives it
from torch import Tensor

from core.model import recipes


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What happens to each garment of one epoch, drawn before it starts; None where nothing of the kind does."""

    flips: Tensor | None
    """(N,) bool, true where the garment is mirrored."""
    shifts: Tensor | None
    """(N, 2) int64, pixels down and to the right, -shift_pixels to shift_pixels."""
    boxes: Tensor | None
    """(N, 4) int64 erased rows and columns: top, bottom, left, right; empty where top == bottom."""

    def take(self, positions: Tensor) -> "Changes":
        """The changes of the garments at `positions` (B,)."""
        return Changes(
            flips=None if self.flips is None else self.flips[positions],
            shifts=None if self.shifts is None else self.shifts[positions],
            boxes=None if self.boxes is None else self.boxes[positions],
        )

    def to(self, device: torch.device) -> "Changes":
        """The same on the device."""
        return Changes(
            flips=None if self.flips is None else self.flips.to(device),
            shifts=None if self.shifts is None else self.shifts.to(device),
            boxes=None if self.boxes is None else self.boxes.to(device),
        )


def draw(recipe: recipes.Recipe, num_garments: int, height: int, width: int, generator: torch.Generator) -> Changes:
    """Changes for one epoch, in the recipe's measure. Drawn on the CPU: the same on every device."""
    flips = torch.rand(num_garments, generator=generator) < 0.5 if recipe.flip else None
    reach = recipe.shift_pixels
    shifts = torch.randint(-reach, reach + 1, (num_garments, 2), generator=generator) if reach else None
    boxes = _boxes(recipe, num_garments, height, width, generator) if recipe.erasing_probability else None
    return Changes(flips=flips, shifts=shifts, boxes=boxes)


def apply(images: Tensor, changes: Changes, generator: torch.Generator) -> Tensor:
    """(B, H, W) uint8 garments with their changes; the generator gives the noise of the erased rectangles."""
    if changes.shifts is not None:
        images = shifted(images, changes.shifts)
    if changes.flips is not None:
        images = torch.where(changes.flips[:, None, None], images.flip(-1), images)
    if changes.boxes is not None:
        noise = torch.randint(0, 256, images.shape, generator=generator, dtype=torch.uint8)
        images = erased(images, changes.boxes, noise.to(images.device))
    return images


def shifted(images: Tensor, shifts: Tensor) -> Tensor:
    """(B, H, W) garments moved by (B, 2) pixels down and right; what comes in from outside is background, 0."""
    height, width = images.shape[1:]
    reach = max(height, width)
    reach = min(reach, int(shifts.abs().max())) if len(shifts) else 0
    padded = F.pad(images, (reach, reach, reach, reach))  # (B, H + 2 reach, W + 2 reach)
    rows = torch.arange(height, device=images.device) + reach
    columns = torch.arange(width, device=images.device) + reach
    places = (rows[:, None] * padded.shape[2] + columns).flatten()  # (H * W,) in a padded picture laid out in one row
    moves = shifts[:, :1] * padded.shape[2] + shifts[:, 1:]  # (B, 1)
    return padded.flatten(1).gather(1, places - moves).view(images.shape)


def erased(images: Tensor, boxes: Tensor, noise: Tensor) -> Tensor:
    """(B, H, W) garments with the pixels inside their (B, 4) boxes replaced by the noise (B, H, W)."""
    rows = torch.arange(images.shape[1], device=images.device)
    columns = torch.arange(images.shape[2], device=images.device)
    top, bottom, left, right = boxes.T[..., None]  # (B, 1) each
    inside_rows = (rows >= top) & (rows < bottom)  # (B, H)
    inside_columns = (columns >= left) & (columns < right)  # (B, W)
    return torch.where(inside_rows[:, :, None] & inside_columns[:, None, :], noise, images)


def _boxes(recipe: recipes.Recipe, num_garments: int, height: int, width: int, generator: torch.Generator) -> Tensor:
    """Rectangles of 2 % to 33 % of the picture and sides of 0.3 to 3.3, the ranges of Zhong et al. (2017)."""
    uniform = torch.rand(5, num_garments, generator=generator)
    area = height * width * (0.02 + (1 / 3 - 0.02) * uniform[0])
    aspect = torch.exp(torch.log(torch.tensor(0.3)) * (1 - 2 * uniform[1]))
    box_height = (area * aspect).sqrt().round().clamp(1, height)
    box_width = (area / aspect).sqrt().round().clamp(1, width)
    box_height[uniform[4] >= recipe.erasing_probability] = 0
    top = (uniform[2] * (height - box_height + 1)).floor()
    left = (uniform[3] * (width - box_width + 1)).floor()
    return torch.stack([top, top + box_height, left, left + box_width], dim=1).long()
