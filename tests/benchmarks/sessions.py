"""Fifty people at once, beside fifty at `streamlit hello` who click at the same moments, in turn in one run.

    python -m tests.benchmarks.sessions [--people 50] [--clicks 8] [--think 10] [--repeats 2] [--data DIR] [--home DIR]

Over a copy of a home with versions of Fashion-MNIST (`--home`, else two made-up versions on 10,000 garments), with a
training and a tagging at work throughout. A click is over when the server has drawn the page whole; the clock of the
browser that draws parts again is kept too. Beside seconds it tells the processor time of each server per click, which
other work on the machine changes less, and the memory of ours with one session that has seen all pages and with all.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import tempfile
import threading
import time
import uuid
from pathlib import Path

import psutil
import streamlit

from core import jobs, settings
from core.jobs import records, work_queue
from core.store import Store, open_store
from core.store.batches import batches
from core.store.runs import file_reader, runs
from core.tagging import drop
from tests.benchmarks import clicks, pages
from tests.load import crowd, visitor, walks
from tests.support import product_photos, server

OFFLINE = crowd.PROJECT_ROOT / "tests" / "load" / "offline"
"""What gives `streamlit hello` tables in the place of those that it fetches from the internet."""
NUM_PHOTOS = 1500
NICENESS = str(settings.Settings.model_fields["training_niceness"].default)


def main() -> None:
    """Prints one JSON line with every figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, kind, default in (("people", int, 50), ("clicks", int, 8), ("think", float, 10.0), ("repeats", int, 2),
                                ("home", Path, None), ("data", Path, None), ("processes", int, 4)):  # fmt: skip
        parser.add_argument(f"--{name}", type=kind, default=default)
    parser.add_argument("--quiet", action="store_true", help="neither a training nor a tagging")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="sessions-"))
    data = options.data or folder / "data"
    store = copied(options.home, folder / "home", data)
    process, address = server.start(store.home, data_dir=str(data), training_threads="", training_niceness=NICENESS)
    try:
        with server.bare(folder, "hello", PYTHONPATH=str(OFFLINE)) as other:
            print(json.dumps(measured(options, store, psutil.Process(process.pid), address, other)))
    finally:
        process.terminate()
        process.wait(30)
        cancel_all(store)
        shutil.rmtree(folder, ignore_errors=True)


def cancel_all(store: Store) -> None:
    """Ends what is done in the background, and waits for it: it would work on without its home."""
    give_up_at = time.monotonic() + 60
    while (active := records.active(store)) and time.monotonic() < give_up_at:
        for job in active:
            records.request_cancel(store, job.id, who="the benchmark")
        time.sleep(0.5)


def copied(home: Path | None, target: Path, data: Path) -> Store:
    """The store of a copy of that home; of made-up versions where there is none."""
    if home:
        shutil.copytree(home, target)
    else:
        pages.publish(target, 10_000)
    return open_store(settings.Settings(home=target, data_dir=data))


def measured(
    options: argparse.Namespace, store: Store, ours: psutil.Process, address: str, other: str
) -> dict[str, object]:
    """All figures of one run."""
    garments = first_mistakes(store)
    one = memory_of_one(address, ours, garments)
    warm_up(other)
    theirs = clicks.server_process(other)
    work = Work(store, is_quiet=options.quiet)
    found: dict[str, list[crowd.Figures]] = {"ours": [], "hello": []}
    spent: dict[str, list[float]] = {"ours": [], "hello": []}
    peak, load = one, []
    for repeat in range(options.repeats):
        pairs = [walks.pair(options.clicks, options.think, garments, 1000 * repeat + number)
                 for number in range(options.people)]  # fmt: skip
        for name, at, process, number in (("ours", address, ours, 0), ("hello", other, theirs, 1)):
            work.ensure()
            with Watched(process) as watched:
                found[name].append(crowd.run(at, [pair[number] for pair in pairs], options.processes))
            spent[name].append(watched.processor_seconds)
            peak = max(peak, watched.peak_mb) if name == "ours" else peak
            load.append(round(os.getloadavg()[0], 1))
    return {
        "streamlit": streamlit.__version__, "platform": platform.platform(), "cores": os.cpu_count(), "load": load,
        "people": options.people, "think_seconds": options.think, "work": work.done(),
        **{name: summary(found[name], spent[name]) for name in found},
        "p95_ratio": round(p95(found["ours"]) / p95(found["hello"]), 2),
        "memory_mb": {"one_session": round(one), "all": round(peak), "ratio": round(peak / one, 2)},
    }  # fmt: skip


def first_mistakes(store: Store) -> list[int]:
    """Positions of the garments on the first screen of *Mistakes*: the surest wrong tags of the live version."""
    table = file_reader.load_predictions(store, runs.find(store, "live"))
    wrong = table[table["true_class"] != table["predicted_class"]].sort_values("confidence", ascending=False)
    return [int(garment) for garment in wrong["garment"][:20]]


def memory_of_one(address: str, process: psutil.Process, garments: list[int]) -> float:
    """Megabytes of the web process once one session saw all that the crowd will see."""
    with visitor.opened(address, headers={"Cookie": "garment-tags-name=First"}) as one:
        one.open()
        for page, offered in walks.visits(garments).items():
            one.go(page)
            for step in (step for options in offered for step in options):
                one.set(step.what, **{step.kind: step.value})
    return float(process.memory_info().rss / 2**20)


def warm_up(address: str) -> None:
    """Has the other side import and keep what its pages need, as ours has."""
    with visitor.opened(address) as one:
        one.open()
        for page in ("", *walks.HELLO):
            one.go(page)


class Work:
    """What is done in the background meanwhile: a training, and one batch of photos after the other."""

    def __init__(self, store: Store, *, is_quiet: bool) -> None:
        self._store, self._is_quiet, self._num_batches = store, is_quiet, 0

    def ensure(self) -> None:
        """Has both at work now, and waits until the training learns."""
        if self._is_quiet:
            return
        if jobs.queue(self._store).running is None:
            request = jobs.TrainingRequest(recipe="thorough", catalogue="fashion-mnist", seed=77)
            job = jobs.submit(self._store, request, started_by="the benchmark")
            while not jobs.status(self._store, job.id).stage.startswith("learning"):
                assert jobs.status(self._store, job.id).is_active, jobs.status(self._store, job.id).details
                time.sleep(0.2)
        self._num_batches += 1
        run = runs.find(self._store, "live")
        pictures = file_reader.load_split(self._store, run, "test").images[:NUM_PHOTOS]
        files = [(f"{number}.jpg", product_photos.photo(picture, side=280 + self._num_batches))
                 for number, picture in enumerate(pictures)]  # fmt: skip
        found = drop.checked(files, self._store.settings)
        lines = [0.9] * len(run.class_names)
        batches.create(self._store, run, found.photos, lines, who="the benchmark", request_id=uuid.uuid4().hex)
        work_queue.settle(self._store)

    def done(self) -> dict[str, object]:
        """What the background did, as a proof that it was at work."""
        running = jobs.queue(self._store).running
        return {"training": running.stage if running else "", "photos": self._num_batches * NUM_PHOTOS}


class Watched:
    """The processor time and the largest memory of a process while something happens."""

    def __init__(self, process: psutil.Process) -> None:
        self._process, self._is_over = process, threading.Event()
        self.peak_mb = self.processor_seconds = 0.0

    def __enter__(self) -> "Watched":
        self._before = self._spent()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        self.processor_seconds = self._spent() - self._before

    def _watch(self) -> None:
        while not self._is_over.wait(0.5):
            self.peak_mb = max(self.peak_mb, self._process.memory_info().rss / 2**20)

    def _spent(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)


def summary(found: list[crowd.Figures], spent: list[float]) -> dict[str, object]:
    """The figures of one side over all repeats."""
    by_name: dict[str, list[float]] = {}
    for figures in found:
        for name, _, seconds in figures.clicks:
            by_name.setdefault(name, []).append(seconds)
    num = sum(len(figures.clicks) for figures in found)
    opening = [seconds for name, each in by_name.items() if name.startswith("open") for seconds in each]
    return {
        "opening_p50": round(statistics.median(opening), 3), "opening_max": round(max(opening), 3),
        "clicks": num, "p50": quantile(found, 0.5), "p95": p95(found), "max": quantile(found, 1.0),
        "p95_each_repeat": [p95([figures]) for figures in found],
        "processor_ms_a_click": round(1000 * sum(spent) / num),
        "polls": sum(figures.polls for figures in found),
        "errors": [error for figures in found for error in figures.errors][:20],
        "client_busy_share": round(max(figures.busy_share for figures in found), 2),
        "client_late_seconds": round(max(figures.late_seconds for figures in found), 3),
        "median_of": {name: [len(each), round(statistics.median(each), 3)] for name, each in sorted(by_name.items())},
    }  # fmt: skip


def quantile(found: list[crowd.Figures], share: float) -> float:
    """Seconds within which that share (0-1) of the clicks was answered; that a page is opened is told apart."""
    seconds = sorted(seconds for figures in found for name, _, seconds in figures.clicks if not name.startswith("open"))
    return round(seconds[min(int(share * len(seconds)), len(seconds) - 1)], 3)


def p95(found: list[crowd.Figures]) -> float:
    """Seconds within which 95 of 100 clicks were answered."""
    return quantile(found, 0.95)


if __name__ == "__main__":
    main()
