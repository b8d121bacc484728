"""Backbones with tails that were learned, as one ONNX file: it tags without torch and without the kept maps."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.model import backbones, tuned
from core.model.tails import Base, Learned


class _Tuned(nn.Module):
    """One (N, S, S, 3) picture a backbone -> (N, K) probabilities and (N, D) features."""

    def __init__(self, networks: Mapping[str, Base], found: Mapping[str, Learned],
                 *, mirrored: bool) -> None:  # fmt: skip
        super().__init__()
        self.networks, self.tails = dict(networks), dict(found)
        self._parts = nn.ModuleList([*networks.values(), *found.values()])
        self._mirrored = mirrored

    def forward(self, *images: Tensor) -> tuple[Tensor, Tensor]:
        features, probabilities = [], []
        for (name, network), image in zip(self.networks.items(), images, strict=True):
            views = [image, image.flip(2)] if self._mirrored or name in self.tails else [image]
            maps = [network.maps(view) for view in views]
            described = [network.features(each) for each in (maps if self._mirrored else maps[:1])]
            features.append(sum(described[1:], described[0]) / len(described))
            if name in self.tails:
                said = [functional.softmax(self.tails[name](each), dim=1) for each in maps]
                probabilities.append((said[0] + said[1]) / 2)
        return sum(probabilities[1:], probabilities[0]) / len(probabilities), torch.cat(features, dim=1)


def exported(networks: Mapping[str, Base], found: Mapping[str, Learned], *, mirrored: bool) -> bytes:
    """The ONNX file of a version.

    Args:
        networks: every backbone that describes, in the order of the recipe.
        found: the tails of those that answer.
        mirrored: whether features are those of a photo and its mirror image, averaged.
    """
    module = _Tuned(networks, found, mirrored=mirrored).eval().requires_grad_(False)
    examples = tuple(
        torch.zeros(2, backbones.find(name).side, backbones.find(name).side, 3, dtype=torch.uint8) for name in networks
    )
    batch = torch.export.Dim("batch", min=1, max=4096)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.onnx"
        torch.onnx.export(
            module,
            examples,
            path,
            input_names=list(networks),
            output_names=[tuned.PROBABILITIES, tuned.FEATURES],
            dynamic_shapes=(tuple({0: batch} for _ in networks),),
            external_data=False,  # otherwise most of it lies in a second file beside this one
            verbose=False,
        )
        return path.read_bytes()
