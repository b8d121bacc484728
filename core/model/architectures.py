"""The convolutional networks, from (N, 1, H, W) pixels to (N, K) logits. Nothing here knows how to train.

Every network works for any picture of at least 8 x 8 pixels and any number of classes K.
N garments, C channels, H and W height and width; D features of the last but one layer.
"""

import torch
import torch.nn.functional as F  # noqa: N812  # the name everybody gives it
from torch import Tensor, nn


class OneConv(nn.Module):
    """One convolution and one linear layer: the first predecessor of this dashboard.

    Reference: the PyTorch beginner exercise it grew from; after LeNet (LeCun et al., 1998).
    """

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 16, 3, padding=1)
        self.head = nn.Linear(16 * 14 * 14, num_classes)

    def features(self, x: Tensor) -> Tensor:
        """The (N, 3136) features that the last layer sees."""
        x = F.relu(self.conv(x))  # (N, 16, H, W)
        x = F.max_pool2d(x, 2)  # (N, 16, H/2, W/2)
        return _resized(x, 14).flatten(1)  # (N, 16 * 14 * 14)

    def forward(self, x: Tensor) -> Tensor:
        """(N, K) logits of (N, 1, H, W) pixels."""
        logits: Tensor = self.head(self.features(x))
        return logits


class TwoConv(nn.Module):
    """Two convolutions and two linear layers: the second predecessor of this dashboard.

    Reference: the network of the PyTorch MNIST example, after LeNet-5 (LeCun et al., 1998).
    """

    def __init__(self, num_classes: int, *, dropout: float = 0.5) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.hidden = nn.Linear(64 * 7 * 7, 128)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(128, num_classes)

    def features(self, x: Tensor) -> Tensor:
        """The (N, 128) features that the last layer sees."""
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)  # (N, 32, H/2, W/2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)  # (N, 64, H/4, W/4)
        x = _resized(x, 7).flatten(1)  # (N, 64 * 7 * 7)
        dropped: Tensor = self.dropout(F.relu(self.hidden(x)))  # (N, 128)
        return dropped

    def forward(self, x: Tensor) -> Tensor:
        """(N, K) logits of (N, 1, H, W) pixels."""
        logits: Tensor = self.head(self.features(x))
        return logits


class Unshuffled(nn.Module):
    """Two convolutions and a hidden layer with batch norm, on half-size pictures: `quick` until November 2026.

    Full-size activations are bound by memory, not by arithmetic, so that 2 x 2 pixels become 4 channels at once.
    Reference: pixel unshuffle of Shi et al. (2016); plain stacks with batch norm as in KellerJordan/cifar10-airbench.
    """

    def __init__(self, num_classes: int, *, widths: tuple[int, int, int], dropout: float = 0.0) -> None:
        super().__init__()
        first, second, num_features = widths
        self.conv1 = _ConvNorm(4, first)
        self.conv2 = _ConvNorm(first, second)
        self.hidden = _HiddenNorm(second * 7 * 7, num_features)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(num_features, num_classes)

    def features(self, x: Tensor) -> Tensor:
        """The (N, widths[2]) features that the last layer sees."""
        x = F.max_pool2d(self.conv1(_unshuffled(x)), 2)  # (N, widths[0], H/4, W/4)
        x = _resized(self.conv2(x), 7)  # (N, widths[1], 7, 7)
        dropped: Tensor = self.dropout(self.hidden(x.flatten(1)))  # (N, widths[2])
        return dropped

    def forward(self, x: Tensor) -> Tensor:
        """(N, K) logits of (N, 1, H, W) pixels."""
        logits: Tensor = self.head(self.features(x))
        return logits


class Stacked(nn.Module):
    """Four convolutions in two stages and a hidden layer with batch norm: `standard` until November 2026.

    Reference: the two-convolution stages of VGG (Simonyan and Zisserman, 2015) with batch norm, after a pixel
    unshuffle.
    """

    def __init__(self, num_classes: int, *, widths: tuple[int, int, int], dropout: float = 0.0) -> None:
        super().__init__()
        first, second, num_features = widths
        self.stage1 = nn.Sequential(_ConvNorm(4, first), _ConvNorm(first, first))
        self.stage2 = nn.Sequential(_ConvNorm(first, second), _ConvNorm(second, second))
        self.hidden = _HiddenNorm(second * 3 * 3, num_features)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(num_features, num_classes)

    def features(self, x: Tensor) -> Tensor:
        """The (N, widths[2]) features that the last layer sees."""
        x = F.max_pool2d(self.stage1(_unshuffled(x)), 2)  # (N, widths[0], H/4, W/4)
        x = F.max_pool2d(self.stage2(x), 2)  # (N, widths[1], H/8, W/8)
        x = _resized(x, 3).flatten(1)  # (N, widths[1] * 3 * 3)
        dropped: Tensor = self.dropout(self.hidden(x))  # (N, widths[2])
        return dropped

    def forward(self, x: Tensor) -> Tensor:
        """(N, K) logits of (N, 1, H, W) pixels."""
        logits: Tensor = self.head(self.features(x))
        return logits


class Residual(nn.Module):
    """Three stages, the last two with a residual block, on half-size pictures: `thorough` until November 2026.

    Reference: the ResNet-9 of the DAWNBench entries (Page, 2018), after He et al. (2016), with a pixel unshuffle
    in place of full-size layers.
    """

    def __init__(self, num_classes: int, *, widths: tuple[int, int, int], dropout: float = 0.0) -> None:
        super().__init__()
        first, second, third = widths
        self.stem = _ConvNorm(4, first)
        self.stage1 = _ConvNorm(first, second)
        self.block1 = _ResidualBlock(second)
        self.stage2 = _ConvNorm(second, third)
        self.block2 = _ResidualBlock(third)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(third, num_classes)

    def features(self, x: Tensor) -> Tensor:
        """The (N, widths[2]) features that the last layer sees."""
        x = self.stem(_unshuffled(x))  # (N, widths[0], H/2, W/2)
        x = self.block1(F.max_pool2d(self.stage1(x), 2))  # (N, widths[1], H/4, W/4)
        x = self.block2(F.max_pool2d(self.stage2(x), 2))  # (N, widths[2], H/8, W/8)
        dropped: Tensor = self.dropout(x.amax((2, 3)))  # (N, widths[2])
        return dropped

    def forward(self, x: Tensor) -> Tensor:
        """(N, K) logits of (N, 1, H, W) pixels."""
        logits: Tensor = self.head(self.features(x))
        return logits


class EarlyPool(nn.Module):
    """Two convolutions and a hidden layer, on half-size pictures, the first pooled before its norm: the net of `quick`.

    Reference: pooling before batch norm and activation as in KellerJordan/cifar10-airbench (2024), after a pixel
    unshuffle (Shi et al., 2016).
    """

    def __init__(self, num_classes: int, *, widths: tuple[int, int, int], dropout: float = 0.0) -> None:
        super().__init__()
        first, second, num_features = widths
        self.conv1 = _ConvPoolNorm(4, first)
        self.conv2 = _ConvNorm(first, second)
        self.hidden = _HiddenNorm(second * 7 * 7, num_features)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(num_features, num_classes)

    def features(self, x: Tensor) -> Tensor:
        """The (N, widths[2]) features that the last layer sees."""
        x = self.conv2(self.conv1(_unshuffled(x)))  # (N, widths[1], H/4, W/4)
        dropped: Tensor = self.dropout(self.hidden(_flat(_resized(x, 7))))  # (N, widths[2])
        return dropped

    def forward(self, x: Tensor) -> Tensor:
        """(N, K) logits of (N, 1, H, W) pixels."""
        logits: Tensor = self.head(self.features(x))
        return logits


class PooledStack(nn.Module):
    """Two stages of two convolutions, each pooled before its last norm, and a hidden layer: the net of `standard`.

    Reference: the stages of VGG (Simonyan and Zisserman, 2015) with batch norm, pooled as in `EarlyPool`.
    """

    def __init__(self, num_classes: int, *, widths: tuple[int, int, int], dropout: float = 0.0) -> None:
        super().__init__()
        first, second, num_features = widths
        self.stage1 = nn.Sequential(_ConvNorm(4, first), _ConvPoolNorm(first, first))
        self.stage2 = nn.Sequential(_ConvNorm(first, second), _ConvPoolNorm(second, second))
        self.hidden = _HiddenNorm(second * 3 * 3, num_features)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(num_features, num_classes)

    def features(self, x: Tensor) -> Tensor:
        """The (N, widths[2]) features that the last layer sees."""
        x = self.stage2(self.stage1(_unshuffled(x)))  # (N, widths[1], H/8, W/8)
        dropped: Tensor = self.dropout(self.hidden(_flat(_resized(x, 3))))  # (N, widths[2])
        return dropped

    def forward(self, x: Tensor) -> Tensor:
        """(N, K) logits of (N, 1, H, W) pixels."""
        logits: Tensor = self.head(self.features(x))
        return logits


class PooledResidual(nn.Module):
    """Three stages with a residual block each, pooled before their norms, and a hidden layer: the net of `thorough`.

    Reference: the ResNet-9 of the DAWNBench entries (Page, 2018), after He et al. (2016), pooled as in `EarlyPool`.
    """

    def __init__(self, num_classes: int, *, widths: tuple[int, int, int, int], dropout: float = 0.0) -> None:
        super().__init__()
        first, second, third, num_features = widths
        self.stage1 = nn.Sequential(_ConvNorm(4, first), _ResidualBlock(first))
        self.stage2 = nn.Sequential(_ConvPoolNorm(first, second), _ResidualBlock(second))
        self.stage3 = nn.Sequential(_ConvPoolNorm(second, third), _ResidualBlock(third))
        self.hidden = _HiddenNorm(third * 3 * 3, num_features)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(num_features, num_classes)

    def features(self, x: Tensor) -> Tensor:
        """The (N, widths[3]) features that the last layer sees."""
        x = self.stage2(self.stage1(_unshuffled(x)))  # (N, widths[1], H/4, W/4)
        x = self.stage3(x)  # (N, widths[2], H/8, W/8)
        dropped: Tensor = self.dropout(self.hidden(_flat(_resized(x, 3))))  # (N, widths[3])
        return dropped

    def forward(self, x: Tensor) -> Tensor:
        """(N, K) logits of (N, 1, H, W) pixels."""
        logits: Tensor = self.head(self.features(x))
        return logits


ARCHITECTURES: dict[str, type[nn.Module]] = {
    "one-conv": OneConv,
    "two-conv": TwoConv,
    "unshuffled": Unshuffled,
    "stacked": Stacked,
    "residual": Residual,
    "early-pool": EarlyPool,
    "pooled-stack": PooledStack,
    "pooled-residual": PooledResidual,
}
"""Architecture name -> class; `recipes.NUM_WIDTHS` has the same names."""


class _ConvNorm(nn.Module):
    """3 x 3 convolution, batch norm, ReLU: (N, C, H, W) -> (N, C', H, W)."""

    def __init__(self, num_inputs: int, num_outputs: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(num_inputs, num_outputs, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(num_outputs)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.norm(self.conv(x)), inplace=True)


class _ConvPoolNorm(nn.Module):
    """3 x 3 convolution, the highest of 2 x 2, batch norm, ReLU: (N, C, H, W) -> (N, C', H/2, W/2).

    Pooled first, so that norm and activation, which are bound by memory, see a quarter.
    """

    def __init__(self, num_inputs: int, num_outputs: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(num_inputs, num_outputs, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(num_outputs)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.norm(F.max_pool2d(self.conv(x), 2)), inplace=True)


class _HiddenNorm(nn.Module):
    """Linear layer, batch norm, ReLU: (N, D) -> (N, D')."""

    def __init__(self, num_inputs: int, num_outputs: int) -> None:
        super().__init__()
        self.linear = nn.Linear(num_inputs, num_outputs, bias=False)
        self.norm = nn.BatchNorm1d(num_outputs)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.norm(self.linear(x)), inplace=True)


class _ResidualBlock(nn.Module):
    """Two convolutions beside a short cut: (N, C, H, W) -> the same shape."""

    def __init__(self, num_channels: int) -> None:
        super().__init__()
        self.conv1 = _ConvNorm(num_channels, num_channels)
        self.conv2 = _ConvNorm(num_channels, num_channels)

    def forward(self, x: Tensor) -> Tensor:
        residual: Tensor = self.conv2(self.conv1(x))
        return x + residual


def _unshuffled(x: Tensor) -> Tensor:
    """(N, 1, H, W) -> (N, 4, H/2, W/2), after a row or column of background where a side is odd."""
    height, width = x.shape[-2:]
    if height % 2 or width % 2:
        x = F.pad(x, (0, width % 2, 0, height % 2))
    return F.pixel_unshuffle(x, 2).contiguous(memory_format=torch.channels_last)


def _resized(x: Tensor, side: int) -> Tensor:
    """(N, C, H, W) -> (N, C, side, side) by averaging; pictures of 28 x 28 need no change."""
    return x if x.shape[-2:] == (side, side) else F.adaptive_avg_pool2d(x, side)


def _flat(x: Tensor) -> Tensor:
    """(N, C, H, W) -> (N, H * W * C): as it lies in memory, so that its gradient comes back as the layers want it."""
    return x.permute(0, 2, 3, 1).flatten(1)
