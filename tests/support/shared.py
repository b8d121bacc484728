"""Worlds that take long to make: made by the first process that asks, copied by all others that run tests beside it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import filelock
import pytest

_DONE = "done"


def world(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder of this process with what `make` put into it, by whichever process of this run of tests.

    Args:
        factory: where the temporary folders are.
        name: of the world; the same in every process.
        make: fills the empty folder that it is given; what it leaves must not say where it lies.
    """
    own = factory.mktemp(name) / "world"
    base = factory.getbasetemp()
    # Beside each other, every process has a folder of its own in the one of all.
    common = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"shared-{name}"
    with filelock.FileLock(common.with_suffix(".lock")):
        if not (common / _DONE).exists():
            shutil.rmtree(common, ignore_errors=True)  # what a process left that failed halfway
            (common / "world").mkdir(parents=True)
            make(common / "world")
            (common / _DONE).touch()
    shutil.copytree(common / "world", own)
    return own
