"""Which processor or GPU does the work, and in which precision."""

import contextlib

import torch

from core import errors


def choose(name: str | None = None) -> torch.device:
    """The device of that name, or the fastest one of this machine: cuda, then mps, then cpu.

    Raises:
        TrainingError: the device that was named is not here.
    """
    available = [*_accelerators(), "cpu"]
    if name is None:
        return torch.device(available[0])
    if name.split(":")[0] not in available:
        raise errors.TrainingError(f"No device {name!r} on this machine. Choose one of {', '.join(available)}.")
    return torch.device(name)


def precision(device: torch.device, *, mixed: bool) -> contextlib.AbstractContextManager[object]:
    """The context in which networks learn: bfloat16 where asked for and the device computes it, else float32."""
    if mixed and _computes_bfloat16(device):
        return torch.autocast(device.type, dtype=torch.bfloat16)
    return contextlib.nullcontext()


def _computes_bfloat16(device: torch.device) -> bool:
    """Whether bfloat16 is faster there: a processor that only stores it would be slower than with float32."""
    if device.type == "cpu":
        found = torch.cpu.get_capabilities()
        return bool(found.get("avx512_bf16") or found.get("amx_bf16"))
    return device.type == "cuda" and torch.cuda.is_bf16_supported()


def _accelerators() -> list[str]:
    found = ["cuda"] if torch.cuda.is_available() else []
    return [*found, "mps"] if torch.backends.mps.is_available() else found
