"""How a training behaves towards everything else on the computer: it steps back for whoever draws pages."""

import contextlib
import os
import subprocess
from pathlib import Path

_AUTOGROUP = "/proc/{}/autogroup"


def creation_flags(niceness: int) -> int:
    """What Windows is told when a worker is created; elsewhere nothing."""
    return getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0) if niceness else 0


def step_back(niceness: int, process: int = 0) -> None:
    """Gives this process, which exists for a training alone, or that one, a Unix priority: 0 (as usual) to 19 (last).

    Set and not added: a worker that another worker started has the lower priority already.
    """
    if not niceness:
        return
    if hasattr(os, "setpriority"):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process, max(niceness, os.getpriority(os.PRIO_PROCESS, process)))
    # Linux shares the processor between sessions first and looks at priorities only inside each (man 7 sched). A
    # worker has a session of its own, so without this line its priority would mean nothing.
    with contextlib.suppress(OSError):
        Path(_AUTOGROUP.format(process or "self")).write_text(str(niceness))


def bound_threads(num_threads: int | None) -> None:
    """Lets torch use that many threads for one operation; None leaves it what it takes by itself, all cores."""
    if num_threads is not None:
        import torch

        torch.set_num_threads(num_threads)
