"""A network in the middle of its training: one step, one epoch, and what of it a checkpoint must hold."""

from collections.abc import Callable

import torch
import torch.nn.functional as F  # noqa: N812  # the name everybody gives it
from torch import Tensor

from core import errors
from core.model import augmentation, averaging, devices, network, optimizers, pixels, recipes, schedules, seeds


class Learner:
    """Holds everything that changes while a recipe is followed."""

    def __init__(self, recipe: recipes.Recipe, garments: pixels.Garments, *, num_classes: int, seed: int) -> None:
        self.recipe = recipe
        self.garments = garments
        self.seed = seed
        mean, std = pixels.mean_and_std(garments) if recipe.normalize else (0.0, 1.0)
        torch.manual_seed(seeds.derived(seed, "weights"))
        self.network = network.build(recipe, num_classes, mean=mean, std=std).to(garments.device)
        self.optimizers = optimizers.build(recipe, self.network)
        self.average: averaging.MovingAverage | None = None
        if recipe.average_decay:
            self.average = averaging.MovingAverage(self.network, decay=recipe.average_decay)
        # Rounded down: batch norm cannot do with a left-over batch of one garment.
        self.steps_per_epoch = max(1, len(garments.labels) // recipe.batch_size)

    @property
    def best_network(self) -> network.Network:
        """The network to judge and to keep: the moving average where the recipe has one."""
        return self.average.network if self.average else self.network

    def run_epoch(self, epoch: int, on_step: Callable[[int, Tensor], None]) -> float:
        """Shows every garment once; the mean loss of the epoch.

        Everything random depends on (seed, epoch) alone, so that a resumed training is the uninterrupted one.

        Args:
            epoch: counted from 0.
            on_step: told after each step how many were done and the sum of their losses, () on the device.

        Raises:
            TrainingDiverged: the loss or a weight is no longer finite.
        """
        device = self.garments.device
        generator = torch.Generator().manual_seed(seeds.derived(self.seed, f"epoch {epoch}"))
        torch.manual_seed(seeds.derived(self.seed, f"dropout {epoch}"))
        num_garments = len(self.garments.labels)
        order = torch.randperm(num_garments, generator=generator).to(device)
        height, width = self.garments.images.shape[1:]
        changes = augmentation.draw(self.recipe, num_garments, height, width, generator).to(device)
        self.network.train()
        loss_sum = torch.zeros((), device=device)
        for step, positions in enumerate(torch.tensor_split(order, self.steps_per_epoch)):
            images = augmentation.apply(self.garments.images[positions], changes.take(positions), generator)
            loss = self._step(epoch * self.steps_per_epoch + step, images, self.garments.labels[positions])
            loss_sum += loss * (len(positions) / num_garments)
            if device.type == "cpu":  # elsewhere asking for the value would stall the device at every step
                self._check_finite(loss, epoch)
            on_step(step + 1, loss_sum)
        self._check_finite(loss_sum, epoch)
        self._check_finite(torch.stack([value.abs().max() for value in self.network.parameters()]).sum(), epoch)
        return loss_sum.item()

    def _step(self, num_steps: int, images: Tensor, labels: Tensor) -> Tensor:
        total = self.recipe.epochs * self.steps_per_epoch
        # The middle of the step: neither the first nor the last step has the rate 0.
        optimizers.set_rates(self.optimizers, schedules.rate_share(self.recipe, (num_steps + 0.5) / total))
        with devices.precision(images.device, mixed=self.recipe.mixed_precision):
            logits = self.network(pixels.scaled(images))
        loss = F.cross_entropy(logits.float(), labels, label_smoothing=self.recipe.label_smoothing)
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        for optimizer in self.optimizers:
            optimizer.step()
        if self.average:
            self.average.update(self.network, num_steps)
        return loss.detach()

    def _check_finite(self, loss: Tensor, epoch: int) -> None:
        if not torch.isfinite(loss):
            raise errors.TrainingDiverged(
                f"The training of {self.recipe.name!r} came to a loss of {loss.item()!r} in epoch {epoch + 1} and was "
                f"stopped. Train with a lower learning rate than {self.recipe.learning_rate!r}."
            )

    def state(self) -> dict[str, Tensor]:
        """Every tensor that the next epoch depends on, by name."""
        tensors = {f"network.{name}": value for name, value in self.network.state_dict().items()}
        if self.average:
            average = self.average.network.state_dict()
            tensors |= {f"average.{name}": value for name, value in average.items()}
        for number, optimizer in enumerate(self.optimizers):
            for position, values in optimizer.state_dict()["state"].items():
                tensors |= {f"optimizer.{number}.{position}.{name}": value for name, value in values.items()}
        return tensors

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Goes back to what `state` gave."""
        self.network.load_state_dict(_below("network.", tensors))
        if self.average:
            self.average.network.load_state_dict(_below("average.", tensors))
        for number, optimizer in enumerate(self.optimizers):
            _restore_optimizer(optimizer, _below(f"optimizer.{number}.", tensors))


def _restore_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        position, _, key = name.partition(".")
        parameter = parameters[int(position)]
        if value.shape == parameter.shape:
            # Same memory layout as the parameter: the fused optimizers walk through both together.
            value = torch.empty_like(parameter.detach()).copy_(value)
        state.setdefault(int(position), {})[key] = value
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})


def _below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
