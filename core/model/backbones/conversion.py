"""Published weights become an ONNX file in the home, once: a process of its own reads them, and then nobody again.

`python -m core.model.backbones.conversion NAME KIND TARGET` is that process. The file of weights must have the SHA-256
that `BACKBONES` names before a byte of it is looked at, and is read by torch with `weights_only`, which builds tensors
and nothing else.
"""

import hashlib
import importlib.util
import subprocess
import sys
import uuid
from pathlib import Path

from core import errors, limited_process
from core.model import backbones
from core.model.backbones import own
from core.settings import PROJECT_ROOT

SECONDS = 300.0
"""For one backbone; it takes about ten."""
_MEMORY_BYTES = 16 << 30
"""Of address space: torch reserves far more than it uses."""
_LARGEST_FILE = 200_000_000


FEATURES, MAPS, WEIGHTS = "features", "maps", "weights"
"""What can be made of published weights: ONNX that gives features, ONNX that gives maps, and the tensors themselves."""
_ENDINGS = {FEATURES: ".onnx", MAPS: "-maps.onnx", WEIGHTS: ".safetensors"}


def converted(home: Path, name: str, kind: str = FEATURES) -> Path:
    """A file of a backbone, made where it is not there yet.

    Args:
        home: where it is kept.
        name: of the backbone.
        kind: `FEATURES`, `MAPS` or `WEIGHTS`.

    Raises:
        errors.BackboneMissing: its package is not installed, is another one, or cannot be converted.
        OSError: the disk is full.
    """
    backbone = backbones.find(name)
    if name == backbones.PIXELS:
        return home / "backbones"  # there is nothing to be made
    if not backbone.package:
        return own.file_of(home, name)
    target = home / "backbones" / f"{name}-{backbone.side}-{backbone.sha256[:12]}{_ENDINGS[kind]}"
    if target.is_file():
        return target
    _check(backbone)
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f"{uuid.uuid4().hex}.part")
    try:
        _run(backbone, name, kind, half)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return target


def weights_file(backbone: backbones.Backbone) -> Path:
    """Where the package keeps the weights; the package itself is not imported.

    Raises:
        errors.BackboneMissing: it is not installed.
    """
    found = importlib.util.find_spec(backbone.package)
    path = Path(found.origin).parent / backbone.file if found and found.origin else None
    if path is None or not path.is_file():
        raise errors.BackboneMissing(
            f"The weights of {backbone.title} are not installed. Install what requirements.txt names, or choose the "
            "recipe that needs none."
        )
    return path


def _check(backbone: backbones.Backbone) -> None:
    path = weights_file(backbone)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != backbone.sha256:
        raise errors.BackboneMissing(
            f"The weights {path} have the SHA-256 {found}, not {backbone.sha256}. Install {backbone.package} again."
        )


def _run(backbone: backbones.Backbone, name: str, kind: str, target: Path) -> None:
    command = [sys.executable, "-m", __name__, name, kind, str(target)]
    try:
        done = subprocess.run(
            command,
            cwd=PROJECT_ROOT,
            env=limited_process.environment(),
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        problem = done.stderr.strip().splitlines()[-1:] if done.returncode else []
        is_done = done.returncode == 0 and target.is_file()
    except (OSError, subprocess.TimeoutExpired) as error:
        problem, is_done = [str(error)], False
    if not is_done:
        why = f" ({problem[0][:300]})" if problem else ""
        raise errors.BackboneMissing(f"{backbone.title} could not be made ready{why}. Is there room on the disk?")


def _convert(name: str, kind: str, target: Path) -> None:
    import safetensors.torch
    import torch

    from core.model.backbones import efficientnet_lite, published

    backbone = backbones.find(name)
    _check(backbone)
    module = efficientnet_lite.EfficientNetLite(backbone.variant)
    module.load_state_dict(efficientnet_lite.tensors(published.tensors(weights_file(backbone))))
    module.eval().requires_grad_(False)
    if kind == WEIGHTS:
        safetensors.torch.save_file({name: tensor.contiguous() for name, tensor in module.state_dict().items()}, target)
        return
    example = torch.zeros(2, backbone.side, backbone.side, 3, dtype=torch.uint8)
    torch.onnx.export(
        efficientnet_lite.Trunk(module) if kind == MAPS else module,
        (example,),
        target,
        input_names=["images"],
        output_names=[kind],
        dynamic_shapes=({0: torch.export.Dim("batch", min=1, max=4096)},),
        external_data=False,  # otherwise most of it lies in a second file beside this one
        verbose=False,
    )


if __name__ == "__main__":
    limited_process.limit(memory_bytes=_MEMORY_BYTES, file_bytes=_LARGEST_FILE)
    _convert(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
