"""Looks at a stranger's network in a process with limits: `python -m core.model.backbones.own_probe`.

    onnx FILE                           tells how the network takes pictures, after trying it
    address MODEL                       tells where torchvision has the weights of a model
    torchvision MODEL WEIGHTS TARGET    writes the model without its last layer as ONNX

What is told is one line of JSON; what is wrong is the last line of the errors.
"""

import json
import sys
from pathlib import Path
from typing import Any

from core import limited_process

MOST_SIDE, USUAL_SIDE = 448, 224
MOST_FEATURES = 16_384
_MEMORY_BYTES = 24 << 30
"""Of address space: torch reserves far more than it uses."""
_LARGEST_FILE = 700_000_000


class _Refused(Exception):
    """One sentence."""


def onnx_file(path: str) -> dict[str, Any]:
    """How a network takes pictures and how many features it gives.

    Raises:
        _Refused: it has data in other files, operators of its own, or gives no features of one picture.
    """
    import onnx

    model = onnx.load(path, load_external_data=False)
    if any(tensor.data_location == onnx.TensorProto.EXTERNAL for tensor in model.graph.initializer):
        raise _Refused("a part of it lies in another file. Save it as one file.")
    if own := sorted({opset.domain for opset in model.opset_import} - {"", "ai.onnx", "ai.onnx.ml"}):
        raise _Refused(f"it has operators of its own ({', '.join(own)[:100]}).")
    if model.functions:
        raise _Refused("it has functions of its own. Export it without them.")
    return _tried(path)


def _tried(path: str) -> dict[str, Any]:
    import numpy as np
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    if len(session.get_inputs()) != 1:
        raise _Refused(f"it takes {len(session.get_inputs())} inputs; one with pictures is needed.")
    [given] = session.get_inputs()
    is_last, side = _layout(given.shape)
    kinds = {"tensor(uint8)": "uint8", "tensor(float)": "float32"}
    if given.type not in kinds:
        raise _Refused(f"its input is {given.type}; tensor(uint8) or tensor(float) is needed.")
    shape = (2, side, side, 3) if is_last else (2, 3, side, side)
    chance = np.random.default_rng(0).integers(0, 2, shape).astype(kinds[given.type])
    found = np.asarray(session.run(None, {given.name: chance})[0])
    if found.ndim != 2 or len(found) != 2 or not 2 <= found.shape[1] <= MOST_FEATURES:
        raise _Refused(f"its first output has the shape {found.shape} for two pictures; (2, features) is needed.")
    if not np.isfinite(found).all():
        raise _Refused("it gives values that are no numbers.")
    one = np.asarray(session.run(None, {given.name: chance[:1]})[0])
    if np.abs(one[0] - found[0]).max() > 1e-2 * max(1.0, float(np.abs(found).max())):
        raise _Refused("what it says of a picture depends on the pictures beside it.")
    return {"side": side, "num_features": int(found.shape[1]), "input_name": given.name,
            "channels_last": is_last, "as_bytes": kinds[given.type] == "uint8"}  # fmt: skip


def _layout(shape: list[Any]) -> tuple[bool, int]:
    """Whether colours stand last, and the height and width of the pictures."""
    if len(shape) != 4 or (shape[1] != 3 and shape[3] != 3):
        raise _Refused(f"its input has the shape {shape}; pictures (N, 3, H, W) or (N, H, W, 3) are needed.")
    is_last = shape[3] == 3 and shape[1] != 3
    height, width = shape[1:3] if is_last else shape[2:4]
    sides = [each if isinstance(each, int) else USUAL_SIDE for each in (height, width)]
    if sides[0] != sides[1] or not 16 <= sides[0] <= MOST_SIDE:
        raise _Refused(f"it takes pictures of {sides[0]} x {sides[1]}; squares of up to {MOST_SIDE} are needed.")
    return is_last, sides[0]


def address_of(model: str) -> dict[str, str]:
    """Where torchvision has the weights.

    Raises:
        _Refused: it has no such model.
    """
    import torchvision

    try:
        return {"address": torchvision.models.get_model_weights(model).DEFAULT.url}
    except (ValueError, KeyError, AttributeError):
        raise _Refused("torchvision has no such model for classification. Try convnext_tiny or resnet50.") from None


def of_torchvision(model: str, weights: str, target: str) -> dict[str, str]:
    """Writes the model, which takes bytes with the colours last and does the rest by itself."""
    import torch
    import torchvision
    from torch import nn

    from core.model.backbones import published

    entry = torchvision.models.get_model_weights(model).DEFAULT
    given = entry.transforms()
    network = torchvision.models.get_model(model, weights=None)
    network.load_state_dict(published.tensors(Path(weights)))
    last = [name for name, module in network.named_modules() if isinstance(module, nn.Linear)][-1]
    holder, _, name = last.rpartition(".")
    parent = network.get_submodule(holder)
    if name.isdigit() and isinstance(parent, nn.Sequential):
        parent[int(name)] = nn.Identity()
    else:
        setattr(parent, name, nn.Identity())

    class Prepared(nn.Module):
        """(N, S, S, 3) uint8 -> (N, D)."""

        def __init__(self) -> None:
            super().__init__()
            self.network = network
            self.mean = nn.Buffer(torch.tensor(given.mean).view(1, 3, 1, 1))
            self.spread = nn.Buffer(torch.tensor(given.std).view(1, 3, 1, 1))

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            """The features before the last layer."""
            x = images.permute(0, 3, 1, 2).float() / 255
            found: torch.Tensor = self.network((x - self.mean) / self.spread)
            return found.flatten(1)

    side = min(int(given.crop_size[0]), MOST_SIDE)
    torch.onnx.export(
        Prepared().eval().requires_grad_(False),
        (torch.zeros(2, side, side, 3, dtype=torch.uint8),),
        target,
        input_names=["images"],
        output_names=["features"],
        dynamic_shapes=({0: torch.export.Dim("batch", min=1, max=4096)},),
        external_data=False,
        verbose=False,
    )
    return {}


def main() -> int:
    """Does what the arguments say."""
    limited_process.limit(memory_bytes=_MEMORY_BYTES, file_bytes=_LARGEST_FILE)
    kind, *arguments = sys.argv[1:]
    doing = {"onnx": onnx_file, "address": address_of, "torchvision": of_torchvision}[kind]
    try:
        told = doing(*arguments)  # type: ignore[operator]
    except _Refused as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    except Exception as error:  # whatever a stranger's file does to a library
        first = (str(error).strip().splitlines() or [""])[0]
        sys.stderr.write(f"it cannot be read ({type(error).__name__}: {first[:200]})\n")
        return 1
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
