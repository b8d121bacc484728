"""The optimizers of the recipes. Learning rates are set at each step by `set_rates`."""

from typing import Any

import torch
from torch import Tensor, nn

from core.model import recipes


class Muon(torch.optim.Optimizer):
    """SGD with Nesterov momentum whose step for each filter bank is made orthogonal.

    Source: Jordan et al. (2024), Muon, and KellerJordan/cifar10-airbench, which uses it for convolutions.
    """

    def __init__(self, parameters: list[nn.Parameter], *, lr: float, momentum: float, weight_decay: float) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """Moves every filter bank once."""
        assert closure is None
        for group in self.param_groups:
            for parameter in group["params"]:
                self._move(parameter, group)

    def _move(self, parameter: nn.Parameter, group: dict[str, Any]) -> None:
        gradient = parameter.grad
        if gradient is None:
            return
        state = self.state[parameter]
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(gradient)
        average = state["momentum_buffer"]
        average.mul_(group["momentum"]).add_(gradient)
        step = orthogonal(gradient.add(average, alpha=group["momentum"]).flatten(1))
        parameter.mul_(1 - group["lr"] * group["weight_decay"])
        # A step has the size sqrt(outputs), whatever the size of the gradient.
        scale = max(1.0, step.shape[0] / step.shape[1]) ** 0.5
        parameter.add_(step.view(parameter.shape), alpha=-group["lr"] * scale)


def orthogonal(matrix: Tensor) -> Tensor:
    """(R, C) matrix with the same singular vectors and singular values near 1, by five Newton-Schulz steps."""
    a, b, c = 3.4445, -4.7750, 2.0315
    wide: Tensor = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    wide = wide / (wide.norm() + 1e-7)
    for _ in range(5):
        gram = wide @ wide.T  # (R, R)
        wide = a * wide + (b * gram + c * gram @ gram) @ wide
    return wide if matrix.shape[0] <= matrix.shape[1] else wide.T


def build(recipe: recipes.Recipe, network: nn.Module) -> list[torch.optim.Optimizer]:
    """The optimizers that together move every parameter of the network once a step."""
    parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]
    matrices = [parameter for parameter in parameters if parameter.ndim > 1]
    vectors = [parameter for parameter in parameters if parameter.ndim <= 1]
    if recipe.optimizer == "muon":
        filters = [parameter for parameter in matrices if parameter.ndim == 4]
        matrices = [parameter for parameter in matrices if parameter.ndim != 4]
        muon = Muon(filters, lr=recipe.filter_learning_rate, momentum=recipe.momentum, weight_decay=0.0)
        return [_sgd(recipe, matrices, vectors), muon]
    if recipe.optimizer == "sgd":
        return [_sgd(recipe, matrices, vectors)]
    groups = _groups(recipe, matrices, vectors)
    return [torch.optim.Adam(groups, lr=recipe.learning_rate, fused=_can_fuse(parameters))]


def set_rates(optimizers: list[torch.optim.Optimizer], share: float) -> None:
    """Sets every learning rate to the share (0-1) of its highest value."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group.setdefault("highest_lr", optimizer.defaults["lr"])
            group["lr"] = group["highest_lr"] * share


def _sgd(recipe: recipes.Recipe, matrices: list[nn.Parameter], vectors: list[nn.Parameter]) -> torch.optim.Optimizer:
    return torch.optim.SGD(
        _groups(recipe, matrices, vectors),
        lr=recipe.learning_rate,
        momentum=recipe.momentum,
        nesterov=recipe.momentum > 0,
        fused=_can_fuse(matrices),
    )


def _groups(recipe: recipes.Recipe, matrices: list[nn.Parameter], vectors: list[nn.Parameter]) -> list[dict[str, Any]]:
    return [{"params": matrices, "weight_decay": recipe.weight_decay}, {"params": vectors, "weight_decay": 0.0}]


def _can_fuse(parameters: list[nn.Parameter]) -> bool:
    return all(parameter.device.type in ("cpu", "cuda") for parameter in parameters)
