"""The complete classifier: pixels in 0-1 go in, logits come out. It holds all that is needed to answer."""

from typing import cast

import torch
from torch import Tensor, nn

from core.model import architectures, recipes


class Network(nn.Module):
    """An architecture with the normalisation before it and the test-time flip around it.

    Both are part of the module so that stored weights, an exported copy and this program answer alike.
    """

    mean: Tensor
    """() mean of the training split's pixels in 0-1; 0 where the recipe does not normalise."""
    std: Tensor
    """() standard deviation of the same; 1 where the recipe does not normalise."""

    def __init__(self, body: nn.Module, *, mean: float, std: float, test_time_flip: bool) -> None:
        super().__init__()
        self.body = body
        self.test_time_flip = test_time_flip
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float32))
        self.register_buffer("std", torch.tensor(std, dtype=torch.float32))

    def forward(self, pixels: Tensor) -> Tensor:
        """(N, K) logits of (N, 1, H, W) pixels in 0-1; in eval mode averaged over the mirror image if asked."""
        return self.logits_and_features(pixels)[0]

    def features(self, pixels: Tensor) -> Tensor:
        """(N, D) features of the last but one layer, averaged like the logits."""
        return self.logits_and_features(pixels)[1]

    def logits_and_features(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """(N, K) logits and (N, D) features, from one pass."""
        x = (pixels - self.mean) / self.std
        features = self._body_features(x)
        if self.test_time_flip and not self.training:
            # The last layer is linear: the mean of the features gives the mean of the logits.
            features = (features + self._body_features(x.flip(-1))) / 2
        return cast(nn.Linear, self.body.head)(features), features

    def _body_features(self, x: Tensor) -> Tensor:
        return cast(architectures.OneConv, self.body).features(x)


def build(recipe: recipes.Recipe, num_classes: int, *, mean: float = 0.0, std: float = 1.0) -> Network:
    """A freshly initialised network for the recipe; the weights come from torch's current random state."""
    fields: dict[str, object] = {"widths": recipe.widths} if recipe.widths else {}
    if recipe.dropout:
        fields["dropout"] = recipe.dropout
    body = architectures.ARCHITECTURES[recipe.architecture](num_classes, **fields)
    network = Network(body, mean=mean, std=std, test_time_flip=recipe.test_time_flip)
    return network.to(memory_format=torch.channels_last)
