"""Processes that train, made quickly: forked from one that has torch and the garments in memory already.

A worker of its own needs seconds to import torch; two hundred of them would need a quarter of an hour for nothing.
"""

import dataclasses
import multiprocessing
import os
import signal
import sys
import time
import types
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import psutil

from core import catalogue, settings
from core.jobs import launchers, records, training_pipeline, training_work, worker
from core.jobs.requests import TrainingRequest
from core.store import Store, open_store
from tests.support import sample_garments

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])

assert training_pipeline  # what takes so long to import
SPLITS = sample_garments.few(num_train=1500, num_test=300)
NUM_ROUNDS = 3


def start(process: multiprocessing.process.BaseProcess) -> None:
    """Starts a process of `CONTEXT`, whatever ran in this one before.

    A child runs its parent's main module first, and Streamlit's AppTest leaves a page in that place.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        process.start()
    finally:
        sys.modules["__main__"] = main


def request(seed: int) -> TrainingRequest:
    """A training of about half a second."""
    return TrainingRequest(recipe="quick", catalogue="sample", seed=seed, epochs=NUM_ROUNDS)


class Child:
    """A process that works on one job and tells how far it is."""

    def __init__(
        self, store: Store, job_id: str, *, environment: dict[str, str] | None = None, largest_file: int = 0,
        memory: int = 0,
    ):  # fmt: skip
        self.reports: list[tuple[str, float]] = []
        self._reports, sender = CONTEXT.Pipe(duplex=False)
        arguments = (store.home, job_id, environment or {}, largest_file, memory, sender)
        self.process = CONTEXT.Process(target=_work, args=arguments)
        start(self.process)
        sender.close()
        self.job_id, self.last_report_wall = job_id, time.time()

    def follow(self, stage: str = "never", fraction: float = 0.0, seconds: float = 120.0) -> None:
        """Returns when the child says that it is in that stage and has done that share of the whole, or has ended."""
        give_up_at = time.monotonic() + seconds
        while not any(said.startswith(stage) and done >= fraction for said, done in self.reports[-1:]):
            assert time.monotonic() < give_up_at, self.reports
            try:
                if self._reports.poll(0.1):
                    self.reports.append(self._reports.recv())
                    self.last_report_wall = time.time()
            except EOFError:
                return

    def kill(self, number: signal.Signals) -> None:
        """Ends the child the hard way."""
        os.kill(self.process.pid, number)

    def exit_code(self) -> int | None:
        """How the child ended, once it has."""
        self.process.join(30)
        self._reports.close()
        return self.process.exitcode


def run(store: Store, seed: int) -> tuple[records.Job, Child]:
    """A training that nobody disturbs, followed to its end."""
    job = records.insert(store, request(seed), started_by="Ada")
    child = Child(store, job.id)
    child.follow()
    assert child.exit_code() == 0
    return records.find(store, job.id), child


def use_small_garments() -> None:
    """Has the sample catalogue give the garments that are in memory."""
    entry = dataclasses.replace(catalogue.CATALOGUES["sample"], load_splits=lambda found, on_progress: SPLITS)
    catalogue.CATALOGUES["sample"] = entry


def launch_nothing() -> None:
    """Has launchers do nothing in this process: what is tested is who may launch."""
    launchers.LAUNCHERS["process"] = _NoLauncher()


class _NoLauncher:
    def launch(self, store: Store, job_id: str) -> None:
        """Starts no process."""

    def log(self, store: Store, job_id: str) -> str:
        """Nothing was written."""
        return ""


def opened(home: Path) -> Store:
    """The store of that home; trainings use one thread, since two that wait for each other starve on a busy machine."""
    found = settings.Settings(
        home=home, data_dir=home.parent / "data", trainings_per_hour=0, training_threads=1, training_niceness=0
    )
    return open_store(found)


def _work(
    home: Path, job_id: str, environment: dict[str, str], largest_file: int, memory: int, reports: Connection
) -> None:
    os.environ.update(environment)
    use_small_garments()
    launch_nothing()
    store = opened(home)
    if largest_file:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    if memory:
        import resource

        most = psutil.Process().memory_info().vms + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    worker.work(store, job_id, training_work, on_report=lambda stage, fraction, left: reports.send((stage, fraction)))


def spread(low: float, high: float, num: int) -> list[float]:
    """`num` numbers from low to high, evenly."""
    return [float(value) for value in np.linspace(low, high, num)]
