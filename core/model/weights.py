"""Trained networks as safetensors files: nothing in them is executed, and everything in them is checked."""

import json
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from core import errors
from core.model import network, recipes

_DESCRIPTION = "description"


def to_bytes(module: network.Network, recipe: recipes.Recipe) -> bytes:
    """The content of a weights file: every tensor of the module, with the recipe's name, architecture and fields."""
    tensors = {name: value.detach().cpu().contiguous() for name, value in module.state_dict().items()}
    description = {"architecture": recipe.architecture, "recipe": json.loads(recipe.canonical_json)}
    # One entry: safetensors writes several in random order, and equal networks must give equal bytes.
    return safetensors.torch.save(tensors, {_DESCRIPTION: json.dumps(description, sort_keys=True)})


def load(
    path: Path, recipe: recipes.Recipe, num_classes: int, image_shape: tuple[int, int] = (28, 28)
) -> network.Network:
    """The network in the file, in eval mode on the CPU, after it answered one blank picture with finite numbers.

    Args:
        path: a file with the content of `to_bytes`.
        recipe: the one it was trained by.
        num_classes: how many classes it must know.
        image_shape: height and width of the pictures it must take.

    Raises:
        ArtefactCorrupt: the file is missing, unreadable, of another network, or holds a value that is not finite.
    """
    architecture, tensors = _read(path)
    if architecture != recipe.architecture:
        raise _corrupt(path, f"it holds the architecture {architecture!r} instead of {recipe.architecture!r}")
    module = _without_drawing(recipe, num_classes)
    _check(path, module.state_dict(), tensors)
    module.load_state_dict(tensors)
    module.eval().requires_grad_(False)
    if not torch.isfinite(module(torch.zeros(1, 1, *image_shape))).all():
        raise _corrupt(path, "it answers a blank picture with a value that is not a number")
    return module


def _read(path: Path) -> tuple[str, dict[str, Tensor]]:
    try:
        with safetensors.safe_open(path, framework="pt") as opened:
            description = json.loads((opened.metadata() or {}).get(_DESCRIPTION, "{}"))
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118  # not a mapping
    except (OSError, ValueError, safetensors.SafetensorError) as error:
        raise _corrupt(path, f"it cannot be read ({error})") from error
    return str(description.get("architecture", "")) if isinstance(description, dict) else "", tensors


def _without_drawing(recipe: recipes.Recipe, num_classes: int) -> network.Network:
    """A network to be filled; torch's random numbers stay where they are."""
    with torch.random.fork_rng(devices=[]):
        return network.build(recipe, num_classes)


def _check(path: Path, expected: dict[str, Tensor], found: dict[str, Tensor]) -> None:
    if expected.keys() != found.keys():
        raise _corrupt(path, f"it lacks or adds tensors: {json.dumps(sorted(expected.keys() ^ found.keys()))}")
    for name, value in found.items():
        if value.shape != expected[name].shape or value.dtype != expected[name].dtype:
            raise _corrupt(
                path,
                f"{name!r} is {value.dtype} {tuple(value.shape)} instead of "
                f"{expected[name].dtype} {tuple(expected[name].shape)}",
            )
        if not torch.isfinite(value).all():
            raise _corrupt(path, f"{name!r} holds a value that is not a finite number")


def _corrupt(path: Path, finding: str) -> errors.ArtefactCorrupt:
    return errors.ArtefactCorrupt(
        f"The weights file {path.name!r} is not what was stored: {finding}. Train this recipe again."
    )
