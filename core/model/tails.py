"""The last blocks of a backbone, learned anew on a retailer's photos; the blocks before them stay as they are.

What those say of a photo and of its mirror image is made once and kept, so that a round costs a seventh of the network.
Recipe: AdamW with a one-cycle rate (I. Loshchilov and F. Hutter (2019), arXiv:1711.05101; L. Smith (2018),
arXiv:1708.07120), mixup of the maps (H. Zhang et al. (2018), arXiv:1710.09412), smoothed labels (C. Szegedy et al.
(2016), arXiv:1512.00567). The means and spreads of the normalisation stay those of ImageNet.
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from torch import Tensor, nn
from torch.nn import functional

from core import errors
from core.model import backbones, photo_recipes, scratch, tuned
from core.model.backbones import conversion, efficientnet_lite, feature_files

_BATCH_SIZE = 32
_DROPOUT = 0.3
_SMOOTHING = 0.1
_MIXUP = 0.2
_WEIGHT_DECAY = 0.05
_FASTER = 10.0
"""Times the rate by which the new last layer learns: it begins with nothing."""
_RISING = 0.2
"""Share of the steps in which the rate rises."""

OnShare = Callable[[float], None]
"""Called with the share that is done, 0-1; may raise to stop."""


class Tail(nn.Module):
    """(N, C, h, w) maps -> (N, K) logits."""

    def __init__(self, network: efficientnet_lite.EfficientNetLite, num_classes: int) -> None:
        """With the last blocks of that network, and a last layer that knows nothing."""
        super().__init__()
        self.blocks = copy.deepcopy(network.blocks[-efficientnet_lite.LEARNED_BLOCKS :])
        self.head = copy.deepcopy(network.head)
        self.head_norm = copy.deepcopy(network.head_norm)
        self.dropout = nn.Dropout(_DROPOUT)
        self.classifier = nn.Linear(self.head.out_channels, num_classes)
        nn.init.zeros_(self.classifier.weight)
        nn.init.zeros_(self.classifier.bias)

    def forward(self, maps: Tensor) -> Tensor:
        """The logits."""
        x = maps
        for block in self.blocks:
            x = block(x)
        x = functional.relu6(self.head_norm(self.head(x))).mean((2, 3))
        logits: Tensor = self.classifier(self.dropout(x))
        return logits

    def train(self, mode: bool = True) -> "Tail":
        """Learns or not; the normalisation never does."""
        super().train(mode)
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        return self


class Maps:
    """What the blocks before the last ones say of N photos and of their mirror images."""

    def __init__(self, name: str, rows: feature_files.StoredFeatures) -> None:
        """Of a backbone, as `feature_files.stored_maps` gives it."""
        self.name = name
        self._rows = rows
        self._shape = backbones.find(name).map_shape

    def take(self, places: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """Two (M, C, h, w): of the photos at those places, and of their mirror images."""
        values = torch.from_numpy(self._rows.take(places)).float()
        plain, flipped = values.reshape(len(places), 2, *self._shape).unbind(dim=1)
        return plain, flipped


Base = efficientnet_lite.EfficientNetLite | scratch.Beginning
"""What stands before a tail."""
Learned = Tail | scratch.Network
"""What learned: the last blocks of a backbone, or a network from scratch."""


def network(home: Path, name: str) -> Base:
    """A backbone with its published weights, for torch; of `backbones.PIXELS` what gives the pictures themselves.

    Raises:
        errors.BackboneMissing: it cannot be made ready.
    """
    if name == backbones.PIXELS:
        return scratch.Beginning().eval()
    found = efficientnet_lite.EfficientNetLite(backbones.find(name).variant)
    path = conversion.converted(home, name, conversion.WEIGHTS)
    try:
        found.load_state_dict(safetensors.torch.load_file(path))
    except (OSError, SafetensorError, RuntimeError) as error:
        path.unlink(missing_ok=True)
        raise errors.BackboneMissing(f"{path} was damaged ({error}) and taken away. Train again.") from None
    return found.eval().requires_grad_(False)


def fitted(
    base: Base,
    maps: Maps,
    places: NDArray[np.int64],
    labels: NDArray[np.int64],
    num_classes: int,
    recipe: photo_recipes.PhotoRecipe,
    *,
    seed: int,
    on_share: OnShare = lambda share: None,
) -> Learned:
    """A tail that learned from the photos at `places` (M,) with `labels` (M,); the same seed gives the same one."""
    chance = np.random.default_rng(seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        begun = scratch.untrained(num_classes) if isinstance(base, scratch.Beginning) else Tail(base, num_classes)
        tail = begun.requires_grad_(True).train()
        size = min(_BATCH_SIZE, len(places))
        rounds = recipe.rounds
        if isinstance(tail, scratch.Network):  # few photos are looked at more often
            rounds = max(rounds, scratch.LEAST_STEPS // (len(places) // size))
        num_steps = rounds * (len(places) // size)
        optimizer, schedule = _optimizer(tail, recipe.rate, num_steps)
        targets = functional.one_hot(torch.from_numpy(labels), num_classes).float()
        targets = targets * (1 - _SMOOTHING) + _SMOOTHING / num_classes
        for step, some in enumerate(_batches(len(places), size, rounds, chance)):
            loss = _loss(tail, maps.take(places[some]), targets[some], chance)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            on_share((step + 1) / num_steps)
    return tail.eval().requires_grad_(False)


def probabilities(tail: Learned, maps: Maps, places: NDArray[np.int64]) -> NDArray[np.float32]:
    """(M, K) what the tail says of the photos at `places` (M,): the mean over a photo and its mirror image."""
    found = []
    with torch.inference_mode():
        for start in range(0, len(places), _BATCH_SIZE):
            both = [functional.softmax(tail(each), dim=1) for each in maps.take(places[start : start + _BATCH_SIZE])]
            found.append(((both[0] + both[1]) / 2).numpy())
    return np.concatenate(found)


class Tuner:
    """Several backbones whose tails learn from the same photos, and answer together."""

    def __init__(
        self,
        networks: Mapping[str, Base],
        maps: Mapping[str, Maps],
        recipe: photo_recipes.PhotoRecipe,
        num_classes: int,
    ) -> None:
        """Of the networks and maps of `recipe.tuned`."""
        self._networks, self._maps = networks, maps
        self._recipe, self._num_classes = recipe, num_classes

    def fitted(
        self, places: NDArray[np.int64], labels: NDArray[np.int64], *, seed: int, on_share: OnShare
    ) -> dict[str, Learned]:
        """A tail for each backbone, learned from the photos at `places` (M,) with `labels` (M,)."""
        found: dict[str, Learned] = {}
        num = len(self._recipe.tuned)
        for done, name in enumerate(self._recipe.tuned):

            def report(share: float, done: int = done) -> None:
                on_share((done + share) / num)

            found[name] = fitted(
                self._networks[name], self._maps[name], places, labels, self._num_classes, self._recipe, seed=seed,
                on_share=report,
            )  # fmt: skip
        return found

    def logits(
        self, tails: Mapping[str, Learned], places: NDArray[np.int64], head_logits: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """(M, K) what the tails and the head together say of the photos at `places` (M,), see `tuned.together`."""
        each = [probabilities(tail, self._maps[name], places) for name, tail in tails.items()]
        return tuned.together(np.mean(each, axis=0), len(each), head_logits if self._recipe.head_votes else None)


def arrays(tails: dict[str, Learned]) -> dict[str, NDArray[np.float32]]:
    """The tensors of tails, by backbone and name, for the file of weights."""
    return {
        f"{name}.{key}": np.ascontiguousarray(tensor.numpy())
        for name, tail in tails.items()
        for key, tensor in tail.state_dict().items()
        if tensor.dtype == torch.float32
    }


def _batches(num: int, size: int, rounds: int, chance: np.random.Generator) -> Sequence[NDArray[np.int64]]:
    """Places of each step; what does not fill a batch is left for another round."""
    orders = [chance.permutation(num)[: num // size * size] for _ in range(rounds)]
    return [some for order in orders for some in order.reshape(-1, size)]


def _loss(tail: Learned, maps: tuple[Tensor, Tensor], targets: Tensor, chance: np.random.Generator) -> Tensor:
    is_flipped = torch.from_numpy(chance.random(len(targets)) < 0.5)
    x = torch.where(is_flipped[:, None, None, None], maps[1], maps[0])
    share = float(chance.beta(_MIXUP, _MIXUP))
    others = torch.from_numpy(chance.permutation(len(targets)))
    logits = tail(share * x + (1 - share) * x[others])
    wanted = share * targets + (1 - share) * targets[others]
    return -(wanted * functional.log_softmax(logits, dim=1)).sum(dim=1).mean()


def _optimizer(
    tail: Learned, rate: float, num_steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    faster = _FASTER if isinstance(tail, Tail) else 1.0
    new = list(tail.classifier.parameters())
    old = [parameter for name, parameter in tail.named_parameters() if not name.startswith("classifier.")]
    rates = [rate, faster * rate]
    groups = [{"params": params, "lr": each} for params, each in zip((old, new), rates, strict=True)]
    optimizer = torch.optim.AdamW(groups, weight_decay=_WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=max(num_steps, 1), pct_start=_RISING)
    return optimizer, schedule
