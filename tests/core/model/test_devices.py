import pytest
import torch

from core import errors
from core.model import devices


@pytest.mark.parametrize(
    ("capabilities", "mixed", "dtype"),
    [
        ({"avx512_bf16": True}, True, torch.bfloat16),
        ({"avx512_bf16": False, "amx_bf16": True}, True, torch.bfloat16),
        ({"avx512_bf16": True}, False, torch.float32),
        ({"avx2": True}, True, torch.float32),
        ({}, True, torch.float32),
    ],
)
def test_a_processor_learns_in_bfloat16_only_where_asked_for_and_computed(monkeypatch, capabilities, mixed, dtype):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    with devices.precision(torch.device("cpu"), mixed=mixed):
        assert (torch.rand(2, 2) @ torch.rand(2, 2)).dtype == dtype


def test_a_device_that_is_not_here_is_answered_with_the_choices():
    with pytest.raises(errors.TrainingError, match=r"No device 'xla' on this machine\. Choose one of .*cpu"):
        devices.choose("xla")
