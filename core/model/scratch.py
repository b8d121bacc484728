"""A network for photos that nobody trained before: where no weights of others are wanted. Learned as tails are.

A small residual network (K. He et al. (2016), arXiv:1603.05027) on colour pictures of 64 px, which stand where maps do.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

WIDTHS = (32, 64, 128, 192)
"""Of its four stages, each half as large as the one before."""
LEAST_STEPS = 200
"""Of learning, however few photos there are."""
_GROUPS = 8
_EDGE = 16
"""Height and width of the pictures whose pixels are its features."""


class Network(nn.Module):
    """(N, 3, 64, 64) pictures, 0-1 -> (N, K) logits."""

    def __init__(self, num_classes: int) -> None:
        """Untrained."""
        super().__init__()
        self.stem = nn.Conv2d(3, WIDTHS[0], 5, stride=2, padding=2, bias=False)
        stages: list[nn.Module] = []
        width_in = WIDTHS[0]
        for number, width in enumerate(WIDTHS):
            stages.append(_Block(width_in, width, stride=2 if number else 1))
            stages.append(_Block(width, width, stride=1))
            width_in = width
        self.blocks = nn.Sequential(*stages)
        self.norm = _norm(width_in)
        self.dropout = nn.Dropout(0.2)
        self.classifier = nn.Linear(width_in, num_classes)

    def forward(self, pictures: Tensor) -> Tensor:
        """The logits."""
        x = self.blocks(self.stem((pictures - 0.5) * 4))
        x = functional.relu(self.norm(x)).mean((2, 3))
        logits: Tensor = self.classifier(self.dropout(x))
        return logits


class Beginning(nn.Module):
    """What stands where a backbone does: it gives the pictures themselves."""

    def maps(self, images: Tensor) -> Tensor:
        """(N, 3, S, S), 0-1, of (N, S, S, 3) bytes."""
        return images.permute(0, 3, 1, 2).float() / 255

    def features(self, maps: Tensor) -> Tensor:
        """(N, 768) the picture in 16 x 16 colours."""
        return functional.adaptive_avg_pool2d(maps, _EDGE).flatten(1)

    def forward(self, images: Tensor) -> Tensor:
        """The features."""
        return self.features(self.maps(images))


class _Block(nn.Module):
    """Two convolutions, added to what came in."""

    def __init__(self, width_in: int, width: int, *, stride: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = _norm(width_in), _norm(width)
        self.conv1 = nn.Conv2d(width_in, width, 3, stride=stride, padding=1, bias=False)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        is_same = stride == 1 and width_in == width
        self.passed = nn.Identity() if is_same else nn.Conv2d(width_in, width, 1, stride=stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, H / stride, W / stride)."""
        found = functional.relu(self.norm1(x))
        passed = x if isinstance(self.passed, nn.Identity) else self.passed(found)
        result: Tensor = passed + self.conv2(functional.relu(self.norm2(self.conv1(found))))
        return result


def _norm(width: int) -> nn.GroupNorm:
    """Knows nothing of the pictures beside one (Y. Wu and K. He (2018), arXiv:1803.08494): catalogues are small."""
    return nn.GroupNorm(_GROUPS, width)


def untrained(num_classes: int) -> Network:
    """A network that knows nothing, with weights as K. He et al. (2015), arXiv:1502.01852, begin."""
    found = Network(num_classes)
    for module in found.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
    with torch.no_grad():
        found.classifier.weight.zero_()
        found.classifier.bias.zero_()
    return found
