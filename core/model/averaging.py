"""The moving average of a network's weights over the steps of a training."""

import copy

import torch
from torch import Tensor

from core.model import network


class MovingAverage:
    """A copy of the network whose weights and batch-norm statistics follow it slowly.

    Source: Polyak and Juditsky (1992); the short memory of the first steps is TensorFlow's `num_updates` rule.
    """

    def __init__(self, source: network.Network, *, decay: float) -> None:
        self.network = copy.deepcopy(source)
        self.network.requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, source: network.Network, num_steps: int) -> None:
        """Moves the average a little towards the network, which has taken `num_steps` steps so far."""
        decay = min(self.decay, (1 + num_steps) / (10 + num_steps))
        averages, values = _floating(self.network), _floating(source)
        torch._foreach_lerp_(averages, values, 1 - decay)


def _floating(source: network.Network) -> list[Tensor]:
    return [value for value in source.state_dict().values() if value.is_floating_point()]
